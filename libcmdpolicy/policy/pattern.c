/* Reading patterns. Whatever could never match (`..`, `//`, a scheme in front of a host) is an error that says what would. */
#include "policy/pattern.h"

#include "base/text.h"
#include "match/match.h"

static const struct {
    const char *name;
    uint32_t root;
} roots[] = {{"workspace", CP_ROOT_WORKSPACE}, {"cwd", CP_ROOT_CWD}, {"tmp", CP_ROOT_TMP}};

/* Length of the root's own text (`/` counts with what follows); 0: no path pattern. */
static uint32_t root_of(cp_slice s, bool alone, uint32_t *out) {
    if (s.n == 0)
        return 0;
    if (s.p[0] == '/') {
        *out = CP_ROOT_ABSOLUTE;
        return 1;
    }
    if (s.p[0] == '~' && (s.n == 1 || s.p[1] == '/')) {
        *out = CP_ROOT_HOME;
        return 1;
    }
    if (cp_slice_starts(s, CP_LIT("**/"))) {
        *out = CP_ROOT_ANYWHERE;
        return 3;
    }
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        cp_slice name = cp_slice_str(roots[i].name);
        if (cp_slice_starts(s, name) && (s.n == name.n ? alone : s.p[name.n] == '/')) {
            *out = roots[i].root;
            return name.n;
        }
    }
    return 0;
}

bool cp_pattern_is_path(cp_slice s, bool roots_alone) {
    uint32_t root;
    return root_of(s, roots_alone, &root) != 0;
}

static bool check_characters(cp_reporter *r, cp_slice text, cp_place at) {
    for (uint32_t i = 0; i < text.n;) {
        uint32_t c = 0, n = cp_utf8_at(text, i, &c);
        if (n && (cp_is_unicode_blank(c) || c == '\n')) {
            cp_error(r, "blank-character", at, "a blank, where one is meant",
                     "`%s` holds a blank that is none for a shell", text);
            return false;
        }
        i += n ? n : 1;
    }
    return true;
}

static bool add_part(cp_reporter *r, cp_pattern *out, cp_slice part) {
    cp_pattern_part made = {CP_COMP_LITERAL, part};
    if (cp_slice_is(part, "**")) {
        made.op = CP_COMP_STARSTAR;
        if (out->part_count && out->parts[out->part_count - 1].op == CP_COMP_STARSTAR)
            return true; /* twice in a row says nothing more */
    } else if (cp_slice_find(part, '*', 0) < part.n) {
        made.op = CP_COMP_GLOB;
        for (uint32_t i = 1; i < part.n; i++)
            if (part.p[i] == '*' && part.p[i - 1] == '*') {
                cp_error(r, "path-pattern", out->at, "`**` alone between slashes, or one `*` within a name",
                         "`%s` joins `**` with other characters", out->text);
                return false;
            }
    }
    return CP_PUSH(r->arena, out->parts, out->part_count, out->part_cap, made);
}

bool cp_pattern_path(cp_reporter *r, cp_slice text, cp_place at, cp_pattern *out) {
    *out = (cp_pattern){.kind = CP_OBJECT_PATH, .text = text, .at = at};
    static const char forms[] = "a path that begins with `/`, `~`, `**/`, `workspace`, `cwd` or `tmp`";
    uint32_t root_length = root_of(text, true, &out->root);
    if (root_length == 0) {
        if (text.n > 1 && text.p[0] == '~')
            cp_error(r, "path-pattern", at, "`~` for the home directory, `/home/%s` for another user's",
                     "`%s` names another user's home", text, cp_slice_sub(text, 1, text.n));
        else if (text.n && text.p[0] == '$')
            cp_error(r, "path-pattern", at, forms, "`%s` holds a variable; patterns know the roots only",
                     text);
        else if (cp_slice_is(text, "**") || cp_slice_is(text, "*"))
            cp_error(r, "path-pattern", at, "`/**` for every path, or `default`", "`%s` has no root", text);
        else
            cp_error(
                r, "path-pattern", at,
                "a path that begins with `/`, `~`, `**/`, `workspace`, `cwd` or `tmp`: perhaps `**/%s` or `workspace/%s`",
                "`%s` is no path pattern", text, text, text);
        return false;
    }
    if (!check_characters(r, text, at))
        return false;
    uint32_t i = root_length;
    if (out->root != CP_ROOT_ABSOLUTE && out->root != CP_ROOT_ANYWHERE && i < text.n)
        i++; /* the slash behind ~, workspace … */
    if (i == text.n && i > root_length) {
        cp_error(r, "path-pattern", at, "`%s` without the slash, or `%s**` for all below",
                 "`%s` ends in a slash", text, cp_slice_sub(text, 0, i - 1), text);
        return false;
    }
    if (i == text.n && out->root == CP_ROOT_ANYWHERE) {
        cp_error(r, "path-pattern", at, "a name behind `**/`", "`%s` names nothing", text);
        return false;
    }
    while (i < text.n) {
        uint32_t end = cp_slice_find(text, '/', i);
        cp_slice part = cp_slice_sub(text, i, end);
        if (part.n == 0 || cp_slice_is(part, ".") || cp_slice_is(part, "..")) {
            cp_error(r, "path-pattern", at, "a path as it is after `.`, `..` and `//` are gone",
                     "`%s` can never match: it holds `%s`", text, part.n ? part : CP_LIT("//"));
            return false;
        }
        if (!add_part(r, out, part))
            return false;
        if (end + 1 == text.n) {
            cp_error(r, "path-pattern", at, "`%s` without the slash, or `%s**` for all below",
                     "`%s` ends in a slash", text, cp_slice_sub(text, 0, end), text);
            return false;
        }
        i = end + 1;
    }
    return true;
}

