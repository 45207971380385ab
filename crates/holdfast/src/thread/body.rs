//! Bodies and headers on their way between the edge's types and the link's.

use holdfast_edge::http::Body as EdgeBody;
use holdfast_link::{Body, Headers};
use std::io;
use std::task::Poll;

/// A body the edge receives, for a program. A stream is read in a task of this thread, no faster than the program
/// takes it.
pub(crate) fn from_edge(body: EdgeBody) -> Body {
    let mut stream = match body.into_full() {
        Ok(bytes) if bytes.is_empty() => return Body::Empty,
        Ok(bytes) => return Body::Full(bytes),
        Err(stream) => stream,
    };
    let (writer, body) = Body::stream(stream.length());
    tokio::task::spawn_local(async move {
        loop {
            let chunk = tokio::select! {
                chunk = stream.next() => chunk,
                () = writer.closed() => return,
            };
            match chunk {
                Some(Ok(chunk)) => {
                    if !writer.write(chunk).await {
                        return;
                    }
                }
                Some(Err(error)) => return writer.fail(error.to_string()).await,
                None => return,
            }
        }
    });
    body
}

/// A program's body, for the edge to send.
pub(crate) fn to_edge(body: Body) -> EdgeBody {
    match body {
        Body::Empty => EdgeBody::empty(),
        Body::Full(bytes) => EdgeBody::full(bytes),
        Body::Stream(mut reader) => {
            let length = reader.length;
            let body = EdgeBody::polled(move |context| match reader.poll_next(context) {
                Poll::Ready(Some(Err(reason))) => Poll::Ready(Some(Err(io::Error::other(reason)))),
                Poll::Ready(Some(Ok(chunk))) => Poll::Ready(Some(Ok(chunk))),
                Poll::Ready(None) => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            });
            match length {
                Some(length) => body.with_length(length),
                None => body,
            }
        }
    }
}

/// Headers as programs see them: each byte of a value is one character.
pub(crate) fn headers_from_edge(headers: Vec<(String, Vec<u8>)>) -> Headers {
    headers.into_iter().map(|(name, value)| (name, value.into_iter().map(char::from).collect())).collect()
}

/// The bytes of headers a program set. The API has refused characters beyond Latin-1.
pub(crate) fn headers_to_edge(headers: Headers) -> Vec<(String, Vec<u8>)> {
    headers
        .into_iter()
        .map(|(name, value)| (name, value.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect()))
        .collect()
}
