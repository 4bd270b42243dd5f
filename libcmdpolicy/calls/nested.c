/* Unwrapping: what a call runs. The grammar said which words; here they are walked, each in the state that it will find. */
#include "calls/walk.h"

static cp_value unknown_item(cp_walk *w, cp_span span) {
    return cp_value_hole(w->arena, CP_CLASS_ANY, CP_HOLE_ANYTHING, (cp_slice){NULL, 0}, span);
}

static cp_set lines_for(const cp_reading *r, const cp_stdin *input) {
    return r->stdin_use == CP_STDIN_ENTRIES ? cp_stdin_entries(input) : cp_stdin_lines(input);
}

/* Does the command take the lines of its standard input whole, and no others? */
static bool takes_lines(const cp_call *call, const cp_stdin *input) {
    const cp_reading *r = &call->reading;
    if (!cp_takes_lines(r) || r->any_option || r->gap_count || lines_for(r, input).count == 0)
        return false;
    for (uint32_t i = 0; i < r->effect_count; i++)
        if (r->effects[i].kind == CP_EFFECT_READ)
            return false; /* a file instead */
    return true;
}

/* A word of what arrives on standard input: it is the output of the calls that feed it. */
static cp_value input_word(cp_walk *w, const cp_stdin *input, cp_span span) {
    cp_atom *atom = CP_NEW(w->arena, cp_atom);
    *atom = (cp_atom){.kind = CP_ATOM_HOLE,
                      .cls = CP_CLASS_ANY,
                      .props = CP_HOLE_ANYTHING,
                      .origin = cp_walk_origin_of(w, input),
                      .span = span};
    return (cp_value){.atoms = atom, .atom_count = 1, .span = span};
}

static bool plain_item_byte(uint8_t c) {
    return c != '\'' && c != '"' && c != '\\' && c != 0;
}

/* The words of a text that is known: however many of them a command line is made of, each is one of these. */
static cp_set text_item(cp_walk *w, const cp_call *call, const cp_stdin *input) {
    const cp_reading *r = &call->reading;
    cp_set none = {NULL, 0}, out = none;
    bool known = input->is == CP_STDIN_IS_TEXT && cp_value_is_exact(&input->text) &&
                 !(input->shared && input->shared->used);
    if (!known || r->stdin_use != CP_STDIN_ITEMS || r->any_option || r->gap_count)
        return none;
    for (uint32_t i = 0; i < r->effect_count; i++)
        if (r->effects[i].kind == CP_EFFECT_READ)
            return none; /* a file instead */
    cp_slice t = input->text.exact;
    for (uint32_t i = 0; i < t.n && cp_step(w->budget);) {
        uint32_t end = i;
        for (; end < t.n && t.p[end] != '\n' && t.p[end] != ' ' && t.p[end] != '\t'; end++)
            if (!plain_item_byte(t.p[end]))
                return none;
        if (end > i)
            out = cp_set_join(w->arena, out,
                              cp_set_of(w->arena, cp_value_slice(w->arena, &input->text, i, end)));
        i = end + 1;
    }
    return out;
}

static cp_set input_item(cp_walk *w, const cp_call *call, const cp_nested *n, const cp_stdin *input) {
    const cp_span span = n->span;
    cp_value word = input_word(w, input, span);
    if (!takes_lines(call, input)) {
        cp_set known = text_item(w, call, input);
        return known.count ? known : cp_set_of(w->arena, word);
    }
    cp_set lines = lines_for(&call->reading, input);
    const bool ended = call->reading.stdin_use == CP_STDIN_LINES;
    if (ended || n->placeholder.n) { /* -I; with -d they are taken as they are, with -0 but by busybox */
        const cp_set bare = cp_walk_bare_lines(w, lines, ended ? "\"'\\" : "");
        if (!bare.count || lines.count + bare.count > CP_SET_MOST)
            return cp_set_of(w->arena, word);
        lines = cp_set_join(w->arena, lines, bare);
    }
    return cp_walk_words_of_lines(w, lines, cp_takes_whole_lines(&call->reading), span);
}

