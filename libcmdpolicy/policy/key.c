/* A rule's key read as its program would read it: subcommands, options in any spelling, bundles, values, `--`. Words that no
 * grammar knows stay as they are written: the key names them. */
#include "base/text.h"
#include "policy/compiler.h"

typedef struct scan {
    cp_reporter *r;
    const cp_image *image; /* whose grammar reads the key; NULL: none */
    uint32_t nodes[32], depth;
    const cp_rec_body *node;
    const cp_key_alternative *const *words;
    uint32_t count, at;
    uint32_t options_ended, operands;
    cp_read_key_result *out;
} scan;

static cp_slice text_of(const scan *s, uint32_t string) {
    return cp_image_string(s->image, string);
}

static uint32_t syntax_of(const scan *s) {
    return cp_image_more_of(s->image, s->node)->syntax;
}

static uint32_t find_option(const scan *s, cp_slice name) {
    if (!s->image)
        return 0;
    uint32_t found = cp_image_find_option(s->image, s->node->option_first, s->node->option_count, name);
    for (uint32_t level = s->depth; !found && level-- > 0;) {
        const cp_rec_body *node = cp_image_body_of(s->image, s->nodes[level]);
        const cp_options globals = cp_image_globals(s->image, node);
        found = cp_image_find_option(s->image, globals.first, globals.count, name);
    }
    return found;
}

/* -NUM or -W*: an option whose name is the beginning of the word, the longest that there is. */
static uint32_t find_special(const scan *s, cp_slice text) {
    uint32_t found = 0, longest = 0;
    for (uint32_t level = s->depth; s->image && level-- > 0;) {
        const cp_rec_body *node = cp_image_body_of(s->image, s->nodes[level]);
        const cp_options globals = cp_image_globals(s->image, node);
        const uint32_t runs[4] = {globals.first, globals.count, node->option_first,
                                  level + 1 == s->depth ? node->option_count : 0};
        for (uint32_t k = 0; k < 4; k += 2)
            for (uint32_t i = 0; i < runs[k + 1]; i++) {
                const cp_rec_takes *o = cp_image_option_takes(s->image, runs[k] + i);
                cp_slice name = text_of(s, cp_image_option_name(s->image, runs[k] + i));
                bool begins = (o->flags & CP_OPTION_PREFIX) && text.n > name.n && cp_slice_starts(text, name);
                if (begins && name.n > longest) {
                    found = runs[k] + i;
                    longest = name.n;
                }
                bool number = (o->flags & CP_OPTION_NUMBER) && text.n > 1 && name.n && text.p[0] == name.p[0];
                for (uint32_t d = 1; number && d < text.n; d++)
                    number = text.p[d] >= '0' && text.p[d] <= '9';
                if (number)
                    return runs[k] + i;
            }
    }
    return found;
}

static bool is_any_number(cp_slice text) {
    return cp_slice_is(text, "-NUM") || cp_slice_is(text, "+NUM");
}

/* `-NUM` and `-W*` as the grammar writes them: all of these options. */
static uint32_t special_by_name(const scan *s, cp_slice text) {
    bool number = is_any_number(text);
    bool prefix = text.n > 2 && text.p[text.n - 1] == '*';
    if (!number && !prefix)
        return 0;
    cp_slice wanted = cp_slice_sub(text, 0, number ? 1 : text.n - 1);
    uint32_t flag = number ? CP_OPTION_NUMBER : CP_OPTION_PREFIX;
    for (uint32_t level = s->depth; s->image && level-- > 0;) {
        const cp_rec_body *node = cp_image_body_of(s->image, s->nodes[level]);
        const cp_options globals = cp_image_globals(s->image, node);
        const uint32_t runs[4] = {globals.first, globals.count, node->option_first,
                                  level + 1 == s->depth ? node->option_count : 0};
        for (uint32_t k = 0; k < 4; k += 2)
            for (uint32_t i = 0; i < runs[k + 1]; i++) {
                cp_slice name = text_of(s, cp_image_option_name(s->image, runs[k] + i));
                if ((cp_image_option_takes(s->image, runs[k] + i)->flags & flag) && cp_slice_eq(name, wanted))
                    return runs[k] + i;
            }
    }
    return 0;
}

