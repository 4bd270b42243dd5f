/* Options, as getopt, getopt_long, clap, find, dd and tar read them: bundles, attached and separate values, "=". Which option takes what
 * is the grammar's to say. */
#include "commands/reader.h"

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

cp_opt *cp_option_add(cp_reader *r, uint32_t option, cp_slice name, uint32_t present, uint32_t flags) {
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
            cp_option_note_spellings(r, option, opt);
        for (uint32_t i = 0; i < o->role_count; i++)
            if (cp_image_role(r->image, o->role_first + i)->marks & CP_MARK_BANG)
                opt->flags |= CP_OPT_BANG;
    }
    note_names(r, opt);
    return opt;
}

void cp_option_give_value(cp_reader *r, cp_opt *opt, cp_value value) {
    if (!opt)
        return;
    opt->value = value;
    opt->value_set = cp_set_of(r->arena, value);
    opt->flags |= CP_OPT_HAS_VALUE;
}

void cp_option_may_have_value(cp_reader *r, cp_opt *opt, cp_value value) {
    if (opt)
        opt->value_set = cp_set_join(r->arena, opt->value_set, cp_set_of(r->arena, value));
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

/* find . -name *.c : of several names the second is no word of the expression. */
static bool only_breaks(const cp_reader *r, const cp_field *f) {
    return f->set.count == 1 && cp_stands_for_some(&f->set.values[0]) && cp_reader_is_no_word(r, f->set);
}

/* --query x[0].y : of several names the first is the value and the others are operands; none can be an option. Where a subcommand is
 * still to come they might be that, and where options end at an operand they might end them. */
static bool leaves_operands(const cp_reader *r, const cp_field *f, const cp_rec_takes *o) {
    bool open = (r->node->flags & CP_NODE_HAS_SUBCOMMANDS) && r->out->operand_count == 0;
    return f->set.count == 1 && cp_stands_for_some(&f->set.values[0]) && o->role_count == 1 && !open &&
           cp_syntax_of(r) == CP_SYNTAX_GNU && cp_set_begins_with(f->set, '-') == CP_NO &&
           cp_image_role(r->image, o->role_first)->kind != CP_KIND_WORDS &&
           !cp_operands_hold_words_of_others(r);
}

/* ps -p $(pgrep x), find . -user $USER: nothing stands behind the value. Where it is no word at all the option lacks it, and that is an
 * error; where it is several, all but the first are operands, or options that do no harm (top -p $PID). */
static bool ends_the_words(const cp_reader *r, const cp_field *f, const cp_rec_takes *o) {
    uint32_t kind = cp_image_role(r->image, o->role_first)->kind;
    bool open = (r->node->flags & CP_NODE_HAS_SUBCOMMANDS) && r->out->operand_count == 0;
    bool plain = kind == CP_KIND_VALUE || kind == CP_KIND_NAMES || kind == CP_KIND_EXPRESSION ||
                 kind == CP_KIND_CUSTOM;
    if (!plain || o->role_count != 1 || r->at + 1 != r->field_count)
        return false;
    bool piece = false;
    for (uint32_t i = 0; i < f->set.count; i++)
        piece |= cp_value_is_piece(&f->set.values[i]);
    return (f->splat == CP_SPLAT_ONE && !piece) ||
           (cp_syntax_of(r) == CP_SYNTAX_GNU && !open && !cp_operands_hold_words_of_others(r) &&
            (cp_set_begins_with(f->set, '-') == CP_NO || cp_reader_any_option_is_harmless(r)));
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
    const cp_rec_role *first = cp_image_role(r->image, o->role_first);
    if (r->at >= r->field_count) {
        if (!(first->marks & CP_MARK_OPTIONAL)) /* `[kind?]` */
            cp_reader_gap(r, CP_GAP_MISSING_VALUE, option_word, name, opt->span);
        return;
    }
    const cp_field *f = &r->fields[r->at];
    opt->value_word = r->at;
    opt->flags |= CP_OPT_HAS_VALUE;
    opt->value_set = f->set;
    opt->value = f->set.count ? f->set.values[0]
                              : cp_value_hole(r->arena, CP_CLASS_ANY, CP_HOLE_ANYTHING, name, opt->span);
    opt->splat = f->splat;
    bool several = cp_field_may_be_several(f), last = several && ends_the_words(r, f, o);
    if (several && (last || leaves_operands(r, f, o))) {
        if (!last || f->splat != CP_SPLAT_ONE)
            cp_reader_add_operand(r, CP_MAYBE);
        if (cp_set_begins_with(f->set, '-') != CP_NO) {
            r->out->maybe_option = 1;
            (void)CP_PUSH(r->arena, r->asides, r->aside_count, r->aside_cap, r->at);
        }
    } else if (several &&
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
    if (first->kind == CP_KIND_COMMAND_EACH) { /* up to ";", if there is one */
        cp_tri ends = CP_NO;
        for (; r->at < r->field_count && ends != CP_YES && cp_step(r->budget); r->at++) {
            ends = is_text(&r->fields[r->at], ";");
            r->out->any_option |= ends == CP_MAYBE;
        }
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
            cp_reader_doubt_value(r, r->at++, role);
        else if (!(role->marks & CP_MARK_OPTIONAL))
            cp_reader_gap(r, CP_GAP_MISSING_VALUE, option_word, name, opt->span);
    }
    if (first->kind == CP_KIND_WORDS) {
        cp_value value = opt->value;
        splice_words(r, &value, option_word);
    }
}

static void unknown(cp_reader *r, uint32_t kind, cp_slice name, const cp_value *value) {
    cp_opt *opt = cp_option_add(r, 0, name, CP_YES, CP_OPT_UNKNOWN);
    if (opt && value)
        cp_option_give_value(r, opt, *value);
    cp_span span = cp_field_span(&r->fields[r->at]);
    /* What begins several known options may be short for the one that isn't harmless. */
    if (kind == CP_GAP_AMBIGUOUS_OPTION || !(r->node->flags & CP_NODE_HARMLESS_OPTIONS))
        cp_reader_gap(r, kind, r->at, name, span);
    r->doubt = !value; /* the next word may be its value */
}

static cp_value part(cp_reader *r, uint32_t from) {
    const cp_value *whole = &r->fields[r->at].set.values[0];
    return cp_value_slice(r->arena, whole, from, whole->exact.n);
}

/* What an option takes behind a value that was attached to it: `-mjson.tool a b`. `r->at` is behind the option's word. */
void cp_option_take_more(cp_reader *r, const cp_opt *opt, const cp_rec_takes *o) {
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
    cp_opt *opt = cp_option_add(r, option, text, CP_YES, flags);
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
        cp_option_give_value(r, opt, part(r, attached));
        uint32_t role_kind = cp_image_role(r->image, o->role_first)->kind;
        cp_value value = opt ? opt->value : part(r, attached);
        r->at++;
        if (role_kind == CP_KIND_WORDS)
            splice_words(r, &value, r->at - 1);
        cp_option_take_more(r, opt, o);
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
    if ((option = cp_option_special(r, text))) {
        cp_option_add(r, option, text, CP_YES, 0);
        r->doubt = 0;
        r->at++;
        return;
    }
    cp_value value = {0};
    if (attached != UINT32_MAX)
        value = part(r, attached);
    if (cp_syntax_bundles(cp_syntax_of(r))) {
        uint32_t first = 0, total = cp_option_abbreviated(r, name, &first);
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
            cp_slice typed = {NULL, 0};
            if (digits)
                typed = cp_arena_concat(r->arena, (cp_slice){&sign, 1}, cp_slice_sub(rest, 0, digits));
            uint32_t number = digits ? cp_option_special(r, typed) : 0;
            if (number) {
                cp_option_add(r, number, typed, CP_YES, 0);
                i += digits - 1;
                continue;
            }
            unknown(r, CP_GAP_UNKNOWN_OPTION, name, NULL);
            /* what follows may be its value: the later letters are options only perhaps; r->doubt says so to cp_option_add() */
            continue;
        }
        const cp_rec_takes *o = cp_image_option_takes(r->image, option);
        cp_opt *opt = cp_option_add(r, option, name, CP_YES, 0);
        if (!o->role_count)
            continue;
        if (i + 1 < text.n) {
            cp_option_give_value(r, opt, part(r, i + 1));
            if (text.p[i + 1] == '=' && i + 2 < text.n)
                cp_option_may_have_value(r, opt, part(r, i + 2));
            cp_value value = opt ? opt->value : part(r, i + 1);
            r->at++;
            r->doubt = 0;
            if (cp_image_role(r->image, o->role_first)->kind == CP_KIND_WORDS)
                splice_words(r, &value, start);
            cp_option_take_more(r, opt, o);
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
    uint32_t syntax = cp_syntax_of(r);
    if (syntax == CP_SYNTAX_ASSIGNMENTS)
        return read_assignment(r, text);
    uint32_t whole = cp_reader_find_option(r, text);
    if (whole) {
        known(r, whole, 0, UINT32_MAX);
        return true;
    }
    if (syntax == CP_SYNTAX_FIND) {
        uint32_t special = cp_option_special(r, text);
        if (special)
            cp_option_add(r, special, text, CP_YES, 0);
        else if (text.p[0] == '-')
            unknown(r, CP_GAP_UNKNOWN_OPTION, text, NULL);
        r->at++;
        return true;
    }
    if (text.n > 2 && text.p[0] == '-' && text.p[1] == '-') {
        read_long(r, text);
        return true;
    }
    uint32_t special = cp_option_special(r, text);
    if (special) {
        cp_option_add(r, special, text, CP_YES, 0);
        r->doubt = 0;
        r->at++;
        return true;
    }
    if (cp_syntax_has_one_dash(syntax)) { /* -name, -name=value */
        uint32_t eq = cp_slice_find(text, '=', 0);
        cp_slice name = cp_slice_sub(text, 0, eq);
        uint32_t option = cp_reader_find_option(r, name);
        if (option) {
            known(r, option, 0, eq < text.n ? eq + 1 : UINT32_MAX);
            return true;
        }
        cp_value value = {0};
        if (eq < text.n)
            value = part(r, eq + 1);
        unknown(r, CP_GAP_UNKNOWN_OPTION, name, eq < text.n ? &value : NULL);
        r->at++;
        return true;
    }
    read_bundle(r, text);
    return true;
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
        cp_opt *opt = cp_option_add(r, option, name, CP_YES, 0);
        if (!opt || !o->role_count || (o->flags & CP_OPTION_OPTIONAL_VALUE))
            continue;
        r->at = values - 1; /* take_separate steps to the value */
        take_separate(r, opt, o);
        values = r->at;
    }
    r->at = values;
}