/* Home, a directory by its path, /dev/fd/N: no {} stands in them. */
static bool is_plain_path(const cp_atom *a) {
    return a->kind == CP_ATOM_HOLE &&
           (a->cls == CP_CLASS_HOME ||
            (a->cls == CP_CLASS_ABSOLUTE && a->props & (CP_HOLE_PIPE | CP_HOLE_PLACE)));
}

/* May the mark stand in the word? */
static bool may_hold(cp_walk *w, const cp_value *word, cp_slice mark) {
    cp_text pattern = cp_text_in(w->arena);
    cp_value plain = *word;
    const cp_value *v = word;
    if (mark.p[0] == '{' || mark.p[0] == '%' || mark.p[0] == '@') {
        cp_atom *atoms = CP_NEW_ARRAY(w->arena, cp_atom, word->atom_count + 1);
        for (uint32_t i = 0; atoms && i < word->atom_count; i++) {
            atoms[i] = word->atoms[i];
            if (is_plain_path(&atoms[i]))
                atoms[i].cls = CP_CLASS_DIGITS;
        }
        plain.atoms = atoms;
        v = atoms ? &plain : word;
    }
    cp_text_byte(&pattern, '*');
    cp_text_add(&pattern, mark);
    cp_text_byte(&pattern, '*');
    return cp_slice_find(mark, '*', 0) < mark.n || cp_value_glob(v, cp_text_slice(&pattern), false) != CP_NO;
}

/* A word of which not all is certain: from where a mark may begin it is anything. */
static cp_value replaced_perhaps(cp_walk *w, const cp_value *v, cp_slice mark, const cp_value *value) {
    if (!may_hold(w, v, mark))
        return *v;
    cp_slice known = cp_value_prefix(v);
    uint32_t keep = 0;
    for (; keep < known.n && cp_step(w->budget); keep++) {
        uint32_t n = known.n - keep < mark.n ? known.n - keep : mark.n;
        if (memcmp(known.p + keep, mark.p, n) == 0)
            break;
    }
    cp_value begin = cp_value_exact(w->arena, cp_slice_sub(known, 0, keep), v->span),
             rest = unknown_item(w, v->span);
    cp_atom *hole = CP_NEW(w->arena, cp_atom);
    *hole = rest.atoms[0];
    for (uint32_t i = 0; i < value->atom_count + v->atom_count && !hole->origin; i++)
        hole->origin =
            i < value->atom_count ? value->atoms[i].origin : v->atoms[i - value->atom_count].origin;
    rest.atoms = hole;
    cp_value out = cp_value_concat(w->arena, &begin, &rest);
    out.span = v->span;
    return out;
}

/* Every `mark` in an exact value becomes `value`. */
static cp_value replaced_in(cp_walk *w, const cp_value *word, cp_slice mark, const cp_value *value) {
    if (!cp_value_is_exact(word))
        return replaced_perhaps(w, word, mark, value);
    cp_slice text = word->exact;
    cp_value made = {0};
    bool any = false;
    uint32_t from = 0;
    for (uint32_t i = 0; i + mark.n <= text.n && cp_step(w->budget);) {
        if (memcmp(text.p + i, mark.p, mark.n) != 0) {
            i++;
            continue;
        }
        cp_value piece = cp_value_slice(w->arena, word, from, i);
        made = any ? cp_value_concat(w->arena, &made, &piece) : piece;
        made = cp_value_glued(w->arena, &made, value);
        any = true;
        i += mark.n;
        from = i;
    }
    if (!any)
        return *word;
    cp_value piece = cp_value_slice(w->arena, word, from, text.n);
    made = cp_value_concat(w->arena, &made, &piece);
    made.span = word->span;
    return made;
}

static cp_field replaced(cp_walk *w, const cp_field *f, cp_slice mark, const cp_value *value) {
    cp_field out = {.splat = f->splat};
    if (!mark.n)
        return *f;
    for (uint32_t i = 0; i < f->set.count && cp_step(w->budget); i++)
        out.set = cp_set_join(w->arena, out.set,
                              cp_set_of(w->arena, replaced_in(w, &f->set.values[i], mark, value)));
    return out;
}

