//! The body of a request or response on its way between the edge and a program, or between two programs.

use bytes::Bytes;
use std::task::{Context, Poll};
use tokio::sync::mpsc;

/// Chunks that a writer may be ahead of its reader. A chunk is at most what one read from a socket or one write
/// of a program brought, so this bounds what a slow reader can make the process hold.
pub const CHUNKS_AHEAD_MAX: usize = 16;

/// A body: nothing, all of it, or a stream of chunks.
#[derive(Debug, Default)]
pub enum Body {
    #[default]
    Empty,
    Full(Bytes),
    Stream(BodyReader),
}

/// The receiving end of a streamed body. Dropping it tells the writer that nobody reads any more.
#[derive(Debug)]
pub struct BodyReader {
    chunks: mpsc::Receiver<Result<Bytes, String>>,
    /// The length announced by a `Content-Length`, in bytes.
    pub length: Option<u64>,
}

/// The sending end of a streamed body. Dropping it ends the body.
#[derive(Clone, Debug)]
pub struct BodyWriter {
    chunks: mpsc::Sender<Result<Bytes, String>>,
}

impl Body {
    /// A streamed body and the writer that feeds it.
    pub fn stream(length: Option<u64>) -> (BodyWriter, Body) {
        let (sender, receiver) = mpsc::channel(CHUNKS_AHEAD_MAX);
        (BodyWriter { chunks: sender }, Body::Stream(BodyReader { chunks: receiver, length }))
    }
}

impl BodyReader {
    /// The next chunk; `None` at the end, an error text when the writer failed.
    pub async fn next(&mut self) -> Option<Result<Bytes, String>> {
        self.chunks.recv().await
    }

    /// [`BodyReader::next`] for those who poll.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, String>>> {
        self.chunks.poll_recv(context)
    }

    /// What [`BodyReader::next`] would give without waiting; `None` when it would have to wait.
    pub fn try_next(&mut self) -> Option<Option<Result<Bytes, String>>> {
        match self.chunks.try_recv() {
            Ok(chunk) => Some(Some(chunk)),
            Err(mpsc::error::TryRecvError::Empty) => None,
            Err(mpsc::error::TryRecvError::Disconnected) => Some(None),
        }
    }
}

impl BodyWriter {
    /// Hands a chunk over, waiting while the reader is behind. False when nobody reads any more.
    pub async fn write(&self, chunk: Bytes) -> bool {
        self.chunks.send(Ok(chunk)).await.is_ok()
    }

    /// Hands a chunk over if there is room at once; gives it back otherwise.
    pub fn try_write(&self, chunk: Bytes) -> Result<(), WriteRefused> {
        self.chunks.try_send(Ok(chunk)).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(Ok(chunk)) => WriteRefused::Full(chunk),
            _ => WriteRefused::Gone,
        })
    }

    /// Ends the body with an error that the reader sees.
    pub async fn fail(self, reason: String) {
        // Nobody is left to tell when the reader is gone.
        let _ = self.chunks.send(Err(reason)).await;
    }

    /// Whether the reader is gone.
    pub fn is_closed(&self) -> bool {
        self.chunks.is_closed()
    }

    /// Resolves when the reader is gone.
    pub async fn closed(&self) {
        self.chunks.closed().await;
    }
}

/// Why [`BodyWriter::try_write`] did not take a chunk.
#[derive(Debug)]
pub enum WriteRefused {
    /// The reader is behind; wait with [`BodyWriter::write`].
    Full(Bytes),
    /// Nobody reads any more.
    Gone,
}