/* ---- What is found ------------------------------------------------------------------------------------------------------ */

static bool add_word(scan *s, cp_slice text, const cp_key_alternative *written, bool plain) {
    cp_read_word word = {.text = text, .at = written->at};
    bool quoted = (written->flags & CP_KEY_QUOTED) && !(written->flags & CP_KEY_GLOB);
    if (!plain && !quoted && cp_pattern_is_path(text, true) && !cp_slice_starts(text, CP_LIT("tmp")) &&
        !cp_slice_starts(text, CP_LIT("**/")))
        word.flags |= CP_WORD_PATH;
    if (written->flags & CP_KEY_GLOB)
        word.flags |= CP_WORD_GLOB;
    return CP_ADD(s->r->arena, s->out->words, word);
}

static bool add_option(scan *s, uint32_t known, cp_slice name, const cp_slice *value,
                       const cp_key_alternative *written) {
    cp_read_option option = {.name = name,
                             .canonical = name,
                             .at = written->at,
                             .unknown = s->image && !known,
                             .behind = s->out->words.count};
    if (known) {
        uint32_t first = cp_image_option_first(s->image, known);
        option.canonical = text_of(s, cp_image_option_name(s->image, first));
        if (option.canonical.n == 0)
            option.canonical = name;
    }
    if (value) {
        option.value = *value;
        option.flags |= CP_ROPT_VALUE;
        bool glob = (written->flags & CP_KEY_GLOB) && cp_slice_find(*value, '*', 0) < value->n;
        if (glob)
            option.flags |= CP_ROPT_VALUE_GLOB;
        if (!(written->flags & CP_KEY_QUOTED) && cp_pattern_is_path(*value, true) &&
            !cp_slice_starts(*value, CP_LIT("tmp")) && !cp_slice_starts(*value, CP_LIT("**/")))
            option.flags |= CP_ROPT_VALUE_PATH;
    }
    return CP_ADD(s->r->arena, s->out->options, option);
}

/* May the word behind an option be its value? Not another option, not `...`. */
static const cp_key_alternative *separate_value(const scan *s) {
    if (s->at + 1 >= s->count)
        return NULL;
    const cp_key_alternative *next = s->words[s->at + 1];
    bool dots = cp_slice_is(next->text, "...") && !(next->flags & CP_KEY_QUOTED);
    bool option = next->text.n > 1 && next->text.p[0] == '-';
    return dots || option ? NULL : next;
}

/* What runs another command takes no value in a key: a rule for that command says what may be done with it. */
static bool takes_value(const scan *s, uint32_t option) {
    const cp_rec_takes *o = cp_image_option_takes(s->image, option);
    if (o->role_count == 0 || (o->flags & CP_OPTION_OPTIONAL_VALUE))
        return false;
    uint32_t kind = cp_image_role(s->image, o->role_first)->kind;
    return kind != CP_KIND_COMMAND && kind != CP_KIND_COMMAND_SEMI && kind != CP_KIND_COMMAND_THERE &&
           kind != CP_KIND_COMMAND_EACH && kind != CP_KIND_REST && kind != CP_KIND_REMOTE_COMMAND;
}

/* A known option whose value, if it needs one, is the next word. */
static bool take_option(scan *s, uint32_t known, cp_slice name, const cp_key_alternative *written) {
    const cp_key_alternative *next = takes_value(s, known) ? separate_value(s) : NULL;
    if (!next)
        return add_option(s, known, name, NULL, written);
    s->at++;
    cp_slice value = next->text;
    return add_option(s, known, name, &value, next);
}

static bool starts_long(cp_slice t) {
    return t.n > 2 && t.p[0] == '-' && t.p[1] == '-';
}

