/* From options to a policy and the facts of a request. */
#include "common/setup.h"

#include "common/say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    OPTION_POLICY = 100,
    OPTION_REQUIREMENTS,
    OPTION_NO_BUILTIN,
    OPTION_NO_CONFIG,
    OPTION_PROFILE,
    OPTION_SHELL,
    OPTION_CWD,
    OPTION_WORKSPACE,
    OPTION_UNTRUSTED,
    OPTION_HOME,
    OPTION_SANDBOX,
    OPTION_CASE
};

static const cli_option policy_options[] = {
    {"policy", OPTION_POLICY, "FILE", NULL,
     "a policy of yours, YAML or compiled, over the built-in packs (repeatable)", 0},
    {"requirements", OPTION_REQUIREMENTS, "FILE", NULL, "a policy that can only tighten (repeatable)", 0},
    {"profile", OPTION_PROFILE, "NAME", NULL,
     "read-only or workspace-write: what the built-in packs let pass", 0},
    {"no-builtin", OPTION_NO_BUILTIN, NULL, NULL, "without the built-in packs", 0},
    {"no-config", OPTION_NO_CONFIG, NULL, NULL,
     "without the files of the system, of the user and of the workspace", 0},
};
static const cli_option fact_options[] = {
    {"shell", OPTION_SHELL, "NAME", "bash|sh|dash|zsh",
     "the shell that is to run the command (the policy's default)", 0},
    {"cwd", OPTION_CWD, "DIR", NULL, "the directory it is to run in (the current one)", 0},
    {"workspace", OPTION_WORKSPACE, "DIR", NULL,
     "what it may work on (repeatable; the git work tree around\nthe cwd, or the cwd)", 0},
    {"untrusted", OPTION_UNTRUSTED, NULL, NULL, "the workspaces are somebody else's", 0},
    {"home", OPTION_HOME, "DIR", NULL, "the home directory of who runs it ($HOME)", 0},
    {"sandbox", OPTION_SANDBOX, "MODE", "none|read-only|workspace-write",
     "the sandbox that it is to run in (not known)", 0},
    {"case", OPTION_CASE, "HOW", "sensitive|insensitive",
     "whether .GIT and .git are two files (what an entry of the\ncwd, the home or a workspace tells)", 0},
};
const cli_group cli_policy_options = CLI_GROUP(policy_options), cli_fact_options = CLI_GROUP(fact_options);

static const struct {
    const char *name;
    cmdpolicy_dialect dialect;
} shells[] = {{"bash", CMDPOLICY_DIALECT_BASH},
              {"sh", CMDPOLICY_DIALECT_SH},
              {"dash", CMDPOLICY_DIALECT_DASH},
              {"zsh", CMDPOLICY_DIALECT_ZSH}};

const char *cli_shell_name(cmdpolicy_dialect dialect) {
    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
        if (shells[i].dialect == dialect)
            return shells[i].name;
    }
    return "unknown";
}

cmdpolicy_dialect cli_shell_named(const char *name) {
    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
        if (strcmp(shells[i].name, name) == 0)
            return shells[i].dialect;
    }
    return -1;
}

static bool directory(char **out, const char *value, bool *out_bad) {
    free(*out);
    *out = cli_absolute(value);
    if (!*out) {
        cli_error("%s: the current directory can't be found; give an absolute path", value);
        *out_bad = true;
    }
    return *out != NULL;
}

bool cli_setup_take(cli_setup *s, int id, const char *value, bool *out_bad) {
    switch (id) {
    case OPTION_POLICY: cli_layer_files_add(&s->given, CMDPOLICY_LAYER_USER, value); return true;
    case OPTION_REQUIREMENTS:
        cli_layer_files_add(&s->given, CMDPOLICY_LAYER_REQUIREMENTS, value);
        return true;
    case OPTION_PROFILE: s->profile = value; return true;
    case OPTION_NO_BUILTIN: s->no_builtin = true; return true;
    case OPTION_NO_CONFIG: s->no_config = true; return true;
    case OPTION_UNTRUSTED: s->untrusted = true; return true;
    case OPTION_SANDBOX: s->sandbox = value; return true;
    case OPTION_CASE: s->letter_case = value; return true;
    case OPTION_SHELL: s->shell = cli_shell_named(value); return true;
    case OPTION_CWD: return directory(&s->cwd, value, out_bad);
    case OPTION_HOME: return directory(&s->home, value, out_bad);
    case OPTION_WORKSPACE: {
        char **more = realloc(s->workspaces, (s->workspace_count + 1) * sizeof *more);
        if (!more)
            cli_out_of_memory();
        s->workspaces = more;
        more[s->workspace_count] = NULL;
        if (!directory(&more[s->workspace_count], value, out_bad))
            return false;
        s->workspace_count++;
        return true;
    }
    default: return false;
    }
}

