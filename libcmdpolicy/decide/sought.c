/* Which words an effect's object has that an entry needs in order to match (image/index.h). Where the object isn't certain, or the
 * question is about a tree that the entry may lie in, all entries of the class are looked at: what is left out must be NO for
 * match/ as well. Costs one hash for each name of a path, and nothing for each entry. */
#include "decide/sought.h"

enum { NAMES_MOST = 24 }; /* of a longer path everything is looked at */

void cp_sought_init(cp_sought *s) {
    s->layers = NULL;
    s->whole = 1u << CP_INDEX_REST;
    s->count = s->before = 0;
}

void cp_sought_everything(cp_sought *s) {
    s->whole = (1u << CP_INDEX_CLASSES) - 1;
}

static void whole(cp_sought *s, cp_index_class c) {
    s->whole |= 1u << c;
}

/* May an entry of some layer have this hash? Mostly none does. */
static bool may_have(const cp_sought *s, uint32_t c, uint32_t hash) {
    bool may = s->layers == NULL;
    for (uint32_t i = 0; !may && i < s->layers->count; i++)
        may = cp_index_may_have(s->layers->items[i].image, s->kind, c, hash);
    return may;
}

static void words(cp_sought *s, cp_index_class c, uint32_t low, uint32_t high) {
    for (uint32_t i = 0; i < s->before; i++)
        if (s->words[i].class == c && s->words[i].low == low && s->words[i].high == high)
            return;
    if (s->count == CP_SOUGHT_MOST) {
        whole(s, c);
        return;
    }
    s->words[s->count].class = c;
    s->words[s->count].low = low;
    s->words[s->count++].high = high;
}

static void word(cp_sought *s, cp_index_class c, uint32_t hash) {
    if (may_have(s, c, hash))
        words(s, c, hash, hash);
}

static bool exact(const cp_path *path, uint32_t i) {
    return cp_value_is_exact(&path->parts[i].name) && !path->parts[i].open;
}

/* A path's names, each hashed once: as many of the first as are certain. */
typedef struct names {
    const cp_path *path;
    bool tree;
    uint32_t certain;
    uint32_t hash[NAMES_MOST];
} names;

static const uint32_t below[] = {CP_INDEX_BELOW, CP_INDEX_BELOW_SECOND, CP_INDEX_BELOW_THIRD};
enum { TOLD = sizeof below / sizeof *below };

/* What begins with these names, of which `at` is the last: with nothing behind them, or (`open`) whatever. False: nothing does, however
 * it goes on. */
static bool begun(cp_sought *s, cp_index_class c, uint32_t hash, uint32_t at, bool open) {
    uint32_t free = at < TOLD ? below[at] : 0;
    if (free && !may_have(s, c, hash & ~free))
        return false;
    if (open)
        words(s, c, hash & ~free, hash | free);
    else
        word(s, c, hash);
    return true;
}

/* Patterns whose first name stands where the path's name `at` does: those whose names are the path's as far as they go, those that have
 * a star in place of the second, and those whose last name has one, where the path's names may end too. */
static void first_names(cp_sought *s, cp_index_class c, const names *n, uint32_t at) {
    if (at >= n->path->count) {
        if (n->tree)
            whole(s, c); /* what lies below */
        return;
    }
    if (at >= n->certain) {
        whole(s, c);
        return;
    }
    uint32_t count = n->certain - at, last = count - 1, first = cp_index_names_hash(0, 0, n->hash[at]);
    uint32_t star = cp_slice_hash(CP_LIT("*"));
    bool open = n->tree || n->certain < n->path->count; /* whatever stands behind these names */
    if (last == 0)
        word(s, c, cp_index_names_hash(0, 0, star));
    if (open && count > TOLD)
        count = TOLD;
    if (!begun(s, c, first, 0, open && count == 1))
        return;
    for (uint32_t starred = 0; starred < 2; starred++) {
        uint32_t hash = first;
        for (uint32_t i = 1; i < count; i++) {
            uint32_t name = i == 1 && starred ? star : n->hash[at + i];
            if (i > 1 && i == last)
                word(s, c, cp_index_names_hash(hash, i, star));
            hash = cp_index_names_hash(hash, i, name);
            if (!begun(s, c, hash, i, open && i + 1 == count))
                break;
        }
    }
}

