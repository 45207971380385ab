//! Turns: an event that may be delivered goes to its program, what the program wrote becomes durable, and then what it
//! sent and asked for leaves.

use super::reset::gone;
use super::{GONE_REASON, Host};
use crate::event::{Effect, Event};
use crate::isolate::Isolate;
use crate::objects::{FIRST_OBJECT, Phase, WAITING_BYTES_MAX, WAITING_BYTES_OF_PIPES_MAX};
use crate::shared::{Came, Ready};
use holdfast_core::gate::Section;
use holdfast_link::{Body, CallId, Failure, FailureFlags, Message, Response, Target};
use std::rc::Rc;

impl Host {
    pub(super) fn drain(&self) {
        let shared = self.shared();
        if shared.is_running.replace(true) {
            return;
        }
        loop {
            let next = shared.ready.borrow_mut().pop_front();
            let Some(ready) = next else { break };
            self.process(ready);
        }
        shared.is_running.set(false);
        shared.world.settled();
    }

    pub(super) fn process(&self, ready: Ready) {
        let Ready { owner, section, event, came } = ready;
        if owner < FIRST_OBJECT {
            match self.isolate(owner) {
                Some(isolate) => self.turn(&isolate, owner, section, event),
                None => self.refuse(event, &Failure::new("Error", "This Worker is not running.")),
            }
            return;
        }
        let shared = self.shared();
        let Some((script, phase)) =
            shared.objects.borrow().get(owner).map(|object| (object.script, object.phase))
        else {
            return self.refuse(event, &gone());
        };
        let Some(isolate) = self.isolate(script) else {
            return self.refuse(event, &Failure::new("Error", "This Worker is not running."));
        };
        if phase == Phase::Absent {
            if !event.wakes() {
                return self.refuse(event, &gone());
            }
            if let Err(failure) = self.construct(&isolate, owner) {
                if let Event::Call { .. } = event {
                } else {
                    self.log_failure(script, &failure);
                }
                return self.refuse(event, &failure);
            }
        }
        if let Some(event) = self.admit(owner, section, event, came) {
            self.turn(&isolate, owner, section, event);
        }
    }

    /// Lets an event through the object's gate, or leaves it there. While many bytes wait, the sockets they come from
    /// are not read.
    pub(super) fn admit(&self, owner: u32, section: Section, event: Event, came: Came) -> Option<Event> {
        let shared = self.shared();
        let mut objects = shared.objects.borrow_mut();
        let object = objects.get_mut(owner)?;
        if came == Came::FromGate {
            object.waiting_bytes =
                object.waiting_bytes.saturating_sub(event.weight().map_or(0, |(_, bytes)| bytes));
            if object.waiting_bytes < WAITING_BYTES_MAX / 2 && !object.paused.is_empty() {
                self.read_on(std::mem::take(&mut object.paused));
            }
        }
        let weight = event.weight();
        let admitted = object.gate.offer(section, event);
        if let (None, Some((end, bytes))) = (&admitted, weight) {
            object.waiting_bytes += bytes;
            if object.waiting_bytes > WAITING_BYTES_MAX && !object.paused.contains(&end) {
                object.paused.push(end);
                shared.world.sockets().pause(end);
            }
            if object.waiting_bytes > WAITING_BYTES_OF_PIPES_MAX {
                shared.world.sockets().overflow(end);
            }
        }
        admitted
    }

    pub(super) fn read_on(&self, paused: Vec<u32>) {
        for end in paused {
            self.shared().world.sockets().resume(end);
        }
    }

    pub(super) fn turn(&self, isolate: &Rc<Isolate>, owner: u32, section: Section, event: Event) {
        if let Some((end, size)) = event.weight() {
            self.shared().world.sockets().take(end, size);
        }
        isolate.run(self.shared(), owner, section, event);
        self.after_turn(isolate, owner);
        self.touch(owner);
    }

    /// Makes the turn's writes durable, then lets out what it sent and asked for.
    pub(super) fn after_turn(&self, isolate: &Rc<Isolate>, owner: u32) {
        let shared = self.shared();
        if isolate.vm.take_stopped() {
            isolate.rearm(shared.settings.turn_cpu_max);
            self.stopped(isolate, owner);
        }
        let has_effects = !shared.effects.borrow().is_empty();
        if has_effects {
            self.carry_out_resets(isolate);
        }
        self.commit();
        isolate.drain_outbox(shared);
        if has_effects {
            self.carry_out_effects();
        }
        shared.condemned.borrow_mut().clear();
    }

