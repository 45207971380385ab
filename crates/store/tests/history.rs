//! Going back against a model: whatever happened meanwhile, restores and power cuts included, an object restored to a
//! bookmark is what it was when the bookmark was given out.
//!
//! Everything follows from a seed, which a failure names. `HOLDFAST_SEEDS` runs another number than 8 of them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use holdfast_core::{
    alarm::Time,
    key_value::{Backend, ListOptions},
};
use holdfast_store::{
    Alarm, Bookmark, Change, Connections, Fault, HistoryLimits, Limits, Migration, NoWay, Object, Options,
    Random, Restored, SimulatedDisk, Store, Work,
};

const OBJECTS: usize = 3;
const ROOT: &str = "/state";
const HOUR: i64 = 60 * 60 * 1000;

#[derive(Clone, Default, PartialEq, Eq)]
struct State {
    keys: BTreeMap<String, Vec<u8>>,
    alarm: Option<Time>,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let keys = self.keys.iter().map(|(key, value)| format!("{key}={:?}*{}", value.first(), value.len()));
        write!(f, "{:?} alarm {:?}", keys.collect::<Vec<_>>(), self.alarm.map(Time::to_ms))
    }
}

struct Life {
    // Before the store, which they belong to.
    objects: Vec<Object>,
    connections: Connections,
    store: Store,
    /// How often somebody was told that the history cannot be written.
    failures: Arc<AtomicUsize>,
}

fn limits(window_ms: i64) -> HistoryLimits {
    HistoryLimits {
        kept_ms: HOUR,
        bytes_max: 1 << 30,
        object_bytes_max: 1 << 30,
        file_bytes: 64 << 10,
        window_ms,
    }
}

impl Life {
    fn open(disk: &SimulatedDisk, history: HistoryLimits) -> holdfast_store::Result<Store> {
        let options = Options {
            open_databases_per_thread_max: 2,
            work: Work::Steps,
            journal: Limits {
                segment_bytes: 64 << 10,
                journal_bytes_max: 320 << 10,
                waiting_bytes_max: 96 << 10,
                unwritten_bytes_max: 64 << 10,
            },
            history: Some(history),
            ..Options::default()
        };
        Store::open_on(Arc::new(disk.clone()), Path::new(ROOT), options, Vec::new())
    }

    fn begin(disk: &SimulatedDisk, history: HistoryLimits) -> Self {
        let store = Self::open(disk, history).unwrap();
        let failures = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&failures);
        store.tell_history_failures(Box::new(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
        }));
        let namespace = store.namespace("chat", "Room", Backend::Sqlite).unwrap();
        let connections = store.connections(Arc::new(|| {}));
        let objects = (0..OBJECTS)
            .map(|number| connections.object(&namespace, namespace.ids().id_from_name(&number.to_string())))
            .collect();
        Self { objects, connections, store, failures }
    }

    fn failures(&self) -> usize {
        self.failures.load(Ordering::Relaxed)
    }

    fn settle(&self) {
        self.connections.settle();
        self.connections.completed(&mut |completed| completed.outcome.unwrap());
    }

    fn bookmark(&self, number: usize) -> Bookmark {
        self.settle();
        self.objects[number].bookmark().unwrap()
    }

    fn restore(&self, number: usize, to: &Bookmark) {
        self.objects[number].restore(to).unwrap().unwrap();
        self.settle();
    }
}

fn stored(object: &Object) -> State {
    let range = ListOptions::default().range().unwrap().unwrap();
    State { keys: object.list(&range).unwrap().into_iter().collect(), alarm: object.alarm().unwrap() }
}

fn change(random: &mut Random, object: &Object, state: &mut State) {
    for _ in 0..=random.below(4) {
        let key = format!("key {}", random.below(12));
        match random.below(10) {
            0 => {
                object.delete_all(Alarm::Delete).unwrap();
                *state = State::default();
            }
            1 | 2 => {
                object.delete(&key).unwrap();
                state.keys.remove(&key);
            }
            3 => {
                let due = Time::from_ms(1 + i64::try_from(random.below(1000)).unwrap());
                object.set_alarm(due).unwrap();
                state.alarm = Some(due);
            }
            _ => {
                let value = vec![u8::try_from(random.below(256)).unwrap(); random.below(9000)];
                object.put(&key, &value).unwrap();
                state.keys.insert(key, value);
            }
        }
    }
}

