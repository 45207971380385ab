//! The life of an object: it is brought into memory by its first event, and forgotten when nothing holds it there.

use super::reset::gone;
use super::{GONE_REASON, Host};
use crate::bodies;
use crate::handlers::Handlers;
use crate::isolate::Isolate;
use crate::objects::{Object, Output, Phase};
use crate::timers::Due;
use crate::{Level, Log};
use holdfast_core::gate::Input;
use holdfast_core::hold::{Attempts, Loss};
use holdfast_core::id::ObjectId;
use holdfast_link::Failure;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long something that an object started itself holds it in memory at most.
const TASK_MAX: Duration = Duration::from_secs(15 * 60);

impl Host {
    /// The number of an object on this thread, entering it if it is new.
    pub(crate) fn object_number(&self, address: holdfast_link::ObjectAddress) -> Result<u32, Failure> {
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
            is_nameless: false,
            script: namespace.script,
            class: namespace.class.clone(),
            phase: Phase::Absent,
            gate: Input::after(shared.objects.borrow().last_section()),
            data: None,
            output: Output::default(),
            is_dirty: false,
            last_event: Instant::now(),
            last_call: Instant::now(),
            waiting_bytes: 0,
            waiting_call_bytes: 0,
            window: None,
            is_wait_watched: false,
            paused: Vec::new(),
            attempts: Attempts::default(),
            retry_at: None,
            is_proven: false,
            holds_answers: false,
            handlers: Handlers::default(),
            is_watched: false,
        };
        Ok(shared.objects.borrow_mut().insert(object))
    }

    /// Brings an object into memory: its data handle, its name, its instance.
    pub(super) fn construct(&self, isolate: &Rc<Isolate>, owner: u32) -> Result<(), Failure> {
        let shared = self.shared();
        if let Err(failure) = self.go_back(owner) {
            self.not_started(owner);
            return Err(failure);
        }
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
                None if object.is_nameless => Ok(()),
                None => stored_name(namespace, id, &data).map(|name| {
                    object.is_nameless = name.is_none();
                    object.address.name = name;
                }),
            };
            if let Err(error) = named {
                // The object runs without it; a program that asks for `ctx.id.name` sees none.
                let text = format!("the name of an object is lost: {error}");
                shared.world.log(Log {
                    level: Level::Warn,
                    script: object.script,
                    text,
                    place: String::new(),
                });
            }
            object.data = Some(data);
            object.phase = Phase::Present;
            object.retry_at = None;
            object.is_proven = false;
            (object.class.clone(), object.address.clone())
        };
        shared.world.pulse().begin(isolate.script, isolate.meter.processor_time_max, Some(&address));
        let constructed = isolate.construct(owner, &class, &address);
        shared.world.pulse().end();
        if constructed.is_err() {
            shared.condemned.borrow_mut().push(owner);
        }
        let stopped = self.after_turn(isolate, owner);
        self.touch(owner);
        let is_present =
            shared.objects.borrow().get(owner).is_some_and(|object| object.phase == Phase::Present);
        match constructed {
            _ if stopped.is_some() => Err(stopped.unwrap_or_else(gone)),
            Ok(()) if is_present => Ok(()),
            Ok(()) => Err(gone()),
            Err(mut failure) => {
                failure.flags.remote = true;
                failure.flags.durable_object_reset = true;
                self.break_stubs(owner, &failure);
                self.discard(owner, &failure, Loss::Constructor);
                Err(failure)
            }
        }
    }

    /// Notes that the object had an event, and sees to it that its hibernation is considered.
    pub(super) fn touch(&self, owner: u32) {
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

    pub(super) fn consider_hibernation(&self, owner: u32, now: Instant) {
        let shared = self.shared();
        let (script, idle_until, phase, is_idle, is_durable) = {
            let objects = shared.objects.borrow();
            let Some(object) = objects.get(owner) else { return };
            let until = object.last_event + shared.settings.hibernate_after;
            (object.script, until, object.phase, object.gate.is_idle(), object.output.is_idle())
        };
        let may_sleep = match (phase, self.isolate(script)) {
            (Phase::Absent, _) => is_durable && is_idle,
            (Phase::Present, Some(isolate)) => {
                self.is_alone(owner)
                    && (idle_until <= now && isolate.is_quiet(owner)
                        || self.is_abandoned(&isolate, owner, now))
            }
            // There is no instance without an isolate.
            (Phase::Present, None) => false,
        };
        if may_sleep {
            if let Some(object) = shared.objects.borrow_mut().get_mut(owner) {
                object.is_watched = false;
            }
            return self.put_to_sleep(owner);
        }
        let when = idle_until.max(now + shared.settings.hibernate_after);
        let when = if idle_until > now { idle_until } else { when };
        shared.timers.borrow_mut().at(when, Due::Hibernate(owner));
    }

    /// Whether nothing holds the object in memory.
    pub(super) fn may_sleep(&self, isolate: &Rc<Isolate>, owner: u32) -> bool {
        self.is_alone(owner) && isolate.is_quiet(owner)
    }

    /// Whether what the object started itself holds it no longer: nobody has called it for long. Handlers that run still
    /// do for a while, and where the program's date says so everything does.
    fn is_abandoned(&self, isolate: &Rc<Isolate>, owner: u32, now: Instant) -> bool {
        let shared = self.shared();
        let last_call = shared.objects.borrow().get(owner).map(|object| object.last_call);
        last_call.is_some_and(|call| call + shared.settings.evict_after <= now)
            && isolate.youngest_task(owner) >= TASK_MAX
    }

    /// Whether nobody is at an object's other end: no caller, no connection, nothing that waits for it or for the disk.
    fn is_alone(&self, owner: u32) -> bool {
        let shared = self.shared();
        let has_nothing_waiting = {
            let objects = shared.objects.borrow();
            objects.get(owner).is_some_and(|object| object.gate.is_idle() && object.output.is_idle())
        };
        has_nothing_waiting
            && !shared.answers.borrow().has(owner)
            && !shared.world.sockets().has_accepted(owner)
            && !shared.bodies.borrow().is_writing(owner)
            && !shared.rpc.is_exporting(owner)
    }

    /// Forgets the instance of an object; held sockets stay.
    pub(super) fn put_to_sleep(&self, owner: u32) {
        let shared = self.shared();
        let phase = shared.objects.borrow().get(owner).map(|object| object.phase);
        if phase == Some(Phase::Present) {
            self.forget_instance(owner);
            bodies::forget(shared, owner, GONE_REASON);
            shared.rpc.forget(owner);
            // What is left was never accepted, or never handed out, and now nobody can.
            shared.world.sockets().close_loose(owner, 1006, GONE_REASON);
            shared.world.sockets().close_stranded(owner);
        }
        let mut objects = shared.objects.borrow_mut();
        if let Some(object) = objects.get_mut(owner) {
            object.phase = Phase::Absent;
            object.data = None;
            object.handlers.abandon();
            if shared.world.sockets().held_count(owner) == 0 {
                objects.remove(owner);
                // The number will be another object's.
                shared.world.sockets().set_auto_response(owner, None);
            }
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
