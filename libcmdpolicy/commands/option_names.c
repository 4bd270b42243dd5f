/* Options by name: which of the grammar's a word means, in which spelling, and whether a reading has the one that a rule or condition
 * names. Abbreviations count for review and deny, never for allow. */
#include "commands/reader.h"

/* Own options stand at the present level alone; those under `global` in every level below, too. */
uint32_t cp_reader_find_option(const cp_reader *r, cp_slice name) {
    const cp_rec_body *node = r->node;
    uint32_t found = cp_image_find_option(r->image, node->option_first, node->option_count, name);
    for (uint32_t level = r->out->depth; !found && level-- > 0;) {
        const cp_options globals =
            cp_image_globals(r->image, cp_image_body_of(r->image, r->out->nodes[level]));
        found = cp_image_find_option(r->image, globals.first, globals.count, name);
    }
    return found;
}

/* -NUM and -W*: the options whose name is only the beginning of the word. Looks through every run in scope; of several beginnings the
 * longest counts (-D@* before -D*). */
uint32_t cp_option_special(const cp_reader *r, cp_slice text) {
    uint32_t found = 0, longest = 0;
    uint32_t digits = 1; /* behind the first byte */
    while (digits < text.n && text.p[digits] >= '0' && text.p[digits] <= '9')
        digits++;
    bool number = text.n > 1 && digits == text.n;
    for (uint32_t level = r->out->depth; level-- > 0;) {
        const cp_rec_body *node = cp_image_body_of(r->image, r->out->nodes[level]);
        const cp_options globals = cp_image_globals(r->image, node);
        bool own = level + 1 == r->out->depth && (node->flags & CP_NODE_SPECIAL_OPTIONS);
        uint32_t runs[4] = {globals.first, node->flags & CP_NODE_SPECIAL_GLOBAL ? globals.count : 0,
                            node->option_first, own ? node->option_count : 0};
        if (!number && !(node->flags & CP_NODE_PREFIX_OPTIONS))
            continue;
        for (uint32_t k = 0; k < 4; k += 2)
            for (uint32_t i = 0; i < runs[k + 1]; i++) {
                const cp_rec_takes *o = cp_image_option_takes(r->image, runs[k] + i);
                if (!(o->flags & (CP_OPTION_PREFIX | CP_OPTION_NUMBER)))
                    continue;
                cp_slice name = cp_image_string(r->image, cp_image_option_name(r->image, runs[k] + i));
                bool begins = (o->flags & CP_OPTION_PREFIX) && text.n > name.n && cp_slice_starts(text, name);
                if (begins && name.n > longest) {
                    found = runs[k] + i;
                    longest = name.n;
                }
                if ((o->flags & CP_OPTION_NUMBER) && number && name.n && text.p[0] == name.p[0])
                    return runs[k] + i;
            }
    }
    return found;
}

/* May the word become an option of one dash and a long name (-name), of which this is the beginning? */
bool cp_option_begins_long_name(const cp_reader *r, cp_slice text) {
    for (uint32_t level = r->out->depth; level-- > 0;) {
        const cp_rec_body *node = cp_image_body_of(r->image, r->out->nodes[level]);
        const cp_options globals = cp_image_globals(r->image, node);
        uint32_t runs[4] = {globals.first, globals.count, node->option_first,
                            level + 1 == r->out->depth ? node->option_count : 0};
        for (uint32_t k = 0; k < 4; k += 2)
            for (uint32_t i = 0; i < runs[k + 1]; i++) {
                const cp_rec_takes *o = cp_image_option_takes(r->image, runs[k] + i);
                cp_slice name = cp_image_string(r->image, cp_image_option_name(r->image, runs[k] + i));
                if (o->flags & CP_OPTION_NUMBER) {
                    if (text.p[1] >= '0' && text.p[1] <= '9')
                        return true;
                    continue;
                }
                bool open = (o->flags & CP_OPTION_PREFIX) != 0;
                if (open ? cp_slice_starts(text, name) || cp_slice_starts(name, text)
                         : name.n > 2 && cp_slice_starts(name, text))
                    return true;
            }
    }
    return false;
}

