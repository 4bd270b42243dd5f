/* Options, as getopt, getopt_long, clap, find, dd and tar read them: bundles, attached and separate values, "=", unambiguous
 * abbreviations (which count for review and deny, never for allow). Which option takes what is the grammar's to say. */
#include "commands/reader.h"

/* Own options stand at the present level alone; those under `global` in every level below, too. */
uint32_t cp_reader_find_option(const cp_reader *r, cp_slice name) {
    const cp_rec_node *node = r->node;
    uint32_t found = cp_image_find_option(r->image, node->option_first, node->option_count, name);
    for (uint32_t level = r->out->depth; !found && level-- > 0;) {
        const cp_options globals = cp_image_globals(r->image, cp_image_node(r->image, r->out->nodes[level]));
        found = cp_image_find_option(r->image, globals.first, globals.count, name);
    }
    return found;
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
        const cp_rec_node *node = cp_image_node(r->image, r->out->nodes[level]);
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
        const cp_rec_node *node = cp_image_node(r->image, r->out->nodes[level]);
        const cp_options globals = cp_image_globals(r->image, node);
        if (run_has_bang(r, globals.first, globals.count))
            return false;
    }
    return true;
}

const cp_rec_takes *cp_reader_option_takes(const cp_reader *r, const cp_opt *opt) {
    if (r->stated && (r->stated->flags & CP_NODE_HAS_OPTIONS)) {
        cp_slice name = cp_image_string(r->image, cp_image_option_name(r->image, opt->option));
        uint32_t restated =
            cp_image_find_option(r->image, r->stated->option_first, r->stated->option_count, name);
        if (restated)
            return cp_image_option_takes(r->image, restated);
    }
    return cp_image_option_takes(r->image, opt->option);
}

/* -NUM and -W*: the options whose name is only the beginning of the word. Looks through every run in scope. */
static uint32_t find_special(const cp_reader *r, cp_slice text) {
    uint32_t digits = 1; /* behind the first byte */
    while (digits < text.n && text.p[digits] >= '0' && text.p[digits] <= '9')
        digits++;
    bool number = text.n > 1 && digits == text.n;
    for (uint32_t level = r->out->depth; level-- > 0;) {
        const cp_rec_node *node = cp_image_node(r->image, r->out->nodes[level]);
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
                if ((o->flags & CP_OPTION_PREFIX) && text.n > name.n && cp_slice_starts(text, name))
                    return runs[k] + i;
                if ((o->flags & CP_OPTION_NUMBER) && number && name.n && text.p[0] == name.p[0])
                    return runs[k] + i;
            }
    }
    return 0;
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
        uint32_t longer = find_special(r, (cp_slice){text, 3}), alone = find_special(r, (cp_slice){text, 2});
        const cp_rec_takes *o = cp_image_option_takes(r->image, longer),
                           *n = cp_image_option_takes(r->image, alone);
        if (!longer || !alone || o->role_count || n->role_count || ((o->flags | n->flags) & CP_OPTION_BANG) ||
            o->effect_count || n->effect_count)
            return false;
    }
    return set.count && (r->node->flags & CP_NODE_PREFIX_OPTIONS);
}

/* The other spellings of an option, written down once, since conditions and rules ask for many names; not where there are more than there is
 * room for. */
