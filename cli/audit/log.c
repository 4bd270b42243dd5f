/* Appending to the chain, and reading its last link. */
#define _DEFAULT_SOURCE /* flock */
#include "audit/log.h"

#include <errno.h>
#include <fcntl.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    FIRST_LOOK = 16 * 1024,      /* bytes of the end that are read at first: a record, as a rule */
    MOST_LOOK = 8 * 1024 * 1024, /* bytes that a last line may have */
    LOCK_STEPS = 3000,
    LOCK_WAIT = 1, /* milliseconds of waiting for the lock */
    MOST_REOPENS = 100
};

#define SEQUENCE ",{\"key\":\"cmdpolicy.audit.sequence\",\"value\":{\"intValue\":\""
#define PREVIOUS "\"}},{\"key\":\"cmdpolicy.audit.previous\",\"value\":{\"stringValue\":\""
#define HASH     "\"}},{\"key\":\"cmdpolicy.audit.hash\",\"value\":{\"stringValue\":\""
#define END      "\"}}]}"

static bool fails(char *why, size_t room, const char *path, const char *what) {
    snprintf(why, room, "%s: %s", path, what);
    return false;
}

uint64_t audit_now(void) {
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void audit_hash(const char *data, size_t size, char out[AUDIT_HASH + 1]) {
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, (const uint8_t *)data, size);
    SHA256Final(digest, &context);
    for (size_t i = 0; i < sizeof digest; i++) {
        out[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    out[AUDIT_HASH] = '\0';
}

/* The text before *at ends with `text`: *at moves before it. */
static bool ends_with(const char *line, size_t *at, const char *text) {
    const size_t n = strlen(text);
    if (*at < n || memcmp(line + *at - n, text, n) != 0)
        return false;
    *at -= n;
    return true;
}

static bool hash_before(const char *line, size_t *at, const char **out) {
    if (*at < AUDIT_HASH)
        return false;
    *at -= AUDIT_HASH;
    *out = line + *at;
    for (size_t i = 0; i < AUDIT_HASH; i++) {
        if (!strchr("0123456789abcdef", (*out)[i]) || (*out)[i] == '\0')
            return false;
    }
    return true;
}

bool audit_link_of(const char *line, size_t size, audit_link *out) {
    size_t at = size;
    if (size == 0 || line[0] != '{' || !ends_with(line, &at, END) || !hash_before(line, &at, &out->hash) ||
        !ends_with(line, &at, HASH))
        return false;
    out->body = at;
    if (!hash_before(line, &at, &out->previous) || !ends_with(line, &at, PREVIOUS))
        return false;
    size_t digits = 0;
    uint64_t scale = 1;
    out->sequence = 0;
    for (; at > 0 && digits < 19 && line[at - 1] >= '0' && line[at - 1] <= '9'; at--, digits++, scale *= 10)
        out->sequence += (uint64_t)(line[at - 1] - '0') * scale;
    return digits > 0 && ends_with(line, &at, SEQUENCE);
}

void audit_record_begin(audit_text *t, const char *event, int severity, const char *severity_text,
                        const char *body, size_t body_size, uint64_t nanoseconds) {
    audit_put(t, "{\"timeUnixNano\":\"");
    audit_put_number(t, nanoseconds);
    audit_put(t, "\",\"observedTimeUnixNano\":\"");
    audit_put_number(t, nanoseconds);
    audit_put(t, "\",\"severityNumber\":");
    audit_put_number(t, (uint64_t)severity);
    audit_put(t, ",\"severityText\":\"");
    audit_put(t, severity_text);
    audit_put(t, "\",\"eventName\":\"");
    audit_put(t, event);
    audit_put(t, "\",\"body\":{\"stringValue\":");
    audit_quote(t, body, body_size);
    audit_put(t, "},\"attributes\":[");
    audit_pair_text(t, "event.name", event);
}

/* Puts the record with its link, and a newline, behind `out`; the link becomes the log's last one. */
static void chain(audit_log *log, audit_text *out, const audit_text *record, bool starts) {
    const size_t from = out->size;
    audit_add(out, record->data, record->size);
    if (starts)
        audit_pair_text(out, AUDIT_CHAIN, "start");
    audit_put(out, SEQUENCE);
    audit_put_number(out, log->sequence + 1);
    audit_put(out, PREVIOUS);
    audit_put(out, log->previous);
    audit_hash(out->data + from, out->size - from, log->own);
    audit_put(out, HASH);
    audit_put(out, log->own);
    audit_put(out, END);
    audit_hash(out->data + from, out->size - from, log->previous);
    log->sequence++;
    audit_put(out, "\n");
}

/* A line that its writer didn't finish is ended, and the line after it says so. */
static void repair(audit_log *log, audit_text *out, const char *rest, size_t size) {
    static const char body[] = "the line before this one is incomplete: its writer was stopped";
    audit_text marker = {0};
    audit_record_begin(&marker, AUDIT_EVENT_REPAIRED, 13, "WARN", body, sizeof body - 1, audit_now());
    audit_pair_number(&marker, "cmdpolicy.audit.incomplete_bytes", size);
    audit_link link;
    if (audit_link_of(rest, size, &link)) /* only the newline is missing */
        log->sequence = link.sequence;
    audit_hash(rest, size, log->previous);
    audit_put(out, "\n");
    chain(log, out, &marker, false);
    audit_text_free(&marker);
}

/* The last link of the file's `size` bytes. What its last line lacks of a whole one is mended in `out`. */
static bool read_end(audit_log *log, off_t size, audit_text *out, char *why, size_t room) {
    for (off_t look = FIRST_LOOK;; look *= 4) {
        if (look > size)
            look = size;
        if (look > MOST_LOOK)
            return fails(why, room, log->path, "its last line is too long to be a record");
        char *bytes = malloc((size_t)look);
        if (!bytes)
            return fails(why, room, log->path, "out of memory");
        for (off_t done = 0; done < look;) {
            const ssize_t n = pread(log->descriptor, bytes + done, (size_t)(look - done), size - look + done);
            if (n <= 0 && !(n < 0 && errno == EINTR)) {
                free(bytes);
                return fails(why, room, log->path,
                             n < 0 ? strerror(errno) : "it became shorter while it was read");
            }
            done += n > 0 ? n : 0;
        }
        /* The bytes are LINE\n, or LINE\nREST: the last line and what an unfinished one left. */
        size_t end = (size_t)look;
        while (end > 0 && bytes[end - 1] != '\n')
            end--;
        const char *rest = bytes + end;
        const size_t rest_size = (size_t)look - end;
        size_t line = end > 0 ? end - 1 : 0;
        while (line > 0 && bytes[line - 1] != '\n')
            line--;
        const bool whole = line > 0 || look == size;
        if (whole) {
            audit_link link;
            const size_t line_size = end > 0 ? end - 1 - line : 0;
            log->sequence = audit_link_of(bytes + line, line_size, &link) ? link.sequence : 0;
            if (rest_size > 0)
                repair(log, out, rest, rest_size);
            else
                audit_hash(bytes + line, line_size, log->previous);
        }
        free(bytes);
        if (whole)
            return true;
    }
}

static void close_file(audit_log *log) {
    if (log->descriptor >= 0)
        close(log->descriptor);
    log->descriptor = -1;
    log->end = -1;
}

static bool open_file(audit_log *log, char *why, size_t room) {
    log->descriptor = open(log->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
    struct stat status;
    if (log->descriptor < 0 || fstat(log->descriptor, &status) != 0)
        return fails(why, room, log->path, strerror(errno));
    if (!S_ISREG(status.st_mode)) {
        close_file(log);
        return fails(why, room, log->path, "not a regular file");
    }
    log->device = status.st_dev;
    log->inode = status.st_ino;
    log->end = -1;
    return true;
}

static bool lock(const audit_log *log, char *why, size_t room) {
    const struct timespec wait = {.tv_nsec = LOCK_WAIT * 1000000L};
    for (int i = 0; flock(log->descriptor, LOCK_EX | LOCK_NB) != 0; i++) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return fails(why, room, log->path, strerror(errno));
        if (i >= LOCK_STEPS)
            return fails(why, room, log->path, "another process holds its lock");
        nanosleep(&wait, NULL);
    }
    return true;
}

/* Opens and locks the file that has the path's name now; *out_size is its size. A log may be rotated at any time: renamed, and a
 * new one made, or emptied. */
static bool take(audit_log *log, off_t *out_size, char *why, size_t room) {
    for (int i = 0; i < MOST_REOPENS; i++) {
        if (log->descriptor < 0 && !open_file(log, why, room)) {
            close_file(log);
            return false;
        }
        if (!lock(log, why, room))
            return false;
        struct stat here, named;
        if (fstat(log->descriptor, &here) != 0)
            return fails(why, room, log->path, strerror(errno));
        if (stat(log->path, &named) == 0 && named.st_dev == here.st_dev && named.st_ino == here.st_ino) {
            *out_size = here.st_size;
            return true;
        }
        close_file(log); /* and its lock */
    }
    return fails(why, room, log->path, "it is renamed all the time");
}

/* All of it, or nothing: what was written of a record that didn't fit is taken back. */
static bool write_all(audit_log *log, off_t size, const audit_text *text, char *why, size_t room) {
    for (size_t done = 0; done < text->size;) {
        const ssize_t n = write(log->descriptor, text->data + done, text->size - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n > 0) {
            done += (size_t)n;
            continue;
        }
        const int error = n < 0 ? errno : ENOSPC;
        if (done > 0 && ftruncate(log->descriptor, size) != 0)
            return fails(why, room, log->path, "a part of a record was written; the next one will mark it");
        return fails(why, room, log->path, strerror(error));
    }
    return true;
}

/* Does the file still end with the line that this process wrote last? */
static bool is_as_left(const audit_log *log, off_t size) {
    char end[AUDIT_HASH + sizeof END];
    const off_t from = size - (off_t)sizeof end;
    return log->end == size && from > 0 &&
           pread(log->descriptor, end, sizeof end, from) == (ssize_t)sizeof end &&
           memcmp(end, log->own, AUDIT_HASH) == 0;
}

void audit_log_begin(audit_log *log, const char *path) {
    *log = (audit_log){.path = path, .descriptor = -1, .end = -1};
}

bool audit_log_append(audit_log *log, const audit_text *record, char *why, size_t room) {
    off_t size = 0;
    if (!take(log, &size, why, room)) {
        close_file(log);
        return false;
    }
    audit_text text = {0};
    bool done = true;
    const bool starts = size == 0;
    if (starts) {
        log->sequence = 0;
        memcpy(log->previous, AUDIT_NO_HASH, sizeof log->previous);
    } else if (!is_as_left(log, size))
        done = read_end(log, size, &text, why, room);
    if (done) {
        chain(log, &text, record, starts);
        done = write_all(log, size, &text, why, room);
        log->end = done ? size + (off_t)text.size : -1;
    }
    flock(log->descriptor, LOCK_UN);
    if (!done)
        close_file(log);
    audit_text_free(&text);
    return done;
}

void audit_log_end(audit_log *log) {
    close_file(log);
}
