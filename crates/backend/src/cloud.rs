//! The living cloud: the control plane's state, the filesystems, the shells, and the journal they are kept in.
//!
//! Everything here is synchronous and under one lock; durability is awaited outside of it. What goes into the
//! journal goes in the order in which it happened: file changes that wait are collected before each event.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use futures_channel::mpsc::UnboundedReceiver;
use sandbox_core::{
    Command, Config, Error, Event, Sandbox, SandboxStatus, State, TerminalId, UnixMillis, Volume,
};
use sandbox_fs::{Change, ChangeLog, Namespace, SharedTree, Tree, TreeId};
use sandbox_shell::{EndReason, Host, Image, SandboxShell, write_names};
use sandbox_store::Journal;
use serde_json::{Value, json};

use crate::bus::Bus;
use crate::compaction::FrozenCloud;
use crate::contents::Written;
use crate::iso;
use crate::journal_format::Entry;
use crate::terminals::{Identity, Terminal};
use crate::trees::Trees;
use crate::world::{World, from_millis};

pub(crate) struct Cloud {
    state: State,
    config: Config,
    trees: Trees,
    living: HashMap<String, Living>,
    log: ChangeLog,
    journal: Arc<Journal<Written>>,
    world: Arc<World>,
    bus: Bus,
}

/// A started sandbox as programs see it.
pub(crate) struct Living {
    pub(crate) namespace: Namespace,
    pub(crate) shell: Arc<SandboxShell>,
    terminals: BTreeMap<TerminalId, Arc<Terminal>>,
}

impl Living {
    /// Ends what runs, and the terminals first, so that they say why.
    fn end(&self, reason: EndReason) {
        self.terminals.values().for_each(|terminal| terminal.sandbox_ended(reason));
        self.shell.end(reason);
    }
}

