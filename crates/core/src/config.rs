//! How a cloud is set up: the options of the service's stand-in that its rules depend on.

use serde::{Deserialize, Serialize};

use crate::assumptions::{PRO_CONCURRENT_SANDBOXES, RELEASE_ON_STOP, UNKNOWN_IMAGES};

/// What to do with a well-formed image reference that the stand-in does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnknownImages {
    /// Give a plain Linux and say so in an event.
    Plain,
    /// Answer the documented 404 `template not found`.
    Reject,
}

/// The documented plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Plan {
    /// 3 sandboxes at once, 1,000,000 credits a month.
    Free,
    /// 10 sandboxes at once, 10,000,000 credits a month.
    Hobby,
    /// Many sandboxes at once, 50,000,000 credits a month.
    Pro,
}

impl Plan {
    /// The limits that come with the plan.
    pub fn limits(self) -> Limits {
        let (concurrent_sandboxes, credits) = match self {
            Plan::Free => (3, 1_000_000),
            Plan::Hobby => (10, 10_000_000),
            Plan::Pro => (PRO_CONCURRENT_SANDBOXES, 50_000_000),
        };
        Limits { concurrent_sandboxes: Some(concurrent_sandboxes), credits: Some(credits) }
    }
}

/// What a plan allows. `None` is no limit, which is the default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Limits {
    /// Most sandboxes that run at once.
    pub concurrent_sandboxes: Option<u32>,
    /// Credits in a calendar month (UTC).
    pub credits: Option<u64>,
}

/// The options that the rules depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Config {
    /// Whether a sandbox that reaches `stopAt` releases its volume.
    pub release_on_stop: bool,
    /// What an unknown image gives.
    pub unknown_images: UnknownImages,
    /// What the plan allows.
    pub limits: Limits,
}

impl Default for Config {
    fn default() -> Self {
        Config { release_on_stop: RELEASE_ON_STOP, unknown_images: UNKNOWN_IMAGES, limits: Limits::default() }
    }
}
