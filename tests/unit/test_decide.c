/* Rules, effects and flows, layer by layer: what RULES say of which rule counts, of vouching, of what isn't known. */
#include "test_decide_fixture.h"

enum { CASES = 24 };
typedef struct scene {
    const char *name;
    const char *layers[LAYERS];
    struct {
        const char *command;
        const char *verdict;
        const char *code; /* of one reason of that verdict; NULL: not asked */
    } cases[CASES];
} scene;

#define G                                                                                                                  \
  "commands:\n"                                                                                                            \
  "  g:\n"                                                                                                                 \
  "    global: {-q: flag, '-C|--dir': chdir, -n: value}\n"                                                                 \
  "    effects: [network]\n"                                                                                               \
  "    subcommands:\n"                                                                                                     \
  "      log, show: {effects: [], options: {--stat: flag, '-o|--out': write}, operands: [value*]}\n"                       \
  "      push: {effects: [remote], options: {'-f|--force': flag, -d: flag!, '-X|--method': value!}, operands: [value*]}\n" \
  "      rm: {effects: [], options: {-r: flag}, operands: [delete*]}\n"                                                    \
  "      cat: {effects: [], options: {-u: {kind: flag, effects: [remote]}}, operands: [read*]}\n"                          \
  "      new: {effects: [], operands: [value!*]}\n"                                                                        \
  "  t: {operands: [value*]}\n"                                                                                            \
  "  get: {stdout: opaque, effects: [network], operands: [value*]}\n"                                                      \
  "  put: {stdin: data, effects: [network], operands: [value*]}\n"                                                         \
  "  run: {stdin: code, stdout: opaque}\n"                                                                                 \
  "  show: {operands: [read*], stdout: opaque}\n"                                                                          \
  "  cd: {operands: [chdir], does: chdir}\n"
#define OPEN \
  "effects: {read: allow, write: allow, delete: allow, network: allow, remote: allow, env: allow}\n"

