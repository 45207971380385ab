//! `native.rpc`: method calls for the modules under `rpc/`, and the stubs that go with them.
//!
//! What a value holds beside its bytes is a flat array of pairs: a kind (see [`REFER`]) and a number.

use super::timers::owner;
use super::{Natives, calls, define, handle, length, number, optional_text, section, string_list, text};
use crate::event::Effect;
use crate::shared::Shared;
use crate::table::Handle;
use bytes::Bytes;
use holdfast_engine::{Call, Object, Result, Scope, Value};
use holdfast_link::rpc::{self, Callee, Capability, External, Invocation, Operation, Returned};
use holdfast_link::{Entry, Message, Target};
use std::rc::Rc;

/// A stub that the sender keeps.
const REFER: f64 = 0.0;
/// A stub that goes over to the receiver.
const MOVE: f64 = 1.0;
/// A stream of bytes.
const STREAM: f64 = 2.0;

pub(super) fn install<'s>(scope: &Scope<'s>, group: Object<'s>, natives: &Natives) -> Result<'s, ()> {
    let script = natives.script;
    group.set(scope, "script", scope.number(f64::from(script)))?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "expose", move |scope, call| {
        let import = shared.export(owner(call, 0, script), section(call, 1), number(call, 2));
        Ok(scope.number(import.to_number()))
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "dup", move |scope, call| {
        let copy = shared.rpc.capability(handle(call, 0));
        let import = copy.map(|capability| shared.rpc.import(owner(call, 1, script), capability));
        Ok(import.map_or(scope.undefined(), |import| scope.number(import.to_number())))
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "release", move |scope, call| {
        // Among this thread's other messages, so that it is not overtaken by a timer.
        if let Some(export) = shared.rpc.take(handle(call, 0)).and_then(Capability::release) {
            shared.world.post(export.thread, Message::Released { export });
        }
        Ok(scope.undefined())
    })?;
    let shared = Rc::clone(&natives.shared);
    // Where the list of objects that were reset ends now.
    define(scope, group, "resets", move |scope, _| {
        #[expect(clippy::cast_precision_loss, reason = "fewer resets than 2^53")]
        let end = shared.broken.borrow().end() as f64;
        Ok(scope.number(end))
    })?;
    invoking(scope, group, natives)?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "answer", move |scope, call| {
        let bytes = call.arg(1).to_bytes(scope).unwrap_or_default();
        let disposer = call.arg(3).is_number().then(|| shared.rpc.take(handle(call, 3))).flatten();
        let value =
            rpc::Value { bytes: Bytes::from(bytes), externals: externals(scope, &shared, call.arg(2))? };
        let returned = Returned { value, disposer };
        shared.effect(Effect::Return { answer: handle(call, 0), returned });
        Ok(scope.undefined())
    })?;
    let shared = Rc::clone(&natives.shared);
    // Whether somebody else may call what the stateless Worker exported.
    define(scope, group, "isHeldElsewhere", move |scope, _| {
        Ok(scope.boolean(shared.rpc.is_held_elsewhere(shared.thread, script)))
    })?;
    let shared = Rc::clone(&natives.shared);
    // Numbers of the namespaces of this script's own classes, by class name.
    define(scope, group, "namespaces", move |scope, _| {
        let own = scope.object();
        for (at, namespace) in (0_u32..).zip(shared.namespaces.borrow().iter()) {
            if namespace.script == script {
                own.set(scope, &namespace.class, scope.number(f64::from(at)))?;
            }
        }
        Ok(own.into())
    })
}

