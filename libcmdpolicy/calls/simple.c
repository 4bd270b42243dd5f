/* Simple commands: words to argv, the identity of the program, its reading, and everything that follows from it. */
#include "calls/names.h"
#include "calls/walk.h"

/* Calls that write to >( ): those in it whose input is nobody else's read that. Once each: looked at is what was listed with it alone. */
static void feed(cp_walk *w, const cp_value *written, uint32_t first, uint32_t count) {
    const cp_atom *to = written->atom_count == 1 ? &written->atoms[0] : NULL;
    if (!to || to->kind != CP_ATOM_HOLE || !(to->props & CP_HOLE_PIPE) || !to->origin ||
        to->origin >= w->origin_count || !w->origins[to->origin].is_read || !count)
        return;
    cp_origin_range *readers = &w->origins[to->origin];
    uint32_t end = readers->first + readers->count;
    readers->is_read = 0;
    for (uint32_t i = readers->first; i < end && i < w->out->call_count && cp_step(w->budget); i++) {
        cp_stdin *in = &w->out->calls[i].in;
        if (in->is != CP_STDIN_IS_CALLS || in->from_count)
            continue;
        cp_flow flow = {.from_first = first, .from_count = count, .to = i, .by_stdin = 1};
        (void)CP_PUSH(w->arena, w->out->flows, w->out->flow_count, w->out->flow_cap, flow);
        in->from_first = first, in->from_count = count;
    }
    for (uint32_t i = readers->effect_first; i < readers->effect_end && cp_step(w->budget); i++) {
        cp_call_effect *e = &w->out->effects[i];
        if (e->effect.kind == CP_EFFECT_CODE && e->effect.origin.kind == CP_ORIGIN_STDIN && !e->from_count &&
            e->call >= readers->first && e->call < end && w->out->calls[e->call].in.from_first == first)
            e->from_first = first, e->from_count = count;
    }
}

void cp_walk_feed(cp_walk *w, uint32_t effect, uint32_t effect_end, uint32_t first) {
    for (; effect < effect_end && !w->dry; effect++) {
        const cp_effect *e = &w->out->effects[effect].effect;
        if (e->kind == CP_EFFECT_WRITE && e->origin.kind == CP_ORIGIN_REDIRECT)
            feed(w, &e->target, first, w->out->call_count - first);
    }
}

void cp_walk_effect(cp_walk *w, const cp_call_effect *e) {
    if (w->dry)
        return;
    if (e->effect.kind == CP_EFFECT_WRITE && e->call < CP_NEXT_CALL)
        feed(w, &e->effect.target, e->call, 1);
    (void)CP_PUSH(w->arena, w->out->effects, w->out->effect_count, w->out->effect_cap, *e);
}

/* ---- One argv -------------------------------------------------------------------------------------------------------- */

static cp_set base_after(cp_walk *w, const cp_reading *r, uint32_t chdirs, cp_set cwd) {
    for (uint32_t i = 0; i < chdirs && i < r->chdir_count; i++)
        cwd = cp_walk_chdir(w, cwd, &r->chdirs[i]);
    return cwd;
}

static void list_effects(cp_walk *w, const cp_reading *r, uint32_t call, const cp_state *s) {
    for (uint32_t i = 0; i < r->effect_count && !w->dry && cp_step(w->budget); i++) {
        cp_call_effect e = {.effect = r->effects[i],
                            .call = call,
                            .domain = w->domain,
                            .base = base_after(w, r, r->effects[i].chdirs, s->cwd),
                            .chosen = s->compared};
        if (w->domain != CP_DOMAIN_LOCAL)
            e.base = (cp_set){NULL, 0};
        if (r->effects[i].kind == CP_EFFECT_CODE &&
            cp_value_equals(&r->effects[i].target, CP_LIT("stdin")) == CP_YES) {
            e.from_first = w->input.from_first;
            e.from_count = w->input.from_count;
        }
        cp_walk_effect(w, &e);
    }
}

/* What is known of a text that is printed in a way that isn't known as a whole (`command echo TEXT |`), with a name in each hole. False:
 * nothing is. */
static bool text_so_far(cp_walk *w, cp_value *out) {
    const cp_stdin *in = &w->input;
    if (in->is != CP_STDIN_IS_CALLS || (in->shared && in->shared->used))
        return false;
    bool said = false;
    for (uint32_t i = 0; i < in->text.atom_count && cp_step(w->budget); i++) {
        const cp_atom *a = &in->text.atoms[i];
        const bool literal = a->kind == CP_ATOM_LIT;
        cp_value piece = cp_value_exact(w->arena, literal ? a->lit : CP_LIT("_hole_"), a->span);
        *out = i ? cp_value_concat(w->arena, out, &piece) : piece;
        said |= literal && a->lit.n;
    }
    return said && cp_value_is_exact(out);
}

