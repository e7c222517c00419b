//! The cloud as the API tells it.

use crate::bridge::Object;

#[derive(Clone, Debug, PartialEq)]
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
    pub(crate) fn read(from: &Object) -> Self {
        Self {
            name: from.text("name"),
            size_gb: from.number("sizeGb"),
            region: from.text("region"),
            attached_to: from.optional_text("attachedTo"),
            mount_path: from.optional_text("mountPath"),
            used_bytes: from.number("usedBytes"),
        }
    }

    /// How full it is, from 0 to 1.
    pub(crate) fn fullness(&self) -> f64 {
        (self.used_bytes / (self.size_gb * 1024.0 * 1024.0 * 1024.0)).clamp(0.0, 1.0)
    }
}

/// A sandbox that the API lists: started, or stopped within the last day.
#[derive(Clone, Debug, PartialEq)]
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
    pub(crate) fn read(from: &Object) -> Self {
        Self {
            id: from.text("id"),
            name: from.text("name"),
            state: from.text("state"),
            region: from.text("region"),
            image: from.text("image"),
            created_at: from.text("createdAt"),
            stop_at: from.text("stopAt"),
        }
    }

    pub(crate) fn is_started(&self) -> bool {
        self.state == "started"
    }
}

/// A sandbox that has ended, as the page remembers it: the API forgets one that was killed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ended {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) image: String,
    pub(crate) region: String,
    pub(crate) why: Why,
    /// ISO 8601.
    pub(crate) at: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    Killed,
    TimeUp,
}

impl Ended {
    /// One line of text; none of the parts can hold a tab.
    pub(crate) fn to_line(&self) -> String {
        let why = match self.why {
            Why::Killed => "killed",
            Why::TimeUp => "time-up",
        };
        [&self.id, &self.name, &self.image, &self.region, why, &self.at].join("\t")
    }

    /// Reads such a line; `None` for any other.
    pub(crate) fn from_line(line: &str) -> Option<Self> {
        let mut parts = line.split('\t').map(str::to_owned);
        let mut next = || parts.next();
        let (id, name, image, region) = (next()?, next()?, next()?, next()?);
        let why = if next()? == "killed" { Why::Killed } else { Why::TimeUp };
        Some(Self { id, name, image, region, why, at: next()? })
    }
}

/// A sandbox whose image is not emulated: it got a plain Linux, which the API tells in an event only.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plain {
    pub(crate) id: String,
    /// The known image that is nearest.
    pub(crate) nearest: String,
}

/// What of an event of the stream matters here.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Event {
    pub(crate) kind: String,
    pub(crate) at: String,
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) image: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) nearest: Option<String>,
    pub(crate) sandbox_id: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) message: Option<String>,
    /// Of an engine that was started anew: whether its data outlives the page.
    pub(crate) durable: bool,
}

impl Event {
    pub(crate) fn read(from: &Object) -> Self {
        Self {
            kind: from.text("type"),
            at: from.text("at"),
            id: from.optional_text("id"),
            name: from.optional_text("name"),
            image: from.optional_text("image"),
            region: from.optional_text("region"),
            nearest: from.optional_text("nearest"),
            sandbox_id: from.optional_text("sandboxId"),
            reason: from.optional_text("reason"),
            message: from.optional_text("message"),
            durable: from.flag("durable"),
        }
    }
}

/// A file, directory or symlink of a listing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FileEntry {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) kind: FileKind,
    pub(crate) size: f64,
    /// When its content last changed, ISO 8601.
    pub(crate) modified_at: String,
    pub(crate) target: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    File,
    Directory,
    Symlink,
}

impl FileEntry {
    pub(crate) fn read(from: &Object) -> Self {
        let kind = match from.text("type").as_str() {
            "directory" => FileKind::Directory,
            "symlink" => FileKind::Symlink,
            _ => FileKind::File,
        };
        Self {
            name: from.text("name"),
            path: from.text("path"),
            kind,
            size: from.number("size"),
            modified_at: from.text("modifiedAt"),
            target: from.optional_text("target"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ended_sandbox_is_kept_as_a_line() {
        let ended = Ended {
            id: "a".into(),
            name: "calm-lake".into(),
            image: "node:20".into(),
            region: "iad".into(),
            why: Why::TimeUp,
            at: "2026-01-01T00:10:00.000Z".into(),
        };
        assert_eq!(Ended::from_line(&ended.to_line()), Some(ended));
        assert_eq!(Ended::from_line("something else"), None);
    }

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
