/* Words of which it isn't certain what they are, or how many: each way that counts is walked as a call of its own, and what they do is
 * joined. What is left uncertain then is for the grammar to read. */
#include "calls/walk.h"

/* Words of which the first, or how many there are, isn't certain. */
static cp_exits walk_choices(cp_walk *w, const cp_fields *argv, cp_span span, cp_state s) {
    const cp_field *first = &argv->items[0];
    cp_exits e = cp_both(s);
    bool any = false;
    uint32_t printed = cp_walk_printed(w);
    for (uint32_t k = 0; k < first->set.count && cp_step(w->budget); k++) {
        const cp_value *command = &first->set.values[k];
        cp_exits one;
        if (!cp_value_is_exact(command))
            one = cp_walk_dynamic(w, argv, command, span, s);
        else if (first->splat) { /* it may be no word, or the first of several */
            cp_field *items = CP_NEW_ARRAY(w->arena, cp_field, argv->count + 1);
            if (!items)
                break;
            items[0] = cp_field_of(w->arena, *command);
            memcpy(items + 1, argv->items, argv->count * sizeof *items);
            cp_fields own = {items, argv->count + 1};
            cp_walk_known(w, &own, command, span, &s, &one);
            one = cp_walk_join_exits(w, one, cp_both(s));
        } else { /* each alternative is a call of its own */
            cp_field *items = CP_NEW_ARRAY(w->arena, cp_field, argv->count);
            if (!items)
                break;
            memcpy(items, argv->items, argv->count * sizeof *items);
            items[0] = cp_field_of(w->arena, *command);
            cp_fields own = {items, argv->count};
            cp_walk_known(w, &own, command, span, &s, &one);
        }
        e = any ? cp_walk_join_exits(w, e, one) : one;
        any = true;
    }
    if (first->splat) { /* no word at all: then the next one is the command */
        cp_fields rest = {argv->items + 1, argv->count - 1};
        w->behind_none++;
        e = cp_walk_join_exits(w, e, rest.count ? cp_walk_argv(w, &rest, span, s) : cp_both(s));
        w->behind_none--;
    }
    if (first->set.count > 1 || first->splat)
        cp_sink_maybe(w->sink, printed);
    return e;
}

/* head -n $N f, ps -p $(pgrep x) -o pid: the words behind an option that may be none, or several, where others follow them and none
 * of them is an option. What the option takes then isn't certain; 0: there are none. */
static uint32_t open_value(cp_walk *w, const cp_fields *argv, const cp_state *s) {
    cp_slice word = argv->items[0].set.values[0].exact;
    uint32_t at = 2;
    while (at + 1 < argv->count && !argv->items[at].splat)
        at++;
    if (at + 1 >= argv->count || !cp_field_is_exact(&argv->items[at - 1]) || cp_map_get(s->functions, word))
        return 0;
    for (uint32_t i = 0; i < argv->items[at].set.count; i++)
        if (cp_value_begins_with(&argv->items[at].set.values[i], '-') != CP_NO)
            return 0;
    cp_slice option = argv->items[at - 1].set.values[0].exact;
    if (option.n < 2 || option.p[0] != '-' || cp_slice_is(option, "--"))
        return 0;
    cp_reading r;
    uint32_t slash = cp_slice_rfind(word, '/');
    cp_read(w->in->layers, slash < word.n ? cp_slice_sub(word, slash + 1, word.n) : word, argv, w->in->places,
            w->arena, w->budget, &r);
    for (uint32_t i = 0; i < r.gap_count; i++)
        if (r.gaps[i].kind == CP_GAP_OPEN_OPERANDS && r.gaps[i].word == at)
            return at;
    return 0;
}

static cp_fields copied(cp_walk *w, const cp_fields *argv, uint32_t more) {
    cp_field *items = CP_NEW_ARRAY(w->arena, cp_field, argv->count + more);
    if (items)
        memcpy(items, argv->items, argv->count * sizeof *items);
    return (cp_fields){items, items ? argv->count : 0};
}

static void leave_out(cp_fields *argv, cp_field *items, uint32_t at, uint32_t count) {
    memmove(items + at, items + at + count, (argv->count - at - count) * sizeof *items);
    argv->count -= count;
}

/* Each way that they may be there is a call of its own: one as the value and any number of others behind it, or none. Then the option
 * takes the next word, or, where that begins with a dash, it may not: to some parsers that is an option. */
