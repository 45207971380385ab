//! The journal as the rest of the program meets it: bounds, damage, a disk that fails, a clean stop.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::VecDeque,
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use holdfast_core::key_value::Backend;
use holdfast_store::{
    Change, Connections, Fault, Kind, Limits, Migration, Namespace, Object, Observer, Options, RealDisk,
    Record, Result, SimulatedDisk, Store, Work, sql::Counting,
};

const ROOT: &str = "/state";

const SMALL: Limits = Limits { segment_bytes: 64 << 10, journal_bytes_max: 256 << 10, ..Limits::DEFAULT };

fn steps(disk: &SimulatedDisk) -> Result<(Store, Namespace, Connections)> {
    let options = Options { work: Work::Steps, journal: SMALL, ..Options::default() };
    let store = Store::open_on(Arc::new(disk.clone()), Path::new(ROOT), options, Vec::new())?;
    let namespace = store.namespace("chat", "Room", Backend::Sqlite)?;
    let connections = store.connections(Arc::new(|| {}));
    Ok((store, namespace, connections))
}

fn object(connections: &Connections, namespace: &Namespace, name: &str) -> Object {
    connections.object(namespace, namespace.ids().id_from_name(name))
}

fn put(object: &Object, key: &str) {
    object.put(key, b"value").unwrap();
    object.commit().unwrap();
}

/// Commits `count` times, each in a group of its own, and ends without a clean stop.
fn leave_groups(disk: &SimulatedDisk, count: usize) -> SimulatedDisk {
    let (_store, namespace, connections) = steps(disk).unwrap();
    let object = object(&connections, &namespace, "one");
    for number in 0..count {
        put(&object, &number.to_string());
        connections.settle();
    }
    disk.power_cut()
}

fn segments(disk: &SimulatedDisk) -> Vec<PathBuf> {
    disk.paths()
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "segment"))
        .collect()
}

/// Where the fragments with a record begin.
fn groups(segment: &[u8]) -> Vec<usize> {
    let is_group = |at: &usize| segment[*at..*at + 4] != [0; 4] && segment[at + 28] == 0;
    (4096..segment.len()).step_by(4096).filter(is_group).collect()
}

#[test]
fn damage_in_the_middle_is_told_and_kept_and_damage_at_the_end_is_a_torn_write() {
    for (damaged, kept) in [(1, 1), (2, 2), (3, 3)] {
        let disk = leave_groups(&SimulatedDisk::new(1), 4);
        let segment = segments(&disk).remove(0);
        disk.tamper(&segment, |bytes| {
            let at = groups(bytes)[damaged];
            bytes[at + 100] ^= 1;
        });
        let (store, namespace, connections) = steps(&disk).unwrap();
        let recovered = store.recovered().clone();
        assert_eq!((recovered.records, recovered.objects), (kept, 1));
        let object = object(&connections, &namespace, "one");
        let found = (0..4).filter(|key| object.get(&key.to_string()).unwrap().is_some()).count();
        assert_eq!(found as u64, kept);
        let is_end = damaged == 3;
        assert_eq!(recovered.stopped_at.is_none(), is_end);
        let aside = disk.paths().iter().any(|path| path.to_string_lossy().contains(".damaged-"));
        assert_eq!(aside, !is_end);
        if !is_end {
            let text = recovered.to_text().unwrap();
            assert!(text.contains(&format!("{}", segment.display())), "{text}");
            assert!(
                text.contains("a record is damaged, and acknowledged commits follow that are lost"),
                "{text}"
            );
        }
    }
}

#[test]
fn a_segment_that_is_gone_is_told() {
    let mut disk = SimulatedDisk::new(1);
    {
        let (_store, namespace, connections) = steps(&disk).unwrap();
        let object = object(&connections, &namespace, "one");
        for number in 0..3 {
            object.put(&number.to_string(), &[7; 40_000]).unwrap();
            object.commit().unwrap();
            connections.settle();
        }
        disk = disk.power_cut();
    }
    let first = segments(&disk).remove(0);
    disk.tamper(&first, Vec::clear);
    let (store, ..) = steps(&disk).unwrap();
    let text = store.recovered().to_text().unwrap();
    assert!(text.contains("segments before it are missing"), "{text}");
}

