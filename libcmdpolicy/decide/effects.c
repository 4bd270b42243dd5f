/* Effects: may this file be read, this host be reached, this code be run? Every entry that matches counts, the strictest wins,
 * the kind's default where none does. An allow has to match everything that the effect may touch; a review or deny counts as
 * soon as it may touch it (a deny that only may is a review). */
#include "decide/judge.h"
#include "decide/sought.h"

/* One effect at one place: what patterns compare with. */
typedef struct place {
    cp_path path, real;
    uint32_t has_real;
    const cp_value *cwd;
    /* does a pattern for `path`, for `real`, say what it is after, and is what lies below it in a trusted workspace: 0 not asked yet, 1 no, 2 yes */
    uint8_t telling[2], trusted_below[2];
} place;

typedef struct trial {
    cp_judge *j;
    const cp_call_effect *e;
    const cp_call *call; /* NULL: none */
    uint32_t index;
    place *places;
    uint32_t place_count;
    uint32_t sure;
    uint32_t unknown;  /* it is about nothing that is known */
    uint32_t nameless; /* no entry is about it */
    bool if_named;     /* the entry that is tried counts only for what is named */
    cp_sought sought;
} trial;

typedef struct finding_of_entry {
    const cp_layer_image *layer;
    const cp_rec_effect *entry;
    cp_arm_choice arm;
    cp_verdict verdict;
    cp_tri tri;
} found_entry;

static cp_tri object_matches(trial *t, const cp_image *im, uint32_t object_kind, uint32_t object,
                             bool loosens);

static bool in_trusted_place(const trial *t, const cp_path *path, uint8_t *known) {
    const cp_places *places = t->j->facts->places;
    if (*known)
        return *known == 2;
    *known = 1;
    for (uint32_t i = 0; places && i < places->workspace_count; i++)
        if (places->workspaces[i].trusted &&
            cp_path_inside(path, places->workspaces[i].root, places) == CP_YES)
            *known = 2;
    return *known == 2;
}

/* Where a name pattern is after what it says: in a workspace, and where the system alone puts files. */
static bool in_telling_place(const trial *t, const cp_path *path, uint8_t *known) {
    if (!*known && !in_trusted_place(t, path, known) && cp_in_system_directory(t->j, path))
        *known = 2;
    return *known == 2;
}

/* Is it some file below a directory, whichever (`*`, a line of `find .`)? Whoever reads it sees what a reader of the whole tree
 * sees: no name in particular is asked for. One file alone has to be in a workspace that is trusted: elsewhere it may be a link
 * that leads out of it. */
static bool of_any_name(const trial *t, const cp_path *path, cp_path *below, uint8_t *trusted_below) {
    bool listed = cp_path_ends_in_any_name(path);
    if (listed) {
        *below = *path;
        below->last = (cp_value){0};
    } else if (!cp_path_below_globs(path, below))
        return false;
    return (t->e->effect.tree != CP_TREE_NONE && !listed) || in_trusted_place(t, below, trusted_below);
}

