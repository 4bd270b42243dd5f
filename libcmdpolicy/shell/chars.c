/* The lexer's byte tables and the list of characters that a reader cannot see. Cost: one table look per byte. */
#include "shell/chars.h"

#include "base/text.h"

#define B     CP_C_BARE
#define E     CP_C_EQUALS
#define S     CP_C_SPECIAL
#define O     CP_C_ODD
#define D     CP_C_DOLLAR
#define Q     CP_C_QUOTE
#define M     CP_C_META
#define W     CP_C_BLANK
#define N     CP_C_NEWLINE
#define ODD16 O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O
const uint8_t cp_char_class[256] = {
    O,     O,     O,     O,     O,     O,     O,     O,     O, W, N, O, O, O, O, O,    /* 00 */
    ODD16, W,     B,     Q,     B,     D,     B,     M,     Q, M, M, S, B, B, B, B, B, /*  !"#$%&'()*+,-./ */
    B,     B,     B,     B,     B,     B,     B,     B,     B, B, B, M, M, E, M, S,    /* 0123456789:;<=>? */
    B,     B,     B,     B,     B,     B,     B,     B,     B, B, B, B, B, B, B, B,    /* @A…O */
    B,     B,     B,     B,     B,     B,     B,     B,     B, B, B, S, Q, B, B, B,    /* P…Z[\]^_ */
    Q,     B,     B,     B,     B,     B,     B,     B,     B, B, B, B, B, B, B, B,    /* `a…o */
    B,     B,     B,     B,     B,     B,     B,     B,     B, B, B, S, M, B, S, O,    /* p…z{|}~ DEL */
    ODD16, ODD16, ODD16, ODD16, ODD16, ODD16, ODD16, ODD16,
};
#undef B
#undef E
#undef S
#undef O
#undef D
#undef Q
#undef M
#undef W
#undef N

#define A (CP_IS_NAME | CP_IS_START)
#define D (CP_IS_NAME | CP_IS_DIGIT)
#define P CP_IS_SPECIAL_PARAM
#define Q CP_IS_QUOTED_STOP
const uint8_t cp_char_flags[256] = {
    0, 0, 0, 0, 0,     0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, P, Q, P, P | Q, 0, 0, 0, 0, 0, P, 0, 0, P, 0, 0, D, D, D, D, D, D, D, D, D, D, 0, 0, 0, 0, 0, P,
    P, A, A, A, A,     A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, 0, Q, 0, 0, A,
    Q, A, A, A, A,     A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, 0, 0, 0, 0, 0,
};
#undef A
#undef D
#undef P
#undef Q

bool cp_is_identifier(cp_slice s) {
    if (!s.n || !cp_is_name_start(s.p[0]))
        return false;
    for (uint32_t i = 1; i < s.n; i++)
        if (!cp_is_name(s.p[i]))
            return false;
    return true;
}

uint32_t cp_find_odd(const uint8_t *p, uint32_t n, uint32_t from) {
    uint32_t i = from;
    const uint64_t ones = UINT64_C(0x0101010101010101), high = UINT64_C(0x8080808080808080);
    for (; i + 8 <= n; i += 8) {
        uint64_t v;
        memcpy(&v, p + i, 8);
        /* Bytes below 0x20, DEL, or with the high bit; newline and tab pass the loop below. */
        uint64_t low = (v - ones * 0x20) & ~v & high;
        uint64_t x = v ^ (ones * 0x7f);
        uint64_t del = (x - ones) & ~x & high;
        if (((v & high) | low | del) == 0)
            continue;
        for (uint32_t k = 0; k < 8; k++) {
            uint8_t c = p[i + k];
            if (cp_char_class[c] == CP_C_ODD)
                return i + k;
        }
    }
    for (; i < n; i++)
        if (cp_char_class[p[i]] == CP_C_ODD)
            return i;
    return n;
}

cp_visibility cp_char_visibility(const uint8_t *p, const uint8_t *end, uint32_t *length) {
    *length = 1;
    uint8_t c = *p;
    if (c == '\r')
        return CP_SEEN_IN_QUOTES;
    if (c < 0x80)
        return cp_char_class[c] == CP_C_ODD ? CP_UNSEEN : CP_SEEN;
    uint32_t v = 0, n = cp_utf8_at(cp_slice_of(p, (size_t)(end - p)), 0, &v);
    if (!n)
        return CP_UNSEEN;
    *length = n;
    if (cp_is_hidden(v) || v == 0x2028 || v == 0x2029)
        return CP_UNSEEN;
    /* The Braille blank has no dots. */
    return cp_is_unicode_blank(v) || v == 0x2800 ? CP_SEEN_IN_QUOTES : CP_SEEN;
}
