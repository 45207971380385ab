//! What of SQLite only its C interface reaches: the way to the disk, and two things about a statement. The only unsafe
//! code of this crate.
//!
//! Promises that SQLite reads and writes an object's database through the [`Image`] it was opened on, opens no other
//! file, takes no lock and syncs nothing.
//!
//! SQLite calls these functions with pointers that it had from here: a `sqlite3_file` is the start of an [`OpenFile`]
//! from a successful `x_open` to `x_close`, and is used by one thread at a time, since the connection is. An image is
//! handed to `x_open` through a thread-local variable: `sqlite3_open_v2` opens the main database before it returns, on
//! the same thread.
//!
//! rusqlite does not show the handle of a statement. [`Handle`] finds it, and is used only beside the statement.

#![allow(
    unsafe_code,
    reason = "SQLite calls back through C function pointers, and rusqlite hides statements"
)]

use std::{
    cell::RefCell,
    ffi::{CStr, c_char, c_int, c_void},
    io, ptr,
    sync::{Arc, OnceLock},
    time::{SystemTime, UNIX_EPOCH},
};

use rusqlite::{Connection, OpenFlags, ffi};

use crate::{
    image::{Image, Read},
    sql::Compiled,
};

const NAME: &CStr = c"holdfast";
const PATH_BYTES_MAX: c_int = 512;
/// SQLite's days begin at noon on 24 November 4714 before Christ; that many milliseconds before 1970.
const JULIAN_MS: i64 = 210_866_760_000_000;

thread_local! {
    static OPENING: RefCell<Option<Arc<Image>>> = const { RefCell::new(None) };
}

/// What SQLite has for an open file.
#[repr(C)]
struct OpenFile {
    // First, so that a pointer to one is a pointer to the other.
    file: ffi::sqlite3_file,
    /// From `Arc::into_raw`.
    image: *const Image,
}

/// Opens a database on an image.
pub(crate) fn open(image: Arc<Image>) -> rusqlite::Result<Connection> {
    register()?;
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // Messages name the path; nothing is opened by it.
    let path = image.path().to_owned();
    OPENING.set(Some(image));
    let opened = Connection::open_with_flags_and_vfs(path, flags, NAME);
    OPENING.take();
    opened
}

/// Tells SQLite of this way, once.
fn register() -> rusqlite::Result<()> {
    static REGISTERED: OnceLock<c_int> = OnceLock::new();
    let code = *REGISTERED.get_or_init(|| {
        let vfs = Box::leak(Box::new(ffi::sqlite3_vfs {
            iVersion: 2,
            szOsFile: c_int::try_from(size_of::<OpenFile>()).expect("a few words"),
            mxPathname: PATH_BYTES_MAX,
            pNext: ptr::null_mut(),
            zName: NAME.as_ptr(),
            pAppData: ptr::null_mut(),
            xOpen: Some(x_open),
            xDelete: Some(x_delete),
            xAccess: Some(x_access),
            xFullPathname: Some(x_full_pathname),
            xDlOpen: None,
            xDlError: None,
            xDlSym: None,
            xDlClose: None,
            xRandomness: Some(x_randomness),
            xSleep: Some(x_sleep),
            xCurrentTime: Some(x_current_time),
            xGetLastError: Some(x_last_error),
            xCurrentTimeInt64: Some(x_current_time_ms),
            xSetSystemCall: None,
            xGetSystemCall: None,
            xNextSystemCall: None,
        }));
        // SAFETY: the structure is sound, with functions for all that SQLite calls while extensions cannot be loaded,
        // and lives as long as the process, as registering demands.
        unsafe { ffi::sqlite3_vfs_register(vfs, 0) }
    });
    if code == ffi::SQLITE_OK {
        Ok(())
    } else {
        Err(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None))
    }
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    // Neither shared memory nor mapped files.
    iVersion: 1,
    xClose: Some(x_close),
    xRead: Some(x_read),
    xWrite: Some(x_write),
    xTruncate: Some(x_truncate),
    xSync: Some(x_sync),
    xFileSize: Some(x_file_size),
    xLock: Some(x_lock),
    xUnlock: Some(x_lock),
    xCheckReservedLock: Some(x_check_reserved_lock),
    xFileControl: Some(x_file_control),
    xSectorSize: Some(x_sector_size),
    xDeviceCharacteristics: Some(x_device_characteristics),
    xShmMap: None,
    xShmLock: None,
    xShmBarrier: None,
    xShmUnmap: None,
    xFetch: None,
    xUnfetch: None,
};

/// The code SQLite has for a failure of the disk.
fn code(error: &io::Error, otherwise: c_int) -> c_int {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ffi::SQLITE_FULL,
        _ => otherwise,
    }
}

