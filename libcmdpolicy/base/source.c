/* Sources and the way of a span back to what the user wrote. */
#include "base/source.h"

void cp_sources_init(cp_sources *s, cp_arena *arena) {
    *s = (cp_sources){.arena = arena};
}

uint32_t cp_sources_add(cp_sources *s, const cp_source *source) {
    if (!CP_PUSH(s->arena, s->items, s->count, s->cap, *source))
        return UINT32_MAX;
    return s->count - 1;
}

cp_slice cp_span_text(const cp_sources *s, cp_span span) {
    if (span.src >= s->count)
        return (cp_slice){NULL, 0};
    return cp_slice_sub(s->items[span.src].text, span.beg, span.end);
}

/* The range of one parent that the bytes of `span` came from, or made_at where they came from several or from nowhere. */
static cp_span parent_range(const cp_source *source, cp_span span, bool *exact) {
    cp_span found = {0, 0, 0};
    bool any = false;
    uint32_t first = 0, past = source->seg_count;
    while (first < past) { /* the first segment that ends at or behind the span's beginning */
        uint32_t middle = first + (past - first) / 2;
        if (source->segs[middle].out + source->segs[middle].len < span.beg)
            first = middle + 1;
        else
            past = middle;
    }
    for (uint32_t i = first; i < source->seg_count && source->segs[i].out <= span.end; i++) {
        const cp_seg *seg = &source->segs[i];
        uint32_t beg = span.beg > seg->out ? span.beg : seg->out;
        uint32_t end = span.end < seg->out + seg->len ? span.end : seg->out + seg->len;
        bool point = span.beg == span.end && span.beg >= seg->out && span.beg <= seg->out + seg->len;
        if (beg >= end && !point)
            continue;
        cp_span in = seg->in;
        if (seg->in.end - seg->in.beg == seg->len) {
            in.beg = seg->in.beg + (beg - seg->out);
            in.end = in.beg + (end > beg ? end - beg : 0);
        }
        if (any && found.src != in.src) {
            *exact = false;
            return source->made_at;
        }
        found = any ? cp_span_join(found, in) : in;
        any = true;
        if (point)
            break;
    }
    if (!any) {
        *exact = false;
        return source->made_at;
    }
    if (found.end - found.beg != span.end - span.beg)
        *exact = false;
    return found;
}

cp_span cp_span_to_user(const cp_sources *s, cp_span span, bool *out_exact) {
    bool exact = true;
    for (uint32_t guard = 0; guard <= s->count && span.src < s->count; guard++) {
        const cp_source *source = &s->items[span.src];
        if (source->kind == CP_SOURCE_USER || source->kind == CP_SOURCE_ARGV)
            break;
        span = parent_range(source, span, &exact);
    }
    if (out_exact)
        *out_exact = exact;
    return span;
}
