/* What calls print, where their grammar tells: `echo 'rm -rf /' | sh` is the script that it is, and $(echo rm) has a value. */
#include "calls/walk.h"

void cp_sink_add(cp_walk *w, cp_sink *sink, const cp_value *v)
{
    if (!sink) return;
    sink->printed++;
    if (sink->unknown) return;
    if (!v || !cp_value_is_exact(v)) {
        sink->unknown = 1;
        return;
    }
    sink->text = sink->text.atom_count ? cp_value_concat(w->arena, &sink->text, v) : *v;
}

cp_stdin cp_walk_pipe(cp_walk *w, const cp_sink *sink, uint32_t first_call)
{
    cp_stdin in = {.is = CP_STDIN_IS_CALLS, .from_first = first_call, .from_count = w->out->call_count - first_call};
    if (!sink->unknown && sink->printed && sink->text.atom_count) {
        in.is = CP_STDIN_IS_TEXT;
        in.text = sink->text;
    }
    return in;
}

/* The operands joined with blanks; not where options or escapes may change what is printed (echo -e, and dash's echo). */
static bool operands_text(cp_walk *w, const cp_reading *r, cp_value *out)
{
    cp_span span = {0, 0, 0};
    *out = cp_value_exact(w->arena, CP_LIT(""), span);
    if (r->option_count || r->gap_count) return false;
    for (uint32_t i = 0; i < r->operand_count; i++) {
        const cp_operand *o = &r->operands[i];
        if (o->splat || o->set.count != 1 || !cp_value_is_exact(&o->set.values[0])) return false;
        cp_slice text = o->set.values[0].exact;
        if (cp_slice_find(text, '\\', 0) < text.n || (i == 0 && text.n && text.p[0] == '-')) return false;
        if (i) {
            cp_value blank = cp_value_exact(w->arena, CP_LIT(" "), span);
            *out = cp_value_concat(w->arena, out, &blank);
        }
        *out = i ? cp_value_concat(w->arena, out, &o->set.values[0]) : o->set.values[0];
    }
    cp_value newline = cp_value_exact(w->arena, CP_LIT("\n"), span);
    *out = cp_value_concat(w->arena, out, &newline);
    return true;
}

static int format_escape(uint8_t c)
{
    switch (c) {
    case 'n': return '\n';
    case 't': return '\t';
    case '\\': return '\\';
    case '"': return '"';
    case '\'': return '\'';
    default: return -1;
    }
}

/* printf with %s, %% and the simple escapes; everything else is not known. */
static bool format_text(cp_walk *w, const cp_reading *r, cp_value *out)
{
    cp_span span = {0, 0, 0};
    *out = cp_value_exact(w->arena, CP_LIT(""), span);
    if (r->option_count || r->operand_count == 0) return false;
    for (uint32_t i = 0; i < r->operand_count; i++)
        if (r->operands[i].splat || r->operands[i].set.count != 1 || !cp_value_is_exact(&r->operands[i].set.values[0])) return false;
    const cp_value *format = &r->operands[0].set.values[0];
    cp_slice f = format->exact;
    if (f.n && f.p[0] == '-') return false;
    uint32_t next = 1;
    do {
        uint32_t used = next;
        for (uint32_t i = 0; i < f.n && cp_step(w->budget);) {
            if (f.p[i] == '\\' || f.p[i] == '%') {
                if (i + 1 >= f.n) return false;
                uint8_t c = f.p[i + 1];
                if (f.p[i] == '%' && c == 's') {
                    if (next < r->operand_count) *out = cp_value_concat(w->arena, out, &r->operands[next].set.values[0]);
                    next++;
                } else {
                    int e = f.p[i] == '%' ? (c == '%' ? '%' : -1) : format_escape(c);
                    if (e < 0) return false;
                    uint8_t byte = (uint8_t)e;
                    cp_value v = cp_value_exact(w->arena, cp_arena_copy(w->arena, (cp_slice){&byte, 1}), span);
                    *out = cp_value_concat(w->arena, out, &v);
                }
                i += 2;
                continue;
            }
            uint32_t run = i;
            while (run < f.n && f.p[run] != '\\' && f.p[run] != '%') run++;
            cp_value piece = cp_value_slice(w->arena, format, i, run);
            *out = cp_value_concat(w->arena, out, &piece);
            i = run;
        }
        if (next == used) break; /* the format takes no operands: printed once */
    } while (next < r->operand_count && cp_step(w->budget));
    return cp_value_is_exact(out);
}

void cp_walk_output(cp_walk *w, const cp_call *call, const cp_reading *r)
{
    cp_sink *sink = w->sink;
    if (!sink) return;
    cp_value text;
    switch (r->stdout_is) {
    case CP_STDOUT_OPERANDS: cp_sink_add(w, sink, operands_text(w, r, &text) ? &text : NULL); return;
    case CP_STDOUT_FORMAT: cp_sink_add(w, sink, format_text(w, r, &text) ? &text : NULL); return;
    case CP_STDOUT_STDIN: {
        bool passes = call->in.is == CP_STDIN_IS_TEXT && r->option_count == 0;
        for (uint32_t i = 0; i < r->effect_count; i++) passes &= r->effects[i].kind != CP_EFFECT_READ; /* cat FILE prints that, too */
        cp_sink_add(w, sink, passes ? &call->in.text : NULL);
        return;
    }
    default: cp_sink_add(w, sink, NULL);
    }
}
