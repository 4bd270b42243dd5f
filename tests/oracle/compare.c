#define _POSIX_C_SOURCE 200809L
/* Holds this library's trees against those that bashast printed for the same records: acceptance, then structure, then every word.
 *
 *   compare RECORDS DUMP WAIVERS NAME [extglob|posix]
 *
 * RECORDS end with the byte 0x1e. Words are compared as text first; where bash rewrote a word while it read it ($( ) printed anew, $'…' decoded) bash's
 * spelling is parsed again and both words are compared part by part. Exit status 0 where nothing differs outside the waivers. */
#include "shell/parser.h"
#include "shell/print.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct seen {
    const char *role;
    cp_span span;
    const cp_word *word;
    const cp_assignment *assignment;
} seen;

typedef struct run {
    cp_arena arena;
    cp_budget budget;
    cp_sources sources;
    seen *words;
    uint32_t word_count, word_cap;
    uint32_t flags;
    cp_dialect dialect;
} run;

static void run_begin(run *r, cp_slice text) {
    cp_budget_init(&r->budget);
    for (int i = 1; i < CP_LIMIT_COUNT; i++)
        r->budget.limit[i] = UINT64_C(1) << 40;
    r->budget.limit[CP_LIMIT_DEPTH] = 500;
    cp_arena_init(&r->arena, NULL, NULL, 0, &r->budget);
    cp_sources_init(&r->sources, &r->arena);
    cp_source source = {.text = text};
    cp_sources_add(&r->sources, &source);
    r->words = NULL;
    r->word_count = r->word_cap = 0;
}

static void on_word(void *self, const char *role, cp_span span, const cp_word *word,
                    const cp_assignment *assignment) {
    run *r = (run *)self;
    seen s = {role, span, word, assignment};
    if (CP_PUSH(&r->arena, r->words, r->word_count, r->word_cap, s))
        return;
}

/* ---- A word's parts in one spelling --------------------------------------------------------------------------------- */

typedef struct shape {
    cp_text *out;
    const cp_sources *sources;
    int state; /* 0 between parts, 1 in literal text, 2 in quoted text */
} shape;

static void shape_text(shape *s, int state, cp_slice text) {
    if (s->state != state) {
        if (s->state)
            cp_text_byte(s->out, '>');
        cp_text_str(s->out, state == 1 ? "<lit " : "<quoted ");
        s->state = state;
    }
    cp_text_add(s->out, text);
}

static void shape_end(shape *s) {
    if (s->state)
        cp_text_byte(s->out, '>');
    s->state = 0;
}

static void shape_parts(shape *s, const cp_part *p, bool quoted);

static void shape_word(shape *s, const char *name, const cp_word *w) {
    if (!w)
        return;
    shape_end(s);
    cp_text_str(s->out, "<");
    cp_text_str(s->out, name);
    if (w->parts)
        shape_parts(s, w->parts, false);
    else
        shape_text(s, 1, w->text);
    shape_end(s);
    cp_text_str(s->out, ">");
}

static void shape_arith(shape *s, const char *name, const cp_arith *a) {
    if (!a)
        return;
    shape_end(s);
    cp_text_str(s->out, "<");
    cp_text_str(s->out, name);
    if (a->word)
        shape_parts(s, a->word->parts, true);
    else
        shape_text(s, 2, a->text);
    shape_end(s);
    cp_text_str(s->out, ">");
}

typedef struct inner {
    const cp_sources *sources;
    cp_text *out;
} inner;
static void on_inner_word(void *self, const char *role, cp_span span, const cp_word *word,
                          const cp_assignment *assignment);

static void shape_program(shape *s, const cp_list *l) {
    /* The structure, then every word of it in one spelling. */
    cp_text sexpr = cp_text_in(s->out->arena);
    inner in = {s->sources, s->out};
    cp_print_hook hook = {on_inner_word, &in};
    cp_program program = {l->span.src, *l};
    cp_print_sexpr_shape(&sexpr, s->sources, &program, &hook);
    cp_text_add(s->out, cp_text_slice(&sexpr));
}

