//! Scheduled events: by the clock, for the scripts that have cron triggers, and because somebody asks for one.
//!
//! Stateless Workers run on one thread, and it has all triggers.

use super::Host;
use crate::alarms;
use crate::event::Event;
use crate::shared::Owed;
use holdfast_core::gate::Section;
use holdfast_core::schedule::Trigger;
use holdfast_link::{CallId, Entry};
use std::time::{Duration, Instant};

/// The clock is looked at this often while there are triggers, since it may be set to another time.
const CLOCK_INTERVAL: Duration = Duration::from_secs(60);

impl Host {
    /// The triggers of a script are these from now on.
    pub(super) fn set_triggers(&self, script: u32, triggers: &[Trigger]) {
        let shared = self.shared();
        if shared.thread == shared.world.worker_thread() {
            shared.schedule.borrow_mut().set(script, triggers, alarms::now());
            shared.schedule_deadline.set(self.next_look(Instant::now()));
        }
    }

    /// Delivers what is due, and says when to look again.
    pub(super) fn fire_triggers(&self, now: Instant) -> Option<Instant> {
        let shared = self.shared();
        if shared.schedule_deadline.get().is_some_and(|deadline| deadline <= now) {
            loop {
                let due = shared.schedule.borrow_mut().take_due(alarms::now());
                let Some(due) = due else { break };
                let event = Event::Scheduled {
                    answer: None,
                    entry: Box::default(),
                    scheduled_ms: due.scheduled.to_ms(),
                    cron: due.cron.to_string(),
                };
                shared.push(due.script, Section::NONE, event);
            }
            self.drain();
            shared.schedule_deadline.set(self.next_look(now));
        }
        shared.schedule_deadline.get()
    }

    fn next_look(&self, now: Instant) -> Option<Instant> {
        let due = self.shared().schedule.borrow().earliest()?;
        let wait = due.to_nanoseconds().saturating_sub(alarms::now().to_nanoseconds());
        let wait = Duration::from_nanos(u64::try_from(wait).unwrap_or(0));
        Some(now + wait.min(CLOCK_INTERVAL))
    }

    /// Somebody asks for a scheduled event of a script on this thread.
    pub fn scheduled(&self, call: CallId, script: u32, entry: Entry, scheduled_ms: i64, cron: String) {
        let answer = self.shared().answers.borrow_mut().insert(Owed::new(call, script));
        let event = Event::Scheduled { answer: Some(answer), entry: Box::new(entry), scheduled_ms, cron };
        self.deliver(script, Section::NONE, event);
    }
}
