//! Source files in, linked module graph out.
//!
//! ```text
//!   entry ─► resolve ─► read ─► lower ─► wrap ─┐   one file at a time, until nothing new is named
//!     ▲                                        │
//!     └──────────── imports ◄──────────────────┘ ─► link ─► Graph ─► descriptors + code ─► js/linker.js
//! ```
//!
//! JavaScriptCore's C API knows no ES modules. Here each module becomes one classic script, a function expression
//! over live bindings, and `js/linker.js` runs such functions in the order the specification prescribes. The
//! crate knows no engine: its output is text and a table.

mod builtins;
mod diagnostic;
mod edits;
mod facts;
mod globs;
mod graph;
mod link;
mod load;
mod lower;
mod options;
mod resolve;
mod text;
mod wrap;

pub use diagnostic::{Diagnostic, Severity};
pub use graph::{Code, Format, Graph, Module, ModuleId, Position};
pub use load::load;
pub use options::{Jsx, ModuleKind, Options, Rule, RuleKind};

/// The linker: a JavaScript function expression `(descriptors, host)`. Its contract is at the head of
/// `js/linker.js`.
pub const LINKER: &str = concat!(
    "(function (descriptors, host) { return (",
    include_str!("../js/linker.js"),
    ")(descriptors, host, ",
    "{ ...",
    include_str!("../js/helpers.js"),
    ", decorators: ",
    include_str!("../js/decorators.js"),
    " }); })"
);

/// The file name to evaluate [`LINKER`] under; stack frames with this name are not the program's.
pub const LINKER_NAME: &str = "holdfast:linker";
