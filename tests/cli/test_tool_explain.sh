#!/bin/sh
# cmdpolicy explain: which rules match and yield, and the smallest addition that would allow a command, each tried out here again.
# shellcheck disable=SC2016 # texts for the program, in single quotes on purpose

# shellcheck disable=SC2154,SC2086 # lib.sh sets the names; $facts is split
set -u
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

cat >mine.yaml <<'END'
cmdpolicy: 1
pack: mine
rules:
  mytool: deny
  mytool run: review
  mytool run fast: {verdict: allow, when: {sandbox: none}}
END
run "$tool" explain $facts --policy mine.yaml 'mytool run x'
is 0 'which rules match'
says '*rules that match:
  mytool run x
    deny: mine:mytool (user, mine.yaml:4), yields to mine:mytool run (user, mine.yaml:5)
    review: mine:mytool run (user, mine.yaml:5)*'
run "$tool" explain $facts 'rm "$x"'
is 0 'what may match'; says '*nothing changes it to allow: *'
run "$tool" explain $facts ls
is 0 'what is allowed needs nothing'
case $out in *'this would allow it'*) fail 'an addition to what is allowed' ;; *) pass ;; esac

# allows LAYER-WORDS COMMAND: explain finds an addition for these layers, and with it the command is allowed.
allows() {
    run "$tool" explain $facts $more -- "$2"
    is 0 "explain $2"
    says "*in the layer $1 this would allow it:*"
    sed -n "/in the layer $1 this/,\$p" out | sed -n '2,/^in the layer/{/^  /s/^  //p}' >addition.yaml
    run "$check" $facts --policy addition.yaml -- "$2"
    is 0 "$2 with: $(cat addition.yaml)"
    holds "not allowed as it is: $2" "$("$check" $facts --quiet -- "$2"; echo $?)" -ne 0
}
more=
allows 'session, user or system' "nosuch --x 'y z'"
allows 'session, user or system' 'git push origin topic'
allows 'session, user or system' 'echo x > /etc/motd'
allows 'session, user or system' 'cat ~/.ssh/id_rsa'
allows 'session, user or system' 'cat a/.env b/.env > /etc/x; nosuch y'
allows 'session, user or system' 'curl -s https://example.com'
allows 'user or system' 'git push -f origin main'
allows 'user or system' 'rm -rf .git'
holds 'only what is needed' "$(grep -c . addition.yaml)" -le 6
run "$tool" explain $facts 'rm -rf /'
is 0 'what is forbidden in many ways'; says '*in the layer session nothing changes it to allow: deletes /: *'
run "$tool" explain $facts 'git push -f origin main'
says '*in the layer session nothing changes it to allow: rewrites published history: vcs/git:git push --force (builtin)*'

# ---- What nothing changes ------------------------------------------------------------------------------------------------
printf 'cmdpolicy: 1\npack: floor\nrules:\n  git push: deny\n' >floor.yaml
run "$tool" explain $facts --requirements floor.yaml 'git push origin x'
is 0 'a floor'
says '*in the layer session, user or system nothing changes it to allow: *by a floor, which nothing loosens: floor:git push (requirements)*'
for command in 'if x' '$x y' 'rm "$x"' 'eval "$y"'; do
    run "$tool" explain $facts "$command"
    is 0 "$command"; says '*in the layer session, user or system nothing changes it to allow: *'
done
run "$tool" explain $facts "$(python3 -c 'print("; ".join("nosuch%d" % i for i in range(40)))')"
is 0 'too much'; says '*too much is not allowed for a search*'

# ---- JSON --------------------------------------------------------------------------------------------------------------------
run "$tool" explain $facts --policy mine.yaml --format json 'mytool run x'
is 0 'explain --format json'
python3 - out <<'END' || fail 'the JSON of explain'
import json, sys
d = json.load(open(sys.argv[1]))
assert d["verdict"] == "review" and d["calls"][0]["argv"] == ["mytool", "run", "x"], d
assert [(m["rule"], m["verdict"], m.get("yields_to")) for m in d["matches"]] == [
    ("mine:mytool", "deny", 1), ("mine:mytool run", "review", None)], d["matches"]
own = "cmdpolicy: 1\nrules:\n  mytool run x: allow\n"
assert [(c["layer"], c.get("policy")) for c in d["changes"]] == [("session", own), ("user", own), ("system", None)], d
assert "mine:mytool run" in d["changes"][2]["because"], d
END

finish
