/* What a word does, by its kind: effects, nested commands, changes of directory, assignments. No verdicts, no files touched. */
#include "commands/reader.h"

static void add_effect(cp_reader *r, const cp_effect *effect) {
    (void)CP_PUSH(r->arena, r->out->effects, r->out->effect_count, r->effect_cap, *effect);
}

static uint32_t certainty(const cp_given *g, const cp_value *v) {
    if (g->set.count > 1 || (g->splat && !(v && cp_stands_for_some(v))))
        return CP_MAYBE;
    return g->sure;
}

static void effect_on(cp_reader *r, const cp_given *g, uint32_t kind, uint32_t object_kind,
                      const cp_value *target, uint32_t tree) {
    cp_effect e = {.kind = kind,
                   .object_kind = object_kind,
                   .sure = certainty(g, target),
                   .tree = tree,
                   .origin = g->origin,
                   .chdirs = g->chdirs,
                   .span = target ? target->span : g->span};
    if (target)
        e.target = *target;
    add_effect(r, &e);
}

static void effect_word(cp_reader *r, const cp_given *g, uint32_t kind, const char *word) {
    cp_value v = cp_value_exact(r->arena, cp_slice_str(word), g->span);
    effect_on(r, g, kind, CP_OBJECT_WORD, &v, CP_TREE_NONE);
}

/* A number or nothing, or a name of an account or a machine or nothing? */
static bool is_number_or_name(const cp_atom *hole) {
    uint32_t name = CP_HOLE_EMPTY | CP_HOLE_PLAIN | CP_HOLE_NO_DOT;
    return (hole->cls == CP_CLASS_DIGITS && hole->props == CP_HOLE_EMPTY) ||
           (hole->cls == CP_CLASS_TEXT && hole->props == name);
}

/* /proc/$n/status, where $n is a number or nothing, names one of two places, and so does /lib/modules/$(uname -r)/x; a name of which
 * less is known names any where it may not be there. */
static bool read_either(cp_reader *r, const cp_given *g, const cp_value *v, uint32_t tree) {
    uint32_t at = UINT32_MAX, holes = 0;
    cp_slice without = {NULL, 0};
    for (uint32_t i = 0; i < v->atom_count; i++) {
        const cp_atom *a = &v->atoms[i];
        if (a->kind == CP_ATOM_LIT)
            without = cp_arena_concat(r->arena, without, a->lit);
        else if (holes++ == 0 && is_number_or_name(a))
            at = i;
    }
    if (holes != 1 || at == UINT32_MAX || without.n == 0)
        return false;
    cp_atom *atoms = CP_NEW_ARRAY(r->arena, cp_atom, v->atom_count);
    if (!atoms)
        return false;
    memcpy(atoms, v->atoms, v->atom_count * sizeof *atoms);
    atoms[at].props &= (uint16_t)~CP_HOLE_EMPTY;
    cp_value some = *v, nothing = cp_value_exact(r->arena, without, v->span);
    some.atoms = atoms;
    cp_given either = *g;
    either.sure = CP_MAYBE;
    effect_on(r, &either, CP_EFFECT_READ, CP_OBJECT_PATH, &some, tree);
    effect_on(r, &either, CP_EFFECT_READ, CP_OBJECT_PATH, &nothing, tree);
    return true;
}

static void path_effects(cp_reader *r, const cp_given *g, const cp_value *v, uint32_t kind) {
    if ((kind == CP_KIND_READ && read_either(r, g, v, CP_TREE_NONE)) ||
        (kind == CP_KIND_READ_TREE && read_either(r, g, v, CP_TREE_TOUCHED)))
        return;
    switch (kind) {
    case CP_KIND_READ: effect_on(r, g, CP_EFFECT_READ, CP_OBJECT_PATH, v, CP_TREE_NONE); break;
    case CP_KIND_WRITE: effect_on(r, g, CP_EFFECT_WRITE, CP_OBJECT_PATH, v, CP_TREE_NONE); break;
    case CP_KIND_DELETE: effect_on(r, g, CP_EFFECT_DELETE, CP_OBJECT_PATH, v, CP_TREE_WHOLE); break;
    case CP_KIND_EDIT:
        effect_on(r, g, CP_EFFECT_READ, CP_OBJECT_PATH, v, CP_TREE_NONE);
        effect_on(r, g, CP_EFFECT_WRITE, CP_OBJECT_PATH, v, CP_TREE_NONE);
        break;
    case CP_KIND_MOVE:
        effect_on(r, g, CP_EFFECT_READ, CP_OBJECT_PATH, v, CP_TREE_TOUCHED);
        effect_on(r, g, CP_EFFECT_DELETE, CP_OBJECT_PATH, v, CP_TREE_WHOLE);
        break;
    case CP_KIND_READ_TREE: effect_on(r, g, CP_EFFECT_READ, CP_OBJECT_PATH, v, CP_TREE_TOUCHED); break;
    case CP_KIND_WRITE_TREE: effect_on(r, g, CP_EFFECT_WRITE, CP_OBJECT_PATH, v, CP_TREE_TOUCHED); break;
    default: break;
    }
}

