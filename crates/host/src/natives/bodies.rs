//! `native.bodies`: streamed bodies for `host/bodies.js`.

use super::timers::owner;
use super::{Natives, define, fail, handle, section, text};
use crate::bodies::{self, Pulled};
use bytes::Bytes;
use holdfast_engine::{Object, Result, Scope};
use std::rc::Rc;

pub(super) fn install<'s>(scope: &Scope<'s>, group: Object<'s>, natives: &Natives) -> Result<'s, ()> {
    let script = natives.script;
    let shared = Rc::clone(&natives.shared);
    let host = natives.host.clone();
    define(scope, group, "pull", move |scope, call| {
        let Some(host) = host.upgrade() else { return Ok(scope.null()) };
        match bodies::pull(&shared, &host, handle(call, 0), owner(call, 1, script), section(call, 2)) {
            Pulled::Chunk(chunk) => Ok(scope.uint8_array(chunk.to_vec()).into()),
            Pulled::End => Ok(scope.null()),
            Pulled::Failed(reason) => Err(fail(scope, &reason)),
            Pulled::Later => Ok(scope.undefined()),
        }
    })?;
    let shared = Rc::clone(&natives.shared);
    let host = natives.host.clone();
    define(scope, group, "write", move |scope, call| {
        let Some(host) = host.upgrade() else { return Ok(scope.number(2.0)) };
        let chunk = Bytes::from(call.arg(1).to_bytes(scope).unwrap_or_default());
        if chunk.is_empty() {
            return Ok(scope.number(0.0));
        }
        let written =
            bodies::write(&shared, &host, handle(call, 0), chunk, owner(call, 2, script), section(call, 3));
        Ok(scope.number(f64::from(written as u8)))
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "open", move |scope, call| {
        Ok(scope.number(shared.bodies.borrow_mut().open(owner(call, 0, script)).to_number()))
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "cancel", move |scope, call| {
        shared.bodies.borrow_mut().close(handle(call, 0));
        Ok(scope.undefined())
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "end", move |scope, call| {
        bodies::finish(&shared, handle(call, 0), None);
        Ok(scope.undefined())
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "fail", move |scope, call| {
        bodies::finish(&shared, handle(call, 0), Some(text(scope, call, 1)?));
        Ok(scope.undefined())
    })
}