static const scene scenes[] = {
    {"a longer key makes an exception within its layer",
     {[BUILTIN] = G OPEN "rules: {g: review, g log: allow, g push: allow, g push --force: deny}\n"},
     {{"g log", "allow", "rule"},
      {"g", "review", "rule"},
      {"g show", "review", "rule"},
      {"g push origin", "allow", NULL},
      {"g push -f", "deny", "rule"},
      {"g push origin --force x", "deny", NULL},
      {"g push --forc", "deny", NULL}, /* abbreviated: counts for deny */
      {"g -q push --force", "deny", NULL},
      {"/usr/bin/g log", "allow", NULL},
      {"./g log", "review", "rule"},
      {"/tmp/g push -f", "deny", NULL},
      {"g.exe push -f", "deny", NULL},
      {"nothing", "review", "unknown-command"}}},
    {"what no grammar describes has no effects that could be fine",
     {[BUILTIN] = G OPEN "rules: {h: by-effects, h x: allow, t: by-effects}\n"},
     {{"h", "review", "not-covered"},
      {"h x", "allow", NULL},
      {"h y", "review", "surplus-operand"},
      {"t y", "allow", NULL}}},
    {"numbers and what begins alike are options that a rule may name",
     {[BUILTIN] = OPEN
      "commands:\n"
      "  g: {options: {'-NUM, +NUM, -a, -W*': flag}, operands: [value*]}\n"
      "  m: {options: {-NUM: flag!, -a: flag}, operands: [value*]}\n"
      "  n: {options: {'-NUM, -a': flag}, operands: [value*]}\n"
      "rules:\n"
      "  g: allow\n"
      "  g -NUM, g -W*: deny\n"
      "  g +NUM: review\n"
      "  m, m -NUM: allow\n"
      "  n: [{when: {no-options: -NUM}, verdict: allow}, {when: {options: -NUM=3}, verdict: review}, deny]\n"},
     {{"g -a", "allow", NULL},
      {"g -3", "deny", "rule"},
      {"g -3a", "deny", "rule"},
      {"g +3", "review", "rule"},
      {"g -Wall", "deny", "rule"},
      {"m -a", "allow", NULL},
      {"m -3", "allow", NULL},
      {"n -a", "allow", NULL},
      {"n -3", "review", "rule"},
      {"n -12", "deny", "rule"},
      {"n -3 -12", "deny", "rule"},
      {"n -a3", "review", "rule"},
      {"n \"-$((1+2))\"", "review", "rule"}}},
    {"a later layer loosens only what it names, and tightens at any height",
     {[BUILTIN] = G OPEN "rules: {g log: allow, g push: review, g push --force: deny, t: allow}\n",
      [USER] = "rules: {g: allow, g push --force: review, t: deny, t a: allow}\n"},
     {{"g log", "allow", NULL},
      {"g show", "allow", NULL}, /* nobody else names it */
      {"g push", "review", "rule"},
      {"g push -f", "review", "rule"},
      {"t", "deny", NULL},
      {"t a", "allow", NULL},
      {"t a b", "deny", NULL}}},
    {"two that don't include one another both count",
     {[BUILTIN] =
          G OPEN "rules: {g push --force: review, g push origin: allow, g push x: deny, g push -q: allow}\n"},
     {{"g push origin", "allow", NULL},
      {"g push -f origin", "review", NULL},
      {"g push -q origin", "allow", NULL},
      {"g push -q origin x", "deny", NULL}}},
    {"a word is narrower than a glob",
     {[BUILTIN] = OPEN G
      "rules: {g show *secret*: deny, g show a-secret: allow, 'g show x*': allow, 't *': review, t ok: allow}\n"},
     {{"g show b-secret", "deny", NULL},
      {"g show a-secret", "allow", NULL},
      {"g show xsecret", "deny", NULL},
      {"g show xy", "allow", NULL},
      {"g show x \"$Y\"", "review", NULL},
      {"t ok", "allow", NULL},
      {"t no", "review", NULL},
      {"g show \"$Y\"", "review", NULL}}},
    {"a session lifts a review, never another layer's deny",
     {[BUILTIN] = G
      "effects: {remote: deny, network: review, read: {'/etc/**': deny, default: allow}, write: {'/x': deny, default: review}}\n"
      "rules: {g log: allow, g push: deny, g show: review, g cat: by-effects}\n"
      "defaults: {unknown-command: deny}\n",
      [SESSION] =
          "effects: {write: {'/x': allow, default: allow}, read: {'/etc/**': {except: [/etc/hosts]}}}\n"
          "rules: {g push: allow, g show: allow, g cat: allow, t: deny, t x: allow}\n"
          "defaults: {unknown-command: allow}\n"},
     {{"g push", "deny", "rule"},
      {"g show", "allow", NULL},
      {"g show -o /y", "allow", NULL},
      {"g show -o /x", "deny", "effect"},
      {"g cat /etc/hosts", "deny", NULL},
      {"g cat -u x", "deny", NULL},
      {"t x", "allow", NULL},
      {"t y", "deny", NULL},
      {"nothing", "deny", "unknown-command"}}},
    {"floors are judged each on its own, and only tighten",
     {[BUILTIN] = G OPEN "rules: {g log: allow, g push: allow, g show: allow, g cat: allow, g rm: allow}\n",
      [USER] = "rules: {g push: allow}\n",
      [REQUIREMENTS] =
          "rules: {g push: {verdict: deny, except: [g push origin]}, g cat -u: deny}\n"
          "effects: {delete: {default: {verdict: deny, except: [workspace/**]}}, write: {'/x': deny}}\n",
      [WORKSPACE] = "rules: {g show: review}\n"},
     {{"g log", "allow", NULL},
      {"g push", "deny", "floor-rule"},
      {"g push origin", "allow", NULL},
      {"g show", "review", "floor-rule"},
      {"g show -o /x", "deny", "floor-effect"},
      {"g rm a", "allow", NULL},
      {"g rm /tmp/a", "deny", "floor-effect"},
      {"g rm \"$A\"", "review", NULL},
      {"g cat a", "allow", NULL},
      {"g cat -u a", "deny", NULL},
      {"nothing", "review", "unknown-command"}}},
    {"an allow vouches for what its key names",
     {[BUILTIN] = G
      "effects: {network: review, remote: review, read: allow, delete: review, write: review, env: allow}\n"
      "rules: {g: allow, g show: allow, 'g show --out=/o': allow, g push: allow, g cat: allow, g rm /tmp/x: allow, 'g rm y*': allow}\n"},
     {{"g", "allow", NULL},      /* its own effect, network */
      {"g push", "allow", NULL}, /* remote */
      {"g cat", "allow", NULL},
      {"g cat -u", "review", "effect"},
      {"g show -o /p", "review", "effect"},
      {"g show -o /o", "allow", NULL},
      {"g show --out=/o", "allow", NULL},
      {"g rm /tmp/x", "allow", NULL},
      {"g rm yes", "review", "effect"},
      {"g show > /o", "review", "effect"}}},
    {"an allow of the program does not vouch for its subcommands",
     {[BUILTIN] = G "effects: {network: review, remote: review}\n", [USER] = "rules: {g: allow}\n"},
     {{"g", "allow", NULL}, {"g push", "review", "effect"}, {"g log", "allow", NULL}}},
    {"by-effects vouches for nothing",
     {[BUILTIN] = G "effects: {network: review, remote: deny, read: allow}\nrules: {g: by-effects}\n"},
     {{"g", "review", "effect"}, {"g push", "deny", "effect"}, {"g log", "allow", NULL}}},
    {"vouching never lifts a deny",
     {[BUILTIN] = G
      "effects: {remote: deny, write: {'/o': deny, default: allow}}\nrules: {g push: allow, 'g show --out=/o': allow}\n"},
     {{"g push", "deny", "effect"}, {"g show -o /o", "deny", "effect"}}},
    {"except",
     {[BUILTIN] = OPEN G "rules:\n"
                         "  g: {verdict: deny, except: [g log, g show --stat]}\n"
                         "  g log: allow\n"
                         "  g show: allow\n"
                         "  t: {verdict: allow, except: [t *secret*, t a b]}\n"},
     {{"g log", "allow", NULL},
      {"g show", "allow", NULL}, /* names more than g: deny */
      {"g push", "deny", NULL},
      {"t a", "allow", NULL},
      {"t a b", "review", NULL},
      {"t my-secrets", "review", NULL},
      {"t \"x$A\"", "review", NULL}, /* it may be one of those */
      {"t b a", "allow", NULL}}},
    {"closed: what nobody accounts for",
     {[BUILTIN] = OPEN G
      "rules: {g push: allow, g push -d: allow, g push --method=GET: allow, g new: allow, g new a: allow, g cat ...: allow, g log --weird: allow}\n"},
     {{"g push --nothing", "review", "unknown-option"},
      {"g push -z", "review", "unknown-option"},
      {"g push --forc", "review", "abbreviated-option"},
      {"g push -d", "allow", NULL},
      {"g push -fd", "allow", NULL},
      {"g push -X GET", "allow", NULL},
      {"g push -X POST", "review", "option-not-named"},
      {"g push -X GET -X POST", "review", NULL},
      {"g push --method=GET -d", "review", "option-not-named"},
      {"g new b", "review", "operand-not-named"},
      {"g new a", "allow", NULL},
      {"g new a b", "review", NULL},
      {"g what", "review", NULL},
      {"g cat --any thing", "allow", NULL},
      {"g log --weird", "allow", NULL},
      {"g log --weirder", "review", NULL},
      {"g push -X", "review", NULL},
      {"g $SUB", "review", NULL},
      {"g push \"$A\"", "review", "maybe-option"},
      {"g push -- \"$A\"", "allow", NULL},
      {"g push -- $A", "allow", NULL}}},
    {"paths in keys compare as paths",
     {[BUILTIN] = OPEN G
      "rules: {g rm: allow, g rm ~/x: deny, 'g -C /srv log': review, g log: allow, 'g show --out=~/x': deny, g show: allow, workspace/tool a: allow, /opt/*/bin/tool: deny}\n"},
     {{"g rm ~/x", "deny", NULL},
      {"g rm /home/u/./x", "deny", NULL},
      {"g rm ../../home/u/x", "deny", NULL},
      {"g rm ~/xy", "allow", NULL},
      {"g -C /srv log", "review", NULL},
      {"g -C /srv/ log", "review", NULL},
      {"g -C /srv/../srv log", "review", NULL},
      {"g -C /other log", "allow", NULL},
      {"g show -o /home/u/x", "deny", NULL},
      {"g show -o ~/../u/x", "deny", NULL},
      {"g show -o ~/y", "allow", NULL},
      {"g show -o \"$A\"", "review", NULL},
      {"./tool a", "allow", NULL},
      {"/work/app/tool a", "allow", NULL},
      {"tool a", "review", "unknown-command"},
      {"../tool a", "review", NULL},
      {"/opt/x/bin/tool", "deny", NULL}}},
    {"trusted program directories",
     {[BUILTIN] = OPEN G
      "rules: {g log: allow, g push: deny}\ndefaults: {trusted-program-directories: [~/bin, /opt/g/bin]}\n"},
     {{"~/bin/g log", "allow", NULL},
      {"/home/u/bin/g log", "allow", NULL},
      {"/opt/g/bin/g log", "allow", NULL},
      {"/usr/bin/g log", "review", "untrusted-path"},
      {"~/bin/x/g log", "review", "untrusted-path"},
      {"/home/u/bin2/g log", "review", "untrusted-path"},
      {"~other/bin/g log", "review", NULL},
      {"~other/bin/g push", "deny", NULL}}},
    {"identity: functions, aliases and PATH",
     {[BUILTIN] = OPEN G "rules: {g log: allow, g push: deny, t: allow}\n"},
     {{"g() { t; }; g log", "allow", NULL}, /* its body is what runs */
      {"g() { t; }; g push", "allow", NULL},
      {"g() { nothing; }; g log", "review", NULL},
      {"if t; then g() { nothing; }; fi; g log", "review", NULL},
      {"PATH=.:$PATH g log", "review", "shadowed"},
      {"PATH=/x; g log", "review", NULL},
      {"PATH=.:$PATH g push", "deny", NULL},
      {"PATH=/x /usr/bin/g log", "allow", NULL}}},
    {"effects: the strictest entry, the default, single patterns replaced by a later layer",
     {[BUILTIN] =
          G "effects:\n"
            "  read: {'/etc/**, ~/.ssh/**': deny, '/etc/pub/**': allow, '**/.env': review, default: allow}\n"
            "  write: {'workspace/**, tmp/**': allow, '**/.git/**': deny, default: review}\n"
            "  delete: {'/, ~': deny, 'workspace/**': allow, '~/.ssh/**': deny, default: review}\n"
            "rules: {g: by-effects}\n",
      [USER] = "effects:\n"
               "  read: {'~/.ssh/**': {except: [~/.ssh/known_hosts]}, '/etc/**': review}\n"
               "  write: {'/var/x': deny}\n"},
     {{"g cat a", "allow", NULL},
      {"g cat /etc/x", "review", NULL},
      {"g cat /etc/pub/x", "review", NULL},
      {"g cat ~/.ssh/id", "deny", NULL},
      {"g cat ~/.ssh/known_hosts", "allow", NULL},
      {"g cat sub/.env", "review", NULL},
      {"g cat \"$A\"", "review", NULL},
      {"g show -o a", "allow", NULL},
      {"g show -o /tmp/a", "allow", NULL},
      {"g show -o .git/config", "deny", NULL},
      {"g show -o /var/x", "deny", NULL},
      {"g rm a", "allow", NULL},
      {"g rm -- \"$A\"", "review", NULL},
      {"g rm ~", "deny", NULL},
      {"g rm /home", "deny", NULL}, /* ~ lies below */
      {"g rm /home/u/.ssh", "deny", NULL},
      {"g rm /", "deny", NULL},
      {"g rm /srv", "review", NULL}}},
    {"maybe: deny, and arms by facts that are not known",
     {[BUILTIN] = G
      "effects:\n"
      "  read: {'/etc/**': {verdict: deny, maybe: deny}, default: [{when: {sandbox: read-only}, verdict: allow}, review]}\n"
      "  write: {default: [{when: {sandbox: none}, verdict: deny}, {verdict: allow}]}\n"
      "rules:\n"
      "  g cat: by-effects\n"
      "  g show: by-effects\n"
      "  g log: [{when: {branch: main}, verdict: deny}, {verdict: allow}]\n"
      "  g push: [{when: {branch: main}, verdict: allow}, {verdict: review}]\n"
      "  cd: allow\n"
      "  t: deny\n"
      "  t a: [{when: {sandbox: none}, verdict: review}]\n"
      "  t b: [{when: {sandbox: none}, verdict: allow}]\n"
      "  t c: [{when: {workspace: trusted}, verdict: allow}]\n"
      "  t d: [{when: {cwd: workspace/**}, verdict: allow}]\n"},
     {{"g cat -- \"$A\"", "deny", NULL},
      {"g cat a", "review", NULL},
      {"g show -o a", "deny", NULL},
      {"g log", "deny", NULL},
      {"g push", "review", NULL},
      {"t a", "deny", NULL}, /* whether it is lifted is not known */
      {"t b", "deny", NULL},
      {"t c", "allow", NULL},
      {"cd /tmp && t c", "deny", NULL},
      {"t d", "allow", NULL},
      {"cd /tmp && t d", "deny", NULL},
      {"cd \"$A\" && t c", "deny", NULL}}},
    {"a deny that only may apply counts as review, and lifts no deny that surely does",
     {[BUILTIN] =
          OPEN G "rules: {g push: review, g push --force: deny, t: deny, t a: deny, t a b: review}\n"},
     {{"g push $A", "review", NULL},
      {"t \"$A\"", "deny", NULL},
      {"t $A", "deny", NULL},
      {"t a \"$B\"", "deny", NULL}}},
    {"flows",
     {[BUILTIN] = G "effects:\n"
                    "  network: allow\n"
                    "  code: allow\n"
                    "  read: {'~/.key': {verdict: allow, secret: true}, default: allow}\n"
                    "  flow: {network to code: deny, secrets to network: deny}\n"
                    "rules: {get: allow, put: allow, run: allow, show: by-effects, t: allow}\n"},
     {{"get x", "allow", NULL},
      {"get x | run", "deny", "flow"},
      {"get x | t | run", "deny", "flow"},
      {"t | run", "allow", NULL},
      {"show ~/.key", "allow", NULL},
      {"show ~/.key | put", "deny", "flow"},
      {"put \"$(show ~/.key)\"", "deny", "flow"},
      {"A=$(show ~/.key); put \"$A\"", "deny", "flow"},
      {"show a | put", "allow", NULL},
      {"get x; run", "review", "flow-nearby"},
      {"show ~/.key; put x", "review", "flow-nearby"}}},
    {"flows of secrets to code",
     {[BUILTIN] = G "effects:\n"
                    "  code: allow\n"
                    "  read: {'~/.key': {verdict: allow, secret: true}, default: allow}\n"
                    "  flow: {secrets to code: deny}\n"
                    "rules: {run: allow, show: by-effects, t: allow}\n"},
     {{"show ~/.key | run", "deny", "flow"},
      {"show ~/.key | t | run", "deny", "flow"},
      {"run \"$(show ~/.key)\"", "deny", "flow"},
      {"show a | run", "allow", NULL},
      {"show ~/.key; run", "review", "flow-nearby"}}},
    {"unknown-command and dynamic-command",
     {[BUILTIN] = OPEN G "rules: {t: allow}\n",
      [USER] = "defaults: {unknown-command: allow, dynamic-command: deny}\n",
      [REQUIREMENTS] = "defaults: {unparsable: deny}\n"},
     {{"nothing", "allow", NULL},
      {"$X", "deny", "dynamic-command"},
      {"t 'a", "deny", "syntax"},
      {"g log", "allow", NULL}}},
};