/* The grammar says that standard input is run: text that is known is walked, or read by a kind of the grammar's own; anything
 * else is the effect `code`. */
static cp_exits run_stdin(cp_walk *w, const cp_call *call, uint32_t index, cp_state s) {
    const cp_reading *r = &call->reading;
    if (r->stdin_use != CP_STDIN_ROLE)
        return cp_both(s);
    if (r->stdin_kind == CP_KIND_SCRIPT) {
        cp_nested n = {
            .kind = CP_NESTED_STDIN, .sure = CP_YES, .origin = {CP_ORIGIN_STDIN, 0}, .span = call->span};
        return cp_walk_nested(w, call, index, &n, s);
    }
    if (r->stdin_kind != CP_KIND_CODE && r->stdin_kind != CP_KIND_CUSTOM)
        return cp_both(s);
    const cp_value *text = r->stdin_kind == CP_KIND_CUSTOM ? cp_walk_input_text(w) : NULL;
    cp_stdin_is is = w->input.is;
    if (r->stdin_kind == CP_KIND_CUSTOM && r->stdin_file_is_data &&
        (is == CP_STDIN_IS_NOTHING || is == CP_STDIN_IS_INHERITED ||
         (is == CP_STDIN_IS_FILE && cp_value_is_exact(&w->input.text))))
        return cp_both(s);
    cp_stdin_text told = {.effects = NULL};
    bool inert = text && cp_reading_stdin_is_inert(r, call->argv, text, w->arena, w->budget, &told);
    cp_value so_far = {.atom_count = 0};
    const bool partly = !text && r->stdin_kind == CP_KIND_CUSTOM && text_so_far(w, &so_far);
    if (partly) /* only ever tightens */
        (void)cp_reading_stdin_is_inert(r, call->argv, &so_far, w->arena, w->budget, &told);
    for (uint32_t i = 0; i < told.effect_count; i++) {
        cp_call_effect known = {.effect = told.effects[i],
                                .call = index,
                                .domain = w->domain,
                                .base = base_after(w, r, r->chdir_count, s.cwd)};
        if (w->domain != CP_DOMAIN_LOCAL)
            known.base = (cp_set){NULL, 0};
        cp_walk_effect(w, &known);
    }
    for (uint32_t i = 0; (inert || partly) && i < told.run_count && cp_step(w->budget); i++) {
        cp_nested n = {.kind = CP_NESTED_ARGV,
                       .sure = CP_YES,
                       .by_text = 1,
                       .words = told.runs[i],
                       .origin = {CP_ORIGIN_STDIN, 0},
                       .span = call->span};
        (void)cp_walk_nested(w, call, index, &n, s);
    }
    if (inert)
        return cp_both(s);
    for (uint32_t i = 0; i < told.script_count && cp_step(w->budget); i++) {
        cp_nested n = {.kind = CP_NESTED_SCRIPT,
                       .sure = CP_YES,
                       .words = {&told.scripts[i], 1},
                       .origin = {CP_ORIGIN_STDIN, 0},
                       .span = told.scripts[i].set.values[0].span};
        (void)cp_walk_nested(w, call, index, &n, s);
    }
    cp_call_effect e = {.call = index,
                        .domain = w->domain,
                        .from_first = w->input.from_first,
                        .from_count = w->input.from_count};
    e.effect = (cp_effect){.kind = CP_EFFECT_CODE,
                           .object_kind = CP_OBJECT_WORD,
                           .sure = CP_YES,
                           .target = cp_value_exact(w->arena, CP_LIT("stdin"), call->span),
                           .origin = {CP_ORIGIN_STDIN, 0},
                           .span = call->span};
    cp_walk_effect(w, &e);
    return cp_both(s);
}

/* What a <( ) prints, and is read as a file, is read as standard input would be where the grammar has a kind for that. */
static cp_exits run_processes(cp_walk *w, const cp_call *call, uint32_t index, cp_state s) {
    const cp_reading *r = &call->reading;
    const cp_stdin input = w->input;
    cp_exits e = cp_both(s);
    for (uint32_t i = 0; i < r->effect_count && cp_step(w->budget); i++) {
        const cp_effect *read = &r->effects[i];
        if (read->kind != CP_EFFECT_READ || read->object_kind != CP_OBJECT_PATH ||
            !cp_walk_process_input(w, &read->target, &w->input))
            continue;
        e = run_stdin(w, call, index, cp_walk_join(w, e));
        w->input = input;
    }
    return e;
}

/* May the program read standard input that is text which we know? Then the next one won't find it. */
static bool may_consume(const cp_walk *w, const cp_call *call) {
    if (!w->input.shared)
        return false;
    if (!call->reading.layer)
        return true;
    return call->reading.stdin_use != CP_STDIN_IGNORED;
}

