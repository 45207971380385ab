//! What something takes that nobody uses: sockets that have spoken once, objects that had one request.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use mio::Events;

use crate::arguments::Arguments;
use crate::load::{Error, Swarm};
use crate::process;
use crate::socket::text_frame;

/// One in this many is there before memory is first weighed, so that what the first ones bring into being is not charged
/// to the others.
const FIRST_SHARE: usize = 8;

/// Every socket speaks once, so that what a used socket leaves behind is counted; then all is quiet until the end.
pub(crate) fn idle(arguments: &Arguments, swarm: &mut Swarm) -> Result<String, Error> {
    weigh(arguments, |wanted| speak_once(arguments, swarm, wanted))
}

/// Every object is called once and stays in memory. One connection carries all the calls.
pub(crate) fn resident(arguments: &Arguments) -> Result<String, Error> {
    let mut stream = TcpStream::connect(arguments.address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut called = 0;
    weigh(arguments, |wanted| {
        for number in called..wanted {
            request(&mut stream, arguments, number)?;
        }
        called = wanted;
        Ok(())
    })
}

/// Memory before and after most of what `reach` brings into being, by the number there is then.
fn weigh(arguments: &Arguments, mut reach: impl FnMut(usize) -> Result<(), Error>) -> Result<String, Error> {
    let first = arguments.sockets.div_ceil(FIRST_SHARE);
    reach(first)?;
    std::thread::sleep(arguments.settle);
    let before = process::memory(arguments.pid);
    reach(arguments.sockets)?;
    std::thread::sleep(arguments.settle);
    let after = process::memory(arguments.pid);
    if arguments.pid.is_some() && after.resident == 0 {
        return Err("the server's process has ended".into());
    }
    let added = (arguments.sockets - first).max(1) as f64;
    let each = |after: u64, before: u64| (after as f64 - before as f64) / added;
    Ok(format!(
        r#"{{"sockets":{},"private_bytes_each":{:.0},"resident_bytes_each":{:.0},"private_bytes":{},"resident_bytes":{},"database_files":{}}}"#,
        arguments.sockets,
        each(after.private, before.private),
        each(after.resident, before.resident),
        after.private,
        after.resident,
        process::open_databases(arguments.pid),
    ))
}

/// Opens sockets until there are `wanted`; each new one sends a message and gets its answer.
pub(crate) fn speak_once(arguments: &Arguments, swarm: &mut Swarm, wanted: usize) -> Result<(), Error> {
    let frame = text_frame(&arguments.send);
    let mut events = Events::with_capacity(1024);
    for number in swarm.sockets.len()..wanted {
        swarm.grow(arguments, number + 1)?;
        swarm.sockets[number].send(&frame, Instant::now())?;
        let mut answered = false;
        while !answered {
            swarm.turn(&mut events, |_, _, _, _, _| {
                answered = true;
                Ok(())
            })?;
        }
    }
    Ok(())
}

/// One request on a connection that stays open. What the worker answers is short and ends with its own path.
fn request(stream: &mut TcpStream, arguments: &Arguments, number: usize) -> Result<(), Error> {
    let path = arguments.path_of(number);
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", arguments.address)?;
    let mut answer = Vec::new();
    let mut chunk = [0; 1024];
    while !answer.ends_with(path.as_bytes()) && !answer.ends_with(b"\r\n0\r\n\r\n") {
        let length = stream.read(&mut chunk)?;
        if length == 0 {
            return Err("the server ended the connection".into());
        }
        answer.extend(&chunk[..length]);
    }
    if !answer.starts_with(b"HTTP/1.1 200") {
        return Err(format!("{path}: {}", String::from_utf8_lossy(&answer)).into());
    }
    Ok(())
}
