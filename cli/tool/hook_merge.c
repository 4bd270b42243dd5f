/* Merging and its undoing, along the template's own shape: objects by key, lists by entries that are ours. */
#include "tool/hook_merge.h"

#include <string.h>

bool hook_is_ours(const char *command, const char *agent) {
    static const char program[] = "cmdpolicy-check", option[] = "--hook";
    const char *at = strstr(command, program);
    if (!at || !(at = strstr(at, option)))
        return false;
    at += sizeof option - 1;
    at += strspn(at, " ='\"");
    const size_t n = strlen(agent);
    return strncmp(at, agent, n) == 0 && strchr(" '\"|;", at[n]) != NULL;
}

/* A command of ours in the value itself, or in an object within it, but in no list: those have entries of their own. */
static bool runs_ours(json_t *value, const char *agent) {
    const char *key;
    json_t *one;
    if (json_is_string(value))
        return hook_is_ours(json_string_value(value), agent);
    json_object_foreach(value, key, one) {
        if (!json_is_array(one) && runs_ours(one, agent))
            return true;
    }
    return false;
}

static bool has_lists(json_t *value) {
    const char *key;
    json_t *one;
    json_object_foreach(value, key, one) {
        if (json_is_array(one))
            return true;
    }
    return false;
}

/* Takes our entries out of a list, and out of lists within its entries; an entry all of whose lists that had ours are empty then
 * goes. How many were taken; the place of the first in *out_first. */
static size_t strip(json_t *list, const char *agent, size_t *out_first) {
    size_t taken = 0;
    for (size_t i = 0; i < json_array_size(list);) {
        json_t *entry = json_array_get(list, i);
        bool goes = runs_ours(entry, agent);
        taken += goes;
        if (!goes && has_lists(entry)) {
            const char *key;
            json_t *one;
            json_object_foreach(entry, key, one) {
                size_t unused = 0, n = json_is_array(one) ? strip(one, agent, &unused) : 0;
                taken += n;
                goes = goes || (n > 0 && json_array_size(one) == 0);
            }
        }
        if (!goes) {
            i++;
            continue;
        }
        if (*out_first > i)
            *out_first = i;
        json_array_remove(list, i);
    }
    return taken;
}

/* All of the list's entries that hold ours are exactly those that are wanted, in their order. */
static bool is_there(json_t *list, json_t *wanted, const char *agent) {
    size_t at = 0, i;
    json_t *entry;
    json_array_foreach(list, i, entry) {
        json_t *copy = json_pack("[o]", json_deep_copy(entry));
        size_t unused = 0;
        const bool ours = strip(copy, agent, &unused) > 0;
        json_decref(copy);
        if (ours && (at >= json_array_size(wanted) || !json_equal(entry, json_array_get(wanted, at++))))
            return false;
    }
    return at == json_array_size(wanted);
}

static void merge_list(json_t *list, json_t *wanted, const char *agent) {
    if (is_there(list, wanted, agent))
        return;
    size_t first = json_array_size(list), i;
    strip(list, agent, &first);
    if (first > json_array_size(list))
        first = json_array_size(list);
    json_t *entry;
    json_array_foreach(wanted, i, entry) json_array_insert_new(list, first + i, json_deep_copy(entry));
}

/* A list in a template whose entries hold no command ("tools") is taken as it is, where there is none. */
static bool has_command(json_t *list, const char *agent) {
    json_t *copy = json_deep_copy(list);
    size_t unused = 0;
    const bool has = strip(copy, agent, &unused) > 0;
    json_decref(copy);
    return has;
}

bool hook_merge(json_t *into, json_t *wanted, const char *agent, const char **out_where) {
    const char *key;
    json_t *want;
    json_object_foreach(wanted, key, want) {
        json_t *there = json_object_get(into, key);
        *out_where = key;
        if (!there)
            json_object_set_new(into, key, json_deep_copy(want));
        else if (json_is_object(want)) {
            if (!json_is_object(there) || !hook_merge(there, want, agent, out_where))
                return false;
        } else if (json_is_array(want) && has_command(want, agent)) {
            if (!json_is_array(there))
                return false;
            merge_list(there, want, agent);
        }
    }
    return true;
}

void hook_unmerge(json_t *from, json_t *wanted, json_t *before, const char *agent) {
    const char *key;
    json_t *want;
    json_object_foreach(wanted, key, want) {
        json_t *there = json_object_get(from, key);
        json_t *was = json_object_get(before, key);
        size_t unused = 0;
        bool empty = false;
        if (json_is_object(want) && json_is_object(there)) {
            hook_unmerge(there, want, was, agent);
            empty = json_object_size(there) == 0;
        } else if (json_is_array(want) && json_is_array(there) && has_command(want, agent))
            empty = strip(there, agent, &unused) > 0 && json_array_size(there) == 0;
        else if (before)
            empty = json_equal(there, want); /* we added it, if it wasn't there */
        if (empty && !was)
            json_object_del(from, key);
    }
}

bool hook_is_bare(json_t *value, json_t *wanted) {
    const char *key;
    json_t *one;
    if (json_is_array(value))
        return json_array_size(value) == 0 || json_equal(value, wanted);
    if (!json_is_object(value))
        return json_equal(value, wanted);
    json_object_foreach(value, key, one) {
        json_t *want = json_object_get(wanted, key);
        if (!want || !hook_is_bare(one, want))
            return false;
    }
    return true;
}

size_t hook_commands(json_t *value, const char *agent, void (*each)(void *self, const char *command),
                     void *self) {
    size_t count = 0, i;
    const char *key;
    json_t *one;
    if (json_is_string(value) && hook_is_ours(json_string_value(value), agent)) {
        if (each)
            each(self, json_string_value(value));
        return 1;
    }
    if (json_is_array(value)) {
        json_array_foreach(value, i, one) count += hook_commands(one, agent, each, self);
    } else {
        json_object_foreach(value, key, one) count += hook_commands(one, agent, each, self);
    }
    return count;
}
