/* Prints the vectors of YAML files as JSON Lines, for run_vectors_cli.py: {"file":...,"line":...,"cmd":...,...}. */
#include "vectors_load.h"

static void print_text(const char *data, size_t size) {
    putchar('"');
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)data[i];
        if (c < 0x20 || c == '"' || c == '\\')
            printf("\\u%04x", c);
        else
            putchar(c);
    }
    putchar('"');
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        vectors v;
        vectors_load(argv[i], &v);
        if (v.error[0]) {
            fprintf(stderr, "%s\n", v.error);
            return 1;
        }
        for (size_t k = 0; k < v.count; k++) {
            const vector *item = &v.items[k];
            printf("{\"file\":");
            print_text(item->file, strlen(item->file));
            printf(",\"line\":%u", item->line);
            for (int key = 0; key < V_KEYS; key++) {
                if (!item->value[key].data)
                    continue;
                printf(",\"%s\":", vector_key_names[key]);
                print_text(item->value[key].data, item->value[key].size);
            }
            if (item->argv) {
                printf(",\"argv\":[");
                for (size_t w = 0; w < item->argc; w++) {
                    if (w > 0)
                        putchar(',');
                    print_text(item->argv[w].data, item->argv[w].size);
                }
                putchar(']');
            }
            printf("}\n");
        }
        vectors_free(&v);
    }
    return 0;
}
