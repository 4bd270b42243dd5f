/* From a payload to what was asked. A payload is believed only where it is exactly a known form: a key given twice, two keys
 * for one thing, a key that differs in case only from the one that counts (some agents don't care for case, so another
 * command might be the one that runs), a wrong type, bytes after the object: all of that is an error.
 *
 * The tool's arguments are the model's. They say which command is judged and where it runs, but never which workspace it may
 * work on or which policy counts: those come from the session's part of the payload. */
#include "hooks/hooks.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

enum { MOST_PLACE = 64 };

/* What agents call the directory of a command. A key of another agent's may be anything, so the directory isn't known then. */
static const char directory_keys[] =
    "cwd|dir|dir_path|directory|path|work_dir|workdir|working_dir|working_directory|workingDir|workingDirectory";

bool hook_is_among(const char *names, const char *name, bool any_case) {
    const size_t size = strlen(name);
    for (const char *at = names;;) {
        const size_t n = strcspn(at, "|");
        if (n == size && (any_case ? strncasecmp(at, name, n) : strncmp(at, name, n)) == 0)
            return true;
        if (at[n] == '\0')
            return false;
        at += n + 1;
    }
}

static json_t *at_one_place(json_t *value, const char *place, size_t size) {
    char key[MOST_PLACE];
    while (value && size > 0) {
        const char *dot = memchr(place, '.', size);
        const size_t n = dot ? (size_t)(dot - place) : size;
        if (n >= sizeof key)
            return NULL;
        memcpy(key, place, n);
        key[n] = '\0';
        value = json_object_get(value, key);
        place += dot ? n + 1 : n;
        size -= dot ? n + 1 : n;
    }
    return value;
}

/* How many of the place's alternatives are there; *out is one of them. */
static int find(json_t *from, hook_place place, json_t **out) {
    int count = 0;
    *out = NULL;
    for (const char *at = place; at;) {
        const size_t n = strcspn(at, "|");
        json_t *found = at_one_place(from, at, n);
        if (found) {
            *out = found;
            count++;
        }
        at = at[n] ? at + n + 1 : NULL;
    }
    return count;
}

static hook_string string_of(const json_t *value) {
    return (hook_string){json_string_value(value), json_string_length(value)};
}

/* Labels are never judged: one that is strange is left out. */
static hook_string label_at(json_t *payload, hook_place place) {
    json_t *value;
    return find(payload, place, &value) == 1 ? string_of(value) : (hook_string){NULL, 0};
}

static bool has_nul(hook_string s) {
    return memchr(s.data, '\0', s.size) != NULL;
}

static hook_reading wrong(hook_call *call, const char *why) {
    call->why = why;
    return HOOK_WRONG;
}

bool hook_tool_kind(const hook_agent *agent, const char *name, hook_kind *out) {
    for (size_t a = 0; a <= hook_agent_count; a++) {
        const hook_agent *from = a == 0 ? agent : hook_agents[a - 1]; /* its own names first */
        for (size_t i = 0; i < HOOK_MOST_TOOLS && from->tools[i].names; i++) {
            if (hook_is_among(from->tools[i].names, name, true)) {
                *out = from->tools[i].kind;
                return true;
            }
        }
    }
    return false;
}

/* The form whose event the payload names. More than one name of an event is none. */
static const hook_form *form_of(const hook_agent *agent, json_t *payload) {
    json_t *event;
    const int count = find(payload, agent->events, &event);
    hook_string name = string_of(event);
    if (count > 1 || (count == 1 && (!name.data || name.size == 0 || has_nul(name))))
        return NULL;
    for (size_t i = 0; i < HOOK_MOST_FORMS; i++) {
        const hook_form *form = &agent->forms[i];
        if (!form->deny.json && form->deny.exit == 0)
            break; /* the end of the table */
        if (count == 0 ? !form->event || hook_is_among(form->events, "", false)
                       : form->event && find(payload, form->event, &event) == 1 &&
                             hook_is_among(form->events, name.data, false))
            return form;
    }
    return NULL;
}

/* A key that a careless reader would take for one of `names`. */
static bool has_lookalike(json_t *object, const char *names) {
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) {
        if (hook_is_among(names, key, true) && !hook_is_among(names, key, false))
            return true;
    }
    return false;
}

