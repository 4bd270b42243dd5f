/* The operators of ${…} that make a new value of the old one: # ## % %% / // /# /% ^ ^^ , ,, ~ ~~ : and @. Exact on exact
 * ASCII values, where the operator's own words are exact (patterns may hold * and ?); otherwise the result is a hole that may
 * hold what the value may. Every word of the operator is expanded once, for what runs in it. */
#include "words/internal.h"
#include "words/names.h"

enum { TOKEN_STAR = 0x100, TOKEN_ANY = 0x101, MOST_TOKENS = 62 };

typedef struct operator{
    cp_expansion *e;
    const cp_part *part;
    uint16_t tokens[MOST_TOKENS];
    uint32_t count;
    bool known;   /* the pattern is known, and made of bytes, * and ? */
    bool literal; /* of bytes only */
    bool anchored_begin, anchored_end, all;
    cp_slice with; /* replacement */
    int64_t offset, length;
    bool has_length;
}
operator;

static bool ascii(cp_slice s) {
    for (uint32_t i = 0; i < s.n; i++)
        if (s.p[i] >= 0x80)
            return false;
    return true;
}

cp_value cp_words_operated_hole(cp_expansion *e, const cp_value *v, cp_span span) {
    cp_atom *hole = CP_NEW(e->arena, cp_atom);
    *hole = cp_hole_atom(CP_CLASS_ANY, CP_HOLE_ANYTHING | CP_HOLE_PART, (cp_slice){NULL, 0}, span);
    for (uint32_t i = 0; v && i < v->atom_count; i++) {
        const cp_atom *a = &v->atoms[i];
        if (a->kind != CP_ATOM_HOLE)
            continue;
        hole->props |= a->props & CP_HOLE_SECRET;
        if (!hole->origin)
            hole->origin = a->origin;
        if (!hole->lit.n)
            hole->lit = a->lit;
    }
    return (cp_value){.atoms = hole, .atom_count = 1, .span = span};
}

/* The pattern as tokens, of pieces that hold nothing but bytes. */
static void read_pattern(operator* o, const cp_word *word) {
    o->known = o->literal = true;
    o->count = 0;
    if (!word)
        return;
    cp_expansion in = *o->e;
    cp_pieces pieces = {NULL, NULL};
    in.context = CP_CONTEXT_PATTERN;
    in.word = word;
    in.operator_word = true;
    bool bytes = true; /* in zsh what is expanded is no pattern, unless an option says so */
    for (const cp_part *p = word->parts; p; p = p->next) {
        bytes &= p->kind == CP_PART_LIT || p->kind == CP_PART_QUOTED || p->kind == CP_PART_DQ;
        if (p->kind == CP_PART_PARAM && p->as.param->op != CP_PARAM_PLAIN)
            o->known = false; /* what is live in the words of nested operators is not modelled */
    }
    if (word->text.n && word->text.p[0] == '~')
        o->known = false;
    cp_words_inner(&in, word, &pieces, CP_LIVE_GLOB);
    for (const cp_piece *p = pieces.first; p && !cp_words_stop(&in); p = p->next) {
        if (p->kind == CP_PIECE_QUOTES || p->kind == CP_PIECE_MAYBE_QUOTES)
            continue;
        if (p->kind != CP_PIECE_ATOMS)
            o->known = false;
        for (uint32_t i = 0; o->known && i < p->count; i++) {
            cp_slice s = p->atoms[i].lit;
            if (p->atoms[i].kind != CP_ATOM_LIT || s.n > MOST_TOKENS - o->count || !ascii(s)) {
                o->known = false;
                break;
            }
            for (uint32_t k = 0; k < s.n; k++) {
                bool live = (p->live & CP_LIVE_GLOB) != 0;
                uint16_t t = s.p[k];
                if (live && (t == '[' || t == '\\' || t == '(' || t == ')'))
                    o->known = false;
                if (live && (o->e->features & CP_WORDS_ZSH) &&
                    (t == '^' || t == '#' || t == '~' || (!bytes && (t == '*' || t == '?'))))
                    o->known = false;
                if (live && (t == '*' || t == '?')) {
                    o->literal = false;
                    t = t == '*' ? TOKEN_STAR : TOKEN_ANY;
                }
                o->tokens[o->count++] = t;
            }
        }
    }
    if (cp_words_stop(&in) || in.unknown_word)
        o->known = false;
}

