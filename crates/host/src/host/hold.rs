//! What outlives an instance: hibernatable sockets that are held, and the messages that wait for the next one.
//!
//! Promises that a message whose handler has not begun is delivered once, in the order of its socket, for as long as its
//! socket is held. Where the constructor fails, what held sockets brought waits in the object's gate, with all that comes
//! after it, within the gate's bound; it is tried again after a pause, and with the next call. So a constructor that
//! fails runs a few times, not in a loop, and after the last time the sockets are closed.
//!
//! ```text
//!   Absent ──message──► constructor ──► Present ──► what waited, then the message
//!      ▲                    │ fails
//!      └── pause ◄── waits ─┴─ third time in a row: 1011
//! ```

use super::reset::{Left, updated};
use super::{GONE_REASON, Host};
use crate::event::Event;
use crate::objects::{
    FIRST_OBJECT, NOT_RUNNING, Object, Phase, WAITING_BYTES_MAX, WAITING_BYTES_OF_PIPES_MAX,
};
use crate::shared::{Came, Ready, Shared};
use crate::timers::Due;
use crate::{Level, Log, Namespace};
use holdfast_core::hold::{CONSTRUCTIONS_MAX, Fate, Loss, Next, UNMADE, UPDATED};
use holdfast_link::Failure;
use std::collections::HashMap;
use std::time::Instant;

impl Host {
    /// What becomes of the sockets of an instance that is lost. One that was not through with its constructor counts
    /// as a failed construction.
    pub(super) fn fate(&self, owner: u32, loss: Loss) -> Fate {
        let shared = self.shared();
        let fate = loss.fate(shared.settings.hold);
        let mut objects = shared.objects.borrow_mut();
        let Some(object) = objects.get_mut(owner) else { return fate };
        if loss == Loss::Update {
            // Other code has other faults.
            object.attempts.succeeded();
            object.retry_at = None;
        } else if fate == Fate::Held && object.phase == Phase::Present && !object.is_proven {
            return shared.construction_failed(owner, object);
        }
        fate
    }

    /// The data of an object cannot be brought to where its instance could start.
    pub(super) fn not_started(&self, owner: u32) {
        let shared = self.shared();
        let mut fate = Loss::Storage.fate(shared.settings.hold);
        if fate == Fate::Held
            && let Some(object) = shared.objects.borrow_mut().get_mut(owner)
        {
            fate = shared.construction_failed(owner, object);
        }
        self.leave_sockets(owner, Loss::Storage, fate);
    }

    /// Does with the sockets of an instance that is gone what was decided.
    pub(super) fn leave_sockets(&self, owner: u32, loss: Loss, fate: Fate) {
        let shared = self.shared();
        let sockets = shared.world.sockets();
        if loss != Loss::Constructor {
            // The next instance sets its own. One whose constructor failed never was, and what hibernated stays as it was.
            sockets.set_auto_response(owner, None);
        }
        let lost = match loss {
            Loss::Update | Loss::ClassGone => (UPDATED, "The program was updated."),
            _ => (1006, GONE_REASON),
        };
        match fate {
            Fate::Held => {
                sockets.close_loose(owner, lost.0, lost.1);
                sockets.close_stranded(owner);
            }
            Fate::Closed(UNMADE) => {
                if sockets.held_count(owner) > 0 {
                    let text = format!(
                        "the WebSockets of {} were closed: it could not be started {CONSTRUCTIONS_MAX} times in a row",
                        self.name_of(owner)
                    );
                    let script = shared.objects.borrow().get(owner).map_or(0, |object| object.script);
                    shared.world.log(Log { level: Level::Error, script, text, place: String::new() });
                }
                sockets.close_all(owner, UNMADE, "The object cannot be started.");
            }
            Fate::Closed(code) => sockets.close_all(owner, code, lost.1),
        }
    }