/* The text on standard input as xargs's items: words, or lines. Only where no option says otherwise, and nothing in it quotes. */
static bool known_items(cp_walk *w, const cp_call *call, const cp_nested *n, cp_fields *out) {
    const cp_value *text = cp_walk_input_text(w);
    if (!text || call->reading.option_count != (n->placeholder.n ? 1u : 0u) || call->reading.any_option ||
        call->reading.gap_count)
        return false;
    cp_slice t = text->exact;
    cp_field *items = NULL;
    uint32_t count = 0, cap = 0;
    for (uint32_t i = 0; i < t.n && cp_step(w->budget);) {
        uint8_t c = t.p[i];
        if (c == '\n' || c == ' ' || c == '\t') {
            i++;
            continue;
        }
        uint32_t end = i;
        for (; end < t.n && t.p[end] != '\n' && (n->placeholder.n || (t.p[end] != ' ' && t.p[end] != '\t'));
             end++)
            if (!plain_item_byte(t.p[end]))
                return false;
        cp_field f = cp_field_of(w->arena, cp_value_slice(w->arena, text, i, end));
        if (count == CP_STDIN_ITEMS_MOST || !CP_PUSH(w->arena, items, count, cap, f))
            return false;
        i = end;
    }
    if (t.n > 60000)
        return false; /* too much for one command line: it becomes several */
    *out = (cp_fields){items, count};
    return true;
}

/* Every `mark` becomes one of these; the same one at every place of the word. */
static cp_field replaced_by_some(cp_walk *w, const cp_field *f, cp_slice mark, const cp_set *items) {
    cp_field out = replaced(w, f, mark, &items->values[0]);
    for (uint32_t i = 1; i < items->count; i++)
        out.set = cp_set_join(w->arena, out.set, replaced(w, f, mark, &items->values[i]).set);
    return out;
}

static cp_fields with_item(cp_walk *w, const cp_nested *n, const cp_set *item) {
    cp_field *items = CP_NEW_ARRAY(w->arena, cp_field, n->words.count + 1);
    if (!items || item->count == 0)
        return (cp_fields){NULL, 0};
    for (uint32_t i = 0; i < n->words.count; i++) {
        items[i] = n->placeholder.n ? replaced_by_some(w, &n->words.items[i], n->placeholder, item)
                                    : n->words.items[i];
        if (n->many && cp_slice_eq(cp_field_text(&n->words.items[i]), n->placeholder))
            items[i].splat = 1;
    }
    return (cp_fields){items, n->words.count};
}

/* ./NAME of a path out of a list, as far as it is known; no atoms: nobody knows where its last name begins. */
static cp_value beside_it(cp_walk *w, const cp_value *listed) {
    cp_path path;
    cp_path_make(w->arena, listed, NULL, w->in->places, &path);
    if (path.uncertain || (!path.tree && path.count && path.parts[path.count - 1].open))
        return (cp_value){0};
    cp_value name = path.count ? path.parts[path.count - 1].name : (cp_value){.flags = CP_VALUE_EXACT};
    const cp_value here = cp_value_exact(w->arena, CP_LIT("./"), listed->span);
    if (path.tree) {
        name = path.last;
        const cp_value below =
            cp_value_hole(w->arena, CP_CLASS_BELOW, CP_HOLE_GLOB | CP_HOLE_SLASH | CP_HOLE_NEWLINE,
                          (cp_slice){NULL, 0}, listed->span);
        const bool whole = cp_path_last_is_whole(&path);
        const cp_value end = {.atoms = name.atoms + 1, .atom_count = name.atom_count - 1};
        if (!whole)
            name = name.atom_count ? cp_value_concat(w->arena, &below, &end) : below;
    }
    const cp_value known = cp_value_exact(w->arena, name.exact, listed->span);
    return cp_value_concat(w->arena, &here, cp_value_is_exact(&name) ? &known : &name);
}

