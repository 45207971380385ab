//! `holdfast dev`: runs a project, and runs it again when one of its files changes.
//!
//! The main thread reads configurations and modules, starts the isolate threads, watches files and waits for signals.
//! Programs run only on the isolate threads.

mod signals;
mod watch;
mod watchdog;
mod workers;

use crate::cli::{Dev, Exit};
use crate::objects;
use crate::report::{Problem, Report};
use crate::thread::{self, Directory, EdgePlan, Plan, Scheduled};
use holdfast_edge::http::{Connections, Stop};
use holdfast_host::{Running as RunningTurn, Settings};
use holdfast_link::Thread;
use holdfast_store::Store;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
pub(crate) use watchdog::Watched;
use workers::Workers;

/// Connections that may wait to be accepted.
const BACKLOG: i32 = 4096;

/// How long requests that were begun may take after the word to stop.
const GRACE: Duration = Duration::from_secs(10);

/// How long a thread may take to end after that.
const STOP_MAX: Duration = Duration::from_secs(5);

/// How often it is looked whether a program that does not start is stuck.
const STARTING_INTERVAL: Duration = Duration::from_millis(100);

/// How long the other threads may take to say goodbye when one is stuck.
const STUCK_GRACE: Duration = Duration::from_secs(2);

/// What the main thread waits for.
#[derive(Debug)]
pub(crate) enum Wake {
    /// These files changed.
    Changed(Vec<std::path::PathBuf>),
    Stop,
    /// A thread's program does not return and cannot be ended.
    Stuck(RunningTurn),
}

/// Why `dev` ends.
struct Failed {
    exit: Exit,
    problems: Vec<Problem>,
}

impl Failed {
    fn new(exit: Exit, problem: Problem) -> Failed {
        Failed { exit, problems: vec![problem] }
    }
}

/// Runs until it is told to stop, with `current` as the current folder.
pub(crate) fn run(dev: &Dev, current: &Path, report: &Report) -> Exit {
    match start(dev, current, report) {
        Ok(running) => running.wait(dev, current, report),
        Err(failed) => {
            for problem in &failed.problems {
                report.error(problem);
            }
            failed.exit
        }
    }
}

/// A server that runs.
struct Running {
    workers: Workers,
    store: Store,
    directory: Directory,
    threads: Vec<JoinHandle<()>>,
    stop: Stop,
    wakes: mpsc::Receiver<Wake>,
    watcher: watch::Watcher,
    /// Answers `holdfast objects`.
    objects: Option<objects::Server>,
}

fn start(dev: &Dev, current: &Path, report: &Report) -> Result<Running, Failed> {
    if let Err(error) = holdfast_edge::http::raise_descriptor_limit() {
        report.note(&format!("the limit of open files stays as it is: {error}"));
    }
    let loaded =
        dev.project.load(current).map_err(|error| Failed::new(Exit::Program, Problem::from(&*error)))?;
    let first = &loaded[0].config;
    let address = dev.listen(&first.dev).map_err(|error| Failed::new(Exit::Usage, Problem::new(error)))?;
    let folder = dev.state_folder(&first.root);
    let options = holdfast_store::Options {
        threads: thread_count(dev),
        history: Some(holdfast_store::HistoryLimits::default()),
        ..Default::default()
    };
    let store = Store::open(&current.join(folder), options)
        .map_err(|error| Failed::new(Exit::State, Problem::new(error.to_string())))?;
    let told = report.clone();
    store.tell_history_failures(Box::new(move |error| {
        told.note(&format!("objects may not be able to go back to some points: {error}"));
    }));
    if let Some(recovered) = store.recovered().to_text() {
        report.note(&recovered);
    }
    for error in store.unread_alarms() {
        report.note(&format!("an alarm may be lost: {error}"));
    }
    let workers =
        Workers::load(loaded, &store, report).map_err(|problems| Failed { exit: Exit::Program, problems })?;
    let listener = listen(address).map_err(|error| Failed::new(Exit::Listen, unheard(address, &error)))?;
    let address = listener.local_addr().unwrap_or(address);

    let (wake, wakes) = mpsc::channel();
    signals::watch(wake.clone()).map_err(|error| {
        Failed::new(Exit::Program, Problem::new(format!("cannot watch for signals: {error}")))
    })?;
    let watcher = watch::Watcher::new(wake.clone(), report);
    watcher.watch(workers.files());

    let (stop, threads, directory) = start_threads(dev, report, &store, &workers, &listener, (wake, &wakes))?;
    let objects = objects::Server::start(&store, &directory).map_err(|error| {
        report.note(&format!("`holdfast objects` cannot reach this server: {error}"));
    });
    report.ready(&format!("http://{}", shown(address)));
    Ok(Running { workers, store, directory, threads, stop, wakes, watcher, objects: objects.ok() })
}

