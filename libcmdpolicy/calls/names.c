/* Names that mean something to a shell, from bash 5.2's manual, zsh 5.9's ($parameters) and dash 0.5.12's. */
#include "calls/names.h"

static bool is_one_of(cp_slice name, const char *const *list) {
    while (*list && !cp_slice_is(name, *list))
        list++;
    return *list != NULL;
}

bool cp_name_holds_names(cp_slice name) {
    static const char *const names[] = {"BASH_ALIASES", "BASH_CMDS", "aliases",
                                        "commands",     "functions", NULL};
    return is_one_of(name, names);
}

bool cp_name_zsh_keeps_otherwise(cp_slice name) {
    static const char *const names[] = {
        "CDPATH",  "FIGNORE",     "FPATH",      "HISTCHARS", "MAILPATH", "MANPATH",   "MODULE_PATH",
        "PROMPT",  "PROMPT2",     "PROMPT3",    "PROMPT4",   "PS1",      "PS2",       "PS3",
        "PS4",     "PSVAR",       "cdpath",     "fignore",   "fpath",    "histchars", "mailpath",
        "manpath", "module_path", "pipestatus", "prompt",    "psvar",    "status",    NULL};
    return is_one_of(name, names);
}

bool cp_name_zsh_rebinds(cp_slice name) {
    static const char *const names[] = {
        "FPATH",         "MODULE_PATH",  "builtins",     "dis_aliases", "dis_builtins",
        "dis_functions", "dis_galiases", "dis_saliases", "fpath",       "galiases",
        "module_path",   "modules",      "options",      "saliases",    NULL};
    static const char end[] = "_functions";
    const uint32_t n = sizeof end - 1;
    return is_one_of(name, names) || (name.n > n && memcmp(name.p + name.n - n, end, n) == 0);
}

bool cp_name_zsh_is_positional(cp_slice name) {
    return cp_slice_is(name, "argv") || (name.n && name.p[0] >= '1' && name.p[0] <= '9');
}

bool cp_name_zsh_declares(cp_slice word) {
    static const char *const words[] = {"declare", "export",   "float",   "integer",
                                        "local",   "readonly", "typeset", NULL};
    return is_one_of(word, words);
}

bool cp_name_needs_function(cp_slice word) {
    return cp_slice_is(word, "local");
}

bool cp_name_is_the_scripts_own(cp_slice name) {
    bool lower = false;
    for (uint32_t i = 0; i < name.n; i++)
        lower |= name.p[i] >= 'a' && name.p[i] <= 'z';
    return lower;
}

bool cp_name_is_special_builtin(cp_slice word) {
    static const char *const words[] = {".",     ":",      "break",    "continue", "eval", "exec",
                                        "exit",  "export", "readonly", "return",   "set",  "shift",
                                        "times", "trap",   "typeset",  "unset",    NULL};
    return is_one_of(word, words);
}

bool cp_name_is_calculated(cp_dialect dialect, cp_slice name) {
    static const char *const everywhere[] = {"HISTCMD", "OPTIND", "RANDOM", "SECONDS", "SRANDOM", NULL};
    static const char *const zsh[] = {"COLUMNS",
                                      "EGID",
                                      "ERRNO",
                                      "EUID",
                                      "FUNCNEST",
                                      "GID",
                                      "HISTSIZE",
                                      "KEYTIMEOUT",
                                      "LINES",
                                      "LISTMAX",
                                      "MAILCHECK",
                                      "SAVEHIST",
                                      "SHLVL",
                                      "TRY_BLOCK_ERROR",
                                      "TRY_BLOCK_INTERRUPT",
                                      "UID",
                                      "ZLE_RPROMPT_INDENT",
                                      NULL};
    static const char *const mksh[] = {"BASHPID", "COLUMNS",    "KSHEGID", "KSHGID", "KSHUID",  "LINES",
                                       "PGRP",    "PIPESTATUS", "PPID",    "TMOUT",  "USER_ID", NULL};
    return is_one_of(name, everywhere) || (dialect == CP_DIALECT_ZSH && is_one_of(name, zsh)) ||
           ((dialect == CP_DIALECT_SH || dialect == CP_DIALECT_UNKNOWN) && is_one_of(name, mksh));
}

static bool is_identifier(cp_slice name) {
    bool is = name.n && (name.p[0] < '0' || name.p[0] > '9');
    for (uint32_t i = 0; i < name.n && is; i++) {
        uint8_t c = name.p[i];
        is = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }
    return is;
}

bool cp_name_may_refuse(cp_dialect dialect, cp_slice name) {
    static const char *const everywhere[] = {"BASHOPTS", "BASH_VERSINFO", "EUID", "FUNCNEST",
                                             "PPID",     "SHELLOPTS",     "UID",  NULL};
    static const char *const zsh[] = {"ARGC",
                                      "EGID",
                                      "EPOCHREALTIME",
                                      "EPOCHSECONDS",
                                      "GID",
                                      "HISTCMD",
                                      "LINENO",
                                      "TTYIDLE",
                                      "USERNAME",
                                      "ZSH_EVAL_CONTEXT",
                                      "ZSH_SUBSHELL",
                                      "aliases",
                                      "builtins",
                                      "commands",
                                      "dis_aliases",
                                      "dis_builtins",
                                      "dis_functions",
                                      "dis_functions_source",
                                      "dis_galiases",
                                      "dis_patchars",
                                      "dis_reswords",
                                      "dis_saliases",
                                      "epochtime",
                                      "errnos",
                                      "funcfiletrace",
                                      "funcsourcetrace",
                                      "funcstack",
                                      "functions",
                                      "functions_source",
                                      "functrace",
                                      "galiases",
                                      "history",
                                      "historywords",
                                      "jobdirs",
                                      "jobstates",
                                      "jobtexts",
                                      "keymaps",
                                      "langinfo",
                                      "mapfile",
                                      "modules",
                                      "nameddirs",
                                      "options",
                                      "parameters",
                                      "patchars",
                                      "reswords",
                                      "saliases",
                                      "status",
                                      "sysparams",
                                      "termcap",
                                      "terminfo",
                                      "userdirs",
                                      "usergroups",
                                      "widgets",
                                      "zsh_eval_context",
                                      NULL};
    if (is_one_of(name, everywhere))
        return true;
    return dialect == CP_DIALECT_ZSH && (!is_identifier(name) || is_one_of(name, zsh));
}
