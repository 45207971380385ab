//! JavaScriptCore, made safe.
//!
//! Promises: a program that uses only this crate's public items cannot corrupt memory through the engine, whatever the
//! JavaScript does. A panic in a native function becomes a JavaScript `Error`; it never unwinds into the engine. The
//! crate knows nothing of Workers, HTTP or storage.
//!
//! ```text
//!   Vm            one heap, one thread for life; owns the run loop hook and the time limit
//!    └ Context    one global object; enter() takes the engine's lock
//!       └ Scope   the proof that the lock is held; everything that runs JavaScript asks for it
//!          └ Value, Object, Exception   borrowed from the scope: Copy, !Send, gone when enter() returns
//!   Persistent    a value that is kept: survives between enters, and the collector knows it
//! ```
//!
//! # The one rule the compiler cannot check
//!
//! The collector finds values by scanning the stacks and registers of threads, not Rust's heap. A [`Value`] (or
//! [`Object`], [`Exception`]) therefore lives in local variables, arguments and arrays on the stack. Put into a `Vec`, a `Box`
//! or a closure that is boxed it is invisible and may be collected while in use: keep a [`Persistent`] there instead.
//!
//! # Turns
//!
//! Microtasks run when the outermost [`Context::enter`] of a VM ends, and never inside it. [`Vm::pump`] runs what the
//! engine put on the thread's run loop (asynchronous WebAssembly, `FinalizationRegistry`, timers of the collector).

mod bytes;
mod context;
mod current;
mod exception;
mod function;
mod intrinsics;
mod limit;
mod memory;
mod name;
mod object;
mod options;
mod persistent;
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod processor_clock;
mod promise;
mod run_loop;
mod scope;
mod stack;
mod string;
mod sys;
mod time;
mod utf;
mod value;
mod vm;
mod words;

pub use context::{Context, WeakContext};
pub use exception::{ErrorKind, ErrorReport, Exception};
pub use function::Call;
pub use limit::Verdict;
pub use memory::{Memory, release_free_memory};
pub use name::Name;
pub use object::{Attributes, Object};
pub use persistent::{Callback, Persistent};
pub use promise::Resolver;
pub use run_loop::Wakeup;
pub use scope::Scope;
pub use stack::{Frame, frames, normalise};
pub use time::{processor_time, set_deadline};
pub use utf::Text;
pub use value::{NotAnObject, Type, Value};
pub use vm::Vm;
pub use words::SharedWords;

/// What running JavaScript gives: a value, or what the program threw.
pub type Result<'s, T = Value<'s>> = std::result::Result<T, Exception<'s>>;

/// The stack a thread that runs JavaScript needs, in bytes. On the 2 MiB Rust gives by default, deep recursion ends in a
/// segmentation fault instead of a `RangeError`.
pub const THREAD_STACK_BYTES: usize = 8 << 20;