/* A pattern that a program of its own finds names with (git's): what its names are after is read, wherever it lies. */
static void read_names(cp_reader *r, const cp_given *g, const cp_value *v) {
    bool pattern = false;
    for (uint32_t i = 0; cp_value_is_exact(v) && i < v->exact.n; i++)
        pattern |= memchr("*?[\\", v->exact.p[i], 4) != NULL;
    if (!pattern)
        return;
    /* "./", and a name behind a slash, so that `env` isn't `x.env` */
    cp_value hole = cp_value_hole(r->arena, CP_CLASS_BELOW, CP_HOLE_EMPTY | CP_HOLE_SLASH | CP_HOLE_DASH,
                                  (cp_slice){NULL, 0}, v->span);
    cp_value here = cp_value_exact(r->arena, CP_LIT("."), v->span),
             slash = cp_value_exact(r->arena, CP_LIT("/"), v->span);
    cp_value below = cp_value_concat(r->arena, &here, &hole);
    below = cp_value_concat(r->arena, &below, &slash);
    cp_set names = {NULL, 0};
    if (!cp_listed_names(r, &below, v->exact, &names)) {
        cp_reader_gap(r, CP_GAP_UNREADABLE_VALUE, g->word, v->exact, v->span);
        return;
    }
    cp_given each = *g;
    each.sure = CP_MAYBE;
    for (uint32_t i = 0; i < names.count; i++)
        path_effects(r, &each, &names.values[i], CP_KIND_READ);
}

static void host_effect(cp_reader *r, const cp_given *g, const cp_value *v, const cp_host *host) {
    cp_effect e = {.kind = CP_EFFECT_NETWORK,
                   .object_kind = CP_OBJECT_HOST,
                   .sure = certainty(g, v),
                   .target = *v,
                   .host = *host,
                   .origin = g->origin,
                   .chdirs = g->chdirs,
                   .span = v->span};
    add_effect(r, &e);
}

static void url_effects(cp_reader *r, const cp_given *g, const cp_value *v) {
    cp_host host;
    cp_url_read(r->arena, v, &host);
    if (host.certainty == CP_HOST_KNOWN && cp_slice_is(host.scheme, "file")) {
        cp_value path = cp_value_exact(r->arena, host.path, v->span);
        effect_on(r, g, CP_EFFECT_READ, CP_OBJECT_PATH, &path, CP_TREE_NONE);
        return;
    }
    if (host.certainty != CP_HOST_NONE)
        host_effect(r, g, v, &host);
}

/* The part of NAME=VALUE (NAME+=VALUE, NAME) that is the name; not exact where that can't be told. */
static cp_value name_of(cp_reader *r, const cp_value *v) {
    cp_slice known = cp_value_is_exact(v) ? v->exact : cp_value_prefix(v);
    uint32_t eq = cp_slice_find(known, '=', 0);
    if (eq == known.n && !cp_value_is_exact(v))
        return cp_value_hole(r->arena, CP_CLASS_ANY, CP_HOLE_ANYTHING, cp_slice_of(NULL, 0), v->span);
    uint32_t end = eq > 0 && eq < known.n && known.p[eq - 1] == '+' ? eq - 1 : eq;
    return cp_value_exact(r->arena, cp_slice_sub(known, 0, end), v->span);
}

/* NAME=VALUE sets a variable; one that only NAMEs it sets nothing that is known. */
static void sets_variable(cp_reader *r, const cp_given *g, const cp_value *name, const cp_value *v) {
    cp_effect e = {.kind = CP_EFFECT_ENV,
                   .object_kind = CP_OBJECT_VARIABLE,
                   .sure = certainty(g, name),
                   .target = *name,
                   .origin = g->origin,
                   .chdirs = g->chdirs,
                   .span = name->span};
    uint32_t eq = cp_value_is_exact(v) ? cp_slice_find(v->exact, '=', 0) : 0;
    if (cp_value_is_exact(v) && cp_value_is_exact(name) && eq == name->exact.n && eq < v->exact.n) {
        cp_set *set = CP_NEW(r->arena, cp_set);
        *set = cp_set_exact(r->arena, cp_slice_sub(v->exact, eq + 1, v->exact.n), v->span);
        e.value = set;
    }
    add_effect(r, &e);
}

