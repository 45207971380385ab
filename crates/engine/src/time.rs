//! The processor time of a thread, and the moment from which a program on it has used up its time.
//!
//! The engine measures one entry, or one microtask, at a time ([`crate::Vm::set_time_limit`]). Who counts over several sets a
//! deadline. On 64-bit Linux the engine's own clock then leaps, so that also a program that never stays in one microtask
//! (`for (;;) await null`) is ended; elsewhere only what stays in one for the whole limit.

use std::time::Duration;

/// Processor time of this thread so far, at most a millisecond ahead of the truth: most calls need no system call.
/// Elsewhere than on 64-bit Linux it is the time on the wall.
pub fn processor_time() -> Duration {
    #[cfg(all(target_os = "linux", target_pointer_width = "64"))]
    return crate::processor_clock::processor_time();
    #[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
    {
        static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
        START.get_or_init(std::time::Instant::now).elapsed()
    }
}

/// From this much [`processor_time`] of this thread on, every time limit counts as used up at the engine's next look.
/// `None`: never.
pub fn set_deadline(at: Option<Duration>) {
    #[cfg(all(target_os = "linux", target_pointer_width = "64"))]
    crate::processor_clock::set_deadline(at);
    #[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
    let _ = at;
}