static bool has_code(const cmdpolicy_decision *d, const char *code) {
    cmdpolicy_reason r = {.struct_size = sizeof r};
    for (size_t i = 0; code && cmdpolicy_decision_reason(d, i, &r) == CMDPOLICY_OK; i++)
        if (r.verdict == cmdpolicy_decision_verdict(d) && r.code.size == strlen(code) &&
            memcmp(r.code.data, code, r.code.size) == 0)
            return true;
    return code == NULL;
}

START_TEST(scene_holds)
    {
        const scene *s = &scenes[_i];
        cmdpolicy_policy *policy = policy_of_layers(s->layers);
        ck_assert_msg(policy != NULL, "%s: its policy", s->name);
        size_t failed = 0;
        for (size_t i = 0; i < CASES && s->cases[i].command; i++) {
            cmdpolicy_decision *d = decide_here(policy, s->cases[i].command);
            const char *got = verdict_name(cmdpolicy_decision_verdict(d));
            if (strcmp(got, s->cases[i].verdict) != 0 || !has_code(d, s->cases[i].code)) {
                fprintf(stderr, "%s: `%s` wants %s%s%s, got:\n", s->name, s->cases[i].command,
                        s->cases[i].verdict, s->cases[i].code ? ", " : "",
                        s->cases[i].code ? s->cases[i].code : "");
                print_decision(d);
                failed++;
            }
            cmdpolicy_decision_free(d);
        }
        cmdpolicy_policy_free(policy);
        ck_assert_msg(failed == 0, "%s: %zu do not hold", s->name, failed);
    }