/* What {} is where a command runs in the directory of what {} stands for. */
static cp_set names_beside(cp_walk *w, const cp_nested *n) {
    cp_set all = {NULL, 0};
    for (uint32_t i = 0; i < n->beside.count; i++) {
        const cp_value v = beside_it(w, &n->beside.values[i]);
        all = cp_set_join(w->arena, all, cp_set_of(w->arena, v.atom_count ? v : unknown_item(w, n->span)));
    }
    return all.count ? all : n->stands_for;
}

static cp_fields with_unknown_items(cp_walk *w, const cp_call *call, const cp_nested *n,
                                    const cp_stdin *input) {
    bool appended = n->items && !n->placeholder.n;
    cp_set item = n->items ? input_item(w, call, n, input) : n->there ? names_beside(w, n) : n->stands_for;
    if (item.count == 0)
        item = cp_set_of(w->arena, unknown_item(w, n->span));
    cp_fields words = with_item(w, n, &item);
    if (!appended || !words.items)
        return words;
    cp_field *last = (cp_field *)(uintptr_t)&words.items[words.count]; /* with_item has left room for it */
    *last = (cp_field){.set = item, .splat = 1};
    return (cp_fields){words.items, words.count + 1};
}

/* The words of a script joined with blanks; what is not certain is a hole. */
static cp_value joined_text(cp_walk *w, const cp_nested *n, const cp_fields *words) {
    cp_value text = cp_value_exact(w->arena, CP_LIT(""), n->span);
    for (uint32_t i = 0; i < words->count && cp_step(w->budget); i++) {
        const cp_field *f = &words->items[i];
        cp_value piece = f->splat            ? unknown_item(w, n->span)
                         : f->set.count == 1 ? f->set.values[0]
                                             : cp_set_cover(w->arena, f->set);
        if (i) {
            cp_value blank = cp_value_exact(w->arena, CP_LIT(" "), n->span);
            text = cp_value_concat(w->arena, &text, &blank);
        }
        text = i ? cp_value_concat(w->arena, &text, &piece) : piece;
    }
    return text;
}

/* Which shell reads the script: the grammar says so, or it is this one's own business. */
static cp_dialect dialect_of(const cp_walk *w, const cp_call *call, bool same_shell) {
    if (same_shell)
        return w->dialect;
    return (cp_dialect)call->reading.dialect;
}

static void unknown_code(cp_walk *w, uint32_t call, const cp_nested *n, const char *object,
                         const cp_value *path) {
    cp_call_effect e = {.call = call,
                        .domain = w->domain,
                        .from_first = w->input.from_first,
                        .from_count = path ? 0 : w->input.from_count};
    e.effect =
        (cp_effect){.kind = CP_EFFECT_CODE,
                    .object_kind = path ? CP_OBJECT_PATH : CP_OBJECT_WORD,
                    .sure = n->sure,
                    .target = path ? *path : cp_value_exact(w->arena, cp_slice_str(object), n->span),
                    .origin = {path || object[0] == 's' ? CP_ORIGIN_STDIN : n->origin.kind, n->origin.index},
                    .span = n->span};
    cp_walk_effect(w, &e);
}

/* What is run is not known: it may print anything, and change anything in this shell. */
static cp_exits unknown_script(cp_walk *w, cp_state s, bool same_shell) {
    cp_sink_add(w, w->sink, NULL);
    w->consumed = CP_CONSUMED;
    if (!same_shell)
        return cp_both(s);
    cp_state after = cp_state_havoc(w->arena, w->budget, s);
    cp_walk_leave(w, after, CP_LOOPS_ANY);
    cp_walk_error(w, after);
    return cp_both(after);
}

static cp_exits walk_exact(cp_walk *w, const cp_call *call, const cp_value *text, cp_state s,
                           const cp_nested *n, bool same_shell, bool guess) {
    if (!cp_spend(w->budget, CP_LIMIT_REPARSE_BYTES, text->exact.n))
        return cp_both(s);
    uint32_t src = cp_value_to_source(w->arena, w->in->sources, text, CP_SOURCE_VALUE, n->span);
    cp_span at = w->at;
    if (w->at.src == UINT32_MAX)
        w->at = n->span;
    cp_dialect dialect = dialect_of(w, call, same_shell);
    cp_exits e = guess ? cp_walk_guess(w, src, dialect, s) : cp_walk_source(w, src, dialect, s);
    w->at = at;
    return e;
}

