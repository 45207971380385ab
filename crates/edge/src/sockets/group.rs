//! Auto-responses: one exact text answered with another for all sockets of an object, waking nobody
//! (`workers-api.md` 3, `setWebSocketAutoResponse`).

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// The owner's name for a set of sockets that share an auto-response: an object.
pub type GroupId = u64;

/// The pair in force; sockets of the group hold it, so that looking at it costs no table lookup.
pub(super) type Group = Rc<RefCell<Option<Pair>>>;

#[derive(Debug)]
pub(super) struct Pair {
    pub(super) request: Box<str>,
    pub(super) response: Box<str>,
}

#[derive(Debug, Default)]
pub(super) struct Groups {
    by_id: HashMap<GroupId, Group>,
}

impl Groups {
    pub(super) fn set(&mut self, id: GroupId, request: &str, response: &str) {
        let pair = Pair { request: request.into(), response: response.into() };
        self.by_id.entry(id).or_default().replace(Some(pair));
    }

    pub(super) fn clear(&mut self, id: GroupId) {
        if let Some(group) = self.by_id.get(&id) {
            group.replace(None);
            self.forget_if_unused(id);
        }
    }

    pub(super) fn member(&mut self, id: GroupId) -> Group {
        Rc::clone(self.by_id.entry(id).or_default())
    }

    /// A group without sockets and without a pair says nothing.
    pub(super) fn forget_if_unused(&mut self, id: GroupId) {
        if self.by_id.get(&id).is_some_and(|group| Rc::strong_count(group) == 1 && group.borrow().is_none()) {
            self.by_id.remove(&id);
        }
    }
}