END_TEST

/* With the facts told. */
START_TEST(facts_choose_arms)
    {
        const char *layers[LAYERS] = {
            [BUILTIN] =
                "commands: {t: {operands: [value*]}, cd: {operands: [chdir], does: chdir}}\n"
                "rules:\n"
                "  cd: allow\n"
                "  t: deny\n"
                "  t a: [{when: {sandbox: none|read-only}, verdict: allow}]\n"
                "  t b: [{when: {branch: 'feature-*'}, verdict: allow}, {when: {branch: main}, verdict: review}]\n"
                "  t c: [{when: {workspace: untrusted}, verdict: review}]\n"
                "  t d: [{when: {shell: sh}, verdict: allow}]\n"};
        static const struct {
            const char *command, *sandbox, *branch;
            cmdpolicy_verdict verdict;
        } cases[] = {{"t a", "none", NULL, CMDPOLICY_ALLOW},
                     {"t a", "workspace-write", NULL, CMDPOLICY_DENY},
                     {"t a", NULL, NULL, CMDPOLICY_DENY},
                     {"t b", NULL, "feature-x", CMDPOLICY_ALLOW},
                     {"t b", NULL, "main", CMDPOLICY_REVIEW},
                     {"t b", NULL, "other", CMDPOLICY_DENY},
                     {"t b", NULL, NULL, CMDPOLICY_DENY},
                     {"t c", NULL, NULL, CMDPOLICY_DENY}, /* the workspace is trusted */
                     {"cd /tmp && t c", NULL, NULL, CMDPOLICY_REVIEW},
                     {"t d", NULL, NULL, CMDPOLICY_DENY}};
        cmdpolicy_policy *policy = policy_of_layers(layers);
        ck_assert_ptr_nonnull(policy);
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            cmdpolicy_request *r = request_here(policy, cases[i].command);
            if (cases[i].sandbox)
                cmdpolicy_request_set_fact(r, "sandbox", cases[i].sandbox, strlen(cases[i].sandbox));
            if (cases[i].branch)
                cmdpolicy_request_set_fact(r, "branch", cases[i].branch, strlen(cases[i].branch));
            cmdpolicy_decision *d = cmdpolicy_check(policy, r);
            ck_assert_msg(cmdpolicy_decision_verdict(d) == cases[i].verdict, "%zu: %s: %s", i,
                          cases[i].command, verdict_name(cmdpolicy_decision_verdict(d)));
            cmdpolicy_decision_free(d);
            cmdpolicy_request_free(r);
        }
        cmdpolicy_policy_free(policy);
    }
