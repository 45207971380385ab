//! An isolate thread: one engine's programs, their objects, the sockets of those objects, and a share of the
//! listener. All threads are alike, but stateless Workers run on the first.
//!
//! ```text
//!   listener ─► http ─────call────► switch ─────► host ─► program
//!   sockets  ─► events of sockets ─►  ▲  │ ◄─sends, answers─┘
//!   other threads ─► inbox ───────────┘  └─► sockets, http, other threads' inboxes
//! ```
//!
//! Every task here belongs to the thread and ends with it.

mod body;
mod directory;
mod http;
mod outside;
mod scheduled;
mod switch;

pub(crate) use directory::{Directory, Post};
pub(crate) use switch::Switch;

use crate::dev::Watched;
use crate::report::Report;
use holdfast_edge::Compression;
use holdfast_edge::client::Client;
use holdfast_edge::http::{Config, Stopping};
use holdfast_edge::sockets::{Limits, Sockets};
use holdfast_host::{Host, Namespace, Program, Settings};
use holdfast_link::Thread;
use std::net::TcpListener;
use std::rc::Rc;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::{JoinSet, LocalSet};

/// Posts one wake-up of the inbox takes before sockets and timers have their turn.
const POSTS_PER_WAKEUP_MAX: usize = 256;

/// The engine puts off some work (finalization, compiling WebAssembly) to its own run loop, which is served this
/// often while programs run, and for a while after.
const ENGINE_INTERVAL: Duration = Duration::from_millis(10);
const ENGINE_INTERVAL_IDLE: Duration = Duration::from_millis(500);
const ENGINE_ROUNDS: u32 = 50;

/// How long the peers of WebSockets may take to answer the Close that says the server stops.
const CLOSE_MAX: Duration = Duration::from_secs(2);

/// What a thread is started with.
pub(crate) struct Plan {
    pub(crate) thread: Thread,
    pub(crate) directory: Directory,
    pub(crate) inbox: UnboundedReceiver<Post>,
    pub(crate) listener: TcpListener,
    pub(crate) edge: EdgePlan,
    pub(crate) report: Report,
    pub(crate) settings: Settings,
    pub(crate) store: holdfast_store::Store,
    pub(crate) namespaces: Vec<Namespace>,
    pub(crate) programs: Vec<Arc<Program>>,
    pub(crate) stopping: Stopping,
    /// Told once the programs run, or why they do not.
    pub(crate) started: mpsc::Sender<Result<(), String>>,
    /// Where the thread shows what it runs.
    pub(crate) watched: Arc<Watched>,
}

/// How this thread treats clients.
#[derive(Clone)]
pub(crate) struct EdgePlan {
    pub(crate) connections: holdfast_edge::http::Connections,
    pub(crate) trusted_proxies: Vec<holdfast_edge::http::Network>,
    pub(crate) websockets: Limits,
    pub(crate) compression: Compression,
    pub(crate) grace: Duration,
    /// Requests may fire cron triggers.
    pub(crate) scheduled: Scheduled,
}

/// Whether clients may fire cron triggers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheduled {
    ByTheClock,
    AlsoOnRequest,
}

/// Runs the thread until it is told to stop.
pub(crate) fn run(plan: Plan) {
    let started = plan.started.clone();
    plan.watched.is_this_thread();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return tell(&started, Err(format!("cannot start an event loop: {error}"))),
    };
    let local = LocalSet::new();
    if let Err(problem) = runtime.block_on(local.run_until(serve(plan))) {
        tell(&started, Err(problem));
    }
}

fn tell(started: &mpsc::Sender<Result<(), String>>, outcome: Result<(), String>) {
    // Whoever started the thread may have given up because another one failed.
    let _ = started.send(outcome);
}

