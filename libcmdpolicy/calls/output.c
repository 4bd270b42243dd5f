/* What calls print, where their grammar tells: `echo 'rm -rf /' | sh` is the script that it is, and $(echo rm) has a value. */
#include "calls/output.h"

static bool is_numeric(const cp_value *v) {
    bool numeric = !(v->flags & CP_VALUE_UNMADE);
    for (uint32_t i = 0; i < v->atom_count && numeric; i++) {
        const cp_atom *a = &v->atoms[i];
        numeric = a->kind == CP_ATOM_LIT || a->cls == CP_CLASS_DIGITS;
        for (uint32_t k = 0; a->kind == CP_ATOM_LIT && k < a->lit.n; k++)
            numeric &= (a->lit.p[k] >= '0' && a->lit.p[k] <= '9') || a->lit.p[k] == '\n';
    }
    return numeric;
}

/* v: what is printed, holes where it isn't certain; NULL: anything. */
void cp_sink_add(cp_walk *w, cp_sink *sink, const cp_value *v) {
    if (!sink)
        return;
    sink->printed++;
    sink->numeric += v && is_numeric(v);
    if (w->shell_sink && w->shell_sink->cut)
        sink->unknown = 1; /* whether it comes to this is not certain */
    if (sink->unknown)
        return;
    if (!v) {
        sink->unknown = 1;
        return;
    }
    sink->text = sink->text.atom_count ? cp_value_glued(w->arena, &sink->text, v) : *v;
}

static void add_lines(cp_walk *w, cp_sink *sink, cp_set lines) {
    if (lines.count) {
        sink->lost |= sink->unknown && !sink->lined; /* something else gets there, too */
        sink->lines = cp_set_join(w->arena, sink->lines, lines);
        sink->lined++;
        bool numeric = true;
        for (uint32_t i = 0; i < lines.count; i++)
            numeric &= is_numeric(&lines.values[i]);
        sink->numeric += numeric;
    }
    cp_sink_add(w, sink, NULL);
}

static void add_choice(cp_walk *w, cp_sink *sink, cp_set texts) {
    bool cut = w->shell_sink && w->shell_sink->cut;
    bool alone = sink->printed == 0 && !sink->unknown && !cut;
    cp_sink_add(w, sink, NULL);
    sink->choice = alone ? texts : (cp_set){NULL, 0};
}

/* One of these lines, if any. */
static void add_line(cp_walk *w, cp_sink *sink, cp_set lines, cp_span span) {
    cp_set nothing = cp_set_exact(w->arena, CP_LIT(""), span);
    cp_set texts =
        lines.count && lines.count < CP_SET_MOST ? cp_set_join(w->arena, lines, nothing) : (cp_set){NULL, 0};
    bool alone = sink->printed == 0 && !sink->unknown && !(w->shell_sink && w->shell_sink->cut);
    add_lines(w, sink, lines);
    sink->choice = alone ? texts : (cp_set){NULL, 0};
}

/* What was printed since, and an end of line, or nothing at all. */
void cp_sink_may_be_nothing(cp_walk *w, cp_sink *sink, uint32_t printed_before) {
    if (!sink || sink->printed == printed_before)
        return;
    cp_set one = printed_before || sink->printed != 1 ? (cp_set){NULL, 0} : sink->choice;
    const cp_value *text = &sink->text;
    if (!printed_before && sink->printed == 1 && !sink->unknown && text->atom_count) {
        const cp_atom *first = &text->atoms[0];
        if (first->kind == CP_ATOM_HOLE && first->cls == CP_CLASS_DIGITS && (first->props & CP_HOLE_EMPTY) &&
            is_numeric(text))
            return; /* a number or none, in any case */
        uint32_t end = cp_value_is_exact(text) ? cp_slice_find(text->exact, '\n', 0) : 0;
        if (cp_value_is_exact(text) && end + 1 == text->exact.n)
            one = cp_set_of(w->arena, cp_value_slice(w->arena, text, 0, end));
    }
    const bool known = !printed_before && sink->printed == 1 && !sink->unknown && cp_value_is_exact(text);
    cp_sink_maybe(sink, printed_before);
    if (known)
        sink->perhaps = *text;
    if (one.count && one.count < CP_SET_MOST)
        sink->choice = cp_set_join(w->arena, one, cp_set_exact(w->arena, CP_LIT(""), text->span));
}

cp_set cp_sink_choice(const cp_sink *sink) {
    return sink->printed == 1 ? sink->choice : (cp_set){NULL, 0};
}

cp_set cp_sink_entries(const cp_sink *sink) {
    bool all = sink->lined && sink->lined == sink->printed && !sink->lost;
    return all ? sink->lines : (cp_set){NULL, 0};
}

bool cp_sink_is_numeric(const cp_sink *sink) {
    return sink->printed && sink->numeric == sink->printed && !sink->blurred;
}

cp_set cp_sink_lines(const cp_sink *sink) {
    cp_set choice = cp_sink_choice(sink);
    if (choice.count && !sink->lined)
        return cp_walk_are_words(choice) ? choice : (cp_set){NULL, 0};
    return sink->rough ? (cp_set){NULL, 0} : cp_sink_entries(sink);
}

/* Below a directory where packages of the system alone put files, or its services their logs? */
static bool is_of_packages(const cp_value *v) {
    static const char *const places[] = {"/usr/bin",   "/usr/include", "/usr/lib", "/usr/sbin",
                                         "/usr/share", "/usr/src",     "/var/log"};
    cp_slice at = v->atoms[0].lit;
    for (uint32_t i = 0; i < sizeof places / sizeof *places; i++) {
        cp_slice place = cp_slice_str(places[i]);
        if (cp_slice_starts(at, place) &&
            (at.n > place.n ? at.p[place.n] == '/'
                            : v->atom_count < 2 ||
                                  (v->atoms[1].kind == CP_ATOM_HOLE && v->atoms[1].cls == CP_CLASS_BELOW)))
            return true;
    }
    return false;
}

