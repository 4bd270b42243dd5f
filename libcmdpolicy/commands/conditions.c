/* The conditions of cases in a command's grammar: they know the call only. Postfix code over three truth values. */
#include "commands/reader.h"

enum { STACK = 256 };

static cp_tri operand_count_in(const cp_reader *r, uint32_t low, uint32_t high) {
    uint32_t sure = 0, most = 0;
    bool open = false;
    for (uint32_t i = 0; i < r->out->operand_count; i++) {
        const cp_operand *o = &r->out->operands[i];
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

/* How many conditions from the first on have this code; `most` at most. */
static uint32_t run_of(const conditions *c, uint32_t first, uint32_t most, uint32_t op) {
    const size_t size = c->size;
    const uint8_t *at = c->at + (size_t)first * size + offsetof(cp_rec_cond, op);
    uint32_t n = 0;
    for (; most - n >= 4; n += 4, at += 4 * size) /* lists are long */
        if ((at[0] ^ op) | (at[size] ^ op) | (at[2 * size] ^ op) | (at[3 * size] ^ op))
            break;
    for (; n < most && *at == op; n++)
        at += size;
    return n;
}

/* `-NUM`, which a condition has as its sign alone: any number that was typed. */
static cp_tri number_is_there(const cp_reader *r, cp_slice sign) {
    cp_tri found = CP_NO;
    for (uint32_t i = 0; i < r->out->option_count; i++) {
        const cp_opt *o = &r->out->options[i];
        bool number = (o->flags & CP_OPT_AS_TYPED) && o->name.n && o->name.p[0] == sign.p[0] &&
                      (cp_image_option_takes(o->image, o->option)->flags & CP_OPTION_NUMBER);
        if (number)
            found = cp_tri_or(found, (cp_tri)o->present);
    }
    return found;
}

static cp_tri option_is_there(const cp_reader *r, const cp_rec_cond *c) {
    if (!cp_reading_may_name(r->out, r->image, c->a))
        return r->out->any_option ? CP_MAYBE : CP_NO;
    uint32_t b = cp_image_cond_b(c);
    cp_slice text = b ? cp_image_string(r->image, b) : (cp_slice){NULL, 0};
    bool glob = text.n && cp_slice_find(text, '*', 0) < text.n;
    cp_tri value = cp_reading_has_option(r->out, r->image, c->a, b ? &text : NULL, glob);
    if (b && value == CP_YES && cp_reading_option_differs(r->out, r->image, c->a, text, glob))
        value = CP_MAYBE;
    cp_slice name = cp_image_string(r->image, c->a);
    return name.n == 1 ? cp_tri_or(value, number_is_there(r, name)) : value;
}

/* Some of a list of options, as nearly every condition is: `count` of them. */
static cp_tri some_option(const cp_reader *r, const conditions *c, uint32_t count) {
    cp_tri found = r->out->any_option ? CP_MAYBE : CP_NO;
    /* names that aren't among the options that were read can be told by a bit (cp_reading_may_name) */
    uint64_t names = r->out->names_known && r->image == r->out->layer->image ? r->out->names : UINT64_MAX;
    const cp_slice typed = r->out->typed;
    const uint8_t *at = c->at;
    for (uint32_t i = 0; i < count && found != CP_YES; i++, at += c->size) {
        const cp_rec_cond *one = (const cp_rec_cond *)(const void *)at;
        if ((names >> one->a % 64 & 1) || (typed.n && cp_image_string_is(r->image, one->a, typed)))
            found = cp_tri_or(found, option_is_there(r, one));
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
        case CP_CONDOP_OPTION: {
            uint32_t options = run_of(&left, 0, left.count < STACK ? left.count : STACK, CP_CONDOP_OPTION),
                     behind = left.count - options, joins = options - 1 < behind ? options - 1 : behind;
            if (run_of(&left, options, joins, CP_CONDOP_OR) + 1 < options) {
                value = option_is_there(r, c); /* the first of them are for an operator further on */
                break;
            }
            (void)cp_spend(r->budget, CP_LIMIT_STEPS, options - 1);
            value = is_no_anyway(&left, 2 * options - 1, stack, n) ? CP_NO : some_option(r, &left, options);
            i += options - 1 + (options - 1);
            break;
        }
        case CP_CONDOP_NO_OPTIONS: value = no_options(r); break;
        case CP_CONDOP_OPERANDS: value = operand_count_in(r, c->a, cp_image_cond_b(c)); break;
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
