//! `native.calls`: calls that programs make, and the answers they owe.

use super::timers::owner;
use super::{Natives, define, handle, number, optional_text, section, sockets, text};
use crate::event::Effect;
use crate::shared::{Shared, Waiting};
use crate::table::Handle;
use bytes::Bytes;
use holdfast_engine::{Call, Object, Result, Scope, Value};
use holdfast_link::{Body, Failure, FailureFlags, Headers, ObjectAddress, Request, Response};
use std::rc::Rc;

pub(super) fn install<'s>(scope: &Scope<'s>, group: Object<'s>, natives: &Natives) -> Result<'s, ()> {
    answers(scope, group, natives)?;
    let script = natives.script;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "object", move |scope, call| {
        let target = address(scope, call, 2)?;
        let request = measured_request(scope, &shared, call, 5)?;
        let number = enter(&shared, call, script);
        if !shared.refuse_broken(number, &target, since(call, 10)) {
            shared.effect(Effect::CallObject { number, target, request });
        }
        Ok(scope.number(number.to_number()))
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "outside", move |scope, call| {
        let request = request(scope, &shared, call, 2)?;
        Ok(start(scope, &shared, call, script, |number| Effect::CallOutside { number, request }))
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "cancel", move |scope, call| {
        let number = handle(call, 0);
        if shared.calls.borrow_mut().remove(number).is_some() {
            shared.world.cancel(shared.call_id(number));
        }
        Ok(scope.undefined())
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "connect", move |scope, call| {
        let url = text(scope, call, 3)?;
        let headers = headers(scope, call.arg(4))?;
        let end = shared.world.sockets().identify(number(call, 0));
        shared.effect(Effect::Connect { end, url, headers });
        Ok(scope.undefined())
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "cancelConnect", move |scope, call| {
        shared.world.sockets().finish(number(call, 0));
        Ok(scope.undefined())
    })
}

fn answers<'s>(scope: &Scope<'s>, group: Object<'s>, natives: &Natives) -> Result<'s, ()> {
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "answer", move |scope, call| {
        let status = number(call, 1);
        let websocket = match call.arg(5) {
            far if far.is_undefined() => None,
            far if far.is_number() => Some(shared.world.sockets().identify(number(call, 5))),
            far => sockets::end_of(scope, far)?,
        };
        let response = Response {
            status: u16::try_from(status).unwrap_or(500),
            status_text: text(scope, call, 2)?,
            headers: headers(scope, call.arg(3))?,
            body: body(scope, &shared, call.arg(4))?,
            websocket,
        };
        shared.effect(Effect::Answer { answer: handle(call, 0), outcome: Ok(response) });
        Ok(scope.undefined())
    })?;
    let shared = Rc::clone(&natives.shared);
    let origin = natives.origin.clone();
    define(scope, group, "fail", move |scope, call| {
        let failure = Failure {
            name: text(scope, call, 1)?,
            message: text(scope, call, 2)?,
            stack: origin.own_frames(&text(scope, call, 3)?),
            flags: flags(number(call, 4)),
            thrown: Bytes::from(call.arg(5).to_bytes(scope).unwrap_or_default()),
            ..Failure::default()
        };
        shared.effect(Effect::Answer { answer: handle(call, 0), outcome: Err(failure) });
        Ok(scope.undefined())
    })
}

/// Enters a call that a program makes; its first arguments say whose it is, and in which section.
pub(super) fn enter(shared: &Shared, call: &Call<'_>, script: u32) -> Handle {
    let waiting = Waiting { owner: owner(call, 0, script), section: section(call, 1) };
    shared.calls.borrow_mut().insert(waiting)
}

/// Makes a call that a program waits for; answers its number.
pub(super) fn start<'a>(
    scope: &Scope<'a>,
    shared: &Shared,
    call: &Call<'a>,
    script: u32,
    effect: impl FnOnce(Handle) -> Effect,
) -> Value<'a> {
    let number = enter(shared, call, script);
    shared.effect(effect(number));
    scope.number(number.to_number())
}

/// An object: namespace, id and name.
pub(super) fn address<'a>(scope: &Scope<'a>, call: &Call<'a>, first: usize) -> Result<'a, ObjectAddress> {
    Ok(ObjectAddress {
        namespace: number(call, first),
        id: id_bytes(&text(scope, call, first + 1)?),
        name: optional_text(scope, call, first + 2)?.map(Into::into),
    })
}

