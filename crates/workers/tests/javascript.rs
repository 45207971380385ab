//! Runs every `tests/js/**/*.js` in a virtual machine of its own and reports its cases one by one.
//!
//! `cargo test -p holdfast-workers --test javascript -- events` runs the cases whose file or name contains `events`. What
//! a test file can use is listed in `tests/support.js`. A first line `// compatibility: 2024-01-01 flag other_flag` sets
//! the program's date and flags; without it the newest date applies.

#![allow(clippy::print_stdout, reason = "this program is a test harness: its report is its purpose")]

use holdfast_engine::{self as engine, Context, Object, Scope, Verdict, Vm};
use holdfast_workers::flags::{Flags, NEWEST_DATE};
use holdfast_workers::{Runtime, Setup};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;
use std::{env, fs, thread};

/// How long one turn may keep the processor before its file is given up.
const TURN_LIMIT: Duration = Duration::from_secs(20);

/// How long a case may wait for other threads before it counts as never settling.
const PATIENCE_MS: u32 = 30_000;

/// A case and what went wrong in it, if anything.
struct Outcome {
    name: String,
    failure: Option<String>,
}

fn main() -> ExitCode {
    let filter = env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut files = Vec::new();
    collect(&root.join("js"), &mut files);
    files.sort();

    let mut passed = 0;
    let mut failures = Vec::new();
    let mut outcomes = vec![told(&root)];
    for file in &files {
        let name = file.strip_prefix(&root).expect("the file is below tests").display().to_string();
        let source = fs::read_to_string(file).expect("the test file is readable");
        let all = run(&name, source);
        outcomes.extend(
            all.into_iter().map(|outcome| Outcome { name: format!("{name}: {}", outcome.name), ..outcome }),
        );
    }
    for outcome in outcomes.into_iter().filter(|outcome| outcome.name.contains(&filter)) {
        let verdict = if outcome.failure.is_some() { "FAILED" } else { "ok" };
        println!("test {} ... {verdict}", outcome.name);
        match outcome.failure {
            None => passed += 1,
            Some(failure) => failures.push((outcome.name, failure)),
        }
    }
    for (name, failure) in &failures {
        println!("\n---- {name} ----\n{failure}");
    }
    let verdict = if failures.is_empty() { "ok" } else { "FAILED" };
    println!(
        "\ntest result: {verdict}. {passed} passed; {} failed; 0 ignored; 0 measured; 0 filtered out\n",
        failures.len()
    );
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The harness's own test: of the tell-tale's cases exactly those fail that must.
fn told(root: &Path) -> Outcome {
    let source = fs::read_to_string(root.join("tell_tale.js")).expect("the tell-tale is readable");
    let wrong: Vec<String> = run("tests/tell_tale.js", source)
        .into_iter()
        .filter(|outcome| outcome.failure.is_none() != outcome.name.starts_with("passes"))
        .map(|outcome| format!("{:?}: {}", outcome.name, outcome.failure.unwrap_or_else(|| "passed".into())))
        .collect();
    Outcome {
        name: "the harness notices failures".into(),
        failure: (!wrong.is_empty()).then(|| wrong.join("\n")),
    }
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("the directory of tests is readable") {
        let path = entry.expect("the directory of tests is readable").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "js") {
            files.push(path);
        }
    }
}

/// The outcomes of a test file's cases.
fn run(name: &str, source: String) -> Vec<Outcome> {
    let name = name.to_owned();
    let worker = thread::Builder::new().stack_size(engine::THREAD_STACK_BYTES).spawn(move || {
        let outcomes = Rc::new(RefCell::new(Vec::new()));
        let failure = run_here(&name, &source, &outcomes).err();
        let mut outcomes = outcomes.take();
        if failure.is_some() {
            outcomes.push(Outcome { name: "the file runs".into(), failure });
        }
        if outcomes.is_empty() {
            outcomes.push(Outcome { name: "has cases".into(), failure: Some("the file has no case".into()) });
        }
        outcomes
    });
    worker.expect("a thread can be started").join().expect("the harness does not panic")
}

