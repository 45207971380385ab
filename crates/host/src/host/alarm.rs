//! Alarms fire: each is an event of its own, which brings its object into memory and passes its gate like any other.

use super::Host;
use crate::alarms;
use crate::event::Event;
use crate::shared::Shared;
use crate::timers::Due;
use crate::world::{Level, Log};
use holdfast_core::alarm::{HANDLER_SECONDS_MAX, Next, Outcome, RETRIES_MAX, Time};
use holdfast_core::gate::Section;
use holdfast_core::hold::Loss;
use holdfast_core::id::ObjectId;
use holdfast_link::{Failure, FailureFlags, ObjectAddress};
use std::time::{Duration, Instant};

/// Alarms that are delivered before anything else has its turn.
const ALARMS_AT_ONCE_MAX: usize = 64;

/// How long the rest of them waits then.
const ALARMS_PAUSE: Duration = Duration::from_millis(1);

/// The clock is looked at this often while alarms are set, since it may be set to another time.
const CLOCK_INTERVAL: Duration = Duration::from_secs(60);

impl Host {
    /// Delivers the alarms that are due, and says when there is something to do again.
    pub(super) fn fire_alarms(&self) -> Option<Instant> {
        let shared = self.shared();
        let store = shared.store.alarms();
        shared.alarms.borrow_mut().settle(|id| store.due(id));
        shared.alarm_deadline.set(None);
        let now = alarms::now();
        let mut delivered = 0;
        while delivered < ALARMS_AT_ONCE_MAX {
            let retry = shared.alarms.borrow_mut().next_retry(now);
            if let Some((namespace, id)) = retry {
                self.deliver_alarm(namespace, id);
                delivered += 1;
                continue;
            }
            let Some(due) = store.take_due(usize::from(shared.thread.0), now) else { break };
            let Some(namespace) = self.namespace_number(&due.namespace) else {
                shared.alarms.borrow_mut().keep_homeless(due.id);
                continue;
            };
            if shared.alarms.borrow_mut().due(namespace, due.id, due.due) {
                self.deliver_alarm(namespace, due.id);
                delivered += 1;
            }
        }
        if delivered > 0 {
            self.drain();
        }
        if delivered == ALARMS_AT_ONCE_MAX {
            return Some(Instant::now() + ALARMS_PAUSE);
        }
        self.alarm_deadline()
    }

    /// When an alarm is due next.
    pub(super) fn alarm_deadline(&self) -> Option<Instant> {
        let shared = self.shared();
        let due = shared.store.alarms().earliest(usize::from(shared.thread.0));
        let due = due.min(shared.alarms.borrow().earliest_retry());
        if due == Time::MAX {
            return None;
        }
        if let Some((known, deadline)) = shared.alarm_deadline.get()
            && known == due
        {
            return Some(deadline);
        }
        let wait = due.to_nanoseconds().saturating_sub(alarms::now().to_nanoseconds());
        let wait = Duration::from_nanos(u64::try_from(wait).unwrap_or(0));
        let deadline = Instant::now() + wait.min(CLOCK_INTERVAL);
        shared.alarm_deadline.set(Some((due, deadline)));
        Some(deadline)
    }

    /// Programs have other namespaces now: alarms that nobody could run may have found someone.
    pub(super) fn rehome_alarms(&self) {
        let shared = self.shared();
        for id in shared.alarms.borrow_mut().take_homeless() {
            shared.store.alarms().give_back(&id);
        }
    }

    fn namespace_number(&self, unique_key: &str) -> Option<u32> {
        let namespaces = self.shared().namespaces.borrow();
        let at = namespaces.iter().position(|namespace| namespace.store.unique_key() == unique_key)?;
        u32::try_from(at).ok()
    }

    fn deliver_alarm(&self, namespace: u32, id: ObjectId) {
        let address = ObjectAddress { namespace, id: id.to_bytes(), name: None };
        let event = Event::Alarm { id };
        match self.object_number(address) {
            Ok(owner) => self.shared().push(owner, Section::NONE, event),
            Err(failure) => self.refuse(event, &failure),
        }
    }

    /// The event of an alarm has passed the gate: what is delivered to the program, unless the alarm is gone.
    pub(super) fn start_alarm(&self, owner: u32, id: ObjectId) -> Option<Event> {
        let shared = self.shared();
        let stored = match shared.stored_alarm(owner) {
            Ok(stored) => stored,
            Err(failure) => {
                self.refuse(Event::Alarm { id }, &failure);
                return None;
            }
        };
        let (run, invocation) = shared.alarms.borrow_mut().start(id, stored)?;
        let limit = Instant::now() + Duration::from_secs(HANDLER_SECONDS_MAX);
        shared.timers.borrow_mut().at(limit, Due::Alarm(owner, run));
        Some(Event::AlarmStarted { run, invocation })
    }

