//! The table of ends as the host asks for it.

use super::passage::outgoing;
use super::pipes::has_room;
use super::{Frame, Switch};
use crate::thread::directory::Post;
use holdfast_core::ends::{FarSide, Mode};
use holdfast_edge::sockets::SocketId;
use holdfast_host::{Sockets, World};
use holdfast_link::{EndId, Far, Message, Payload};

impl Sockets for Switch {
    fn enter(&self, owner: u32) -> EndId {
        let (index, generation) = self.0.ends.borrow_mut().enter(owner);
        EndId { thread: self.0.thread, index, generation }
    }

    fn accept(&self, end: u32) {
        let mut ends = self.0.ends.borrow_mut();
        let Some(entry) = ends.get_mut(end) else { return };
        if entry.mode == Mode::Accepted {
            return;
        }
        entry.mode = Mode::Accepted;
        let owner = entry.owner;
        drop(ends);
        self.count_accepted(owner, 1);
        self.queue(Post::Replay { end: self.identify(end) });
    }

    fn hold(&self, end: u32, tags: Vec<String>) {
        let tags = tags.into_iter().map(String::into_boxed_str).collect();
        let connection = {
            let mut ends = self.0.ends.borrow_mut();
            ends.hold(end, tags);
            match ends.get(end) {
                Some(entry) => match entry.far {
                    FarSide::At(Far::Connection(id)) => Some((id, entry.owner)),
                    _ => None,
                },
                None => None,
            }
        };
        if let Some((id, owner)) = connection {
            self.0.connections.join(SocketId::from_bits(id), u64::from(owner));
        }
        self.queue(Post::Replay { end: self.identify(end) });
    }

    fn held_count(&self, owner: u32) -> usize {
        self.0.ends.borrow().held_count(owner)
    }

    fn held(&self, owner: u32, tag: Option<&str>) -> Vec<u32> {
        self.0.ends.borrow_mut().held(owner, tag)
    }

    fn bits(&self, end: u32) -> u32 {
        self.0
            .ends
            .borrow()
            .get(end)
            .map_or(3, |entry| u32::from(entry.sent_close) | u32::from(entry.received_close) << 1)
    }

    fn tags(&self, end: u32) -> Vec<String> {
        let ends = self.0.ends.borrow();
        ends.get(end).map(|entry| entry.tags.iter().map(ToString::to_string).collect()).unwrap_or_default()
    }

    fn attachment(&self, end: u32, read: &mut dyn FnMut(Option<&[u8]>)) {
        let ends = self.0.ends.borrow();
        read(ends.get(end).and_then(|entry| entry.attachment.as_deref()));
    }

    fn set_attachment(&self, end: u32, bytes: Option<Box<[u8]>>) -> Option<Box<[u8]>> {
        let mut ends = self.0.ends.borrow_mut();
        ends.get_mut(end).and_then(|entry| std::mem::replace(&mut entry.attachment, bytes))
    }

    fn set_auto_response(&self, owner: u32, pair: Option<(String, String)>) {
        match &pair {
            Some((request, response)) => {
                self.0.connections.set_auto_response(u64::from(owner), request, response);
            }
            None => self.0.connections.clear_auto_response(u64::from(owner)),
        }
        let mut pairs = self.0.auto_responses.borrow_mut();
        match pair {
            Some(pair) => pairs.insert(owner, pair),
            None => pairs.remove(&owner),
        };
    }

    fn auto_response(&self, owner: u32) -> Option<(String, String)> {
        self.0.auto_responses.borrow().get(&owner).cloned()
    }

    fn auto_answer(&self, end: u32, text: &str) -> Option<String> {
        let (owner, far) = match self.0.ends.borrow().get(end) {
            Some(entry) if entry.mode == Mode::Held && !entry.sent_close => (entry.owner, entry.far.clone()),
            _ => return None,
        };
        let response = match self.0.auto_responses.borrow().get(&owner) {
            Some((request, response)) if request == text => response.clone(),
            _ => return None,
        };
        match far {
            FarSide::At(Far::Connection(id)) => self.0.connections.answered(SocketId::from_bits(id)),
            _ => drop(self.0.pipe_answered_at.borrow_mut().insert(end, super::now_ms())),
        }
        Some(response)
    }

    fn hold_answers(&self, owner: u32, waits: bool) {
        self.0.connections.hold_answers(u64::from(owner), waits);
        let mut waiting = self.0.waiting_answers.borrow_mut();
        if waits {
            waiting.insert(owner);
        } else {
            waiting.remove(&owner);
        }
    }

    fn auto_response_at(&self, end: u32) -> Option<f64> {
        let far = self.0.ends.borrow().get(end).map(|entry| entry.far.clone());
        match far {
            Some(FarSide::At(Far::Connection(id))) =>
            {
                #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are below 2^53")]
                self.0.connections.auto_response_at(SocketId::from_bits(id)).map(|at| at as f64)
            }
            _ => self.0.pipe_answered_at.borrow().get(&end).copied(),
        }
    }

