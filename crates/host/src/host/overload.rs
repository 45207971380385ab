//! Calls that an object has no room for: too many, too large, too often, or waiting for too long. They are refused in the
//! platform's words, and no program hears of them.

use super::Host;
use crate::event::Event;
use crate::objects::{CALL_BYTES_MAX, Object};
use crate::shared::Shared;
use crate::table::Handle;
use crate::timers::Due;
use holdfast_core::overload::{Overload, Window};
use holdfast_link::Failure;
use std::time::{Duration, Instant};

/// Events that may wait for one object before further calls to it are refused.
const EVENTS_WAITING_MAX: usize = 10_000;

/// How long after a look at what waits for an object the next one comes, at the earliest: it goes through all of it.
const LOOK_INTERVAL: Duration = Duration::from_millis(50);

impl Host {
    /// Refuses a call to an object for which too many came lately, too many wait, or too much does.
    pub(crate) fn takes_call(&self, owner: u32) -> Result<u32, Failure> {
        if let Some(calls_max) = self.shared().settings.calls_per_window_max
            && let Some(object) = self.shared().objects.borrow_mut().get_mut(owner)
        {
            let now = Instant::now();
            let window = object.window.get_or_insert_with(|| Box::new(Window::new(now)));
            if !window.admits(now, calls_max) {
                return Err(overloaded(Overload::Window));
            }
        }
        self.has_room(owner)
    }

    /// Refuses what is to wait for an object for which too many wait already, or too much.
    pub(crate) fn has_room(&self, owner: u32) -> Result<u32, Failure> {
        let objects = self.shared().objects.borrow();
        match objects.get(owner) {
            Some(object) if object.gate.waiting() >= EVENTS_WAITING_MAX => Err(overloaded(Overload::Queued)),
            Some(object) if object.waiting_call_bytes >= CALL_BYTES_MAX => {
                Err(overloaded(Overload::QueuedData))
            }
            _ => Ok(owner),
        }
    }

    /// Refuses the calls that have waited at an object's gate for too long.
    pub(super) fn look_at_waiting(&self, owner: u32, now: Instant) {
        let shared = self.shared();
        let max = shared.settings.call_wait_max;
        let late = {
            let mut objects = shared.objects.borrow_mut();
            let Some(object) = objects.get_mut(owner) else { return };
            let answers = shared.answers.borrow();
            let since = |event: &Event| answers.get(event.answer()?)?.waits_since;
            let late = object.gate.take_out(|event| since(event).is_some_and(|since| since + max <= now));
            for event in &late {
                object.waiting_call_bytes = object.waiting_call_bytes.saturating_sub(event.call_bytes());
            }
            let next = object.gate.all_waiting().filter_map(since).min();
            object.is_wait_watched = next.is_some();
            if let Some(since) = next {
                let when = (since + max).max(now + LOOK_INTERVAL);
                shared.timers.borrow_mut().at(when, Due::Waiting(owner));
            }
            late
        };
        for event in late {
            self.refuse(event, &overloaded(Overload::QueuedForLong));
        }
    }
}

impl Shared {
    /// A call waits at an object's gate from now on, if it does not already.
    pub(super) fn starts_waiting(&self, owner: u32, object: &mut Object, answer: Handle) {
        let mut answers = self.answers.borrow_mut();
        let Some(owed) = answers.get_mut(answer).filter(|owed| owed.waits_since.is_none()) else { return };
        let now = Instant::now();
        owed.waits_since = Some(now);
        if !std::mem::replace(&mut object.is_wait_watched, true) {
            self.timers.borrow_mut().at(now + self.settings.call_wait_max, Due::Waiting(owner));
        }
    }
}

fn overloaded(overload: Overload) -> Failure {
    Failure::new("Error", overload.text()).overloaded()
}
