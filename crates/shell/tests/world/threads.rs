//! Threads for commands that take long, as a platform of JavaScript has workers.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use sandbox_shell::{CommandWorker, serve_commands};

/// The threads of one host.
#[derive(Default)]
pub struct Threads {
    idle: Mutex<Vec<Thread>>,
    /// How many were started.
    pub started: AtomicUsize,
    /// How many commands they were given.
    pub commands: AtomicUsize,
    /// Whether every thread dies at its first message.
    pub die: AtomicBool,
}

struct Thread {
    to: UnboundedSender<Vec<u8>>,
    from: UnboundedReceiver<Vec<u8>>,
}

struct Lent {
    thread: Thread,
    threads: Arc<Threads>,
}

impl Threads {
    pub fn free(self: Arc<Self>) -> Box<dyn CommandWorker> {
        let idle = self.idle.lock().unwrap().pop();
        let thread = idle.unwrap_or_else(|| self.start());
        Box::new(Lent { thread, threads: self })
    }

    fn start(&self) -> Thread {
        self.started.fetch_add(1, Ordering::Relaxed);
        let (to, inbox) = unbounded();
        let (outbox, from) = unbounded();
        let dies = self.die.load(Ordering::Relaxed);
        thread::spawn(move || {
            if dies {
                return;
            }
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            let outbox = Arc::new(move |message| drop(outbox.unbounded_send(message)));
            runtime.block_on(serve_commands(inbox, outbox));
        });
        Thread { to, from }
    }
}

impl CommandWorker for Lent {
    fn send(&self, message: Vec<u8>) {
        drop(self.thread.to.unbounded_send(message));
    }

    fn receive(&mut self) -> BoxFuture<'_, Option<Vec<u8>>> {
        self.thread.from.next().boxed()
    }

    fn release(self: Box<Self>) {
        let Lent { thread, threads } = *self;
        threads.commands.fetch_add(1, Ordering::Relaxed);
        threads.idle.lock().unwrap().push(thread);
    }
}