/* Which beginnings of `text` (read from its end where `back`) match: ends[i] for i bytes. One pass, a bit for each token. */
static void match_beginnings(const operator* o, cp_slice text, bool back, bool longest, bool *found,
                             uint32_t *out) {
    uint64_t at = 1;
    *found = false;
    for (uint32_t i = 0;; i++) {
        for (uint32_t t = 0; t < o->count; t++) { /* a star may take nothing */
            uint16_t token = o->tokens[back ? o->count - 1 - t : t];
            if (token == TOKEN_STAR && (at >> t & 1))
                at |= (uint64_t)1 << (t + 1);
        }
        if (at >> o->count & 1) {
            *found = true;
            *out = i;
            if (!longest)
                return;
        }
        if (i == text.n || at == 0)
            return;
        uint8_t c = text.p[back ? text.n - 1 - i : i];
        uint64_t next = 0;
        for (uint32_t t = 0; t < o->count; t++) {
            if (!(at >> t & 1))
                continue;
            uint16_t token = o->tokens[back ? o->count - 1 - t : t];
            if (token == TOKEN_STAR)
                next |= (uint64_t)1 << t;
            else if (token == TOKEN_ANY || token == c)
                next |= (uint64_t)1 << (t + 1);
        }
        at = next;
    }
}

static bool strip(operator* o, const cp_value *v, cp_value *out) {
    cp_slice op = o->part->as.param->op_text;
    bool back = op.n && op.p[0] == '%', found;
    uint32_t n = 0, size = v->exact.n;
    cp_spend(o->e->budget, CP_LIMIT_STEPS, (uint64_t)size * (o->count + 1) / 8);
    match_beginnings(o, v->exact, back, op.n > 1, &found, &n);
    if (!found)
        n = 0;
    *out = back ? cp_value_slice(o->e->arena, v, 0, size - n) : cp_value_slice(o->e->arena, v, n, size);
    return true;
}

typedef struct bytes {
    uint8_t *p;
    uint32_t n, cap;
} bytes;
static bool add(operator* o, bytes *b, cp_slice s) {
    if (!cp_arena_reserve(o->e->arena, (void **)&b->p, &b->cap, b->n, s.n + 1, 1))
        return false;
    CP_HOLDS(s.p || !s.n);
    if (s.n)
        memcpy(b->p + b->n, s.p, s.n);
    b->n += s.n;
    return true;
}

static bool replace(operator* o, const cp_value *v, cp_value *out) {
    cp_slice text = v->exact, pattern = {NULL, o->count};
    uint8_t literal[MOST_TOKENS];
    if (!o->literal)
        return false;
    for (uint32_t i = 0; i < o->count; i++)
        literal[i] = (uint8_t)o->tokens[i];
    pattern.p = literal;
    if (o->count == 0 && !o->anchored_begin && !o->anchored_end) {
        *out = *v;
        return true;
    }
    cp_spend(o->e->budget, CP_LIMIT_STEPS, (uint64_t)text.n * (o->count + 1) / 8);
    bytes made = {NULL, 0, 0};
    uint32_t from = 0;
    bool changed = false;
    for (uint32_t i = o->anchored_end ? (text.n >= o->count ? text.n - o->count : text.n + 1) : 0;
         i <= text.n; i++) {
        if (text.n - i < o->count || !cp_slice_eq(cp_slice_sub(text, i, i + o->count), pattern)) {
            if (o->anchored_begin || o->anchored_end)
                break;
            continue;
        }
        if (!add(o, &made, cp_slice_sub(text, from, i)) || !add(o, &made, o->with))
            return false;
        from = i + o->count;
        changed = true;
        if (!o->all || o->anchored_begin || o->anchored_end)
            break;
        i = from - 1;
    }
    if (!changed) {
        *out = *v;
        return true;
    }
    if (!add(o, &made, cp_slice_sub(text, from, text.n)))
        return false;
    *out = cp_value_exact(o->e->arena, (cp_slice){made.p, made.n}, cp_made_span(o->part->span, made.n));
    return true;
}

static bool upper(uint8_t c) {
    return c >= 'A' && c <= 'Z';
}
static bool lower(uint8_t c) {
    return c >= 'a' && c <= 'z';
}

