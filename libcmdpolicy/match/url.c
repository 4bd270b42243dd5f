/* URLs as curl, git and browsers read them: RFC 3986, and the WHATWG URL standard where it agrees. A host is known only if all of them
 * connect to the same one. What one of them would repair, decode or cut elsewhere is unknown: a backslash, a control byte, a blank, a
 * percent sign, a brace or a character beyond ASCII before the end of the authority, a second '@', a missing or third slash. */
#include "match/host.h"

static bool is_alpha(uint8_t b) {
    return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
}
static bool is_digit(uint8_t b) {
    return b >= '0' && b <= '9';
}

/* Schemes whose authority is the host that is connected to. 0: the user's ssh configuration chooses the port, or there is none. */
static const struct {
    const char *name;
    uint32_t port;
} schemes[] = {
    {"http", 80},       {"https", 443},     {"ftp", 21},       {"ftps", 990},   {"sftp", 0},
    {"scp", 0},         {"ssh", 0},         {"git", 9418},     {"git+ssh", 0},  {"ssh+git", 0},
    {"git+http", 80},   {"git+https", 443}, {"svn", 3690},     {"svn+ssh", 0},  {"svn+http", 80},
    {"svn+https", 443}, {"hg+http", 80},    {"hg+https", 443}, {"hg+ssh", 0},   {"bzr+http", 80},
    {"bzr+https", 443}, {"bzr+ssh", 0},     {"ws", 80},        {"wss", 443},    {"rsync", 873},
    {"rsync+ssh", 0},   {"telnet", 23},     {"tftp", 69},      {"smb", 445},    {"smbs", 445},
    {"ldap", 389},      {"ldaps", 636},     {"imap", 143},     {"imaps", 993},  {"pop3", 110},
    {"pop3s", 995},     {"smtp", 25},       {"smtps", 465},    {"dict", 2628},  {"gopher", 70},
    {"gophers", 70},    {"rtsp", 554},      {"mqtt", 1883},    {"mqtts", 8883}, {"redis", 6379},
    {"rediss", 6379},   {"amqp", 5672},     {"amqps", 5671},   {"irc", 6667},   {"ircs", 6697},
    {"nats", 4222},     {"vnc", 5900},      {"rdp", 3389},     {"nfs", 2049},   {"tcp", 0},
    {"udp", 0},         {"dav", 80},        {"davs", 443},
};

