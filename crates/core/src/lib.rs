//! What Holdfast decides, without doing it: small synchronous state machines, one per file, for the host and the
//! switchboard to ask.
//!
//! Nothing here does I/O, reads a clock, draws random numbers, waits, or knows JavaScript; time and randomness are
//! arguments. That is what lets every rule be tested in a few lines, and without sleeping.

pub mod alarm;
pub mod cron;
pub mod ends;
pub mod gate;
pub mod hold;
pub mod id;
pub mod key_value;
pub mod output;
pub mod overload;
pub mod restart;
pub mod schedule;
