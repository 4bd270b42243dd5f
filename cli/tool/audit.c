/* audit: what can be done with records of decisions. Here: which part is asked for, and whether a file's chain holds. */
#include "tool/audit.h"

#include "audit/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- verify ------------------------------------------------------------------------------------------------------- */

typedef struct chain {
    const char *path;
    uint64_t line, records, repaired, problems;
    bool first;  /* no line has been seen */
    bool broken; /* the line before is no record, or was changed: what follows can't follow from it */
    char previous[AUDIT_HASH + 1]; /* of the line before */
    uint64_t sequence;             /* of the last record */
    uint64_t unsure;          /* a line that is no record: incomplete, if the next one says so; 0: none */
    char own[AUDIT_HASH + 1]; /* the hash of the last record */
    const char *expected;     /* a hash that has to be there */
    bool found;
} chain;

static void problem(chain *c, uint64_t line, const char *what) {
    c->problems++;
    printf("%s:%llu: %s\n", c->path, (unsigned long long)line, what);
}

static bool holds_text(const char *line, size_t size, const char *text) {
    const size_t n = strlen(text);
    for (size_t i = 0; i + n <= size; i++) {
        if (line[i] == text[0] && memcmp(line + i, text, n) == 0)
            return true;
    }
    return false;
}

static bool is_repair(const char *line, size_t size) {
    return holds_text(line, size, "\"eventName\":\"" AUDIT_EVENT_REPAIRED "\"");
}

static bool is_start(const char *line, size_t size) {
    return holds_text(line, size, "{\"key\":\"" AUDIT_CHAIN "\",\"value\":{\"stringValue\":\"start\"}}");
}

/* Does the line follow from the one before? Says what is wrong, once. */
static void follow(chain *c, const char *line, size_t size, const audit_link *link) {
    char message[160];
    const bool start = is_start(line, size);
    if (c->first) {
        if (!start || memcmp(link->previous, AUDIT_NO_HASH, AUDIT_HASH) != 0 || link->sequence != 1) {
            snprintf(message, sizeof message, "the records before number %llu are missing",
                     (unsigned long long)link->sequence);
            problem(c, c->line, message);
        }
        return;
    }
    if (start) {
        problem(c, c->line,
                "a new chain begins within the file: what was there was replaced, or files were joined");
        return;
    }
    if (memcmp(link->previous, c->previous, AUDIT_HASH) == 0) {
        if (link->sequence != c->sequence + 1 && !c->broken)
            problem(c, c->line, "its number doesn't follow from the line before");
        return;
    }
    if (link->sequence > c->sequence + 1) {
        snprintf(message, sizeof message, "the records from number %llu to %llu are missing before this one",
                 (unsigned long long)c->sequence + 1, (unsigned long long)link->sequence - 1);
        problem(c, c->line, message);
    } else if (link->sequence <= c->sequence) {
        snprintf(message, sizeof message, "out of order: number %llu after number %llu",
                 (unsigned long long)link->sequence, (unsigned long long)c->sequence);
        problem(c, c->line, message);
    } else if (!c->broken)
        problem(c, c->line, "it doesn't follow from the line before, which was changed or replaced");
}

static void verify_line(chain *c, const char *line, size_t size) {
    audit_link link;
    char hash[AUDIT_HASH + 1];
    c->line++;
    const bool is_record = audit_link_of(line, size, &link);
    if (c->unsure) {
        if (is_record && is_repair(line, size) && memcmp(link.previous, c->previous, AUDIT_HASH) == 0) {
            c->repaired++;
            printf("%s:%llu: incomplete: its writer was stopped; the next line says so\n", c->path,
                   (unsigned long long)c->unsure);
            c->broken = false;
        } else
            problem(c, c->unsure, "no record: it was changed, or never was one");
        c->unsure = 0;
    }
    if (!is_record) {
        c->unsure = c->line;
        c->broken = true;
        if (c->first)
            c->sequence = 0;
    } else {
        follow(c, line, size, &link);
        audit_hash(line, link.body, hash);
        c->broken = memcmp(hash, link.hash, AUDIT_HASH) != 0;
        if (c->broken)
            problem(c, c->line, "it was changed");
        c->sequence = link.sequence;
        memcpy(c->own, link.hash, AUDIT_HASH);
        c->found = c->found || (c->expected && strncmp(c->expected, c->own, AUDIT_HASH + 1) == 0);
        c->records++;
    }
    audit_hash(line, size, c->previous);
    c->first = false;
}

static bool ends_with_newline(const char *path) {
    char last = '\n';
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    const off_t size = descriptor < 0 ? 0 : lseek(descriptor, 0, SEEK_END);
    if (size > 0 && pread(descriptor, &last, 1, size - 1) != 1)
        last = '\0';
    if (descriptor >= 0)
        close(descriptor);
    return last == '\n';
}

