//! The data of Durable Objects: one SQLite file per object.
//!
//! Promises that a commit which [`Connections::completed`] told of is there after a crash, that what was not committed
//! leaves no trace, and that after a clean stop the files are the ones workerd and Miniflare write (`_cf_KV`,
//! `_cf_METADATA`, values as given). `FORMAT.md` draws what is on the disk.
//!
//! ```text
//!   Store ── one per process, holds the lock on the state directory; Send + Sync, cheap to clone
//!     └─ Connections ── one per thread, the open databases and their limit; stays on its thread
//!          └─ Object ── one per object in memory; costs no handle until storage is touched
//!   <state>/format            version of this layout
//!   <state>/lock              held while a process runs, names its pid
//!   <state>/namespaces.json   namespaces, their unique keys, the migrations applied
//!   <state>/journal/          commits that are not in the files yet; one for all objects
//!   <state>/alarms            when which object is to be woken
//!   <state>/history/          what undoes the commits of the last day
//!   <state>/do/<unique key>/names          names of objects, as they had their first event
//!   <state>/do/<unique key>/<id>.sqlite
//! ```
//!
//! Knows nothing of JavaScript, HTTP or gates. An object does what it is told synchronously; becoming durable is the
//! journal's work, on threads of its own.

mod alarms;
mod commits;
mod connections;
mod content;
#[cfg(test)]
mod crash;
mod database;
mod directory;
mod disk;
mod durability;
mod error;
mod history;
mod image;
mod journal;
mod log;
mod migrations;
mod names;
mod namespaces;
mod object;
mod registry;
mod savepoints;
pub mod sql;
mod sqlite;
mod store;

pub use alarms::{Alarms, DueAlarm};
pub use commits::{Commit, Completed, Waker};
pub use connections::Connections;
pub use content::{Content, Identity, scheduled};
pub use disk::{Disk, DiskFile, Fault, FileSystem, Held, Lock, Missing, Random, RealDisk, SimulatedDisk};
pub use error::{Error, Kind, Result};
pub use history::{Bookmark, HistoryLimits, NoBookmark, NoWay, Pending, Tell};
pub use image::Before;
pub use journal::{Limits, Observer, Record, Recovered, Work};
pub use migrations::{Change, Migration};
pub use namespaces::Namespace;
pub use object::{Alarm, Object, Restored, Summary};
pub use store::{Class, Listed, Options, Store};