fn invoking<'s>(scope: &Scope<'s>, group: Object<'s>, natives: &Natives) -> Result<'s, ()> {
    let script = natives.script;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "invokeObject", move |scope, call| {
        let invocation = invocation(scope, &shared, call, 5)?;
        let address = calls::address(scope, call, 2)?;
        let number = calls::enter(&shared, call, script);
        if !shared.refuse_broken(number, &address, calls::since(call, 8)) {
            shared.effect(Effect::Invoke { number, callee: Callee::object(address), invocation });
        }
        Ok(scope.number(number.to_number()))
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "invokeService", move |scope, call| {
        let invocation = invocation(scope, &shared, call, 5)?;
        let target = Target::Worker { script: number(call, 2), entry: entry(scope, call, 3)? };
        let callee = Callee::Entry(target);
        let effect = |number| Effect::Invoke { number, callee, invocation };
        Ok(calls::start(scope, &shared, call, script, effect))
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "invokeStub", move |scope, call| {
        let invocation = invocation(scope, &shared, call, 3)?;
        let Some(capability) = shared.rpc.capability(handle(call, 2)) else { return Ok(scope.undefined()) };
        let callee = Callee::Export(capability);
        let effect = |number| Effect::Invoke { number, callee, invocation };
        Ok(calls::start(scope, &shared, call, script, effect))
    })?;
    let shared = Rc::clone(&natives.shared);
    // A scheduled event for an entrypoint.
    define(scope, group, "schedule", move |scope, call| {
        #[expect(clippy::cast_possible_truncation, reason = "fractions of milliseconds are dropped")]
        let scheduled_ms = call.arg(5).as_number().unwrap_or_default() as i64;
        let (callee, entry, cron) = (number(call, 2), entry(scope, call, 3)?, text(scope, call, 6)?);
        let effect = |number| Effect::Schedule { number, script: callee, entry, scheduled_ms, cron };
        Ok(calls::start(scope, &shared, call, script, effect))
    })?;
    let shared = Rc::clone(&natives.shared);
    // A request to an entrypoint.
    define(scope, group, "fetchService", move |scope, call| {
        let request = calls::measured_request(scope, &shared, call, 5)?;
        let target = Target::Worker { script: number(call, 2), entry: entry(scope, call, 3)? };
        Ok(calls::start(scope, &shared, call, script, |number| Effect::CallService {
            number,
            target,
            request,
        }))
    })
}

/// The name of an entrypoint and its props, where they are not the default.
fn entry<'a>(scope: &Scope<'a>, call: &Call<'a>, first: usize) -> Result<'a, Entry> {
    Ok(Entry {
        name: optional_text(scope, call, first)?.map(Into::into),
        props: optional_text(scope, call, first + 1)?.map(Into::into),
    })
}

/// A path (a name, or an array of names), the arguments (undefined: the property is read; null: there are none) and
/// what the arguments hold beside their bytes.
fn invocation<'a>(
    scope: &Scope<'a>,
    shared: &Shared,
    call: &Call<'a>,
    first: usize,
) -> Result<'a, Invocation> {
    let path = match call.arg(first) {
        name if name.is_string() => vec![name.to_string(scope)?],
        names => string_list(scope, names)?,
    };
    let arguments = call.arg(first + 1);
    let operation = if arguments.is_undefined() {
        Operation::Get
    } else if arguments.is_null() {
        Operation::Call(None)
    } else {
        let bytes = Bytes::from(arguments.to_bytes(scope).unwrap_or_default());
        let externals = externals(scope, shared, call.arg(first + 2))?;
        Operation::Call(Some(rpc::Value { bytes, externals }))
    };
    Ok(Invocation { path, operation })
}

fn externals<'a>(scope: &Scope<'a>, shared: &Shared, value: Value<'a>) -> Result<'a, Vec<External>> {
    let Some(pairs) = value.as_object() else { return Ok(Vec::new()) };
    let count = length(scope, pairs)?;
    let mut externals = Vec::with_capacity(count as usize / 2);
    let item = |index| pairs.get_index(scope, index)?.to_number(scope);
    for at in (0..count).step_by(2) {
        let number = Handle::from_number(item(at + 1)?);
        let external = match item(at)? {
            REFER => shared.rpc.capability(number).map(External::Stub),
            MOVE => shared.rpc.take(number).map(External::Stub),
            _ => shared.bodies.borrow_mut().take_reader(number).map(External::Stream),
        };
        // The runtime has checked that the stub or stream is there.
        externals.extend(external);
    }
    Ok(externals)
}

/// What arrived beside the bytes, as pairs; undefined when there is nothing.
pub(crate) fn arrived<'s>(
    scope: &Scope<'s>,
    shared: &Shared,
    owner: u32,
    externals: Vec<External>,
) -> Result<'s> {
    if externals.is_empty() {
        return Ok(scope.undefined());
    }
    let pairs = scope.array(&[]);
    for (at, external) in (0..).step_by(2).zip(externals) {
        let (kind, number) = match external {
            External::Stub(capability) => (MOVE, shared.rpc.import(owner, capability)),
            External::Stream(reader) => (STREAM, shared.bodies.borrow_mut().arrive(owner, reader)),
        };
        pairs.set_index(scope, at, scope.number(kind))?;
        pairs.set_index(scope, at + 1, scope.number(number.to_number()))?;
    }
    Ok(pairs.into())
}