/* Is it one of those that are asked whether case counts, of the workspaces one of the first `count`? */
static bool is_asked(const cli_setup *s, const char *directory, size_t count) {
    bool asked = (s->cwd && strcmp(directory, s->cwd) == 0) || (s->home && strcmp(directory, s->home) == 0);
    for (size_t i = 0; i < count && !asked; i++)
        asked = s->workspaces[i] && strcmp(directory, s->workspaces[i]) == 0;
    return asked;
}

void cli_setup_complete(cli_setup *s) {
    if (s->ready)
        return;
    s->ready = true;
    if (!s->cwd)
        s->cwd = cli_current_directory();
    if (!s->home)
        s->home = cli_home_directory();
    if (s->workspace_count == 0 && s->cwd) {
        char *workspace = cli_workspace_of(s->cwd, s->home);
        s->workspaces = calloc(1, sizeof *s->workspaces);
        if (!s->workspaces)
            cli_out_of_memory();
        s->workspaces[0] = workspace;
        s->workspace_count = workspace != NULL;
    }
    if (!s->letter_case) {
        s->ignores_case = (s->cwd && cli_ignores_case(s->cwd)) || (s->home && cli_ignores_case(s->home));
        for (size_t i = 0; i < s->workspace_count && !s->ignores_case; i++)
            s->ignores_case =
                s->workspaces[i] && !is_asked(s, s->workspaces[i], i) && cli_ignores_case(s->workspaces[i]);
    }
    if (!s->no_config)
        cli_find_config(&s->files);
    for (size_t i = 0; i < s->given.count; i++)
        cli_layer_files_add(&s->files, s->given.items[i].layer, s->given.items[i].path);
    for (size_t i = 0; i < s->workspace_count && !s->no_config; i++)
        cli_find_workspace_config(&s->files, s->workspaces[i]);
}

static bool is_given(const cli_setup *s, const cli_layer_file *file) {
    for (size_t i = 0; i < s->given.count; i++) {
        if (s->given.items[i].layer == file->layer && strcmp(s->given.items[i].path, file->path) == 0)
            return true;
    }
    return false;
}

void cli_say_policy_error(const cmdpolicy_error *e) {
    static const char question[] = "did you mean";
    if (e->file.size > 0)
        fprintf(stderr, "%.*s:", (int)e->file.size, e->file.data);
    if (e->line > 0)
        fprintf(stderr, "%u:", (unsigned)e->line);
    if (e->line > 0 && e->column > 0)
        fprintf(stderr, "%u:", (unsigned)e->column);
    fprintf(stderr, "%s%s: %.*s", e->file.size > 0 ? " " : "", e->is_warning ? "warning" : "error",
            (int)e->message.size, e->message.data);
    if (e->expected.size > 0) {
        const bool asks = e->expected.size >= sizeof question - 1 &&
                          memcmp(e->expected.data, question, sizeof question - 1) == 0;
        fprintf(stderr, "; %s%.*s", asks ? "" : "expected ", (int)e->expected.size, e->expected.data);
    }
    if (e->code.size > 0)
        fprintf(stderr, " [%.*s]", (int)e->code.size, e->code.data);
    fputc('\n', stderr);
}

void cli_say_policy_errors(const cmdpolicy_builder *builder, size_t from, bool warnings) {
    for (size_t i = from; i < cmdpolicy_builder_error_count(builder); i++) {
        cmdpolicy_error e = {.struct_size = sizeof e};
        if (cmdpolicy_builder_error(builder, i, &e) == CMDPOLICY_OK && (!e.is_warning || warnings))
            cli_say_policy_error(&e);
    }
}