async fn serve(plan: Plan) -> Result<(), String> {
    let connections =
        Sockets::new(plan.edge.websockets).map_err(|error| format!("cannot watch sockets: {error}"))?;
    let client = Client::new(holdfast_edge::client::Config {
        compression: plan.edge.compression.clone(),
        ..holdfast_edge::client::Config::default()
    });
    let switch = Switch::new(
        plan.thread,
        plan.directory.clone(),
        plan.report.clone(),
        plan.watched,
        connections,
        client,
    );
    switch.name_scripts(plan.programs.iter().map(|program| program.name.clone()).collect());
    let host = Host::new(plan.thread, plan.settings, &plan.store, plan.namespaces, Rc::new(switch.clone()));
    assert!(switch.0.host.set(host.downgrade()).is_ok(), "the host is set once");
    for (number, program) in (0..).zip(&plan.programs) {
        host.load(number, program).map_err(|error| error.message)?;
    }
    let mut tasks = JoinSet::new();
    tasks.spawn_local(watch_connections(switch.clone()));
    tasks.spawn_local(read_inbox(switch.clone(), plan.inbox));
    tasks.spawn_local(carry_on(switch.clone()));
    tasks.spawn_local(keep_time(switch.clone()));
    tasks.spawn_local(confirm(switch.clone()));
    tasks.spawn_local(serve_engine(switch.clone()));
    let notices = plan.report.clone();
    let config = Config {
        grace: plan.edge.grace,
        trusted_proxies: plan.edge.trusted_proxies,
        connections: plan.edge.connections,
        compression: plan.edge.compression,
        notices: Rc::new(move |notice| notices.note(&notice.to_string())),
        ..Config::default()
    };
    let place = config.place.clone();
    let handler = {
        let switch = switch.clone();
        let scheduled = plan.edge.scheduled;
        move |incoming| http::answer(switch.clone(), place.clone(), scheduled, incoming)
    };
    tell(&plan.started, Ok(()));
    let mut stopping = plan.stopping.clone();
    let stop = {
        let switch = switch.clone();
        tokio::task::spawn_local(async move {
            stopping.wait().await;
            settle(&switch);
            switch.0.connections.close_all(1001, "The server is shutting down.");
        })
    };
    let served = tokio::select! {
        served = holdfast_edge::http::serve(plan.listener, config, plan.stopping, handler) => served,
        _ = tasks.join_next() => {
            // One has panicked, or cannot watch its sockets any more, and said so. What it kept cannot be trusted.
            std::process::exit(crate::cli::Exit::Internal as i32);
        }
    };
    // A thread that cannot serve does not come here: the others do not wait for it longer than for requests.
    let _ = tokio::time::timeout(plan.edge.grace, plan.directory.all_served()).await;
    stop.abort();
    close_sockets(&switch, plan.edge.grace).await;
    host.shut_down();
    tasks.shutdown().await;
    served.map_err(|error| format!("cannot watch the listening socket: {error}"))
}

/// What waits for the disk leaves before anything is closed.
fn settle(switch: &Switch) {
    switch.work(|switch| {
        if let Some(host) = switch.host() {
            host.settle_storage();
        }
    });
}

/// Gives the peers of open WebSockets a moment to answer the Close.
async fn close_sockets(switch: &Switch, grace: Duration) {
    switch.0.connections.close_all(1001, "The server is shutting down.");
    // Those that do not answer in time are cut with the process.
    let _ = tokio::time::timeout(grace.min(CLOSE_MAX), switch.0.connections.emptied()).await;
}

async fn watch_connections(switch: Switch) {
    let connections = switch.0.connections.clone();
    let failed = connections
        .run(|batch| {
            switch.work(|switch| {
                for event in batch.drain(..) {
                    switch.connection_event(event);
                }
            });
        })
        .await;
    let Err(error) = failed;
    switch.0.report.note(&format!("the sockets of a thread cannot be watched any more: {error}"));
}

async fn read_inbox(switch: Switch, mut inbox: UnboundedReceiver<Post>) {
    while let Some(first) = inbox.recv().await {
        switch.work(|switch| {
            switch.carry_out(first);
            for _ in 1..POSTS_PER_WAKEUP_MAX {
                let Ok(post) = inbox.try_recv() else { break };
                switch.carry_out(post);
            }
        });
        tokio::task::yield_now().await;
    }
}

/// Carries out what was queued outside of any other work, such as by a task that read a body.
async fn carry_on(switch: Switch) {
    loop {
        switch.0.bell.notified().await;
        switch.work(|_| ());
    }
}

/// Lets out what waited for the disk, whenever the store says that commits are durable.
async fn confirm(switch: Switch) {
    loop {
        switch.0.storage_bell.notified().await;
        switch.work(|switch| {
            if let Some(host) = switch.host() {
                host.storage_completed();
            }
        });
    }
}

/// Delivers timers, hibernation and the like when they are due.
async fn keep_time(switch: Switch) {
    loop {
        let mut deadline = None;
        switch.work(|switch| deadline = switch.host().and_then(|host| host.tick(Instant::now())));
        let deadline = switch.host().and_then(|host| host.deadline()).or(deadline);
        switch.0.sleeping_until.set(deadline);
        let sleep = async {
            match deadline {
                // More is due: after whoever waits for this thread.
                Some(deadline) if deadline <= Instant::now() => tokio::task::yield_now().await,
                Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = sleep => {}
            () = switch.0.timer_bell.notified() => {}
        }
    }
}

/// Serves the engine's own run loop, often while there is activity. When it ends, garbage is collected once.
async fn serve_engine(switch: Switch) {
    let mut rounds = ENGINE_ROUNDS;
    loop {
        tokio::time::sleep(if rounds > 0 { ENGINE_INTERVAL } else { ENGINE_INTERVAL_IDLE }).await;
        let Some(host) = switch.host() else { return };
        let did_anything = host.pump();
        if switch.0.was_active.replace(false) || did_anything {
            rounds = ENGINE_ROUNDS;
        } else if rounds > 0 {
            rounds -= 1;
            if rounds == 0 {
                host.collect();
            }
        }
    }
}