    /// Events that were to be delivered next and that have nobody to go to: what the instances had started, and with their
    /// sockets what these brought. However many instances are gone, the queue is walked once.
    pub(super) fn take_stray(&self, left: &[Left]) -> Vec<Event> {
        let fates: HashMap<u32, Fate> = left
            .iter()
            .filter(|left| left.owner >= FIRST_OBJECT)
            .map(|left| (left.owner, left.fate))
            .collect();
        let mut ready = self.shared().ready.borrow_mut();
        let is_stray = |Ready { owner, event, .. }: &Ready| {
            let Some(fate) = fates.get(owner) else { return false };
            !event.wakes() || (*fate != Fate::Held && event.held_end().is_some())
        };
        if fates.is_empty() || !ready.iter().any(is_stray) {
            return Vec::new();
        }
        let (stray, rest) = ready.drain(..).partition::<Vec<_>, _>(is_stray);
        ready.extend(rest);
        stray.into_iter().map(|ready| ready.event).collect()
    }

    /// Whether what a held socket brings has to wait for a constructor that works.
    pub(super) fn must_wait(&self, owner: u32) -> bool {
        let objects = self.shared().objects.borrow();
        objects.get(owner).is_some_and(|object| object.retry_at.is_some() || object.gate.waiting() > 0)
    }

    /// Takes out what waits for a constructor that works.
    pub(super) fn take_kept(&self, owner: u32) -> Vec<Event> {
        let mut objects = self.shared().objects.borrow_mut();
        let Some(object) = objects.get_mut(owner).filter(|object| object.gate.waiting() > 0) else {
            return Vec::new();
        };
        object.waiting_bytes = 0;
        object.waiting_call_bytes = 0;
        object.gate.drain()
    }

    /// Lets an event wait for a constructor that works.
    pub(super) fn keep(&self, owner: u32, event: Event) {
        let shared = self.shared();
        let mut objects = shared.objects.borrow_mut();
        let Some(object) = objects.get_mut(owner) else { return };
        let weight = event.weight();
        object.gate.keep(event);
        shared.weigh(object, weight);
    }

    /// The constructor failed: what held sockets brought waits, the rest hears why.
    pub(super) fn keep_or_refuse(&self, owner: u32, events: impl Iterator<Item = Event>, failure: &Failure) {
        for event in events {
            let end = event.held_end();
            if end.is_some_and(|end| self.shared().world.sockets().owner(end) == Some(owner)) {
                self.keep(owner, event);
            } else {
                self.refuse(event, failure);
            }
        }
    }

    /// The pause after a failed construction is over.
    pub(super) fn retry_construction(&self, owner: u32, now: Instant) {
        let shared = self.shared();
        let is_due = {
            let mut objects = shared.objects.borrow_mut();
            let Some(object) = objects.get_mut(owner) else { return };
            object.phase == Phase::Absent && object.retry_at.take_if(|at| *at <= now).is_some()
        };
        if is_due {
            let kept = self.take_kept(owner);
            shared.put_back(owner, kept, Came::FromGate);
            self.drain();
        }
    }

    /// Resets the objects that `namespaces` give to another script, or to none.
    pub(super) fn reset_moved(&self, namespaces: &[Namespace]) {
        let moved = self.shared().objects.borrow().moved(namespaces);
        if !moved.is_empty() {
            self.settle_storage();
        }
        let mut left = Vec::new();
        for (owner, from, to) in moved {
            let loss = if to == NOT_RUNNING { Loss::ClassGone } else { Loss::Update };
            if self.has_program(from) {
                self.shared().excuse_alarm(owner);
                left.push(self.take_down(owner, &updated(), loss));
            }
        }
        self.pass_on(left, &updated());
    }
}

impl Shared {
    /// Counts a failed construction, and sees to the next one if there is to be one.
    fn construction_failed(&self, owner: u32, object: &mut Object) -> Fate {
        match object.attempts.failed() {
            Next::After(pause) => {
                let when = Instant::now() + pause;
                object.retry_at = Some(when);
                self.timers.borrow_mut().at(when, Due::Retry(owner));
                Fate::Held
            }
            Next::GiveUp => Fate::Closed(UNMADE),
        }
    }

    /// Counts what waits for an object. While it is much, the sockets it comes from are not read.
    pub(super) fn weigh(&self, object: &mut Object, weight: Option<(u32, usize)>) {
        let Some((end, bytes)) = weight else { return };
        object.waiting_bytes += bytes;
        if object.waiting_bytes > WAITING_BYTES_MAX && !object.paused.contains(&end) {
            object.paused.push(end);
            self.world.sockets().pause(end);
        }
        if object.waiting_bytes > WAITING_BYTES_OF_PIPES_MAX {
            self.world.sockets().overflow(end);
        }
    }
}
