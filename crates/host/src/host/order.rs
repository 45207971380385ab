//! What a program that tests itself asks for through `workerd:unsafe`: objects go out of memory now, as they would by
//! themselves later, or are reset.
//!
//! Promises: the answer comes when it has happened. An eviction never ends what is under way: it waits for that, but not
//! for ever. An object that was in memory when its eviction was asked for, and has been evicted since, is evicted: two
//! orders of one turn are given at once, however far apart they arrive.

use super::{GONE_REASON, Host};
use crate::objects::Phase;
use crate::timers::Due;
use crate::visit::{Instance, Visit};
use holdfast_core::hold::Loss;
use holdfast_link::{Body, CallId, Evicted, Failure, ObjectAddress, Order, Response};
use holdfast_store::Alarm;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How long an eviction waits for what is under way.
const EVICTING_MAX: Duration = Duration::from_secs(30);

/// How often it is looked whether that is over.
const EVICTING_INTERVAL: Duration = Duration::from_millis(2);

/// How long it is known when an object was evicted: no order is under way for longer.
const REMEMBERED_MAX: Duration = Duration::from_secs(300);

/// An object by its namespace and its id.
type Named = (u32, [u8; 32]);

/// The evictions that are under way, and those that an order under way may have missed.
#[derive(Debug, Default)]
pub(crate) struct Evictions {
    open: Vec<Eviction>,
    past: HashMap<Named, Instant>,
}

impl Evictions {
    fn note(&mut self, object: Named, now: Instant) {
        self.past.insert(object, now);
    }

    /// Whether the object has been evicted since.
    fn was_evicted_since(&self, object: Named, asked: Instant) -> bool {
        self.past.get(&object).is_some_and(|evicted| *evicted >= asked)
    }

    fn forget(&mut self, now: Instant) {
        self.past.retain(|_, evicted| now.saturating_duration_since(*evicted) < REMEMBERED_MAX);
    }
}

/// Objects that are to go out of memory, and who waits for that.
#[derive(Debug)]
struct Eviction {
    call: CallId,
    objects: Vec<Named>,
    websockets: Evicted,
    until: Instant,
}

impl Host {
    /// Does what a test asks for, and answers `call` when it is done.
    pub fn obey(&self, call: CallId, order: Order) {
        match order {
            Order::Evict { object, websockets, asked } => self.evict(call, &object, websockets, asked),
            Order::EvictAll { websockets } => {
                let present = self.present();
                self.start_evicting(call, present, websockets);
            }
            Order::AbortAll => {
                self.reset_all("Application called abortAllDurableObjects().", Stored::Stays);
                self.answer(call, Ok(done()));
            }
            Order::DeleteAll => {
                self.reset_all("Application called deleteAllDurableObjects().", Stored::IsDeleted);
                self.answer(call, Ok(done()));
            }
        }
    }

    /// The objects that are in memory.
    fn present(&self) -> Vec<Named> {
        let objects = self.shared().objects.borrow();
        let present = objects.all().filter(|(_, object)| object.phase == Phase::Present);
        present.map(|(_, object)| (object.address.namespace, object.address.id)).collect()
    }

    fn evict(&self, call: CallId, object: &ObjectAddress, websockets: Evicted, asked: Instant) {
        let is_present = {
            let objects = self.shared().objects.borrow();
            let number = objects.number(object.namespace, &object.id);
            number.and_then(|number| objects.get(number)).is_some_and(|object| object.phase == Phase::Present)
        };
        let named = (object.namespace, object.id);
        if is_present {
            self.start_evicting(call, vec![named], websockets);
        } else if self.shared().evictions.borrow().was_evicted_since(named, asked) {
            self.answer(call, Ok(done()));
        } else {
            let text = "Cannot evict Durable Object: it is not currently running.";
            self.answer(call, Err(Failure::new("Error", text)));
        }
    }

    fn start_evicting(&self, call: CallId, objects: Vec<Named>, websockets: Evicted) {
        let now = Instant::now();
        let eviction = Eviction { call, objects, websockets, until: now + EVICTING_MAX };
        let mut evictions = self.shared().evictions.borrow_mut();
        evictions.forget(now);
        evictions.open.push(eviction);
        // Not at once: what was asked for in the same moment finds the object as it is.
        self.shared().timers.borrow_mut().at(now, Due::Evictions);
    }

