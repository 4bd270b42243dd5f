/* Words that getopt takes for a value or an operand and other parsers for an option. Yargs, minimist and System.CommandLine take no value
 * that begins with a dash, and where a value is optional none of them does; programs that read their words themselves know no `--`; to
 * Perl's Getopt::Long a `+` begins an option, too. Which parser a program has is known of few, so a word that would be an option that does
 * something is in doubt everywhere: nobody gives a file or a value such a name but to be read in two ways. */
#include "commands/reader.h"

/* Is what it would take, the next word or the one after words that may be none, a value to its kind, and no more? */
static bool takes_values(const cp_reader *r, uint32_t custom, uint32_t at) {
    bool all = at + 1 < r->field_count, more = all;
    for (uint32_t i = at + 1; all && more && i < r->field_count; i++) {
        const cp_field *f = &r->fields[i];
        for (uint32_t k = 0; k < f->set.count && all; k++)
            all = cp_kind_takes_as_value(r, custom, &f->set.values[k]);
        all &= f->set.count != 0;
        more = f->splat != 0;
    }
    return all;
}

/* Does it do more than change what is printed? `at`: the word that it is, with nothing attached; UINT32_MAX: no such. */
static bool tells(const cp_reader *r, uint32_t option, uint32_t at) {
    const cp_rec_takes *o = cp_image_option_takes(r->image, option);
    bool more = option && (o->effect_count || (o->flags & CP_OPTION_BANG));
    for (uint32_t i = 0; option && i < o->role_count && !more; i++) {
        const cp_rec_role *role = cp_image_role(r->image, o->role_first + i);
        more = (role->marks & CP_MARK_BANG) || (role->kind != CP_KIND_VALUE && role->kind != CP_KIND_NAMES &&
                                                role->kind != CP_KIND_EXPRESSION);
        if (role->kind == CP_KIND_CUSTOM && !role->marks && o->role_count == 1 && at != UINT32_MAX)
            more = !takes_values(r, role->custom, at);
    }
    return more;
}

static bool abbreviates_telling(const cp_reader *r, cp_slice name) {
    uint32_t one = 0;
    uint32_t count = name.n > 3 ? cp_option_abbreviated(r, name, &one) : 0;
    return count > 1 || (count && tells(r, one, UINT32_MAX));
}

/* -o, --output, --output=x, --outp; +output, +o. `at`: the field that it is in. */
static bool names_telling_option(const cp_reader *r, cp_slice text, uint32_t at) {
    cp_slice name = cp_slice_sub(text, 0, cp_slice_find(text, '=', 0));
    if (text.p[0] == '-')
        return tells(r, cp_reader_find_option(r, name), name.n == text.n ? at : UINT32_MAX) ||
               tells(r, cp_option_special(r, text), UINT32_MAX) ||
               (name.n > 3 && name.p[1] == '-' && abbreviates_telling(r, name));
    name = cp_slice_sub(name, 1, name.n);
    cp_slice one = cp_arena_concat(r->arena, CP_LIT("-"), name),
             two = cp_arena_concat(r->arena, CP_LIT("--"), name);
    return tells(r, cp_reader_find_option(r, one), UINT32_MAX) ||
           tells(r, cp_reader_find_option(r, two), UINT32_MAX) || abbreviates_telling(r, two);
}

/* -5, -0.5, -0+0, -1,2: no letter, which could be an option in a bundle with digits. */
static bool is_signed_number(cp_slice text) {
    bool digit = false, other = false;
    for (uint32_t i = 1; i < text.n; i++) {
        const uint8_t c = text.p[i];
        digit |= c >= '0' && c <= '9';
        other |=
            !((c >= '0' && c <= '9') || c == '.' || c == ',' || c == ':' || c == '+' || (c == '-' && i > 1));
    }
    return digit && !other;
}

static void doubt(cp_reader *r, uint32_t at) {
    cp_reader_gap(r, CP_GAP_MAYBE_OPTION, at, cp_field_text(&r->fields[at]), cp_field_span(&r->fields[at]));
    r->out->any_option = 1;
}

/* What is certain of it: --output=$x begins with the option's name. */
static cp_slice known_of(const cp_value *v) {
    return cp_value_is_exact(v) ? v->exact : cp_value_prefix(v);
}

void cp_reader_doubt_value(cp_reader *r, uint32_t at, const cp_rec_role *role) {
    const uint32_t syntax = cp_syntax_of(r);
    const cp_set set = r->fields[at].set;
    if (syntax == CP_SYNTAX_FIND || syntax == CP_SYNTAX_ASSIGNMENTS || syntax == CP_SYNTAX_GO)
        return;
    bool any =
        (role->marks & CP_MARK_OPTIONAL) || /* patterns say which dashes they know: -Xclang -ast-dump */
        (cp_syntax_has_one_dash(syntax) && role->kind != CP_KIND_CUSTOM);
    for (uint32_t i = 0; i < set.count; i++) {
        cp_slice text = known_of(&set.values[i]);
        if (text.n > 1 && text.p[0] == '-' &&
            ((any && !is_signed_number(text)) || names_telling_option(r, text, at))) {
            doubt(r, at);
            return;
        }
    }
}

void cp_reader_doubt_operand(cp_reader *r, uint32_t kind) {
    const uint32_t syntax = cp_syntax_of(r);
    const cp_set set = r->fields[r->at].set;
    if (syntax == CP_SYNTAX_FIND || syntax == CP_SYNTAX_ASSIGNMENTS || syntax == CP_SYNTAX_NONE ||
        cp_syntax_ends_at_operand(syntax) || kind == CP_KIND_LITERAL || cp_operand_ends_options(kind))
        return;
    /* behind a `--`: behind anything else that ends the options the words are another program's */
    const bool dashes = r->dashes_at != UINT32_MAX, dash = dashes && !cp_operands_have_dashes(r),
               plus = dashes || !r->options_ended;
    bool any = cp_syntax_has_one_dash(syntax) && kind != CP_KIND_CUSTOM;
    for (uint32_t i = 0; i < set.count; i++) {
        cp_slice text = known_of(&set.values[i]);
        if (text.n > 1 && ((dash && text.p[0] == '-' && (any || names_telling_option(r, text, r->at))) ||
                           (plus && text.p[0] == '+' && names_telling_option(r, text, r->at)))) {
            doubt(r, r->at);
            return;
        }
    }
}
