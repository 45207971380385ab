//! SQL as a program writes it: `ctx.storage.sql`.
//!
//! Promises what the platform promises (workers-api.md 6.4): the same statements are refused with the same words, a
//! statement runs when it is asked for and its rows are read one ahead of the program, writes are part of the
//! transaction of the turn, and compiled statements are kept. A cursor may outlive the turn that opened it and never
//! stands in the way of the store: [`Statements::finish_cursors`] reads those still open to their end.
//!
//! ```text
//!   Object::sql ──► Statements::execute ──► cache ──► Cursor: Live ──step──► … ──► Done, statement back in the cache
//!                     │ split, prepare                   │ finish_cursors
//!                     │ (authorizer, limits)             ▼
//!                     └ begin, before a write           Kept: rows in memory, or Failed past the bounds
//! ```

mod authorizer;
mod cache;
mod codes;
mod counts;
mod cursor;
mod failure;
mod functions;
mod ingest;
mod interrupt;
mod limited;
mod limits;
mod object;
mod pragmas;
mod split;
mod statement;
mod statements;

pub use counts::{Counting, Counts};
pub use cursor::{Columns, Cursor};
pub use failure::{Failure, Trouble};
pub use ingest::Ingested;
pub use interrupt::{Ask, Interrupt};
pub(crate) use statement::Compiled;
pub use statement::{Row, Value};
pub(crate) use statements::Statements;
