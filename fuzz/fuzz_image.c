/* Any bytes as a compiled policy. Whatever they say: opening, verifying and every read and lookup stays within them and ends. The
 * first byte says whether the checksum is made right first, so that verify's other checks are reached. */
#include <stdlib.h>

#include "../tests/unit/image_walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1)
        return 0;
    bool seal = data[0] & 1;
    data++;
    size--;
    uint64_t *copy = (uint64_t *)calloc(size / 8 + 1, 8);
    if (!copy)
        return 0;
    memcpy(copy, data, size);
    cp_rec_header *header = (cp_rec_header *)(void *)copy;
    if (seal && size >= sizeof *header) {
        memcpy(header->magic, CP_IMAGE_MAGIC, sizeof header->magic);
        header->version = (uint32_t)CP_IMAGE_MAJOR << 16;
        header->file_size = (uint32_t)size;
        if (header->header_size <= size)
            header->checksum =
                cp_image_checksum((const uint8_t *)copy + header->header_size, size - header->header_size);
    }
    cp_image image;
    if (cp_image_open(&image, copy, size) == CP_IMAGE_OK) {
        (void)cp_image_verify(&image);
        (void)image_walk(&image);
    }
    free(copy);
    return 0;
}
