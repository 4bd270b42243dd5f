/* Redirections: what they read and write, and where standard input comes from after them. */
#include "calls/walk.h"

/* A number in decimal digits; one that is too large for what is counted here is UINT32_MAX. */
static bool is_number(cp_slice t, uint32_t *out) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < t.n; i++) {
        if (t.p[i] < '0' || t.p[i] > '9')
            return false;
        n = n > 99999 ? UINT32_MAX : n * 10 + (t.p[i] - '0');
    }
    *out = n;
    return t.n > 0;
}

enum { NO_DESCRIPTOR = UINT32_MAX };

/* "2", "-", "2-": a descriptor, no file. *out: which one is named, if any. */
static bool is_descriptor(cp_slice t, uint32_t *out) {
    *out = NO_DESCRIPTOR;
    if (cp_slice_is(t, "-"))
        return true;
    if (t.n > 1 && t.p[t.n - 1] == '-')
        t.n--;
    return is_number(t, out);
}

/* 2>&1, >&2, <&-: says nothing of what is read. */
static bool is_output_or_closed(const cp_value *v) {
    static const char *const names[] = {"-", "1", "2", "1-", "2-"};
    for (uint32_t i = 0; i < sizeof names / sizeof *names; i++)
        if (cp_value_equals(v, cp_slice_str(names[i])) == CP_YES)
            return true;
    return false;
}

/* bash opens sockets for these names itself: /dev/tcp/HOST/PORT. */
static bool network_effect(cp_walk *w, const cp_value *v, cp_call_effect *e) {
    cp_slice known = cp_value_is_exact(v) ? v->exact : cp_value_prefix(v);
    if (w->dialect == CP_DIALECT_DASH ||
        !(cp_slice_starts(known, CP_LIT("/dev/tcp/")) || cp_slice_starts(known, CP_LIT("/dev/udp/"))))
        return false;
    e->effect.kind = CP_EFFECT_NETWORK;
    e->effect.object_kind = CP_OBJECT_HOST;
    e->effect.host = (cp_host){.certainty = CP_HOST_UNKNOWN};
    if (cp_value_is_exact(v)) {
        cp_slice rest = cp_slice_sub(known, 9, known.n);
        uint32_t slash = cp_slice_find(rest, '/', 0);
        cp_value host = cp_value_exact(w->arena, cp_slice_sub(rest, 0, slash), v->span);
        cp_host_read(w->arena, &host, &e->effect.host);
        cp_slice port = cp_slice_sub(rest, slash + 1, rest.n);
        uint32_t number = 0;
        e->effect.host.port = is_number(port, &number) && number <= UINT16_MAX ? number : 0;
    }
    return true;
}

static void file_effect_if(cp_walk *w, const cp_value *v, uint32_t kind, cp_tri sure, const cp_state *s,
                           uint32_t call, cp_span span) {
    cp_call_effect e = {.call = call, .domain = CP_DOMAIN_LOCAL, .base = s->cwd, .chosen = s->compared};
    e.effect = (cp_effect){.kind = kind,
                           .object_kind = CP_OBJECT_PATH,
                           .sure = sure,
                           .target = *v,
                           .origin = {CP_ORIGIN_REDIRECT, 0},
                           .span = span};
    bool network = network_effect(w, v, &e);
    cp_walk_effect(w, &e);
    if (network && kind == CP_EFFECT_WRITE) { /* what a server is sent may be an order */
        e.effect.kind = CP_EFFECT_REMOTE;
        cp_walk_effect(w, &e);
    }
}

static void file_effect(cp_walk *w, const cp_value *v, uint32_t kind, const cp_state *s, uint32_t call,
                        cp_span span) {
    file_effect_if(w, v, kind, CP_YES, s, call, span);
}

cp_stdin_shared *cp_walk_share(cp_walk *w) {
    cp_stdin_shared *shared = CP_NEW(w->arena, cp_stdin_shared);
    shared->up = w->input.shared;
    return shared;
}

uint32_t cp_walk_used(const cp_walk *w) {
    uint32_t used = 0;
    for (const cp_stdin_shared *s = w->input.shared; s && cp_step(w->budget); s = s->up)
        used += s->used;
    return used;
}

void cp_walk_read_elsewhere(cp_walk *w) {
    for (cp_stdin_shared *s = w->input.shared; s && cp_step(w->budget); s = s->up)
        s->used |= CP_CONSUMED;
}

