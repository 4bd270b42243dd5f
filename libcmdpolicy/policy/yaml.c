/* libyaml's events, counted, made into a tree. libyaml has no limits of its own and takes quadratic time for deep nesting: bytes,
 * depth and events are counted here, and reading stops at the first excess. Its memory comes from malloc, and only while it reads.
 * Cost: linear in the bytes, n log n in the keys of one mapping. */
#include "policy/yaml.h"

#include <stdlib.h>
#include <yaml.h>

#include "base/text.h"
#include "policy/report.h"

enum { PROBES_MOST = 64 };

typedef struct loader {
    yaml_parser_t parser;
    cp_arena *arena, *nodes;
    cp_diags *diags;
    cp_slice name, text;
    uint32_t errors;                  /* of this file */
    uint32_t ascii;                   /* characters are bytes */
    uint32_t mark_index, mark_offset; /* a place in characters, and in bytes: moves with the events */
    cp_yaml *stack[CP_YAML_DEPTH_MOST + 1];
    cp_yaml *pending[CP_YAML_DEPTH_MOST + 1]; /* a mapping's key that waits for its value */
    uint32_t depth;
    cp_yaml *root;
    const cp_yaml_taker *taker;
    cp_yaml *taken;   /* the mapping whose entries are handed over, while it is read */
    uint32_t *hashes; /* of its keys: open addressing */
    uint32_t hash_count, hash_slots;
    uint32_t doubtful;  /* two of its keys may be the same */
    cp_arena entry;     /* the nodes of the entry that is read */
    uint8_t room[4096]; /* for a usual one */
} loader;

static void report(loader *l, const char *code, cp_place at, cp_slice message, const char *expected) {
    l->errors++;
    cp_diag_add(l->diags, false, code, l->name, at.line, at.column, at.offset, message,
                cp_slice_str(expected));
}

/* `before` `name` `after`, the name shown safely and cut to a sensible length. */
static void report_named(loader *l, const char *code, cp_place at, const char *before, cp_slice name,
                         const char *after, const char *expected) {
    cp_text text = cp_text_in(l->arena);
    cp_text_str(&text, before);
    cp_text_visible(&text, cp_slice_sub(name, 0, 60));
    if (name.n > 60)
        cp_text_str(&text, "...");
    cp_text_str(&text, after);
    report(l, code, at, cp_text_slice(&text), expected);
}

/* ---- Bytes -------------------------------------------------------------------------------------------------------- */

static bool is_line_separator(uint32_t c) {
    return c == 0x2028 || c == 0x2029;
}

static void report_hidden(loader *l, cp_place at, cp_slice character) {
    report_named(l, "hidden-character", at, "this character doesn't show as what it is: ", character, "",
                 "text without control, bidirectional and zero-width characters");
}

/* Are all eight bytes between blank and tilde? */
static bool eight_plain(const uint8_t *p) {
    const uint64_t each = 0x0101010101010101u;
    uint64_t x;
    memcpy(&x, p, sizeof x);
    return ((x | (x - 0x20 * each) | (x + each)) & 0x80 * each) == 0;
}

