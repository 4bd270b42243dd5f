/* Replays inputs through a fuzz harness without libFuzzer, so that every corpus is an ordinary test with any compiler.
 *
 * usage: replay_NAME [FILE | DIRECTORY]...
 *
 * Each file is given to the harness whole and cut short at up to 64 places: parsers break at the end of input. The empty
 * input always runs. A directory that isn't there counts as empty; a file that can't be read is a failure. */

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CUTS = 64 };

static int replay_path(const char *path, int required);

/* The harness gets a block of exactly `size` bytes, so that a read past its end is seen by AddressSanitizer. */
static int run(const uint8_t *data, size_t size) {
    uint8_t *copy = calloc(size > 0 ? size : 1, 1);
    if (copy == NULL)
        return -1;
    if (size > 0)
        memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
    return 0;
}

static int replay_file(const char *path, size_t size) {
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(size > 0 ? size : 1);
    int result = -1;
    if (file != NULL && data != NULL && fread(data, 1, size, file) == size) {
        result = run(data, size);
        for (size_t i = 0; result == 0 && i < CUTS && i < size; i++) {
            const size_t cut = size < CUTS ? i : size / CUTS * i + i % 7;
            result = run(data, cut < size ? cut : size);
        }
    }
    if (file != NULL)
        fclose(file);
    free(data);
    return result == 0 ? 1 : -1;
}

static int replay_directory(const char *path) {
    DIR *directory = opendir(path);
    if (directory == NULL)
        return -1;
    int count = 0;
    for (const struct dirent *entry; count >= 0 && (entry = readdir(directory)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        size_t room = strlen(path) + strlen(entry->d_name) + 2;
        char *name = malloc(room);
        int replayed = -1;
        if (name != NULL) {
            snprintf(name, room, "%s/%s", path, entry->d_name);
            replayed = replay_path(name, 1);
        }
        free(name);
        count = replayed < 0 ? -1 : count + replayed;
    }
    closedir(directory);
    return count;
}

/* How many files were replayed; -1 after a failure. */
static int replay_path(const char *path, int required) {
    struct stat status;
    if (stat(path, &status) != 0) {
        if (!required && errno == ENOENT)
            return 0;
        perror(path);
        return -1;
    }
    int count = S_ISDIR(status.st_mode) ? replay_directory(path) : replay_file(path, (size_t)status.st_size);
    if (count < 0)
        fprintf(stderr, "%s: could not be replayed\n", path);
    return count;
}

int main(int argc, char **argv) {
    int total = 0;
    if (run(NULL, 0) != 0)
        return EXIT_FAILURE;
    for (int i = 1; i < argc; i++) {
        int count = replay_path(argv[i], 0);
        if (count < 0)
            return EXIT_FAILURE;
        total += count;
    }
    printf("%d inputs replayed\n", total);
    return EXIT_SUCCESS;
}