/* It reads a file that may be another way to standard input. */
static bool may_reopen(const cp_walk *w, const cp_call *call) {
    const cp_reading *r = &call->reading;
    bool may = false;
    for (uint32_t i = 0; w->input.shared && i < r->effect_count && !may; i++)
        may = r->effects[i].kind == CP_EFFECT_READ && r->effects[i].object_kind == CP_OBJECT_PATH &&
              cp_walk_may_reopen(w, &r->effects[i].target, call->cwd);
    return may;
}

/* A command that is given files reads these, and standard input only where a word says so. */
static bool reads_files_instead(const cp_call *call) {
    const cp_reading *r = &call->reading;
    bool files = false;
    for (uint32_t i = 0; i < r->effect_count; i++) {
        cp_origin from = r->effects[i].origin;
        files |= r->effects[i].kind == CP_EFFECT_READ && from.kind == CP_ORIGIN_OPERAND &&
                 from.index < r->operand_count && !r->operands[from.index].splat &&
                 r->operands[from.index].present == CP_YES;
    }
    for (uint32_t i = 0; i < r->operand_count; i++)
        files |= r->operands[i].named && !r->operands[i].splat && r->operands[i].present == CP_YES;
    if (r->any_option || r->gap_count)
        return false;
    for (uint32_t i = 1; i < call->argv.count && files; i++)
        for (uint32_t k = 0; k < call->argv.items[i].set.count && files; k++) {
            const cp_value *v = &call->argv.items[i].set.values[k];
            cp_slice known = cp_value_is_exact(v) ? v->exact : cp_value_prefix(v);
            bool elsewhere =
                cp_slice_starts(known, CP_LIT("/dev/")) || cp_slice_starts(known, CP_LIT("/proc/"));
            bool listed =
                v->atom_count && v->atoms[0].kind == CP_ATOM_HOLE && v->atoms[0].cls == CP_CLASS_BELOW;
            files = listed || cp_value_is_pipe(v) ||
                    (cp_value_equals(v, CP_LIT("-")) == CP_NO && !elsewhere &&
                     (known.n || !v->atom_count || cp_value_begins_with(v, '/') == CP_NO));
        }
    return files;
}

static uint32_t taints_of(const cp_state *s, cp_slice word, bool by_path) {
    uint32_t taints = s->taints & (CP_TAINT_UNKNOWN | CP_TAINT_HASH);
    if (!by_path)
        taints |= s->taints & CP_TAINT_PATH;
    if (cp_map_get(s->functions, word))
        taints |= CP_TAINT_FUNCTION;
    if (cp_map_get(s->aliases, word))
        taints |= CP_TAINT_ALIAS;
    return taints;
}

/* Where the next call will stand, if it is listed, so that it needn't be moved there. */
static cp_call *next_call(cp_walk *w, cp_call *otherwise) {
    cp_calls *out = w->out;
    if (w->dry || !cp_arena_reserve(w->arena, (void **)&out->calls, &out->call_cap, out->call_count, 1,
                                    sizeof *out->calls))
        return otherwise;
    return &out->calls[out->call_count];
}

static uint32_t list_call(cp_walk *w, const cp_call *call) {
    cp_calls *out = w->out;
    if (w->dry)
        return CP_NO_CALL;
    if (!cp_spend(w->budget, CP_LIMIT_CALLS, 1))
        return CP_NO_CALL;
    if (out->call_count < out->call_cap && call == &out->calls[out->call_count])
        out->call_count++;
    else if (!CP_PUSH(w->arena, out->calls, out->call_count, out->call_cap, *call))
        return CP_NO_CALL;
    uint32_t index = out->call_count - 1;
    cp_walk_flows_to(w, &call->argv, index);
    if (call->in.from_count || call->in.read_count) {
        cp_flow flow = {.from_first = call->in.from_first,
                        .from_count = call->in.from_count,
                        .to = index,
                        .by_stdin = 1,
                        .read_first = call->in.read_first,
                        .read_count = call->in.read_count};
        (void)CP_PUSH(w->arena, w->out->flows, w->out->flow_count, w->out->flow_cap, flow);
    }
    return index;
}

/* A wrapper whose output is that of what it runs. */
static bool passes_output(const cp_reading *r) {
    bool items = r->nested_count && r->nested[0].items;
    return r->stdout_is == CP_STDOUT_COMMAND && !(items && (r->any_option || r->maybe_option)) &&
           (r->nested_count == 1 ||
            (r->nested_count == 0 && r->stdin_use == CP_STDIN_ROLE && r->stdin_kind == CP_KIND_SCRIPT));
}

