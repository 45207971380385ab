//! The threads of this process, and how one sends something to another.

use crate::thread::switch::Switch;
use holdfast_edge::sockets::RawSocket;
use holdfast_link::{EndId, Message, ObjectAddress, Thread};
use std::fmt;
use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::sync::mpsc::UnboundedSender;

/// What a thread is sent.
pub(crate) enum Post {
    Link(Message),
    /// The connection of a client that was answered with a WebSocket: it belongs to the thread of `end` now.
    Adopt {
        end: EndId,
        socket: RawSocket,
    },
    /// What arrived for `end` before it was accepted is to be delivered.
    Replay {
        end: EndId,
    },
    /// Something to do on that thread: load a program, shut down.
    Task(Box<dyn FnOnce(&Switch) + Send>),
}

impl fmt::Debug for Post {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Post::Link(message) => message.fmt(formatter),
            Post::Adopt { end, .. } => formatter.debug_struct("Adopt").field("end", end).finish(),
            Post::Replay { end } => formatter.debug_struct("Replay").field("end", end).finish(),
            Post::Task(_) => formatter.write_str("Task"),
        }
    }
}

/// The inboxes of all threads.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    inboxes: Vec<UnboundedSender<Post>>,
    /// Passed by all threads together, when each has answered its requests.
    served: Arc<Barrier>,
}

impl Directory {
    pub(crate) fn new(inboxes: Vec<UnboundedSender<Post>>) -> Directory {
        let served = Arc::new(Barrier::new(inboxes.len()));
        Directory { inboxes, served }
    }

    /// Sends something to a thread. A thread that has ended hears nothing.
    pub(crate) fn send(&self, to: Thread, post: Post) {
        if let Some(inbox) = self.inboxes.get(usize::from(to.0)) {
            // The receiver is dropped when its thread shuts down, and then nothing matters any more.
            let _ = inbox.send(post);
        }
    }

    /// Waits until no thread has requests any more: those of one are answered by objects of another.
    pub(crate) async fn all_served(&self) {
        self.served.wait().await;
    }

    /// The thread an object lives on: the same for its whole life in this process.
    pub(crate) fn thread_of(&self, address: &ObjectAddress) -> Thread {
        let id = holdfast_core::id::ObjectId::from_trusted_bytes(address.id);
        Thread(u16::try_from(id.share(self.inboxes.len())).expect("fewer threads than 65,536"))
    }

    /// The thread that runs stateless Workers.
    pub(crate) fn worker_thread(&self) -> Thread {
        Thread(0)
    }

    /// All threads.
    pub(crate) fn threads(&self) -> impl Iterator<Item = Thread> + use<> {
        (0..u16::try_from(self.inboxes.len()).expect("fewer threads than 65,536")).map(Thread)
    }
}