static void on_inner_word(void *self, const char *role, cp_span span, const cp_word *word,
                          const cp_assignment *assignment) {
    inner *in = (inner *)self;
    shape s = {in->out, in->sources, 0};
    (void)span;
    cp_text_str(in->out, "[");
    if (!strcmp(role, "document"))
        cp_text_str(in->out, "document ");
    if (assignment) {
        cp_text_add(in->out, assignment->name);
        shape_arith(&s, "sub", assignment->subscript);
        cp_text_str(in->out, assignment->append ? "+=" : "=");
        if (assignment->array)
            shape_parts(&s, assignment->array, false);
        shape_word(&s, "value", assignment->value);
    } else {
        shape_word(&s, "word", word);
    }
    shape_end(&s);
    cp_text_str(in->out, "]");
}

static void shape_parts(shape *s, const cp_part *p, bool quoted) {
    for (; p; p = p->next) {
        switch (p->kind) {
        case CP_PART_LIT: shape_text(s, 1, p->text); break;
        case CP_PART_QUOTED: shape_text(s, 2, p->text); break;
        case CP_PART_DQ:
            if (!p->as.parts)
                shape_text(s, 2, (cp_slice){NULL, 0});
            shape_parts(s, p->as.parts, true);
            break;
        case CP_PART_PARAM: {
            const cp_param *q = p->as.param;
            shape_end(s);
            cp_text_str(s->out, quoted ? "<\"param " : "<param ");
            cp_text_add(s->out, q->name);
            cp_text_byte(s->out, ' ');
            cp_text_add(s->out, q->op_text);
            cp_text_number(s->out,
                           q->op * 1000u + q->colon * 100u + q->length * 10u + q->indirect + q->names);
            shape_arith(s, "sub", q->subscript);
            shape_word(s, "word", q->word);
            shape_word(s, "replacement", q->replacement);
            shape_arith(s, "offset", q->offset);
            shape_arith(s, "length", q->length_expr);
            cp_text_str(s->out, ">");
            break;
        }
        case CP_PART_CMDSUB:
        case CP_PART_PROCSUB:
            shape_end(s);
            cp_text_str(s->out, p->kind == CP_PART_PROCSUB ? "<procsub" : "<cmdsub");
            shape_program(s, p->as.program);
            cp_text_str(s->out, ">");
            break;
        case CP_PART_ARITH: shape_arith(s, "arith", p->as.arith); break;
        case CP_PART_EXTGLOB:
            shape_end(s);
            cp_text_str(s->out, "<extglob ");
            cp_text_add(s->out, p->text);
            for (const cp_word *w = p->as.words; w; w = w->next)
                shape_word(s, "alternative", w);
            cp_text_str(s->out, ">");
            break;
        case CP_PART_ARRAY:
            shape_end(s);
            cp_text_str(s->out, "<array");
            for (const cp_element *e = p->as.elements; e; e = e->next) {
                shape_arith(s, "sub", e->subscript);
                shape_word(s, e->append ? "append" : "value", e->value);
                cp_text_str(s->out, ",");
            }
            cp_text_str(s->out, ">");
            break;
        default:
            shape_end(s);
            cp_text_str(s->out, "<opaque>");
            break;
        }
    }
}