/* A compiled policy is mapped, not read; NULL: the file is something else, or can't be mapped. It stays until the program ends. */
static const void *map_image(const char *path, size_t *out_size) {
    static const char magic[8] = "cmdpol\r\n";
    struct stat st;
    void *bytes = MAP_FAILED;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    char first[sizeof magic];
    if (file < 0)
        return NULL;
    if (read(file, first, sizeof first) == (ssize_t)sizeof first && memcmp(first, magic, sizeof magic) == 0 &&
        fstat(file, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && st.st_size < UINT32_MAX) {
        *out_size = (size_t)st.st_size;
        bytes = mmap(NULL, *out_size, PROT_READ, MAP_PRIVATE, file, 0);
    }
    close(file);
    return bytes == MAP_FAILED ? NULL : bytes;
}

/* False: said why. */
static bool add_file(cmdpolicy_builder *builder, const cli_layer_file *file) {
    size_t before = cmdpolicy_builder_error_count(builder);
    if (file->error != 0) {
        cli_error("%s: %s", file->path,
                  file->error == CLI_NO_FILE ? cli_layer_file_problem(file) : strerror(file->error));
        return false;
    }
    errno = 0;
    size_t size = 0;
    const void *image = map_image(file->path, &size);
    cmdpolicy_status status =
        image ? cmdpolicy_builder_add_image_static(builder, file->layer, file->path, image, size)
              : cmdpolicy_builder_add_file(builder, file->layer, file->path);
    int error = errno;
    cli_say_policy_errors(builder, before, false);
    if (status == CMDPOLICY_OK)
        return true;
    if (cmdpolicy_builder_error_count(builder) == before)
        cli_error("%s: %s", file->path,
                  status == CMDPOLICY_ERR_IO && error != 0 ? strerror(error) : cmdpolicy_status_name(status));
    return false;
}

cmdpolicy_policy *cli_setup_policy(cli_setup *s) {
    cli_setup_complete(s);
    cmdpolicy_policy *policy = NULL;
    cmdpolicy_builder *builder = cmdpolicy_builder_new();
    if (!builder)
        cli_out_of_memory();
    size_t bad = 0;
    if (s->no_builtin && s->profile) {
        cli_error("--profile %s: profiles belong to the built-in packs, which --no-builtin leaves out",
                  s->profile);
        bad++;
    }
    if (!s->no_builtin) {
        cmdpolicy_status status = cmdpolicy_builder_add_builtin(builder, s->profile);
        cli_say_policy_errors(builder, 0, false);
        if (status != CMDPOLICY_OK && cmdpolicy_builder_error_count(builder) == 0)
            cli_error("the built-in packs can't be used: %s", cmdpolicy_status_name(status));
        bad += status != CMDPOLICY_OK;
    }
    for (size_t i = 0; i < s->files.count; i++) {
        const cli_layer_file *file = &s->files.items[i];
        if (file->error != ENOENT || is_given(s, file))
            bad += !add_file(builder, file);
    }
    if (bad == 0) {
        size_t before = cmdpolicy_builder_error_count(builder);
        cmdpolicy_status status = cmdpolicy_builder_build(builder, &policy);
        if (status != CMDPOLICY_OK) {
            policy = NULL;
            cli_say_policy_errors(builder, before, false);
            if (cmdpolicy_builder_error_count(builder) == before)
                cli_error("the policy can't be built: %s", cmdpolicy_status_name(status));
        }
    }
    if (!policy)
        cli_error("nothing was checked: there is no policy until what is wrong above is mended");
    cmdpolicy_builder_free(builder);
    return policy;
}

cmdpolicy_policy *cli_setup_policy_with(const cli_setup *s, cmdpolicy_layer layer, const char *name,
                                        const char *text, size_t size) {
    cmdpolicy_policy *policy = NULL;
    cmdpolicy_builder *builder = cmdpolicy_builder_new();
    if (!builder)
        cli_out_of_memory();
    if (!s->no_builtin)
        (void)cmdpolicy_builder_add_builtin(builder, s->profile);
    for (size_t i = 0; i < s->files.count; i++) {
        if (s->files.items[i].error == 0)
            (void)cmdpolicy_builder_add_file(builder, s->files.items[i].layer, s->files.items[i].path);
    }
    (void)cmdpolicy_builder_add_yaml(builder, layer, name, text, size);
    if (cmdpolicy_builder_build(builder, &policy) != CMDPOLICY_OK)
        policy = NULL; /* also after an addition that failed */
    cmdpolicy_builder_free(builder);
    return policy;
}

/* A line's own directory may lie elsewhere. */
static bool ignores_case(const cli_setup *s, const char *cwd, size_t size) {
    if (s->ignores_case || !cwd)
        return s->ignores_case;
    char *path = strndup(cwd, size);
    if (!path)
        cli_out_of_memory();
    bool ignores = path[0] == '/' && !is_asked(s, path, s->workspace_count) && cli_ignores_case(path);
    free(path);
    return ignores;
}

void cli_setup_facts(const cli_setup *s, cmdpolicy_request *request, const char *cwd, size_t cwd_size) {
    const char *letter_case = s->letter_case                   ? s->letter_case
                              : ignores_case(s, cwd, cwd_size) ? "insensitive"
                                                               : "sensitive";
    cmdpolicy_request_set_fact(request, "case", letter_case, strlen(letter_case));
    if (!cwd && s->cwd) {
        cwd = s->cwd;
        cwd_size = strlen(s->cwd);
    }
    /* A setter that fails makes the request invalid, and the check of it denies: no status is looked at here. */
    if (cwd)
        cmdpolicy_request_set_cwd(request, cwd, cwd_size);
    if (s->home)
        cmdpolicy_request_set_home(request, s->home, strlen(s->home));
    for (size_t i = 0; i < s->workspace_count; i++)
        cmdpolicy_request_add_workspace(request, s->workspaces[i], strlen(s->workspaces[i]),
                                        s->untrusted ? CMDPOLICY_UNTRUSTED : CMDPOLICY_TRUSTED);
    if (s->sandbox)
        cmdpolicy_request_set_fact(request, "sandbox", s->sandbox, strlen(s->sandbox));
    cmdpolicy_request_set_resolver(request, cli_resolve, NULL);
    cmdpolicy_request_set_looker(request, cli_look, NULL);
}

void cli_setup_free(cli_setup *s) {
    for (size_t i = 0; i < s->workspace_count; i++)
        free(s->workspaces[i]);
    free(s->workspaces);
    free(s->cwd);
    free(s->home);
    cli_layer_files_free(&s->given);
    cli_layer_files_free(&s->files);
}