/* Index into `schemes`, or -1. */
static int find_scheme(cp_slice name) {
    for (uint32_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        if (cp_slice_is(name, schemes[i].name))
            return (int)i;
    return -1;
}

/* Length of a scheme's name with ':' behind it; 0: none. */
static uint32_t scheme_length(cp_slice s) {
    if (s.n == 0 || !is_alpha(s.p[0]))
        return 0;
    uint32_t n = 1;
    while (n < s.n &&
           (is_alpha(s.p[n]) || is_digit(s.p[n]) || s.p[n] == '+' || s.p[n] == '-' || s.p[n] == '.'))
        n++;
    return n < s.n && s.p[n] == ':' ? n : 0;
}

static cp_slice lower_case(cp_arena *arena, cp_slice s) {
    if (s.n == 0)
        return s;
    uint8_t *p = (uint8_t *)cp_alloc_raw(arena, s.n);
    if (cp_arena_failed(arena))
        return (cp_slice){NULL, 0};
    for (uint32_t i = 0; i < s.n; i++)
        p[i] = is_alpha(s.p[i]) ? (uint8_t)(s.p[i] | 32) : s.p[i];
    return (cp_slice){p, s.n};
}

static uint32_t find_any(cp_slice s, const char *bytes, uint32_t from) {
    for (uint32_t i = from; i < s.n; i++)
        if (s.p[i] && strchr(bytes, s.p[i]))
            return i;
    return s.n;
}

/* The end of the authority that begins at `from`; false where it isn't certain. `web`: every program ends it at '?' and '#' too (git takes
 * these for a part of an ssh host). */
static bool find_end(cp_slice s, uint32_t from, bool open, bool web, uint32_t *out) {
    uint32_t end = find_any(s, "/?#", from);
    *out = end;
    if (end == s.n)
        return !open;
    if (s.p[end] == '/')
        return true;
    /* Some programs look for '@' behind '?' and '#' too. */
    return web && !open && find_any(s, "@\\", end) == s.n;
}

static bool decode(cp_arena *arena, cp_slice s, cp_slice *out) {
    uint8_t *p = (uint8_t *)cp_alloc_raw(arena, s.n);
    uint32_t n = 0;
    if (cp_arena_failed(arena))
        return false;
    for (uint32_t i = 0; i < s.n; i++) {
        uint8_t b = s.p[i];
        if (b == '%') {
            static const char hex[] = "0123456789abcdef";
            const char *high = i + 2 < s.n && s.p[i + 1] ? strchr(hex, s.p[i + 1] | 32) : NULL;
            const char *low = high && s.p[i + 2] ? strchr(hex, s.p[i + 2] | 32) : NULL;
            if (!low || s.p[i + 1] < '0' || s.p[i + 2] < '0')
                return false;
            b = (uint8_t)((high - hex) << 4 | (low - hex));
            i += 2;
        }
        if (b == 0)
            return false;
        p[n++] = b;
    }
    *out = (cp_slice){p, n};
    return true;
}

/* What follows "file:". */
static void read_file(cp_arena *arena, cp_slice s, bool open, cp_host *out) {
    if (open || find_any(s, "?#\\{}[]", 0) < s.n)
        return;
    if (cp_slice_starts(s, CP_LIT("//"))) {
        uint32_t end = cp_slice_find(s, '/', 2);
        cp_slice host = lower_case(arena, cp_slice_sub(s, 2, end));
        if (host.n && !cp_slice_is(host, "localhost") && !cp_slice_is(host, "127.0.0.1"))
            return;
        if (end > 2 && host.n == 0)
            return; /* no memory */
        s = cp_slice_sub(s, end, s.n);
    }
    if (s.n == 0 || s.p[0] != '/' || !decode(arena, s, &out->path))
        return;
    out->certainty = CP_HOST_KNOWN; /* no host, and sure */
}

/* A path that no program takes for a host. */
static bool is_path(const cp_value *v, cp_slice s, bool open) {
    if (open && s.n == 0 && v->atom_count && v->atoms[0].kind == CP_ATOM_HOLE &&
        v->atoms[0].cls == CP_CLASS_HOME)
        return true;
    if (cp_slice_starts(s, CP_LIT("./")) || cp_slice_starts(s, CP_LIT("../")))
        return true;
    if (s.n > 1 && s.p[0] == '/')
        return s.p[1] != '/' && s.p[1] != '\\';
    return !open && (cp_slice_is(s, "/") || cp_slice_is(s, ".") || cp_slice_is(s, ".."));
}

static void read_schemeless(cp_arena *arena, cp_slice s, bool open, cp_host *out) {
    uint32_t end = 0;
    if (!find_end(s, 0, open, false, &end))
        return;
    cp_slice authority = cp_slice_sub(s, 0, end);
    cp_host host = {.certainty = CP_HOST_UNKNOWN};
    if (!cp_host_read_authority(arena, authority, CP_COLON_PORT_OR_PATH, &host))
        return;
    /* Without '@', what stands before a colon and a path may be a scheme, or a name of the user's ssh configuration. */
    uint32_t colon = cp_slice_find(authority, ':', 0);
    bool path_behind = colon < authority.n && !host.port;
    if (path_behind && !host.is_address && cp_slice_find(authority, '@', 0) == authority.n &&
        cp_slice_find(host.name, '.', 0) == host.name.n)
        return;
    *out = host;
}

void cp_url_read(cp_arena *arena, const cp_value *value, cp_host *out) {
    bool open = false;
    *out = (cp_host){.certainty = CP_HOST_UNKNOWN};
    cp_slice s = cp_host_text(arena, value, &open);
    if (is_path(value, s, open)) {
        out->certainty = CP_HOST_NONE;
        return;
    }
    for (uint32_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] == 0x7f)
            return;
    uint32_t n = scheme_length(s);
    if (n == 0) {
        read_schemeless(arena, s, open, out);
        return;
    }
    cp_slice scheme = lower_case(arena, cp_slice_sub(s, 0, n)), rest = cp_slice_sub(s, n + 1, s.n);
    int known = find_scheme(scheme);
    if (cp_slice_is(scheme, "file")) {
        out->scheme = scheme;
        read_file(arena, rest, open, out);
    } else if (cp_slice_starts(rest, CP_LIT("//"))) {
        uint32_t end = 0;
        out->scheme = scheme;
        if (known < 0 ||
            !find_end(rest, 2, open, schemes[known].port == 80 || schemes[known].port == 443, &end))
            return;
        cp_host host = {.certainty = CP_HOST_UNKNOWN, .scheme = scheme};
        if (!cp_host_read_authority(arena, cp_slice_sub(rest, 2, end), CP_COLON_PORT, &host))
            return;
        if (host.port == 0)
            host.port = schemes[known].port;
        *out = host;
    } else if (known >= 0 || cp_slice_starts(rest, CP_LIT(":"))) {
        out->scheme = scheme; /* http:host, helper::address */
    } else {
        read_schemeless(arena, s, open, out);
    }
}
