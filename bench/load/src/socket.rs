//! One client socket: the upgrade, and frames without extensions.
//!
//! A message to send is a frame made once with one mask and written as it is; sending costs one system call. What is
//! received is checked by length and first byte only: the tests check contents, this counts.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mio::net::TcpStream;

use crate::load::Error;

/// The mask of every frame. Any value but zero will do: a server cannot skip its work.
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
const TEXT: u8 = 0x81;

/// The bytes of a masked text message.
pub(crate) fn text_frame(text: &str) -> Vec<u8> {
    let mut frame = vec![TEXT];
    match text.len() {
        length @ 0..126 => frame.push(0x80 | length as u8),
        length @ 126..65536 => {
            frame.push(0x80 | 126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend(MASK);
    frame.extend(text.bytes().zip(MASK.into_iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

/// An upgraded connection.
#[derive(Debug)]
pub(crate) struct Socket {
    pub(crate) stream: TcpStream,
    /// When the message now in flight was sent.
    pub(crate) sent: Instant,
    /// Bytes received that are not a whole frame yet.
    partial: Vec<u8>,
    /// Bytes that the kernel did not take yet.
    unsent: Vec<u8>,
}

/// What one reading of a socket gave.
#[derive(Debug, Default)]
pub(crate) struct Received {
    /// Text and binary messages.
    pub(crate) messages: usize,
    /// Bytes of the last message's payload.
    pub(crate) length: usize,
    /// The server ended the connection.
    pub(crate) ended: bool,
}

impl Socket {
    /// Connects and upgrades, waiting for both.
    pub(crate) fn open(address: SocketAddr, path: &str) -> Result<Socket, Error> {
        let mut stream = std::net::TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )?;
        let mut head = Vec::new();
        let mut chunk = [0; 1024];
        let end = loop {
            let length = stream.read(&mut chunk)?;
            if length == 0 {
                return Err("the server ended the connection instead of upgrading it".into());
            }
            head.extend(&chunk[..length]);
            if let Some(at) = head.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
        };
        if !head.starts_with(b"HTTP/1.1 101") {
            let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
            return Err(format!("no upgrade: {}", String::from_utf8_lossy(line)).into());
        }
        stream.set_nonblocking(true)?;
        Ok(Socket {
            stream: TcpStream::from_std(stream),
            sent: Instant::now(),
            partial: head.split_off(end),
            unsent: Vec::new(),
        })
    }

    /// Sends a frame made by [`text_frame`].
    pub(crate) fn send(&mut self, frame: &[u8], now: Instant) -> Result<(), Error> {
        self.sent = now;
        if self.unsent.is_empty() {
            match self.stream.write(frame) {
                Ok(length) => self.unsent.extend(&frame[length..]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.unsent.extend(frame),
                Err(error) => return Err(error.into()),
            }
        } else {
            self.unsent.extend(frame);
        }
        Ok(())
    }

    /// Gives the kernel what it did not take before.
    pub(crate) fn flush(&mut self) -> Result<(), Error> {
        while !self.unsent.is_empty() {
            match self.stream.write(&self.unsent) {
                Ok(length) => drop(self.unsent.drain(..length)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Reads until the kernel has nothing left and counts the messages.
    pub(crate) fn receive(&mut self, buffer: &mut [u8]) -> Result<Received, Error> {
        let mut received = Received::default();
        loop {
            let length = match self.stream.read(buffer) {
                Ok(0) => {
                    received.ended = true;
                    return Ok(received);
                }
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(received),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            if self.partial.is_empty() {
                let used = count(&buffer[..length], &mut received);
                self.partial.extend(&buffer[used..length]);
            } else {
                self.partial.extend(&buffer[..length]);
                let used = count(&self.partial, &mut received);
                self.partial.drain(..used);
            }
            // Less than was asked for means that nothing is left: one system call a message, not two.
            if length < buffer.len() {
                return Ok(received);
            }
        }
    }
}

/// Counts the whole frames at the start of `bytes`; returns how many bytes they are.
fn count(bytes: &[u8], received: &mut Received) -> usize {
    let mut used = 0;
    while let Some((opcode, length, frame)) = frame(&bytes[used..]) {
        match opcode {
            0..=2 => {
                received.messages += 1;
                received.length = length;
            }
            8 => received.ended = true,
            _ => {}
        }
        used += frame;
    }
    used
}

/// The opcode, payload length and whole length of the frame at the start of `bytes`, when it is all there.
fn frame(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (&first, &second) = (bytes.first()?, bytes.get(1)?);
    let (head, length) = match second & 127 {
        126 => (4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => (10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?),
        short => (2, usize::from(short)),
    };
    (bytes.len() >= head + length).then_some((first & 15, length, head + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_frames_are_counted_and_the_rest_is_left() {
        let bytes = [0x81, 2, b'h', b'i', 0x8a, 0, 0x82, 1, 7, 0x81, 5, b'p'];
        let mut received = Received::default();
        assert_eq!(count(&bytes, &mut received), 9);
        assert_eq!((received.messages, received.length, received.ended), (2, 1, false));
    }

    #[test]
    fn long_lengths_are_understood() {
        assert_eq!(frame(&[0x81, 126, 0, 3, 1, 2, 3]), Some((1, 3, 7)));
        assert_eq!(frame(&[0x81, 127, 0, 0, 0, 0, 0, 0, 0, 1, 9]), Some((1, 1, 11)));
        assert_eq!(frame(&[0x81, 126, 0]), None);
    }

    #[test]
    fn frames_are_masked() {
        let frame = text_frame("ab");
        assert_eq!(frame[..6], [0x81, 0x82, 0x37, 0xfa, 0x21, 0x3d]);
        assert_eq!([frame[6] ^ 0x37, frame[7] ^ 0xfa], *b"ab");
        assert_eq!(text_frame(&"x".repeat(300))[1..4], [0x80 | 126, 1, 44]);
    }
}
