/* Conditions, verdicts and ids: the same for grammars, rules and effects. */
#include "base/text.h"
#include "policy/compiler.h"

static cp_rec_cond make_cond(cp_compiler *c, const cp_m_cond *cond) {
    uint32_t a = 0, b = 0;
    switch (cond->op) {
    case CP_CONDOP_OPTION:
        a = cp_build_string(&c->build, cond->text);
        b = cond->has_value ? cp_build_string(&c->build, cond->value) : 0;
        break;
    case CP_CONDOP_OPERANDS:
    case CP_CONDOP_OPERANDS_BEFORE:
        a = cond->low;
        b = cond->high;
        break;
    case CP_CONDOP_OPERAND: a = cp_build_regex(&c->build, cond->text); break;
    case CP_CONDOP_CWD: a = cp_build_path(&c->build, cond->path); break;
    case CP_CONDOP_SANDBOX:
    case CP_CONDOP_SHELL:
    case CP_CONDOP_BRANCH:
    case CP_CONDOP_STDIN: a = cp_build_string(&c->build, cond->text); break;
    default: break;
    }
    c->build.too_large |= b >= CP_COND_UNBOUND && b != UINT32_MAX;
    return (cp_rec_cond){a, (uint16_t)b, (uint8_t)(b >> 16), cp_build_8(&c->build, cond->op)};
}

/* How many conditions from the first on have this code. */
static uint32_t run_of(const cp_m_conds *conds, uint32_t first, uint32_t op) {
    uint32_t n = 0;
    while (first + n < conds->count && conds->items[first + n].op == op)
        n++;
    return n;
}

/* Options of which some is there, `count` of them and then OR for all but one: those without a value are one condition. Returns how
 * many conditions that makes. */
static uint32_t make_some_option(cp_compiler *c, const cp_m_cond *options, uint32_t count,
                                 cp_rec_cond *made) {
    cp_rec_name *names = CP_NEW_ARRAY(c->arena, cp_rec_name, count);
    uint32_t named = 0, n = 0, alone = 0;
    for (uint32_t i = 0; names && i < count; i++) {
        uint32_t name = cp_build_string(&c->build, options[i].text);
        if (!options[i].has_value && name <= UINT16_MAX)
            names[named++].name = (uint16_t)name;
    }
    if (named > 1)
        made[n++] = (cp_rec_cond){cp_build_shared(&c->build, CP_SEC_NAMS, names, named),
                                  cp_build_16(&c->build, named), 0, CP_CONDOP_OPTIONS};
    for (uint32_t i = 0; i < count; i++) {
        if (named > 1 && !options[i].has_value && cp_build_string(&c->build, options[i].text) <= UINT16_MAX)
            continue;
        made[n++] = make_cond(c, &options[i]);
        alone++;
    }
    for (uint32_t joins = alone - (named < 2); joins; joins--)
        made[n++] = (cp_rec_cond){.op = CP_CONDOP_OR};
    return n;
}

uint32_t cp_compile_conds(cp_compiler *c, const cp_m_conds *conds, uint16_t *out_count) {
    cp_rec_cond few[8], *made = few;
    if (conds->count > sizeof few / sizeof *few)
        made = CP_NEW_ARRAY(c->arena, cp_rec_cond, conds->count);
    if (!made)
        return 0;
    uint32_t count = 0;
    for (uint32_t i = 0; i < conds->count; i++) {
        uint32_t options = run_of(conds, i, CP_CONDOP_OPTION),
                 joins = run_of(conds, i + options, CP_CONDOP_OR);
        if (options > 1 && joins + 1 >= options) {
            count += make_some_option(c, &conds->items[i], options, made + count);
            i += 2 * options - 2;
        } else
            made[count++] = make_cond(c, &conds->items[i]);
    }
    *out_count = cp_build_16(&c->build, count);
    return cp_build_shared(&c->build, CP_SEC_COND, made, count);
}

uint32_t cp_compile_arms(cp_compiler *c, const cp_m_arm *arms, uint32_t count) {
    cp_rec_arm few[4], *made = few;
    if (count > sizeof few / sizeof *few)
        made = CP_NEW_ARRAY(c->arena, cp_rec_arm, count);
    if (!made)
        return 0;
    for (uint32_t i = 0; i < count; i++) {
        made[i] = (cp_rec_arm){0};
        made[i].cond_first = cp_compile_conds(c, &arms[i].conds, &made[i].cond_count);
        made[i].verdict = cp_build_8(&c->build, arms[i].verdict);
        made[i].reason = cp_build_string(&c->build, arms[i].reason);
        made[i].suggest = cp_build_string(&c->build, arms[i].suggest);
        made[i].risk = cp_build_string(&c->build, arms[i].risk);
    }
    return cp_build_shared(&c->build, CP_SEC_ARMS, made, count);
}

static bool same_conds(const cp_m_conds *a, const cp_m_conds *b) {
    if (a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++) {
        const cp_m_cond *x = &a->items[i], *y = &b->items[i];
        if (x->op != y->op || x->low != y->low || x->high != y->high || x->has_value != y->has_value ||
            !cp_slice_eq(x->text, y->text) || !cp_slice_eq(x->value, y->value))
            return false;
    }
    return true;
}

bool cp_same_arms(const cp_m_arm *a, uint32_t a_count, const cp_m_arm *b, uint32_t b_count) {
    if (a_count != b_count)
        return false;
    for (uint32_t i = 0; i < a_count; i++)
        if (a[i].verdict != b[i].verdict || !same_conds(&a[i].conds, &b[i].conds))
            return false;
    return true;
}

cp_slice cp_rule_id(cp_arena *arena, const cp_model *model, cp_slice text) {
    cp_slice name = model->pack;
    if (name.n == 0) {
        uint32_t slash = cp_slice_rfind(model->file, '/');
        name = slash < model->file.n ? cp_slice_sub(model->file, slash + 1, model->file.n) : model->file;
    }
    return cp_arena_concat(arena, cp_arena_concat(arena, name, CP_LIT(":")), text);
}

void cp_report_contradiction(cp_compiler *c, const char *code, cp_place at, cp_slice what,
                             const cp_model *first_model, cp_place first) {
    cp_error(&c->report, code, at, "one verdict for it in a layer; a longer key for an exception",
             "`%s` has another verdict in %s, line %d", what, first_model->file, first.line);
}