/* Is it one that the system names, or a package of it, so that nobody who asks has chosen it? Below /proc and /dev that is what stands there itself:
 * /proc/ID/cwd is a place of somebody's, and so is /dev/shm. */
static bool systems_name(const cp_value *v) {
    if (v->atom_count == 0 || v->atoms[0].kind != CP_ATOM_LIT)
        return false;
    cp_slice at = v->atoms[0].lit;
    bool sys =
        (cp_slice_starts(at, CP_LIT("/sys/")) && at.n > 5 && !cp_slice_starts(at, CP_LIT("/sys/fs"))) ||
        cp_slice_starts(at, CP_LIT("/etc/")) || is_of_packages(v);
    if (!sys && (v->atom_count < 2 ||
                 (!cp_slice_starts(at, CP_LIT("/proc/")) && !cp_slice_starts(at, CP_LIT("/dev/")))))
        return false;
    for (uint32_t i = 0; i < v->atom_count; i++) {
        const cp_atom *a = &v->atoms[i];
        if (a->kind == CP_ATOM_LIT) {
            for (uint32_t k = i || sys ? 0 : at.p[1] == 'p' ? 6 : 5; k < a->lit.n; k++)
                if (a->lit.p[k] == '/' && (!sys || (k + 1 < a->lit.n && a->lit.p[k + 1] == '.')))
                    return false;
        } else if ((a->props & CP_HOLE_SLASH) && !(sys && a->cls == CP_CLASS_BELOW)) {
            return false;
        }
    }
    return true;
}

/* What a harmless option that nobody knows does to the output, nobody knows. */
static bool has_unknown_option(const cp_reading *r) {
    bool unknown = false;
    for (uint32_t i = 0; i < r->option_count; i++)
        unknown |= (r->options[i].flags & CP_OPT_UNKNOWN) != 0;
    return unknown;
}

/* The paths that a command lists, as lines: known only where no name can break a line or a word. `begins`: how the first hole of each
 * may not begin. */
static cp_set plain_lines(cp_walk *w, cp_set listed, const cp_state *s, uint32_t begins) {
    const cp_set none = {NULL, 0};
    cp_value *values = CP_NEW_ARRAY(w->arena, cp_value, listed.count ? listed.count : 1);
    if (!values || s->cwd.count == 0)
        return none;
    for (uint32_t i = 0; i < listed.count; i++) {
        const cp_value *v = &listed.values[i];
        cp_atom *atoms = CP_NEW_ARRAY(w->arena, cp_atom, v->atom_count ? v->atom_count : 1);
        if (!atoms)
            return none;
        for (uint32_t k = 0; k < s->cwd.count; k++)
            if (!cp_walk_trusted_place(w, v, &s->cwd.values[k]) && !systems_name(v))
                return none;
        for (uint32_t k = 0; k < v->atom_count; k++) {
            atoms[k] = v->atoms[k];
            if (atoms[k].kind == CP_ATOM_HOLE) {
                atoms[k].props |= CP_HOLE_PLAIN;
                atoms[k].props &= (uint16_t) ~(CP_HOLE_NEWLINE | (k == 0 ? begins : 0));
            }
        }
        values[i] = *v;
        values[i].atoms = atoms;
    }
    return (cp_set){values, listed.count};
}

cp_set cp_walk_plain_lines(cp_walk *w, cp_set listed, const cp_state *s) {
    return listed.count ? plain_lines(w, listed, s, 0) : listed;
}

static bool is_file_pattern(const cp_value *v) {
    bool pattern = false;
    for (uint32_t i = 0; i < v->atom_count; i++) {
        const cp_atom *a = &v->atoms[i];
        if (a->kind != CP_ATOM_HOLE)
            continue;
        pattern = a->cls == CP_CLASS_FILENAME && (a->props & CP_HOLE_GLOB) && !(a->props & CP_HOLE_SPLIT);
        if (!pattern)
            return false;
    }
    return pattern;
}

cp_set cp_walk_file_names(cp_walk *w, cp_set values, const cp_state *s) {
    cp_set out = {NULL, 0};
    for (uint32_t i = 0; i < values.count; i++) {
        cp_set one = {&values.values[i], 1}, plain = {NULL, 0};
        if (is_file_pattern(&values.values[i]))
            plain = plain_lines(w, one, s, 0);
        out = cp_set_join(w->arena, out, plain.count ? plain : one);
    }
    return out;
}

/* A name of an object; or the operands, which are printed as they are where they name a file. */
static cp_set hash_or_operand(cp_walk *w, const cp_reading *r, cp_span span) {
    cp_value hex = cp_value_hole(w->arena, CP_CLASS_HEX, CP_HOLE_PLAIN, (cp_slice){NULL, 0}, span);
    cp_set all = cp_set_exact(w->arena, CP_LIT(""), span);
    all = cp_set_join(w->arena, all, cp_set_of(w->arena, hex));
    for (uint32_t i = 0; i < r->operand_count && all.count < CP_SET_MOST; i++)
        all = r->operands[i].splat ? (cp_set){NULL, 0} : cp_set_join(w->arena, all, r->operands[i].set);
    return all.count > 1 && all.count < CP_SET_MOST ? all : (cp_set){NULL, 0};
}

