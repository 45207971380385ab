//! What the journal costs, on the disk the temporary directory is on (or the directory given).
//!
//! `cargo run --release -p holdfast-store --example journal [directory]`

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a program that measures and prints")]

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use holdfast_core::key_value::Backend;
use holdfast_store::{
    Connections, Limits, Namespace, Object, Observer, Options, RealDisk, Record, Result, Store, Waker,
};

fn main() {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (Some("fill"), Some(directory)) => fill(Path::new(&directory)),
        (Some("recover"), Some(directory)) => recover(Path::new(&directory)),
        (directory, _) => {
            let root =
                directory.map_or_else(std::env::temp_dir, PathBuf::from).join("holdfast-journal-bench");
            let _absent = fs::remove_dir_all(&root);
            fs::create_dir_all(&root).unwrap();
            one_commit(&root.join("one"));
            many_commits(&root.join("many"));
            idle_objects(&root.join("idle"));
            a_long_journal(&root.join("long"));
            fs::remove_dir_all(&root).unwrap();
        }
    }
}

/// Rung by the store, waited for by a thread.
#[derive(Default)]
struct Bell {
    rung: Mutex<bool>,
    ringing: Condvar,
}

impl Bell {
    fn new() -> (Arc<Self>, Waker) {
        let bell = Arc::new(Self::default());
        let rung = Arc::clone(&bell);
        (bell, Arc::new(move || rung.ring()))
    }

    fn ring(&self) {
        *self.rung.lock().unwrap() = true;
        self.ringing.notify_one();
    }

    fn wait(&self) {
        let mut rung = self.rung.lock().unwrap();
        while !std::mem::take(&mut *rung) {
            rung = self.ringing.wait(rung).unwrap();
        }
    }
}

/// Counts what goes into the journal.
#[derive(Debug, Default)]
struct Count {
    pages: AtomicUsize,
    records: AtomicUsize,
}

impl Observer for Count {
    fn durable(&self, record: &Arc<Record>) {
        self.pages.fetch_add(record.pages.len(), Ordering::Relaxed);
        self.records.fetch_add(1, Ordering::Relaxed);
    }
    fn recovered(&self, _: &Record) {}
    fn before_recycling(&self) -> Result<()> {
        Ok(())
    }
}

fn open(root: &Path, options: Options, count: &Arc<Count>) -> (Store, Namespace) {
    let count = Arc::clone(count) as Arc<dyn Observer>;
    let store = Store::open_on(Arc::new(RealDisk), root, options, vec![count]).unwrap();
    let namespace = store.namespace("bench", "Counter", Backend::Sqlite).unwrap();
    (store, namespace)
}

fn object(connections: &Connections, namespace: &Namespace, number: usize) -> Object {
    connections.object(namespace, namespace.ids().id_from_name(&number.to_string()))
}

fn count_up(object: &Object, number: usize) {
    object.put("count", &number.to_le_bytes()).unwrap();
    object.commit().unwrap();
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e6
}

/// One object's commit beside a raw write and sync of as many bytes, taking turns.
fn one_commit(root: &Path) {
    const ROUNDS: usize = 2000;
    let count = Arc::default();
    let (store, namespace) = open(root, Options::default(), &count);
    let (bell, waker) = Bell::new();
    let connections = store.connections(waker);
    let counter = object(&connections, &namespace, 0);
    let file: File =
        OpenOptions::new().read(true).write(true).create_new(true).open(root.join("raw")).unwrap();
    const BYTES: usize = 8192;
    let len = 8 << 20;
    file.write_all_at(&vec![1; len], 0).unwrap();
    file.sync_all().unwrap();
    let (mut raw, mut ours) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let start = Instant::now();
        let at = round * BYTES % len;
        file.write_all_at(&[u8::try_from(round % 251).unwrap(); BYTES], at as u64).unwrap();
        file.sync_data().unwrap();
        raw.push(start.elapsed());
        let start = Instant::now();
        count_up(&counter, round);
        let mut is_done = false;
        while !is_done {
            bell.wait();
            connections.completed(&mut |completed| is_done = completed.outcome.is_ok());
        }
        ours.push(start.elapsed());
    }
    let pages = count.pages.load(Ordering::Relaxed);
    let (raw, ours) = (median(raw), median(ours));
    println!(
        "one commit: {ours:.0} us; raw write and fdatasync of {BYTES} bytes: {raw:.0} us; {:.2}x",
        ours / raw
    );
    println!("pages a commit: {:.3}", pages as f64 / ROUNDS as f64);
}