static void note_spellings(const cp_reader *r, uint32_t option, cp_opt *opt) {
    uint32_t first = cp_image_option_first(r->image, option);
    for (uint32_t level = r->out->depth; level-- > 0;) {
        const cp_rec_node *node = cp_image_node(r->image, r->out->nodes[level]);
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

static void note_names(const cp_reader *r, const cp_opt *opt) {
    bool typed = (opt->flags & CP_OPT_AS_TYPED) != 0;
    if (!(opt->flags & CP_OPT_SPELLED) ||
        (typed && r->out->typed.n && !cp_slice_eq(r->out->typed, opt->name))) {
        r->out->names_known = 0;
        return;
    }
    if (typed)
        r->out->typed = opt->name;
    r->out->names |= (uint64_t)1 << cp_image_option_name(r->image, opt->option) % 64;
    for (uint32_t i = 0; i < opt->spelling_count; i++)
        r->out->names |= (uint64_t)1 << cp_image_option_name(r->image, opt->spellings[i]) % 64;
}

static cp_opt *add(cp_reader *r, uint32_t option, cp_slice name, uint32_t present, uint32_t flags) {
    cp_reading *out = r->out;
    if (!cp_arena_reserve(r->arena, (void **)&out->options, &r->option_cap, out->option_count, 1,
                          sizeof *out->options)) {
        out->names_known = 0;
        return NULL;
    }
    cp_opt *opt = &out->options[out->option_count++];
    memset(opt, 0, sizeof *opt);
    opt->image = r->image;
    opt->option = option;
    opt->name = name;
    opt->word = opt->value_word = r->at;
    opt->level = out->depth - 1;
    opt->present = r->doubt ? cp_tri_and(CP_MAYBE, (cp_tri)present) : present;
    opt->flags = flags;
    opt->span = cp_field_span(&r->fields[r->at]);
    if (option) {
        const cp_rec_takes *o = cp_image_option_takes(r->image, option);
        if (o->flags & (CP_OPTION_NUMBER | CP_OPTION_PREFIX))
            opt->flags |= CP_OPT_AS_TYPED;
        else
            opt->name = cp_image_string(r->image, cp_image_option_name(r->image, option));
        if (o->flags & CP_OPTION_BANG)
            opt->flags |= CP_OPT_BANG;
        if (o->flags & CP_OPTION_ALONE)
            opt->flags |= CP_OPT_SPELLED;
        else
            note_spellings(r, option, opt);
        for (uint32_t i = 0; i < o->role_count; i++)
            if (cp_image_role(r->image, o->role_first + i)->marks & CP_MARK_BANG)
                opt->flags |= CP_OPT_BANG;
    }
    note_names(r, opt);
    return opt;
}

static void give_value(cp_reader *r, cp_opt *opt, cp_value value) {
    if (!opt)
        return;
    opt->value = value;
    opt->value_set = cp_set_of(r->arena, value);
    opt->flags |= CP_OPT_HAS_VALUE;
}

/* The words of `env -S` take the place of the words read so far: fields[at] becomes them. */
static void splice_words(cp_reader *r, const cp_value *value, uint32_t word) {
    cp_fields made = {NULL, 0};
    if (!cp_split_words(r->arena, value, r->budget, &made)) {
        cp_reader_gap(r, CP_GAP_OPEN_OPERANDS, word, cp_slice_of(NULL, 0), value->span);
        cp_field open = cp_field_of(r->arena, cp_value_hole(r->arena, CP_CLASS_ANY, CP_HOLE_ANYTHING,
                                                            cp_slice_of(NULL, 0), value->span));
        open.splat = 1;
        cp_field *items = CP_NEW_ARRAY(r->arena, cp_field, 1);
        if (!items)
            return;
        items[0] = open;
        made = (cp_fields){items, 1};
    }
    if (made.count == 0)
        return; /* a comment alone, or blanks */
    if (!cp_arena_reserve(r->arena, (void **)&r->fields, &r->field_cap, r->field_count, made.count,
                          sizeof *r->fields))
        return;
    memmove(r->fields + r->at + made.count, r->fields + r->at, (r->field_count - r->at) * sizeof *r->fields);
    memcpy(r->fields + r->at, made.items, made.count * sizeof *r->fields);
    r->field_count += made.count;
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

/* In an expression whose words are all described, what is none of them and begins with a dash ends the command with an error,
 * before it does anything. */
bool cp_reader_is_no_word(const cp_reader *r, cp_set set) {
    bool none = r->node->syntax == CP_SYNTAX_FIND && set.count && specials_are_flags(r);
    for (uint32_t i = 0; i < set.count && none; i++) {
        const cp_value *v = &set.values[i];
        none = cp_value_equals(v, CP_LIT("!")) == CP_NO && cp_value_equals(v, CP_LIT("(")) == CP_NO &&
               cp_value_equals(v, CP_LIT(")")) == CP_NO && cp_value_equals(v, CP_LIT(",")) == CP_NO &&
               !may_be_one_of(r, v, r->node->option_first, r->node->option_count);
    }
    return none;
}

/* find . -name *.c : of several names the second is no word of the expression. */
static bool only_breaks(const cp_reader *r, const cp_field *f) {
    return f->set.count == 1 && cp_stands_for_some(&f->set.values[0]) && cp_reader_is_no_word(r, f->set);
}

/* --query x[0].y : of several names the first is the value and the others are operands; none can be an option. Where a subcommand is
 * still to come they might be that, and where options end at an operand they might end them. */
static bool leaves_operands(const cp_reader *r, const cp_field *f, const cp_rec_takes *o) {
    bool open = (r->node->flags & CP_NODE_HAS_SUBCOMMANDS) && r->out->operand_count == 0;
    return f->set.count == 1 && cp_stands_for_some(&f->set.values[0]) && o->role_count == 1 && !open &&
           r->node->syntax == CP_SYNTAX_GNU && cp_set_begins_with(f->set, '-') == CP_NO &&
           cp_image_role(r->image, o->role_first)->kind != CP_KIND_WORDS &&
           !cp_operands_hold_words_of_others(r);
}

/* ps -p $(pgrep x), find . -user $USER: nothing stands behind the value. Where it is no word at all the option lacks it, and that is an
 * error; where it is several, all but the first are operands. */
static bool ends_the_words(const cp_reader *r, const cp_field *f, const cp_rec_takes *o) {
    uint32_t kind = cp_image_role(r->image, o->role_first)->kind;
    bool open = (r->node->flags & CP_NODE_HAS_SUBCOMMANDS) && r->out->operand_count == 0;
    bool plain = kind == CP_KIND_VALUE || kind == CP_KIND_NAMES || kind == CP_KIND_CUSTOM;
    if (!plain || o->role_count != 1 || r->at + 1 != r->field_count)
        return false;
    return f->splat == CP_SPLAT_ONE ||
           (r->node->syntax == CP_SYNTAX_GNU && !open && cp_set_begins_with(f->set, '-') == CP_NO &&
            !cp_operands_hold_words_of_others(r));
}

static cp_tri is_text(const cp_field *f, const char *text) {
    cp_tri t = cp_set_equals(f->set, cp_slice_str(text));
    return f->splat ? cp_tri_and(t, CP_MAYBE) : t;
}

/* Does a ';' stand there, or a '+' behind {}? A word that may be none, or several, parts nothing. */
static cp_tri ends_command(const cp_reader *r, uint32_t at) {
    cp_tri plus = at > r->at ? is_text(&r->fields[at], "+") : CP_NO, behind = CP_NO;
    for (uint32_t i = at; plus != CP_NO && i-- > r->at;) {
        behind = cp_tri_or(behind, i + 1 < at ? cp_tri_and(is_text(&r->fields[i], "{}"), CP_MAYBE)
                                              : is_text(&r->fields[i], "{}"));
        if (!r->fields[i].splat)
            break;
    }
    return cp_tri_or(is_text(&r->fields[at], ";"), cp_tri_and(plus, behind));
}

/* The values that stand in the words behind the option. `r->at` is on the option's word; afterwards behind all it takes. */
static void take_separate(cp_reader *r, cp_opt *opt, const cp_rec_takes *o) {
    uint32_t option_word = r->at++;
    if (!opt)
        return;
    cp_slice name = opt->name;
    if (r->at >= r->field_count) {
        cp_reader_gap(r, CP_GAP_MISSING_VALUE, option_word, name, opt->span);
        return;
    }
    const cp_field *f = &r->fields[r->at];
    const cp_rec_role *first = cp_image_role(r->image, o->role_first);
    opt->value_word = r->at;
    opt->flags |= CP_OPT_HAS_VALUE;
    opt->value_set = f->set;
    opt->value = f->set.count ? f->set.values[0]
                              : cp_value_hole(r->arena, CP_CLASS_ANY, CP_HOLE_ANYTHING, name, opt->span);
    opt->splat = f->splat;
    bool last = f->splat && ends_the_words(r, f, o);
    if (f->splat && (last || leaves_operands(r, f, o))) {
        if (!last || f->splat != CP_SPLAT_ONE)
            cp_reader_add_operand(r, CP_MAYBE);
    } else if (f->splat &&
               !only_breaks(
                   r, f)) { /* it may be no word at all, or several: what follows may be the value, too */
        cp_reader_gap(r, CP_GAP_OPEN_OPERANDS, r->at, cp_slice_of(NULL, 0), cp_field_span(f));
        r->out->any_option = 1;
        r->doubt = 1;
    }
    if (first->kind == CP_KIND_COMMAND_SEMI ||
        first->kind == CP_KIND_COMMAND_THERE) { /* up to ";" or "+" after {} */
        uint32_t end = r->at;
        for (; end < r->field_count && cp_step(r->budget); end++) {
            cp_tri ends = ends_command(r, end);
            if (ends == CP_YES)
                break;
            r->out->any_option |= ends == CP_MAYBE;
        }
        if (end >= r->field_count)
            cp_reader_gap(r, CP_GAP_MISSING_VALUE, option_word, name, opt->span);
        r->at = end < r->field_count ? end + 1 : end;
        return;
    }
    if (first->kind == CP_KIND_COMMAND || first->kind == CP_KIND_REST) {
        r->at = r->field_count;
        return;
    }
    for (uint32_t i = 0; i < o->role_count; i++) {
        const cp_rec_role *role = cp_image_role(r->image, o->role_first + i);
        if (role->kind == CP_KIND_REST || role->kind == CP_KIND_COMMAND) {
            r->at = r->field_count;
            return;
        }
        if (r->at < r->field_count)
            r->at++;
        else if (!(role->marks & CP_MARK_OPTIONAL))
            cp_reader_gap(r, CP_GAP_MISSING_VALUE, option_word, name, opt->span);
    }
    if (first->kind == CP_KIND_WORDS) {
        cp_value value = opt->value;
        splice_words(r, &value, option_word);
    }
}

static void unknown(cp_reader *r, uint32_t kind, cp_slice name, const cp_value *value) {
    cp_opt *opt = add(r, 0, name, CP_YES, CP_OPT_UNKNOWN);
    if (opt && value)
        give_value(r, opt, *value);
    cp_span span = cp_field_span(&r->fields[r->at]);
    if (!(r->node->flags & CP_NODE_HARMLESS_OPTIONS))
        cp_reader_gap(r, kind, r->at, name, span);
    r->doubt = !value; /* the next word may be its value */
}

static cp_value part(cp_reader *r, uint32_t from) {
    const cp_value *whole = &r->fields[r->at].set.values[0];
    return cp_value_slice(r->arena, whole, from, whole->exact.n);
}

/* What an option takes behind a value that was attached to it: `-mjson.tool a b`. `r->at` is behind the option's word. */
static void take_more(cp_reader *r, const cp_opt *opt, const cp_rec_takes *o) {
    for (uint32_t i = 1; i < o->role_count; i++) {
        const cp_rec_role *role = cp_image_role(r->image, o->role_first + i);
        if (role->kind == CP_KIND_REST || role->kind == CP_KIND_COMMAND) {
            r->at = r->field_count;
            return;
        }
        if (r->at < r->field_count)
            r->at++;
        else if (!(role->marks & CP_MARK_OPTIONAL) && opt)
            cp_reader_gap(r, CP_GAP_MISSING_VALUE, opt->word, opt->name, opt->span);
    }
}

/* The words that Go's programs take for yes, and for no, with `on` to say which of them it is. */
static bool is_boolean(cp_slice text, bool *on) {
    static const char *const words[] = {"1", "t", "T", "true",  "TRUE",  "True",
                                        "0", "f", "F", "false", "FALSE", "False"};
    enum { COUNT = sizeof words / sizeof *words };
    for (uint32_t i = 0; i < COUNT; i++)
        if (cp_slice_is(text, words[i])) {
            *on = i < COUNT / 2;
            return true;
        }
    return false;
}

/* --flag=false: the flag isn't given, and where it stands before, that is taken back. What it would loosen is not sure then. */
static void take_back(cp_reader *r, const cp_opt *off) {
    uint32_t first = cp_image_option_first(r->image, off->option);
    for (uint32_t i = 0; i < r->out->option_count; i++) {
        cp_opt *opt = &r->out->options[i];
        if (opt->option && opt->image == off->image && cp_image_option_first(r->image, opt->option) == first)
            opt->present = cp_tri_and(opt->present, CP_MAYBE);
    }
}

/* An option found by its whole name; `attached` is where its "=value" begins, or UINT32_MAX. */
static void known(cp_reader *r, uint32_t option, uint32_t flags, uint32_t attached) {
    const cp_rec_takes *o = cp_image_option_takes(r->image, option);
    cp_slice text = r->fields[r->at].set.values[0].exact;
    cp_opt *opt = add(r, option, text, CP_YES, flags);
    r->doubt = 0;
    bool on;
    if (attached != UINT32_MAX && (o->flags & CP_OPTION_SWITCH) &&
        is_boolean(cp_slice_sub(text, attached, text.n), &on)) {
        if (opt && !on)
            take_back(r, opt);
        r->at++;
        return;
    }
    if (attached != UINT32_MAX) {
        if (!o->role_count) { /* a flag that is given a value: the program complains, or it isn't what we think */
            cp_reader_gap(r, CP_GAP_UNKNOWN_OPTION, r->at, text, cp_field_span(&r->fields[r->at]));
            r->at++;
            return;
        }
        give_value(r, opt, part(r, attached));
        uint32_t role_kind = cp_image_role(r->image, o->role_first)->kind;
        cp_value value = opt ? opt->value : part(r, attached);
        r->at++;
        if (role_kind == CP_KIND_WORDS)
            splice_words(r, &value, r->at - 1);
        take_more(r, opt, o);
        return;
    }
    if (!o->role_count || (o->flags & CP_OPTION_OPTIONAL_VALUE)) {
        r->at++;
        return;
    }
    take_separate(r, opt, o);
}

static void read_long(cp_reader *r, cp_slice text) {
    uint32_t eq = cp_slice_find(text, '=', 0);
    cp_slice name = cp_slice_sub(text, 0, eq);
    uint32_t attached = eq < text.n ? eq + 1 : UINT32_MAX;
    uint32_t option = cp_reader_find_option(r, name);
    if (option) {
        known(r, option, 0, attached);
        return;
    }
    if ((option = find_special(r, text))) {
        add(r, option, text, CP_YES, 0);
        r->doubt = 0;
        r->at++;
        return;
    }
    cp_value value = {0};
    if (attached != UINT32_MAX)
        value = part(r, attached);
    if (r->node->syntax == CP_SYNTAX_GNU || r->node->syntax == CP_SYNTAX_POSIX ||
        r->node->syntax == CP_SYNTAX_BUNDLE_FIRST) {
        uint32_t groups = 0, total = 0, first = 0;
        for (uint32_t level = r->out->depth; level-- > 0;) {
            const cp_rec_node *node = cp_image_node(r->image, r->out->nodes[level]);
            const cp_options globals = cp_image_globals(r->image, node);
            uint32_t hit = cp_image_abbreviated(r->image, globals.first, globals.count, name, &groups);
            total += hit ? groups : 0;
            if (hit)
                first = hit;
            if (level + 1 != r->out->depth)
                continue;
            hit = cp_image_abbreviated(r->image, node->option_first, node->option_count, name, &groups);
            total += hit ? groups : 0;
            if (hit)
                first = hit;
        }
        if (total == 1 && name.n > 2) {
            cp_reader_gap(r, CP_GAP_ABBREVIATION, r->at, name, cp_field_span(&r->fields[r->at]));
            known(r, first, CP_OPT_ABBREVIATED, attached);
            return;
        }
        if (total > 1) {
            r->out->any_option = 1;
            unknown(r, CP_GAP_AMBIGUOUS_OPTION, name, attached != UINT32_MAX ? &value : NULL);
            r->at++;
            return;
        }
    }
    unknown(r, CP_GAP_UNKNOWN_OPTION, name, attached != UINT32_MAX ? &value : NULL);
    r->at++;
}

/* -abc: each character is an option, until one takes the rest, or the next word, as its value. */
static void read_bundle(cp_reader *r, cp_slice text) {
    uint8_t sign = text.p[0];
    uint32_t start = r->at;
    for (uint32_t i = 1; i < text.n && cp_step(r->budget); i++) {
        uint8_t spelled[2] = {sign, text.p[i]};
        cp_slice name = cp_arena_copy(r->arena, (cp_slice){spelled, 2});
        uint32_t option = cp_reader_find_option(r, name);
        if (!option) {
            cp_slice rest = cp_slice_sub(text, i, text.n); /* -5 after other letters; -n5 is n's value */
            uint32_t digits = 0;
            while (digits < rest.n && rest.p[digits] >= '0' && rest.p[digits] <= '9')
                digits++;
            uint32_t number = digits ? find_special(r, cp_arena_concat(r->arena, (cp_slice){&sign, 1},
                                                                       cp_slice_sub(rest, 0, digits)))
                                     : 0;
            if (number) {
                add(r, number, text, CP_YES, 0);
                i += digits - 1;
                continue;
            }
            unknown(r, CP_GAP_UNKNOWN_OPTION, name, NULL);
            /* what follows may be its value: the later letters are options only perhaps; r->doubt says so to add() */
            continue;
        }
        const cp_rec_takes *o = cp_image_option_takes(r->image, option);
        cp_opt *opt = add(r, option, name, CP_YES, 0);
        if (!o->role_count)
            continue;
        if (i + 1 < text.n) {
            give_value(r, opt, part(r, i + 1));
            cp_value value = opt ? opt->value : part(r, i + 1);
            r->at++;
            r->doubt = 0;
            if (cp_image_role(r->image, o->role_first)->kind == CP_KIND_WORDS)
                splice_words(r, &value, start);
            take_more(r, opt, o);
            return;
        }
        if (o->flags & CP_OPTION_OPTIONAL_VALUE)
            continue;
        r->doubt = 0;
        take_separate(r, opt, o);
        return;
    }
    r->at = start + 1;
}

static bool read_assignment(cp_reader *r, cp_slice text) {
    uint32_t eq = cp_slice_find(text, '=', 0);
    uint32_t option = eq < text.n ? cp_reader_find_option(r, cp_slice_sub(text, 0, eq)) : 0;
    if (!option && text.n && text.p[0] == '-')
        option = cp_reader_find_option(r, text); /* dd --help */
    if (option)
        known(r, option, 0, eq < text.n ? eq + 1 : UINT32_MAX);
    else {
        unknown(r, CP_GAP_UNKNOWN_OPTION, text, NULL);
        r->at++;
    }
    r->doubt = 0;
    return true;
}

bool cp_read_option(cp_reader *r, cp_slice text) {
    uint32_t syntax = r->node->syntax;
    if (syntax == CP_SYNTAX_ASSIGNMENTS)
        return read_assignment(r, text);
    uint32_t whole = cp_reader_find_option(r, text);
    if (whole) {
        known(r, whole, 0, UINT32_MAX);
        return true;
    }
    if (syntax == CP_SYNTAX_FIND) {
        uint32_t special = find_special(r, text);
        if (special)
            add(r, special, text, CP_YES, 0);
        else if (text.p[0] == '-')
            unknown(r, CP_GAP_UNKNOWN_OPTION, text, NULL);
        r->at++;
        return true;
    }
    if (text.n > 2 && text.p[0] == '-' && text.p[1] == '-') {
        read_long(r, text);
        return true;
    }
    uint32_t special = find_special(r, text);
    if (special) {
        add(r, special, text, CP_YES, 0);
        r->doubt = 0;
        r->at++;
        return true;
    }
    if (syntax == CP_SYNTAX_SINGLE_DASH) { /* -name, -name=value; no bundles, no abbreviations */
        uint32_t eq = cp_slice_find(text, '=', 0);
        cp_slice name = cp_slice_sub(text, 0, eq);
        uint32_t option = cp_reader_find_option(r, name);
        if (option) {
            known(r, option, 0, eq < text.n ? eq + 1 : UINT32_MAX);
            return true;
        }
        unknown(r, CP_GAP_UNKNOWN_OPTION, name, NULL);
        r->at++;
        return true;
    }
    read_bundle(r, text);
    return true;
}

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

/* May the word become an option of one dash and a long name (-name), of which this is the beginning? */
static bool begins_long_name(const cp_reader *r, cp_slice text) {
    for (uint32_t level = r->out->depth; level-- > 0;) {
        const cp_rec_node *node = cp_image_node(r->image, r->out->nodes[level]);
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

static uint32_t begun_option(cp_reader *r, cp_slice text, uint32_t *out_from, uint32_t *out_flags) {
    uint32_t syntax = r->node->syntax, eq = cp_slice_find(text, '=', 0);
    *out_from = eq + 1;
    *out_flags = 0;
    if (syntax == CP_SYNTAX_ASSIGNMENTS)
        return eq < text.n ? cp_reader_find_option(r, cp_slice_sub(text, 0, eq)) : 0;
    if (text.n < 2 || text.p[0] != '-' || syntax == CP_SYNTAX_FIND || syntax == CP_SYNTAX_NONE)
        return 0;
    if (text.p[1] == '-' || syntax == CP_SYNTAX_SINGLE_DASH)
        return eq < text.n ? cp_reader_find_option(r, cp_slice_sub(text, 0, eq)) : 0;
    if (begins_long_name(r, text))
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
    if (text.n < 2 || text.p[1] == '-' || begins_long_name(r, text))
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

static bool one_alike(const cp_reader *r, const cp_rec_node *node) {
    const cp_rec_role *each = cp_image_role(r->image, node->operand_first);
    return node->operand_count == 1 && (each->marks & (CP_MARK_STAR | CP_MARK_PLUS)) &&
           !(each->marks & (CP_MARK_BANG | CP_MARK_JOINED)) &&
           (each->kind == CP_KIND_READ || each->kind == CP_KIND_VALUE);
}

/* In every case, too. */
static bool operands_are_alike(const cp_reader *r) {
    const cp_rec_more *more = cp_image_more(r->image, r->node->more);
    bool alike = one_alike(r, r->node);
    for (uint32_t i = 0; i < more->case_count && alike && cp_step(r->budget); i++) {
        const cp_rec_node *overlay =
            cp_image_node(r->image, cp_image_acase(r->image, more->case_first + i)->node);
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
        (r->node->syntax != CP_SYNTAX_GNU && r->node->syntax != CP_SYNTAX_POSIX))
        return false;
    return next == r->field_count ||
           (operands_are_alike(r) && stands_alone(r, next) &&
            (r->node->syntax == CP_SYNTAX_GNU || cp_set_begins_with(r->fields[next].set, '-') != CP_NO ||
             operands_follow(r, next)));
}

/* -f"$n", of which nothing behind the letter is certain. (--out=$X has a value, empty or not.) */
static bool is_bare(const cp_reader *r, cp_slice text, uint32_t from) {
    return from >= text.n && r->node->syntax != CP_SYNTAX_ASSIGNMENTS &&
           r->node->syntax != CP_SYNTAX_SINGLE_DASH && text.n > 1 && text.p[1] != '-';
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
    bool pattern = f->splat && f->set.count == 1 && cp_stands_for_some(&f->set.values[0]);
    if ((f->splat && !pattern) || f->set.count != 1)
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
        (void)add(r, cp_reader_find_option(r, name), name, CP_YES, 0);
    }
    cp_opt *opt =
        add(r, option, cp_image_string(r->image, cp_image_option_name(r->image, option)), CP_YES, 0);
    give_value(r, opt, tail_of(r, whole, from));
    if (opt)
        opt->splat = pattern;
    r->doubt = empty;
    r->at++;
    take_more(r, opt, o);
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
        if (kind != CP_KIND_VALUE && kind != CP_KIND_NAMES)
            return true;
    }
    return false;
}

/* tar xzf FILE, ps aux, ar rc LIB: the first word is a bundle without a dash; its values follow in order. */
void cp_read_bundle_first(cp_reader *r, cp_slice text) {
    uint32_t bundle_at = r->at, values = r->at + 1;
    for (uint32_t i = 0; i < text.n && cp_step(r->budget); i++) {
        uint8_t spelled[2] = {'-', text.p[i]};
        cp_slice name = cp_arena_copy(r->arena, (cp_slice){spelled, 2});
        uint32_t option = cp_reader_find_option(r, name);
        r->at = bundle_at;
        if (!option) {
            unknown(r, CP_GAP_UNKNOWN_OPTION, name, NULL);
            continue;
        }
        const cp_rec_takes *o = cp_image_option_takes(r->image, option);
        cp_opt *opt = add(r, option, name, CP_YES, 0);
        if (!opt || !o->role_count || (o->flags & CP_OPTION_OPTIONAL_VALUE))
            continue;
        r->at = values - 1; /* take_separate steps to the value */
        take_separate(r, opt, o);
        values = r->at;
    }
    r->at = values;
}

/* A number that was typed has no name `-` (cp_image_find_option). */
static bool is_nameless(const cp_opt *opt, uint32_t option, cp_slice name) {
    return (opt->flags & CP_OPT_AS_TYPED) && cp_slice_is(name, "-") &&
           (cp_image_option_takes(opt->image, option)->flags & CP_OPTION_NUMBER);
}

static bool has_name(const cp_opt *opt, uint32_t option, cp_slice name) {
    return cp_image_string_is(opt->image, cp_image_option_name(opt->image, option), name) &&
           !is_nameless(opt, option, name);
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
        const cp_rec_node *node = cp_image_node(im, reading->nodes[level]);
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
        uint32_t option = opt->option;
        bool same = cp_image_option_name(im, option) == name;
        for (uint32_t i = 0; i < opt->spelling_count && !same; i++)
            same = cp_image_option_name(im, option = opt->spellings[i]) == name;
        if (!(opt->flags & CP_OPT_AS_TYPED))
            return same;
        cp_slice text = cp_image_string(im, name);
        return cp_slice_eq(text, opt->name) || (same && !is_nameless(opt, option, text));
    }
    return cp_image_string_is(im, name, opt->name) ||
           (opt->option && spells(reading, opt, cp_image_string(im, name)));
}

bool cp_reading_option_differs(const cp_reading *reading, const cp_image *im, uint32_t name, cp_slice value,
                               bool value_is_glob) {
    for (uint32_t i = 0; i < reading->option_count; i++) {
        const cp_opt *opt = &reading->options[i];
        if (!cp_option_is(reading, opt, im, name))
            continue;
        if (!(opt->flags & CP_OPT_HAS_VALUE) || opt->value_set.count > 1 || opt->splat ||
            (value_is_glob ? cp_value_glob(&opt->value, value, false)
                           : cp_value_equals(&opt->value, value)) != CP_YES)
            return true;
    }
    return false;
}

cp_tri cp_reading_has_option(const cp_reading *reading, const cp_image *im, uint32_t name,
                             const cp_slice *value, bool value_is_glob) {
    cp_tri found = reading->any_option ? CP_MAYBE : CP_NO;
    if (!cp_reading_may_name(reading, im, name))
        return found;
    for (uint32_t i = 0; i < reading->option_count; i++) {
        const cp_opt *opt = &reading->options[i];
        if (!cp_option_is(reading, opt, im, name))
            continue;
        cp_tri here = (cp_tri)opt->present;
        if (value) {
            if (!(opt->flags & CP_OPT_HAS_VALUE))
                continue;
            cp_tri fits = opt->value_set.count > 1 || opt->splat ? CP_MAYBE
                          : value_is_glob                        ? cp_value_glob(&opt->value, *value, false)
                                                                 : cp_value_equals(&opt->value, *value);
            here = cp_tri_and(here, fits);
        }
        found = cp_tri_or(found, here);
    }
    return found;
}