END_TEST

/* Where file names don't distinguish case, program names don't either: to deny, not to allow. */
START_TEST(case_of_programs)
    {
        const char *layers[LAYERS] = {
            [BUILTIN] = "commands: {t: {operands: [value*]}}\nrules: {t: allow, t x: deny}\n"};
        cmdpolicy_policy *policy = policy_of_layers(layers);
        ck_assert_ptr_nonnull(policy);
        static const struct {
            const char *command, *fact;
            cmdpolicy_verdict verdict;
        } cases[] = {{"T x", "insensitive", CMDPOLICY_DENY},
                     {"/usr/bin/T x", "insensitive", CMDPOLICY_DENY},
                     {"T y", "insensitive", CMDPOLICY_REVIEW},
                     {"t y", "insensitive", CMDPOLICY_ALLOW},
                     {"T x", "sensitive", CMDPOLICY_REVIEW}};
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            cmdpolicy_request *r = request_here(policy, cases[i].command);
            ck_assert_int_eq(cmdpolicy_request_set_fact(r, "case", cases[i].fact, strlen(cases[i].fact)),
                             CMDPOLICY_OK);
            cmdpolicy_decision *d = cmdpolicy_check(policy, r);
            ck_assert_msg(cmdpolicy_decision_verdict(d) == cases[i].verdict, "%s: %s", cases[i].command,
                          verdict_name(cmdpolicy_decision_verdict(d)));
            cmdpolicy_decision_free(d);
            cmdpolicy_request_free(r);
        }
        cmdpolicy_policy_free(policy);
    }
