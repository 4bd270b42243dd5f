/* What to look for in the index of entries, so that whatever may match an effect is found. Private to this folder. */
#ifndef CP_DECIDE_SOUGHT_H
#define CP_DECIDE_SOUGHT_H
#include "decide/decide.h"
#include "image/index.h"

enum { CP_SOUGHT_MOST = 64 };
typedef struct cp_sought {
    const cp_layers *layers; /* where it is looked for; NULL: not known */
    uint32_t kind;           /* of effects, there */
    uint32_t whole;          /* bit set of classes: all their entries */
    uint32_t count, before;  /* before: those that paths before the last one needed */
    struct {
        uint32_t class, low, high; /* a hash, or a range of them */
    } words[CP_SOUGHT_MOST];
} cp_sought;

void cp_sought_init(cp_sought *); /* REST alone */
void cp_sought_everything(cp_sought *);
/* Adds what a path needs: entries that may match it, or the tree below it. */
void cp_sought_path(cp_sought *, const cp_path *, bool tree, const cp_places *);
void cp_sought_host(cp_sought *, const cp_host *);
void cp_sought_name(cp_sought *, const cp_value *);
#endif
