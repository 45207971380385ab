//! Whole projects: finding the file, the entry, the name, the environment and the variables.

mod common;

use common::{Files, Project};
use holdfast_config::{Binding, Format, LoadOptions, Rule, RuleKind, Storage, find};
use serde_json::json;

const DATE: &str = "compatibility_date = \"2026-01-31\"\n";

#[test]
fn a_complete_toml() {
    let project = Project::toml(
        r#"
        name = "my-chat-app"
        main = "src/index.js"
        compatibility_date = "2024-05-18"
        compatibility_flags = ["nodejs_compat"]
        rules = [{ type = "Data", globs = ["**/*.html"] }, { type = "Text", globs = ["**/*.md"], fallthrough = true }]
        alias = { react = "preact/compat" }
        define = { VERSION = "\"1\"" }
        jsx_factory = "h"
        tsconfig = "tsconfig.worker.json"
        dev = { ip = "0.0.0.0", port = 9000 }
        limits = { cpu_ms = 50 }

        [vars]
        GREETING = "hello"
        LIMITS = { rooms = 3, names = ["a", "b"] }

        [[durable_objects.bindings]]
        name = "CHAT_ROOMS"
        class_name = "ChatRoom"
        script_name = "my-chat-app"

        [[durable_objects.bindings]]
        name = "OTHER"
        class_name = "Counter"
        script_name = "counters"

        [[migrations]]
        tag = "v1"
        new_classes = ["ChatRoom"]
        "#,
    );
    let loaded = project.load();
    assert_eq!(loaded.warnings, []);
    let config = loaded.config;
    assert_eq!(config.name, "my-chat-app");
    assert_eq!(config.root, project.folder.path());
    assert_eq!(config.main, project.path("src/index.js"));
    assert_eq!(config.compatibility_date, "2024-05-18");
    assert_eq!(config.compatibility_flags, ["nodejs_compat"]);
    assert_eq!(
        config.rules,
        [
            Rule { kind: RuleKind::Data, globs: vec!["**/*.html".into()], fallthrough: false },
            Rule { kind: RuleKind::Text, globs: vec!["**/*.md".into()], fallthrough: true },
        ]
    );
    assert_eq!(config.alias["react"], "preact/compat");
    assert_eq!(config.define["VERSION"], "\"1\"");
    assert_eq!((config.jsx.factory.as_deref(), config.jsx.fragment), (Some("h"), None));
    assert_eq!(config.tsconfig, Some(project.path("tsconfig.worker.json")));
    assert_eq!((config.dev.ip.as_deref(), config.dev.port), (Some("0.0.0.0"), Some(9000)));
    assert_eq!(config.limits.cpu_ms, Some(50));
    assert_eq!(config.vars["GREETING"], "hello");
    assert_eq!(config.vars["LIMITS"], json!({ "rooms": 3, "names": ["a", "b"] }));
    let binding = |name: &str, class: &str, script: Option<&str>| Binding {
        name: name.into(),
        class_name: class.into(),
        script_name: script.map(str::to_owned),
    };
    assert_eq!(
        config.durable_objects,
        [binding("CHAT_ROOMS", "ChatRoom", None), binding("OTHER", "Counter", Some("counters"))]
    );
    assert_eq!(config.classes.len(), 1);
    assert_eq!(config.classes[0].storage, Storage::KeyValue);
    let files: Vec<_> = loaded.files.iter().map(|file| project.name_of(file)).collect();
    assert_eq!(files, ["wrangler.toml", ".dev.vars"]);
}

#[test]
fn json_and_toml_say_the_same() {
    let toml = Project::toml(
        "name = \"a\"\nmain = \"src/index.js\"\ncompatibility_date = \"2026-01-31\"\n[vars]\nN = 1\nF = 1.5\nB = true",
    );
    let json = Project::json(
        "\u{feff}// comment\n{ \"$schema\": \"x\", \"name\": \"a\", \"main\": \"src/index.js\", /* and */
         \"compatibility_date\": \"2026-01-31\", \"vars\": { \"N\": 1, \"F\": 1.5, \"B\": true, }, \"rules\": null, }",
    );
    let (toml, json) = (toml.load(), json.load());
    assert_eq!((&toml.warnings, &json.warnings), (&vec![], &vec![]));
    assert_eq!(toml.config.vars, json.config.vars);
    assert_eq!(toml.config.vars["F"], json!(1.5));
    assert_eq!(toml.config.name, json.config.name);
}