/// Commits of 100 objects on 2 threads, each of which waits for its own before it commits again.
fn many_commits(root: &Path) {
    const TIME: Duration = Duration::from_secs(5);
    let count = Arc::default();
    let (store, namespace) = open(root, Options { threads: 2, ..Options::default() }, &count);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for thread in 0..2 {
            let (store, namespace) = (&store, &namespace);
            scope.spawn(move || {
                let (bell, waker) = Bell::new();
                let connections = store.connections(waker);
                let objects: Vec<_> =
                    (0..50).map(|number| object(&connections, namespace, thread * 50 + number)).collect();
                let at = |id| objects.iter().position(|object| object.id() == id).unwrap();
                objects.iter().for_each(|object| count_up(object, 0));
                let mut round = 0;
                while start.elapsed() < TIME {
                    bell.wait();
                    let mut done = Vec::new();
                    connections.completed(&mut |completed| done.push(at(completed.id)));
                    round += 1;
                    done.into_iter().for_each(|number| count_up(&objects[number], round));
                    connections.maintain();
                }
                connections.settle();
            });
        }
    });
    let records = count.records.load(Ordering::Relaxed);
    println!(
        "100 objects on 2 threads: {:.0} durable commits a second",
        records as f64 / start.elapsed().as_secs_f64()
    );
}

/// 10,000 objects that wrote once and then do nothing.
fn idle_objects(root: &Path) {
    const OBJECTS: usize = 10_000;
    let count = Arc::default();
    let (store, namespace) = open(root, Options::default(), &count);
    let connections = store.connections(Arc::new(|| {}));
    let before = resident_bytes();
    let start = Instant::now();
    let objects: Vec<_> = (0..OBJECTS).map(|number| object(&connections, &namespace, number)).collect();
    for (number, object) in objects.iter().enumerate() {
        count_up(object, number);
        if number % 100 == 0 {
            connections.completed(&mut |_| {});
            connections.maintain();
        }
    }
    connections.settle();
    connections.completed(&mut |_| {});
    let wrote = start.elapsed();
    std::thread::sleep(Duration::from_millis(500));
    let each = resident_bytes().saturating_sub(before) / OBJECTS;
    println!(
        "{OBJECTS} objects written in {wrote:.1?}, then idle: {each} bytes each with {} databases open, {} files open",
        connections.open_count(),
        fs::read_dir("/proc/self/fd").unwrap().count()
    );
    let start = Instant::now();
    connections.close_all().unwrap();
    println!("closed all in {:.1?}", start.elapsed());
}

fn resident_bytes() -> usize {
    let statm = fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

/// Recovery of a journal of a gigabyte, left by a process that was ended.
fn a_long_journal(root: &Path) {
    let myself = std::env::current_exe().unwrap();
    let run = |what: &str| Command::new(&myself).arg(what).arg(root).status().unwrap();
    assert!(run("fill").success());
    // What a machine that was restarted has in memory: nothing.
    drop_caches();
    assert!(run("recover").success());
}

fn drop_caches() {
    let _only_the_superuser_may: io::Result<()> = fs::write("/proc/sys/vm/drop_caches", "3");
}

fn long() -> Options {
    let journal = Limits { journal_bytes_max: 8 << 30, unwritten_bytes_max: 8 << 30, ..Limits::default() };
    Options { journal, open_databases_per_thread_max: 2000, ..Options::default() }
}

fn fill(root: &Path) {
    let (store, namespace) = open(root, long(), &Arc::default());
    let connections = store.connections(Arc::new(|| {}));
    let objects: Vec<_> = (0..1000).map(|number| object(&connections, &namespace, number)).collect();
    let value = vec![7; 30_000];
    let mut bytes = 0_usize;
    while bytes < 1_080_000_000 {
        for (number, object) in objects.iter().enumerate() {
            object.put(&format!("key {}", bytes / 36_000_000), &value).unwrap();
            count_up(object, number);
            bytes += 36_000;
        }
        connections.completed(&mut |completed| completed.outcome.unwrap());
    }
    connections.settle();
    // As a process ends that is killed.
    std::process::exit(0);
}

fn recover(root: &Path) {
    let journal: u64 = fs::read_dir(root.join("journal"))
        .unwrap()
        .map(|entry| entry.unwrap().metadata().unwrap().len())
        .sum();
    let start = Instant::now();
    let (store, _) = open(root, long(), &Arc::default());
    println!(
        "a journal of {} MB recovered in {:.2?}: {:?}",
        journal >> 20,
        start.elapsed(),
        store.recovered()
    );
    std::process::exit(0);
}