static void assigns(cp_reader *r, const cp_given *g, const cp_value *v) {
    cp_value given = *v;
    if (g->sure == CP_YES && !g->splat && g->set.count > 1)
        given.flags |= v != g->set.values ? CP_VALUE_ELSE : 0u;
    else if (certainty(g, v) != CP_YES)
        given.flags |= CP_VALUE_PERHAPS;
    (void)CP_PUSH(r->arena, r->out->assigned, r->out->assigned_count, r->assigned_cap, given);
    cp_value name = name_of(r, v);
    uint32_t does = cp_image_more_of(r->image, r->node)->does;
    if (cp_value_holds_byte(&name, '[') != CP_NO &&
        (does & (1u << CP_DOES_ASSIGN | 1u << CP_DOES_ASSIGN_UNKNOWN | 1u << CP_DOES_EXPORT |
                 1u << CP_DOES_SUBSCRIPT)))
        effect_word(r, g, CP_EFFECT_CODE, "inline"); /* the shell evaluates a subscript */
    if (!(does & (1u << CP_DOES_ASSIGN | 1u << CP_DOES_ASSIGN_UNKNOWN | 1u << CP_DOES_EXPORT |
                  1u << CP_DOES_ALIAS | 1u << CP_DOES_SUBSCRIPT)))
        sets_variable(r, g, &name, v);
}

static cp_nested *add_nested(cp_reader *r, const cp_given *g, uint32_t kind) {
    uint32_t flags = r->node->flags | (r->stated ? r->stated->flags : 0);
    cp_nested n = {.kind = kind,
                   .sure = g->sure,
                   .chdirs = g->chdirs,
                   .origin = g->origin,
                   .span = g->span,
                   .drops_environment = (flags & CP_NODE_DROPS_ENVIRONMENT) != 0};
    if (!CP_PUSH(r->arena, r->out->nested, r->out->nested_count, r->nested_cap, n))
        return NULL;
    return &r->out->nested[r->out->nested_count - 1];
}

static uint32_t elsewhere(const cp_reader *r) {
    return r->node->flags & CP_NODE_CONTAINER ? CP_DOMAIN_CONTAINER : CP_DOMAIN_REMOTE;
}

static uint32_t stdin_use(const cp_reader *r) {
    const cp_rec_body *node = r->stated && (r->stated->flags & CP_NODE_HAS_STDIN) ? r->stated : r->node;
    return cp_image_more_of(r->image, node)->stdin_use;
}

/* find's {} is one of the paths that it lists; until these are known, some path that begins with one of its operands. */
static cp_value some_path(cp_reader *r, cp_span span) {
    return cp_value_hole(r->arena, CP_CLASS_TEXT, CP_HOLE_ANYTHING & ~CP_HOLE_DASH, cp_slice_of(NULL, 0),
                         span);
}

/* The same for -execdir: ./NAME. */
static cp_value beside(cp_reader *r, cp_span span) {
    cp_value here = cp_value_exact(r->arena, CP_LIT("./"), span);
    cp_value name =
        cp_value_hole(r->arena, CP_CLASS_FILENAME, CP_HOLE_GLOB | CP_HOLE_DASH, cp_slice_of(NULL, 0), span);
    return cp_value_concat(r->arena, &here, &name);
}

static uint32_t operand_field(const cp_reader *r, const cp_given *g) {
    return g->word < r->field_count ? g->word : r->field_count;
}