/* A text with holes: read with something unknown in each, so that what stands around them is seen. Only ever tightens: the
 * caller has said already that the script is not known. */
static void walk_partly(cp_walk *w, const cp_call *call, const cp_value *text, cp_state s, const cp_nested *n,
                        bool same_shell) {
    static const char filler[] = "$_hole_";
    bool any = false;
    for (uint32_t i = 0; i < text->atom_count; i++)
        any |= text->atoms[i].kind == CP_ATOM_LIT && text->atoms[i].lit.n;
    if (!any || !text->atom_count)
        return;
    cp_value filled = {0};
    for (uint32_t i = 0; i < text->atom_count && cp_step(w->budget) && !cp_arena_failed(w->arena); i++) {
        const cp_atom *a = &text->atoms[i];
        cp_value piece =
            cp_value_exact(w->arena, a->kind == CP_ATOM_LIT ? a->lit : cp_slice_str(filler), a->span);
        if (a->kind == CP_ATOM_HOLE && i + 1 < text->atom_count &&
            text->atoms[i + 1].kind == CP_ATOM_LIT) { /* ends the name */
            cp_value close = cp_value_exact(w->arena, CP_LIT("\"\""), a->span);
            piece = cp_value_concat(w->arena, &piece, &close);
        }
        filled = i ? cp_value_concat(w->arena, &filled, &piece) : piece;
    }
    if (!cp_value_is_exact(&filled))
        return;
    cp_set *set = CP_NEW(w->arena, cp_set);
    *set = cp_set_of(w->arena, unknown_item(w, n->span));
    cp_state_assign(w->arena, &s, CP_LIT("_hole_"), set, false, 0);
    filled.span = text->span;
    cp_leave_point *leaves = w->leaves, *errors = w->errors;
    w->leaves = w->errors = NULL;
    (void)walk_exact(w, call, &filled, s, n, same_shell, true);
    w->leaves = leaves;
    w->errors = errors;
}

static cp_exits walk_script(cp_walk *w, const cp_call *call, uint32_t index, const cp_nested *n,
                            cp_state inner, bool same_shell, const cp_stdin *input) {
    cp_fields words = with_unknown_items(w, call, n, input);
    if (n->items && !n->placeholder.n && n->params.count == 0)
        inner.params = NULL; /* sh -c TEXT under xargs: the items are parameters */
    if (words.count == 1 && !words.items[0].splat &&
        words.items[0].set.count > 1) { /* one of several texts */
        cp_exits e = cp_both(inner);
        bool exact = true;
        const cp_set *set = &words.items[0].set;
        uint32_t printed = cp_walk_printed(w);
        for (uint32_t i = 0; i < set->count; i++)
            exact &= cp_value_is_exact(&set->values[i]);
        for (uint32_t i = 0; i < set->count && exact; i++) {
            cp_exits one = walk_exact(w, call, &set->values[i], inner, n, same_shell, false);
            e = i ? cp_walk_join_exits(w, e, one) : one;
        }
        cp_sink_maybe(w->sink, printed);
        if (exact)
            return e;
    }
    cp_value text = joined_text(w, n, &words);
    /* eval -- TEXT: only some shells know the -- there; to dash it is a command's name, and what follows its arguments. */
    const bool dashed = same_shell && call->reading.dashes != CP_NO && w->dialect != CP_DIALECT_BASH &&
                        w->dialect != CP_DIALECT_ZSH;
    if (cp_value_is_exact(&text) && !dashed)
        return walk_exact(w, call, &text, inner, n, same_shell, false);
    cp_walk_finding(w, CP_FINDING_UNKNOWN_SCRIPT, index, n->span,
                    CP_LIT("part of the script that is run is not known"));
    unknown_code(w, index, n, "inline", NULL);
    walk_partly(w, call, &text, inner, n, same_shell);
    return unknown_script(w, inner, same_shell);
}

