/* Tilde-prefixes (POSIX XCU 2.6.1, bash manual 3.5.2): ~ and ~/… by HOME, everything else an absolute path that nobody here
 * can know. A prefix that the shell can't resolve stays as it is written, so both are answered where that may happen. */
#include "words/internal.h"

static bool name_byte(uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static void add(cp_expansion *e, cp_pieces *choices, uint32_t *n, cp_atom atom) {
    cp_pieces_mark(e, &choices[*n], CP_PIECE_QUOTES);
    if (atom.kind == CP_ATOM_HOLE || atom.lit.n) {
        cp_atom *copy = CP_NEW(e->arena, cp_atom);
        *copy = atom;
        cp_pieces_atoms(e, &choices[*n], copy, 1, CP_LIVE_QUOTED);
    }
    ++*n;
}

/* The values of the variable that a prefix stands for. */
static void from_variable(cp_expansion *e, const char *name, cp_class cls, cp_slice prefix, cp_span span,
                          cp_slice rest, cp_pieces *out) {
    cp_slice variable = cp_slice_str(name);
    const cp_set *set = e->env->variable(e->env->self, variable);
    cp_pieces *choices = CP_NEW_ARRAY(e->arena, cp_pieces, CP_SET_MOST * 2 + 2);
    if (!choices)
        return;
    uint32_t n = 0;
    bool home = cls == CP_CLASS_HOME, stays = !home;
    if (!set || set->count == 0) {
        if (!set && e->env->reads_variable)
            e->env->reads_variable(e->env->self, variable, span);
        if (set && home && (e->features & CP_WORDS_TILDE_KEEPS))
            stays = true;
        if (!set || home)
            add(e, choices, &n, cp_hole_atom(cls, CP_HOLE_SLASH, (cp_slice){NULL, 0}, span));
    }
    for (uint32_t i = 0; set && i < set->count; i++) {
        const cp_value *v = &set->values[i];
        cp_tri empty = cp_value_empty(v);
        if (empty != CP_NO && (e->features & CP_WORDS_TILDE_KEEPS))
            stays = true;
        cp_pieces_mark(e, &choices[n], CP_PIECE_QUOTES);
        cp_pieces_set(e, &choices[n], (cp_set){v, 1}, CP_LIVE_QUOTED);
        n++;
        cp_slice text = cp_value_is_exact(v) ? v->exact : (cp_slice){NULL, 0};
        bool slash = !cp_value_is_exact(v) || (text.n && text.p[text.n - 1] == '/');
        if (slash && rest.n && rest.p[0] == '/') { /* newer shells write ~/x with HOME=/ as /x */
            cp_pieces_mark(e, &choices[n], CP_PIECE_QUOTES);
            if (text.n > 1)
                cp_pieces_bytes(e, &choices[n], cp_slice_sub(text, 0, text.n - 1), v->span, CP_LIVE_QUOTED);
            if (!text.n)
                cp_pieces_unknown(e, &choices[n], span, CP_LIVE_QUOTED);
            n++;
        }
    }
    if (stays || n == 0)
        add(e, choices, &n, cp_lit_atom(prefix, span));
    if (n == 1) { /* the usual case: no choice */
        if (out->last)
            out->last->next = choices[0].first;
        else
            out->first = choices[0].first;
        if (choices[0].last)
            out->last = choices[0].last;
        return;
    }
    cp_pieces_choice(e, out, choices, n);
}

uint32_t cp_words_tilde(cp_expansion *e, cp_slice text, uint32_t at, bool followed, bool in_assignment,
                        cp_span span, cp_pieces *out) {
    uint32_t end = at + 1;
    bool colon = in_assignment || (e->features & CP_WORDS_BASH) != 0;
    while (end < text.n && text.p[end] != '/' && !(colon && text.p[end] == ':'))
        end++;
    for (uint32_t i = at + 1; i < end;
         i++) /* only ${x-~ …} has blanks here, and another kind of shell may look on to the '/' */
        if (text.p[i] == ' ' || text.p[i] == '\t' || text.p[i] == '\n' ||
            (!colon && text.p[i] == ':' && (e->features & CP_WORDS_MAYBE_ARG_TILDE))) {
            e->unknown_word = true;
            return 0;
        }
    bool bash = (e->features & (CP_WORDS_BASH | CP_WORDS_MAYBE_ARG_TILDE)) != 0;
    if (end == text.n && followed) { /* quotes or an expansion in the prefix: no prefix */
        cp_slice w = e->word->text;
        uint32_t first = cp_slice_find(w, '~', 0);
        if (end == at + 1 && (e->features & CP_WORDS_MAYBE_ARG_TILDE))
            e->unknown_word = true; /* ksh: ~""/x is ~/x */
        if (bash && cp_slice_find(w, '~', first + 1) < w.n)
            e->unknown_word = true; /* bash may resolve a later one, and take what is between literally */
        return 0;
    }
    if (bash && cp_slice_find(cp_slice_sub(text, 0, end), '~', at + 1) < end) {
        e->unknown_word = true;
        return 0;
    }
    if (!in_assignment && end < text.n && text.p[end] == ':' && followed &&
        cp_slice_find(text, '/', end) == text.n) {
        e->unknown_word =
            true; /* bash looks on to the '/': quotes make it no prefix, an expansion is taken literally */
        return 0;
    }
    cp_slice prefix = cp_slice_sub(text, at, end), rest = cp_slice_sub(text, end, text.n);
    cp_span where = cp_sub_span(span, text.n, at, end);
    if (prefix.n == 1) {
        from_variable(e, "HOME", CP_CLASS_HOME, prefix, where, rest, out);
        return 1;
    }
    if (prefix.n == 2 && prefix.p[1] == '+' && e->dialect != CP_DIALECT_DASH)
        from_variable(e, "PWD", CP_CLASS_ABSOLUTE, prefix, where, rest, out);
    else if (prefix.n == 2 && prefix.p[1] == '-' && e->dialect != CP_DIALECT_DASH)
        from_variable(e, "OLDPWD", CP_CLASS_ABSOLUTE, prefix, where, rest, out);
    else {
        bool user = true; /* a login name, or ~1 ~+1 ~-1 of the directory stack; anything else stays */
        for (uint32_t i = 1; i < prefix.n; i++)
            if (!name_byte(prefix.p[i]) && prefix.p[i] < 0x80 && prefix.p[i] != '.' && prefix.p[i] != '-' &&
                prefix.p[i] != '+' && prefix.p[i] != '@' && prefix.p[i] != '\\')
                user = false;
        if (!user)
            return 0;
        cp_pieces *choices = CP_NEW_ARRAY(e->arena, cp_pieces, 2);
        if (!choices)
            return 0;
        uint32_t n = 0;
        add(e, choices, &n, cp_hole_atom(CP_CLASS_ABSOLUTE, CP_HOLE_SLASH, (cp_slice){NULL, 0}, where));
        add(e, choices, &n, cp_lit_atom(prefix, where));
        cp_pieces_choice(e, out, choices, n);
    }
    return prefix.n;
}
