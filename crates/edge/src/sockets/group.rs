//! Auto-responses: one exact text answered with another for all sockets of an object, waking nobody
//! (`workers-api.md` 3, `setWebSocketAutoResponse`).

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// The owner's name for a set of sockets that share an auto-response: an object.
pub type GroupId = u64;

/// The pair in force; sockets of the group hold it, so that looking at it costs no table lookup.
#[derive(Debug)]
pub(super) struct Group {
    id: GroupId,
    pub(super) pair: RefCell<Option<Pair>>,
    /// The owner has things to send before any further answer.
    pub(super) waits: Cell<bool>,
}

#[derive(Debug)]
pub(super) struct Pair {
    pub(super) request: Box<str>,
    pub(super) response: Box<str>,
}

/// The groups that have a socket or a pair.
#[derive(Debug, Default)]
pub(super) struct Groups {
    by_id: HashMap<GroupId, Rc<Group>>,
}

impl Groups {
    pub(super) fn set(&mut self, id: GroupId, request: &str, response: &str) {
        let pair = Pair { request: request.into(), response: response.into() };
        self.group(id).pair.replace(Some(pair));
    }

    pub(super) fn clear(&mut self, id: GroupId) {
        if let Some(group) = self.by_id.get(&id).cloned() {
            group.pair.replace(None);
            self.leave(group);
        }
    }

    pub(super) fn wait(&mut self, id: GroupId, waits: bool) {
        if let Some(group) = self.by_id.get(&id) {
            group.waits.set(waits);
        }
    }

    pub(super) fn group(&mut self, id: GroupId) -> Rc<Group> {
        let new = || Rc::new(Group { id, pair: RefCell::default(), waits: Cell::default() });
        Rc::clone(self.by_id.entry(id).or_insert_with(new))
    }

    /// Gives a membership back. A group without sockets and without a pair is forgotten.
    pub(super) fn leave(&mut self, group: Rc<Group>) {
        const OURS_AND_THE_MAPS: usize = 2;
        if Rc::strong_count(&group) == OURS_AND_THE_MAPS && group.pair.borrow().is_none() {
            self.by_id.remove(&group.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Groups;

    #[test]
    fn unused_groups_are_forgotten() {
        let mut groups = Groups::default();
        let member = groups.group(1);
        groups.set(1, "ping", "pong");
        groups.leave(member);
        assert_eq!(groups.by_id.len(), 1, "the pair stays for the next socket");
        groups.clear(1);
        assert!(groups.by_id.is_empty());
        let (first, second) = (groups.group(2), groups.group(2));
        groups.leave(first);
        groups.clear(2);
        assert_eq!(groups.by_id.len(), 1, "a socket is left");
        groups.leave(second);
        assert!(groups.by_id.is_empty());
        groups.clear(3);
    }
}
