//! Objects that were reset, for the stubs that were connected to them: such a stub stays broken, and a program makes
//! another one. Otherwise a call after the reset could follow one that was lost with it.
//!
//! Every thread keeps the list for its own programs. A stub remembers where the list ended when it was first used.
//! Source: `workers-api.md` 4.3.

use holdfast_link::{Failure, ObjectAddress};
use std::collections::{HashMap, VecDeque};

/// Objects that are remembered. The stubs of those before work again, which no program waits for.
const BROKEN_MAX: usize = 10_000;

type Key = (u32, [u8; 32]);

#[derive(Debug, Default)]
pub(crate) struct Broken {
    /// How many resets there were.
    count: u64,
    last: HashMap<Key, (u64, Failure)>,
    order: VecDeque<(Key, u64)>,
}

impl Broken {
    /// Where the list ends now.
    pub(crate) fn end(&self) -> u64 {
        self.count
    }

    pub(crate) fn note(&mut self, namespace: u32, id: [u8; 32], failure: Failure) {
        self.count += 1;
        self.last.insert((namespace, id), (self.count, failure));
        self.order.push_back(((namespace, id), self.count));
        if self.order.len() > BROKEN_MAX
            && let Some((key, count)) = self.order.pop_front()
            && self.last.get(&key).is_some_and(|(last, _)| *last == count)
        {
            self.last.remove(&key);
        }
    }

    /// Why a stub that was first used when the list ended at `since` is broken.
    pub(crate) fn since(&self, since: u64, address: &ObjectAddress) -> Option<Failure> {
        if self.last.is_empty() {
            return None;
        }
        let (count, failure) = self.last.get(&(address.namespace, address.id))?;
        (*count > since).then(|| failure.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(first: u8) -> ObjectAddress {
        ObjectAddress { namespace: 0, id: [first; 32], name: None }
    }

    fn failure(message: &str) -> Failure {
        Failure::new("Error", message)
    }

    #[test]
    fn only_stubs_of_before_are_broken() {
        let mut broken = Broken::default();
        let before = broken.end();
        broken.note(0, [1; 32], failure("first"));
        let after = broken.end();
        assert_eq!(broken.since(before, &address(1)).map(|one| one.message), Some("first".to_owned()));
        assert_eq!(broken.since(before, &address(2)), None);
        assert_eq!(broken.since(after, &address(1)), None);
        broken.note(0, [1; 32], failure("second"));
        assert_eq!(broken.since(after, &address(1)).map(|one| one.message), Some("second".to_owned()));
    }

    #[test]
    fn the_list_is_bounded_and_keeps_the_latest() {
        let mut broken = Broken::default();
        broken.note(0, [1; 32], failure("old"));
        for _ in 0..BROKEN_MAX {
            broken.note(0, [2; 32], failure("new"));
        }
        assert!(broken.order.len() <= BROKEN_MAX);
        assert_eq!(broken.since(0, &address(1)), None);
        assert!(broken.since(0, &address(2)).is_some());
    }
}