static void below_home(cp_sought *s, const names *n, cp_slice home) {
    const cp_path *path = n->path;
    if (path->base == CP_BASE_HOME) {
        first_names(s, CP_INDEX_HOME, n, 0);
        return;
    }
    if (path->base != CP_BASE_ROOT || home.n == 0) {
        whole(s, CP_INDEX_HOME);
        return;
    }
    uint32_t at = 0;
    for (uint32_t i = 0; i < home.n; at++) {
        while (i < home.n && home.p[i] == '/')
            i++;
        if (i == home.n)
            break;
        uint32_t end = cp_slice_find(home, '/', i);
        if (at == path->count) {
            if (n->tree)
                whole(s, CP_INDEX_HOME);
            return;
        }
        if (at >= n->certain) {
            whole(s, CP_INDEX_HOME);
            return;
        }
        if (!cp_slice_eq(path->parts[at].name.exact, cp_slice_sub(home, i, end)))
            return;
        i = end;
    }
    first_names(s, CP_INDEX_HOME, n, at);
}

/* All classes of a path's last name. */
enum { LAST_NAME = 1 << CP_INDEX_LAST | 1 << CP_INDEX_ENDING | 1 << CP_INDEX_HEAD | 1 << CP_INDEX_TAIL };

void cp_sought_path(cp_sought *s, const cp_path *path, bool tree, const cp_places *places) {
    if ((places && places->ignore_case) || path->count > NAMES_MOST) {
        cp_sought_everything(s);
        return;
    }
    names n = {.path = path, .tree = tree || path->tree};
    for (; n.certain < path->count && exact(path, n.certain); n.certain++)
        n.hash[n.certain] = cp_slice_hash(path->parts[n.certain].name.exact);
    s->before = s->count;
    if (path->base == CP_BASE_ROOT)
        first_names(s, CP_INDEX_ABSOLUTE, &n, 0);
    else
        whole(s, CP_INDEX_ABSOLUTE);
    below_home(s, &n, places ? places->home : (cp_slice){NULL, 0});
    if (path->tree) { /* names that nobody knows lie between it and its last one */
        s->whole |= 1u << CP_INDEX_WITHIN | 1u << CP_INDEX_PLACE | LAST_NAME;
        return;
    }
    bool certain = path->base == CP_BASE_ROOT && n.certain == path->count;
    uint32_t named = 0; /* a bit for each name that some entry has */
    for (uint32_t i = 0; certain && i < path->count; i++)
        named |= (uint32_t)may_have(s, CP_INDEX_NAMED, n.hash[i]) << i;
    for (uint32_t i = 0; named >> i; i++) /* class by class, as they are looked for */
        if (named >> i & 1)
            word(s, CP_INDEX_WITHIN, n.hash[i]);
    for (uint32_t i = 0; named >> i && !tree; i++)
        if (named >> i & 1)
            word(s, CP_INDEX_PLACE, n.hash[i]);
    if (!certain)
        whole(s, CP_INDEX_WITHIN);
    if (!certain || tree)
        whole(s, CP_INDEX_PLACE);
    if (path->count && exact(path, path->count - 1)) {
        cp_slice last = path->parts[path->count - 1].name.exact;
        uint32_t hash = n.certain == path->count ? n.hash[path->count - 1] : cp_slice_hash(last);
        word(s, CP_INDEX_LAST, hash);
        if (cp_index_ending_hash(last, &hash))
            word(s, CP_INDEX_ENDING, hash);
        if (last.n >= CP_INDEX_FEW) {
            word(s, CP_INDEX_HEAD, cp_index_few(last, 0));
            word(s, CP_INDEX_TAIL, cp_index_few(last, last.n - CP_INDEX_FEW));
        }
    } else if (path->count || path->base != CP_BASE_ROOT)
        s->whole |= LAST_NAME;
}

void cp_sought_host(cp_sought *s, const cp_host *host) {
    if (host->certainty == CP_HOST_NONE || (host->certainty == CP_HOST_KNOWN && host->is_address))
        return;
    if (host->certainty != CP_HOST_KNOWN) {
        whole(s, CP_INDEX_NAME);
        whole(s, CP_INDEX_DOMAIN);
        return;
    }
    word(s, CP_INDEX_NAME, cp_index_host_hash(host->name));
    for (uint32_t at = 0; at < host->name.n; at = cp_slice_find(host->name, '.', at) + 1)
        word(s, CP_INDEX_DOMAIN, cp_index_host_hash(cp_slice_sub(host->name, at, host->name.n)));
}

void cp_sought_name(cp_sought *s, const cp_value *name) {
    if (cp_value_is_exact(name) && !(name->flags & CP_VALUE_UNMADE))
        word(s, CP_INDEX_NAME, cp_slice_hash(name->exact));
    else
        whole(s, CP_INDEX_NAME);
}