/* One pass before libyaml: UTF-8, and no character that makes the file look different from what it says. */
static bool check_bytes(loader *l) {
    cp_slice s = l->text;
    uint32_t line = 1, line_start = 0, wide = 0; /* wide: continuation bytes of this line */
    l->ascii = 1;
    for (uint32_t i = 0; i < s.n;) {
        if (s.n - i >= 8 && eight_plain(s.p + i)) {
            i += 8;
            continue;
        }
        uint8_t b = s.p[i];
        if (b >= 0x20 && b < 0x7f) {
            i++;
            continue;
        }
        if (b == '\n') {
            line++;
            line_start = ++i;
            wide = 0;
            continue;
        }
        if (b == '\t' || (b == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')) {
            i++;
            continue;
        }
        l->ascii = 0;
        uint32_t c = 0, n = cp_utf8_at(s, i, &c);
        cp_place at = {line, i - line_start - wide + 1, i};
        if (n == 0) {
            report(l, "not-utf8", at, CP_LIT("this byte is not UTF-8"), "a file in UTF-8");
            return false;
        }
        if (cp_is_hidden(c) || is_line_separator(c)) {
            report_hidden(l, at, cp_slice_sub(s, i, i + n));
            if (l->errors >= 20)
                return false;
        }
        wide += n - 1;
        i += n;
    }
    return l->errors == 0;
}

/* libyaml counts characters; we want bytes. Marks move forward with the events, so the sum of all steps is linear. */
static uint32_t offset_of(loader *l, const yaml_mark_t *mark) {
    if (l->ascii)
        return mark->index < l->text.n ? (uint32_t)mark->index : l->text.n;
    while (l->mark_index < mark->index && l->mark_offset < l->text.n) {
        l->mark_offset++;
        while (l->mark_offset < l->text.n && (l->text.p[l->mark_offset] & 0xc0) == 0x80)
            l->mark_offset++;
        l->mark_index++;
    }
    while (l->mark_index > mark->index && l->mark_offset > 0) {
        l->mark_offset--;
        while (l->mark_offset > 0 && (l->text.p[l->mark_offset] & 0xc0) == 0x80)
            l->mark_offset--;
        l->mark_index--;
    }
    return l->mark_offset;
}

static cp_place place_of(loader *l, const yaml_mark_t *mark) {
    return (cp_place){(uint32_t)mark->line + 1, (uint32_t)mark->column + 1, offset_of(l, mark)};
}

cp_place cp_yaml_place(const cp_yaml *node, uint32_t offset) {
    cp_place at = node->at;
    uint32_t quote = node->style == CP_YAML_PLAIN ? 0 : 1;
    if (node->type != CP_YAML_TEXT || node->style == CP_YAML_BLOCK || offset > node->text.n ||
        node->length != node->text.n + 2 * quote)
        return at;
    for (uint32_t i = 0; i < offset; i++)
        if ((node->text.p[i] & 0xc0) != 0x80)
            at.column++;
    at.column += quote;
    at.offset += offset + quote;
    return at;
}

/* ---- Syntax errors -------------------------------------------------------------------------------------------------- */

/* Does the line hold ` #` before byte `end` or behind it? */
static bool line_has_comment(cp_slice text, uint64_t offset) {
    uint32_t at = offset > text.n ? text.n : (uint32_t)offset, beg = at, end = at;
    while (beg > 0 && text.p[beg - 1] != '\n')
        beg--;
    while (end < text.n && text.p[end] != '\n')
        end++;
    for (uint32_t i = beg + 1; i < end; i++)
        if (text.p[i] == '#' && (text.p[i - 1] == ' ' || text.p[i - 1] == '\t'))
            return true;
    return false;
}

static const char *syntax_hint(loader *l, const char *problem, uint64_t offset) {
    uint8_t byte = offset < l->text.n ? l->text.p[offset] : 0;
    if (strstr(problem, "could not find expected ':'"))
        return line_has_comment(l->text, offset) ? "`KEY: VALUE`; quote a key that holds ` #`"
                                                 : "`KEY: VALUE`";
    if (strstr(problem, "cannot start any token"))
        return byte == '\t' ? "blanks, not tabs, at the beginning of a line"
                            : "quotes around what begins with @, % or a backtick";
    if (strstr(problem, "mapping values are not allowed"))
        return "quotes around text that holds `: `, or the same indentation as the lines above";
    if (strstr(problem, "unexpected end of stream") || strstr(problem, "found unexpected document indicator"))
        return "the closing quote";
    if (strstr(problem, "',' or"))
        return "`,` or the closing bracket; quotes around a text that holds one";
    if (strstr(problem, "key"))
        return "another key at this indentation, or quotes around the whole of the text before";
    return "YAML";
}

static void report_syntax(loader *l) {
    const yaml_parser_t *p = &l->parser;
    const char *problem = p->problem ? p->problem : "not YAML";
    cp_place at = {0, 0, (uint32_t)p->problem_offset};
    if (p->error == YAML_SCANNER_ERROR || p->error == YAML_PARSER_ERROR)
        at = place_of(l, &p->problem_mark);
    cp_text text = cp_text_in(l->arena);
    cp_text_str(&text, problem);
    if (p->context) {
        cp_text_str(&text, ", ");
        cp_text_str(&text, p->context);
        if (p->context_mark.line != p->problem_mark.line) {
            cp_text_str(&text, " that begins in line ");
            cp_text_number(&text, p->context_mark.line + 1);
        }
    }
    static const struct {
        const char *context, *code, *expected;
    } markers[] = {{"scanning an alias", "alias", "quotes around what begins with *"},
                   {"scanning an anchor", "anchor", "quotes around what begins with &"},
                   {"a tag", "tag", "quotes around what begins with !"},
                   {"a directive", "directive", "no line that begins with %"}};
    for (size_t i = 0; p->context && i < sizeof markers / sizeof *markers; i++)
        if (strstr(p->context, markers[i].context)) {
            at = place_of(l, &p->context_mark);
            report(l, markers[i].code, at, cp_text_slice(&text), markers[i].expected);
            return;
        }
    bool no_colon = strstr(problem, "could not find expected ':'") != NULL;
    if (no_colon)
        at = place_of(l, &p->context_mark);
    bool cut = no_colon && line_has_comment(l->text, at.offset);
    report(l, cut ? "comment" : "yaml", at, cp_text_slice(&text), syntax_hint(l, problem, at.offset));
}

/* ---- The tree ------------------------------------------------------------------------------------------------------- */

static void forget_entry(loader *l) {
    l->arena->failed |= l->entry.failed;
    cp_arena_free(&l->entry);
    cp_arena_init(&l->entry, &l->nodes->mem, l->room, sizeof l->room, NULL);
}

/* Of the keys of a mapping that is taken no more is kept than a hash. Where two are the same, the file is read again, as a tree. */
static bool note_key(loader *l, uint32_t hash) {
    hash |= hash == 0;
    if (l->hash_count * 2 >= l->hash_slots) {
        uint32_t slots = l->hash_slots ? l->hash_slots * 2 : 64,
                 *made = CP_NEW_ARRAY(l->nodes, uint32_t, slots);
        if (!made)
            return false;
        for (uint32_t i = 0; i < l->hash_slots; i++)
            if (l->hashes[i]) {
                uint32_t slot = l->hashes[i];
                while (made[slot & (slots - 1)])
                    slot++;
                made[slot & (slots - 1)] = l->hashes[i];
            }
        l->hashes = made;
        l->hash_slots = slots;
    }
    uint32_t slot = hash, probes = 0;
    for (; l->hashes[slot & (l->hash_slots - 1)]; slot++)
        if (l->hashes[slot & (l->hash_slots - 1)] == hash || ++probes > PROBES_MOST) {
            l->doubtful = 1;
            return true;
        }
    l->hashes[slot & (l->hash_slots - 1)] = hash;
    l->hash_count++;
    return true;
}

static bool hand_over(loader *l, const cp_yaml *entry) {
    if (!note_key(l, cp_slice_mix(entry->key->text)))
        return false;
    if (!l->errors)
        l->taker->take(l->taker->self, entry);
    forget_entry(l);
    return true;
}

static bool add_node(loader *l, cp_yaml *node) {
    if (l->depth == 0) {
        l->root = node;
        return true;
    }
    cp_yaml *parent = l->stack[l->depth - 1];
    if (parent->type == CP_YAML_MAP) {
        cp_yaml **key = &l->pending[l->depth - 1];
        if (!*key) {
            *key = node;
            if (node->type == CP_YAML_TEXT)
                return true;
            report(l, "key-type", node->at, CP_LIT("a key is text, not a list or a mapping"),
                   "text before the colon; quotes around a key that begins with [ or {");
            return false; /* what follows would make no sense */
        }
        node->key = *key;
        *key = NULL;
        if (parent == l->taken) {
            parent->count++; /* handed over when it is complete */
            return node->type != CP_YAML_TEXT || hand_over(l, node);
        }
    }
    if (parent->last)
        parent->last->next = node;
    else
        parent->first = node;
    parent->last = node;
    parent->count++;
    return true;
}

static void check_value_left_empty(loader *l, const cp_yaml *node) {
    const cp_yaml *parent = l->depth ? l->stack[l->depth - 1] : NULL;
    if (parent && parent->type == CP_YAML_MAP) {
        const cp_yaml *key = l->pending[l->depth - 1];
        if (!key)
            report(l, "empty-key", node->at, CP_LIT("there is nothing before the colon"), "a key");
        else
            report_named(l, "empty-value", key->at, "`", key->text, "` has no value",
                         parent->flow
                             ? "a value; in {...} a comma ends the entry, so a text with a comma is quoted"
                             : "a value behind the colon, or lines indented below it");
    } else {
        report(l, "empty-value", node->at, CP_LIT("an entry without a value"), "a value");
    }
}

static bool source_is(const loader *l, uint64_t offset, uint8_t byte) {
    return offset < l->text.n && l->text.p[offset] == byte;
}

/* What anchors and tags stand in front of: the same checks for texts, lists and mappings. */
static void check_properties(loader *l, cp_place at, const yaml_char_t *anchor, const yaml_char_t *tag) {
    if (anchor)
        report_named(l, "anchor", at, "`&", cp_slice_str((const char *)anchor), "` is an anchor",
                     "quotes around what begins with &");
    if (tag || source_is(l, at.offset, '!'))
        report_named(l, "tag", at, "`", tag ? cp_slice_str((const char *)tag) : CP_LIT("!"), "` is a tag",
                     "quotes around what begins with !");
}

static cp_yaml *new_node(loader *l, const yaml_event_t *event, cp_yaml_type type) {
    cp_arena *nodes = l->taken ? &l->entry : l->nodes;
    cp_yaml *node = CP_NEW(nodes, cp_yaml);
    l->arena->failed |= nodes->failed;
    node->type = type;
    node->at = place_of(l, &event->start_mark);
    return node;
}

static void check_text(loader *l, const yaml_event_t *event, const cp_yaml *node) {
    if (node->style == CP_YAML_PLAIN) {
        if (event->start_mark.line != event->end_mark.line)
            report(l, "multi-line", node->at, CP_LIT("a text without quotes over several lines"),
                   "one line, quotes around the text, or the next key at the right indentation");
        bool is_key = l->depth && l->stack[l->depth - 1]->type == CP_YAML_MAP && !l->pending[l->depth - 1];
        if (is_key && cp_slice_is(node->text, "<<"))
            report(l, "merge-key", node->at, CP_LIT("`<<` merges a mapping that an alias names"),
                   "the entries themselves; quotes around a key `<<`");
    }
    if (node->style == CP_YAML_DOUBLE) /* escapes can bring what check_bytes has not seen */
        for (uint32_t i = 0; i < node->text.n;) {
            uint32_t c = 0, n = cp_utf8_at(node->text, i, &c);
            if (n == 0 || cp_is_hidden(c) || is_line_separator(c)) {
                report_hidden(l, node->at, cp_slice_sub(node->text, i, i + (n ? n : 1)));
                break;
            }
            i += n;
        }
}

/* The bytes of a text: most stand in the file as they are. */
static cp_slice text_of(loader *l, const cp_yaml *node, cp_slice value) {
    uint32_t quote = node->style == CP_YAML_PLAIN ? 0 : 1;
    cp_slice written = cp_slice_sub(l->text, node->at.offset + quote, node->at.offset + quote + value.n);
    return cp_slice_eq(written, value) ? written : cp_arena_copy(l->arena, value);
}

static bool add_text(loader *l, const yaml_event_t *event) {
    cp_yaml *node = new_node(l, event, CP_YAML_TEXT);
    uint32_t end = offset_of(l, &event->end_mark);
    switch (event->data.scalar.style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: node->style = CP_YAML_SINGLE; break;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: node->style = CP_YAML_DOUBLE; break;
    case YAML_LITERAL_SCALAR_STYLE:
    case YAML_FOLDED_SCALAR_STYLE: node->style = CP_YAML_BLOCK; break;
    default: node->style = CP_YAML_PLAIN; break;
    }
    node->text = text_of(l, node, cp_slice_of(event->data.scalar.value, event->data.scalar.length));
    node->length = end - node->at.offset;
    if (node->style == CP_YAML_PLAIN) {
        uint32_t behind = end;
        while (source_is(l, behind, ' ') || source_is(l, behind, '\t'))
            behind++;
        node->comment = behind > end && source_is(l, behind, '#');
    }
    check_properties(l, node->at, event->data.scalar.anchor, event->data.scalar.tag);
    if (cp_arena_failed(l->arena))
        return false;
    if (node->style == CP_YAML_PLAIN && node->text.n == 0 && !event->data.scalar.anchor &&
        !source_is(l, node->at.offset, '!'))
        check_value_left_empty(l, node);
    else
        check_text(l, event, node);
    return add_node(l, node);
}

static bool open_collection(loader *l, const yaml_event_t *event, cp_yaml_type type) {
    cp_yaml *node = new_node(l, event, type);
    if (type == CP_YAML_LIST) {
        check_properties(l, node->at, event->data.sequence_start.anchor, event->data.sequence_start.tag);
        node->flow = event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
    } else {
        check_properties(l, node->at, event->data.mapping_start.anchor, event->data.mapping_start.tag);
        node->flow = event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
    }
    if (cp_arena_failed(l->arena) || !add_node(l, node))
        return false;
    if (l->depth > CP_YAML_DEPTH_MOST - 1) {
        report(l, "too-deep", node->at, CP_LIT("nested too deep"), "at most 32 levels");
        return false;
    }
    bool of_root = l->depth == 1 && type == CP_YAML_MAP && node->key && l->taker && !l->errors;
    if (of_root && l->taker->wants(l->taker->self, l->root, node->key)) {
        l->taken = node;
        l->hashes = NULL;
        l->hash_count = l->hash_slots = 0;
    }
    l->pending[l->depth] = NULL;
    l->stack[l->depth++] = node;
    return true;
}

/* An entry that is taken is complete when its own list or mapping ends. */
static bool close_collection(loader *l, const cp_yaml *node) {
    return !l->taken || l->depth == 0 || l->stack[l->depth - 1] != l->taken || hand_over(l, node);
}

static int compare_keys(const void *a, const void *b) {
    const cp_yaml *x = *(const cp_yaml *const *)a, *y = *(const cp_yaml *const *)b;
    int c = cp_slice_compare(x->key->text, y->key->text);
    if (c)
        return c;
    return (x->key->at.offset > y->key->at.offset) - (x->key->at.offset < y->key->at.offset);
}

static void report_duplicate(loader *l, const cp_yaml *first, const cp_yaml *again) {
    cp_text after = cp_text_in(l->arena);
    cp_text_str(&after, "` stands here twice, first in line ");
    cp_text_number(&after, first->key->at.line);
    cp_text_byte(&after, 0);
    if (cp_arena_failed(l->arena))
        return;
    report_named(l, "duplicate-key", again->key->at, "`", again->key->text, (const char *)after.p,
                 "each key once");
}

static void check_duplicates(loader *l, const cp_yaml *map) {
    enum { FEW = 8 };
    if (map->count <= FEW) { /* most mappings */
        for (const cp_yaml *v = map->first; v; v = v->next)
            for (const cp_yaml *w = map->first; w != v; w = w->next)
                if (cp_slice_eq(v->key->text, w->key->text)) {
                    report_duplicate(l, w, v);
                    break;
                }
        return;
    }
    const cp_yaml **items = CP_NEW_ARRAY(l->nodes, const cp_yaml *, map->count);
    cp_slice *texts = CP_NEW_ARRAY(l->nodes, cp_slice, map->count);
    uint32_t count = 0;
    for (const cp_yaml *v = map->first; items && texts && v; v = v->next) {
        texts[count] = v->key->text;
        items[count++] = v;
    }
    if (!items || !texts || cp_all_different(l->nodes, texts, count))
        return;
    qsort(items, count, sizeof *items, compare_keys);
    for (uint32_t i = 1; i < count; i++)
        if (cp_slice_eq(items[i]->key->text, items[i - 1]->key->text))
            report_duplicate(l, items[i - 1], items[i]);
}

static bool close_mapping(loader *l) {
    cp_yaml *map = l->stack[--l->depth];
    if (map == l->taken) {
        l->taken = NULL;
        return true;
    }
    check_duplicates(l, map);
    return close_collection(l, map);
}

static bool handle(loader *l, const yaml_event_t *event, uint32_t *documents) {
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (event->data.document_start.version_directive ||
            event->data.document_start.tag_directives.start != event->data.document_start.tag_directives.end)
            report(l, "directive", place_of(l, &event->start_mark), CP_LIT("a YAML directive"),
                   "no line that begins with %");
        if (++*documents > 1) {
            report(l, "second-document", place_of(l, &event->start_mark),
                   CP_LIT("a second document begins here"), "one document in a file");
            return false;
        }
        return true;
    case YAML_ALIAS_EVENT:
        report_named(l, "alias", place_of(l, &event->start_mark), "`*",
                     cp_slice_str((const char *)event->data.alias.anchor), "` is an alias",
                     "quotes around what begins with *");
        return add_node(l, new_node(l, event, CP_YAML_TEXT));
    case YAML_SCALAR_EVENT: return add_text(l, event);
    case YAML_SEQUENCE_START_EVENT: return open_collection(l, event, CP_YAML_LIST);
    case YAML_MAPPING_START_EVENT: return open_collection(l, event, CP_YAML_MAP);
    case YAML_MAPPING_END_EVENT: return close_mapping(l);
    case YAML_SEQUENCE_END_EVENT: l->depth--; return close_collection(l, l->stack[l->depth]);
    default: return true;
    }
}