static cp_exits walk_stdin(cp_walk *w, const cp_call *call, uint32_t index, const cp_nested *n,
                           cp_state inner, bool same_shell) {
    cp_stdin input = w->input;
    const cp_value *text = cp_walk_input_text(w);
    bool partly = !text && input.text.atom_count && input.is == CP_STDIN_IS_CALLS &&
                  !(input.shared && input.shared->used);
    if (text || partly) {
        const cp_list *script = w->script;
        cp_stdin_shared *script_input = w->script_input;
        cp_exits e = cp_both(inner);
        w->input = (cp_stdin){.is = CP_STDIN_IS_NOTHING, .shared = cp_walk_share(w)};
        w->script_input = w->input.shared;
        w->script = NULL;
        if (text)
            e = walk_exact(w, call, &input.text, inner, n, same_shell, false);
        else
            walk_partly(w, call, &input.text, inner, n, same_shell);
        w->script = script;
        w->script_input = script_input;
        w->input = input;
        w->consumed = CP_CONSUMED;
        if (text)
            return e;
    }
    unknown_code(w, index, n, "stdin", input.is == CP_STDIN_IS_FILE ? &input.text : NULL);
    return unknown_script(w, inner, same_shell);
}

/* A script file: what it holds is not for us to read, but for <( ), whose text is what it prints. */
static cp_exits walk_file(cp_walk *w, const cp_call *call, const cp_nested *n, cp_state inner,
                          bool same_shell) {
    const cp_value *path =
        n->words.count == 1 && n->words.items[0].set.count == 1 ? &n->words.items[0].set.values[0] : NULL;
    const cp_atom *atom = path && path->atom_count == 1 && path->atoms[0].kind == CP_ATOM_HOLE &&
                                  (path->atoms[0].props & CP_HOLE_PIPE)
                              ? &path->atoms[0]
                              : NULL;
    const cp_value *text =
        atom && atom->origin && atom->origin < w->origin_count ? w->origins[atom->origin].text : NULL;
    if (text && cp_value_is_exact(text))
        return walk_exact(w, call, text, inner, n, same_shell, false);
    return unknown_script(w, inner, same_shell);
}

static cp_exits walk_command(cp_walk *w, const cp_call *call, const cp_nested *n, cp_state inner) {
    cp_fields items;
    bool known = n->items && known_items(w, call, n, &items);
    cp_stdin input = w->input;
    w->in_wrapper = 1;
    if (n->items)
        w->input = (cp_stdin){.is = CP_STDIN_IS_NOTHING, .shared = cp_walk_share(w)};
    if (known) {
        if (!n->placeholder.n) {
            cp_field *all = CP_NEW_ARRAY(w->arena, cp_field, n->words.count + items.count + 1);
            if (!all)
                return cp_both(inner);
            if (n->words.count)
                memcpy(all, n->words.items, n->words.count * sizeof *all);
            if (items.count)
                memcpy(all + n->words.count, items.items, items.count * sizeof *all);
            cp_fields words = {all, n->words.count + items.count};
            return words.count ? cp_walk_argv(w, &words, n->span, inner) : cp_both(inner);
        }
        cp_exits e = cp_both(inner);
        for (uint32_t i = 0; i < items.count && !cp_walk_stopped(w); i++) {
            cp_fields words = with_item(w, n, &items.items[i].set);
            if (words.count)
                e = cp_walk_argv(w, &words, n->span, cp_walk_join(w, e));
        }
        return e;
    }
    cp_fields words = with_unknown_items(w, call, n, &input);
    return words.count ? cp_walk_argv(w, &words, n->span, inner) : cp_both(inner);
}

