//! Frames in.
//!
//! A message that lies whole in one frame in the caller's buffer is unmasked there and borrowed. Anything else waits in
//! a boxed [`Partial`] that exists only as long as something is half received: an idle connection is a null pointer.

use std::borrow::Cow;

use super::extension::Agreement;
use super::{Close, Compression, HEADER_BYTES_MAX, Header, Opcode, Role, Utf8, Violation, mask};

/// First reservation for a message that arrives in pieces. More is reserved as bytes arrive, so that a header alone
/// cannot make us allocate 32 MiB.
const FIRST_RESERVATION: usize = 64 * 1024;

/// Bytes from the wire, consumed from the front. They are unmasked in place, hence `mut`.
#[derive(Debug)]
pub struct Input<'a> {
    bytes: &'a mut [u8],
}

impl<'a> Input<'a> {
    /// All of `bytes` is yet to be read.
    pub fn new(bytes: &'a mut [u8]) -> Input<'a> {
        Input { bytes }
    }

    /// Bytes not consumed yet.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether everything was consumed.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The bytes not consumed yet, as they came from the wire.
    pub fn rest(&self) -> &[u8] {
        self.bytes
    }

    fn take(&mut self, count: usize) -> &'a mut [u8] {
        let (front, rest) = std::mem::take(&mut self.bytes).split_at_mut(count);
        self.bytes = rest;
        front
    }
}