/// How many threads run programs.
fn thread_count(dev: &Dev) -> usize {
    dev.threads.map_or_else(
        || std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        std::num::NonZero::get,
    )
}

type Threads = (Stop, Vec<JoinHandle<()>>, Directory);

fn start_threads(
    dev: &Dev,
    report: &Report,
    store: &Store,
    workers: &Workers,
    listener: &TcpListener,
    (wake, wakes): (mpsc::Sender<Wake>, &mpsc::Receiver<Wake>),
) -> Result<Threads, Failed> {
    let count = thread_count(dev);
    let (inboxes, receivers): (Vec<_>, Vec<_>) =
        (0..count).map(|_| tokio::sync::mpsc::unbounded_channel()).unzip();
    let directory = Directory::new(inboxes);
    let (stop, stopping) = Stop::new();
    let (started, starts) = mpsc::channel();
    let edge = EdgePlan {
        connections: Connections::within_descriptor_limit(),
        trusted_proxies: dev.trusted_proxy.clone(),
        websockets: dev.websockets.limits(),
        compression: dev.websockets.compression(),
        grace: GRACE,
        scheduled: if dev.test_scheduled { Scheduled::AlsoOnRequest } else { Scheduled::ByTheClock },
    };
    let settings = Settings {
        hibernate_after: dev.hibernate_after,
        evict_after: dev.evict_after,
        wait_until_max: dev.wait_until_limit,
        hold: dev.websockets.hold(),
        processor_time_max: dev.cpu_limit,
        memory_bytes_max: dev.memory_limit,
        call_wait_max: dev.call_wait_limit,
        calls_per_window_max: dev.call_rate_limit.map(std::num::NonZero::get),
        exposes_gc: dev.expose_gc,
    };
    let mut threads = Vec::new();
    let cannot = |error: io::Error| {
        Failed::new(Exit::Program, Problem::new(format!("cannot start a thread: {error}")))
    };
    let watched: Vec<Arc<Watched>> = receivers.iter().map(|_| Arc::default()).collect();
    watchdog::watch(watched.clone(), wake.clone()).map_err(cannot)?;
    for ((number, inbox), watched) in (0..).zip(receivers).zip(watched) {
        let plan = Plan {
            thread: Thread(number),
            directory: directory.clone(),
            inbox,
            listener: listener.try_clone().map_err(cannot)?,
            edge: edge.clone(),
            report: report.clone(),
            settings,
            store: store.clone(),
            namespaces: workers.namespaces().to_vec(),
            programs: workers.programs(),
            stopping: stopping.clone(),
            started: started.clone(),
            watched,
        };
        let thread = std::thread::Builder::new()
            .name(format!("isolate-{number}"))
            .stack_size(holdfast_engine::THREAD_STACK_BYTES)
            .spawn(move || thread::run(plan))
            .map_err(cannot)?;
        threads.push(thread);
    }
    drop(started);
    let mut later = Vec::new();
    for _ in 0..count {
        let outcome = wait_for_start(&starts, wakes, workers, &mut later)?;
        outcome.map_err(|message| Failed::new(Exit::Program, thrown(&message)))?;
    }
    for wake_up in later {
        // The receiver is the caller's.
        let _ = wake.send(wake_up);
    }
    Ok((stop, threads, directory))
}

