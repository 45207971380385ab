//! Bindings to other Workers.

mod common;

use common::Project;
use holdfast_config::Service;

#[test]
fn a_service_is_a_worker_an_entrypoint_and_props() {
    let project = Project::toml(
        r#"
        name = "front"
        main = "src/index.js"
        compatibility_date = "2026-05-01"
        [[services]]
        binding = "BACK"
        service = "back"
        [[services]]
        binding = "GREETER"
        service = "back"
        environment = "staging"
        entrypoint = "Greeter"
        props = { greeting = "Hello", numbers = [1, 2] }
        "#,
    );
    let loaded = project.load();
    let service = |binding: &str, service: &str, entrypoint: Option<&str>, props| Service {
        binding: binding.to_owned(),
        service: service.to_owned(),
        entrypoint: entrypoint.map(str::to_owned),
        props,
    };
    let props = serde_json::json!({ "greeting": "Hello", "numbers": [1, 2] });
    assert_eq!(
        loaded.config.services,
        [
            service("BACK", "back", None, None),
            service("GREETER", "back-staging", Some("Greeter"), Some(props)),
        ]
    );
    assert_eq!(loaded.warnings, []);
}