/// What was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// A whole text message.
    Text(Cow<'a, str>),
    /// A whole binary message.
    Binary(Cow<'a, [u8]>),
    /// A whole message that is compressed: what it says, [`super::deflate::Inflator`] knows.
    Compressed {
        /// What it is when it is expanded: text or binary.
        opcode: Opcode,
        /// Compressed.
        payload: Cow<'a, [u8]>,
    },
    /// A ping; the caller answers with the same payload.
    Ping(Cow<'a, [u8]>),
    /// A pong.
    Pong(Cow<'a, [u8]>),
    /// The peer's Close, `None` when it carried no code. Nothing is decoded after it.
    Close(Option<Close>),
}

impl Item<'_> {
    /// The same, with bytes of its own.
    pub fn into_owned(self) -> Item<'static> {
        let own = |bytes: Cow<'_, [u8]>| Cow::Owned(bytes.into_owned());
        match self {
            Item::Text(text) => Item::Text(Cow::Owned(text.into_owned())),
            Item::Binary(bytes) => Item::Binary(own(bytes)),
            Item::Compressed { opcode, payload } => Item::Compressed { opcode, payload: own(payload) },
            Item::Ping(bytes) => Item::Ping(own(bytes)),
            Item::Pong(bytes) => Item::Pong(own(bytes)),
            Item::Close(close) => Item::Close(close),
        }
    }
}

/// One connection's receiving side.
#[derive(Debug)]
pub struct Decoder {
    partial: Option<Box<Partial>>,
    role: Role,
    agreement: Option<Agreement>,
    /// A Close or a violation was seen: what follows is not looked at.
    finished: bool,
}

/// What is half received.
#[derive(Debug, Default)]
struct Partial {
    /// The first bytes of a header that was cut.
    head: [u8; HEADER_BYTES_MAX],
    head_length: usize,
    /// A frame whose payload has not all arrived.
    frame: Option<Frame>,
    /// Payload of a control frame that was cut.
    control: Vec<u8>,
    /// A message whose last frame has not all arrived.
    message: Option<Message>,
}

#[derive(Clone, Copy, Debug)]
struct Frame {
    header: Header,
    received: usize,
}

#[derive(Debug)]
enum Message {
    Text(Vec<u8>, Utf8),
    Binary(Vec<u8>),
    Compressed(Opcode, Vec<u8>),
}

impl Decoder {
    /// A connection on which nothing was received.
    pub fn new(role: Role, agreement: Option<Agreement>) -> Decoder {
        Decoder { partial: None, role, agreement, finished: false }
    }

    /// Which side we are.
    pub fn role(&self) -> Role {
        self.role
    }

    /// What was agreed about compression.
    pub fn agreement(&self) -> Option<Agreement> {
        self.agreement
    }

    fn compression(&self) -> Compression {
        if self.agreement.is_some() { Compression::Deflate } else { Compression::None }
    }

    /// What follows is not looked at any more: the caller found something wrong with what it got.
    pub fn finish(&mut self) {
        self.finished = true;
        self.partial = None;
    }

    /// Payload bytes still missing of the frame that is being received.
    pub fn missing(&self) -> u64 {
        let frame = self.partial.as_ref().and_then(|partial| partial.frame);
        frame.map_or(0, |frame| frame.header.length - frame.received as u64)
    }

    /// The next item of `input`, or `None` when all of it is consumed. A message longer than `message_bytes_max` is
    /// refused as soon as a header announces it.
    ///
    /// # Errors
    /// The peer broke the protocol. Later calls consume and ignore what they are given.
    pub fn decode<'a>(
        &mut self,
        input: &mut Input<'a>,
        message_bytes_max: usize,
    ) -> Result<Option<Item<'a>>, Violation> {
        let result = self.decode_unless_finished(input, message_bytes_max);
        if matches!(result, Err(_) | Ok(Some(Item::Close(_)))) {
            self.finish();
        }
        result
    }

    fn decode_unless_finished<'a>(
        &mut self,
        input: &mut Input<'a>,
        message_bytes_max: usize,
    ) -> Result<Option<Item<'a>>, Violation> {
        if self.finished {
            input.take(input.len());
            return Ok(None);
        }
        while !input.is_empty() {
            let frame = match self.partial.as_ref().and_then(|partial| partial.frame) {
                Some(frame) => frame,
                None => {
                    let Some(header) = self.next_header(input)? else { return Ok(None) };
                    self.check_sequence(&header, message_bytes_max)?;
                    Frame { header, received: 0 }
                }
            };
            if let Some(item) = self.payload(frame, input)? {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    /// A whole header, or `None` with all of `input` stashed.
    fn next_header(&mut self, input: &mut Input<'_>) -> Result<Option<Header>, Violation> {
        let stashed = self.partial.as_ref().map_or(0, |partial| partial.head_length);
        if stashed == 0 {
            if let Some((header, length)) = Header::parse(input.rest(), self.role, self.compression())? {
                input.take(length);
                return Ok(Some(header));
            }
            let cut = input.take(input.len());
            let partial = self.partial.get_or_insert_default();
            partial.head[..cut.len()].copy_from_slice(cut);
            partial.head_length = cut.len();
            return Ok(None);
        }
        let compression = self.compression();
        let partial = self.partial.as_mut().expect("bytes are stashed in it");
        while !input.is_empty() {
            partial.head[partial.head_length] = input.take(1)[0];
            partial.head_length += 1;
            let head = &partial.head[..partial.head_length];
            if let Some((header, _)) = Header::parse(head, self.role, compression)? {
                partial.head_length = 0;
                return Ok(Some(header));
            }
        }
        Ok(None)
    }

    /// What the RFC forbids because of what came before, and the size limit.
    fn check_sequence(&self, header: &Header, message_bytes_max: usize) -> Result<(), Violation> {
        if header.opcode.is_control() {
            return Ok(());
        }
        let message = self.partial.as_ref().and_then(|partial| partial.message.as_ref());
        let mut compressed = header.compressed;
        let received = match (header.opcode, message) {
            (Opcode::Continuation, None) => {
                return Err(Violation::protocol("Unexpected continuation frame"));
            }
            (Opcode::Continuation, Some(message)) => {
                compressed = matches!(message, Message::Compressed(..));
                message.len()
            }
            (_, Some(_)) => return Err(Violation::protocol("Missing continuation frame")),
            (_, None) => 0,
        };
        // What cannot be compressed becomes a little longer.
        let slack = if compressed { message_bytes_max / 1024 + 64 } else { 0 };
        let max = (message_bytes_max + slack).saturating_sub(received) as u64;
        if header.length > max {
            return Err(Violation::too_large(header.length, max));
        }
        Ok(())
    }

    /// Consumes what `input` has of the frame's payload; an item when that completes one.
    fn payload<'a>(&mut self, frame: Frame, input: &mut Input<'a>) -> Result<Option<Item<'a>>, Violation> {
        let Frame { header, received } = frame;
        // Lengths were checked against a limit that is a usize.
        let missing = header.length as usize - received;
        let chunk = input.take(missing.min(input.len()));
        if let Some(key) = header.mask {
            mask::apply(chunk, key, received);
        }
        let ends = chunk.len() == missing;
        if header.opcode.is_control() {
            return self.control(frame, chunk, ends);
        }
        let whole = ends && received == 0 && header.fin && header.opcode != Opcode::Continuation;
        if whole {
            self.partial = None;
            return borrowed(&header, chunk).map(Some);
        }
        let partial = self.partial.get_or_insert_default();
        let message = partial.message.get_or_insert_with(|| Message::new(&header));
        message.append(chunk, missing)?;
        if !ends {
            partial.frame = Some(Frame { header, received: received + chunk.len() });
            return Ok(None);
        }
        partial.frame = None;
        if !header.fin {
            return Ok(None);
        }
        let message = partial.message.take().expect("it was just appended to");
        self.partial = None;
        message.finish().map(Some)
    }

    fn control<'a>(
        &mut self,
        frame: Frame,
        chunk: &'a mut [u8],
        ends: bool,
    ) -> Result<Option<Item<'a>>, Violation> {
        let Frame { header, received } = frame;
        if !ends {
            let partial = self.partial.get_or_insert_default();
            partial.control.extend_from_slice(chunk);
            partial.frame = Some(Frame { header, received: received + chunk.len() });
            return Ok(None);
        }
        let mut payload = Cow::Borrowed(&*chunk);
        if let Some(partial) = self.partial.as_mut() {
            partial.frame = None;
            if received > 0 {
                let mut control = std::mem::take(&mut partial.control);
                control.extend_from_slice(&payload);
                payload = Cow::Owned(control);
            }
            if partial.message.is_none() {
                self.partial = None;
            }
        }
        Ok(Some(match header.opcode {
            Opcode::Ping => Item::Ping(payload),
            Opcode::Pong => Item::Pong(payload),
            _ => Item::Close(Close::parse(&payload)?),
        }))
    }
}

