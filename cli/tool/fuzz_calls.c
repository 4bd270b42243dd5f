/* fuzz: the same call with something around it: wrappers, assignments, redirections, another path to its program. The
 * programs named here are no knowledge of what they do (that is in rules/): they are known to run the words behind them. */
#include "tool/fuzz.h"

static bool is_bare(const fuzz_text *t, const fuzz_part *p) {
    (void)t;
    return p->bare && p->outermost;
}
static bool is_program(const fuzz_text *t, const fuzz_part *p) {
    (void)t;
    return p->index == 0 && p->outermost;
}
static bool is_word(const fuzz_text *t, const fuzz_part *p) {
    (void)t;
    return p->outermost;
}
static bool is_name(const fuzz_text *t, const fuzz_part *p) {
    return is_bare(t, p) && memchr(t->text.p + p->begin, '/', p->end - p->begin) == NULL;
}

static bool before_part(const fuzz_way *way, const fuzz_text *t, cp_text *out, const fuzz_part *p) {
    if (!p)
        return false;
    fuzz_replace(t, out, p->begin, p->begin, cp_slice_str(way->template));
    return true;
}
/* The template before a call's program. */
static bool wrap(const fuzz_way *way, const fuzz_text *t, cp_text *out) {
    return before_part(way, t, out, fuzz_pick(t, is_bare));
}
static bool prefix(const fuzz_way *way, const fuzz_text *t, cp_text *out) {
    return before_part(way, t, out, fuzz_pick(t, is_program));
}
static bool path(const fuzz_way *way, const fuzz_text *t, cp_text *out) {
    return before_part(way, t, out, fuzz_pick(t, is_name));
}

/* The last part of the same call that follows in the text without anything but parts and blanks between. */
static const fuzz_part *last_of(const fuzz_text *t, const fuzz_part *p) {
    while (p + 1 < t->parts + t->part_count && p[1].call == p->call && p[1].index == p->index + 1)
        p++;
    return p;
}

/* The template around a call whose words are all plain: before "|" and behind it. */
static bool surround(const fuzz_way *way, const fuzz_text *t, cp_text *out) {
    const fuzz_part *p = fuzz_pick(t, is_bare);
    if (!p)
        return false;
    const fuzz_part *last = last_of(t, p);
    uint32_t end = last->end;
    while (end < t->text.n && (t->text.p[end] == ' ' || t->text.p[end] == '\t'))
        end++;
    if (end < t->text.n && memchr("\n;&|)", t->text.p[end], 5) == NULL)
        return false;
    cp_slice whole = cp_slice_str(way->template);
    const uint32_t bar = cp_slice_find(whole, '|', 0);
    cp_text with = cp_text_in(t->arena);
    cp_text_add(&with, cp_slice_sub(whole, 0, bar));
    cp_text_add(&with, cp_slice_sub(t->text, p->begin, last->end));
    cp_text_add(&with, cp_slice_sub(whole, bar + 1, whole.n));
    fuzz_replace(t, out, p->begin, last->end, cp_text_slice(&with));
    return true;
}

/* The template behind a word of a call. */
static bool behind(const fuzz_way *way, const fuzz_text *t, cp_text *out) {
    const fuzz_part *p = fuzz_pick(t, is_word);
    if (!p)
        return false;
    fuzz_replace(t, out, p->end, p->end, cp_slice_str(way->template));
    return true;
}

static bool blank_before(const fuzz_text *t, const fuzz_part *p) {
    return p->begin > 0 && t->text.p[p->begin - 1] == ' ';
}
/* The template in the place of the blank before a word. */
static bool blank(const fuzz_way *way, const fuzz_text *t, cp_text *out) {
    const fuzz_part *p = fuzz_pick(t, blank_before);
    if (!p)
        return false;
    fuzz_replace(t, out, p->begin - 1, p->begin, cp_slice_str(way->template));
    return true;
}