static cp_tri path_entry(trial *t, const cp_image *im, uint32_t pattern, bool loosens) {
    const cp_effect *e = &t->e->effect;
    bool all = true, any = false, some = false;
    for (uint32_t i = 0; i < t->place_count; i++) {
        place *p = &t->places[i];
        for (uint32_t k = 0; k < 1u + p->has_real; k++) {
            const cp_path *path = k ? &p->real : &p->path;
            cp_path below;
            cp_tri m;
            bool any_name =
                e->kind == CP_EFFECT_READ && !loosens && of_any_name(t, path, &below, &p->trusted_below[k]);
            if (any_name)
                path = &below;
            /* something below a directory that is read is what a reader of the whole tree sees; what is changed there may be anything */
            bool some_below =
                !any_name && path->tree &&
                (e->kind != CP_EFFECT_READ || (e->tree == CP_TREE_NONE && path->last.atom_count == 0));
            if ((e->tree == CP_TREE_NONE && !path->tree) || loosens || some_below) {
                m = cp_path_match(im, pattern, path, p->cwd, t->j->facts->places);
                if (e->tree != CP_TREE_NONE) { /* all that is below has to be matched, too */
                    const cp_rec_path *rec = cp_image_path(im, pattern);
                    bool spans = rec->count &&
                                 cp_image_component(im, rec->first + rec->count - 1).op == CP_COMP_STARSTAR;
                    if (!spans)
                        m = cp_tri_and(m, CP_MAYBE);
                }
                if (some_below && !loosens && path->last.atom_count == 0) {
                    cp_path itself = *path; /* whatever is listed there, the place itself is */
                    itself.tree = 0;
                    m = cp_tri_or(m, cp_path_match(im, pattern, &itself, p->cwd, t->j->facts->places));
                }
            } else
                m = cp_path_match_tree(im, pattern, path, p->cwd, t->j->facts->places,
                                       e->tree == CP_TREE_WHOLE);
            bool chosen =
                m == CP_MAYBE && e->kind == CP_EFFECT_READ && !loosens && !path->exact && !path->tree;
            if (chosen && (t->if_named || e->named || in_telling_place(t, path, &p->telling[k])) &&
                !cp_path_aims_at(im, pattern, path, t->j->facts->places, t->if_named))
                m = CP_NO; /* no name that the pattern is about */
            all &= m == CP_YES;
            any |= m != CP_NO;
            some |= m == CP_YES;
        }
    }
    /* the directories that it may start from are each where it does start on some path: touching in one of them is touching */
    return !any ? CP_NO : all || (some && !loosens) ? CP_YES : CP_MAYBE;
}

/* NAME=VALUE: is it surely, perhaps or surely not set to that? */
static cp_tri value_entry(const cp_set *set, cp_slice pattern) {
    if (!set || set->count == 0)
        return CP_MAYBE;
    bool all = true, any = false;
    for (uint32_t i = 0; i < set->count; i++) {
        cp_tri one = cp_value_glob(&set->values[i], pattern, false);
        all &= one == CP_YES;
        any |= one != CP_NO;
    }
    return all ? CP_YES : any ? CP_MAYBE : CP_NO;
}

static cp_tri variable_entry(const trial *t, cp_slice pattern) {
    const cp_effect *e = &t->e->effect;
    if (pattern.n && pattern.p[0] == '$')
        pattern = cp_slice_sub(pattern, 1, pattern.n);
    if (!cp_value_is_exact(&e->target))
        return CP_MAYBE;
    uint32_t eq = cp_slice_find(pattern, '=', 0);
    cp_tri name = cp_value_glob(&e->target, cp_slice_sub(pattern, 0, eq), false);
    if (eq == pattern.n || name == CP_NO)
        return name;
    return cp_tri_and(name, value_entry(e->value, cp_slice_sub(pattern, eq + 1, pattern.n)));
}

static cp_tri object_matches(trial *t, const cp_image *im, uint32_t object_kind, uint32_t object,
                             bool loosens) {
    const cp_effect *e = &t->e->effect;
    switch (object_kind) {
    case CP_OBJECT_ANY: return CP_YES;
    case CP_OBJECT_PATH:
        if (e->object_kind == CP_OBJECT_ANY && e->kind != CP_EFFECT_CODE)
            return CP_MAYBE;
        return e->object_kind == CP_OBJECT_PATH ? path_entry(t, im, object, loosens) : CP_NO;
    case CP_OBJECT_HOST:
        if (e->object_kind == CP_OBJECT_ANY)
            return CP_MAYBE;
        return e->object_kind == CP_OBJECT_HOST ? cp_host_match(im, object, &e->host) : CP_NO;
    case CP_OBJECT_VARIABLE:
        if (e->object_kind == CP_OBJECT_ANY)
            return CP_MAYBE;
        return e->object_kind == CP_OBJECT_VARIABLE ? variable_entry(t, cp_image_string(im, object)) : CP_NO;
    case CP_OBJECT_WORD:
        return e->object_kind == CP_OBJECT_WORD ? cp_value_equals(&e->target, cp_image_string(im, object))
                                                : CP_NO;
    default: return CP_MAYBE;
    }
}

static cp_arm_choice choose_arm(const trial *t, const cp_image *im, const cp_rec_effect *entry) {
    const cp_rec_effect_group *group = cp_image_effect_group(im, entry->group);
    return cp_choose_arm(t->j, im, group->arm_first, group->arm_count, t->call);
}

/* Does a later overlay say something else about the same single pattern? Only what says something replaces; what loosens has to do so
 * surely; and a session lifts no other layer's deny. */
