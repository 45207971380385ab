//! holdfast-host.
