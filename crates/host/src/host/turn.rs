//! Turns: an event that may be delivered goes to its program, what the program wrote is committed, and what it sent and
//! asked for leaves through the output gate.

use super::reset::gone;
use super::{GONE_REASON, Host};
use crate::event::{Effect, Event};
use crate::held::Held;
use crate::isolate::Isolate;
use crate::meter::Exceeded;
use crate::objects::{FIRST_OBJECT, Phase, WAITING_BYTES_MAX};
use crate::shared::{Came, Ready};
use holdfast_core::gate::Section;
use holdfast_link::{Body, CallId, Failure, Message, Payload, Response, Target};
use std::rc::Rc;

impl Host {
    pub(super) fn drain(&self) {
        let shared = self.shared();
        if shared.is_running.replace(true) {
            return;
        }
        loop {
            if self.0.is_to_release.take() {
                // Nobody holds the isolate any more. What it leaves would hide how much the next one takes.
                holdfast_engine::release_free_memory();
            }
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
            return match self.isolate(owner) {
                Some(isolate) => self.turn(&isolate, owner, section, event),
                None => self.start_for(owner, Ready { owner, section, event, came }),
            };
        }
        let shared = self.shared();
        let Some((script, phase)) =
            shared.objects.borrow().get(owner).map(|object| (object.script, object.phase))
        else {
            return self.refuse(event, &gone());
        };
        let event = match (phase, event) {
            (Phase::Absent, Event::Visit(visit)) if self.has_program(script) => {
                return self.receive(owner, *visit);
            }
            (_, event) => event,
        };
        let Some(isolate) = self.isolate(script) else {
            return self.start_for(script, Ready { owner, section, event, came });
        };
        if phase == Phase::Absent {
            if !event.wakes() {
                let failure = self.reason_gone(&event).unwrap_or_else(gone);
                return self.refuse(event, &failure);
            }
            if event.held_end().is_some() && self.must_wait(owner) {
                return self.keep(owner, event);
            }
            let kept = self.take_kept(owner);
            if kept.is_empty() && self.answer_automatically(owner, &event) {
                return;
            }
            if let Err(failure) = self.construct(&isolate, owner) {
                if let Event::Call { .. } | Event::Invoke { .. } = event {
                } else {
                    self.log_failure(script, &failure);
                }
                return self.keep_or_refuse(owner, kept.into_iter().chain([event]), &failure);
            }
            if !kept.is_empty() {
                // What waited for a constructor that works goes first.
                shared.push_first(owner, section, event, came);
                return shared.put_back(owner, kept, Came::FromGate);
            }
        }
        let event = match self.admit(owner, section, event, came) {
            Some(Event::Alarm { id }) => self.start_alarm(owner, id),
            Some(Event::Visit(visit)) => return self.receive(owner, *visit),
            admitted => admitted,
        };
        if let Some(event) = event
            && !self.answer_automatically(owner, &event)
        {
            self.turn(&isolate, owner, section, event);
        }
    }

    /// Answers a text that came behind others in the object's place, if it is the request of its pair. What the object
    /// sent before goes first.
    fn answer_automatically(&self, owner: u32, event: &Event) -> bool {
        let Event::Message { end, is_held: true, is_behind: true, payload: Payload::Text(text) } = event
        else {
            return false;
        };
        let sockets = self.shared().world.sockets();
        let Some(response) = sockets.auto_answer(*end, text) else { return false };
        if let Some((end, size)) = event.weight() {
            sockets.take(end, size);
        }
        let answer = Held::Send { ends: vec![sockets.identify(*end)], payload: Payload::Text(response) };
        if let Some(Held::Send { payload, .. }) = self.shared().offer(owner, answer) {
            sockets.send(&[*end], payload);
        }
        true
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
        let (weight, call_bytes, answer) = (event.weight(), event.call_bytes(), event.answer());
        if came == Came::FromGate {
            object.waiting_call_bytes = object.waiting_call_bytes.saturating_sub(call_bytes);
        }
        let admitted = object.gate.offer(section, event);
        match &admitted {
            None => {
                object.waiting_call_bytes += call_bytes;
                shared.weigh(object, weight);
                if let Some(answer) = answer {
                    shared.starts_waiting(owner, object, answer);
                }
            }
            Some(_) if !object.is_proven && section == Section::NONE => {
                object.is_proven = true;
                object.attempts.succeeded();
            }
            Some(_) => {}
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
        } else if let Some(end) = event.held_end() {
            self.shared().world.sockets().ending(end);
        }
        if event.wakes() {
            self.shared().called(owner);
        }
        isolate.run(self.shared(), owner, section, event);
        self.after_turn(isolate, owner);
        self.touch(owner);
    }

