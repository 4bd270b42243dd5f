/* What is the same for all systems that we import from: which of their rules ever take effect, how they are said as keys of ours,
 * and the YAML.
 * In our language a longer key makes an exception of a shorter one. In the others the strictest rule counts, or that of the
 * highest priority, however long it is. So whatever is looser than a rule that counts before it, and names all that that one
 * names, is dropped: here it would be an exception, there it never takes effect. */
#include "tool/import.h"

#include <string.h>

enum { COMBINATIONS_MOST = 256 };

static uint32_t combinations(const import_rule *rule) {
    uint64_t n = 1;
    for (uint32_t i = 0; i < rule->count && n <= COMBINATIONS_MOST; i++)
        n *= rule->words[i].count;
    return n <= COMBINATIONS_MOST ? (uint32_t)n : 0;
}

/* The word at `at` of the combination. */
static const import_alternative *chosen(const import_rule *rule, uint32_t combination, uint32_t at) {
    for (uint32_t i = 0; i < at; i++)
        combination /= rule->words[i].count;
    return &rule->words[at].items[combination % rule->words[at].count];
}

/* May some text be meant by both? */
static bool overlap(cp_slice a, bool a_glob, cp_slice b, bool b_glob) {
    if (a_glob && b_glob) /* close enough: the literal beginnings */
        for (uint32_t i = 0; i < a.n && i < b.n; i++) {
            if (a.p[i] == '*' || b.p[i] == '*')
                return true;
            if (a.p[i] != b.p[i])
                return false;
        }
    if (a_glob != b_glob) {
        cp_slice glob = a_glob ? a : b, text = a_glob ? b : a;
        uint32_t g = 0, t = 0, star = UINT32_MAX, mark = 0;
        while (t < text.n) {
            if (g < glob.n && glob.p[g] == '*') {
                star = g++;
                mark = t;
            } else if (g < glob.n && glob.p[g] == text.p[t]) {
                g++;
                t++;
            } else if (star != UINT32_MAX) {
                g = star + 1;
                t = ++mark;
            } else
                return false;
        }
        while (g < glob.n && glob.p[g] == '*')
            g++;
        return g == glob.n;
    }
    return cp_slice_eq(a, b);
}

static bool same_word(const import_alternative *a, const import_alternative *b) {
    return overlap(a->text, a->glob, b->text, b->glob);
}

/* Does the combination name all that the other one does, or may it? */
static bool names_all(const import_rule *rule, uint32_t r, const import_rule *other, uint32_t o) {
    if (!same_word(chosen(rule, r, 0), chosen(other, o, 0)))
        return false;
    uint32_t next = 1;
    for (uint32_t i = 1; i < other->count; i++) {
        const import_alternative *wanted = chosen(other, o, i);
        if (wanted->glob && cp_slice_is(wanted->text, "*"))
            continue;
        const bool option = wanted->text.n > 1 && wanted->text.p[0] == '-';
        bool found = false;
        for (uint32_t k = option ? 1 : next; k < rule->count && !found; k++) {
            found = same_word(chosen(rule, r, k), wanted);
            if (found && !option)
                next = k + 1;
        }
        if (!found)
            return false;
    }
    return true;
}

static bool same_words(const import_rule *a, uint32_t x, const import_rule *b, uint32_t y) {
    bool same = a->count == b->count;
    for (uint32_t i = 0; i < a->count && same; i++)
        same = cp_slice_eq(chosen(a, x, i)->text, chosen(b, y, i)->text) &&
               chosen(a, x, i)->glob == chosen(b, y, i)->glob;
    return same;
}

/* An allow of the same words that counts first: in a policy of ours both can't be said. NULL: none. */
static const import_rule *allowed_first(const importing *in, const import_rule *rule, uint32_t r) {
    for (uint32_t i = 0; i < in->rule_count && !rule->exact && rule->verdict != CP_IV_ALLOW; i++) {
        const import_rule *other = &in->rules[i];
        if (other->verdict != CP_IV_ALLOW || other->priority <= rule->priority || other->exact)
            continue;
        for (uint32_t o = 0; o < combinations(other); o++) {
            if (same_words(rule, r, other, o))
                return other;
        }
    }
    return NULL;
}

