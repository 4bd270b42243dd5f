/* Kinds that are texts of a programming language: `grammar`, `otherwise`, and what the names of such a text do. */
#include "commands/texts/forms.h"
#include "policy/model.h"

static const cp_word_number grammar_words[] = {
    {"python", CP_GRAMMAR_PYTHON}, {"javascript", CP_GRAMMAR_JAVASCRIPT},
    {"ruby", CP_GRAMMAR_RUBY},     {"php", CP_GRAMMAR_PHP},
    {"perl", CP_GRAMMAR_PERL},     {NULL, 0}};

enum { T_GRAMMAR, T_OTHERWISE, T_NAMES, T_ATTRIBUTES, T_MEMBERS, T_MODULES };
static const cp_word_number text_keys[] = {
    {"grammar", T_GRAMMAR}, {"otherwise", T_OTHERWISE}, {"names", T_NAMES}, {"attributes", T_ATTRIBUTES},
    {"members", T_MEMBERS}, {"modules", T_MODULES},     {NULL, 0}};

static bool add_name(cp_reporter *r, cp_m_kind *kind, cp_slice scope, cp_slice name, cp_slice is,
                     cp_place at) {
    cp_m_text_name one = {scope, name, is, at};
    return CP_ADD(r->arena, kind->names, one);
}

/* `len, sorted: looks` */
static bool read_names(cp_reporter *r, const cp_yaml *node, cp_slice scope, cp_m_kind *kind) {
    if (!cp_want_map(r, node, "names, and what they are: `len, sorted: looks`"))
        return false;
    for (const cp_yaml *v = node->first; v; v = v->next) {
        form f;
        cp_names names = {0};
        if (!cp_want_text(r, v, "what these names are: `value`, `(read) -> path`") ||
            !cp_split_key(r, v->key, false, &names))
            return false;
        cp_slice rest = v->text;
        do {
            if (cp_form_read(rest, &f))
                continue;
            cp_error(r, "form", v->at,
                     "`value`, `looks`, `shows`, `never`, `module`, or `(ROLE, NAME=) -> RESULT`",
                     "`%s` doesn't say what a name is", v->text);
            return false;
        } while (cp_form_next(&rest));
        for (uint32_t i = 0; i < names.count; i++)
            if (!add_name(r, kind, scope, names.items[i].text, v->text, names.items[i].at))
                return false;
    }
    return true;
}

/* `xml.etree` is reached from xml, and that from an import. */
static bool read_module(cp_reporter *r, const cp_yaml *v, cp_m_kind *kind) {
    cp_names names = {0};
    if (!cp_split_key(r, v->key, false, &names))
        return false;
    for (uint32_t i = 0; i < names.count; i++) {
        cp_slice path = names.items[i].text, scope = CP_LIT("import");
        for (uint32_t at = 0; at <= path.n;) {
            uint32_t dot = cp_slice_find(path, '.', at);
            if (!add_name(r, kind, scope, cp_slice_sub(path, at, dot), CP_LIT("module"), names.items[i].at))
                return false;
            scope = cp_slice_sub(path, 0, dot);
            at = dot + 1;
        }
        if (!read_names(r, v, path, kind))
            return false;
    }
    return true;
}

static bool read_members(cp_reporter *r, const cp_yaml *v, cp_m_kind *kind) {
    cp_names names = {0};
    if (!cp_split_key(r, v->key, false, &names))
        return false;
    for (uint32_t i = 0; i < names.count; i++)
        if (!read_names(r, v, names.items[i].text, kind))
            return false;
    return true;
}

bool cp_read_text(cp_reporter *r, const cp_yaml *node, cp_m_kind *out) {
    bool fine = true;
    for (const cp_yaml *v = node->first; v && fine; v = v->next)
        switch (cp_number_of(text_keys, v->key->text)) {
        case T_GRAMMAR: fine = cp_read_enum(r, v, grammar_words, "grammar", &out->grammar); break;
        case T_OTHERWISE: fine = cp_read_line_role(r, v, &out->otherwise); break;
        case T_NAMES: fine = read_names(r, v, CP_LIT(""), out); break;
        case T_ATTRIBUTES: fine = read_names(r, v, CP_LIT("."), out); break;
        case T_MEMBERS:
            fine = cp_want_map(r, v, "listed names with a dot, and the names below them");
            for (const cp_yaml *m = fine ? v->first : NULL; m && fine; m = m->next)
                fine = read_members(r, m, out);
            break;
        case T_MODULES:
            fine = cp_want_map(r, v, "modules, and their names");
            for (const cp_yaml *m = fine ? v->first : NULL; m && fine; m = m->next)
                fine = read_module(r, m, out);
            break;
        default:
            cp_error_word(r, "unknown-key", v->key->at, text_keys, v->key->text, "part of a text's kind");
            fine = false;
        }
    if (fine && (!out->grammar || out->otherwise.kind == CP_KIND_NONE)) {
        cp_error(r, "missing-key", node->at, "`grammar: python` and `otherwise: code`",
                 "a text's kind without %s", cp_slice_str(out->grammar ? "`otherwise`" : "`grammar`"));
        fine = false;
    }
    return fine;
}
