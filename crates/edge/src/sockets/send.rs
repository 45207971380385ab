//! Recording messages to send: plain, or compressed for the connections that agreed to it.

use bytes::Bytes;

use super::compressors::{Compressors, is_worth_it};
use super::table::Table;
use super::{Outgoing, SocketId};
use crate::codec::deflate::Memory;
use crate::codec::encode::{self, Kind};
use crate::codec::extension::Agreement;
use crate::codec::{Opcode, Role};

impl Table {
    pub(super) fn send(&mut self, id: SocketId, message: Outgoing) {
        if !self.has_room(id) {
            return;
        }
        let Some(socket) = self.sockets.get_mut(id.index as usize) else { return };
        let key = self.keys.key(socket.decoder.role());
        let (opcode, payload) = match message {
            Outgoing::Text(text) => (Opcode::Text, Bytes::from(text)),
            Outgoing::Binary(bytes) => (Opcode::Binary, bytes),
        };
        let agreement = socket.decoder.agreement().filter(|agreed| is_worth_it(*agreed, payload.len()));
        let compressed = agreement.and_then(|agreed| self.compressors.compress(id, agreed, &payload));
        match compressed {
            Some(compressed) => {
                let kind = Kind::compressed(opcode);
                socket.output.push_frame(&mut self.pool, kind, compressed, key);
            }
            None => socket.output.push_owned(&mut self.pool, opcode.into(), payload, key),
        }
        self.mark_dirty(id);
    }

    pub(super) fn broadcast(&mut self, ids: impl Iterator<Item = SocketId>, message: &Outgoing) {
        let (opcode, payload) = match message {
            Outgoing::Text(text) => (Opcode::Text, text.as_bytes()),
            Outgoing::Binary(bytes) => (Opcode::Binary, &bytes[..]),
        };
        let mut frames = Frames { opcode, payload, plain: None, compressed: None };
        for id in ids {
            if !self.has_room(id) {
                continue;
            }
            let Some(socket) = self.sockets.get_mut(id.index as usize) else { continue };
            let agreement = socket.decoder.agreement().filter(|agreed| is_worth_it(*agreed, payload.len()));
            let (compressors, pool) = (&mut self.compressors, &mut self.pool);
            match (socket.decoder.role(), agreement) {
                (Role::Server, None) => socket.output.push_shared(pool, frames.plain()),
                (Role::Server, Some(Agreement { sending: Memory::Forgets, window_bits, .. })) => {
                    socket.output.push_shared(pool, frames.compressed(compressors, window_bits));
                }
                (role, agreement) => {
                    let key = self.keys.key(role);
                    match agreement.and_then(|agreed| compressors.compress(id, agreed, payload)) {
                        Some(compressed) => {
                            socket.output.push_frame(pool, Kind::compressed(opcode), compressed, key);
                        }
                        None => socket.output.push_frame(pool, opcode.into(), payload, key),
                    }
                }
            }
            self.mark_dirty(id);
        }
    }
}

/// The frames of one broadcast, each made for the first socket that needs it.
struct Frames<'a> {
    opcode: Opcode,
    payload: &'a [u8],
    plain: Option<Bytes>,
    /// For the window that was asked for last; they hardly ever differ.
    compressed: Option<(u8, Bytes)>,
}

impl Frames<'_> {
    fn plain(&mut self) -> &Bytes {
        self.plain.get_or_insert_with(|| encode::encode_once(self.opcode, self.payload))
    }

    /// The plain one when compressing makes nothing shorter.
    fn compressed(&mut self, compressors: &mut Compressors, window_bits: u8) -> &Bytes {
        if self.compressed.as_ref().is_none_or(|(bits, _)| *bits != window_bits) {
            let frame = match compressors.compress_for_all(window_bits, self.payload) {
                Some(compressed) => encode::encode_once(Kind::compressed(self.opcode), compressed),
                None => self.plain().clone(),
            };
            self.compressed = Some((window_bits, frame));
        }
        &self.compressed.as_ref().expect("it was just made").1
    }
}