static bool change_case(operator* o, const cp_value *v, uint8_t how, bool whole, cp_value *out) {
    cp_slice copy = cp_arena_copy(o->e->arena, v->exact);
    uint8_t *p = (uint8_t *)cp_alloc_raw(o->e->arena, v->exact.n ? v->exact.n : 1);
    if (cp_arena_failed(o->e->arena) || !p)
        return false;
    for (uint32_t i = 0; i < copy.n; i++) {
        uint8_t c = copy.p[i];
        if (whole || i == 0) {
            if (lower(c) && (how == '^' || how == '~'))
                c = (uint8_t)(c - 32);
            else if (upper(c) && (how == ',' || how == '~'))
                c = (uint8_t)(c + 32);
        }
        p[i] = c;
    }
    cp_spend(o->e->budget, CP_LIMIT_STEPS, copy.n / 16);
    *out = cp_value_exact(o->e->arena, (cp_slice){p, copy.n}, cp_made_span(o->part->span, copy.n));
    return true;
}

static bool substring(operator* o, const cp_value *v, cp_value *out) {
    if (!o->known)
        return false;
    if (!cp_value_is_exact(v)) { /* inside what it certainly begins with */
        cp_slice prefix = cp_value_prefix(v);
        bool root = v->atom_count && v->atoms[0].kind == CP_ATOM_HOLE &&
                    !(v->atoms[0].props & CP_HOLE_EMPTY) &&
                    (v->atoms[0].cls == CP_CLASS_HOME || v->atoms[0].cls == CP_CLASS_ABSOLUTE);
        if (root)
            prefix = CP_LIT("/");
        if (o->offset < 0 || !o->has_length || o->length < 0 || o->length > (int64_t)prefix.n ||
            o->offset > (int64_t)prefix.n - o->length || !ascii(prefix))
            return false;
        *out = cp_value_exact(o->e->arena,
                              cp_slice_sub(prefix, (uint32_t)o->offset, (uint32_t)(o->offset + o->length)),
                              cp_made_span(o->part->span, (uint32_t)o->length));
        return true;
    }
    if (!ascii(v->exact))
        return false;
    int64_t n = v->exact.n, beg = o->offset, end = n;
    if (beg < 0)
        beg += n;
    if (beg < 0 || beg > n) {
        beg = end = 0;
    } else if (o->has_length) {
        if (o->length < 0) {
            end = n + o->length;
            if (end < beg)
                return false; /* an error */
        } else if (o->length < n - beg) {
            end = beg + o->length;
        }
    }
    *out = cp_value_slice(o->e->arena, v, (uint32_t)beg, (uint32_t)end);
    return true;
}

static cp_value operate(operator* o, const cp_value *v) {
    const cp_param *p = o->part->as.param;
    cp_value out;
    bool exact = cp_value_is_exact(v) && ascii(v->exact), done = false;
    cp_slice op = p->op_text;
    switch (p->op) {
    case CP_PARAM_STRIP: done = exact && o->known && strip(o, v, &out); break;
    case CP_PARAM_REPLACE: /* nocasematch may be on */
        done = exact && o->known && o->with.p && !(o->e->env->flags & CP_ENV_GLOB_OPTIONS) &&
               replace(o, v, &out);
        break;
    case CP_PARAM_CASE: done = exact && !p->word && op.n && change_case(o, v, op.p[0], op.n > 1, &out); break;
    case CP_PARAM_SUBSTRING: done = substring(o, v, &out); break;
    case CP_PARAM_TRANSFORM: {
        uint8_t t = op.n ? op.p[op.n - 1] : 0;
        if (exact && (t == 'U' || t == 'u'))
            done = change_case(o, v, '^', t == 'U', &out);
        if (exact && t == 'L')
            done = change_case(o, v, ',', true, &out);
        break;
    }
    default: break;
    }
    if (done && !cp_words_stop(o->e))
        return out;
    cp_value hole = cp_words_operated_hole(o->e, v, o->part->span);
    bool subset = p->op == CP_PARAM_STRIP || p->op == CP_PARAM_SUBSTRING || p->op == CP_PARAM_CASE;
    if (subset) { /* no byte that the value cannot hold */
        cp_atom *a = (cp_atom *)(uintptr_t)hole.atoms;
        if (cp_value_holds_byte(v, '/') == CP_NO)
            a->props &= (uint16_t)~CP_HOLE_SLASH;
        if (cp_value_holds_byte(v, '-') == CP_NO)
            a->props &= (uint16_t)~CP_HOLE_DASH;
        if (cp_value_holds_byte(v, '\n') == CP_NO)
            a->props &= (uint16_t)~CP_HOLE_NEWLINE;
        if (v->atom_count == 1 && v->atoms[0].kind == CP_ATOM_HOLE && v->atoms[0].cls == CP_CLASS_DIGITS)
            a->cls = CP_CLASS_DIGITS;
    }
    return hole;
}

