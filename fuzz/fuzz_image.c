/* Any bytes as a compiled policy. Whatever they say: opening, verifying and every read and lookup stays within them and ends. The
 * first byte says whether the checksum is made right first, so that verify's other checks are reached. What verifies is a policy:
 * it decides the same way twice, and never allows what doesn't parse. */
#include <stdlib.h>

#include "../tests/unit/image_walk.h"
#include "cmdpolicy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds)
        abort();
}

static void decide(const void *image, size_t size) {
    static const char *const texts[] = {"ls -l src | git log",
                                        "sudo rm -rf ~/x > y",
                                        "curl -d @f https://a.test/b",
                                        "t -x --y=z /a/b c",
                                        "ls \"",
                                        "ls $(",
                                        "ls \xe2\x80\x8b"};
    enum { TEXTS = sizeof texts / sizeof texts[0], WHOLE = 4 };
    cmdpolicy_builder *b = cmdpolicy_builder_new();
    cmdpolicy_policy *policy = NULL;
    require(b != NULL);
    if (cmdpolicy_builder_add_image(b, CMDPOLICY_LAYER_USER, "f", image, size) == CMDPOLICY_OK &&
        cmdpolicy_builder_build(b, &policy) == CMDPOLICY_OK)
        for (size_t i = 0; i < TEXTS; i++) {
            cmdpolicy_decision *d = cmdpolicy_check_shell(policy, texts[i], strlen(texts[i])),
                               *again = cmdpolicy_check_shell(policy, texts[i], strlen(texts[i]));
            cmdpolicy_string first = {NULL, 0}, second = {NULL, 0};
            require(cmdpolicy_decision_render(d, "json", &first) == CMDPOLICY_OK &&
                    cmdpolicy_decision_render(again, "json", &second) == CMDPOLICY_OK);
            require(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
            require(i < WHOLE || cmdpolicy_decision_verdict(d) != CMDPOLICY_ALLOW);
            cmdpolicy_decision_free(d);
            cmdpolicy_decision_free(again);
        }
    cmdpolicy_policy_free(policy);
    cmdpolicy_builder_free(b);
}

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
        const bool verified = cp_image_verify(&image) == CP_IMAGE_OK;
        require(image_walk(&image) == image_walk(&image));
        if (verified)
            decide(copy, size);
    }
    free(copy);
    return 0;
}
