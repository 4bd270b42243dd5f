/* Which paths a command lists that prints the names of files (find, grep -l), or puts in the place of {}: something at or below
 * one of its path operands, or below the working directory if it has none. Patterns for names (-name '*.c', --include) narrow
 * that down, and are kept beside where they may not: a list that a pattern for secrets is part of is not an innocent one.
 * Nothing is known where a word may be an option, a case is not certain, or there are too many ways. */
#include "commands/reader.h"

/* ---- What the patterns of an expression say ------------------------------------------------------------------------- */

enum { PATTERNS_MOST = CP_SET_MOST };
typedef struct patterns {
    cp_slice items[PATTERNS_MOST];
    uint32_t count, all; /* all: any name */
} patterns;

typedef struct narrowing {
    cp_reader *r;
    uint32_t at;
    patterns aims;                       /* every pattern that isn't negated */
    cp_slice expressions[PATTERNS_MOST]; /* and every regular expression */
    uint32_t expression_count;
    uint32_t failed; /* a pattern isn't known, or there are too many */
} narrowing;

static const patterns anything = {.all = 1};

/* `[p]em` is pem: a bracket expression of one character is that character. */
static cp_slice without_single_members(cp_reader *r, cp_slice pattern) {
    bool single = false;
    cp_text t = cp_text_in(r->arena);
    for (uint32_t i = 0; i < pattern.n; i++) {
        const uint8_t *p = pattern.p + i;
        bool escaped = *p == '\\' && i + 1 < pattern.n;
        bool one = *p == '[' && i + 2 < pattern.n && p[2] == ']' && p[1] && !strchr("]![*?\\^/", p[1]);
        if (escaped)
            cp_text_add(&t, cp_slice_sub(pattern, i, i + 2));
        else
            cp_text_byte(&t, one ? p[1] : *p);
        i += escaped ? 1 : one ? 2 : 0;
        single |= one;
    }
    return single ? cp_text_slice(&t) : pattern;
}

/* `*.[ch]`: the members of the first bracket expression, where they are written out and few; empty: none are. */
enum { MEMBERS_MOST = 4 };
static cp_slice members_of(cp_slice pattern, uint32_t *out_open) {
    const cp_slice none = {NULL, 0};
    uint32_t open = cp_slice_find(pattern, '[', 0), close = cp_slice_find(pattern, ']', open + 2);
    if (open >= pattern.n || close >= pattern.n || close - open - 1 > MEMBERS_MOST ||
        cp_slice_find(pattern, '\\', 0) < close)
        return none;
    for (uint32_t i = open + 1; i < close; i++)
        if (strchr("!^-[:=/", pattern.p[i]) || pattern.p[i] >= 128)
            return none;
    *out_open = open;
    return cp_slice_sub(pattern, open + 1, close);
}

static cp_slice with_member(cp_reader *r, cp_slice pattern, uint32_t open, cp_slice members, uint32_t i) {
    cp_text t = cp_text_in(r->arena);
    cp_text_add(&t, cp_slice_sub(pattern, 0, open));
    cp_text_byte(&t, members.p[i]);
    cp_text_add(&t, cp_slice_sub(pattern, open + members.n + 2, pattern.n));
    return cp_text_slice(&t);
}

static void add_one(narrowing *n, patterns *to, cp_slice pattern) {
    for (uint32_t i = 0; i < to->count; i++)
        if (cp_slice_eq(to->items[i], pattern))
            return;
    if (to->count == PATTERNS_MOST)
        n->failed = 1;
    else
        to->items[to->count++] = pattern;
}

static void add_pattern(narrowing *n, patterns *to, cp_slice pattern) {
    uint32_t open = 0;
    cp_slice members = members_of(pattern, &open);
    if (members.n == 0 || to->count + members.n > PATTERNS_MOST) {
        add_one(n, to, pattern);
        return;
    }
    for (uint32_t i = 0; i < members.n; i++)
        add_one(n, to, with_member(n->r, pattern, open, members, i));
}

static bool takes(const cp_reader *r, const cp_opt *o, cp_kind kind) {
    const cp_rec_takes *rec = o->option ? cp_reader_option_takes(r, o) : NULL;
    return rec && rec->role_count && cp_image_role(r->image, rec->role_first)->kind == kind &&
           (o->flags & CP_OPT_HAS_VALUE);
}

