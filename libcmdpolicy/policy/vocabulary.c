/* The fixed words of the rule language. */
#include "policy/model.h"

const cp_word_number cp_kind_words[] = {
    {"flag", CP_KIND_FLAG},
    {"value", CP_KIND_VALUE},
    {"read", CP_KIND_READ},
    {"write", CP_KIND_WRITE},
    {"delete", CP_KIND_DELETE},
    {"edit", CP_KIND_EDIT},
    {"move", CP_KIND_MOVE},
    {"read-tree", CP_KIND_READ_TREE},
    {"write-tree", CP_KIND_WRITE_TREE},
    {"target", CP_KIND_TARGET},
    {"chdir", CP_KIND_CHDIR},
    {"command", CP_KIND_COMMAND},
    {"command;", CP_KIND_COMMAND_SEMI},
    {"command-there;", CP_KIND_COMMAND_THERE},
    {"program", CP_KIND_PROGRAM},
    {"script", CP_KIND_SCRIPT},
    {"words", CP_KIND_WORDS},
    {"placeholder", CP_KIND_PLACEHOLDER},
    {"remote-command", CP_KIND_REMOTE_COMMAND},
    {"remote-script", CP_KIND_REMOTE_SCRIPT},
    {"script-file", CP_KIND_SCRIPT_FILE},
    {"code-file", CP_KIND_CODE_FILE},
    {"code", CP_KIND_CODE},
    {"rest", CP_KIND_REST},
    {"url", CP_KIND_URL},
    {"host", CP_KIND_HOST},
    {"assignment", CP_KIND_ASSIGNMENT},
    {"variable", CP_KIND_VARIABLE},
    {"names", CP_KIND_NAMES},
    {NULL, 0},
};

const cp_word_number cp_syntax_words[] = {
    {"gnu", CP_SYNTAX_GNU},
    {"posix", CP_SYNTAX_POSIX},
    {"single-dash", CP_SYNTAX_SINGLE_DASH},
    {"find", CP_SYNTAX_FIND},
    {"assignments", CP_SYNTAX_ASSIGNMENTS},
    {"bundle-first", CP_SYNTAX_BUNDLE_FIRST},
    {"none", CP_SYNTAX_NONE},
    {NULL, 0},
};

const cp_word_number cp_does_words[] = {
    {"chdir", CP_DOES_CHDIR},
    {"assign", CP_DOES_ASSIGN},
    {"assign-unknown", CP_DOES_ASSIGN_UNKNOWN},
    {"positional", CP_DOES_POSITIONAL},
    {"shift", CP_DOES_SHIFT},
    {"alias", CP_DOES_ALIAS},
    {"run-later", CP_DOES_RUN_LATER},
    {"source", CP_DOES_SOURCE},
    {"replace", CP_DOES_REPLACE},
    {"option", CP_DOES_OPTION},
    {"rebind", CP_DOES_REBIND},
    {"export", CP_DOES_EXPORT},
    {"leave", CP_DOES_LEAVE},
    {"exit", CP_DOES_EXIT},
    {"attribute", CP_DOES_ATTRIBUTE},
    {"readonly", CP_DOES_READONLY},
    {"reference", CP_DOES_REFERENCE},
    {"arithmetic", CP_DOES_ARITHMETIC},
    {"array", CP_DOES_ARRAY},
    {"subscript", CP_DOES_SUBSCRIPT},
    {"extension", CP_DOES_EXTENSION},
    {"unset", CP_DOES_UNSET},
    {NULL, 0},
};

const cp_word_number cp_effect_words[] = {
    {"read", CP_EFFECT_READ},
    {"write", CP_EFFECT_WRITE},
    {"delete", CP_EFFECT_DELETE},
    {"network", CP_EFFECT_NETWORK},
    {"code", CP_EFFECT_CODE},
    {"env", CP_EFFECT_ENV},
    {"privilege", CP_EFFECT_PRIVILEGE},
    {"remote", CP_EFFECT_REMOTE},
    {"process", CP_EFFECT_PROCESS},
    {"system", CP_EFFECT_SYSTEM},
    {NULL, 0},
};

const cp_word_number cp_verdict_words[] = {
    {"allow", CP_IV_ALLOW},
    {"by-effects", CP_IV_BY_EFFECTS},
    {"review", CP_IV_REVIEW},
    {"deny", CP_IV_DENY},
    {NULL, 0},
};

const cp_word_number cp_flow_words[] = {
    {"network", CP_FLOW_NETWORK},
    {"secrets", CP_FLOW_SECRETS},
    {"code", CP_FLOW_CODE},
    {"read", CP_FLOW_READ},
    {"write", CP_FLOW_WRITE},
    {"remote", CP_FLOW_REMOTE},
    {NULL, 0},
};