/* /dev/stdin and its like, by name or from within their directory: another way to a descriptor that is open already. */
bool cp_walk_may_reopen(const cp_walk *w, const cp_value *path, cp_set cwd) {
    cp_tri may = cwd.count ? CP_NO : cp_path_reopens(w->arena, path, NULL, w->in->places);
    for (uint32_t i = 0; i < cwd.count && cp_step(w->budget); i++)
        may = cp_tri_or(may, cp_path_reopens(w->arena, path, &cwd.values[i], w->in->places));
    return may != CP_NO;
}

/* Which descriptors the text opens on what is only read, or makes another name of them: w->readers. */
enum { READ_0 = 1, READ_OUTPUT = 2, READ_OTHER = 4, OUTPUT_IS_0 = 8, OUTPUT_IS_OTHER = 16 };

static void note_reader(cp_walk *w, const cp_redir *r, const cp_value *v, bool file) {
    const bool output = (r->fd < 0 && r->op == CP_REDIR_DUP_OUT) || r->fd == 1 || r->fd == 2;
    if (file)
        w->readers |= r->fd_var.n || r->fd > 2 ? READ_OTHER : output ? READ_OUTPUT : READ_0;
    else if (!is_output_or_closed(v))
        w->readers |= r->fd_var.n || !output                      ? READ_0 | READ_OTHER
                      : cp_value_equals(v, CP_LIT("0")) == CP_YES ? OUTPUT_IS_0
                      : cp_value_equals(v, CP_LIT("0")) == CP_NO  ? OUTPUT_IS_OTHER
                                                                  : OUTPUT_IS_0 | OUTPUT_IS_OTHER;
}

/* tee /dev/fd/3 3<FILE: who opens a descriptor by its name opens the file anew, and may write to what was opened to be read. */
void cp_walk_reopened(cp_walk *w) {
    static const char *const outputs[] = {"/dev/stdout", "/dev/stderr",     "/dev/fd/1",
                                          "/dev/fd/2",   "/proc/self/fd/1", "/proc/self/fd/2"};
    for (uint32_t i = 0; w->readers && i < w->out->effect_count && cp_step(w->budget); i++) {
        const cp_call_effect *e = &w->out->effects[i];
        const cp_value *path = &e->effect.target;
        uint32_t asks = UINT32_MAX;
        if (e->effect.kind != CP_EFFECT_WRITE || e->effect.object_kind != CP_OBJECT_PATH ||
            e->domain != CP_DOMAIN_LOCAL || !cp_walk_may_reopen(w, path, e->base))
            continue;
        if (cp_value_is_exact(path)) {
            const cp_slice name =
                cp_slice_sub(path->exact, cp_slice_rfind(path->exact, '/') + 1, path->exact.n);
            const bool input = cp_slice_is(name, "0") || cp_slice_is(name, "stdin");
            asks = input ? READ_0 : READ_OTHER;
            for (uint32_t k = 0; k < sizeof outputs / sizeof *outputs; k++)
                if (cp_slice_is(path->exact, outputs[k]))
                    asks = READ_OUTPUT | (w->readers & READ_0 ? OUTPUT_IS_0 : 0) |
                           (w->readers & READ_OTHER ? OUTPUT_IS_OTHER : 0);
            if (!input && (cp_slice_is(name, "1") || cp_slice_is(name, "2")))
                asks |= READ_OUTPUT;
        }
        if (w->readers & asks)
            cp_walk_finding(w, CP_FINDING_OPAQUE, e->call, e->effect.span,
                            CP_LIT("it may write to what was opened to be read"));
    }
}

static cp_stdin text_input(cp_walk *w, const cp_value *body) {
    cp_stdin in = {.is = cp_value_is_exact(body) ? CP_STDIN_IS_TEXT : CP_STDIN_IS_CALLS,
                   .text = *body,
                   .shared = cp_walk_share(w)};
    const cp_set *lines = cp_walk_lines_in(w, body);
    if (lines) /* or one that is empty */
        in.lines = cp_set_join(w->arena, *lines, cp_set_exact(w->arena, CP_LIT(""), body->span));
    for (uint32_t i = 0; i < body->atom_count;
         i++) { /* substitutions' output in the text: of all calls from the first to the last */
        uint32_t origin = body->atoms[i].origin < w->origin_count ? body->atoms[i].origin : 0;
        const cp_origin_range *from = &w->origins[origin];
        if (origin && from->read_count)
            in.read_first = from->read_first, in.read_count = from->read_count;
        if (!origin || !from->count)
            continue;
        uint32_t end = from->first + from->count, until = in.from_first + in.from_count;
        uint32_t first = in.from_count && in.from_first < from->first ? in.from_first : from->first;
        in.from_count = (in.from_count && until > end ? until : end) - first;
        in.from_first = first;
    }
    return in;
}

