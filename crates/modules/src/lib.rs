//! holdfast-modules.
