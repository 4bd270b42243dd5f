/* export: posts records to a collector, OTLP/HTTP with JSON (opentelemetry.io/docs/specs/otlp). The file of records is the spool:
 * a place in it, kept beside it, moves on when the collector has said yes, and not before. Nothing is lost while it is away; a
 * record may come twice if this program is stopped between its yes and the note of it. */
#include "tool/audit.h"

#include "audit/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef CMDPOLICY_CURL
#  include <curl/curl.h>
#  include <jansson.h>

enum {
    MOST_BODY = 4 * 1024 * 1024, /* bytes of a request, about */
    MOST_ANSWER = 64 * 1024,     /* of an answer that are looked at */
    USUAL_BATCH = 500
};

typedef struct place {
    off_t offset;              /* behind the last record that was taken; 0: none was */
    char hash[AUDIT_HASH + 1]; /* of that record */
} place;

typedef struct exporter {
    CURL *curl;
    struct curl_slist *headers;
    const char *endpoint;
    char *position; /* path */
    uint64_t batch_size, sent, passed_over;
    audit_text body, answer;
    uint64_t in_body;
} exporter;

/* ---- Where it stopped ----------------------------------------------------------------------------------------------- */

/* False, with a message: there is a file, and it isn't one of ours. */
static bool read_place(const char *path, place *out) {
    cli_bytes text = {0};
    *out = (place){0};
    if (!cli_read_file(path, 4096, &text)) {
        if (errno == ENOENT)
            return true;
        cli_error("%s: %s", path, strerror(errno));
        return false;
    }
    char *end = NULL;
    long long offset = -1;
    if (text.size > AUDIT_HASH + 2 && text.data[text.size - 1] == '\n') {
        text.data[text.size - 1] = '\0';
        offset = strtoll(text.data, &end, 10);
    }
    const bool good = offset >= 0 && end && *end == ' ' && strlen(end + 1) == AUDIT_HASH;
    if (good) {
        out->offset = (off_t)offset;
        memcpy(out->hash, end + 1, AUDIT_HASH + 1);
    } else
        cli_error("%s: not a position that was kept here; remove it to export everything", path);
    free(text.data);
    return good;
}

static bool keep_place(const exporter *e, const place *p) {
    const size_t room = strlen(e->position) + sizeof ".partial";
    char *partial = malloc(room);
    if (!partial)
        cli_out_of_memory();
    snprintf(partial, room, "%s.partial", e->position);
    FILE *out = fopen(partial, "w");
    bool done = out && fprintf(out, "%lld %s\n", (long long)p->offset, p->hash) > 0;
    done = out && fclose(out) == 0 && done && rename(partial, e->position) == 0;
    if (!done)
        cli_error("%s: %s; records will be sent again", e->position, strerror(errno));
    free(partial);
    return done;
}

/* Does the record that was sent last end at this place of this file? */
static bool is_in(const char *path, const place *p) {
    enum { TAIL = AUDIT_HASH + 6 }; /* HASH"}}]}\n */
    char tail[TAIL];
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    const bool found = descriptor >= 0 && p->offset >= TAIL &&
                       pread(descriptor, tail, TAIL, p->offset - TAIL) == TAIL &&
                       memcmp(tail, p->hash, AUDIT_HASH) == 0 && tail[TAIL - 1] == '\n';
    if (descriptor >= 0)
        close(descriptor);
    return found;
}

/* ---- Posting ---------------------------------------------------------------------------------------------------------- */

static size_t take_answer(char *data, size_t size, size_t count, void *self) {
    audit_text *answer = self;
    if (answer->size + size * count <= MOST_ANSWER)
        audit_add(answer, data, size * count);
    return size * count;
}