/* The one option of which `name` is the beginning, in *out_option; how many there are. */
uint32_t cp_option_abbreviated(const cp_reader *r, cp_slice name, uint32_t *out_option) {
    uint32_t groups = 0, total = 0;
    for (uint32_t level = r->out->depth; level-- > 0;) {
        const cp_rec_body *node = cp_image_body_of(r->image, r->out->nodes[level]);
        const cp_options globals = cp_image_globals(r->image, node);
        uint32_t hit = cp_image_abbreviated(r->image, globals.first, globals.count, name, &groups);
        total += hit ? groups : 0;
        if (hit)
            *out_option = hit;
        if (level + 1 != r->out->depth)
            continue;
        hit = cp_image_abbreviated(r->image, node->option_first, node->option_count, name, &groups);
        total += hit ? groups : 0;
        if (hit)
            *out_option = hit;
    }
    return total;
}

static bool run_takes_value(const cp_reader *r, uint32_t first, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        const cp_rec_takes *o = cp_image_option_takes(r->image, first + i);
        if (o->role_count && !(o->flags & CP_OPTION_OPTIONAL_VALUE))
            return true;
    }
    return false;
}

bool cp_reader_some_option_takes_value(const cp_reader *r) {
    if (run_takes_value(r, r->node->option_first, r->node->option_count))
        return true;
    for (uint32_t level = 0; level < r->out->depth; level++) {
        const cp_rec_body *node = cp_image_body_of(r->image, r->out->nodes[level]);
        const cp_options globals = cp_image_globals(r->image, node);
        if (run_takes_value(r, globals.first, globals.count))
            return true;
    }
    return false;
}

static bool run_has_bang(const cp_reader *r, uint32_t first, uint32_t count) {
    for (uint32_t i = 0; i < count && cp_step(r->budget); i++) {
        const cp_rec_takes *o = cp_image_option_takes(r->image, first + i);
        if (o->flags & CP_OPTION_BANG)
            return true;
        for (uint32_t k = 0; k < o->role_count; k++)
            if (cp_image_role(r->image, o->role_first + k)->marks & CP_MARK_BANG)
                return true;
    }
    return false;
}

bool cp_reader_any_option_is_harmless(const cp_reader *r) {
    if (!(r->node->flags & CP_NODE_HARMLESS_OPTIONS))
        return false;
    for (uint32_t i = 0; i < r->node->effect_count;
         i++) /* what runs code anyway gets no worse by an option */
        if (cp_image_declared(r->image, r->node->effect_first + i)->kind == CP_EFFECT_CODE)
            return true;
    if (run_has_bang(r, r->node->option_first, r->node->option_count))
        return false;
    for (uint32_t level = 0; level < r->out->depth; level++) {
        const cp_rec_body *node = cp_image_body_of(r->image, r->out->nodes[level]);
        const cp_options globals = cp_image_globals(r->image, node);
        if (run_has_bang(r, globals.first, globals.count))
            return false;
    }
    return true;
}

/* sed $((n-5)),${n}p: what may begin with a minus is a number, and the grammar says of every word that begins with a digit behind one
 * that it is nothing. */
bool cp_reader_is_number(const cp_reader *r, cp_set set) {
    for (uint32_t i = 0; i < set.count; i++) {
        const cp_value *v = &set.values[i];
        bool number =
            v->atom_count && v->atoms[0].kind == CP_ATOM_HOLE && v->atoms[0].cls == CP_CLASS_INTEGER;
        if (!number && cp_value_begins_with(v, '-') != CP_NO)
            return false;
    }
    for (uint8_t digit = '0'; digit <= '9' && (r->node->flags & CP_NODE_PREFIX_OPTIONS); digit++) {
        const uint8_t text[] = {'-', digit, ','};
        uint32_t longer = cp_option_special(r, (cp_slice){text, 3}),
                 alone = cp_option_special(r, (cp_slice){text, 2});
        const cp_rec_takes *o = cp_image_option_takes(r->image, longer),
                           *n = cp_image_option_takes(r->image, alone);
        if (!longer || !alone || o->role_count || n->role_count || ((o->flags | n->flags) & CP_OPTION_BANG) ||
            o->effect_count || n->effect_count)
            return false;
    }
    return set.count && (r->node->flags & CP_NODE_PREFIX_OPTIONS);
}

