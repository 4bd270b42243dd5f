/* Reading options from tables. */
#include "common/options.h"

#include "common/say.h"

#include <stdio.h>
#include <string.h>

static int bad_choice(const cli_option *o, const char *value) {
    cli_error("--%s %s: there is no such %s; expected one of %s", o->name, value, o->name, o->choices);
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
    const char *name = strcmp(word, "-h") == 0 ? "--help" : strcmp(word, "-V") == 0 ? "--version" : word;
    if (name[1] != '-') {
        cli_error("unknown option %.200s; options have two dashes and are written in full: --help lists them",
                  word);
        cli_error("what is not an option but begins with a dash goes after \"--\"");
        return CLI_OPTION_BAD;
    }
    name += 2;
    const size_t length = strcspn(name, "=");
    for (size_t g = 0; g < CLI_MOST_GROUPS; g++) {
        for (size_t i = 0; i < o->groups[g].count; i++) {
            const cli_option *option = &o->groups[g].options[i];
            if (strncmp(option->name, name, length) != 0 || option->name[length] != '\0')
                continue;
            o->value = name[length] == '=' ? name + length + 1 : NULL;
            if (!option->value) {
                if (!o->value)
                    return option->id;
                cli_error("--%s takes no value", option->name);
                return CLI_OPTION_BAD;
            }
            if (!o->value && o->at < o->argc)
                o->value = o->argv[o->at++];
            if (!o->value || !*o->value) {
                cli_error("--%s needs a value: --%s %s", option->name, option->name, option->value);
                return CLI_OPTION_BAD;
            }
            if (option->choices && !is_choice(option->choices, o->value))
                return bad_choice(option, o->value);
            return option->id;
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
