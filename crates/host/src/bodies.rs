//! Streamed bodies that programs of this thread read or write, by number.
//!
//! A program reads a body that came with a request or response, or writes one whose other end goes out with a request
//! or response. A body that is never read can be passed on as it came: its reader is taken out whole.

use crate::event::Event;
use crate::held::Held;
use crate::host::Host;
use crate::owned_table::{Owned, OwnedTable};
use crate::shared::Shared;
use crate::table::Handle;
use bytes::Bytes;
use holdfast_core::gate::Section;
use holdfast_link::{Body, BodyReader, BodyWriter, WriteRefused};
use std::rc::Rc;

#[derive(Debug, Default)]
pub(crate) struct Bodies {
    table: OwnedTable<Entry>,
}

/// A body that a program has in hand. The reader is out while it is awaited, or after it was passed on.
#[derive(Debug, Default)]
struct Entry {
    owner: u32,
    reader: Option<BodyReader>,
    writer: Option<BodyWriter>,
}

impl Owned for Entry {
    fn owner(&self) -> u32 {
        self.owner
    }
}

/// The answer to a read.
#[derive(Debug)]
pub(crate) enum Pulled {
    Chunk(Bytes),
    End,
    Failed(String),
    /// It comes as an [`Event::Chunk`].
    Later,
}

/// The answer to a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    Taken = 0,
    /// An [`Event::Room`] says when to go on.
    Wait = 1,
    /// Nobody reads this body any more.
    Gone = 2,
}

impl Bodies {
    /// Enters a body that arrived, for a program to read.
    pub(crate) fn arrive(&mut self, owner: u32, reader: BodyReader) -> Handle {
        self.table.insert(Entry { owner, reader: Some(reader), writer: None })
    }

    /// Opens a body for a program to write.
    pub(crate) fn open(&mut self, owner: u32) -> Handle {
        let (writer, body) = Body::stream(None);
        let Body::Stream(reader) = body else { unreachable!("a stream was asked for") };
        self.table.insert(Entry { owner, reader: Some(reader), writer: Some(writer) })
    }

    /// Takes the reader out, to send it along with a message.
    pub(crate) fn take_reader(&mut self, number: Handle) -> Option<BodyReader> {
        let entry = self.table.get_mut(number)?;
        let reader = entry.reader.take();
        if entry.writer.is_none() {
            self.table.remove(number);
        }
        reader
    }

    /// The program does not read, or does not write, this body any more.
    pub(crate) fn close(&mut self, number: Handle) {
        self.table.remove(number);
    }

    /// Whether the program still reads, or writes, this body.
    pub(crate) fn is_open(&self, number: Handle) -> bool {
        self.table.get(number).is_some()
    }

    /// Whose writes a body has to wait for; `None` when it need not wait.
    fn held_for(&self, shared: &Shared, number: Handle) -> Option<u32> {
        let owner = self.table.get(number)?.owner;
        shared.holds(owner).then_some(owner)
    }

    /// Whether `owner` writes a body that somebody still reads.
    pub(crate) fn is_writing(&self, owner: u32) -> bool {
        let is_read = |entry: &Entry| entry.writer.as_ref().is_some_and(|writer| !writer.is_closed());
        self.table.of(owner).any(|(_, entry)| is_read(entry))
    }
}

/// The instance of `owner` is gone: its bodies are not read any more, and those it was writing fail with `reason`.
pub(crate) fn forget(shared: &Shared, owner: u32, reason: &str) {
    let mut bodies = shared.bodies.borrow_mut();
    for (_, Entry { writer, .. }) in bodies.table.take_of(owner) {
        if let Some(writer) = writer {
            tokio::task::spawn_local(writer.fail(reason.to_owned()));
        }
    }
}

/// Reads the next chunk of a body for `owner`, or sees to it that it is delivered later.
pub(crate) fn pull(shared: &Rc<Shared>, host: &Host, number: Handle, owner: u32, section: Section) -> Pulled {
    let mut bodies = shared.bodies.borrow_mut();
    let Some(reader) = bodies.table.get_mut(number).and_then(|entry| entry.reader.as_mut()) else {
        return Pulled::Failed("This body is not readable any more.".to_owned());
    };
    match reader.try_next() {
        Some(Some(Ok(chunk))) => return Pulled::Chunk(chunk),
        Some(Some(Err(reason))) => {
            bodies.close(number);
            return Pulled::Failed(reason);
        }
        Some(None) => {
            bodies.close(number);
            return Pulled::End;
        }
        None => {}
    }
    let mut reader = bodies
        .table
        .get_mut(number)
        .and_then(|entry| entry.reader.take())
        .expect("the reader was there a moment ago");
    let shared = Rc::clone(shared);
    let host = host.clone();
    tokio::task::spawn_local(async move {
        let chunk = reader.next().await;
        {
            let mut bodies = shared.bodies.borrow_mut();
            // The program may have closed it meanwhile.
            let Some(entry) = bodies.table.get_mut(number) else { return };
            match chunk {
                Some(Ok(_)) => entry.reader = Some(reader),
                Some(Err(_)) | None => bodies.close(number),
            }
        }
        host.deliver(owner, section, Event::Chunk { body: number, chunk });
    });
    Pulled::Later
}

/// Writes a chunk of a body for `owner`, or keeps it until what the body's object wrote is durable.
pub(crate) fn write(
    shared: &Rc<Shared>,
    host: &Host,
    number: Handle,
    chunk: Bytes,
    owner: u32,
    section: Section,
) -> Written {
    let held_for = shared.may_hold().then(|| shared.bodies.borrow().held_for(shared, number)).flatten();
    if let Some(body_owner) = held_for {
        shared.offer(body_owner, Held::Chunk { body: number, chunk, writer: owner, section });
        return Written::Wait;
    }
    write_now(shared, host, number, chunk, owner, section)
}

/// The program has written all of a body, or gives up with a reason.
pub(crate) fn finish(shared: &Shared, number: Handle, failure: Option<String>) {
    let held_for = shared.may_hold().then(|| shared.bodies.borrow().held_for(shared, number)).flatten();
    if let Some(body_owner) = held_for {
        shared.offer(body_owner, Held::BodyEnd { body: number, failure });
        return;
    }
    end(shared, number, failure);
}

/// Ends a body that is being written.
pub(crate) fn end(shared: &Shared, number: Handle, failure: Option<String>) {
    let entry = shared.bodies.borrow_mut().table.remove(number);
    if let (Some(Entry { writer: Some(writer), .. }), Some(reason)) = (entry, failure) {
        tokio::task::spawn_local(writer.fail(reason));
    }
}

/// Writes a chunk of a body for `owner`.
pub(crate) fn write_now(
    shared: &Rc<Shared>,
    host: &Host,
    number: Handle,
    chunk: Bytes,
    owner: u32,
    section: Section,
) -> Written {
    let bodies = shared.bodies.borrow();
    let Some(writer) = bodies.table.get(number).and_then(|entry| entry.writer.clone()) else {
        return Written::Gone;
    };
    match writer.try_write(chunk) {
        Ok(()) => Written::Taken,
        Err(WriteRefused::Gone) => Written::Gone,
        Err(WriteRefused::Full(chunk)) => {
            let (shared, host) = (Rc::clone(shared), host.clone());
            tokio::task::spawn_local(async move {
                let is_open = writer.write(chunk).await;
                if !shared.bodies.borrow().is_open(number) {
                    return;
                }
                host.deliver(owner, section, Event::Room { body: number, is_open });
            });
            Written::Wait
        }
    }
}