static bool constant(cp_expansion *e, const cp_arith *a, int64_t *out) {
    cp_value v = cp_words_arith(e, a);
    if (!cp_value_is_exact(&v) || v.exact.n > 19)
        return false;
    int64_t n = 0;
    for (uint32_t i = v.exact.n && v.exact.p[0] == '-' ? 1 : 0; i < v.exact.n; i++)
        n = n * 10 + (v.exact.p[i] - '0');
    *out = v.exact.n && v.exact.p[0] == '-' ? -n : n;
    return v.exact.n > 0;
}

/* ${…@P}: the values are prompts. */
static void prompts(cp_expansion *e, const cp_param *p) {
    const cp_fields *list = NULL;
    bool all = cp_slice_is(p->name, "@") || cp_slice_is(p->name, "*");
    bool digit = p->name.n == 1 && p->name.p[0] >= '1' && p->name.p[0] <= '9';
    if (all || digit)
        list = e->env->positional(e->env->self);
    else if (p->subscript)
        list = e->env->elements(e->env->self, p->name);
    else
        cp_words_evaluated_set(e, e->env->variable(e->env->self, p->name), 'p');
    for (uint32_t i = 0; list && i < list->count && cp_step(e->budget); i++)
        if (!digit || i + 1 == (uint32_t)(p->name.p[0] - '0'))
            cp_words_evaluated_set(e, &list->items[i].set, 'p');
}

/* ${x/$y/…}: bash looks for the # or % that anchors a pattern when it is expanded. Is what it begins with quoted? */
static bool begins_quoted(const cp_word *word) {
    const cp_part *p = word ? word->parts : NULL;
    if (p && p->kind == CP_PART_DQ)
        p = p->as.parts;
    return p && p->kind == CP_PART_QUOTED && p->text.n;
}

static void prepare(operator* o) {
    const cp_param *p = o->part->as.param;
    cp_slice op = p->op_text;
    switch (p->op) {
    case CP_PARAM_STRIP: read_pattern(o, p->word); break;
    case CP_PARAM_REPLACE: {
        read_pattern(o, p->word);
        uint8_t second = op.n > 1 ? op.p[1] : 0;
        o->all = second == '/';
        o->anchored_begin = second == '#';
        o->anchored_end = second == '%';
        if (!second && o->count && (o->tokens[0] == '#' || o->tokens[0] == '%') && !begins_quoted(p->word))
            o->known = false;
        o->with = CP_LIT("");
        if (!p->replacement)
            break;
        cp_set with = cp_words_single(o->e, p->replacement, CP_CONTEXT_CASE);
        bool plain = with.count == 1 && cp_value_is_exact(&with.values[0]) &&
                     !(p->replacement->text.n && p->replacement->text.p[0] == '~');
        cp_slice text = plain ? with.values[0].exact : (cp_slice){NULL, 0};
        if (plain && text.p == NULL)
            text = CP_LIT("");
        for (uint32_t i = 0; i < text.n; i++) /* & is what matched, in newer shells */
            if (text.p[i] == '&' || text.p[i] == '\\')
                text.p = NULL, text.n = 0;
        o->with = text;
        break;
    }
    case CP_PARAM_CASE:
        if (p->word)
            (void)cp_words_single(o->e, p->word, CP_CONTEXT_PATTERN);
        break;
    case CP_PARAM_SUBSTRING:
        o->known = p->offset ? constant(o->e, p->offset, &o->offset) : true;
        o->has_length = p->length_expr != NULL;
        if (p->length_expr)
            o->known &= constant(o->e, p->length_expr, &o->length);
        if (o->e->features & CP_WORDS_ZSH)
            o->known = false;
        break;
    case CP_PARAM_TRANSFORM:
        if (op.n && (op.p[op.n - 1] == 'P' || op.p[op.n - 1] == 'E' || op.p[op.n - 1] == 'A'))
            cp_words_evaluates(o->e, o->part->span,
                               op.p[op.n - 1] == 'P'   ? "${…@P}"
                               : op.p[op.n - 1] == 'E' ? "${…@E}"
                                                       : "${…@A}");
        if (op.n && op.p[op.n - 1] == 'P')
            prompts(o->e, p);
        break;
    default: break;
    }
    if ((o->e->features & CP_WORDS_ZSH) && p->op == CP_PARAM_REPLACE && o->count == 0)
        o->known = false; /* nothing is found there, and is replaced */
    /* sh: an empty pattern, an anchor and a negative length are something else to ksh, mksh and busybox */
    if (!(o->e->features & (CP_WORDS_BASH | CP_WORDS_ZSH)) &&
        (p->op == CP_PARAM_REPLACE || p->op == CP_PARAM_SUBSTRING || p->op == CP_PARAM_CASE ||
         p->op == CP_PARAM_TRANSFORM)) {
        o->known = false;
        cp_words_evaluates(o->e, o->part->span, "a parameter expansion that some shells reject");
    }
}

