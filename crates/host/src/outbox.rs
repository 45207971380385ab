//! Reading what a turn sent to WebSockets. The format is written by `outbox.js`: a count, then for each record the
//! socket's number with a kind in its low two bits, and the place of its payload.

use crate::shared::Shared;
use bytes::Bytes;
use holdfast_engine::{Object, Persistent, Scope, SharedWords, Value};
use holdfast_link::Payload;

/// Words of the outbox; a turn that sends more is read in parts.
const WORDS: usize = 1 + 2 * 8192;

const TEXT: u32 = 0;
const BINARY: u32 = 1;
const CLOSE: u32 = 2;

pub(crate) struct Outbox {
    words: SharedWords,
    payloads: Persistent,
}

impl Outbox {
    /// The outbox, and the two objects that `outbox.js` writes.
    pub(crate) fn new<'s>(scope: &Scope<'s>) -> (Outbox, Value<'s>, Value<'s>) {
        let (array, words) = scope.shared_words(WORDS);
        let payloads = scope.array(&[]);
        let outbox = Outbox { words, payloads: Persistent::new(scope, payloads) };
        (outbox, array.into(), payloads.into())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.get(0) == 0
    }

    /// Sends what was recorded, in order, except for sockets of condemned objects. Consecutive records of one payload
    /// are one send to many ends.
    pub(crate) fn drain(&self, scope: &Scope<'_>, shared: &Shared) {
        let count = self.words.get(0).unsigned_abs();
        self.words.set(0, 0);
        let Some(payloads) = self.payloads.get(scope).as_object() else { return };
        let mut ends: Vec<u32> = Vec::new();
        let mut at = 0;
        while at < count {
            let (head, place) = self.record(at);
            let kind = head & 3;
            ends.clear();
            while at < count {
                let (next, next_place) = self.record(at);
                if next & 3 != kind || next_place != place {
                    break;
                }
                if !self.is_dropped(shared, next >> 2) {
                    ends.push(next >> 2);
                }
                at += 1;
            }
            if !ends.is_empty() {
                deliver(scope, shared, payloads, kind, place, &ends);
            }
        }
    }

    fn record(&self, at: u32) -> (u32, u32) {
        let at = 1 + 2 * at as usize;
        (self.words.get(at).cast_unsigned(), self.words.get(at + 1).cast_unsigned())
    }

    fn is_dropped(&self, shared: &Shared, end: u32) -> bool {
        !shared.condemned.borrow().is_empty()
            && shared.world.sockets().owner(end).is_none_or(|owner| shared.is_condemned(owner))
    }
}

fn deliver<'s>(
    scope: &Scope<'s>,
    shared: &Shared,
    payloads: Object<'s>,
    kind: u32,
    place: u32,
    ends: &[u32],
) {
    let sockets = shared.world.sockets();
    // A payload is always there: the program has no way to the array.
    let Ok(value) = payloads.get_index(scope, place) else { return };
    match kind {
        TEXT => {
            if let Ok(text) = value.to_string(scope) {
                sockets.send(ends, Payload::Text(text));
            }
        }
        BINARY => {
            if let Some(bytes) = value.to_bytes(scope) {
                sockets.send(ends, Payload::Binary(Bytes::from(bytes)));
            }
        }
        CLOSE => {
            let text = value.to_string(scope).unwrap_or_default();
            let (code, reason) = text.split_once(' ').unwrap_or((&text, ""));
            let code = code.parse().unwrap_or(1005);
            for end in ends {
                sockets.close(*end, code, reason);
            }
        }
        _ => {
            for end in ends {
                sockets.finish(*end);
            }
        }
    }
}
