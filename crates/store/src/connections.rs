//! The databases one thread has open.
//!
//! Promises that no more than a named number of them are open at once (but for those in the middle of a transaction),
//! and that all handles to one object share one database. An object belongs to one thread, so nothing here is locked.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::{Rc, Weak},
    sync::Arc,
};

use holdfast_core::id::ObjectId;

use crate::{
    commits::{Completed, Inbox, Waker},
    error::Result,
    namespaces::Namespace,
    object::{Data, Object},
    store::Store,
};

/// One thread's open databases. Clones share them. Neither `Send` nor `Sync`: make one on each thread.
#[derive(Clone, Debug)]
pub struct Connections(Rc<Shared>);

pub(crate) struct Shared {
    // Keeps the state directory's lock for as long as a database is open.
    pub(crate) store: Store,
    open_max: usize,
    clock: Cell<u64>,
    // An id proves its namespace, so it is a key by itself.
    known: RefCell<HashMap<ObjectId, Weak<Data>>>,
    open: RefCell<Vec<Rc<Data>>>,
    pub(crate) inbox: Arc<Inbox>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connections").field("open", &self.open.borrow().len()).finish_non_exhaustive()
    }
}

impl Connections {
    pub(crate) fn new(store: Store, open_max: usize, waker: Waker) -> Self {
        Self(Rc::new(Shared {
            store,
            open_max: open_max.max(1),
            clock: Cell::new(0),
            known: RefCell::new(HashMap::new()),
            open: RefCell::new(Vec::new()),
            inbox: Arc::new(Inbox::new(waker)),
        }))
    }

    /// A handle to an object's data. Touches no file. Two handles to one object see the same transaction; when the
    /// last one is dropped, an uncommitted transaction is rolled back.
    pub fn object(&self, namespace: &Namespace, id: ObjectId) -> Object {
        let known = self.0.known.borrow().get(&id).and_then(Weak::upgrade);
        let data = known.unwrap_or_else(|| {
            let data = Rc::new(Data::new(namespace.clone(), id, Rc::downgrade(&self.0)));
            self.0.known.borrow_mut().insert(id, Rc::downgrade(&data));
            data
        });
        Object::new(Rc::clone(&self.0), data)
    }

    /// What became durable, or failed to, since this was last called. Several commits of an object may be told as one.
    pub fn completed(&self, each: &mut dyn FnMut(Completed)) {
        for completed in self.0.inbox.take() {
            if completed.outcome.is_err() {
                let known = self.0.known.borrow().get(&completed.id).and_then(Weak::upgrade);
                if let Some(data) = known {
                    data.commit_failed();
                }
            }
            each(completed);
        }
    }

    /// Does what is due on this thread besides commits. To be called between turns after the waker was.
    pub fn maintain(&self) {
        self.0.close_idle(None);
    }

    /// How many databases are open now.
    pub fn open_count(&self) -> usize {
        self.0.open.borrow().len()
    }

    /// Waits until what was committed is durable or has failed; [`Connections::completed`] tells which.
    pub fn settle(&self) {
        self.0.store.journal().settle();
    }

    /// Closes every database that is in no transaction. After this, their files are complete and hold no journal.
    pub fn close_all(&self) -> Result<()> {
        let open = self.0.open.borrow().clone();
        for data in open {
            if !data.in_transaction() {
                self.0.close(&data);
            }
        }
        self.0.store.journal().complete()
    }
}

impl Shared {
    /// Notes that a database is used now.
    pub(crate) fn touch(&self, data: &Data) {
        let now = self.clock.get() + 1;
        self.clock.set(now);
        data.last_used.set(now);
    }

    /// Notes that a database was opened, and closes those used longest ago that exceed the limit.
    pub(crate) fn opened(&self, data: &Rc<Data>) {
        self.open.borrow_mut().push(Rc::clone(data));
        self.close_idle(Some(data));
    }

    /// Closes the databases used longest ago that exceed the limit, but for one.
    fn close_idle(&self, but: Option<&Rc<Data>>) {
        while self.open.borrow().len() > self.open_max {
            let idle = {
                let open = self.open.borrow();
                let closable = open.iter().filter(|other| {
                    !but.is_some_and(|data| Rc::ptr_eq(other, data)) && !other.in_transaction()
                });
                closable.min_by_key(|other| other.last_used.get()).cloned()
            };
            // Where all are in a transaction the limit gives way; they can be closed once they commit.
            let Some(idle) = idle else { break };
            self.close(&idle);
        }
    }

    /// Closes a database.
    pub(crate) fn close(&self, data: &Rc<Data>) {
        self.open.borrow_mut().retain(|other| !Rc::ptr_eq(other, data));
        data.drop_database();
    }

    /// Forgets an object whose last handle is gone.
    pub(crate) fn forget(&self, id: &ObjectId) {
        self.known.borrow_mut().remove(id);
    }
}
