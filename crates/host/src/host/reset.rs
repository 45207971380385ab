//! Resets: an instance is discarded, with what it wrote and sent in the turn that failed, and whoever waits for it hears
//! why.

use super::Host;
use super::output::Lost;
use crate::bodies;
use crate::event::{Effect, Event};
use crate::handlers::Found;
use crate::objects::Phase;
use crate::shared::Came;
use crate::timers::Due;
use holdfast_core::gate::Section;
use holdfast_core::hold::{Fate, Loss};
use holdfast_link::Failure;
use std::time::Instant;

/// What an instance that is gone leaves: what becomes of its sockets, and what waited in its gate.
#[derive(Debug)]
pub(super) struct Left {
    pub(super) owner: u32,
    pub(super) fate: Fate,
    waiting: Vec<Event>,
}

impl Host {
    /// Discards objects whose reset was asked for, before anything they wrote or sent in this turn takes effect.
    pub(super) fn carry_out_resets(&self) {
        let shared = self.shared();
        loop {
            let reset = {
                let mut effects = shared.effects.borrow_mut();
                let is_reset =
                    |effect: &Effect| matches!(effect, Effect::Reset { .. } | Effect::StorageFailed { .. });
                let at = effects.iter().position(is_reset);
                at.map(|at| effects.remove(at))
            };
            match reset {
                Some(Effect::Reset { owner, failure, loss }) => self.reset(owner, &failure, loss),
                Some(Effect::StorageFailed { owner, error }) => {
                    self.storage_failed(owner, &error, Lost::Writes)
                }
                _ => return,
            }
        }
    }

    /// Discards the instance of `owner` between turns, or with all that it did in the turn that is ending.
    pub(super) fn reset(&self, owner: u32, failure: &Failure, loss: Loss) {
        let shared = self.shared();
        let is_answering =
            || shared.objects.borrow().get(owner).is_some_and(|object| !object.output.is_idle());
        if matches!(loss, Loss::Limit | Loss::Abort)
            && loss.fate(shared.settings.hold) == Fate::Held
            && is_answering()
        {
            // What turns before this one answered to sockets that are held waits for the disk only.
            self.settle();
        }
        shared.condemned.borrow_mut().push(owner);
        shared.effects.borrow_mut().retain(|effect| match effect {
            Effect::Answer { answer, .. } | Effect::Return { answer, .. } => {
                shared.answers.borrow().get(*answer).is_none_or(|owed| owed.owner != owner)
            }
            Effect::CallObject { number, .. }
            | Effect::CallOutside { number, .. }
            | Effect::CallService { number, .. }
            | Effect::Order { number, .. }
            | Effect::Schedule { number, .. }
            | Effect::Invoke { number, .. } => {
                shared.calls.borrow().get(*number).is_none_or(|waiting| waiting.owner != owner)
            }
            Effect::Connect { end, .. } => shared.world.sockets().owner(end.index) != Some(owner),
            Effect::Reset { owner: other, .. } | Effect::StorageFailed { owner: other, .. } => {
                *other != owner
            }
        });
        self.break_stubs(owner, failure);
        self.discard(owner, failure, loss);
    }

    /// Ends what took place between turns and may have reset objects: what others wrote is committed, and who was reset
    /// may start again.
    pub(super) fn end_reset(&self) {
        self.commit();
        self.shared().condemned.borrow_mut().clear();
    }

    /// Forgets the instance of `owner`: uncommitted writes are undone, its callers fail. What became of it decides over
    /// its hibernatable sockets: they are held, and the next instance gets what waits, or they end with it.
    pub(super) fn discard(&self, owner: u32, failure: &Failure, loss: Loss) {
        let left = self.take_down(owner, failure, loss);
        self.pass_on(vec![left], failure);
    }