void cp_role_command(cp_reader *r, const cp_given *g, uint32_t end, uint32_t kind) {
    bool script = kind == CP_KIND_SCRIPT || kind == CP_KIND_REMOTE_SCRIPT;
    cp_nested *n = add_nested(r, g, script ? CP_NESTED_SCRIPT : CP_NESTED_ARGV);
    if (!n)
        return;
    if (kind == CP_KIND_REST) {
        r->out->nested_count--;
        return;
    }
    if (kind == CP_KIND_REMOTE_COMMAND || kind == CP_KIND_REMOTE_SCRIPT)
        n->domain = elsewhere(r);
    n->words = cp_reader_fields(r, operand_field(r, g), end);
    if (g->origin.kind == CP_ORIGIN_LEVEL) { /* none is given: the one that is run then */
        cp_field *f = CP_NEW_ARRAY(r->arena, cp_field, 1);
        if (!f)
            return;
        f[0] = (cp_field){.set = g->set};
        n->words = (cp_fields){f, 1};
    }
    if (n->words.count)
        n->span = cp_span_join(cp_field_span(&n->words.items[0]),
                               cp_field_span(&n->words.items[n->words.count - 1]));
    if (g->origin.kind == CP_ORIGIN_OPERAND) { /* NAME=VALUE words before it */
        uint32_t first = g->origin.index;
        while (first > 0 && r->out->operands[first - 1].word + 1 == r->out->operands[first].word &&
               r->out->assigned_count) {
            if (cp_is_assignment(&r->fields[r->out->operands[first - 1].word]) == CP_NO)
                break;
            first--;
        }
        n->assignments = cp_reader_fields(r, r->out->operands[first].word, operand_field(r, g));
    }
    uint32_t use = stdin_use(r);
    if (use == CP_STDIN_WORDS || use == CP_STDIN_ITEMS || use == CP_STDIN_LINES || use == CP_STDIN_ENTRIES) {
        n->items = 1;
        n->placeholder = r->placeholder;
    }
}

static void command_semi(cp_reader *r, const cp_given *g, bool there) {
    uint32_t from = operand_field(r, g), end = from;
    if (g->origin.kind == CP_ORIGIN_OPTION &&
        r->out->options[g->origin.index].value_word == r->out->options[g->origin.index].word) {
        cp_nested *only = add_nested(r, g, CP_NESTED_ARGV); /* -xPROGRAM, --exec=PROGRAM: that word alone */
        cp_field *f = CP_NEW_ARRAY(r->arena, cp_field, 1);
        if (!only || !f)
            return;
        f[0] = (cp_field){.set = g->set, .splat = g->splat};
        only->words = (cp_fields){f, 1};
        only->placeholder = CP_LIT("{}");
        return;
    }
    for (; end < r->field_count && cp_step(r->budget); end++) {
        cp_slice t = cp_field_text(&r->fields[end]);
        if (cp_slice_is(t, ";") ||
            (cp_slice_is(t, "+") && end > from && cp_slice_is(cp_field_text(&r->fields[end - 1]), "{}")))
            break;
    }
    cp_nested *n = add_nested(r, g, CP_NESTED_ARGV);
    if (!n)
        return;
    n->words = cp_reader_fields(r, from, end);
    n->placeholder = CP_LIT("{}");
    n->there = there;
    n->many = end < r->field_count && cp_slice_is(cp_field_text(&r->fields[end]), "+");
    n->of_list = !there;
    n->stands_for = cp_set_of(r->arena, there ? beside(r, g->span) : some_path(r, g->span));
    if (n->words.count)
        n->span = cp_span_join(cp_field_span(&n->words.items[0]),
                               cp_field_span(&n->words.items[n->words.count - 1]));
}

/* May the text hold what a file's name, or a part of it, takes the place of? */
static bool holds_mark(cp_slice t) {
    static const char *const marks[] = {"{}", "{/}", "{//}", "{.}", "{/.}", "{{", "}}"};
    bool holds = false;
    for (uint32_t i = 0; i < t.n && !holds; i++)
        for (uint32_t k = 0; k < sizeof marks / sizeof *marks && !holds; k++)
            holds = cp_slice_starts(cp_slice_sub(t, i, t.n), cp_slice_str(marks[k]));
    return holds;
}