static void begin_body(exporter *e) {
    char host[256] = "";
    (void)gethostname(host, sizeof host - 1);
    e->body.size = 0;
    e->in_body = 0;
    audit_put(&e->body, "{\"resourceLogs\":[{\"resource\":{\"attributes\":[");
    audit_pair_text(&e->body, "service.name", "cmdpolicy");
    audit_pair_text(&e->body, "service.version", CMDPOLICY_VERSION_STRING);
    audit_pair_text(&e->body, "host.name", host);
    audit_put(&e->body,
              "]},\"scopeLogs\":[{\"scope\":{\"name\":\"cmdpolicy\",\"version\":\"" CMDPOLICY_VERSION_STRING
              "\"},\"logRecords\":[");
}

/* A collector may take a request and refuse some of its records; they are not to be sent again. */
static void say_refused(const exporter *e) {
    json_t *answer = json_loadb(e->answer.data, e->answer.size, 0, NULL);
    const json_t *partial = json_object_get(answer, "partialSuccess"),
                 *count = json_object_get(partial, "rejectedLogRecords");
    const char *text = json_string_value(json_object_get(partial, "errorMessage")),
               *number = json_string_value(count);
    const long long refused = number ? strtoll(number, NULL, 10) : (long long)json_integer_value(count);
    if (refused > 0)
        cli_error("%s: the collector refused %lld records: %s", e->endpoint, refused,
                  text ? text : "it doesn't say why");
    json_decref(answer);
}

static bool post(exporter *e) {
    char error[CURL_ERROR_SIZE] = "";
    long code = 0;
    audit_put(&e->body, "]}]}]}");
    e->answer.size = 0;
    curl_easy_setopt(e->curl, CURLOPT_POSTFIELDS, e->body.data);
    curl_easy_setopt(e->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)e->body.size);
    curl_easy_setopt(e->curl, CURLOPT_ERRORBUFFER, error);
    const CURLcode result = curl_easy_perform(e->curl);
    if (result != CURLE_OK) {
        cli_error("%s: %s", e->endpoint, error[0] ? error : curl_easy_strerror(result));
        return false;
    }
    curl_easy_getinfo(e->curl, CURLINFO_RESPONSE_CODE, &code);
    if (code < 200 || code > 299) {
        cli_error("%s: HTTP status %ld", e->endpoint, code);
        return false;
    }
    say_refused(e);
    return true;
}

/* Posts what is gathered, and remembers how far it goes. */
static bool flush(exporter *e, const place *p) {
    if (e->in_body == 0)
        return true;
    if (!post(e))
        return false;
    e->sent += e->in_body;
    begin_body(e);
    return keep_place(e, p);
}

/* The file's records from the offset on. A last line without a newline is left for the next time. */
static bool export_file(exporter *e, const char *path, off_t offset) {
    place p = {.offset = offset};
    struct stat status;
    cli_lines lines = {.descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), .most = CLI_MOST_INPUT};
    if (lines.descriptor < 0 || fstat(lines.descriptor, &status) != 0 ||
        lseek(lines.descriptor, offset, SEEK_SET) < 0) {
        cli_error("%s: %s", path, strerror(errno));
        if (lines.descriptor >= 0)
            close(lines.descriptor);
        return false;
    }
    const char *line;
    size_t size;
    bool cut, done = true;
    while (done && cli_next_line(&lines, &line, &size, &cut)) {
        if (p.offset + (off_t)size >= status.st_size)
            break; /* the last line, and it has no end; or it was written after we looked */
        audit_link link;
        char hash[AUDIT_HASH + 1] = "";
        bool good = !cut && audit_link_of(line, size, &link);
        if (good) {
            audit_hash(line, link.body, hash);
            json_t *record = json_loadb(line, size, 0, NULL);
            good = memcmp(hash, link.hash, AUDIT_HASH) == 0 && json_is_object(record);
            json_decref(record);
        }
        p.offset += (off_t)size + 1;
        if (!good) {
            e->passed_over++;
            continue;
        }
        if (e->in_body > 0)
            audit_put(&e->body, ",");
        audit_add(&e->body, line, size);
        e->in_body++;
        memcpy(p.hash, hash, sizeof p.hash);
        if (e->in_body >= e->batch_size || e->body.size >= MOST_BODY)
            done = flush(e, &p);
    }
    if (done && lines.error != 0) {
        cli_error("%s: %s", path, strerror(lines.error));
        done = false;
    }
    done = done && flush(e, &p);
    close(lines.descriptor);
    cli_lines_free(&lines);
    return done;
}

