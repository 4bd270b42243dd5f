/* No images, for the tool that makes the real ones. */
#include "policy/builtin.h"

bool cp_builtin_get(uint32_t index, cp_builtin_image *out) {
    (void)index;
    (void)out;
    return false;
}
