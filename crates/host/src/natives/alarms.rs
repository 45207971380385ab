//! `native.alarms`: the alarm of one object, and the ends of its handler.

use super::{Natives, define, number, storage::with_data};
use crate::alarms;
use crate::event::Effect;
use crate::shared::Shared;
use holdfast_core::alarm::{Outcome, Time, to_store, visible};
use holdfast_core::output::Confirm;
use holdfast_engine::{Object, Result, Scope};
use std::rc::Rc;

pub(super) fn install<'s>(scope: &Scope<'s>, group: Object<'s>, natives: &Natives) -> Result<'s, ()> {
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "get", move |scope, call| {
        let owner = number(call, 0);
        let stored = with_data(scope, &shared, owner, |data, _| Ok(data.alarm()?))?;
        #[expect(clippy::cast_precision_loss, reason = "milliseconds up to the year 2262 fit")]
        let shown = visible(stored, running(&shared, owner)).map(|time| scope.number(time.to_ms() as f64));
        Ok(shown.unwrap_or(scope.null()))
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "set", move |scope, call| {
        let owner = number(call, 0);
        #[expect(clippy::cast_possible_truncation, reason = "fractions of milliseconds are dropped")]
        let wanted = Time::from_ms(call.arg(1).as_number().unwrap_or_default() as i64);
        let time = to_store(wanted, alarms::now(), running(&shared, owner));
        with_data(scope, &shared, owner, |data, _| Ok(data.set_alarm(time)?))?;
        shared.wrote(owner, confirm(call.arg(2).to_boolean()));
        Ok(scope.undefined())
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "delete", move |scope, call| {
        let owner = number(call, 0);
        with_data(scope, &shared, owner, |data, _| Ok(data.delete_alarm()?))?;
        shared.wrote(owner, confirm(call.arg(1).to_boolean()));
        Ok(scope.undefined())
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "end", move |scope, call| {
        let (owner, run) = (number(call, 0), number(call, 1));
        let outcome = if call.arg(2).to_boolean() { Outcome::Done } else { Outcome::Failed };
        if let Some(id) = shared.object_id(owner)
            && shared.alarms.borrow().is_running(&id, run)
            // A reset undoes what the handler did, and ends the alarm then.
            && !is_reset(&shared, owner)
        {
            shared.end_alarm(owner, id, outcome);
        }
        Ok(scope.undefined())
    })?;
    let shared = Rc::clone(&natives.shared);
    // The program is about to abort the object, and wants no retry.
    define(scope, group, "spare", move |scope, call| {
        if let Some(id) = shared.object_id(number(call, 0)) {
            shared.alarms.borrow_mut().expect_reset(&id, Outcome::Aborted);
        }
        Ok(scope.undefined())
    })
}

/// When the alarm that the object is running was due.
fn running(shared: &Shared, owner: u32) -> Option<Time> {
    shared.alarms.borrow().running(&shared.object_id(owner)?)
}

fn is_reset(shared: &Shared, owner: u32) -> bool {
    shared.effects.borrow().iter().any(|effect| match effect {
        Effect::Reset { owner: other, .. } | Effect::StorageFailed { owner: other, .. } => *other == owner,
        _ => false,
    })
}

fn confirm(is_unconfirmed: bool) -> Confirm {
    if is_unconfirmed { Confirm::NotNeeded } else { Confirm::Needed }
}
