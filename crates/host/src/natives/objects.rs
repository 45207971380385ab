//! `native.objects`: critical sections and resets.

use super::{Natives, define, number, section, text};
use crate::event::{Effect, Event};
use crate::shared::{Came, Shared};
use crate::timers::Due;
use holdfast_core::gate::{Opened, Ready, SECTION_SECONDS_MAX, Section};
use holdfast_core::hold::Loss;
use holdfast_engine::{Object, Result, Scope};
use holdfast_link::{Failure, FailureFlags};
use std::rc::Rc;
use std::time::{Duration, Instant};

pub(super) fn install<'s>(scope: &Scope<'s>, group: Object<'s>, natives: &Natives) -> Result<'s, ()> {
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "openSection", move |scope, call| {
        let owner = number(call, 0);
        let opened =
            shared.objects.borrow_mut().get_mut(owner).map(|object| object.gate.open(section(call, 1)));
        let opened = match opened {
            Some(Opened::Now(opened)) => {
                start(&shared, owner, opened);
                opened
            }
            Some(Opened::Waits(opened)) => opened,
            Some(Opened::TooDeep) | None => return Ok(scope.number(-1.0)),
        };
        Ok(scope.number(f64::from(opened.to_bits())))
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "closeSection", move |scope, call| {
        let owner = number(call, 0);
        let ready =
            shared.objects.borrow_mut().get_mut(owner).map(|object| object.gate.close(section(call, 1)));
        for ready in ready.into_iter().flatten().rev() {
            match ready {
                Ready::Event(section, event) => shared.push_first(owner, section, event, Came::FromGate),
                Ready::Section(next) => start(&shared, owner, next),
            }
        }
        Ok(scope.undefined())
    })?;
    let shared = Rc::clone(&natives.shared);
    let origin = natives.origin.clone();
    define(scope, group, "failSection", move |scope, call| {
        let report = call.arg(2).throw().describe(scope);
        let failure = Failure {
            name: report.name,
            message: report.message,
            stack: origin.rewrite_stack(&report.stack),
            flags: FailureFlags { remote: true, durable_object_reset: true, ..FailureFlags::default() },
            ..Failure::default()
        };
        shared.effect(Effect::Reset { owner: number(call, 0), failure, loss: Loss::Abort });
        Ok(scope.undefined())
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "abort", move |scope, call| {
        let failure = Failure {
            name: "Error".to_owned(),
            message: text(scope, call, 1)?,
            flags: FailureFlags { remote: true, durable_object_reset: true, ..FailureFlags::default() },
            ..Failure::default()
        };
        shared.effect(Effect::Reset { owner: number(call, 0), failure, loss: Loss::Abort });
        Ok(scope.undefined())
    })
}

/// The callback of a section runs next. Its time counts from now on, not from when it was asked for.
fn start(shared: &Shared, owner: u32, section: Section) {
    shared.push_first(owner, section, Event::Section(section), Came::New);
    let limit = Instant::now() + Duration::from_secs(SECTION_SECONDS_MAX);
    shared.timers.borrow_mut().at(limit, Due::Section(owner, section.to_bits()));
}