/* What is the same of every call here; its program is not looked at yet. */
static void begin_call(const cp_walk *w, const cp_fields *argv, const cp_value *command, cp_span span,
                       const cp_state *s, cp_call *call) {
    memset(call, 0, sizeof *call);
    call->parent = w->parent;
    call->reach = w->reach;
    call->domain = w->domain;
    call->argv = *argv;
    call->command = *command;
    call->cwd = s->cwd;
    call->in = w->input;
    if (w->input_moved && call->in.is == CP_STDIN_IS_INHERITED)
        call->in.is = CP_STDIN_IS_CALLS;
    call->span = span;
    call->at = w->at.src == UINT32_MAX ? span : w->at;
}

/* Names that mean what they always mean, whatever function there is: the reserved words of zsh that declare, ksh's command, and
 * mksh's and yash's special builtins. */
static bool stays_itself(cp_walk *w, const cp_call *call) {
    cp_reading r;
    if (!cp_walk_may_be_ksh(w))
        return w->dialect == CP_DIALECT_ZSH && cp_name_zsh_declares(call->command.exact);
    if (cp_name_is_special_builtin(call->command.exact))
        return true;
    cp_read(w->in->layers, call->program, &call->argv, w->in->places, w->arena, w->budget, &r);
    return r.nested_count != 0;
}

/* A command whose word is certain. */
void cp_walk_known(cp_walk *w, const cp_fields *argv, const cp_value *command, cp_span span,
                   const cp_state *s, cp_exits *e) {
    cp_slice word = command->exact;
    uint32_t slash = cp_slice_rfind(word, '/');
    bool by_path = slash < word.n;
    const cp_binding *function = cp_map_get(s->functions, word);
    cp_call own, *call = &own; /* where there is a function, its body is listed first */
    if (!function)
        call = next_call(w, &own);
    begin_call(w, argv, command, span, s, call);
    call->program = by_path ? cp_slice_sub(word, slash + 1, word.n) : word;
    call->identity = by_path ? CP_IDENTITY_PATH : CP_IDENTITY_BARE;
    call->taints = taints_of(s, word, by_path);
    cp_exits through;
    uint32_t printed = cp_walk_printed(w);
    if (function)
        through = cp_walk_function(w, function, argv, span, *s);
    if (function && !function->maybe && !w->in_wrapper && !stays_itself(w, call)) {
        call->identity = CP_IDENTITY_FUNCTION;
        call->taints = 0;
        list_call(w, call);
        *e = through;
        return;
    }
    if (w->dialect == CP_DIALECT_ZSH && cp_slice_is(word, "-"))
        cp_walk_finding(w, CP_FINDING_UNSUPPORTED, CP_NO_CALL, command->span,
                        CP_LIT("zsh runs what follows a - under another name"));
    cp_read(w->in->layers, call->program, argv, w->in->places, w->arena, w->budget, &call->reading);
    const cp_reading *r = &call->reading;
    uint32_t index = list_call(w, call);
    list_effects(w, r, index, s);
    bool builtin = !by_path && (r->does & ~(1u << CP_DOES_NOTHING));
    if (builtin)
        *e = cp_walk_does(w, r, *s, index);
    else {
        *e = cp_both(*s);
        cp_walk_asks_of_lines(w, r, e);
    }
    if ((r->does & 1u << CP_DOES_EXTENSION) && w->dialect != CP_DIALECT_BASH &&
        w->dialect != CP_DIALECT_ZSH) /* not every shell has it */
        *e = cp_walk_join_exits(w, *e, cp_both(*s));
    cp_state inner;
    if (r->nested_count)
        inner = cp_walk_join(w, *e);
    for (uint32_t i = 0; i < r->nested_count && cp_step(w->budget) && !cp_arena_failed(w->arena); i++) {
        cp_exits n = cp_walk_nested(w, call, index, &r->nested[i], inner);
        bool alone = r->nested_count == 1 && !(r->does & 1u << CP_DOES_CHDIR);
        inner = cp_state_join(w->arena, w->budget, inner, cp_walk_join(w, n));
        *e = alone ? n : cp_both(inner);
    }
    if (r->stdin_use == CP_STDIN_ROLE)
        *e = run_stdin(w, call, index, cp_walk_join(w, *e));
    if (r->stdin_use == CP_STDIN_ROLE && (r->stdin_kind == CP_KIND_CODE || r->stdin_kind == CP_KIND_CUSTOM))
        *e = run_processes(w, call, index, cp_walk_join(w, *e));
    if (may_consume(w, call) &&
        (r->nested_count == 0 || r->stdin_use == CP_STDIN_ROLE || r->stdin_use == CP_STDIN_WORDS ||
         cp_takes_lines(r) || r->stdin_use == CP_STDIN_DATA))
        w->consumed |= cp_takes_lines(r) || reads_files_instead(call) ? CP_CONSUMED_LINES : CP_CONSUMED;
    if (may_reopen(w, call))
        cp_walk_read_elsewhere(w);
    for (uint32_t i = 0; i < r->effect_count; i++)
        if (r->effects[i].kind == CP_EFFECT_PROCESS)
            cp_walk_may_end(w); /* it may be this very shell that it stops */
    bool same_shell = builtin && (r->does & 1u << CP_DOES_SOURCE);
    if (!same_shell && !passes_output(r))
        cp_walk_output(w, call, s);
    else if (r->nested_count && r->nested[0].items) /* once, several times, or never */
        cp_sink_maybe(w->sink, printed);
    if (function) { /* this or that */
        cp_sink_maybe(w->sink, printed);
        *e = cp_walk_join_exits(w, *e, through);
    }
}

