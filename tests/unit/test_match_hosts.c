/* Hosts, URLs and addresses: what every program reads alike is known, all the rest is not. */
#include "test_match_fixture.h"

static fixture *f;
static void setup(void) {
    f = fixture_new();
}
static void teardown(void) {
    fixture_free(f);
}

static const char *text_of(cp_slice s) {
    char *text = (char *)cp_alloc_raw(&f->arena, s.n + 1);
    if (s.n)
        memcpy(text, s.p, s.n);
    text[s.n] = 0;
    return text;
}

/* "scheme:name:port", "?" and the scheme for unknown, "-" for no network; a file's path behind its scheme. */
static const char *shown(const cp_host *h) {
    char text[2048];
    if (h->certainty == CP_HOST_NONE)
        return "-";
    if (h->certainty == CP_HOST_UNKNOWN)
        snprintf(text, sizeof text, "?%s", text_of(h->scheme));
    else if (h->path.n)
        snprintf(text, sizeof text, "%s:%s", text_of(h->scheme), text_of(h->path));
    else
        snprintf(text, sizeof text, "%s:%s%s%s:%u", text_of(h->scheme), h->is_address ? "[" : "",
                 text_of(h->name), h->is_address ? "]" : "", h->port);
    return text_of(cp_slice_str(text));
}

typedef struct row {
    const char *value, *want;
} row;

static void check(const row *rows, uint32_t count, void (*read)(cp_arena *, const cp_value *, cp_host *)) {
    for (uint32_t i = 0; i < count; i++) {
        cp_value v = value_of(f, rows[i].value);
        cp_host h;
        read(&f->arena, &v, &h);
        ck_assert_msg(strcmp(shown(&h), rows[i].want) == 0, "%s: got %s, want %s", rows[i].value, shown(&h),
                      rows[i].want);
    }
}
#define CHECK(rows, read) check(rows, sizeof rows / sizeof rows[0], read)

START_TEST(urls)
    {
        static const row rows[] = {
            {"https://example.com/", "https:example.com:443"},
            {"http://example.com", "http:example.com:80"},
            {"HTTPS://EXAMPLE.Com/X", "https:example.com:443"},
            {"http://example.com:8080/x", "http:example.com:8080"},
            {"http://example.com:080/", "http:example.com:80"},
            {"http://example.com:/", "http:example.com:80"},
            {"http://a_b-c.example.com?q=1", "http:a_b-c.example.com:80"},
            {"http://example.com#top", "http:example.com:80"},
            {"https://example.com./", "https:example.com:443"},
            {"http://user@example.com/", "http:example.com:80"},
            {"http://user:pass@example.com:81/", "http:example.com:81"},
            {"http://xn--bcher-kva.example/", "http:xn--bcher-kva.example:80"},
            {"git+ssh://git@h.example/x", "git+ssh:h.example:0"},
            {"ssh://git@github.com/x", "ssh:github.com:0"},
            {"ssh://h:2222/x", "ssh:h:2222"},
            {"rsync://h/m", "rsync:h:873"},
            {"example.com", ":example.com:0"},
            {"example.com/x", ":example.com:0"},
            {"example.com:443/x", ":example.com:443"},
            {"localhost:3000", ":localhost:3000"},
            {"LOCALHOST", ":localhost:0"},
            {"user@example.com/x", ":example.com:0"},
            {"git@github.com:org/repo.git", ":github.com:0"},
            {"github.com:org/repo", ":github.com:0"},
            {"git@host:22/repo", ":host:22"},
            {"https://example.com/a@b", "https:example.com:443"},
            {"https://example.com/%00\\", "https:example.com:443"},
            {"https://example.com/{a,b}[1-3]", "https:example.com:443"},
            {"wss://h/", "wss:h:443"},
            /* addresses, in every notation */
            {"http://127.0.0.1/", "http:[127.0.0.1]:80"},
            {"http://2130706433/", "http:[127.0.0.1]:80"},
            {"http://0x7f000001/", "http:[127.0.0.1]:80"},
            {"http://0177.0.0.1/", "http:[127.0.0.1]:80"},
            {"http://127.1/", "http:[127.0.0.1]:80"},
            {"http://0x7f.1/", "http:[127.0.0.1]:80"},
            {"http://127.0.1:81/", "http:[127.0.0.1]:81"},
            {"http://0/", "http:[0.0.0.0]:80"},
            {"http://[::1]/", "http:[::1]:80"},
            {"http://[::ffff:1.2.3.4]:8/", "http:[1.2.3.4]:8"},
            {"http://[::FFFF:102:304]/", "http:[1.2.3.4]:80"},
            {"http://[2001:DB8::1]/", "http:[2001:db8::1]:80"},
            {"127.0.0.1:80/x", ":[127.0.0.1]:80"},
            {"[::1]:80/x", ":[::1]:80"},
            {"git@[::1]:x", ":[::1]:0"},
            {"017700000001", ":[127.0.0.1]:0"},
            {"http://4294967295/", "http:[255.255.255.255]:80"},
            /* files */
            {"file:///etc/passwd", "file:/etc/passwd"},
            {"FILE:///etc/%70asswd", "file:/etc/passwd"},
            {"file:/etc/passwd", "file:/etc/passwd"},
            {"file://localhost/x", "file:/x"},
            {"file://127.0.0.1/x", "file:/x"},
            {"file:///a/%2e%2e/b", "file:/a/../b"},
            {"file:////etc/x", "file://etc/x"},
            {"file:///a%20b", "file:/a b"},
            {"file://host/x", "?file"},
            {"file:x", "?file"},
            {"file:///x%00y", "?file"},
            {"file:///x%0", "?file"},
            {"file:///x%zz", "?file"},
            {"file:///x?y", "?file"},
            {"file:///x#y", "?file"},
            {"file:///{a,b}", "?file"},
            {"file:///x\\y", "?file"},
            {"file://", "?file"},
            {"file:", "?file"},
            {"file:///<?>", "?file"},
            /* no network */
            {"/srv/repo.git", "-"},
            {"./x", "-"},
            {"../x", "-"},
            {".", "-"},
            {"..", "-"},
            {"/", "-"},
            {"/x y", "-"},
            {"<~>/x", "-"},
            {"./<?>", "-"},
            {"/x<?>", "-"},
        };
        CHECK(rows, cp_url_read);
    }
