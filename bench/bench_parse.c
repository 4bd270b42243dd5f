/* How fast the parser is: one-line commands (p50, p99) and large scripts (MB/s).
 *
 *   bench_parse lines FILE    each line is a command; the least of several rounds for each
 *   bench_parse whole FILE    the file as one text
 *
 * bench_parse.sh runs the peers beside it in one go. */
#include "shell/parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Memory that the arena uses first, as a caller would keep it who parses often. */
static uint64_t *memory;
static size_t memory_size;

static bool parse(cp_slice text, uint64_t scale) {
    cp_budget budget;
    cp_arena arena;
    cp_sources sources;
    cp_parse_result result;
    cp_budget_init(&budget);
    for (int i = 1; i < CP_LIMIT_COUNT; i++)
        if (i != CP_LIMIT_DEPTH)
            budget.limit[i] *= scale;
    cp_arena_init(&arena, NULL, memory, memory_size, &budget);
    cp_sources_init(&sources, &arena);
    cp_source source = {.text = text};
    cp_sources_add(&sources, &source);
    cp_parse(&arena, &sources, 0, CP_DIALECT_BASH, 0, &budget, &result);
    cp_arena_free(&arena);
    return result.complete != 0;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: bench_parse lines|whole FILE\n");
        return 2;
    }
    FILE *f = fopen(argv[2], "rb");
    if (!f)
        return 2;
    fseek(f, 0, SEEK_END);
    size_t n = (size_t)ftell(f);
    rewind(f);
    uint8_t *text = (uint8_t *)malloc(n + 1);
    if (!text || fread(text, 1, n, f) != n)
        return 2;
    fclose(f);
    memory_size = argv[1][0] == 'w' ? n * 40 : 128 * 1024;
    memory = (uint64_t *)malloc(memory_size);
    if (!memory)
        return 2;
    if (argv[1][0] == 'w') {
        double best = 1e9;
        bool ok = false;
        for (int round = 0; round < 7; round++) {
            double t = now();
            ok = parse(cp_slice_of(text, n), 1000);
            t = now() - t;
            if (t < best)
                best = t;
        }
        printf("cmdpolicy whole bytes=%zu seconds=%.4f mb_s=%.1f ok=%d\n", n, best, (double)n / best / 1e6,
               ok);
        free(text);
        return 0;
    }
    enum { ROUNDS = 9 };
    size_t count = 0, cap = 1;
    for (size_t i = 0; i < n; i++)
        cap += text[i] == '\n';
    cp_slice *lines = (cp_slice *)malloc(cap * sizeof *lines);
    double *least = (double *)malloc(cap * sizeof *least), sum = 0;
    if (!lines || !least)
        return 2;
    for (size_t i = 0, beg = 0; i <= n; i++)
        if (i == n || text[i] == '\n') {
            if (i > beg)
                lines[count++] = cp_slice_of(text + beg, i - beg);
            beg = i + 1;
        }
    size_t accepted = 0;
    for (int round = 0; round < ROUNDS; round++) {
        accepted = 0;
        for (size_t i = 0; i < count; i++) {
            double t = now();
            accepted += parse(lines[i], 1);
            t = now() - t;
            if (!round || t < least[i])
                least[i] = t;
        }
    }
    for (size_t i = 0; i < count; i++)
        sum += least[i];
    qsort(least, count, sizeof *least, by_value);
    if (count)
        printf("cmdpolicy lines=%zu mean_us=%.3f p50_us=%.3f p99_us=%.3f mb_s=%.2f accepted=%zu\n", count,
               sum / (double)count * 1e6, least[count / 2] * 1e6, least[count * 99 / 100] * 1e6,
               (double)n / sum / 1e6, accepted);
    free(lines);
    free(least);
    free(text);
    return 0;
}