static hook_reading read_commands(hook_call *call, json_t *from) {
    json_t *value;
    const int count = find(from, call->form->command, &value);
    if (count != 1)
        return wrong(call, count == 0 ? "the payload holds no command"
                                      : "the payload holds two commands where one is expected");
    if (json_is_string(value)) {
        call->commands[call->command_count++] = string_of(value);
        return HOOK_JUDGE;
    }
    if (!json_is_array(value) || value != json_object_get(from, "commands"))
        return wrong(call, "the command is no string");
    if (json_array_size(value) == 0 || json_array_size(value) > HOOK_MOST_COMMANDS)
        return wrong(call, "the list of commands is empty or too long");
    for (size_t i = 0; i < json_array_size(value); i++) {
        const json_t *item = json_array_get(value, i);
        if (!json_is_string(item))
            return wrong(call, "a command in the list is no string");
        call->commands[call->command_count++] = string_of(item);
    }
    return HOOK_JUDGE;
}

/* The command's own directory. What can't be understood makes it unknown, which never loosens a verdict. */
static void read_directory(hook_call *call, json_t *from) {
    json_t *value;
    const char *own = call->form->directory, *key;
    const int count = own ? find(from, own, &value) : 0;
    if (count == 1 && json_is_string(value) && !has_nul(string_of(value)))
        call->directory = string_of(value);
    else if (count > 1 || (count == 1 && !json_is_null(value)))
        call->directory_unknown = true;
    if (!call->input)
        return;
    json_object_foreach(call->input, key, value) {
        if (hook_is_among(directory_keys, key, true) && !(own && hook_is_among(own, key, false)))
            call->directory_unknown = true;
    }
}

static hook_reading read_session(hook_call *call) {
    const hook_form *form = call->form;
    json_t *value;
    int count = find(call->payload, form->cwd, &value);
    if (count > 1)
        return wrong(call, "the payload holds two working directories");
    if (count == 1 && !json_is_null(value)) {
        hook_string cwd = string_of(value);
        if (!cwd.data || has_nul(cwd) || (cwd.size > 0 && cwd.data[0] != '/'))
            return wrong(call, "the working directory is no absolute path");
        if (cwd.size > 0)
            call->cwd = cwd;
    }
    count = find(call->payload, form->roots, &value);
    if (count > 1 || (count == 1 && !json_is_array(value) && !json_is_null(value)))
        return wrong(call, "the workspaces are no list");
    if (json_array_size(value) > HOOK_MOST_ROOTS)
        return wrong(call, "there are too many workspaces");
    for (size_t i = 0; count == 1 && i < json_array_size(value); i++) {
        hook_string root = string_of(json_array_get(value, i));
        if (!root.data || has_nul(root) || root.data[0] != '/' || strstr(root.data, "/."))
            return wrong(call, "a workspace is no plain absolute path");
        call->roots[call->root_count++] = root;
    }
    if (!call->cwd.data && form->cwd_is_root && call->root_count == 1)
        call->cwd = call->roots[0];
    call->session = label_at(call->payload, form->session);
    call->call = label_at(call->payload, form->call);
    if (find(call->payload, form->mode, &value) > 0 && !json_is_null(value))
        call->unattended = !json_is_string(value) || hook_is_among("bypassPermissions|dontAsk|never|yolo",
                                                                   json_string_value(value), true);
    return HOOK_JUDGE;
}

/* What only our own format has. */
static hook_reading read_own(hook_call *call) {
    const char *key;
    json_t *value;
    json_object_foreach(call->payload, key, value) {
        if (!hook_is_among(call->agent->keys, key, false))
            return wrong(call, "the payload holds a key that is not known");
    }
    const json_t *version = json_object_get(call->payload, "version");
    if (!json_is_integer(version) || json_integer_value(version) != 1)
        return wrong(call, "the payload is not of version 1");
    const json_t *shell = json_object_get(call->payload, "shell");
    if (shell) {
        hook_string name = string_of(shell);
        cmdpolicy_dialect dialect = name.data && !has_nul(name) ? cli_shell_named(name.data) : -1;
        if (dialect < 0)
            return wrong(call, "the shell is not bash, sh, dash or zsh");
        call->shell = dialect;
    }
    json_t *environment = json_object_get(call->payload, "env");
    if (environment && !json_is_object(environment))
        return wrong(call, "the environment is no object");
    json_object_foreach(environment, key, value) {
        if (!json_is_string(value) && !json_is_null(value))
            return wrong(call, "a variable of the environment is no string");
    }
    call->environment = environment;
    call->named_agent = label_at(call->payload, "agent");
    return HOOK_JUDGE;
}

