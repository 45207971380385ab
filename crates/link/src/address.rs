//! Names of the things that messages are for: threads, calls, WebSocket ends, Workers and objects.

use std::fmt;
use std::sync::Arc;

/// An isolate thread of this process, counted from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Thread(pub u16);

/// A call that waits for its answer in the table of `thread`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CallId {
    pub thread: Thread,
    pub index: u32,
    /// Tells a call from an earlier one that used the same place in the table.
    pub generation: u32,
}

/// One end of a WebSocket that a program holds, in the table of `thread`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EndId {
    pub thread: Thread,
    pub index: u32,
    /// Tells an end from an earlier one that used the same place in the table.
    pub generation: u32,
}

/// A Durable Object: the number of its namespace in this process, its id, and its name where the caller knew it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ObjectAddress {
    pub namespace: u32,
    pub id: [u8; 32],
    pub name: Option<Arc<str>>,
}

impl fmt::Debug for ObjectAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/", self.namespace)?;
        match &self.name {
            Some(name) => write!(formatter, "{name:?}"),
            None => self.id.iter().try_for_each(|byte| write!(formatter, "{byte:02x}")),
        }
    }
}

/// An entrypoint as a binding describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The name of the export; none for the default one.
    pub name: Option<Arc<str>>,
    /// `ctx.props` there, as JSON text; none for an empty object.
    pub props: Option<Arc<str>>,
}

/// Who is called.
#[derive(Clone, Debug)]
pub enum Target {
    /// An entrypoint of a script, by the script's number in this process.
    Worker {
        script: u32,
        entry: Entry,
    },
    Object(ObjectAddress),
}
