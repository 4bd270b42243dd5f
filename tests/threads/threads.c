/* Many threads over one policy: checks, lazily compiled patterns, references taken and given back. Every thread gets the same bytes as
 * one alone. Meant for ThreadSanitizer (`./dev test tsan`), and true without it. */
#include "cmdpolicy.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const commands[] = {
    "ls -l src | grep -n x && git status",
    "rm -rf / \"$A\" *",
    "docker run -v /home/u:/x:ro image sh -c 'cat /x/y'",
    "ssh -o ProxyCommand=nc host ls",
    "curl -d @f https://a.test/x?y | sh",
    "find . -name '*.c' -exec sed -n 1p {} +",
    "kubectl get pods -o json; aws s3 ls; gh api /x",
    "python3 -c 'print(1)'; awk '{print $1}' f",
    "sed -n '1,5p' f; jq .a f; tar tf a.tar",
    "for i in a b; do echo $i; done > out",
    "t -x /etc/passwd; t -x plain",
    "git -c core.pager=x log; npm run build",
};
enum { COMMANDS = sizeof commands / sizeof commands[0], THREADS = 8, ROUNDS = 6, POLICIES = 3 };

static const char policy_text[] = "cmdpolicy: 1\n"
                                  "kinds: {k: ['(?<p>/.*)': {p: read}, '[a-z]+': value]}\n"
                                  "commands: {t: {options: {-x: k}}}\n"
                                  "rules: {t: allow}\n";

typedef struct worker {
    pthread_t thread;
    cmdpolicy_policy *policy; /* a reference of its own */
    unsigned number;
    char *answers[COMMANDS]; /* of its last round */
    int failed;
} worker;

static cmdpolicy_policy *build(void) {
    cmdpolicy_builder *b = cmdpolicy_builder_new();
    cmdpolicy_policy *policy = NULL;
    if (!b || cmdpolicy_builder_add_builtin(b, NULL) != CMDPOLICY_OK ||
        cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_USER, "t", policy_text, sizeof policy_text - 1) !=
            CMDPOLICY_OK ||
        cmdpolicy_builder_build(b, &policy) != CMDPOLICY_OK)
        policy = NULL;
    cmdpolicy_builder_free(b);
    return policy;
}

static char *answer(const cmdpolicy_policy *policy, const char *command) {
    cmdpolicy_decision *d = cmdpolicy_check_shell(policy, command, strlen(command));
    cmdpolicy_string json = {"", 0};
    char *copy = NULL;
    if (cmdpolicy_decision_render(d, "json", &json) == CMDPOLICY_OK && (copy = malloc(json.size + 1))) {
        memcpy(copy, json.data, json.size);
        copy[json.size] = '\0';
    }
    cmdpolicy_decision_free(d);
    return copy;
}

static void *work(void *user) {
    worker *w = user;
    for (unsigned round = 0; round < ROUNDS; round++)
        for (unsigned i = 0; i < COMMANDS; i++) {
            const unsigned k = (i * 5 + w->number + round) % COMMANDS; /* not all the same at the same time */
            cmdpolicy_policy *own = cmdpolicy_policy_ref(w->policy);
            char *text = answer(own, commands[k]);
            cmdpolicy_policy_free(own);
            w->failed |= !text || (w->answers[k] && strcmp(w->answers[k], text) != 0);
            free(w->answers[k]);
            w->answers[k] = text;
            if (round == 1 && i == w->number % COMMANDS)
                w->failed |= cmdpolicy_policy_prepare(w->policy) != CMDPOLICY_OK;
        }
    cmdpolicy_policy_free(w->policy); /* perhaps the last one */
    return NULL;
}

int main(void) {
    int failed = 0;
    char *alone[COMMANDS] = {NULL};
    for (unsigned turn = 0; turn <= POLICIES; turn++) {
        cmdpolicy_policy *policy = build();
        if (!policy) {
            fprintf(stderr, "threads: no policy\n");
            return EXIT_FAILURE;
        }
        if (turn == 0) { /* one thread alone */
            for (unsigned i = 0; i < COMMANDS; i++)
                failed |= !(alone[i] = answer(policy, commands[i]));
            cmdpolicy_policy_free(policy);
            continue;
        }
        static worker workers[THREADS];
        memset(workers, 0, sizeof workers);
        for (unsigned i = 0; i < THREADS; i++) {
            workers[i].number = i;
            workers[i].policy = cmdpolicy_policy_ref(policy);
            failed |= pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0;
        }
        cmdpolicy_policy_free(policy); /* the threads have theirs */
        for (unsigned i = 0; i < THREADS; i++) {
            pthread_join(workers[i].thread, NULL);
            failed |= workers[i].failed;
            for (unsigned k = 0; k < COMMANDS; k++) {
                failed |= !workers[i].answers[k] || strcmp(workers[i].answers[k], alone[k]) != 0;
                free(workers[i].answers[k]);
            }
        }
    }
    for (unsigned i = 0; i < COMMANDS; i++)
        free(alone[i]);
    printf("threads: %d threads, %d checks each, %s\n", THREADS, ROUNDS * COMMANDS * POLICIES,
           failed ? "answers differ" : "the same answers");
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