impl Message {
    fn new(header: &Header) -> Message {
        match header.opcode {
            opcode if header.compressed => Message::Compressed(opcode, Vec::new()),
            Opcode::Text => Message::Text(Vec::new(), Utf8::default()),
            _ => Message::Binary(Vec::new()),
        }
    }

    fn len(&self) -> usize {
        match self {
            Message::Text(bytes, _) | Message::Binary(bytes) | Message::Compressed(_, bytes) => bytes.len(),
        }
    }

    /// `missing` is what the frame still owes, this chunk included.
    fn append(&mut self, chunk: &[u8], missing: usize) -> Result<(), Violation> {
        let bytes = match self {
            Message::Text(bytes, utf8) => {
                utf8.feed(chunk).map_err(|_| Violation::INVALID_UTF8)?;
                bytes
            }
            Message::Binary(bytes) | Message::Compressed(_, bytes) => bytes,
        };
        if missing == chunk.len() {
            bytes.reserve(chunk.len());
        } else if bytes.capacity() - bytes.len() < chunk.len() {
            let growth = bytes.len().max(FIRST_RESERVATION).max(chunk.len());
            bytes.reserve_exact(missing.min(growth));
        }
        bytes.extend_from_slice(chunk);
        Ok(())
    }

    fn finish(self) -> Result<Item<'static>, Violation> {
        Ok(match self {
            Message::Text(bytes, _) => {
                Item::Text(Cow::Owned(String::from_utf8(bytes).map_err(|_| Violation::INVALID_UTF8)?))
            }
            Message::Binary(bytes) => Item::Binary(Cow::Owned(bytes)),
            Message::Compressed(opcode, bytes) => Item::Compressed { opcode, payload: Cow::Owned(bytes) },
        })
    }
}

fn borrowed<'a>(header: &Header, payload: &'a [u8]) -> Result<Item<'a>, Violation> {
    Ok(match header.opcode {
        opcode if header.compressed => Item::Compressed { opcode, payload: Cow::Borrowed(payload) },
        Opcode::Text => {
            Item::Text(Cow::Borrowed(std::str::from_utf8(payload).map_err(|_| Violation::INVALID_UTF8)?))
        }
        _ => Item::Binary(Cow::Borrowed(payload)),
    })
}
