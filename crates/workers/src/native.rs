//! The native halves of the API: groups of functions that the modules under `js/` call. What JavaScript can do itself as
//! fast, it does itself.

mod crypto;
mod encoding;
mod flags;
mod gcm;
mod time;
mod url;

use crate::flags::Flags;
use holdfast_engine::{ErrorKind, Object, Result, Scope, Value};

type Fill = for<'s> fn(&Scope<'s>, Object<'s>) -> Result<'s, ()>;

const GROUPS: &[(&str, Fill)] = &[
    ("crypto", crypto::install),
    ("encoding", encoding::install),
    ("time", time::install),
    ("url", url::install),
];

/// Adds this crate's groups to `native`.
pub(crate) fn install<'s>(scope: &Scope<'s>, native: Object<'s>, flags: &Flags) -> Result<'s, ()> {
    for &(name, fill) in GROUPS {
        let group = scope.object();
        fill(scope, group)?;
        native.set(scope, name, group)?;
    }
    let group = scope.object();
    flags::install(scope, group, flags)?;
    native.set(scope, "flags", group)
}

/// What a native function says when it is given no bytes. JavaScript checks its arguments with better words; this is the
/// last resort.
const NO_BYTES: &str = "expected an ArrayBuffer or a view";

/// A copy of the bytes of a buffer or view.
fn bytes<'s>(scope: &Scope<'s>, value: Value<'s>) -> Result<'s, Vec<u8>> {
    value.to_bytes(scope).ok_or_else(|| scope.error(ErrorKind::TypeError, NO_BYTES))
}
