//! ES modules: bindings, cycles, namespaces, order.

mod common;

use common::check;

#[test]
fn imports_and_exports() {
    check(
        &[
            (
                "index.js",
                "import def, { a, b as c, f } from './b.js';\nimport * as ns from './b.js';\nlog(def, a, c, f(), Object.keys(ns));\nexport default {};",
            ),
            (
                "b.js",
                "export const a = 1;\nlet x = 2;\nexport { x as b };\nexport function f() { return this === undefined; }\nexport default 'd';",
            ),
        ],
        "d 1 2 true a,b,default,f",
    );
}

#[test]
fn bindings_are_live_and_read_only() {
    check(
        &[
            (
                "index.js",
                "import { n, up } from './b.js';\nlog(n); up(); log(n, { n }.n, `${n}`);\ntry { n = 5; } catch (error) { log(error.name); }\nexport {};",
            ),
            ("b.js", "export let n = 1;\nexport const up = () => n++;"),
        ],
        "1\n2 2 2\nTypeError",
    );
}

#[test]
fn cycles_see_hoisted_functions_and_dead_zones() {
    check(
        &[
            (
                "index.js",
                "import { b } from './b.js';\nexport function a() { return 'a'; }\nexport const late = 1;\nlog(b());",
            ),
            (
                "b.js",
                "import { a, late } from './index.js';\nlog(a());\ntry { late; } catch (error) { log(error.name); }\nexport function b() { return a() + late; }",
            ),
        ],
        "a\nReferenceError\na1",
    );
}

#[test]
fn a_function_is_hoisted_before_its_module_has_begun() {
    check(
        &[
            ("index.js", "import './b.js';\nimport './a.js';\nexport {};"),
            ("a.js", "export function a() { return 'hoisted'; }\nlog('a runs');"),
            (
                "b.js",
                "import './c.js';\nimport { a } from './a.js';\nexport function b() { return a(); }\nlog('b runs');",
            ),
            ("c.js", "import { b } from './b.js';\nlog(b());"),
        ],
        "hoisted\na runs\nb runs",
    );
}

#[test]
fn export_star_rules() {
    check(
        &[
            (
                "index.js",
                "import * as ns from './all.js';\nimport { own } from './all.js';\nlog(Object.keys(ns), own, ns.inner.x);\nexport {};",
            ),
            (
                "all.js",
                "export * from './one.js';\nexport * from './two.js';\nexport * as inner from './two.js';\nexport const own = 'mine';",
            ),
            (
                "one.js",
                "export const both = 1;\nexport const own = 'theirs';\nexport default 1;\nexport * from './shared.js';",
            ),
            ("two.js", "export const both = 2;\nexport const x = 'x';\nexport * from './shared.js';"),
            ("shared.js", "export const shared = 1;"),
        ],
        "inner,own,shared,x mine x",
    );
}

#[test]
fn namespace_objects() {
    check(
        &[
            (
                "index.js",
                "import * as ns from './b.js';\nlog(Object.prototype.toString.call(ns), Object.getPrototypeOf(ns), Object.isExtensible(ns), ns.nothing, 'z' in ns, Reflect.ownKeys(ns).length);\ntry { ns.z = 1; } catch (error) { log(error.name); }\ntry { delete ns.z; } catch (error) { log(error.name); }\nexport {};",
            ),
            ("b.js", "export let z = 1, a = 2;"),
        ],
        "[object Module] null false undefined true 3\nTypeError\nTypeError",
    );
}

#[test]
fn default_exports_are_named_default() {
    check(
        &[
            (
                "index.js",
                "import a from './a.js';\nimport b from './b.js';\nimport c from './c.js';\nimport d from './d.js';\nimport e from './e.js';\nlog(a.name, b.name, c.name, d.name, e);\nexport {};",
            ),
            ("a.js", "export default function () {}"),
            ("b.js", "export default class {}"),
            ("c.js", "export default () => 1"),
            ("d.js", "export default async function named() {}"),
            ("e.js", "export default (1, 2)\n;[1].forEach(() => {})"),
        ],
        "default default default named 2",
    );
}

#[test]
fn edits_do_not_join_statements() {
    check(
        &[
            (
                "index.js",
                "import { f, tag } from './b.js'\nlet x = 1\nf()\nlet y = x\ntag`t`\nconst z = y\nawait 0\nf()\nawait 0, f()\nif (z) await f()\nlet g = () => f()\ng()\nexport {}",
            ),
            ("b.js", "export const f = () => log('f')\nexport function tag(parts) { log(parts[0], this) }"),
        ],
        "f\nt undefined\nf\nf\nf\nf\nsettled",
    );
}

#[test]
fn missing_and_ambiguous_names_are_refused() {
    check(
        &[
            ("src/index.js", "import { f } from './b.js';\n\nimport   x, { one } from './c.js';\nf;"),
            ("src/b.js", "export const g = 1;"),
            ("src/c.js", "export * from './d.js';\nexport * from './e.js';"),
            ("src/d.js", "export const one = 1;"),
            ("src/e.js", "export const one = 2;"),
        ],
        "
src/index.js:1:10: SyntaxError: The requested module './b.js' does not provide an export named 'f'
  1 | import { f } from './b.js';
    |          ^
  help: src/b.js exports g
src/index.js:3:10: SyntaxError: The requested module './c.js' does not provide an export named 'default'
  3 | import   x, { one } from './c.js';
    |          ^
  help: src/c.js exports one
src/index.js:3:15: SyntaxError: The requested module './c.js' contains conflicting star exports for 'one'
  3 | import   x, { one } from './c.js';
    |               ^
  help: src/c.js exports one",
    );
}

#[test]
fn an_evaluation_error_is_remembered() {
    check(
        &[
            (
                "index.js",
                "for (const n of [1, 2]) await import('./bad.js').catch((error) => log(n, error.message, error === globalThis.first));\nexport {};",
            ),
            ("bad.js", "log('runs');\nglobalThis.first = new Error('no');\nthrow first;"),
        ],
        "runs\n1 no true\n2 no true\nsettled",
    );
}

#[test]
fn reads_of_a_stack_go_through_the_runtime() {
    check(
        &[
            (
                "index.js",
                "import { make, box } from './b.js';\nconst seen = [];\nconst none = undefined;\n\
                 log(make().stack, box.inner.stack, box?.stack, none?.stack, none?.stack.length, box.stack\n.length);\n\
                 try { none.stack; } catch (error) { log(error.name); }\n\
                 box.stack = 'set'; box.stack += '!'; log(box.stack, delete box.stack, 'stack' in box);\n\
                 const one = { stack() { return this === one; } };\nlog(one.stack(), one?.stack(), (one.stack)());\n\
                 const two = { stack: class { x = 5; }, deep: { stack: { Type: class { y = 6; } } } };\n\
                 log(new two.stack().x, new two.deep.stack.Type().y, [1].map((n) => box.inner.stack + n));\n\
                 seen?.push(box.inner.stack); log(seen);\nmake().stack\nlog(`${box.inner.stack}`);\n\
                 for (one.stack of [1]) log(one.stack);\n[one.stack] = [2]; log(one.stack, { stack: one.stack }.stack);",
            ),
            (
                "b.js",
                "export const make = () => ({ stack: 'made' });\nexport const box = { stack: 'text', inner: { stack: 'inner' } };",
            ),
        ],
        "made inner text undefined undefined 4\nTypeError\nset! true false\ntrue true true\n5 6 inner1\ninner\ninner\n1\n2 2",
    );
}