/* -rf, -XPOST: every letter a known option. `skip`: dashes before the letters. */
static bool read_bundle(scan *s, const cp_key_alternative *w, uint32_t skip, bool *out_read) {
    cp_slice t = w->text;
    *out_read = false;
    for (uint32_t i = skip; i < t.n; i++) { /* first look: nothing is added unless all of it is known */
        uint8_t name[2] = {skip ? t.p[0] : '-', t.p[i]};
        uint32_t known = find_option(s, cp_slice_of(name, 2));
        if (!known)
            return true;
        const cp_rec_takes *o = cp_image_option_takes(s->image, known);
        if (o->role_count && skip)
            break; /* the rest is its value */
    }
    *out_read = true;
    for (uint32_t i = skip; i < t.n; i++) {
        uint8_t letters[2] = {skip ? t.p[0] : '-', t.p[i]};
        uint32_t known = find_option(s, cp_slice_of(letters, 2));
        cp_slice name = text_of(s, cp_image_option_name(s->image, known));
        if (cp_image_option_takes(s->image, known)->role_count && skip && i + 1 < t.n) {
            cp_slice value = cp_slice_sub(t, i + 1, t.n);
            return add_option(s, known, name, &value, w);
        }
        if (!take_option(s, known, name, w))
            return false;
    }
    return true;
}

/* A word that begins with a dash (or a plus that the grammar knows). */
static bool read_option(scan *s, const cp_key_alternative *w) {
    cp_slice t = w->text;
    uint32_t eq = cp_slice_find(t, '=', 0);
    uint32_t known = find_option(s, t);
    if (known)
        return take_option(s, known, t, w);
    cp_slice name = cp_slice_sub(t, 0, eq), value = cp_slice_sub(t, eq + 1, t.n);
    uint32_t star = cp_slice_find(name, '*', 0), all = special_by_name(s, t);
    if (all)
        return add_option(s, all, text_of(s, cp_image_option_name(s->image, all)), NULL, w);
    if (s->image && is_any_number(t)) /* that of a subcommand, which the key doesn't name */
        return add_option(s, 0, cp_slice_sub(t, 0, 1), NULL, w);
    if ((w->flags & CP_KEY_GLOB) && star < name.n) {
        cp_error(s->r, "never-matches", w->at, "the options one by one; `*` in operands and behind `=`",
                 "`%s` is no option", t);
        return false;
    }
    if (eq < t.n && (starts_long(t) || !s->image || find_option(s, name)))
        return add_option(s, find_option(s, name), name, &value, w);
    if (find_special(s, t)) /* as it is written: one such number, one such word */
        return add_option(s, 0, t, NULL, w) &&
               (s->out->options.items[s->out->options.count - 1].unknown = 0, true);
    if (s->image && cp_syntax_bundles(syntax_of(s)) && !starts_long(t) && t.n > 2) {
        bool done = false;
        if (!read_bundle(s, w, 1, &done) || done)
            return done;
    }
    return add_option(s, 0, t, NULL, w);
}

static bool looks_like_option(const scan *s, cp_slice t) {
    if (t.n == 0)
        return false;
    if (!s->image)
        return t.p[0] == '-' && t.n > 1;
    switch (syntax_of(s)) {
    case CP_SYNTAX_NONE: return false;
    case CP_SYNTAX_ASSIGNMENTS: return find_option(s, cp_slice_sub(t, 0, cp_slice_find(t, '=', 0))) != 0;
    case CP_SYNTAX_FIND: return (t.n > 1 && t.p[0] == '-') || find_option(s, t);
    default: break;
    }
    if (t.p[0] == '-')
        return t.n > 1 || find_option(s, t);
    return t.p[0] == '+' && t.n > 1 && (find_option(s, t) || find_special(s, t) || special_by_name(s, t));
}

/* ---- Words ----------------------------------------------------------------------------------------------------------------- */

static bool descend(scan *s, cp_slice word) {
    if (!s->image || !(s->node->flags & CP_NODE_HAS_SUBCOMMANDS) || s->operands || s->depth >= 32)
        return false;
    uint32_t child = cp_image_grammar_child(s->image, s->nodes[s->depth - 1], word);
    if (!child)
        return false;
    s->nodes[s->depth++] = child;
    s->node = cp_image_body_of(s->image, child);
    return true;
}

/* `-m json.tool` as a subcommand: one word of the path, with a blank in it. */
static bool descend_by_option(scan *s, const cp_key_alternative *w, bool *failed) {
    if (s->at + 1 >= s->count)
        return false;
    cp_slice both = cp_arena_concat(s->r->arena, cp_arena_concat(s->r->arena, w->text, CP_LIT(" ")),
                                    s->words[s->at + 1]->text);
    if (!descend(s, both))
        return false;
    *failed = !add_word(s, both, w, true);
    s->at++;
    return true;
}

