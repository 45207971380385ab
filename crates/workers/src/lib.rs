//! The Workers API as programs see it: JavaScript sources under `js/`, and their native halves.
//!
//! [`install`] makes an engine context a Workers global scope: lazy globals, `require` for the runtime's own modules, and
//! `native`, the groups of Rust functions those modules call. What needs sockets, storage or other objects is not here: the
//! host adds groups of its own through [`Setup`].

mod builtins;
pub mod flags;
mod native;
mod prelude;

pub use builtins::{BUILTINS, UNSAFE};
pub use prelude::{Group, Runtime, Setup, install};