/* fd -x COMMAND: {} is a file, {/} and others a part of its path; a command without any of them has it as its last word. */
static void command_each(cp_reader *r, const cp_given *g) {
    uint32_t from = operand_field(r, g), end = from, count = 0;
    const bool attached =
        g->origin.kind == CP_ORIGIN_OPTION && r->out->options[g->origin.index].value_word ==
                                                  r->out->options[g->origin.index].word; /* that word alone */
    while (end < r->field_count && !attached && !cp_slice_is(cp_field_text(&r->fields[end]), ";") &&
           cp_step(r->budget))
        end++;
    cp_nested *n = add_nested(r, g, CP_NESTED_ARGV);
    cp_field *f = CP_NEW_ARRAY(r->arena, cp_field, end - from + 2);
    if (!n || !f)
        return;
    if (attached)
        f[count++] = (cp_field){.set = g->set, .splat = g->splat};
    for (uint32_t i = from; i < end; i++)
        f[count++] = r->fields[i];
    bool there = false;
    for (uint32_t i = 0; i < count && cp_step(r->budget); i++) {
        cp_slice t = cp_field_text(&f[i]);
        if (!cp_field_is_exact(&f[i]))
            cp_reader_gap(r, CP_GAP_UNREADABLE_VALUE, from + i, (cp_slice){NULL, 0}, cp_field_span(&f[i]));
        else if (holds_mark(t)) {
            there = true;
            if (!cp_slice_is(t, "{}"))
                f[i] = cp_field_of(r->arena, cp_value_hole(r->arena, CP_CLASS_ANY, CP_HOLE_ANYTHING,
                                                           (cp_slice){NULL, 0}, cp_field_span(&f[i])));
        }
    }
    if (!there)
        f[count++] = cp_field_exact(r->arena, CP_LIT("{}"), g->span);
    n->words = (cp_fields){f, count};
    n->placeholder = CP_LIT("{}");
    n->many = n->of_list = n->dotted = 1;
    n->stands_for = cp_set_of(r->arena, some_path(r, g->span));
    n->span = cp_span_join(cp_field_span(&f[0]), cp_field_span(&f[count - 1]));
}

static void script_value(cp_reader *r, const cp_given *g, uint32_t kind) {
    cp_nested *n = add_nested(r, g, CP_NESTED_SCRIPT);
    if (!n)
        return;
    cp_field *f = CP_NEW_ARRAY(r->arena, cp_field, 1);
    if (!f)
        return;
    f[0] = (cp_field){.set = g->set, .splat = g->splat};
    n->words = (cp_fields){f, 1};
    if (kind == CP_KIND_REMOTE_SCRIPT)
        n->domain = elsewhere(r);
    if (g->origin.kind == CP_ORIGIN_OPERAND)
        n->params = cp_reader_fields(r, operand_field(r, g) + 1, r->field_count);
}

static bool is_standard_input(const cp_value *v) {
    static const char *const names[] = {"-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"};
    for (uint32_t i = 0; i < sizeof names / sizeof *names; i++)
        if (cp_value_equals(v, cp_slice_str(names[i])) == CP_YES)
            return true;
    return false;
}

/* "-" where a file is expected. To many programs it is a file of that name, which is then written: only a mark says otherwise. What is
 * read is as good as standard input in any case. */
static bool is_standard_stream(const cp_rec_role *role, const cp_value *v) {
    return (role->kind == CP_KIND_READ || (role->marks & CP_MARK_DASH)) &&
           cp_value_equals(v, CP_LIT("-")) == CP_YES;
}

static void script_file(cp_reader *r, const cp_given *g, const cp_value *v, bool shell) {
    if (is_standard_input(v)) {
        if (shell)
            add_nested(r, g, CP_NESTED_STDIN);
        else
            effect_word(r, g, CP_EFFECT_CODE, "stdin");
        return;
    }
    effect_on(r, g, CP_EFFECT_READ, CP_OBJECT_PATH, v, CP_TREE_NONE);
    effect_on(r, g, CP_EFFECT_CODE, CP_OBJECT_PATH, v, CP_TREE_NONE);
    if (!shell)
        return;
    cp_nested *n = add_nested(r, g, CP_NESTED_FILE);
    cp_field *f = CP_NEW_ARRAY(r->arena, cp_field, 1);
    if (!n || !f)
        return;
    f[0] = cp_field_of(r->arena, *v);
    n->words = (cp_fields){f, 1};
}

static void chdir_to(cp_reader *r, const cp_given *g) {
    cp_set where = g->set;
    if (g->splat)
        where = cp_set_of(
            r->arena, cp_value_hole(r->arena, CP_CLASS_ANY, CP_HOLE_ANYTHING, (cp_slice){NULL, 0}, g->span));
    (void)CP_PUSH(r->arena, r->out->chdirs, r->out->chdir_count, r->chdir_cap, where);
}

/* find lists what is below the places that it is given, and says ./x where none is; ls, what it is given. */
static void names_given(cp_reader *r, const cp_given *g) {
    bool operand = g->origin.kind == CP_ORIGIN_OPERAND, finds = cp_syntax_of(r) == CP_SYNTAX_FIND;
    for (uint32_t k = 0; k < g->set.count; k++)
        if (finds && (operand || g->origin.kind == CP_ORIGIN_LEVEL))
            (void)CP_PUSH(r->arena, r->starts, r->start_count, r->start_cap, g->set.values[k]);
        else if (operand)
            (void)CP_PUSH(r->arena, r->given, r->given_count, r->given_cap, g->set.values[k]);
    if (operand && g->origin.index < r->out->operand_count)
        r->out->operands[g->origin.index].named = 1;
}

