//! holdfast-config.