/* The calls behind a <( ): what is read there is what they print. */
static const cp_origin_range *process_output(const cp_walk *w, const cp_value *v) {
    if (!cp_value_is_pipe(v))
        return NULL;
    return v->atoms[0].origin && v->atoms[0].origin < w->origin_count ? &w->origins[v->atoms[0].origin]
                                                                      : NULL;
}

bool cp_walk_process_input(cp_walk *w, const cp_value *v, cp_stdin *in) {
    const cp_origin_range *from = process_output(w, v);
    if (!from)
        return false;
    if (from->text)
        *in = text_input(w, from->text);
    else
        *in = (cp_stdin){.is = CP_STDIN_IS_CALLS,
                         .lines = from->lines,
                         .entries = from->entries,
                         .shared = cp_walk_share(w)};
    in->from_first = from->first, in->from_count = from->count;
    return true;
}

/* Other names of descriptors: what is written there may well be standard output. */
static bool may_be_descriptor(const cp_value *v) {
    cp_slice known = cp_value_is_exact(v) ? v->exact : cp_value_prefix(v);
    if (!cp_value_is_exact(v))
        return true;
    return cp_slice_starts(known, CP_LIT("/dev/")) ? !cp_slice_is(known, "/dev/null")
                                                   : cp_slice_starts(known, CP_LIT("/proc/"));
}

static void output_elsewhere(cp_walk *w, const cp_value *v) {
    if (!w->sink)
        return;
    if (may_be_descriptor(v) || w->dialect == CP_DIALECT_ZSH) /* there a pipe gets it, too */
        cp_sink_blur(w->sink);
    else
        w->sink = NULL;
}

/* exec 3<>/dev/tcp/HOST/PORT: from here on, who reads or writes 3 has the connection. */
static void note_socket(cp_walk *w, const cp_redir *r, const cp_value *v) {
    cp_call_effect ignored = {0};
    struct cp_socket socket = {.fd = r->fd, .target = *v};
    if (r->fd > 2 && network_effect(w, v, &ignored))
        (void)CP_PUSH(w->arena, w->sockets, w->socket_count, w->socket_cap, socket);
}

static void socket_effect(cp_walk *w, const cp_redir *r, uint32_t fd, const cp_state *s, uint32_t call,
                          cp_span span) {
    for (uint32_t i = 0; i < w->socket_count && cp_step(w->budget); i++)
        if (w->sockets[i].fd >= 0 && (uint32_t)w->sockets[i].fd == fd)
            file_effect(w, &w->sockets[i].target, r->op == CP_REDIR_DUP_IN ? CP_EFFECT_READ : CP_EFFECT_WRITE,
                        s, call, span);
}

