/* The key of a rule against a call. An allow covers: the program for sure, every subcommand, option and operand known, nothing left
 * unaccounted for. A review or deny touches: as soon as what its key names is there, or may be there. */
#include "decide/judge.h"

typedef struct matching {
    cp_judge *j;
    const cp_call *call;
    cp_near_miss *near;
} matching;

/* ---- Touching -------------------------------------------------------------------------------------------------------- */

static bool is_glob(cp_slice s) {
    return cp_slice_find(s, '*', 0) < s.n;
}

static cp_tri word_matches(const cp_reading *r, uint32_t level, const cp_image *im, cp_rule_word word) {
    if (!(word.flags & CP_WORD_GLOB))
        return cp_reading_word_is(r, level, im, word) ? CP_YES : CP_NO;
    cp_value v = {.flags = CP_VALUE_EXACT, .exact = r->words[level]};
    return cp_value_glob(&v, cp_image_string(im, word.text), false);
}

static cp_tri value_matches(matching *m, const cp_image *im, uint32_t text, uint32_t path, bool as_path,
                            bool glob, const cp_value *v) {
    if (as_path) {
        cp_set cwd = cp_call_directories(m->j, m->call);
        cp_path p;
        cp_path_make(m->j->arena, v, cwd.count == 1 ? &cwd.values[0] : NULL, m->j->facts->places, &p);
        if (p.popped)
            return CP_MAYBE; /* behind '..' a symbolic link may lead elsewhere */
        return cp_path_match(im, path, &p, cwd.count == 1 ? &cwd.values[0] : NULL, m->j->facts->places);
    }
    cp_slice pattern = cp_image_string(im, text);
    return glob ? cp_value_glob(v, pattern, false) : cp_value_equals(v, pattern);
}

static cp_tri operand_matches(matching *m, const cp_image *im, cp_rule_word word, const cp_operand *o) {
    bool all = true, any = false;
    for (uint32_t k = 0; k < o->set.count; k++) {
        cp_tri t = value_matches(m, im, word.text, word.path, (word.flags & CP_WORD_PATH) != 0,
                                 (word.flags & CP_WORD_GLOB) != 0, &o->set.values[k]);
        all &= t == CP_YES;
        any |= t != CP_NO;
    }
    cp_tri t = !any ? CP_NO : all ? CP_YES : CP_MAYBE;
    return o->present == CP_YES && !o->splat ? t : cp_tri_and(t, CP_MAYBE);
}

/* Has this occurrence the value that the key writes? */
static cp_tri option_value_fits(matching *m, const cp_image *im, const cp_rec_ropt *wanted,
                                const cp_opt *opt) {
    if (!(opt->flags & CP_OPT_HAS_VALUE))
        return CP_NO;
    bool all = true, any = false;
    for (uint32_t k = 0; k < opt->value_set.count; k++) {
        cp_tri t =
            value_matches(m, im, wanted->value, wanted->path, (wanted->flags & CP_ROPT_VALUE_PATH) != 0,
                          (wanted->flags & CP_ROPT_VALUE_GLOB) != 0, &opt->value_set.values[k]);
        all &= t == CP_YES;
        any |= t != CP_NO;
    }
    return !any ? CP_NO : all && !opt->splat ? CP_YES : CP_MAYBE;
}

static cp_tri option_present(matching *m, const cp_image *im, const cp_rec_ropt *wanted) {
    const cp_reading *r = &m->call->reading;
    if (cp_image_string_is(im, wanted->name, CP_LIT("--")))
        return (cp_tri)r->dashes;
    cp_tri found = r->any_option || r->maybe_option ? CP_MAYBE : CP_NO;
    if (!(wanted->flags & CP_ROPT_VALUE))
        return cp_tri_or(found, cp_reading_has_option(r, im, wanted->name, NULL, false));
    for (uint32_t i = 0; i < r->option_count && cp_step(m->j->budget); i++)
        if (cp_option_is(r, &r->options[i], im, wanted->name))
            found = cp_tri_or(found, cp_tri_and((cp_tri)r->options[i].present,
                                                option_value_fits(m, im, wanted, &r->options[i])));
    return found;
}