static bool is_names(const cp_reader *r, const cp_opt *o) {
    return takes(r, o, CP_KIND_NAMES);
}

/* A pattern that the shell may have put names in the place of: these fit it, too. Empty: it is none. */
static cp_slice unquoted_pattern(cp_reader *r, const cp_value *v) {
    cp_text t = cp_text_in(r->arena);
    for (uint32_t i = 0; i < v->atom_count; i++) {
        const cp_atom *a = &v->atoms[i];
        bool star = a->kind == CP_ATOM_HOLE && a->cls == CP_CLASS_FILENAME && (a->props & CP_HOLE_GLOB) &&
                    !(a->props & CP_HOLE_SPLIT);
        if (a->kind == CP_ATOM_HOLE && !star)
            return (cp_slice){NULL, 0};
        if (star)
            cp_text_byte(&t, '*');
        else
            cp_text_add(&t, a->lit);
    }
    return cp_text_slice(&t);
}

/* The pattern that an option gives; empty: it excludes, or is not known. */
static cp_slice pattern_of(narrowing *n, const cp_opt *o) {
    cp_slice t = {NULL, 0};
    if (o->value_set.count == 1)
        t = cp_value_is_exact(&o->value) ? o->value.exact : unquoted_pattern(n->r, &o->value);
    t = without_single_members(n->r, t);
    if (t.n == 0) {
        n->failed = 1;
        return t;
    }
    if (n->r->out->stdout_is == CP_STDOUT_FOUND) { /* an ending, with its dot or without */
        cp_text ending = cp_text_in(n->r->arena);
        cp_text_str(&ending, t.p[0] == '.' ? "*" : "*.");
        cp_text_add(&ending, t);
        return cp_text_slice(&ending);
    }
    return t.n && t.p[0] == '!' ? (cp_slice){NULL, 0} : t;
}

static bool is_special(uint8_t c) {
    return c == '*' || c == '?' || c == '[' || c == '\\';
}

/* Behind the special character at `i`. Where a bracket expression ends is not the same to everyone if it begins with its own end, or
 * holds a class or a backslash: then nothing behind it is taken for text. */
static uint32_t behind_special(cp_slice pattern, uint32_t i) {
    if (pattern.p[i] != '[')
        return i + 1;
    uint32_t k = i + 1;
    k += k < pattern.n && (pattern.p[k] == '!' || pattern.p[k] == '^');
    if (k < pattern.n && pattern.p[k] == ']')
        return pattern.n;
    for (; k < pattern.n && pattern.p[k] != ']'; k++)
        if (pattern.p[k] == '[' || pattern.p[k] == '\\')
            return pattern.n;
    return k < pattern.n ? k + 1 : i + 1;
}

/* Does the last name of the pattern say anything? Only then it narrows the list down. (`*.*` is most names, `[a-z]*` too.) */
static bool says_last(cp_slice pattern) {
    uint32_t slash = cp_slice_rfind(pattern, '/'), from = slash < pattern.n ? slash + 1 : 0;
    bool stars = from < pattern.n && pattern.p[from] == '*' && pattern.p[pattern.n - 1] == '*';
    for (uint32_t i = from; i < pattern.n;) {
        if (!is_special(pattern.p[i]) && !(stars && pattern.p[i] == '.'))
            return true;
        i = behind_special(pattern, i);
    }
    return false;
}

/* What every name fits that a path fits which fits the pattern: in a path a star stands for slashes, too, and so do a ? and a bracket
 * expression (`/e*w` is /etc/shadow); so nothing is known but the end. */
static cp_slice last_of_path(narrowing *n, cp_slice pattern) {
    uint32_t slash = cp_slice_rfind(pattern, '/'), text = slash < pattern.n ? slash + 1 : pattern.n;
    if (slash == pattern.n)
        return pattern;
    for (uint32_t i = slash + 1; i < pattern.n;) {
        if (is_special(pattern.p[i]) || pattern.p[i] == ']')
            text = behind_special(pattern, i);
        i = is_special(pattern.p[i]) ? behind_special(pattern, i) : i + 1;
    }
    if (text == slash + 1)
        return pattern;
    cp_text t = cp_text_in(n->r->arena);
    cp_text_byte(&t, '*');
    cp_text_add(&t, cp_slice_sub(pattern, text, pattern.n));
    return cp_text_slice(&t);
}