static bool may_be_one_of(const cp_reader *r, const cp_value *v, uint32_t first, uint32_t count) {
    for (uint32_t i = 0; i < count && cp_step(r->budget); i++)
        if (cp_value_equals(v, cp_image_string(r->image, cp_image_option_name(r->image, first + i))) != CP_NO)
            return true;
    return false;
}

/* -NUM and -W*: flags all of them? */
static bool specials_are_flags(const cp_reader *r) {
    for (uint32_t i = 0; i < r->node->option_count; i++) {
        const cp_rec_takes *o = cp_image_option_takes(r->image, r->node->option_first + i);
        bool special = (o->flags & (CP_OPTION_NUMBER | CP_OPTION_PREFIX)) != 0;
        if (special && (o->role_count || o->effect_count || (o->flags & CP_OPTION_BANG)))
            return false;
    }
    return true;
}

bool cp_field_may_be_several(const cp_field *f) {
    bool several = f->splat != 0;
    for (uint32_t i = 0; i < f->set.count && !several; i++) {
        const cp_value *v = &f->set.values[i];
        for (uint32_t k = 0; k < v->atom_count && !(v->flags & CP_VALUE_QUOTED); k++) {
            const cp_atom *a = &v->atoms[k];
            several |= a->kind == CP_ATOM_HOLE && ((a->props & CP_HOLE_PIECE) ||
                                                   (cp_hole_is_looked_at(a) && cp_hole_takes(a, ' ', false)));
        }
    }
    return several;
}

/* In an expression whose words are all described, what is none of them and begins with a dash ends the command with an error,
 * before it does anything. */
bool cp_reader_is_no_word(const cp_reader *r, cp_set set) {
    bool none = cp_syntax_of(r) == CP_SYNTAX_FIND && set.count && specials_are_flags(r);
    for (uint32_t i = 0; i < set.count && none; i++) {
        const cp_value *v = &set.values[i];
        none = !cp_value_is_piece(v) && cp_value_equals(v, CP_LIT("!")) == CP_NO &&
               cp_value_equals(v, CP_LIT("(")) == CP_NO && cp_value_equals(v, CP_LIT(")")) == CP_NO &&
               cp_value_equals(v, CP_LIT(",")) == CP_NO &&
               !may_be_one_of(r, v, r->node->option_first, r->node->option_count);
    }
    return none;
}

/* The other spellings of an option, written down once, since conditions and rules ask for many names; not where there are more than there is
 * room for. */
void cp_option_note_spellings(const cp_reader *r, uint32_t option, cp_opt *opt) {
    uint32_t first = cp_image_option_first(r->image, option);
    for (uint32_t level = r->out->depth; level-- > 0;) {
        const cp_rec_body *node = cp_image_body_of(r->image, r->out->nodes[level]);
        const cp_options globals = cp_image_globals(r->image, node);
        uint32_t begin = node->option_first, count = node->option_count;
        if (level + 1 != r->out->depth || option - begin >= count) {
            begin = globals.first;
            count = globals.count;
        }
        if (option - begin >= count)
            continue;
        const uint8_t *record =
            r->image->section[CP_SEC_OPTN].first + (size_t)begin * r->image->section[CP_SEC_OPTN].size;
        uint32_t most = cp_image_count(r->image, CP_SEC_OPTN);
        count = begin >= most ? 0 : count < most - begin ? count : most - begin;
        for (uint32_t i = begin; i - begin < count; i++, record += r->image->section[CP_SEC_OPTN].size) {
            const cp_rec_option *o = (const cp_rec_option *)(const void *)record;
            if (i + (uint32_t)(int32_t)cp_image_takes(r->image, o->takes)->first != first || i == option)
                continue;
            if (opt->spelling_count == CP_SPELLINGS_MOST)
                return;
            opt->spellings[opt->spelling_count++] = i;
        }
        opt->flags |= CP_OPT_SPELLED;
        return;
    }
}