END_TEST

START_TEST(urls_that_programs_read_differently)
    {
        static const row rows[] = {
            {"", "?"},
            {"http://", "?http"},
            {"http:///example.com", "?http"},
            {"http:/example.com", "?http"},
            {"http:example.com", "?http"},
            {"http:", "?http"},
            {"//example.com", "?"},
            {"http://good.com@bad.com@x/", "?http"},
            {"http://good.com\\@bad.com/", "?http"},
            {"http:\\\\good.com/", "?http"},
            {"\\\\good.com\\x", "?"},
            {"/\\good.com", "?"},
            {"http://good.com%2f@bad.com/", "?http"},
            {"http://good.com%00.bad.com/", "?http"},
            {"http://good%2ecom/", "?http"},
            {"http://good.com%20/", "?http"},
            {"http://good.com /", "?"},
            {" http://good.com/", "?"},
            {"http://good.com/\t", "?"},
            {"ht\ntp://good.com/", "?"},
            {"http://good.com\r/", "?"},
            {"http://\x7fgood.com/", "?"},
            {"http://g\xc3\xb6"
             "od.com/",
             "?http"},
            {"http://\xe2\x91\xa0.0.0.1/", "?http"},
            {"http://good\xe3\x80\x82"
             "com/",
             "?http"},
            {"http://\xff/", "?http"},
            {"http://good.com?@bad.com/", "?http"},
            {"http://good.com#@bad.com/", "?http"},
            {"good.com#@bad.com", "?"},
            {"good.com?x", "?"},
            {"git@good.com?.bad.com:x", "?"},
            {"ssh://good.com?.bad.com/x", "?ssh"},
            {"git+ssh://good.com#.bad.com/x", "?git+ssh"},
            {"http://good.com?\\", "?http"},
            {"http://good.com../", "?http"},
            {"http://.good.com/", "?http"},
            {"http://good..com/", "?http"},
            {"http://./", "?http"},
            {"http://-x/", "?http"},
            {"http://-oProxyCommand=x/", "?http"},
            {"http://good.com:80:80/", "?http"},
            {"http://good.com:99999/", "?http"},
            {"http://good.com:0/", "?http"},
            {"http://good.com:8a/", "?http"},
            {"http://good.com:-1/", "?http"},
            {"http://good.com,bad.com/", "?http"},
            {"http://{good,bad}.com/", "?http"},
            {"http://good.com{,@bad.com}/", "?http"},
            {"http://h[1-3].com/", "?http"},
            {"{http,ftp}://good.com/", "?"},
            {"http://1.2.3.4.5/", "?http"},
            {"http://256.1.1.1/", "?http"},
            {"http://08.1.1.1/", "?http"},
            {"http://4294967296/", "?http"},
            {"http://1.2.3/256/", "http:[1.2.0.3]:80"},
            {"http://0x/", "?http"},
            {"http://127.0.0.1./", "?http"},
            {"http://a.1/", "?http"},
            {"http://a.0x1f/", "?http"},
            {"http://1.2.3.0xzz/", "http:1.2.3.0xzz:80"},
            {"http://[::1/", "?http"},
            {"http://[::1]x/", "?http"},
            {"http://[fe80::1%25eth0]/", "?http"},
            {"http://[1.2.3.4]/", "?http"},
            {"http://::1/", "?http"},
            {"http://[::ffff:1.2.3]/", "?http"},
            {"http://[::ffff:01.2.3.4]/", "?http"},
            {"http://a b@good.com/", "?"},
            {"http://a[@good.com/", "?http"},
            {"http://user%40@good.com/", "?http"},
            {"http://-o@good.com/", "?http"},
            {"ext::sh%20-c%20x", "?ext"},
            {"ext::sh -c x", "?"},
            {"a::b", "?a"},
            {"s3://bucket/x", "?s3"},
            {"docker://image", "?docker"},
            {"foo://good.com/", "?foo"},
            {"data:text/html,x", "?"},
            {"mailto:a@b.com", "?"},
            {"magnet:?xt=x", "?"},
            {"javascript:x", "?"},
            {"host:path", "?"},
            {"C:\\x", "?"},
            {"C:/x", "?"},
            {"a:b@good.com", "?"},
            {"a:b@good.com:x", "?"},
            {"-", "?"},
            /* holes */
            {"<?>", "?"},
            {"<?>://good.com/", "?"},
            {"https://<?>", "?https"},
            {"https://good.com<?>", "?https"},
            {"https://good.com:<n>/", "?https"},
            {"https://good.com?<?>", "?https"},
            {"https://good.com#<?>", "?https"},
            {"https://good.com/<?>", "https:good.com:443"},
            {"https://good.com/x?<?>#", "https:good.com:443"},
            {"https://<?>@good.com/", "?https"},
            {"https://<s>.good.com/", "?https"},
            {"http:/<?>", "?http"},
            {"http<?>", "?"},
            {"good.com/<?>", ":good.com:0"},
            {"good.com<?>", "?"},
            {"good.com:<?>", "?"},
            {"/<?>", "?"},
            {"git@github.com:<?>", "?"},
            {"git@github.com:org/<?>", ":github.com:0"},
            {".<?>", "?"},
            {"<abs>/x", "?"},
            {"https://good.com:443/<?>/x", "https:good.com:443"},
        };
        CHECK(rows, cp_url_read);
        cp_value nul = value_of_bytes(f, cp_slice_of("http://good.com\0.bad.com/", 25));
        cp_host h;
        cp_url_read(&f->arena, &nul, &h);
        ck_assert_uint_eq(h.certainty, CP_HOST_UNKNOWN);
        cp_value unmade = value_of(f, "http://good.com/");
        unmade.flags |= CP_VALUE_UNMADE;
        cp_url_read(&f->arena, &unmade, &h);
        ck_assert_uint_eq(h.certainty, CP_HOST_UNKNOWN);
        char label[80] = "http://", name[600] = "http://";
        memset(label + 7, 'a', 64);
        for (uint32_t i = 0; i < 280; i++)
            name[7 + i] = i % 2 ? '.' : 'a';
        row lengths[] = {{label, "?http"}, {name, "?http"}};
        CHECK(lengths, cp_url_read);
        label[70] = 0;
        cp_value v = value_of(f, label);
        cp_url_read(&f->arena, &v, &h);
        ck_assert_uint_eq(h.certainty, CP_HOST_KNOWN);
    }