#[test]
fn what_a_newer_version_or_nobody_wrote_is_refused() {
    let disk = leave_groups(&SimulatedDisk::new(1), 1);
    let position = Path::new(ROOT).join("journal/position");
    disk.tamper(&position, |text| *text = b"holdfast journal 9 segment 1 ordinal 0 commit 0\n".to_vec());
    let error = steps(&disk).unwrap_err();
    assert_eq!(error.kind(), Kind::NewerFormat(9));
    let expected = "cannot read /state/journal/position: it has format 9, this version reads up to 1; \
                    upgrade holdfast, or choose another directory with --persist-to";
    assert_eq!(error.to_string(), expected);
    disk.tamper(&position, |text| *text = b"holdfast journal".to_vec());
    let error = steps(&disk).unwrap_err();
    assert_eq!(error.kind(), Kind::Corrupt);
    assert!(error.to_string().contains("it does not say where the journal begins"), "{error}");
}

#[test]
fn a_commit_that_fails_breaks_its_object_until_it_is_rolled_back_and_never_comes_back() {
    for fault in [Fault::Full, Fault::Broken] {
        let disk = SimulatedDisk::new(1);
        let (_store, namespace, connections) = steps(&disk).unwrap();
        let [one, other] = ["one", "other"].map(|name| object(&connections, &namespace, name));
        put(&one, "kept");
        put(&other, "kept");
        connections.settle();
        connections.completed(&mut |completed| completed.outcome.unwrap());
        disk.fail_after(0, fault);
        // Longer than what is left of the segment, so that a full disk is noticed.
        one.put("lost", &[7; 100_000]).unwrap();
        let lost = one.commit().unwrap().unwrap();
        one.put("lost too", b"").unwrap();
        one.commit().unwrap();
        connections.settle();
        let mut failed = Vec::new();
        connections
            .completed(&mut |completed| failed.push((completed.commit, completed.outcome.unwrap_err())));
        assert_eq!((failed.len(), failed[0].0), (2, lost));
        let expected = if fault == Fault::Full { Kind::DiskFull } else { Kind::Io };
        assert_eq!(failed[0].1.kind(), expected);
        assert_eq!(one.get("kept").unwrap_err().kind(), Kind::Broken);
        // Who committed nothing that failed reads on, and who did cannot be used while nothing can be written.
        assert!(other.get("kept").unwrap().is_some());
        one.rollback();
        assert_eq!(one.get("kept").unwrap_err().kind(), expected);
        disk.heal();
        one.rollback();
        assert_eq!((one.get("kept").unwrap().is_some(), one.get("lost").unwrap()), (true, None));
        put(&one, "after");
        connections.settle();
        connections.completed(&mut |completed| completed.outcome.unwrap());
        let disk = disk.power_cut();
        let (_store, namespace, connections) = steps(&disk).unwrap();
        let one = object(&connections, &namespace, "one");
        let has = ["kept", "lost", "lost too", "after"].map(|key| one.get(key).unwrap().is_some());
        assert_eq!(has, [true, false, false, true]);
    }
}

/// Notes what it is told.
#[derive(Debug, Default)]
struct Noted {
    pages: Mutex<Vec<usize>>,
    forgotten: AtomicUsize,
}