static patterns of_pattern(narrowing *n, cp_slice pattern, bool negated) {
    patterns out = {.count = 0};
    if (pattern.n == 0 || negated)
        return anything;
    add_pattern(n, &n->aims, pattern);
    pattern = last_of_path(n, pattern);
    if (!says_last(pattern))
        return anything;
    add_pattern(n, &out, pattern);
    return out;
}

/* What an expression says of whole paths narrows nothing down, but tells what the list is after. */
static void of_expression(narrowing *n, const cp_opt *o, bool negated) {
    bool known = o->value_set.count == 1 && cp_value_is_exact(&o->value);
    if (!known || (!negated && n->expression_count == PATTERNS_MOST))
        n->failed = 1;
    else if (!negated)
        n->expressions[n->expression_count++] = o->value.exact;
}

static patterns either(narrowing *n, patterns a, patterns b) {
    if (a.all || b.all)
        return anything;
    for (uint32_t i = 0; i < b.count; i++)
        add_pattern(n, &a, b.items[i]);
    return a;
}

/* The options of find are an expression: tests joined by -a (or nothing), -o and ! within parentheses. It is read up to the first
 * command, which is run for what passes the tests before it. A word without a value may be an action, too (-print): what stands
 * behind it narrows nothing down. */
static bool is_word(const narrowing *n, const char *a, const char *b) {
    if (n->at >= n->r->out->option_count)
        return false;
    cp_slice name = n->r->out->options[n->at].name;
    return cp_slice_is(name, a) || (b && cp_slice_is(name, b));
}

