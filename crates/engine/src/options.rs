//! Options of the engine, set once per process before the first VM exists.

use std::sync::Once;

/// Turns on what the platform has and the engine leaves off by default. Later calls do nothing.
pub(crate) fn set_once() {
    static SET: Once = Once::new();
    SET.call_once(|| {
        #[cfg(all(target_os = "linux", target_pointer_width = "64"))]
        crate::processor_clock::prepare();
        set();
    });
}

#[cfg(not(target_os = "macos"))]
fn set() {
    use crate::sys::port;
    // `Symbol.dispose`, `DisposableStack`, `SuppressedError`.
    // SAFETY: the option's name is a NUL-terminated literal; no VM exists yet in this process (called from Vm::new, once).
    unsafe { port::jsc_options_set_boolean(c"useExplicitResourceManagement".as_ptr(), 1) };
    // One marking thread: with several VMs in a process the worst pause of the collector halves.
    // SAFETY: as above.
    unsafe { port::jsc_options_set_uint(c"numberOfGCMarkers".as_ptr(), 1) };
    // Compiled loops look for a stop themselves. The other way, a signal that breaks them open, was seen to leave a loop
    // running when two VMs of a process had been stopped in turn.
    // SAFETY: as above.
    unsafe { port::jsc_options_set_boolean(c"usePollingTraps".as_ptr(), 1) };
    // No full collections from the run loop's idle timer: they ask for the process's main run loop, which does not exist
    // here, and crash. Whoever owns the VM collects when it is idle (`Vm::collect`).
    // SAFETY: as above.
    unsafe { port::jsc_options_set_double(c"percentCPUPerMBForFullTimer".as_ptr(), 0.0) };
}

/// The system framework has no interface for its options; programs lower `using` in the module transform anyway.
#[cfg(target_os = "macos")]
fn set() {}