unsafe extern "C" fn x_open(
    _: *mut ffi::sqlite3_vfs,
    _: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    let is_main = flags & ffi::SQLITE_OPEN_MAIN_DB != 0;
    let image = if is_main { OPENING.take() } else { None };
    let (methods, image, code) = match image {
        Some(image) => (&raw const METHODS, Arc::into_raw(image), ffi::SQLITE_OK),
        // Journals and temporary tables are in memory, other databases cannot be attached. Without methods SQLite does
        // not close what was not opened.
        None => (ptr::null(), ptr::null(), ffi::SQLITE_CANTOPEN),
    };
    let opened = OpenFile { file: ffi::sqlite3_file { pMethods: methods }, image };
    // SAFETY: SQLite gives `szOsFile` bytes, aligned for any type, which are an `OpenFile`'s.
    unsafe { file.cast::<OpenFile>().write(opened) };
    if !out_flags.is_null() {
        // SAFETY: it is not null, so it points to where SQLite wants the flags.
        unsafe { out_flags.write(flags) };
    }
    code
}

/// The image of an open file.
///
/// # Safety
///
/// `file` must have been opened by `x_open` and not closed since; the result must not outlive that.
unsafe fn image<'a>(file: *mut ffi::sqlite3_file) -> &'a Image {
    // SAFETY: an open file is an `OpenFile`, and nobody writes to it while it is open.
    let open = unsafe { &*file.cast::<OpenFile>() };
    // SAFETY: the pointer is from `Arc::into_raw`, and that reference is given back by `x_close` only.
    unsafe { &*open.image }
}

unsafe extern "C" fn x_close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: an open file is an `OpenFile`.
    let open = unsafe { file.cast::<OpenFile>().read() };
    // SAFETY: the pointer is from `Arc::into_raw` in `x_open`, and a file is closed once.
    drop(unsafe { Arc::from_raw(open.image) });
    ffi::SQLITE_OK
}

unsafe extern "C" fn x_read(
    file: *mut ffi::sqlite3_file,
    into: *mut c_void,
    len: c_int,
    offset: i64,
) -> c_int {
    let (Ok(len), Ok(offset)) = (usize::try_from(len), u64::try_from(offset)) else {
        return ffi::SQLITE_IOERR_READ;
    };
    let into = into.cast::<u8>();
    // SAFETY: SQLite gives a buffer of `len` bytes. It need not hold anything yet, so it is given something first.
    unsafe { into.write_bytes(0, len) };
    // SAFETY: as above, it now holds `len` bytes, and nobody else uses it during the call.
    let buffer = unsafe { std::slice::from_raw_parts_mut(into, len) };
    // SAFETY: SQLite reads from open files only.
    match unsafe { image(file) }.read(buffer, offset) {
        Ok(Read::Whole) => ffi::SQLITE_OK,
        Ok(Read::Short) => ffi::SQLITE_IOERR_SHORT_READ,
        Err(_) => ffi::SQLITE_IOERR_READ,
    }
}

unsafe extern "C" fn x_write(
    file: *mut ffi::sqlite3_file,
    from: *const c_void,
    len: c_int,
    offset: i64,
) -> c_int {
    let (Ok(len), Ok(offset)) = (usize::try_from(len), u64::try_from(offset)) else {
        return ffi::SQLITE_IOERR_WRITE;
    };
    // SAFETY: SQLite gives `len` bytes of a page, which nobody changes during the call.
    let bytes = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), len) };
    // SAFETY: SQLite writes to open files only.
    match unsafe { image(file) }.write(bytes, offset) {
        Ok(()) => ffi::SQLITE_OK,
        Err(error) => code(&error, ffi::SQLITE_IOERR_WRITE),
    }
}

unsafe extern "C" fn x_truncate(file: *mut ffi::sqlite3_file, len: i64) -> c_int {
    let Ok(len) = u64::try_from(len) else { return ffi::SQLITE_IOERR_TRUNCATE };
    // SAFETY: SQLite truncates open files only.
    match unsafe { image(file) }.truncate(len) {
        Ok(()) => ffi::SQLITE_OK,
        Err(error) => code(&error, ffi::SQLITE_IOERR_TRUNCATE),
    }
}

/// What makes a commit durable is the journal.
unsafe extern "C" fn x_sync(_: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    ffi::SQLITE_OK
}

unsafe extern "C" fn x_file_size(file: *mut ffi::sqlite3_file, len: *mut i64) -> c_int {
    // SAFETY: SQLite measures open files only.
    let Ok(is) = i64::try_from(unsafe { image(file) }.len()) else { return ffi::SQLITE_IOERR_FSTAT };
    // SAFETY: SQLite says where it wants the length.
    unsafe { len.write(is) };
    ffi::SQLITE_OK
}

/// The state directory has a lock, and an object one connection.
unsafe extern "C" fn x_lock(_: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    ffi::SQLITE_OK
}

