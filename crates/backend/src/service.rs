//! What the routes share: the cloud under its lock, the outside world, and the promise of durability.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use futures_util::future::{AbortHandle, BoxFuture, abortable};
use sandbox_core::{Command, Error, UnixMillis};
use sandbox_fs::{ChangeLog, Piece};
use sandbox_shell::Host;
use sandbox_store::{Journal, Store, StoreKind};

use crate::cloud::{Cloud, started};
use crate::compaction::{Compaction, Sizes};
use crate::contents::{Contents, Written, stored};
use crate::error::{OpenError, from_store};
use crate::journal_format::{Entry, Snapshot};
use crate::options::BackendOptions;
use crate::replay::{Replayed, replay};
use crate::world::World;

/// Most bytes of files that one cloud holds in memory, volumes and sandboxes together: well below the 4 GB that a
/// WebAssembly module can address.
const MEMORY_LIMIT_BYTES: u64 = 3 << 29;
/// A cloud larger than this is not saved as one file: it would be in memory three times meanwhile.
pub(crate) const WHOLE_CLOUD_CEILING_BYTES: u64 = 256 << 20;
/// Most bytes that wait in the journal before changes stay out of it.
const MAX_WAITING_BYTES: usize = 32 << 20;
/// How often what running commands write is made durable while no request asks.
const RUNNING_FLUSH_INTERVAL: Duration = Duration::from_millis(50);
/// The longest time that one timer waits for a deadline.
const LONGEST_WAIT: Duration = Duration::from_secs(3_600);

pub(crate) struct Service {
    cloud: Mutex<Cloud>,
    world: Arc<World>,
    journal: Arc<Journal<Written>>,
    contents: Contents,
    settling: AtomicBool,
    compaction: Compaction,
    api_key: Option<String>,
    /// Whether sandboxes were alive when this engine took over: their processes are gone.
    processes_lost: bool,
    watched: Mutex<Option<Watched>>,
    running_flush: AtomicBool,
    closed: AtomicBool,
    myself: Weak<Service>,
}

/// The deadline that a timer is set for.
struct Watched {
    deadline: UnixMillis,
    timer: AbortHandle,
}

impl Service {
    pub(crate) async fn open(
        options: BackendOptions,
        store: Arc<dyn Store>,
        platform: Arc<dyn Host>,
    ) -> Result<Arc<Self>, OpenError> {
        let (journal, recovered) = Journal::open::<Snapshot, Entry>(store).await?;
        let journal = Arc::new(journal);
        let world = Arc::new(World::new(platform, options.clock, options.seed, journal.epoch()));
        let log = ChangeLog::with_memory_limit(MEMORY_LIMIT_BYTES);
        let Replayed { state, trees, segments } = replay(recovered, &log)?;
        let processes_lost = started(&state).next().is_some();
        let cloud = Cloud::new(state, trees, log, options.config(), Arc::clone(&journal), Arc::clone(&world));
        let service = Arc::new_cyclic(|myself| Self {
            cloud: Mutex::new(cloud),
            world,
            journal,
            contents: Contents::new(options.storage_limits.loaded_bytes, segments),
            settling: AtomicBool::new(false),
            compaction: Compaction::new(options.storage_limits.compact_at_bytes),
            api_key: options.api_key,
            processes_lost,
            watched: Mutex::new(None),
            running_flush: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            myself: Weak::clone(myself),
        });
        if let Some(clock) = service.world.virtual_clock() {
            let service = Weak::clone(&service.myself);
            clock.after_jump(move || {
                if let Some(service) = service.upgrade() {
                    service.tick();
                }
            });
        }
        service.tick();
        service.watch_deadlines();
        Ok(service)
    }

    pub(crate) fn cloud(&self) -> MutexGuard<'_, Cloud> {
        self.cloud.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn world(&self) -> &World {
        &self.world
    }

    pub(crate) fn storage(&self) -> StoreKind {
        self.journal.kind()
    }

    pub(crate) fn epoch(&self) -> u64 {
        self.journal.epoch()
    }

    pub(crate) fn api_key(&self) -> Option<&str> {
        self.api_key.as_deref()
    }

    pub(crate) fn processes_lost(&self) -> bool {
        self.processes_lost
    }

    pub(crate) fn spawn(&self, task: BoxFuture<'static, ()>) {
        self.world.spawn(task);
    }

    /// Stops what is due.
    pub(crate) fn tick(&self) {
        let mut cloud = self.cloud();
        let due = cloud.next_deadline().is_some_and(|deadline| deadline <= self.world.now_millis());
        if due {
            let ticked = cloud.run(&Command::Tick);
            debug_assert!(ticked.is_ok(), "a tick is never an error");
        }
    }

    /// Resolves when everything that has happened so far is durable.
    pub(crate) async fn flush(&self) -> Result<(), Error> {
        loop {
            let collected = self.collect_changes();
            self.journal.flush().await.map_err(|error| from_store(&error))?;
            self.settle_soon();
            if collected {
                self.compact_when_due();
                return Ok(());
            }
        }
    }

