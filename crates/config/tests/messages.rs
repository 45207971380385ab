//! What a person reads when a file is wrong, or says something that is not done.

mod common;

use common::Project;

#[test]
fn a_wrong_type_shows_the_line_and_what_to_write() {
    let error = Project::toml("# head\nname = 12\n").error();
    assert_eq!(
        error,
        "wrangler.toml:2:8: expected a string for \"name\", found a number\n  |\n2 | name = 12\n  |        ^^\n  \
         = help: put quotes round it: name = \"12\""
    );
    let error = Project::json("{\n\t\"name\": true\n}").error();
    assert_eq!(
        error,
        "wrangler.jsonc:2:10: expected a string for \"name\", found a boolean\n  |\n2 | \t\"name\": true\n  | \t        ^^^^\n  \
         = help: put quotes round it: \"name\": \"true\""
    );
}

/// The first line of the error, and its last, which is the help.
#[track_caller]
fn check(project: &Project, expected: &str, help: &str) {
    let error = project.error();
    let lines: Vec<_> = error.lines().collect();
    assert_eq!(lines[0], expected, "{error}");
    assert!(lines[lines.len() - 1].contains(help), "{error}");
}

#[test]
fn broken_toml() {
    let check = |text: &str, place: &str, help: &str| {
        let error = Project::toml(text).error();
        assert!(error.starts_with(&format!("wrangler.toml:{place}: not valid TOML: ")), "{error}");
        assert!(error.contains("\n  | ") && error.contains('^'), "{error}");
        assert!(error.lines().last().unwrap().contains(help), "{error}");
    };
    check("name = \"a\"\nmain = src/index.js", "2:8", "strings need quotes");
    check("name = \"a", "1:10", "strings need quotes");
    check("name = \"a\"\nname = \"b\"", "2:1", "can be there once");
    check("// hello\n", "1:4", "begin with #");
    check("[vars\nA = 1", "1:6", "[[name]]");
    check("{\n  \"name\": \"a\"\n}", "1:1", "wrangler.jsonc");
    check("\"name\": \"a\"", "1:7", "wrangler.jsonc");
}

#[test]
fn broken_json() {
    let check = |text: &str, place: &str| {
        let error = Project::json(text).error();
        assert!(error.starts_with(&format!("wrangler.jsonc:{place}: not valid JSON: ")), "{error}");
        assert!(error.contains('^'), "{error}");
    };
    check("{\n  \"name\": \"a\"\n  \"main\": \"b\"\n}", "2:14");
    check("{ \"name\": 'a' }", "1:11");
    check("{ name: \"a\" }", "1:3");
    check("{ \"name\": \"a\"", "1:1");
    check("{ \"name\": }", "1:11");
}

#[test]
fn other_mistakes() {
    let toml = Project::toml;
    let date = "main = \"src/index.js\"\ncompatibility_date";
    check(&Project::json("[]"), "wrangler.jsonc:1:1: expected an object, found an array", "\"main\"");
    check(
        &toml("main = \"src/index.ts\""),
        "wrangler.toml:1:8: \"main\" is src/index.ts, which does not exist in .",
        "there is src/index.js",
    );
    check(
        &toml("main = \"src/x.ts\""),
        "wrangler.toml:1:8: \"main\" is src/x.ts, which does not exist in .",
        "there is src/index.js",
    );
    check(
        &toml(&format!("{date} = 2024-05-18")),
        "wrangler.toml:2:22: expected a string for \"compatibility_date\", found a date without quotes",
        "compatibility_date = \"2024-05-18\"",
    );
    check(
        &toml(&format!("{date} = \"24-05-18\"")),
        "wrangler.toml:2:22: \"24-05-18\" is not a compatibility date",
        "YYYY-MM-DD",
    );
    check(
        &toml(&format!("{date} = \"2024-13-01\"")),
        "wrangler.toml:2:22: \"2024-13-01\" is not a compatibility date",
        "YYYY-MM-DD",
    );
    check(
        &toml("name = \"My App\""),
        "wrangler.toml:1:8: \"My App\" cannot be the name of a Worker",
        "name = \"my-app\"",
    );
    check(
        &toml("dev = { port = 70000 }"),
        "wrangler.toml:1:16: expected a whole number from 0 to 65535 for \"dev.port\", found 70000",
        "",
    );
    check(
        &toml("compatibility_flags = \"x\""),
        "wrangler.toml:1:23: expected an array of strings for \"compatibility_flags\", found a string",
        "",
    );
    check(
        &toml("compatibility_flags = [1]"),
        "wrangler.toml:1:24: expected only strings for \"compatibility_flags\", found a number",
        "",
    );
    check(&toml("vars = []"), "wrangler.toml:1:8: expected a table for \"vars\", found an array", "");
    check(
        &toml("define = { A = 1 }"),
        "wrangler.toml:1:16: expected a string for \"define.A\", found a number",
        "A = \"1\"",
    );
    check(
        &toml("rules = [{ type = \"Texts\", globs = [] }]"),
        "wrangler.toml:1:19: unknown type \"Texts\" for \"rules[0]\"",
        "\"Text\"",
    );
    check(
        &toml("durable_objects = { bindings = { name = \"A\" } }"),
        "wrangler.toml:1:32: expected an array of tables for \"durable_objects.bindings\", found a table",
        "[[durable_objects.bindings]]",
    );
}

