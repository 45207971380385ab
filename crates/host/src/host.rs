//! The host of one thread: takes events, runs turns.

use crate::bodies;
use crate::event::{Effect, Event};
use crate::isolate::{Isolate, LoadError, Program};
use crate::objects::{FIRST_OBJECT, Object, Objects, Phase, WAITING_BYTES_MAX};
use crate::shared::{Came, Owed, Ready, Shared};
use crate::timers::Due;
use crate::world::{Level, Log, World};
use crate::{Namespace, Settings};
use holdfast_core::gate::{Input, Section};
use holdfast_core::id::ObjectId;
use holdfast_link::{
    Body, CallId, Failure, FailureFlags, Message, Payload, Request, Response, Target, Thread,
};
use std::cell::RefCell;
use std::fmt;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Instant;

/// The reason programs see when a socket ends without a Close frame.
const GONE_REASON: &str = "WebSocket disconnected without sending Close frame.";

/// A handle to the host; clones are the same host.
#[derive(Clone)]
pub struct Host(Rc<Inner>);

/// A handle that does not keep the host.
#[derive(Clone)]
pub struct WeakHost(Weak<Inner>);

struct Inner {
    shared: Rc<Shared>,
    isolates: RefCell<Vec<Option<Rc<Isolate>>>>,
}

impl fmt::Debug for Host {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Host").field("thread", &self.0.shared.thread).finish_non_exhaustive()
    }
}

impl fmt::Debug for WeakHost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("WeakHost")
    }
}

impl WeakHost {
    pub fn upgrade(&self) -> Option<Host> {
        self.0.upgrade().map(Host)
    }
}

impl Host {
    pub fn new(
        thread: Thread,
        settings: Settings,
        store: &holdfast_store::Store,
        namespaces: Vec<Namespace>,
        world: Rc<dyn World>,
    ) -> Host {
        let shared = Shared {
            thread,
            settings,
            world,
            connections: store.connections(),
            namespaces: RefCell::new(namespaces),
            objects: RefCell::new(Objects::default()),
            timers: RefCell::default(),
            calls: RefCell::default(),
            answers: RefCell::default(),
            bodies: RefCell::default(),
            effects: RefCell::default(),
            ready: RefCell::default(),
            dirty: RefCell::default(),
            condemned: RefCell::default(),
            is_running: false.into(),
        };
        Host(Rc::new(Inner { shared: Rc::new(shared), isolates: RefCell::default() }))
    }

    pub fn downgrade(&self) -> WeakHost {
        WeakHost(Rc::downgrade(&self.0))
    }

    /// Replaces the table of namespaces. Numbers in use must keep their meaning.
    pub fn set_namespaces(&self, namespaces: Vec<Namespace>) {
        *self.shared().namespaces.borrow_mut() = namespaces;
    }

    // ---- programs -------------------------------------------------------------------------------------------

    /// Loads a program as script `number`. On failure what ran before goes on. On success the old instances are gone:
    /// their calls in flight fail, sockets that hibernation would break are closed with 1012, held ones stay.
    pub fn load(&self, number: u32, program: &Arc<Program>) -> Result<(), LoadError> {
        let isolate = Isolate::start(self, self.shared(), number, program)?;
        self.unload(number);
        let mut isolates = self.0.isolates.borrow_mut();
        if isolates.len() <= number as usize {
            isolates.resize_with(number as usize + 1, || None);
        }
        isolates[number as usize] = Some(Rc::new(isolate));
        Ok(())
    }

    fn unload(&self, script: u32) {
        let Some(old) = self.isolate(script) else { return };
        let shared = self.shared();
        let failure = Failure {
            name: "Error".to_owned(),
            message: "Durable Object reset because its code was updated.".to_owned(),
            stack: String::new(),
            flags: FailureFlags {
                remote: true,
                retryable: true,
                durable_object_reset: true,
                ..FailureFlags::default()
            },
        };
        let objects = shared.objects.borrow().of_script(script);
        for owner in objects.into_iter().chain([script]) {
            self.discard(&old, owner, &failure);
            shared.world.sockets().set_auto_response(owner, None);
            self.close_accepted(owner);
        }
        self.drain();
    }

    /// Closes the sockets of `owner` that are lost with its instance, with 1012 (service restart).
    fn close_accepted(&self, owner: u32) {
        self.shared().world.sockets().close_loose(owner, 1012, "The program was updated.");
    }

    // ---- what comes from outside ----------------------------------------------------------------------------