/* The first words of a key against the path of the call: NO at the first that differs. */
static cp_tri path_matches(matching *m, const cp_rule *key) {
    const cp_reading *r = &m->call->reading;
    const cp_rec_rule *rule = key->record;
    /* a key that is a program alone doesn't ask which subcommand it is */
    cp_tri t = rule->word_count > 1 ? (cp_tri)r->path_sure : CP_YES;
    for (uint32_t i = 1; i < rule->word_count && i < r->depth; i++) {
        cp_tri here = word_matches(r, i, key->image, cp_rule_word_at(key, i));
        if (here == CP_NO && r->path_sure == CP_YES)
            return CP_NO;
        t = cp_tri_and(t, here == CP_NO ? CP_MAYBE : here);
    }
    return t;
}

cp_tri cp_key_touches(cp_judge *j, const cp_call *call, const cp_rule *key) {
    const cp_reading *r = &call->reading;
    const cp_image *im = key->image;
    const cp_rec_rule *rule = key->record;
    matching context = {.j = j, .call = call}, *m = &context;
    cp_tri t = path_matches(m, key);
    if (t == CP_NO)
        return CP_NO;
    uint32_t from = r->depth > 0 ? r->depth : 1;
    uint32_t next = 0; /* operand words, in order, with others between */
    for (uint32_t i = from; i < rule->word_count && t != CP_NO; i++) {
        cp_rule_word word = cp_rule_word_at(key, i);
        cp_tri best = CP_NO;
        uint32_t at = next;
        for (uint32_t o = next; o < r->operand_count && cp_step(m->j->budget); o++) {
            cp_tri here = operand_matches(m, im, word, &r->operands[o]);
            if (here > best) {
                best = here;
                at = o;
            }
            if (best == CP_YES)
                break;
        }
        if (best != CP_NO && !r->operands[at].splat)
            next = best == CP_YES ? at + 1 : next;
        t = cp_tri_and(t, best);
    }
    for (uint32_t i = 0; i < rule->option_count && t != CP_NO; i++)
        t = cp_tri_and(t, option_present(m, im, cp_image_ropt(im, rule->option_first + i)));
    return t;
}

/* ---- Covering -------------------------------------------------------------------------------------------------------- */

static bool names_option(matching *m, const cp_image *im, const cp_rec_rule *rule, const cp_opt *opt,
                         const cp_rec_ropt **out) {
    for (uint32_t i = 0; i < rule->option_count; i++) {
        const cp_rec_ropt *named = cp_image_ropt(im, rule->option_first + i);
        if (!cp_option_is(&m->call->reading, opt, im, named->name))
            continue;
        if (out)
            *out = named;
        return true;
    }
    return false;
}

static uint32_t named_operands(const cp_call *call, const cp_rec_rule *rule) {
    return rule->word_count > call->reading.depth ? rule->word_count - call->reading.depth : 0;
}

/* A key that ends in `...` is a prefix: the call begins with the words that it names, in its order, with the options between them that
 * the key has there and with nothing else. Options behind the key's last word may stand anywhere behind it. Where the last word stands;
 * UINT32_MAX: they stand otherwise. */
