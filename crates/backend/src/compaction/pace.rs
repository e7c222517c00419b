//! The pace of compaction.

use std::time::Duration;

use sandbox_shell::Host;

use crate::world::World;

/// How long compaction works before others have their turn.
const SLICE: Duration = Duration::from_millis(4);

/// Gives others their turn.
pub(super) struct Pace<'a> {
    world: &'a World,
    since: Duration,
}

impl<'a> Pace<'a> {
    pub(super) fn new(world: &'a World) -> Self {
        Self { world, since: world.real_elapsed() }
    }

    /// Lets others go first if this has worked for a slice.
    pub(super) async fn breathe(&mut self) {
        if self.world.real_elapsed().saturating_sub(self.since) >= SLICE {
            self.world.turn().await;
            self.since = self.world.real_elapsed();
        }
    }
}
