/* The way in: sources to trees, the notes about the whole text, and the second readings (extended globs, other shells). */
#include "shell/parser.h"
#include "shell/projection.h"
#include "shell/zsh.h"

static void parser_init(cp_parser *px, cp_arena *arena, cp_sources *sources, cp_dialect dialect,
                        cp_budget *budget) {
    memset(px, 0, sizeof *px);
    px->arena = arena;
    px->sources = sources;
    px->budget = budget;
    px->dialect = (uint8_t)dialect;
    px->features = cp_dialect_features(dialect);
    px->notes_tail = &px->notes;
    px->counted_src = UINT32_MAX;
    px->first_command = UINT32_MAX;
}

/* Controls, bidirectional and invisible characters anywhere in the text. Those that only matter outside quotes are the lexer's. */
static void hidden_bytes(cp_parser *px, cp_slice text) {
    enum { MOST = 16 };
    uint32_t found = 0;
    for (uint32_t at = cp_find_odd(text.p, text.n, 0); at < text.n && found < MOST;) {
        uint32_t length = 1;
        if (cp_char_visibility(text.p + at, text.p + text.n, &length) == CP_UNSEEN) {
            cp_note_add(px, CP_NOTE_HIDDEN_BYTES, cp_here(px, at, at + length),
                        text.p[at] ? "a character that a reader cannot see" : "a NUL byte");
            found++;
        }
        at = cp_find_odd(text.p, text.n, at + length);
    }
    (void)cp_work(px, text.n / 16);
}

/* The statements of the whole source; where it fails, an ERROR node for the rest. */
static cp_list read_program(cp_parser *px, uint32_t src, uint32_t flags) {
    cp_slice text = px->sources->items[src].text;
    cp_lex_init(&px->lx, text.p, 0, text.n, src);
    px->lx.extglob = (flags & CP_PARSE_EXTGLOB) != 0;
    cp_advance(px);
    cp_list list = cp_parse_lines(px);
    if (!px->failed && px->lx.tok != TOK_EOF) {
        px->statement = px->lx.beg;
        cp_unexpected(px);
        cp_drop_last(px, &list);
    }
    if (!px->failed)
        return list;
    if (px->lx.src != src)
        px->statement = 0;
    cp_item *item = CP_NEW(px->arena, cp_item);
    cp_node *node = CP_NEW(px->arena, cp_node);
    list.span.end = text.n;
    if (px->arena->failed) {
        list.first = NULL; /* scrap may be circular, and item and node are the same */
        return list;
    }
    item->node = node;
    node->kind = CP_NODE_ERROR;
    node->span = (cp_span){src, px->statement, text.n};
    node->as.error.message = cp_slice_str(px->message);
    cp_item **tail = &list.first;
    while (*tail)
        tail = &(*tail)->next;
    *tail = item;
    cp_note_add(px,
                px->limited       ? CP_NOTE_LIMIT
                : px->unsupported ? CP_NOTE_UNSUPPORTED
                                  : CP_NOTE_SYNTAX_ERROR,
                px->where, px->message);
    return list;
}

/* Reads the text once more as `dialect` and notes where that finds other commands than `first`. Its own notes are not kept. */
static void second_reading(cp_parser *px, cp_parse_result *first, cp_dialect dialect, uint32_t flags,
                           const char *message) {
    cp_parser other;
    uint32_t src = first->program.src;
    parser_init(&other, px->arena, px->sources, dialect, px->budget);
    cp_list list = read_program(&other, src, flags);
    if (other.limited) {
        px->failed = px->limited = 1;
        cp_note_add(px, CP_NOTE_LIMIT, other.where, other.message);
        return;
    }
    if (px->arena->failed) { /* a tree without what found no room is no reading */
        px->failed = px->limited = 1;
        return;
    }
    cp_projection a = {.arena = px->arena, .budget = px->budget}, b = a;
    cp_project(&a, &first->program.body);
    cp_project(&b, &list);
    uint32_t i = cp_projection_differs(&a, &b, other.failed != 0);
    if (i == UINT32_MAX && other.unsupported) { /* nobody knows what that shell reads there */
        cp_note_add(px, CP_NOTE_DIALECT_DEPENDS, other.where, message);
        return;
    }
    if (i == UINT32_MAX || px->arena->failed)
        return;
    cp_note_add(px, CP_NOTE_DIALECT_DEPENDS, i < b.count ? b.items[i].span : a.items[i].span, message);
}

/* What distinguishes shells that may be called sh: features that were used and that dash has not, or the other way round. */
static void other_shells(cp_parser *px, cp_parse_result *result, uint32_t flags) {
    uint32_t dash = cp_dialect_features(CP_DIALECT_DASH), posix = cp_dialect_features(CP_DIALECT_POSIX_BASH),
             bash = px->features;
    if (px->used & (bash ^ posix))
        second_reading(px, result, CP_DIALECT_POSIX_BASH, flags,
                       "bash in POSIX mode reads other commands here");
    if (px->failed && px->limited)
        return;
    if (px->used & CP_F_BRACES)
        cp_note_add(px, CP_NOTE_DIALECT_DEPENDS, cp_here(px, px->brace_at, px->brace_at + 1),
                    "only some shells expand braces");
    if (px->used & (bash ^ dash) & ~(uint32_t)CP_F_BRACES)
        second_reading(px, result, CP_DIALECT_DASH, flags, "dash reads other commands here");
}