static hook_reading read_input(hook_call *call) {
    json_t *value;
    const int count = find(call->payload, call->form->input, &value);
    if (count != 1)
        return wrong(call, count == 0 ? "the tool's arguments are missing"
                                      : "the payload holds the tool's arguments twice");
    if (json_is_string(value)) {
        hook_string text = string_of(value);
        call->input = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    } else
        call->input = json_incref(value);
    if (!json_is_object(call->input))
        return wrong(call, "the tool's arguments are no object");
    if (has_lookalike(call->input, call->form->command))
        return wrong(call, "the tool's arguments hold a second command, in other letters");
    return HOOK_JUDGE;
}

/* Is something of another form's there, in a place that isn't one of this form's? */
static bool has_of_another(const hook_call *call, size_t place_offset) {
    hook_place own, other;
    memcpy(&own, (const char *)call->form + place_offset, sizeof own);
    for (size_t i = 0; i < HOOK_MOST_FORMS; i++) {
        json_t *value;
        memcpy(&other, (const char *)&call->agent->forms[i] + place_offset, sizeof other);
        if (other && own && strcmp(own, other) != 0 && find(call->payload, other, &value) > 0)
            return true;
    }
    return false;
}

static hook_reading read_tool(hook_call *call) {
    json_t *value;
    const int count = find(call->payload, call->form->tool, &value);
    if (count != 1)
        return wrong(call, count == 0 ? "the tool's name is missing" : "the payload names two tools");
    if (has_of_another(call, offsetof(hook_form, tool)) || has_of_another(call, offsetof(hook_form, input)))
        return wrong(call, "the payload is a mixture of two forms");
    hook_string name = string_of(value);
    if (!name.data || name.size == 0)
        return wrong(call, "the tool's name is no string");
    for (size_t i = 0; i < name.size; i++) {
        if ((unsigned char)name.data[i] <= ' ' || name.data[i] == 0x7f)
            return wrong(call, "the tool's name holds spaces or control characters");
    }
    call->tool = name;
    return hook_tool_kind(call->agent, name.data, &call->kind) ? HOOK_JUDGE : HOOK_PASS;
}

hook_reading hook_read(const hook_agent *agent, const char *bytes, size_t size, hook_call *call) {
    *call = (hook_call){.agent = agent, .kind = HOOK_SHELL};
    if (size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        bytes += 3;
        size -= 3;
    }
    call->payload = json_loadb(bytes, size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    if (!call->payload)
        return wrong(call,
                     size == 0 ? "standard input is empty" : "standard input is not one whole JSON value");
    if (!json_is_object(call->payload))
        return wrong(call, "standard input is no JSON object");
    call->form = form_of(agent, call->payload);
    if (!call->form)
        return wrong(call, "the payload's event is missing, or not one that this hook answers");
    call->event = label_at(call->payload, call->form->event);
    hook_reading reading = call->form->tool ? read_tool(call) : HOOK_JUDGE;
    if (reading == HOOK_JUDGE && agent->strict)
        reading = read_own(call);
    if (reading == HOOK_JUDGE)
        reading = read_session(call);
    if (reading == HOOK_JUDGE && call->form->input)
        reading = read_input(call);
    if (reading != HOOK_JUDGE || call->kind == HOOK_TYPED)
        return reading;
    json_t *from = call->input ? call->input : call->payload;
    reading = read_commands(call, from);
    if (reading == HOOK_JUDGE)
        read_directory(call, from);
    return reading;
}

void hook_call_free(hook_call *call) {
    json_decref(call->input);
    json_decref(call->payload);
    call->input = call->payload = NULL;
}
