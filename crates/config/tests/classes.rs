//! Migrations and `exports`: which classes remain, and what is refused.

mod common;

use common::Project;
use holdfast_config::{Step, Storage};

const HEAD: &str = "name = \"a\"\nmain = \"src/index.js\"\ncompatibility_date = \"2026-01-31\"\n";

fn project(text: &str) -> Project {
    Project::toml(&format!("{HEAD}{text}"))
}

/// The classes as `Name`, `Name<Old` and `Name=worker/Class`, with `!` for key-value storage.
#[track_caller]
fn check(text: &str, expected: &[&str], deleted: &[&str]) {
    let config = project(text).config();
    let shown: Vec<_> = config
        .classes
        .iter()
        .map(|class| {
            let old: String = class.formerly.iter().rev().map(|name| format!("<{name}")).collect();
            let from = class.transferred_from.as_ref().map(|(script, name)| format!("={script}/{name}"));
            let mark = if class.storage == Storage::KeyValue { "!" } else { "" };
            format!("{}{mark}{old}{}", class.name, from.unwrap_or_default())
        })
        .collect();
    assert_eq!(shown, expected, "{text}");
    assert_eq!(config.deleted_classes, deleted, "{text}");
}

const NEW: &str = "[[migrations]]\ntag = \"v1\"\nnew_classes = [\"A\"]\nnew_sqlite_classes = [\"B\"]\n";

#[test]
fn all_kinds_of_migrations() {
    check("", &[], &[]);
    check(NEW, &["A!", "B"], &[]);
    let more = |steps: &str| format!("{NEW}[[migrations]]\ntag = \"v2\"\n{steps}");
    check(&more("renamed_classes = [{ from = \"A\", to = \"C\" }]"), &["C!<A", "B"], &[]);
    check(&more("deleted_classes = [\"A\"]"), &["B"], &["A"]);
    // Within a migration what goes makes room for what comes.
    check(&more("new_sqlite_classes = [\"A\"]\ndeleted_classes = [\"A\"]"), &["B", "A"], &[]);
    check(
        &more("new_classes = [\"A\"]\nrenamed_classes = [{ from = \"A\", to = \"C\" }]"),
        &["C!<A", "B", "A!"],
        &[],
    );
    let twice = "renamed_classes = [{ from = \"A\", to = \"C\" }, { from = \"C\", to = \"D\" }]";
    check(&more(twice), &["D!<C<A", "B"], &[]);
    let transferred = "transferred_classes = [{ from = \"X\", from_script = \"w\", to = \"Y\" }]";
    check(&more(transferred), &["A!", "B", "Y=w/X"], &[]);
}

#[test]
fn steps_are_kept_in_the_order_of_application() {
    let text = "[[migrations]]\ntag = \"v1\"\nnew_classes = [\"A\", \"B\"]\n\
                [[migrations]]\ntag = \"v2\"\nnew_classes = [\"B\"]\ndeleted_classes = [\"B\"]";
    let migrations = project(text).config().migrations;
    assert_eq!(migrations[1].tag, "v2");
    let new = Step::New { class: "B".into(), storage: Storage::KeyValue };
    assert_eq!(migrations[1].steps, [Step::Deleted("B".into()), new]);
}

#[test]
fn the_exports_map() {
    check(
        r#"
        [exports.Live]
        type = "durable-object"
        storage = "sqlite"
        [exports.Old]
        type = "durable-object"
        state = "renamed"
        renamed_to = "Older"
        [exports.Older]
        type = "durable-object"
        state = "renamed"
        renamed_to = "Kv"
        [exports.Kv]
        type = "durable-object"
        storage = "legacy-kv"
        [exports.Gone]
        type = "durable-object"
        state = "deleted"
        [exports.Given]
        type = "durable-object"
        state = "transferred"
        transferred_to = "w"
        [exports.Taken]
        type = "durable-object"
        state = "expecting-transfer"
        storage = "sqlite"
        transfer_from = "w"
        [exports.default]
        type = "worker"
        "#,
        &["Live", "Kv!<Older<Old", "Taken=w/Taken"],
        &["Gone", "Given"],
    );
}

