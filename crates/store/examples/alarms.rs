//! What many alarms cost: bytes of memory each, and the time to note, write, load and take them.
//!
//! ```sh
//! cargo run --release -p holdfast-store --example alarms -- 100000
//! ```

#![expect(clippy::print_stdout, reason = "figures for people")]

use std::{
    path::Path,
    time::{Duration, Instant},
};

use holdfast_core::{alarm::Time, id::Namespace};
use holdfast_store::{Options, Store};

const THREADS: usize = 2;

fn main() {
    let count: u32 =
        std::env::args().nth(1).map_or(100_000, |text| text.parse().expect("a number of alarms"));
    let directory = std::env::temp_dir().join(format!("holdfast-alarms-{}", std::process::id()));
    let store = open(&directory);
    let ids = Namespace::new("clock-Alarm");
    let wanted: Vec<_> = (0..count).map(|number| ids.id_from_name(&number.to_string())).collect();
    let before = resident();
    let noting = time(|| {
        for (number, id) in (0_i64..).zip(&wanted) {
            let due = Time::from_ms(1_900_000_000_000 + number * 7_919 % 86_400_000);
            store.alarms().note("clock-Alarm", *id, Some(due));
        }
    });
    let memory = resident().saturating_sub(before);
    let writing = time(|| store.alarms().persist().expect("the directory can be written"));
    drop(store);
    let size = std::fs::metadata(directory.join("alarms")).expect("the file was written").len();
    let started = Instant::now();
    let store = open(&directory);
    let loading = started.elapsed();
    assert_eq!(store.alarms().count(), wanted.len(), "all alarms are there");
    let mut last = [Time::from_ms(0); THREADS];
    let taking = time(|| {
        for (share, last) in last.iter_mut().enumerate() {
            while let Some(alarm) = store.alarms().take_due(share, Time::MAX) {
                assert!(*last <= alarm.due, "alarms come in order");
                *last = alarm.due;
            }
        }
    });
    println!("{count} alarms: {} bytes of memory each, {size} bytes on disk", memory / u64::from(count));
    println!(
        "noted in {noting:.1?}, written in {writing:.1?}, loaded in {loading:.1?}, taken in {taking:.1?}"
    );
    drop(store);
    std::fs::remove_dir_all(&directory).expect("the directory is ours");
}

fn open(directory: &Path) -> Store {
    let options = Options { threads: THREADS, ..Options::default() };
    Store::open(directory, options).expect("a state directory of our own")
}

fn time(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

/// Bytes of memory the process uses.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").expect("Linux says how much memory is used");
    let line = text.lines().find(|line| line.starts_with("VmRSS:")).expect("a line about memory");
    let kilobytes: u64 = line.split_whitespace().nth(1).and_then(|word| word.parse().ok()).expect("a number");
    kilobytes * 1024
}