/* bash's spelling of a word, read in the place that `like` has. */
static cp_slice shape_of_text(run *r, const seen *like, cp_slice text) {
    cp_source source = {.text = text};
    uint32_t src = cp_sources_add(&r->sources, &source);
    cp_text out = cp_text_in(&r->arena);
    cp_parser px;
    memset(&px, 0, sizeof px);
    px.counted_src = UINT32_MAX;
    px.arena = &r->arena;
    px.sources = &r->sources;
    px.budget = &r->budget;
    px.dialect = CP_DIALECT_BASH;
    px.features = cp_dialect_features(r->dialect);
    px.notes_tail = &px.notes;
    cp_lex_init(&px.lx, text.p, 0, text.n, src);
    px.lx.extglob = (r->flags & CP_PARSE_EXTGLOB) != 0;
    px.lx.last = TOK_WORD;
    if (!strcmp(like->role, "regex"))
        px.lx.mode = LX_COND | LX_REGEX;
    if (!strcmp(like->role, "pattern"))
        px.lx.mode = LX_COND | LX_PATTERN;
    if (!strcmp(like->role, "operand"))
        px.lx.mode = LX_COND;
    if (!strcmp(like->role, "assignment"))
        px.lx.last = TOK_NEWLINE;
    if (like->word && like->word->flags & CP_WORD_ASSIGNMENT)
        px.lx.mode = LX_DECLARES;
    bool quoted = !strcmp(like->role, "document") || !strcmp(like->role, "arithmetic");
    inner in = {&r->sources, &out};
    if (quoted) {
        cp_parts ps;
        cp_parts_init(&ps);
        cp_quoted q = {.quoting = CP_Q_HEREDOC};
        if (!strcmp(like->role, "arithmetic"))
            q = (cp_quoted){.quoting = CP_Q_ARITH, .to_end = 1};
        if (cp_read_quoted(&px, &q, &ps))
            on_inner_word(&in, like->role, like->span, cp_word_new(&px, 0, text.n, &ps), NULL);
    } else {
        cp_tok tok = cp_read_word(&px);
        if (px.lx.pos != text.n &&
            px.lx.last == TOK_WORD) { /* a subscript with blanks, where a command begins */
            px.failed = 0;
            px.lx.pos = 0;
            px.lx.last = TOK_NEWLINE;
            tok = cp_read_word(&px);
        }
        if (px.lx.pos == text.n && (tok == TOK_WORD || tok == TOK_ASSIGNMENT))
            on_inner_word(&in, like->role, like->span, px.lx.word, px.lx.assignment);
    }
    if (px.failed)
        return (cp_slice){NULL, 0};
    return cp_text_slice(&out);
}

static cp_slice shape_of_word(run *r, const seen *s) {
    cp_text out = cp_text_in(&r->arena);
    inner in = {&r->sources, &out};
    on_inner_word(&in, s->role, s->span, s->word, s->assignment);
    return cp_text_slice(&out);
}

/* ---- Comparing ------------------------------------------------------------------------------------------------------ */

/* The next "…" at or after *at: its bytes unescaped; *at behind it. False: none. */
static bool next_string(cp_arena *a, cp_slice t, uint32_t *at, cp_slice *out) {
    while (*at < t.n && t.p[*at] != '"')
        ++*at;
    if (*at >= t.n)
        return false;
    uint8_t *p = (uint8_t *)malloc(t.n + 1);
    uint32_t n = 0, i = *at + 1;
    for (; i < t.n && t.p[i] != '"'; i++) {
        if (t.p[i] != '\\') {
            p[n++] = t.p[i];
            continue;
        }
        i++;
        if (t.p[i] == 'n')
            p[n++] = '\n';
        else if (t.p[i] == 'x') {
            char hex[3] = {(char)t.p[i + 1], (char)t.p[i + 2], 0};
            p[n++] = (uint8_t)strtol(hex, NULL, 16);
            i += 2;
        } else
            p[n++] = t.p[i];
    }
    *at = i + 1;
    *out = cp_arena_copy(a, (cp_slice){p, n});
    free(p);
    return true;
}

/* The text with every string emptied. */
static cp_slice skeleton(cp_arena *a, cp_slice t) {
    cp_text out = cp_text_in(a);
    for (uint32_t i = 0; i < t.n; i++) {
        cp_text_byte(&out, t.p[i]);
        if (t.p[i] != '"')
            continue;
        for (i++; i < t.n && t.p[i] != '"'; i++)
            if (t.p[i] == '\\')
                i++;
        cp_text_byte(&out, '"');
    }
    return cp_text_slice(&out);
}

