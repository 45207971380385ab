//! CommonJS: from ES modules, to ES modules, among itself.

mod common;

use common::{check, outcome, outcome_with};

#[test]
fn imported_by_es_modules() {
    check(
        &[
            (
                "index.js",
                "
import all, { a, b } from './plain.js';
import * as ns from './plain.js';
import f, { extra } from './function.js';
import babel, { named } from './babel.js';
import * as babelNs from './babel.js';
log(all.a, a, b, Object.keys(ns), f(), extra);
log(babel, named, Object.keys(babelNs));
export {};
",
            ),
            ("plain.js", "exports.a = 1;\nexports.b = this === module.exports;"),
            (
                "function.js",
                "module.exports = function () { return typeof this; };\nmodule.exports.extra = 'x';",
            ),
            (
                "babel.js",
                "Object.defineProperty(exports, '__esModule', { value: true });\nexports.default = 'its default';\nexports.named = 'n';",
            ),
        ],
        "1 1 true a,b,default object x\nits default n default,named",
    );
}

#[test]
fn node_importers_see_module_exports_as_default() {
    check(
        &[
            ("index.mjs", "import x, { named } from './babel.cjs';\nlog(typeof x, x.default, named);"),
            ("babel.cjs", "exports.__esModule = true;\nexports.default = 'd';\nexports.named = 'n';"),
        ],
        "object d n",
    );
}

#[test]
fn sloppy_with_its_own_scope() {
    check(
        &[
            ("index.js", "import './c.js';\nlog(typeof own);\nexport {};"),
            (
                "c.js",
                "var own = 1;\nlog((function () { return this === globalThis; })(), typeof require, typeof module.exports, __filename, __dirname);",
            ),
        ],
        "true function object c.js .\nundefined",
    );
}

#[test]
fn requires_each_other_in_cycles() {
    check(
        &[
            ("index.js", "import './a.js';\nexport {};"),
            (
                "a.js",
                "exports.early = 1;\nconst b = require('./b');\nexports.late = 2;\nlog('a', b.seen, b.whole() );",
            ),
            (
                "b.js",
                "const a = require('./a.js');\nexports.seen = Object.keys(a).join();\nexports.whole = () => Object.keys(a).join();",
            ),
        ],
        "a early early,late",
    );
}

#[test]
fn requires_es_modules_and_data() {
    check(
        &[
            ("index.js", "import './c.cjs';\nexport {};"),
            (
                "c.cjs",
                "const m = require('./m.mjs');\nlog(m.x, m.default, m.__esModule, Object.keys(m), require('./d.json').n, require('./t.txt'));\nlog(require('./m.mjs') === m);\ntry { require('./later.mjs'); } catch (error) { log(error.message); }\ntry { require('./no' + 'where'); } catch (error) { log(error.message.split('\\n')[0]); }",
            ),
            ("m.mjs", "log('m runs');\nexport const x = 1;\nexport default 2;"),
            ("later.mjs", "await 0;"),
            ("d.json", "{ \"n\": 3 }"),
            ("t.txt", "text"),
        ],
        "m runs\n1 2 true default,x 3 text\ntrue\nrequire() cannot load later.mjs: it, or a module it imports, uses top-level await; use import()\nNo such module \"./nowhere\".",
    );
}

#[test]
fn an_es_module_cycle_through_commonjs() {
    check(
        &[
            (
                "index.js",
                "import { c } from './c.cjs';\nexport const f = () => 'f';\nexport function g() { return 'g'; }\nlog(c());",
            ),
            ("c.cjs", "const index = require('./index.js');\nlog(index.g());\nexports.c = () => index.f();"),
        ],
        "g\nf",
    );
}

#[test]
fn errors_are_remembered() {
    check(
        &[
            ("index.js", "import './c.cjs';\nexport {};"),
            (
                "c.cjs",
                "for (let i = 0; i < 2; i++) try { require('./bad.cjs'); } catch (error) { log(error.message); }\nimport('./bad.cjs').catch((error) => log('import', error.message));",
            ),
            ("bad.cjs", "log('once');\nthrow new Error('bad');"),
        ],
        "once\nbad\nbad\nimport bad",
    );
}

#[test]
fn star_exports_of_commonjs_and_built_ins() {
    check(
        &[
            (
                "index.js",
                "import { a, env, DurableObject } from './all.js';\nimport * as ns from './all.js';\nlog(a, env.NAME, typeof DurableObject, Object.keys(ns));\nexport {};",
            ),
            (
                "all.js",
                "export * from './c.cjs';\nexport * from 'cloudflare:workers';\nexport const mine = 1;",
            ),
            ("c.cjs", "exports.a = 'a';\nexports.default = 'not this';"),
        ],
        "a value function mine,a,DurableObject,env",
    );
}

#[test]
fn require_inside_an_es_module() {
    check(
        &[
            ("index.js", "import './b.js';\nconst { a } = require('./a.cjs');\nlog(a);\nexport {};"),
            ("a.cjs", "exports.a = 1;"),
            ("b.js", "export {};"),
        ],
        "1",
    );
}

#[test]
fn built_ins() {
    let files = [(
        "index.js",
        "import assert, { ok } from 'node:assert';\nimport { DurableObject, env } from 'cloudflare:workers';\nimport { EventEmitter } from 'events';\nconst required = require('assert');\nlog(assert(), ok(), typeof DurableObject, env.NAME, EventEmitter, required === assert);\nexport {};",
    )];
    assert_eq!(
        outcome_with(&files, |options| options.node_compat = true),
        "asserted ok function value 1 true"
    );
    let missing = [("index.js", "\nimport { Nothing } from 'cloudflare:workers';\nNothing;")];
    assert_eq!(
        outcome(&missing),
        "throws: SyntaxError: The requested module 'cloudflare:workers' does not provide an export named 'Nothing' (index.js:2:10)"
    );
}

#[test]
fn a_commonjs_entry_exports_handlers() {
    check(&[("index.js", "module.exports = { fetch() {} };\nlog('entry');")], "entry");
}

#[test]
fn commonjs_may_return_and_be_sloppy() {
    check(
        &[
            ("index.js", "import x from './c.js';\nlog(x.early, x.late, x.octal);\nexport {};"),
            (
                "c.js",
                "exports.early = 1;\nexports.octal = 010;\nif (exports.early) return;\nexports.late = 1;",
            ),
        ],
        "1 undefined 8",
    );
}
