//! Runs programs: isolates, objects, turns.
//!
//! A host belongs to one thread. It gets events (a call, a socket message, an answer), decides whether the object may
//! take them now, runs the program for one turn, makes what the program wrote durable, and only then lets out what it
//! sent. It owns no socket and parses no HTTP: what it wants from the world it asks of [`World`].
//!
//! ```text
//!   event ─► ready queue ─► object in memory? ─► input gate ─► turn ─► commit ─► outbox, effects ─► World
//!                               │ no               │ closed
//!                               ▼                  ▼
//!                           constructor         waits in the gate
//! ```

mod alarms;
mod bell;
mod bodies;
mod broken;
mod event;
mod handlers;
mod held;
mod host;
mod isolate;
mod meter;
mod natives;
mod objects;
mod outbox;
mod owned_table;
mod pulse;
mod rpc;
mod shared;
mod table;
mod timers;
mod visit;
mod world;

pub use holdfast_core::hold::Hold;
pub use holdfast_store::Waker;
pub use host::{Host, WeakHost};
pub use isolate::{Binding, LoadError, Program};
pub use objects::{FIRST_OBJECT, NOT_RUNNING};
pub use pulse::{Pulse, Running};
pub use visit::{Instance, Visit, Work};
pub use world::{Level, Log, Sockets, World};

use std::sync::Arc;
use std::time::Duration;

/// How a host treats its programs.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// An object that nothing holds in memory is forgotten after this long without events.
    pub hibernate_after: Duration,
    /// An object with nobody at its other end is forgotten after this long without calls, whatever it started itself.
    pub evict_after: Duration,
    /// When hibernatable WebSockets outlive their instance.
    pub hold: Hold,
    /// How long what was given to `waitUntil()` may go on after the response.
    pub wait_until_max: Duration,
    /// Processor time that one event may use over all its turns, in place of [`Program::processor_time_max`].
    pub processor_time_max: Option<Duration>,
    /// Bytes that a script may hold in memory on one thread.
    pub memory_bytes_max: usize,
    /// How long a call may wait for its object before it is refused.
    pub call_wait_max: Duration,
    /// Calls that an object takes within ten seconds; any number without it.
    pub calls_per_window_max: Option<u32>,
    /// Whether programs have a global `gc()`.
    pub exposes_gc: bool,
}

/// Processor time that one event may use when neither settings nor program say otherwise.
const PROCESSOR_TIME_MAX: Duration = Duration::from_secs(30);

impl Default for Settings {
    fn default() -> Self {
        Settings {
            hibernate_after: Duration::from_secs(10),
            evict_after: Duration::from_secs(70),
            hold: Hold::default(),
            wait_until_max: Duration::from_secs(30),
            processor_time_max: None,
            memory_bytes_max: 128 << 20,
            call_wait_max: Duration::from_secs(60),
            calls_per_window_max: None,
            exposes_gc: false,
        }
    }
}

/// A Durable Object class that can be reached: its place in the list is its number in this process.
#[derive(Clone, Debug)]
pub struct Namespace {
    pub store: holdfast_store::Namespace,
    /// The script that exports the class; [`NOT_RUNNING`] when no program has the class any more.
    pub script: u32,
    pub class: Arc<str>,
}
