//! The store of one process.
//!
//! Promises that one process at a time uses a state directory, and that namespaces outlive it. Shared between threads;
//! the data of objects is reached through each thread's [`Connections`].

mod tools;

use std::{
    io,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use holdfast_core::{
    alarm::Time,
    id::{self, ObjectId},
    key_value::Backend,
};

use crate::{
    alarms::Alarms,
    commits::Waker,
    connections::Connections,
    database::Database,
    directory::{self, Directory},
    disk::{self, Disk, RealDisk},
    durability,
    error::{Error, Kind, Result},
    history::{History, HistoryLimits, HistoryThread, Tell},
    image::{self, Before, Image},
    journal::{Journal, Limits, Observer, Record as Commit, Recovered, Threads, Work},
    migrations::{self, Migration, Outcome},
    namespaces::Namespace,
    registry::{Record, Registry},
};

pub use tools::{Class, Listed};

/// How a store is to work.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Most databases one thread keeps open. Each costs a file descriptor and up to half a megabyte of cache.
    pub open_databases_per_thread_max: usize,
    /// How many threads there are objects on. The one an object lives on is
    /// [`ObjectId::share`](holdfast_core::id::ObjectId::share) of as many.
    pub threads: usize,
    /// Bounds of the journal.
    pub journal: Limits,
    /// Who does the journal's work.
    pub work: Work,
    /// Bounds of the history objects can go back in. Without them there is none.
    pub history: Option<HistoryLimits>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            open_databases_per_thread_max: 128,
            threads: 1,
            journal: Limits::default(),
            work: Work::Threads,
            history: None,
        }
    }
}

/// The stored data of all objects of a process. `Send`, `Sync` and cheap to clone; the state directory is held until
/// the last clone and the last [`Connections`] are dropped.
#[derive(Clone, Debug)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    // Before the lock on the directory: they end with what is still to be written.
    _threads: Threads,
    _history_thread: Option<HistoryThread>,
    history: Option<Arc<History>>,
    journal: Arc<Journal>,
    recovered: Recovered,
    disk: Arc<dyn Disk>,
    directory: Directory,
    options: Options,
    registry: Mutex<Registry>,
    alarms: Arc<Alarms>,
    unread_alarms: Mutex<Vec<Error>>,
}

impl Store {
    /// Takes a state directory for this process, creating what is missing.
    ///
    /// Fails with [`Kind::InUse`] when another process has it, [`Kind::NewerFormat`] when a newer version wrote it,
    /// [`Kind::NotWritable`] or [`Kind::Io`] when it cannot be used.
    pub fn open(root: &Path, options: Options) -> Result<Self> {
        Self::open_on(Arc::new(RealDisk), root, options, Vec::new())
    }

    /// The same on another disk, with `observers` who are told of every commit once it is durable.
    pub fn open_on(
        disk: Arc<dyn Disk>,
        root: &Path,
        options: Options,
        observers: Vec<Arc<dyn Observer>>,
    ) -> Result<Self> {
        let directory = Directory::open(Arc::clone(&disk), root)?;
        let registry = read_registry(&*disk, &directory.namespaces_file())?;
        let alarms = Arc::new(Alarms::new(Arc::clone(&disk), root, options.threads));
        let is_loaded = alarms.load()?;
        let directories = |key: &str| {
            let record = registry.namespaces.iter().find(|record| record.unique_key == key)?;
            Some(directory.objects().join(&record.directory))
        };
        let history = match options.history {
            Some(limits) => Some(Arc::new(History::open(Arc::clone(&disk), &directory.history(), limits)?)),
            None => None,
        };
        let observer = Observers { alarms: Arc::clone(&alarms), history: history.clone(), observers };
        let (journal, recovered) = Journal::open(
            Arc::clone(&disk),
            &directory.journal(),
            &directory.objects(),
            options.journal,
            options.work,
            &directories,
            Arc::new(observer),
        )?;
        let journal = Arc::new(journal);
        let mut history_thread = None;
        if let Some(history) = &history {
            journal.begin_after(history.begin(journal.last_commit())?);
            history_thread = Some(HistoryThread::start(history, options.work)?);
        }
        let store = Self(Arc::new(Inner {
            _threads: Threads::start(&journal)?,
            _history_thread: history_thread,
            history,
            journal,
            recovered,
            disk,
            directory,
            options,
            registry: Mutex::new(registry),
            alarms,
            unread_alarms: Mutex::default(),
        }));
        if !is_loaded {
            let records = store.registry().namespaces.clone();
            store.find_alarms(&records)?;
        }
        Ok(store)
    }

    /// What opening found in the journal: what a process that ended without a clean stop left there.
    pub fn recovered(&self) -> &Recovered {
        &self.0.recovered
    }

    pub(crate) fn history(&self) -> Option<&Arc<History>> {
        self.0.history.as_ref()
    }

