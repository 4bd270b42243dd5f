/* The text that echo and printf print of their operands. */
#include "calls/output.h"

/* Is it the shell's own, and no program of that name: not by a path, and not what another command runs (env, xargs)? */
static bool is_own(const cp_walk *w, const cp_call *call) {
    bool own = call->identity == CP_IDENTITY_BARE;
    if (call->parent != CP_NO_CALL) {
        const cp_reading *by = &w->out->calls[call->parent].reading;
        for (uint32_t i = 0; i < by->nested_count; i++)
            own &= by->nested[i].kind == CP_NESTED_SCRIPT;
    }
    return own;
}

/* Does echo leave backslashes alone? Only bash's own certainly does, and the programs of that name. */
bool cp_walk_bash_echo(const cp_walk *w, const cp_state *s) {
    return w->dialect == CP_DIALECT_BASH && !(s->env_flags & CP_ENV_GLOB_OPTIONS);
}

static uint32_t hex_digit(uint8_t c) {
    if (c >= '0' && c <= '9')
        return c - (uint32_t)'0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - (uint32_t)'a' + 10 : 16;
}

/* Octal numbers: as printf's format has them (\nnn), as echo -e (\0nnn), as %b (both). */
typedef enum octal { OCTAL_FORMAT, OCTAL_ECHO, OCTAL_BOTH } octal;

/* Backslash sequences of a format that not every printf has: zsh's leaves quotes as they are, dash's and macOS's \x, too. */
typedef enum escape_set { ESCAPES_OF_ALL, ESCAPES_OF_ZSH, ESCAPES_OF_BASH } escape_set;

static bool has_escape(escape_set kind, uint8_t c) {
    if (c == '"' || c == '\'')
        return kind == ESCAPES_OF_BASH;
    return (c != 'x' && c != 'e') || kind != ESCAPES_OF_ALL;
}

/* The character that a backslash sequence at t.p[i] stands for, as echo -e and printf's format and %b read it; -1: not known
 * (or \c, which ends everything). *out_n: its length. */
static int escape_at(cp_slice t, uint32_t i, octal numbers, uint32_t *out_n) {
    if (i + 1 >= t.n)
        return -1;
    uint8_t c = t.p[i + 1];
    *out_n = 2;
    switch (c) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'a': return '\a';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'r': return '\r';
    case 'v': return '\v';
    case 'e': return 27;
    case '\\': return '\\';
    case 'x': {
        uint32_t v = 0, k = i + 2;
        while (k < t.n && k < i + 4 && hex_digit(t.p[k]) < 16)
            v = v * 16 + hex_digit(t.p[k++]);
        *out_n = k - i;
        return k > i + 2 ? (int)v : -1;
    }
    default: {
        if (c < '0' || c > '7' || (numbers == OCTAL_ECHO && c != '0'))
            return -1;
        uint32_t v = 0, k = i + 1, most = i + 1 + (numbers != OCTAL_FORMAT && c == '0' ? 4u : 3u);
        while (k < t.n && k < most && t.p[k] >= '0' && t.p[k] <= '7')
            v = v * 8 + (t.p[k++] - '0');
        *out_n = k - i;
        return v < 256 ? (int)v : -1;
    }
    }
}

static cp_value byte_value(cp_walk *w, int c, cp_span span) {
    uint8_t byte = (uint8_t)c;
    return cp_value_exact(w->arena, cp_arena_copy(w->arena, (cp_slice){&byte, 1}), span);
}

