//! The names of the modules a program can import though no file of it stands for them.

/// Their specifiers, as `js/builtins.js` knows them; those of Node need the flag `nodejs_compat`.
pub const BUILTINS: &[&str] = &[
    "cloudflare:sockets",
    "cloudflare:workers",
    "node:assert",
    "node:assert/strict",
    "node:test",
    "node:timers/promises",
    UNSAFE,
];

/// The module for programs that test themselves; it is there with the flag `unsafe_module`.
pub const UNSAFE: &str = "workerd:unsafe";
