//! One object's data.
//!
//! Promises that all writes since the last commit become durable together or not at all, that reads see them at once,
//! and that an object which never writes has no file.
//!
//! ```text
//!              first write                commit
//!   Clean ───────────────────► Open ─────────────────► Clean
//!     ▲                         │ failure
//!     └──── rollback ◄── Broken ◄
//! ```
//!
//! In `Broken` every call fails until [`Object::rollback`]: the host resets the object and starts it again.

mod pages;
mod replace;
mod restore;
mod summary;

use std::{
    cell::{Cell, RefCell},
    fmt::Debug,
    rc::{Rc, Weak},
    sync::Arc,
};

use holdfast_core::{alarm::Time, id::ObjectId, key_value::ListRange};

use crate::{
    commits::Commit,
    connections::Shared,
    database::Database,
    durability::{self, InUse, Missing},
    error::{Error, Kind, Result},
    namespaces::Namespace,
    savepoints::Savepoints,
    sql::Statements,
};

pub use restore::Restored;
pub use summary::Summary;

/// What [`Object::delete_all`] does with the alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// It stays (before the compatibility flag `delete_all_deletes_alarm`).
    Keep,
    /// It goes too.
    Delete,
}

/// A handle to one object's data. Stays on its thread. See the module for the states it goes through.
#[derive(Debug)]
pub struct Object {
    shared: Rc<Shared>,
    data: Rc<Data>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Clean,
    Open,
    Broken,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FileKnown {
    Unknown,
    Absent,
    Present,
}

#[derive(Debug)]
enum Name {
    /// Nobody said.
    Unknown,
    /// Said by the program that called, and not yet known to be stored.
    Told(Arc<str>),
    /// Known to be in the file.
    Stored(Arc<str>),
}

/// What all handles to one object share.
#[derive(Debug)]
pub(crate) struct Data {
    namespace: Namespace,
    id: ObjectId,
    shared: Weak<Shared>,
    handles: Cell<usize>,
    pub(crate) last_used: Cell<u64>,
    state: Cell<State>,
    file: Cell<FileKnown>,
    name: RefCell<Name>,
    /// The transaction set or deleted the alarm.
    alarm_changed: Cell<bool>,
    database: RefCell<Option<Database>>,
    /// What the database is open on, for as long as it is.
    image: RefCell<Option<InUse>>,
    /// Nobody has seen commits that may have failed since: those who have must be reset first.
    may_rebuild: Cell<bool>,
    savepoints: Savepoints,
}

impl Object {
    pub(crate) fn new(shared: Rc<Shared>, data: Rc<Data>) -> Self {
        data.handles.set(data.handles.get() + 1);
        Self { shared, data }
    }

    /// The object's id.
    pub fn id(&self) -> ObjectId {
        self.data.id
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        self.get_with(key, |value| value.map(<[u8]>::to_vec))
    }

    /// Hands the value of a key to `read`, without copying it.
    pub fn get_with<R>(&self, key: &str, read: impl FnOnce(Option<&[u8]>) -> R) -> Result<R> {
        let mut read = Some(read);
        let mut once = |value: Option<&[u8]>| (read.take().expect("a value is read once"))(value);
        match self.reading("read from", |database| database.get(key, &mut once))? {
            Some(result) => Ok(result),
            None => Ok(once(None)),
        }
    }

    /// The keys that exist, each once, in the order of their UTF-8 bytes.
    pub fn get_many(&self, keys: &[&str]) -> Result<Vec<(String, Vec<u8>)>> {
        let mut sorted = keys.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let mut found = Vec::with_capacity(sorted.len());
        for key in sorted {
            if let Some(value) = self.get(key)? {
                found.push((key.to_owned(), value));
            }
        }
        Ok(found)
    }

    /// The keys in a range with their values, in the range's order, which is that of UTF-8 bytes.
    pub fn list(&self, range: &ListRange) -> Result<Vec<(String, Vec<u8>)>> {
        Ok(self.reading("list", |database| database.list(range))?.unwrap_or_default())
    }

    /// Stores a value.
    pub fn put(&self, key: &str, value: &[u8]) -> Result<()> {
        self.writing("write to", |database| database.put(key, value))
    }

    /// Deletes a key and tells whether it existed.
    pub fn delete(&self, key: &str) -> Result<bool> {
        // Nothing is written, and no file made, to delete what cannot be there.
        if !self.reading("read from", |database| Ok(database.has_keys()))?.unwrap_or(false) {
            return Ok(false);
        }
        self.writing("write to", |database| database.delete(key))
    }

    /// Deletes everything a program stored, the object's name excepted. Returns the number of keys.
    pub fn delete_all(&self, alarm: Alarm) -> Result<usize> {
        if self.reading("read from", |_| Ok(()))?.is_none() {
            return Ok(0);
        }
        if alarm == Alarm::Delete {
            self.data.alarm_changed.set(true);
        }
        self.writing("delete all of", |database| {
            if alarm == Alarm::Delete {
                database.delete_alarm()?;
            }
            database.delete_all()
        })
    }

