//! What a running command works with, beside its streams.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sandbox_fs::{Errno, Namespace, OpenFlags, Timestamp};
use sandbox_kernel::{Call, Description, Descriptors, Host, Kernel, Process, open};

/// A running command: its process and what that has.
pub(crate) struct Run {
    pub(crate) process: Arc<Process>,
    pub(crate) descriptors: Descriptors,
    pub(crate) env: Arc<BTreeMap<String, String>>,
    /// The sandbox's files, as the process's user may use them.
    pub(crate) files: Namespace,
    /// The outside world.
    pub(crate) host: Arc<dyn Host>,
    /// The working directory when the command began.
    pub(crate) cwd: PathBuf,
    /// The name by which it was called.
    pub(crate) called: String,
}

impl Run {
    /// What a call gives, and its arguments without the name.
    pub(super) fn of(call: Call) -> (Arc<Self>, Vec<String>) {
        let Call { process, mut args, env, descriptors } = call;
        process.begin(&env, &descriptors);
        let called = if args.is_empty() { String::new() } else { args.remove(0) };
        let (files, host) = (process.files(), Arc::clone(&process.kernel.host));
        let cwd = PathBuf::from(process.cwd());
        (Arc::new(Self { process, descriptors, env, files, host, cwd, called }), args)
    }

    pub(crate) fn kernel(&self) -> &Arc<Kernel> {
        &self.process.kernel
    }

    /// The cloud's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.host.now()
    }

    /// Permission bits that new files do not get.
    pub(crate) fn umask(&self) -> u32 {
        self.process.credentials().umask
    }

    /// Gives others their turn when it is due.
    pub(crate) async fn breathe(&self) {
        self.kernel().breathe().await;
    }

    /// Sleeps on the cloud's clock.
    pub(crate) async fn sleep(&self, duration: Duration) {
        self.process.sleep(duration).await;
    }

    /// Waits while too much of what was written waits for the journal.
    pub(crate) async fn wait_for_journal(&self) {
        self.kernel().wait_for_journal().await;
    }

    /// Opens a path to be read: a file, a device, another descriptor.
    ///
    /// # Errors
    ///
    /// Those of `open(2)`.
    pub(crate) fn open(&self, path: &str) -> Result<Arc<Description>, Errno> {
        open(&self.process, &self.descriptors, path, OpenFlags::READ, 0)
    }
}