/* One of these is assigned; where it may be any number of words, any of them may be. */
static void assign_some(cp_walk *w, const cp_field *f, cp_state *s) {
    cp_state before = *s;
    bool any = f->splat != 0;
    for (uint32_t k = 0; k < f->set.count && cp_step(w->budget); k++) {
        const cp_value *v = &f->set.values[k];
        cp_state one = before;
        cp_slice known = cp_value_prefix(v);
        if (!cp_value_is_exact(v) && cp_slice_find(known, '=', 0) == known.n)
            any = true; /* of any name */
        else
            cp_walk_assign_value(w, v, &one, true, false);
        *s = k ? cp_state_join(w->arena, w->budget, *s, one) : one;
    }
    if (!any)
        return;
    s->variables = (cp_map){NULL};
    s->all_unknown = 1;
    s->taints |= CP_TAINT_PATH;
}

static cp_state entered(cp_walk *w, const cp_call *call, const cp_nested *n, cp_state s, bool same_shell,
                        bool new_shell) {
    cp_state inner = s;
    for (uint32_t i = 0; i < n->chdirs && i < call->reading.chdir_count; i++)
        inner.cwd = cp_walk_chdir(w, inner.cwd, &call->reading.chdirs[i]);
    if (n->there) {
        const cp_set directories = cp_walk_parents(w, n->beside);
        inner.cwd = directories.count ? cp_walk_chdir(w, inner.cwd, &directories) : directories;
    }
    if (n->chdirs || n->there)
        inner.env_flags |= CP_ENV_PHYSICAL;
    if (n->drops_environment) {
        inner.variables = (cp_map){NULL};
        inner.all_unknown = 1;
    }
    for (uint32_t i = 0; i < n->assignments.count; i++)
        assign_some(w, &n->assignments.items[i], &inner);
    if (new_shell && !same_shell) {
        inner = cp_state_child(w->arena, w->budget, inner);
        cp_fields *params = CP_NEW(w->arena, cp_fields);
        if (n->params.count)
            *params = (cp_fields){n->params.items + 1, n->params.count - 1}; /* the first is $0 */
        bool known =
            n->kind == CP_NESTED_SCRIPT && !n->items && !(n->params.count && n->params.items[0].splat);
        if (known && n->params.count)
            cp_state_assign(w->arena, &inner, CP_LIT("0"), &n->params.items[0].set, false, 0);
        inner.params = known ? params : NULL;
        inner.all_unknown |= n->drops_environment;
        if (cp_map_get(inner.variables, CP_LIT("PWD"))) /* a shell takes no other place for it */
            cp_state_assign(w->arena, &inner, CP_LIT("PWD"), NULL, true, 0);
        inner.may_stop = call->reading.option_count > 1 || call->reading.gap_count ||
                         call->reading.any_option; /* sh -ec */
        if (inner.may_stop && !cp_walk_keeps_globs(&call->reading))
            inner.env_flags |= CP_ENV_GLOB_OPTIONS;
    }
    if (n->domain != CP_DOMAIN_LOCAL) {
        inner.cwd = (cp_set){NULL, 0};
        inner.functions = inner.aliases = inner.variables = (cp_map){NULL};
        inner.all_unknown = 1;
        inner.params = NULL;
    }
    return inner;
}

/* . FILE WORD…: the words are $1 … while the file is read. dash does not look at them; another sh may, or may not. */
static const cp_fields *own_parameters(cp_walk *w, const cp_call *call, const cp_fields *outer) {
    const cp_reading *r = &call->reading;
    if (w->dialect == CP_DIALECT_DASH || (r->operand_count == 1 && !r->operands[0].splat && !r->gap_count))
        return outer;
    cp_field *items = CP_NEW_ARRAY(w->arena, cp_field, r->operand_count);
    cp_fields *params = CP_NEW(w->arena, cp_fields);
    if (!items || w->dialect != CP_DIALECT_BASH || r->operand_count == 0 || r->operands[0].splat ||
        r->gap_count)
        return NULL;
    for (uint32_t i = 1; i < r->operand_count; i++) {
        const cp_operand *o = &r->operands[i];
        if (!o->splat && o->present != CP_YES)
            return NULL;
        items[i - 1] = (cp_field){.set = o->set, .splat = o->splat};
        if (o->splat && r->operand_count == 2)
            return NULL; /* perhaps no word at all: then they stay */
    }
    *params = (cp_fields){items, r->operand_count - 1};
    return params;
}

