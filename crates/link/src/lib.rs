//! holdfast-link.