fn round(seed: u64, window_ms: i64) {
    let mut random = Random::new(seed);
    let mut disk = SimulatedDisk::new(seed);
    let mut life = Life::begin(&disk, limits(window_ms));
    let mut states = vec![State::default(); OBJECTS];
    let mut bookmarks: Vec<(usize, Bookmark, State)> = Vec::new();
    for step in 0..150 {
        let number = random.below(OBJECTS);
        let context = format!("seed {seed}, window {window_ms}, step {step}, object {number}");
        let of = bookmarks.iter().filter(|(of, ..)| *of == number).count();
        match random.below(16) {
            0 => life.connections.close_all().unwrap(),
            1 => {
                life.settle();
                disk = disk.power_cut();
                drop(life);
                life = Life::begin(&disk, limits(window_ms));
            }
            2..=4 => bookmarks.push((number, life.bookmark(number), states[number].clone())),
            what @ (5 | 6) if of > 0 => {
                let at = random.below(of);
                let (_, to, then) =
                    bookmarks.iter().filter(|(of, ..)| *of == number).nth(at).unwrap().clone();
                let before = states[number].clone();
                if what == 5 {
                    bookmarks.push((number, life.bookmark(number), before));
                    life.restore(number, &to);
                } else {
                    life.settle();
                    let undo = life.objects[number].restore_at_start(&to).unwrap();
                    // What the session still writes is part of what the undo leads back to.
                    let mut last = before;
                    change(&mut random, &life.objects[number], &mut last);
                    life.objects[number].commit().unwrap();
                    assert!(matches!(life.objects[number].start().unwrap(), Restored::To(_)), "{context}");
                    assert!(matches!(life.objects[number].start().unwrap(), Restored::Nothing), "{context}");
                    bookmarks.push((number, undo, last));
                }
                states[number] = then;
            }
            _ => {
                change(&mut random, &life.objects[number], &mut states[number]);
                if random.below(8) == 0 {
                    life.objects[number].rollback();
                    states[number] = stored(&life.objects[number]);
                } else {
                    life.objects[number].commit().unwrap();
                }
            }
        }
        assert_eq!(stored(&life.objects[number]), states[number], "{context}");
    }
    for (at, (number, to, then)) in bookmarks.iter().enumerate() {
        life.restore(*number, to);
        assert_eq!(
            stored(&life.objects[*number]),
            *then,
            "seed {seed}, window {window_ms}, bookmark {at}: {to}"
        );
    }
    life.connections.close_all().unwrap();
    drop(life);
    let life = Life::begin(&disk, limits(window_ms));
    for (number, to, then) in bookmarks.iter().rev() {
        life.restore(*number, to);
        assert_eq!(stored(&life.objects[*number]), *then, "seed {seed}, window {window_ms}, later: {to}");
    }
    assert_eq!(life.failures(), 0);
}

/// A restore at the start of a session, cut short after each change of the disk in turn.
#[test]
fn a_restore_that_a_crash_interrupts_can_still_be_undone() {
    let mut interrupted = 0;
    for after in 0.. {
        let disk = SimulatedDisk::new(after);
        let life = Life::begin(&disk, limits(1000));
        let object = &life.objects[0];
        let put = |value: &[u8]| {
            object.put("key", value).unwrap();
            object.commit().unwrap();
        };
        put(b"old");
        let old = life.bookmark(0);
        put(b"new");
        life.settle();
        let undo = object.restore_at_start(&old).unwrap();
        put(b"last");
        life.settle();
        disk.fail_after(after, Fault::Broken);
        let is_done = object.start().is_ok();
        let disk = disk.power_cut();
        drop(life);

        let life = Life::begin(&disk, limits(1000));
        let expected = |value: &[u8]| BTreeMap::from([("key".to_owned(), value.to_vec())]);
        life.objects[0].start().unwrap();
        assert_eq!(stored(&life.objects[0]).keys, expected(b"old"), "interrupted after {after}");
        life.restore(0, &undo);
        assert_eq!(stored(&life.objects[0]).keys, expected(b"last"), "interrupted after {after}");
        if is_done {
            break;
        }
        interrupted += 1;
    }
    assert!(interrupted > 3, "the restore changed the disk {interrupted} times only");
}

/// A recovery, cut short after each change of the disk in turn.
#[test]
fn a_recovery_that_a_crash_interrupts_loses_nothing_of_the_history() {
    let mut interrupted = 0;
    for after in 0.. {
        let mut random = Random::new(7);
        let disk = SimulatedDisk::new(after);
        let life = Life::begin(&disk, limits(1000));
        let mut states = vec![State::default(); OBJECTS];
        let mut bookmarks = Vec::new();
        for step in 0..20 {
            let number = step % OBJECTS;
            change(&mut random, &life.objects[number], &mut states[number]);
            life.objects[number].commit().unwrap();
            bookmarks.push((number, life.bookmark(number), states[number].clone()));
        }
        let disk = disk.power_cut();
        drop(life);
        disk.fail_after(after, Fault::Broken);
        let is_done = Life::open(&disk, limits(1000)).is_ok();
        let disk = disk.power_cut();

        let life = Life::begin(&disk, limits(1000));
        for (number, to, then) in bookmarks.iter().rev() {
            life.restore(*number, to);
            assert_eq!(stored(&life.objects[*number]), *then, "interrupted after {after}: {to}");
        }
        if is_done {
            break;
        }
        interrupted += 1;
    }
    assert!(interrupted > 30, "the recovery changed the disk {interrupted} times only");
}

