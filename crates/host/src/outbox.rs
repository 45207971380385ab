//! Reading what a turn sent to WebSockets. The format is written by `outbox.js`: a count, then for each record the
//! socket's number with a kind in its low two bits, and the place of its payload: in `texts` when negative, else in
//! `payloads`. What is in `texts` is read without asking the engine, so most turns are over when the program is.

use crate::held::Held;
use crate::shared::Shared;
use bytes::Bytes;
use holdfast_engine::{Context, Object, Persistent, Scope, SharedWords, Value};
use holdfast_link::{EndId, Payload};
use std::cell::RefCell;

/// Words of the outbox; a turn that sends more is read in parts.
const WORDS: usize = 1 + 2 * 8192;

/// Words of the short payloads of one turn; further ones go the long way.
const TEXT_WORDS: usize = 8192;

/// A payload in `texts` is at most this long: its length takes the low byte of its place.
const SHORT_BYTES_MAX: usize = 255;

const TEXT: u32 = 0;
const BINARY: u32 = 1;
const CLOSE: u32 = 2;

pub(crate) struct Outbox {
    words: SharedWords,
    texts: SharedWords,
    payloads: Persistent,
    /// Room for the ends of one send, kept between turns.
    ends: RefCell<Vec<u32>>,
}

/// The objects that `outbox.js` writes.
pub(crate) struct Written<'s> {
    pub(crate) words: Object<'s>,
    pub(crate) texts: Object<'s>,
    pub(crate) payloads: Object<'s>,
}

impl Outbox {
    /// The outbox, and what the program's side of it is.
    pub(crate) fn new<'s>(scope: &Scope<'s>) -> (Outbox, Written<'s>) {
        let (words, our_words) = scope.shared_words(WORDS);
        let (texts, our_texts) = scope.shared_words(TEXT_WORDS);
        let payloads = scope.array(&[]);
        let outbox = Outbox {
            words: our_words,
            texts: our_texts,
            payloads: Persistent::new(scope, payloads),
            ends: RefCell::default(),
        };
        (outbox, Written { words, texts, payloads })
    }

    /// Sends what was recorded, in order, except for sockets of condemned objects.
    pub(crate) fn drain(&self, context: &Context, shared: &Shared) {
        let count = self.words.get(0).unsigned_abs();
        if count == 0 {
            return;
        }
        self.words.set(0, 0);
        if (0..count).all(|at| self.record(at).1 < 0) {
            self.send_all(count, shared, &|kind, place| Some(self.short(kind, place)));
            return;
        }
        context.enter(|scope| {
            let payloads = self.payloads.get(scope).as_object().expect("it was made as an array");
            self.send_all(count, shared, &|kind, place| {
                if place < 0 { Some(self.short(kind, place)) } else { payload(scope, payloads, place) }
            });
        });
    }

    /// Consecutive records of one payload are one send to many ends.
    fn send_all(&self, count: u32, shared: &Shared, payload: &dyn Fn(u32, i32) -> Option<Payload>) {
        let mut ends = self.ends.take();
        let may_hold = shared.may_hold();
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
                if !is_dropped(shared, next >> 2) {
                    ends.push(next >> 2);
                }
                at += 1;
            }
            if may_hold {
                hold_back(shared, &mut ends, kind, &|| payload(kind, place));
            }
            if !ends.is_empty() {
                send(shared, &ends, kind, || payload(kind, place));
            }
        }
        *self.ends.borrow_mut() = ends;
    }

    fn record(&self, at: u32) -> (u32, i32) {
        let at = 1 + 2 * at as usize;
        (self.words.get(at).cast_unsigned(), self.words.get(at + 1))
    }

    /// A short payload. The program cannot write here but through `send`, yet what it patched may have had a hand in
    /// the text.
    fn short(&self, kind: u32, place: i32) -> Payload {
        let place = (!place).unsigned_abs() as usize;
        let (start, length) = (place >> 8, place & SHORT_BYTES_MAX);
        let mut bytes = [0; SHORT_BYTES_MAX + 1];
        for (at, four) in bytes.chunks_exact_mut(4).take(length.div_ceil(4)).enumerate() {
            four.copy_from_slice(&self.texts.get(start / 4 + at).to_ne_bytes());
        }
        let bytes = &bytes[..length];
        if kind == BINARY {
            return Payload::Binary(Bytes::copy_from_slice(bytes));
        }
        Payload::Text(
            str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes).into_owned(), str::to_owned),
        )
    }
}

fn is_dropped(shared: &Shared, end: u32) -> bool {
    !shared.condemned.borrow().is_empty()
        && shared.world.sockets().owner(end).is_none_or(|owner| shared.is_condemned(owner))
}

/// A payload of the program's array; the program has no way to the array, so it is there.
fn payload<'s>(scope: &Scope<'s>, payloads: Object<'s>, place: i32) -> Option<Payload> {
    let value: Value<'s> = payloads.get_index(scope, place.unsigned_abs()).ok()?;
    match value.to_bytes(scope) {
        Some(bytes) => Some(Payload::Binary(Bytes::from(bytes))),
        None => value.to_string(scope).ok().map(Payload::Text),
    }
}

/// Takes out the ends whose owner's writes are not durable yet: what is sent to them waits.
fn hold_back(shared: &Shared, ends: &mut Vec<u32>, kind: u32, payload: &dyn Fn() -> Option<Payload>) {
    let sockets = shared.world.sockets();
    let mut held: Vec<(u32, Vec<EndId>)> = Vec::new();
    ends.retain(|end| {
        let Some(owner) = sockets.owner(*end).filter(|owner| shared.holds(*owner)) else { return true };
        match held.last_mut() {
            Some((last, ends)) if *last == owner => ends.push(sockets.identify(*end)),
            _ => held.push((owner, vec![sockets.identify(*end)])),
        }
        false
    });
    for (owner, ends) in held {
        let close = |payload| {
            let Payload::Text(text) = payload else { return (1005, String::new()) };
            let (code, reason) = closing(&text);
            (code, reason.to_owned())
        };
        match kind {
            TEXT | BINARY => {
                if let Some(payload) = payload() {
                    shared.offer(owner, Held::Send { ends, payload });
                    shared.hold_answers(owner);
                }
            }
            CLOSE => {
                let (code, reason) = payload().map_or((1005, String::new()), close);
                for end in ends {
                    shared.offer(owner, Held::Close { end, code, reason: reason.clone() });
                }
            }
            _ => {
                for end in ends {
                    shared.offer(owner, Held::Finish { end });
                }
            }
        }
    }
}

/// Code and reason of a Close as `outbox.js` writes it.
fn closing(text: &str) -> (u16, &str) {
    let (code, reason) = text.split_once(' ').unwrap_or((text, ""));
    (code.parse().unwrap_or(1005), reason)
}

fn send(shared: &Shared, ends: &[u32], kind: u32, payload: impl FnOnce() -> Option<Payload>) {
    let sockets = shared.world.sockets();
    match kind {
        TEXT | BINARY => {
            if let Some(payload) = payload() {
                sockets.send(ends, payload);
            }
        }
        CLOSE => {
            let Some(Payload::Text(text)) = payload() else { return };
            let (code, reason) = closing(&text);
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