cp_stdin cp_walk_pipe(cp_walk *w, const cp_sink *sink, uint32_t first_call) {
    cp_stdin in = {.is = CP_STDIN_IS_CALLS,
                   .from_first = first_call,
                   .from_count = w->out->call_count - first_call,
                   .lines = cp_sink_lines(sink),
                   .entries = cp_sink_entries(sink),
                   .shared = cp_walk_share(w)};
    if (sink->printed == 1 && sink->perhaps.atom_count)
        in.text = sink->perhaps;
    if (!sink->unknown && sink->printed && sink->text.atom_count) {
        if (cp_value_is_exact(&sink->text))
            in.is = CP_STDIN_IS_TEXT;
        in.text = sink->text;
        const cp_atom *number = &sink->text.atoms[0];
        if (in.lines.count == 0 && sink->printed == 1 && cp_sink_is_numeric(sink) &&
            number->kind == CP_ATOM_HOLE)
            in.lines = cp_set_of(w->arena, cp_value_hole(w->arena, CP_CLASS_DIGITS, CP_HOLE_PLAIN,
                                                         (cp_slice){NULL, 0}, number->span));
    }
    return in;
}

/* Is it more than one word where blanks, quotes and backslashes count? */
static bool is_cut(cp_slice t) {
    for (uint32_t i = 0; i < t.n; i++)
        if (t.p[i] <= ' ' || memchr("\"'\\", t.p[i], 3))
            return true;
    return false;
}

/* The words of lines in which there are blanks. */
static cp_set apart(cp_walk *w, cp_set lines) {
    cp_set out = {NULL, 0};
    for (uint32_t i = 0; i < lines.count; i++) {
        const cp_set one = {&lines.values[i], 1};
        bool blanks = false;
        for (uint32_t k = 0; k < one.values->atom_count; k++) {
            const cp_atom *a = &one.values->atoms[k];
            blanks |= a->kind == CP_ATOM_HOLE ? a->cls == CP_CLASS_BLANKS
                                              : cp_slice_find(a->lit, ' ', 0) < a->lit.n ||
                                                    cp_slice_find(a->lit, '\t', 0) < a->lit.n;
        }
        for (uint32_t n = 1; blanks; n++) {
            cp_set word = cp_walk_column(w, one, n, -1, true);
            if (!word.count || out.count == CP_SET_MOST)
                return lines;
            if (cp_value_is_exact(word.values) && word.values->exact.n == 0)
                break;
            out = cp_set_join(w->arena, out, word);
        }
        if (!blanks)
            out = cp_set_join(w->arena, out, one);
    }
    return out.count && out.count < CP_SET_MOST ? out : lines;
}

/* (A list that is read by other ends of line than it was written with is one word, which is no file's name.) */
cp_set cp_walk_words_of_lines(cp_walk *w, cp_set lines, bool whole, cp_span span) {
    if (!whole)
        lines = apart(w, lines);
    cp_value *values = CP_NEW_ARRAY(w->arena, cp_value, lines.count);
    cp_value any = cp_value_hole(w->arena, CP_CLASS_ANY, CP_HOLE_ANYTHING, (cp_slice){NULL, 0}, span);
    if (!values)
        return cp_set_of(w->arena, any);
    for (uint32_t i = 0; i < lines.count; i++) {
        cp_value *v = &values[i];
        cp_atom *atoms = CP_NEW_ARRAY(w->arena, cp_atom, lines.values[i].atom_count + 1);
        if (!atoms)
            return cp_set_of(w->arena, any);
        *v = lines.values[i];
        for (uint32_t k = 0; k < v->atom_count; k++) {
            atoms[k] = v->atoms[k];
            if (!whole && atoms[k].kind == CP_ATOM_LIT && is_cut(atoms[k].lit))
                return cp_set_of(w->arena, any);
            if (!whole && atoms[k].kind == CP_ATOM_HOLE && atoms[k].cls != CP_CLASS_DIGITS &&
                atoms[k].cls != CP_CLASS_HEX && !(atoms[k].props & CP_HOLE_PLAIN))
                return cp_set_of(w->arena, any);
            if (!whole && atoms[k].kind == CP_ATOM_HOLE && atoms[k].cls != CP_CLASS_TEXT &&
                !cp_hole_is_looked_at(&atoms[k]) && cp_hole_takes(&atoms[k], ' ', false))
                atoms[k].props |= CP_HOLE_PIECE;
        }
        v->atoms = atoms;
        v->flags &= ~(uint32_t)CP_VALUE_QUOTED; /* where it was printed */
        v->span = span;
    }
    return (cp_set){values, lines.count};
}

static bool is_written(const cp_atom *a, const char *bytes) {
    bool written = false;
    for (uint32_t i = 0; a->kind == CP_ATOM_LIT && i < a->lit.n; i++)
        written |= a->lit.p[i] && strchr(bytes, a->lit.p[i]);
    return written;
}

