/* The images that are linked into the library. */
#ifndef CP_POLICY_BUILTIN_H
#define CP_POLICY_BUILTIN_H
#include <stddef.h>
#include <stdint.h>

typedef struct cp_builtin_image {
    const char *name;      /* "core", or a profile's: "read-only" … */
    const uint64_t *words; /* the image's bytes */
    size_t size;           /* in bytes */
} cp_builtin_image;

extern const cp_builtin_image cp_builtin_images[];
extern const uint32_t cp_builtin_image_count;
#endif
