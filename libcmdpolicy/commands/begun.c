/* Option words of which only the beginning is certain: --out=$X, -o/tmp/$X, -f"$n". Read where it is certain which option that is, and
 * that no word more or less is its value. */
#include "commands/reader.h"

/* The value without its first `from` bytes, which are literal. */
static cp_value tail_of(cp_reader *r, const cp_value *v, uint32_t from) {
    uint32_t first = 0;
    while (first < v->atom_count && v->atoms[first].kind == CP_ATOM_LIT && v->atoms[first].lit.n <= from)
        from -= v->atoms[first++].lit.n;
    cp_value tail = {.span = v->span, .flags = v->flags & ~(uint32_t)CP_VALUE_EXACT};
    uint32_t count = v->atom_count - first;
    cp_atom *atoms = CP_NEW_ARRAY(r->arena, cp_atom, count ? count : 1);
    if (!atoms)
        return *v;
    memcpy(atoms, v->atoms + first, count * sizeof *atoms);
    if (count && from) {
        atoms[0].span = cp_sub_span(atoms[0].span, atoms[0].lit.n, from, atoms[0].lit.n);
        atoms[0].lit = cp_slice_sub(atoms[0].lit, from, atoms[0].lit.n);
    }
    tail.atoms = atoms;
    tail.atom_count = count;
    return tail;
}

static uint32_t begun_option(cp_reader *r, cp_slice text, uint32_t *out_from, uint32_t *out_flags) {
    uint32_t syntax = cp_syntax_of(r), eq = cp_slice_find(text, '=', 0);
    *out_from = eq + 1;
    *out_flags = 0;
    if (syntax == CP_SYNTAX_ASSIGNMENTS)
        return eq < text.n ? cp_reader_find_option(r, cp_slice_sub(text, 0, eq)) : 0;
    if (text.n < 2 || text.p[0] != '-' || syntax == CP_SYNTAX_FIND || syntax == CP_SYNTAX_NONE)
        return 0;
    if (text.p[1] == '-' || cp_syntax_has_one_dash(syntax))
        return eq < text.n ? cp_reader_find_option(r, cp_slice_sub(text, 0, eq)) : 0;
    if (cp_option_begins_long_name(r, text))
        return 0;
    for (uint32_t i = 1; i < text.n && cp_step(r->budget); i++) {
        uint8_t spelled[2] = {'-', text.p[i]};
        uint32_t option = cp_reader_find_option(r, (cp_slice){spelled, 2});
        if (!option)
            return 0;
        if (!cp_image_option_takes(r->image, option)->role_count) {
            (*out_flags)++;
            continue;
        }
        *out_from = i + 1;
        return option;
    }
    return 0;
}

/* Does the word at `at` hold all that it says, or is it an operand? -f3, -f"$n", -s and x do, -f doesn't. */
static bool stands_alone(cp_reader *r, uint32_t at) {
    const cp_field *f = &r->fields[at];
    if (f->splat || f->set.count != 1)
        return false;
    bool exact = cp_field_is_exact(f);
    cp_slice text = exact ? cp_field_text(f) : cp_value_prefix(&f->set.values[0]);
    if (!text.n || text.p[0] != '-')
        return text.n && text.p[0] != '+';
    if (text.n < 2 || text.p[1] == '-' || cp_option_begins_long_name(r, text))
        return false;
    for (uint32_t i = 1; i < text.n && cp_step(r->budget); i++) {
        uint8_t spelled[2] = {'-', text.p[i]};
        const uint32_t option = cp_reader_find_option(r, (cp_slice){spelled, 2});
        const cp_rec_takes *o = cp_image_option_takes(r->image, option);
        if (!option || o->role_count > 1)
            return false;
        if (o->role_count)
            return !exact || i + 1 < text.n || (o->flags & CP_OPTION_OPTIONAL_VALUE);
    }
    return exact;
}

static bool one_alike(const cp_reader *r, const cp_rec_body *node) {
    const cp_rec_role *each = cp_image_role(r->image, node->operand_first);
    return node->operand_count == 1 && (each->marks & (CP_MARK_STAR | CP_MARK_PLUS)) &&
           !(each->marks & (CP_MARK_BANG | CP_MARK_JOINED)) &&
           (each->kind == CP_KIND_READ || each->kind == CP_KIND_VALUE);
}

/* In every case, too. */
static bool operands_are_alike(const cp_reader *r) {
    const cp_rec_more *more = cp_image_more_of(r->image, r->node);
    bool alike = one_alike(r, r->node);
    for (uint32_t i = 0; i < more->case_count && alike && cp_step(r->budget); i++) {
        const cp_rec_body *overlay =
            cp_image_body(r->image, cp_image_acase(r->image, more->case_first + i)->body);
        alike = !(overlay->flags & CP_NODE_HAS_OPERANDS) || one_alike(r, overlay);
    }
    return alike;
}

