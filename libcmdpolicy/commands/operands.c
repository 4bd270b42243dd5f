/* Which operand has which role. A grammar's operand list is: fixed roles, optional ones, at most one repeated one, and
 * whatever follows that counted from the end; a literal "--" parts what stands before it from what comes after it. */
#include "commands/reader.h"

typedef struct list {
    uint32_t first, count;
} list; /* ROLE run */

static list operand_list(const cp_reader *r) {
    const cp_rec_body *node = r->stated && (r->stated->flags & CP_NODE_HAS_OPERANDS) ? r->stated : r->node;
    return (list){node->operand_first, node->operand_count};
}

static const cp_rec_role *role_at(const cp_reader *r, list l, uint32_t i) {
    return cp_image_role(r->image, l.first + i);
}
static bool repeats(const cp_rec_role *role) {
    return (role->marks & (CP_MARK_STAR | CP_MARK_PLUS)) != 0;
}
static bool optional(const cp_rec_role *role) {
    return (role->marks & (CP_MARK_STAR | CP_MARK_OPTIONAL)) != 0;
}
static bool takes_all(uint32_t kind) {
    return kind == CP_KIND_COMMAND || kind == CP_KIND_REMOTE_COMMAND || kind == CP_KIND_REST;
}

/* NAME=VALUE or NAME+=VALUE: what `env` and `sudo` take for an assignment. */
cp_tri cp_is_assignment(const cp_field *f) {
    cp_tri result = CP_NO;
    for (uint32_t k = 0; k < f->set.count; k++) {
        const cp_value *v = &f->set.values[k];
        cp_slice known = cp_value_is_exact(v) ? v->exact : cp_value_prefix(v);
        uint32_t eq = cp_slice_find(known, '=', 0);
        cp_tri here = eq < known.n && eq > 0 ? CP_YES : cp_value_is_exact(v) ? CP_NO : CP_MAYBE;
        result = k == 0 ? here : result == here ? here : CP_MAYBE;
    }
    return f->splat ? cp_tri_and(result, CP_MAYBE) : result;
}

bool cp_operands_hold_words_of_others(const cp_reader *r) {
    list l = operand_list(r);
    for (uint32_t i = 0; i < l.count; i++)
        if (takes_all(role_at(r, l, i)->kind) || role_at(r, l, i)->kind == CP_KIND_REMOTE_SCRIPT)
            return true;
    return false;
}

bool cp_operands_have_dashes(const cp_reader *r) {
    list l = operand_list(r);
    bool found = false;
    for (uint32_t i = 0; i < l.count && !found; i++)
        found = role_at(r, l, i)->kind == CP_KIND_LITERAL;
    return found;
}

bool cp_operands_wait_for_dashes(const cp_reader *r) {
    return r->dashes_at == UINT32_MAX && cp_operands_have_dashes(r);
}

uint32_t cp_operand_kind_at(const cp_reader *r, uint32_t index, const cp_field *f) {
    list l = operand_list(r);
    uint32_t slot = 0;
    bool behind_dashes = r->dashes_at != UINT32_MAX;
    if (behind_dashes) {
        for (uint32_t i = 0; i < l.count; i++)
            if (role_at(r, l, i)->kind == CP_KIND_LITERAL) {
                slot = i + 1;
                index -= r->dashes_at;
                break;
            }
    }
    for (uint32_t i = 0; slot < l.count; slot++) {
        const cp_rec_role *role = role_at(r, l, slot);
        if (role->kind == CP_KIND_LITERAL)
            return CP_KIND_NONE;
        if (role->kind == CP_KIND_ASSIGNMENT &&
            repeats(role)) { /* as many as look like one, then the next role */
            if (cp_is_assignment(f) == CP_YES)
                return CP_KIND_ASSIGNMENT;
            while (i < index && i < r->out->operand_count &&
                   cp_is_assignment(&r->fields[r->out->operands[i].word]) == CP_YES)
                i++;
            continue;
        }
        if (takes_all(role->kind))
            return role->kind;
        if (role->kind == CP_KIND_REMOTE_SCRIPT && (role->marks & CP_MARK_JOINED))
            return role->kind;
        if (repeats(role))
            return role->kind;
        if (i == index)
            return role->kind;
        i++;
    }
    return CP_KIND_NONE;
}

/* What is attached to an option that is not described, where no option does harm: it is read as one more operand would be. */
const cp_rec_role *cp_repeated_role(const cp_reader *r) {
    list l = operand_list(r);
    for (uint32_t i = 0; i < l.count; i++) {
        const cp_rec_role *role = role_at(r, l, i);
        if (repeats(role) && !(role->marks & CP_MARK_JOINED))
            return role;
    }
    return NULL;
}

