//! What a caller may set when a cloud is opened: the same on every surface.

use sandbox_core::{Config, Limits, Plan, UnknownImages};
use serde::Deserialize;
use serde_json::Value;

use crate::error::OpenError;

/// Options of one cloud, as JSON objects give them (camelCase; unknown names are refused).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct BackendOptions {
    /// The seed of all ids and randomness; without one, randomness comes from the platform.
    pub seed: Option<u64>,
    /// Where time comes from.
    pub clock: ClockOption,
    /// The key that requests must carry as `Authorization: Bearer …`; without one, any key or none will do.
    pub api_key: Option<String>,
    /// What an image that the stand-in does not know becomes.
    pub unknown_images: Option<UnknownImages>,
    /// Whether a sandbox that reaches its `stopAt` lets its volume go (default) or keeps it until it is deleted.
    pub release_on_stop: Option<bool>,
    /// A plan whose limits apply; without one, none do.
    pub plan: Option<Plan>,
    /// Limits one by one; they win over those of the plan.
    pub limits: Limits,
    /// What is in memory, and what is written anew.
    pub storage_limits: StorageLimits,
}

/// How a cloud uses memory and storage. The defaults suit a browser's tab.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct StorageLimits {
    /// Up to how many bytes of files stay in memory that are in the store too.
    pub loaded_bytes: u64,
    /// A journal shorter than this is not compacted.
    pub compact_at_bytes: u64,
}

impl Default for StorageLimits {
    fn default() -> Self {
        Self { loaded_bytes: 64 << 20, compact_at_bytes: 16 << 20 }
    }
}

/// Where time comes from.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(untagged, expecting = "it must be \"system\" or a whole number of milliseconds since the Unix epoch")]
pub enum ClockOption {
    /// The platform's clock (default).
    Platform(SystemClock),
    /// A virtual clock that starts here (milliseconds since the Unix epoch) and moves only by sleeps and by
    /// `POST /api/v1/_mock/clock`.
    Virtual(u64),
}

impl Default for ClockOption {
    fn default() -> Self {
        ClockOption::Platform(SystemClock::System)
    }
}

/// The one name that [`ClockOption`] knows.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SystemClock {
    /// The platform's clock.
    System,
}

impl BackendOptions {
    /// Reads options from JSON.
    ///
    /// # Errors
    /// [`OpenError::Options`], with what is wrong.
    pub fn from_json(value: &Value) -> Result<Self, OpenError> {
        serde_path_to_error::deserialize(value).map_err(|error| {
            let field = error.path().to_string();
            OpenError::Options(format!("{field}: {}", error.into_inner()))
        })
    }

    /// The rules of the control plane that these options ask for.
    pub(crate) fn config(&self) -> Config {
        let default = Config::default();
        let plan = self.plan.map(Plan::limits).unwrap_or_default();
        Config {
            release_on_stop: self.release_on_stop.unwrap_or(default.release_on_stop),
            unknown_images: self.unknown_images.unwrap_or(default.unknown_images),
            limits: Limits {
                concurrent_sandboxes: self.limits.concurrent_sandboxes.or(plan.concurrent_sandboxes),
                credits: self.limits.credits.or(plan.credits),
            },
        }
    }
}
