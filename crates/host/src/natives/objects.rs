//! `native.objects`: critical sections and resets.

use super::{Natives, define, number, section, text};
use crate::event::{Effect, Event};
use crate::shared::{Came, Shared};
use crate::timers::Due;
use holdfast_core::gate::{Opened, Ready, SECTION_SECONDS_MAX, Section};
use holdfast_core::hold::Loss;
use holdfast_engine::{Object, Result, Scope};
use holdfast_link::Failure;
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
            stack: origin.rewrite_stack(&report.stack),
            ..Failure::reset(report.message)
        };
        shared.effect(Effect::Reset { owner: number(call, 0), failure, loss: Loss::Abort });
        Ok(scope.undefined())
    })?;
    handlers(scope, group, natives)?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "abort", move |scope, call| {
        let failure = Failure::reset(text(scope, call, 1)?);
        shared.effect(Effect::Reset { owner: number(call, 0), failure, loss: Loss::Abort });
        Ok(scope.undefined())
    })
}

/// The limit of handlers of held sockets, in milliseconds, and those that run.
fn handlers<'s>(scope: &Scope<'s>, group: Object<'s>, natives: &Natives) -> Result<'s, ()> {
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "setEventTimeout", move |scope, call| {
        let limit = call.arg(1).as_number().map(|ms| Duration::from_secs_f64(ms / 1000.0));
        if let Some(object) = shared.objects.borrow_mut().get_mut(number(call, 0)) {
            object.handlers.set_limit(limit);
        }
        Ok(scope.undefined())
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "eventTimeout", move |scope, call| {
        let objects = shared.objects.borrow();
        let limit = objects.get(number(call, 0)).and_then(|object| object.handlers.limit());
        Ok(limit.map_or(scope.null(), |limit| scope.number((limit.as_secs_f64() * 1000.0).round())))
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "startHandler", move |scope, call| {
        let owner = number(call, 0);
        let mut objects = shared.objects.borrow_mut();
        let Some(object) = objects.get_mut(owner) else { return Ok(scope.number(0.0)) };
        let (handler, look_at) = object.handlers.start(Instant::now());
        if let Some(when) = look_at {
            shared.timers.borrow_mut().at(when, Due::Handlers(owner));
        }
        Ok(scope.number(f64::from(handler)))
    })?;
    let shared = Rc::clone(&natives.shared);
    define(scope, group, "endHandler", move |scope, call| {
        if let Some(object) = shared.objects.borrow_mut().get_mut(number(call, 0)) {
            object.handlers.end(number(call, 1));
        }
        Ok(scope.undefined())
    })
}

/// The callback of a section runs next. Its time counts from now on, not from when it was asked for.
fn start(shared: &Shared, owner: u32, section: Section) {
    shared.push_first(owner, section, Event::Section(section), Came::New);
    let limit = Instant::now() + Duration::from_secs(SECTION_SECONDS_MAX);
    shared.timers.borrow_mut().at(limit, Due::Section(owner, section.to_bits()));
}
