//! What people are told: load errors with file, line and column; stack traces in their own lines.

mod common;

use common::{Project, check, in_engine_thread, outcome, run};
use holdfast_modules::load;

#[test]
fn syntax_errors() {
    check(
        &[
            ("src/index.ts", "import './b';\nconst x: number = ;\nexport {};"),
            ("src/b.ts", "let a = 1;\nlet a = 2;\nexport {};"),
        ],
        "
src/index.ts:2:19: syntax error: Unexpected token
  2 | const x: number = ;
    |                   ^",
    );
    check(
        &[("index.js", "import './b.js';\nexport {};"), ("b.js", "let a = 1;\nlet a = 2;\nexport {};")],
        "
b.js:1:5: syntax error: Identifier `a` has already been declared
  1 | let a = 1;
    |     ^",
    );
}

#[test]
fn a_name_may_be_a_value_and_a_type() {
    let types = ("types.ts", "export interface Table {}");
    let values = ("values.ts", "export const Table = 'value';");
    check(
        &[
            (
                "index.ts",
                "import { Table } from './values';\nimport type { Table } from './types';\nlog(Table);\nexport {};",
            ),
            types,
            values,
        ],
        "value",
    );
    check(
        &[("index.ts", "interface Table {}\n\nlet twice: Table;\nconst twice = 1;\nexport {};")],
        "
index.ts:3:5: syntax error: Identifier `twice` has already been declared
  3 | let twice: Table;
    |     ^",
    );
}

#[test]
fn unresolved_imports_name_the_importer() {
    check(
        &[(
            "src/index.js",
            "import { Hono } from 'hono';\nimport './missing';\nimport 'cloudflare:nothing';\nimport x from 'https://esm.sh/x';\nimport '@scope/pkg/deep';\nexport {};",
        )],
        "
src/index.js:1:22: cannot resolve \"hono\"
  1 | import { Hono } from 'hono';
    |                      ^
  help: npm install hono
src/index.js:2:8: cannot resolve \"./missing\"
  2 | import './missing';
    |        ^
src/index.js:3:8: cannot resolve \"cloudflare:nothing\"
  3 | import 'cloudflare:nothing';
    |        ^
  help: there is cloudflare:workers
src/index.js:4:15: cannot resolve \"https://esm.sh/x\"
  4 | import x from 'https://esm.sh/x';
    |               ^
  help: modules are not loaded from URLs; install the package
src/index.js:5:8: cannot resolve \"@scope/pkg/deep\"
  5 | import '@scope/pkg/deep';
    |        ^
  help: npm install @scope/pkg",
    );
}