    /// Evicts what may go by now, and looks again later at what may not.
    pub(super) fn carry_on_evicting(&self, now: Instant) {
        let shared = self.shared();
        let mut open = Vec::new();
        let evictions = std::mem::take(&mut shared.evictions.borrow_mut().open);
        for mut eviction in evictions {
            eviction.objects.retain(|object| !self.has_gone(*object, eviction.websockets));
            if eviction.objects.is_empty() {
                self.answer(eviction.call, Ok(done()));
            } else if eviction.until <= now {
                let text = "Timed out waiting to evict Durable Object: it still has active references.";
                self.answer(eviction.call, Err(Failure::new("Error", text)));
            } else {
                open.push(eviction);
            }
        }
        if !open.is_empty() {
            shared.timers.borrow_mut().at(now + EVICTING_INTERVAL, Due::Evictions);
            shared.evictions.borrow_mut().open = open;
        }
    }

    /// Evicts an object if nothing holds it. True when it is out of memory.
    fn has_gone(&self, (namespace, id): Named, websockets: Evicted) -> bool {
        let shared = self.shared();
        let found = {
            let objects = shared.objects.borrow();
            let number = objects.number(namespace, &id);
            number
                .and_then(|number| Some((number, objects.get(number)?)))
                .filter(|(_, object)| object.phase == Phase::Present)
                .map(|(number, object)| (number, object.script))
        };
        let Some((owner, script)) = found else { return true };
        let Some(isolate) = self.isolate(script) else { return true };
        if !self.may_sleep(&isolate, owner) {
            return false;
        }
        if websockets == Evicted::Close {
            shared.world.sockets().close_all(owner, 1006, GONE_REASON);
        }
        self.put_to_sleep(owner);
        shared.evictions.borrow_mut().note((namespace, id), Instant::now());
        true
    }

    /// Resets every object that is in memory or has sockets.
    fn reset_all(&self, reason: &str, stored: Stored) {
        let shared = self.shared();
        let failure = Failure::reset(reason);
        let owners: Vec<(u32, u32)> =
            shared.objects.borrow().all().map(|(owner, object)| (owner, object.script)).collect();
        for (owner, script) in owners {
            if !self.has_program(script) {
                continue;
            }
            let loss = match stored {
                Stored::Stays => Loss::Abort,
                Stored::IsDeleted => Loss::Replaced,
            };
            self.reset(owner, &failure, loss);
            shared.condemned.borrow_mut().clear();
            if stored == Stored::IsDeleted {
                let work = |data: &holdfast_store::Object| data.delete_all(Alarm::Delete).map(|_| None);
                let done = Box::new(|| ());
                self.receive(owner, Visit { instance: Instance::Keeps, work: Box::new(work), done });
            }
        }
        self.commit();
        self.drain();
    }
}

/// What becomes of the data of objects that are reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stored {
    Stays,
    IsDeleted,
}

/// The answer to an order.
fn done() -> Response {
    Response {
        status: 200,
        status_text: String::new(),
        headers: Vec::new(),
        body: Body::Empty,
        websocket: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_eviction_is_known_to_orders_that_were_under_way_meanwhile() {
        let asked = Instant::now();
        let later = |seconds| asked + Duration::from_secs(seconds);
        let (object, other) = ((1, [1; 32]), (1, [2; 32]));
        let mut evictions = Evictions::default();
        assert!(!evictions.was_evicted_since(object, asked));
        evictions.note(object, later(1));
        assert!(evictions.was_evicted_since(object, asked), "asked for before the eviction");
        assert!(!evictions.was_evicted_since(object, later(2)), "asked for when the object was asleep");
        assert!(!evictions.was_evicted_since(other, asked));
        evictions.forget(later(2));
        assert!(evictions.was_evicted_since(object, asked));
        evictions.forget(later(1) + REMEMBERED_MAX);
        assert!(evictions.past.is_empty(), "an order that old is not under way");
    }
}
