//! Flags about WebSockets.

use std::time::Duration;

use clap::{Args, ValueEnum};
use holdfast_edge::sockets::Limits;
use holdfast_edge::{Compression, Windows};
use holdfast_host::Hold;

use super::values;

/// What connections that remember may take for what their clients refer to, all together.
const TAKEOVER_BYTES_MAX: usize = 64 * 1024 * 1024;

/// How WebSockets are treated.
#[derive(Debug, Args)]
pub(crate) struct WebSockets {
    /// Compress WebSocket messages each by itself, with memory of those before (up to 64 MiB), or not at all
    #[arg(long, value_name = "HOW", default_value = "stateless")]
    pub(crate) websocket_compression: Memory,

    /// Keep hibernatable WebSockets open when their object starts anew: never, when its code changes or it is reset, or
    /// always (after `ctx.abort()` and failures of its storage too)
    #[arg(long, value_name = "WHEN", default_value = "resets")]
    pub(crate) websocket_hold: When,

    /// Send a ping to a client that said nothing for this time; 0 never does
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = values::duration, hide_short_help = true)]
    pub(crate) websocket_ping_after: Duration,

    /// Let a client that got a ping say nothing for this time, then drop it
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = values::duration, hide_short_help = true)]
    pub(crate) websocket_pong_within: Duration,
}

/// What a compressor remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Memory {
    Stateless,
    Takeover,
    Off,
}

/// When hibernatable WebSockets outlive the instance of their object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    Never,
    Resets,
    Always,
}

impl WebSockets {
    /// For the host.
    pub(crate) fn hold(&self) -> Hold {
        match self.websocket_hold {
            When::Never => Hold::Never,
            When::Resets => Hold::Resets,
            When::Always => Hold::Always,
        }
    }

    /// For all threads.
    pub(crate) fn compression(&self) -> Compression {
        match self.websocket_compression {
            Memory::Stateless => Compression::Stateless,
            Memory::Takeover => Compression::Takeover(Windows::within(TAKEOVER_BYTES_MAX)),
            Memory::Off => Compression::Off,
        }
    }

    /// For each thread.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            ping_after: self.websocket_ping_after,
            pong_max: self.websocket_pong_within,
            ..Limits::default()
        }
    }
}
