//! Watches the files a project is made of. The folders they are in are watched, so that a file which is replaced,
//! or appears where one was looked for, is noticed too.

use crate::dev::Wake;
use crate::report::Report;
use notify::{RecursiveMode, Watcher as _};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

/// Changes that come this close together are one: an editor writes a file in several steps.
const QUIET: Duration = Duration::from_millis(25);

pub(crate) struct Watcher {
    inner: Mutex<Inner>,
    files: Arc<Mutex<HashSet<PathBuf>>>,
}

struct Inner {
    /// None when the system does not let us watch: the program runs, and is not reloaded.
    notify: Option<notify::RecommendedWatcher>,
    folders: HashSet<PathBuf>,
}

impl Watcher {
    /// Sends [`Wake::Changed`] when a watched file changes.
    pub(crate) fn new(wake: mpsc::Sender<Wake>, report: &Report) -> Watcher {
        let files: Arc<Mutex<HashSet<PathBuf>>> = Arc::default();
        let (change, changes) = mpsc::channel::<PathBuf>();
        let watched = files.clone();
        let notify = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            if matches!(event.kind, notify::EventKind::Access(_)) {
                return;
            }
            let files = watched.lock().unwrap_or_else(PoisonError::into_inner);
            for path in event.paths {
                if files.contains(&path) && change.send(path).is_err() {
                    return;
                }
            }
        });
        let notify = match notify {
            Ok(notify) => Some(notify),
            Err(error) => {
                report.note(&format!("files cannot be watched, changes need a restart: {error}"));
                None
            }
        };
        std::thread::spawn(move || collect(&changes, &wake));
        Watcher { inner: Mutex::new(Inner { notify, folders: HashSet::new() }), files }
    }

    /// Watches these files from now on.
    pub(crate) fn watch(&self, files: impl IntoIterator<Item = PathBuf>) {
        let files: HashSet<PathBuf> = files.into_iter().collect();
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        for folder in files.iter().filter_map(|file| file.parent()) {
            inner.watch_folder(folder);
        }
        drop(inner);
        *self.files.lock().unwrap_or_else(PoisonError::into_inner) = files;
    }
}

impl Inner {
    fn watch_folder(&mut self, folder: &Path) {
        if self.folders.contains(folder) || !folder.is_dir() {
            return;
        }
        if let Some(notify) = &mut self.notify
            && notify.watch(folder, RecursiveMode::NonRecursive).is_ok()
        {
            self.folders.insert(folder.to_owned());
        }
    }
}

/// Waits until changes have stopped coming, then passes them on together.
fn collect(changes: &mpsc::Receiver<PathBuf>, wake: &mpsc::Sender<Wake>) {
    while let Ok(first) = changes.recv() {
        let mut changed = vec![first];
        while let Ok(next) = changes.recv_timeout(QUIET) {
            if !changed.contains(&next) {
                changed.push(next);
            }
        }
        if wake.send(Wake::Changed(changed)).is_err() {
            return;
        }
    }
}
