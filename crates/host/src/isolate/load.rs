//! Bringing a program up in an engine: its bindings, its modules, its top-level awaits, its exports.

use super::{Binding, Origin, Program};
use holdfast_engine::{Context, Object, Persistent, Scope, Vm};
use holdfast_modules::{Code, Format, LINKER, LINKER_NAME, Module, ModuleKind};
use holdfast_workers::Runtime;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// What became of the program's evaluation: `None` while top-level awaits are open.
pub(super) type Outcome = Rc<Cell<Option<Result<(), String>>>>;

/// Runs the program's modules and takes in its exports.
pub(super) fn evaluate<'s>(
    scope: &Scope<'s>,
    runtime: &Runtime,
    program: &Arc<Program>,
    outcome: &Outcome,
) -> holdfast_engine::Result<'s, ()> {
    let module = runtime.require(scope, "program")?;
    let bindings = scope.parse_json(&bindings_json(&program.bindings))?;
    module.call_method(scope, "setBindings", &[bindings])?;
    if program.graph.format == Format::ServiceWorker {
        module.call_method(scope, "becomeServiceWorker", &[])?;
    }
    let linked = link(scope, runtime, program)?;
    let entry = scope.number(f64::from(u32::try_from(program.graph.entry.0).unwrap_or(0)));
    let evaluated = linked.call_method(scope, "evaluate", &[entry])?;
    let take_exports = {
        let module = Persistent::new(scope, module);
        let linked = Persistent::new(scope, linked);
        let entry = program.graph.entry.0;
        move |scope: &Scope<'_>| -> Result<(), String> {
            let exports = || {
                let entry = scope.number(f64::from(u32::try_from(entry).unwrap_or(0)));
                let linked = linked.get(scope).as_object().expect("the linker's answer is an object");
                let namespace = linked.call_method(scope, "namespace", &[entry])?;
                let module = module.get(scope).as_object().expect("a module's exports are an object");
                module.call_method(scope, "setExports", &[namespace])
            };
            exports().map(|_| ()).map_err(|exception| exception.describe(scope).message)
        }
    };
    let Some(promise) = evaluated.as_object() else {
        outcome.set(Some(take_exports(scope)));
        return Ok(());
    };
    let done = outcome.clone();
    let fulfilled = scope.function("fulfilled", move |scope, _| {
        done.set(Some(take_exports(scope)));
        Ok(scope.undefined())
    });
    let done = outcome.clone();
    let origin = Origin { program: program.clone() };
    let rejected = scope.function("rejected", move |scope, call| {
        done.set(Some(Err(origin.describe(&call.arg(0).throw().describe(scope)))));
        Ok(scope.undefined())
    });
    promise.call_method(scope, "then", &[fulfilled.into(), rejected.into()])?;
    Ok(())
}

/// Waits for top-level awaits. They can only wait for the engine itself: there is no I/O at this point.
pub(super) fn settle(vm: &Vm, context: &Context, origin: &Origin, outcome: &Outcome) -> Result<(), String> {
    const PUMPS_MAX: u32 = 500;
    for _ in 0..PUMPS_MAX {
        if let Some(result) = outcome.take() {
            return result;
        }
        if vm.was_stopped() {
            // The meter knows why.
            return Ok(());
        }
        vm.pump();
        context.enter(|_| ());
        std::thread::sleep(Duration::from_millis(1));
    }
    Err(format!(
        "a top-level await of {} never settles: no I/O is possible before the first event",
        origin.program.name
    ))
}

/// Gives the linker the graph and a way to compile its modules.
fn link<'s>(
    scope: &Scope<'s>,
    runtime: &Runtime,
    program: &Arc<Program>,
) -> holdfast_engine::Result<'s, Object<'s>> {
    let linker = scope.evaluate(LINKER, LINKER_NAME, 1)?.as_object().expect("the linker is a function");
    let descriptors = scope.parse_json(&program.graph.descriptors())?;
    let host = scope.object();
    let source = program.clone();
    let compile = scope.function("compile", move |scope, call| {
        let id = call.arg(0).to_number(scope)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index of the graph")]
        let module = &source.graph.modules[id as usize];
        compile_module(scope, module)
    });
    host.set(scope, "compile", compile)?;
    let builtins = runtime.require(scope, "builtins")?;
    let builtin = builtins.get(scope, "builtin")?;
    host.set(scope, "builtin", builtin)?;
    let stacks = runtime.require(scope, "stack")?;
    host.set(scope, "stacks", stacks)?;
    let linked = linker.call(scope, scope.undefined(), &[descriptors, host.into()])?;
    Ok(linked.as_object().expect("the linker answers an object"))
}

/// What a module's file stands for: a function to call, or a value.
fn compile_module<'s>(scope: &Scope<'s>, module: &Module) -> holdfast_engine::Result<'s> {
    match (&module.code, module.kind) {
        (Code::Script(code), _) => scope.evaluate(code, &module.name, 1),
        (Code::Text(text), ModuleKind::Json) => scope.parse_json(text),
        (Code::Text(text), _) => Ok(scope.string(text)),
        (Code::Data(bytes), ModuleKind::Wasm) => {
            let bytes = scope.array_buffer(bytes.clone());
            let wasm =
                scope.global().get(scope, "WebAssembly")?.as_object().expect("WebAssembly is an object");
            let compile = wasm.get(scope, "Module")?.as_object().expect("WebAssembly.Module is a function");
            Ok(compile.construct(scope, &[bytes.value()])?.value())
        }
        (Code::Data(bytes), _) => Ok(scope.array_buffer(bytes.clone()).into()),
        (Code::Builtin, _) => Ok(scope.undefined()),
    }
}

fn bindings_json(bindings: &[Binding]) -> String {
    let list: Vec<serde_json::Value> = bindings
        .iter()
        .map(|binding| match binding {
            Binding::Namespace { name, number } => {
                serde_json::json!({ "type": "durable_object_namespace", "name": name, "namespace": number })
            }
            Binding::Service { name, script, entrypoint, props } => serde_json::json!({
                "type": "service", "name": name, "script": script, "entrypoint": entrypoint, "props": props,
            }),
            Binding::Variable { name, value } => {
                serde_json::json!({ "type": "json", "name": name, "value": value })
            }
        })
        .collect();
    serde_json::Value::Array(list).to_string()
}
