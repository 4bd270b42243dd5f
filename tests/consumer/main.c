/* Uses an installed libcmdpolicy: the built-in packs are there, and the verdict of a known command is as expected. */
#include <cmdpolicy.h>
#include <stdio.h>

int main(void) {
    static const char text[] = "rm -rf /";
    cmdpolicy_policy *policy = NULL;
    cmdpolicy_builder *builder = cmdpolicy_builder_new();
    cmdpolicy_builder_add_builtin(builder, NULL);
    cmdpolicy_status status = cmdpolicy_builder_build(builder, &policy);
    cmdpolicy_builder_free(builder);
    if (status != CMDPOLICY_OK) {
        fprintf(stderr, "no policy: %s\n", cmdpolicy_status_name(status));
        return 1;
    }
    cmdpolicy_decision *decision = cmdpolicy_check_shell(policy, text, sizeof text - 1);
    int denied = cmdpolicy_decision_verdict(decision) == CMDPOLICY_DENY;
    int decided = cmdpolicy_decision_status(decision) == CMDPOLICY_OK;
    cmdpolicy_decision_free(decision);
    cmdpolicy_policy_free(policy);
    printf("library %u, header %d.%d.%d, denied %d, decided %d\n", (unsigned)cmdpolicy_version(),
           CMDPOLICY_VERSION_MAJOR, CMDPOLICY_VERSION_MINOR, CMDPOLICY_VERSION_PATCH, denied, decided);
    return denied && decided ? 0 : 1;
}
