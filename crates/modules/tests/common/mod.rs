//! Runs small programs, given as data, through this crate and the engine.
//!
//! A program reports with `log(…)`. What is compared is the log: one line a call, values joined by spaces.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part of this")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use holdfast_engine::{Scope, THREAD_STACK_BYTES, Value, Vm};
use holdfast_modules::{Code, Graph, LINKER, LINKER_NAME, ModuleKind, Options, load};

/// A folder of files that goes away with the value.
pub struct Project {
    pub root: PathBuf,
}

impl Project {
    pub fn new(files: &[(&str, &str)]) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let root = std::env::temp_dir().join(format!("holdfast-modules-{}-{number}", std::process::id()));
        let project = Self { root };
        for (name, text) in files {
            project.write(name, text.as_bytes());
        }
        project
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Options with the first file as entry, and one built-in module.
    pub fn options(&self, entry: &str) -> Options {
        Options {
            root: self.root.clone(),
            entry: self.root.join(entry),
            builtins: vec!["cloudflare:workers".into(), "node:assert".into(), "node:events".into()],
            ..Options::default()
        }
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

const BUILTINS: &str = r#"({
  "cloudflare:workers": { DurableObject: class DurableObject {}, env: { NAME: "value" } },
  "node:assert": Object.assign(Object.create(null), { default: function assert() { return "asserted"; }, ok: () => "ok" }),
  "node:events": { default: class EventEmitter {}, EventEmitter: 1 },
})"#;

/// Runs a graph's entry and drains; gives the log, with `throws: …` for what evaluation threw.
pub fn run(graph: Graph) -> String {
    let graph = Rc::new(graph);
    let vm = Vm::new();
    let context = vm.context();
    context.enter(|scope| {
        scope
            .evaluate("globalThis.LOG = []; globalThis.log = (...parts) => { LOG.push(parts.map(String).join(' ')); }; LOG", "test", 1)
            .unwrap();
        start(scope, &graph);
    });
    context.enter(|scope| {
        let text = scope.evaluate("LOG.join('\\n')", "test", 1).unwrap();
        text.to_string(scope).unwrap().to_string()
    })
}

fn start(scope: &Scope<'_>, graph: &Rc<Graph>) {
    let descriptors =
        scope.parse_json(&graph.descriptors()).unwrap_or_else(|_| panic!("descriptors are JSON"));
    let compiled = Rc::clone(graph);
    let compile = scope.function("compile", move |scope, call| {
        let id = call.arg(0).to_number(scope)? as usize;
        compile(scope, &compiled, id)
    });
    let linker = scope
        .evaluate(LINKER, LINKER_NAME, 1)
        .unwrap_or_else(|error| panic!("the linker does not parse: {}", error.describe(scope).message));
    let global = scope.global();
    global.set(scope, "descriptors", descriptors).unwrap();
    global.set(scope, "compile", compile).unwrap();
    global.set(scope, "linker", linker).unwrap();
    global.set(scope, "entry", scope.number(graph.entry.0 as f64)).unwrap();
    let main = format!(
        "(() => {{ const builtins = {BUILTINS};
           const linked = linker(descriptors, {{ compile, builtin: (name) => builtins[name] }});
           globalThis.linked = linked;
           const failed = (error) => log('throws: ' + error);
           try {{ const pending = linked.evaluate(entry); if (pending) pending.then(() => log('settled'), failed); }}
           catch (error) {{ failed(error); }} }})()"
    );
    if let Err(error) = scope.evaluate(&main, "main", 1) {
        panic!("{}", error.describe(scope).message);
    }
}

fn compile<'s>(scope: &Scope<'s>, graph: &Graph, id: usize) -> holdfast_engine::Result<'s, Value<'s>> {
    let module = &graph.modules[id];
    match (&module.code, module.kind) {
        (Code::Script(text), _) => scope.evaluate(text, &module.name, 1),
        (Code::Text(text), ModuleKind::Json) => scope.parse_json(text),
        (Code::Text(text), _) => Ok(scope.string(text)),
        (Code::Data(bytes), ModuleKind::Wasm) => {
            let bytes = scope.array_buffer(bytes.clone());
            scope.global().set(scope, "wasmBytes", bytes)?;
            scope.evaluate("new WebAssembly.Module(wasmBytes)", "test", 1)
        }
        (Code::Data(bytes), _) => Ok(scope.array_buffer(bytes.clone()).into()),
        (Code::Builtin, _) => unreachable!("built-ins are not compiled"),
    }
}

/// Runs files, the first being the entry, and gives the log; load problems as `Display` prints them.
pub fn outcome_with(files: &[(&str, &str)], adjust: impl FnOnce(&mut Options)) -> String {
    let project = Project::new(files);
    let mut options = project.options(files[0].0);
    adjust(&mut options);
    in_engine_thread(move || match load(&options) {
        Ok(graph) => run(graph),
        Err(problems) => problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    })
}

pub fn outcome(files: &[(&str, &str)]) -> String {
    outcome_with(files, |_| {})
}

/// JavaScript needs a deeper stack than a test thread has.
pub fn in_engine_thread(body: impl FnOnce() -> String + Send) -> String {
    thread::scope(|scope| {
        thread::Builder::new()
            .stack_size(THREAD_STACK_BYTES)
            .spawn_scoped(scope, body)
            .unwrap()
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// The one way tests speak: files in, log out.
#[track_caller]
pub fn check(files: &[(&str, &str)], expected: &str) {
    assert_eq!(outcome(files), expected.trim_matches('\n'));
}
