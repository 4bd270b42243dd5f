/* Reading bytes: a whole descriptor, or its lines, up to a limit. */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H
#include <stdbool.h>
#include <stddef.h>

/* More than any policy's limit of input bytes; what is longer is cut here and judged too long by the library. */
enum { CLI_MOST_INPUT = 16 * 1024 * 1024 };

typedef struct cli_bytes {
    char *data; /* malloc */
    size_t size, room;
    bool cut; /* there was more than the limit */
} cli_bytes;

/* Everything that can be read from the descriptor, at most `most` bytes. False: errno says why. */
bool cli_read_all(int descriptor, size_t most, cli_bytes *out);
/* The whole file. False: errno says why. */
bool cli_read_file(const char *path, size_t most, cli_bytes *out);

typedef struct cli_lines {
    int descriptor;
    size_t most; /* bytes of a line */
    char *data;
    size_t room, begin, end; /* data[begin..end) was read and not yet given out */
    bool finished;
    int error; /* errno of a failed read; the lines before it have been given out */
} cli_lines;

/* The next line without its newline, valid until the next call; *out_cut: it was longer than `most`, and only its beginning is
 * there. False at the end. A last line without a newline is a line, nothing after the last newline is none. */
bool cli_next_line(cli_lines *, const char **out_line, size_t *out_size, bool *out_cut);
void cli_lines_free(cli_lines *);
#endif
