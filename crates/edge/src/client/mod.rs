//! Requests and WebSockets to elsewhere.
