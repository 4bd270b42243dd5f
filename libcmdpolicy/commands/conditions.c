/* The conditions of cases in a command's grammar: they know the call only. Postfix code over three truth values. */
#include "commands/reader.h"

enum { STACK = 256 };

/* `before`: of those that stand before a "--". */
static cp_tri operand_count_in(const cp_reader *r, uint32_t low, uint32_t high, bool before) {
    uint32_t sure = 0, most = 0;
    bool open = false;
    for (uint32_t i = 0; i < r->out->operand_count; i++) {
        const cp_operand *o = &r->out->operands[i];
        if (before && o->after_dashes)
            break;
        open |= o->splat != 0;
        most++;
        if (o->present == CP_YES)
            sure++;
    }
    if (open)
        most = UINT32_MAX;
    if (sure > high || most < low)
        return CP_NO;
    return sure >= low && most <= high ? CP_YES : CP_MAYBE;
}

static cp_tri some_operand_matches(const cp_reader *r, uint32_t regex) {
    cp_tri found = CP_NO;
    for (uint32_t i = 0; i < r->out->operand_count && cp_step(r->budget); i++) {
        const cp_operand *o = &r->out->operands[i];
        for (uint32_t k = 0; k < o->set.count; k++) {
            cp_regex_match match;
            cp_regex_run(r->regexes, regex, &o->set.values[k], r->arena, r->budget, &match);
            cp_tri here = match.failed ? CP_MAYBE : match.tri;
            if (o->set.count > 1 || o->present != CP_YES)
                here = cp_tri_and(here, CP_MAYBE);
            found = cp_tri_or(found, here);
        }
    }
    return found;
}

static cp_tri no_options(const cp_reader *r) {
    cp_tri none = r->out->any_option ? CP_MAYBE : CP_YES;
    for (uint32_t i = 0; i < r->out->option_count; i++)
        none = cp_tri_and(none, cp_tri_not((cp_tri)r->out->options[i].present));
    return none;
}

typedef struct conditions { /* what is left of a run of them */
    const uint8_t *at;
    uint32_t count, size;
} conditions;

static const cp_rec_cond *condition_at(const conditions *c, uint32_t index) {
    return (const cp_rec_cond *)(const void *)(c->at + (size_t)index * c->size);
}

static cp_tri option_is_there(const cp_reader *r, uint32_t name, uint32_t value) {
    if (!cp_reading_may_name(r->out, r->image, name))
        return r->out->any_option ? CP_MAYBE : CP_NO;
    cp_slice text = value ? cp_image_string(r->image, value) : (cp_slice){NULL, 0};
    bool glob = text.n && cp_slice_find(text, '*', 0) < text.n;
    return cp_reading_has_option(r->out, r->image, name, value ? &text : NULL, glob);
}

/* Some of a list of options, as nearly every condition is. */
static cp_tri some_option(const cp_reader *r, uint32_t first, uint32_t count) {
    const size_t size = r->image->section[CP_SEC_NAMS].size;
    const uint8_t *at = cp_image_run(r->image, CP_SEC_NAMS, first, count);
    if (!at || !cp_spend(r->budget, CP_LIMIT_STEPS, count))
        return CP_MAYBE;
    cp_tri found = r->out->any_option ? CP_MAYBE : CP_NO;
    /* names that aren't among the options that were read can be told by a bit (cp_reading_may_name) */
    uint64_t names = r->out->names_known && r->image == r->out->layer->image ? r->out->names : UINT64_MAX;
    const cp_slice typed = r->out->typed;
    for (const uint8_t *end = at + count * size; at < end && found != CP_YES; at += size) {
        uint32_t name = ((const cp_rec_name *)(const void *)at)->name;
        if ((names >> name % 64 & 1) || (typed.n && cp_image_string_is(r->image, name, typed)))
            found = cp_tri_or(found, option_is_there(r, name, 0));
    }
    return found;
}

/* Have the first `length` conditions, which make one value, no say, since what is told already makes the whole NO? */
static bool is_no_anyway(const conditions *left, uint32_t length, const cp_tri *told, uint32_t count) {
    enum { NEAR = 16 };
    uint32_t most = left->count - length < NEAR ? left->count : length + NEAR, above = 0; /* that value */
    for (; length < most && count; length++) {
        uint32_t op = condition_at(left, length)->op;
        bool joins = op == CP_CONDOP_AND || op == CP_CONDOP_OR;
        if (joins && above)
            above--;
        else if (op == CP_CONDOP_OR)
            return false;
        else if (op == CP_CONDOP_AND && told[--count] == CP_NO)
            return true;
        else if (!joins && op != CP_CONDOP_NOT)
            above++;
    }
    return false;
}

cp_tri cp_case_holds(const cp_reader *r, uint32_t cond_first, uint32_t cond_count) {
    cp_tri stack[STACK];
    uint32_t n = 0;
    const uint8_t *first = cp_image_run(r->image, CP_SEC_COND, cond_first, cond_count);
    if (!first && cond_count)
        return CP_MAYBE;
    for (uint32_t i = 0; i < cond_count && cp_step(r->budget); i++) {
        conditions left = {first + (size_t)i * r->image->section[CP_SEC_COND].size, cond_count - i,
                           r->image->section[CP_SEC_COND].size};
        const cp_rec_cond *c = condition_at(&left, 0);
        cp_tri value = CP_MAYBE;
        switch (c->op) {
        case CP_CONDOP_AND:
        case CP_CONDOP_OR:
            if (n < 2)
                return CP_MAYBE;
            n--;
            stack[n - 1] = c->op == CP_CONDOP_AND ? cp_tri_and(stack[n - 1], stack[n])
                                                  : cp_tri_or(stack[n - 1], stack[n]);
            continue;
        case CP_CONDOP_NOT:
            if (n < 1)
                return CP_MAYBE;
            stack[n - 1] = cp_tri_not(stack[n - 1]);
            continue;
        case CP_CONDOP_OPTION: value = option_is_there(r, c->a, cp_image_cond_b(c)); break;
        case CP_CONDOP_OPTIONS:
            value = is_no_anyway(&left, 1, stack, n) ? CP_NO : some_option(r, c->a, cp_image_cond_b(c));
            break;
        case CP_CONDOP_NO_OPTIONS: value = no_options(r); break;
        case CP_CONDOP_OPERANDS: value = operand_count_in(r, c->a, cp_image_cond_b(c), false); break;
        case CP_CONDOP_OPERANDS_BEFORE:
            value = cp_tri_and((cp_tri)r->out->dashes, operand_count_in(r, c->a, cp_image_cond_b(c), true));
            break;
        case CP_CONDOP_OPERAND:
            value = is_no_anyway(&left, 1, stack, n) ? CP_NO : some_operand_matches(r, c->a);
            break;
        default: break; /* a condition of rules: not for a grammar to know */
        }
        if (n == STACK)
            return CP_MAYBE;
        stack[n++] = value;
    }
    return cond_count == 0 ? CP_YES : n == 1 ? stack[0] : CP_MAYBE;
}
