/* The order of the linter, and what its files share. */
#include "policy/linter.h"

bool cp_lint_new(cp_linter *l, const char *code, cp_place at) {
    uint32_t place = (uint32_t)at.offset,
             what = cp_slice_hash(cp_slice_str(code)) ^ cp_slice_hash(l->report.file);
    if (cp_pairs_find(&l->seen, place, what))
        return false;
    return cp_pairs_add(l->arena, &l->seen, place, what, 1);
}

bool cp_lint_grammar(const cp_linter *l, cp_slice program, const cp_image **out_image, uint32_t *out_node) {
    uint32_t slash = cp_slice_rfind(program, '/');
    if (slash < program.n)
        program = cp_slice_sub(program, slash + 1, program.n);
    for (uint32_t i = 0; i < l->image_count; i++) {
        *out_node = cp_image_grammar_child(l->images[i], CP_IMAGE_ROOT, program);
        *out_image = l->images[i];
        if (*out_node)
            return true;
    }
    return false;
}

bool cp_lint_runs(uint32_t kind) {
    switch (kind) {
    case CP_KIND_COMMAND:
    case CP_KIND_COMMAND_SEMI:
    case CP_KIND_COMMAND_THERE:
    case CP_KIND_COMMAND_EACH:
    case CP_KIND_PROGRAM:
    case CP_KIND_SCRIPT:
    case CP_KIND_WORDS:
    case CP_KIND_REMOTE_COMMAND:
    case CP_KIND_REMOTE_SCRIPT:
    case CP_KIND_SCRIPT_FILE:
    case CP_KIND_CODE_FILE:
    case CP_KIND_CODE: return true;
    default: return false;
    }
}

void cp_policy_lint(const cp_lint *in) {
    cp_linter *l = CP_NEW(in->arena, cp_linter);
    if (cp_arena_failed(in->arena))
        return;
    l->in = in;
    l->arena = in->arena;
    l->report = (cp_reporter){.arena = in->arena, .diags = in->diags, .layer = in->layer};
    if (in->own)
        l->images[l->image_count++] = in->own;
    for (uint32_t i = in->grammar_count; i-- > 0 && l->image_count < 64;)
        l->images[l->image_count++] = in->grammars[i];
    cp_lint_rules(l);
    cp_lint_commands(l);
    cp_lint_patterns(l);
}
