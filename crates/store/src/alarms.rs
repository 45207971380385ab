//! When which object is to be woken: the alarms of all objects, without opening any of their databases.
//!
//! An alarm is stored in its object's database and changes with the object's transactions. This is an index over them:
//! it is told of a change once the commit that made it is durable, so no alarm fires that a crash could take back.
//! What is on disk is a list as of some moment; the journal has what changed since, and recovery tells it again.
//!
//! Shared between threads: alarms are kept in as many shares as there are threads with objects, an object's alarm in the
//! share of its thread, so that each thread takes what is due from a share nobody else takes from.

mod file;
mod index;

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
};

use holdfast_core::{alarm::Time, id::ObjectId};

use self::index::{Entry, Index};
use crate::{
    directory,
    disk::{self, Disk},
    error::{Error, Result},
};

/// An alarm that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueAlarm {
    /// The unique key of the object's namespace.
    pub namespace: Arc<str>,
    /// The object.
    pub id: ObjectId,
    /// When it was due, as the object's data has it.
    pub due: Time,
}

/// The alarms of a state directory.
#[derive(Debug)]
pub struct Alarms {
    disk: Arc<dyn Disk>,
    file: PathBuf,
    /// The unique keys of namespaces; the place of one is its number, and does not change.
    namespaces: RwLock<Vec<Arc<str>>>,
    shares: Box<[Share]>,
    /// One writes the file at a time.
    persisting: Mutex<()>,
}

#[derive(Debug)]
struct Share {
    index: Mutex<Index>,
    /// When its earliest alarm is due, to be seen without the lock.
    earliest: AtomicI64,
}

impl Alarms {
    /// No alarms, in `shares` shares; `root` is the state directory.
    pub(crate) fn new(disk: Arc<dyn Disk>, root: &Path, shares: usize) -> Self {
        let share = || Share { index: Mutex::default(), earliest: Time::MAX.to_nanoseconds().into() };
        Self {
            disk,
            file: root.join("alarms"),
            namespaces: RwLock::default(),
            shares: (0..shares.max(1)).map(|_| share()).collect(),
            persisting: Mutex::default(),
        }
    }

    /// Takes in what was written last. False when there is nothing that can be read: then the alarms are to be read
    /// from the objects.
    pub(crate) fn load(&self) -> Result<bool> {
        let bytes = match disk::read(&*self.disk, &self.file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(Error::io(&error, "read", &self.file)),
        };
        let Some((keys, alarms)) = file::decode(&bytes) else { return Ok(false) };
        let numbers: Vec<u16> = keys.iter().map(|key| self.number(key)).collect();
        for entry in alarms {
            let entry = Entry { namespace: numbers[usize::from(entry.namespace)], ..entry };
            self.share(&entry.id).change(|index| index.set(entry));
        }
        Ok(true)
    }

    /// Notes an object's alarm, or that it has none. To be called when the commit that made it so is durable, in the
    /// order of the object's commits.
    pub fn note(&self, namespace: &str, id: ObjectId, due: Option<Time>) {
        let share = self.share(&id);
        match due {
            Some(due) => {
                let entry = Entry { namespace: self.number(namespace), id, due };
                share.change(|index| index.set(entry));
            }
            None => share.change(|index| index.remove(&id)),
        }
    }

    /// When the earliest alarm of a share is due; [`Time::MAX`] when there is none. Takes no lock.
    pub fn earliest(&self, share: usize) -> Time {
        Time::from_nanoseconds(self.shares[share].earliest.load(Ordering::Acquire))
    }

    /// Takes an alarm of a share that is due. It is not given twice, unless it is noted with another time or given
    /// back; it is gone when that is noted.
    pub fn take_due(&self, share: usize, now: Time) -> Option<DueAlarm> {
        let entry = self.shares[share].change(|index| index.take_due(now))?;
        let namespace = Arc::clone(&self.namespaces()[usize::from(entry.namespace)]);
        Some(DueAlarm { namespace, id: entry.id, due: entry.due })
    }