    /// Commits what the turn wrote, then lets out what it sent and asked for, or keeps it until that is durable. Answers
    /// why the turn was ended, if it was.
    pub(super) fn after_turn(&self, isolate: &Rc<Isolate>, owner: u32) -> Option<Failure> {
        let shared = self.shared();
        let mut stopped = None;
        match isolate.meter.take_exceeded() {
            Some(Exceeded::Memory) => return Some(self.exhausted(isolate, owner)),
            Some(Exceeded::ProcessorTime) => stopped = Some(self.stopped(isolate, owner)),
            None => {}
        }
        let has_effects = !shared.effects.borrow().is_empty();
        if has_effects {
            self.carry_out_resets();
        }
        self.commit();
        isolate.drain_outbox(shared);
        if has_effects {
            self.carry_out_effects();
        }
        self.bound_held();
        shared.settle_attachments(|owner| shared.is_condemned(owner));
        shared.condemned.borrow_mut().clear();
        stopped
    }

    /// The same after the engine did what it put off, which is no event's.
    pub(super) fn after_pump(&self, isolate: &Rc<Isolate>) {
        if isolate.meter.is_stopped() {
            self.lost(isolate);
        } else {
            self.after_turn(isolate, isolate.script);
        }
    }

    pub(super) fn carry_out(&self, effect: Effect) {
        let shared = self.shared();
        match effect {
            Effect::Answer { answer, outcome } => {
                let owed = shared.answers.borrow_mut().remove(answer);
                if let Some(owed) = owed {
                    shared.called(owed.owner);
                    // A streamed answer may still be made from the request's body.
                    if let Some(body) = owed.body
                        && !matches!(&outcome, Ok(Response { body: Body::Stream(_), .. }))
                    {
                        shared.bodies.borrow_mut().close(body);
                    }
                    if let Ok(Response { websocket: Some(end), .. }) = &outcome {
                        shared.world.sockets().offered(*end);
                    }
                    let outcome = outcome.map_err(|failure| self.left(owed.owner, failure));
                    self.answer(owed.call, outcome);
                }
            }
            // A call that was aborted before it was made is not made at all.
            Effect::CallObject { number, .. }
            | Effect::CallOutside { number, .. }
            | Effect::CallService { number, .. }
            | Effect::Order { number, .. }
            | Effect::Schedule { number, .. }
            | Effect::Invoke { number, .. }
                if shared.calls.borrow().get(number).is_none() => {}
            Effect::CallObject { number, target, request } => {
                let call = shared.call_id(number);
                let thread = shared.world.thread_of(&target);
                let target = Target::Object(target);
                shared.world.post(thread, Message::Call { call, target, request });
            }
            Effect::CallOutside { number, request } => {
                shared.world.fetch(shared.call_id(number), request);
            }
            Effect::CallService { number, target, request } => {
                let call = shared.call_id(number);
                shared.world.post(shared.world.worker_thread(), Message::Call { call, target, request });
            }
            Effect::Invoke { number, callee, invocation } => {
                let (call, thread) = (shared.call_id(number), self.thread_of(&callee));
                shared.world.post(thread, Message::Invoke { call, callee, invocation });
            }
            Effect::Order { number, thread, order } => {
                shared.world.post(thread, Message::Order { call: shared.call_id(number), order });
            }
            Effect::Schedule { number, script, entry, scheduled_ms, cron } => {
                let message =
                    Message::Scheduled { call: shared.call_id(number), script, entry, scheduled_ms, cron };
                shared.world.post(shared.world.worker_thread(), message);
            }
            Effect::Return { answer, returned } => self.give_back(answer, returned),
            // Its program may have given it up.
            Effect::Connect { end, .. } if shared.world.sockets().identify(end.index) != end => {}
            Effect::Connect { end, url, headers } => shared.world.connect(end.index, url, headers),
            Effect::Reset { .. } | Effect::StorageFailed { .. } => {}
        }
    }

    /// An exception that leaves an object carries its id.
    fn left(&self, owner: u32, mut failure: Failure) -> Failure {
        if let Some(object) = self.shared().objects.borrow().get(owner) {
            failure.object = Some(Box::new(object.address.id));
        }
        failure
    }

    pub(crate) fn answer(&self, call: CallId, outcome: Result<Response, Failure>) {
        self.shared().world.post(call.thread, Message::Answer { call, outcome });
    }

    /// An event that will not be delivered: whoever waits for it hears why.
    pub(super) fn refuse(&self, event: Event, failure: &Failure) {
        let shared = self.shared();
        if let Some((end, size)) = event.weight() {
            shared.world.sockets().take(end, size);
        }
        match event {
            Event::Call { answer, .. } | Event::Invoke { answer, .. } => {
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
            Event::Scheduled { answer: Some(answer), .. } => {
                let owed = shared.answers.borrow_mut().remove(answer);
                if let Some(owed) = owed {
                    self.answer(owed.call, Err(failure.clone()));
                }
            }
            Event::Alarm { id } => self.alarm_refused(id),
            // No handler will let go of it.
            Event::Close { end, is_held: true, .. } | Event::Failed { end, is_held: true, .. } => {
                shared.world.sockets().finish(end)
            }
            _ => {}
        }
    }
}
