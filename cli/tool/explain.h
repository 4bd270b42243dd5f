/* What explain searches for. */
#ifndef TOOL_EXPLAIN_H
#define TOOL_EXPLAIN_H
#include "tool/tool.h"

#include "base/text.h"

enum { EXPLAIN_LAYERS = 3 }; /* session, user, system */
typedef struct explain_change {
    cmdpolicy_layer layer;
    cp_slice policy;  /* YAML; empty: none was found */
    cp_slice because; /* then: what stands in the way */
} explain_change;
/* For each layer: how many. The request is asked again with other policies; the setup says which files belong to them. */
uint32_t explain_changes(cp_arena *, const cli_setup *, const cmdpolicy_request *, const cmdpolicy_decision *,
                         explain_change out[EXPLAIN_LAYERS]);
#endif