static bool has_name(const cp_opt *opt, uint32_t option, cp_slice name) {
    return cp_image_string_is(opt->image, cp_image_option_name(opt->image, option), name);
}

/* Is `name` another spelling of this option? Spellings share a group; a name is looked up where the option was in scope. */
static bool spells(const cp_reading *reading, const cp_opt *opt, cp_slice name) {
    const cp_image *im = opt->image;
    if (opt->flags & CP_OPT_SPELLED) {
        bool same = has_name(opt, opt->option, name);
        for (uint32_t i = 0; i < opt->spelling_count && !same; i++)
            same = has_name(opt, opt->spellings[i], name);
        return same;
    }
    uint32_t group = cp_image_option_first(im, opt->option);
    for (uint32_t level = 0; level <= opt->level; level++) {
        const cp_rec_body *node = cp_image_body_of(im, reading->nodes[level]);
        const cp_options globals = cp_image_globals(im, node);
        uint32_t found = cp_image_find_option(im, globals.first, globals.count, name);
        if (found && cp_image_option_first(im, found) == group)
            return true;
        if (level != opt->level)
            continue;
        found = cp_image_find_option(im, node->option_first, node->option_count, name);
        if (found && cp_image_option_first(im, found) == group)
            return true;
    }
    return false;
}

bool cp_option_is(const cp_reading *reading, const cp_opt *opt, const cp_image *im, uint32_t name) {
    if ((opt->flags & CP_OPT_SPELLED) && opt->image == im) { /* strings of an image are different texts */
        bool same = cp_image_option_name(im, opt->option) == name;
        for (uint32_t i = 0; i < opt->spelling_count && !same; i++)
            same = cp_image_option_name(im, opt->spellings[i]) == name;
        return same || ((opt->flags & CP_OPT_AS_TYPED) && cp_image_string_is(im, name, opt->name));
    }
    return cp_image_string_is(im, name, opt->name) ||
           (opt->option && spells(reading, opt, cp_image_string(im, name)));
}

/* Has it this value? That of `-NUM` is the number itself. */
static cp_tri value_fits(const cp_opt *opt, cp_slice value, bool value_is_glob) {
    const bool number = (opt->flags & CP_OPT_AS_TYPED) && opt->option &&
                        (cp_image_option_takes(opt->image, opt->option)->flags & CP_OPTION_NUMBER);
    if (number)
        return value_is_glob                                                 ? CP_MAYBE
               : cp_slice_eq(cp_slice_sub(opt->name, 1, opt->name.n), value) ? CP_YES
                                                                             : CP_NO;
    if (!(opt->flags & CP_OPT_HAS_VALUE))
        return CP_NO;
    if (opt->value_set.count > 1 || opt->splat)
        return CP_MAYBE;
    return value_is_glob ? cp_value_glob(&opt->value, value, false) : cp_value_equals(&opt->value, value);
}

cp_tri cp_reading_has_option(const cp_reading *reading, const cp_image *im, uint32_t name,
                             const cp_slice *value, bool value_is_glob) {
    cp_tri found = reading->any_option ? CP_MAYBE : CP_NO;
    bool differs = false; /* it stands there with another value, too: it can't be told which of them counts */
    if (!cp_reading_may_name(reading, im, name))
        return found;
    for (uint32_t i = 0; i < reading->option_count; i++) {
        const cp_opt *opt = &reading->options[i];
        if (!cp_option_is(reading, opt, im, name))
            continue;
        const cp_tri fits = value ? value_fits(opt, *value, value_is_glob) : CP_YES;
        differs |= fits != CP_YES;
        found = cp_tri_or(found, cp_tri_and((cp_tri)opt->present, fits));
    }
    return found == CP_YES && differs ? CP_MAYBE : found;
}