    /// A handler has run for too long.
    pub(super) fn alarm_expired(&self, owner: u32, run: u32) {
        let shared = self.shared();
        let is_running =
            shared.object_id(owner).is_some_and(|id| shared.alarms.borrow().is_running(&id, run));
        let script = shared.objects.borrow().get(owner).map(|object| object.script);
        let Some(script) = script.filter(|script| is_running && self.has_program(*script)) else { return };
        let failure = Failure {
            flags: FailureFlags { overloaded: true, durable_object_reset: true, ..FailureFlags::default() },
            ..Failure::new("Error", "Alarm exceeded its allowed execution time")
        };
        self.log_failure(script, &failure);
        self.reset(owner, &failure, Loss::Limit);
        self.end_reset();
        self.drain();
    }

    /// An object was reset, and what it had not committed is undone: its alarm is to be run again, or not.
    pub(super) fn reset_alarm(&self, owner: u32) {
        let shared = self.shared();
        let Some(id) = shared.object_id(owner) else { return };
        if !shared.alarms.borrow().is_under_way(&id) {
            return;
        }
        let outcome = shared.alarms.borrow().reset_outcome(&id);
        shared.end_alarm(owner, id, outcome);
    }

    /// The event of an alarm could not be delivered.
    pub(super) fn alarm_refused(&self, id: ObjectId) {
        let shared = self.shared();
        let mut alarms = shared.alarms.borrow_mut();
        // Whether it was deleted meanwhile is seen when it is tried again.
        let Some(stored) = alarms.delivered(&id) else { return };
        alarms.end(id, Outcome::Interrupted, Some(stored), alarms::now(), random());
    }
}

impl Shared {
    /// The coming reset of an object is no fault of its program: an alarm that runs is to be run again.
    pub(crate) fn excuse_alarm(&self, owner: u32) {
        if let Some(id) = self.object_id(owner) {
            self.alarms.borrow_mut().expect_reset(&id, Outcome::Interrupted);
        }
    }

    /// A transaction was rolled back. Where the end of a handler that did not wait for it was part of it, the alarm
    /// ends again.
    pub(crate) fn end_alarm_again(&self, owner: u32) {
        let ending = self.object_id(owner).and_then(|id| Some((id, self.alarms.borrow().ending(&id)?)));
        if let Some((id, outcome)) = ending {
            self.end_alarm(owner, id, outcome);
        }
    }

    /// The alarm of an object in memory, as its data has it.
    fn stored_alarm(&self, owner: u32) -> Result<Option<Time>, Failure> {
        let objects = self.objects.borrow();
        let Some(data) = objects.get(owner).and_then(|object| object.data.as_ref()) else {
            return Ok(None);
        };
        data.alarm().map_err(|error| Failure::new("Error", error.to_string()))
    }

    pub(crate) fn object_id(&self, owner: u32) -> Option<ObjectId> {
        let objects = self.objects.borrow();
        objects.get(owner).map(|object| ObjectId::from_trusted_bytes(object.address.id))
    }

    /// The handler of an object's alarm has ended.
    pub(crate) fn end_alarm(&self, owner: u32, id: ObjectId, outcome: Outcome) {
        let ended = match self.stored_alarm(owner) {
            Ok(stored) => self.alarms.borrow_mut().end(id, outcome, stored, alarms::now(), random()),
            Err(_) => {
                // The object is broken, and its reset comes. What is stored is seen when the alarm is tried again.
                let mut alarms = self.alarms.borrow_mut();
                let stored = alarms.running(&id);
                alarms.end(id, Outcome::Interrupted, stored, alarms::now(), random())
            }
        };
        let Some(ended) = ended else { return };
        if ended.deliver {
            self.push(owner, Section::NONE, Event::Alarm { id });
        }
        if !matches!(ended.next, Next::Delete | Next::GiveUp) {
            return;
        }
        let (script, deleted) = {
            let objects = self.objects.borrow();
            let Some(object) = objects.get(owner) else { return };
            // Where this fails the object is broken, and so the commit fails that is to follow.
            (object.script, object.data.as_ref().map(holdfast_store::Object::delete_alarm))
        };
        self.dirty(owner);
        let text = match (ended.next, deleted) {
            (_, Some(Err(error))) => format!("an alarm that has ended is to run again: {error}"),
            (Next::GiveUp, _) => {
                format!("an alarm was dropped: it failed {} times, the last time for good", RETRIES_MAX + 1)
            }
            _ => return,
        };
        self.world.log(Log { level: Level::Warn, script, text, place: String::new() });
    }
}

/// Spreads retries; where the system has no randomness they come together.
fn random() -> u32 {
    getrandom::u32().unwrap_or(0)
}
