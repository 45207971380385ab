//! `native.storage`: the key-value store of one object, its transactions, and waiting until it is durable.

use super::primitive::primitive;
use super::{Natives, define, fail, length, number, optional_text, section, string_list, text};
use crate::event::Effect;
use crate::host::output::program_text;
use crate::shared::Shared;
use holdfast_core::key_value::{Backend, ErrorClass, ListOptions, Order, Refusal, check_key, check_pair};
use holdfast_core::output::{Confirm, Ending};
use holdfast_engine::{Call, ErrorKind, Exception, Object, Result, Scope};
use holdfast_store::{Alarm, Error};
use std::rc::Rc;

pub(super) fn install<'s>(scope: &Scope<'s>, group: Object<'s>, natives: &Natives) -> Result<'s, ()> {
    reads(scope, group, &natives.shared)?;
    writes(scope, group, &natives.shared)?;
    endings(scope, group, natives)
}

fn reads<'s>(scope: &Scope<'s>, group: Object<'s>, shared: &Rc<Shared>) -> Result<'s, ()> {
    let shared_here = Rc::clone(shared);
    define(scope, group, "get", move |scope, call| {
        let key = text(scope, call, 1)?;
        with_data(scope, &shared_here, number(call, 0), |data, backend| {
            check_key(backend, &key)?;
            let value = |bytes: &[u8]| {
                primitive(scope, bytes).unwrap_or_else(|| scope.uint8_array(bytes.to_vec()).into())
            };
            Ok(data.get_with(&key, |found| found.map_or(scope.undefined(), value))?)
        })
    })?;
    let shared_here = Rc::clone(shared);
    define(scope, group, "getMany", move |scope, call| {
        let keys = string_list(scope, call.arg(1))?;
        let found = with_data(scope, &shared_here, number(call, 0), |data, _| {
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            Ok(data.get_many(&keys)?)
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
        let found = with_data(scope, &shared_here, number(call, 0), |data, _| Ok(data.list(&range)?))?;
        flat(scope, found)
    })
}

fn writes<'s>(scope: &Scope<'s>, group: Object<'s>, shared: &Rc<Shared>) -> Result<'s, ()> {
    let shared_here = Rc::clone(shared);
    define(scope, group, "put", move |scope, call| {
        let key = text(scope, call, 1)?;
        let value = call.arg(2).to_bytes(scope).unwrap_or_default();
        put(scope, &shared_here, number(call, 0), &[(key, value)], confirm(call, 3))?;
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
        put(scope, &shared_here, number(call, 0), &pairs, confirm(call, 2))?;
        Ok(scope.undefined())
    })?;
    let shared_here = Rc::clone(shared);
    define(scope, group, "delete", move |scope, call| {
        let keys = [text(scope, call, 1)?];
        let deleted = delete(scope, &shared_here, number(call, 0), &keys, confirm(call, 2))?;
        Ok(scope.boolean(deleted > 0))
    })?;
    let shared_here = Rc::clone(shared);
    define(scope, group, "deleteMany", move |scope, call| {
        let keys = string_list(scope, call.arg(1))?;
        let deleted = delete(scope, &shared_here, number(call, 0), &keys, confirm(call, 2))?;
        Ok(scope.number(f64::from(deleted)))
    })?;
    let shared_here = Rc::clone(shared);
    define(scope, group, "deleteAll", move |scope, call| {
        let owner = number(call, 0);
        let alarm = if call.arg(1).to_boolean() { Alarm::Delete } else { Alarm::Keep };
        let is_within =
            shared_here.objects.borrow().get(owner).is_some_and(|object| object.output.in_transaction());
        if is_within {
            return Err(refused(scope, &Refusal::DeleteAllInTransaction));
        }
        with_data(scope, &shared_here, owner, |data, _| Ok(data.delete_all(alarm)?))?;
        shared_here.dirty(owner);
        Ok(scope.undefined())
    })
}

/// Waiting for the disk, and what ends with it.
fn endings<'s>(scope: &Scope<'s>, group: Object<'s>, natives: &Natives) -> Result<'s, ()> {
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "sync", move |scope, call| {
        let (who, section) = (number(call, 1), section(call, 2));
        let waits = shared
            .objects
            .borrow_mut()
            .get_mut(number(call, 0))
            .is_some_and(|object| object.output.await_all((who, section)).is_none());
        Ok(scope.boolean(waits))
    })?;
    transactions(scope, group, natives)?;
    savepoints(scope, group, natives)
}

/// `transaction()`: what is written meanwhile is committed after it.
fn transactions<'s>(scope: &Scope<'s>, group: Object<'s>, natives: &Natives) -> Result<'s, ()> {
    let shared = Rc::clone(&natives.shared);
    let host = natives.host.clone();
    define(scope, group, "begin", move |scope, call| {
        let owner = number(call, 0);
        // What was written before is no part of it.
        let is_outermost =
            shared.objects.borrow().get(owner).is_some_and(|object| !object.output.in_transaction());
        if let (true, Some(host)) = (is_outermost, host.upgrade()) {
            host.commit_one(owner).map_err(|error| lost(scope, &shared, owner, error))?;
        }
        with_data(scope, &shared, owner, |data, _| {
            data.savepoint();
            Ok(())
        })?;
        if let Some(object) = shared.objects.borrow_mut().get_mut(owner) {
            object.output.begin();
        }
        Ok(scope.undefined())
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "end", move |scope, call| {
        let owner = number(call, 0);
        let ending = if call.arg(1).to_boolean() { Ending::Commit } else { Ending::Rollback };
        with_data(scope, &shared, owner, |data, _| match ending {
            Ending::Commit => Ok(data.release()?),
            Ending::Rollback => Ok(data.rollback_to()?),
        })?;
        if let Some(object) = shared.objects.borrow_mut().get_mut(owner) {
            object.output.end(ending);
            shared.see_written(owner, object);
            if !object.is_dirty && !object.output.in_transaction() {
                // Nothing is left to be committed.
                object.data.as_ref().inspect(|data| data.rollback());
            }
        }
        if ending == Ending::Rollback {
            shared.end_alarm_again(owner);
        }
        Ok(scope.undefined())
    })
}

/// `transactionSync()`.
fn savepoints<'s>(scope: &Scope<'s>, group: Object<'s>, natives: &Natives) -> Result<'s, ()> {
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "isSqlite", move |scope, call| {
        let is_sqlite =
            with_data(scope, &shared, number(call, 0), |_, backend| Ok(backend == Backend::Sqlite))?;
        Ok(scope.boolean(is_sqlite))
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "savepoint", move |scope, call| {
        with_data(scope, &shared, number(call, 0), |data, backend| {
            if backend != Backend::Sqlite {
                return Err(Trouble::NoSql);
            }
            data.savepoint();
            Ok(())
        })?;
        Ok(scope.undefined())
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "hasFailed", move |scope, call| {
        Ok(scope.boolean(earlier_failure(&shared, number(call, 0)).is_some()))
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "release", move |scope, call| {
        with_data(scope, &shared, number(call, 0), |data, _| Ok(data.release()?))?;
        Ok(scope.undefined())
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "rollbackTo", move |scope, call| {
        with_data(scope, &shared, number(call, 0), |data, _| Ok(data.rollback_to()?))?;
        Ok(scope.undefined())
    })
}

/// An argument that is true for a write that need not be confirmed.
fn confirm(call: &Call<'_>, index: usize) -> Confirm {
    if call.arg(index).to_boolean() { Confirm::NotNeeded } else { Confirm::Needed }
}

fn put<'a>(
    scope: &Scope<'a>,
    shared: &Shared,
    owner: u32,
    pairs: &[(String, Vec<u8>)],
    confirm: Confirm,
) -> Result<'a, ()> {
    with_data(scope, shared, owner, |data, backend| {
        for (key, value) in pairs {
            check_pair(backend, key, value.len())?;
        }
        for (key, value) in pairs {
            data.put(key, value)?;
        }
        Ok(())
    })?;
    shared.wrote(owner, confirm);
    Ok(())
}

fn delete<'a>(
    scope: &Scope<'a>,
    shared: &Shared,
    owner: u32,
    keys: &[String],
    confirm: Confirm,
) -> Result<'a, u32> {
    let deleted = with_data(scope, shared, owner, |data, backend| {
        let mut deleted = 0;
        for key in keys {
            check_key(backend, key)?;
            deleted += u32::from(data.delete(key)?);
        }
        Ok(deleted)
    })?;
    shared.wrote(owner, confirm);
    Ok(deleted)
}

/// Why a call of a program is not carried out.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The rules forbid it.
    Refused(Refusal),
    /// The store could not do it.
    Store(Error),
    /// The class is not backed by SQL.
    NoSql,
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Trouble::Refused(refusal)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Trouble::Store(error)
    }
}