/* The value with its backslash sequences replaced. */
static bool unescaped(cp_walk *w, const cp_value *v, octal numbers, cp_value *out) {
    cp_slice t = v->exact;
    uint32_t from = 0;
    *out = cp_value_exact(w->arena, CP_LIT(""), v->span);
    for (uint32_t i = 0; i <= t.n && cp_step(w->budget);) {
        if (i < t.n && t.p[i] != '\\') {
            i++;
            continue;
        }
        cp_value piece = cp_value_slice(w->arena, v, from, i);
        *out = cp_value_concat(w->arena, out, &piece);
        if (i == t.n)
            break;
        uint32_t n = 0;
        int c = escape_at(t, i, numbers, &n);
        if (c <= 0)
            return false;
        piece = byte_value(w, c, v->span);
        *out = cp_value_concat(w->arena, out, &piece);
        i += n;
        from = i;
    }
    return cp_value_is_exact(out);
}

/* The operands joined with blanks. */
bool cp_walk_echo_text(cp_walk *w, const cp_call *call, const cp_state *s, cp_value *out) {
    const cp_reading *r = &call->reading;
    cp_span span = {0, 0, 0};
    bool bash = cp_walk_bash_echo(w, s), options = bash && is_own(w, call), newline = true, escapes = false,
         leading = true;
    *out = cp_value_exact(w->arena, CP_LIT(""), span);
    if (r->option_count || r->gap_count)
        return false;
    bool any = false;
    for (uint32_t i = 0; i < r->operand_count && cp_step(w->budget); i++) {
        const cp_operand *o = &r->operands[i];
        if (o->splat || o->set.count == 0)
            return false;
        cp_value whole = o->set.count == 1 ? o->set.values[0] : cp_set_cover(w->arena, o->set);
        if (!cp_value_is_exact(&whole)) {
            if (!bash || escapes || (leading && cp_value_begins_with(&whole, '-') != CP_NO))
                return false;
            if (any) {
                cp_value blank = cp_value_exact(w->arena, CP_LIT(" "), span);
                *out = cp_value_concat(w->arena, out, &blank);
            }
            *out = any ? cp_value_concat(w->arena, out, &whole) : whole;
            leading = false;
            any = true;
            continue;
        }
        cp_slice text = whole.exact;
        if (leading && text.n && text.p[0] == '-') {
            bool flags = text.n > 1;
            for (uint32_t k = 1; k < text.n; k++)
                flags &= text.p[k] == 'n' || text.p[k] == 'e' || text.p[k] == 'E';
            /* macOS's program has no other, and like dash's own only one of it; to the echo of some sh it is text */
            if (flags && !options &&
                (!cp_slice_is(text, "-n") || !newline || w->dialect == CP_DIALECT_SH ||
                 w->dialect == CP_DIALECT_POSIX_BASH))
                return false;
            if (flags) {
                for (uint32_t k = 1; k < text.n; k++)
                    if (text.p[k] == 'n')
                        newline = false;
                    else
                        escapes = text.p[k] == 'e';
                continue;
            }
            if (!bash)
                return false;
        }
        leading = false;
        cp_value word = whole;
        if (cp_slice_find(text, '\\', 0) < text.n) {
            if (!bash)
                return false;
            if (escapes && !unescaped(w, &whole, OCTAL_ECHO, &word))
                return false;
        }
        if (any) {
            cp_value blank = cp_value_exact(w->arena, CP_LIT(" "), span);
            *out = cp_value_concat(w->arena, out, &blank);
        }
        *out = any ? cp_value_concat(w->arena, out, &word) : word;
        any = true;
    }
    if (newline) {
        cp_value end = cp_value_exact(w->arena, CP_LIT("\n"), span);
        *out = cp_value_concat(w->arena, out, &end);
    }
    return true;
}

static bool is_integer(cp_slice t) {
    uint32_t i = t.n > 1 && t.p[0] == '-';
    if (i == t.n || (t.p[i] == '0' && (i || i + 1 < t.n)) || t.n > 18)
        return false;
    for (; i < t.n; i++)
        if (t.p[i] < '0' || t.p[i] > '9')
            return false;
    return true;
}

