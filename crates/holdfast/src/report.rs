//! How Holdfast talks to people: one line, or one block, per thing that happened.
//!
//! Promises: a line is written whole and at once, from whichever thread; on a terminal it has colours, in a pipe it is
//! plain text, with `--log-format json` it is one JSON object. What happened goes to standard output, problems to
//! standard error; as JSON everything goes to standard output, so that one reader sees it all in order.
//!
//! ```text
//! Ready on http://127.0.0.1:8787
//! GET /chat 101 2 ms
//! src/index.ts:12  hello
//! warning: wrangler.toml:4:1: "ai" is not supported yet
//! ```

mod json;
mod problem;
mod text;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use crate::cli::{LogFormat, LogLevel};

pub(crate) use json::timestamp;
pub(crate) use problem::{Place, Problem};

/// Something worth a line.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Event<'a> {
    /// The server answers at `url`.
    Ready { url: &'a str },
    /// A request was answered; for a WebSocket, with 101.
    Request { method: &'a str, path: &'a str, status: u16, took: Duration },
    /// The program called `console`, or failed where nobody caught it. `place` is `file:line`, or empty; `worker` is named
    /// when there are several.
    Console { level: LogLevel, text: &'a str, place: &'a str, worker: Option<&'a str> },
    /// Something about the server itself.
    Note { text: &'a str },
    /// New code runs, because `files` changed.
    Reloaded { files: &'a [PathBuf], took: Duration },
    /// Worth knowing, but it runs.
    Warning(&'a Problem),
    /// It does not run.
    Error(&'a Problem),
}

impl Event<'_> {
    fn level(&self) -> LogLevel {
        match self {
            Self::Console { level, .. } => *level,
            Self::Warning(_) => LogLevel::Warn,
            Self::Error(_) => LogLevel::Error,
            // A person and a script both wait for this line, whatever else they want to see.
            Self::Ready { .. } => LogLevel::None,
            Self::Request { .. } | Self::Note { .. } | Self::Reloaded { .. } => LogLevel::Log,
        }
    }
}

/// How lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    Plain,
    /// With colours, and with symbols when the terminal can show them.
    Terminal {
        symbols: bool,
    },
    Json,
}

/// Writes events. Clones write to the same place.
#[derive(Clone)]
pub(crate) struct Report(Arc<Shared>);

struct Shared {
    happened: Stream,
    /// For problems; none when they go where everything goes.
    problems: Option<Stream>,
    level: LogLevel,
    /// Files in or below this folder are named relative to it.
    folder: PathBuf,
}

struct Stream {
    look: Look,
    writer: Mutex<Box<dyn Write + Send>>,
}

impl std::fmt::Debug for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Report").field("look", &self.0.happened.look).field("level", &self.0.level).finish()
    }
}

impl Report {
    /// To standard output and standard error; `folder` is the current one.
    pub(crate) fn new(format: LogFormat, level: LogLevel, folder: &Path) -> Self {
        let variable = |name: &str| std::env::var(name).ok();
        let look = |terminal| match format {
            LogFormat::Json => Look::Json,
            LogFormat::Text => look(variable, terminal),
        };
        let out = Stream::new(look(std::io::stdout().is_terminal()), std::io::stdout());
        let error = Stream::new(look(std::io::stderr().is_terminal()), std::io::stderr());
        let problems = (format == LogFormat::Text).then_some(error);
        Self(Arc::new(Shared { happened: out, problems, level, folder: folder.to_owned() }))
    }

    /// To a writer.
    #[cfg(test)]
    pub(crate) fn to(
        writer: impl Write + Send + 'static,
        look: Look,
        level: LogLevel,
        folder: &Path,
    ) -> Self {
        let happened = Stream::new(look, writer);
        Self(Arc::new(Shared { happened, problems: None, level, folder: folder.to_owned() }))
    }

    pub(crate) fn event(&self, event: Event<'_>) {
        if event.level() < self.0.level {
            return;
        }
        let problem = matches!(event, Event::Warning(_) | Event::Error(_));
        let stream = self.0.problems.as_ref().filter(|_| problem).unwrap_or(&self.0.happened);
        let line = match stream.look {
            Look::Json => json::line(event, &self.0.folder, SystemTime::now()),
            Look::Plain => text::line(event, &self.0.folder, text::Style::PLAIN),
            Look::Terminal { symbols } => {
                text::line(event, &self.0.folder, text::Style { colours: true, symbols })
            }
        };
        stream.write(&line);
    }

    pub(crate) fn ready(&self, url: &str) {
        self.event(Event::Ready { url });
    }

    pub(crate) fn request(&self, method: &str, path: &str, status: u16, took: Duration) {
        self.event(Event::Request { method, path, status, took });
    }

    pub(crate) fn console(&self, level: LogLevel, text: &str, place: &str, worker: Option<&str>) {
        self.event(Event::Console { level, text, place, worker });
    }

    pub(crate) fn note(&self, text: &str) {
        self.event(Event::Note { text });
    }

    pub(crate) fn reloaded(&self, files: &[PathBuf], took: Duration) {
        self.event(Event::Reloaded { files, took });
    }

    pub(crate) fn warning(&self, problem: &Problem) {
        self.event(Event::Warning(problem));
    }

    pub(crate) fn error(&self, problem: &Problem) {
        self.event(Event::Error(problem));
    }
}

impl Stream {
    fn new(look: Look, writer: impl Write + Send + 'static) -> Self {
        Self { look, writer: Mutex::new(Box::new(writer)) }
    }

    fn write(&self, line: &str) {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        // When nobody reads the log any more there is nobody to tell, and the server goes on.
        let _ = writer.write_all(line.as_bytes()).and_then(|()| writer.flush());
    }
}

/// The look of text, by the conventions of the environment (`NO_COLOR`, `CLICOLOR_FORCE`, `TERM`, `LANG`).
fn look(variable: impl Fn(&str) -> Option<String>, terminal: bool) -> Look {
    let set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let forced = variable("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0");
    let able = terminal && variable("TERM").is_none_or(|term| term != "dumb");
    if set("NO_COLOR") || !(forced || able) {
        return Look::Plain;
    }
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| variable(name).filter(|v| !v.is_empty()));
    let unicode = locale.is_some_and(|locale| locale.to_uppercase().replace('-', "").contains("UTF8"));
    Look::Terminal { symbols: terminal && unicode }
}

#[cfg(test)]
mod tests;