cp_exits cp_walk_dynamic(cp_walk *w, const cp_fields *argv, const cp_value *command, cp_span span,
                         cp_state s) {
    cp_call call;
    begin_call(w, argv, command, span, &s, &call);
    call.identity = CP_IDENTITY_DYNAMIC;
    call.taints = s.taints;
    uint32_t index = list_call(w, &call);
    cp_walk_finding(w, CP_FINDING_DYNAMIC_COMMAND, index, command->span, cp_value_show(w->arena, command));
    cp_sink_add(w, w->sink, NULL);
    w->consumed = CP_CONSUMED;
    w->any_function |= !w->dry && w->domain == CP_DOMAIN_LOCAL;
    cp_state after = cp_state_havoc(w->arena, w->budget, s); /* it may be eval, cd, a function, break */
    after.dead = 0;
    cp_walk_leave(w, after, CP_LOOPS_ANY);
    cp_walk_error(w, after);
    return cp_both(after);
}

/* ---- Simple commands ------------------------------------------------------------------------------------------------- */

static uint32_t does_by_name(const cp_walk *w, cp_slice name) {
    for (uint32_t i = w->in->layers->count; i-- > 0;) {
        const cp_layer_image *layer = &w->in->layers->items[i];
        if (cp_layer_is_floor(layer->layer))
            continue;
        uint32_t node = cp_image_grammar_child(layer->image, CP_IMAGE_ROOT, name);
        if (node)
            return cp_image_more_of(layer->image, cp_image_body_of(layer->image, node))->does;
    }
    return 0;
}

/* Is the first word, as written, a command that assigns (export, declare …)? Its arguments then expand like assignments, which is of
 * matter where one looks like one, or stands before it. */
static bool is_declaration(const cp_walk *w, const cp_word *words, const cp_assignment *assignments) {
    bool looks_like_one = assignments != NULL;
    if (!words || !(words->flags & CP_WORD_BARE))
        return false;
    for (const cp_word *word = words->next; word && !looks_like_one; word = word->next)
        looks_like_one = (word->flags & CP_WORD_ASSIGNMENT) != 0;
    if (!looks_like_one)
        return false;
    return (does_by_name(w, words->text) & (1u << CP_DOES_ASSIGN | 1u << CP_DOES_EXPORT)) != 0;
}

/* \export x=$y, and $e x=$y where e is export: some shells look at the word that it is, and don't split $y, others at how it is
 * written. */
static bool may_declare(const cp_walk *w, const cp_fields *argv, const cp_word *words) {
    bool live = false, may = false;
    if (w->dialect == CP_DIALECT_BASH || w->dialect == CP_DIALECT_ZSH || !argv->count)
        return false;
    for (const cp_word *word = words->next; word && !live; word = word->next)
        live = (word->flags & CP_WORD_ASSIGNMENT) && !(word->flags & CP_WORD_BARE);
    for (uint32_t i = 0; live && i < argv->items[0].set.count && !may; i++)
        may = (does_by_name(w, argv->items[0].set.values[i].exact) &
               (1u << CP_DOES_ASSIGN | 1u << CP_DOES_EXPORT)) != 0;
    return may;
}

/* export x=$y: dash before 0.5.11 and yash split what $y is, and take what stands behind its blanks for assignments of their own. */
static bool may_split(cp_walk *w, const cp_fields *argv, const cp_word *words, const cp_state *s) {
    if (w->dialect != CP_DIALECT_DASH && !cp_walk_may_be_ksh(w))
        return false;
    const uint32_t reads = w->read_count;
    cp_state trial = *s;
    w->dry++;
    const cp_fields split = cp_walk_words(w, words, false, &trial);
    w->dry--;
    w->read_count = reads;
    for (uint32_t i = 0; i < split.count; i++)
        if (split.items[i].splat || split.items[i].set.count != 1 ||
            !cp_value_is_exact(&split.items[i].set.values[0]))
            return false; /* what is not known is taken for one word */
    return split.count > argv->count;
}

