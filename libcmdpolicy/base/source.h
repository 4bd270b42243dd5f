/* Texts and where their bytes came from.
 * Source 0 is what the user gave (shell text, or an argv rendered as text). Every text that is parsed again (a backquote
 * body after unescaping, the script of `bash -c`, words joined by `eval`, a here-document) is a source of its own, with
 * segments that say which bytes of which earlier source each run came from. */
#ifndef CP_BASE_SOURCE_H
#define CP_BASE_SOURCE_H
#include "base/arena.h"

typedef struct cp_span {
    uint32_t src, beg, end; /* bytes [beg, end) of sources[src] */
} cp_span;

/* out[.. len) of this text came from `in`; where in.end - in.beg == len the run is byte for byte the same. */
typedef struct cp_seg {
    uint32_t out, len;
    cp_span in;
} cp_seg;

typedef enum cp_source_kind {
    CP_SOURCE_USER,
    CP_SOURCE_ARGV,
    CP_SOURCE_UNESCAPED,
    CP_SOURCE_JOINED,
    CP_SOURCE_HEREDOC,
    CP_SOURCE_VALUE
} cp_source_kind;

typedef struct cp_source {
    cp_slice text;
    uint32_t kind; /* cp_source_kind */
    uint32_t depth;
    uint32_t seg_count;
    const cp_seg *segs; /* sorted by out; gaps are bytes that nobody wrote (joining blanks) */
    cp_span made_at;    /* the word or call that runs this text */
} cp_source;

typedef struct cp_sources {
    cp_arena *arena;
    cp_source *items;
    uint32_t count, cap;
} cp_sources;

void cp_sources_init(cp_sources *, cp_arena *);
/* Index of the new source. The text and segments are kept by reference (arena memory, or longer-lived). UINT32_MAX: no memory. */
uint32_t cp_sources_add(cp_sources *, const cp_source *);
/* Follows segments up to a USER or ARGV source. *out_exact is false where the range is not one run there: the answer is
 * then the hull of what is known, or the place that runs the text. */
cp_span cp_span_to_user(const cp_sources *, cp_span, bool *out_exact);
cp_slice cp_span_text(const cp_sources *, cp_span);

static inline bool cp_span_same(cp_span a, cp_span b) {
    return a.src == b.src && a.beg == b.beg && a.end == b.end;
}
static inline cp_span cp_span_join(cp_span a, cp_span b) {
    if (a.src != b.src)
        return a;
    return (cp_span){a.src, a.beg < b.beg ? a.beg : b.beg, a.end > b.end ? a.end : b.end};
}
#endif