/* The rule that keeps this combination from ever taking effect; NULL: none. */
static const import_rule *overruled_by(const importing *in, const import_rule *rule, uint32_t r) {
    for (uint32_t i = 0; i < in->rule_count; i++) {
        const import_rule *other = &in->rules[i];
        if (other->verdict <= rule->verdict)
            continue;
        for (uint32_t o = 0; o < combinations(other); o++) {
            if (!names_all(rule, r, other, o))
                continue;
            /* a review is wider here than a prefix is there, so it makes no exception of a deny that counts after it */
            if (other->priority >= rule->priority ||
                (rule->verdict != CP_IV_ALLOW && !allowed_first(in, other, o)))
                return other;
        }
    }
    return allowed_first(in, rule, r);
}

/* ---- Keys --------------------------------------------------------------------------------------------------------- */

/* How many of the words are the program and its subcommands, by the packs' grammar; 0: no grammar. */
static uint32_t depth_of(const importing *in, const import_rule *rule, uint32_t r) {
    if (!in->packs.bytes)
        return 0;
    cp_slice program = chosen(rule, r, 0)->text;
    uint32_t slash = cp_slice_rfind(program, '/');
    if (slash < program.n)
        program = cp_slice_sub(program, slash + 1, program.n);
    uint32_t node = cp_image_grammar_child(&in->packs, CP_IMAGE_ROOT, program), depth = node ? 1 : 0;
    while (node && depth < rule->count) {
        node = cp_image_grammar_child(&in->packs, node, chosen(rule, r, depth)->text);
        depth += node != 0;
    }
    return depth;
}

static bool is_option(const import_alternative *word) {
    return word->text.n > 1 && word->text.p[0] == '-';
}

static uint32_t options_of(const import_rule *rule, uint32_t r) {
    uint32_t n = 0;
    for (uint32_t i = 1; i < rule->count; i++)
        n += is_option(chosen(rule, r, i));
    return n;
}

/* Why an allow can't be said of these words alone; NULL: it can. */
static const char *unspeakable(const importing *in, const import_rule *rule, uint32_t r) {
    const uint32_t depth = depth_of(in, rule, r), options = options_of(rule, r);
    if (rule->verdict != CP_IV_ALLOW)
        return NULL;
    /* behind the last word of a key that ends in `...` an option may stand anywhere */
    if (!rule->exact && depth == 0 && is_option(chosen(rule, r, rule->count - 1)) && rule->count > 1)
        return "no pack describes the program, so the place of its last option can't be said";
    /* without a grammar a key names all of a command's options; with one, only those that a key has to name */
    if (rule->exact && options > 0 && !(depth == 0 && options == 1 && rule->count == 2))
        return "\"these options and no others, in this order\" can't be said";
    return NULL;
}

/* The combination as a key, or all of the rule's with `|`. */
static cp_slice key_of(const importing *in, const import_rule *rule, uint32_t r, bool all) {
    cp_text key = cp_text_in(in->arena);
    for (uint32_t i = 0; i < rule->count; i++) {
        if (i > 0)
            cp_text_byte(&key, ' ');
        for (uint32_t k = 0; k < (all ? rule->words[i].count : 1); k++) {
            if (k > 0)
                cp_text_byte(&key, '|');
            import_key_word(&key, all ? &rule->words[i].items[k] : chosen(rule, r, i),
                            rule->verdict != CP_IV_ALLOW || i == 0);
        }
    }
    if (rule->verdict == CP_IV_ALLOW && !rule->exact)
        cp_text_str(&key, " ...");
    return cp_text_slice(&key);
}

/* What "these words and no more" is for a key. */
static void add_exactly(const importing *in, const import_rule *rule, cp_text *out) {
    const uint32_t depth = depth_of(in, rule, 0);
    cp_text_str(out, ", when: {");
    if (options_of(rule, 0) == 0)
        cp_text_str(out, "no-options: true, ");
    cp_text_str(out, "operands: ");
    uint32_t operands = rule->count - (depth ? depth : 1) - options_of(rule, 0);
    if (operands)
        cp_text_number(out, operands);
    else
        cp_text_str(out, "none");
    cp_text_byte(out, '}');
    if (operands == 0 && depth > 0) { /* a subcommand below is no operand */
        cp_text more = cp_text_in(in->arena);
        cp_text_add(&more, rule->keys[0]);
        cp_text_str(&more, " *");
        cp_text_str(out, ", except: [");
        import_scalar(out, cp_text_slice(&more));
        cp_text_byte(out, ']');
    }
}