    /// Somebody calls a Worker or an object of this thread.
    pub fn call(&self, call: CallId, target: Target, request: Request) {
        let owner = match target {
            Target::Worker { script } => script,
            Target::Object(address) => match self.object_number(address) {
                Ok(owner) => owner,
                Err(failure) => return self.answer(call, Err(failure)),
            },
        };
        let (answer, _) = self.shared().answers.borrow_mut().insert(Owed { call, owner, body: None });
        self.deliver(owner, Section::NONE, Event::Call { answer, request: Box::new(request) });
    }

    /// A call that a program here made has its answer.
    pub fn answered(&self, call: CallId, outcome: Result<Response, Failure>) {
        let waiting = self.shared().calls.borrow_mut().remove_current(call.index, call.generation);
        let event = Event::Answered { number: call.index, outcome: Box::new(outcome) };
        match waiting {
            Some(waiting) => self.deliver(waiting.owner, waiting.section, event),
            None => self.refuse(event, &gone()),
        }
    }

    /// A message arrived at an end.
    pub fn message(&self, end: u32, owner: u32, is_held: bool, payload: Payload) {
        self.deliver(owner, Section::NONE, Event::Message { end, is_held, payload });
    }

    /// The far side of an end closed; 1005 without a code, 1006 without a Close frame.
    pub fn closed(&self, end: u32, owner: u32, is_held: bool, code: u16, reason: String) {
        self.deliver(owner, Section::NONE, Event::Close { end, is_held, code, reason });
    }

    /// What arrived at an end broke the protocol, or a limit.
    pub fn failed(&self, end: u32, owner: u32, is_held: bool, message: String) {
        self.deliver(owner, Section::NONE, Event::Failed { end, is_held, message });
    }

    /// A client WebSocket is connected.
    pub fn opened(&self, end: u32, owner: u32, protocol: Option<String>) {
        self.deliver(owner, Section::NONE, Event::Opened { end, protocol });
    }

    /// A client WebSocket could not be connected.
    pub fn connect_failed(&self, end: u32, owner: u32, message: String) {
        self.deliver(owner, Section::NONE, Event::ConnectFailed { end, message });
    }

    /// Delivers what is due, and says when something is due next.
    pub fn tick(&self, now: Instant) -> Option<Instant> {
        loop {
            let due = self.shared().timers.borrow_mut().next_due(now);
            match due {
                Some(Due::Timer(number)) => {
                    let timer = self.shared().timers.borrow_mut().take(number);
                    if let Some(timer) = timer {
                        self.deliver(timer.owner, timer.section, Event::Timer { number });
                    }
                }
                Some(Due::Hibernate(owner)) => self.consider_hibernation(owner, now),
                Some(Due::Section(owner, section)) => {
                    self.section_expired(owner, Section::from_bits(section))
                }
                None => return self.shared().timers.borrow().deadline(),
            }
        }
    }

    /// When something is due next.
    pub fn deadline(&self) -> Option<Instant> {
        self.shared().timers.borrow().deadline()
    }

    /// Lets the engine do what it put off: asynchronous WebAssembly, finalization callbacks.
    pub fn pump(&self) -> bool {
        let isolates: Vec<Rc<Isolate>> = self.0.isolates.borrow().iter().flatten().cloned().collect();
        let mut did_anything = false;
        for isolate in isolates {
            if isolate.vm.pump() {
                self.after_turn(&isolate, isolate.script);
                did_anything = true;
            }
        }
        if did_anything {
            self.drain();
        }
        did_anything
    }

    /// Collects garbage: for when nothing else is to be done.
    pub fn collect(&self) {
        let isolates: Vec<Rc<Isolate>> = self.0.isolates.borrow().iter().flatten().cloned().collect();
        for isolate in isolates {
            isolate.vm.collect();
        }
    }

    /// Commits what is uncommitted and closes every database.
    pub fn shut_down(&self) {
        self.commit();
        self.shared().connections.close_all();
    }

    /// Delivers one event, now or when the object's gate lets it pass, and everything that follows from it.
    pub(crate) fn deliver(&self, owner: u32, section: Section, event: Event) {
        self.shared().push(owner, section, event);
        self.drain();
    }

    // ---- turns ----------------------------------------------------------------------------------------------

