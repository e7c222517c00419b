//! Which images the stand-in emulates, by name and tag, and which of them a mistyped reference meant.
//!
//! The files and programs of an image are the shell's; here are only names, since a name that is not known must be an
//! error or a notice before there is any shell.

use super::{ImageRef, nearest};

/// Images of a language or a database, on a distribution.
struct Family {
    name: &'static str,
    /// The newest first.
    versions: &'static [&'static str],
    /// Other tags for a version.
    aliases: &'static [&'static str],
    /// Parts of a version that are worth a suggestion: `20` of `20.19.5`, `3.11` of `3.11.13`.
    short: usize,
}

const FAMILIES: [Family; 3] = [
    Family {
        name: "node",
        versions: &["24.9.0", "23.11.1", "22.20.0", "21.7.3", "20.19.5", "18.20.8", "16.20.2"],
        aliases: &["latest", "current", "lts", "jod", "iron", "hydrogen"],
        short: 1,
    },
    Family {
        name: "python",
        versions: &["3.13.7", "3.12.11", "3.11.13", "3.10.18", "3.9.23", "3.8.20"],
        aliases: &["latest"],
        short: 2,
    },
    Family {
        name: "postgres",
        versions: &["17.6", "16.10", "15.14", "14.19", "13.22"],
        aliases: &["latest"],
        short: 1,
    },
];

/// Images of a Linux distribution and nothing else: versions, the newest first, and code names.
struct Distribution {
    name: &'static str,
    versions: &'static [&'static str],
    codenames: &'static [&'static str],
}

const DISTRIBUTIONS: [Distribution; 8] = [
    Distribution {
        name: "debian",
        versions: &["13", "12", "11"],
        codenames: &["trixie", "bookworm", "bullseye"],
    },
    Distribution {
        name: "ubuntu",
        versions: &["24.04", "22.04", "20.04", "25.04"],
        codenames: &["noble", "jammy", "focal", "plucky"],
    },
    Distribution {
        name: "alpine",
        versions: &["3.22.1", "3.21.4", "3.20.7", "3.19.8", "3.18.12"],
        codenames: &[],
    },
    Distribution { name: "fedora", versions: &["42", "41", "40"], codenames: &[] },
    Distribution { name: "rockylinux", versions: &["9.3", "8.9"], codenames: &[] },
    Distribution { name: "almalinux", versions: &["10.0", "9.6", "8.10"], codenames: &[] },
    Distribution { name: "amazonlinux", versions: &["2023", "2"], codenames: &[] },
    Distribution { name: "archlinux", versions: &[], codenames: &[] },
];

/// Tags that follow a distribution's releases instead of naming one.
const MOVING_TAGS: [&str; 7] = ["latest", "stable", "oldstable", "edge", "base", "base-devel", "rolling"];

/// The images to suggest: each family and distribution with its versions.
pub fn known_images() -> impl Iterator<Item = String> {
    let families = FAMILIES.iter().flat_map(|family| family.suggestions());
    let distributions = DISTRIBUTIONS.iter().flat_map(|distribution| distribution.suggestions());
    families.chain(distributions)
}

pub(super) fn is_known(name: &str, tag: &str) -> bool {
    FAMILIES.iter().any(|family| family.name == name && family.has(tag))
        || DISTRIBUTIONS.iter().any(|distribution| distribution.name == name && distribution.has(tag))
}

impl Family {
    /// Whether a tag such as `20`, `lts-alpine3.20`, `3.11-bookworm-slim` or `slim` is one.
    fn has(&self, tag: &str) -> bool {
        let [debian, _, alpine, ..] = &DISTRIBUTIONS;
        tag.split('-').enumerate().all(|(index, part)| {
            let is_version = index == 0 && (self.aliases.contains(&part) || leads_any(part, self.versions));
            let is_alpine =
                part.strip_prefix("alpine").is_some_and(|release| release.is_empty() || alpine.has(release));
            is_version || is_alpine || part == "slim" || debian.codenames.contains(&part)
        })
    }

