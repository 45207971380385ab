//! Top-level await: order, errors, lowered forms; dynamic `import()` and `import.meta`.

mod common;

use common::check;

#[test]
fn siblings_start_in_order_and_parents_wait() {
    check(
        &[
            ("index.js", "import './a.js';\nimport './b.js';\nimport './c.js';\nlog('index');\nexport {};"),
            ("a.js", "log('a1');\nawait 0;\nlog('a2');\nawait 0;\nlog('a3');"),
            ("b.js", "import './d.js';\nlog('b');"),
            ("c.js", "log('c');"),
            ("d.js", "log('d1');\nawait 0;\nlog('d2');"),
        ],
        "a1\nd1\nc\na2\nd2\na3\nb\nindex\nsettled",
    );
}

#[test]
fn cycles_with_await() {
    check(
        &[
            ("index.js", "import { b } from './b.js';\nexport let a = 1;\nlog('index', b);"),
            ("b.js", "import { c } from './c.js';\nexport let b = await c();\nlog('b', b);"),
            (
                "c.js",
                "import { a } from './index.js';\nexport const c = async () => 'c';\nlog('c');\nawait 1;\nlog('c2');",
            ),
        ],
        "c\nc2\nb c\nindex c\nsettled",
    );
}

#[test]
fn a_rejection_reaches_every_parent_once() {
    check(
        &[
            (
                "index.js",
                "const told = (name, loading) => loading.then(() => log('loaded', name), (error) => log(name, error.message));\nawait Promise.all([told('p', import('./p.js')), told('q', import('./q.js')), told('bad', import('./bad.js'))]);\nawait told('p', import('./p.js'));\nexport {};",
            ),
            ("p.js", "import './bad.js';\nlog('never');"),
            ("q.js", "import './p.js';\nlog('never');"),
            ("bad.js", "await 0;\nthrow new Error('bad');"),
        ],
        "bad bad\np bad\nq bad\np bad\nsettled",
    );
}

#[test]
fn await_in_every_place() {
    check(
        &[
            (
                "index.js",
                "
import { value as v } from './v.js';
export const a = await v(1), { b = await v(2) } = {};
if (await v(true)) log(a, b);
class C extends (await v(Object)) { static x = 3; [await v('m')]() { return 'method'; } }
log(new C().m(), C.x, `${await v('t')}`, -await v(4), [await v(5), await v(6)], (await v({ k: 7 })).k);
try { await Promise.reject(new Error('caught')); } catch (error) { log(error.message); }
try { await v(0); throw 1 } catch { log('again') } finally { await v(0); log('finally'); }
for (const x of await v([8, 9])) log(x);
label: for (let i = 0; i < await v(3); i++) { for (;;) { await v(i); continue label; } }
await
  v(10);
log(await (async () => await v(await v(11)))());
",
            ),
            ("v.js", "export const value = (x) => Promise.resolve(x);"),
        ],
        "1 2\nmethod 3 t -4 5,6 7\ncaught\nagain\nfinally\n8\n9\n11\nsettled",
    );
}

#[test]
fn for_await_closes_and_continues() {
    check(
        &[
            (
                "index.js",
                "
async function* count() { try { yield 1; yield 2; yield 3; } finally { log('closed'); } }
for await (const x of count()) log(x);
for await (const x of count()) { if (x === 2) break; log('until', x); }
outer: for await (const x of count()) { for (;;) { if (x < 3) continue outer; break outer; } }
let y, o = {};
for await (y of [Promise.resolve(4), 5]) log(y);
for await ([o.z] of [[6]]) log(o.z);
try { for await (const { x } of count()) throw new Error('thrown ' + x); } catch (error) { log(error.message); }
try { for await (const x of [Promise.reject(new Error('rejected'))]); } catch (error) { log(error.message); }
const later = [];
for await (const x of [1, 2]) later.push(() => x);
log(later.map((f) => f()));
export {};
",
            ),
        ],
        "1\n2\n3\nclosed\nuntil 1\nclosed\nclosed\n4\n5\n6\nclosed\nthrown undefined\nrejected\n1,2\nsettled",
    );
}

#[test]
fn dynamic_import() {
    check(
        &[
            (
                "src/index.js",
                "
import('./b.js').then((ns) => { log(ns.default, ns.x); log('same', ns === globalThis.ns); });
const name = './b' + '.js';
import(name).then((ns) => { globalThis.ns = ns; });
import('./nothing' + '.js').catch((error) => log(error.message));
import('./text.txt').then(({ default: text }) => log(text));
import(`./b.js`).then(({ x }) => log('template', x));
log('sync');
export {};
",
            ),
            ("src/b.js", "log('b runs');\nexport const x = 1;\nexport default 'd';"),
            ("src/text.txt", "hello"),
        ],
        "sync\nb runs\nNo such module \"./nothing.js\".\n  imported from \"src/index.js\"\nd 1\nsame false\nhello\ntemplate 1",
    );
}

#[test]
fn import_meta() {
    check(
        &[
            (
                "src/index.js",
                "import { url } from './b.js';\nlog(import.meta.url, import.meta.main, url, import.meta === import.meta);",
            ),
            ("src/b.js", "export const url = [import.meta.url, import.meta.main];"),
        ],
        "file:///src/index.js true file:///src/b.js,false true",
    );
}