cp_set cp_walk_bare_lines(cp_walk *w, cp_set lines, const char *special) {
    cp_value *values = CP_NEW_ARRAY(w->arena, cp_value, lines.count);
    for (uint32_t i = 0; values && i < lines.count; i++) {
        const cp_value *v = &lines.values[i];
        cp_atom whole = {.kind = CP_ATOM_LIT, .lit = v->exact, .span = v->span};
        const bool exact = cp_value_is_exact(v);
        uint32_t first = 0, end = exact ? 1 : v->atom_count;
        cp_atom *atoms = CP_NEW_ARRAY(w->arena, cp_atom, end ? end : 1);
        if (!atoms)
            return (cp_set){NULL, 0};
        if (end)
            memcpy(atoms, exact ? &whole : v->atoms, end * sizeof *atoms);
        for (; first < end; first++) {
            cp_atom *a = &atoms[first];
            while (a->kind == CP_ATOM_LIT && a->lit.n && cp_walk_is_blank(a->lit.p[0]))
                a->lit = cp_slice_sub(a->lit, 1, a->lit.n);
            if (a->kind == CP_ATOM_LIT ? a->lit.n : a->cls != CP_CLASS_BLANKS)
                break;
        }
        for (; end > first; end--) {
            cp_atom *a = &atoms[end - 1];
            while (a->kind == CP_ATOM_LIT && a->lit.n && cp_walk_is_blank(a->lit.p[a->lit.n - 1]))
                a->lit.n--;
            if (a->kind == CP_ATOM_LIT ? a->lit.n : a->cls != CP_CLASS_BLANKS)
                break;
        }
        /* Where a hole is empty the text beside it may be what is cut. */
        for (uint32_t k = first; k < end; k++) {
            const cp_atom *a = &atoms[k];
            if (is_written(a, special))
                return (cp_set){NULL, 0};
            bool empty = a->kind == CP_ATOM_HOLE && (a->props & CP_HOLE_EMPTY);
            const cp_atom *next = k + 1 < end ? a + 1 : NULL, *last = k > first ? a - 1 : NULL;
            if (empty &&
                ((k == first && next && next->kind == CP_ATOM_LIT && cp_walk_is_blank(next->lit.p[0])) ||
                 (!next && last && last->kind == CP_ATOM_LIT &&
                  cp_walk_is_blank(last->lit.p[last->lit.n - 1]))))
                return (cp_set){NULL, 0};
        }
        values[i] = *v;
        if (exact || first == end)
            values[i] = cp_value_exact(w->arena, first == end ? CP_LIT("") : atoms[first].lit, v->span);
        else {
            values[i].atoms = atoms + first;
            values[i].atom_count = end - first;
        }
    }
    return (cp_set){values, values ? lines.count : 0};
}

static bool torn(const cp_stdin *input) {
    return input->shared && input->shared->used == CP_CONSUMED;
}

/* Lines of digits: whatever was read of them before, what is left of one is digits, too. */
static bool are_digits(cp_set lines) {
    bool digits = true;
    for (uint32_t i = 0; i < lines.count && digits; i++) {
        const cp_value *v = &lines.values[i];
        digits = v->atom_count == 1 && v->atoms[0].kind == CP_ATOM_HOLE && !(v->flags & CP_VALUE_UNMADE) &&
                 (v->atoms[0].cls == CP_CLASS_DIGITS || v->atoms[0].cls == CP_CLASS_HEX);
    }
    return digits;
}

cp_set cp_stdin_lines(const cp_stdin *input) {
    return torn(input) && !are_digits(input->lines) ? (cp_set){NULL, 0} : input->lines;
}

cp_set cp_stdin_entries(const cp_stdin *input) {
    return input->shared && input->shared->used ? cp_stdin_lines(input) : input->entries;
}

const cp_value *cp_walk_input_text(const cp_walk *w) {
    if (w->input.is != CP_STDIN_IS_TEXT || !cp_value_is_exact(&w->input.text) ||
        (w->input.shared && w->input.shared->used))
        return NULL;
    return &w->input.text;
}

bool cp_walk_are_words(cp_set lines) {
    bool words = true;
    for (uint32_t i = 0; i < lines.count; i++) {
        words &= !(lines.values[i].flags & CP_VALUE_UNMADE);
        for (uint32_t k = 0; k < lines.values[i].atom_count && words; k++) {
            const cp_atom *a = &lines.values[i].atoms[k];
            bool plain = a->cls == CP_CLASS_DIGITS || a->cls == CP_CLASS_HEX || (a->props & CP_HOLE_PLAIN);
            words =
                a->kind == CP_ATOM_LIT ? cp_is_plain_text(a->lit) : plain && !(a->props & CP_HOLE_NEWLINE);
        }
    }
    return words;
}

/* The lines that are printed where each of these is a line: those of a text that a substitution printed, or the one word that it is. */
static cp_set lines_of(cp_walk *w, cp_set words, const cp_state *s) {
    const cp_set none = {NULL, 0};
    cp_set names = cp_walk_file_names(w, words, s), lines = none;
    for (uint32_t i = 0; i < names.count; i++) {
        cp_set one = {&names.values[i], 1};
        const cp_set *each = cp_walk_lines_in(w, &names.values[i]);
        bool said = false; /* (a pattern's own text: another of them can be it, too) */
        for (uint32_t k = 0; k < names.count && cp_value_is_exact(one.values); k++)
            said |= !cp_value_is_exact(&names.values[k]) &&
                    cp_value_contains(&names.values[k], one.values->exact);
        if (said)
            continue;
        if (!each && !cp_walk_are_words(one))
            return none;
        lines = cp_set_join(w->arena, lines, each ? *each : one);
    }
    return lines;
}

/* `printf '%s\n' WORD…`: each of them is a line, where nothing splits one. */
static cp_set each_word(cp_walk *w, const cp_reading *r, const cp_state *s) {
    const cp_set none = {NULL, 0};
    const cp_operand *format = r->operand_count > 1 ? &r->operands[0] : NULL;
    if (!format || format->splat || cp_set_equals(format->set, CP_LIT("%s\\n")) != CP_YES ||
        r->option_count || r->any_option)
        return none;
    for (uint32_t i = 0; i < r->gap_count; i++)
        if (r->gaps[i].kind != CP_GAP_OPEN_OPERANDS)
            return none;
    cp_set lines = cp_set_exact(w->arena, CP_LIT(""), format->span);
    for (uint32_t i = 1; i < r->operand_count; i++) {
        cp_set some = lines_of(w, r->operands[i].set, s);
        if (!some.count)
            return none;
        lines = cp_set_join(w->arena, lines, some);
    }
    return lines;
}

