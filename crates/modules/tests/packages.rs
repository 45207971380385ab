//! npm packages: conditions, subpaths, the browser field, self-references.

mod common;

use common::{check, outcome, outcome_with};

#[test]
fn conditions() {
    let package = |conditions: &str| format!("{{ \"name\": \"p\", \"exports\": {{ {conditions} }} }}");
    for (conditions, expected) in [
        ("\"node\": \"./node.js\", \"workerd\": \"./a.js\", \"default\": \"./b.js\"", "a"),
        ("\"worker\": \"./a.js\", \"workerd\": \"./b.js\"", "a"),
        ("\"deno\": \"./b.js\", \"browser\": \"./a.js\", \"import\": \"./b.js\"", "a"),
        ("\"require\": \"./b.js\", \"import\": \"./a.js\"", "a"),
        ("\"types\": \"./b.js\", \"default\": \"./a.js\"", "a"),
    ] {
        check(
            &[
                ("index.js", "import x from 'p';\nlog(x);\nexport {};"),
                ("node_modules/p/package.json", &package(conditions)),
                ("node_modules/p/a.js", "export default 'a';"),
                ("node_modules/p/b.js", "export default 'b';"),
            ],
            expected,
        );
    }
}

#[test]
fn require_takes_the_require_condition() {
    check(
        &[
            ("index.js", "import x from 'p';\nimport './c.cjs';\nlog(x);\nexport {};"),
            ("c.cjs", "log(require('p'));"),
            (
                "node_modules/p/package.json",
                "{ \"exports\": { \"import\": \"./a.mjs\", \"require\": \"./b.cjs\" } }",
            ),
            ("node_modules/p/a.mjs", "export default 'imported';"),
            ("node_modules/p/b.cjs", "module.exports = 'required';"),
        ],
        "required\nimported",
    );
}

#[test]
fn main_fields_and_the_browser_field() {
    check(
        &[
            (
                "index.js",
                "import m from 'm';\nimport b from 'b';\nimport s from '@s/main/sub/file';\nlog(m, b, s);\nexport {};",
            ),
            ("node_modules/m/package.json", "{ \"main\": \"./main.js\", \"module\": \"./module.js\" }"),
            ("node_modules/m/main.js", "module.exports = 'main';"),
            ("node_modules/m/module.js", "export default 'module';"),
            (
                "node_modules/b/package.json",
                "{ \"main\": \"./main.js\", \"browser\": { \"./node.js\": \"./web.js\", \"fs\": false } }",
            ),
            (
                "node_modules/b/main.js",
                "module.exports = require('./node.js') + Object.keys(require('fs')).length;",
            ),
            ("node_modules/b/node.js", "module.exports = 'node';"),
            ("node_modules/b/web.js", "module.exports = 'web';"),
            ("node_modules/@s/main/package.json", "{}"),
            ("node_modules/@s/main/sub/file.js", "module.exports = 'scoped';"),
        ],
        "module web0 scoped",
    );
}

#[test]
fn package_imports_and_module_type() {
    check(
        &[
            ("src/index.js", "import x from '#inner';\nlog(x);\nlog(typeof module);\nexport {};"),
            ("package.json", "{ \"type\": \"module\", \"imports\": { \"#inner\": \"./src/inner.js\" } }"),
            ("src/inner.js", "import c from 'c';\nexport default c.y;"),
            ("node_modules/c/package.json", "{ \"main\": \"index.js\" }"),
            ("node_modules/c/index.js", "exports.y = 'inner';"),
        ],
        "inner\nundefined",
    );
}

#[test]
fn node_modules_need_the_flag() {
    let files =
        [("index.js", "import fs from 'node:assert';\nimport { EventEmitter } from 'events';\nexport {};")];
    assert_eq!(
        outcome(&files),
        "\
index.js:1:16: cannot resolve \"node:assert\"
  1 | import fs from 'node:assert';
    |                ^
  help: node:assert is a module of Node; add compatibility_flags = [\"nodejs_compat\"] to the configuration
index.js:2:30: cannot resolve \"events\"
  2 | import { EventEmitter } from 'events';
    |                              ^
  help: node:events is a module of Node; add compatibility_flags = [\"nodejs_compat\"] to the configuration"
    );
    let http = [("index.js", "import http from 'http';\nexport {};")];
    let log = outcome_with(&http, |options| options.node_compat = true);
    assert_eq!(log.lines().last(), Some("  help: node:http is not available here yet"));
}

#[test]
fn a_package_may_stand_in_for_a_node_module() {
    check(
        &[
            ("index.js", "import e from 'events';\nlog(e);\nexport {};"),
            ("node_modules/events/package.json", "{ \"name\": \"events\" }"),
            ("node_modules/events/index.js", "module.exports = 'the package';"),
        ],
        "the package",
    );
}

#[test]
fn probing_with_require_fails_when_called() {
    check(
        &[
            (
                "index.js",
                "import './c.cjs';\nawait import('./absent.js').catch((error) => log(error.message.split('\\n')[0]));\nexport {};",
            ),
            (
                "c.cjs",
                "let fs; try { fs = require('optional-package'); } catch (error) { log(error.message.split('\\n')[0]); }\nif (typeof window !== 'undefined') require('fs');\nlog('went on');",
            ),
        ],
        "No such module \"optional-package\".\nwent on\nNo such module \"./absent.js\".\nsettled",
    );
}
