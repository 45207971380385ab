//! What is not JavaScript: JSON, text, data, WebAssembly; rules, alias, define; service workers.

mod common;

use std::collections::BTreeMap;

use common::{Project, check, in_engine_thread, outcome, outcome_with, run};
use holdfast_modules::{Format, ModuleKind, Rule, RuleKind, load};

fn rule(kind: RuleKind, glob: &str, fallthrough: bool) -> Rule {
    Rule { kind, globs: vec![glob.to_owned()], fallthrough }
}

#[test]
fn json_text_and_data() {
    check(
        &[
            (
                "index.js",
                "
import config, { name } from './config.json';
import list from './list.json' with { type: 'json' };
import page from './page.html';
import query from './query.sql';
import note from './note.txt';
import bytes from './bytes.bin';
import raw from './list.json' with { type: 'text' };
log(config.name, name, config.nested.x, list.length, page, query, note, bytes instanceof ArrayBuffer, bytes.byteLength, typeof raw);
export {};
",
            ),
            ("config.json", "{ \"name\": \"n\", \"nested\": { \"x\": 1 }, \"not-a-name\": 2 }"),
            ("list.json", "[1, 2]"),
            ("page.html", "<p>é</p>"),
            ("query.sql", "SELECT 1"),
            ("note.txt", "\u{feff}note"),
            ("bytes.bin", "abc"),
        ],
        "n n 1 2 <p>é</p> SELECT 1 note true 3 string",
    );
}

#[test]
fn webassembly_is_a_compiled_module() {
    // (module (func (export "f") (result i32) i32.const 42))
    let wasm = b"\0asm\x01\0\0\0\x01\x05\x01\x60\0\x01\x7f\x03\x02\x01\0\x07\x05\x01\x01f\0\0\x0a\x06\x01\x04\0\x41\x2a\x0b";
    let project = Project::new(&[(
        "index.js",
        "import a from './m.wasm';\nimport b from './m.wasm?module';\nlog(a instanceof WebAssembly.Module, a === b, new WebAssembly.Instance(a).exports.f());\nexport {};",
    )]);
    project.write("m.wasm", wasm);
    let options = project.options("index.js");
    let log = in_engine_thread(move || run(load(&options).unwrap()));
    assert_eq!(log, "true true 42");
}