    fn drain(&self) {
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

    fn process(&self, ready: Ready) {
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
    fn admit(&self, owner: u32, section: Section, event: Event, came: Came) -> Option<Event> {
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
        }
        admitted
    }

    fn read_on(&self, paused: Vec<u32>) {
        for end in paused {
            self.shared().world.sockets().resume(end);
        }
    }

    fn turn(&self, isolate: &Rc<Isolate>, owner: u32, section: Section, event: Event) {
        isolate.run(self.shared(), owner, section, event);
        self.after_turn(isolate, owner);
        self.touch(owner);
    }

    /// Makes the turn's writes durable, then lets out what it sent and asked for.
    fn after_turn(&self, isolate: &Rc<Isolate>, owner: u32) {
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

    /// The turn used up its CPU time and was ended.
    fn stopped(&self, isolate: &Rc<Isolate>, owner: u32) {
        let failure = Failure {
            name: "Error".to_owned(),
            message: "Durable Object exceeded its CPU time limit and was reset.".to_owned(),
            stack: String::new(),
            flags: FailureFlags {
                remote: true,
                overloaded: true,
                durable_object_reset: true,
                ..FailureFlags::default()
            },
        };
        if owner >= FIRST_OBJECT {
            self.log_failure(isolate.script, &failure);
            self.shared().effect(Effect::Reset { owner, failure });
            return;
        }
        let failure = Failure::new("Error", "Worker exceeded its CPU time limit.");
        self.log_failure(isolate.script, &failure);
        self.fail_answers(owner, &failure);
    }

    /// Discards objects whose reset was asked for, before anything they wrote or sent in this turn takes effect.
    fn carry_out_resets(&self, isolate: &Rc<Isolate>) {
        let shared = self.shared();
        loop {
            let reset = {
                let mut effects = shared.effects.borrow_mut();
                let at = effects.iter().position(|effect| matches!(effect, Effect::Reset { .. }));
                at.map(|at| effects.remove(at))
            };
            let Some(Effect::Reset { owner, failure }) = reset else { return };
            self.reset(isolate, owner, &failure);
        }
    }

    fn reset(&self, isolate: &Rc<Isolate>, owner: u32, failure: &Failure) {
        let shared = self.shared();
        shared.condemned.borrow_mut().push(owner);
        shared.effects.borrow_mut().retain(|effect| match effect {
            Effect::Answer { answer, .. } => {
                shared.answers.borrow().get(*answer).is_none_or(|owed| owed.owner != owner)
            }
            Effect::CallObject { number, .. } | Effect::CallOutside { number, .. } => {
                shared.calls.borrow().get(*number).is_none_or(|waiting| waiting.owner != owner)
            }
            Effect::Connect { end, .. } => shared.world.sockets().owner(*end) != Some(owner),
            Effect::Reset { owner: other, .. } => *other != owner,
        });
        self.discard(isolate, owner, failure);
        shared.world.sockets().abort_all(owner);
        shared.world.sockets().set_auto_response(owner, None);
    }

    /// Forgets the instance of `owner`: uncommitted writes are undone, its callers and waiting events fail.
    fn discard(&self, isolate: &Rc<Isolate>, owner: u32, failure: &Failure) {
        let shared = self.shared();
        let waiting = {
            let mut objects = shared.objects.borrow_mut();
            objects.get_mut(owner).map(|object| {
                object.phase = Phase::Absent;
                if let Some(data) = &object.data {
                    data.rollback();
                }
                object.is_dirty = false;
                object.waiting_bytes = 0;
                self.read_on(std::mem::take(&mut object.paused));
                object.gate.drain()
            })
        };
        shared.dirty.borrow_mut().retain(|dirty| *dirty != owner);
        isolate.forget(owner);
        bodies::forget(shared, owner, &failure.message);
        self.fail_answers(owner, failure);
        let outlives = !shared.is_condemned(owner);
        for event in waiting.into_iter().flatten() {
            if outlives && event.wakes() && !matches!(event, Event::Call { .. }) {
                // Its socket is held: the next instance gets it.
                shared.push(owner, Section::NONE, event);
            } else {
                self.refuse(event, failure);
            }
        }
    }

    fn fail_answers(&self, owner: u32, failure: &Failure) {
        let shared = self.shared();
        let owed: Vec<u32> = shared
            .answers
            .borrow()
            .iter()
            .filter(|(_, owed)| owed.owner == owner)
            .map(|(number, _)| number)
            .collect();
        for number in owed {
            let owed = shared.answers.borrow_mut().remove(number);
            if let Some(owed) = owed {
                self.answer(owed.call, Err(failure.clone()));
            }
        }
    }

    /// Makes durable what was written since the last commit, object by object.
    pub(crate) fn commit(&self) {
        let shared = self.shared();
        loop {
            let next = shared.dirty.borrow_mut().pop();
            let Some(owner) = next else { return };
            let committed = {
                let mut objects = shared.objects.borrow_mut();
                let Some(object) = objects.get_mut(owner) else { continue };
                object.is_dirty = false;
                let data = object.data.as_ref();
                data.map_or(Ok(()), holdfast_store::Object::commit).map_err(|error| (object.script, error))
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
    }

    fn carry_out_effects(&self) {
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

    fn call_id(&self, number: u32) -> CallId {
        let shared = self.shared();
        let generation = shared.calls.borrow().generation(number).unwrap_or_default();
        CallId { thread: shared.thread, index: number, generation }
    }

    fn answer(&self, call: CallId, outcome: Result<Response, Failure>) {
        self.shared().world.post(call.thread, Message::Answer { call, outcome });
    }

    /// An event that will not be delivered: whoever waits for it hears why.
    fn refuse(&self, event: Event, failure: &Failure) {
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

    // ---- objects --------------------------------------------------------------------------------------------

    /// The number of an object on this thread, entering it if it is new.
    fn object_number(&self, address: holdfast_link::ObjectAddress) -> Result<u32, Failure> {
        let shared = self.shared();
        let known = shared.objects.borrow().number(address.namespace, &address.id);
        if let Some(owner) = known {
            if let Some(name) = &address.name
                && let Some(object) = shared.objects.borrow_mut().get_mut(owner)
                && object.address.name.is_none()
            {
                if let Some(data) = &object.data {
                    data.set_name(name);
                }
                object.address.name = Some(name.clone());
            }
            return Ok(owner);
        }
        let namespaces = shared.namespaces.borrow();
        let Some(namespace) = namespaces.get(address.namespace as usize) else {
            return Err(Failure::new(
                "Error",
                "The Durable Object's class is not part of any running Worker.",
            ));
        };
        let object = Object {
            address,
            script: namespace.script,
            class: namespace.class.clone(),
            phase: Phase::Absent,
            gate: Input::after(shared.objects.borrow().last_section()),
            data: None,
            is_dirty: false,
            last_event: Instant::now(),
            waiting_bytes: 0,
            paused: Vec::new(),
            is_watched: false,
        };
        Ok(shared.objects.borrow_mut().insert(object))
    }

    /// Brings an object into memory: its data handle, its name, its instance.
    fn construct(&self, isolate: &Rc<Isolate>, owner: u32) -> Result<(), Failure> {
        let shared = self.shared();
        let (class, address) = {
            let mut objects = shared.objects.borrow_mut();
            let object = objects.get_mut(owner).expect("the object was found a moment ago");
            let namespaces = shared.namespaces.borrow();
            let namespace = &namespaces[object.address.namespace as usize].store;
            let id = ObjectId::from_trusted_bytes(object.address.id);
            let data = shared.connections.object(namespace, id);
            let named = match &object.address.name {
                Some(name) => {
                    data.set_name(name);
                    namespace.note_name(id, name)
                }
                None => stored_name(namespace, id, &data).map(|name| object.address.name = name),
            };
            if let Err(error) = named {
                // The object runs without it; a program that asks for `ctx.id.name` sees none.
                let text = format!("the name of an object is lost: {error}");
                shared.world.log(Log { level: Level::Warn, script: object.script, text, place: String::new() });
            }
            object.data = Some(data);
            object.phase = Phase::Present;
            (object.class.clone(), object.address.clone())
        };
        let constructed = isolate.construct(owner, &class, &address);
        if constructed.is_err() {
            shared.condemned.borrow_mut().push(owner);
        }
        self.after_turn(isolate, owner);
        self.touch(owner);
        let is_present =
            shared.objects.borrow().get(owner).is_some_and(|object| object.phase == Phase::Present);
        match constructed {
            Ok(()) if is_present => Ok(()),
            Ok(()) => Err(gone()),
            Err(mut failure) => {
                failure.flags.remote = true;
                failure.flags.durable_object_reset = true;
                self.discard(isolate, owner, &failure);
                Err(failure)
            }
        }
    }

    /// Notes that the object had an event, and sees to it that its hibernation is considered.
    fn touch(&self, owner: u32) {
        let shared = self.shared();
        let mut objects = shared.objects.borrow_mut();
        if let Some(object) = objects.get_mut(owner) {
            object.last_event = Instant::now();
            if !object.is_watched {
                object.is_watched = true;
                let when = object.last_event + shared.settings.hibernate_after;
                shared.timers.borrow_mut().at(when, Due::Hibernate(owner));
            }
        }
    }

    fn consider_hibernation(&self, owner: u32, now: Instant) {
        let shared = self.shared();
        let (script, idle_until, phase, is_idle) = {
            let objects = shared.objects.borrow();
            let Some(object) = objects.get(owner) else { return };
            let until = object.last_event + shared.settings.hibernate_after;
            (object.script, until, object.phase, object.gate.is_idle())
        };
        let Some(isolate) = self.isolate(script) else { return };
        let is_quiet = phase == Phase::Absent
            || (idle_until <= now
                && is_idle
                && !shared.answers.borrow().iter().any(|(_, owed)| owed.owner == owner)
                && !shared.world.sockets().has_accepted(owner)
                && !shared.bodies.borrow().is_writing(owner)
                && isolate.is_quiet(owner));
        if !is_quiet {
            let when = idle_until.max(now + shared.settings.hibernate_after);
            let when = if idle_until > now { idle_until } else { when };
            shared.timers.borrow_mut().at(when, Due::Hibernate(owner));
            return;
        }
        if phase == Phase::Present {
            isolate.forget(owner);
            // What is left was never accepted, and now nobody can.
            shared.world.sockets().close_loose(owner, 1006, GONE_REASON);
        }
        let mut objects = shared.objects.borrow_mut();
        if let Some(object) = objects.get_mut(owner) {
            object.phase = Phase::Absent;
            object.is_watched = false;
            object.data = None;
            if shared.world.sockets().held_count(owner) == 0 {
                objects.remove(owner);
                // The number will be another object's.
                shared.world.sockets().set_auto_response(owner, None);
            }
        }
    }

    fn section_expired(&self, owner: u32, section: Section) {
        let shared = self.shared();
        let script = {
            let objects = shared.objects.borrow();
            objects.get(owner).filter(|object| object.gate.is_open(section)).map(|object| object.script)
        };
        let Some(isolate) = script.and_then(|script| self.isolate(script)) else { return };
        let failure = Failure {
            name: "Error".to_owned(),
            message:
                "A call to blockConcurrencyWhile() in a Durable Object waited for too long. The call was \
                      canceled and the Durable Object was reset."
                    .to_owned(),
            stack: String::new(),
            flags: FailureFlags {
                remote: true,
                overloaded: true,
                durable_object_reset: true,
                ..FailureFlags::default()
            },
        };
        self.log_failure(isolate.script, &failure);
        self.reset(&isolate, owner, &failure);
        shared.condemned.borrow_mut().clear();
        self.drain();
    }

    /// Forgets every object that may hibernate, at once. For tests.
    pub fn hibernate_all(&self) {
        let owners: Vec<u32> = {
            let objects = self.shared().objects.borrow();
            objects.present()
        };
        let later = Instant::now() + self.shared().settings.hibernate_after;
        for owner in owners {
            self.consider_hibernation(owner, later);
        }
    }

    /// What people call the owner of an end: `Room lobby`, or `the Worker`.
    pub fn name_of(&self, owner: u32) -> String {
        let objects = self.shared().objects.borrow();
        let Some(object) = objects.get(owner) else { return "the Worker".to_owned() };
        match &object.address.name {
            Some(name) => format!("{} {name}", object.class),
            None => format!("{} {}", object.class, ObjectId::from_trusted_bytes(object.address.id)),
        }
    }

    // ---- odds and ends --------------------------------------------------------------------------------------

    fn shared(&self) -> &Rc<Shared> {
        &self.0.shared
    }

    fn isolate(&self, script: u32) -> Option<Rc<Isolate>> {
        self.0.isolates.borrow().get(script as usize)?.clone()
    }

    fn log_failure(&self, script: u32, failure: &Failure) {
        let mut text = format!("Uncaught {}: {}", failure.name, failure.message);
        if !failure.stack.is_empty() {
            text = format!("{text}\n{}", failure.stack);
        }
        self.shared().world.log(Log { level: Level::Error, script, text, place: String::new() });
    }
}

/// An exception that leaves an object is marked as remote.
fn left(owner: u32, mut failure: Failure) -> Failure {
    failure.flags.remote |= owner >= FIRST_OBJECT;
    failure
}

/// The name an object was called by before, if it had one: from its own file, or from the list of names.
fn stored_name(
    namespace: &holdfast_store::Namespace,
    id: ObjectId,
    data: &holdfast_store::Object,
) -> holdfast_store::Result<Option<Arc<str>>> {
    match data.name()? {
        Some(name) => Ok(Some(name)),
        None => Ok(namespace.noted_name(id)?.map(Into::into)),
    }
}

/// The object went away while a call was on its way.
fn gone() -> Failure {
    Failure {
        name: "Error".to_owned(),
        message: "Durable Object connection closed because the object was reset.".to_owned(),
        stack: String::new(),
        flags: FailureFlags { remote: true, durable_object_reset: true, ..FailureFlags::default() },
    }
}
