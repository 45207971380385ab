//! The run loop of the current thread, on which the engine schedules what is not a microtask.
//!
//! On the GTK port the engine adopts the thread-default `GMainContext` that exists when it is first used on a thread, so
//! one must be pushed before the first VM of the thread. It stays for the life of the thread.

use std::time::Duration;

/// When a sleeping thread should call [`crate::Vm::pump`]. Ask again after each pump.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wakeup {
    /// A descriptor that becomes readable when another thread of the engine has something for this one. `pump` reads
    /// it; nobody else may. `None` where the system's run loop has none: pump now and then.
    pub descriptor: Option<i32>,
    /// When a timer is due, from now. `None`: no timer.
    pub timer: Option<Duration>,
}

#[cfg(not(target_os = "macos"))]
pub(crate) use glib::{ensure, iterate_once, wakeup};

#[cfg(not(target_os = "macos"))]
mod glib {
    use super::Wakeup;
    use crate::sys::port;
    use std::cell::Cell;
    use std::ptr;
    use std::time::Duration;

    thread_local! {
        static LOOP: Cell<*mut port::GMainContext> = const { Cell::new(ptr::null_mut()) };
    }

    /// Gives the thread a run loop, once.
    pub(crate) fn ensure() {
        if !LOOP.get().is_null() {
            return;
        }
        // SAFETY: no arguments; answers null or a context this thread owns.
        let mut context = unsafe { port::g_main_context_get_thread_default() };
        if context.is_null() {
            // SAFETY: no arguments; GLib aborts rather than return null.
            context = unsafe { port::g_main_context_new() };
            // SAFETY: the context is new, so no other thread owns it. GLib keeps it until the thread ends.
            unsafe { port::g_main_context_push_thread_default(context) };
        }
        LOOP.set(context);
    }

    /// What to wait for. The first descriptor of a context is the one that wakes it.
    pub(crate) fn wakeup() -> Wakeup {
        let context = LOOP.get();
        debug_assert!(!context.is_null(), "a VM exists on this thread, so ensure() ran");
        let mut priority = 0;
        // SAFETY: the context is this thread's own.
        unsafe { port::g_main_context_prepare(context, &raw mut priority) };
        let mut polled = [port::GPollFD::default(); DESCRIPTORS_MAX];
        let (mut timeout_ms, room) = (-1, DESCRIPTORS_MAX as i32);
        // SAFETY: the context is this thread's own and prepared; at most `room` descriptors are written.
        let count = unsafe {
            port::g_main_context_query(context, i32::MAX, &raw mut timeout_ms, polled.as_mut_ptr(), room)
        };
        Wakeup {
            descriptor: (count > 0).then_some(polled[0].fd),
            timer: u64::try_from(timeout_ms).ok().map(Duration::from_millis),
        }
    }

    /// The engine's loop has one; more would be a sign of another library on it.
    const DESCRIPTORS_MAX: usize = 8;

    /// Handles what is ready, without blocking. True when there was something.
    pub(crate) fn iterate_once() -> bool {
        let context = LOOP.get();
        debug_assert!(!context.is_null(), "a VM exists on this thread, so ensure() ran");
        // SAFETY: the context came from ensure() on this thread and is never released before the thread ends.
        unsafe { port::g_main_context_iteration(context, 0) != 0 }
    }
}

#[cfg(target_os = "macos")]
pub(crate) use core_foundation::{ensure, iterate_once, wakeup};

#[cfg(target_os = "macos")]
mod core_foundation {
    use crate::sys::port;

    /// The value CoreFoundation answers when a source was handled.
    const HANDLED_SOURCE: i32 = 4;

    /// CoreFoundation has no descriptor to offer.
    pub(crate) fn wakeup() -> super::Wakeup {
        super::Wakeup::default()
    }

    /// Every thread has a run loop there.
    pub(crate) fn ensure() {}

    /// Handles what is ready, without blocking. True when there was something.
    pub(crate) fn iterate_once() -> bool {
        // SAFETY: reads an immutable constant of the framework.
        let mode = unsafe { port::kCFRunLoopDefaultMode };
        // SAFETY: runs the current thread's own run loop; zero seconds never blocks.
        unsafe { port::CFRunLoopRunInMode(mode, 0.0, 1) == HANDLED_SOURCE }
    }
}
