"""What JavaScript's names in rules/lang/javascript.yaml may do together, as closure.py has it for Python's:

    closure_node.py COUNT [SEED]

node grows a pool of objects: what listed names give, what listed attributes give, and whatever properties objects have, `constructor` and
prototypes among them, since an unknown name may be any. Only what is listed is called, with anything, and with functions of its own. node
itself refuses to write, to start and to compile (--experimental-permission, --disallow-code-generation-from-strings), and a refusal is a
failure. What is said of results is held, too: `plain` is no object, `number` none that has a name of its own, `tree` no function and nobody
else's, and an unlisted name of what a tree has from others is no function."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.environ.get("CMDPOLICY_SOURCE_DIR", os.getcwd())


def listed():
    text = open(os.path.join(ROOT, "rules/lang/javascript.yaml"), encoding="utf-8").read()
    import yaml
    kind = yaml.load(text[text.index("\n  node-text:"):text.index("\n  # What isn't there under that name")], Loader=yaml.BaseLoader)["node-text"]
    split = lambda mapping: {name: form for names, form in mapping.items() for name in names.split(", ")}
    nested = lambda mapping: {scope: split(names) for scopes, names in mapping.items() for scope in scopes.split(", ")}
    return {"names": split(kind["names"]), "attributes": split(kind["attributes"]), "members": nested(kind["members"]), "modules": nested(kind["modules"])}


PROGRAM = r"""
'use strict';
const fs = require('fs'), net = require('net');
const {names, attributes, members, modules} = JSON.parse(fs.readFileSync('listed.json', 'utf8'));
const count = +process.argv[2];
let seed = +process.argv[3];
const random = n => { seed = (seed * 1103515245 + 12345) & 0x7fffffff; return (seed >> 8) % n; };
const any = list => list[random(list.length)];
const intrinsic = new Set();
const wrong = new Map();
const out = s => fs.writeSync(1, s + '\n');
let now = '';
const report = what => { const k = now.replace(/\(.*/s, '') + what; if (!wrong.has(k)) wrong.set(k, now.slice(0, 400) + '\n    ' + what); };
net.Socket.prototype.connect = () => report('connects');
const real = {open: fs.openSync, read: fs.readFileSync};
const looks = path => { if (typeof path === 'string' && !/^(d\/|\.\/d\/|\/dev\/|\/proc\/|\/etc\/localtime)/.test(path)) report('reads ' + path); };
fs.openSync = (path, ...more) => { looks(path); return real.open(path, ...more); };
fs.readFileSync = (path, ...more) => { looks(path); return real.read(path, ...more); };

// What is listed below names: [name, function, form, receiver].
const calls = [], scopes = {...members};
const loaded = {};
for (const m of Object.keys(modules)) { try { loaded[m] = m === 'fs.promises' ? fs.promises : require(m); } catch { continue; } scopes[m] = {...scopes[m], ...modules[m]}; }
const reach = path => path.split('.').reduce((o, k) => o == null ? o : o[k], {...globalThis, process, console, JSON, Object, Math, Date, Map, Set, WeakMap, WeakSet, Intl, Promise, Buffer, URL, URLSearchParams, RegExp, Error, TypeError, RangeError, SyntaxError, ReferenceError, Array, String, Number, TextDecoder, TextEncoder, performance, Uint8Array, Int32Array, Float64Array, require});
const forms = f => f.split(';').map(s => s.trim());
const skip = /^(exit|write|readFileSync|readFile|createReadStream|require|setInterval|pause|resume|stdin|log|error|warn|info|debug|table|dir|group|groupEnd|trace|assert|time|timeEnd|timeLog|count)$/;
const add = (shown, owner, name, form) => {
    if (!form.startsWith('(') || skip.test(name)) return;
    if (name === 'new') { if (typeof owner === 'function') calls.push([shown, (...a) => new owner(...a), form]); return; }
    if (owner != null && typeof owner[name] === 'function') calls.push([shown, (...a) => owner[name](...a), form]);
};
for (const [name, form] of Object.entries(names)) add(name, globalThis, name, form);
for (const [scope, listed] of Object.entries(scopes)) { const owner = loaded[scope] ?? reach(scope); for (const [name, form] of Object.entries(listed)) add(scope + '.' + name, owner, name, form); }

const own = [['x => x', x => x], ['(a, b) => b', (a, b) => b], ['() => "secret"', () => 'secret'], ['() => [1]', () => [1]], ['(a, b) => a < b ? 1 : -1', (a, b) => a < b ? 1 : -1], ['x => pool.push(x)', x => { if (pool.length < 600) pool.push(['given', x]); return x; }]];
let pool = [];
const start = () => {
    pool = [['1', 1], ['0', 0], ['-1', -1], ['2.5', 2.5], ['null', null], ['undefined', undefined], ['true', true], ['10n', 10n], ...['', 'a', 'p', 'secret', 'd/x', 'utf8', 'hex', 'w', 'md5', 'process.exit()', '({})', 'a,b', '{"a":[1]}', 'http://x/?a=1', 'constructor', 'toString', '2020-01-02', 'a=process.exit()', 'en', 'base64'].map(s => [JSON.stringify(s), s]),
        ['[]', []], ['[3, 1]', [3, 1]], ["['a', 'b']", ['a', 'b']], ['[[1]]', [['k', 1]]], ['{}', {}], ['{a: 1}', {a: 1, b: 'c', flag: 'w', encoding: 'hex'}], ['/a/g', /a/g], ['json', JSON.parse('{"x":{"y":[1,"2"]},"__proto__":{"z":1}}')],
        ['Date', new Date(0)], ['Map', new Map([['a', 1]])], ['Set', new Set(['a'])], ['Buffer', Buffer.from('abc')], ['URL', new URL('http://x/?a=1')], ['Error', new Error('x')], ['Promise', Promise.resolve(1)], ['stat', fs.statSync('d')], ['dirent', fs.readdirSync('d', {withFileTypes: true})[0]],
        ['hash', require('crypto').createHash('md5')], ['Intl', new Intl.NumberFormat()], ['match', 'aa'.match(/(a)/)], ['cpus', require('os').cpus()], ['argv', process.argv], ['versions', process.versions], ['generator', 'aa'.matchAll(/a/g)], ...own];
};
const functions = () => any(own);
const takes = /^\((.*?)\)/;
// Arguments as a form takes them: anything at all, but for functions where such are called.
const given = form => {
    const inside = takes.exec(form)?.[1] ?? '';
    const made = [];
    for (const role of inside.split(/,(?![^[]*\])/).map(s => s.trim()).filter(Boolean)) {
        const name = role.replace(/(\?|\.\.\.)$/, '');
        if (role.includes('=')) continue;
        if (role.endsWith('?') && random(2)) break;
        for (let n = role.endsWith('...') ? random(4) : 1; n > 0; n--) {
            if (/^(each|fold|compare|called|run)$/.test(name)) made.push(random(5) ? functions() : any(pool.filter(([, v]) => typeof v !== 'function' && typeof v !== 'object')));
            else if (name.startsWith('[')) { const word = any(name.slice(1, -1).split('|')); made.push([JSON.stringify(word), word]); }
            else if (name === 'own') made.push(['{}', {}]);
            else if (/^(read|variable|module|known|listed|true|<.*>|item)$/.test(name)) return null;
            else made.push(any(pool));
        }
    }
    return made;
};
const claims = (form, v) => {
    if (/each|fold/.test(form) && v instanceof Promise) return; // a stream's, of which nothing is said
    const gives = /->\s*(\w+)/.exec(form)?.[1];
    const object = typeof v === 'object' && v !== null || typeof v === 'function';
    if (/^(plain|nothing)$/.test(gives) && object) report('is an object');
    if (gives === 'number' && (object || typeof v === 'string' || typeof v === 'symbol')) report('is no number');
    if (gives === 'texts' && v != null && (!Array.isArray(v) || v.some(x => x != null && typeof x !== 'string'))) report('is no list of texts');
    if (gives === 'tree' && object) {
        if (typeof v === 'function' || intrinsic.has(v)) report('is no tree of its own');
        for (const k of Object.getOwnPropertyNames(v)) { const d = Object.getOwnPropertyDescriptor(v, k); if (typeof d.value === 'function') report('has a function ' + k); }
        trees.push(v, ...Object.values(v)); // now: later steps may put anything into it
    }
};
const trees = [];
let done = false, strange = 0;
// What has much in it, or itself, takes too long to be shown.
const small = v => { try { return few(v); } catch { return false; } };
const few = v => {
    const open = [v];
    let n = 0;
    while (open.length) {
        const x = open.pop();
        if (x instanceof Promise || typeof x === 'function') continue;
        if (n++ > 200 || typeof x === 'string' && x.length > 1000) return false;
        if (Array.isArray(x)) { if (x.length > 100) return false; open.push(...x); } else if (x && typeof x === 'object' && Object.getPrototypeOf(x) === Object.prototype) open.push(...Object.values(x)); else if (x instanceof Map || x instanceof Set) { if (x.size > 50) return false; open.push(...x); }
    }
    return true;
};
const keep = (shown, v) => { if (small(v) && pool.length < 500 && shown.length < 300 && !(typeof v === 'string' && v.length > 1000)) pool.push([shown, v]); };
const guarded = (shown, f) => {
    now = shown;
    try { return [f()]; } catch (e) {
        if (e && (e.code === 'ERR_ACCESS_DENIED' || /Code generation from strings/.test(String(e.message)))) report(String(e.message));
        return null;
    }
};
const big = a => a.map(([n, v]) => [n, typeof v === 'number' && (v > 100 || v < -100) ? 7 : typeof v === 'bigint' ? 3n : v]);
const properties = v => { const found = []; for (let o = Object(v), n = 0; o && n < 4; o = Object.getPrototypeOf(o), n++) found.push(...Object.getOwnPropertyNames(o)); return found; };

function step() {
    const r = random(10);
    if (r < 3) {
        const [shown, f, form] = any(calls), one = any(forms(form)), args = given(one);
        if (!args || !args.every(a => small(a[1]))) return;
        const said = `${shown}(${args.map(a => a[0]).join(', ')})`, made = guarded(said, () => f(...big(args).map(a => a[1])));
        if (made) { now = said; claims(one, made[0]); keep(said, made[0]); }
    } else if (r < 8) {
        const name = any(Object.keys(attributes)), one = any(forms(attributes[name])), [shown, receiver] = any(pool);
        if (receiver == null || !one.startsWith('(') || own.some(o => o[1] === receiver)) return;
        let args = given(one.replace(/item/g, 'looks'));
        if (name === 'flat') args = [];
        if (!args || !small(receiver) || !args.every(a => small(a[1])) || intrinsic.has(receiver) && /^(push|unshift|splice|fill|set|add|pop|shift|reverse|sort|clear|delete)$/.test(name)) return;
        const said = `${shown}.${name}(${args.map(a => a[0]).join(', ')})`, made = guarded(said, () => typeof receiver[name] === 'function' ? receiver[name](...big(args).map(a => a[1])) : undefined);
        if (made) { now = said; claims(one, made[0]); keep(said, made[0]); }
    } else {
        const [shown, v] = any(pool);
        if (v == null) return;
        const list = properties(v), key = random(3) ? any(list) : any(['constructor', '__proto__', 'prototype', 'toString', 'x']);
        const made = guarded(`${shown}[${key}]`, () => v[key]);
        if (made && made[0] !== globalThis) keep(`${shown}[${key}]`, made[0]);
    }
}
// What trees have from others, and under which names that is a function.
function inherited() {
    const seen = new Set(), made = [Object, Array, String, Number, Boolean, BigInt, Function, Object.prototype, Array.prototype, String.prototype, Number.prototype, Boolean.prototype, BigInt.prototype, Function.prototype, ...trees.slice(0, 20000)];
    for (const v of made) {
        if (v == null || seen.has(v)) continue;
        seen.add(v);
        for (let o = Object.getPrototypeOf(Object(v)); o; o = Object.getPrototypeOf(o)) for (const k of Object.getOwnPropertyNames(o)) { let x; try { x = Object.getOwnPropertyDescriptor(o, k).value; } catch { continue; } if (typeof x === 'function' || typeof x === 'object' && x) for (const owner of [o, x]) check(owner, v); }
    }
}
const checked = new Set();
function check(o) {
    if (checked.has(o) || own.some(f => f[1] === o)) return;
    checked.add(o);
    for (let p = o; p; p = Object.getPrototypeOf(p)) for (const k of Object.getOwnPropertyNames(p)) {
        const d = Object.getOwnPropertyDescriptor(p, k);
        if ((typeof d.value === 'function' || typeof d.value === 'object' && d.value) && !(k in attributes) && !k.startsWith('__') && !/^[0-9]+$/.test(k)) { now = `${o.name ?? Object.prototype.toString.call(o)}.${k}`; report('is not listed'); }
    }
}
for (const f of [Object, Function, Array, String, Number, Boolean, BigInt, Symbol, Date, Map, Set, RegExp, Promise, Error, Buffer, URL, ArrayBuffer, Uint8Array]) { intrinsic.add(f); if (f.prototype) intrinsic.add(f.prototype); }
process.on('unhandledRejection', e => { if (e && (e.code === 'ERR_ACCESS_DENIED' || /Code generation/.test(String(e.message)))) { now = 'later'; report(String(e.message)); } });
process.on('uncaughtException', e => { if (!done && strange++ < 3) out(String(e?.stack)); else if (strange > 1000) process.reallyExit(3); if (e && (e.code === 'ERR_ACCESS_DENIED' || /Code generation/.test(String(e.message)))) { now = 'later'; report(String(e.message)); } });
// One that tells nothing is none.
for (const evil of [() => real.open('p', 'w'), () => require('child_process').execSync('true'), () => Function('1'), () => fs.readFileSync('secret')]) { wrong.clear(); guarded('evil ' + evil, evil); if (!wrong.size) { out('nothing is noticed of ' + evil); process.exit(2); } }
wrong.clear();
start();
console.log = console.error = () => undefined;
process.stdout.write = () => true;

process.on('exit', () => { if (!done) process.reallyExit(3); });
for (let i = 0; i < count; i++) { if (i % 1500 === 0) start(); step(); }
inherited();
setTimeout(() => {
    done = true;
    out(`${count} steps, ${calls.length} functions, ${Object.keys(attributes).length} attributes, ${trees.length} trees, ${wrong.size} wrong`);
    for (const w of [...wrong.values()].slice(0, 40)) out('  ' + w);
    process.reallyExit(wrong.size ? 1 : 0);
}, 50);
"""


def main():
    count, seed = int(sys.argv[1]) if len(sys.argv) > 1 else 20000, int(sys.argv[2]) if len(sys.argv) > 2 else 1
    node = shutil.which("node")
    try:
        names = listed()
    except ImportError:
        print("left out: python3-yaml is not here")
        return 0
    if not node:
        print("left out: node is not here")
        return 0
    top = os.path.realpath(tempfile.mkdtemp(prefix="cmdpolicy-closure."))
    os.mkdir(os.path.join(top, "d"))
    for name, text in (("secret", "zq9xsecret\n"), ("d/x", "a,b\n1,2\n"), ("closure.js", PROGRAM), ("listed.json", json.dumps(names))):
        with open(os.path.join(top, name), "w", encoding="utf-8") as out:
            out.write(text)
    flags = ["--disallow-code-generation-from-strings", "--experimental-permission", "--allow-fs-read=*", "--no-warnings"]
    if subprocess.run([node] + flags + ["-e", "1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode != 0:
        print("left out: this node knows no permissions")
        return 0
    done = subprocess.run([node] + flags + ["closure.js", str(count), str(seed)], cwd=top, stdin=subprocess.DEVNULL, check=False, timeout=500)
    shutil.rmtree(top, ignore_errors=True)
    return done.returncode


sys.exit(main())