/* ---- Hosts ------------------------------------------------------------------------------------------------------------ */

static bool read_number(cp_slice s, uint32_t most, uint32_t *out) {
    uint32_t n = 0;
    if (s.n == 0 || s.n > 6)
        return false;
    for (uint32_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        n = n * 10 + (uint32_t)(s.p[i] - '0');
    }
    *out = n;
    return n <= most;
}

static cp_slice lower(cp_reporter *r, cp_slice s) {
    cp_slice made = cp_arena_copy(r->arena, s);
    uint8_t *p = (uint8_t *)(uintptr_t)made.p;
    for (uint32_t i = 0; i < made.n; i++)
        if (p[i] >= 'A' && p[i] <= 'Z')
            p[i] = (uint8_t)(p[i] + 32);
    return made;
}

/* An address, with `/PREFIX` where `range` isn't empty. IPv4 becomes IPv4-mapped. */
static bool read_address(cp_slice host, cp_slice range, cp_pattern *out) {
    bool v6 = cp_slice_find(host, ':', 0) < host.n;
    if (!cp_address_read(host, out->address))
        return false;
    uint32_t most = v6 ? 128 : 32, prefix = most;
    if (range.n && !read_number(range, most, &prefix))
        return false;
    out->prefix = v6 ? prefix : prefix + 96;
    out->host_kind = CP_HOST_ADDRESS;
    /* bits behind the prefix count for nothing */
    for (uint32_t i = 0; i < 4; i++) {
        uint32_t keep = out->prefix > 32 * i ? out->prefix - 32 * i : 0;
        if (keep < 32)
            out->address[i] &= keep ? ~(0xffffffffu >> keep) : 0;
    }
    return true;
}

static bool is_host_name(cp_slice s) {
    if (s.n == 0 || s.n > 253)
        return false;
    uint32_t label = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];
        if (c == '.') {
            if (label == 0)
                return false;
            label = 0;
            continue;
        }
        bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (!fine || ++label > 63)
            return false;
    }
    return label != 0;
}

