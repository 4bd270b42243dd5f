/* The empty table, for the tool that makes the real one. */
#include "policy/builtin.h"

const cp_builtin_image cp_builtin_images[] = {{NULL, NULL, 0}};
const uint32_t cp_builtin_image_count = 0;