impl Cloud {
    pub(crate) fn new(
        state: State,
        trees: Trees,
        log: ChangeLog,
        config: Config,
        journal: Arc<Journal<Written>>,
        world: Arc<World>,
    ) -> Self {
        let bus = Bus::default();
        let mut cloud = Self { state, config, trees, living: HashMap::new(), log, journal, world, bus };
        cloud.start_all();
        cloud
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    pub(crate) fn subscribe(&mut self) -> UnboundedReceiver<String> {
        self.bus.subscribe()
    }

    /// Decides a command and makes it so. An error changes nothing.
    pub(crate) fn run(&mut self, command: &Command) -> Result<Vec<Event>, Error> {
        let now = self.world.now_millis();
        let events = self.state.decide(command, &self.config, now, &mut self.world.ids())?;
        for event in &events {
            self.happen(event);
        }
        Ok(events)
    }

    /// A sandbox that commands can be run in.
    pub(crate) fn sandbox(&self, id: &str) -> Result<&Living, Error> {
        let sandbox = self.state.running(id, self.world.now_millis())?;
        let not_found = || Error::SandboxNotFound { id: id.to_owned(), departure: None };
        self.living.get(sandbox.id.as_str()).ok_or_else(not_found)
    }

    /// A terminal of a sandbox that runs.
    pub(crate) fn terminal(&self, sandbox: &str, id: &str) -> Result<Arc<Terminal>, Error> {
        let mut terminals = self.sandbox(sandbox)?.terminals.values();
        terminals
            .find(|terminal| terminal.identity().id.as_str() == id && !terminal.has_ended())
            .cloned()
            .ok_or_else(|| Error::TerminalNotFound { id: id.to_owned() })
    }

    /// Takes a terminal whose shell has been started.
    pub(crate) fn terminal_created(&mut self, terminal: Arc<Terminal>) {
        let Identity { id, sandbox, shell, created_at } = terminal.identity().clone();
        if let Some(living) = self.living.get_mut(&sandbox) {
            living.terminals.insert(id.clone(), terminal);
            let at = created_at.to_string();
            self.bus.send(&json!({
                "type": "terminal.created", "sandboxId": sandbox, "id": id, "shell": shell, "at": at,
            }));
        }
    }

    /// Lets go of a terminal whose shell has exited. One that ended with its sandbox is gone already.
    pub(crate) fn terminal_exited(&mut self, sandbox: &str, id: &TerminalId, code: i32) {
        let living = self.living.get_mut(sandbox);
        if living.is_some_and(|living| living.terminals.remove(id).is_some()) {
            let at = iso::from_timestamp(self.world.now());
            self.bus.send(&json!({
                "type": "terminal.exited", "sandboxId": sandbox, "id": id, "code": code, "at": at,
            }));
        }
    }

    /// The files of a volume that no sandbox holds.
    pub(crate) fn detached_files(&self, name: &str) -> Result<Namespace, Error> {
        let volume = self.state.detached_volume(name)?;
        let tree = self.trees.volume(&volume.name);
        tree.map(|tree| Namespace::new(Arc::clone(tree)))
            .ok_or_else(|| Error::VolumeNotFound { name: volume.name.clone() })
    }

    pub(crate) fn volume_json(&self, volume: &Volume) -> Value {
        let used = self.trees.volume(&volume.name).map_or(0, |tree| lock(tree).used_bytes());
        volume.to_json(used)
    }

    /// What an exec whose sandbox has ended answers.
    pub(crate) fn ended_during_exec(&self, id: &str) -> Error {
        self.state.ended_during_exec(id, self.world.now_millis())
    }

    /// Whether a command runs somewhere, or a terminal is open.
    pub(crate) fn has_processes(&self) -> bool {
        let is_at_work =
            |living: &Living| !living.shell.processes().is_empty() || !living.terminals.is_empty();
        self.living.values().any(is_at_work)
    }

    /// Bytes that all files take together.
    pub(crate) fn used_bytes(&self) -> u64 {
        self.trees.used_bytes()
    }

    /// Takes file changes that wait into the journal, and tells the listeners whose files they were.
    pub(crate) fn collect_changes(&mut self) {
        let touched = self.record_changes();
        self.tell(touched);
    }

    /// Tells listeners whose files changed.
    fn tell(&mut self, touched: BTreeSet<TreeId>) {
        let at = iso::from_timestamp(self.world.now());
        for tree in touched {
            let (kind, owner) = Trees::owner(&tree);
            self.bus.send(&json!({ "type": "files.changed", kind: owner, "at": at }));
        }
    }

    /// Takes file changes that wait into the journal; the trees that listeners are to hear of.
    fn record_changes(&self) -> BTreeSet<TreeId> {
        let mut touched = BTreeSet::new();
        if self.log.is_empty() {
            return touched;
        }
        for (tree, change) in self.log.drain() {
            if self.bus.is_heard() {
                touched.insert(tree.clone());
            }
            self.record(tree, change);
        }
        touched
    }

    /// Puts a change into the journal, its bytes apart where they are many.
    fn record(&self, tree: TreeId, change: Change) {
        let apart = change.data().filter(|(_, data)| {
            self.journal.keeps_records()
                && data.len() >= self.journal.habits().apart_from as u64
                && data.memory().is_some()
        });
        let Some((offset, data)) = apart else {
            return self.journal.record(&Entry::Change(tree, change));
        };
        let written = Written { tree: tree.clone(), ino: change.ino(), offset };
        let body = data.memory().cloned().unwrap_or_default();
        self.journal.record_with(body, written, |at| Entry::apart(tree, change, at));
    }

    /// The cloud as it is now, and the last record of the journal that is in it.
    pub(crate) fn freeze(&mut self) -> FrozenCloud {
        let (trees, (touched, covers)) = self.trees.freeze(|| (self.record_changes(), self.journal.cut()));
        self.tell(touched);
        FrozenCloud { state: self.state.clone(), trees, covers }
    }

    /// Does something with a filesystem, if it is still there.
    pub(crate) fn with_tree<T>(&self, id: &TreeId, work: impl FnOnce(&mut Tree) -> T) -> Option<T> {
        self.trees.tree(id).map(|tree| work(&mut lock(tree)))
    }

    /// Bytes of contents that are in memory.
    pub(crate) fn memory_bytes(&self) -> u64 {
        self.log.memory_bytes()
    }

    /// Replaces everything by what a saved cloud holds.
    pub(crate) fn replace(&mut self, state: State, trees: Trees) {
        for (_, living) in self.living.drain() {
            living.end(EndReason::EngineRestarted);
        }
        self.log.drain();
        self.state = state;
        self.trees = trees;
        self.start_all();
        self.log.drain();
        if self.journal.keeps_records() {
            self.snapshot();
        }
        let at = iso::from_timestamp(self.world.now());
        self.bus.send(&json!({ "type": "cloud.replaced", "at": at }));
    }

    /// Writes the whole cloud into the journal as one snapshot, which replaces what came before.
    pub(crate) fn snapshot(&mut self) {
        self.collect_changes();
        // Whatever is logged after that line and before the trees are locked is in the snapshot.
        let snapshot = self.trees.snapshot(&self.state, || drop(self.log.drain()));
        self.journal.replace_with(&snapshot);
    }

    pub(crate) fn trees(&self) -> &Trees {
        &self.trees
    }

    pub(crate) fn log(&self) -> &ChangeLog {
        &self.log
    }

    /// Ends every process and every stream; state and files stay as they are.
    pub(crate) fn close(&mut self) {
        self.collect_changes();
        for (_, living) in self.living.drain() {
            living.end(EndReason::EngineRestarted);
        }
        self.bus.close();
    }

    fn happen(&mut self, event: &Event) {
        self.collect_changes();
        self.journal.record(&Entry::Event(event.clone()));
        self.state.apply(event);
        match event {
            Event::SandboxKilled { id, .. } => self.end(id.as_str(), EndReason::Killed),
            Event::SandboxStopped { id, .. } => self.end(id.as_str(), EndReason::Stopped),
            _ => {}
        }
        self.trees.happen(event, &self.log);
        if let Event::SandboxCreated { id, .. } = event {
            self.name(id.as_str());
            self.start(id.as_str());
        }
        self.bus.send(&event.to_json());
    }

    fn end(&mut self, id: &str, reason: EndReason) {
        if let Some(living) = self.living.remove(id) {
            living.end(reason);
            // What its last commands wrote to a volume is part of what happened before the end.
            self.collect_changes();
        }
    }

    fn start_all(&mut self) {
        let started: Vec<String> =
            started(&self.state).map(|sandbox| sandbox.id.as_str().to_owned()).collect();
        for id in started {
            self.start(&id);
        }
    }

    /// Writes a new sandbox's name where programs look for it. That is part of its creation, and told with it.
    fn name(&mut self, id: &str) {
        let Ok(sandbox) = self.state.sandbox(id) else { return };
        let Some(root) = self.trees.root(&sandbox.id) else { return };
        write_names(&Namespace::new(Arc::clone(root)), id, from_millis(sandbox.created_at));
        self.record_changes();
    }

    /// Gives a started sandbox its view of files and its shell.
    fn start(&mut self, id: &str) {
        let Ok(sandbox) = self.state.sandbox(id) else { return };
        let Some(root) = self.trees.root(&sandbox.id) else { return };
        let namespace = Namespace::new(Arc::clone(root));
        if let Some(mount) = &sandbox.mount
            && let Some(volume) = self.trees.volume(&mount.volume)
        {
            let mounted =
                namespace.mount(mount.path.as_str(), Arc::clone(volume), from_millis(sandbox.created_at));
            debug_assert!(mounted.is_ok(), "the image's base leaves room for every mount path: {mounted:?}");
        }
        let host: Arc<dyn Host> = Arc::clone(&self.world) as Arc<dyn Host>;
        let image = Image::resolve(sandbox.image.as_str());
        let shell = SandboxShell::new(namespace.clone(), image, id, sandbox.env.as_map().clone(), host);
        let terminals = BTreeMap::new();
        self.living.insert(id.to_owned(), Living { namespace, shell: Arc::new(shell), terminals });
    }

    /// When the next sandbox is due to stop.
    pub(crate) fn next_deadline(&self) -> Option<UnixMillis> {
        self.state.next_deadline()
    }
}

/// The sandboxes that run.
pub(crate) fn started(state: &State) -> impl Iterator<Item = &Sandbox> {
    state.sandboxes().filter(|sandbox| sandbox.status == SandboxStatus::Started)
}

/// Locks a tree; a panic elsewhere has not left it half-changed, for changes apply whole or not at all.
pub(crate) fn lock(tree: &SharedTree) -> std::sync::MutexGuard<'_, Tree> {
    tree.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A tree that may be shared.
pub(crate) fn shared(tree: Tree) -> SharedTree {
    Arc::new(Mutex::new(tree))
}

/// The label of a tree of this cloud.
pub(crate) fn tree_id(kind: &str, owner: &str) -> TreeId {
    format!("{kind}:{owner}").into()
}
