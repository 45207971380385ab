//! The body of an answer, which tells how the exchange ended.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};

use super::body::Body;
use super::request::Watch;

/// Dropped before its end, it counts as broken off.
#[derive(Debug)]
pub(super) struct Watched {
    body: Body,
    watch: Option<Watch>,
    /// The body is not sent (HEAD, 204, 304); only its length may be.
    unsent: bool,
}

impl Watched {
    pub(super) fn new(body: Body, watch: Watch, unsent: bool) -> Watched {
        Watched { body, watch: Some(watch), unsent }
    }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if frame.is_none()
            && let Some(watch) = self.watch.take()
        {
            watch.answered();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        // What is complete is taken in one piece and then not asked for its end.
        if (self.unsent || self.body.is_end_stream())
            && let Some(watch) = self.watch.take()
        {
            watch.answered();
        }
    }
}