void cp_role_apply(cp_reader *r, const cp_rec_role *role, const cp_given *g) {
    switch (role->kind) {
    case CP_KIND_NONE:
    case CP_KIND_FLAG:
    case CP_KIND_HELP:
    case CP_KIND_SWITCH:
    case CP_KIND_VALUE:
    case CP_KIND_EXPRESSION:
    case CP_KIND_REST:
    case CP_KIND_LITERAL:
    case CP_KIND_WORDS: return;
    case CP_KIND_NAMES: names_given(r, g); return;
    case CP_KIND_CUSTOM: cp_role_custom(r, role, g); return;
    case CP_KIND_CHDIR: chdir_to(r, g); return;
    case CP_KIND_COMMAND:
    case CP_KIND_REMOTE_COMMAND: cp_role_command(r, g, r->field_count, role->kind); return;
    case CP_KIND_COMMAND_SEMI: command_semi(r, g, false); return;
    case CP_KIND_COMMAND_THERE: command_semi(r, g, true); return;
    case CP_KIND_COMMAND_EACH: command_each(r, g); return;
    case CP_KIND_SCRIPT:
    case CP_KIND_REMOTE_SCRIPT: script_value(r, g, role->kind); return;
    case CP_KIND_CODE: effect_word(r, g, CP_EFFECT_CODE, "inline"); return;
    case CP_KIND_PLACEHOLDER:
        r->placeholder = CP_LIT("{}");
        if (g->set.count == 1 && cp_value_is_exact(&g->set.values[0]) && !g->splat)
            r->placeholder = g->set.values[0].exact;
        else
            cp_reader_gap(r, CP_GAP_UNREADABLE_VALUE, g->word, cp_slice_of(NULL, 0), g->span);
        return;
    case CP_KIND_PROGRAM: {
        cp_nested *n = add_nested(r, g, CP_NESTED_ARGV);
        cp_field *f = CP_NEW_ARRAY(r->arena, cp_field, 1);
        if (!n || !f)
            return;
        f[0] = (cp_field){.set = g->set, .splat = g->splat};
        n->words = (cp_fields){f, 1};
        return;
    }
    case CP_KIND_TARGET: { /* cp -t DIR a b: every operand is a source */
        cp_given *sources =
            CP_NEW_ARRAY(r->arena, cp_given, r->out->operand_count ? r->out->operand_count : 1);
        if (!sources)
            return;
        for (uint32_t i = 0; i < r->out->operand_count; i++)
            sources[i] = (cp_given){.set = r->out->operands[i].set,
                                    .splat = r->out->operands[i].splat,
                                    .sure = g->sure,
                                    .span = r->out->operands[i].span};
        cp_role_targets(r, g, sources, g->origin.kind == CP_ORIGIN_OPTION ? r->out->operand_count : 0, true);
        return;
    }
    default: break;
    }
    /* find says ./x where no place is given, others just x */
    bool listing = g->origin.kind == CP_ORIGIN_OPERAND ||
                   (g->origin.kind == CP_ORIGIN_LEVEL && cp_syntax_of(r) == CP_SYNTAX_FIND);
    for (uint32_t k = 0; k < g->set.count; k++) {
        const cp_value *v = &g->set.values[k];
        if (listing && (role->kind == CP_KIND_READ || role->kind == CP_KIND_READ_TREE ||
                        role->kind == CP_KIND_READ_NAMES))
            (void)CP_PUSH(r->arena, r->starts, r->start_count, r->start_cap, *v);
        switch (role->kind) {
        case CP_KIND_READ_NAMES:
            read_names(r, g, v);
            path_effects(r, g, v, CP_KIND_READ);
            break;
        case CP_KIND_READ:
        case CP_KIND_WRITE:
        case CP_KIND_EDIT:
        case CP_KIND_WRITE_TREE:
            if (!is_standard_stream(role, v))
                path_effects(r, g, v, role->kind);
            break;
        case CP_KIND_DELETE:
        case CP_KIND_MOVE:
        case CP_KIND_READ_TREE: path_effects(r, g, v, role->kind); break;
        case CP_KIND_SCRIPT_FILE: script_file(r, g, v, true); break;
        case CP_KIND_CODE_FILE: script_file(r, g, v, false); break;
        case CP_KIND_URL: url_effects(r, g, v); break;
        case CP_KIND_HOST: {
            cp_host host;
            cp_host_read(r->arena, v, &host);
            if (host.certainty != CP_HOST_NONE)
                host_effect(r, g, v, &host);
            break;
        }
        case CP_KIND_ASSIGNMENT:
        case CP_KIND_VARIABLE: assigns(r, g, v); break;
        default: break;
        }
    }
}