impl Observer for Noted {
    fn durable(&self, record: &Arc<Record>) {
        self.pages.lock().unwrap().push(record.pages.len());
    }
    fn recovered(&self, _: &Record) {}
    fn before_recycling(&self) -> Result<()> {
        self.forgotten.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

#[test]
fn a_counter_writes_one_page_and_the_journal_stays_within_its_bound() {
    let directory = tempfile::tempdir().unwrap();
    let noted = Arc::new(Noted::default());
    let options = Options { journal: SMALL, ..Options::default() };
    let observers = vec![Arc::clone(&noted) as Arc<dyn Observer>];
    let store = Store::open_on(Arc::new(RealDisk), directory.path(), options, observers).unwrap();
    let namespace = store.namespace("chat", "Room", Backend::Sqlite).unwrap();
    let connections = store.connections(Arc::new(|| {}));
    let counter = object(&connections, &namespace, "counter");
    // Somebody reads rows and never comes to the end.
    let reader = object(&connections, &namespace, "reader");
    let rows = |text: &str| reader.sql(text, &[], Counting::On, &|| ()).unwrap();
    rows("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)");
    reader.commit().unwrap();
    let cursor = rows("SELECT a FROM t");
    assert!(cursor.next().unwrap().is_some());
    let files = || fs::read_dir(directory.path().join("journal")).unwrap().count() as u64;
    for number in 0..400_u32 {
        counter.put("count", &number.to_le_bytes()).unwrap();
        counter.commit().unwrap();
        connections.settle();
    }
    assert!(cursor.next().unwrap().is_some(), "and may go on");
    let pages = noted.pages.lock().unwrap().clone();
    assert!(pages[2..].iter().all(|pages| *pages == 1), "{pages:?}");
    // Each group takes two blocks, so this went round several times.
    assert!(noted.forgotten.load(Ordering::Relaxed) > 2);
    let most = SMALL.journal_bytes_max / SMALL.segment_bytes + 3;
    assert!(files() <= most, "{} files", files());
    drop((counter, cursor, reader, connections, store));
    let left: Vec<_> = fs::read_dir(directory.path().join("journal"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["position"], "a clean stop leaves no segments");
    let path =
        directory.path().join(format!("do/chat-Room/{}.sqlite", namespace.ids().id_from_name("counter")));
    let sql = rusqlite::Connection::open(path).unwrap();
    let mode: String = sql.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    let value: Vec<u8> = sql.query_row("SELECT value FROM _cf_KV", [], |row| row.get(0)).unwrap();
    let sound: String = sql.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!((mode.as_str(), value, sound.as_str()), ("wal", 399_u32.to_le_bytes().to_vec(), "ok"));
}

#[test]
fn a_deleted_class_does_not_come_back_with_the_next_of_its_name() {
    let mut disk = SimulatedDisk::new(1);
    {
        let (store, namespace, connections) = steps(&disk).unwrap();
        put(&object(&connections, &namespace, "one"), "a");
        connections.settle();
        let deleted =
            Migration { tag: "v1".to_owned(), changes: vec![Change::Deleted { class: "Room".to_owned() }] };
        store.migrate("chat", &[deleted]).unwrap();
        store.namespace("chat", "Room", Backend::Sqlite).unwrap();
        disk = disk.power_cut();
    }
    let (store, namespace, connections) = steps(&disk).unwrap();
    assert_eq!((store.recovered().records, store.objects(&namespace).unwrap()), (0, vec![]));
    assert_eq!(object(&connections, &namespace, "one").get("a").unwrap(), None);
}

#[test]
fn an_object_is_listed_before_it_has_a_file() {
    let disk = SimulatedDisk::new(1);
    let (store, namespace, connections) = steps(&disk).unwrap();
    let one = object(&connections, &namespace, "one");
    one.put("a", b"").unwrap();
    assert_eq!(store.objects(&namespace).unwrap(), []);
    one.commit().unwrap();
    assert_eq!(store.objects(&namespace).unwrap(), [one.id()]);
    connections.close_all().unwrap();
    assert_eq!(store.objects(&namespace).unwrap(), [one.id()]);
}

/// Commits numbers until it is told that one failed. Returns the last that was acknowledged.
fn count_until_it_fails(store: &Store, namespace: &Namespace, name: &str) -> u64 {
    let connections = store.connections(Arc::new(|| {}));
    let counter = object(&connections, namespace, name);
    let mut commits = VecDeque::new();
    let mut acknowledged = 0;
    for number in 1_u64.. {
        let committed = counter.put("n", &number.to_le_bytes()).and_then(|()| counter.commit());
        let Ok(Some(commit)) = committed else { return acknowledged };
        commits.push_back((commit, number));
        let mut has_failed = false;
        connections.completed(&mut |completed| {
            has_failed |= completed.outcome.is_err();
            while let Some((_, number)) =
                commits.pop_front_if(|(commit, _)| !has_failed && *commit <= completed.commit)
            {
                acknowledged = number;
            }
        });
        if has_failed {
            break;
        }
    }
    acknowledged
}

#[test]
fn nothing_acknowledged_is_lost_when_the_power_goes_while_threads_are_at_work() {
    for seed in 0..8 {
        let disk = SimulatedDisk::new(seed);
        let options = Options { journal: SMALL, threads: 2, ..Options::default() };
        let store = Store::open_on(Arc::new(disk.clone()), Path::new(ROOT), options, Vec::new()).unwrap();
        let namespace = store.namespace("chat", "Room", Backend::Sqlite).unwrap();
        let names = ["0", "1", "2"];
        let (acknowledged, disk) = std::thread::scope(|scope| {
            let counting = names.map(|name| scope.spawn(|| count_until_it_fails(&store, &namespace, name)));
            while disk.changes() < 500 + seed * 100 {
                std::thread::yield_now();
            }
            let disk = disk.power_cut();
            (counting.map(|thread| thread.join().unwrap()), disk)
        });
        drop(store);
        let (_store, namespace, connections) = steps(&disk).unwrap();
        for (name, acknowledged) in names.iter().zip(acknowledged) {
            let found = object(&connections, &namespace, name).get("n").unwrap();
            let found = found.map_or(0, |bytes| u64::from_le_bytes(bytes.try_into().unwrap()));
            assert!(found >= acknowledged, "seed {seed}: {found} is less than {acknowledged}");
        }
    }
}