END_TEST

/* More rules that match than can be weighed: deny, in an overlay and in a floor, and it says so. */
START_TEST(too_many_rules)
    {
        enum { RULES = 400 };
        char *text = malloc(64 * RULES);
        for (int floor = 0; floor < 2; floor++) {
            size_t n = (size_t)sprintf(text, "rules:\n");
            for (int i = 0; i < RULES; i++)
                n += (size_t)sprintf(text + n, "  t *%d: review\n", i);
            const char *layers[LAYERS] = {[BUILTIN] =
                                              "commands: {t: {operands: [value*]}}\nrules: {t: allow}\n"};
            layers[floor ? REQUIREMENTS : USER] = text;
            cmdpolicy_policy *policy = policy_of_layers(layers);
            ck_assert_ptr_nonnull(policy);
            cmdpolicy_decision *d = decide_here(policy, "t \"$A\"");
            ck_assert_int_eq(cmdpolicy_decision_verdict(d), CMDPOLICY_DENY);
            ck_assert(has_code(d, "limit"));
            cmdpolicy_decision_free(d);
            ck_assert_int_eq(verdict_here(policy, "t 7"), CMDPOLICY_REVIEW);
            cmdpolicy_policy_free(policy);
        }
        free(text);
    }
END_TEST

/* A path on another machine is none of the paths here: what allows these doesn't allow it, and what denies them does. */
START_TEST(paths_elsewhere)
    {
        const char *layers[LAYERS] = {
            [BUILTIN] =
                "commands: {far: {effects: [remote], operands: [remote-command]}, show: {operands: [read*]}}\n"
                "effects: {read: {'/secret/**': deny, default: allow}, remote: allow}\n"
                "rules: {far: by-effects, show: by-effects}\n"};
        static const struct {
            const char *command;
            cmdpolicy_verdict verdict;
        } rows[] = {{"show /a", CMDPOLICY_ALLOW},
                    {"far show /a", CMDPOLICY_REVIEW},
                    {"show /secret/a", CMDPOLICY_DENY},
                    {"far show /secret/a", CMDPOLICY_DENY}};
        cmdpolicy_policy *policy = policy_of_layers(layers);
        ck_assert_ptr_nonnull(policy);
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            cmdpolicy_decision *d = decide_here(policy, rows[i].command);
            cmdpolicy_effect e = {.struct_size = sizeof e};
            size_t reads = 0;
            for (size_t k = 0; cmdpolicy_decision_effect(d, k, &e) == CMDPOLICY_OK; k++)
                if (e.kind.size == 4 && memcmp(e.kind.data, "read", 4) == 0) {
                    reads++;
                    ck_assert_msg(e.verdict == rows[i].verdict, "%s: its effect is %s", rows[i].command,
                                  verdict_name(e.verdict));
                    const char *domain = i % 2 ? "remote" : "local";
                    ck_assert_msg(e.domain.size == strlen(domain) &&
                                      memcmp(e.domain.data, domain, e.domain.size) == 0,
                                  "%s: not %s", rows[i].command, domain);
                }
            ck_assert_uint_eq(reads, 1);
            cmdpolicy_decision_free(d);
        }
        cmdpolicy_policy_free(policy);
    }
END_TEST

Suite *suite_decide(void);
Suite *suite_decide(void) {
    Suite *suite = suite_create("decide");
    TCase *tables = tcase_create("scenes");
    tcase_add_loop_test(tables, scene_holds, 0, (int)(sizeof scenes / sizeof scenes[0]));
    suite_add_tcase(suite, tables);
    TCase *facts = tcase_create("facts");
    tcase_add_test(facts, facts_choose_arms);
    tcase_add_test(facts, case_of_programs);
    tcase_add_test(facts, too_many_rules);
    tcase_add_test(facts, paths_elsewhere);
    suite_add_tcase(suite, facts);
    return suite;
}