static int verify_file(const char *path, const char *expected, bool *found) {
    chain c = {.path = path, .first = true, .expected = expected};
    cli_lines lines = {.descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), .most = CLI_MOST_INPUT};
    if (lines.descriptor < 0) {
        cli_error("%s: %s", path, strerror(errno));
        return CLI_FAILURE;
    }
    const char *line;
    size_t size;
    bool cut;
    while (cli_next_line(&lines, &line, &size, &cut))
        verify_line(&c, line, size);
    close(lines.descriptor);
    const int error = lines.error;
    cli_lines_free(&lines);
    if (error != 0) {
        cli_error("%s: %s", path, strerror(error));
        return CLI_FAILURE;
    }
    const bool incomplete = c.line > 0 && !ends_with_newline(path);
    if (incomplete)
        problem(&c, c.line, "incomplete: its writer was stopped, or is writing; the next record will say so");
    else if (c.unsure)
        problem(&c, c.unsure, "no record: it was changed, or never was one");
    *found = *found || c.found;
    if (c.problems > 0)
        printf("%s: %llu records, %llu problems\n", path, (unsigned long long)c.records,
               (unsigned long long)c.problems);
    else if (c.records == 0)
        printf("%s: no records\n", path);
    else
        printf("%s: %llu records, %llu incomplete lines; the chain holds; the last is number %llu, %s\n",
               path, (unsigned long long)c.records, (unsigned long long)c.repaired,
               (unsigned long long)c.sequence, c.own);
    return c.problems > 0 ? TOOL_FOUND : CLI_ALLOW;
}

int audit_verify(tool_arguments *a, int count, const char **files) {
    int status = CLI_ALLOW;
    bool found = false;
    for (int i = 0; i < count; i++) {
        const int one = verify_file(files[i], a->expect, &found);
        status = one > status ? one : status;
    }
    if (a->expect && !found && status != CLI_FAILURE) {
        printf("%s: no record has this hash: records were removed from the end, or all were replaced\n",
               a->expect);
        status = TOOL_FOUND;
    }
    return status;
}

/* ---- The subcommand ------------------------------------------------------------------------------------------------- */

static const cli_option audit_options_[] = {
    {"expect", TOOL_OPTION_EXPECT, "HASH", NULL,
     "verify: a record with this hash must be there (the last one's of an earlier run)", 0},
    {"all", TOOL_OPTION_ALL, NULL, NULL, "stats: name built-in rules that never decide, too", 0},
    {"format", TOOL_OPTION_FORMAT, "FORMAT", "text|json",
     "stats, replay: text for people (as it comes), json for programs", 0},
    {"endpoint", TOOL_OPTION_ENDPOINT, "URL", NULL,
     "export: where to post, such as http://localhost:4318/v1/logs", 0},
    {"header", TOOL_OPTION_HEADER, "'NAME: VALUE'", NULL, "export: a header of each request (repeatable)", 0},
    {"position", TOOL_OPTION_POSITION, "FILE", NULL,
     "export: where it stopped (the last file's name and .exported)", 0},
    {"batch-size", TOOL_OPTION_BATCH_SIZE, "N", NULL, "export: records of a request (500)", 0},
};
static const cli_group audit_group = CLI_GROUP(audit_options_);

static int run(const tool_command *command, int argc, char **argv) {
    static const struct {
        const char *name;
        int (*run)(tool_arguments *, int count, const char **files);
    } parts[] = {
        {"verify", audit_verify}, {"stats", audit_stats}, {"replay", audit_replay}, {"export", audit_export}};
    enum { PARTS = sizeof parts / sizeof parts[0] };
    tool_arguments a;
    int status = tool_read_arguments(command, argc, argv, &a);
    if (status == CLI_ALLOW && !a.done) {
        status = CLI_FAILURE;
        size_t part = 0;
        while (part < PARTS && (a.count == 0 || strcmp(parts[part].name, a.operands[0]) != 0))
            part++;
        if (part == PARTS) {
            const char *hint = a.count > 0 ? cli_closest(a.operands[0], parts, PARTS, sizeof parts[0]) : NULL;
            cli_error("%s%s%s; expected one of verify, stats, replay, export%s%s%s",
                      a.count > 0 ? "audit " : "audit needs a part", a.count > 0 ? a.operands[0] : "",
                      a.count > 0 ? ": there is no such part" : "", hint ? "; did you mean " : "",
                      hint ? hint : "", hint ? "?" : "");
        } else if (a.count == 1)
            cli_error("audit %s: expected files of records", a.operands[0]);
        else
            status = parts[part].run(&a, a.count - 1, a.operands + 1);
        if (fflush(stdout) != 0)
            status = CLI_FAILURE;
    }
    tool_free_arguments(&a);
    return status;
}

const tool_command tool_audit = {
    "audit",
    "verify|stats|replay|export [OPTION...] FILE...",
    "Verify, count, replay or export records of decisions",
    "The files are what cmdpolicy-check --audit wrote.\n"
    "  verify  is each line what was written, and is none missing? Names what isn't; the rotated file goes first\n"
    "  stats   verdicts, the rules that decide, and those of the policy here that never do\n"
    "  replay  which past decisions the policy here (--policy NEW and its like) would make otherwise\n"
    "  export  post records as OTLP/HTTP JSON, from where it stopped; what isn't taken is kept for the next time",
    run,
    {&audit_group, &cli_policy_options, &tool_help_options},
};