#[test]
fn broken_files() {
    check(
        &[
            ("index.js", "import './a.json';\nimport './b.svg';\nexport {};"),
            ("a.json", "{\n  \"a\": 1,\n}"),
            ("b.svg", "<svg/>"),
        ],
        "
a.json:3:1: broken JSON: trailing comma
  3 | }
    | ^
index.js:2:8: b.svg is not a module of a known kind
  2 | import './b.svg';
    |        ^
  help: say what it is with a rule: rules = [{ type = \"Text\", globs = [\"**/*.svg\"] }]",
    );
    let project = Project::new(&[("other.js", "")]);
    let problems = load(&project.options("index.js")).unwrap_err();
    assert_eq!(
        problems[0].to_string(),
        "index.js: cannot read the file: No such file or directory (os error 2)\n  help: is this the entry the configuration's \"main\" names?"
    );
}

#[test]
fn missing_names_in_typescript_matter_when_read() {
    check(
        &[
            ("index.ts", "import { a, T } from './b';\nexport { T };\nlog(a);\nexport {};"),
            ("b.ts", "export type T = 1;\nexport const b = 1;"),
        ],
        "
index.ts:1:10: SyntaxError: The requested module './b' does not provide an export named 'a'
  1 | import { a, T } from './b';
    |          ^
  help: b.ts exports b",
    );
}

#[test]
fn positions_of_plain_javascript_are_exact() {
    let source = "import { f } from './f.js';\n\nexport default {};\nconst go = () => { f(1); f(); throw new Error('x'); };\n";
    let project = Project::new(&[("src/index.js", source), ("src/f.js", "export const f = 1;")]);
    let graph = load(&project.options("src/index.js")).unwrap();
    let holdfast_modules::Code::Script(code) = &graph.modules[0].code else { panic!("a script") };
    for needle in ["throw", "new Error", "go = "] {
        let line = code.lines().position(|line| line.contains(needle)).unwrap();
        let column = code.lines().nth(line).unwrap().find(needle).unwrap();
        let expected_line = source.lines().position(|line| line.contains(needle)).unwrap();
        let expected_column = source.lines().nth(expected_line).unwrap().find(needle).unwrap();
        assert_eq!(line, expected_line, "lines stay: {needle}");
        let found = graph.position("src/index.js", line as u32 + 1, column as u32 + 1).unwrap();
        assert_eq!(
            (found.line as usize, found.column as usize),
            (expected_line + 1, expected_column + 1),
            "{needle}"
        );
    }
    assert_eq!(graph.position("nothing.js", 1, 1), None);
}

#[test]
fn stacks_are_rewritten_to_the_users_lines() {
    let source = "interface Long {\n  a: string;\n  b: string;\n}\n\nexport function fail(x: Long): never {\n  throw new Error(x.a);\n}\nexport default {};\n";
    let project = Project::new(&[("src/index.ts", source), ("src/@odd (name).js", "")]);
    let graph = load(&project.options("src/index.ts")).unwrap();
    let holdfast_modules::Code::Script(code) = &graph.modules[0].code else { panic!("a script") };
    let line = code.lines().position(|line| line.contains("throw")).unwrap();
    let column = code.lines().nth(line).unwrap().find("new Error").unwrap();
    let (line, column) = (line + 1, column + 1);
    let stack = format!(
        "Error: src/index.ts\n    at fail (src/index.ts:{line}:{column})\n    at src/index.ts:{line}:{column}\nfail@src/index.ts:{line}:{column}\n    at step (holdfast:linker:3:4)\n    at native\nother@elsewhere.js:1:2"
    );
    assert_eq!(
        graph.rewrite_stack(&stack),
        "Error: src/index.ts\n    at fail (src/index.ts:7:9)\n    at src/index.ts:7:9\nfail@src/index.ts:7:9\n    at native\nother@elsewhere.js:1:2"
    );
}

#[test]
fn watched_files_include_what_was_looked_for() {
    let project = Project::new(&[("src/index.js", "import './b';\nexport default {};"), ("src/b.js", "")]);
    let graph = load(&project.options("src/index.js")).unwrap();
    let root = std::fs::canonicalize(&project.root).unwrap();
    for name in ["src/index.js", "src/b.js", "src/b.ts"] {
        assert!(graph.files.contains(&root.join(name)), "{name} in {:?}", graph.files);
    }
}

#[test]
fn a_load_error_does_not_hide_the_next_one() {
    let log = outcome(&[
        ("index.js", "import './a.js';\nimport './b.js';"),
        ("a.js", "let = ;"),
        ("b.js", "import 'gone';"),
    ]);
    assert!(log.contains("a.js:1:") && log.contains("npm install gone"), "{log}");
}

#[test]
fn the_engines_own_traces_lead_to_the_users_lines() {
    let files = [
        (
            "src/index.ts",
            "interface A { a: string }\n\nimport { inner } from './inner.js';\nexport class C<T> {\n  field: T;\n\n  run(): void { inner(); }\n}\ntry { new C().run(); } catch (error) { log(error.stack); }\nexport default {};\n",
        ),
        ("src/inner.js", "export function inner() {\n  throw new Error('deep');\n}\n"),
    ];
    let project = Project::new(&files);
    let options = project.options("src/index.ts");
    let log = in_engine_thread(|| {
        let stack = run(load(&options).unwrap());
        load(&options).unwrap().rewrite_stack(&stack)
    });
    for (place, count) in
        [("src/inner.js:2:", 1), ("src/index.ts:7:", 1), ("src/index.ts:9:", 1), ("linker", 0)]
    {
        assert_eq!(log.matches(place).count(), count, "{place} in {log}");
    }
}
