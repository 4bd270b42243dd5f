/* The patterns of the language: paths, hosts, variable names. Read once, with places, then written into an image. */
#ifndef CP_POLICY_PATTERN_H
#define CP_POLICY_PATTERN_H
#include "image/format.h"
#include "policy/report.h"

typedef struct cp_pattern_part {
    uint32_t op; /* cp_component_op */
    cp_slice text;
} cp_pattern_part;

typedef struct cp_pattern {
    uint32_t kind; /* cp_object_kind */
    cp_slice text; /* as written */
    cp_place at;
    /* PATH */
    uint32_t root;
    cp_pattern_part *parts;
    uint32_t part_count, part_cap;
    /* HOST */
    uint32_t host_kind, port, prefix, address[4];
    cp_slice name;
} cp_pattern;

/* Does the text begin as a path pattern does: `/`, `~`, `**` + `/`, or a root and then `/` or nothing? `roots_alone`: a bare root counts. */
bool cp_pattern_is_path(cp_slice, bool roots_alone);
/* Each reports and returns false where the text is no such pattern. */
bool cp_pattern_path(cp_reporter *, cp_slice text, cp_place at, cp_pattern *out);
bool cp_pattern_host(cp_reporter *, cp_slice text, cp_place at, cp_pattern *out);
bool cp_pattern_variable(cp_reporter *, cp_slice text, cp_place at, cp_pattern *out);
/* By the kind of effect: paths for read, write, delete; `$NAME` too under read; hosts; `inline`, `stdin` and paths under code … */
bool cp_pattern_of_effect(cp_reporter *, uint32_t effect, cp_slice text, cp_place at, cp_pattern *out);
#endif
