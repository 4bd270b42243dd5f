/* compile: policy files into an image, which loads without being read as YAML. */
#include "tool/tool.h"

#include "api.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const cli_option compile_options[] = {
    {"output", TOOL_OPTION_OUTPUT, "FILE", NULL, "where the image goes", 'o'},
    {"as", TOOL_OPTION_AS, "LAYER", "user|system|requirements|workspace", "what the files are (user)", 0},
};
static const cli_group compile_group = CLI_GROUP(compile_options);

/* Written beside its place and then moved there, so that whoever loads it finds all of it or nothing. */
static bool write_file(const char *path, const void *bytes, size_t size) {
    size_t room = strlen(path) + sizeof ".partial";
    char *partial = malloc(room);
    if (!partial)
        cli_out_of_memory();
    snprintf(partial, room, "%s.partial", path);
    FILE *out = fopen(partial, "wb");
    bool written = out && fwrite(bytes, 1, size, out) == size;
    if (out && fclose(out) != 0)
        written = false;
    if (!written || rename(partial, path) != 0) {
        cli_error("%s: %s", path, strerror(errno));
        if (out)
            remove(partial);
        written = false;
    }
    free(partial);
    return written;
}

static int compile(const tool_arguments *a) {
    int status;
    cmdpolicy_builder *builder = tool_builder(a, &status);
    cmdpolicy_policy *policy = NULL;
    if (status == CLI_ALLOW && cmdpolicy_builder_build(builder, &policy) != CMDPOLICY_OK)
        status = TOOL_FOUND;
    cli_say_policy_errors(builder, 0, false);
    /* The files of a layer are compiled into one image; the packs are of another layer. */
    for (uint32_t i = 0; policy && i < policy->layers.count; i++) {
        const cp_layer_image *item = &policy->layers.items[i];
        if (item->layer == (uint32_t)tool_layer(a) &&
            !write_file(a->output, item->image->bytes, item->image->size))
            status = CLI_FAILURE;
    }
    cmdpolicy_policy_free(policy);
    cmdpolicy_builder_free(builder);
    return status;
}

static int run(const tool_command *command, int argc, char **argv) {
    tool_arguments a;
    int status = tool_read_arguments(command, argc, argv, &a);
    if (status == CLI_ALLOW && !a.done) {
        if (a.count == 0 || !a.output) {
            cli_error("%s; expected cmdpolicy compile %s",
                      a.count == 0 ? "nothing to compile" : "no output is named", command->arguments);
            status = CLI_FAILURE;
        } else
            status = compile(&a);
    }
    tool_free_arguments(&a);
    return status;
}

const tool_command tool_compile = {
    "compile",
    "[OPTION...] FILE... -o IMAGE",
    "Compile policy files into one image",
    "An image is given wherever a policy file is (cmdpolicy-check --policy IMAGE), and loads faster. The files are\n"
    "read with the grammars of the built-in packs, and become one layer.",
    run,
    {&compile_group, &tool_help_options},
};
