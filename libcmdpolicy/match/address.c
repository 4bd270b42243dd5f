/* Internet addresses in every notation that programs take: IPv4 as inet_aton(3) and the WHATWG URL standard read it (one to four
 * numbers, each decimal, octal with 0 or hexadecimal with 0x), IPv6 as in RFC 4291 with an optional IPv4 tail. IPv4 comes out mapped
 * into IPv6 (::ffff:a.b.c.d), so that both notations of one address are equal. */
#include "match/host.h"

static int digit_of(uint8_t b) {
    if (b >= '0' && b <= '9')
        return b - '0';
    if (b >= 'a' && b <= 'f')
        return b - 'a' + 10;
    if (b >= 'A' && b <= 'F')
        return b - 'A' + 10;
    return 99;
}

/* One number of an IPv4 address, up to 32 bits. */
static bool read_number(cp_slice s, uint32_t *out) {
    uint32_t base = 10, i = 0;
    uint64_t value = 0;
    if (s.n > 1 && s.p[0] == '0') {
        base = s.p[1] == 'x' || s.p[1] == 'X' ? 16 : 8;
        i = base == 16 ? 2 : 1;
    }
    if (i == s.n)
        return false;
    for (; i < s.n; i++) {
        uint32_t d = (uint32_t)digit_of(s.p[i]);
        if (d >= base)
            return false;
        value = value * base + d;
        if (value > UINT32_MAX)
            return false;
    }
    *out = (uint32_t)value;
    return true;
}

static bool read_ipv4(cp_slice s, uint32_t *out) {
    uint32_t part[4], count = 0;
    for (uint32_t i = 0; i <= s.n;) {
        uint32_t end = cp_slice_find(s, '.', i);
        if (count == 4 || !read_number(cp_slice_sub(s, i, end), &part[count]))
            return false;
        count++;
        i = end + 1;
    }
    if (count == 0)
        return false;
    uint32_t address = 0;
    for (uint32_t i = 0; i + 1 < count; i++) {
        if (part[i] > 255)
            return false;
        address |= part[i] << (24 - 8 * i);
    }
    if (count > 1 && part[count - 1] >> (8 * (5 - count)) != 0)
        return false;
    *out = address | part[count - 1];
    return true;
}

/* The tail of an IPv6 address: four decimal numbers without leading zeros. */
static bool read_dotted(cp_slice s, uint32_t *out) {
    uint32_t dots = 0, run = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        if (s.p[i] == '.') {
            dots++;
            run = 0;
        } else if (s.p[i] < '0' || s.p[i] > '9' || (run == 1 && s.p[i - 1] == '0')) {
            return false;
        } else {
            run++;
        }
    }
    return dots == 3 && read_ipv4(s, out);
}

static bool read_ipv6(cp_slice s, uint32_t out[4]) {
    uint16_t group[8] = {0};
    uint32_t count = 0, gap = UINT32_MAX, i = 0;
    if (s.n < 2)
        return false;
    if (s.p[0] == ':') {
        if (s.p[1] != ':')
            return false;
        gap = 0;
        i = 2;
    }
    while (i < s.n) {
        uint32_t end = cp_slice_find(s, ':', i), value = 0;
        cp_slice part = cp_slice_sub(s, i, end);
        if (part.n == 0) {
            if (gap != UINT32_MAX)
                return false;
            gap = count;
            i = end + 1;
            continue;
        }
        if (end == s.n && cp_slice_find(part, '.', 0) < part.n) {
            if (count > 6 || !read_dotted(part, &value))
                return false;
            group[count++] = (uint16_t)(value >> 16);
            group[count++] = (uint16_t)value;
            break;
        }
        if (part.n > 4 || count == 8)
            return false;
        for (uint32_t k = 0; k < part.n; k++) {
            int d = digit_of(part.p[k]);
            if (d > 15)
                return false;
            value = value << 4 | (uint32_t)d;
        }
        group[count++] = (uint16_t)value;
        i = end + 1;
        if (end + 1 == s.n)
            return false; /* a single ':' at the end */
    }
    if (gap == UINT32_MAX ? count != 8 : count > 7)
        return false;
    uint16_t full[8] = {0};
    uint32_t before = gap == UINT32_MAX ? count : gap;
    for (uint32_t k = 0; k < count; k++)
        full[k < before ? k : 8 - count + k] = group[k];
    for (uint32_t k = 0; k < 4; k++)
        out[k] = (uint32_t)full[(size_t)2 * k] << 16 | full[(size_t)2 * k + 1];
    return true;
}