/* `[ -n "$x" ]`: which word is it that a command looks at to tell whether it is empty, and shows to nobody? (Behind `test -n "$x"`
 * the shell has it in $_.) */
static cp_slice as_written(const cp_word *word) {
    const cp_part *part = word->parts;
    if (part && part->kind == CP_PART_LIT && !part->next)
        return part->text;
    return word->flags & CP_WORD_BARE ? word->text : (cp_slice){NULL, 0};
}

static const cp_word *asked_word(const cp_walk *w, const cp_word *words) {
    const cp_word *word = words ? words->next : NULL, *last = NULL;
    const cp_slice name = words ? as_written(words) : (cp_slice){NULL, 0};
    if (!word || w->dialect == CP_DIALECT_ZSH || !name.n || name.p[name.n - 1] != '[')
        return NULL; /* `test "$x" ]` is an error, which shows it */
    if (cp_slice_is(as_written(word), "-n") || cp_slice_is(as_written(word), "-z"))
        word = word->next;
    last = word ? word->next : NULL;
    if (!last || last->next || !cp_slice_is(as_written(last), "]"))
        return NULL;
    return (does_by_name(w, name) & 1u << CP_DOES_SUBSCRIPT) && cp_walk_only_asks(word, true) ? word : NULL;
}

/* NAME=VALUE in front of a command is gone after it (in a POSIX shell not where the command is a special builtin). */
static cp_state restored(cp_walk *w, cp_state out, cp_state before, cp_state inner, const cp_assignment *a,
                         bool declares) {
    if ((w->dialect != CP_DIALECT_BASH && w->dialect != CP_DIALECT_ZSH) || before.exports_all || w->replaced)
        return cp_state_join(w->arena, w->budget, out, before);
    uint32_t dead = out.dead;
    if (cp_map_get(out.variables, CP_LIT("PATH")) == cp_map_get(inner.variables, CP_LIT("PATH")) &&
        !(before.taints & CP_TAINT_PATH))
        out.taints &= ~(uint32_t)CP_TAINT_PATH;
    if (!(before.env_flags & CP_ENV_IFS_CHANGED) &&
        cp_map_get(out.variables, CP_LIT("IFS")) == cp_map_get(inner.variables, CP_LIT("IFS")))
        out.env_flags &= ~(uint32_t)CP_ENV_IFS_CHANGED;
    if (out.variables.root == inner.variables.root && !declares)
        out.variables = before.variables;
    else
        for (; a && cp_step(w->budget); a = a->next) {
            const cp_binding *old = cp_map_get(before.variables, a->name),
                             *now = cp_map_get(out.variables, a->name);
            if (now &&
                (declares ||
                 now !=
                     cp_map_get(inner.variables,
                                a->name))) { /* the command itself assigned or exported it: that may stay */
                out.variables = cp_map_put(w->arena, out.variables, cp_binding_join(w->arena, now, old));
            } else if (old)
                out.variables = cp_map_put(w->arena, out.variables, old);
            else {
                uint32_t taints = out.taints, flags = out.env_flags;
                cp_state_assign(w->arena, &out, a->name, NULL, false, 0);
                out.taints = taints;
                out.env_flags = flags;
            }
        }
    out.dead = dead;
    return out;
}

static cp_span command_span(const cp_node *node) {
    const cp_word *first = node->as.simple.words;
    if (!first)
        return node->span;
    cp_span span = first->span;
    for (const cp_word *word = first; word; word = word->next)
        span = cp_span_join(span, word->span);
    return span;
}

/* May a word of it be in error? Then bash gives up the whole line, and sh itself; zsh goes on in places. */
static bool may_end_line(cp_walk *w, const cp_node *node, bool globs) {
    bool ends = cp_word_may_fail(node->as.simple.words, globs, w->budget);
    for (const cp_assignment *a = node->as.simple.assignments; a && !ends && cp_step(w->budget); a = a->next)
        ends = a->value && cp_word_may_fail(a->value, false, w->budget);
    return ends;
}

/* May the shell give up this command before it runs, and go on behind it? */
static bool may_fail(cp_walk *w, const cp_node *node, const cp_state *s, bool globs) {
    for (const cp_redir *r = node->redirs; r && cp_step(w->budget); r = r->next)
        if (cp_word_may_fail(r->target, globs, w->budget) ||
            (r->doc && cp_word_may_fail(r->doc->body, false, w->budget)))
            return true;
    for (const cp_assignment *a = node->as.simple.assignments; a && cp_step(w->budget); a = a->next) {
        if (cp_walk_may_refuse(w, s, a->name) || cp_arith_may_fail(a->subscript))
            return true;
        for (const cp_element *e = a->array ? a->array->as.elements : NULL; e && cp_step(w->budget);
             e = e->next)
            if (cp_arith_may_fail(e->subscript) || (e->value && cp_word_may_fail(e->value, globs, w->budget)))
                return true;
    }
    return false;
}

