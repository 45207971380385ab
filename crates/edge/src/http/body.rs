//! Bodies, in both directions.
//!
//! A complete body is just its bytes; a streamed one comes through a bounded channel, from hyper, or from whatever the
//! owner polls. All of them may cross threads. Whoever reads slowly slows the writer down.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::mpsc;

type Chunk = io::Result<Bytes>;
type Source = Box<dyn FnMut(&mut Context<'_>) -> Poll<Option<Chunk>> + Send>;

/// A body: nothing, all of it, or a stream of chunks.
#[derive(Default)]
pub struct Body {
    kind: Kind,
    /// What a stream's writer announced; checked by nobody here.
    length: Option<u64>,
}

#[derive(Default)]
enum Kind {
    #[default]
    Empty,
    Full(Bytes),
    Channel(mpsc::Receiver<Chunk>),
    Hyper(hyper::body::Incoming),
    Polled(Source),
}

/// The writing end of [`Body::channel`]. Dropping it ends the body.
#[derive(Clone, Debug)]
pub struct BodySender {
    chunks: mpsc::Sender<Chunk>,
}

/// Nobody reads the body any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disconnected;

impl BodySender {
    /// Hands a chunk over, waiting while the reader is behind.
    ///
    /// # Errors
    /// When nobody reads any more.
    pub async fn send(&self, chunk: Bytes) -> Result<(), Disconnected> {
        self.chunks.send(Ok(chunk)).await.map_err(|_| Disconnected)
    }

    /// Ends the body with an error: the reader must not take what it has for the whole.
    pub async fn fail(self, error: io::Error) {
        // When the reader is gone there is nobody to tell.
        let _gone = self.chunks.send(Err(error)).await;
    }

    /// Resolves when nobody reads any more.
    pub async fn closed(&self) {
        self.chunks.closed().await;
    }
}

impl Body {
    /// No body.
    pub fn empty() -> Body {
        Body::default()
    }

    /// A body that is complete.
    pub fn full(bytes: impl Into<Bytes>) -> Body {
        let bytes = bytes.into();
        if bytes.is_empty() { Body::empty() } else { Kind::Full(bytes).into() }
    }

    /// A stream whose writer is at most `capacity` chunks ahead.
    pub fn channel(capacity: usize) -> (BodySender, Body) {
        let (sender, receiver) = mpsc::channel(capacity);
        (BodySender { chunks: sender }, Kind::Channel(receiver).into())
    }

    /// A stream taken from `source`, which is polled as [`Body::poll_chunk`] is.
    pub fn polled(
        source: impl FnMut(&mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> + Send + 'static,
    ) -> Body {
        Kind::Polled(Box::new(source)).into()
    }

    /// The stream with a length to announce.
    #[must_use]
    pub fn with_length(mut self, length: u64) -> Body {
        self.length = Some(length);
        self
    }

    pub(crate) fn from_hyper(body: hyper::body::Incoming) -> Body {
        if body.is_end_stream() {
            return Body::empty();
        }
        let length = body.size_hint().exact();
        Body { kind: Kind::Hyper(body), length }
    }

    /// Whether there is no body at all (not: whether a stream has ended).
    pub fn is_empty(&self) -> bool {
        matches!(self.kind, Kind::Empty)
    }

    /// Bytes, as far as they are known or were announced.
    pub fn length(&self) -> Option<u64> {
        match &self.kind {
            Kind::Empty => Some(0),
            Kind::Full(bytes) => Some(bytes.len() as u64),
            Kind::Channel(_) | Kind::Hyper(_) | Kind::Polled(_) => self.length,
        }
    }

    /// The bytes, when all of them are here; gives the body back otherwise.
    ///
    /// # Errors
    /// The body, when it is a stream.
    pub fn into_full(self) -> Result<Bytes, Body> {
        match self.kind {
            Kind::Empty => Ok(Bytes::new()),
            Kind::Full(bytes) => Ok(bytes),
            Kind::Channel(_) | Kind::Hyper(_) | Kind::Polled(_) => Err(self),
        }
    }

    /// The next chunk, never empty; `None` at the end.
    pub fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        loop {
            let chunk = match &mut self.kind {
                Kind::Empty => None,
                Kind::Full(bytes) => Some(Ok(std::mem::take(bytes))),
                Kind::Channel(chunks) => ready!(chunks.poll_recv(context)),
                Kind::Polled(source) => ready!(source(context)),
                Kind::Hyper(body) => match ready!(Pin::new(body).poll_frame(context)) {
                    // Trailers have no place in the API.
                    Some(Ok(frame)) => Some(Ok(frame.into_data().unwrap_or_default())),
                    Some(Err(error)) => Some(Err(io::Error::other(error))),
                    None => None,
                },
            };
            match &chunk {
                Some(Ok(bytes)) if bytes.is_empty() && !matches!(self.kind, Kind::Full(_)) => continue,
                Some(Ok(bytes)) if bytes.is_empty() => self.kind = Kind::Empty,
                Some(Ok(_)) => return Poll::Ready(chunk),
                Some(Err(_)) | None => {
                    self.kind = Kind::Empty;
                    return Poll::Ready(chunk);
                }
            }
        }
    }

    /// The next chunk, never empty; `None` at the end.
    pub async fn next(&mut self) -> Option<io::Result<Bytes>> {
        poll_fn(|context| self.poll_chunk(context)).await
    }

    /// The whole body.
    ///
    /// # Errors
    /// When the stream fails, or is longer than `bytes_max`.
    pub async fn collect(mut self, bytes_max: usize) -> io::Result<Bytes> {
        let mut all = BytesMut::new();
        while let Some(chunk) = self.next().await {
            let chunk = chunk?;
            if all.len() + chunk.len() > bytes_max {
                return Err(io::Error::new(io::ErrorKind::FileTooLarge, "the body is too large"));
            }
            all.extend_from_slice(&chunk);
        }
        Ok(all.freeze())
    }
}

impl From<Kind> for Body {
    fn from(kind: Kind) -> Body {
        Body { kind, length: None }
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Body {
        Body::full(bytes)
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let chunk = ready!(self.get_mut().poll_chunk(context));
        Poll::Ready(chunk.map(|chunk| chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Empty => true,
            Kind::Full(bytes) => bytes.is_empty(),
            Kind::Channel(_) | Kind::Hyper(_) | Kind::Polled(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.length().map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Empty => "Empty",
            Kind::Full(_) => "Full",
            Kind::Channel(_) | Kind::Hyper(_) | Kind::Polled(_) => "Stream",
        };
        f.debug_struct("Body").field("kind", &kind).field("length", &self.length()).finish()
    }
}