END_TEST

START_TEST(hosts)
    {
        static const row rows[] = {
            {"example.com", ":example.com:0"},
            {"Example.COM.", ":example.com:0"},
            {"example.com:22", ":example.com:22"},
            {"user@example.com", ":example.com:0"},
            {"a+b@h", ":h:0"},
            {"user@example.com:/srv/x", ":example.com:0"},
            {"example.com:x", ":example.com:0"},
            {"host:/x", ":host:0"},
            {"[::1]:22", ":[::1]:22"},
            {"[::1]", ":[::1]:0"},
            {"user@[::1]:x", ":[::1]:0"},
            {"::1", ":[::1]:0"},
            {"::ffff:10.0.0.1", ":[10.0.0.1]:0"},
            {"10.0.0.1", ":[10.0.0.1]:0"},
            {"10.1", ":[10.0.0.1]:0"},
            {"ssh://u@h:22", "ssh:h:22"},
            {"https://h/x", "https:h:443"},
            {"/etc/x", "-"},
            {"./x", "-"},
            {"../x", "-"},
            {".", "-"},
            {"..", "-"},
            {"/", "-"},
            {"./<?>", "-"},
            {"host::module", ":host:0"},
            {"host::module/<?>", "?"},
            {"2001:db8::1", "?"},
            {"fe80::1", "?"},
            {"1:2:3:4:5:6:7:8", "?"},
            {"10.0.0.0/8", "?"},
            {"h/x", "?"},
            {"h/x:y", "?"},
            {"a@b@c", "?"},
            {"a:b@c", "?"},
            {"-x", "?"},
            {"-x@h", "?"},
            {"x@-h", "?"},
            {"", "?"},
            {"h h", "?"},
            {"h\\x", "?"},
            {"h\n", "?"},
            {"h%00", "?"},
            {"h\xc3\xa9", "?"},
            {"<?>", "?"},
            {"h<?>", "?"},
            {"<?>@h", "?"},
            {"h:/x/<?>", "?"},
            {"https://h/<?>", "https:h:443"},
            {"1.2.3.4.5", "?"},
            {"h:99999", "?"},
            {"a@[::1]:@x", "?"},
            {"u@h:x@y", "?"},
            {"//h/x", "?"},
            {":x", "?"},
            {"@h", ":h:0"},
            {"u@", "?"},
            {"[::1", "?"},
            {"[x]:1", "?"},
        };
        CHECK(rows, cp_host_read);
    }