/* What redirections do, from that effect on, is done for a call that is listed only now: commands in their targets come before it. */
static void attach(cp_walk *w, uint32_t effect, uint32_t call) {
    for (; effect < w->out->effect_count; effect++) {
        cp_call_effect *e = &w->out->effects[effect];
        if (e->call == CP_NEXT_CALL)
            e->call = call;
    }
}

/* `echo > /dev/tcp/localhost/80` asks whether somebody listens there: a command that prints no more than an empty line orders nothing. */
static void send_nothing(cp_walk *w, uint32_t from, uint32_t to, uint32_t call) {
    const cp_reading *r = call < w->out->call_count ? &w->out->calls[call].reading : NULL;
    if (!r || !r->layer || w->out->call_count != call + 1 || r->gap_count ||
        !(r->stdout_is == CP_STDOUT_NOTHING || (r->stdout_is == CP_STDOUT_OPERANDS && !r->operand_count)))
        return;
    for (; from < to; from++) {
        cp_effect *e = &w->out->effects[from].effect;
        if (w->out->effects[from].call == call && e->kind == CP_EFFECT_REMOTE &&
            e->origin.kind == CP_ORIGIN_REDIRECT)
            e->kind = CP_EFFECT_NETWORK;
    }
}

typedef struct keeper {
    cp_walk *w;
    cp_map *kept;
} keeper;
static void keep(void *self, const cp_binding *now, const cp_binding *before) {
    const keeper *k = (const keeper *)self;
    if (!before && cp_name_is_the_scripts_own(now->name))
        *k->kept = cp_map_put(k->w->arena, *k->kept, now);
}

/* Where a redirection failed the command assigned nothing, and variables are what they were. One that the script has not assigned before is no
 * matter where none can fail: what it is then, the environment says. */
static cp_state not_run(cp_walk *w, const cp_node *node, cp_state before, cp_state after) {
    if (before.variables.root == after.variables.root || !cp_walk_surely_redirected(w, node->redirs, &before))
        return before;
    cp_map kept = before.variables;
    keeper k = {w, &kept};
    cp_map_differences(after.variables, before.variables, w->budget, keep, &k);
    before.variables = kept;
    return before;
}

/* What was walked up to here were words. */
static void words_took(const cp_walk *w, cp_stdin_shared *from) {
    if (w->consumed && from)
        from->used |= w->consumed;
}