static bool replaces(const trial *t, const cp_layer_image *layer, const cp_rec_effect *later,
                     cp_verdict earlier) {
    if (later->flags & CP_ENTRY_NO_VERDICT)
        return false;
    cp_arm_choice arm = choose_arm(t, layer->image, later);
    if (arm.verdict == CP_IV_NONE)
        return false;
    if (cp_verdict_of(arm.verdict) <= earlier)
        return true;
    return arm.sure && !(layer->layer == CP_LAYER_SESSION && earlier == CP_DENY);
}

static const cp_rec_effect *entry_at(const cp_image *im, uint32_t posting) {
    return cp_image_effect(im, cp_image_posting(im, posting)->index);
}

static bool replaced(const trial *t, uint32_t layer_index, const cp_rec_effect *entry, cp_verdict says) {
    const cp_layer_image *own = &t->j->layers->items[layer_index];
    bool fallback = (entry->flags & CP_ENTRY_DEFAULT) != 0;
    cp_slice text = cp_image_string(own->image, entry->text);
    for (uint32_t i = 0; i < t->j->layers->count; i++) {
        const cp_layer_image *other = &t->j->layers->items[i];
        if (cp_layer_is_floor(other->layer) || other->layer <= own->layer)
            continue;
        const cp_rec_effect_kind *kind = cp_image_effect_kind(other->image, t->e->effect.kind);
        if (fallback) {
            if (kind->fallback && replaces(t, other, cp_image_effect(other->image, kind->fallback), says))
                return true;
            continue;
        }
        cp_run same =
            cp_index_find(other->image, (cp_run){kind->text_first, kind->count}, cp_slice_hash(text));
        for (uint32_t k = 0; k < same.count && cp_step(t->j->budget); k++) {
            const cp_rec_effect *e = entry_at(other->image, same.first + k);
            if (e->object_kind == entry->object_kind && !(e->flags & CP_ENTRY_DEFAULT) &&
                cp_image_string_is(other->image, e->text, text) && replaces(t, other, e, says))
                return true;
        }
    }
    return false;
}

static cp_tri excepted_by(trial *t, const cp_image *im, const cp_rec_effect *entry) {
    cp_tri out = CP_NO;
    const cp_rec_effect_group *group = cp_image_effect_group(im, entry->group);
    for (uint32_t i = 0; i < group->except_count && cp_step(t->j->budget); i++) {
        const cp_rec_object *o = cp_image_object(im, group->except_first + i);
        out = cp_tri_or(out, object_matches(t, im, o->object_kind, o->object, true));
    }
    return out;
}

/* The exceptions of an entry, those that later overlays add to the same pattern included. */
static cp_tri excepted(trial *t, uint32_t layer_index, const cp_rec_effect *entry, cp_verdict says) {
    const cp_layer_image *own = &t->j->layers->items[layer_index];
    cp_tri out = excepted_by(t, own->image, entry);
    if (cp_layer_is_floor(own->layer))
        return out;
    cp_slice text = cp_image_string(own->image, entry->text);
    for (uint32_t i = 0; i < t->j->layers->count; i++) {
        const cp_layer_image *other = &t->j->layers->items[i];
        if (cp_layer_is_floor(other->layer) || other->layer <= own->layer)
            continue;
        if (other->layer == CP_LAYER_SESSION && says == CP_DENY)
            continue; /* a session lifts no other layer's deny */
        const cp_rec_effect_kind *kind = cp_image_effect_kind(other->image, t->e->effect.kind);
        cp_run same =
            cp_index_find(other->image, (cp_run){kind->text_first, kind->count}, cp_slice_hash(text));
        for (uint32_t k = 0; k < same.count && cp_step(t->j->budget); k++) {
            const cp_rec_effect *e = entry_at(other->image, same.first + k);
            if ((e->flags & CP_ENTRY_NO_VERDICT) && e->object_kind == entry->object_kind &&
                cp_image_string_is(other->image, e->text, text))
                out = cp_tri_or(out, excepted_by(t, other->image, e));
        }
        if ((entry->flags & CP_ENTRY_DEFAULT) && kind->fallback &&
            (cp_image_effect(other->image, kind->fallback)->flags & CP_ENTRY_NO_VERDICT))
            out = cp_tri_or(out, excepted_by(t, other->image, cp_image_effect(other->image, kind->fallback)));
    }
    return out;
}