static uint32_t named_prefix(matching *m, const cp_image *im, const cp_rec_rule *rule) {
    enum { MOST = 64 };
    const cp_reading *r = &m->call->reading;
    uint32_t last = 0, option = 0, next = 0,
             bundle = 0; /* bundle: the word of the option before, 0: a word stands between */
    uint64_t seen = 1;
    for (uint32_t w = 1; w < rule->word_count; w++) {
        for (; option < rule->option_count; option++) { /* those that stand before word w of the key */
            const cp_rec_ropt *wanted = cp_image_ropt(im, rule->option_first + option);
            cp_slice name = cp_image_string(im, wanted->name);
            if (wanted->flags / CP_ROPT_BEHIND > w)
                break;
            if (cp_slice_is(name, "--")) {
                if (last + 1 >= MOST || last + 1 >= m->call->argv.count ||
                    !cp_slice_is(cp_field_text(&m->call->argv.items[last + 1]), "--"))
                    return UINT32_MAX;
                seen |= UINT64_C(1) << ++last;
                bundle = 0;
                continue;
            }
            while (next < r->option_count &&
                   !((r->options[next].word > last || (bundle && r->options[next].word == bundle)) &&
                     cp_option_is(r, &r->options[next], im, wanted->name)))
                next++;
            if (next == r->option_count || r->options[next].word >= MOST)
                return UINT32_MAX;
            const cp_opt *opt = &r->options[next++];
            bundle = opt->word;
            last = opt->word;
            seen |= UINT64_C(1) << last;
            if ((wanted->flags & CP_ROPT_VALUE) && opt->value_word > last && opt->value_word < MOST) {
                last = opt->value_word;
                seen |= UINT64_C(1) << last;
            }
        }
        uint32_t at = w < r->depth                      ? r->word_at[w]
                      : w - r->depth < r->operand_count ? r->operands[w - r->depth].word
                                                        : MOST;
        if (at >= MOST || at <= last)
            return UINT32_MAX;
        last = at;
        seen |= UINT64_C(1) << last;
        bundle = 0;
    }
    uint64_t all = last + 1 < 64 ? (UINT64_C(1) << (last + 1)) - 1 : UINT64_MAX;
    return (seen & all) == all ? last : UINT32_MAX;
}

static bool names_word(matching *m, const cp_rec_rule *rule, uint32_t word) {
    const cp_reading *r = &m->call->reading;
    uint32_t named = named_operands(m->call, rule);
    for (uint32_t o = 0; o < r->operand_count && o < named; o++)
        if (r->operands[o].word == word)
            return true;
    return false;
}

/* Is it one of the key's options, a flag, that was given a value? `--help=false` asks for no help. */
static bool is_named_flag(matching *m, const cp_image *im, const cp_rec_rule *rule, uint32_t word) {
    const cp_reading *r = &m->call->reading;
    for (uint32_t i = 0; i < r->option_count; i++)
        if (r->options[i].word == word && !(r->options[i].flags & CP_OPT_UNKNOWN) &&
            names_option(m, im, rule, &r->options[i], NULL))
            return true;
    return false;
}

static const char *gap_code(uint32_t kind) {
    switch (kind) {
    case CP_GAP_UNKNOWN_OPTION: return "unknown-option";
    case CP_GAP_UNKNOWN_SUBCOMMAND: return "unknown-subcommand";
    case CP_GAP_SURPLUS_OPERAND: return "surplus-operand";
    case CP_GAP_ABBREVIATION: return "abbreviated-option";
    case CP_GAP_AMBIGUOUS_OPTION: return "ambiguous-option";
    case CP_GAP_MAYBE_OPTION: return "maybe-option";
    case CP_GAP_OPEN_OPERANDS: return "open-operands";
    case CP_GAP_MISSING_VALUE: return "missing-value";
    case CP_GAP_UNCERTAIN_CASE: return "uncertain-reading";
    case CP_GAP_UNREADABLE_VALUE: return "unreadable-value";
    default: return "not-covered";
    }
}