/* Where options end at the first operand, none may stand behind it. */
static bool operands_follow(const cp_reader *r, uint32_t at) {
    for (; at < r->field_count && cp_step(r->budget); at++)
        if (cp_set_begins_with(r->fields[at].set, '-') != CP_NO ||
            cp_set_begins_with(r->fields[at].set, '+') != CP_NO)
            return false;
    return true;
}

/* -f"$n" f: where nothing of the value is certain it may be empty, and then is the next word. That changes nothing where the next word takes
 * no other with it, and each operand is what every other is. */
static bool next_word_may_be_value(cp_reader *r, const cp_rec_takes *o) {
    const uint32_t next = r->at + 1;
    if (o->role_count != 1 || cp_image_role(r->image, o->role_first)->kind != CP_KIND_VALUE ||
        (o->flags & CP_OPTION_OPTIONAL_VALUE) || (r->node->flags & CP_NODE_HAS_SUBCOMMANDS) ||
        (cp_syntax_of(r) != CP_SYNTAX_GNU && cp_syntax_of(r) != CP_SYNTAX_POSIX))
        return false;
    return next == r->field_count ||
           (operands_are_alike(r) && stands_alone(r, next) &&
            (cp_syntax_of(r) == CP_SYNTAX_GNU || cp_set_begins_with(r->fields[next].set, '-') != CP_NO ||
             operands_follow(r, next)));
}

/* -f"$n", of which nothing behind the letter is certain. (--out=$X has a value, empty or not.) */
static bool is_bare(const cp_reader *r, cp_slice text, uint32_t from) {
    const uint32_t syntax = cp_syntax_of(r);
    return from >= text.n && syntax != CP_SYNTAX_ASSIGNMENTS && !cp_syntax_has_one_dash(syntax) &&
           text.n > 1 && text.p[1] != '-';
}

/* May what stands behind the certain beginning be nothing? */
static bool may_end_here(const cp_value *v) {
    uint32_t i = 0;
    while (i < v->atom_count && v->atoms[i].kind == CP_ATOM_LIT)
        i++;
    for (; i < v->atom_count; i++)
        if (v->atoms[i].kind == CP_ATOM_LIT ? v->atoms[i].lit.n > 0 : !(v->atoms[i].props & CP_HOLE_EMPTY))
            return false;
    return true;
}

/* A word of which only the end isn't certain: --out=$X, -o/tmp/$X, of=$X. False where it can't be told which option it is. */
bool cp_read_begun_option(cp_reader *r) {
    const cp_field *f = &r->fields[r->at];
    /* a file name pattern stands for itself, or for files whose names all begin like it */
    bool pattern = f->splat && f->set.count == 1 && cp_stands_for_some(&f->set.values[0]) &&
                   !cp_value_is_piece(&f->set.values[0]);
    if ((!pattern && cp_field_may_be_several(f)) || f->set.count != 1)
        return false;
    const cp_value *whole = &f->set.values[0];
    cp_slice text = cp_value_prefix(whole);
    uint32_t from = 0, flags = 0, option = begun_option(r, text, &from, &flags);
    if (!option)
        return false;
    const cp_rec_takes *o = cp_image_option_takes(r->image, option);
    if (!o->role_count || cp_image_role(r->image, o->role_first)->kind == CP_KIND_WORDS ||
        (pattern && o->role_count > 1))
        return false;
    bool empty = is_bare(r, text, from) && may_end_here(whole);
    if (empty && (pattern || !next_word_may_be_value(r, o)))
        return false;
    for (uint32_t i = 1; i <= flags; i++) { /* the flags before it */
        uint8_t spelled[2] = {'-', text.p[i]};
        cp_slice name = cp_arena_copy(r->arena, (cp_slice){spelled, 2});
        (void)cp_option_add(r, cp_reader_find_option(r, name), name, CP_YES, 0);
    }
    cp_opt *opt = cp_option_add(r, option, cp_image_string(r->image, cp_image_option_name(r->image, option)),
                                CP_YES, 0);
    cp_option_give_value(r, opt, tail_of(r, whole, from));
    if (text.p[1] != '-' && from > 1 && from < text.n && text.p[from] == '=')
        cp_option_may_have_value(r, opt, tail_of(r, whole, from + 1));
    if (opt)
        opt->splat = pattern;
    r->doubt = empty;
    r->at++;
    cp_option_take_more(r, opt, o);
    return true;
}

bool cp_reader_begins_telling_option(cp_reader *r) {
    const cp_set set = r->fields[r->at].set;
    for (uint32_t i = 0; i < set.count; i++) {
        uint32_t from = 0, flags = 0;
        uint32_t option = begun_option(r, cp_value_prefix(&set.values[i]), &from, &flags);
        const cp_rec_takes *o = cp_image_option_takes(r->image, option);
        if (!option || !o->role_count)
            continue;
        uint32_t kind = cp_image_role(r->image, o->role_first)->kind;
        if (kind != CP_KIND_VALUE && kind != CP_KIND_NAMES && kind != CP_KIND_EXPRESSION)
            return true;
    }
    return false;
}
