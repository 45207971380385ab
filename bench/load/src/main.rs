//! `holdfast-load`: loads a WebSocket server and prints one line of JSON.
//!
//! One thread, one readiness loop, frames masked once and written as they are: the generator must never be what is measured.
//! It reads what the server's process and its children spend from `/proc`, at the very edges of the measured time.
//!
//! ```text
//! holdfast-load echo      ADDRESS PATH --sockets N --seconds S --warm S --pid PID [--send TEXT --expect TEXT]
//! holdfast-load broadcast ADDRESS PATH --sockets N --seconds S --warm S --pid PID [--send TEXT]
//! holdfast-load idle      ADDRESS PATH --sockets N --settle S --pid PID [--send TEXT]
//! ```
//!
//! A `*` in the path stands for the number of the socket, so that each can have an object of its own.

mod arguments;
mod histogram;
mod load;
mod process;
mod socket;

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
