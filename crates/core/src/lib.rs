//! holdfast-core.

pub mod id;
pub mod key_value;
