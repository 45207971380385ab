//! Calls of methods, and the references to live objects that go with them.
//!
//! A value crosses as bytes (V8's format, which this crate does not read) and a list of what bytes cannot be: references
//! and streams. A reference, a [`Capability`], names an entry in the table of exports of the thread that has the object.
//! Clones of it are counted in the process; when the last one is dropped the exporting thread is told once. So whoever
//! drops a message, for whatever reason, gives back what it carried.
//!
//! ```text
//!   exporter: table of exports ◄──names── Capability ─clone─► Capability ─moved in a message─► importer: table of imports
//!                  ▲                                                                                    │
//!                  └───────────────────── Message::Released, when the last one is gone ◄────────────────┘
//! ```
//!
//! A transport that leaves the process will carry a number and a count in the place of a clone, as it will number the
//! streams.

use crate::{BodyReader, ObjectAddress, Target, Thread};
use bytes::Bytes;
use std::fmt;
use std::sync::Arc;

/// An object that a program of `thread` lets others call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExportId {
    pub thread: Thread,
    pub index: u32,
    /// Tells an export from an earlier one that used the same place in the table.
    pub generation: u32,
}

/// Tells the exporting thread that nobody can call an export any more.
pub type Releaser = Arc<dyn Fn(ExportId) + Send + Sync>;

/// The right to call an export, and a reason for it to exist.
#[derive(Clone)]
pub struct Capability(Arc<Reference>);

struct Reference {
    export: ExportId,
    /// Taken out when somebody else tells the exporter.
    release: Option<Releaser>,
}

impl Capability {
    /// The first reference to an export.
    pub fn new(export: ExportId, release: Releaser) -> Capability {
        Capability(Arc::new(Reference { export, release: Some(release) }))
    }

    pub fn export(&self) -> ExportId {
        self.0.export
    }

    /// How many references there are, those on their way included.
    pub fn count(&self) -> usize {
        Arc::strong_count(&self.0)
    }

    /// Drops the reference; if it was the last one, the caller has to tell the exporting thread.
    pub fn release(self) -> Option<ExportId> {
        let mut last = Arc::into_inner(self.0)?;
        last.release = None;
        Some(last.export)
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        if let Some(release) = &self.release {
            release(self.export);
        }
    }
}

impl fmt::Debug for Capability {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Capability").field(&self.0.export).finish()
    }
}

/// What a value refers to by number and bytes cannot hold.
#[derive(Debug)]
pub enum External {
    Stub(Capability),
    Stream(BodyReader),
}

/// A value on its way.
#[derive(Debug, Default)]
pub struct Value {
    pub bytes: Bytes,
    pub externals: Vec<External>,
}

/// Who is called.
#[derive(Debug)]
pub enum Callee {
    /// An entrypoint of a Worker, or an object's class.
    Entry(Target),
    Export(Capability),
}

impl Callee {
    /// An object, by its address.
    pub fn object(address: ObjectAddress) -> Callee {
        Callee::Entry(Target::Object(address))
    }
}

/// What is done with the property at the end of a path.
#[derive(Debug)]
pub enum Operation {
    Get,
    /// It is called, with an array of arguments if there are any.
    Call(Option<Value>),
}

/// One call.
#[derive(Debug)]
pub struct Invocation {
    /// Property names from the callee to what is meant; none for the callee itself.
    pub path: Vec<String>,
    pub operation: Operation,
}

impl Invocation {
    /// Bytes it holds in memory, roughly.
    pub fn weight(&self) -> usize {
        match &self.operation {
            Operation::Call(Some(value)) => value.bytes.len(),
            _ => 0,
        }
    }
}

/// What a call gave.
#[derive(Debug, Default)]
pub struct Returned {
    pub value: Value,
    /// Dropping this runs the disposer of the object that was returned.
    pub disposer: Option<Capability>,
}
