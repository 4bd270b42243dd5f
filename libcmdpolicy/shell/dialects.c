/* The table of dialects. Sources: bash 5.2's manual and its POSIX mode; dash(1) and dash 0.5.12 itself; POSIX XCU 2. */
#include "shell/dialects.h"

#define DASH       (CP_F_LOOSE_FUNCTIONS | CP_F_EAGER)
#define BASH       (0x7fffffffu & ~CP_F_LOOSE_FUNCTIONS)
#define ZSH        (BASH & ~(CP_F_DUP_TOKENS | CP_F_MULTI_DIGIT_FD))
#define POSIX_BASH (BASH & ~(CP_F_BRACE_QUOTES | CP_F_TIME_OPTION))

uint32_t cp_dialect_features(cp_dialect dialect) {
    switch (dialect) {
    case CP_DIALECT_DASH: return DASH;
    case CP_DIALECT_POSIX_BASH: return POSIX_BASH;
    case CP_DIALECT_ZSH: return ZSH; /* and a list of refusals */
    default: return BASH;            /* bash; sh and unknown are read as bash first */
    }
}