/// A disk that fails while files are written, after each change of it in turn, and works again later.
#[test]
fn what_a_failed_sync_lost_is_not_gone_back_over() {
    let (mut failures, mut told, mut lost) = (0, 0, 0);
    for after in 0.. {
        let mut random = Random::new(5);
        let disk = SimulatedDisk::new(after + 1);
        let life = Life::begin(&disk, limits(0));
        let mut states = vec![State::default(); OBJECTS];
        let mut commit = |life: &Life, number: usize| {
            change(&mut random, &life.objects[number], &mut states[number]);
            life.objects[number].commit().unwrap();
            (number, life.bookmark(number), states[number].clone())
        };
        let mut bookmarks: Vec<_> = (0..9).map(|step| commit(&life, step % OBJECTS)).collect();
        disk.fail_after(after, Fault::Broken);
        let is_done = life.connections.close_all().is_ok();
        // Another attempt is of the same spell.
        life.connections.close_all().unwrap_or_default();
        assert!(life.failures() <= 1, "failed after {after}");
        told += life.failures();
        disk.heal();
        let early = bookmarks.len();
        bookmarks.extend((0..9).map(|step| commit(&life, step % OBJECTS)));
        life.connections.close_all().unwrap();
        bookmarks.extend((0..3).map(|step| commit(&life, step % OBJECTS)));
        let disk = disk.power_cut();
        drop(life);

        let life = Life::begin(&disk, limits(0));
        for (at, (number, to, then)) in bookmarks.iter().enumerate().rev() {
            match life.objects[*number].restore(to).unwrap() {
                Ok(_) => {
                    life.settle();
                    assert_eq!(stored(&life.objects[*number]), *then, "failed after {after}: {to}");
                }
                Err(NoWay::TooOld(..)) if at < early => lost += 1,
                Err(no_way) => panic!("failed after {after}, bookmark {at}: {no_way}"),
            }
        }
        if is_done {
            break;
        }
        failures += 1;
    }
    assert!(failures > 10 && told > 3, "{failures} failures, {told} told");
    assert!(lost > 0);
}

#[test]
fn an_object_goes_back_to_any_bookmark() {
    let seeds = std::env::var("HOLDFAST_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(8);
    for seed in 1..=seeds {
        round(seed, if seed % 2 == 0 { 0 } else { 1000 });
    }
}

#[test]
fn a_history_keeps_to_its_cap_and_names_the_oldest_bookmark() {
    let disk = SimulatedDisk::new(7);
    let small = HistoryLimits { bytes_max: 256 << 10, ..limits(0) };
    let life = Life::begin(&disk, small);
    let object = &life.objects[0];
    let mut random = Random::new(1);
    let mut bookmarks = Vec::new();
    for number in 0..200_u32 {
        let value: Vec<u8> = (0..4000).map(|_| u8::try_from(random.below(256)).unwrap()).collect();
        object.put("key", &value).unwrap();
        object.commit().unwrap();
        bookmarks.push((life.bookmark(0), value));
        if number % 10 == 0 {
            life.connections.close_all().unwrap();
        }
    }
    let files =
        disk.paths().into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "history"));
    let bytes: usize = files.map(|path| disk.content(&path).unwrap().len()).sum();
    assert!(bytes <= (256 + 80) << 10, "{bytes} bytes");
    let Err(NoWay::TooOld(oldest, _)) = object.restore(&bookmarks[0].0).unwrap() else {
        panic!("it went back")
    };
    let at = bookmarks.iter().position(|(bookmark, _)| *bookmark >= oldest).unwrap();
    assert!(at > 50 && at < 195, "{at}");
    for (bookmark, value) in [&bookmarks[at], &bookmarks[198]] {
        life.restore(0, bookmark);
        assert_eq!(object.get("key").unwrap().as_ref(), Some(value));
    }
    life.restore(0, &oldest);
    assert!(object.get("key").unwrap().is_some());
    let future =
        Bookmark::parse(&object.id(), &format!("{}{}", "f".repeat(8), &oldest.to_string()[8..])).unwrap();
    assert!(matches!(object.restore(&future).unwrap(), Err(NoWay::InFuture)));
}