/* What one entry says; false where it says nothing. */
static bool entry_says(trial *t, uint32_t layer_index, const cp_rec_effect *entry, found_entry *out) {
    const cp_layer_image *layer = &t->j->layers->items[layer_index];
    if (entry->flags & CP_ENTRY_NO_VERDICT)
        return false;
    bool fallback = (entry->flags & CP_ENTRY_DEFAULT) != 0;
    t->if_named = (entry->flags & CP_ENTRY_MAYBE_NAMED) != 0;
    cp_tri tight =
        fallback ? CP_YES : object_matches(t, layer->image, entry->object_kind, entry->object, false);
    t->if_named = false;
    if (tight == CP_NO)
        return false;
    cp_arm_choice arm = choose_arm(t, layer->image, entry);
    if (arm.verdict == CP_IV_NONE)
        return false;
    cp_verdict verdict = cp_verdict_of(arm.verdict);
    cp_tri except = excepted(t, layer_index, entry, verdict);
    if (except == CP_YES)
        return false;
    if (verdict == CP_ALLOW) {
        bool elsewhere = t->e->domain != CP_DOMAIN_LOCAL && t->e->effect.object_kind == CP_OBJECT_PATH;
        cp_tri whole =
            fallback ? CP_YES : object_matches(t, layer->image, entry->object_kind, entry->object, true);
        if (whole != CP_YES || except != CP_NO || elsewhere)
            return false;
    }
    cp_tri tri = cp_tri_and(tight, (cp_tri)t->sure);
    if (entry->flags & CP_ENTRY_SECRET) {
        uint8_t *secret = &t->j->secrets[t->index];
        if (*secret < tri)
            *secret = (uint8_t)tri;
    }
    if (verdict == CP_DENY && tri != CP_YES && !(entry->flags & CP_ENTRY_MAYBE_DENY))
        verdict = CP_REVIEW;
    *out = (found_entry){layer, entry, arm, verdict, tri};
    return true;
}

static const char *verb_of(uint32_t kind) {
    static const char *const verbs[CP_EFFECT_COUNT] = {[CP_EFFECT_READ] = "reads ",
                                                       [CP_EFFECT_WRITE] = "writes ",
                                                       [CP_EFFECT_DELETE] = "deletes ",
                                                       [CP_EFFECT_NETWORK] = "reaches ",
                                                       [CP_EFFECT_CODE] = "runs code: ",
                                                       [CP_EFFECT_ENV] = "sets the variable ",
                                                       [CP_EFFECT_PRIVILEGE] = "runs with other privileges ",
                                                       [CP_EFFECT_REMOTE] = "changes something elsewhere ",
                                                       [CP_EFFECT_PROCESS] = "acts on processes ",
                                                       [CP_EFFECT_SYSTEM] = "changes the system "};
    return kind < CP_EFFECT_COUNT && verbs[kind] ? verbs[kind] : "does ";
}

/* Said of what may be anything, where a pattern says what it may turn out to be. */
static const char *anything_of(uint32_t kind) {
    switch (kind) {
    case CP_EFFECT_READ:
    case CP_EFFECT_WRITE:
    case CP_EFFECT_DELETE: return "a file that can't be known";
    case CP_EFFECT_NETWORK: return "a host that can't be known";
    case CP_EFFECT_ENV: return "that can't be known";
    default: return "";
    }
}

static cp_slice object_text(trial *t) {
    const cp_effect *e = &t->e->effect;
    if (e->object_kind == CP_OBJECT_PATH && t->place_count)
        return cp_path_show(t->j->arena, &t->places[0].path);
    if (e->object_kind == CP_OBJECT_HOST && e->host.certainty == CP_HOST_KNOWN)
        return e->host.name;
    if (e->object_kind == CP_OBJECT_ANY)
        return CP_LIT("");
    return cp_value_show(t->j->arena, &e->target);
}