static void walk_plain(cp_walk *w, const cp_node *node, const cp_state *before, cp_exits *out) {
    const cp_word *words = node->as.simple.words;
    const cp_assignment *assignments = node->as.simple.assignments;
    cp_stdin input = w->input;
    cp_sink *sink = w->sink;
    uint32_t reads = w->read_count, in_wrapper = w->in_wrapper, outer_consumed = w->consumed;
    const uint32_t printed = cp_walk_printed(w);
    const bool globs = cp_walk_globs_may_fail(w, before);
    bool ends = may_end_line(w, node, globs), fails = may_fail(w, node, before, globs);
    bool declares = is_declaration(w, words, assignments);
    cp_stdin_shared *before_pipe = w->before_pipe;
    w->before_pipe = NULL;
    w->in_wrapper = 0;
    w->consumed = 0;
    const bool lenient =
        w->dialect == CP_DIALECT_ZSH || cp_walk_may_be_ksh(w); /* set -u: eval ends, no more */
    if (ends || fails || (before->may_stop && lenient))
        cp_walk_error(w, *before);
    cp_state s = *before;
    cp_fields argv = cp_walk_words(w, words, declares, &s);
    if (words && (declares ? may_split(w, &argv, words, before) : may_declare(w, &argv, words)))
        cp_walk_finding(w, CP_FINDING_DIALECT, CP_NO_CALL, words->span,
                        CP_LIT("shells differ in how this command's assignments are read"));
    if (words && !before->may_stop && !cp_map_get(before->functions, as_written(words)) &&
        asked_word(w, words))
        w->read_count = reads; /* (with -x it would be shown) */
    uint32_t effect = w->out->effect_count;
    bool all_optional = true;
    for (uint32_t i = 0; i < argv.count; i++)
        all_optional &= argv.items[i].splat != 0;
    if (all_optional && assignments &&
        node->redirs) { /* without a command bash assigns first, and redirects then; others the other way */
        cp_state assigned = s;
        cp_walk_assignments(w, assignments, &assigned, false, CP_NO_CALL);
        cp_state either = cp_state_join(w->arena, w->budget, s, assigned);
        cp_walk_redirects(w, node->redirs, &either, argv.count ? CP_NEXT_CALL : CP_NO_CALL);
        if (argv.count)
            s = either;
        else
            s = cp_state_join(w->arena, w->budget, assigned, either);
    } else
        cp_walk_redirects(w, node->redirs, &s, argv.count ? CP_NEXT_CALL : CP_NO_CALL);
    uint32_t next_call = w->dry ? CP_NO_CALL : w->out->call_count;
    attach(w, effect, next_call);
    uint32_t redirected = w->out->effect_count;
    if (all_optional && node->redirs && w->dialect == CP_DIALECT_ZSH)
        cp_walk_finding(w, CP_FINDING_UNSUPPORTED, CP_NO_CALL, node->span,
                        CP_LIT("zsh runs a command of its own where redirections have none"));
    if (argv.count == 0) {
        if (!node->redirs || !assignments)
            cp_walk_assignments(w, assignments, &s, false, CP_NO_CALL);
        words_took(w, before_pipe);
        cp_walk_reads_to(w, reads, CP_NO_CALL);
        *out = cp_both(s);
    } else {
        cp_state with;
        const cp_state *inner = &s;
        if (assignments) {
            with = s;
            inner = &with;
            cp_walk_assignments(w, assignments, &with, true, next_call);
        }
        next_call = w->dry ? CP_NO_CALL : w->out->call_count;
        cp_walk_reads_to(w, reads, next_call);
        words_took(w, before_pipe);
        *out = cp_walk_argv(w, &argv, command_span(node), *inner);
        if (node->redirs) {
            cp_walk_feed(w, effect, redirected, next_call);
            send_nothing(w, effect, redirected, next_call);
        }
        if (assignments) {
            out->ok = restored(w, out->ok, s, with, assignments, declares);
            out->fail = restored(w, out->fail, s, with, assignments, declares);
        }
        if (all_optional) { /* no word may be left: then assignments stay */
            cp_state plain = s;
            cp_walk_assignments(w, assignments, &plain, false, CP_NO_CALL);
            *out = cp_walk_join_exits(w, *out, cp_both(plain));
        }
    }
    if (ends)
        cp_walk_error(w, s);
    fails |= ends && (!w->errors || w->dialect == CP_DIALECT_ZSH);
    if (fails || node->redirs) { /* given up on the way; with `||` behind it that is a failure */
        cp_state neither = cp_state_join(w->arena, w->budget, *before, s);
        if (!fails)
            neither = not_run(w, node, neither, out->ok);
        out->fail = cp_state_join(w->arena, w->budget, out->fail, neither);
        if (out->ok.dead)
            out->ok = out->fail;
    }
    if (w->consumed && w->input.shared)
        w->input.shared->used |= w->consumed;
    if (w->input.shared != input.shared &&
        (w->input.is == CP_STDIN_IS_FILE || w->input.is == CP_STDIN_IS_TEXT))
        w->consumed = 0;               /* that was a file of its own */
    if (w->replaced && node->redirs) { /* what this shell reads and prints from now on is not known */
        if (input.shared)
            input.shared->used |= CP_CONSUMED;
        if (!w->input_moved && cp_walk_may_move_input(node->redirs)) {
            w->input_moved = 1;
            w->memos = NULL; /* functions found another input */
            w->memo_count = 0;
        }
        cp_sink_blur(w->shell_sink);
    }
    w->replaced = 0;
    w->consumed |= outer_consumed;
    w->in_wrapper = in_wrapper;
    w->input = input;
    w->sink = sink;
    if (cp_walk_may_not_redirect(node->redirs)) {
        cp_sink_may_be_nothing(w, sink, printed); /* `echo a < nosuch` */
        if (words && (w->dialect != CP_DIALECT_BASH || cp_slice_is(as_written(words), "exec")) &&
            cp_name_is_special_builtin(as_written(words)))
            cp_walk_may_end(w); /* and `: < nosuch` ends the shell */
    }
    if (s.may_stop || out->ok.may_stop)
        cp_walk_may_end(w);
}

/* Cost: linear in the words, plus what they run. */
void cp_walk_simple(cp_walk *w, const cp_node *node, const cp_state *s, cp_exits *out) {
    cp_exits other;
    uint32_t printed = cp_walk_printed(w);
    bool alias = cp_walk_alias(w, node, *s, &other);
    walk_plain(w, node, s, out);
    if (!alias)
        return;
    *out = cp_walk_join_exits(w, *out, other); /* whether aliases are looked at isn't certain */
    cp_sink_maybe(w->sink, printed);
}