static cp_slice gap_message(cp_arena *a, const cp_gap *gap) {
    switch (gap->kind) {
    case CP_GAP_UNKNOWN_OPTION:
        return CP_MESSAGE(a, CP_LIT("option "), gap->text, CP_LIT(" is not known to this command's grammar"));
    case CP_GAP_UNKNOWN_SUBCOMMAND:
        return gap->text.n ? CP_MESSAGE(a, CP_LIT("subcommand "), gap->text, CP_LIT(" is not known"))
                           : CP_LIT("which subcommand runs is not certain; write it out");
    case CP_GAP_SURPLUS_OPERAND:
        return CP_MESSAGE(a, CP_LIT("operand "), gap->text,
                          CP_LIT(" is more than this command is known to take"));
    case CP_GAP_ABBREVIATION:
        return CP_MESSAGE(a, CP_LIT("option "), gap->text, CP_LIT(" is abbreviated; spell it out"));
    case CP_GAP_AMBIGUOUS_OPTION:
        return CP_MESSAGE(a, CP_LIT("option "), gap->text, CP_LIT(" is ambiguous; spell it out"));
    case CP_GAP_MAYBE_OPTION:
        return gap->text.n
                   ? CP_MESSAGE(a, gap->text,
                                CP_LIT(" may be taken for an option here; write a value as "
                                       "--option=VALUE and a file as ./FILE"))
                   : CP_LIT(
                         "this word may begin with '-' and be any option; quote it, and put -- before it or "
                         "write a file as ./FILE");
    case CP_GAP_OPEN_OPERANDS: return CP_LIT("this may become any number of words; quote it");
    case CP_GAP_MISSING_VALUE: return CP_MESSAGE(a, CP_LIT("option "), gap->text, CP_LIT(" lacks its value"));
    case CP_GAP_UNREADABLE_VALUE: return CP_LIT("what this value does is not known");
    case CP_GAP_UNCERTAIN_CASE: return CP_LIT("how the command reads these words is not certain");
    default: return CP_LIT("not covered by any rule");
    }
}

static bool not_covered(matching *m, const cp_layer_image *layer, const cp_rec_rule *rule, const char *code,
                        cp_slice why, cp_span span) {
    /* the reason to show is that of the rule that names most */
    cp_near_miss *near = m->near;
    if (!near->rule ||
        rule->word_count + rule->option_count > near->rule->word_count + near->rule->option_count)
        *near = (cp_near_miss){layer, rule, code, why, span};
    return false;
}

