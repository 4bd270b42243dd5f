/* Reading options from tables. */
#include "common/options.h"

#include "common/say.h"

#include <stdio.h>
#include <string.h>

static int bad_choice(const cli_option *o, const char *value) {
    char choices[128];
    size_t n = 0;
    for (const char *c = o->choices; *c && n + 3 < sizeof choices; c++) {
        choices[n++] = (char)(*c == '|' ? ',' : *c);
        if (*c == '|')
            choices[n++] = ' ';
    }
    choices[n] = '\0';
    cli_error("--%s %s: expected one of %s", o->name, value, choices);
    return CLI_OPTION_BAD;
}

static int is_choice(const char *choices, const char *value) {
    const size_t n = strlen(value);
    for (const char *at = choices; n > 0 && at; at = strchr(at, '|')) {
        at += *at == '|';
        if (strncmp(at, value, n) == 0 && (at[n] == '|' || at[n] == '\0'))
            return 1;
    }
    return 0;
}

static int unknown(const cli_options *o, const char *name, size_t length) {
    char text[64];
    const char *hint = NULL;
    if (length < sizeof text) {
        memcpy(text, name, length);
        text[length] = '\0';
        for (size_t g = 0; g < CLI_MOST_GROUPS && !hint; g++) {
            if (o->groups[g].count > 0)
                hint =
                    cli_closest(text, &o->groups[g].options[0].name, o->groups[g].count, sizeof(cli_option));
        }
    }
    if (hint)
        cli_error("unknown option %.*s; did you mean --%s?", (int)(length < 200 ? length + 2 : 200), name - 2,
                  hint);
    else
        cli_error("unknown option %.*s; --help lists the options", (int)(length < 200 ? length + 2 : 200),
                  name - 2);
    cli_error("what is not an option but begins with a dash goes after \"--\"");
    return CLI_OPTION_BAD;
}

static const cli_option *with_letter(const cli_options *o, char letter) {
    for (size_t g = 0; g < CLI_MOST_GROUPS; g++) {
        for (size_t i = 0; i < o->groups[g].count; i++) {
            if (o->groups[g].options[i].letter == letter)
                return &o->groups[g].options[i];
        }
    }
    return NULL;
}

/* Puts the option's value into o->value: what is attached, or the next word. */
static int take_value(cli_options *o, const cli_option *option, const char *attached) {
    o->value = attached;
    if (!option->value) {
        if (!attached)
            return option->id;
        cli_error("--%s takes no value", option->name);
        return CLI_OPTION_BAD;
    }
    if (!attached && o->at < o->argc)
        o->value = o->argv[o->at++];
    if (!o->value || !*o->value) {
        cli_error("--%s needs a value: --%s %s", option->name, option->name, option->value);
        return CLI_OPTION_BAD;
    }
    return option->choices && !is_choice(option->choices, o->value) ? bad_choice(option, o->value)
                                                                    : option->id;
}

int cli_options_next(cli_options *o) {
    if (o->at >= o->argc)
        return CLI_OPTION_END;
    char *word = o->argv[o->at++];
    o->value = word;
    if (o->ended || word[0] != '-' || word[1] == '\0')
        return CLI_OPTION_OPERAND;
    if (strcmp(word, "--") == 0) {
        o->ended = 1;
        return cli_options_next(o);
    }
    const cli_option *option = word[1] != '-' && word[2] == '\0' ? with_letter(o, word[1]) : NULL;
    if (option)
        return take_value(o, option, NULL);
    const char *name = word;
    if (name[1] != '-') {
        cli_error("unknown option %.200s; --help lists the options, which are written in full", word);
        cli_error("what is not an option but begins with a dash goes after \"--\"");
        return CLI_OPTION_BAD;
    }
    name += 2;
    const size_t length = strcspn(name, "=");
    for (size_t g = 0; g < CLI_MOST_GROUPS; g++) {
        for (size_t i = 0; i < o->groups[g].count; i++) {
            option = &o->groups[g].options[i];
            if (strncmp(option->name, name, length) == 0 && option->name[length] == '\0')
                return take_value(o, option, name[length] == '=' ? name + length + 1 : NULL);
        }
    }
    return unknown(o, name, length);
}

void cli_options_help(const cli_group *group) {
    enum { COLUMN = 22 };
    for (size_t i = 0; i < group->count; i++) {
        const cli_option *o = &group->options[i];
        int used = printf("  --%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
        const char *line = o->help;
        if (used > COLUMN - 2) {
            printf("\n");
            used = 0;
        }
        for (;;) {
            const size_t n = strcspn(line, "\n");
            printf("%*s%.*s\n", COLUMN - used, "", (int)n, line);
            if (line[n] == '\0')
                break;
            line += n + 1;
            used = 0;
        }
    }
}
