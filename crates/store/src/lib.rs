//! holdfast-store.