typedef enum outcome {
    SAME,
    SAME_REWRITTEN,
    UNSUPPORTED,
    FALSE_ACCEPT,
    FALSE_REJECT,
    OTHER_STRUCTURE,
    OTHER_WORD
} outcome;
static const char *const outcome_names[] = {"same",         "same",      "unsupported", "false-accept",
                                            "false-reject", "structure", "word"};

static cp_slice ask_again(cp_slice record, const char *module, bool extglob, bool posix);
static outcome compare(run *r, cp_slice theirs, cp_text *detail, uint32_t *opaque);

/* bash puts its escape byte before that byte and before DEL when it decodes $'…': without it. */
static cp_slice without_escapes(cp_arena *a, cp_slice t) {
    cp_text out = cp_text_in(a);
    for (uint32_t i = 0; i < t.n; i++) {
        if (t.p[i] == 1 && i + 1 < t.n && (t.p[i + 1] == 1 || t.p[i + 1] == 0x7f))
            i++;
        cp_text_byte(&out, t.p[i]);
    }
    return cp_text_slice(&out);
}

/* bash prints some programs wrongly when it rewrites a word (1<>x, coproc x, redirections moved behind a reserved word). The programs inside are then
 * compared on their own: all of them the same? */
static bool inner_programs_same(run *r, const cp_part *p, uint32_t *found) {
    for (; p; p = p->next) {
        if (p->kind == CP_PART_DQ && !inner_programs_same(r, p->as.parts, found))
            return false;
        if (p->kind == CP_PART_PARAM) {
            const cp_word *words[] = {p->as.param->word, p->as.param->replacement,
                                      p->as.param->offset ? p->as.param->offset->word : NULL,
                                      p->as.param->length_expr ? p->as.param->length_expr->word : NULL,
                                      p->as.param->subscript ? p->as.param->subscript->word : NULL};
            for (size_t i = 0; i < 5; i++)
                if (words[i] && !inner_programs_same(r, words[i]->parts, found))
                    return false;
        }
        if (p->kind == CP_PART_ARITH && p->as.arith->word &&
            !inner_programs_same(r, p->as.arith->word->parts, found))
            return false;
        if (p->kind == CP_PART_ARRAY)
            for (const cp_element *e = p->as.elements; e; e = e->next)
                if ((e->value && !inner_programs_same(r, e->value->parts, found)) ||
                    (e->subscript && e->subscript->word &&
                     !inner_programs_same(r, e->subscript->word->parts, found)))
                    return false;
        if ((p->kind == CP_PART_CMDSUB && !(p->flags & CP_PART_BACKQUOTED)) || p->kind == CP_PART_PROCSUB) {
            cp_slice text = cp_span_text(&r->sources, p->span);
            uint32_t open = cp_slice_find(text, '(', 0);
            if (open + 2 > text.n)
                return false;
            text = cp_slice_sub(text, open + 1, text.n - 1);
            ++*found;
            run inner = {.flags = r->flags, .dialect = r->dialect};
            run_begin(&inner, text);
            cp_text detail = cp_text_in(&inner.arena);
            uint32_t opaque = 0;
            cp_slice theirs = ask_again(text, getenv("CMDPOLICY_BASHAST"), (r->flags & CP_PARSE_EXTGLOB) != 0,
                                        r->dialect == CP_DIALECT_POSIX_BASH);
            /* Alone it lacks the here-documents whose bodies come behind it, which may make it unsupported. */
            bool same = theirs.n == 0 || compare(&inner, theirs, &detail, &opaque) <= UNSUPPORTED;
            cp_arena_free(&inner.arena);
            if (!same)
                return false;
        }
    }
    return true;
}

