/* A text, read until nothing is added to what its names may be, and once more to decide. */
#include "commands/texts/text.h"

enum { PASSES_MOST = 12 };

/* What nothing is ever given to may still be something that isn't the text's. True: that changes something. */
static bool settled(text_state *st) {
    bool changed = false;
    for (uint32_t i = 0; i < st->name_count; i++)
        if (st->names[i].value.kind == TEXT_NOTHING) {
            st->names[i].value = text_data();
            changed = true;
        }
    return changed;
}

bool cp_text_is_plain(cp_slice s) {
    for (uint32_t i = 0; i < s.n; i++)
        if ((s.p[i] < ' ' && s.p[i] != '\n' && s.p[i] != '\t') || s.p[i] == 0x7f)
            return false;
    return true;
}

/* The words that it may be given: all but the first, and the text itself. Which of them are options doesn't count: what is too much here
 * is only read too often. */
static const text_place *arguments_in(text_state *st, cp_fields argv) {
    enum { ARGUMENTS_MOST = 12 };
    const text_place *all = NULL;
    uint32_t count = 0;
    for (uint32_t i = 1; i < argv.count && cp_step(st->budget); i++) {
        const cp_field *word = &argv.items[i];
        if (word->splat || !word->set.count || count + word->set.count > ARGUMENTS_MOST)
            return NULL;
        for (uint32_t k = 0; k < word->set.count; k++) {
            const cp_value *v = &word->set.values[k];
            if (!cp_value_is_exact(v))
                return NULL;
            if (cp_slice_eq(v->exact, st->source))
                continue;
            text_place *place = CP_NEW(st->arena, text_place);
            *place = (text_place){.next = all, .path = v->exact};
            all = place;
            count++;
        }
    }
    return all;
}

bool cp_text_read(const cp_image *image, cp_regexes *regexes, uint32_t text, const cp_value *source,
                  cp_fields argv, cp_arena *arena, cp_budget *budget, cp_text_known *out) {
    text_state *st = CP_NEW_ARRAY(arena, text_state, 1);
    if (!st || !cp_value_is_exact(source))
        return false;
    st->image = image;
    st->regexes = regexes;
    st->text = cp_image_text(image, text);
    st->source = source->exact;
    st->span = source->span;
    st->arena = arena;
    st->budget = budget;
    st->arguments = arguments_in(st, argv);
    uint32_t grammar = st->text->grammar;
    python_tokens *python = grammar == CP_GRAMMAR_PYTHON ? cp_text_python_tokens(st) : NULL;
    js_tokens *js = grammar == CP_GRAMMAR_JAVASCRIPT ? cp_text_js_tokens(st) : NULL;
    st->changed = true;
    for (uint32_t pass = 0; !st->failed && !st->last; pass++) {
        if (pass == PASSES_MOST)
            return false;
        if (!st->changed)
            st->last = !settled(st);
        st->changed = false;
        st->place_count = 0;
        st->first = pass == 0;
        switch (grammar) {
        case CP_GRAMMAR_PYTHON: cp_text_python(st, python); break;
        case CP_GRAMMAR_JAVASCRIPT: cp_text_js(st, js); break;
        case CP_GRAMMAR_RUBY: cp_text_ruby(st); break;
        case CP_GRAMMAR_PHP: cp_text_php(st); break;
        case CP_GRAMMAR_PERL: cp_text_perl(st); break;
        default: return false;
        }
        if (cp_spent(budget) || cp_arena_failed(arena))
            return false;
    }
    *out = (cp_text_known){st->reads, st->read_count, st->runs, st->run_count};
    return !st->failed && !st->changed;
}