    fn identify(&self, end: u32) -> EndId {
        let generation = self.0.ends.borrow().generation(end);
        EndId { thread: self.0.thread, index: end, generation }
    }

    fn join_here(&self, one: u32, other: u32) {
        let (one, other) = (self.identify(one), self.identify(other));
        self.join(one, Far::Program(other));
        self.join(other, Far::Program(one));
    }

    fn join_far(&self, end: u32, far: EndId) {
        let end = self.identify(end);
        self.join(end, Far::Program(far));
        self.post(far.thread, Message::Join { end: far, far: end });
    }

    fn send(&self, ends: &[u32], payload: Payload) {
        let mut connections = Vec::new();
        let mut programs = Vec::new();
        let mut full = Vec::new();
        {
            let mut table = self.0.ends.borrow_mut();
            for end in ends {
                let Some(entry) = table.get_mut(*end) else { continue };
                match &entry.far {
                    FarSide::At(Far::Connection(id)) if ends.len() == 1 => {
                        return self.0.connections.send(SocketId::from_bits(*id), outgoing(payload));
                    }
                    FarSide::At(Far::Connection(id)) => connections.push(SocketId::from_bits(*id)),
                    FarSide::At(Far::Program(far)) => {
                        let far = *far;
                        if has_room(entry, payload.len()) {
                            programs.push(far);
                        } else {
                            full.push(*end);
                        }
                    }
                    FarSide::Nobody => {
                        let frame = Frame::Message(payload.clone());
                        let size = frame.size();
                        if entry.wait_for_far(frame, size).is_err() {
                            entry.far = FarSide::Gone;
                        }
                    }
                    _ => {}
                }
            }
        }
        for far in programs {
            self.post(far.thread, Message::Frame { end: far, payload: payload.clone() });
        }
        for end in full {
            self.cut_pipe(end);
        }
        if !connections.is_empty() {
            self.0.connections.broadcast(connections, &outgoing(payload));
        }
    }

    fn close(&self, end: u32, code: u16, reason: &str) {
        let far = {
            let mut ends = self.0.ends.borrow_mut();
            let Some(entry) = ends.get_mut(end) else { return };
            entry.sent_close = true;
            match &entry.far {
                FarSide::At(far) => *far,
                FarSide::Gone => return,
                FarSide::Nobody => {
                    // A Close is never too much to keep.
                    let _ = entry.wait_for_far(Frame::Close(code, reason.to_owned()), 0);
                    return;
                }
            }
        };
        self.forward(end, far, Frame::Close(code, reason.to_owned()));
    }

    fn take(&self, end: u32, size: usize) {
        self.took(end, size);
    }

    fn overflow(&self, end: u32) {
        self.cut_pipe(end);
    }

    fn pause(&self, end: u32) {
        if let Some(FarSide::At(Far::Connection(id))) = self.0.ends.borrow().get(end).map(|entry| &entry.far)
        {
            self.0.connections.pause(SocketId::from_bits(*id));
        }
    }

    fn resume(&self, end: u32) {
        if let Some(FarSide::At(Far::Connection(id))) = self.0.ends.borrow().get(end).map(|entry| &entry.far)
        {
            self.0.connections.resume(SocketId::from_bits(*id));
        }
    }

    fn finish(&self, end: u32) {
        if let Some(entry) = self.remove(end)
            && !entry.is_finished()
        {
            self.cut(&entry.far);
        }
    }

    fn offered(&self, end: EndId) {
        if end.thread == self.0.thread
            && self.is_current(end)
            && let Some(entry) = self.0.ends.borrow_mut().get_mut(end.index)
        {
            entry.is_offered = true;
        }
    }

    fn ending(&self, end: u32) {
        if let Some(entry) = self.0.ends.borrow_mut().get_mut(end) {
            entry.is_ending = true;
        }
    }

    fn close_stranded(&self, owner: u32) {
        let stranded = self.0.ends.borrow().stranded(owner);
        for end in stranded {
            // A Close that came is answered, as after a handler that did not.
            if self.0.ends.borrow().get(end).is_some_and(|entry| !entry.sent_close) {
                Sockets::close(self, end, 1005, "");
            }
            self.remove(end);
        }
    }

    fn close_all(&self, owner: u32, code: u16, reason: &str) {
        let ends = self.0.ends.borrow().of_owner(owner);
        for end in ends {
            Sockets::close(self, end, code, reason);
            self.remove(end);
        }
    }

    fn close_loose(&self, owner: u32, code: u16, reason: &str) {
        let ends = self.0.ends.borrow().loose(owner);
        for end in ends {
            Sockets::close(self, end, code, reason);
            self.remove(end);
        }
    }

    fn owner(&self, end: u32) -> Option<u32> {
        self.0.ends.borrow().get(end).map(|entry| entry.owner)
    }

    fn has_accepted(&self, owner: u32) -> bool {
        self.0.accepted.borrow().contains_key(&owner)
    }
}