#[test]
fn the_file_is_found_upwards_and_json_wins() {
    let project = Project::new(&[("wrangler.toml", ""), ("wrangler.jsonc", ""), ("deep/er/x.js", "")]);
    assert_eq!(find(&project.path("deep/er")).unwrap(), project.path("wrangler.jsonc"));
    std::fs::write(project.path("wrangler.json"), "").unwrap();
    assert_eq!(find(project.folder.path()).unwrap(), project.path("wrangler.json"));
    let nothing = tempfile::tempdir().unwrap();
    let error = find(nothing.path()).unwrap_err();
    assert!(error.message.starts_with("no wrangler.toml"), "{error}");
    assert!(error.help.as_ref().unwrap().contains("holdfast init"), "{error}");
}

#[track_caller]
fn check_entry(files: Files<'_>, expected: &str, format: Option<Format>) {
    let project = Project::new(files);
    let config = project.config();
    assert_eq!((project.name_of(&config.main).as_str(), config.format), (expected, format), "{files:?}");
}

#[test]
fn entries() {
    let toml = ("wrangler.toml", DATE);
    let both = ("src/index.js", "");
    check_entry(&[("wrangler.toml", "main = \"./src/index.js\""), both], "src/index.js", None);
    check_entry(&[toml, both], "src/index.js", None);
    check_entry(&[toml, both, ("src/index.ts", "")], "src/index.ts", None);
    check_entry(&[toml, ("src/index.mjs", "")], "src/index.mjs", None);
    check_entry(&[toml, ("src/index.tsx", "")], "src/index.tsx", None);
    check_entry(&[toml, ("index.jsx", ""), ("worker.js", "")], "index.jsx", None);
    check_entry(&[toml, ("worker.ts", "")], "worker.ts", None);
    check_entry(&[toml, ("package.json", "{\"main\": \"lib/a.js\"}"), ("lib/a.js", "")], "lib/a.js", None);
    // The first wrangler.
    let typed = ("wrangler.toml", "name = \"a\"\ntype = \"webpack\"\nroute = \"\"\nzone_id = \"\"");
    check_entry(&[typed, ("index.js", ""), both], "index.js", None);
    check_entry(&[typed, ("package.json", "{\"main\": \"w/a\"}"), ("w/a.js", ""), both], "w/a.js", None);
    check_entry(
        &[typed, ("package.json", "{\"main\": \"no.js\", \"module\": \"m.mjs\"}"), ("m.mjs", "")],
        "m.mjs",
        None,
    );
    check_entry(&[typed, ("package.json", "broken"), both], "src/index.js", None);
    let upload = "[build.upload]\nformat = \"modules\"\ndir = \"src\"\nmain = \"./chat.mjs\"\n\
                  [[build.upload.rules]]\ntype = \"Data\"\nglobs = [\"**/*.html\"]";
    let upload = ("wrangler.toml", upload);
    check_entry(&[upload, ("src/chat.mjs", "")], "src/chat.mjs", Some(Format::Modules));
    check_entry(&[upload, ("chat.mjs", "")], "chat.mjs", Some(Format::Modules));
    assert_eq!(Project::new(&[upload, ("chat.mjs", "")]).config().rules[0].kind, RuleKind::Data);
    let service = ("wrangler.toml", "[build.upload]\nformat = \"service-worker\"");
    check_entry(&[service, ("index.js", "")], "index.js", Some(Format::ServiceWorker));
    let site = ("wrangler.toml", "site = { bucket = \"public\", entry-point = \"workers-site\" }");
    check_entry(&[site, ("workers-site/index.js", ""), both], "workers-site/index.js", None);
}

#[test]
fn a_guessed_entry_is_said() {
    let project = Project::toml(DATE);
    assert_eq!(project.warnings(None), ["wrangler.toml: no \"main\"; starting with src/index.js"]);
}

#[test]
fn the_command_line_wins() {
    let project = Project::toml(
        "name = \"a\"\nmain = \"src/index.js\"\ncompatibility_flags = [\"x\"]\n[vars]\nA = \"1\"",
    );
    std::fs::write(project.path("other.js"), "").unwrap();
    let options = LoadOptions {
        main: Some(project.path("./other.js")),
        name: Some("b".into()),
        compatibility_date: Some("2026-02-01".into()),
        compatibility_flags: vec!["y".into()],
        vars: vec![("A".into(), "2".into()), ("A".into(), "3".into()), ("B".into(), "".into())],
        define: vec![("V".into(), "1".into())],
        alias: vec![("a".into(), "b".into())],
        environment: None,
    };
    let loaded = project.try_load(&options).unwrap();
    assert_eq!(loaded.warnings, []);
    assert_eq!(loaded.config.main, project.path("other.js"));
    assert_eq!((loaded.config.name.as_str(), loaded.config.compatibility_date.as_str()), ("b", "2026-02-01"));
    assert_eq!(loaded.config.compatibility_flags, ["y"]);
    assert_eq!((loaded.config.define["V"].as_str(), loaded.config.alias["a"].as_str()), ("1", "b"));
    assert_eq!(json!(loaded.config.vars), json!({ "A": "3", "B": "" }));
}