/* One line that is printed is one of the lines. */
static void add_text(cp_walk *w, cp_sink *sink, const cp_value *text) {
    const cp_atom *last = text && text->atom_count ? &text->atoms[text->atom_count - 1] : NULL;
    bool ends = last && last->kind == CP_ATOM_LIT && last->lit.p[last->lit.n - 1] == '\n';
    cp_set line = {NULL, 0};
    if (ends && cp_value_is_exact(text))
        line = cp_set_of(w->arena, cp_value_slice(w->arena, text, 0, text->exact.n - 1));
    else if (ends && last->lit.n == 1 && text->atom_count > 1) {
        cp_value v = *text;
        v.atom_count--;
        line = cp_set_of(w->arena, v);
    }
    if (line.count && cp_walk_are_words(line)) {
        sink->lost |= sink->unknown && !sink->lined;
        sink->lines = cp_set_join(w->arena, sink->lines, line);
        sink->lined++;
    }
    cp_sink_add(w, sink, text);
}

/* `echo "$x"`: the lines that x holds, or the one that it is; nothing but an end of line, if that, where it is an option. */
static cp_set echoed(cp_walk *w, const cp_reading *r, const cp_state *s) {
    const cp_set none = {NULL, 0}, *operand = cp_only_operand(r);
    if (!operand || r->option_count || r->gap_count || r->any_option || !cp_walk_bash_echo(w, s))
        return none;
    cp_set lines = lines_of(w, *operand, s);
    if (lines.count)
        lines = cp_set_join(w->arena, lines, cp_set_exact(w->arena, CP_LIT(""), operand->values[0].span));
    return lines;
}

/* Lines of standard input, where no file is read instead and no option makes something else of them. */
static cp_set passed_lines(cp_walk *w, const cp_reading *r) {
    bool selects = r->stdout_is == CP_STDOUT_LINES || r->stdout_is == CP_STDOUT_LINE ||
                   r->stdout_is == CP_STDOUT_PICKED || r->stdout_is == CP_STDOUT_COLUMN ||
                   r->stdout_is == CP_STDOUT_WORD || r->stdout_is == CP_STDOUT_COUNTED ||
                   r->stdout_is == CP_STDOUT_DROPPED || r->stdout_is == CP_STDOUT_SAME_NUMBERS;
    bool passes = !r->any_option && !r->gap_count && (selects || !r->option_count) && !has_unknown_option(r);
    for (uint32_t i = 0; i < r->effect_count; i++)
        passes &= r->effects[i].kind != CP_EFFECT_READ || r->effects[i].origin.kind != CP_ORIGIN_OPERAND;
    return passes ? cp_stdin_lines(&w->input) : (cp_set){NULL, 0};
}

static bool may_begin_with_dash(cp_set lines) {
    bool may = false;
    for (uint32_t i = 0; i < lines.count; i++)
        may |= cp_value_begins_with(&lines.values[i], '-') != CP_NO;
    return may;
}

/* Then what is picked of them is a name that was looked at, too. */
static bool hold_names_looked_at(cp_set lines) {
    bool looked = lines.count > 0;
    for (uint32_t i = 0; i < lines.count; i++)
        for (uint32_t k = 0; k < lines.values[i].atom_count; k++)
            looked &= lines.values[i].atoms[k].kind == CP_ATOM_LIT ||
                      cp_hole_is_looked_at(&lines.values[i].atoms[k]);
    return looked;
}

/* Values whose atoms are their own. `begins`: none begins with '-', either. */
static void mark_looked_at(cp_set values, bool begins) {
    for (uint32_t i = 0; i < values.count; i++) {
        bool first = begins;
        for (uint32_t k = 0; k < values.values[i].atom_count; k++) {
            cp_atom *a = (cp_atom *)(uintptr_t)&values.values[i].atoms[k];
            first &= a->kind == CP_ATOM_HOLE;
            if (a->kind == CP_ATOM_HOLE)
                a->props |= CP_HOLE_LOOKED;
            if (first)
                a->props &= (uint16_t)~CP_HOLE_DASH;
        }
    }
}

/* Are there names of files in them, so that what one looks for among them tells what one is after? */
bool cp_walk_hold_paths(cp_set lines) {
    bool hold = false;
    for (uint32_t i = 0; i < lines.count; i++) {
        hold |= cp_value_is_exact(&lines.values[i]) && lines.values[i].exact.n;
        for (uint32_t k = 0; k < lines.values[i].atom_count; k++) {
            const cp_atom *a = &lines.values[i].atoms[k];
            hold |= a->kind == CP_ATOM_HOLE && (a->cls == CP_CLASS_BELOW || a->cls == CP_CLASS_FILENAME ||
                                                a->cls == CP_CLASS_HOME || a->cls == CP_CLASS_ABSOLUTE);
        }
    }
    return hold;
}

/* Are there columns beside the names? */
static bool hold_columns(cp_set lines) {
    bool hold = false;
    for (uint32_t i = 0; i < lines.count; i++)
        for (uint32_t k = 0; k < lines.values[i].atom_count; k++) {
            const cp_atom *a = &lines.values[i].atoms[k];
            hold |= a->kind == CP_ATOM_HOLE ? a->cls == CP_CLASS_BLANKS || (a->cls == CP_CLASS_ANY && k)
                                            : cp_slice_find(a->lit, ' ', 0) < a->lit.n ||
                                                  cp_slice_find(a->lit, '\t', 0) < a->lit.n ||
                                                  cp_slice_find(a->lit, ':', 0) < a->lit.n;
        }
    return hold;
}