    /// Makes durable what was written since the last commit, object by object.
    pub(crate) fn commit(&self) {
        let shared = self.shared();
        loop {
            let next = shared.dirty.borrow_mut().pop();
            let Some(owner) = next else { break };
            let committed = {
                let mut objects = shared.objects.borrow_mut();
                let Some(object) = objects.get_mut(owner) else { continue };
                object.is_dirty = false;
                let data = object.data.as_ref();
                data.map_or(Ok(None), holdfast_store::Object::commit).map_err(|error| (object.script, error))
            };
            if let Err((script, error)) = committed {
                let failure = Failure {
                    name: "Error".to_owned(),
                    message: format!("Durable Object storage operation failed: {error}"),
                    stack: String::new(),
                    flags: FailureFlags {
                        remote: true,
                        durable_object_reset: true,
                        ..FailureFlags::default()
                    },
                };
                self.log_failure(script, &failure);
                if let Some(isolate) = self.isolate(script) {
                    self.reset(&isolate, owner, &failure);
                }
            }
        }
        shared.connections.completed(&mut |_| {});
    }

    pub(super) fn carry_out_effects(&self) {
        let shared = self.shared();
        let effects = std::mem::take(&mut *shared.effects.borrow_mut());
        for effect in effects {
            match effect {
                Effect::Answer { answer, outcome } => {
                    let owed = shared.answers.borrow_mut().remove(answer);
                    if let Some(owed) = owed {
                        // A streamed answer may still be made from the request's body.
                        if let Some((number, generation)) = owed.body
                            && !matches!(&outcome, Ok(Response { body: Body::Stream(_), .. }))
                        {
                            shared.bodies.borrow_mut().close_current(number, generation);
                        }
                        let outcome = outcome.map_err(|failure| left(owed.owner, failure));
                        self.answer(owed.call, outcome);
                    }
                }
                // A call that was aborted in the turn that made it is not made at all.
                Effect::CallObject { number, .. } | Effect::CallOutside { number, .. }
                    if shared.calls.borrow().get(number).is_none() => {}
                Effect::CallObject { number, target, request } => {
                    let call = self.call_id(number);
                    let thread = shared.world.thread_of(&target);
                    let target = Target::Object(target);
                    shared.world.post(thread, Message::Call { call, target, request });
                }
                Effect::CallOutside { number, request } => {
                    shared.world.fetch(self.call_id(number), request);
                }
                Effect::Connect { end, url, protocols } => shared.world.connect(end, url, protocols),
                Effect::Reset { .. } => {}
            }
        }
    }

    pub(super) fn call_id(&self, number: u32) -> CallId {
        let shared = self.shared();
        let generation = shared.calls.borrow().generation(number).unwrap_or_default();
        CallId { thread: shared.thread, index: number, generation }
    }

    pub(super) fn answer(&self, call: CallId, outcome: Result<Response, Failure>) {
        self.shared().world.post(call.thread, Message::Answer { call, outcome });
    }

    /// An event that will not be delivered: whoever waits for it hears why.
    pub(super) fn refuse(&self, event: Event, failure: &Failure) {
        let shared = self.shared();
        match event {
            Event::Call { answer, .. } => {
                let owed = shared.answers.borrow_mut().remove(answer);
                if let Some(owed) = owed {
                    self.answer(owed.call, Err(failure.clone()));
                }
            }
            Event::Answered { outcome, .. } => {
                // Nobody takes the far side of a WebSocket that came with the answer.
                if let Ok(Response { websocket: Some(end), .. }) = *outcome {
                    let reason = GONE_REASON.to_owned();
                    shared.world.post(end.thread, Message::Close { end, code: 1006, reason });
                }
            }
            // No handler will let go of it.
            Event::Close { end, is_held: true, .. } => shared.world.sockets().finish(end),
            _ => {}
        }
    }
}

/// An exception that leaves an object is marked as remote.
fn left(owner: u32, mut failure: Failure) -> Failure {
    failure.flags.remote |= owner >= FIRST_OBJECT;
    failure
}