static bool ends_options(const scan *s, uint32_t operand) {
    if (cp_syntax_ends_at_operand(syntax_of(s)))
        return true;
    const cp_rec_role *role =
        cp_image_role(s->image, operand < s->node->operand_count ? s->node->operand_first + operand : 0);
    return role->kind == CP_KIND_COMMAND || role->kind == CP_KIND_REMOTE_COMMAND ||
           role->kind == CP_KIND_REMOTE_SCRIPT || role->kind == CP_KIND_REST;
}

static bool read_word(scan *s, const cp_key_alternative *w) {
    bool failed = false;
    if (!(w->flags & CP_KEY_QUOTED) && cp_slice_is(w->text, "...")) {
        s->out->flags |= CP_RULE_REST;
        return true;
    }
    uint32_t syntax = syntax_of(s);
    bool dashes = syntax != CP_SYNTAX_NONE && syntax != CP_SYNTAX_FIND && syntax != CP_SYNTAX_ASSIGNMENTS;
    if (!s->options_ended && dashes && cp_slice_is(w->text, "--")) {
        s->options_ended = 1;
        return add_option(s, find_option(s, w->text), w->text, NULL, w) &&
               (s->out->options.items[s->out->options.count - 1].unknown = 0, true);
    }
    if (!s->options_ended && looks_like_option(s, w->text)) {
        if (w->text.p[0] == '-' && s->image && descend_by_option(s, w, &failed))
            return !failed;
        return read_option(s, w);
    }
    if (!s->options_ended && s->image && syntax == CP_SYNTAX_BUNDLE_FIRST && s->at == s->depth &&
        !s->operands && !s->out->options.count && !(w->flags & CP_KEY_GLOB)) {
        bool done = false;
        if (!read_bundle(s, w, 0, &done) || done)
            return done;
    }
    if (!(w->flags & CP_KEY_GLOB) && descend(s, w->text))
        return add_word(s, w->text, w, true);
    if (s->image && ends_options(s, s->operands))
        s->options_ended = 1;
    s->operands++;
    return add_word(s, w->text, w, false);
}

/* The program's own word, and whose grammar reads the rest. */
static bool read_program(scan *s, const cp_image *const *images, uint32_t image_count) {
    const cp_key_alternative *w = s->words[0];
    cp_slice name = w->text;
    uint32_t slash = cp_slice_rfind(name, '/');
    if (slash < name.n) {
        s->out->flags |= CP_RULE_PROGRAM_PATH;
        cp_pattern pattern;
        if (!cp_pattern_path(s->r, name, w->at, &pattern))
            return false;
        name = cp_slice_sub(name, slash + 1, name.n);
    }
    for (uint32_t i = 0; i < image_count && !s->image; i++) {
        uint32_t node = cp_image_grammar_child(images[i], CP_IMAGE_ROOT, name);
        if (!node)
            continue;
        s->image = images[i];
        s->nodes[0] = node;
        s->node = cp_image_body_of(images[i], node);
        s->depth = 1;
        s->out->has_grammar = 1;
    }
    cp_read_word word = {.text = w->text, .at = w->at};
    if (w->flags & CP_KEY_GLOB)
        word.flags |= CP_WORD_GLOB;
    if (s->out->flags & CP_RULE_PROGRAM_PATH)
        word.flags |= CP_WORD_PATH;
    return CP_ADD(s->r->arena, s->out->words, word);
}

bool cp_read_key_words(cp_reporter *r, const cp_image *const *images, uint32_t image_count,
                       const cp_key_alternative *const *words, uint32_t count, cp_read_key_result *out) {
    static const cp_rec_body none = {0};
    *out = (cp_read_key_result){0};
    scan s = {.r = r, .node = &none, .words = words, .count = count, .out = out};
    if (!read_program(&s, images, image_count))
        return false;
    for (s.at = 1; s.at < count; s.at++)
        if (!read_word(&s, words[s.at]))
            return false;
    return !cp_arena_failed(r->arena);
}