bool cp_key_covers(cp_judge *j, const cp_call *call, const cp_layer_image *layer, const cp_rule *key,
                   cp_near_miss *near) {
    const cp_image *im = layer->image;
    const cp_rec_rule *rule = key->record;
    const cp_reading *r = &call->reading;
    matching context = {.j = j, .call = call, .near = near}, *m = &context;
    bool rest = (rule->flags & CP_RULE_REST) != 0;
    if (r->path_sure != CP_YES || path_matches(m, key) != CP_YES)
        return false;
    uint32_t named = named_operands(m->call, rule);
    if (named) { /* exactly these operands, in order */
        if (rest ? r->operand_count < named : r->operand_count != named)
            return false;
        for (uint32_t i = 0; i < named; i++)
            if (operand_matches(m, im, cp_rule_word_at(key, r->depth + i), &r->operands[i]) != CP_YES)
                return false;
    }
    for (uint32_t i = 0; i < rule->option_count; i++)
        if (option_present(m, im, cp_image_ropt(im, rule->option_first + i)) != CP_YES)
            return false;
    /* from here on the key names this call; what follows says whether it accounts for everything */
    uint32_t last = rest ? named_prefix(m, im, rule) : 0;
    if (last == UINT32_MAX)
        return not_covered(
            m, layer, rule, "not-covered",
            CP_LIT("the rule is for commands that begin with the words of its key, in that order"),
            m->call->span);
    for (uint32_t i = 0; i < r->option_count; i++) {
        const cp_opt *opt = &r->options[i];
        const cp_rec_ropt *by = NULL;
        bool is_named = names_option(m, im, rule, opt, &by);
        if (is_named && (by->flags & CP_ROPT_VALUE) &&
            option_value_fits(m, im, by, opt) != CP_YES) /* every occurrence has that value */
            return not_covered(m, layer, rule, "not-covered",
                               CP_MESSAGE(m->j->arena, CP_LIT("the rule is only for "), opt->name,
                                          CP_LIT("="), cp_image_string(im, by->value)),
                               opt->span);
        bool names_value = is_named && (by->flags & CP_ROPT_VALUE) && !(by->flags & CP_ROPT_VALUE_GLOB);
        if (!rest &&
            (((opt->flags & CP_OPT_BANG) && !is_named) || ((opt->flags & CP_OPT_VALUE_BANG) && !names_value)))
            return not_covered(
                m, layer, rule, "option-not-named",
                CP_MESSAGE(m->j->arena, CP_LIT("option "), opt->name,
                           CP_LIT(" changes what the command does, and no rule that allows it names it")),
                opt->span);
    }
    for (uint32_t i = 0; i < r->operand_count; i++)
        if (r->operands[i].bang && i >= named && !(rest && r->operands[i].word >= last))
            return not_covered(
                m, layer, rule, "operand-not-named",
                CP_LIT("this operand changes what the command does, and no rule that allows it names it"),
                r->operands[i].span);
    for (uint32_t i = 0; i < r->gap_count; i++) {
        const cp_gap *gap = &r->gaps[i];
        bool excused = false;
        if (gap->kind == CP_GAP_UNKNOWN_OPTION) {
            /* an option of the key's own level: below it the same letters may be another one (`x -v` and `x install -v 1.0`) */
            for (uint32_t k = 0; k < rule->option_count && rule->word_count >= r->depth; k++)
                excused |= cp_image_string_is(im, cp_image_ropt(im, rule->option_first + k)->name, gap->text);
        } else if (gap->kind == CP_GAP_SURPLUS_OPERAND || gap->kind == CP_GAP_UNKNOWN_SUBCOMMAND)
            excused = gap->text.p && names_word(m, rule, gap->word);
        if (rest && gap->word >= last && (gap->kind != CP_GAP_UNKNOWN_SUBCOMMAND || gap->text.p) &&
            !(gap->kind == CP_GAP_UNKNOWN_OPTION && is_named_flag(m, im, rule, gap->word)))
            excused = true;
        if (!excused)
            return not_covered(m, layer, rule, gap_code(gap->kind), gap_message(m->j->arena, gap), gap->span);
    }
    return true;
}

/* ---- Vouching -------------------------------------------------------------------------------------------------------- */

bool cp_vouches(cp_judge *j, const cp_voucher *voucher, const cp_call *call, const cp_call_effect *e) {
    const cp_rec_rule *rule = cp_image_rule(voucher->image, voucher->rule);
    const cp_reading *r = &call->reading;
    matching m = {.j = j, .call = call};
    uint32_t index = e->effect.origin.index;
    switch (e->effect.origin.kind) {
    case CP_ORIGIN_LEVEL: { /* what the command that the key names always does; not what subcommands below it do */
        uint32_t named = rule->word_count < r->depth ? rule->word_count : r->depth;
        return named > index;
    }
    case CP_ORIGIN_OPTION: {
        const cp_rec_ropt *by = NULL;
        if (index >= r->option_count || !names_option(&m, voucher->image, rule, &r->options[index], &by))
            return false;
        bool of_value = memcmp(&e->effect.span, &r->options[index].span, sizeof(cp_span)) != 0;
        return !of_value || ((by->flags & CP_ROPT_VALUE) && !(by->flags & CP_ROPT_VALUE_GLOB));
    }
    case CP_ORIGIN_OPERAND: {
        uint32_t named = named_operands(call, rule);
        if (index >= named)
            return false;
        if (r->depth + index == 0)
            return false; /* the program is no operand */
        cp_rule_word word = cp_image_rule_word(voucher->image, rule->word_first + r->depth + index - 1);
        return (word.flags & CP_WORD_SET) || !is_glob(cp_image_string(voucher->image, word.text));
    }
    default: return false;
    }
}