#[test]
fn an_object_with_more_than_its_share_forgets_its_own_past_only() {
    let disk = SimulatedDisk::new(8);
    let limits = HistoryLimits { object_bytes_max: 200 << 10, ..limits(0) };
    let mut life = Life::begin(&disk, limits);
    let mut random = Random::new(2);
    let mut bookmarks = [Vec::new(), Vec::new()];
    for number in 0..400_u32 {
        // One writes much, its neighbour a little now and then.
        let who = usize::from(number % 40 == 0);
        let len = if who == 0 { 4000 } else { 400 };
        let value: Vec<u8> = (0..len).map(|_| u8::try_from(random.below(256)).unwrap()).collect();
        life.objects[who].put("key", &value).unwrap();
        life.objects[who].commit().unwrap();
        bookmarks[who].push((life.bookmark(who), value));
        if number % 10 == 0 {
            life.connections.close_all().unwrap();
        }
    }
    let files =
        disk.paths().into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "history"));
    let bytes: usize = files.map(|path| disk.content(&path).unwrap().len()).sum();
    assert!((100 << 10..340 << 10).contains(&bytes), "{bytes} bytes");
    // The same after a start that counts anew.
    life = {
        let Life { objects, connections, store, .. } = life;
        drop((objects, connections, store));
        Life::begin(&disk, limits)
    };
    let [much, little] = &bookmarks;
    for (bookmark, value) in [&little[0], &little[9], &little[4]] {
        life.restore(1, bookmark);
        assert_eq!(life.objects[1].get("key").unwrap().as_ref(), Some(value));
    }
    let Err(NoWay::TooOld(oldest, _)) = life.objects[0].restore(&much[0].0).unwrap() else {
        panic!("it went back")
    };
    let at = much.iter().position(|(bookmark, _)| *bookmark >= oldest).unwrap();
    assert!(at > 100 && at < 385, "{at}");
    life.restore(0, &much[at].0);
    assert_eq!(life.objects[0].get("key").unwrap().as_ref(), Some(&much[at].1));
}

#[test]
fn a_time_leads_to_the_state_of_that_time() {
    let disk = SimulatedDisk::new(9);
    let life = Life::begin(&disk, limits(0));
    let object = &life.objects[0];
    let now = || {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        i64::try_from(since.as_millis()).unwrap()
    };
    // Each commit in a millisecond of its own, and the times between them.
    let next = |after: i64| {
        while now() <= after {
            std::hint::spin_loop();
        }
        now()
    };
    let mut times = vec![next(now())];
    for number in 0..5_u8 {
        next(*times.last().unwrap());
        object.put("key", &[number]).unwrap();
        object.commit().unwrap();
        life.settle();
        times.push(next(now()));
    }
    for (number, time) in times.iter().enumerate().rev() {
        let bookmark = object.bookmark_at(*time).unwrap().unwrap();
        life.restore(0, &bookmark);
        let expected = number.checked_sub(1).map(|number| vec![u8::try_from(number).unwrap()]);
        assert_eq!(object.get("key").unwrap(), expected, "{number}");
    }
    assert!(matches!(object.bookmark_at(now() + HOUR).unwrap(), Err(NoWay::InFuture)));
    let Err(NoWay::TooOld(oldest, _)) = object.bookmark_at(now() - 2 * HOUR).unwrap() else {
        panic!("too old")
    };
    life.restore(0, &oldest);
    assert_eq!(object.get("key").unwrap(), None);
}

#[test]
fn a_class_that_was_deleted_leaves_no_past_to_the_next_of_its_name() {
    let disk = SimulatedDisk::new(3);
    let life = Life::begin(&disk, limits(0));
    life.objects[0].put("old", &[1; 9000]).unwrap();
    life.objects[0].commit().unwrap();
    let before = life.bookmark(0);
    let Life { objects, connections, store, .. } = life;
    drop(objects);
    connections.close_all().unwrap();
    let deleted = Migration { tag: "v2".into(), changes: vec![Change::Deleted { class: "Room".into() }] };
    store.migrate("chat", &[deleted]).unwrap();
    drop((connections, store));
    let life = Life::begin(&disk, limits(0));
    life.objects[0].put("new", b"1").unwrap();
    life.objects[0].commit().unwrap();
    life.settle();
    assert!(matches!(life.objects[0].restore(&before).unwrap(), Err(NoWay::TooOld(..))));
    assert!(life.objects[0].get("old").unwrap().is_none());
    assert!(life.objects[0].get("new").unwrap().is_some());
}