/* bash drops the $ of $"…" wherever it meets one. */
static bool same_but_dollars(cp_slice ours, cp_slice theirs) {
    uint32_t j = 0;
    for (uint32_t i = 0; i < ours.n; i++) {
        if (ours.p[i] == '$' && i + 1 < ours.n && ours.p[i + 1] == '"' &&
            (j >= theirs.n || theirs.p[j] != '$'))
            continue;
        if (j >= theirs.n || theirs.p[j++] != ours.p[i])
            return false;
    }
    return j == theirs.n;
}

static bool holds(cp_slice shape, const char *what) {
    const cp_slice mark = cp_slice_str(what);
    for (uint32_t i = 0; i + mark.n <= shape.n; i++)
        if (memcmp(shape.p + i, mark.p, mark.n) == 0)
            return true;
    return false;
}

static outcome compare(run *r, cp_slice theirs, cp_text *detail, uint32_t *opaque) {
    cp_parse_result result;
    cp_parse(&r->arena, &r->sources, 0, r->dialect, r->flags, &r->budget, &result);
    for (const cp_note *n = result.notes; n; n = n->next)
        if (n->kind == CP_NOTE_OPAQUE)
            *opaque = 1;
    for (const cp_note *n = result.notes; n; n = n->next)
        if (n->kind == CP_NOTE_UNSUPPORTED)
            return UNSUPPORTED;
    bool ours_ok = result.complete && !result.extglob_assumed;
    bool theirs_ok = !(theirs.n >= 8 && memcmp(theirs.p + theirs.n - 8, " <error>", 8) == 0);
    for (const cp_note *n = result.notes; n; n = n->next)
        if (n->kind == CP_NOTE_SYNTAX_ERROR || n->kind == CP_NOTE_LIMIT) {
            cp_text_add(detail, n->message);
            cp_text_str(detail, " at ");
            cp_text_number(detail, n->span.beg);
        }
    if (ours_ok != theirs_ok)
        return ours_ok ? FALSE_ACCEPT : FALSE_REJECT;
    if (!ours_ok)
        return SAME;
    cp_print_hook hook = {on_word, r};
    cp_text sexpr = cp_text_in(&r->arena);
    cp_print_sexpr(&sexpr, &r->sources, &result.program, &hook);
    cp_slice ours = cp_text_slice(&sexpr);
    if (ours.n && ours.p[ours.n - 1] == '\n')
        ours.n--;
    if (cp_slice_eq(ours, theirs))
        return SAME;
    if (!cp_slice_eq(skeleton(&r->arena, ours), skeleton(&r->arena, theirs))) {
        cp_text_str(detail, "\n  ours  ");
        cp_text_add(detail, ours);
        cp_text_str(detail, "\n  bash  ");
        cp_text_add(detail, theirs);
        return OTHER_STRUCTURE;
    }
    uint32_t a = 0, b = 0, index = 0;
    cp_slice x, y;
    while (next_string(&r->arena, ours, &a, &x) && next_string(&r->arena, theirs, &b, &y)) {
        const seen *s = index < r->word_count ? &r->words[index] : NULL;
        index++;
        if (cp_slice_eq(x, y))
            continue;
        /* bash ends a text without a last newline with one: it shows in a here-document that nothing closes. */
        if (s && !strcmp(s->role, "document") && y.n == x.n + 1 && y.p[x.n] == '\n' && cp_slice_starts(y, x))
            continue;
        if (same_but_dollars(x, y))
            continue;
        if (s) {
            cp_slice p;
            if (!strcmp(
                    s->role,
                    "arithmetic")) { /* bash leaves out the blanks that a part of for ((;;)) begins with */
                cp_slice text = cp_span_text(&r->sources, s->span);
                while (text.n && strchr(" \t\n", text.p[0]))
                    text = cp_slice_sub(text, 1, text.n);
                while (y.n && strchr(" \t\n", y.p[0]))
                    y = cp_slice_sub(y, 1, y.n);
                p = shape_of_text(r, s, text);
            } else
                p = shape_of_word(r, s);
            cp_slice q = shape_of_text(r, s, y);
            if (cp_slice_eq(p, q))
                continue;
            /* declare b[x y]=( … ): a word with a blank is read as at a command's beginning, so read ours there, too. */
            if (s->word && s->word->flags & CP_WORD_ASSIGNMENT &&
                cp_slice_eq(shape_of_text(r, s, cp_span_text(&r->sources, s->span)), q))
                continue;
            /* >&word- moves a descriptor: bash takes the - off before it looks at the rest, be that a $. */
            cp_slice written = s->word ? cp_span_text(&r->sources, s->word->span) : cp_slice_of(NULL, 0);
            while (written.n > 1 && written.p[written.n - 1] == '\n' && written.p[written.n - 2] == '\\')
                written.n -= 2;
            if (written.n > 1 && written.p[written.n - 1] == '-' &&
                cp_slice_eq(shape_of_text(r, s, cp_slice_sub(written, 0, written.n - 1)), q))
                continue;
            if (cp_slice_eq(p, shape_of_text(r, s, without_escapes(&r->arena, y))))
                continue;
            /* Nobody trusts what is opaque or a bad substitution, and what bash prints of it may be no shell any more. */
            if (holds(p, "<opaque>") || (holds(p, " 10000") && (q.n == 0 || holds(q, " 10000"))))
                continue;
            uint32_t found = 0;
            const cp_part *parts = s->word                                 ? s->word->parts
                                   : s->assignment && s->assignment->value ? s->assignment->value->parts
                                   : s->assignment                         ? s->assignment->array
                                                                           : NULL;
            const cp_word *sub =
                s->assignment && s->assignment->subscript ? s->assignment->subscript->word : NULL;
            if ((parts || sub) && (!parts || inner_programs_same(r, parts, &found)) &&
                (!sub || inner_programs_same(r, sub->parts, &found)) && found)
                continue;
            cp_text_str(detail, "\n  shape ours ");
            cp_text_add(detail, p);
            cp_text_str(detail, "\n  shape bash ");
            cp_text_add(detail, q);
        }
        cp_text_str(detail, "\n  word ours ");
        cp_text_add(detail, x);
        cp_text_str(detail, "\n  word bash ");
        cp_text_add(detail, y);
        return OTHER_WORD;
    }
    return SAME_REWRITTEN;
}

