//! holdfast-workers.