unsafe extern "C" fn x_check_reserved_lock(_: *mut ffi::sqlite3_file, is_locked: *mut c_int) -> c_int {
    // SAFETY: SQLite says where it wants the answer.
    unsafe { is_locked.write(0) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn x_file_control(_: *mut ffi::sqlite3_file, _: c_int, _: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}

/// Less than a page, so that SQLite does not take neighbouring pages for parts of one sector.
unsafe extern "C" fn x_sector_size(_: *mut ffi::sqlite3_file) -> c_int {
    512
}

unsafe extern "C" fn x_device_characteristics(_: *mut ffi::sqlite3_file) -> c_int {
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

unsafe extern "C" fn x_delete(_: *mut ffi::sqlite3_vfs, _: *const c_char, _: c_int) -> c_int {
    ffi::SQLITE_OK
}

/// SQLite asks for journals; there are none.
unsafe extern "C" fn x_access(
    _: *mut ffi::sqlite3_vfs,
    _: *const c_char,
    _: c_int,
    exists: *mut c_int,
) -> c_int {
    // SAFETY: SQLite says where it wants the answer.
    unsafe { exists.write(0) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn x_full_pathname(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    len: c_int,
    into: *mut c_char,
) -> c_int {
    // SAFETY: SQLite gives a string that ends with a zero.
    let name = unsafe { CStr::from_ptr(name) }.to_bytes_with_nul();
    if usize::try_from(len).is_ok_and(|len| name.len() <= len) {
        // SAFETY: SQLite gives a buffer of `len` bytes, which the name fits into.
        unsafe { into.cast::<u8>().copy_from_nonoverlapping(name.as_ptr(), name.len()) };
        ffi::SQLITE_OK
    } else {
        ffi::SQLITE_CANTOPEN
    }
}

/// SQLite takes randomness from its own default way to the disk, so nothing is needed of this one.
unsafe extern "C" fn x_randomness(_: *mut ffi::sqlite3_vfs, _: c_int, _: *mut c_char) -> c_int {
    0
}

unsafe extern "C" fn x_sleep(_: *mut ffi::sqlite3_vfs, _: c_int) -> c_int {
    0
}

unsafe extern "C" fn x_current_time(_: *mut ffi::sqlite3_vfs, days: *mut f64) -> c_int {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds in a double are exact for millennia")]
    let now = julian_ms() as f64 / 86_400_000.0;
    // SAFETY: SQLite says where it wants the time.
    unsafe { days.write(now) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn x_current_time_ms(_: *mut ffi::sqlite3_vfs, ms: *mut i64) -> c_int {
    // SAFETY: SQLite says where it wants the time.
    unsafe { ms.write(julian_ms()) };
    ffi::SQLITE_OK
}

fn julian_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    JULIAN_MS + i64::try_from(since.as_millis()).unwrap_or(0)
}

unsafe extern "C" fn x_last_error(_: *mut ffi::sqlite3_vfs, _: c_int, _: *mut c_char) -> c_int {
    0
}

/// SQLite's handle of a statement. Used only together with the statement it belongs to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Handle(*mut ffi::sqlite3_stmt);

impl Handle {
    /// The handle of the statement with this text that was compiled last.
    pub(crate) fn of_newest(connection: &Connection, sql: &str) -> Option<Self> {
        // SAFETY: the handle is used in this function only, while the connection is open, and closes nothing.
        let database = unsafe { connection.handle() };
        let mut statement = ptr::null_mut();
        loop {
            // SAFETY: the connection is open, and `statement` is null or one of its statements.
            statement = unsafe { ffi::sqlite3_next_stmt(database, statement) };
            if statement.is_null() {
                return None;
            }
            // SAFETY: it is a statement of this connection, just found.
            let text = unsafe { ffi::sqlite3_sql(statement) };
            if text.is_null() {
                continue;
            }
            // SAFETY: SQLite keeps the text, which ends with a NUL, for as long as the statement.
            let text = unsafe { CStr::from_ptr(text) };
            if sql.as_bytes().starts_with(text.to_bytes()) {
                return Some(Self(statement));
            }
        }
    }

    /// How often the statement went on to another row of an index or of what it had sorted.
    pub(crate) fn index_steps(self, owner: &Compiled) -> i32 {
        debug_assert!(
            owner.handle().is_some_and(|handle| ptr::eq(handle.0, self.0)),
            "it is the owner's handle"
        );
        // SAFETY: the owner is there, so the statement has not been finalized. No counter has the number 0, and SQLite
        // counts there what it counts nowhere else.
        unsafe { ffi::sqlite3_stmt_status(self.0, 0, 0) }
    }

    /// What the table of instructions wants to be bound.
    pub(crate) fn pointer(self) -> *const c_void {
        self.0.cast_const().cast()
    }
}