static bool may_hold_slash(const cp_atom *a) {
    if (a->kind == CP_ATOM_LIT)
        return false;
    return (a->props & (CP_HOLE_SLASH | CP_HOLE_PIPE)) || a->cls == CP_CLASS_HOME ||
           a->cls == CP_CLASS_ABSOLUTE;
}

/* The last name of a path, as a value; a hole where it is not certain where that begins. */
static cp_value base_name(cp_reader *r, const cp_given *source) {
    cp_value unknown = cp_value_hole(r->arena, CP_CLASS_FILENAME, CP_HOLE_GLOB | CP_HOLE_DASH,
                                     (cp_slice){NULL, 0}, source->span);
    if (source->set.count != 1)
        return unknown;
    const cp_value *v = &source->set.values[0];
    if (cp_value_is_exact(v)) {
        uint32_t end = v->exact.n;
        while (end > 1 && v->exact.p[end - 1] == '/')
            end--;
        uint32_t slash = cp_slice_rfind(cp_slice_sub(v->exact, 0, end), '/');
        uint32_t beg = slash < end ? slash + 1 : 0;
        return beg < end ? cp_value_slice(r->arena, v, beg, end) : unknown;
    }
    /* a pattern such as src/x*.c: what stands behind its last slash, if no hole there can bring another */
    uint32_t first = v->atom_count;
    cp_slice cut = {NULL, 0};
    while (first > 0) {
        const cp_atom *a = &v->atoms[first - 1];
        uint32_t slash = a->kind == CP_ATOM_LIT ? cp_slice_rfind(a->lit, '/') : 0;
        if (may_hold_slash(a))
            return unknown;
        first--;
        if (a->kind == CP_ATOM_LIT && slash < a->lit.n) {
            cut = cp_slice_sub(a->lit, slash + 1, a->lit.n);
            break;
        }
    }
    bool whole = first == 0 && cut.p == NULL;
    uint32_t count = v->atom_count - first;
    cp_atom *atoms = CP_NEW_ARRAY(r->arena, cp_atom, count ? count : 1);
    if (!atoms || !count)
        return unknown;
    memcpy(atoms, v->atoms + first, count * sizeof *atoms);
    if (!whole)
        atoms[0].lit = cut;
    if (!whole && cut.n == 0)
        atoms++, count--;
    if (!count || (atoms[count - 1].kind == CP_ATOM_LIT && atoms[count - 1].lit.n &&
                   atoms[count - 1].lit.p[atoms[count - 1].lit.n - 1] == '/'))
        return unknown;
    return (cp_value){.atoms = atoms, .atom_count = count, .span = v->span};
}

void cp_role_targets(cp_reader *r, const cp_given *target, const cp_given *sources, uint32_t source_count,
                     bool moved_tree) {
    uint32_t tree = moved_tree ? CP_TREE_TOUCHED : CP_TREE_NONE;
    for (uint32_t k = 0; k < target->set.count; k++) {
        const cp_value *v = &target->set.values[k];
        effect_on(r, target, CP_EFFECT_WRITE, CP_OBJECT_PATH, v, tree);
        cp_value slash = cp_value_exact(r->arena, CP_LIT("/"), v->span);
        for (uint32_t i = 0; i < source_count && cp_step(r->budget); i++) { /* inside, if it is a directory */
            cp_value name = base_name(r, &sources[i]);
            cp_value directory = cp_value_concat(r->arena, v, &slash);
            cp_value inside = cp_value_concat(r->arena, &directory, &name);
            inside.span = v->span;
            cp_given g = *target;
            if (sources[i].splat)
                g.sure = CP_MAYBE;
            effect_on(r, &g, CP_EFFECT_WRITE, CP_OBJECT_PATH, &inside, tree);
        }
        if (source_count == 0) { /* sources unknown: any name in it */
            cp_value name = cp_value_hole(r->arena, CP_CLASS_FILENAME, CP_HOLE_GLOB | CP_HOLE_DASH,
                                          (cp_slice){NULL, 0}, v->span);
            cp_value directory = cp_value_concat(r->arena, v, &slash);
            cp_value inside = cp_value_concat(r->arena, &directory, &name);
            inside.span = v->span;
            cp_given g = *target;
            g.sure = CP_MAYBE;
            effect_on(r, &g, CP_EFFECT_WRITE, CP_OBJECT_PATH, &inside, tree);
        }
    }
}

