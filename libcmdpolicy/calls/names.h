/* Names of variables that mean something to a shell: what is assigned to them is not kept, changes something else, or is refused. */
#ifndef CP_CALLS_NAMES_H
#define CP_CALLS_NAMES_H
#include "base/slice.h"
#include "shell/parse.h"

/* An array in which the shell keeps what the names of commands mean. */
bool cp_name_holds_names(cp_slice name);
/* zsh: it has a second name, or holds something else than what it is given. */
bool cp_name_zsh_keeps_otherwise(cp_slice name);
/* zsh: it says where functions and modules are found, which of them are called when something happens, or how a line is read. */
bool cp_name_zsh_rebinds(cp_slice name);
/* zsh: $argv is "$@", and 1=a assigns to $1. */
bool cp_name_zsh_is_positional(cp_slice name);
/* A reserved word of zsh's that declares variables: no function takes its place. */
bool cp_name_zsh_declares(cp_slice word);
/* What declares variables in a function, and is an error elsewhere. */
bool cp_name_needs_function(cp_slice word);
/* Does the environment have no such name? Those that it has, but for what says where a proxy is, are in upper case. */
bool cp_name_is_the_scripts_own(cp_slice);
/* ksh: no function may have this name. */
bool cp_name_is_special_builtin(cp_slice word);
/* What is assigned is calculated. */
bool cp_name_is_calculated(cp_dialect, cp_slice name);
/* Assigning to it may be an error, whatever the value. */
bool cp_name_may_refuse(cp_dialect, cp_slice name);
#endif
