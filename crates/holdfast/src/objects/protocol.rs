//! What is said over the socket of a state folder, and what a command asks of either side.
//!
//! Lines of JSON. The server begins with a greeting; the client sends one request, the server answers it and closes:
//!
//! ```text
//!   server: {"holdfast":"0.1.0","protocol":1,"process":4711}
//!   client: {"request":"sql","object":"lobby","class":null,"query":"SELECT 1"}
//!   server: {"answer":"rows","columns":["1"],"rows":[[1]],…}      or      {"error":"…","help":"…"}
//! ```
//!
//! A client that does not know the number of the protocol says so and sends nothing. The number rises when a request
//! or an answer changes its meaning.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The number of the protocol.
pub(crate) const PROTOCOL: u32 = 1;

/// The longest request. A statement has at most 100,000 bytes.
pub(crate) const REQUEST_BYTES_MAX: u64 = 1 << 20;

/// The server's first line.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Greeting {
    pub(crate) holdfast: String,
    pub(crate) protocol: u32,
    pub(crate) process: u32,
}

/// What is asked for. Objects are named by id or name; paths are absolute.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "kebab-case")]
pub(crate) enum Request {
    List { class: Option<String> },
    Show { object: String, class: Option<String> },
    Sql { object: String, class: Option<String>, query: String },
    Export { object: String, class: Option<String>, file: PathBuf },
    Import { object: String, class: Option<String>, file: PathBuf },
    Restore { object: String, class: Option<String>, to: Moment },
    ImportFolder { folder: PathBuf, class: Option<String> },
}

/// A point in an object's history: a time in milliseconds since 1970, or a bookmark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Moment {
    Time(i64),
    Bookmark(String),
}

/// Which object an answer is about.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Which {
    /// The Worker it belongs to.
    pub(crate) worker: String,
    pub(crate) class: String,
    pub(crate) id: String,
    pub(crate) name: Option<String>,
}

/// An object in a list. `alarm` is in milliseconds since 1970.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Listed {
    #[serde(flatten)]
    pub(crate) which: Which,
    pub(crate) bytes: u64,
    pub(crate) alarm: Option<i64>,
}

/// A table of the program; `rows` is missing where it cannot count them.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) rows: Option<u64>,
}

/// What came of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub(crate) enum Answer {
    List {
        objects: Vec<Listed>,
    },
    Object {
        #[serde(flatten)]
        which: Which,
        backend: String,
        bytes: u64,
        keys: u64,
        tables: Vec<Table>,
        alarm: Option<i64>,
        /// What leads back to this.
        bookmark: Option<String>,
    },
    Rows {
        columns: Vec<String>,
        /// Bytes are `{"hex":"…"}`.
        rows: Vec<Vec<serde_json::Value>>,
        /// There were more, which were not read.
        is_cut: bool,
        rows_read: u64,
        rows_written: u64,
    },
    Exported {
        #[serde(flatten)]
        which: Which,
        file: PathBuf,
        bytes: u64,
    },
    /// `undo` leads back to what was before.
    Restored {
        #[serde(flatten)]
        which: Which,
        bookmark: String,
        undo: String,
    },
    Imported {
        objects: Vec<Listed>,
        /// What was left out, and why.
        skipped: Vec<Skipped>,
    },
}

/// A file that was not imported.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Skipped {
    pub(crate) file: PathBuf,
    pub(crate) reason: String,
}

/// Why nothing came of it, and what to try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Complaint {
    pub(crate) error: String,
    pub(crate) help: Option<String>,
}

impl Complaint {
    pub(crate) fn new(error: impl Into<String>) -> Self {
        Self { error: error.into(), help: None }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The store says what to try itself.
impl From<holdfast_store::Error> for Complaint {
    fn from(error: holdfast_store::Error) -> Self {
        Self::new(error.to_string())
    }
}
