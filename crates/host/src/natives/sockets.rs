//! `native.sockets`: the table of WebSocket ends, and the outbox.

use super::{Natives, define, number, optional_text, string_list, strings, text};
use crate::outbox::Outbox;
use holdfast_engine::{Object, Result, Scope};
use holdfast_link::{EndId, Message, Thread};
use std::rc::Rc;

pub(super) fn install<'s>(scope: &Scope<'s>, group: Object<'s>, natives: &Natives) -> Result<'s, Rc<Outbox>> {
    let (outbox, written) = Outbox::new(scope);
    let outbox = Rc::new(outbox);
    group.set(scope, "words", written.words)?;
    group.set(scope, "texts", written.texts)?;
    group.set(scope, "payloads", written.payloads)?;
    let shared = Rc::clone(&natives.shared);
    let full = Rc::clone(&outbox);
    // A turn that sends more than the outbox holds. What it wrote to storage holds it back, as after the turn.
    define(scope, group, "flush", move |scope, _| {
        full.drain(&scope.context(), &shared);
        Ok(scope.undefined())
    })?;
    ends(scope, group, natives)?;
    held(scope, group, natives)?;
    auto_response(scope, group, natives)?;
    Ok(outbox)
}

fn ends<'s>(scope: &Scope<'s>, group: Object<'s>, natives: &Natives) -> Result<'s, ()> {
    let shared = Rc::clone(&natives.shared);
    let script = natives.script;
    define(scope, group, "enter", move |scope, call| {
        let owner = match number(call, 0) {
            0 => script,
            owner => owner,
        };
        Ok(scope.number(f64::from(shared.world.sockets().enter(owner).index)))
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "accept", move |scope, call| {
        shared.world.sockets().accept(number(call, 0));
        Ok(scope.undefined())
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "joinHere", move |scope, call| {
        shared.world.sockets().join_here(number(call, 0), number(call, 1));
        Ok(scope.undefined())
    })?;
    let shared = Rc::clone(&natives.shared);
    // Nobody takes this far side.
    define(scope, group, "refuse", move |scope, call| {
        if let Some(end) = end_of(scope, call.arg(0))? {
            let reason = crate::host::GONE_REASON.to_owned();
            shared.world.post(end.thread, Message::Close { end, code: 1006, reason });
        }
        Ok(scope.undefined())
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "joinFar", move |scope, call| {
        if let Some(far) = end_of(scope, call.arg(1))? {
            shared.world.sockets().join_far(number(call, 0), far);
        }
        Ok(scope.undefined())
    })
}

fn held<'s>(scope: &Scope<'s>, group: Object<'s>, natives: &Natives) -> Result<'s, ()> {
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "hold", move |scope, call| {
        let tags = string_list(scope, call.arg(1))?;
        shared.world.sockets().hold(number(call, 0), tags);
        Ok(scope.undefined())
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "heldCount", move |scope, call| {
        #[expect(clippy::cast_precision_loss, reason = "at most 32,768")]
        Ok(scope.number(shared.world.sockets().held_count(number(call, 0)) as f64))
    })?;
    let shared = Rc::clone(&natives.shared);
    // The numbers as little-endian words, which is much faster than an array of numbers.
    define(scope, group, "held", move |scope, call| {
        let tag = optional_text(scope, call, 1)?;
        let held = shared.world.sockets().held(number(call, 0), tag.as_deref());
        let bytes: Vec<u8> = held.iter().flat_map(|end| end.to_le_bytes()).collect();
        Ok(scope.array_buffer(bytes).into())
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "bits", move |scope, call| {
        Ok(scope.number(f64::from(shared.world.sockets().bits(number(call, 0)))))
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "tags", move |scope, call| {
        strings(scope, shared.world.sockets().tags(number(call, 0)))
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "attachment", move |scope, call| {
        let mut copy = None;
        shared.world.sockets().attachment(number(call, 0), &mut |bytes| copy = bytes.map(<[u8]>::to_vec));
        Ok(copy.map_or(scope.undefined(), |bytes| scope.uint8_array(bytes).into()))
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "setAttachment", move |scope, call| {
        let bytes = call.arg(1).to_bytes(scope).unwrap_or_default();
        shared.set_attachment(number(call, 0), bytes.into_boxed_slice());
        Ok(scope.undefined())
    })
}

fn auto_response<'s>(scope: &Scope<'s>, group: Object<'s>, natives: &Natives) -> Result<'s, ()> {
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "setAutoResponse", move |scope, call| {
        let pair = if call.arg(1).is_undefined() {
            None
        } else {
            Some((text(scope, call, 1)?, text(scope, call, 2)?))
        };
        shared.world.sockets().set_auto_response(number(call, 0), pair);
        Ok(scope.undefined())
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "autoResponse", move |scope, call| {
        match shared.world.sockets().auto_response(number(call, 0)) {
            Some((request, response)) => strings(scope, [request, response]),
            None => Ok(scope.undefined()),
        }
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "autoResponseAt", move |scope, call| {
        let at = shared.world.sockets().auto_response_at(number(call, 0));
        Ok(at.map_or(scope.null(), |at| scope.number(at)))
    })
}

/// A far side as the runtime keeps it: `[thread, index, generation]`.
pub(crate) fn describe_end<'a>(scope: &Scope<'a>, end: EndId) -> Object<'a> {
    scope.array(&[
        scope.number(f64::from(end.thread.0)),
        scope.number(f64::from(end.index)),
        scope.number(f64::from(end.generation)),
    ])
}

pub(super) fn end_of<'a>(scope: &Scope<'a>, value: holdfast_engine::Value<'a>) -> Result<'a, Option<EndId>> {
    let Some(array) = value.as_object() else { return Ok(None) };
    let mut parts = [0.0; 3];
    for (index, part) in (0..).zip(parts.iter_mut()) {
        *part = array.get_index(scope, index)?.to_number(scope)?;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "written by describe_end")]
    let end = EndId { thread: Thread(parts[0] as u16), index: parts[1] as u32, generation: parts[2] as u32 };
    Ok(Some(end))
}