/* Does the name of an object stand beside that of its file? By this one it is chosen then, and read by the other. */
static bool hold_objects_of_files(cp_set lines) {
    bool hold = false;
    for (uint32_t i = 0; i < lines.count; i++) {
        bool object = false, file = false;
        for (uint32_t k = 0; k < lines.values[i].atom_count; k++) {
            const cp_atom *a = &lines.values[i].atoms[k];
            object |= a->kind == CP_ATOM_HOLE && a->cls == CP_CLASS_HEX;
            file |= a->kind == CP_ATOM_HOLE && a->cls == CP_CLASS_BELOW && !cp_hole_is_looked_at(a);
        }
        hold |= object && file;
    }
    return hold;
}

/* The lines, and those in which each name of a file is one that the expression is after. */
static cp_set aimed_lines(cp_walk *w, cp_set lines, cp_set aims) {
    const cp_set none = {NULL, 0};
    cp_set all = lines;
    for (uint32_t i = 0; i < lines.count && aims.count; i++)
        for (uint32_t k = 0; k < lines.values[i].atom_count; k++) {
            const cp_value *v = &lines.values[i];
            const cp_atom *a = &v->atoms[k];
            if (a->kind != CP_ATOM_HOLE || (a->cls != CP_CLASS_BELOW && a->cls != CP_CLASS_FILENAME))
                continue;
            for (uint32_t n = 0; n < aims.count; n++) {
                cp_value line = {.atoms = v->atoms, .atom_count = k, .flags = v->flags, .span = v->span};
                cp_value rest = {.atoms = a + 1, .atom_count = v->atom_count - k - 1, .span = v->span};
                line = cp_value_concat(w->arena, &line, &aims.values[n]);
                line = cp_value_concat(w->arena, &line, &rest);
                if (all.count == CP_SET_MOST)
                    return none;
                all = cp_set_join(w->arena, all, cp_set_of(w->arena, line));
            }
        }
    return aims.count ? all : none;
}

/* ./src/x.c: what stands before the name that the expression is after is at least what each line begins with, so the name isn't the
 * beginning. (Their atoms are their own.) */
static void put_behind_text(cp_set lines, cp_set aims) {
    for (uint32_t i = 0; i < lines.count; i++)
        if (!cp_value_is_exact(&lines.values[i]) && cp_value_prefix(&lines.values[i]).n == 0)
            return;
    for (uint32_t i = 0; i < aims.count; i++) {
        cp_atom *first = (cp_atom *)(uintptr_t)aims.values[i].atoms;
        if (aims.values[i].atom_count > 1 && first->kind == CP_ATOM_HOLE && first->cls == CP_CLASS_BELOW)
            first->props &= (uint16_t)~CP_HOLE_EMPTY;
    }
}

/* They are lines of its standard input, whatever the expression says; and what it is after counts, too, where they are names. */
static cp_set picked_lines(cp_walk *w, const cp_reading *r, const cp_state *s) {
    const cp_set none = {NULL, 0};
    cp_set lines = passed_lines(w, r);
    if (lines.count && !cp_walk_hold_paths(lines))
        return lines;
    uint32_t begins = may_begin_with_dash(lines) ? 0 : CP_HOLE_DASH;
    cp_set aims = lines.count ? plain_lines(w, r->listed, s, begins) : none;
    if (hold_names_looked_at(lines))
        mark_looked_at(aims, begins != 0);
    if (hold_objects_of_files(lines))
        return none;
    if (hold_columns(lines))
        return aimed_lines(w, lines, aims);
    if (begins)
        put_behind_text(lines, aims);
    cp_set all = cp_set_join(w->arena, lines, aims);
    return aims.count && lines.count + aims.count <= CP_SET_MOST ? all : none;
}

/* `grep -v HEAD`: no line is left in which that is written. */
static cp_set kept_lines(cp_set lines, const cp_reading *r, cp_walk *w) {
    const cp_set *operand = cp_only_operand(r);
    cp_slice text = operand && operand->count == 1 && cp_value_is_exact(operand->values)
                        ? operand->values->exact
                        : CP_LIT("");
    bool plain = text.n > 0;
    for (uint32_t i = 0; i < text.n; i++)
        plain &= (text.p[i] | 32) >= 'a' && (text.p[i] | 32) <= 'z';
    cp_set kept = {NULL, 0};
    for (uint32_t i = 0; i < lines.count; i++) {
        const cp_value *v = &lines.values[i];
        bool there = false;
        for (uint32_t k = 0; k < v->atom_count && plain; k++)
            for (uint32_t at = 0; v->atoms[k].kind == CP_ATOM_LIT && at + text.n <= v->atoms[k].lit.n; at++)
                there |= memcmp(v->atoms[k].lit.p + at, text.p, text.n) == 0;
        if (!there)
            kept = cp_set_join(w->arena, kept, cp_set_of(w->arena, *v));
    }
    return kept.count ? kept : lines;
}

/* Where names may be anything they are known behind what they begin with, and only to those who are sure where each of them ends. */
static void add_paths(cp_walk *w, cp_sink *sink, const cp_reading *r, const cp_state *s) {
    cp_set plain = plain_lines(w, r->listed, s, 0);
    if (plain.count == 0 && r->listed_below) {
        sink->rough |= r->listed.count > 0;
        plain = r->listed;
    }
    add_lines(w, sink, plain);
}

/* ls: names in its operands, or in the working directory, all of which somebody has looked at. */
static bool are_looked_at(cp_walk *w, const cp_reading *r, const cp_state *s) {
    bool looked = !r->maybe_option && !has_unknown_option(r);
    for (uint32_t i = 0; i < r->operand_count && looked; i++) {
        const cp_operand *o = &r->operands[i];
        looked = !o->splat && o->set.count == 1 && cp_value_is_exact(&o->set.values[0]) &&
                 cp_is_plain_text(o->set.values[0].exact) && cp_walk_looked_at(w, s, o->set.values[0].exact);
    }
    return looked && (r->operand_count || cp_walk_looked_at(w, s, CP_LIT("")));
}