static void read_events(loader *l) {
    uint32_t events = 0, documents = 0;
    for (bool more = true; more;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&l->parser, &event)) {
            if (l->parser.error == YAML_MEMORY_ERROR)
                l->arena->failed = 1;
            else
                report_syntax(l);
            return;
        }
        if (++events > CP_YAML_EVENTS_MOST) {
            report(l, "too-large", place_of(l, &event.start_mark), CP_LIT("too many entries"),
                   "at most 500000 texts, lists and mappings");
            more = false;
        } else if (event.type == YAML_STREAM_END_EVENT) {
            more = false;
        } else {
            more = handle(l, &event, &documents) && !cp_arena_failed(l->arena);
        }
        yaml_event_delete(&event);
    }
}

static cp_yaml *read_file(loader *l) {
    cp_place start = {1, 1, 0};
    if (l->text.n > CP_YAML_BYTES_MOST) {
        report(l, "too-large", start, CP_LIT("the file is too large"), "at most 4 MB");
        return NULL;
    }
    if (cp_slice_starts(l->text, CP_LIT("\xef\xbb\xbf"))) /* a byte order mark: offsets count behind it */
        l->text = cp_slice_sub(l->text, 3, l->text.n);
    if (!check_bytes(l))
        return NULL;
    l->text = cp_arena_copy(l->arena, l->text);
    if (cp_arena_failed(l->arena))
        return NULL;
    if (!yaml_parser_initialize(&l->parser)) {
        l->arena->failed = 1;
        return NULL;
    }
    yaml_parser_set_encoding(&l->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&l->parser, l->text.p, l->text.n);
    read_events(l);
    yaml_parser_delete(&l->parser);
    forget_entry(l);
    l->arena->failed |= l->nodes->failed;
    if (l->errors || cp_arena_failed(l->arena))
        return NULL;
    if (!l->root)
        report(l, "empty-file", start, CP_LIT("the file says nothing"), "`cmdpolicy: 1` in the first line");
    return l->root;
}

cp_yaml *cp_yaml_read(cp_arena *arena, cp_arena *nodes, cp_diags *diags, cp_slice name, cp_slice text,
                      const cp_yaml_taker *taker) {
    loader *l = CP_NEW(nodes, loader);
    arena->failed |= nodes->failed;
    if (!l || cp_arena_failed(arena))
        return NULL;
    cp_diags found;
    cp_diags_init(&found, diags->arena);
    found.layer = diags->layer;
    l->arena = arena;
    l->nodes = nodes;
    l->diags = &found;
    l->name = name;
    l->text = text;
    l->taker = taker;
    cp_arena_init(&l->entry, &nodes->mem, l->room, sizeof l->room, NULL);
    cp_yaml *root = read_file(l);
    if (!l->doubtful || cp_arena_failed(arena)) {
        cp_diags_take(diags, &found);
        return root;
    }
    return cp_yaml_read(arena, nodes, diags, name, text, NULL) ? root : NULL;
}
