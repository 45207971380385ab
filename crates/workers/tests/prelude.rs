//! The loader of the runtime's JavaScript: modules, globals and the host's groups.

use holdfast_engine::{self as engine, Scope, Vm};
use holdfast_workers::{Runtime, Setup, flags::Flags};
use std::thread;

/// Installs `setup` in a new virtual machine and gives what `body` makes of it.
fn with<R: Send + 'static>(
    setup: impl FnOnce() -> Setup + Send + 'static,
    body: impl for<'s> FnOnce(&Scope<'s>, &Runtime) -> R + Send + 'static,
) -> R {
    let worker = thread::Builder::new().stack_size(engine::THREAD_STACK_BYTES).spawn(|| {
        Vm::new().context().enter(|scope| {
            let runtime = holdfast_workers::install(scope, setup())
                .unwrap_or_else(|error| panic!("{}", error.describe(scope)));
            body(scope, &runtime)
        })
    });
    worker.expect("a thread can be started").join().expect("the body does not panic")
}

fn text(scope: &Scope<'_>, source: &str) -> String {
    let result = scope.evaluate(source, "test.js", 1).and_then(|value| value.to_string(scope));
    result.unwrap_or_else(|error| error.describe(scope).to_string())
}

fn module(name: &str, text: &str) -> (String, String) {
    (name.to_owned(), text.to_owned())
}

#[test]
fn a_modules_exports_are_made_once() {
    with(
        || Setup {
            modules: vec![module(
                "counter",
                "globalThis.runs = (globalThis.runs ?? 0) + 1; exports.name = 'counter';",
            )],
            ..Setup::default()
        },
        |scope, runtime| {
            let first = runtime.require(scope, "counter").ok().unwrap();
            let second = runtime.require(scope, "counter").ok().unwrap();
            assert!(first.is_same(scope, second));
            assert_eq!(text(scope, "runs"), "1");
        },
    );
}

#[test]
fn modules_may_require_each_other_in_a_circle() {
    let seen = with(
        || Setup {
            modules: vec![
                module("a", "exports.early = 1; exports.seen = require('b').seen; exports.late = 2;"),
                module("b", "const { early, late } = require('a'); exports.seen = `${early} ${late}`;"),
            ],
            ..Setup::default()
        },
        |scope, runtime| {
            let exports = runtime.require(scope, "a").ok().unwrap();
            exports.get(scope, "seen").and_then(|value| value.to_string(scope)).ok().unwrap()
        },
    );
    assert_eq!(seen, "1 undefined");
}

#[test]
fn a_module_that_throws_runs_again_when_required_again() {
    with(
        || Setup {
            modules: vec![module(
                "moody",
                "if (!globalThis.calm) throw new TypeError('not now'); exports.fine = 1;",
            )],
            ..Setup::default()
        },
        |scope, runtime| {
            let report = runtime.require(scope, "moody").unwrap_err().describe(scope);
            assert_eq!((report.name.as_str(), report.message.as_str()), ("TypeError", "not now"));
            assert_eq!(report.file.as_deref(), Some("holdfast:moody"));
            assert_eq!(report.line, Some(1));
            text(scope, "globalThis.calm = true");
            assert!(runtime.require(scope, "moody").is_ok());
        },
    );
}

#[test]
fn a_missing_module_is_named() {
    let message = with(Setup::default, |scope, runtime| {
        runtime.require(scope, "streams/nowhere").unwrap_err().describe(scope).message
    });
    assert_eq!(message, "The runtime has no module \"streams/nowhere\".");
}

#[test]
fn a_module_of_the_host_replaces_a_built_in_one() {
    let answer = with(
        || Setup { modules: vec![module("base64", "exports.atob = () => 'replaced';")], ..Setup::default() },
        |scope, _| text(scope, "atob('YQ==')"),
    );
    assert_eq!(answer, "replaced");
}

#[test]
fn a_group_of_the_host_is_there_for_its_modules() {
    let answer = with(
        || Setup {
            groups: vec![(
                "greeter",
                Box::new(|scope, group| {
                    let greet = scope.function("greet", |scope, call| {
                        let name = call.arg(0).to_string(scope)?;
                        Ok(scope.string(&format!("hello {name}")))
                    });
                    group.set(scope, "greet", greet)
                }),
            )],
            modules: vec![module("greeting", "exports.text = native.greeter.greet('you');")],
            ..Setup::default()
        },
        |scope, runtime| {
            let exports = runtime.require(scope, "greeting").ok().unwrap();
            exports.get(scope, "text").and_then(|value| value.to_string(scope)).ok().unwrap()
        },
    );
    assert_eq!(answer, "hello you");
}

#[test]
fn programs_see_the_flags_and_nothing_of_the_runtime() {
    let (old, new, leaks) = with(
        || Setup { flags: Flags::from("2021-11-02", &["rpc"]).unwrap(), ..Setup::default() },
        |scope, _| {
            (
                text(scope, "Cloudflare.compatibilityFlags.global_navigator"),
                text(scope, "Cloudflare.compatibilityFlags.rpc"),
                text(scope, "[typeof require, typeof native, typeof exports, typeof load].join()"),
            )
        },
    );
    assert_eq!((old.as_str(), new.as_str()), ("false", "true"));
    assert_eq!(leaks, "undefined,undefined,undefined,undefined");
}

#[test]
fn virtual_machines_come_and_go() {
    for _ in 0..20 {
        let answer = with(Setup::default, |scope, _| {
            text(
                scope,
                "new URL('/a', 'http://h').href + new TextDecoder().decode(new TextEncoder().encode('b'))",
            )
        });
        assert_eq!(answer, "http://h/ab");
    }
}

#[test]
fn the_built_in_modules_have_the_same_names_on_either_side() {
    let names = with(Setup::default, |scope, runtime| {
        let builtins = runtime.require(scope, "builtins").expect("builtins.js runs");
        let names = builtins.get(scope, "names").and_then(|names| names.to_string(scope));
        names.unwrap_or_else(|error| error.describe(scope).to_string())
    });
    assert_eq!(names, holdfast_workers::BUILTINS.join(","));
}
