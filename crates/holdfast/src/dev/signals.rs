//! SIGINT and SIGTERM: the first asks for a clean end, the second ends the process at once.

use crate::dev::Wake;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::io;
use std::sync::mpsc;

/// The exit code of a process that a second signal ended, as shells count it.
const INTERRUPTED: i32 = 130;

/// Sends [`Wake::Stop`] when a signal comes.
pub(crate) fn watch(wake: mpsc::Sender<Wake>) -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let mut is_stopping = false;
        for _ in signals.forever() {
            if is_stopping || wake.send(Wake::Stop).is_err() {
                std::process::exit(INTERRUPTED);
            }
            is_stopping = true;
        }
    })?;
    Ok(())
}