/* A rule that tightens could not be said, and this looser one may be about the same commands. */
static const import_rule *kept_back_by(const importing *in, const import_rule *rule) {
    for (uint32_t i = 0; i < in->rule_count; i++) {
        const import_rule *other = &in->rules[i];
        if (!other->lost || other->verdict <= rule->verdict || other->priority < rule->priority)
            continue;
        bool same = other->count == 0;
        for (uint32_t o = 0; o < (other->count ? other->words[0].count : 0) && !same; o++) {
            for (uint32_t r = 0; r < rule->words[0].count && !same; r++)
                same = same_word(&rule->words[0].items[r], &other->words[0].items[o]);
        }
        if (same)
            return other;
    }
    return NULL;
}

void import_keep_back(importing *in) {
    for (uint32_t i = 0; i < in->rule_count; i++) {
        import_rule *rule = &in->rules[i];
        const import_rule *by = rule->key_count > 0 ? kept_back_by(in, rule) : NULL;
        if (!by)
            continue;
        import_say(in, rule->line, IMPORT_LOST,
                   "%.*s is left out: it may be about what line %u forbids, which can't be said",
                   (int)rule->keys[0].n, (const char *)rule->keys[0].p, (unsigned)by->line);
        rule->key_count = 0;
    }
}

static void settle_rule(importing *in, import_rule *rule) {
    const uint32_t count = combinations(rule);
    uint32_t kept = 0, dropped = 0;
    if (count == 0) {
        import_say(in, rule->line, IMPORT_LOST,
                   "too many combinations of alternatives for one rule (%d at most)", COMBINATIONS_MOST);
        return;
    }
    uint8_t *keep = CP_NEW_ARRAY(in->arena, uint8_t, count);
    if (!keep)
        cli_out_of_memory();
    const import_rule *by = NULL;
    const char *why = NULL;
    for (uint32_t r = 0; r < count; r++) {
        const import_rule *other = overruled_by(in, rule, r);
        const char *reason = unspeakable(in, rule, r);
        by = other ? other : by;
        why = reason ? reason : why;
        keep[r] = !other && !reason;
        kept += keep[r];
        dropped += other != NULL;
    }
    const cp_slice whole = key_of(in, rule, 0, true);
    if (by)
        import_say(
            in, rule->line, IMPORT_NOTE, "%s%.*s: the rule of line %u counts before it, so it is left out",
            dropped < count ? "a part of " : "", (int)whole.n, (const char *)whole.p, (unsigned)by->line);
    if (why)
        import_say(in, rule->line, IMPORT_LOST, "%.*s is not allowed: %s", (int)whole.n,
                   (const char *)whole.p, why);
    /* one depth for all alternatives of a rule of exact words */
    bool together = kept == count && whole.n < 512;
    for (uint32_t r = 1; r < count && rule->exact && together; r++)
        together =
            depth_of(in, rule, r) == depth_of(in, rule, 0) && options_of(rule, r) == options_of(rule, 0);
    if (together) {
        rule->keys[rule->key_count++] = whole;
        return;
    }
    if (rule->exact && kept > 0 && count > 1) {
        import_say(in, rule->line, IMPORT_LOST,
                   "%.*s is not allowed: its alternatives are read in different ways", (int)whole.n,
                   (const char *)whole.p);
        return;
    }
    for (uint32_t r = 0; r < count; r++) {
        if (!keep[r])
            continue;
        if (rule->key_count == sizeof rule->keys / sizeof rule->keys[0]) {
            import_say(in, rule->line, IMPORT_LOST, "too many alternatives are left of %.*s", (int)whole.n,
                       (const char *)whole.p);
            rule->key_count = 0;
            rule->lost = true;
            return;
        }
        rule->keys[rule->key_count++] = key_of(in, rule, r, false);
    }
}

static bool is_said(const importing *in, const import_rule *rule, cp_slice key) {
    for (const import_rule *other = in->rules; other < rule; other++) {
        for (uint32_t k = 0; k < other->key_count; k++) {
            if (other->verdict == rule->verdict && other->exact == rule->exact &&
                cp_slice_eq(other->keys[k], key))
                return true;
        }
    }
    return false;
}