    /// The first half of [`Host::discard`]. What is left is to be passed on, that of many at once.
    pub(super) fn take_down(&self, owner: u32, failure: &Failure, loss: Loss) -> Left {
        let shared = self.shared();
        let fate = self.fate(owner, loss);
        let waiting = {
            let mut objects = shared.objects.borrow_mut();
            objects.get_mut(owner).map(|object| {
                object.phase = Phase::Absent;
                if let Some(data) = &object.data {
                    data.rollback();
                }
                object.is_dirty = false;
                if loss == Loss::ClassGone {
                    // It may be about to be deleted: nobody has it open then.
                    object.data = None;
                }
                object.waiting_bytes = 0;
                object.waiting_call_bytes = 0;
                self.read_on(std::mem::take(&mut object.paused));
                object.gate.drain()
            })
        };
        if let Some(object) = shared.objects.borrow_mut().get_mut(owner) {
            object.handlers.forget();
        }
        shared.dirty.borrow_mut().retain(|dirty| *dirty != owner);
        self.forget_held(owner);
        self.forget_instance(owner);
        bodies::forget(shared, owner, &failure.message);
        shared.break_exports(owner, failure);
        self.fail_answers(owner, failure);
        self.leave_sockets(owner, loss, fate);
        Left { owner, fate, waiting: waiting.unwrap_or_default() }
    }

    /// What waited for instances that are gone is for the next ones, or refused.
    pub(super) fn pass_on(&self, left: Vec<Left>, failure: &Failure) {
        for event in self.take_stray(&left) {
            self.refuse(event, failure);
        }
        for Left { owner, fate, waiting } in left {
            let (kept, refused): (Vec<Event>, Vec<Event>) =
                waiting.into_iter().partition(|event| fate == Fate::Held && event.is_for_next());
            for event in refused {
                self.refuse(event, failure);
            }
            self.shared().put_back(owner, kept, Came::New);
            self.reset_alarm(owner);
        }
    }

    /// The program's side forgets an instance.
    pub(super) fn forget_instance(&self, owner: u32) {
        let object_script = self.shared().objects.borrow().get(owner).map(|object| object.script);
        if let Some(isolate) = self.isolate(object_script.unwrap_or(owner)) {
            isolate.forget(owner);
        }
    }

    pub(super) fn fail_answers(&self, owner: u32, failure: &Failure) {
        let shared = self.shared();
        let owed = shared.answers.borrow_mut().take_of(owner);
        for (_, owed) in owed {
            self.answer(owed.call, Err(failure.clone()));
        }
    }

    pub(super) fn section_expired(&self, owner: u32, section: Section) {
        let shared = self.shared();
        let script = {
            let objects = shared.objects.borrow();
            objects.get(owner).filter(|object| object.gate.is_open(section)).map(|object| object.script)
        };
        let Some(script) = script.filter(|script| self.has_program(*script)) else { return };
        let text = "A call to blockConcurrencyWhile() in a Durable Object waited for too long. The call was \
                    canceled and the Durable Object was reset.";
        let failure = Failure::reset(text).overloaded();
        self.log_failure(script, &failure);
        self.reset(owner, &failure, Loss::Abort);
        self.end_reset();
        self.drain();
    }
}

impl Host {
    /// Ends an instance one of whose handlers has run for longer than the program allows.
    pub(super) fn look_at_handlers(&self, owner: u32, now: Instant) {
        let shared = self.shared();
        let (found, script) = {
            let mut objects = shared.objects.borrow_mut();
            let Some(object) = objects.get_mut(owner) else { return };
            (object.handlers.look(now), object.script)
        };
        match found {
            Found::Nothing => {}
            Found::LookAt(when) => shared.timers.borrow_mut().at(when, Due::Handlers(owner)),
            Found::Expired => {
                let text = "Actor exceeded event execution time and was disconnected.";
                let failure = Failure::reset(text).retryable();
                self.log_failure(script, &failure);
                self.reset(owner, &failure, Loss::Limit);
                self.end_reset();
                self.drain();
            }
        }
    }
}

/// Its class has new code, or none any more.
pub(super) fn updated() -> Failure {
    Failure::reset("Durable Object reset because its code was updated.").retryable()
}

/// The object went away while a call was on its way.
pub(super) fn gone() -> Failure {
    Failure::reset("Durable Object connection closed because the object was reset.")
}
