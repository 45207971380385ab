//! The objects this thread knows: in memory, or hibernating with sockets that are held for them.

use crate::event::Event;
use crate::handlers::Handlers;
use crate::held::Held;
use holdfast_core::gate::{Input, Section};
use holdfast_core::hold::Attempts;
use holdfast_core::output::Gate;
use holdfast_core::overload::Window;
use holdfast_link::ObjectAddress;
use holdfast_store::Commit;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

/// Numbers below this belong to stateless Workers (the number of the script), the others to objects.
pub const FIRST_OBJECT: u32 = 256;

/// In place of a script's number: no program.
pub const NOT_RUNNING: u32 = FIRST_OBJECT - 1;

/// Bytes of messages that may wait for one object before the sockets they come from are no longer read.
pub(crate) const WAITING_BYTES_MAX: usize = 4 << 20;

/// Bytes of messages that may wait for one object before a pipe that brings a further one is cut: the program at its far
/// side cannot be slowed down. Connections are no longer read long before.
pub(crate) const WAITING_BYTES_OF_PIPES_MAX: usize = 64 << 20;

/// Bytes of calls that may wait for one object before further calls to it are refused.
pub(crate) const CALL_BYTES_MAX: usize = 64 << 20;

/// Where an object is in its life.
///
/// ```text
///   Absent ──first event──► Present ──10 s without events──► Absent
///                              └──────── reset ────────────► Absent
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Not in memory.
    Absent,
    /// Its instance exists. While its constructor's critical sections run, the gate holds events back.
    Present,
}

/// The output gate: over commits, what was sent, and calls of `sync()` by number and section.
pub(crate) type Output = Gate<Commit, Held, (u32, Section)>;

pub(crate) struct Object {
    pub(crate) address: ObjectAddress,
    /// An object without a name was looked for in what is stored, and has none.
    pub(crate) is_nameless: bool,
    pub(crate) script: u32,
    pub(crate) class: Arc<str>,
    pub(crate) phase: Phase,
    pub(crate) gate: Input<Event>,
    pub(crate) data: Option<holdfast_store::Object>,
    /// What may not leave before what was written is durable.
    pub(crate) output: Output,
    pub(crate) is_dirty: bool,
    pub(crate) last_event: Instant,
    /// When somebody last called it, or stopped waiting for it.
    pub(crate) last_call: Instant,
    /// Bytes of messages that wait in the gate.
    pub(crate) waiting_bytes: usize,
    /// Bytes of calls that wait in the gate.
    pub(crate) waiting_call_bytes: usize,
    /// The calls it took lately, where these are limited.
    pub(crate) window: Option<Box<Window>>,
    /// A look at how long calls have waited is in the heap of deadlines.
    pub(crate) is_wait_watched: bool,
    /// Ends that are not read because too much waits.
    pub(crate) paused: Vec<u32>,
    /// Constructions that failed, and until when held sockets do not cause another.
    pub(crate) attempts: Attempts,
    pub(crate) retry_at: Option<Instant>,
    /// The instance took an event from outside: its constructor, critical sections included, is through.
    pub(crate) is_proven: bool,
    /// Automatic answers wait for what it sent.
    pub(crate) holds_answers: bool,
    /// How long handlers of its held sockets may run, and those that do.
    pub(crate) handlers: Handlers,
    /// A hibernation check is in the heap of deadlines.
    pub(crate) is_watched: bool,
}

/// Objects by number, and by address.
#[derive(Default)]
pub(crate) struct Objects {
    slots: Vec<Option<Object>>,
    free: Vec<u32>,
    numbers: HashMap<(u32, [u8; 32]), u32>,
    /// The highest section any removed object had: deadlines of its sections may still be noted under its number.
    last_section: Section,
}

impl Objects {
    pub(crate) fn number(&self, namespace: u32, id: &[u8; 32]) -> Option<u32> {
        self.numbers.get(&(namespace, *id)).copied()
    }

    pub(crate) fn insert(&mut self, object: Object) -> u32 {
        let key = (object.address.namespace, object.address.id);
        let index = match self.free.pop() {
            Some(index) => {
                self.slots[index as usize] = Some(object);
                index
            }
            None => {
                self.slots.push(Some(object));
                u32::try_from(self.slots.len() - 1).expect("fewer objects than 2^32")
            }
        };
        self.numbers.insert(key, index + FIRST_OBJECT);
        index + FIRST_OBJECT
    }

    pub(crate) fn get(&self, number: u32) -> Option<&Object> {
        self.slots.get(number.checked_sub(FIRST_OBJECT)? as usize)?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, number: u32) -> Option<&mut Object> {
        self.slots.get_mut(number.checked_sub(FIRST_OBJECT)? as usize)?.as_mut()
    }

    pub(crate) fn remove(&mut self, number: u32) {
        let index = number.saturating_sub(FIRST_OBJECT);
        if let Some(object) = self.slots.get_mut(index as usize).and_then(Option::take) {
            self.numbers.remove(&(object.address.namespace, object.address.id));
            self.last_section = self.last_section.max(object.gate.last());
            self.free.push(index);
        }
    }

    /// The section after which those of a new object are numbered.
    pub(crate) fn last_section(&self) -> Section {
        self.last_section
    }

    /// Objects that `namespaces` give to another script: their numbers, the script they have and the one they get.
    pub(crate) fn moved(&self, namespaces: &[crate::Namespace]) -> Vec<(u32, u32, u32)> {
        let moved = |(owner, slot): (u32, &Option<Object>)| {
            let object = slot.as_ref()?;
            let to = namespaces.get(object.address.namespace as usize)?.script;
            (to != object.script).then_some((owner, object.script, to))
        };
        (FIRST_OBJECT..).zip(&self.slots).filter_map(moved).collect()
    }

    /// Takes over the classes and scripts of namespaces, which a migration may have changed.
    pub(crate) fn rename(&mut self, namespaces: &[crate::Namespace]) {
        for object in self.slots.iter_mut().flatten() {
            if let Some(namespace) = namespaces.get(object.address.namespace as usize) {
                object.class = namespace.class.clone();
                object.script = namespace.script;
            }
        }
    }

    /// Numbers of all objects of a script.
    pub(crate) fn of_script(&self, script: u32) -> Vec<u32> {
        self.all().filter(|(_, object)| object.script == script).map(|(number, _)| number).collect()
    }

    /// All objects with their numbers.
    pub(crate) fn all(&self) -> impl Iterator<Item = (u32, &Object)> {
        (FIRST_OBJECT..).zip(&self.slots).filter_map(|(number, slot)| Some((number, slot.as_ref()?)))
    }
}