    /// Tells the object's name. It is written with the first commit that follows and finds the table for what belongs to
    /// the object itself. That table is not made for a name, because programs see which there are; until something else
    /// makes it, the name is only in the list of its namespace ([`Namespace::noted_name`]).
    pub fn set_name(&self, name: &str) {
        let mut known = self.data.name.borrow_mut();
        if matches!(&*known, Name::Unknown) {
            *known = Name::Told(name.into());
        }
    }

    /// The object's name, if it was ever told.
    pub fn name(&self) -> Result<Option<Arc<str>>> {
        if let Name::Told(name) | Name::Stored(name) = &*self.data.name.borrow() {
            return Ok(Some(Arc::clone(name)));
        }
        let stored = self.reading("read from", Database::name)?.flatten();
        Ok(stored.map(|name| {
            let name: Arc<str> = name.into();
            *self.data.name.borrow_mut() = Name::Stored(Arc::clone(&name));
            name
        }))
    }

    /// Whether there are writes that [`Object::commit`] would make durable.
    pub fn is_dirty(&self) -> bool {
        self.data.state.get() != State::Clean
    }

    /// Ends the transaction that the first write began and hands it over to become durable, with all that went before
    /// it; [`Connections::completed`](crate::Connections::completed) tells when it is. `None` when nothing was written.
    /// On failure nothing of it stays, and the object must be reset.
    pub fn commit(&self) -> Result<Option<Commit>> {
        match self.data.state.get() {
            State::Clean => Ok(None),
            State::Broken => Err(self.data.broken()),
            State::Open => {
                let told = match &*self.data.name.borrow() {
                    Name::Told(name) => Some(Arc::clone(name)),
                    Name::Unknown | Name::Stored(_) => None,
                };
                let (alarm, is_named) = self
                    .with_database(|database| {
                        let is_named = database.has_metadata();
                        if let Some(name) = &told
                            && is_named
                            && database.name()?.is_none()
                        {
                            database.set_name(name)?;
                        }
                        let alarm = match self.data.alarm_changed.get() {
                            true => Some(database.alarm()?),
                            false => None,
                        };
                        durability::commit(&database.connection)?;
                        Ok((alarm, is_named))
                    })
                    .map_err(|error| self.data.fail(&error, "commit"))?;
                self.data.state.set(State::Clean);
                self.data.alarm_changed.set(false);
                let image = self.data.image.borrow();
                let image = &image.as_ref().expect("an open database is on an image").image;
                let Some(changes) = image.take_changes() else { return Ok(None) };
                let commit = self.shared.store.journal().commit(image, changes, alarm, &self.shared.inbox);
                if let Some(name) = told
                    && is_named
                {
                    *self.data.name.borrow_mut() = Name::Stored(name);
                }
                Ok(Some(commit))
            }
        }
    }

    /// When the alarm is due.
    pub fn alarm(&self) -> Result<Option<Time>> {
        Ok(self.reading("read the alarm of", Database::alarm)?.flatten())
    }

    /// Sets the alarm, with the other writes of the transaction.
    pub fn set_alarm(&self, due: Time) -> Result<()> {
        self.change_alarm("set the alarm of", Some(due))
    }

    /// Deletes the alarm, with the other writes of the transaction.
    pub fn delete_alarm(&self) -> Result<()> {
        self.change_alarm("delete the alarm of", None)
    }

    fn change_alarm(&self, doing: &str, due: Option<Time>) -> Result<()> {
        // Nothing is written, and no file made, where nothing changes.
        if self.alarm()? == due {
            return Ok(());
        }
        self.writing(doing, |database| database.set_alarm(due))?;
        self.data.alarm_changed.set(true);
        Ok(())
    }

    /// Discards all writes since the last commit. Also what makes an object usable again after a failure.
    pub fn rollback(&self) {
        self.data.rollback(&self.shared);
    }

    /// Whether the database is open.
    pub fn is_open(&self) -> bool {
        self.data.database.borrow().is_some()
    }

    /// Closes the database, if it is open and in no transaction. The next use opens it again.
    pub fn close(&self) {
        if !self.data.in_transaction() {
            self.shared.close(&self.data);
        }
    }

    /// The SQL of the database, if it is open.
    pub(crate) fn statements(&self) -> Option<Rc<Statements>> {
        self.data.database.borrow().as_ref().map(|database| Rc::clone(&database.statements))
    }

    /// Notes that SQLite ended the transaction by itself: nothing can be done until [`Object::rollback`]. Says what was
    /// being done, to which object.
    pub(crate) fn break_off(&self, doing: &str) -> String {
        self.data.state.set(State::Broken);
        format!("{doing} {}", self.data)
    }

