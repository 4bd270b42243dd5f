#!/bin/sh
# cmdpolicy import and export: their command lines, what they refuse, and the way there and back. What import makes of whole files
# is pinned in tests/import/.
# shellcheck disable=SC2016 # texts for the program, in single quotes on purpose

# shellcheck disable=SC2154 # lib.sh sets the names
set -u
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# ---- import ---------------------------------------------------------------------------------------------------------------
printf 'prefix_rule(pattern = ["mytool", "status"], match = ["mytool status -v"])\n' >a.rules
run "$tool" import codex-rules a.rules
is 0 import; silent
says 'cmdpolicy: 1*rules:
  mytool status ...: allow
tests:
  - allow: mytool status -v'
cp out imported.yaml
run "$check" --no-config --policy imported.yaml 'mytool status --all x'
is 0 'an imported prefix'
run "$check" --no-config --policy imported.yaml 'mytool -x status'
is 3 'what the source does not match'
for text in 'x = ["a"]' 'prefix_rule(pattern = ["a"' 'prefix_rule(pattern = ["a" + "b"])' 'prefix_rule(pattern = p)' \
    'for x in [1]: prefix_rule(pattern = ["a"])' 'prefix_rule(pattern = ["a]])' 'prefix_rule(pattern=["\q"])' 'load("x", "y")
def f(): pass' 'prefix_rule(pattern=["a"], pattern=["b"])' 'prefix_rule(pattern=["a"]) + 1'; do
    printf '# a comment\n%s\n' "$text" >wrong.rules
    run "$tool" import codex-rules wrong.rules
    is 4 "$text"; says ''; complains 'cmdpolicy: wrong.rules:[23]: *'
done
printf '{"permissions": {"allow": ["Bash(ls:*)"],}}' >wrong.json
run "$tool" import claude-settings wrong.json
is 4 'not JSON'; says ''; complains 'cmdpolicy: wrong.json:1:*'
printf '{"permissions": {"deny": [], "deny": []}}' >wrong.json
run "$tool" import claude-settings wrong.json
is 4 'a key twice'; says ''
printf '[1]' >wrong.json
run "$tool" import claude-settings wrong.json
is 4 'no object'; says ''
for text in '[[rule]' 'a.b = 1' 'a = 1979-05-27' 'a = "x' 'a = 1
a = 2' '[t]
[t]' 'a = [1, 2' 'a = {b = 1' 'a = nonsense' 'a = "\q"' '= 1' 'a 1' 'a = 1 2'; do
    printf '# a comment\n%s\n' "$text" >wrong.toml
    run "$tool" import gemini-policy wrong.toml
    is 4 "$text"; says ''; complains 'cmdpolicy: wrong.toml:[234]: *'
done
run "$tool" import codex-rules nosuch
is 4 'no such file'; complains '*nosuch*'
run "$tool" import nosuch a.rules
is 4 'no such system'; complains '*codex-rules|claude-settings|gemini-policy*'
run "$tool" import codex-rules
is 4 'no file'
: >empty.rules
run "$tool" import codex-rules empty.rules
is 0 'nothing to import'; says 'cmdpolicy: 1*'

# ---- export ---------------------------------------------------------------------------------------------------------------
cat >policy.yaml <<'END'
cmdpolicy: 1
rules:
  gh pr view|list ...: allow
  gh pr: allow
  git push --force: {verdict: deny, reason: rewrites history, suggest: git push --force-with-lease}
  terraform: {verdict: deny, except: [terraform plan]}
  docker: [{when: {sandbox: none}, verdict: deny}, review]
  npm test ...: {verdict: allow, when: {workspace: trusted}}
  kubectl get *secret*: review
  make: by-effects
  cat ~/.netrc: deny
tests:
  - deny: git push -f origin main
  - review: docker ps
  - {deny: docker ps, sandbox: none}
END
run "$tool" export codex-rules policy.yaml
is 1 export
says '# *pattern = \["gh", "pr", \["view", "list"\]\],
    decision = "allow",
)*pattern = \["git", "push", \["--force", "-f"\]\],
    decision = "forbidden",
    justification = "rewrites history; use `git push --force-with-lease`",
    match = \["git push -f origin main"\],
)*pattern = \["terraform"\],
    decision = "forbidden",
)*pattern = \["docker"\],
    decision = "forbidden",*'
complains 'policy.yaml:4:3: gh pr is left out: *policy.yaml:8:3: npm test ... is left out: *policy.yaml:9:3: *policy.yaml:10:3: *policy.yaml:11:3: *'
cp out exported.rules
run "$tool" import codex-rules exported.rules
says '*gh pr view|list ...: allow*git push --force|-f: *terraform: deny*docker: deny*'
# The system itself, where it is there, takes what we write.
codex=${CODEX:-$(command -v codex)}
if [ -n "$codex" ]; then
    run "$codex" execpolicy check --rules exported.rules -- git push -f origin
    is 0 'codex reads what is exported'; says '*"decision":"forbidden"*'
    run "$codex" execpolicy check --rules exported.rules -- gh pr list --all
    says '*"decision":"allow"*'
fi
run "$tool" export codex-rules nosuch.yaml
is 4 'no such policy'; complains '*nosuch.yaml*'
run "$tool" export
is 4 'nothing to export'

finish