/// Waits until a thread's programs run, or do not. What else the main thread is woken for is kept for `later`, but for
/// what ends the wait.
fn wait_for_start(
    starts: &mpsc::Receiver<Result<(), String>>,
    wakes: &mpsc::Receiver<Wake>,
    workers: &Workers,
    later: &mut Vec<Wake>,
) -> Result<Result<(), String>, Failed> {
    loop {
        match starts.recv_timeout(STARTING_INTERVAL) {
            Ok(outcome) => return Ok(outcome),
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                return Ok(Err("an isolate thread ended unexpectedly".to_owned()));
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {}
        }
        for wake in wakes.try_iter() {
            match wake {
                Wake::Stop => return Err(Failed { exit: Exit::Done, problems: Vec::new() }),
                Wake::Stuck(turn) => return Err(Failed::new(Exit::Stuck, stuck(workers, &turn))),
                Wake::Changed(_) => later.push(wake),
            }
        }
    }
}

/// A program that does not return.
fn stuck(workers: &Workers, turn: &RunningTurn) -> Problem {
    Problem::new(format!("{} does not return and cannot be interrupted", workers.describe(turn)))
        .help("look for a loop in WebAssembly; the process ends now, and what was acknowledged is on disk")
}

/// A program that does not load: the message is followed by its stack.
pub(crate) fn thrown(message: &str) -> Problem {
    let (head, stack) = message.split_once('\n').unwrap_or((message, ""));
    Problem { stack: stack.to_owned(), ..Problem::new(head) }
}

impl Running {
    /// Reloads when files change, until a signal says to stop.
    fn wait(mut self, dev: &Dev, current: &Path, report: &Report) -> Exit {
        let mut is_stuck = false;
        while let Ok(wake) = self.wakes.recv() {
            match wake {
                Wake::Stop => break,
                Wake::Stuck(turn) => {
                    report.error(&stuck(&self.workers, &turn));
                    is_stuck = true;
                    break;
                }
                Wake::Changed(files) => {
                    let project = &dev.project;
                    self.workers.reload(project, current, &files, &self.store, &self.directory, report);
                    self.watcher.watch(self.workers.files());
                }
            }
        }
        report.note("Stopping: open requests are finished, WebSockets are closed");
        self.stop.stop();
        let until = Instant::now() + if is_stuck { STUCK_GRACE } else { GRACE + STOP_MAX };
        // Before the threads are waited for, which may be busy for somebody at a terminal. It has a handle of the store,
        // too, and the store's end leaves the files complete.
        self.objects.take();
        if is_stuck {
            // Requests may wait for the stuck thread, so not for long.
            while self.threads.iter().filter(|thread| !thread.is_finished()).count() > 1
                && Instant::now() < until
            {
                std::thread::sleep(Duration::from_millis(2));
            }
            return Exit::Stuck;
        }
        for thread in self.threads {
            while !thread.is_finished() {
                if Instant::now() > until {
                    report.note("a program does not return; it is cut off");
                    return Exit::Stuck;
                }
                std::thread::sleep(Duration::from_millis(2));
            }
            if thread.join().is_err() {
                report.note("an isolate thread ended with a panic");
                return Exit::Internal;
            }
        }
        if let Err(error) = self.store.alarms().persist() {
            report.note(&format!("the next start reads the alarms from the objects again: {error}"));
        }
        Exit::Done
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let domain = socket2::Domain::for_address(address);
    let socket = socket2::Socket::new(domain, socket2::Type::STREAM, Some(socket2::Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

fn unheard(address: SocketAddr, error: &io::Error) -> Problem {
    match error.kind() {
        io::ErrorKind::AddrInUse => Problem::new(format!("cannot listen on {address}: the port is in use"))
            .help(format!(
                "stop what uses it, or take another one: --port {}",
                address.port().saturating_add(1)
            )),
        io::ErrorKind::PermissionDenied => {
            Problem::new(format!("cannot listen on {address}: permission denied"))
                .help("ports below 1024 belong to the system; try --port 8787")
        }
        io::ErrorKind::AddrNotAvailable => {
            Problem::new(format!("cannot listen on {address}: this machine does not have that address"))
                .help("try --ip 127.0.0.1, or --ip 0.0.0.0 for all addresses")
        }
        _ => Problem::new(format!("cannot listen on {address}: {error}")),
    }
}

/// An address as a browser takes it: every address is reached by way of this machine's own.
fn shown(address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        return format!("127.0.0.1:{}", address.port());
    }
    address.to_string()
}