static void redirect_file(cp_walk *w, const cp_redir *r, cp_state *s, uint32_t call) {
    cp_set files;
    cp_value v = cp_walk_one_of(w, r->target, CP_CONTEXT_REDIR, s, &files);
    cp_span span = r->target ? r->target->span : r->span;
    bool to_output = (r->fd < 0 || r->fd == 1) && !r->fd_var.n;
    const uint32_t first = w->out->effect_count;
    uint32_t named = NO_DESCRIPTOR;
    const bool dup = r->op == CP_REDIR_DUP_IN || r->op == CP_REDIR_DUP_OUT;
    const bool descriptor = dup && cp_value_is_exact(&v) && is_descriptor(v.exact, &named);
    if (!dup)
        note_socket(w, r, &v);
    else if (named != NO_DESCRIPTOR)
        socket_effect(w, r, named, s, call, span);
    switch (r->op) {
    case CP_REDIR_DUP_IN:
    case CP_REDIR_DUP_OUT:
        note_reader(w, r, &v, false);
        if (!is_output_or_closed(&v))
            cp_walk_read_elsewhere(w);
        if (cp_walk_may_be_ksh(w) && descriptor && v.exact.n > 1 && v.exact.p[v.exact.n - 1] == '-')
            cp_walk_finding(w, CP_FINDING_DIALECT, call, span,
                            CP_LIT("not every shell takes that for a descriptor"));
        if (!descriptor) { /* dynamic: it may be a file name */
            file_effect(w, &v, r->op == CP_REDIR_DUP_IN ? CP_EFFECT_READ : CP_EFFECT_WRITE, s, call, span);
            cp_sink_blur(w->sink);
        } else if (w->sink && r->op == CP_REDIR_DUP_OUT && !(r->fd == 2 && cp_slice_is(v.exact, "2")))
            if (to_output || cp_slice_is(v.exact, "1") || cp_slice_is(v.exact, "1-"))
                cp_sink_blur(w->sink); /* 1>&2, 2>&1: what the pipe gets is not what is printed */
        if (r->fd == 0 || (r->op == CP_REDIR_DUP_IN && r->fd < 0)) /* 0>&1 is 0<&1 */
            w->input = (cp_stdin){.is = CP_STDIN_IS_CALLS,
                                  .read_first = first,
                                  .read_count = w->out->effect_count - first,
                                  .shared = cp_walk_share(w)};
        return;
    case CP_REDIR_IN: {
        const cp_origin_range *from = process_output(w, &v);
        note_reader(w, r, &v, true);
        uint32_t first_read = w->out->effect_count;
        for (uint32_t i = 0; !from && i < files.count; i++) {
            if (w->input.shared && cp_walk_may_reopen(w, &files.values[i], s->cwd))
                cp_walk_read_elsewhere(w);
            file_effect_if(w, &files.values[i], CP_EFFECT_READ, files.count > 1 ? CP_MAYBE : CP_YES, s, call,
                           span);
        }
        if (r->fd > 0 || r->fd_var.n)
            return;
        w->input = (cp_stdin){.is = CP_STDIN_IS_FILE,
                              .text = v,
                              .read_first = first_read,
                              .read_count = w->out->effect_count - first_read,
                              .shared = cp_walk_share(w)};
        (void)cp_walk_process_input(w, &v, &w->input);
        return;
    }
    case CP_REDIR_RDWR:
        file_effect(w, &v, CP_EFFECT_READ, s, call, span);
        file_effect(w, &v, CP_EFFECT_WRITE, s, call, span);
        if (r->fd == 1)
            cp_sink_blur(w->sink);
        if (w->input.shared && cp_walk_may_reopen(w, &v, s->cwd))
            cp_walk_read_elsewhere(w);
        if (r->fd <= 0 && !r->fd_var.n)
            w->input = (cp_stdin){.is = CP_STDIN_IS_FILE, .text = v, .shared = cp_walk_share(w)};
        return;
    default:
        for (uint32_t i = 0; i < files.count; i++)
            file_effect_if(w, &files.values[i], CP_EFFECT_WRITE, files.count > 1 ? CP_MAYBE : CP_YES, s, call,
                           span);
        if (to_output || r->op == CP_REDIR_BOTH || r->op == CP_REDIR_BOTH_APPEND)
            output_elsewhere(w, &v);
    }
}

/* {name}>: the shell assigns a number to the variable; {name[subscript]}> evaluates the subscript. */
static void assign_descriptor(cp_walk *w, const cp_redir *r, cp_state *s) {
    uint32_t bracket = cp_slice_find(r->fd_var, '[', 0);
    cp_slice name = cp_slice_sub(r->fd_var, 0, bracket);
    cp_walk_assigned_here(w, name, r->span, s);
    cp_state_assign(w->arena, s, name, NULL, false, 0);
    if (bracket == r->fd_var.n)
        return;
    cp_state_array(w->arena, s, name, CP_ARRAY);
    for (uint32_t i = bracket + 1; i + 1 < r->fd_var.n; i++)
        if (r->fd_var.p[i] < '0' || r->fd_var.p[i] > '9') {
            cp_walk_finding(w, CP_FINDING_EVALUATES, CP_NO_CALL, r->span, CP_LIT("a subscript"));
            cp_state inner = *s;
            cp_value text =
                cp_value_exact(w->arena, cp_slice_sub(r->fd_var, bracket + 1, r->fd_var.n - 1), r->span);
            cp_walk_arith_text(w, &text, &inner);
            return;
        }
}

/* zsh reads everything that standard input is redirected from, one after the other, a pipe first. */
static void read_both(cp_walk *w, const cp_stdin *before) {
    if (w->dialect != CP_DIALECT_ZSH || before->is == CP_STDIN_IS_INHERITED ||
        before->is == CP_STDIN_IS_NOTHING)
        return;
    cp_value text = cp_value_is_exact(&w->input.text) ? w->input.text : before->text;
    w->input = (cp_stdin){.is = CP_STDIN_IS_CALLS,
                          .text = text,
                          .from_first = before->from_count ? before->from_first : w->input.from_first,
                          .from_count = before->from_count ? before->from_count : w->input.from_count,
                          .shared = cp_walk_share(w)};
}

