//! The clock of `performance.now()`: the time of day when the context started, advanced by a clock that never steps
//! back.

use holdfast_engine::{Object, Result, Scope};
use std::time::{Duration, Instant, SystemTime};

pub(super) fn install<'s>(scope: &Scope<'s>, group: Object<'s>) -> Result<'s, ()> {
    let started = Instant::now();
    let time_of_day = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let now = scope.function("now", move |scope, _| {
        let micros = (time_of_day + started.elapsed()).as_micros();
        Ok(scope.number(micros as f64 / 1000.0))
    });
    group.set(scope, "now", now)
}
