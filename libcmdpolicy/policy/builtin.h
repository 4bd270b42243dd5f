/* The images that are linked into the library. */
#ifndef CP_POLICY_BUILTIN_H
#define CP_POLICY_BUILTIN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cp_builtin_image {
    const char *name;      /* "core", or a profile's: "read-only" … */
    const uint64_t *words; /* the image's bytes */
    size_t size;           /* in bytes */
} cp_builtin_image;

/* The image of that index, in an order that means nothing; false past the end. A function, not a table: pointers in constant data would
 * have to be relocated when a program starts. */
bool cp_builtin_get(uint32_t index, cp_builtin_image *out);
#endif