/* Where descriptors pile up nothing more may be opened, by and by. */
static void keeps_open(cp_walk *w, const cp_redir *r) {
    enum { OPEN_MOST = 64 };
    const bool piles = r->fd_var.n || r->fd > 2;
    if (piles && (w->in_loop || w->frames))
        w->crowded = 1;
    if (!w->dry && ++w->opened > OPEN_MOST)
        w->crowded = 1;
}

static bool is_process(const cp_word *word) {
    const cp_part *part = word && !(word->flags & CP_WORD_BARE) ? word->parts : NULL;
    return part && !part->next && part->kind == CP_PART_PROCSUB && cp_slice_is(part->text, "<");
}

bool cp_walk_surely_redirected(const cp_walk *w, const cp_redir *r, const cp_state *s) {
    bool sure = r && w->dialect == CP_DIALECT_BASH && !w->crowded && !w->moving && !s->all_unknown &&
                !(s->taints & CP_TAINT_UNKNOWN);
    for (; r && sure; r = r->next) {
        bool in = r->op == CP_REDIR_IN && r->fd <= 0 && is_process(r->target);
        bool silent = r->op == CP_REDIR_OUT && r->fd == 2 && r->target && r->target->flags & CP_WORD_BARE &&
                      cp_slice_is(r->target->text, "/dev/null");
        sure = !r->fd_var.n && (in || silent);
    }
    return sure;
}

bool cp_walk_may_move_input(const cp_redir *r) {
    bool may = false;
    for (; r && !may; r = r->next) {
        const bool output = r->op == CP_REDIR_OUT || r->op == CP_REDIR_APPEND || r->op == CP_REDIR_CLOBBER ||
                            r->op == CP_REDIR_DUP_OUT || r->op == CP_REDIR_BOTH ||
                            r->op == CP_REDIR_BOTH_APPEND;
        may = r->fd_var.n || (r->fd < 0 ? !output : r->fd == 0);
    }
    return may;
}

/* May one of them fail, so that nothing runs? /dev/null is there, and so is the output that a substitution reads. */
bool cp_walk_may_not_redirect(const cp_redir *r) {
    bool may = false;
    for (; r && !may; r = r->next) {
        cp_slice to = r->target && (r->target->flags & CP_WORD_BARE) ? r->target->text : CP_LIT("");
        bool text = r->op == CP_REDIR_HEREDOC || r->op == CP_REDIR_HERESTRING;
        bool dup = r->op == CP_REDIR_DUP_IN || r->op == CP_REDIR_DUP_OUT;
        bool there = dup ? cp_slice_is(to, "1") || cp_slice_is(to, "-")
                         : cp_slice_is(to, "/dev/null") || is_process(r->target);
        may = r->fd_var.n || !(text || there);
    }
    return may;
}

void cp_walk_redirects(cp_walk *w, const cp_redir *r, cp_state *s, uint32_t call) {
    for (; r && cp_step(w->budget) && !cp_arena_failed(w->arena); r = r->next) {
        cp_stdin before = w->input;
        keeps_open(w, r);
        if (r->fd_var.n)
            assign_descriptor(w, r, s);
        if (r->op == CP_REDIR_HEREDOC) {
            cp_value body = r->doc && r->doc->body ? cp_walk_one(w, r->doc->body, CP_CONTEXT_HEREDOC, s)
                                                   : cp_value_exact(w->arena, CP_LIT(""), r->span);
            if (r->fd <= 0 && !r->fd_var.n)
                w->input = text_input(w, &body);
        } else if (r->op == CP_REDIR_HERESTRING) {
            cp_value body = cp_walk_one(w, r->target, CP_CONTEXT_CASE, s),
                     newline = cp_value_exact(w->arena, CP_LIT("\n"), r->span);
            cp_span where = body.span;
            body = cp_value_concat(w->arena, &body, &newline);
            body.span = where;
            if (r->fd <= 0 && !r->fd_var.n)
                w->input = text_input(w, &body);
        } else
            redirect_file(w, r, s, call);
        if (r->fd <= 0 && !r->fd_var.n &&
            (r->op == CP_REDIR_HEREDOC || r->op == CP_REDIR_HERESTRING || r->op == CP_REDIR_IN ||
             r->op == CP_REDIR_RDWR || r->op == CP_REDIR_DUP_IN || (r->op == CP_REDIR_DUP_OUT && r->fd == 0)))
            read_both(w, &before);
    }
}
