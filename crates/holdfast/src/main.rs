//! holdfast-holdfast.
fn main() {}