    /// An alarm that was taken is to be taken again by whoever can.
    pub fn give_back(&self, id: &ObjectId) {
        self.share(id).change(|index| index.give_back(id));
    }

    /// When the alarm of an object is due.
    pub fn due(&self, id: &ObjectId) -> Option<Time> {
        self.share(id).lock().due(id)
    }

    /// How many objects have an alarm.
    pub fn count(&self) -> usize {
        self.shares.iter().map(|share| share.lock().len()).sum()
    }

    /// Forgets the alarms of a namespace whose objects are destroyed.
    pub(crate) fn forget(&self, namespace: &str) {
        let number = self.number(namespace);
        for share in &self.shares {
            share.change(|index| {
                let gone: Vec<ObjectId> =
                    index.entries().filter(|entry| entry.namespace == number).map(|entry| entry.id).collect();
                gone.iter().for_each(|id| index.remove(id));
            });
        }
    }

    /// Writes all alarms to disk, durably and at once. What was noted before is then no longer needed elsewhere.
    pub fn persist(&self) -> Result<()> {
        // From before the alarms are looked at: what is written last is newest.
        let _one_at_a_time = self.persisting.lock().unwrap_or_else(PoisonError::into_inner);
        let shares: Vec<MutexGuard<'_, Index>> = self.shares.iter().map(Share::lock).collect();
        let namespaces = self.namespaces().clone();
        let count = shares.iter().map(|index| index.len()).sum();
        let entries = shares.iter().flat_map(|index| index.entries());
        let bytes = file::encode(namespaces.iter().map(|key| &**key), count, entries);
        drop(shares);
        directory::replace_file(&*self.disk, &self.file, &bytes)
    }

    /// The number of a namespace, which is given one when it is new.
    fn number(&self, key: &str) -> u16 {
        let find = |keys: &[Arc<str>]| keys.iter().position(|known| **known == *key);
        let known = find(&self.namespaces());
        let at = known.unwrap_or_else(|| {
            let mut keys = self.namespaces.write().unwrap_or_else(PoisonError::into_inner);
            find(&keys).unwrap_or_else(|| {
                keys.push(key.into());
                keys.len() - 1
            })
        });
        u16::try_from(at).expect("fewer namespaces than 65,536")
    }

    fn namespaces(&self) -> std::sync::RwLockReadGuard<'_, Vec<Arc<str>>> {
        // The list only grows, one whole key at a time.
        self.namespaces.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn share(&self, id: &ObjectId) -> &Share {
        &self.shares[id.share(self.shares.len())]
    }
}