static cp_given given_for(cp_reader *r, uint32_t operand, uint32_t sure) {
    cp_operand *o = &r->out->operands[operand];
    return (cp_given){.set = o->set,
                      .word = o->word,
                      .sure = cp_tri_and((cp_tri)o->present, (cp_tri)sure),
                      .splat = o->splat,
                      .origin = {CP_ORIGIN_OPERAND, operand},
                      .chdirs = r->out->chdir_count,
                      .span = o->span};
}

static void give(cp_reader *r, const cp_rec_role *role, uint32_t operand, uint32_t sure) {
    cp_given given = given_for(r, operand, sure);
    if (role->marks & CP_MARK_BANG)
        r->out->operands[operand].bang = 1;
    cp_role_apply(r, role, &given);
}

/* The joined words of eval, ssh, watch …: one script made of all of them. */
static void give_joined(cp_reader *r, const cp_rec_role *role, uint32_t operand, uint32_t sure) {
    cp_given given = given_for(r, operand, sure);
    cp_role_command(r, &given, r->field_count, role->kind);
}

static void surplus(cp_reader *r, uint32_t operand) {
    const cp_operand *o = &r->out->operands[operand];
    cp_field f = {.set = o->set, .splat = o->splat};
    cp_reader_gap(r, CP_GAP_SURPLUS_OPERAND, o->word, cp_field_text(&f), o->span);
}

/* Where some operand may be any number of words, positions are lost: each operand may have any role of the list. */
static void give_every(cp_reader *r, list l, uint32_t from, uint32_t to) {
    uint32_t kinds = 0;
    for (uint32_t i = 0; i < l.count; i++) {
        uint32_t kind = role_at(r, l, i)->kind;
        bool seen = false;
        for (uint32_t k = 0; k < i; k++)
            seen |= role_at(r, l, k)->kind == kind && role_at(r, l, k)->custom == role_at(r, l, i)->custom;
        kinds += kind != CP_KIND_LITERAL && !seen;
    }
    for (uint32_t o = from; o < to && cp_step(r->budget); o++) {
        for (uint32_t i = 0; i < l.count; i++) {
            const cp_rec_role *role = role_at(r, l, i);
            bool seen = role->kind == CP_KIND_LITERAL;
            for (uint32_t k = 0; k < i; k++)
                seen |= role_at(r, l, k)->kind == role->kind && role_at(r, l, k)->custom == role->custom;
            if (seen)
                continue;
            uint32_t sure = kinds == 1 ? CP_YES : CP_MAYBE;
            if (takes_all(role->kind) || (role->marks & CP_MARK_JOINED)) {
                give_joined(r, role, o, CP_MAYBE);
                continue;
            }
            if (role->kind == CP_KIND_TARGET) {
                cp_given target = given_for(r, o, sure);
                cp_role_targets(r, &target, NULL, 0, false);
                continue;
            }
            give(r, role, o, sure);
        }
        if (l.count == 0)
            surplus(r, o);
    }
}

/* env A=b cat x: has the command begun before this operand, for certain, as a word that is no assignment? */
static bool begun_behind_assignments(const cp_reader *r, list l, uint32_t assignments, uint32_t from,
                                     uint32_t operand) {
    bool begun = false;
    for (uint32_t o = from + assignments; o < operand && !begun; o++)
        begun = cp_is_assignment(&r->fields[r->out->operands[o].word]) == CP_NO;
    return begun && assignments + 1 < l.count && role_at(r, l, assignments + 1)->kind == CP_KIND_COMMAND;
}

/* Words that may be any number of operands do no harm where only the repeated role can take them: behind the fixed roles before it,
 * ahead of those after it; and where they are further words of a command that has begun. */
static bool in_repeated_role(const cp_reader *r, list l, uint32_t from, uint32_t to, uint32_t operand) {
    uint32_t repeated = UINT32_MAX, behind = 0;
    for (uint32_t i = 0; i < l.count; i++) {
        const cp_rec_role *role = role_at(r, l, i);
        if (takes_all(role->kind) || (role->marks & CP_MARK_JOINED))
            return repeated == UINT32_MAX &&
                   ((operand - from >= i && role->kind == CP_KIND_REST) ||
                    (operand - from > i && role->kind == CP_KIND_COMMAND && !(role->marks & CP_MARK_JOINED)));
        if (repeated == UINT32_MAX && repeats(role)) {
            if (role->kind == CP_KIND_ASSIGNMENT && l.count > 1)
                return i == 0 && begun_behind_assignments(r, l, i, from, operand);
            repeated = i;
        } else if (repeated == UINT32_MAX && optional(role))
            return false;
        else if (repeated != UINT32_MAX)
            behind += 1;
    }
    return repeated != UINT32_MAX && operand - from >= repeated && to - operand > behind;
}

