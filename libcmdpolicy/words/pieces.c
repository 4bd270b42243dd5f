/* Making the pieces that a word's parts become. */
#include "words/internal.h"

static cp_piece *append(cp_expansion *e, cp_pieces *to, cp_piece_kind kind) {
    cp_piece *p = CP_NEW(e->arena, cp_piece);
    p->kind = (uint8_t)kind;
    if (cp_arena_failed(e->arena)) { /* scrap memory: keep the list finite */
        to->first = to->last = NULL;
        return p;
    }
    if (to->last)
        to->last->next = p;
    else
        to->first = p;
    to->last = p;
    return p;
}

void cp_pieces_atoms(cp_expansion *e, cp_pieces *to, const cp_atom *atoms, uint32_t count, uint32_t live) {
    if (count == 0)
        return;
    cp_piece *p = append(e, to, CP_PIECE_ATOMS);
    p->live = (uint8_t)live;
    p->atoms = atoms;
    p->count = count;
}

void cp_pieces_bytes(cp_expansion *e, cp_pieces *to, cp_slice text, cp_span span, uint32_t live) {
    if (text.n == 0)
        return;
    cp_atom *atom = CP_NEW(e->arena, cp_atom);
    *atom = cp_lit_atom(text, span);
    cp_pieces_atoms(e, to, atom, 1, live);
}

void cp_pieces_mark(cp_expansion *e, cp_pieces *to, cp_piece_kind kind) {
    append(e, to, kind);
}

void cp_pieces_splat(cp_expansion *e, cp_pieces *to, cp_set set, uint32_t live) {
    cp_piece *p = append(e, to, CP_PIECE_SPLAT);
    p->set = set;
    p->live = (uint8_t)live;
}

void cp_pieces_choice(cp_expansion *e, cp_pieces *to, const cp_pieces *choices, uint32_t count) {
    cp_piece *p = append(e, to, CP_PIECE_CHOICE);
    p->choices = choices;
    p->count = count;
}

void cp_pieces_set(cp_expansion *e, cp_pieces *to, cp_set set, uint32_t live) {
    if (set.count == 1) {
        if (set.values[0].flags & CP_VALUE_UNMADE)
            cp_pieces_unknown(e, to, set.values[0].span, live);
        else
            cp_pieces_atoms(e, to, set.values[0].atoms, set.values[0].atom_count, live);
        return;
    }
    if (set.count == 0)
        return;
    cp_pieces *choices = CP_NEW_ARRAY(e->arena, cp_pieces, set.count);
    if (!choices)
        return;
    for (uint32_t i = 0; i < set.count; i++)
        cp_pieces_set(e, &choices[i], (cp_set){&set.values[i], 1}, live);
    cp_pieces_choice(e, to, choices, set.count);
}

void cp_pieces_unknown(cp_expansion *e, cp_pieces *to, cp_span span, uint32_t live) {
    cp_atom *atom = CP_NEW(e->arena, cp_atom);
    *atom = cp_hole_atom(CP_CLASS_ANY, CP_HOLE_ANYTHING, (cp_slice){NULL, 0}, span);
    cp_pieces_atoms(e, to, atom, 1, live);
}

void cp_pieces_fields(cp_expansion *e, cp_pieces *to, const cp_fields *list, uint32_t live) {
    for (uint32_t i = 0; i < list->count && cp_step(e->budget); i++) {
        const cp_field *f = &list->items[i];
        if (f->splat) {
            cp_pieces_splat(e, to, f->set, live);
            continue;
        }
        if (i > 0)
            cp_pieces_mark(e, to, CP_PIECE_BREAK);
        /* An element that is empty is still a field in "$@", but for the one that stands alone with what is around it. */
        if ((live & CP_LIVE_QUOTED) != 0)
            cp_pieces_mark(e, to, CP_PIECE_QUOTES);
        cp_pieces_set(e, to, f->set, live);
    }
}