/* printf with %s, %b, %d, %% and backslash sequences; everything else is not known. */
static bool formatted(cp_walk *w, const cp_reading *r, escape_set kind, cp_value *out) {
    cp_span span = {0, 0, 0};
    *out = cp_value_exact(w->arena, CP_LIT(""), span);
    if (r->operand_count == 0)
        return false;
    for (uint32_t i = 0; i < r->operand_count; i++)
        if (r->operands[i].splat || r->operands[i].set.count != 1 ||
            !cp_value_is_exact(&r->operands[i].set.values[0]))
            return false;
    const cp_value *format = &r->operands[0].set.values[0];
    cp_slice f = format->exact;
    if (f.n && f.p[0] == '-' && !r->dashes)
        return false;
    uint32_t next = 1;
    do {
        uint32_t used = next;
        for (uint32_t i = 0; i < f.n && cp_step(w->budget);) {
            if (f.p[i] == '\\') {
                uint32_t n = 2;
                const uint8_t which = i + 1 < f.n ? f.p[i + 1] : 0;
                int c = which == '"' || which == '\'' ? which : escape_at(f, i, OCTAL_FORMAT, &n);
                if (c <= 0 || !has_escape(kind, which))
                    return false;
                cp_value v = byte_value(w, c, format->span);
                *out = cp_value_concat(w->arena, out, &v);
                i += n;
                continue;
            }
            if (f.p[i] == '%') {
                uint8_t c = i + 1 < f.n ? f.p[i + 1] : 0;
                const cp_value *operand = next < r->operand_count ? &r->operands[next].set.values[0] : NULL;
                cp_value v = cp_value_exact(w->arena, CP_LIT("%"), span);
                if (c == 's')
                    v = operand ? *operand : cp_value_exact(w->arena, CP_LIT(""), span);
                else if (c == 'd' || c == 'i') {
                    if (operand ? !is_integer(operand->exact) : kind == ESCAPES_OF_ALL)
                        return false; /* (ksh prints nothing where there is none) */
                    v = operand ? *operand : cp_value_exact(w->arena, CP_LIT("0"), span);
                } else if (c == 'b') {
                    if (operand && !unescaped(w, operand, OCTAL_BOTH, &v))
                        return false;
                    if (operand && cp_slice_find(operand->exact, '\\', 0) < operand->exact.n &&
                        kind != ESCAPES_OF_BASH)
                        return false;
                    if (!operand)
                        v = cp_value_exact(w->arena, CP_LIT(""), span);
                } else if (c != '%')
                    return false;
                if (c != '%')
                    next++;
                *out = cp_value_concat(w->arena, out, &v);
                i += 2;
                continue;
            }
            uint32_t run = i;
            while (run < f.n && f.p[run] != '\\' && f.p[run] != '%')
                run++;
            cp_value piece = cp_value_slice(w->arena, format, i, run);
            *out = cp_value_concat(w->arena, out, &piece);
            i = run;
        }
        if (next == used)
            break; /* the format takes no operands: printed once */
    } while (next < r->operand_count && cp_step(w->budget));
    return cp_value_is_exact(out);
}

bool cp_walk_printf_text(cp_walk *w, const cp_call *call, cp_value *out) {
    const bool own = is_own(w, call);
    const escape_set kind = own && w->dialect == CP_DIALECT_BASH  ? ESCAPES_OF_BASH
                            : own && w->dialect == CP_DIALECT_ZSH ? ESCAPES_OF_ZSH
                                                                  : ESCAPES_OF_ALL;
    return !call->reading.option_count && formatted(w, &call->reading, kind, out);
}

bool cp_walk_printf_assigns(cp_walk *w, const cp_call *call, const cp_state *s, cp_value *out) {
    const cp_reading *r = &call->reading;
    return r->stdout_is == CP_STDOUT_FORMAT && w->dialect == CP_DIALECT_BASH && is_own(w, call) &&
           !s->taints && r->option_count == 1 && r->options[0].present == CP_YES && r->assigned_count == 1 &&
           !r->any_option && !r->maybe_option && !r->gap_count && formatted(w, r, ESCAPES_OF_BASH, out);
}