/* Does every operand do no more than be read, however many there are and whichever place is whose? */
static bool only_reads(const cp_reader *r, list l) {
    bool many = false;
    for (uint32_t i = 0; i < l.count; i++) {
        const cp_rec_role *role = role_at(r, l, i);
        bool reads = role->kind == CP_KIND_VALUE || role->kind == CP_KIND_READ ||
                     role->kind == CP_KIND_READ_TREE || role->kind == CP_KIND_NAMES ||
                     role->kind == CP_KIND_READ_NAMES;
        if (!reads || (role->marks & (CP_MARK_BANG | CP_MARK_JOINED)))
            return false;
        many |= repeats(role);
    }
    return many;
}

/* `cd $x`: a directory, none (then the default's), or an error. Where it leads isn't known, and nothing else is done. */
static bool only_goes(const cp_reader *r, list l) {
    const cp_rec_role *role = l.count == 1 ? role_at(r, l, 0) : NULL;
    return role && role->kind == CP_KIND_CHDIR && optional(role) && !(role->marks & CP_MARK_BANG);
}

/* grep $(whoami) FILE: where the word isn't there, those behind it have the places before theirs. */
static bool keeps_places(const cp_reader *r, list l, const cp_operand *operand) {
    if (operand->splat != CP_SPLAT_ONE || !only_reads(r, l) || !repeats(role_at(r, l, l.count - 1)))
        return false;
    for (uint32_t i = 0; i + 1 < l.count; i++)
        if (optional(role_at(r, l, i)) || repeats(role_at(r, l, i)))
            return false;
    return true;
}

/* gh run view $id: it is there, or nothing is, and the command does without. */
static bool is_alone(const cp_reader *r, list l, uint32_t count, const cp_operand *operand) {
    const cp_rec_role *role = l.count ? role_at(r, l, 0) : NULL;
    return role && count == 1 && operand->splat == CP_SPLAT_ONE && optional(role) && !repeats(role) &&
           !role->fallback && role->kind != CP_KIND_TARGET && !takes_all(role->kind) &&
           !(role->marks & CP_MARK_JOINED);
}

static void give_section(cp_reader *r, list l, uint32_t from, uint32_t to, uint32_t sure) {
    uint32_t absent = UINT32_MAX;
    for (uint32_t o = from; o < to; o++) {
        const cp_operand *operand = &r->out->operands[o];
        if (!operand->splat && operand->present == CP_YES)
            continue;
        bool alone =
            l.count == 1 && repeats(role_at(r, l, 0)) && role_at(r, l, 0)->kind != CP_KIND_ASSIGNMENT;
        if (alone || in_repeated_role(r, l, from, to, o) || is_alone(r, l, to - from, operand))
            continue;
        if (absent == UINT32_MAX && keeps_places(r, l, operand)) {
            absent = o;
            continue;
        }
        if (operand->splat && !only_reads(r, l) && !only_goes(r, l))
            cp_reader_gap(r, CP_GAP_OPEN_OPERANDS, operand->word, cp_slice_of(NULL, 0), operand->span);
        give_every(r, l, from, to);
        return;
    }
    for (uint32_t i = absent; i < to && i + 1 < to; i++)
        give(r, role_at(r, l, i - from < l.count ? i - from : l.count - 1), i + 1, CP_MAYBE);
    uint32_t slot = 0, o = from;
    /* leading assignments */
    if (slot < l.count && role_at(r, l, slot)->kind == CP_KIND_ASSIGNMENT && repeats(role_at(r, l, slot)) &&
        l.count > 1) {
        while (o < to) {
            cp_tri t = cp_is_assignment(&r->fields[r->out->operands[o].word]);
            if (t == CP_NO)
                break;
            give(r, role_at(r, l, slot), o, sure);
            if (t == CP_MAYBE) { /* it may be the command already */
                for (uint32_t k = slot + 1; k < l.count; k++)
                    if (takes_all(role_at(r, l, k)->kind))
                        give_joined(r, role_at(r, l, k), o, CP_MAYBE);
            }
            o++;
        }
        slot++;
    }
    uint32_t repeated = UINT32_MAX, required = 0;
    for (uint32_t i = slot; i < l.count; i++) {
        const cp_rec_role *role = role_at(r, l, i);
        if (repeats(role) && repeated == UINT32_MAX)
            repeated = i;
        if (!optional(role))
            required++;
    }
    uint32_t have = to - o;
    uint32_t spare = have > required ? have - required : 0;
    uint32_t behind = 0; /* roles after the repeated one: counted from the end */
    if (repeated != UINT32_MAX)
        for (uint32_t i = repeated + 1; i < l.count; i++)
            behind += !optional(role_at(r, l, i));
    for (; slot < l.count && cp_step(r->budget); slot++) {
        const cp_rec_role *role = role_at(r, l, slot);
        if (takes_all(role->kind) || (role->marks & CP_MARK_JOINED)) {
            if (o < to)
                give_joined(r, role, o, sure);
            return;
        }
        if (repeats(role)) {
            uint32_t first = o, end = to > behind ? to - behind : o;
            if (end < o)
                end = o;
            /* cp a b DIR: the last role may be the target of all of these */
            for (; o < end && cp_step(r->budget); o++)
                give(r, role, o, sure);
            if (slot + 1 < l.count && role_at(r, l, slot + 1)->kind == CP_KIND_TARGET && o < to) {
                uint32_t sources = o - first;
                cp_given *all = CP_NEW_ARRAY(r->arena, cp_given, sources ? sources : 1);
                if (!all)
                    return;
                for (uint32_t k = 0; k < sources; k++)
                    all[k] = given_for(r, first + k, sure);
                cp_given target = given_for(r, o++, sure);
                bool tree = role->kind == CP_KIND_READ_TREE || role->kind == CP_KIND_MOVE;
                if (role_at(r, l, slot + 1)->marks & CP_MARK_BANG)
                    r->out->operands[o - 1].bang = 1;
                cp_role_targets(r, &target, all, sources, tree);
                slot++;
            }
            continue;
        }
        if (optional(role)) {
            if (!spare || o >= to)
                continue;
            spare--;
        }
        if (o >= to)
            continue;
        if (role->kind == CP_KIND_TARGET) {
            cp_given target = given_for(r, o++, sure);
            cp_role_targets(r, &target, NULL, 0, false);
            continue;
        }
        give(r, role, o++, sure);
    }
    for (; o < to; o++)
        surplus(r, o);
}