static bool is_operator(cp_slice name) {
    static const char *const operators[] = {"(", ")", "!", "-not", "-o", "-or", ","};
    for (uint32_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (cp_slice_is(name, operators[i]))
            return true;
    return false;
}

static bool ends(const narrowing *n) {
    const cp_reading *out = n->r->out;
    if (n->at >= out->option_count)
        return true;
    for (uint32_t i = 0; i < out->nested_count; i++)
        if (out->nested[i].origin.kind == CP_ORIGIN_OPTION && out->nested[i].origin.index == n->at)
            return true;
    return false;
}

static patterns disjunction(narrowing *n, bool negated);

static patterns primary(narrowing *n, bool negated) {
    patterns out = anything;
    if (is_word(n, "!", "-not")) {
        n->at++;
        if (cp_enter(n->r->budget) && !ends(n))
            (void)primary(n, !negated);
        cp_leave(n->r->budget);
        return anything;
    }
    if (is_word(n, "(", NULL)) {
        n->at++;
        if (cp_enter(n->r->budget))
            out = disjunction(n, negated);
        cp_leave(n->r->budget);
        if (is_word(n, ")", NULL))
            n->at++;
        return out;
    }
    const cp_opt *o = &n->r->out->options[n->at++];
    if (takes(n->r, o, CP_KIND_EXPRESSION))
        of_expression(n, o, negated);
    return is_names(n->r, o) ? of_pattern(n, pattern_of(n, o), negated) : anything;
}

static patterns conjunction(narrowing *n, bool negated) {
    patterns out = anything;
    bool done = false;
    while (!ends(n) && !is_word(n, "-o", "-or") && !is_word(n, ")", ",") && cp_step(n->r->budget)) {
        if (is_word(n, "-a", "-and")) {
            n->at++;
            continue;
        }
        bool operator= is_word(n, "!", "-not") || is_word(n, "(", NULL);
        bool alone = !(n->r->out->options[n->at].flags & CP_OPT_HAS_VALUE) && !operator;
        patterns one = primary(n, negated);
        if (out.all && !done)
            out = one;
        done |= alone;
    }
    return out;
}

static patterns disjunction(narrowing *n, bool negated) {
    patterns out = conjunction(n, negated);
    while (!ends(n) && (is_word(n, "-o", "-or") || is_word(n, ",", NULL)) && cp_step(n->r->budget)) {
        n->at++;
        out = either(n, out, conjunction(n, negated));
    }
    return out;
}

/* git ls-files '*.c': operands that are patterns all; a plain name may be a directory's, with anything in it. */
static patterns given_patterns(narrowing *n) {
    patterns all = {.count = 0};
    for (uint32_t i = 0; i < n->r->given_count; i++) {
        const cp_value *v = &n->r->given[i];
        bool pattern = false;
        for (uint32_t k = 0; cp_value_is_exact(v) && k < v->exact.n; k++)
            pattern |= is_special(v->exact.p[k]);
        cp_slice plain = pattern ? without_single_members(n->r, v->exact) : v->exact;
        if (!pattern || v->exact.p[0] == ':' || !says_last(plain))
            return anything;
        add_pattern(n, &all, plain);
    }
    return all.count ? all : anything;
}

/* What every listed name fits, and what every {} of its one command does. Elsewhere than in find one pattern among several is
 * enough. */
static patterns narrowed_to(narrowing *n, patterns *out_command) {
    const cp_reading *out = n->r->out;
    uint32_t commands = 0;
    if (cp_syntax_of(n->r) == CP_SYNTAX_FIND) {
        patterns all = disjunction(n, false);
        bool whole = n->at >= out->option_count, follows = true;
        for (uint32_t i = n->at; i < out->option_count;
             i++) /* every command is run for what passed all that is before it */
            follows &= !is_operator(out->options[i].name);
        for (; n->at < out->option_count && cp_step(n->r->budget);
             n->at++) /* of no use any more, but an aim */
            if (is_names(n->r, &out->options[n->at]))
                (void)of_pattern(n, pattern_of(n, &out->options[n->at]), false);
            else if (takes(n->r, &out->options[n->at], CP_KIND_EXPRESSION))
                of_expression(n, &out->options[n->at], false);
        for (uint32_t i = 0; i < out->nested_count; i++)
            commands += out->nested[i].origin.kind == CP_ORIGIN_OPTION;
        *out_command = commands == 1 || follows ? all : anything;
        return whole ? all : anything;
    }
    patterns all = {.count = 0};
    for (uint32_t i = 0; i < out->option_count && cp_step(n->r->budget); i++) {
        const cp_opt *o = &out->options[i];
        cp_slice pattern = is_names(n->r, o) ? pattern_of(n, o) : (cp_slice){NULL, 0};
        if (pattern.n)
            all = either(n, all, of_pattern(n, pattern, false));
    }
    *out_command = anything;
    return all.count ? all : given_patterns(n);
}

/* ---- Paths ------------------------------------------------------------------------------------------------------------ */

/* `path`, and a name that fits the pattern at its end. False: the pattern says nothing. */
static bool with_name(cp_reader *r, const cp_value *path, cp_slice pattern, cp_value *out) {
    bool says = false;
    *out = *path;
    for (uint32_t i = 0; i < pattern.n && cp_step(r->budget);) {
        uint32_t run = i;
        while (run < pattern.n && !is_special(pattern.p[run]))
            run++;
        if (run > i) {
            cp_value text = cp_value_exact(r->arena, cp_slice_sub(pattern, i, run), path->span);
            *out = cp_value_concat(r->arena, out, &text);
            says = true;
            i = run;
            continue;
        }
        i = behind_special(pattern, i);
        if (i < pattern.n && is_special(pattern.p[i]))
            continue; /* one hole for a run of them */
        cp_value any =
            cp_value_hole(r->arena, CP_CLASS_FILENAME, CP_HOLE_EMPTY | CP_HOLE_DASH | CP_HOLE_NEWLINE,
                          (cp_slice){NULL, 0}, path->span);
        *out = cp_value_concat(r->arena, out, &any);
    }
    return says;
}

static bool add(cp_reader *r, cp_set *to, cp_value v) {
    cp_set more = cp_set_join(r->arena, *to, cp_set_of(r->arena, v));
    if (to->count == CP_SET_MOST && more.count < to->count)
        return false;
    *to = more;
    return true;
}

/* How far the pattern goes on behind a name with names that say something. */
static uint32_t told_to(cp_slice pattern, uint32_t end) {
    while (end + 1 < pattern.n && pattern.p[end + 1] != '.') {
        uint32_t next = cp_slice_find(pattern, '/', end + 1);
        if (!says_last(cp_slice_sub(pattern, end + 1, next)))
            break;
        end = next;
    }
    return end;
}

/* `path`, and names of the pattern. Where one follows that may be any, something in them: digits, which nobody keeps secrets under. */
static bool with_names(cp_reader *r, const cp_value *path, cp_slice pattern, uint32_t from, uint32_t end,
                       cp_value *out) {
    end = told_to(pattern, end);
    if (!with_name(r, path, cp_slice_sub(pattern, from, end), out))
        return false;
    if (end + 1 < pattern.n && pattern.p[end + 1] == '*') {
        cp_value slash = cp_value_exact(r->arena, CP_LIT("/"), path->span);
        cp_value some = cp_value_hole(r->arena, CP_CLASS_DIGITS, 0, (cp_slice){NULL, 0}, path->span);
        *out = cp_value_concat(r->arena, out, &slash);
        *out = cp_value_concat(r->arena, out, &some);
    }
    return true;
}

/* Each of the pattern's names that says something, or only its last one. A directory's stands before those in it that do, too:
 * `config/x*` is after no file called config. */
static bool add_names(cp_reader *r, const cp_value *path, cp_slice pattern, bool last, cp_set *to) {
    for (uint32_t from = 0; from < pattern.n && cp_step(r->budget);) {
        uint32_t end = cp_slice_find(pattern, '/', from);
        cp_slice name = cp_slice_sub(pattern, from, end);
        cp_value v;
        if ((!last || end == pattern.n) && !cp_slice_is(name, ".") && says_last(name) &&
            with_names(r, path, pattern, from, end, &v) && !add(r, to, v))
            return false;
        from = end + 1;
    }
    return true;
}

static cp_slice lower_case(cp_reader *r, cp_slice t) {
    cp_slice copy = cp_arena_copy(r->arena, t);
    for (uint32_t i = 0; i < copy.n; i++)
        if (copy.p[i] >= 'A' && copy.p[i] <= 'Z')
            ((uint8_t *)(uintptr_t)copy.p)[i] |= 32;
    return copy;
}

bool cp_listed_names(cp_reader *r, const cp_value *path, cp_slice pattern, cp_set *to) {
    uint32_t open = 0, i = 0;
    cp_slice members = members_of(pattern, &open);
    bool added = true;
    do { /* (the first bracket expression's) */
        cp_slice one = members.n ? with_member(r, pattern, open, members, i) : pattern;
        added = add_names(r, path, one, false, to) && add_names(r, path, lower_case(r, one), false, to);
    } while (added && ++i < members.n);
    return added;
}

/* find: may the place itself be listed, too? Its name would have to end as a pattern does. */
static bool may_fit(const cp_value *start, const patterns *narrowed) {
    cp_slice path = start->exact;
    while (path.n && path.p[path.n - 1] == '/')
        path.n--;
    bool may = !cp_value_is_exact(start);
    for (uint32_t i = 0; i < narrowed->count && !may; i++) {
        cp_slice p = narrowed->items[i];
        bool ending = p.n > 1 && p.p[0] == '*';
        for (uint32_t k = 1; k < p.n && ending; k++)
            ending = !is_special(p.p[k]);
        uint32_t n = ending ? p.n - 1 : 0, same = 0;
        while (same < n && same < path.n && (path.p[path.n - 1 - same] | 32) == (p.p[p.n - 1 - same] | 32))
            same++; /* in any case of letters */
        may = same == n;
    }
    return may;
}

static bool add_below(cp_reader *r, const cp_value *start, const narrowing *n, const patterns *narrowed,
                      cp_span span, cp_set *out) {
    uint32_t props = CP_HOLE_EMPTY | CP_HOLE_SLASH | CP_HOLE_NEWLINE | CP_HOLE_DASH;
    cp_value below = cp_value_hole(r->arena, CP_CLASS_BELOW, props, (cp_slice){NULL, 0}, span);
    if (start) {
        const cp_atom *last = start->atom_count ? &start->atoms[start->atom_count - 1] : NULL;
        bool already = last && last->kind == CP_ATOM_HOLE && last->cls == CP_CLASS_BELOW;
        below = already ? *start : cp_value_concat(r->arena, start, &below);
    }
    bool fits = !narrowed->all || add(r, out, below);
    bool find = cp_syntax_of(r) == CP_SYNTAX_FIND;
    if (start && !narrowed->all && cp_value_equals(start, CP_LIT(".")) != CP_YES &&
        (!find || may_fit(start, narrowed)))
        fits = add(r, out, *start); /* the place itself: its name may fit, too */
    cp_value within = below;        /* a name stands behind a slash, at least */
    if (start && cp_value_is_exact(start)) {
        cp_value inside = cp_value_hole(r->arena, CP_CLASS_BELOW, props & ~(uint32_t)CP_HOLE_EMPTY,
                                        (cp_slice){NULL, 0}, span);
        bool slash = start->exact.n && start->exact.p[start->exact.n - 1] == '/';
        within = slash ? below : cp_value_concat(r->arena, start, &inside);
    }
    for (uint32_t i = 0; i < narrowed->count && fits; i++)
        fits = add_names(r, &within, narrowed->items[i], true, out);
    /* names come in any case where the file system, or -iname, says so */
    for (uint32_t i = 0; i < n->aims.count && fits; i++)
        fits = cp_listed_names(r, &within, n->aims.items[i], out);
    for (uint32_t i = 0; i < n->expression_count && fits; i++)
        fits = cp_reader_fitting(r, &below, n->expressions[i], out);
    return fits;
}

static cp_set paths(cp_reader *r, const narrowing *n, const patterns *narrowed) {
    const cp_set none = {NULL, 0};
    cp_set listed = none;
    cp_span span = cp_field_span(&r->fields[0]);
    bool known = !n->failed;
    for (uint32_t i = 0; i < r->start_count && known; i++)
        known = add_below(r, &r->starts[i], n, narrowed, span, &listed);
    if (known && r->start_count == 0)
        known = add_below(r, NULL, n, narrowed, span, &listed);
    for (uint32_t i = 0; i < r->given_count && known; i++) { /* ls prints the names that it is given */
        known = add(r, &listed, r->given[i]);
        if (known && cp_value_is_exact(&r->given[i])) {
            cp_value below =
                cp_value_hole(r->arena, CP_CLASS_BELOW, CP_HOLE_EMPTY | CP_HOLE_SLASH | CP_HOLE_DASH,
                              (cp_slice){NULL, 0}, span);
            known = add_names(r, &below, r->given[i].exact, false, &listed);
        }
    }
    return known && !cp_arena_failed(r->arena) ? listed : none;
}

/* fd PATTERN: what is after names is judged as what it is after, too. */
static cp_set found(cp_reader *r, cp_set listed) {
    const cp_operand *o = r->out->operand_count ? &r->out->operands[0] : NULL;
    bool all = !o || (!o->splat && (cp_set_equals(o->set, CP_LIT(".")) == CP_YES ||
                                    cp_set_equals(o->set, CP_LIT("")) == CP_YES));
    cp_set aims = all ? (cp_set){NULL, 0} : cp_reader_picked(r);
    if ((!all && !aims.count) || listed.count + aims.count > CP_SET_MOST)
        return (cp_set){NULL, 0};
    return cp_set_join(r->arena, listed, aims);
}

/* fd -x: the names that its first operand, a regular expression, is after; and what may begin with a dash begins with ./ */
static cp_set dotted(cp_reader *r, cp_set listed) {
    cp_set out = {NULL, 0};
    listed = found(r, listed);
    for (uint32_t i = 0; i < listed.count; i++) {
        cp_value v = listed.values[i], here = cp_value_exact(r->arena, CP_LIT("./"), v.span);
        bool named = v.atom_count && v.atoms[0].kind == CP_ATOM_LIT;
        v = named ? v : cp_value_concat(r->arena, &here, &v);
        out = cp_set_join(r->arena, out, cp_set_of(r->arena, v));
    }
    return out;
}

/* {} stands for files that are there: a command that is run is given at least one. */
static cp_set of_files(cp_reader *r, cp_set listed) {
    cp_value *values = CP_NEW_ARRAY(r->arena, cp_value, listed.count);
    for (uint32_t i = 0; values && i < listed.count; i++) {
        cp_atom *atoms = CP_NEW_ARRAY(r->arena, cp_atom, listed.values[i].atom_count);
        if (!atoms)
            return listed;
        values[i] = listed.values[i];
        for (uint32_t k = 0; k < values[i].atom_count; k++) {
            atoms[k] = values[i].atoms[k];
            if (atoms[k].kind == CP_ATOM_HOLE && atoms[k].cls == CP_CLASS_BELOW)
                atoms[k].props |= CP_HOLE_GLOB;
        }
        values[i].atoms = atoms;
    }
    return values ? (cp_set){values, listed.count} : listed;
}

/* ---- What a search is after --------------------------------------------------------------------------------------------- */

/* A file of such a name in the place where a search begins. */
static void search_in(cp_reader *r, const cp_value *start, const cp_value *name, const cp_opt *o,
                      uint32_t index) {
    cp_effect e = {.kind = CP_EFFECT_READ,
                   .object_kind = CP_OBJECT_PATH,
                   .sure = CP_YES,
                   .tree = CP_TREE_NONE,
                   .target = *name,
                   .origin = {CP_ORIGIN_OPTION, index},
                   .chdirs = r->out->chdir_count,
                   .named = 1,
                   .span = o->value.span};
    if (start) {
        cp_value slash = cp_value_exact(r->arena, CP_LIT("/"), start->span);
        cp_value place = cp_value_concat(r->arena, start, &slash);
        e.target = cp_value_concat(r->arena, &place, name);
    }
    (void)CP_PUSH(r->arena, r->out->effects, r->out->effect_count, r->effect_cap, e);
}

static void search_for(cp_reader *r, const cp_value *name, const cp_opt *o, uint32_t index) {
    for (uint32_t i = 0; i < r->start_count && cp_step(r->budget); i++)
        search_in(r, &r->starts[i], name, o, index);
    if (r->start_count == 0)
        search_in(r, NULL, name, o, index);
}

/* {a,b} in a pattern is each of them, and so is [ab]. */
static void search_each(cp_reader *r, cp_slice pattern, const cp_opt *o, uint32_t index) {
    uint32_t open = cp_slice_find(pattern, '{', 0), close = cp_slice_find(pattern, '}', open);
    if (close < pattern.n) {
        bool entered = cp_enter(r->budget);
        for (uint32_t from = open + 1; entered && from <= close && cp_step(r->budget);) {
            uint32_t comma = cp_slice_find(pattern, ',', from), end = comma < close ? comma : close;
            cp_text t = cp_text_in(r->arena);
            cp_text_add(&t, cp_slice_sub(pattern, 0, open));
            cp_text_add(&t, cp_slice_sub(pattern, from, end));
            cp_text_add(&t, cp_slice_sub(pattern, close + 1, pattern.n));
            search_each(r, cp_text_slice(&t), o, index);
            from = end + 1;
        }
        cp_leave(r->budget);
        return;
    }
    cp_slice members = members_of(pattern, &open);
    if (members.n) {
        bool entered = cp_enter(r->budget);
        for (uint32_t i = 0; entered && i < members.n && cp_step(r->budget); i++)
            search_each(r, with_member(r, pattern, open, members, i), o, index);
        cp_leave(r->budget);
        return;
    }
    uint32_t slash = cp_slice_rfind(pattern, '/');
    cp_slice name = slash < pattern.n ? cp_slice_sub(pattern, slash + 1, pattern.n) : pattern;
    if (!says_last(name))
        return;
    uint32_t stars = 0, end = name.n;
    while (name.p[stars] == '*' || name.p[stars] == '?')
        stars++;
    while (name.p[name.n - 1] == '*' || name.p[name.n - 1] == '?')
        name.n--;
    if (!stars && name.n < end) { /* `.e*` is after all that begins so */
        cp_value path = cp_value_exact(r->arena, CP_LIT(""), o->value.span), found;
        cp_value any =
            cp_value_hole(r->arena, CP_CLASS_FILENAME, CP_HOLE_EMPTY | CP_HOLE_NEWLINE | CP_HOLE_GLOB,
                          (cp_slice){NULL, 0}, o->value.span);
        if (with_name(r, &path, name, &found)) {
            found = cp_value_concat(r->arena, &found, &any);
            search_for(r, &found, o, index);
        }
    }
    if (stars && name.n == end && cp_slice_find(name, '.', 0) == name.n) { /* `*nv`: .env, too */
        cp_value path = cp_value_exact(r->arena, CP_LIT(""), o->value.span), found;
        cp_value any =
            cp_value_hole(r->arena, CP_CLASS_FILENAME, CP_HOLE_EMPTY | CP_HOLE_NEWLINE | CP_HOLE_GLOB,
                          (cp_slice){NULL, 0}, o->value.span);
        if (with_name(r, &path, cp_slice_sub(name, stars, name.n), &found)) {
            found = cp_value_concat(r->arena, &any, &found);
            search_for(r, &found, o, index);
        }
    }
    /* What `*.c` is after doesn't begin with a name of its own: the rest itself, a hidden name, and some other one. What it
     * could end in would be a secret's ending as well as any other. */
    static const char *const beginnings[] = {"", ".", "x"};
    for (uint32_t k = 0; k < (stars ? 3u : 1u) && cp_step(r->budget); k++) {
        cp_text t = cp_text_in(r->arena);
        cp_text_add(&t, cp_slice_str(beginnings[k]));
        cp_text_add(&t, cp_slice_sub(name, stars, name.n));
        cp_value path = cp_value_exact(r->arena, CP_LIT(""), o->value.span), found;
        if (with_name(r, &path, cp_text_slice(&t), &found))
            search_for(r, &found, o, index);
    }
}

/* grep -r x --include=.env reads no tree, but what it is after. */
static void searched(cp_reader *r) {
    cp_reading *out = r->out;
    bool tree = false;
    for (uint32_t i = 0; i < out->effect_count; i++)
        tree |= out->effects[i].kind == CP_EFFECT_READ && out->effects[i].tree == CP_TREE_TOUCHED;
    if (!tree || out->stdout_is == CP_STDOUT_PATHS || out->stdout_is == CP_STDOUT_CONTENTS ||
        cp_syntax_of(r) == CP_SYNTAX_FIND)
        return;
    for (uint32_t i = 0; i < out->option_count && cp_step(r->budget); i++) {
        const cp_opt *o = &out->options[i];
        for (uint32_t k = 0; is_names(r, o) && k < o->value_set.count; k++) {
            const cp_value *v = &o->value_set.values[k];
            cp_slice pattern = cp_value_is_exact(v) ? v->exact : unquoted_pattern(r, v);
            pattern = without_single_members(r, pattern);
            if (cp_value_begins_with(v, '!') == CP_YES)
                continue;
            cp_slice lower = lower_case(r, pattern);
            if (pattern.n)
                search_each(r, pattern, o, i);
            else if (!cp_value_is_exact(v))
                search_for(r, v, o, i);       /* whichever name that is */
            if (!cp_slice_eq(lower, pattern)) /* rg --iglob */
                search_each(r, lower, o, i);
        }
    }
}

void cp_reader_listed(cp_reader *r) {
    cp_reading *out = r->out;
    narrowing n = {.r = r};
    patterns of_command;
    searched(r);
    if (out->any_option || out->gap_count || out->chdir_count)
        return;
    if (out->stdout_is == CP_STDOUT_PICKED)
        out->listed = cp_reader_picked(r);
    const bool prints = out->stdout_is == CP_STDOUT_PATHS || out->stdout_is == CP_STDOUT_FOUND ||
                        out->stdout_is == CP_STDOUT_CONTENTS || out->stdout_is == CP_STDOUT_SHAPED;
    if (!prints && out->stdout_is != CP_STDOUT_LISTING)
        return;
    patterns narrowed = narrowed_to(&n, &of_command);
    if (prints) {
        out->listed = paths(r, &n, &narrowed);
        if (out->stdout_is == CP_STDOUT_FOUND)
            out->listed = found(r, out->listed);
        out->listed_below = r->start_count > 0 && r->given_count == 0;
    }
    cp_set commands = {NULL, 0};
    for (uint32_t i = 0; i < out->nested_count; i++) {
        if (!out->nested[i].of_list && !out->nested[i].there)
            continue;
        if (commands.count == 0)
            commands = paths(r, &n, &of_command);
        if (out->nested[i].there) {
            out->nested[i].beside = commands;
            continue;
        }
        cp_set some = out->nested[i].dotted && commands.count ? dotted(r, commands) : commands;
        if (some.count)
            out->nested[i].stands_for = of_files(r, some);
    }
}
