//! `native.turns`: what events use of the processor, for `budget.js`.

use super::{Natives, define, handle};
use holdfast_engine::{Object, Result, Scope};
use std::rc::Rc;
use std::time::Duration;

pub(super) fn install<'s>(scope: &Scope<'s>, group: Object<'s>, natives: &Natives) -> Result<'s, ()> {
    let meter = Rc::clone(&natives.meter);
    // The milliseconds that the turn before this one used.
    define(scope, group, "previous", move |scope, _| {
        Ok(scope.number(meter.previous().as_secs_f64() * 1000.0))
    })?;
    let meter = Rc::clone(&natives.meter);
    // Whether this is a turn; the engine runs what it put off outside of all.
    define(scope, group, "isRunning", move |scope, _| Ok(scope.boolean(meter.is_running())))?;
    let meter = Rc::clone(&natives.meter);
    // This turn continues an event that has used so many milliseconds and owes this answer, if any.
    define(scope, group, "continues", move |scope, call| {
        let ms = call.arg(0).as_number().unwrap_or_default().max(0.0);
        let spent = Duration::try_from_secs_f64(ms / 1000.0).unwrap_or(Duration::MAX);
        meter.continues(spent, call.arg(1).is_number().then(|| handle(call, 1)));
        Ok(scope.undefined())
    })
}