    /// Says who is told when the history cannot be written: once when that begins, on the thread that failed. Until it can
    /// be, objects may not be able to go back to that time.
    pub fn tell_history_failures(&self, tell: Tell) {
        if let Some(history) = &self.0.history {
            history.tell_failures(tell);
        }
    }

    pub(crate) fn journal(&self) -> &Arc<Journal> {
        &self.0.journal
    }

    /// When which object is to be woken.
    pub fn alarms(&self) -> &Alarms {
        &self.0.alarms
    }

    /// Why the alarms of some objects are not known: their databases could not be read when all were.
    pub fn unread_alarms(&self) -> Vec<Error> {
        std::mem::take(&mut self.0.unread_alarms.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the alarms of all objects of some namespaces from their databases, and writes them down. One that cannot
    /// be read does not keep the others back.
    fn find_alarms<'a>(&self, records: impl IntoIterator<Item = &'a Record>) -> Result<()> {
        let mut unread = Vec::new();
        for record in records {
            let ids = id::Namespace::new(&record.unique_key);
            let directory = self.0.directory.objects().join(&record.directory);
            for text in self.objects_in(&record.directory)? {
                let Ok(id) = ids.parse(&text) else { continue };
                let path = directory.join(image::file_name(id));
                let key: Arc<str> = record.unique_key.as_str().into();
                let image = Arc::new(Image::new(Arc::clone(&self.0.disk), key, id, path));
                let read = || -> Result<Option<Time>> {
                    image.is_present().map_err(|error| Error::io(&error, "open", image.path()))?;
                    let read = durability::open(&image).and_then(Database::new);
                    read.and_then(|database| database.alarm()).map_err(|error| {
                        Error::sqlite(&error, format!("read the alarm of object {}/{id}", record.unique_key))
                    })
                };
                match read() {
                    Ok(due) => self.0.alarms.note(&record.unique_key, id, due),
                    Err(error) => unread.push(error),
                }
            }
        }
        self.0.unread_alarms.lock().unwrap_or_else(PoisonError::into_inner).append(&mut unread);
        self.0.alarms.persist()
    }

    /// Files may be older than the list of namespaces: Miniflare's are where ours are, and it keeps no such list.
    fn find_alarms_of_new(&self, known: &Registry, changed: &Registry) -> Result<()> {
        let is_known =
            |record: &Record| known.namespaces.iter().any(|one| one.unique_key == record.unique_key);
        let mut found = Vec::new();
        for record in changed.namespaces.iter().filter(|record| !is_known(record)) {
            if !self.objects_of(record)?.is_empty() {
                found.push(record);
            }
        }
        if found.is_empty() { Ok(()) } else { self.find_alarms(found) }
    }

    /// The open databases of the calling thread. `waker` is called, from any thread, when there is something for
    /// [`Connections::completed`] and [`Connections::maintain`]; at most once until `completed` is called.
    pub fn connections(&self, waker: Waker) -> Connections {
        Connections::new(self.clone(), self.0.options.open_databases_per_thread_max, waker)
    }

    /// The namespace of a class, created if it has none. `backend` is for one that no migration mentions.
    pub fn namespace(&self, script: &str, class: &str, backend: Backend) -> Result<Namespace> {
        let mut registry = self.registry();
        let record = match registry.find(script, class) {
            Some(record) => record.clone(),
            None => {
                let mut changed = registry.clone();
                let record = changed.create(script, class, backend).clone();
                self.find_alarms_of_new(&registry, &changed)?;
                self.save(&mut registry, changed)?;
                record
            }
        };
        let path = self.0.directory.objects().join(&record.directory);
        directory::create_directory(&*self.0.disk, &path)?;
        Ok(Namespace::new(Arc::clone(&self.0.disk), &record.unique_key, record.backend, &path))
    }

    /// The namespaces, by their unique keys, whose objects [`Store::migrate`] would destroy.
    pub fn doomed(&self, script: &str, migrations: &[Migration]) -> Result<Vec<String>> {
        let outcome = self.apply(&mut self.registry().clone(), script, migrations)?;
        Ok(outcome.removed.into_iter().map(|record| record.unique_key).collect())
    }

    fn apply(&self, registry: &mut Registry, script: &str, migrations: &[Migration]) -> Result<Outcome> {
        let has_objects = |record: &Record| !self.objects_of(record).is_ok_and(|ids| ids.is_empty());
        migrations::apply(registry, script, migrations, has_objects)
            .map_err(|cause| Error::new(Kind::Migration, format!("migrate the classes of {script}"), cause))
    }

    /// Applies the migrations a script has not had, and returns their tags. The objects of deleted classes are
    /// destroyed: none of them may be in use.
    pub fn migrate(&self, script: &str, migrations: &[Migration]) -> Result<Vec<String>> {
        let mut registry = self.registry();
        let mut changed = registry.clone();
        let outcome = self.apply(&mut changed, script, migrations)?;
        if !outcome.removed.is_empty() {
            // Nothing of them may come back out of the journal.
            self.0.journal.complete()?;
        }
        // Files go first: a namespace must not be forgotten while its files could be found by a later one of its
        // name. If this is interrupted, the migration is applied again.
        for record in &outcome.removed {
            self.0.directory.discard_objects(&record.directory)?;
            self.0.alarms.forget(&record.unique_key);
        }
        if changed != *registry {
            self.find_alarms_of_new(&registry, &changed)?;
            self.save(&mut registry, changed)?;
        }
        self.0.directory.empty_trash()?;
        Ok(outcome.applied)
    }

    /// The tag of the last migration a script has had.
    pub fn migration_tag(&self, script: &str) -> Option<String> {
        self.registry().migration_tags.get(script).cloned()
    }

    /// The ids of all objects of a namespace that have stored anything, in no order.
    pub fn objects(&self, namespace: &Namespace) -> Result<Vec<ObjectId>> {
        let name = namespace.directory().file_name().expect("a namespace has a directory of its own");
        let texts = self.objects_in(&name.to_string_lossy())?;
        let mut ids: Vec<ObjectId> =
            texts.iter().filter_map(|text| namespace.ids().parse(text).ok()).collect();
        ids.extend(self.0.journal.objects(namespace.unique_key()));
        ids.sort_unstable_by_key(ObjectId::to_bytes);
        ids.dedup();
        Ok(ids)
    }

    fn objects_of(&self, record: &Record) -> Result<Vec<String>> {
        let mut texts = self.objects_in(&record.directory)?;
        texts.extend(self.0.journal.objects(&record.unique_key).iter().map(ToString::to_string));
        Ok(texts)
    }

    fn objects_in(&self, directory: &str) -> Result<Vec<String>> {
        let path = self.0.directory.objects().join(directory);
        let failed = |error: io::Error| Error::io(&error, "list the objects in", &path);
        let names = match self.0.disk.list(&path) {
            Ok(names) => names,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut found = Vec::new();
        for name in names {
            // Miniflare keeps its alarms in a file beside the objects.
            if let Some(id) = name.to_str().and_then(|name| name.strip_suffix(".sqlite"))
                && id != "metadata"
            {
                found.push(id.to_owned());
            }
        }
        Ok(found)
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        // The registry is only ever replaced whole, so a panic elsewhere leaves it sound.
        self.0.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn save(&self, current: &mut Registry, changed: Registry) -> Result<()> {
        let mut text = serde_json::to_vec_pretty(&changed).expect("a registry is plain data");
        text.push(b'\n');
        directory::replace_file(&*self.0.disk, &self.0.directory.namespaces_file(), &text)?;
        *current = changed;
        Ok(())
    }
}

fn read_registry(disk: &dyn Disk, path: &Path) -> Result<Registry> {
    match disk::read(disk, path) {
        Ok(text) => serde_json::from_slice(&text).map_err(|error| {
            Error::new(Kind::Corrupt, format!("read {}", path.display()), error.to_string())
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Registry::default()),
        Err(error) => Err(Error::io(&error, "read", path)),
    }
}

/// All who are told of commits.
#[derive(Debug)]
struct Observers {
    alarms: Arc<Alarms>,
    history: Option<Arc<History>>,
    observers: Vec<Arc<dyn Observer>>,
}

impl Observers {
    fn note(&self, record: &Commit) {
        if let Some(due) = record.alarm {
            self.alarms.note(&record.namespace, record.id, due);
        }
    }
}

impl Observer for Observers {
    fn durable(&self, record: &Arc<Commit>) {
        self.note(record);
        self.observers.iter().for_each(|observer| observer.durable(record));
    }

    fn recovered(&self, record: &Commit) {
        self.note(record);
        self.observers.iter().for_each(|observer| observer.recovered(record));
    }

    fn wants_undo(&self) -> bool {
        self.history.is_some()
    }

    fn undoes(&self, record: &Commit, before: Option<&Before>) {
        if let Some(history) = &self.history {
            history.take(record, before);
        }
    }

    fn recovering(&self, record: &Commit, before: &mut dyn FnMut() -> io::Result<Before>) -> Result<()> {
        self.history.as_ref().map_or(Ok(()), |history| history.take_recovered(record, before))
    }

    fn before_writing(&self, ids: &[ObjectId]) -> Result<()> {
        self.history.as_ref().map_or(Ok(()), |history| history.secure(ids))
    }

    fn before_recycling(&self) -> Result<()> {
        self.alarms.persist()?;
        if let Some(history) = &self.history {
            history.flush()?;
        }
        self.observers.iter().try_for_each(|observer| observer.before_recycling())
    }
}
