//! The binary: commands, and messages to people.

mod check;
mod cli;
mod dev;
mod init;
mod objects;
mod project;
mod report;
mod thread;

use std::io;
use std::path::Path;
use std::process::ExitCode;

use cli::{Command, Exit, LogFormat, LogLevel, Parsed};
use report::{Problem, Report};

fn main() -> ExitCode {
    let parsed = cli::parse(std::env::args_os()).unwrap_or_else(|error| error.exit());
    run(parsed).into()
}

fn run(parsed: Parsed) -> Exit {
    if let Some(folder) = parsed.command.working_folder()
        && let Err(error) = std::env::set_current_dir(folder)
    {
        let problem = Problem::new(format!("cannot work in {}: {error}", folder.display()));
        Report::new(LogFormat::Text, LogLevel::Log, folder).error(&problem);
        return Exit::Usage;
    }
    let current = std::env::current_dir().unwrap_or_else(|_| Path::new(".").to_owned());
    let (format, level) = match &parsed.command {
        Command::Dev(dev) => (dev.log_format, dev.log_level),
        Command::Init(_) | Command::Check(_) | Command::Objects(_) => (LogFormat::Text, LogLevel::Log),
    };
    let report = Report::new(format, level, &current);
    for remark in &parsed.remarks {
        report.warning(&Problem::new(remark));
    }
    match &parsed.command {
        Command::Dev(dev) => dev::run(dev, &current, &report),
        Command::Init(init) => match init::run(init, &current, &mut io::stdout()) {
            Ok(()) => Exit::Done,
            Err(problem) => {
                report.error(&problem);
                Exit::Program
            }
        },
        Command::Check(check) => check::run(check, &current, &report, &mut io::stdout()),
        Command::Objects(objects) => objects::run(objects, &current, &report, &mut io::stdout()),
    }
}