bool import_probe(importing *in, const import_rule *rule, uint32_t index, cp_slice *out) {
    import_words words = {0};
    if (index >= combinations(rule))
        return false;
    for (uint32_t i = 0; i < rule->count; i++) {
        if (!CP_PUSH(in->arena, words.items, words.count, words.cap, chosen(rule, index, i)->text))
            cli_out_of_memory();
    }
    *out = import_quoted(in->arena, words.items, words.count);
    return true;
}

void import_settle(importing *in) {
    for (uint32_t i = 0; i < in->rule_count; i++) {
        import_rule *rule = &in->rules[i];
        uint32_t kept = 0;
        if (rule->count > 0)
            settle_rule(in, rule);
        for (uint32_t k = 0; k < rule->key_count; k++) {
            if (!is_said(in, rule, rule->keys[k]))
                rule->keys[kept++] = rule->keys[k];
        }
        rule->key_count = kept;
    }
}

/* ---- YAML --------------------------------------------------------------------------------------------------------- */

static uint32_t lines_of(const cp_text *out) {
    uint32_t n = 1;
    for (uint32_t i = 0; i < out->n; i++)
        n += out->p[i] == '\n';
    return n;
}

static const char *word_of(uint32_t verdict) {
    return verdict == CP_IV_ALLOW ? "allow" : verdict == CP_IV_REVIEW ? "review" : "deny";
}

static void add_value(const importing *in, const import_rule *rule, uint32_t verdict, cp_slice reason,
                      cp_text *out) {
    const bool exactly = rule && rule->exact && verdict == CP_IV_ALLOW;
    if (reason.n == 0 && !exactly) {
        cp_text_str(out, word_of(verdict));
        return;
    }
    cp_text_str(out, "{verdict: ");
    cp_text_str(out, word_of(verdict));
    if (exactly)
        add_exactly(in, rule, out);
    if (reason.n > 0) {
        cp_text_str(out, ", reason: ");
        import_scalar(out, reason);
    }
    cp_text_byte(out, '}');
}

static void write_rules(importing *in, const import_rule *only, cp_text *out) {
    bool any = false;
    for (uint32_t i = 0; i < in->rule_count; i++) {
        import_rule *rule = &in->rules[i];
        if ((only && only != rule) || rule->key_count == 0)
            continue;
        if (!any)
            cp_text_str(out, "rules:\n");
        any = true;
        rule->out_line = lines_of(out);
        for (uint32_t k = 0; k < rule->key_count; k++) {
            cp_text_str(out, rule->keys[k].n > 900 ? "  ? " : "  ");
            import_scalar(out, rule->keys[k]);
            cp_text_str(out, rule->keys[k].n > 900 ? "\n  : " : ": ");
            add_value(in, rule, rule->verdict, rule->reason, out);
            cp_text_byte(out, '\n');
        }
    }
}

static void write_effects(importing *in, cp_text *out) {
    static const char *const kinds[] = {"read", "write", "network"};
    bool any = false;
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        bool here = false;
        for (uint32_t i = 0; i < in->effect_count; i++) {
            const import_effect *e = &in->effects[i];
            if (strcmp(e->kind, kinds[k]) != 0)
                continue;
            if (!any)
                cp_text_str(out, "effects:\n");
            if (!here) {
                cp_text_str(out, "  ");
                cp_text_str(out, kinds[k]);
                cp_text_str(out, ":\n");
            }
            any = here = true;
            cp_text_str(out, "    ");
            import_scalar(out, e->pattern);
            cp_text_str(out, ": ");
            add_value(in, NULL, e->verdict, e->reason, out);
            cp_text_byte(out, '\n');
        }
    }
}

void import_write(importing *in, const import_rule *only, cp_text *out) {
    cp_text_str(out, "cmdpolicy: 1\npack: imported/");
    cp_text_str(out, in->format);
    cp_text_str(out, "\nabout: rules of another system; what they allow is still judged by its effects\n");
    cp_text_add(out, cp_text_slice(&in->comments));
    write_rules(in, only, out);
    if (!only)
        write_effects(in, out);
}