END_TEST

START_TEST(addresses)
    {
        static const struct {
            const char *text, *want;
        } rows[] = {
            {"1.2.3.4", "1.2.3.4"},
            {"0x1.0x2.0x3.0x4", "1.2.3.4"},
            {"01.02.03.04", "1.2.3.4"},
            {"1.2.772", "1.2.3.4"},
            {"1.131844", "1.2.3.4"},
            {"16909060", "1.2.3.4"},
            {"0X1020304", "1.2.3.4"},
            {"000000001.2.3.4", "1.2.3.4"},
            {"0", "0.0.0.0"},
            {"::", "::"},
            {"::1", "::1"},
            {"1::", "1::"},
            {"[::1]", "::1"},
            {"::ffff:1.2.3.4", "1.2.3.4"},
            {"::ffff:102:304", "1.2.3.4"},
            {"0:0:0:0:0:FFFF:0102:0304", "1.2.3.4"},
            {"::1.2.3.4", "::102:304"},
            {"64:ff9b::1.2.3.4", "64:ff9b::102:304"},
            {"1:0:0:2:0:0:0:3", "1:0:0:2::3"},
            {"1:0:2:0:3:0:4:0", "1:0:2:0:3:0:4:0"},
            {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
            {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
            {"2001:db8::", "2001:db8::"},
            {"0:0:1::", "0:0:1::"},
            {"", NULL},
            {".", NULL},
            {"1.", NULL},
            {".1", NULL},
            {"1..2", NULL},
            {"1.2.3.4.", NULL},
            {"1.2.3.4.5", NULL},
            {"256.0.0.1", NULL},
            {"1.2.3.256", NULL},
            {"1.2.65536", NULL},
            {"1.16777216", NULL},
            {"4294967296", NULL},
            {"99999999999999999999", NULL},
            {"08", NULL},
            {"0x", NULL},
            {"0xg", NULL},
            {"1.2.3.x", NULL},
            {"-1", NULL},
            {"+1", NULL},
            {" 1", NULL},
            {"1e3", NULL},
            {":", NULL},
            {":::", NULL},
            {"1:2", NULL},
            {"1:2:3:4:5:6:7", NULL},
            {"1:2:3:4:5:6:7:8:9", NULL},
            {"1::2::3", NULL},
            {"::12345", NULL},
            {"::g", NULL},
            {":1::", NULL},
            {"1:2:3:4:5:6:7:8::", NULL},
            {"::1.2.3", NULL},
            {"::1.2.3.4.5", NULL},
            {"::01.2.3.4", NULL},
            {"::0x1.2.3.4", NULL},
            {"::1.2.3.4:5", NULL},
            {"1:2:3:4:5:6:7:1.2.3.4", NULL},
            {"[::1", NULL},
            {"[]", NULL},
            {"[1.2.3.4]", NULL},
            {"::1%eth0", NULL},
            {"1:", NULL},
            {"::1:", NULL},
            {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
            {"1::3:4:5:6:7:8", "1:0:3:4:5:6:7:8"},
        };
        for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            uint32_t words[4] = {0};
            bool read = cp_address_read(cp_slice_str(rows[i].text), words);
            ck_assert_msg(read == (rows[i].want != NULL), "%s", rows[i].text);
            if (!read)
                continue;
            char url[128];
            snprintf(url, sizeof url,
                     rows[i].text[0] == '[' || !strchr(rows[i].text, ':') ? "http://%s/" : "http://[%s]/",
                     rows[i].text);
            cp_value v = value_of(f, url);
            cp_host h;
            cp_url_read(&f->arena, &v, &h);
            ck_assert_msg(h.is_address && memcmp(h.address, words, sizeof words) == 0 &&
                              strcmp(text_of(h.name), rows[i].want) == 0,
                          "%s: %s", url, text_of(h.name));
        }
    }
END_TEST

START_TEST(patterns)
    {
        static const struct {
            const char *pattern, *url;
            cp_tri want;
        } rows[] = {
            {"example.com", "https://example.com/", CP_YES},
            {"example.com", "https://EXAMPLE.com./", CP_YES},
            {"example.com", "https://a.example.com/", CP_NO},
            {"example.com", "https://example.com.bad.com/", CP_NO},
            {"example.com", "https://badexample.com/", CP_NO},
            {"example.com", "https://example.com@bad.com/", CP_NO},
            {"bad.com", "https://example.com@bad.com/", CP_YES},
            {"example.com", "https://example.com\\@bad.com/", CP_MAYBE},
            {"example.com", "https://<?>/", CP_MAYBE},
            {"*.example.com", "https://a.example.com/", CP_YES},
            {"*.example.com", "https://a.b.example.com/", CP_YES},
            {"*.example.com", "https://example.com/", CP_NO},
            {"*.example.com", "https://xexample.com/", CP_NO},
            {"**.example.com", "https://example.com/", CP_YES},
            {"**.example.com", "https://a.example.com/", CP_YES},
            {"**.example.com", "https://aexample.com/", CP_NO},
            {"**.example.com", "https://<s>.example.com/", CP_MAYBE},
            {"*", "https://x/", CP_YES},
            {"*", "https://<?>/", CP_YES},
            {"*", "./x", CP_NO},
            {"*:443", "https://x/", CP_YES},
            {"*:443", "http://x/", CP_NO},
            {"*:443", "x", CP_MAYBE},
            {"*:443", "https://<?>/", CP_MAYBE},
            {"example.com:443", "https://example.com/", CP_YES},
            {"example.com:443", "https://example.com:8443/", CP_NO},
            {"example.com:443", "http://example.com/", CP_NO},
            {"example.com:443", "example.com", CP_MAYBE},
            {"example.com:443", "https://bad.com/", CP_NO},
            {"example.com:443", "ssh://example.com/", CP_MAYBE},
            {"127.0.0.0/8", "http://127.9.9.9/", CP_YES},
            {"127.0.0.0/8", "http://0x7f000001/", CP_YES},
            {"127.0.0.0/8", "http://[::ffff:127.0.0.1]/", CP_YES},
            {"127.0.0.0/8", "http://128.0.0.1/", CP_NO},
            {"127.0.0.0/8", "http://[::1]/", CP_NO},
            {"127.0.0.0/8", "http://localhost/", CP_MAYBE},
            {"127.0.0.0/8", "http://x.localhost/", CP_MAYBE},
            {"127.0.0.0/8", "http://example.com/", CP_NO},
            {"127.0.0.1", "http://localhost/", CP_MAYBE},
            {"[::1]", "http://localhost/", CP_MAYBE},
            {"0.0.0.0/0", "http://localhost/", CP_MAYBE},
            {"10.0.0.0/8", "http://localhost/", CP_NO},
            {"localhost", "http://127.0.0.1/", CP_MAYBE},
            {"localhost", "http://[::1]/", CP_MAYBE},
            {"localhost", "http://127.0.0.1.nip.io/", CP_NO},
            {"example.com", "http://127.0.0.1/", CP_NO},
            {"169.254.169.254", "http://0xa9fea9fe/", CP_YES},
            {"169.254.169.254", "http://2852039166/", CP_YES},
            {"169.254.169.254", "http://[::ffff:a9fe:a9fe]/", CP_YES},
            {"169.254.169.254", "http://169.254.43518/", CP_YES},
            {"169.254.169.254", "http://169.254.169.253/", CP_NO},
            {"169.254.169.254", "http://169.254.169.254./", CP_MAYBE},
            {"2001:db8::/32", "http://[2001:db8:1::1]/", CP_YES},
            {"2001:db8::/32", "http://[2001:db9::1]/", CP_NO},
            {"0.0.0.0/0", "http://1.2.3.4/", CP_YES},
            {"0.0.0.0/0", "http://[1::]/", CP_NO},
            {"10.0.0.0/9", "http://10.127.0.1/", CP_YES},
            {"10.0.0.0/9", "http://10.128.0.1/", CP_NO},
            {"example.com", "file:///example.com", CP_NO},
            {"1.2.3.4:80", "http://1.2.3.4/", CP_YES},
            {"1.2.3.4:80", "http://1.2.3.4:81/", CP_NO},
            {"[::1]:80", "http://[::1]/", CP_YES},
            {"github.com", "git@github.com:o/r", CP_YES},
            {"github.com", "git@github.com.bad.com:o/r", CP_NO},
        };
        for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            fixture_clear(f);
            uint32_t pattern = add_host(f, rows[i].pattern);
            cp_value v = value_of(f, rows[i].url);
            cp_host h;
            cp_url_read(&f->arena, &v, &h);
            cp_tri got = cp_host_match(&f->image, pattern, &h);
            ck_assert_msg(got == rows[i].want, "%s against %s: got %s, want %s", rows[i].url, rows[i].pattern,
                          tri_name(got), tri_name(rows[i].want));
        }
        cp_host h = {.certainty = CP_HOST_KNOWN};
        ck_assert_int_eq(cp_host_match(&f->image, 0, &h), CP_MAYBE);
        ck_assert_int_eq(cp_host_match(&f->image, 55, &h), CP_MAYBE);
        f->hosts[1].kind = 99;
        ck_assert_int_eq(cp_host_match(&f->image, 1, &h), CP_MAYBE);
        f->hosts[1] = (cp_rec_host){.kind = CP_HOST_ADDRESS, .prefix = UINT32_MAX};
        ck_assert_int_ne(cp_host_match(&f->image, 1, &h), CP_YES);
        f->hosts[1] = (cp_rec_host){.kind = CP_HOST_DOMAIN}; /* an empty name is nobody's domain */
        h.name = CP_LIT("x.y");
        ck_assert_int_eq(cp_host_match(&f->image, 1, &h), CP_NO);
    }
END_TEST

static void *failing(void *user, void *block, size_t old_size, size_t new_size) {
    (void)user;
    (void)block;
    (void)old_size;
    (void)new_size;
    return NULL;
}

START_TEST(no_memory_is_unknown)
    {
        static const char *const values[] = {
            "https://example.com/", "http://127.0.0.1/", "file:///etc/x",
            "git@github.com:x",     "[::1]:80",          "FILE://LOCALHOST/x"};
        static const cp_allocator mem = {failing, NULL};
        for (uint32_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            cp_value v = value_of(f, values[i]);
            for (size_t room = 0; room < 200; room += 8) {
                static _Alignas(16) uint8_t first[200];
                cp_arena arena;
                cp_host h;
                cp_arena_init(&arena, &mem, first, room, NULL);
                cp_url_read(&arena, &v, &h);
                ck_assert(!cp_arena_failed(&arena) || h.certainty == CP_HOST_UNKNOWN);
                cp_arena_init(&arena, &mem, first, room, NULL);
                cp_host_read(&arena, &v, &h);
                ck_assert(!cp_arena_failed(&arena) || h.certainty == CP_HOST_UNKNOWN);
            }
        }
    }
END_TEST

Suite *suite_match_hosts(void) {
    Suite *s = suite_create("match_hosts");
    TCase *c = tcase_create("hosts");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, urls);
    tcase_add_test(c, urls_that_programs_read_differently);
    tcase_add_test(c, hosts);
    tcase_add_test(c, addresses);
    tcase_add_test(c, patterns);
    tcase_add_test(c, no_memory_is_unknown);
    suite_add_tcase(s, c);
    return s;
}