/// Runs `work` on the data of object `owner`, unless it was reset in this turn. A failure that the object's data does
/// not survive resets it.
pub(super) fn with_data<'a, R>(
    scope: &Scope<'a>,
    shared: &Shared,
    owner: u32,
    work: impl FnOnce(&holdfast_store::Object, Backend) -> std::result::Result<R, Trouble>,
) -> Result<'a, R> {
    if shared.is_condemned(owner) {
        return Err(fail(scope, "Durable Object connection closed because the object was reset."));
    }
    let worked = {
        let objects = shared.objects.borrow();
        let object =
            objects.get(owner).and_then(|object| Some((object.data.as_ref()?, object.address.namespace)));
        let Some((data, namespace)) = object else {
            return Err(fail(scope, "this Durable Object is not in memory any more"));
        };
        let backend = shared.namespaces.borrow()[namespace as usize].store.backend();
        work(data, backend)
    };
    worked.map_err(|trouble| match trouble {
        Trouble::Refused(refusal) => refused(scope, &refusal),
        Trouble::NoSql => fail(scope, "Durable Object is not backed by SQL."),
        Trouble::Store(error) => lost(scope, shared, owner, error),
    })
}

/// What a program is told of a failure of the store, which may reset the object.
pub(super) fn lost<'a>(scope: &Scope<'a>, shared: &Shared, owner: u32, error: Error) -> Exception<'a> {
    if !error.resets_object() {
        return fail(scope, program_text(&error));
    }
    // What follows a failure fails with it.
    let text = earlier_failure(shared, owner).unwrap_or_else(|| program_text(&error));
    shared.effect(Effect::StorageFailed { owner, error });
    fail(scope, text)
}

/// Why the data of `owner` cannot be used in this turn any more.
fn earlier_failure(shared: &Shared, owner: u32) -> Option<&'static str> {
    shared.effects.borrow().iter().find_map(|effect| match effect {
        Effect::StorageFailed { owner: other, error } if *other == owner => Some(program_text(error)),
        _ => None,
    })
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
