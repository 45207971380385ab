//! What becomes of an event that used up its processor time, and of a script that used up its memory. Other objects and
//! other scripts go on.

use super::Host;
use crate::event::Effect;
use crate::isolate::Isolate;
use crate::objects::{FIRST_OBJECT, Phase};
use crate::{Level, Log};
use holdfast_core::hold::Loss;
use holdfast_link::Failure;
use std::rc::Rc;

impl Host {
    /// The event of this turn used up its processor time. Its object is reset; of a stateless Worker only the event ends.
    pub(super) fn stopped(&self, isolate: &Rc<Isolate>, owner: u32) -> Failure {
        let limit = isolate.meter.processor_time_max;
        let used = format!("used more than {limit:?} of CPU time (--cpu-limit, limits.cpu_ms)");
        if owner >= FIRST_OBJECT {
            let failure =
                Failure::reset("Durable Object exceeded its CPU time limit and was reset.").overloaded();
            self.report(isolate.script, format!("{} is reset: an event of it {used}", self.name_of(owner)));
            self.shared().effect(Effect::Reset { owner, failure: failure.clone(), loss: Loss::Limit });
            return failure;
        }
        let failure = Failure::new("Error", "Worker exceeded CPU time limit.");
        self.report(isolate.script, format!("an event of the Worker is ended: it {used}"));
        isolate.end_event(&failure.message);
        let owed =
            isolate.meter.answer().and_then(|answer| self.shared().answers.borrow_mut().remove(answer));
        if let Some(owed) = owed {
            self.answer(owed.call, Err(failure.clone()));
        }
        failure
    }

    /// The script holds more memory than it may on this thread: its isolate is discarded, with what every object of it
    /// did in this turn, and another one takes its place. Held sockets stay. Answers what `owner`, whose turn it was,
    /// is told.
    pub(super) fn exhausted(&self, isolate: &Rc<Isolate>, owner: u32) -> Failure {
        let shared = self.shared();
        let script = isolate.script;
        let failure =
            Failure::reset("Durable Object's isolate exceeded its memory limit and was reset.").overloaded();
        let worker_failure = Failure::new("Error", "Worker exceeded memory limit.");
        let own = if owner < FIRST_OBJECT { worker_failure.clone() } else { failure.clone() };
        let limit = shared.settings.memory_bytes_max >> 20;
        let text = format!(
            "{} ran when the Worker held more than {limit} MB on its thread (--memory-limit); its objects there are reset",
            self.name_of(owner)
        );
        self.report(script, text);
        self.start_over(isolate, Some(owner), &failure, &worker_failure);
        own
    }

    /// The engine ended what it had put off itself. It runs nothing of this isolate any more, so that is discarded too.
    pub(super) fn lost(&self, isolate: &Rc<Isolate>) {
        let limit = isolate.meter.processor_time_max;
        let text = format!(
            "something that belongs to no event, such as a finalizer, used more than {limit:?} of CPU time \
             (--cpu-limit, limits.cpu_ms); the Worker's objects on that thread are reset"
        );
        self.report(isolate.script, text);
        let failure =
            Failure::reset("Durable Object exceeded its CPU time limit and was reset.").overloaded();
        self.start_over(isolate, None, &failure, &Failure::new("Error", "Worker exceeded CPU time limit."));
    }

    /// Discards an isolate with everything in it, and starts its program again. Held sockets stay.
    fn start_over(
        &self,
        isolate: &Rc<Isolate>,
        at_fault: Option<u32>,
        failure: &Failure,
        worker_failure: &Failure,
    ) {
        let shared = self.shared();
        let script = isolate.script;
        shared.effects.borrow_mut().clear();
        shared.effect_bytes.set(0);
        shared.settle_attachments(|_| true);
        let objects = shared.objects.borrow().of_script(script);
        for owner in objects {
            let phase = shared.objects.borrow().get(owner).map(|object| object.phase);
            if phase == Some(Phase::Present) {
                self.break_stubs(owner, failure);
            }
            if Some(owner) != at_fault {
                // What a neighbour took is no fault of its constructor, nor of its alarm's handler.
                shared.excuse_alarm(owner);
                if let Some(object) = shared.objects.borrow_mut().get_mut(owner) {
                    object.is_proven = true;
                }
            }
        }
        self.fail_answers(script, worker_failure);
        self.unload(script, failure, Loss::Limit, |_| true);
        self.replace(isolate);
    }

    pub(super) fn report(&self, script: u32, text: String) {
        self.shared().world.log(Log { level: Level::Error, script, text, place: String::new() });
    }
}
