//! Which images the stand-in emulates, by name and tag, and which of them a mistyped reference meant.

use super::{ImageRef, nearest};

/// One family of images that are built the same way.
struct Family {
    name: &'static str,
    /// Versions by their leading numbers; `20` stands for `20.11.1` too. The first is the one to suggest.
    versions: &'static [&'static str],
    /// What may stand in place of a version.
    aliases: &'static [&'static str],
    /// What may follow the version after a `-`.
    variants: &'static [&'static str],
}

const DEBIAN_VARIANTS: &[&str] =
    &["alpine", "slim", "bookworm", "bookworm-slim", "bullseye", "bullseye-slim"];

const FAMILIES: [Family; 6] = [
    Family {
        name: "node",
        versions: &["20", "18", "22", "24"],
        aliases: &["latest", "lts", "current", "alpine", "slim"],
        variants: DEBIAN_VARIANTS,
    },
    Family {
        name: "python",
        versions: &["3.11", "3.9", "3.10", "3.12", "3.13"],
        aliases: &["latest", "3", "alpine", "slim"],
        variants: DEBIAN_VARIANTS,
    },
    Family {
        name: "postgres",
        versions: &["16", "13", "14", "15", "17"],
        aliases: &["latest", "alpine"],
        variants: &["alpine", "bookworm", "bullseye"],
    },
    Family {
        name: "debian",
        versions: &["12", "11"],
        aliases: &[
            "latest",
            "stable",
            "bookworm",
            "bullseye",
            "stable-slim",
            "bookworm-slim",
            "bullseye-slim",
        ],
        variants: &["slim"],
    },
    Family {
        name: "ubuntu",
        versions: &["24.04", "20.04", "22.04"],
        aliases: &["latest", "noble", "jammy", "focal"],
        variants: &[],
    },
    Family {
        name: "alpine",
        versions: &["3.20", "3.18", "3.19", "3.21"],
        aliases: &["latest", "3"],
        variants: &[],
    },
];

/// The images to suggest: each family with its versions.
pub fn known_images() -> impl Iterator<Item = String> {
    FAMILIES
        .iter()
        .flat_map(|family| family.versions.iter().map(move |version| format!("{}:{version}", family.name)))
}

pub(super) fn is_known(name: &str, tag: &str) -> bool {
    FAMILIES.iter().any(|family| family.name == name && family.has(tag))
}

impl Family {
    fn has(&self, tag: &str) -> bool {
        if self.aliases.contains(&tag) {
            return true;
        }
        let (version, variant) =
            tag.split_once('-').map_or((tag, None), |(version, variant)| (version, Some(variant)));
        let is_version = |known: &&str| {
            version.strip_prefix(*known).is_some_and(|rest| rest.is_empty() || is_more_numbers(rest))
        };
        variant.is_none_or(|variant| self.variants.contains(&variant))
            && (self.versions.iter().any(is_version) || self.aliases.contains(&version))
    }
}

/// Whether a text is `.1`, `.11.1` and the like.
fn is_more_numbers(text: &str) -> bool {
    let number = |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_digit());
    text.strip_prefix('.').is_some_and(|rest| rest.split('.').all(number))
}

/// The known image that is nearest to one that is not: the family by its name, then the version by its tag.
pub(crate) fn nearest_known_image(image: &ImageRef) -> String {
    // Of `registry.example.com/team/node` the last part is the one that names what is inside.
    let last_part = image.name().rsplit('/').next().unwrap_or_default();
    let name = nearest(last_part, FAMILIES.iter().map(|family| family.name));
    let version = FAMILIES
        .iter()
        .find(|family| family.name == name)
        .map_or("latest", |family| nearest_version(image.tag(), family.versions));
    format!("{name}:{version}")
}

fn nearest_version(tag: &str, versions: &'static [&'static str]) -> &'static str {
    let starts_like = |version: &&&str| tag.starts_with(**version);
    versions.iter().find(starts_like).copied().unwrap_or_else(|| nearest(tag, versions.iter().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_by_name_and_tag() {
        for known in [
            "node:20",
            "node:20.11.1",
            "node:20-alpine",
            "node",
            "node:lts-slim",
            "python:3.11",
            "python:3.11.9-slim",
            "postgres:16",
            "docker.io/library/ubuntu:22.04",
            "debian:bookworm-slim",
            "alpine:3.20.1",
        ] {
            assert!(ImageRef::parse(known).unwrap().is_known(), "{known}");
        }
        for unknown in
            ["node:99", "node:200", "node:20.x", "node:20-windows", "nod:20", "ruby:3", "me/node:20"]
        {
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
            ("node:99", "node:20"),
            ("node:21", "node:20"),
            ("pyhton:3.12", "python:3.12"),
            ("ghcr.io/team/node:18.2-custom", "node:18"),
            ("postgresql:15", "postgres:15"),
        ] {
            assert_eq!(nearest_known_image(&ImageRef::parse(unknown).unwrap()), meant);
        }
    }
}
