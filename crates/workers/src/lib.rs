//! The Workers API as programs see it: JavaScript sources under `js/`, and their native halves.
//!
//! Nothing here knows sockets, files or other machines; the host adds those as groups of native functions.

pub mod flags;