bool cp_address_read(cp_slice text, uint32_t out_address[4]) {
    uint32_t v4 = 0;
    if (text.n > 1 && text.p[0] == '[' && text.p[text.n - 1] == ']') {
        text = cp_slice_sub(text, 1, text.n - 1);
        return read_ipv6(text, out_address);
    }
    if (cp_slice_find(text, ':', 0) < text.n)
        return read_ipv6(text, out_address);
    if (!read_ipv4(text, &v4))
        return false;
    out_address[0] = out_address[1] = 0;
    out_address[2] = 0xffff;
    out_address[3] = v4;
    return true;
}

bool cp_address_ends_in_number(cp_slice name) {
    uint32_t dot = cp_slice_rfind(name, '.');
    cp_slice last = dot < name.n ? cp_slice_sub(name, dot + 1, name.n) : name;
    uint32_t value;
    if (read_number(last, &value))
        return true;
    if (last.n >= 2 && last.p[0] == '0' && (last.p[1] == 'x' || last.p[1] == 'X')) {
        for (uint32_t i = 2; i < last.n; i++)
            if (digit_of(last.p[i]) > 15)
                return false;
        return true;
    }
    for (uint32_t i = 0; i < last.n; i++)
        if (last.p[i] < '0' || last.p[i] > '9')
            return false;
    return last.n > 0;
}

void cp_address_show(cp_text *t, const uint32_t a[4]) {
    if (a[0] == 0 && a[1] == 0 && a[2] == 0xffff) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            cp_text_number(t, a[3] >> shift & 255);
            if (shift)
                cp_text_byte(t, '.');
        }
        return;
    }
    /* RFC 5952: the longest run of two or more zero groups, the first of equals, becomes "::". */
    uint32_t group[8], best = 8, best_length = 1;
    for (uint32_t i = 0; i < 8; i++)
        group[i] = a[i / 2] >> (i % 2 ? 0 : 16) & 0xffff;
    for (uint32_t i = 0; i < 8;) {
        uint32_t end = i;
        while (end < 8 && group[end] == 0)
            end++;
        if (end - i > best_length) {
            best = i;
            best_length = end - i;
        }
        i = end + 1;
    }
    for (uint32_t i = 0; i < 8;) {
        if (i == best) {
            cp_text_str(t, "::");
            i += best_length;
            continue;
        }
        if (i && i != best + best_length)
            cp_text_byte(t, ':');
        bool started = false;
        for (int shift = 12; shift >= 0; shift -= 4) {
            uint32_t d = group[i] >> shift & 15;
            if (d || started || shift == 0) {
                cp_text_byte(t, (uint8_t) "0123456789abcdef"[d]);
                started = true;
            }
        }
        i++;
    }
}

bool cp_address_is_loopback(const uint32_t a[4]) {
    bool v4 = a[0] == 0 && a[1] == 0 && a[2] == 0xffff;
    return v4 ? a[3] >> 24 == 127 : a[0] == 0 && a[1] == 0 && a[2] == 0 && a[3] == 1;
}

bool cp_address_in(const uint32_t a[4], const uint32_t network[4], uint32_t prefix) {
    for (uint32_t i = 0; i < 4 && prefix > 0; i++) {
        uint32_t bits = prefix < 32 ? prefix : 32;
        uint32_t mask = bits == 32 ? UINT32_MAX : ~(UINT32_MAX >> bits);
        if ((a[i] ^ network[i]) & mask)
            return false;
        prefix -= bits;
    }
    return true;
}