#[test]
fn a_script_without_a_file() {
    let project = Project::new(&[("w.js", ""), (".dev.vars", "A=1")]);
    let loaded = holdfast_config::load_script(&project.path("w.js"), &LoadOptions::default()).unwrap();
    assert_eq!((loaded.config.name.as_str(), &loaded.config.main), ("worker", &project.path("w.js")));
    assert_eq!(loaded.config.vars["A"], "1");
    let error = holdfast_config::load_script(&project.path("no.js"), &LoadOptions::default()).unwrap_err();
    assert!(error.message.contains("no.js does not exist"), "{error}");
}

const ENVIRONMENTS: &str = r#"
name = "app"
main = "src/index.js"
compatibility_date = "2026-01-31"
compatibility_flags = ["top"]
define = { A = "1" }
[vars]
GREETING = "top"
[[durable_objects.bindings]]
name = "ROOMS"
class_name = "Room"
[[migrations]]
tag = "v1"
new_sqlite_classes = ["Room"]

[env.bare]

[env.full]
name = "other"
compatibility_flags = []
vars = { GREETING = "full" }
define = { A = "2" }
durable_objects.bindings = [{ name = "ROOMS", class_name = "Room", script_name = "other" }]
main = "src/full.js"
dev = { port = 1 }
"#;

#[test]
fn environments_inherit_some_keys() {
    let project = Project::toml(ENVIRONMENTS);
    std::fs::write(project.path("src/full.js"), "").unwrap();

    let top = project.load();
    assert_eq!((top.config.name.as_str(), top.warnings.len()), ("app", 0));

    let bare = project.load_in(Some("bare")).config;
    assert_eq!(
        (bare.name.as_str(), bare.compatibility_flags.as_slice()),
        ("app-bare", ["top".to_owned()].as_slice())
    );
    assert_eq!((bare.durable_objects.len(), bare.vars.len(), bare.define.len()), (0, 0, 0));
    assert_eq!(bare.classes.len(), 1, "migrations are inherited");
    assert_eq!(
        project.warnings(Some("bare")),
        [
            "wrangler.toml:6:1: \"define\" is not inherited by environments, and \"env.bare\" has none",
            "wrangler.toml:7:2: \"vars\" is not inherited by environments, and \"env.bare\" has none",
            "wrangler.toml:9:3: \"durable_objects\" is not inherited by environments, and \"env.bare\" has none",
        ]
    );

    let full = project.load_in(Some("full")).config;
    assert_eq!((full.name.as_str(), full.compatibility_flags.len()), ("other", 0));
    assert_eq!((&full.vars["GREETING"], full.define["A"].as_str()), (&json!("full"), "2"));
    assert_eq!(full.main, project.path("src/full.js"));
    assert_eq!(full.durable_objects[0].script_name, None, "it names itself");
    assert_eq!(full.dev.port, None);
    assert_eq!(
        project.warnings(Some("full")),
        ["wrangler.toml:25:1: \"env.full.dev\" is ignored: it belongs at the top level"]
    );
}

#[test]
fn environments_that_do_not_exist() {
    let error = Project::toml(ENVIRONMENTS).error_in(Some("ful"));
    assert!(error.starts_with("wrangler.toml:16:2: there is no environment \"ful\"\n"), "{error}");
    assert!(error.ends_with("this file has \"bare\", \"full\""), "{error}");
    let alone = Project::toml("name = \"app\"\nmain = \"src/index.js\"\ncompatibility_date = \"2026-01-31\"");
    assert_eq!(alone.warnings(Some("x")), ["wrangler.toml: there is no environment \"x\""]);
    assert_eq!(alone.load_in(Some("x")).config.name, "app");
}

#[test]
fn dev_vars() {
    let text = "main = \"src/index.js\"\nvars = { A = \"file\", B = 1 }\n[env.test]\nvars = { A = \"env\" }\n[env.prod]";
    let project = Project::toml(text);
    std::fs::write(project.path(".dev.vars"), "A=\"dev\nvars\" # why\nSECRET='s'\n").unwrap();
    std::fs::write(project.path(".dev.vars.test"), "SECRET=of test").unwrap();
    assert_eq!(json!(project.config().vars), json!({ "A": "dev\nvars", "B": 1, "SECRET": "s" }));
    // The environment's file replaces the other one.
    let test = project.load_in(Some("test"));
    assert_eq!(json!(test.config.vars), json!({ "A": "env", "SECRET": "of test" }));
    assert_eq!(test.files[1..], [project.path(".dev.vars.test"), project.path(".dev.vars")]);
    assert_eq!(json!(project.load_in(Some("prod")).config.vars), json!({ "A": "dev\nvars", "SECRET": "s" }));
}
