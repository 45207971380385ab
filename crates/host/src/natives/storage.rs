//! `native.storage`: the key-value store of one object.

use super::{Natives, define, fail, length, number, optional_text, string_list, text};
use crate::shared::Shared;
use holdfast_core::key_value::{
    Backend, ErrorClass, ListOptions, Order, Refusal, check_key, check_pair, check_pairs_count,
};
use holdfast_engine::{ErrorKind, Exception, Object, Result, Scope};
use holdfast_store::{Alarm, Error};
use std::rc::Rc;

pub(super) fn install<'s>(scope: &Scope<'s>, group: Object<'s>, natives: &Natives) -> Result<'s, ()> {
    reads(scope, group, &natives.shared)?;
    writes(scope, group, &natives.shared)
}

fn reads<'s>(scope: &Scope<'s>, group: Object<'s>, shared: &Rc<Shared>) -> Result<'s, ()> {
    let shared_here = Rc::clone(shared);
    define(scope, group, "get", move |scope, call| {
        let key = text(scope, call, 1)?;
        let found = with_data(scope, &shared_here, number(call, 0), |data, backend| {
            check_key(backend, &key).map_err(|refusal| refused(scope, &refusal))?;
            data.get(&key).map_err(|error| failed(scope, &error))
        })?;
        Ok(found.map_or(scope.undefined(), |bytes| scope.uint8_array(bytes).into()))
    })?;
    let shared_here = Rc::clone(shared);
    define(scope, group, "getMany", move |scope, call| {
        let keys = string_list(scope, call.arg(1))?;
        let found = with_data(scope, &shared_here, number(call, 0), |data, backend| {
            for key in &keys {
                check_key(backend, key).map_err(|refusal| refused(scope, &refusal))?;
            }
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            data.get_many(&keys).map_err(|error| failed(scope, &error))
        })?;
        flat(scope, found)
    })?;
    let shared_here = Rc::clone(shared);
    define(scope, group, "list", move |scope, call| {
        #[expect(clippy::cast_possible_truncation, reason = "a limit beyond 2^53 is no limit")]
        let limit = call.arg(6).as_number().map(|limit| limit as i64);
        let options = ListOptions {
            start: optional_text(scope, call, 1)?,
            start_after: optional_text(scope, call, 2)?,
            end: optional_text(scope, call, 3)?,
            prefix: optional_text(scope, call, 4)?,
            order: if call.arg(5).to_boolean() { Order::Reverse } else { Order::Forward },
            limit,
        };
        let range = options.range().map_err(|refusal| refused(scope, &refusal))?;
        let Some(range) = range else { return Ok(scope.array(&[]).into()) };
        let found = with_data(scope, &shared_here, number(call, 0), |data, _| {
            data.list(&range).map_err(|error| failed(scope, &error))
        })?;
        flat(scope, found)
    })
}

fn writes<'s>(scope: &Scope<'s>, group: Object<'s>, shared: &Rc<Shared>) -> Result<'s, ()> {
    let shared_here = Rc::clone(shared);
    define(scope, group, "put", move |scope, call| {
        let key = text(scope, call, 1)?;
        let value = call.arg(2).to_bytes(scope).unwrap_or_default();
        put(scope, &shared_here, number(call, 0), &[(key, value)])?;
        Ok(scope.undefined())
    })?;
    let shared_here = Rc::clone(shared);
    define(scope, group, "putMany", move |scope, call| {
        let Some(list) = call.arg(1).as_object() else { return Ok(scope.undefined()) };
        let mut pairs = Vec::new();
        for at in (0..length(scope, list)?).step_by(2) {
            let key = list.get_index(scope, at)?.to_string(scope)?;
            pairs.push((key, list.get_index(scope, at + 1)?.to_bytes(scope).unwrap_or_default()));
        }
        put(scope, &shared_here, number(call, 0), &pairs)?;
        Ok(scope.undefined())
    })?;
    let shared_here = Rc::clone(shared);
    define(scope, group, "delete", move |scope, call| {
        let keys = [text(scope, call, 1)?];
        let deleted = delete(scope, &shared_here, number(call, 0), &keys)?;
        Ok(scope.boolean(deleted > 0))
    })?;
    let shared_here = Rc::clone(shared);
    define(scope, group, "deleteMany", move |scope, call| {
        let keys = string_list(scope, call.arg(1))?;
        let deleted = delete(scope, &shared_here, number(call, 0), &keys)?;
        Ok(scope.number(f64::from(deleted)))
    })?;
    let shared_here = Rc::clone(shared);
    define(scope, group, "deleteAll", move |scope, call| {
        let owner = number(call, 0);
        with_data(scope, &shared_here, owner, |data, _| {
            data.delete_all(Alarm::Delete).map_err(|error| failed(scope, &error))
        })?;
        shared_here.dirty(owner);
        Ok(scope.undefined())
    })?;
    // Writes are durable when the turn ends, which is before anybody can see that this promise was resolved.
    define(scope, group, "sync", move |scope, _| Ok(scope.undefined()))
}