static void say(trial *t, const found_entry *f, cp_verdict verdict, const char *code) {
    const cp_image *im = f->layer ? f->layer->image : NULL;
    const cp_rec_arm *arm = im ? cp_image_arm(im, f->arm.arm) : NULL;
    cp_slice verb = cp_slice_str(verb_of(t->e->effect.kind)), object = object_text(t);
    bool uncertain = im && f->tri == CP_MAYBE && !(f->entry->flags & CP_ENTRY_DEFAULT);
    if (uncertain && !object.n)
        object = cp_slice_str(anything_of(t->e->effect.kind));
    while (!object.n && verb.n && (verb.p[verb.n - 1] == ' ' || verb.p[verb.n - 1] == ':'))
        verb.n--;
    cp_slice why = arm ? cp_image_string(im, arm->reason) : (cp_slice){NULL, 0};
    cp_slice pattern = {NULL, 0}, which = {NULL, 0}, colon = {NULL, 0};
    if (uncertain) { /* say what it may turn out to be */
        pattern = cp_image_string(im, f->entry->text);
        which = pattern.n ? CP_LIT(", which may be ") : pattern;
    }
    if (why.n)
        colon = CP_LIT(": ");
    cp_slice message = CP_MESSAGE(t->j->arena, verb, object, which, pattern, colon, why);
    cp_reason reason = {
        .verdict = verdict, .code = code, .call = t->e->call, .message = message, .span = t->e->effect.span};
    if (im) {
        CP_HOLDS(arm);
        reason.layer = f->layer->layer;
        reason.image = im;
        reason.rule = cp_image_effect_id(t->j->arena, im, f->entry);
        reason.suggestion = cp_image_string(im, arm->suggest);
        reason.risk = cp_image_string(im, arm->risk);
        const cp_rec_effect_group *group = cp_image_effect_group(im, f->entry->group);
        reason.file = cp_image_string(im, cp_image_file(im, group->file)->name);
        reason.line = group->line;
    }
    cp_add_reason(t->j, &reason);
}

static place *make_places(cp_judge *j, const cp_call_effect *e, uint32_t *out_count) {
    uint32_t count = e->base.count ? e->base.count : 1;
    const uint32_t chosen = e->effect.kind == CP_EFFECT_READ ? e->chosen.count : 0;
    place *all = CP_NEW_ARRAY(j->arena, place, (size_t)count * (1 + chosen));
    *out_count = 0;
    if (!all)
        return NULL;
    for (uint32_t i = 0; i < count; i++) {
        all[i].cwd = e->base.count ? &e->base.values[i] : NULL;
        cp_path_make(j->arena, &e->effect.target, all[i].cwd, j->facts->places, &all[i].path);
        if (e->domain == CP_DOMAIN_LOCAL)
            all[i].has_real = cp_path_resolved(j->arena, &all[i].path, j->facts->places, &all[i].real);
    }
    const uint32_t places = count;
    for (uint32_t i = 0; i < places * chosen && cp_step(j->budget); i++) {
        place *one = &all[count];
        *one = all[i % places];
        if (!cp_path_with_last(j->arena, &one->path, &e->chosen.values[i / places]))
            continue;
        one->has_real = 0;
        count++;
        if (e->domain == CP_DOMAIN_LOCAL)
            one->has_real = cp_path_resolved(j->arena, &one->path, j->facts->places, &one->real);
    }
    *out_count = count;
    return all;
}

/* A variable that no entry names or may name, whoever reads or sets it. */
typedef struct cp_nameless {
    cp_slice name;
    uint32_t kind;
} nameless;

static bool is_named(const trial *t, const cp_layer_image *layer, cp_run run) {
    const cp_effect *e = &t->e->effect;
    for (uint32_t k = 0; k < run.count && cp_step(t->j->budget); k++) {
        const cp_rec_effect *entry =
            cp_image_effect(layer->image, cp_image_posting(layer->image, run.first + k)->index);
        cp_slice pattern = cp_image_string(layer->image, entry->object);
        if (entry->object_kind != CP_OBJECT_VARIABLE || !pattern.n)
            return true;
        if (pattern.p[0] == '$')
            pattern = cp_slice_sub(pattern, 1, pattern.n);
        pattern = cp_slice_sub(pattern, 0, cp_slice_find(pattern, '=', 0));
        if (cp_value_glob(&e->target, pattern, false) != CP_NO)
            return true;
    }
    return cp_spent(t->j->budget);
}

