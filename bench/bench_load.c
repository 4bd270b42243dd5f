/* Loading a policy: its YAML read by libyaml alone, compiled by the library, and added as a compiled image (verified, as one from
 * outside is), for 10 to 10,000 rules; and what a decision then takes. All rounds are interleaved; what is shown is medians, and ratios
 * are what to compare between machines. */
#include <stdint.h>
#include <yaml.h>

#include "api.h"
#include "common.h"

static char *text;
static size_t size;

/* Rules as people write them: every third has a mapping, every fifth names options, every tenth goes with an effect. */
static void make_policy(uint32_t rules) {
    size_t room = (size_t)rules * 160 + 1000;
    size = 0;
    free(text);
    text = (char *)malloc(room);
    if (!text)
        exit(1);
#define PUT(...) size += (size_t)snprintf(text + size, room - size, __VA_ARGS__)
    PUT("cmdpolicy: 1\npack: bench\nrules:\n");
    for (uint32_t i = 0; i < rules; i++)
        switch (i % 5) {
        case 0: PUT("  tool%u list|show: allow\n", i / 5); break;
        case 1: PUT("  tool%u push: {verdict: review, reason: it changes what others see}\n", i / 5); break;
        case 2: PUT("  tool%u push --force: deny\n", i / 5); break;
        case 3: PUT("  tool%u run -x *: {verdict: allow, when: {sandbox: workspace-write}}\n", i / 5); break;
        default:
            PUT("  tool%u delete: {verdict: deny, reason: it can not be undone, suggest: tool%u archive}\n",
                i / 5, i / 5);
        }
    PUT("effects:\n  write:\n");
    for (uint32_t i = 0; i < rules / 10 + 1; i++)
        PUT("    /srv/data%u/**: deny\n    '**/secret%u.txt': review\n", i, i);
}

static cmdpolicy_policy *load_yaml(void) {
    cmdpolicy_builder *b = cmdpolicy_builder_new();
    cmdpolicy_policy *policy = NULL;
    if (cmdpolicy_builder_add_yaml(b, CMDPOLICY_LAYER_USER, "bench.yaml", text, size) != CMDPOLICY_OK ||
        cmdpolicy_builder_build(b, &policy) != CMDPOLICY_OK) {
        cmdpolicy_error e = {.struct_size = sizeof e};
        if (cmdpolicy_builder_error(b, 0, &e) == CMDPOLICY_OK)
            fprintf(stderr, "bench: line %u: %.*s\n", (unsigned)e.line, (int)e.message.size, e.message.data);
        exit(1);
    }
    cmdpolicy_builder_free(b);
    return policy;
}

static void parse_alone(void) {
    yaml_parser_t parser;
    yaml_event_t event;
    int done = 0;
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    while (!done && yaml_parser_parse(&parser, &event)) {
        done = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
}

static void *image;
static size_t image_size;
static cmdpolicy_policy *load_image(void) {
    cmdpolicy_builder *b = cmdpolicy_builder_new();
    cmdpolicy_policy *policy = NULL;
    if (cmdpolicy_builder_add_image_static(b, CMDPOLICY_LAYER_USER, "bench", image, image_size) !=
            CMDPOLICY_OK ||
        cmdpolicy_builder_build(b, &policy) != CMDPOLICY_OK)
        exit(1);
    cmdpolicy_builder_free(b);
    return policy;
}

static double decide(const cmdpolicy_policy *policy, const char *command, int rounds) {
    static double times[4096];
    cmdpolicy_request *r = cmdpolicy_request_new(policy);
    cmdpolicy_request_set_cwd(r, "/home/u/src", 11);
    cmdpolicy_request_set_home(r, "/home/u", 7);
    for (int k = 0; k < rounds; k++) {
        double start = bench_now();
        cmdpolicy_request_set_shell(r, CMDPOLICY_DIALECT_BASH, command, strlen(command));
        cmdpolicy_decision_free(cmdpolicy_check(policy, r));
        times[k] = bench_now() - start;
    }
    cmdpolicy_request_free(r);
    return bench_median(times, (size_t)rounds);
}

int main(int argc, char **argv) {
    static const uint32_t sizes[] = {10, 100, 1000, 5000, 10000};
    static const char *const commands[] = {"tool1 list x", "tool1 push --force", "cat a.txt > /srv/data1/x",
                                           "other -x y"};
    enum {
        SIZES = sizeof sizes / sizeof *sizes,
        COMMANDS = sizeof commands / sizeof *commands,
        ROUNDS_MOST = 101
    };
    int rounds = argc > 1 ? atoi(argv[1]) : 15;
    static double times[3][ROUNDS_MOST], per_size[SIZES][COMMANDS];
    if (rounds < 1 || rounds > ROUNDS_MOST)
        rounds = 15;
    printf("%-12s %9s %12s %12s %7s %12s %9s\n", "load, rules", "bytes", "libyaml ms", "from YAML ms",
           "ratio", "as image ms", "of YAML");
    for (uint32_t i = 0; i < SIZES; i++) {
        make_policy(sizes[i]);
        cmdpolicy_policy *policy = load_yaml();
        const cp_image *made = policy->layers.items[0].image;
        image_size = made->size;
        image = aligned_alloc(16, (made->size + 15) & ~(size_t)15);
        if (!image)
            return 1;
        memcpy(image, made->bytes, made->size);
        for (int k = 0; k < rounds; k++) {
            double t0 = bench_now();
            parse_alone();
            double t1 = bench_now();
            cmdpolicy_policy_free(load_yaml());
            double t2 = bench_now();
            cmdpolicy_policy_free(load_image());
            double t3 = bench_now();
            times[0][k] = t1 - t0;
            times[1][k] = t2 - t1;
            times[2][k] = t3 - t2;
        }
        double m[3];
        for (int k = 0; k < 3; k++)
            m[k] = bench_median(times[k], (size_t)rounds);
        printf("%-12u %9zu %12.3f %12.3f %6.2fx %12.3f %8.3fx\n", sizes[i], size, m[0] / 1e3, m[1] / 1e3,
               m[1] / m[0], m[2] / 1e3, m[2] / m[1]);
        cmdpolicy_policy_prepare(policy);
        for (uint32_t c = 0; c < COMMANDS; c++)
            per_size[i][c] = decide(policy, commands[c], 2000);
        cmdpolicy_policy_free(policy);
        free(image);
    }
    printf("\n%-28s", "decision, p50 us by rules");
    for (uint32_t i = 0; i < SIZES; i++)
        printf(" %8u", sizes[i]);
    printf(" %s\n", "10,000 to 100");
    for (uint32_t c = 0; c < COMMANDS; c++) {
        printf("%-28s", commands[c]);
        for (uint32_t i = 0; i < SIZES; i++)
            printf(" %8.2f", per_size[i][c]);
        printf(" %8.2fx\n", per_size[SIZES - 1][c] / per_size[1][c]);
    }
    free(text);
    return 0;
}