    /// Takes file changes into the journal, unless so much waits there that they had better stay where their
    /// writers wait for them: a store that fails must not fill the memory.
    fn collect_changes(&self) -> bool {
        if self.journal.waiting_bytes() > MAX_WAITING_BYTES {
            return false;
        }
        self.cloud().collect_changes();
        true
    }

    /// Lets files be told where what they wrote lies now that it is durable. Nobody waits for it.
    fn settle_soon(&self) {
        if !self.journal.has_stored() || self.settling.swap(true, Ordering::SeqCst) {
            return;
        }
        let service = Weak::clone(&self.myself);
        self.spawn(Box::pin(async move {
            if let Some(service) = service.upgrade() {
                service.settle().await;
                service.settling.store(false, Ordering::SeqCst);
            }
        }));
    }

    /// Waits until files were told where all lies that is durable.
    pub(crate) async fn settled(&self) {
        if !self.settling.swap(true, Ordering::SeqCst) {
            self.settle().await;
            self.settling.store(false, Ordering::SeqCst);
        }
        while self.settling.load(Ordering::SeqCst) {
            self.world.turn().await;
        }
    }

    async fn settle(&self) {
        // What could not be read back stays in memory, and is asked for again.
        for written in self.journal.take_stored().await.unwrap_or_default() {
            let place = stored(&written.segment, written.at, written.body.len() as u64);
            self.contents.add(&written.segment);
            self.contents.settle(&self.cloud(), written.tag, &Piece::Memory(written.body), place);
        }
        self.contents.unload(&self.cloud());
    }

    /// Begins to compact where the journal has grown enough since the last time, and no compaction is under way.
    fn compact_when_due(&self) {
        if !self.journal.keeps_records() || self.closed.load(Ordering::SeqCst) {
            return;
        }
        if !self.compaction.begins(self.sizes(), self.cloud().used_bytes()) {
            return;
        }
        let service = Weak::clone(&self.myself);
        self.spawn(Box::pin(async move {
            if let Some(service) = service.upgrade() {
                // A failure leaves everything as it was. It is tried again when the journal has grown further.
                let _ = service.compact().await;
                service.compaction.ended(service.sizes(), service.cloud().used_bytes());
            }
        }));
    }

    /// How much the store holds.
    pub(crate) fn sizes(&self) -> Sizes {
        Sizes {
            records: self.journal.bytes_since_checkpoint() as u64,
            segments: self.journal.segment_bytes(),
        }
    }

    pub(crate) fn journal(&self) -> &Journal<Written> {
        &self.journal
    }

    pub(crate) fn compaction(&self) -> &Compaction {
        &self.compaction
    }

    pub(crate) fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Keeps one timer, for the next time at which something is due; none while nothing is. A virtual clock needs
    /// none: what is due then is done before each request.
    pub(crate) fn watch_deadlines(&self) {
        let rests = self.closed.load(Ordering::SeqCst) || self.world.virtual_clock().is_some();
        let next = if rests { None } else { self.cloud().next_deadline() };
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        if watched.as_ref().map(|watched| watched.deadline) == next {
            return;
        }
        if let Some(Watched { timer, .. }) = watched.take() {
            timer.abort();
        }
        let Some(deadline) = next else { return };
        let wait = Duration::from_millis(deadline.since(self.world.now_millis())).min(LONGEST_WAIT);
        let (timer, abort) = abortable(self.world.real_sleep(wait));
        *watched = Some(Watched { deadline, timer: abort });
        let service = Weak::clone(&self.myself);
        self.spawn(Box::pin(async move {
            if timer.await.is_ok()
                && let Some(service) = service.upgrade()
            {
                service.deadline_passed().await;
            }
        }));
    }

    async fn deadline_passed(&self) {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.tick();
        self.watch_deadlines();
        // A failure here is not lost: the events stay pending, and the next request is told.
        let _ = self.flush().await;
    }

    /// While commands run, what they write becomes durable by and by, not only with the next answer: changes that
    /// wait stay few, and a background process needs nobody to ask.
    pub(crate) fn flush_while_commands_run(&self) {
        if self.running_flush.swap(true, Ordering::SeqCst) {
            return;
        }
        let (service, world) = (Weak::clone(&self.myself), Arc::clone(&self.world));
        self.spawn(Box::pin(async move {
            loop {
                world.real_sleep(RUNNING_FLUSH_INTERVAL).await;
                let Some(service) = service.upgrade() else { return };
                // A failure stays pending and is told to the next request.
                let _ = service.flush().await;
                if !service.cloud().has_processes() {
                    service.running_flush.store(false, Ordering::SeqCst);
                    return;
                }
            }
        }));
    }

    pub(crate) async fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.watch_deadlines();
        self.cloud().close();
        // Whoever closes waits for what is pending, and cannot do more about a store that fails.
        let _ = self.journal.flush().await;
        self.journal.close().await;
    }
}
