//! `native.orders`: what `workerd:unsafe` asks of objects.

use super::timers::owner;
use super::{Natives, calls, define, number, optional_text, section, text};
use crate::event::Effect;
use crate::shared::{Shared, Waiting};
use holdfast_engine::{Call, Object, Result, Scope, Value};
use holdfast_link::{Evicted, ObjectAddress, Order, Thread};
use std::rc::Rc;
use std::time::Instant;

pub(super) fn install<'s>(scope: &Scope<'s>, group: Object<'s>, natives: &Natives) -> Result<'s, ()> {
    let script = natives.script;
    let shared = Rc::clone(&natives.shared);
    define(
        scope,
        group,
        "threads",
        move |scope, _| Ok(scope.number(f64::from(shared.world.thread_count()))),
    )?;
    let shared = Rc::clone(&natives.shared);
    // Owner, section, whether sockets are closed, and the object: namespace, id, name.
    define(scope, group, "evict", move |scope, call| {
        let object = ObjectAddress {
            namespace: number(call, 3),
            id: calls::id_bytes(&text(scope, call, 4)?),
            name: optional_text(scope, call, 5)?.map(Into::into),
        };
        let thread = shared.world.thread_of(&object);
        let order = Order::Evict { object, websockets: evicted(call), asked: Instant::now() };
        Ok(give(scope, &shared, call, script, thread, order))
    })?;
    let shared = Rc::clone(&natives.shared);
    // Owner, section, whether sockets are closed, a thread and what its objects are to do.
    define(scope, group, "all", move |scope, call| {
        let order = match text(scope, call, 4)?.as_str() {
            "abort" => Order::AbortAll,
            "delete" => Order::DeleteAll,
            _ => Order::EvictAll { websockets: evicted(call) },
        };
        let thread = Thread(u16::try_from(number(call, 3)).unwrap_or_default());
        Ok(give(scope, &shared, call, script, thread, order))
    })
}

fn evicted(call: &Call<'_>) -> Evicted {
    if call.arg(2).to_boolean() { Evicted::Close } else { Evicted::Hibernate }
}

fn give<'a>(
    scope: &Scope<'a>,
    shared: &Shared,
    call: &Call<'a>,
    script: u32,
    thread: Thread,
    order: Order,
) -> Value<'a> {
    let waiting = Waiting { owner: owner(call, 0, script), section: section(call, 1) };
    let number = shared.calls.borrow_mut().insert(waiting);
    shared.effect(Effect::Order { number, thread, order });
    scope.number(number.to_number())
}