impl Share {
    fn lock(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<R>(&self, change: impl FnOnce(&mut Index) -> R) -> R {
        let mut index = self.lock();
        let result = change(&mut index);
        let earliest = index.earliest().unwrap_or(Time::MAX).to_nanoseconds();
        self.earliest.store(earliest, Ordering::Release);
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> ObjectId {
        ObjectId::from_trusted_bytes([number; 32])
    }

    fn alarms(root: &Path, shares: usize) -> Alarms {
        Alarms::new(Arc::new(crate::RealDisk), root, shares)
    }

    /// All alarms, taken from all shares.
    fn all(alarms: &Alarms) -> Vec<(String, u8, i64)> {
        let mut found = Vec::new();
        for share in 0..alarms.shares.len() {
            while let Some(due) = alarms.take_due(share, Time::MAX) {
                found.push((due.namespace.to_string(), due.id.to_bytes()[0], due.due.to_ms()));
            }
        }
        found.sort();
        found
    }

    #[test]
    fn an_alarm_is_in_the_share_of_its_thread() {
        let directory = tempfile::tempdir().unwrap();
        let alarms = alarms(directory.path(), 3);
        for number in 0..30 {
            alarms.note("chat-Room", id(number), Some(Time::from_ms(i64::from(number))));
        }
        assert_eq!(alarms.count(), 30);
        for share in 0..3 {
            assert!(alarms.earliest(share) < Time::from_ms(30));
            while let Some(due) = alarms.take_due(share, Time::MAX) {
                assert_eq!(due.id.share(3), share);
            }
            assert_eq!(alarms.earliest(share), Time::MAX);
        }
    }

    #[test]
    fn what_was_written_is_there_at_the_next_start_with_another_number_of_threads() {
        let directory = tempfile::tempdir().unwrap();
        let before = alarms(directory.path(), 2);
        assert!(!before.load().unwrap());
        before.note("chat-Room", id(1), Some(Time::from_ms(10)));
        before.note("chat-Hall", id(2), Some(Time::from_ms(20)));
        before.note("chat-Hall", id(3), Some(Time::from_ms(30)));
        before.note("chat-Room", id(1), Some(Time::from_ms(11)));
        before.note("chat-Hall", id(3), None);
        // One that is being seen to is written too.
        assert!(before.take_due(id(2).share(2), Time::MAX).is_some());
        before.persist().unwrap();
        let after = alarms(directory.path(), 5);
        assert!(after.load().unwrap());
        assert_eq!(all(&after), [("chat-Hall".to_owned(), 2, 20), ("chat-Room".to_owned(), 1, 11)]);
    }

    #[test]
    fn several_threads_write_one_after_the_other() {
        let directory = tempfile::tempdir().unwrap();
        let before = alarms(directory.path(), 2);
        std::thread::scope(|scope| {
            for number in 0..8 {
                let before = &before;
                scope.spawn(move || {
                    for due in 1..=20 {
                        before.note("chat-Room", id(number), Some(Time::from_ms(due)));
                        before.persist().unwrap();
                    }
                });
            }
        });
        let after = alarms(directory.path(), 2);
        assert!(after.load().unwrap());
        let expected: Vec<_> = (0..8).map(|number| ("chat-Room".to_owned(), number, 20)).collect();
        assert_eq!(all(&after), expected);
    }

    #[test]
    fn what_is_noted_again_after_loading_is_newer() {
        let directory = tempfile::tempdir().unwrap();
        let before = alarms(directory.path(), 1);
        before.note("chat-Room", id(1), Some(Time::from_ms(10)));
        before.note("chat-Room", id(2), Some(Time::from_ms(10)));
        before.persist().unwrap();
        let after = alarms(directory.path(), 1);
        after.load().unwrap();
        after.note("chat-Room", id(1), Some(Time::from_ms(5)));
        after.note("chat-Room", id(2), None);
        assert_eq!(all(&after), [("chat-Room".to_owned(), 1, 5)]);
    }

    #[test]
    fn a_broken_file_is_no_file() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("alarms"), b"holdfast alarms 1\n").unwrap();
        assert!(!alarms(directory.path(), 1).load().unwrap());
    }

    #[test]
    fn a_destroyed_namespace_has_no_alarms() {
        let directory = tempfile::tempdir().unwrap();
        let alarms = alarms(directory.path(), 2);
        for number in 0..10 {
            let namespace = if number % 2 == 0 { "chat-Room" } else { "chat-Hall" };
            alarms.note(namespace, id(number), Some(Time::from_ms(1)));
        }
        alarms.forget("chat-Hall");
        assert_eq!(alarms.count(), 5);
        assert!(all(&alarms).iter().all(|(namespace, ..)| namespace == "chat-Room"));
    }

    #[test]
    fn an_alarm_that_was_given_back_is_taken_again() {
        let directory = tempfile::tempdir().unwrap();
        let alarms = alarms(directory.path(), 1);
        alarms.note("chat-Room", id(1), Some(Time::from_ms(10)));
        let due = alarms.take_due(0, Time::from_ms(10)).unwrap();
        assert_eq!(alarms.take_due(0, Time::MAX), None);
        alarms.give_back(&id(1));
        assert_eq!(alarms.earliest(0), Time::from_ms(10));
        assert_eq!(alarms.take_due(0, Time::from_ms(10)), Some(due));
    }
}
