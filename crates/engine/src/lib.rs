//! holdfast-engine.