static bool is_nameless(const trial *t) {
    enum { MANY = 32, ROOM = 64 };
    const cp_effect *e = &t->e->effect;
    if (t->j->calls->effect_count < MANY || e->object_kind != CP_OBJECT_VARIABLE || t->unknown ||
        (e->target.flags & CP_VALUE_UNMADE))
        return false;
    if (!t->j->nameless)
        t->j->nameless = CP_NEW_ARRAY(t->j->arena, nameless, ROOM);
    uint32_t hash = cp_slice_hash(e->target.exact);
    nameless *n = t->j->nameless ? &t->j->nameless[(hash + e->kind) % ROOM] : NULL;
    if (!n || (n->name.n && n->kind == e->kind && cp_slice_eq(n->name, e->target.exact)))
        return n != NULL;
    for (uint32_t i = 0; i < t->j->layers->count; i++) {
        const cp_layer_image *layer = &t->j->layers->items[i];
        const cp_rec_effect_kind *kind = cp_image_effect_kind(layer->image, e->kind);
        cp_run kinds[CP_INDEX_KINDS];
        bool named = false;
        cp_index_rest(layer->image, cp_index_class_run(kind, CP_INDEX_REST), e->object_kind, kinds);
        for (uint32_t k = 0; k < CP_INDEX_KINDS && !named; k++)
            named = is_named(t, layer, kinds[k]);
        if (named ||
            is_named(t, layer, cp_index_find(layer->image, cp_index_class_run(kind, CP_INDEX_NAME), hash)))
            return false;
    }
    *n = (nameless){e->target.exact, e->kind};
    return true;
}

/* Can no pattern with a name in it match for sure? */
static bool is_unknown(const trial *t) {
    const cp_effect *e = &t->e->effect;
    const cp_path *path = t->places ? &t->places[0].path : NULL;
    switch (e->object_kind) {
    case CP_OBJECT_ANY: return true;
    case CP_OBJECT_PATH:
        return t->place_count == 1 && !t->places[0].has_real && path->base == CP_BASE_UNKNOWN &&
               path->count == 0 && !path->tree;
    case CP_OBJECT_HOST: return e->host.certainty == CP_HOST_UNKNOWN;
    case CP_OBJECT_VARIABLE: return !cp_value_is_exact(&e->target);
    default: return false;
    }
}

/* What the effect needs to be looked for by; the entries that this leaves out don't match. */
static void seek(trial *t) {
    const cp_effect *e = &t->e->effect;
    cp_sought_init(&t->sought);
    t->sought.layers = t->j->layers;
    t->sought.kind = e->kind;
    switch (e->object_kind) {
    case CP_OBJECT_ANY: cp_sought_everything(&t->sought); break;
    case CP_OBJECT_PATH:
        for (uint32_t i = 0; i < t->place_count; i++) {
            cp_sought_path(&t->sought, &t->places[i].path, e->tree != CP_TREE_NONE, t->j->facts->places);
            if (t->places[i].has_real)
                cp_sought_path(&t->sought, &t->places[i].real, e->tree != CP_TREE_NONE, t->j->facts->places);
        }
        break;
    case CP_OBJECT_HOST: cp_sought_host(&t->sought, &e->host); break;
    default: cp_sought_name(&t->sought, &e->target); break;
    }
}

typedef struct strictest {
    found_entry entry;
    uint32_t index, any;
} strictest;

/* Does what was found count before an entry that says this? The stricter one does, of several the one that stands first. */
static bool counts_before(const strictest *found, const cp_layer_image *layer, uint32_t index,
                          cp_verdict says) {
    return found->any &&
           (says > found->entry.verdict ||
            (says == found->entry.verdict && (found->entry.layer != layer || found->index <= index)));
}

/* Whatever the entry has to say, does it change nothing? `most`: how surely it can match at all. */
static bool is_idle(const trial *t, const cp_layer_image *layer, const cp_rec_effect *entry, uint32_t index,
                    cp_tri most, const strictest *found) {
    cp_verdict says = cp_verdict_of(entry->strictest);
    if (!found->any)
        return false;
    if ((entry->flags & CP_ENTRY_SECRET) && t->j->secrets[t->index] < most)
        return false;
    if (says == CP_DENY && most != CP_YES && !(entry->flags & CP_ENTRY_MAYBE_DENY))
        says = CP_REVIEW;
    return counts_before(found, layer, index, says);
}