static bool is_path_effect(uint32_t kind) {
    return kind == CP_EFFECT_READ || kind == CP_EFFECT_WRITE || kind == CP_EFFECT_DELETE;
}

/* "write cwd/x", "network api.github.com", "read $*", "code": what a command or an option always does. */
void cp_declared_apply(cp_reader *r, const cp_rec_declared *d, cp_origin origin, uint32_t sure,
                       cp_span span) {
    cp_given g = {
        .set = {NULL, 1}, .sure = sure, .origin = origin, .chdirs = r->out->chdir_count, .span = span};
    cp_slice object = cp_image_string(r->image, d->object);
    if (object.n == 0) {
        effect_on(r, &g, d->kind, CP_OBJECT_ANY, NULL, CP_TREE_NONE);
        return;
    }
    if (d->kind == CP_EFFECT_NETWORK) {
        cp_value v = cp_value_exact(r->arena, object, span);
        cp_host host = {.certainty = CP_HOST_UNKNOWN};
        if (cp_slice_find(object, '*', 0) == object.n)
            cp_host_read(r->arena, &v, &host);
        host_effect(r, &g, &v, &host);
        return;
    }
    if (object.p[0] == '$' || d->kind == CP_EFFECT_ENV) {
        cp_slice name = object.p[0] == '$' ? cp_slice_sub(object, 1, object.n) : object;
        cp_value v = cp_slice_find(name, '*', 0) < name.n
                         ? cp_value_hole(r->arena, CP_CLASS_ANY, 0, name, span)
                         : cp_value_exact(r->arena, name, span);
        effect_on(r, &g, d->kind, CP_OBJECT_VARIABLE, &v, CP_TREE_NONE);
        return;
    }
    if (!is_path_effect(d->kind) &&
        !(d->kind == CP_EFFECT_CODE && cp_slice_find(object, '/', 0) < object.n)) {
        cp_value v = cp_value_exact(r->arena, object, span);
        effect_on(r, &g, d->kind, CP_OBJECT_WORD, &v, CP_TREE_NONE);
        return;
    }
    uint32_t tree = CP_TREE_NONE;
    if (object.n >= 3 && memcmp(object.p + object.n - 3, "/**", 3) == 0) {
        tree = d->kind == CP_EFFECT_DELETE ? CP_TREE_WHOLE : CP_TREE_TOUCHED;
        object = cp_slice_sub(object, 0, object.n - 3);
    }
    cp_slice rest = object;
    cp_value start = cp_value_exact(r->arena, CP_LIT(""), span);
    struct {
        const char *root;
        cp_value value;
    } roots[4] = {{"cwd", cp_value_exact(r->arena, CP_LIT("."), span)},
                  {"workspace", r->places && r->places->workspace_count == 1
                                    ? cp_value_exact(r->arena, r->places->workspaces[0].root, span)
                                    : cp_value_hole(r->arena, CP_CLASS_ABSOLUTE, CP_HOLE_SLASH,
                                                    (cp_slice){NULL, 0}, span)},
                  {"~", cp_value_hole(r->arena, CP_CLASS_HOME, 0, (cp_slice){NULL, 0}, span)},
                  {"tmp", cp_value_exact(r->arena, CP_LIT("/tmp"), span)}};
    for (uint32_t i = 0; i < 4; i++) {
        cp_slice root = cp_slice_str(roots[i].root);
        if (!cp_slice_starts(object, root) || (object.n > root.n && object.p[root.n] != '/'))
            continue;
        start = roots[i].value;
        rest = cp_slice_sub(object, root.n, object.n);
        break;
    }
    cp_value v = start;
    for (uint32_t at = 0; at < rest.n && cp_step(r->budget);) { /* `*` is any name */
        uint32_t star = cp_slice_find(rest, '*', at);
        cp_value piece = cp_value_exact(r->arena, cp_slice_sub(rest, at, star), span);
        v = cp_value_concat(r->arena, &v, &piece);
        if (star < rest.n) {
            cp_value any = cp_value_hole(r->arena, CP_CLASS_FILENAME, CP_HOLE_GLOB | CP_HOLE_DASH,
                                         (cp_slice){NULL, 0}, span);
            v = cp_value_concat(r->arena, &v, &any);
        }
        at = star + 1;
    }
    effect_on(r, &g, d->kind, CP_OBJECT_PATH, &v, tree);
}
