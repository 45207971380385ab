//! A cheap clock of processor time for the engine's time limits.
//!
//! With a limit set, the engine asks for the thread's processor time at every entry into JavaScript and at every
//! microtask: a system call, which costs more than a short handler does. On Linux the engine asks through the C
//! library's `clock_gettime`. This file puts a function of that name before the library's: it answers from the thread's
//! last true reading and the time that went by since (which needs no system call), and reads anew when that is older
//! than [`TRUSTED_NS`]. So a thread's clock is at most that much ahead, and every other clock is the library's own.
//!
//! A reading may be smaller than the one before by up to [`TRUSTED_NS`]. Only the engine asks here for this clock.
//!
//! It is also how a program that never stays in one microtask is ended. The engine gives each microtask the whole limit
//! anew, and reads this clock when it starts one. Past a deadline ([`set_deadline`]) every reading is an hour later than
//! the one before: whatever runs then has used up its time by the engine's next look.
//!
//! That look must not be refused. The engine's timer asks for it, but the engine takes the request for an old one when a
//! later microtask has started the timer again meanwhile, which it knows by the time on the wall. It reads that right
//! after this clock; past the deadline that one reading is [`LAG_NS`] behind, so a timer started then counts as due.

use crate::sys::clock::{self as system, Timespec};
use std::cell::Cell;
use std::ffi::c_int;
use std::mem;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::time::Duration;

/// How long a true reading is trusted, in nanoseconds.
const TRUSTED_NS: u64 = 1_000_000;

const NS_PER_SECOND: u64 = 1_000_000_000;

/// How far apart readings are after the deadline: more than any limit.
const LEAP_NS: u64 = 3_600 * NS_PER_SECOND;

/// How far behind the wall clock is for a timer that is started past the deadline: more than any limit that is looked at
/// in between.
const LAG_NS: u64 = 60 * NS_PER_SECOND;

/// The C library's function; null until it was looked for.
static LIBRARY: AtomicPtr<std::ffi::c_void> = AtomicPtr::new(ptr::null_mut());

type ClockGettime = unsafe extern "C" fn(clock: c_int, time: *mut Timespec) -> c_int;

#[derive(Clone, Copy)]
struct Reading {
    monotonic_ns: u64,
    processor_ns: u64,
}

thread_local! {
    static LATEST: Cell<Option<Reading>> = const { Cell::new(None) };
    /// The processor time after which time flies.
    static DEADLINE_NS: Cell<u64> = const { Cell::new(u64::MAX) };
    /// How far it has flown.
    static FLOWN_NS: Cell<u64> = const { Cell::new(0) };
    /// Whether the next reading of the wall clock lags.
    static LAGS: Cell<bool> = const { Cell::new(false) };
}

/// Processor time of this thread, at most a millisecond ahead.
pub(crate) fn processor_time() -> Duration {
    Duration::from_nanos(processor_ns().unwrap_or_default())
}

/// From this much processor time of this thread on, limits are used up. `None`: never.
pub(crate) fn set_deadline(at: Option<Duration>) {
    let at_ns = at.map_or(u64::MAX, |at| u64::try_from(at.as_nanos()).unwrap_or(u64::MAX));
    DEADLINE_NS.set(at_ns);
    LAGS.set(false);
}

/// What the engine is told.
fn told_ns(now_ns: u64) -> u64 {
    if now_ns < DEADLINE_NS.get() {
        return now_ns;
    }
    // Centuries of leaps fit. Not reset: a clock that goes back is nothing to the engine, one that stands still is.
    let flown_ns = FLOWN_NS.get() % (u64::MAX / 4) + LEAP_NS;
    FLOWN_NS.set(flown_ns);
    LAGS.set(true);
    now_ns + flown_ns
}

/// Finds the library's function. Also what makes the linker take this file.
pub(crate) fn prepare() {
    library();
}