fn run_here(name: &str, source: &str, outcomes: &Rc<RefCell<Vec<Outcome>>>) -> Result<(), String> {
    let vm = Vm::new();
    vm.set_time_limit(TURN_LIMIT, || Verdict::Stop);
    let context = vm.context();
    let (runtime, support) = context.enter(|scope| {
        let runtime = holdfast_workers::install(scope, Setup { flags: flags(source), ..Setup::default() })
            .map_err(|error| error.describe(scope).to_string())?;
        let support =
            prepare(scope, &runtime, outcomes).map_err(|error| error.describe(scope).to_string())?;
        Ok::<_, String>((Rc::new(runtime), Rc::new(engine::Persistent::new(scope, support))))
    })?;
    let rejected = Rc::clone(&support);
    context.on_unhandled_rejection(move |scope, promise, reason| {
        let support = rejected.get(scope).as_object().expect("support is an object");
        let told = support.call_method(scope, "rejected", &[promise, reason]);
        assert!(told.is_ok(), "reporting a rejection does not throw");
    });
    let step = |method: &str| -> Result<bool, String> {
        context.enter(|scope| {
            let support = support.get(scope).as_object().expect("support is an object");
            let result = support.call_method(scope, method, &[]);
            result.map(|value| value.to_boolean()).map_err(|error| error.describe(scope).to_string())
        })
    };
    evaluate(&context, name, source)?;
    step("run")?;
    while !step("isDone")? {
        if vm.take_stopped() {
            return Err("a case kept the processor too long".into());
        }
        if !vm.pump() && !step("advance")? && !pump_patiently(&vm) {
            step("abandon")?;
        }
    }
    drop(runtime);
    Ok(())
}

/// Waits for what the engine does on other threads, such as compiling WebAssembly. Says whether anything came.
fn pump_patiently(vm: &Vm) -> bool {
    (0..PATIENCE_MS).any(|_| {
        thread::sleep(Duration::from_millis(1));
        vm.pump()
    })
}

fn evaluate(context: &Context, name: &str, source: &str) -> Result<(), String> {
    context.enter(|scope| match scope.evaluate(source, name, 1) {
        Ok(_) => Ok(()),
        Err(error) => Err(error.describe(scope).to_string()),
    })
}

fn prepare<'s>(
    scope: &Scope<'s>,
    runtime: &Runtime,
    outcomes: &Rc<RefCell<Vec<Outcome>>>,
) -> engine::Result<'s, Object<'s>> {
    let outcomes = Rc::clone(outcomes);
    let report = scope.function("report", move |scope, call| {
        let (name, failure) = (call.arg(0).to_string(scope)?, call.arg(1).to_string(scope)?);
        outcomes.borrow_mut().push(Outcome { name, failure: (!failure.is_empty()).then_some(failure) });
        Ok(scope.undefined())
    });
    let support = scope.evaluate(include_str!("support.js"), "holdfast:tests/support", 1)?;
    let support = support.as_object().expect("support.js is a function");
    let arguments = [
        runtime.require_function(scope).value(),
        runtime.native(scope).value(),
        runtime.define_function(scope).value(),
        report.value(),
    ];
    let support = support.call(scope, scope.undefined(), &arguments)?;
    Ok(support.as_object().expect("support.js gives an object"))
}

fn flags(source: &str) -> Flags {
    let wanted =
        source.lines().next().and_then(|line| line.strip_prefix("// compatibility: ")).unwrap_or(NEWEST_DATE);
    let mut words = wanted.split_whitespace();
    let date = words.next().expect("a compatibility line names a date");
    Flags::from(date, &words.collect::<Vec<_>>()).expect("the compatibility line of a test is right")
}