static cp_slice read_file(const char *path) {
    FILE *f = fopen(path, "rb");
    if (!f) {
        fprintf(stderr, "compare: can't read %s\n", path);
        exit(2);
    }
    fseek(f, 0, SEEK_END);
    size_t n = (size_t)ftell(f);
    rewind(f);
    uint8_t *p = (uint8_t *)malloc(n + 1);
    if (!p || fread(p, 1, n, f) != n)
        exit(2);
    p[n] = 0;
    fclose(f);
    return (cp_slice){p, (uint32_t)n};
}

/* Asks a fresh bash about one record: an error in an earlier one may have left its parser in a strange state. Empty where bash dies. */
static cp_slice ask_again(cp_slice record, const char *module, bool extglob, bool posix) {
    char path[] = "/tmp/cmdpolicy-oracle-XXXXXX";
    char command[512];
    int fd = mkstemp(path);
    FILE *f = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (!f)
        exit(2);
    fwrite(record.p, 1, record.n, f);
    fputc(0x1e, f);
    fclose(f);
    snprintf(command, sizeof command,
             "env -i LC_ALL=C.UTF-8 bash %s -c '%s enable -f %s bashast; bashast dump %s r' 2>/dev/null",
             posix ? "--posix" : "", extglob ? "shopt -s extglob;" : "", module, path);
    f = popen(command, "r");
    if (!f)
        exit(2);
    size_t n = 0, cap = 1 << 16;
    uint8_t *p = (uint8_t *)malloc(cap);
    for (size_t got; (got = fread(p + n, 1, cap - n, f)) > 0;) {
        n += got;
        if (n == cap)
            p = (uint8_t *)realloc(p, cap *= 2);
    }
    int status = pclose(f);
    remove(path);
    if (status != 0 || n == 0)
        n = 0;
    if (n && p[n - 1] == '\n')
        n--;
    return (cp_slice){p, (uint32_t)n};
}