/* What ls finds in a directory is one name, which begins with no dot. (The atoms are the line's own.) */
static void one_name(const cp_value *v) {
    cp_atom *first = v->atom_count ? (cp_atom *)(uintptr_t)v->atoms : NULL;
    if (!first || first->kind != CP_ATOM_HOLE || first->cls != CP_CLASS_BELOW)
        return;
    for (uint32_t k = 1; k < v->atom_count; k++)
        if (v->atoms[k].kind == CP_ATOM_HOLE || cp_slice_find(v->atoms[k].lit, '/', 0) < v->atoms[k].lit.n)
            return;
    first->cls = CP_CLASS_FILENAME;
    first->props |= CP_HOLE_GLOB | CP_HOLE_NO_DOT;
    first->props &= (uint16_t) ~(CP_HOLE_SLASH | (v->atom_count == 1 ? CP_HOLE_EMPTY : 0));
}

static void add_contents(cp_walk *w, cp_sink *sink, const cp_reading *r, const cp_state *s) {
    cp_set plain = plain_lines(w, r->listed, s, 0);
    bool looked = plain.count && are_looked_at(w, r, s);
    for (uint32_t i = 0; i < plain.count && looked; i++) { /* (their atoms are its own) */
        cp_atom *first = plain.values[i].atom_count ? (cp_atom *)(uintptr_t)plain.values[i].atoms : NULL;
        if (!first || first->kind != CP_ATOM_HOLE || first->cls != CP_CLASS_BELOW)
            continue;
        first->props |= CP_HOLE_LOOKED;
        first->props &= (uint16_t)~CP_HOLE_DASH;
    }
    for (uint32_t i = 0; i < plain.count; i++)
        one_name(&plain.values[i]);
    add_lines(w, sink, plain);
}

/* Lines that begin with digits, and with what stands behind these. */
static cp_set begun_lines(cp_walk *w, cp_class digits, cp_slice separator, cp_span span) {
    cp_value number = cp_value_hole(w->arena, digits, CP_HOLE_PLAIN, (cp_slice){NULL, 0}, span);
    cp_value behind = cp_value_exact(w->arena, separator, span);
    cp_value rest = cp_value_hole(w->arena, CP_CLASS_ANY, CP_HOLE_EMPTY | CP_HOLE_DASH | CP_HOLE_SLASH,
                                  (cp_slice){NULL, 0}, span);
    cp_value line = cp_value_concat(w->arena, &number, &behind);
    return cp_set_of(w->arena, cp_value_concat(w->arena, &line, &rest));
}

/* grep -n x f: an older one says there that a binary file matches, which is no more than the name that is written in the command. */
static cp_set numbered_lines(cp_walk *w, const cp_reading *r, cp_span span) {
    for (uint32_t i = 1; i < r->operand_count; i++) {
        const cp_operand *o = &r->operands[i];
        if (o->splat || o->set.count != 1 || !cp_value_is_exact(&o->set.values[0]) ||
            !cp_is_plain_text(o->set.values[0].exact))
            return (cp_set){NULL, 0};
    }
    return begun_lines(w, CP_CLASS_DIGITS, CP_LIT(":"), span);
}

/* Lines that are numbers, all of them. */
static cp_set numbers_of(cp_set lines) {
    bool numeric = true;
    for (uint32_t i = 0; i < lines.count; i++)
        numeric &= is_numeric(&lines.values[i]);
    return numeric ? lines : (cp_set){NULL, 0};
}

