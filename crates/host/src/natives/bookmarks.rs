//! `native.bookmarks`: points in an object's history. `undefined` stands for a class that keeps none.

use super::{Natives, define, fail, number, storage::with_data, text};
use crate::shared::Shared;
use holdfast_core::key_value::Backend;
use holdfast_engine::{Object, Result, Scope, Value};
use holdfast_store::{Bookmark, NoBookmark, NoWay};
use std::rc::Rc;

const NO_BOOKMARK: &str = "The string is not a bookmark of this Durable Object.";

pub(super) fn install<'s>(scope: &Scope<'s>, group: Object<'s>, natives: &Natives) -> Result<'s, ()> {
    let shared = Rc::clone(&natives.shared);
    // `null` while something that was written is not durable.
    define(scope, group, "current", move |scope, call| {
        let owner = number(call, 0);
        let is_settled = shared
            .objects
            .borrow()
            .get(owner)
            .is_none_or(|object| !object.output.is_written() && !object.output.is_unconfirmed());
        let bookmark = of(scope, &shared, owner, |data| match is_settled {
            true => Ok(Ok(Some(data.bookmark()?))),
            false => Ok(Ok(None)),
        })?;
        Ok(match bookmark {
            Some(Some(bookmark)) => scope.string(&bookmark.to_string()),
            Some(None) => scope.null(),
            None => scope.undefined(),
        })
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "at", move |scope, call| {
        #[expect(clippy::cast_possible_truncation, reason = "times are whole milliseconds")]
        let time = call.arg(1).as_number().unwrap_or_default() as i64;
        let bookmark = of(scope, &shared, number(call, 0), |data| data.bookmark_at(time))?;
        Ok(shown(scope, bookmark))
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "restore", move |scope, call| {
        let owner = number(call, 0);
        let wanted = text(scope, call, 1)?;
        let Some(id) = shared.object_id(owner) else { return Ok(scope.undefined()) };
        let to = match Bookmark::parse(&id, &wanted) {
            Ok(to) => to,
            Err(NoBookmark::Malformed | NoBookmark::OtherObject) => return Err(fail(scope, NO_BOOKMARK)),
        };
        let undo = of(scope, &shared, owner, |data| {
            if let Err(no_way) = data.can_restore(&to)? {
                return Ok(Err(no_way));
            }
            Ok(Ok(data.restore_at_start(&to)?))
        })?;
        Ok(shown(scope, undo))
    })
}

fn shown<'a>(scope: &Scope<'a>, bookmark: Option<Bookmark>) -> Value<'a> {
    bookmark.map_or(scope.undefined(), |bookmark| scope.string(&bookmark.to_string()))
}

/// Asks an object's history; `None` when its class keeps none.
fn of<'a, R>(
    scope: &Scope<'a>,
    shared: &Shared,
    owner: u32,
    ask: impl FnOnce(&holdfast_store::Object) -> holdfast_store::Result<std::result::Result<R, NoWay>>,
) -> Result<'a, Option<R>> {
    let asked = with_data(scope, shared, owner, |data, backend| match backend {
        Backend::Sqlite if data.has_history() => Ok(Some(ask(data)?)),
        _ => Ok(None),
    })?;
    match asked {
        None => Ok(None),
        Some(Ok(given)) => Ok(Some(given)),
        Some(Err(NoWay::Failed(_))) => Err(fail(scope, "The history of this Durable Object cannot be read.")),
        Some(Err(no_way)) => Err(fail(scope, &format!("Cannot go back: {no_way}."))),
    }
}