bool cp_pattern_host(cp_reporter *r, cp_slice text, cp_place at, cp_pattern *out) {
    static const char forms[] =
        "`example.com`, `*.example.com`, `**.example.com`, `host:port`, an address or `10.0.0.0/8`";
    *out = (cp_pattern){.kind = CP_OBJECT_HOST, .text = text, .at = at};
    for (uint32_t i = 0; i + 2 < text.n; i++)
        if (text.p[i] == ':' && text.p[i + 1] == '/' && text.p[i + 2] == '/') {
            cp_error(r, "host-pattern", at, "the host alone: %s", "`%s` is a URL", text,
                     cp_slice_sub(text, i + 3, cp_slice_find(text, '/', i + 3)));
            return false;
        }
    cp_slice host = text, port = {NULL, 0}, range = {NULL, 0};
    bool bracketed = text.n && text.p[0] == '[';
    if (bracketed) {
        uint32_t end = cp_slice_find(text, ']', 0);
        host = cp_slice_sub(text, 1, end);
        cp_slice rest = cp_slice_sub(text, end + 1, text.n);
        if (rest.n && rest.p[0] == ':')
            port = cp_slice_sub(rest, 1, rest.n);
        else if (rest.n || end == text.n)
            host = cp_slice_of(NULL, 0);
    } else {
        uint32_t slash = cp_slice_find(text, '/', 0), colon = cp_slice_find(text, ':', 0);
        bool v6 = colon < text.n && cp_slice_find(text, ':', colon + 1) < text.n;
        if (slash < text.n) {
            range = cp_slice_sub(text, slash + 1, text.n);
            host = cp_slice_sub(text, 0, slash);
        } else if (colon < text.n && !v6) {
            port = cp_slice_sub(text, colon + 1, text.n);
            host = cp_slice_sub(text, 0, colon);
        }
    }
    if (port.p && (!read_number(port, 65535, &out->port) || out->port == 0)) {
        cp_error(r, "host-pattern", at, "a port from 1 to 65535", "`%s` has no such port", text);
        return false;
    }
    host = lower(r, host);
    if (host.n > 1 && host.p[host.n - 1] == '.')
        host.n--;
    if (cp_slice_is(host, "*") || cp_slice_is(host, "**")) {
        out->host_kind = CP_HOST_ANY;
        return true;
    }
    if (read_address(host, range, out)) {
        out->name = host;
        return true;
    }
    if (range.n == 0 && !bracketed && cp_slice_find(text, '/', 0) == text.n) {
        out->host_kind = CP_HOST_EXACT;
        if (cp_slice_starts(host, CP_LIT("**."))) {
            out->host_kind = CP_HOST_DOMAIN;
            host = cp_slice_sub(host, 3, host.n);
        } else if (cp_slice_starts(host, CP_LIT("*."))) {
            out->host_kind = CP_HOST_SUBDOMAINS;
            host = cp_slice_sub(host, 2, host.n);
        }
        out->name = host;
        if (is_host_name(host))
            return true;
    }
    cp_error(r, "host-pattern", at, forms, "`%s` is no host pattern", text);
    return false;
}

/* ---- Variables, and the kinds of effects ------------------------------------------------------------------------------ */

bool cp_pattern_variable(cp_reporter *r, cp_slice text, cp_place at, cp_pattern *out) {
    *out = (cp_pattern){.kind = CP_OBJECT_VARIABLE, .text = text, .at = at, .name = text};
    bool fine = text.n != 0 && !(text.p[0] >= '0' && text.p[0] <= '9');
    for (uint32_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];
        fine = fine && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                        c == '_' || c == '*');
    }
    if (!fine)
        cp_error(r, "variable-pattern", at, "letters, digits, `_`, and `*` for any of them",
                 "`%s` is no variable's name", text);
    return fine;
}

bool cp_pattern_of_effect(cp_reporter *r, uint32_t effect, cp_slice text, cp_place at, cp_pattern *out) {
    switch (effect) {
    case CP_EFFECT_READ:
        if (text.n > 1 && text.p[0] == '$') {
            bool fine = cp_pattern_variable(r, cp_slice_sub(text, 1, text.n), at, out);
            out->text = text;
            return fine;
        }
        return cp_pattern_path(r, text, at, out);
    case CP_EFFECT_WRITE:
    case CP_EFFECT_DELETE: return cp_pattern_path(r, text, at, out);
    case CP_EFFECT_CODE:
        if (cp_slice_is(text, "inline") || cp_slice_is(text, "stdin")) {
            *out = (cp_pattern){.kind = CP_OBJECT_WORD, .text = text, .at = at, .name = text};
            return true;
        }
        if (!cp_pattern_is_path(text, true)) {
            cp_error(
                r, "path-pattern", at,
                "`inline`, `stdin`, or a path that begins with `/`, `~`, `**/`, `workspace`, `cwd` or `tmp`",
                "`%s` is no place of code", text);
            return false;
        }
        return cp_pattern_path(r, text, at, out);
    case CP_EFFECT_NETWORK: return cp_pattern_host(r, text, at, out);
    case CP_EFFECT_ENV: { /* NAME, or NAME=VALUE */
        bool fine = cp_pattern_variable(r, cp_slice_sub(text, 0, cp_slice_find(text, '=', 0)), at, out);
        out->text = out->name = text;
        return fine;
    }
    default:
        cp_error(r, "no-pattern", at, "one verdict for all of it",
                 "this kind of effect has no patterns: `%s`", text);
        return false;
    }
}
