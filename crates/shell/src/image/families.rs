//! The language and database images: their versions and what a tag of theirs means.

use super::distributions::{Distribution, release};

/// What an image adds to its distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Family {
    /// Nothing: a distribution's own image.
    Plain,
    Node,
    Python,
    Postgres,
}

impl Family {
    /// The name of the official image; for a plain one the distribution has it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plain => "linux",
            Self::Node => "node",
            Self::Python => "python",
            Self::Postgres => "postgres",
        }
    }

    /// Known versions, the newest first; the second number is what comes with it (npm, pip, nothing).
    pub(crate) fn versions(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Plain => &[],
            Self::Node => &[
                ("24.9.0", "11.6.0"),
                ("23.11.1", "10.9.2"),
                ("22.20.0", "10.9.3"),
                ("21.7.3", "10.5.0"),
                ("20.19.5", "10.8.2"),
                ("18.20.8", "10.8.2"),
                ("16.20.2", "8.19.4"),
            ],
            Self::Python => &[
                ("3.13.7", "25.2"),
                ("3.12.11", "25.0.1"),
                ("3.11.13", "24.0"),
                ("3.10.18", "23.0.1"),
                ("3.9.23", "23.0.1"),
                ("3.8.20", "23.0.1"),
            ],
            Self::Postgres => &[("17.6", ""), ("16.10", ""), ("15.14", ""), ("14.19", ""), ("13.22", "")],
        }
    }
}

/// What a tag of a language or database image means.
#[derive(Debug)]
pub(crate) struct Variant {
    pub(crate) family: Family,
    /// Full version.
    pub(crate) version: &'static str,
    /// Version of npm or pip.
    pub(crate) manager: &'static str,
    pub(crate) distribution: &'static Distribution,
    /// Whether the image comes without the tools for building (`-slim`, `-alpine`).
    pub(crate) slim: bool,
}

/// Reads a tag such as `20`, `20.19.5-bookworm-slim`, `3.11-alpine3.20`, `lts`, `bullseye`. `None` when a part
/// of it is unknown.
pub(crate) fn variant(name: &str, tag: &str) -> Option<Variant> {
    let family = match name {
        "node" => Family::Node,
        "python" => Family::Python,
        "postgres" => Family::Postgres,
        _ => return None,
    };
    let mut version = None;
    let mut distribution = None;
    let mut slim = false;
    for (index, part) in tag.split('-').enumerate() {
        if part == "slim" {
            slim = true;
        } else if let Some(alpine) = part.strip_prefix("alpine") {
            distribution = Some(release("alpine", if alpine.is_empty() { "latest" } else { alpine })?);
        } else if let Some(debian) = release("debian", part)
            .filter(|_| !part.starts_with(|c: char| c.is_ascii_digit()) && part != "latest")
        {
            distribution = Some(debian);
        } else if index == 0 {
            version = Some(find_version(family, part)?);
        } else {
            return None;
        }
    }
    let (version, manager) = version.unwrap_or(family.versions()[0]);
    // Postgres' images come without the tools for building.
    let slim =
        slim || family == Family::Postgres || distribution.is_some_and(|d: &Distribution| d.id == "alpine");
    let distribution = match distribution {
        Some(distribution) => distribution,
        None => release("debian", if family == Family::Python { "trixie" } else { "bookworm" })?,
    };
    Some(Variant { family, version, manager, distribution, slim })
}

fn find_version(family: Family, tag: &str) -> Option<(&'static str, &'static str)> {
    let tag = match (family, tag) {
        (_, "latest") | (Family::Node, "current") => return family.versions().first().copied(),
        (Family::Node, "lts" | "jod") => "22",
        (Family::Node, "iron") => "20",
        (Family::Node, "hydrogen") => "18",
        (_, tag) => tag,
    };
    family.versions().iter().copied().find(|(version, _)| {
        *version == tag
            || version.strip_prefix(tag).is_some_and(|rest| !tag.is_empty() && rest.starts_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, tag: &str) -> Option<(&'static str, &'static str, bool)> {
        variant(name, tag).map(|v| (v.version, v.distribution.id, v.slim))
    }

    #[test]
    fn tags_are_read() {
        assert_eq!(read("node", "20"), Some(("20.19.5", "debian", false)));
        assert_eq!(read("node", "latest"), Some(("24.9.0", "debian", false)));
        assert_eq!(read("node", "lts-alpine"), Some(("22.20.0", "alpine", true)));
        assert_eq!(read("node", "20-bookworm-slim"), Some(("20.19.5", "debian", true)));
        assert_eq!(read("node", "bullseye"), Some(("24.9.0", "debian", false)));
        assert_eq!(read("python", "3.11"), Some(("3.11.13", "debian", false)));
        assert_eq!(read("python", "3"), Some(("3.13.7", "debian", false)));
        assert_eq!(read("python", "3.12-alpine3.20"), Some(("3.12.11", "alpine", true)));
        assert_eq!(read("postgres", "16"), Some(("16.10", "debian", true)));
    }

    #[test]
    fn unknown_tags_are_not_guessed() {
        for (name, tag) in
            [("node", "99"), ("node", "2"), ("node", "20-windows"), ("node", ""), ("redis", "7")]
        {
            assert!(variant(name, tag).is_none(), "{name}:{tag}");
        }
    }
}