void cp_parse_with(cp_arena *arena, cp_sources *sources, uint32_t src, cp_dialect dialect, uint32_t flags,
                   cp_budget *budget, cp_leaves *leaves, cp_parse_result *out) {
    cp_parser px;
    memset(out, 0, sizeof *out);
    out->program.src = src;
    if (src >= sources->count)
        return;
    cp_slice text = sources->items[src].text;
    parser_init(&px, arena, sources, dialect, budget);
    px.leaves = leaves;
    px.lx.src = src;
    hidden_bytes(&px, text);
    cp_note *hidden = px.notes, **hidden_tail = px.notes_tail;
    out->program.body = read_program(&px, src, flags);
    if (px.failed && !px.limited && !px.unsupported &&
        px.extglob_wanted) { /* perhaps they are switched on by the text itself */
        cp_parser again;
        parser_init(&again, arena, sources, dialect, budget);
        again.notes = hidden;
        again.notes_tail = hidden ? hidden_tail : &again.notes;
        *again.notes_tail = NULL;
        cp_leaves other = {NULL, 0, 0};
        if (leaves)
            again.leaves = &other;
        cp_list list = read_program(&again, src, flags | CP_PARSE_EXTGLOB);
        if (!again.failed) {
            px = again;
            if (leaves)
                *leaves = other;
            px.leaves = leaves;
            if (!px.notes)
                px.notes_tail = &px.notes;
            out->program.body = list;
            out->extglob_assumed = 1;
            cp_note_add(&px, CP_NOTE_DIALECT_DEPENDS, (cp_span){src, 0, text.n},
                        "parses only with extended globs switched on");
        }
    }
    if (!px.limited && !arena->failed) {
        out->notes = px.notes;
        if (dialect == CP_DIALECT_SH || dialect == CP_DIALECT_UNKNOWN)
            other_shells(&px, out, flags);
        if (dialect == CP_DIALECT_ZSH)
            cp_zsh_refuse(&px, &out->program.body);
    }
    if (flags & CP_PARSE_ALIASES && px.first_command != UINT32_MAX && dialect != CP_DIALECT_ZSH &&
        !arena->failed)
        cp_note_add(&px, CP_NOTE_DIALECT_DEPENDS, cp_here(&px, px.first_command, px.first_command + 1),
                    "an alias may stand for this word");
    out->notes = px.notes;
    out->features_used = px.used;
    out->complete = !px.failed;
    for (const cp_note *n = px.notes; n && !arena->failed; n = n->next)
        if (n->kind == CP_NOTE_UNSUPPORTED)
            out->complete = 0;
}

void cp_parse(cp_arena *arena, cp_sources *sources, uint32_t src, cp_dialect dialect, uint32_t flags,
              cp_budget *budget, cp_parse_result *out) {
    cp_parse_with(arena, sources, src, dialect, flags, budget, NULL, out);
}

cp_word *cp_parse_deferred(cp_arena *arena, cp_sources *sources, uint32_t src, cp_dialect dialect, char how,
                           cp_budget *budget, cp_parse_result *out) {
    cp_parser px;
    memset(out, 0, sizeof *out);
    out->program.src = src;
    if (src >= sources->count)
        return NULL;
    cp_slice text = sources->items[src].text;
    parser_init(&px, arena, sources, dialect, budget);
    cp_lex_init(&px.lx, text.p, 0, text.n, src);
    cp_parts ps;
    cp_parts_init(&ps);
    cp_word *word = NULL;
    bool ok = false;
    if (how == 'h' || how == '"') {
        cp_quoted q = {.quoting = CP_Q_HEREDOC};
        ok = cp_read_quoted(&px, &q, &ps);
    } else if (how == 'a') {
        /* Up to the end: a bracket that never comes closes it. */
        cp_quoted q = {.quoting = CP_Q_ARITH, .open = 0, .close = 0, .to_end = 1};
        ok = cp_read_quoted(&px, &q, &ps);
    } else if (how == '[') {
        uint32_t name = 0;
        while (name < text.n && cp_is_name(text.p[name]))
            name++;
        cp_parts_text(&px, &ps, CP_PART_LIT, 0, 0, name);
        px.lx.pos = name;
        ok = name > 0;
        if (ok && name < text.n) {
            ok = text.p[name] == '[';
            px.lx.pos++;
            cp_arith *sub = ok ? cp_read_subscript(&px, false) : NULL;
            ok = sub && px.lx.pos == text.n;
            if (ok) {
                cp_part *part = cp_parts_add(&px, &ps, CP_PART_ARITH, name, text.n);
                part->as.arith = sub;
                ps.flags |= CP_WORD_EXPANDS;
            }
        }
    }
    if (px.lx.mode & LX_DOCS_LATE)
        cp_fail(&px, "a here-document takes lines out of this text", px.lx.line_end);
    if (ok && !px.failed)
        word = cp_word_new(&px, 0, text.n, &ps);
    out->complete = word != NULL && !px.failed;
    if (px.failed)
        cp_note_add(&px, px.limited ? CP_NOTE_LIMIT : CP_NOTE_SYNTAX_ERROR, px.where, px.message);
    out->notes = px.notes;
    return out->complete ? word : NULL;
}
