//! Requests in, answers out, upgrades.
