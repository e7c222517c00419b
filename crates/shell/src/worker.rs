//! Threads beside the engine's, for commands that would hold it.
//!
//! A command of the engine that computes for long gives no turn before it ends, and wasm cannot interrupt it. So where
//! the host has threads, such a command runs in a second engine on one of them, reads and writes the sandbox's files
//! through messages, and is ended by ending the thread.

use futures_util::future::BoxFuture;

/// One thread that runs [`serve_commands`](crate::serve_commands). Dropping it ends the thread, whatever it does.
pub trait CommandWorker: Send {
    /// Sends a message of the engine's.
    fn send(&self, message: Vec<u8>);

    /// The next message of the thread's; none when it has died.
    fn receive(&mut self) -> BoxFuture<'_, Option<Vec<u8>>>;

    /// Gives the thread, which has nothing left to do, back for another command.
    fn release(self: Box<Self>);
}
