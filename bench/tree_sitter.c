/* The same lines and the same text as bench_parse.c through tree-sitter-bash. Built by bench_parse.sh where the npm registry gives it; no part of the project. */
#include <tree_sitter/api.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const TSLanguage *tree_sitter_bash(void);

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static int parse(TSParser *parser, const char *text, size_t n) {
    TSTree *tree = ts_parser_parse_string(parser, NULL, text, (uint32_t)n);
    int ok = !ts_node_has_error(ts_tree_root_node(tree));
    ts_tree_delete(tree);
    return ok;
}

int main(int argc, char **argv) {
    if (argc < 3)
        return 2;
    FILE *f = fopen(argv[2], "rb");
    if (!f)
        return 2;
    fseek(f, 0, SEEK_END);
    size_t n = (size_t)ftell(f), count = 0, accepted = 0;
    rewind(f);
    char *text = (char *)malloc(n + 1);
    double *least = (double *)malloc((n + 1) * sizeof *least), sum = 0;
    if (!text || !least || fread(text, 1, n, f) != n)
        return 2;
    fclose(f);
    TSParser *parser = ts_parser_new();
    ts_parser_set_language(parser, tree_sitter_bash());
    if (argv[1][0] == 'w') {
        double t = now();
        int ok = parse(parser, text, n);
        t = now() - t;
        printf("tree-sitter-bash whole bytes=%zu seconds=%.4f mb_s=%.1f ok=%d\n", n, t, (double)n / t / 1e6,
               ok);
        return 0;
    }
    for (int round = 0; round < 3; round++) {
        count = accepted = 0;
        for (char *line = text, *end; line < text + n; line = end + 1) {
            end = (char *)memchr(line, '\n', (size_t)(text + n - line));
            if (!end)
                end = text + n;
            double t = now();
            accepted += (size_t)parse(parser, line, (size_t)(end - line));
            t = now() - t;
            if (!round || t < least[count])
                least[count] = t;
            count++;
        }
    }
    for (size_t i = 0; i < count; i++)
        sum += least[i];
    qsort(least, count, sizeof *least, by_value);
    if (count)
        printf("tree-sitter-bash lines=%zu mean_us=%.3f p50_us=%.3f p99_us=%.3f mb_s=%.2f accepted=%zu\n",
               count, sum / (double)count * 1e6, least[count / 2] * 1e6, least[count * 99 / 100] * 1e6,
               (double)n / sum / 1e6, accepted);
    return 0;
}