/// Where the list of resets ended when a stub was first used.
pub(super) fn since(call: &Call<'_>, index: usize) -> u64 {
    let end = call.arg(index).as_number().unwrap_or(f64::MAX);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of ours")]
    let end = end as u64;
    end
}

/// The marks of `dispatch.js` and `host/outgoing.js`.
pub(crate) fn flags(bits: u32) -> FailureFlags {
    FailureFlags {
        remote: bits & 1 != 0,
        retryable: bits & 2 != 0,
        overloaded: bits & 4 != 0,
        durable_object_reset: bits & 8 != 0,
        names_object: bits & 16 != 0,
        thrown: bits & 32 != 0,
    }
}

/// The marks as the runtime takes them.
pub(crate) fn bits(flags: FailureFlags) -> u32 {
    u32::from(flags.remote)
        | u32::from(flags.retryable) << 1
        | u32::from(flags.overloaded) << 2
        | u32::from(flags.durable_object_reset) << 3
        | u32::from(flags.names_object) << 4
        | u32::from(flags.thrown) << 5
}

fn request<'a>(scope: &Scope<'a>, shared: &Shared, call: &Call<'a>, first: usize) -> Result<'a, Request> {
    Ok(Request {
        method: text(scope, call, first)?,
        url: text(scope, call, first + 1)?,
        headers: headers(scope, call.arg(first + 2))?,
        body: body(scope, shared, call.arg(first + 3))?,
        cf: optional_text(scope, call, first + 4)?,
    })
}

/// A request to an object or entrypoint, whose headers say how long its body is, as they would on a wire.
pub(super) fn measured_request<'a>(
    scope: &Scope<'a>,
    shared: &Shared,
    call: &Call<'a>,
    first: usize,
) -> Result<'a, Request> {
    let mut request = request(scope, shared, call, first)?;
    let length = match &request.body {
        Body::Empty => return Ok(request),
        Body::Full(bytes) => Some(bytes.len() as u64),
        Body::Stream(reader) => reader.length,
    };
    let is_framing = |(name, _): &(String, String)| {
        name.eq_ignore_ascii_case("content-length") || name.eq_ignore_ascii_case("transfer-encoding")
    };
    if !request.headers.iter().any(is_framing) {
        request.headers.push(match length {
            Some(length) => ("content-length".to_owned(), length.to_string()),
            None => ("transfer-encoding".to_owned(), "chunked".to_owned()),
        });
    }
    Ok(request)
}

/// Names and values from a flat array.
fn headers<'a>(scope: &Scope<'a>, value: Value<'a>) -> Result<'a, Headers> {
    let mut flat = super::string_list(scope, value)?.into_iter();
    let mut headers = Headers::with_capacity(flat.len() / 2);
    while let (Some(name), Some(value)) = (flat.next(), flat.next()) {
        headers.push((name, value));
    }
    Ok(headers)
}

/// A body as `host/outgoing.js` hands it over: nothing, a string, bytes, or the number of a stream.
fn body<'a>(scope: &Scope<'a>, shared: &Shared, value: Value<'a>) -> Result<'a, Body> {
    if value.is_undefined() {
        return Ok(Body::Empty);
    }
    if value.is_string() {
        let mut text = Vec::new();
        value.append_utf8(scope, &mut text)?;
        return Ok(Body::Full(Bytes::from(text)));
    }
    if let Some(number) = value.as_number() {
        let reader = shared.bodies.borrow_mut().take_reader(Handle::from_number(number));
        return Ok(reader.map_or(Body::Empty, Body::Stream));
    }
    Ok(value.to_bytes(scope).map_or(Body::Empty, |bytes| Body::Full(Bytes::from(bytes))))
}

/// The 32 bytes of an id the runtime made: always 64 hexadecimal digits.
fn id_bytes(hex: &str) -> [u8; 32] {
    let mut id = [0; 32];
    for (byte, digits) in id.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        let digit = |at: usize| (digits[at] as char).to_digit(16).unwrap_or(0);
        *byte = u8::try_from(digit(0) * 16 + digit(1)).unwrap_or(0);
    }
    id
}