    fn suggestions(&self) -> impl Iterator<Item = String> {
        self.versions.iter().map(|version| format!("{}:{}", self.name, self.shortened(version)))
    }

    fn shortened(&self, version: &'static str) -> &'static str {
        version.match_indices('.').nth(self.short - 1).map_or(version, |(end, _)| &version[..end])
    }
}

impl Distribution {
    /// Whether a tag such as `12`, `bookworm-slim`, `22.04` or `latest` is one.
    fn has(&self, tag: &str) -> bool {
        let release = tag.split_once('-').map_or(tag, |(release, _)| release);
        let is_release = |release| self.codenames.contains(&release) || leads_any(release, self.versions);
        MOVING_TAGS.contains(&tag) || MOVING_TAGS.contains(&release) || is_release(release)
    }

    fn suggestions(&self) -> impl Iterator<Item = String> {
        let versions = if self.versions.is_empty() { &["latest"] } else { self.versions };
        versions.iter().map(|version| format!("{}:{version}", self.name))
    }
}

/// Whether a text is one of the versions, or its first numbers.
fn leads_any(text: &str, versions: &[&str]) -> bool {
    let leads = |version: &str| {
        version.strip_prefix(text).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    !text.is_empty() && versions.iter().copied().any(leads)
}

/// The known image that is nearest to one that is not: the name by its letters, then the tag, kept where it is known.
pub(crate) fn nearest_known_image(image: &ImageRef) -> String {
    // Of `registry.example.com/team/node` the last part is the one that names what is inside.
    let last_part = image.name().rsplit('/').next().unwrap_or_default();
    let names = FAMILIES.iter().map(|family| family.name);
    let name = nearest(last_part, names.chain(DISTRIBUTIONS.iter().map(|distribution| distribution.name)));
    if is_known(name, image.tag()) {
        return format!("{name}:{}", image.tag());
    }
    let family = FAMILIES.iter().find(|family| family.name == name);
    let distribution = DISTRIBUTIONS.iter().find(|distribution| distribution.name == name);
    let short =
        family.into_iter().flat_map(|family| family.versions.iter().map(|version| family.shortened(version)));
    let releases = distribution.into_iter().flat_map(|distribution| distribution.versions.iter().copied());
    format!("{name}:{}", nearest(image.tag(), short.chain(releases).chain(["latest"])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_by_name_and_tag() {
        for known in [
            "node:20",
            "node:20.19.5",
            "node:20-alpine",
            "node",
            "node:lts-slim",
            "node:22-alpine3.20",
            "node:bookworm-slim",
            "python:3",
            "python:3.11.13-slim",
            "postgres:16",
            "alpine:3.20",
            "archlinux",
            "docker.io/library/ubuntu:22.04",
            "debian:bookworm-slim",
            "ubuntu:noble-20250910",
        ] {
            assert!(ImageRef::parse(known).unwrap().is_known(), "{known}");
        }
        for unknown in [
            "node:99",
            "node:2",
            "node:20.x",
            "node:20-windows",
            "node:slim-20",
            "node:alpine9",
            "nod:20",
            "ruby:3",
            "me/node:20",
            "debian:1",
            "ubuntu:3",
        ] {
            assert!(!ImageRef::parse(unknown).unwrap().is_known(), "{unknown}");
        }
    }

    #[test]
    fn every_suggestion_is_known() {
        for image in known_images() {
            assert!(ImageRef::parse(&image).unwrap().is_known(), "{image}");
        }
    }

    #[test]
    fn nearest_images() {
        for (unknown, meant) in [
            ("nod:20", "node:20"),
            ("nod:20-alpine", "node:20-alpine"),
            ("node:99", "node:24"),
            ("node:19", "node:18"),
            ("pyhton:3.12", "python:3.12"),
            ("ghcr.io/team/node:18.2-custom", "node:18"),
            ("postgresql:15", "postgres:15"),
            ("debain:12", "debian:12"),
        ] {
            assert_eq!(nearest_known_image(&ImageRef::parse(unknown).unwrap()), meant);
        }
    }
}
