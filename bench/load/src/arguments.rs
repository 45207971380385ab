//! What was asked for on the command line, parsed once.

use std::net::SocketAddr;
use std::time::Duration;

use crate::load::Error;

/// The kinds of load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Every socket sends, waits for its answer, and sends again.
    Echo,
    /// One socket sends, every socket receives, then it sends again.
    Broadcast,
    /// Every socket is used once and then left alone.
    Idle,
    /// Every object gets one request and is then left alone.
    Resident,
    /// Every socket speaks after its object had time to hibernate: all at once, then one after the other.
    Wake,
}

/// One run.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) kind: Kind,
    pub(crate) address: SocketAddr,
    pub(crate) path: String,
    /// Sockets; with [`Kind::Resident`], objects.
    pub(crate) sockets: usize,
    /// Consecutive sockets that share what `*` in the path stands for.
    pub(crate) sharing: usize,
    /// Sockets that have a message under way at a time.
    pub(crate) in_flight: usize,
    pub(crate) warm: Duration,
    pub(crate) measured: Duration,
    pub(crate) settle: Duration,
    pub(crate) pid: Option<u32>,
    pub(crate) send: String,
    /// What an answer must be; without it, what was sent.
    pub(crate) expect: Option<String>,
}

impl Arguments {
    /// The path of the socket or object with this number.
    pub(crate) fn path_of(&self, number: usize) -> String {
        self.path.replace('*', &(number / self.sharing).to_string())
    }
}

/// Reads the words after the program's name.
pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Arguments, Error> {
    let mut next = |what: &str| {
        words.next().ok_or_else(|| format!("{what} is missing; see the head of bench/load/src/main.rs"))
    };
    let kind = match next("the kind of load")?.as_str() {
        "echo" => Kind::Echo,
        "broadcast" => Kind::Broadcast,
        "idle" => Kind::Idle,
        "resident" => Kind::Resident,
        "wake" => Kind::Wake,
        other => return Err(format!("there is no load called {other}").into()),
    };
    let mut arguments = Arguments {
        kind,
        address: next("the address")?.parse()?,
        path: next("the path")?,
        sockets: 50,
        sharing: 1,
        in_flight: usize::MAX,
        warm: Duration::from_millis(500),
        measured: Duration::from_secs(3),
        settle: Duration::from_secs(2),
        pid: None,
        send: "x".repeat(64),
        expect: None,
    };
    while let Ok(flag) = next("a flag") {
        let value = next(&flag)?;
        match flag.as_str() {
            "--sockets" => arguments.sockets = value.parse()?,
            "--sharing" => arguments.sharing = value.parse()?,
            "--in-flight" => arguments.in_flight = value.parse()?,
            "--seconds" => arguments.measured = Duration::try_from_secs_f64(value.parse()?)?,
            "--warm" => arguments.warm = Duration::try_from_secs_f64(value.parse()?)?,
            "--settle" => arguments.settle = Duration::try_from_secs_f64(value.parse()?)?,
            "--pid" => arguments.pid = Some(value.parse()?),
            "--send" => arguments.send = value,
            "--expect" => arguments.expect = Some(value),
            other => return Err(format!("there is no flag {other}").into()),
        }
    }
    if arguments.sockets == 0 || arguments.sharing == 0 || arguments.in_flight == 0 {
        return Err("--sockets, --sharing and --in-flight must be at least 1".into());
    }
    Ok(arguments)
}
