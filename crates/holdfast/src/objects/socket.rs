//! Where a server and a command meet: the socket in the state folder.
//!
//! Promises that only the user who runs the server can connect (the socket's mode is 0600 from the moment it has its
//! name), and that any path will do: one too long for the address of a socket is a symbolic link to a socket in a
//! private folder of the system's temporary one.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _, symlink};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// The address of a socket has room for 104 bytes where there is least, its last one zero.
const PATH_BYTES_MAX: usize = 103;

/// The socket of a state folder.
pub(crate) fn path(root: &Path) -> PathBuf {
    root.join("tools.sock")
}

/// A socket that people's commands connect to. Dropping it removes it.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) listener: UnixListener,
    /// The name in the state folder.
    path: PathBuf,
    /// Where it is bound.
    bound: PathBuf,
    /// A folder made for it alone.
    folder: Option<PathBuf>,
}

impl Place {
    /// Makes the socket of a state folder that this process has locked: what an earlier process left there goes.
    pub(crate) fn new(root: &Path) -> io::Result<Self> {
        let path = path(root);
        discard(&path)?;
        // Bound out of sight, because it gets its mode only afterwards.
        let hidden = root.join(".tools");
        match fs::remove_dir_all(&hidden) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        if hidden.join("s").as_os_str().len() <= PATH_BYTES_MAX && path.as_os_str().len() <= PATH_BYTES_MAX {
            DirBuilder::new().mode(0o700).create(&hidden)?;
            let listener = bind(&hidden.join("s"))?;
            fs::rename(hidden.join("s"), &path)?;
            fs::remove_dir(&hidden)?;
            return Ok(Self { listener, bound: path.clone(), path, folder: None });
        }
        let folder = private_folder()?;
        let bound = folder.join("tools.sock");
        let made = bind(&bound).and_then(|listener| symlink(&bound, &path).map(|()| listener));
        match made {
            Ok(listener) => Ok(Self { listener, path, bound, folder: Some(folder) }),
            Err(error) => {
                let _ = fs::remove_dir_all(&folder);
                Err(error)
            }
        }
    }

    /// Wakes whoever waits for a connection here.
    pub(crate) fn wake(&self) {
        // Where nobody can connect any more nobody waits.
        let _ = UnixStream::connect(&self.bound);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // What stays is in nobody's way: the next server removes it.
        let _ = fs::remove_file(&self.path);
        if let Some(folder) = &self.folder {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

fn bind(path: &Path) -> io::Result<UnixListener> {
    let listener = UnixListener::bind(path)?;
    fs::set_permissions(path, Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Removes a socket, and the folder a link leads to, that a process left that is no more.
fn discard(path: &Path) -> io::Result<()> {
    if let Ok(bound) = fs::read_link(path)
        && let Some(folder) = bound.parent()
        && is_ours(folder)
    {
        let _ = fs::remove_file(&bound);
        let _ = fs::remove_dir(folder);
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

const FOLDER: &str = "holdfast-";

fn is_ours(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with(FOLDER))
}

/// A new folder for this user alone. A name that is taken is somebody else's, whoever made it.
fn private_folder() -> io::Result<PathBuf> {
    let mut taken = None;
    for number in 0..100_u32 {
        let name = format!("{FOLDER}{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        match DirBuilder::new().mode(0o700).create(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => taken = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(taken.expect("every name was taken"))
}

/// Connects to the server of a state folder.
pub(crate) fn connect(root: &Path) -> io::Result<UnixStream> {
    let path = path(root);
    // A path that is too long for a socket's address would be called invalid, whether or not something is there.
    let is_link = fs::symlink_metadata(&path)?.is_symlink();
    UnixStream::connect(if is_link { fs::read_link(&path)? } else { path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(root: &Path) {
        fs::create_dir_all(root).unwrap();
        let place = Place::new(root).unwrap();
        let mode = fs::metadata(path(root)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{mode:o}");
        connect(root).unwrap();
        // As a process leaves it that was killed.
        std::mem::forget(place);
        let place = Place::new(root).unwrap();
        connect(root).unwrap();
        let bound = place.bound.clone();
        drop(place);
        assert_eq!(connect(root).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert!(!bound.exists() && fs::symlink_metadata(path(root)).is_err());
        assert_eq!(fs::read_dir(root).unwrap().count(), 0);
    }

    #[test]
    fn a_socket_is_private_replaces_an_old_one_and_is_removed() {
        check(&tempfile::tempdir().unwrap().path().join("state"));
    }

    #[test]
    fn a_path_may_be_longer_than_the_address_of_a_socket() {
        check(&tempfile::tempdir().unwrap().path().join("a-rather-long-name-for-a-folder-".repeat(4)));
    }
}