static const fuzz_way ways[] = {
    {"wrapper", FUZZ_PRINTS, "env ", wrap},
    {"wrapper", FUZZ_PRINTS, "env -- ", wrap},
    {"wrapper", FUZZ_PRINTS, "env Q7=x ", wrap},
    {"wrapper", FUZZ_PRINTS, "env -u Q7 ", wrap},
    {"wrapper", FUZZ_PRINTS, "env -uQ7 Q8=y ", wrap},
    {"wrapper", FUZZ_PRINTS, "env --unset=Q7 ", wrap},
    {"wrapper", FUZZ_PRINTS, "/usr/bin/env ", wrap},
    {"wrapper", FUZZ_PRINTS, "nice ", wrap},
    {"wrapper", FUZZ_PRINTS, "nice -n 5 ", wrap},
    {"wrapper", FUZZ_PRINTS, "nice -n5 ", wrap},
    {"wrapper", FUZZ_PRINTS, "nice -5 ", wrap},
    {"wrapper", FUZZ_PRINTS, "nice --adjustment=5 -- ", wrap},
    {"wrapper", FUZZ_PRINTS, "timeout 9 ", wrap},
    {"wrapper", FUZZ_PRINTS, "timeout 9s ", wrap},
    {"wrapper", FUZZ_PRINTS, "timeout -k 1 9 ", wrap},
    {"wrapper", FUZZ_PRINTS, "timeout -sKILL 9 ", wrap},
    {"wrapper", FUZZ_PRINTS, "timeout --signal=KILL --kill-after 1 -- 9 ", wrap},
    {"wrapper", FUZZ_PRINTS, "command ", wrap},
    {"wrapper", FUZZ_PRINTS, "command -- ", wrap},
    {"wrapper", FUZZ_PRINTS, "\\command ", wrap},
    {"wrapper", FUZZ_PRINTS, "nohup ", wrap},
    {"wrapper", FUZZ_PRINTS, "setsid -w ", wrap},
    {"wrapper", FUZZ_PRINTS, "setsid --wait ", wrap},
    {"wrapper", FUZZ_PRINTS, "stdbuf -o L ", wrap},
    {"wrapper", FUZZ_PRINTS, "stdbuf -oL -e0 ", wrap},
    {"wrapper", FUZZ_PRINTS, "stdbuf --output=L ", wrap},
    {"wrapper", FUZZ_PRINTS, "ionice -c 3 ", wrap},
    {"wrapper", FUZZ_PRINTS, "ionice -c3 -t ", wrap},
    {"wrapper", FUZZ_PRINTS, "chrt -b 0 ", wrap},
    {"wrapper", FUZZ_PRINTS, "taskset 1 ", wrap},
    {"wrapper", FUZZ_PRINTS, "taskset -c 0 ", wrap},
    {"wrapper", FUZZ_PRINTS, "setpriv --no-new-privs ", wrap},
    {"wrapper", FUZZ_PRINTS, "flock q7 ", wrap},
    {"wrapper", FUZZ_DIM, "xargs -a /dev/null ", wrap},
    {"wrapper", FUZZ_PRINTS, "env nice timeout 9 nohup ", wrap},
    {"wrapper", FUZZ_PRINTS, "find . -maxdepth 0 -exec | \\;", surround},
    {"wrapper", FUZZ_PRINTS, "find . -maxdepth 0 -exec | ';'", surround},
    {"wrapper", FUZZ_PRINTS | FUZZ_FIRST, " ( exec | )", surround},
    {"wrapper", FUZZ_BASH | FUZZ_PRINTS | FUZZ_FIRST, " ( exec -a q7 | )", surround},
    {"wrapper", FUZZ_HOME | FUZZ_PRINTS, "sudo ", wrap},
    {"wrapper", FUZZ_HOME | FUZZ_PRINTS, "sudo -n -u root -- ", wrap},
    {"wrapper", FUZZ_HOME | FUZZ_PRINTS, "doas ", wrap},
    {"builtin", FUZZ_FIRST, "command ", prefix},
    {"path", FUZZ_ABSENT, "/bin/", path},
    {"path", FUZZ_ABSENT, "/usr/bin/", path},
    {"path", FUZZ_ABSENT, "//usr//bin/", path},
    {"path", FUZZ_ABSENT, "/usr/bin/../bin/", path},
    {"path", FUZZ_ABSENT, "./", path},
    {"path", FUZZ_ABSENT, "../q7/", path},
    {"assignment", 0, "Q7=x ", prefix},
    {"assignment", 0, "Q7= ", prefix},
    {"assignment", 0, "LC_ALL=C ", prefix},
    {"assignment", 0, "Q7=x Q8=\"a b\" ", prefix},
    {"assignment", FUZZ_BASH, "Q7+=x ", prefix},
    {"redirection", FUZZ_FIRST, "7</dev/null ", prefix},
    {"redirection", FUZZ_FIRST, "2>&2 ", prefix},
    {"redirection", FUZZ_FIRST, " 7>/dev/null", behind},
    {"redirection", FUZZ_FIRST, " 7>&-", behind},
    {"redirection", FUZZ_FIRST, " 2>&2", behind},
    {"redirection", FUZZ_FIRST, " 7<>/dev/null", behind},
    {"redirection", FUZZ_BASH | FUZZ_FIRST, " {q7}</dev/null", behind},
    {"redirection", FUZZ_BASH | FUZZ_FIRST, " 7<<<x", behind},
    {"blanks", 0, "\t", blank},
    {"blanks", 0, "  \t ", blank},
    {"blanks", 0, " \\\n ", blank},
    {"blanks", 0, "\\\n \\\n", blank},
};
const fuzz_ways fuzz_call_ways = {ways, sizeof ways / sizeof ways[0]};
