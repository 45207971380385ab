//! `native.timers`: the host keeps the time for `timers.js`.

use super::{Natives, define, number, section};
use crate::timers::Timer;
use holdfast_engine::{Call, Object, Result, Scope};
use std::rc::Rc;
use std::time::{Duration, Instant};

pub(super) fn install<'s>(scope: &Scope<'s>, group: Object<'s>, natives: &Natives) -> Result<'s, ()> {
    let shared = Rc::clone(&natives.shared);
    let script = natives.script;
    #[expect(clippy::cast_precision_loss, reason = "a time that people wait for")]
    let wait_until_max = scope.number(shared.settings.wait_until_max.as_millis() as f64);
    group.set(scope, "waitUntilMax", wait_until_max)?;
    define(scope, group, "start", move |scope, call| {
        let timer = Timer { owner: owner(call, 1, script), section: section(call, 2) };
        let number = shared.timers.borrow_mut().start(Instant::now(), delay(call, 0), timer);
        Ok(scope.number(f64::from(number)))
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "again", move |scope, call| {
        let timer = Timer { owner: owner(call, 2, script), section: section(call, 3) };
        shared.timers.borrow_mut().restart(number(call, 0), Instant::now(), delay(call, 1), timer);
        Ok(scope.undefined())
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "cancel", move |scope, call| {
        shared.timers.borrow_mut().cancel(number(call, 0));
        Ok(scope.undefined())
    })
}

fn delay(call: &Call<'_>, index: usize) -> Duration {
    Duration::from_secs_f64(call.arg(index).as_number().unwrap_or(0.0).max(0.0) / 1000.0)
}

/// Owner 0 is the Worker of the isolate's own script.
pub(super) fn owner(call: &Call<'_>, index: usize, script: u32) -> u32 {
    match number(call, index) {
        0 => script,
        owner => owner,
    }
}
