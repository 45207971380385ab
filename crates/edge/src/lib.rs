//! holdfast-edge.
