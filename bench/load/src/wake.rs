//! What it costs to bring a hibernated object back: every socket has an object of its own, which has forgotten everything.

use std::time::Instant;

use mio::Events;

use crate::arguments::Arguments;
use crate::histogram::Histogram;
use crate::load::{Error, Swarm};
use crate::memory::speak_once;
use crate::process::Cpu;
use crate::socket::text_frame;

/// Objects that are woken one after the other.
const SINGLE_MAX: usize = 1000;

/// First all objects are woken at once: activations per second of processor time, the message that wakes included. When they
/// sleep again some are woken one by one, and get a second message each when all are awake.
pub(crate) fn run(arguments: &Arguments, swarm: &mut Swarm) -> Result<String, Error> {
    speak_once(arguments, swarm, arguments.sockets)?;
    std::thread::sleep(arguments.settle);
    let began = Instant::now();
    let before = Cpu::of(arguments.pid);
    all_at_once(arguments, swarm)?;
    let cpu = Cpu::of(arguments.pid).since(&before);
    let wall = began.elapsed().as_secs_f64();
    std::thread::sleep(arguments.settle);
    let cold = one_by_one(arguments, swarm)?;
    let warm = one_by_one(arguments, swarm)?;
    let microseconds = |latencies: &Histogram| latencies.quantile(0.5) as f64 / 1000.0;
    Ok(format!(
        r#"{{"sockets":{},"seconds":{wall:.3},"cpu_seconds":{cpu:.4},"per_second":{:.0},"per_cpu_second":{:.0},"cold_p50_us":{:.1},"warm_p50_us":{:.1}}}"#,
        arguments.sockets,
        arguments.sockets as f64 / wall,
        if cpu > 0.0 { arguments.sockets as f64 / cpu } else { 0.0 },
        microseconds(&cold),
        microseconds(&warm),
    ))
}

fn all_at_once(arguments: &Arguments, swarm: &mut Swarm) -> Result<(), Error> {
    let frame = text_frame(&arguments.send);
    let mut events = Events::with_capacity(1024);
    for socket in &mut swarm.sockets {
        socket.send(&frame, Instant::now())?;
    }
    let mut waiting_for = swarm.sockets.len();
    while waiting_for > 0 {
        swarm.turn(&mut events, |_, _, messages, _, _| {
            waiting_for = waiting_for.checked_sub(messages).ok_or("more messages than were asked for")?;
            Ok(())
        })?;
    }
    Ok(())
}

fn one_by_one(arguments: &Arguments, swarm: &mut Swarm) -> Result<Histogram, Error> {
    let frame = text_frame(&arguments.send);
    let mut events = Events::with_capacity(1024);
    let mut latencies = Histogram::new();
    for number in 0..swarm.sockets.len().min(SINGLE_MAX) {
        swarm.sockets[number].send(&frame, Instant::now())?;
        let mut answered = false;
        while !answered {
            swarm.turn(&mut events, |sockets, from, _, _, now| {
                answered = from == number;
                latencies.add(now.duration_since(sockets[from].sent).as_nanos() as u64);
                Ok(())
            })?;
        }
    }
    Ok(latencies)
}