fn library() -> ClockGettime {
    let mut found = LIBRARY.load(Ordering::Relaxed);
    if found.is_null() {
        // SAFETY: the name is a NUL-terminated literal; the handle means "the next after this program".
        found = unsafe { system::dlsym(system::RTLD_NEXT, c"clock_gettime".as_ptr()) };
        assert!(!found.is_null(), "the C library has clock_gettime");
        LIBRARY.store(found, Ordering::Relaxed);
    }
    // SAFETY: not null, and the C library's function of this name has this type.
    unsafe { mem::transmute::<*mut std::ffi::c_void, ClockGettime>(found) }
}

/// The C library's function, but for the thread's processor time, and for the wall clock past a deadline.
///
/// # Safety
/// As for the C library's: `time` is writable.
#[unsafe(no_mangle)]
unsafe extern "C" fn clock_gettime(clock: c_int, time: *mut Timespec) -> c_int {
    if clock == system::CLOCK_THREAD_CPUTIME_ID
        && let Some(now_ns) = processor_ns()
    {
        // SAFETY: the caller vouches for the place.
        unsafe { time.write(Timespec::from_ns(told_ns(now_ns))) };
        return 0;
    }
    if clock == system::CLOCK_MONOTONIC
        && LAGS.replace(false)
        && let Some(now_ns) = read_ns(clock)
    {
        // SAFETY: the caller vouches for the place.
        unsafe { time.write(Timespec::from_ns(now_ns.saturating_sub(LAG_NS))) };
        return 0;
    }
    // SAFETY: the caller vouches for its arguments.
    unsafe { library()(clock, time) }
}

/// The processor time of this thread, at most [`TRUSTED_NS`] ahead.
fn processor_ns() -> Option<u64> {
    let monotonic_ns = read_ns(system::CLOCK_MONOTONIC)?;
    let latest = LATEST.try_with(Cell::get).ok()?;
    if let Some(latest) = latest
        && monotonic_ns.saturating_sub(latest.monotonic_ns) < TRUSTED_NS
    {
        return Some(latest.processor_ns + monotonic_ns.saturating_sub(latest.monotonic_ns));
    }
    let processor_ns = read_ns(system::CLOCK_THREAD_CPUTIME_ID)?;
    LATEST.try_with(|reading| reading.set(Some(Reading { monotonic_ns, processor_ns }))).ok()?;
    Some(processor_ns)
}

fn read_ns(clock: c_int) -> Option<u64> {
    let mut time = Timespec::default();
    // SAFETY: `time` is writable.
    let outcome = unsafe { library()(clock, &raw mut time) };
    (outcome == 0).then(|| time.to_ns())
}

impl Timespec {
    fn from_ns(ns: u64) -> Timespec {
        Timespec {
            seconds: (ns / NS_PER_SECOND).cast_signed(),
            nanoseconds: (ns % NS_PER_SECOND).cast_signed(),
        }
    }

    fn to_ns(self) -> u64 {
        self.seconds.cast_unsigned() * NS_PER_SECOND + self.nanoseconds.cast_unsigned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn true_ns() -> u64 {
        read_ns(system::CLOCK_THREAD_CPUTIME_ID).unwrap()
    }

    #[test]
    fn is_never_behind_and_little_ahead() {
        prepare();
        for _ in 0..200_000 {
            let before = true_ns();
            let said = processor_ns().unwrap();
            let after = true_ns();
            assert!(said >= before.saturating_sub(TRUSTED_NS), "{said} against {before}");
            assert!(said <= after + TRUSTED_NS, "{said} against {after}");
        }
    }

    #[test]
    fn sleeping_is_not_counted() {
        let before = processor_ns().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(50));
        assert!(processor_ns().unwrap() - before < 25_000_000);
    }

    #[test]
    fn the_engine_asks_here() {
        // The engine is another library: it must find this function under the name.
        // SAFETY: the name is a NUL-terminated literal; the handle means "wherever the process finds it".
        let found = unsafe { system::dlsym(system::RTLD_DEFAULT, c"clock_gettime".as_ptr()) };
        assert_eq!(found, clock_gettime as ClockGettime as *mut std::ffi::c_void);
    }
}
