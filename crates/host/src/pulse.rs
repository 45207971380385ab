//! What one thread runs now, as another thread can see it: the engine cannot end a program in endless microtasks or in a
//! WebAssembly loop, so somebody else must notice.
//!
//! Only counters that the running thread writes and a watcher reads now and then: a turn pays a few plain stores. A
//! watcher that reads while they change sees another number of the turn the next time, and believes only what stays.

use holdfast_link::ObjectAddress;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

/// In place of a namespace's number: the Worker itself runs.
const NO_NAMESPACE: u32 = u32::MAX;

/// Written by one thread.
#[derive(Debug)]
pub struct Pulse {
    /// Odd while a program runs; another number for every turn.
    turn: AtomicU64,
    script: AtomicU32,
    /// Milliseconds of processor time that the program may use.
    limit_ms: AtomicU64,
    namespace: AtomicU32,
    id: [AtomicU64; 4],
}

/// A turn that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    /// No other turn of the thread has this number.
    pub turn: u64,
    /// The number of the script.
    pub script: u32,
    /// Processor time that the program may use.
    pub limit: Duration,
    /// The object's namespace, by its number in this process, and its id; None for the Worker's own code.
    pub object: Option<(u32, [u8; 32])>,
}

impl Default for Pulse {
    fn default() -> Self {
        Pulse {
            turn: AtomicU64::new(0),
            script: AtomicU32::new(0),
            limit_ms: AtomicU64::new(0),
            namespace: AtomicU32::new(NO_NAMESPACE),
            id: Default::default(),
        }
    }
}

impl Pulse {
    /// A program starts to run.
    pub(crate) fn begin(&self, script: u32, limit: Duration, object: Option<&ObjectAddress>) {
        self.script.store(script, Ordering::Relaxed);
        self.limit_ms.store(u64::try_from(limit.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.namespace.store(object.map_or(NO_NAMESPACE, |object| object.namespace), Ordering::Relaxed);
        if let Some(object) = object {
            for (part, bytes) in self.id.iter().zip(object.id.chunks_exact(8)) {
                let bytes = bytes.try_into().expect("chunks of eight");
                part.store(u64::from_ne_bytes(bytes), Ordering::Relaxed);
            }
        }
        self.next();
    }

    /// Something runs, perhaps of the program that ran before.
    pub(crate) fn begin_again(&self) {
        self.next();
    }

    /// It returned.
    pub(crate) fn end(&self) {
        self.next();
    }

    fn next(&self) {
        // One thread writes, so this needs no atomic addition.
        self.turn.store(self.turn.load(Ordering::Relaxed) + 1, Ordering::Release);
    }

    /// What runs now.
    pub fn running(&self) -> Option<Running> {
        let turn = self.turn.load(Ordering::Acquire);
        if turn.is_multiple_of(2) {
            return None;
        }
        let namespace = self.namespace.load(Ordering::Relaxed);
        let object = (namespace != NO_NAMESPACE).then(|| {
            let mut id = [0; 32];
            for (bytes, part) in id.chunks_exact_mut(8).zip(&self.id) {
                bytes.copy_from_slice(&part.load(Ordering::Relaxed).to_ne_bytes());
            }
            (namespace, id)
        });
        let limit = Duration::from_millis(self.limit_ms.load(Ordering::Relaxed));
        Some(Running { turn, script: self.script.load(Ordering::Relaxed), limit, object })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_runs_and_nothing_between_turns() {
        let pulse = Pulse::default();
        assert_eq!(pulse.running(), None);
        let limit = Duration::from_secs(30);
        pulse.begin(3, limit, None);
        let first = pulse.running().unwrap();
        assert_eq!((first.script, first.limit, first.object), (3, limit, None));
        pulse.end();
        assert_eq!(pulse.running(), None);
        let id = std::array::from_fn(|at| u8::try_from(at).unwrap());
        pulse.begin(4, limit, Some(&ObjectAddress { namespace: 7, id, name: None }));
        let second = pulse.running().unwrap();
        assert_eq!((second.script, second.object), (4, Some((7, id))));
        assert_ne!(first.turn, second.turn);
    }
}