#[test]
fn rules() {
    let files = [
        (
            "index.js",
            "import a from './a.md';\nimport b from './b.txt';\nimport c from './c.html';\nlog(a, b, c);\nexport {};",
        ),
        ("a.md", "A"),
        ("b.txt", "B"),
        ("c.html", "export default 'C runs'"),
    ];
    let with = |rules: Vec<Rule>| outcome_with(&files, |options| options.rules = rules);
    assert_eq!(
        with(vec![rule(RuleKind::Text, "**/*.md", true), rule(RuleKind::EsModule, "**/*.html", true)]),
        "A B C runs"
    );
    assert_eq!(
        with(vec![rule(RuleKind::Data, "**/*.html", true), rule(RuleKind::Text, "**/*.md", true)]),
        "A B [object ArrayBuffer]"
    );
    assert_eq!(
        with(vec![rule(RuleKind::Text, "**/*.md", false), rule(RuleKind::Text, "**/*.html", false)]),
        "\
index.js:2:15: b.txt is not a module of a known kind
  2 | import b from './b.txt';
    |               ^
  help: say what it is with a rule: rules = [{ type = \"Text\", globs = [\"**/*.txt\"] }]
index.js:3:15: c.html matches a rule of type Text, but an earlier rule of that type ends it
  3 | import c from './c.html';
    |               ^
  help: add fallthrough = true to the earlier rule"
    );
}

#[test]
fn alias() {
    let files = [
        (
            "src/index.js",
            "import { x } from 'old';\nimport { y } from 'old/y.js';\nimport './sub/other.js';\nlog(x, y);\nexport {};",
        ),
        ("src/sub/other.js", "import { x } from 'old';\nlog('other', x);"),
        ("new/index.js", "export const x = 'new x';"),
        ("new/y.js", "export const y = 'new y';"),
    ];
    let log = outcome_with(&files, |options| {
        options.alias = BTreeMap::from([("old".into(), "./new".into())]);
    });
    assert_eq!(log, "other new x\nnew x new y");
}

#[test]
fn define() {
    let files = [(
        "index.ts",
        "
declare const DEBUG: boolean, VERSION: string, SETTINGS: any, LIMIT: number, process: any, API: any;
log(DEBUG, VERSION, SETTINGS.a, { LIMIT }.LIMIT, process.env.STAGE, process.env.NODE_ENV, typeof API.x);
{ const DEBUG = 'local'; log(DEBUG); }
if (DEBUG) log('debugging');
SETTINGS.b = 1
export {};
",
    )];
    let log = outcome_with(&files, |options| {
        let define = [
            ("DEBUG", "true"),
            ("VERSION", "\"1.2\""),
            ("SETTINGS", "{\"a\":1}"),
            ("LIMIT", "-5"),
            ("process.env.STAGE", "\"test\""),
            ("API", "globalThis.log"),
        ];
        options.define = define.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    });
    assert_eq!(log, "true 1.2 1 -5 test development undefined\nlocal\ndebugging");
    let wrong = outcome_with(&files, |options| {
        options.define = BTreeMap::from([("VERSION".into(), "not quoted".into())]);
    });
    assert_eq!(
        wrong,
        "define: cannot replace \"VERSION\" by \"not quoted\"\n  help: the value must be JSON or a name; a string needs quotes of its own: \"\\\"text\\\"\""
    );
}

#[test]
fn formats() {
    for (source, format, kind) in [
        ("export default {};", Format::Modules, ModuleKind::EsModule),
        ("export { default } from './other.js';", Format::Modules, ModuleKind::EsModule),
        ("addEventListener('fetch', () => {});", Format::ServiceWorker, ModuleKind::Script),
        (
            "import x from './other.js'; addEventListener('fetch', x);",
            Format::ServiceWorker,
            ModuleKind::EsModule,
        ),
        (
            "const x = require('./other.js'); addEventListener('fetch', x);",
            Format::ServiceWorker,
            ModuleKind::CommonJs,
        ),
        ("module.exports = { fetch() {} };", Format::Modules, ModuleKind::CommonJs),
        ("export class Room {}", Format::Modules, ModuleKind::EsModule),
    ] {
        let project = Project::new(&[("index.js", source), ("other.js", "export default 1;")]);
        let graph = load(&project.options("index.js")).unwrap();
        assert_eq!((graph.format, graph.module(graph.entry).kind), (format, kind), "{source}");
    }
}

#[test]
fn a_service_worker_is_a_sloppy_script_at_global_scope() {
    let source = "#!/usr/bin/env node\nvar count = 1;\nfunction f() { return this; }\nwith ({ x: 1 }) log(x);\nlog(f() === globalThis, globalThis.count, this === globalThis);";
    assert_eq!(outcome(&[("index.js", source)]), "1\ntrue 1 true");
    assert_eq!(outcome(&[("index.ts", "const n: number = 1;\nlog(n, globalThis === this);")]), "1 true");
}

#[test]
fn a_bundle_is_a_graph_of_one() {
    let bundle = "var __defProp = Object.defineProperty;\nvar __name = (target, value) => __defProp(target, \"name\", { value, configurable: true });\nimport { DurableObject } from \"cloudflare:workers\";\nvar Room = class extends DurableObject { static { __name(this, \"Room\"); } };\nvar index_default = { fetch() {} };\nlog(Room.name);\nexport { Room, index_default as default };\n//# sourceMappingURL=index.js.map\n";
    assert_eq!(outcome(&[("index.js", bundle)]), "Room");
}