    /// Fails while the object is broken.
    pub(crate) fn usable(&self) -> Result<()> {
        let has_failed = || self.data.image.borrow().as_ref().is_some_and(|in_use| in_use.image.has_failed());
        if self.data.state.get() == State::Broken || has_failed() { Err(self.data.broken()) } else { Ok(()) }
    }

    /// Runs a read. `None` when the object has no file.
    fn reading<R>(
        &self,
        doing: &str,
        read: impl FnOnce(&Database) -> rusqlite::Result<R>,
    ) -> Result<Option<R>> {
        self.usable()?;
        if !self.open(Missing::Refuse)? {
            return Ok(None);
        }
        self.with_database(read).map(Some).map_err(|error| self.data.fail(&error, doing))
    }

    /// Runs a write, in the transaction that the first one begins.
    fn writing<R>(&self, doing: &str, write: impl FnOnce(&Database) -> rusqlite::Result<R>) -> Result<R> {
        self.usable()?;
        self.open(Missing::Create)?;
        self.begin(doing)?;
        self.in_open_transaction(doing, write)
    }

    /// Begins the transaction and the parts of it that were asked for, as far as they have not begun. The database is
    /// open.
    pub(crate) fn begin(&self, doing: &str) -> Result<()> {
        if self.data.state.get() == State::Clean {
            if let Some(in_use) = &*self.data.image.borrow() {
                in_use.image.begin_changes();
            }
            self.with_database(|database| durability::begin(&database.connection))
                .map_err(|error| self.data.fail(&error, doing))?;
            self.data.state.set(State::Open);
        }
        self.in_open_transaction(doing, |database| self.data.savepoints.make(&database.connection))
    }

    /// Does something in the transaction that is open.
    pub(crate) fn in_open_transaction<R>(
        &self,
        doing: &str,
        act: impl FnOnce(&Database) -> rusqlite::Result<R>,
    ) -> Result<R> {
        self.usable()?;
        self.with_database(act).map_err(|error| self.data.fail(&error, doing))
    }

    pub(crate) fn savepoints(&self) -> &Savepoints {
        &self.data.savepoints
    }

    pub(crate) fn with_database<R>(
        &self,
        act: impl FnOnce(&Database) -> rusqlite::Result<R>,
    ) -> rusqlite::Result<R> {
        let database = self.data.database.borrow();
        act(database.as_ref().expect("the database was opened before it is used"))
    }

    /// Opens the database where needed; false when there is no file and none is to be made.
    pub(crate) fn open(&self, missing: Missing) -> Result<bool> {
        self.shared.touch(&self.data);
        if self.data.database.borrow().is_some() {
            return Ok(true);
        }
        if self.data.file.get() == FileKnown::Absent && missing == Missing::Refuse {
            return Ok(false);
        }
        let journal = self.shared.store.journal();
        let image = self.data.namespace.image(journal, self.data.id);
        if image.has_failed() {
            if !self.data.may_rebuild.get() {
                self.data.state.set(State::Broken);
                return Err(self.data.broken());
            }
            journal.rebuild(&image)?;
        }
        let in_use = InUse::new(journal, image);
        let path = in_use.image.path();
        let present = in_use.image.is_present().map_err(|error| Error::io(&error, "open", path))?;
        self.data.file.set(if present { FileKnown::Present } else { FileKnown::Absent });
        if !present && missing == Missing::Refuse {
            return Ok(false);
        }
        let opened = durability::open(&in_use.image)
            .and_then(Database::new)
            .map_err(|error| Error::sqlite(&error, format!("open {} ({})", self.data, path.display())))?;
        *self.data.image.borrow_mut() = Some(in_use);
        self.data.may_rebuild.set(false);
        *self.data.database.borrow_mut() = Some(opened);
        self.data.file.set(FileKnown::Present);
        self.shared.opened(&self.data);
        Ok(true)
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        let handles = self.data.handles.get() - 1;
        self.data.handles.set(handles);
        if handles == 0 {
            self.data.rollback(&self.shared);
        }
    }
}

impl Data {
    pub(crate) fn new(namespace: Namespace, id: ObjectId, shared: Weak<Shared>) -> Self {
        Self {
            namespace,
            id,
            shared,
            handles: Cell::new(0),
            last_used: Cell::new(0),
            state: Cell::new(State::Clean),
            file: Cell::new(FileKnown::Unknown),
            name: RefCell::new(Name::Unknown),
            alarm_changed: Cell::new(false),
            database: RefCell::new(None),
            image: RefCell::new(None),
            may_rebuild: Cell::new(true),
            savepoints: Savepoints::default(),
        }
    }

    pub(crate) fn in_transaction(&self) -> bool {
        self.state.get() == State::Open
    }

