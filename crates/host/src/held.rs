//! What an object sent and what may not leave yet, because something it wrote before is not durable.
//!
//! Each is kept so that it can be carried out later as if it were now: sockets, calls and bodies by names that are never
//! another's.

use crate::event::Effect;
use crate::objects::{FIRST_OBJECT, Object};
use crate::shared::Shared;
use crate::table::Handle;
use crate::visit::Visitor;
use bytes::Bytes;
use holdfast_core::gate::Section;
use holdfast_link::{EndId, Payload};

/// What an output costs while it waits, beside its bytes.
const OVERHEAD: usize = 64;

#[derive(Debug)]
pub(crate) enum Held {
    Send {
        ends: Vec<EndId>,
        payload: Payload,
    },
    Close {
        end: EndId,
        code: u16,
        reason: String,
    },
    Finish {
        end: EndId,
    },
    /// A call, an answer or a connection.
    Effect(Effect),
    /// A chunk of a body; who wrote it hears when there is room for the next one.
    Chunk {
        body: Handle,
        chunk: Bytes,
        writer: u32,
        section: Section,
    },
    /// The end of a body, or the reason why it fails.
    BodyEnd {
        body: Handle,
        failure: Option<String>,
    },
    /// Somebody who visited is told that what they wrote is durable.
    Visit(Visitor),
}

impl Held {
    /// Bytes of memory it takes, roughly.
    fn weight(&self) -> usize {
        OVERHEAD
            + match self {
                Held::Send { ends, payload } => payload.len() + size_of_val(&**ends),
                Held::Close { reason, .. } => reason.len(),
                Held::Chunk { chunk, .. } => chunk.len(),
                Held::Effect(effect) => effect.weight(),
                Held::Finish { .. } | Held::BodyEnd { .. } | Held::Visit(_) => 0,
            }
    }
}

impl Shared {
    /// Whether any output may have to wait. Cheap: asked before each is looked at.
    pub(crate) fn may_hold(&self) -> bool {
        !self.unconfirmed.borrow().is_empty() || !self.dirty.borrow().is_empty()
    }

    /// Whether what `owner` sends now has to wait.
    pub(crate) fn holds(&self, owner: u32) -> bool {
        owner >= FIRST_OBJECT
            && self.objects.borrow().get(owner).is_some_and(|object| object.output.is_closed())
    }

    /// Passes an output of `owner` back if it may leave now, keeps it otherwise.
    pub(crate) fn offer(&self, owner: u32, output: Held) -> Option<Held> {
        let bytes = output.weight();
        let mut objects = self.objects.borrow_mut();
        let Some(object) = objects.get_mut(owner) else { return Some(output) };
        let passed = object.output.offer(output, bytes);
        if passed.is_none() {
            self.held_bytes.set(self.held_bytes.get() + bytes);
        }
        passed
    }

    /// What `owner` sent waits: automatic answers must not overtake it.
    pub(crate) fn hold_answers(&self, owner: u32) {
        if let Some(object) = self.objects.borrow_mut().get_mut(owner)
            && !std::mem::replace(&mut object.holds_answers, true)
        {
            self.world.sockets().hold_answers(owner, true);
        }
    }

    /// Nothing that `owner` sent waits any more.
    pub(crate) fn release_answers(&self, object: &mut Object, owner: u32) {
        if std::mem::take(&mut object.holds_answers) {
            self.world.sockets().hold_answers(owner, false);
        }
    }

    /// Whose output an effect is.
    pub(crate) fn owner_of(&self, effect: &Effect) -> Option<u32> {
        match effect {
            Effect::Answer { answer, .. } | Effect::Return { answer, .. } => {
                self.answers.borrow().get(*answer).map(|owed| owed.owner)
            }
            Effect::CallObject { number, .. }
            | Effect::CallOutside { number, .. }
            | Effect::CallService { number, .. }
            | Effect::Order { number, .. }
            | Effect::Schedule { number, .. }
            | Effect::Invoke { number, .. } => self.calls.borrow().get(*number).map(|waiting| waiting.owner),
            Effect::Connect { end, .. } => self.world.sockets().owner(end.index),
            _ => None,
        }
    }
}
