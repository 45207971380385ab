//! The exit codes, in one place. They are part of the interface.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It did what it was asked; for `dev`, it was told to stop and stopped cleanly.
    Done = 0,
    /// The program or its configuration cannot be used.
    Program = 1,
    /// The command line was not understood.
    Usage = 2,
    /// The address cannot be listened on.
    Listen = 3,
    /// The state folder cannot be used.
    State = 4,
    /// A program did not return and could not be interrupted: it was cut off, with the process.
    Stuck = 5,
    /// What was asked of an object cannot be done.
    Refused = 6,
    /// A fault of Holdfast's own; what was acknowledged is on disk.
    Internal = 70,
}

/// The same for `--help`.
pub(super) const HELP: &str = "\
Examples:
  holdfast init my-chat --template chat     a new project in ./my-chat
  holdfast dev                              run the project in this folder
  holdfast check                            say what is wrong with it
  holdfast objects list                     see what its objects have stored

Exit codes:
  0  done
  1  the program or its configuration cannot be used
  2  the command line was not understood
  3  the address cannot be listened on
  4  the state folder cannot be used
  5  a program that does not return had to be cut off
  6  what was asked of an object cannot be done
  70  a fault of holdfast itself; please report it

`holdfast <COMMAND> --help` tells more about a command.";

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}