static cp_value fallback_value(cp_reader *r, cp_slice text, cp_span span) {
    if (!cp_slice_starts(text, CP_LIT("~")))
        return cp_value_exact(r->arena, text, span);
    cp_value home = cp_value_hole(r->arena, CP_CLASS_HOME, 0, (cp_slice){NULL, 0}, span);
    cp_value rest = cp_value_exact(r->arena, cp_slice_sub(text, 1, text.n), span);
    return text.n > 1 ? cp_value_concat(r->arena, &home, &rest) : home;
}

/* Defaults: `find` without a path reads the current directory. */
static void give_fallbacks(cp_reader *r, list l, uint32_t sure) {
    for (uint32_t i = 0; i < l.count; i++) {
        const cp_rec_role *role = role_at(r, l, i);
        if (!role->fallback)
            continue;
        cp_span span = cp_field_span(&r->fields[r->out->word_at[r->out->depth - 1]]);
        cp_set set = cp_set_of(r->arena, fallback_value(r, cp_image_string(r->image, role->fallback), span));
        cp_given given = {.set = set,
                          .sure = sure,
                          .origin = {CP_ORIGIN_LEVEL, r->out->depth - 1},
                          .chdirs = r->out->chdir_count,
                          .span = span};
        cp_role_apply(r, role, &given);
    }
}

/* The operands that are targets' sources under an option (cp -t DIR a b) are known only here. */
void cp_give_roles(cp_reader *r, uint32_t sure) {
    list l = operand_list(r);
    uint32_t count = r->out->operand_count;
    uint32_t literal = UINT32_MAX;
    for (uint32_t i = 0; i < l.count; i++)
        if (role_at(r, l, i)->kind == CP_KIND_LITERAL)
            literal = i;
    if (literal == UINT32_MAX) {
        give_section(r, l, 0, count, sure);
        uint32_t roles_with_words = 0;
        for (uint32_t i = 0; i < count; i++)
            roles_with_words += r->out->operands[i].present == CP_YES;
        uint32_t needed = 0;
        for (uint32_t i = 0; i < l.count; i++)
            needed += !optional(role_at(r, l, i));
        if (roles_with_words <= needed)
            give_fallbacks(r, l, sure);
        return;
    }
    uint32_t parting = r->dashes_at == UINT32_MAX || r->dashes_at > count ? count : r->dashes_at;
    give_section(r, (list){l.first, literal}, 0, parting, sure);
    give_section(r, (list){l.first + literal + 1, l.count - literal - 1}, parting, count, sure);
}