static bool is_http(const char *url) {
    return strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0;
}

static bool prepare(exporter *e, const tool_arguments *a, const char *last_file) {
    e->endpoint = a->endpoint;
    e->batch_size = USUAL_BATCH;
    if (!a->endpoint || !is_http(a->endpoint)) {
        cli_error(
            "audit export needs --endpoint URL, an address that begins with http:// or https://, such as "
            "http://localhost:4318/v1/logs");
        return false;
    }
    if (a->batch_size) {
        char *end;
        e->batch_size = strtoull(a->batch_size, &end, 10);
        if (*end != '\0' || a->batch_size[0] < '0' || a->batch_size[0] > '9' || e->batch_size < 1 ||
            e->batch_size > 100000) {
            cli_error("--batch-size %s: expected a number from 1 to 100000", a->batch_size);
            return false;
        }
    }
    const size_t room = strlen(last_file) + sizeof ".exported";
    e->position = a->position ? strdup(a->position) : malloc(room);
    if (!e->position)
        cli_out_of_memory();
    if (!a->position)
        snprintf(e->position, room, "%s.exported", last_file);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(e->curl = curl_easy_init())) {
        cli_error("libcurl can't be used");
        return false;
    }
    e->headers = curl_slist_append(e->headers, "Content-Type: application/json");
    e->headers = curl_slist_append(e->headers, "Expect:"); /* no round trip before the body */
    for (int i = 0; i < a->header_count; i++) {
        if (!strchr(a->headers[i], ':') || strpbrk(a->headers[i], "\r\n")) {
            cli_error("--header %s: expected 'NAME: VALUE'", a->headers[i]);
            return false;
        }
        e->headers = curl_slist_append(e->headers, a->headers[i]);
    }
    curl_easy_setopt(e->curl, CURLOPT_URL, e->endpoint);
    curl_easy_setopt(e->curl, CURLOPT_HTTPHEADER, e->headers);
    curl_easy_setopt(e->curl, CURLOPT_USERAGENT, "cmdpolicy/" CMDPOLICY_VERSION_STRING);
    curl_easy_setopt(e->curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(e->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(e->curl, CURLOPT_CONNECTTIMEOUT, 10L);
    curl_easy_setopt(e->curl, CURLOPT_TIMEOUT, 60L);
    curl_easy_setopt(e->curl, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(e->curl, CURLOPT_WRITEDATA, &e->answer);
    begin_body(e);
    return true;
}

int audit_export(tool_arguments *a, int count, const char **files) {
    exporter e = {0};
    place p;
    bool done = prepare(&e, a, files[count - 1]) && read_place(e.position, &p);
    int first = 0;
    off_t offset = 0;
    if (done && p.offset > 0) {
        while (first < count && !is_in(files[first], &p))
            first++;
        if (first == count) {
            cli_error("the record that was sent last is in none of the files: all of them are sent");
            first = 0;
        } else
            offset = p.offset;
    }
    for (int i = first; i < count && done; i++)
        done = export_file(&e, files[i], i == first ? offset : 0);
    if (e.passed_over > 0)
        cli_error("%llu lines are no records and were not sent; cmdpolicy audit verify says more",
                  (unsigned long long)e.passed_over);
    if (e.curl)
        printf("%llu records sent%s\n", (unsigned long long)e.sent,
               done ? "" : "; the rest is kept for the next time");
    curl_slist_free_all(e.headers);
    if (e.curl)
        curl_easy_cleanup(e.curl);
    audit_text_free(&e.body);
    audit_text_free(&e.answer);
    free(e.position);
    return done ? CLI_ALLOW : CLI_FAILURE;
}
#else
int audit_export(tool_arguments *a, int count, const char **files) {
    (void)a;
    (void)count;
    (void)files;
    cli_error("audit export: this program was built without libcurl");
    return CLI_FAILURE;
}
#endif
