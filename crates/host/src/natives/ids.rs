//! `native.ids`: making and checking Durable Object ids.

use super::{Natives, define, fail, number};
use crate::shared::Shared;
use holdfast_engine::{ErrorKind, Object, Result, Scope};
use std::rc::Rc;

pub(super) fn install<'s>(scope: &Scope<'s>, group: Object<'s>, natives: &Natives) -> Result<'s, ()> {
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "fromName", move |scope, call| {
        let name = call.arg(1).to_utf16(scope)?;
        let id = with_namespace(&shared, number(call, 0), |ids| ids.id_from_name_utf16(&name));
        Ok(scope.string(&id.map(|id| id.to_string()).unwrap_or_default()))
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "parse", move |scope, call| {
        let hex = call.arg(1).to_string(scope)?;
        match with_namespace(&shared, number(call, 0), |ids| ids.parse(&hex)) {
            Some(Ok(id)) => Ok(scope.string(&id.to_string())),
            Some(Err(error)) => Err(scope.error(ErrorKind::TypeError, &error.to_string())),
            None => Err(fail(scope, "there is no such namespace")),
        }
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "unique", move |scope, call| {
        let mut random = [0; 16];
        if let Err(error) = getrandom::fill(&mut random) {
            return Err(fail(scope, &format!("no randomness from the operating system: {error}")));
        }
        let id = with_namespace(&shared, number(call, 0), |ids| ids.new_unique_id(random));
        Ok(scope.string(&id.map(|id| id.to_string()).unwrap_or_default()))
    })
}

fn with_namespace<R>(
    shared: &Shared,
    number: u32,
    read: impl FnOnce(&holdfast_core::id::Namespace) -> R,
) -> Option<R> {
    let namespaces = shared.namespaces.borrow();
    namespaces.get(number as usize).map(|namespace| read(namespace.store.ids()))
}