fn put<'a>(scope: &Scope<'a>, shared: &Shared, owner: u32, pairs: &[(String, Vec<u8>)]) -> Result<'a, ()> {
    with_data(scope, shared, owner, |data, backend| {
        check_pairs_count(pairs.len()).map_err(|refusal| refused(scope, &refusal))?;
        for (key, value) in pairs {
            check_pair(backend, key, value.len()).map_err(|refusal| refused(scope, &refusal))?;
        }
        for (key, value) in pairs {
            data.put(key, value).map_err(|error| failed(scope, &error))?;
        }
        Ok(())
    })?;
    shared.dirty(owner);
    Ok(())
}

fn delete<'a>(scope: &Scope<'a>, shared: &Shared, owner: u32, keys: &[String]) -> Result<'a, u32> {
    let deleted = with_data(scope, shared, owner, |data, backend| {
        let mut deleted = 0;
        for key in keys {
            check_key(backend, key).map_err(|refusal| refused(scope, &refusal))?;
            deleted += u32::from(data.delete(key).map_err(|error| failed(scope, &error))?);
        }
        Ok(deleted)
    })?;
    shared.dirty(owner);
    Ok(deleted)
}

/// Runs `work` on the data of object `owner`, unless it was reset in this turn.
fn with_data<'a, R>(
    scope: &Scope<'a>,
    shared: &Shared,
    owner: u32,
    work: impl FnOnce(&holdfast_store::Object, Backend) -> Result<'a, R>,
) -> Result<'a, R> {
    if shared.is_condemned(owner) {
        return Err(fail(scope, "Durable Object connection closed because the object was reset."));
    }
    let objects = shared.objects.borrow();
    let object =
        objects.get(owner).and_then(|object| Some((object.data.as_ref()?, object.address.namespace)));
    let Some((data, namespace)) = object else {
        return Err(fail(scope, "this Durable Object is not in memory any more"));
    };
    let backend = shared.namespaces.borrow()[namespace as usize].store.backend();
    work(data, backend)
}

/// Keys and values in a flat array.
fn flat<'a>(scope: &Scope<'a>, entries: Vec<(String, Vec<u8>)>) -> Result<'a> {
    let array = scope.array(&[]);
    for (at, (key, value)) in (0..).step_by(2).zip(entries) {
        array.set_index(scope, at, scope.string(&key))?;
        array.set_index(scope, at + 1, scope.uint8_array(value))?;
    }
    Ok(array.into())
}

fn refused<'a>(scope: &Scope<'a>, refusal: &Refusal) -> Exception<'a> {
    let kind = match refusal.class() {
        ErrorClass::TypeError => ErrorKind::TypeError,
        ErrorClass::RangeError => ErrorKind::RangeError,
        ErrorClass::Error => ErrorKind::Error,
    };
    scope.error(kind, &refusal.to_string())
}

fn failed<'a>(scope: &Scope<'a>, error: &Error) -> Exception<'a> {
    fail(scope, &error.to_string())
}