void cp_walk_output(cp_walk *w, const cp_call *call, const cp_state *s) {
    cp_sink *sink = w->sink;
    const cp_reading *r = &call->reading;
    if (!sink)
        return;
    cp_value text;
    bool unclear = r->any_option || r->maybe_option || r->gap_count || call->domain != CP_DOMAIN_LOCAL ||
                   has_unknown_option(r);
    switch (r->stdout_is) {
    case CP_STDOUT_OPERANDS: {
        bool known = cp_walk_echo_text(w, call, s, &text);
        if (known && !cp_walk_lines_in(w, &text))
            add_text(w, sink, &text);
        else
            add_lines(w, sink, echoed(w, r, s));
        return;
    }
    case CP_STDOUT_FORMAT:
        if (cp_walk_printf_text(w, call, &text))
            add_text(w, sink, &text);
        else
            add_lines(w, sink, each_word(w, r, s));
        return;
    case CP_STDOUT_STDIN: {
        bool passes = cp_walk_input_text(w) && r->option_count == 0;
        for (uint32_t i = 0; i < r->effect_count; i++)
            passes &= r->effects[i].kind != CP_EFFECT_READ; /* cat FILE prints that, too */
        const uint32_t printed = sink->printed;
        const bool perhaps = w->input.is == CP_STDIN_IS_CALLS && cp_value_is_exact(&w->input.text) &&
                             w->input.text.atom_count && r->option_count == 0 && r->effect_count == 0 &&
                             !(w->input.shared && w->input.shared->used);
        if (passes || perhaps)
            cp_sink_add(w, sink, &w->input.text);
        else
            add_lines(w, sink, passed_lines(w, r));
        if (perhaps)
            cp_sink_may_be_nothing(w, sink, printed);
        return;
    }
    case CP_STDOUT_PATHS:
    case CP_STDOUT_FOUND: add_paths(w, sink, r, s); return;
    case CP_STDOUT_CONTENTS: add_contents(w, sink, r, s); return;
    case CP_STDOUT_NAMES:
        text = cp_value_hole(w->arena, CP_CLASS_TEXT, CP_HOLE_SLASH | CP_HOLE_PLAIN, (cp_slice){NULL, 0},
                             call->span);
        add_lines(w, sink, unclear ? (cp_set){NULL, 0} : cp_set_of(w->arena, text));
        return;
    case CP_STDOUT_FILES:
        text = cp_value_hole(w->arena, CP_CLASS_BELOW, CP_HOLE_EMPTY | CP_HOLE_SLASH | CP_HOLE_DASH,
                             (cp_slice){NULL, 0}, call->span);
        add_lines(w, sink,
                  unclear || r->chdir_count ? (cp_set){NULL, 0}
                                            : plain_lines(w, cp_set_of(w->arena, text), s, 0));
        return;
    case CP_STDOUT_LINES: add_lines(w, sink, passed_lines(w, r)); return;
    case CP_STDOUT_PICKED: add_lines(w, sink, picked_lines(w, r, s)); return;
    case CP_STDOUT_NOTHING: return;
    case CP_STDOUT_SAME_NUMBERS: add_lines(w, sink, numbers_of(passed_lines(w, r))); return;
    case CP_STDOUT_NUMBERED:
        add_lines(w, sink, unclear ? (cp_set){NULL, 0} : numbered_lines(w, r, call->span));
        return;
    case CP_STDOUT_HASHED:
        add_lines(w, sink,
                  unclear ? (cp_set){NULL, 0} : begun_lines(w, CP_CLASS_HEX, CP_LIT(" "), call->span));
        return;
    case CP_STDOUT_COLUMN:
    case CP_STDOUT_WORD: add_lines(w, sink, cp_walk_told_column(w, passed_lines(w, r), r)); return;
    case CP_STDOUT_DROPPED: add_lines(w, sink, kept_lines(passed_lines(w, r), r, w)); return;
    case CP_STDOUT_COUNTED:
        add_lines(w, sink, cp_walk_counted_lines(w, passed_lines(w, r), call->span));
        return;
    case CP_STDOUT_SHAPED:
    case CP_STDOUT_SHAPED_LINE: {
        cp_set lines =
            unclear || r->chdir_count ? (cp_set){NULL, 0} : cp_walk_shaped_lines(w, r, s, call->span);
        if (r->stdout_is == CP_STDOUT_SHAPED_LINE)
            add_line(w, sink, lines, call->span);
        else
            add_lines(w, sink, lines);
        return;
    }
    case CP_STDOUT_LINE: add_line(w, sink, passed_lines(w, r), call->span); return;
    case CP_STDOUT_NUMBERS:
    case CP_STDOUT_HASHES:
        text = cp_value_hole(w->arena, r->stdout_is == CP_STDOUT_HASHES ? CP_CLASS_HEX : CP_CLASS_DIGITS,
                             CP_HOLE_PLAIN, (cp_slice){NULL, 0}, call->span);
        add_lines(w, sink, unclear ? (cp_set){NULL, 0} : cp_set_of(w->arena, text));
        return;
    case CP_STDOUT_HASH:
        add_choice(w, sink, unclear ? (cp_set){NULL, 0} : hash_or_operand(w, r, call->span));
        return;
    case CP_STDOUT_CWD: {
        cp_state as = *s;
        if (call->parent != CP_NO_CALL || r->option_count || !cp_value_is_exact(&call->command) ||
            !cp_slice_eq(call->command.exact, call->program)) /* -P, or not the shell's own */
            as.env_flags |= CP_ENV_PHYSICAL;
        add_choice(w, sink, unclear ? (cp_set){NULL, 0} : cp_walk_here(w, &as, call->span));
        return;
    }
    case CP_STDOUT_ROOT:
        add_choice(w, sink,
                   unclear || r->chdir_count || r->option_count != 1 ? (cp_set){NULL, 0}
                                                                     : cp_walk_roots(w, s, call->span));
        return;
    case CP_STDOUT_PLACE:
        add_choice(w, sink, unclear ? (cp_set){NULL, 0} : cp_walk_places_of(w, r, s, call->span));
        return;
    case CP_STDOUT_PARENT:
    case CP_STDOUT_LAST: { /* (with an option that nobody knows it prints nothing) */
        unclear = r->any_option || r->gap_count || call->domain != CP_DOMAIN_LOCAL || has_unknown_option(r);
        cp_set names = {NULL, 0};
        if (!unclear)
            names = r->stdout_is == CP_STDOUT_PARENT ? cp_walk_parents_of(w, r) : cp_walk_names_of(w, r);
        if (names.count && r->maybe_option)
            names = cp_set_join(w->arena, names, cp_set_exact(w->arena, CP_LIT(""), call->span));
        add_choice(w, sink, names);
        return;
    }
    case CP_STDOUT_MADE:
        add_choice(w, sink, unclear ? (cp_set){NULL, 0} : cp_walk_made_path(w, r, s, call->span));
        return;
    case CP_STDOUT_PROGRAM:
        add_choice(w, sink, unclear ? (cp_set){NULL, 0} : cp_walk_found_program(w, r, s, call->span));
        return;
    case CP_STDOUT_NAME:
    case CP_STDOUT_NUMBER: {
        bool name = r->stdout_is == CP_STDOUT_NAME;
        cp_value newline = cp_value_exact(w->arena, CP_LIT("\n"), call->span);
        text = cp_value_hole(w->arena, name ? CP_CLASS_TEXT : CP_CLASS_DIGITS,
                             CP_HOLE_EMPTY | (name ? CP_HOLE_PLAIN | CP_HOLE_NO_DOT : 0), (cp_slice){NULL, 0},
                             call->span);
        text = cp_value_concat(w->arena, &text, &newline);
        cp_sink_add(w, sink, unclear ? NULL : &text);
        return;
    }
    default: cp_sink_add(w, sink, NULL);
    }
}
