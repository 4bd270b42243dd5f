/* Host names and host patterns. A name is known only where every program would connect to the same one: letters, digits, '-', '_'
 * and '.' in labels of the usual lengths, or an address. By what is written, never by what a name resolves to; only `localhost` and
 * the loopback addresses are known to be each other's. */
#include "match/host.h"

cp_slice cp_host_text(cp_arena *arena, const cp_value *v, bool *out_open) {
    *out_open = !cp_value_is_exact(v) || (v->flags & CP_VALUE_UNMADE);
    if (v->flags & CP_VALUE_UNMADE)
        return (cp_slice){NULL, 0};
    if (!*out_open)
        return v->exact;
    cp_slice text = {NULL, 0};
    for (uint32_t i = 0; i < v->atom_count && v->atoms[i].kind == CP_ATOM_LIT; i++)
        text = text.n ? cp_arena_concat(arena, text, v->atoms[i].lit) : v->atoms[i].lit;
    return text;
}

static bool is_alnum(uint8_t b) {
    return (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
}
static uint8_t lower(uint8_t b) {
    return b >= 'A' && b <= 'Z' ? (uint8_t)(b + 32) : b;
}

static void set_address(cp_arena *arena, cp_host *out) {
    cp_text t = cp_text_in(arena);
    cp_address_show(&t, out->address);
    out->name = cp_text_slice(&t);
    out->is_address = 1;
}

static bool set_name(cp_arena *arena, cp_slice s, cp_host *out) {
    enum { NAME_MOST = 253, LABEL_MOST = 63 };
    bool dot = s.n > 1 && s.p[s.n - 1] == '.';
    if (dot)
        s.n--;
    if (s.n == 0 || s.n > NAME_MOST || s.p[0] == '-')
        return false;
    for (uint32_t i = 0, label = 0; i < s.n; i++) {
        if (s.p[i] == '.') {
            if (label == 0)
                return false;
            label = 0;
        } else if ((!is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_') || ++label > LABEL_MOST) {
            return false;
        }
    }
    if (s.p[s.n - 1] == '.')
        return false;
    if (cp_address_ends_in_number(s)) {
        if (dot || !cp_address_read(s, out->address))
            return false;
        set_address(arena, out);
        return true;
    }
    uint8_t *name = (uint8_t *)cp_alloc_raw(arena, s.n);
    if (cp_arena_failed(arena))
        return false;
    for (uint32_t i = 0; i < s.n; i++)
        name[i] = lower(s.p[i]);
    out->name = (cp_slice){name, s.n};
    return true;
}

static bool set_port(cp_slice digits, cp_host *out) {
    uint32_t port = 0;
    if (digits.n == 0)
        return true; /* "host:" is the default port */
    for (uint32_t i = 0; i < digits.n; i++) {
        if (digits.p[i] < '0' || digits.p[i] > '9')
            return false;
        port = port * 10 + (uint32_t)(digits.p[i] - '0');
        if (port > 65535)
            return false;
    }
    out->port = port;
    return port > 0;
}

static bool all_digits(cp_slice s) {
    for (uint32_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return true;
}

/* User names and passwords without anything that some program would take for the end of them. */
static bool plain_user(cp_slice s) {
    for (uint32_t i = 0; i < s.n; i++)
        if (!is_alnum(s.p[i]) && (s.p[i] == 0 || !strchr("-._~!$&'()*+,;=:", s.p[i])))
            return false;
    return true;
}

bool cp_host_read_authority(cp_arena *arena, cp_slice text, cp_colon colon, cp_host *out) {
    uint32_t at = cp_slice_find(text, '@', 0);
    if (at < text.n) {
        cp_slice user = cp_slice_sub(text, 0, at);
        if (!plain_user(user) || (user.n && user.p[0] == '-'))
            return false;
        /* host:path@x or user:password@host? */
        if (colon == CP_COLON_PORT_OR_PATH && cp_slice_find(user, ':', 0) < user.n)
            return false;
        text = cp_slice_sub(text, at + 1, text.n);
        if (cp_slice_find(text, '@', 0) < text.n)
            return false;
    }
    uint32_t end = cp_slice_find(text, ':', 0);
    bool address = text.n && text.p[0] == '[';
    if (address) {
        end = cp_slice_find(text, ']', 0);
        if (end == text.n || !cp_address_read(cp_slice_sub(text, 0, end + 1), out->address))
            return false;
        end++;
        if (end < text.n && text.p[end] != ':')
            return false;
    }
    cp_slice behind = cp_slice_sub(text, end + 1, text.n);
    if (all_digits(behind) ? !set_port(behind, out) : colon == CP_COLON_PORT)
        return false;
    if (address)
        set_address(arena, out);
    else if (!set_name(arena, cp_slice_sub(text, 0, end), out))
        return false;
    if (cp_arena_failed(arena))
        return false;
    out->certainty = CP_HOST_KNOWN;
    return true;
}

static void unknown(cp_host *out) {
    *out = (cp_host){.certainty = CP_HOST_UNKNOWN, .scheme = out->scheme};
}

void cp_host_read(cp_arena *arena, const cp_value *value, cp_host *out) {
    bool open = false;
    *out = (cp_host){.certainty = CP_HOST_UNKNOWN};
    cp_slice text = cp_host_text(arena, value, &open);
    for (uint32_t i = 0; i + 2 < text.n; i++) {
        if (text.p[i] != ':' || text.p[i + 1] != '/' || text.p[i + 2] != '/')
            continue;
        cp_url_read(arena, value, out);
        return;
    }
    if (cp_slice_starts(text, CP_LIT("./")) || cp_slice_starts(text, CP_LIT("../")) ||
        (text.n > 1 && text.p[0] == '/' && text.p[1] != '/')) {
        out->certainty = CP_HOST_NONE;
        return;
    }
    if (open || text.n == 0)
        return;
    if (cp_slice_is(text, "/") || cp_slice_is(text, ".") || cp_slice_is(text, "..")) {
        out->certainty = CP_HOST_NONE;
        return;
    }
    if (cp_slice_starts(text, CP_LIT("::")) && cp_address_read(text, out->address)) {
        set_address(arena, out);
        if (!cp_arena_failed(arena))
            out->certainty = CP_HOST_KNOWN;
        return;
    }
    /* An address without brackets, or rsync's host::module? */
    uint32_t a = cp_slice_find(text, ':', 0), ignored[4];
    if (a < text.n && text.p[0] != '[' && cp_address_read(text, ignored))
        return;
    /* A slash before the colon is a local path to scp, a network to nmap, a service to others. */
    if (cp_slice_find(text, '/', 0) < a)
        return;
    for (uint32_t i = 0; i < text.n; i++)
        if (text.p[i] <= ' ' || text.p[i] == 0x7f || text.p[i] == '\\')
            return;
    if (!cp_host_read_authority(arena, text, CP_COLON_PORT_OR_PATH, out))
        unknown(out);
}

/* ---- Patterns ------------------------------------------------------------------------------------------------------ */

static bool same_name(cp_slice a, cp_slice b) {
    if (a.n != b.n)
        return false;
    for (uint32_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    return true;
}

static bool below_name(cp_slice name, cp_slice domain) {
    return domain.n && name.n > domain.n + 1 && name.p[name.n - domain.n - 1] == '.' &&
           same_name(cp_slice_sub(name, name.n - domain.n, name.n), domain);
}

static bool is_localhost(cp_slice name) {
    return cp_slice_is(name, "localhost") || below_name(name, CP_LIT("localhost"));
}

static cp_tri match_address(const cp_rec_host *pattern, const cp_host *host) {
    static const uint32_t loopback4[4] = {0, 0, 0xffff, 0x7f000000}, loopback6[4] = {0, 0, 0, 1};
    uint32_t prefix = pattern->prefix;
    if (prefix > 128)
        prefix = 128;
    if (host->is_address)
        return cp_address_in(host->address, pattern->address, prefix) ? CP_YES : CP_NO;
    if (!is_localhost(host->name))
        return CP_NO;
    bool meets = cp_address_in(loopback4, pattern->address, prefix < 104 ? prefix : 104) ||
                 cp_address_in(loopback6, pattern->address, prefix);
    return meets ? CP_MAYBE : CP_NO;
}

static cp_tri match_name(const cp_rec_host *pattern, cp_slice name, const cp_host *host) {
    if (host->is_address)
        return cp_address_is_loopback(host->address) &&
                       (is_localhost(name) || same_name(name, CP_LIT("localhost")))
                   ? CP_MAYBE
                   : CP_NO;
    bool below = below_name(host->name, name), equal = same_name(host->name, name);
    switch (pattern->kind) {
    case CP_HOST_EXACT: return equal ? CP_YES : CP_NO;
    case CP_HOST_SUBDOMAINS: return below ? CP_YES : CP_NO;
    default: return below || equal ? CP_YES : CP_NO;
    }
}

cp_tri cp_host_match(const cp_image *im, uint32_t index, const cp_host *host) {
    if (index == 0 || index >= cp_image_count(im, CP_SEC_HOST))
        return CP_MAYBE; /* no such pattern: nothing is known */
    const cp_rec_host *pattern = cp_image_host(im, index);
    if (host->certainty == CP_HOST_NONE)
        return CP_NO;
    cp_tri port = pattern->port == 0                                    ? CP_YES
                  : host->certainty != CP_HOST_KNOWN || host->port == 0 ? CP_MAYBE
                  : host->port == pattern->port                         ? CP_YES
                                                                        : CP_NO;
    if (pattern->kind == CP_HOST_ANY)
        return port;
    if (pattern->kind > CP_HOST_ADDRESS || host->certainty != CP_HOST_KNOWN)
        return cp_tri_and(port, CP_MAYBE);
    cp_tri name = pattern->kind == CP_HOST_ADDRESS
                      ? match_address(pattern, host)
                      : match_name(pattern, cp_image_string(im, pattern->name), host);
    return cp_tri_and(name, port);
}
