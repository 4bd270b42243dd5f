/* What zsh reads otherwise than bash. The parser reads zsh text by bash's grammar; this list names the constructs for which that would be wrong, and each is
 * noted as unsupported. Where the list is silent, the two agree. */
#ifndef CP_SHELL_ZSH_H
#define CP_SHELL_ZSH_H
#include "shell/parser.h"

void cp_zsh_refuse(cp_parser *, const cp_list *);
#endif