/* The strictest of a run's entries. */
static void weigh(trial *t, uint32_t layer_index, cp_run run, bool by_name, strictest *out) {
    const cp_layer_image *layer = &t->j->layers->items[layer_index];
    cp_tri most = by_name && t->unknown ? CP_MAYBE : (cp_tri)t->sure;
    for (uint32_t k = 0; k < run.count && cp_step(t->j->budget); k++) {
        uint32_t index = cp_image_posting(layer->image, run.first + k)->index;
        const cp_rec_effect *entry = cp_image_effect(layer->image, index);
        found_entry f;
        if ((entry->flags & CP_ENTRY_DEFAULT) || is_idle(t, layer, entry, index, most, out) ||
            !entry_says(t, layer_index, entry, &f))
            continue;
        if (counts_before(out, layer, index, f.verdict))
            continue;
        if (!cp_layer_is_floor(layer->layer) && replaced(t, layer_index, entry, cp_verdict_of(f.arm.verdict)))
            continue;
        *out = (strictest){f, index, true};
    }
}

/* A bit for each hash. */
static uint64_t bit_of(uint32_t hash) {
    return (uint64_t)1 << (hash * 0x9e3779b1u >> 26);
}

/* The first names [from, to) that are sought among entries that begin with the same name. */
static void weigh_begun(trial *t, uint32_t layer_index, cp_run in, uint32_t from, uint32_t to,
                        strictest *out) {
    enum { FEW = 4, MANY = 64 };
    const cp_image *im = t->j->layers->items[layer_index].image;
    if (in.count <= FEW) { /* quicker one by one than by searching for each word */
        for (uint32_t k = 0; k < in.count; k++) {
            uint32_t hash = cp_image_posting(im, in.first + k)->hash, i = from;
            while (i < to && (hash < t->sought.words[i].low || hash > t->sought.words[i].high))
                i++;
            if (i < to)
                weigh(t, layer_index, (cp_run){in.first + k, 1}, true, out);
        }
        return;
    }
    uint64_t there = UINT64_MAX; /* most words aren't */
    if (in.count <= MANY && to - from > FEW) {
        there = 0;
        for (uint32_t k = 0; k < in.count; k++)
            there |= bit_of(cp_image_posting(im, in.first + k)->hash);
    }
    for (uint32_t i = from; i < to; i++) {
        uint32_t low = t->sought.words[i].low, high = t->sought.words[i].high;
        if (low == high && !(there & bit_of(low)))
            continue;
        cp_run found = cp_index_range(im, in, low, high);
        if (found.count)
            weigh(t, layer_index, found, true, out);
    }
}

static void weigh_layer(trial *t, uint32_t layer_index, strictest *out) {
    const cp_image *im = t->j->layers->items[layer_index].image;
    uint32_t number = t->e->effect.kind;
    const cp_rec_effect_kind *kind = cp_image_effect_kind(im, number);
    const cp_sought *s = &t->sought;
    if (!kind->count || t->nameless)
        return;
    cp_run rest = cp_index_class_run(kind, CP_INDEX_REST), kinds[CP_INDEX_KINDS];
    if (rest.count) {
        cp_index_rest(im, rest, t->e->effect.object_kind, kinds);
        for (uint32_t i = 0; i < CP_INDEX_KINDS; i++)
            if (kinds[i].count)
                weigh(t, layer_index, kinds[i], false, out);
    }
    for (uint32_t c = CP_INDEX_REST + 1, all = s->whole >> c; all; c++, all >>= 1)
        if (all & 1)
            weigh(t, layer_index, cp_index_class_run(kind, c), true, out);
    for (uint32_t i = 0, end; i < s->count; i = end) { /* words that stand together */
        uint32_t c = s->words[i].class, begin = s->words[i].low & ~(uint32_t)CP_INDEX_BELOW;
        bool begun = cp_index_begins(c);
        for (end = i + 1; end < s->count && s->words[end].class == c; end++)
            if (begun && (s->words[end].low & ~(uint32_t)CP_INDEX_BELOW) != begin)
                break;
        cp_run in = cp_index_class_run(kind, c);
        if (!in.count || (s->whole >> c & 1))
            continue;
        if (begun && cp_index_may_have(im, number, c, begin)) /* mostly nothing begins with that name */
            weigh_begun(t, layer_index, cp_index_range(im, in, begin, begin | CP_INDEX_BELOW), i, end, out);
        for (uint32_t k = i; k < end && !begun; k++)
            if (cp_index_may_have(im, number, c, s->words[k].low)) {
                cp_run found = cp_index_find(im, in, s->words[k].low);
                if (found.count)
                    weigh(t, layer_index, found, true, out);
            }
    }
}

