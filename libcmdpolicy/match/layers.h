/* The images that a policy consists of, weakest overlay first, floors behind them. Several images may share a layer: they
 * count as one. */
#ifndef CP_MATCH_LAYERS_H
#define CP_MATCH_LAYERS_H
#include "match/match.h"

/* As the public cmdpolicy_layer. */
typedef enum cp_layer {
    CP_LAYER_BUILTIN = 0,
    CP_LAYER_SYSTEM = 1,
    CP_LAYER_USER = 2,
    CP_LAYER_SESSION = 3,
    CP_LAYER_REQUIREMENTS = 16,
    CP_LAYER_WORKSPACE = 17
} cp_layer;
static inline bool cp_layer_is_floor(uint32_t layer) {
    return layer >= CP_LAYER_REQUIREMENTS;
}

typedef struct cp_layer_image {
    const cp_image *image;
    cp_regexes *regexes;
    uint32_t layer;
} cp_layer_image;

typedef struct cp_layers {
    const cp_layer_image *items;
    uint32_t count;
} cp_layers;
#endif