#[test]
fn a_bound_class_without_a_migration_is_made_and_said() {
    let project = project("durable_objects.bindings = [{ name = \"A\", class_name = \"Room\" }]");
    let loaded = project.load();
    assert_eq!(loaded.config.classes[0].name, "Room");
    assert_eq!(loaded.config.classes[0].storage, Storage::Sqlite);
    let warning = loaded.warnings[0].to_string();
    assert!(warning.contains("wrangler.toml:4:56: no migration makes class \"Room\""), "{warning}");
    assert!(warning.ends_with("new_sqlite_classes = [\"Room\"]"), "{warning}");
}

#[track_caller]
fn check_error(text: &str, expected: &str) {
    let error = project(text).error();
    assert!(error.starts_with(expected), "expected {expected}\nfound {error}");
}

#[test]
fn migrations_that_cannot_be() {
    let more = |steps: &str| format!("{NEW}[[migrations]]\ntag = \"v2\"\n{steps}");
    check_error(
        &more("new_classes = [\"A\"]"),
        "wrangler.toml:10:15: class \"A\" exists already: it is made twice",
    );
    check_error(
        &more("deleted_classes = [\"X\"]"),
        "wrangler.toml:10:19: cannot delete class \"X\": no earlier migration made it",
    );
    check_error(
        &more("renamed_classes = [{ from = \"X\", to = \"Y\" }]"),
        "wrangler.toml:10:19: cannot rename class \"X\": no earlier migration made it",
    );
    check_error(
        &more("renamed_classes = [{ from = \"A\", to = \"B\" }]"),
        "wrangler.toml:10:19: cannot rename \"A\": \"B\" exists already",
    );
    check_error(&NEW.repeat(2), "wrangler.toml:9:7: the migration tag \"v1\" is used twice");
    check_error(
        "[[migrations]]\nnew_classes = [\"A\"]",
        "wrangler.toml:4:1: \"migrations[0].tag\" is missing",
    );
    check_error(
        "[migrations]\ntag = \"v1\"",
        "wrangler.toml:4:1: expected an array of tables for \"migrations\"",
    );
    check_error(
        &format!("exports = {{ A = {{ type = \"durable-object\" }} }}\n{NEW}"),
        "wrangler.toml:4:1: \"exports\" and \"migrations\" cannot be used together",
    );
    check_error(
        "exports = { A = { type = \"durable-object\", state = \"gone\" } }",
        "wrangler.toml:4:52: unknown state \"gone\" for \"exports.A\"",
    );
}

#[test]
fn bindings_that_cannot_be() {
    let bind =
        |class: &str| format!("[[durable_objects.bindings]]\nname = \"N\"\nclass_name = \"{class}\"\n");
    let steps = "[[migrations]]\ntag = \"v2\"\ndeleted_classes = [\"A\"]\nrenamed_classes = [{ from = \"B\", to = \"C\" }]\n";
    check_error(
        &format!("{}{NEW}{steps}", bind("A")),
        "wrangler.toml:6:14: class \"A\" is bound here, but a migration deleted it",
    );
    check_error(
        &format!("{}{NEW}{steps}", bind("B")),
        "wrangler.toml:6:14: class \"B\" was renamed to \"C\" by a migration",
    );
    check_error(
        &format!("{}{}{NEW}", bind("A"), bind("B")),
        "wrangler.toml:8:8: the binding \"N\" is also the name of another Durable Object binding",
    );
    check_error(
        &format!("vars = {{ N = 1 }}\n{}{NEW}", bind("A")),
        "wrangler.toml:6:8: the binding \"N\" is also the name of a variable",
    );
    check_error(
        "[[durable_objects.bindings]]\nname = \"N\"",
        "wrangler.toml:4:1: \"durable_objects.bindings[0].class_name\" is missing",
    );
}
