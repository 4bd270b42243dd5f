/* Values of which nothing but numbers is unknown (`${a},${b}p`): texts that stand for all that they can be, for patterns to which it is
 * all the same which numbers these are (cp_shape_blindness). Numbers of one digit, and longer ones, stand for all of them. */
#include "base/text.h"
#include "match/shapes.h"

uint32_t cp_numbers_in(const cp_value *v) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < v->atom_count; i++) {
        const cp_atom *a = &v->atoms[i];
        if (a->kind == CP_ATOM_LIT)
            continue;
        if ((a->cls != CP_CLASS_DIGITS && a->cls != CP_CLASS_INTEGER) || (a->props & CP_HOLE_PIECE))
            return 0;
        count++;
    }
    return count;
}

/* The text that stands in the place of a hole, the k-th of them, in one of the tries. */
static cp_slice a_number(const cp_atom *hole, uint32_t k, uint32_t attempt,
                         uint8_t out[CP_DIGITS_TRIED + 2]) {
    uint32_t n = 0, digits = 2, first = k + 1, mask = attempt - 10 - CP_DIGITS_TRIED - 2;
    if (attempt < 10)
        digits = 1, first = attempt + 3 * k;
    else if (attempt < 10 + CP_DIGITS_TRIED)
        digits = 1 + (attempt - 10 + 5 * k) % CP_DIGITS_TRIED;
    else if (attempt == 10 + CP_DIGITS_TRIED)
        first = 7; /* the same everywhere */
    else if (attempt == 10 + CP_DIGITS_TRIED + 1) {
        if (hole->props & CP_HOLE_NEWLINE)
            return CP_LIT("1\n23");
    } else if (mask < 1u << CP_NUMBERS_MOST) {
        if ((mask >> k & 1) && (hole->props & CP_HOLE_EMPTY))
            digits = 0;
    } else if ((mask >> k & 1) && hole->cls == CP_CLASS_INTEGER)
        out[n++] = '-';
    for (uint32_t i = 0; i < digits; i++)
        out[n++] = (uint8_t)('0' + (first + i) % 10);
    return (cp_slice){out, n};
}

cp_slice cp_number_try(cp_arena *arena, const cp_value *v, uint32_t attempt) {
    cp_text t = cp_text_in(arena);
    for (uint32_t i = 0, k = 0; i < v->atom_count; i++) {
        uint8_t number[CP_DIGITS_TRIED + 2];
        const cp_atom *a = &v->atoms[i];
        cp_text_add(&t, a->kind == CP_ATOM_LIT ? a->lit : a_number(a, k++, attempt, number));
    }
    return cp_text_slice(&t);
}
