//! Notices a thread whose program can no longer be ended: the engine stops a program at its limit of processor time,
//! but not one in a WebAssembly loop. Its objects answer nobody any more, and neither does
//! anything else on that thread, so the process ends, and says whose program it was.
//!
//! What counts is the thread's processor time in one turn: a slow disk or a stopped process is not a stuck program.

use crate::dev::Wake;
use holdfast_host::{Pulse, Running};
use std::io;
use std::sync::{Arc, OnceLock, mpsc};
use std::time::{Duration, Instant};

/// How often the threads are looked at.
const INTERVAL: Duration = Duration::from_millis(500);

/// What a turn may take beyond the limit at which the engine stops it: collecting garbage comes on top of the program.
const GRACE: Duration = Duration::from_secs(5);

/// Where the system does not tell a thread's processor time, time on the wall counts, and this much more of it.
const WALL_FACTOR: u32 = 4;

/// One isolate thread, as it shows itself to the watchdog.
#[derive(Debug, Default)]
pub(crate) struct Watched {
    pub(crate) pulse: Pulse,
    /// What the system calls the thread, once it runs.
    task: OnceLock<String>,
}

impl Watched {
    /// To be called on the thread.
    pub(crate) fn is_this_thread(&self) {
        let task = std::fs::read_link("/proc/thread-self").ok();
        if let Some(task) = task.and_then(|task| task.into_os_string().into_string().ok()) {
            // Set once: a thread has one name.
            let _ = self.task.set(format!("/proc/{task}/schedstat"));
        }
    }

    /// Processor time of the thread so far, where the system tells.
    fn processor_time(&self) -> Option<Duration> {
        let text = std::fs::read_to_string(self.task.get()?).ok()?;
        text.split_ascii_whitespace().next()?.parse().ok().map(Duration::from_nanos)
    }
}

/// A turn, as it was when it was first seen.
struct Seen {
    turn: u64,
    at: Instant,
    processor_time: Option<Duration>,
}

/// Sends [`Wake::Stuck`] when a turn takes longer than its limit and a grace.
pub(crate) fn watch(threads: Vec<Arc<Watched>>, wake: mpsc::Sender<Wake>) -> io::Result<()> {
    std::thread::Builder::new().name("watchdog".to_owned()).spawn(move || {
        let mut seen: Vec<Option<Seen>> = threads.iter().map(|_| None).collect();
        loop {
            std::thread::sleep(INTERVAL);
            for (thread, seen) in threads.iter().zip(&mut seen) {
                if let Some(running) = stuck(thread, seen)
                    && wake.send(Wake::Stuck(running)).is_err()
                {
                    return;
                }
            }
        }
    })?;
    Ok(())
}

/// What the thread is stuck in. Said once a turn.
fn stuck(thread: &Watched, seen: &mut Option<Seen>) -> Option<Running> {
    let Some(running) = thread.pulse.running() else {
        *seen = None;
        return None;
    };
    let first = match seen {
        Some(first) if first.turn == running.turn => first,
        _ => {
            let processor_time = thread.processor_time();
            *seen = Some(Seen { turn: running.turn, at: Instant::now(), processor_time });
            return None;
        }
    };
    let most = running.limit.saturating_add(GRACE);
    let is_stuck = match (first.processor_time, thread.processor_time()) {
        (Some(before), Some(now)) => now.saturating_sub(before) > most,
        _ => first.at.elapsed() > most.saturating_mul(WALL_FACTOR),
    };
    is_stuck.then(|| {
        first.at = Instant::now();
        first.processor_time = thread.processor_time();
        running
    })
}