#[test]
fn no_entry() {
    let project = Project::new(&[("wrangler.toml", "name = \"a\"")]);
    check(
        &project,
        "wrangler.toml: no entry: there is no \"main\", and no src/index, index or worker with .ts, .js or .mjs",
        "main = \"src/index.js\"",
    );
}

const HEAD: &str = "name = \"a\"\nmain = \"src/index.js\"\ncompatibility_date = \"2026-01-31\"\n";

#[track_caller]
fn check_warnings(text: &str, environment: Option<&str>, expected: &[&str]) {
    assert_eq!(Project::toml(&format!("{HEAD}{text}")).warnings(environment), expected, "{text}");
}

#[test]
fn keys_that_are_not_done_give_one_warning_each() {
    check_warnings(
        "kv_namespaces = [{ binding = \"KV\", id = \"1\" }, { binding = \"MORE\", id = \"2\" }]\nai = { binding = \"AI\" }\n\
         queues = { consumers = [] }\nr2_buckets = []\nworkflows = [{ name = \"w\" }]",
        None,
        &[
            "wrangler.toml:4:1: \"kv_namespaces\" is not supported yet; the program will not find env.KV, env.MORE",
            "wrangler.toml:5:1: \"ai\" is not supported yet; the program will not find env.AI",
            "wrangler.toml:6:1: \"queues\" is not supported yet",
            "wrangler.toml:8:1: \"workflows\" is not supported yet",
        ],
    );
    // The environment's own, and an inherited one; not those of another environment.
    check_warnings(
        "assets = { directory = \"public\" }\n[env.x]\nd1_databases = [{ binding = \"DB\" }]\n[env.y]\nai = { binding = \"AI\" }",
        Some("x"),
        &[
            "wrangler.toml:4:1: \"assets\" is not supported yet",
            "wrangler.toml:6:1: \"env.x.d1_databases\" is not supported yet; the program will not find env.DB",
        ],
    );
}

#[test]
fn python_is_ignored() {
    check_warnings(
        "rules = [{ type = \"PythonModule\", globs = [\"*.py\"] }]",
        None,
        &["wrangler.toml:4:19: \"rules[0]\" is ignored: Python is not supported"],
    );
}

#[test]
fn keys_of_deployments_are_quiet() {
    check_warnings(
        "account_id = \"1\"\nworkers_dev = true\nroutes = [\"a.com/*\"]\nusage_model = \"\"\nobservability = { enabled = true }",
        None,
        &[],
    );
}

#[test]
fn unknown_keys() {
    check_warnings(
        "compatability_flags = []",
        None,
        &["wrangler.toml:4:1: unknown key \"compatability_flags\" is ignored"],
    );
    let warnings = Project::toml(&format!("{HEAD}[vars]\nname = \"x\"\n[dev]\nprot = 1")).load().warnings;
    assert_eq!(warnings.len(), 1);
    let shown = warnings[0].to_string();
    assert!(
        shown.contains("unknown key \"dev.prot\" is ignored") && shown.ends_with("did you mean \"port\"?"),
        "{shown}"
    );
}

#[test]
fn no_date_and_a_build_command() {
    let project = Project::toml("main = \"src/index.js\"\n[build]\ncommand = \"npm run build\"");
    let warnings = project.load().warnings;
    let shown: Vec<_> = warnings.iter().map(|warning| warning.message.as_str()).collect();
    assert_eq!(
        shown,
        ["no \"compatibility_date\"; behaving as on 2021-11-02", "\"build.command\" is not run"]
    );
    assert_eq!(project.config().compatibility_date, "2021-11-02");
}

#[test]
fn an_expression_that_is_no_cron_expression_is_shown() {
    check(
        &Project::toml(&format!("{HEAD}[triggers]\ncrons = [\"0 0 * * *\",\n  \"61 * * * *\"]")),
        "wrangler.toml:6:3: \"61 * * * *\" is no cron expression: 61 is no minute: they go from 0 to 59",
        "in UTC",
    );
    check_warnings(
        "triggers = { crons = [\"0 0 LW * *\"], events = [] }",
        None,
        &["wrangler.toml:4:38: unknown key \"triggers.events\" is ignored"],
    );
}