cp_exits cp_walk_nested(cp_walk *w, const cp_call *call, uint32_t index, const cp_nested *n, cp_state s) {
    if (!cp_enter(w->budget)) {
        cp_leave(w->budget);
        return cp_both(s);
    }
    bool later = (call->reading.does & 1u << CP_DOES_RUN_LATER) != 0;
    if (later && n->kind == CP_NESTED_SCRIPT) {
        cp_value text = joined_text(w, n, &n->words);
        if (!cp_value_is_exact(&text)) {
            cp_walk_finding(w, CP_FINDING_UNKNOWN_SCRIPT, index, n->span,
                            CP_LIT("part of the script that is run is not known"));
            unknown_code(w, index, n, "inline", NULL);
        }
        cp_walk_trap(w, call, index, &text, s);
        cp_leave(w->budget);
        return cp_both(s);
    }
    bool same_shell = (call->reading.does & 1u << CP_DOES_SOURCE) != 0, new_shell = n->kind != CP_NESTED_ARGV;
    cp_state inner = entered(w, call, n, s, same_shell, new_shell);
    const bool reads_file = same_shell && n->kind != CP_NESTED_SCRIPT;
    if (reads_file)
        inner.params = own_parameters(w, call, s.params);
    const bool lent = inner.params != s.params;
    uint32_t parent = w->parent, domain = w->domain, in_wrapper = w->in_wrapper, cut = cp_walk_cut(w);
    const uint32_t printed = cp_walk_printed(w);
    cp_stdin input = w->input;
    cp_leave_point *leaves = w->leaves, *errors = w->errors;
    cp_sink *sink = w->sink, *shell_sink = w->shell_sink;
    if (n->by_text) {
        cp_sink_blur(sink);
        cp_sink_blur(shell_sink);
        w->sink = w->shell_sink = NULL;
        w->input.shared = cp_walk_share(w);
        w->input.shared->used = CP_CONSUMED;
    }
    if (!w->dry)
        w->parent = index;
    if (n->domain != CP_DOMAIN_LOCAL)
        w->domain = n->domain;
    if (new_shell && !same_shell)
        w->leaves = w->errors = NULL;
    cp_exits e;
    if (n->items && n->kind != CP_NESTED_ARGV)
        w->input = (cp_stdin){.is = CP_STDIN_IS_NOTHING, .shared = cp_walk_share(w)};
    if (new_shell)
        w->in_wrapper = 0;
    switch (n->kind) {
    case CP_NESTED_ARGV: e = walk_command(w, call, n, inner); break;
    case CP_NESTED_SCRIPT: e = walk_script(w, call, index, n, inner, same_shell, &input); break;
    case CP_NESTED_STDIN: e = walk_stdin(w, call, index, n, inner, same_shell); break;
    default: e = walk_file(w, call, n, inner, same_shell); break;
    }
    w->parent = parent;
    w->domain = domain;
    w->in_wrapper = in_wrapper;
    w->input = input;
    w->leaves = leaves;
    w->errors = errors;
    w->sink = sink;
    w->shell_sink = shell_sink;
    if (!same_shell) /* `timeout x`, `env -C nosuch` run nothing, nor does a program that isn't there */
        cp_sink_may_be_nothing(w, w->sink, printed);
    if (new_shell && !same_shell && w->shell_sink)
        w->shell_sink->cut = cut; /* it was that shell that ended */
    cp_leave(w->budget);
    if (n->domain != CP_DOMAIN_LOCAL)
        return cp_both(s);
    if (same_shell && reads_file && lent)
        e.ok.params = e.fail.params = s.params;
    if (same_shell)
        return e;
    if (new_shell || n->drops_environment || n->there || n->by_text)
        return cp_both(s); /* another process */
    /* a wrapper may be part of this shell (command, builtin) or not (env): both */
    cp_state out = cp_state_join(w->arena, w->budget, s, cp_walk_join(w, e));
    return cp_both(out);
}