/* A waiver is a line REASON<TAB>HASH: the FNV-1a hash of the record in hexadecimal. */
static bool waived(cp_slice waivers, cp_slice record) {
    char hash[16];
    int n = snprintf(hash, sizeof hash, "\t%08x", cp_slice_hash(record));
    for (uint32_t i = 0; i + (uint32_t)n <= waivers.n; i++)
        if (memcmp(waivers.p + i, hash, (size_t)n) == 0)
            return true;
    return false;
}

int main(int argc, char **argv) {
    if (argc < 5)
        return 2;
    cp_slice records = read_file(argv[1]), dumps = read_file(argv[2]), waivers = read_file(argv[3]);
    uint32_t counts[7] = {0}, opaque_count = 0, total = 0, waived_count = 0, shown = 0, died_count = 0;
    const char *limit_text = getenv("CMDPOLICY_ORACLE_SHOW");
    uint32_t limit = limit_text ? (uint32_t)atoi(limit_text) : 20;
    bool extglob = argc > 5 && !strcmp(argv[5], "extglob"), posix = argc > 5 && !strcmp(argv[5], "posix");
    for (uint32_t at = 0, line = 0; at < records.n;) {
        uint32_t end = cp_slice_find(records, 0x1e, at), line_end = cp_slice_find(dumps, '\n', line);
        cp_slice record = cp_slice_sub(records, at, end), dump = cp_slice_sub(dumps, line, line_end);
        run r = {.flags = extglob ? CP_PARSE_EXTGLOB : 0,
                 .dialect = posix ? CP_DIALECT_POSIX_BASH : CP_DIALECT_BASH};
        run_begin(&r, record);
        cp_text detail = cp_text_in(&r.arena);
        uint32_t opaque = 0;
        bool died = cp_slice_is(dump, " <died>");
        outcome o = died ? SAME : compare(&r, dump, &detail, &opaque);
        if (o > UNSUPPORTED) {
            cp_slice again = ask_again(record, getenv("CMDPOLICY_BASHAST"), extglob, posix);
            died = again.n == 0 && dump.n != 0;
            if (died)
                o = SAME;
            else if (!cp_slice_eq(again, dump)) {
                cp_arena_free(&r.arena);
                run_begin(&r, record);
                detail = cp_text_in(&r.arena);
                o = compare(&r, again, &detail, &opaque);
            }
        }
        died_count += died;
        opaque_count += opaque;
        total++;
        if (o > UNSUPPORTED && waived(waivers, record)) {
            waived_count++;
        } else {
            counts[o]++;
            if (o > UNSUPPORTED && shown++ < limit)
                printf("%s: %s of record %u (hash %08x): %.*s\n  text %.*s\n", argv[4], outcome_names[o],
                       total, cp_slice_hash(record), (int)(detail.n > 1500 ? 1500 : detail.n),
                       (const char *)detail.p, (int)(record.n > 300 ? 300 : record.n),
                       (const char *)record.p);
        }
        cp_arena_free(&r.arena);
        at = end + 1;
        line = line_end + 1;
    }
    printf(
        "%s: %u records, %u same (%u after parsing bash's spelling again), false-accept %u, false-reject %u, structure %u, word %u; waived %u; opaque %u; unsupported %u; bash died %u\n",
        argv[4], total, counts[SAME] + counts[SAME_REWRITTEN], counts[SAME_REWRITTEN], counts[FALSE_ACCEPT],
        counts[FALSE_REJECT], counts[OTHER_STRUCTURE], counts[OTHER_WORD], waived_count, opaque_count,
        counts[UNSUPPORTED], died_count);
    return counts[FALSE_ACCEPT] + counts[FALSE_REJECT] + counts[OTHER_STRUCTURE] + counts[OTHER_WORD] ? 1 : 0;
}
