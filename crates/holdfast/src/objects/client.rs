//! Asking the server that uses a state folder.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::Path;

use super::protocol::{Answer, Complaint, Greeting, PROTOCOL, Request};
use super::socket;
use crate::report::Problem;

/// Why nobody was asked.
pub(super) enum Unasked {
    /// No server uses the folder.
    NoServer,
    /// One does, and cannot be asked.
    Other(Problem),
}

/// Asks the server of a state folder, and waits for its answer.
pub(super) fn ask(root: &Path, request: &Request) -> Result<Result<Answer, Complaint>, Unasked> {
    let stream = match socket::connect(root) {
        Ok(stream) => stream,
        Err(error) => {
            let is_absent = matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused | io::ErrorKind::NotADirectory
            );
            return Err(if is_absent {
                Unasked::NoServer
            } else {
                Unasked::Other(unreachable(root, &error))
            });
        }
    };
    talk(&stream, request).map_err(|trouble| match trouble {
        Trouble::Io(error) => Unasked::Other(unreachable(root, &error)),
        Trouble::Version(greeting) => {
            let (process, version) = (greeting.process, greeting.holdfast);
            let here = env!("CARGO_PKG_VERSION");
            let problem = Problem::new(format!(
                "process {process} is holdfast {version}, which this one ({here}) cannot ask"
            ));
            Unasked::Other(
                problem.help("use the holdfast that runs the server, or restart the server with this one"),
            )
        }
    })
}

enum Trouble {
    Io(io::Error),
    Version(Greeting),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn talk(
    mut stream: &std::os::unix::net::UnixStream,
    request: &Request,
) -> Result<Result<Answer, Complaint>, Trouble> {
    let mut lines = BufReader::new(stream);
    let mut line = String::new();
    lines.read_line(&mut line)?;
    if line.is_empty() {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it closed the connection").into());
    }
    let greeting: Greeting = serde_json::from_str(&line).map_err(io::Error::other)?;
    if greeting.protocol != PROTOCOL {
        return Err(Trouble::Version(greeting));
    }
    let mut text = serde_json::to_string(request).map_err(io::Error::other)?;
    text.push('\n');
    stream.write_all(text.as_bytes())?;
    line.clear();
    lines.read_line(&mut line)?;
    if line.is_empty() {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it ended before it answered").into());
    }
    match serde_json::from_str::<Complaint>(&line) {
        Ok(complaint) => Ok(Err(complaint)),
        Err(_) => Ok(Ok(serde_json::from_str(&line).map_err(io::Error::other)?)),
    }
}

fn unreachable(root: &Path, error: &io::Error) -> Problem {
    let problem = Problem::new(format!("cannot ask the server that uses {}: {error}", root.display()));
    match error.kind() {
        io::ErrorKind::PermissionDenied => problem.help("only the user who runs the server may ask it"),
        _ => problem.help("look at the server's log"),
    }
}