    pub(crate) fn drop_database(&self) {
        let database = self.database.borrow_mut().take();
        if let Some(database) = database {
            database.statements.finish_cursors();
            database.statements.forget_compiled();
        }
        // After the database: whoever takes the image next must find it at rest.
        if let Some(in_use) = self.image.borrow_mut().take() {
            in_use.image.discard_changes();
        }
    }

    fn rollback(self: &Rc<Self>, shared: &Shared) {
        self.savepoints.forget();
        if self.image.borrow().is_none() {
            self.may_rebuild.set(true);
        }
        let has_failed = self.image.borrow().as_ref().is_some_and(|in_use| in_use.image.has_failed());
        if self.state.get() == State::Clean && !has_failed {
            return;
        }
        let result = match &*self.database.borrow() {
            Some(database) => {
                durability::rollback(&database.connection).and_then(|()| database.look_for_tables())
            }
            None => Ok(()),
        };
        // A connection that cannot roll back is closed, which does it too.
        if result.is_err() || has_failed || self.state.get() == State::Broken {
            shared.close(self);
            self.file.set(FileKnown::Unknown);
            self.may_rebuild.set(true);
        } else if let Some(in_use) = &*self.image.borrow() {
            in_use.image.discard_changes();
        }
        self.state.set(State::Clean);
        self.alarm_changed.set(false);
    }

    /// A commit that was handed over failed: what followed it is void.
    pub(crate) fn commit_failed(&self) {
        self.state.set(State::Broken);
    }

    /// Notes a failure. One that leaves the transaction as it was does not break it.
    fn fail(&self, error: &rusqlite::Error, doing: &str) -> Error {
        let error = Error::sqlite(error, format!("{doing} {self}"));
        if error.resets_object() {
            self.state.set(State::Broken);
        }
        error
    }

    fn broken(&self) -> Error {
        Error::new(Kind::Broken, format!("use {self}"), "an earlier failure ended its transaction")
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        self.drop_database();
        if let Some(shared) = self.shared.upgrade() {
            shared.forget(&self.id);
        }
    }
}

impl std::fmt::Display for Data {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "object {}/{}", self.namespace.unique_key(), self.id)
    }
}

#[cfg(test)]
mod tests {
    use holdfast_core::key_value::Backend;

    use super::*;
    use crate::{Options, Store};

    /// A disk that is full after a few pages: the closest SQLite comes to one by itself.
    fn fill(object: &Object) {
        let database = object.data.database.borrow();
        let connection = &database.as_ref().unwrap().connection;
        connection.pragma_update(None, "max_page_count", 8).unwrap();
    }

    #[test]
    fn a_full_disk_breaks_the_object_until_it_is_rolled_back() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path(), Options::default()).unwrap();
        let namespace = store.namespace("chat", "Room", Backend::Sqlite).unwrap();
        let connections = store.connections(Arc::new(|| {}));
        let object = connections.object(&namespace, namespace.ids().id_from_name("one"));
        object.put("kept", b"1").unwrap();
        object.commit().unwrap();
        fill(&object);
        object.put("half", b"1").unwrap();
        let error = object.put("large", &[7; 100_000]).unwrap_err();
        assert_eq!((error.kind(), error.resets_object()), (Kind::DiskFull, true));
        let expected = format!(
            "cannot write to object chat-Room/{}: database or disk is full; \
             free space, or choose another directory with --persist-to",
            object.id()
        );
        assert_eq!(error.to_string(), expected);
        assert_eq!(object.commit().unwrap_err().kind(), Kind::Broken);
        assert_eq!(object.get("kept").unwrap_err().kind(), Kind::Broken);
        object.rollback();
        assert_eq!(object.get("kept").unwrap().as_deref(), Some(&b"1"[..]));
        assert_eq!(object.get("half").unwrap(), None);
        object.put("large", &[7; 100_000]).unwrap();
        object.commit().unwrap();
    }

    #[test]
    fn a_transaction_past_its_bound_fails_whole() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path(), Options::default()).unwrap();
        let namespace = store.namespace("chat", "Room", Backend::Sqlite).unwrap();
        let connections = store.connections(Arc::new(|| {}));
        let object = connections.object(&namespace, namespace.ids().id_from_name("one"));
        let put = |number: u32| object.put(&number.to_string(), &[7; 300_000]);
        put(0).unwrap();
        object.commit().unwrap();
        let failed = (1..9).try_for_each(put).and_then(|()| object.commit()).unwrap_err();
        assert_eq!(failed.kind(), Kind::DiskFull);
        object.rollback();
        assert_eq!((object.get("0").unwrap().is_some(), object.get("1").unwrap()), (true, None));
        put(1).unwrap();
        object.commit().unwrap();
        connections.close_all().unwrap();
        assert_eq!(object.get("1").unwrap().map(|value| value.len()), Some(300_000));
    }
}