static cp_exits walk_open_value(cp_walk *w, const cp_fields *argv, uint32_t at, cp_span span, cp_state s) {
    const cp_field *next = &argv->items[at + 1];
    cp_fields with = copied(w, argv, 1), without = copied(w, argv, 0), neither = copied(w, argv, 0);
    if (!with.count || !without.count || !neither.count)
        return cp_both(s);
    cp_field *items = (cp_field *)(uintptr_t)with.items;
    items[at].splat = 0;
    if (argv->items[at].splat != CP_SPLAT_ONE) {
        memcpy(items + at + 1, argv->items + at, (argv->count - at) * sizeof *items);
        with.count++;
    }
    leave_out(&without, (cp_field *)(uintptr_t)without.items, at, 1);
    leave_out(&neither, (cp_field *)(uintptr_t)neither.items, at - 1, 2);
    bool dash = next->set.count == 0;
    for (uint32_t i = 0; i < next->set.count; i++)
        dash |= cp_value_begins_with(&next->set.values[i], '-') != CP_NO;
    uint32_t printed = cp_walk_printed(w);
    cp_exits e = cp_walk_argv(w, &with, span, s);
    if (dash) { /* as a value it is what is written, where it is; whether it would do something as an option is told there */
        items = (cp_field *)(uintptr_t)without.items;
        if (!cp_field_is_exact(next))
            items[at] = cp_field_of(
                w->arena, cp_value_hole(w->arena, CP_CLASS_ANY, CP_HOLE_ANYTHING, (cp_slice){NULL, 0}, span));
        e = cp_walk_join_exits(w, e, cp_walk_argv(w, &neither, span, s));
    }
    e = cp_walk_join_exits(w, e, cp_walk_argv(w, &without, span, s));
    cp_sink_maybe(w->sink, printed);
    return e;
}

enum { WAYS_MOST = 8 };

/* git log -n$N f, with N one of two numbers: a word that is one of a few, of which some begin with a dash, so that which option it is
 * isn't certain; 0: there is none, or together they are too many. */
static uint32_t option_of_some(const cp_fields *argv) {
    uint32_t ways = 1, at = 0;
    for (uint32_t i = argv->count; i-- > 1;) {
        const cp_field *f = &argv->items[i];
        bool dash = false;
        for (uint32_t k = 0; k < f->set.count && f->set.count > 1 && !f->splat; k++)
            dash |= cp_value_begins_with(&f->set.values[k], '-') == CP_YES;
        if (dash) {
            ways *= f->set.count;
            at = i;
        }
        if (ways > WAYS_MOST)
            return 0;
    }
    return at;
}

/* Each is a call of its own. */
static cp_exits walk_options(cp_walk *w, const cp_fields *argv, uint32_t at, cp_span span, cp_state s) {
    const cp_set some = argv->items[at].set;
    cp_exits e = cp_both(s);
    uint32_t printed = cp_walk_printed(w);
    for (uint32_t k = 0; k < some.count; k++) {
        cp_fields own = copied(w, argv, 0);
        if (!own.count)
            break;
        ((cp_field *)(uintptr_t)own.items)[at] = cp_field_of(w->arena, some.values[k]);
        cp_exits one = cp_walk_argv(w, &own, span, s);
        e = k ? cp_walk_join_exits(w, e, one) : one;
    }
    cp_sink_maybe(w->sink, printed);
    return e;
}

cp_exits cp_walk_argv(cp_walk *w, const cp_fields *argv, cp_span span, cp_state s) {
    cp_exits e;
    uint32_t open;
    if (argv->count == 0 || cp_spent(w->budget) || cp_arena_failed(w->arena))
        return cp_both(s);
    const cp_field *first = &argv->items[0];
    if (!cp_enter(w->budget))
        e = cp_both(s);
    else if (!cp_field_is_exact(first))
        e = walk_choices(w, argv, span, s);
    else if ((open = option_of_some(argv)) != 0)
        e = walk_options(w, argv, open, span, s);
    else if ((open = open_value(w, argv, &s)) != 0)
        e = walk_open_value(w, argv, open, span, s);
    else if (cp_step(w->budget))
        cp_walk_known(w, argv, &first->set.values[0], span, &s, &e);
    else
        e = cp_both(s);
    cp_leave(w->budget);
    return e;
}
