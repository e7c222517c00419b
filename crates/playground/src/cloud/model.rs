//! The cloud as the API tells it.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Volume {
    pub(crate) name: String,
    pub(crate) size_gb: f64,
    pub(crate) region: String,
    /// The id of the sandbox that holds it.
    pub(crate) attached_to: Option<String>,
    pub(crate) mount_path: Option<String>,
    pub(crate) used_bytes: f64,
}

impl Volume {
    /// How full it is, from 0 to 1.
    pub(crate) fn fullness(&self) -> f64 {
        (self.used_bytes / (self.size_gb * 1024.0 * 1024.0 * 1024.0)).clamp(0.0, 1.0)
    }
}

/// A sandbox that the API lists: started, or stopped within the last day.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Sandbox {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) region: String,
    pub(crate) image: String,
    pub(crate) created_at: String,
    pub(crate) stop_at: String,
}

impl Sandbox {
    pub(crate) fn is_started(&self) -> bool {
        self.state == "started"
    }
}

/// A sandbox that has ended, as the page remembers it: the API forgets one that was killed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ended {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) image: String,
    pub(crate) region: String,
    pub(crate) why: Why,
    /// ISO 8601.
    pub(crate) at: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Why {
    Killed,
    TimeUp,
}

/// What of an event of the stream matters here.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Event {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) at: String,
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) image: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) nearest: Option<String>,
    pub(crate) message: Option<String>,
}

/// A file, directory or symlink of a listing.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FileEntry {
    pub(crate) name: String,
    pub(crate) path: String,
    #[serde(rename = "type")]
    pub(crate) kind: FileKind,
    pub(crate) size: f64,
    pub(crate) modified_at: String,
    pub(crate) target: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FileKind {
    File,
    Directory,
    Symlink,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fullness_is_a_share() {
        let volume = |used_bytes| Volume {
            name: "v".into(),
            size_gb: 1.0,
            region: "iad".into(),
            attached_to: None,
            mount_path: None,
            used_bytes,
        };
        assert_eq!(volume(0.0).fullness(), 0.0);
        assert_eq!(volume(536_870_912.0).fullness(), 0.5);
        assert_eq!(volume(9e12).fullness(), 1.0);
    }
}
