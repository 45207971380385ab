//! The loads themselves.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use mio::{Events, Interest, Poll, Token};

use crate::arguments::{Arguments, Kind};
use crate::histogram::Histogram;
use crate::process::Cpu;
use crate::socket::{Socket, text_frame};
use crate::{memory, wake};

/// What went wrong, in words for a person.
pub(crate) type Error = Box<dyn std::error::Error>;

/// No answer for this long means that the server has lost a message.
const SILENCE_MAX: Duration = Duration::from_secs(10);

/// Runs one load; the report is one line of JSON.
pub(crate) fn run(arguments: &Arguments) -> Result<String, Error> {
    let mut swarm = Swarm::new()?;
    match arguments.kind {
        Kind::Echo => echo(arguments, &mut swarm),
        Kind::Broadcast => broadcast(arguments, &mut swarm),
        Kind::Idle => memory::idle(arguments, &mut swarm),
        Kind::Resident => memory::resident(arguments),
        Kind::Wake => wake::run(arguments, &mut swarm),
    }
}

/// All sockets and the loop that waits for them.
pub(crate) struct Swarm {
    poll: Poll,
    pub(crate) sockets: Vec<Socket>,
    buffer: Vec<u8>,
}

impl Swarm {
    fn new() -> Result<Swarm, Error> {
        Ok(Swarm { poll: Poll::new()?, sockets: Vec::new(), buffer: vec![0; 64 * 1024] })
    }

    /// Opens sockets until there are `wanted`.
    pub(crate) fn grow(&mut self, arguments: &Arguments, wanted: usize) -> Result<(), Error> {
        for number in self.sockets.len()..wanted {
            let mut socket = Socket::open(arguments.address, &arguments.path_of(number))
                .map_err(|error| format!("socket {number} of {wanted}: {error}"))?;
            let interest = Interest::READABLE | Interest::WRITABLE;
            self.poll.registry().register(&mut socket.stream, Token(number), interest)?;
            self.sockets.push(socket);
        }
        Ok(())
    }

    /// Waits for readiness once and hands every socket that received something to `each`: its number, how many
    /// messages, the length of the last one, and the time it was read at.
    pub(crate) fn turn(
        &mut self,
        events: &mut Events,
        mut each: impl FnMut(&mut [Socket], usize, usize, usize, Instant) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if let Err(error) = self.poll.poll(events, Some(SILENCE_MAX)) {
            return if error.kind() == std::io::ErrorKind::Interrupted { Ok(()) } else { Err(error.into()) };
        }
        if events.is_empty() {
            return Err(format!("nothing came for {} s", SILENCE_MAX.as_secs()).into());
        }
        for event in events.iter() {
            let number = event.token().0;
            if event.is_writable() {
                self.sockets[number].flush()?;
            }
            if !event.is_readable() {
                continue;
            }
            let received = self.sockets[number].receive(&mut self.buffer)?;
            if received.ended {
                return Err(format!("the server ended socket {number}").into());
            }
            if received.messages > 0 {
                each(&mut self.sockets, number, received.messages, received.length, Instant::now())?;
            }
        }
        Ok(())
    }
}

/// The measured part of a run: it starts after the warm-up and ends by itself.
struct Window {
    starts: Instant,
    measured: Duration,
    pid: Option<u32>,
    began: Option<(Instant, Cpu)>,
}

impl Window {
    fn new(arguments: &Arguments) -> Window {
        Window {
            starts: Instant::now() + arguments.warm,
            measured: arguments.measured,
            pid: arguments.pid,
            began: None,
        }
    }

    fn open(&mut self, now: Instant) -> bool {
        if self.began.is_none() && now >= self.starts {
            let cpu = Cpu::of(self.pid);
            self.began = Some((Instant::now(), cpu));
        }
        self.began.is_some()
    }

    /// The wall-clock and processor seconds of the window, once it is over.
    fn over(&self) -> Option<(f64, f64)> {
        let (began, cpu) = self.began.as_ref()?;
        let wall = began.elapsed();
        (wall >= self.measured).then(|| (wall.as_secs_f64(), Cpu::of(self.pid).since(cpu)))
    }
}

/// A prime larger than any number of objects that share the sockets.
const STRIDE: usize = 7919;

fn echo(arguments: &Arguments, swarm: &mut Swarm) -> Result<String, Error> {
    swarm.grow(arguments, arguments.sockets)?;
    let frame = text_frame(&arguments.send);
    let expected = arguments.expect.as_ref().unwrap_or(&arguments.send).len();
    let mut latencies = Histogram::new();
    let mut window = Window::new(arguments);
    let mut events = Events::with_capacity(1024);
    // Sockets without a message in flight, neighbours far apart: whoever shares an object does not speak at once.
    let count = swarm.sockets.len();
    let mut silent: VecDeque<usize> = (0..count).map(|place| place * STRIDE % count).collect();
    for number in silent.drain(..count.min(arguments.in_flight)) {
        swarm.sockets[number].send(&frame, Instant::now())?;
    }
    let (wall, cpu) = loop {
        let counting = window.open(Instant::now());
        swarm.turn(&mut events, |sockets, number, messages, length, now| {
            if messages != 1 || length != expected {
                return Err(format!("socket {number}: {messages} messages at once, the last of {length} bytes; one of {expected} was due").into());
            }
            if counting {
                latencies.add(now.duration_since(sockets[number].sent).as_nanos() as u64);
            }
            silent.push_back(number);
            let next = silent.pop_front().expect("one was just added");
            sockets[next].send(&frame, now)
        })?;
        if let Some(over) = window.over() {
            break over;
        }
    };
    Ok(report(arguments, &latencies, latencies.total(), wall, cpu))
}

/// Latency here is from the sending of a message until the last socket has it.
fn broadcast(arguments: &Arguments, swarm: &mut Swarm) -> Result<String, Error> {
    swarm.grow(arguments, arguments.sockets)?;
    let frame = text_frame(&arguments.send);
    let everyone = swarm.sockets.len();
    let mut latencies = Histogram::new();
    let mut window = Window::new(arguments);
    let mut events = Events::with_capacity(everyone);
    let (mut waiting_for, mut delivered) = (everyone, 0_u64);
    swarm.sockets[0].send(&frame, Instant::now())?;
    let (wall, cpu) = loop {
        let counting = window.open(Instant::now());
        swarm.turn(&mut events, |sockets, _, messages, _, now| {
            waiting_for = waiting_for.checked_sub(messages).ok_or("more messages than sockets")?;
            if counting {
                delivered += messages as u64;
            }
            if waiting_for == 0 {
                waiting_for = everyone;
                if counting {
                    latencies.add(now.duration_since(sockets[0].sent).as_nanos() as u64);
                }
                sockets[0].send(&frame, now)?;
            }
            Ok(())
        })?;
        if let Some(over) = window.over() {
            break over;
        }
    };
    Ok(report(arguments, &latencies, delivered, wall, cpu))
}

fn report(arguments: &Arguments, latencies: &Histogram, messages: u64, wall: f64, cpu: f64) -> String {
    let microseconds = |share| latencies.quantile(share) as f64 / 1000.0;
    format!(
        r#"{{"sockets":{},"messages":{messages},"seconds":{wall:.3},"cpu_seconds":{cpu:.4},"per_second":{:.0},"per_cpu_second":{:.0},"p50_us":{:.1},"p99_us":{:.1}}}"#,
        arguments.sockets,
        messages as f64 / wall,
        if cpu > 0.0 { messages as f64 / cpu } else { 0.0 },
        microseconds(0.5),
        microseconds(0.99),
    )
}