/* # and % of a path that is not all certain; no values: not known. */
static cp_set strip_path(operator* o, const cp_value *v) {
    const cp_param *p = o->part->as.param;
    const bool longest = p->op_text.n > 1, back = p->op_text.n && p->op_text.p[0] == '%';
    cp_arena *arena = o->e->arena;
    cp_set none = {NULL, 0};
    uint8_t literal[MOST_TOKENS];
    if (p->op != CP_PARAM_STRIP || cp_value_is_exact(v) || !o->known || o->count == 0)
        return none;
    if (o->literal) {
        for (uint32_t i = 0; i < o->count; i++)
            literal[i] = (uint8_t)o->tokens[i];
        cp_slice text = cp_arena_copy(arena, (cp_slice){literal, o->count});
        if (cp_arena_failed(arena))
            return none;
        return back ? cp_names_without_end(arena, v, text) : cp_names_without_begin(arena, v, text);
    }
    if (o->count != 2)
        return none;
    if (back && !longest && o->tokens[1] == TOKEN_STAR)
        return o->tokens[0] == '/'   ? cp_names_before_slash(arena, v)
               : o->tokens[0] == '.' ? cp_names_before_dot(arena, v)
                                     : none;
    return !back && longest && o->tokens[0] == TOKEN_STAR && o->tokens[1] == '/'
               ? cp_names_after_slash(arena, v)
               : none;
}

static cp_set apply(operator* o, cp_set set) {
    cp_set out = {NULL, 0};
    for (uint32_t i = 0; i < set.count && cp_step(o->e->budget); i++) {
        cp_set one = strip_path(o, &set.values[i]);
        if (!one.count || cp_words_stop(o->e))
            one = cp_set_of(o->e->arena, operate(o, &set.values[i]));
        out = cp_set_join(o->e->arena, out, one);
    }
    return out;
}

cp_set cp_words_operate(cp_expansion *e, const cp_part *part, cp_set set) {
    operator o = {.e = e, .part = part};
    prepare(&o);
    return apply(&o, set);
}

cp_fields cp_words_operate_list(cp_expansion *e, const cp_part *part, const cp_fields *list) {
    operator o = {.e = e, .part = part};
    prepare(&o);
    cp_field *items = CP_NEW_ARRAY(e->arena, cp_field, list->count);
    if (!items)
        return (cp_fields){NULL, 0};
    for (uint32_t i = 0; i < list->count; i++) {
        items[i].splat = list->items[i].splat;
        items[i].set = apply(&o, list->items[i].set);
    }
    return (cp_fields){items, list->count};
}

bool cp_words_range(cp_expansion *e, const cp_part *part, int64_t *out_offset, int64_t *out_length,
                    bool *out_has_length) {
    operator o = {.e = e, .part = part};
    prepare(&o);
    *out_offset = o.offset;
    *out_length = o.length;
    *out_has_length = o.has_length;
    return o.known;
}
