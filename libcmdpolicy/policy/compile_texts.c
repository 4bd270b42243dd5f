/* Kinds that are read by a grammar → TEXT, TNAM. */
#include <stdlib.h>

#include "commands/texts/forms.h"
#include "policy/compiler.h"

static int compare(const cp_m_text_name *x, const cp_m_text_name *y) {
    int c = cp_slice_compare(x->scope, y->scope);
    return c ? c : cp_slice_compare(x->name, y->name);
}

/* What is the same stands in the order in which it was written, whatever sorts it. */
static int by_scope_and_name(const void *a, const void *b) {
    const cp_m_text_name *x = (const cp_m_text_name *)a, *y = (const cp_m_text_name *)b;
    int c = compare(x, y);
    return c ? c : (x->at.offset > y->at.offset) - (x->at.offset < y->at.offset);
}

/* The kinds that read what it takes. */
static void compile_kinds_of(cp_compiler *c, const cp_m_text_name *name) {
    cp_slice rest = name->form;
    do {
        form f;
        if (!cp_form_read(rest, &f))
            return;
        for (uint32_t k = 0; k < f.count; k++)
            if (f.takes[k].role == FORM_ROLE_KIND)
                (void)cp_compile_kind_named(c, f.takes[k].words, name->at);
    } while (cp_form_next(&rest));
}

uint32_t cp_compile_text(cp_compiler *c, cp_m_text_name *names, uint32_t count, uint32_t grammar,
                         uint32_t otherwise) {
    cp_rec_text_name *made = CP_NEW_ARRAY(c->arena, cp_rec_text_name, count);
    uint32_t kept = 0;
    if (!made)
        return 0;
    if (count)
        qsort(names, count, sizeof *names, by_scope_and_name);
    for (uint32_t i = 0; i < count; i++) {
        if (i && compare(&names[i - 1], &names[i]) == 0) {
            if (!cp_slice_eq(names[i - 1].form, names[i].form))
                cp_error(&c->report, "duplicate-name", names[i].at, "one of the two",
                         "`%s` is both `%s` and `%s`", names[i].name, names[i - 1].form, names[i].form);
            continue;
        }
        compile_kinds_of(c, &names[i]);
        made[kept++] =
            (cp_rec_text_name){.scope = cp_build_16(&c->build, cp_build_string(&c->build, names[i].scope)),
                               .name = cp_build_16(&c->build, cp_build_string(&c->build, names[i].name)),
                               .form = cp_build_16(&c->build, cp_build_string(&c->build, names[i].form))};
    }
    cp_rec_text text = {.grammar = cp_build_16(&c->build, grammar),
                        .otherwise = cp_build_16(&c->build, otherwise),
                        .name_first =
                            cp_build_16(&c->build, cp_build_run(&c->build, CP_SEC_TNAM, made, kept)),
                        .name_count = cp_build_16(&c->build, kept)};
    return cp_build_put(&c->build, CP_SEC_TEXT, &text);
}

uint32_t cp_copy_text(cp_compiler *c, const cp_image *from, uint32_t index, uint32_t otherwise) {
    const cp_rec_text *text = cp_image_text(from, index);
    cp_m_text_name *names = CP_NEW_ARRAY(c->arena, cp_m_text_name, text->name_count);
    if (!names || !text->grammar)
        return 0;
    for (uint32_t i = 0; i < text->name_count; i++) {
        const cp_rec_text_name *old = cp_image_text_name(from, text->name_first + i);
        names[i] = (cp_m_text_name){.scope = cp_image_string(from, old->scope),
                                    .name = cp_image_string(from, old->name),
                                    .form = cp_image_string(from, old->form)};
    }
    return cp_compile_text(c, names, text->name_count, text->grammar, otherwise);
}