/* The overlays together: the strictest entry, else the default. NONE says: no entry and no default. */
static bool judge_overlays(trial *t, found_entry *out) {
    strictest found = {.any = false};
    for (uint32_t i = 0; i < t->j->layers->count; i++)
        if (!cp_layer_is_floor(t->j->layers->items[i].layer))
            weigh_layer(t, i, &found);
    bool any = found.any;
    if (any)
        *out = found.entry;
    if (any || t->e->plain)
        return any;
    for (uint32_t i = t->j->layers->count; i-- > 0;) { /* the latest default */
        const cp_layer_image *layer = &t->j->layers->items[i];
        const cp_rec_effect_kind *kind = cp_image_effect_kind(layer->image, t->e->effect.kind);
        if (cp_layer_is_floor(layer->layer) || !kind->fallback)
            continue;
        const cp_rec_effect *entry = cp_image_effect(layer->image, kind->fallback);
        found_entry f;
        if (!entry_says(t, i, entry, &f) || replaced(t, i, entry, cp_verdict_of(f.arm.verdict)))
            continue;
        if (!any || f.verdict < out->verdict)
            *out = f;
        any = true;
    }
    return any;
}

static cp_verdict judge_floor(trial *t, uint32_t layer_index) {
    const cp_layer_image *layer = &t->j->layers->items[layer_index];
    const cp_rec_effect_kind *kind = cp_image_effect_kind(layer->image, t->e->effect.kind);
    strictest found = {.entry = {.verdict = CP_ALLOW}};
    weigh_layer(t, layer_index, &found);
    found_entry worst = found.entry;
    bool any = found.any;
    if (!any && kind->fallback && !t->e->plain)
        any = entry_says(t, layer_index, cp_image_effect(layer->image, kind->fallback), &worst);
    if (any && worst.verdict != CP_ALLOW)
        say(t, &worst, worst.verdict, "floor-effect");
    return any ? worst.verdict : CP_ALLOW;
}

cp_verdict cp_judge_effect(cp_judge *j, uint32_t index, const cp_rules_verdict *rules) {
    const cp_call_effect *e = &j->calls->effects[index];
    const cp_call *call = e->call < j->calls->call_count ? &j->calls->calls[e->call] : NULL;
    trial t; /* without its list of words, which is long and mostly empty */
    t.j = j;
    t.e = e;
    t.call = call;
    t.index = index;
    t.places = NULL;
    t.place_count = 0;
    t.sure = e->effect.sure;
    if (e->effect.object_kind == CP_OBJECT_PATH) {
        t.places = make_places(j, e, &t.place_count);
        if (!t.places)
            return CP_DENY;
        if (e->base.count <= 1)
            j->out->effect_paths[index] = &t.places[0].path;
    }
    t.unknown = is_unknown(&t);
    t.nameless = is_nameless(&t);
    seek(&t);
    found_entry f = {.verdict = CP_REVIEW};
    bool any = judge_overlays(&t, &f);
    cp_verdict verdict = any ? f.verdict : e->plain ? CP_ALLOW : CP_REVIEW;
    bool vouched = false;
    for (uint32_t i = 0; verdict == CP_REVIEW && call && rules && i < rules->voucher_count; i++)
        vouched |= cp_vouches(j, &rules->vouchers[i], call, e);
    if (vouched)
        verdict = CP_ALLOW;
    bool by_default = any && ((f.entry->flags & CP_ENTRY_DEFAULT) || f.entry->object_kind == CP_OBJECT_ANY);
    j->named[index] = vouched || (verdict == CP_ALLOW && any && !by_default);
    if (verdict != CP_ALLOW) {
        if (!any)
            f = (found_entry){.layer = NULL, .verdict = verdict, .tri = CP_YES};
        say(&t, &f, verdict, "effect");
    }
    for (uint32_t i = 0; i < j->layers->count; i++)
        if (cp_layer_is_floor(j->layers->items[i].layer))
            verdict = cp_strictest(verdict, judge_floor(&t, i));
    return verdict;
}
