//! holdfast-core.
pub mod ends;
pub mod gate;

pub mod id;
pub mod key_value;
