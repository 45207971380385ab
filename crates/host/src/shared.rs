//! The tables of one host, which natives change during a turn and the host reads between turns.
//!
//! Natives never run a turn: they note what is to happen in `effects` and `ready`.

use crate::alarms::Alarms;
use crate::bell::Bell;
use crate::bodies::Bodies;
use crate::broken::Broken;
use crate::event::{Effect, Event};
use crate::host::Evictions;
use crate::objects::{Object, Objects};
use crate::owned_table::{Owned, OwnedTable};
use crate::rpc::Rpc;
use crate::table::{Handle, Table};
use crate::timers::Timers;
use crate::world::World;
use crate::{Namespace, Settings};
use holdfast_core::alarm::Time;
use holdfast_core::gate::Section;
use holdfast_core::id::ObjectId;
use holdfast_core::output::Confirm;
use holdfast_core::schedule::Schedule;
use holdfast_link::{CallId, EndId, Thread};
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

/// A call that a program here made and waits for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiting {
    pub(crate) owner: u32,
    pub(crate) section: Section,
}

/// A call that a program here owes an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owed {
    pub(crate) call: CallId,
    pub(crate) owner: u32,
    /// The request's body, where it is streamed: it is not read after the answer.
    pub(crate) body: Option<Handle>,
    /// When it began to wait at its object's gate.
    pub(crate) waits_since: Option<Instant>,
}

impl Owed {
    pub(crate) fn new(call: CallId, owner: u32) -> Owed {
        Owed { call, owner, body: None, waits_since: None }
    }
}

impl Owned for Owed {
    fn owner(&self) -> u32 {
        self.owner
    }
}

/// An event that may be delivered, and to whom.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) owner: u32,
    pub(crate) section: Section,
    pub(crate) event: Event,
    pub(crate) came: Came,
}

/// Where an event that is ready was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Came {
    New,
    /// In the object's gate, where its bytes were counted.
    FromGate,
}

pub(crate) struct Shared {
    pub(crate) thread: Thread,
    pub(crate) settings: Settings,
    pub(crate) world: Rc<dyn World>,
    pub(crate) store: holdfast_store::Store,
    pub(crate) connections: holdfast_store::Connections,
    pub(crate) namespaces: RefCell<Vec<Namespace>>,
    pub(crate) objects: RefCell<Objects>,
    pub(crate) timers: RefCell<Timers>,
    /// The cron triggers of stateless Workers, and when the thread looks at them.
    pub(crate) schedule: RefCell<Schedule>,
    pub(crate) schedule_deadline: Cell<Option<Instant>>,
    /// Objects that a test wants out of memory.
    pub(crate) evictions: RefCell<Evictions>,
    pub(crate) alarms: RefCell<Alarms>,
    /// The next alarm, and when the thread looks whether it is due.
    pub(crate) alarm_deadline: Cell<Option<(Time, Instant)>>,
    pub(crate) calls: RefCell<Table<Waiting>>,
    pub(crate) answers: RefCell<OwnedTable<Owed>>,
    pub(crate) bodies: RefCell<Bodies>,
    pub(crate) rpc: Rpc,
    pub(crate) broken: RefCell<Broken>,
    pub(crate) effects: RefCell<Vec<Effect>>,
    /// What method calls among them hold in memory, and what methods gave. The meter counts it with the program's: it is
    /// not in the engine's heap any more, as the bodies of requests and responses are.
    pub(crate) effect_bytes: Rc<Cell<usize>>,
    pub(crate) ready: RefCell<VecDeque<Ready>>,
    /// Objects that wrote in this turn.
    pub(crate) dirty: RefCell<Vec<u32>>,
    /// Objects with commits that are not durable yet.
    pub(crate) unconfirmed: RefCell<HashMap<ObjectId, u32>>,
    /// Bytes of outputs that wait, of all objects.
    pub(crate) held_bytes: Cell<usize>,
    /// Rung when the store has something to tell.
    pub(crate) storage_bell: Arc<Bell>,
    /// What attachments that were set in this turn were before.
    pub(crate) attachments: RefCell<HashMap<EndId, Option<Box<[u8]>>>>,
    /// Objects that were reset in this turn: what they sent is dropped.
    pub(crate) condemned: RefCell<Vec<u32>>,
    /// Events are being delivered: what comes meanwhile is queued.
    pub(crate) is_running: Cell<bool>,
}

impl Shared {
    /// What others call a call that a program here made.
    pub(crate) fn call_id(&self, number: Handle) -> CallId {
        CallId { thread: self.thread, index: number.index, generation: number.generation }
    }

    /// Queues an event behind those that are there.
    pub(crate) fn push(&self, owner: u32, section: Section, event: Event) {
        self.ready.borrow_mut().push_back(Ready { owner, section, event, came: Came::New });
    }

    /// Queues an event before those that are there: its turn is the next one.
    pub(crate) fn push_first(&self, owner: u32, section: Section, event: Event, came: Came) {
        self.ready.borrow_mut().push_front(Ready { owner, section, event, came });
    }

    /// Queues events, in their order, before those that are there.
    pub(crate) fn put_back(&self, owner: u32, events: Vec<Event>, came: Came) {
        for event in events.into_iter().rev() {
            self.push_first(owner, Section::NONE, event, came);
        }
    }

    pub(crate) fn effect(&self, effect: Effect) {
        if let Effect::Invoke { .. } | Effect::Return { .. } = effect {
            self.effect_bytes.set(self.effect_bytes.get() + effect.weight());
        }
        self.effects.borrow_mut().push(effect);
    }

    /// Notes that somebody called `owner`, or that it answered.
    pub(crate) fn called(&self, owner: u32) {
        if let Some(object) = self.objects.borrow_mut().get_mut(owner) {
            object.last_call = Instant::now();
        }
    }

    /// Sets the attachment of a held end. It is what it was again if the object is reset in this turn.
    pub(crate) fn set_attachment(&self, end: u32, bytes: Box<[u8]>) {
        let sockets = self.world.sockets();
        let before = sockets.set_attachment(end, Some(bytes));
        self.attachments.borrow_mut().entry(sockets.identify(end)).or_insert(before);
    }

    /// A turn is over: attachments it set are kept, but for those of owners that were reset.
    pub(crate) fn settle_attachments(&self, was_reset: impl Fn(u32) -> bool) {
        if self.attachments.borrow().is_empty() {
            return;
        }
        let sockets = self.world.sockets();
        for (end, before) in self.attachments.take() {
            if sockets.identify(end.index) == end && sockets.owner(end.index).is_some_and(&was_reset) {
                sockets.set_attachment(end.index, before);
            }
        }
    }

    pub(crate) fn is_condemned(&self, owner: u32) -> bool {
        self.condemned.borrow().contains(&owner)
    }

    /// Notes that `owner` wrote in this turn.
    pub(crate) fn dirty(&self, owner: u32) {
        self.wrote(owner, Confirm::Needed);
    }

    /// Notes that `owner` wrote in this turn, and whether what it sends waits for that.
    pub(crate) fn wrote(&self, owner: u32, confirm: Confirm) {
        if let Some(object) = self.objects.borrow_mut().get_mut(owner) {
            object.output.wrote(confirm);
            self.see_written(owner, object);
        }
    }

    /// Sees to it that what is written outside of transactions is committed when the turn is over.
    pub(crate) fn see_written(&self, owner: u32, object: &mut Object) {
        if !object.is_dirty && object.output.is_written() {
            object.is_dirty = true;
            self.dirty.borrow_mut().push(owner);
        }
    }
}
