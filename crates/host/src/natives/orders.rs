//! `native.orders`: what `workerd:unsafe` asks of objects.

use super::{Natives, calls, define, number, text};
use crate::event::Effect;
use holdfast_engine::{Call, Object, Result, Scope};
use holdfast_link::{Evicted, Order, Thread};
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
        let object = calls::address(scope, call, 3)?;
        let thread = shared.world.thread_of(&object);
        let order = Order::Evict { object, websockets: evicted(call), asked: Instant::now() };
        Ok(calls::start(scope, &shared, call, script, |number| Effect::Order { number, thread, order }))
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
        Ok(calls::start(scope, &shared, call, script, |number| Effect::Order { number, thread, order }))
    })
}

fn evicted(call: &Call<'_>) -> Evicted {
    if call.arg(2).to_boolean() { Evicted::Close } else { Evicted::Hibernate }
}
