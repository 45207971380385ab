//! `holdfast-load`: loads a WebSocket server and prints one line of JSON.
//!
//! One thread, one readiness loop, frames masked once and written as they are: the generator must never be what is measured.
//! It reads what the server's process and its children spend from `/proc`, at the very edges of the measured time.
//!
//! ```text
//! holdfast-load echo      ADDRESS PATH --sockets N --seconds S --warm S --pid PID [--send TEXT --expect TEXT --in-flight N]
//! holdfast-load broadcast ADDRESS PATH --sockets N --seconds S --warm S --pid PID [--send TEXT]
//! holdfast-load idle      ADDRESS PATH --sockets N --settle S --pid PID [--send TEXT]
//! holdfast-load wake      ADDRESS PATH --sockets N --settle S --pid PID [--send TEXT]
//! holdfast-load resident  ADDRESS PATH --sockets N --settle S --pid PID
//! ```
//!
//! A `*` in the path stands for the number of the socket, so that each can have an object of its own; with `--sharing 10`
//! ten consecutive sockets share one.

mod arguments;
mod histogram;
mod load;
mod memory;
mod process;
mod socket;
mod wake;

use std::process::ExitCode;

fn main() -> ExitCode {
    match arguments::parse(std::env::args().skip(1)).and_then(|arguments| load::run(&arguments)) {
        Ok(report) => {
            #[expect(clippy::print_stdout, reason = "the report is what this program is for")]
            {
                println!("{report}");
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "the only place where an error reaches a person")]
            {
                eprintln!("holdfast-load: {error}");
            }
            ExitCode::FAILURE
        }
    }
}
