//! References to images, in the grammar of container registries.

use serde::Deserialize;

use super::known_images;
use crate::errors::{Error, ShownValue};

/// A well-formed reference: `[registry/]name[:tag][@digest]`, as it was given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct ImageRef(String);

/// Registries and namespaces that mean an official image.
const OFFICIAL_PREFIXES: [&str; 5] = [
    "docker.io/library/",
    "index.docker.io/library/",
    "public.ecr.aws/docker/library/",
    "docker.io/",
    "library/",
];
const MAX_NAME_BYTES: usize = 255;
const MAX_TAG_BYTES: usize = 128;

/// A host name; at the front of a name with a slash, one with a dot or a port is a registry.
macro_rules! label {
    () => {
        "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
    };
}
macro_rules! word {
    () => {
        "[a-z0-9]+((_|__|-+)[a-z0-9]+)*"
    };
}
macro_rules! part {
    () => {
        "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*"
    };
}

impl ImageRef {
    /// The grammar as one regular expression, for those who only read: whatever matches is taken, unless it matches
    /// [`NAME_TOO_LONG_PATTERN`](Self::NAME_TOO_LONG_PATTERN) too.
    pub const PATTERN: &str = concat!(
        "^((",
        concat!(
            "(",
            label!(),
            "(\\.",
            label!(),
            ")*:[0-9]+|",
            label!(),
            "(\\.",
            label!(),
            ")+|",
            word!(),
            ")"
        ),
        concat!("(/", part!(), ")+|", part!(), ")"),
        ")(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?",
        "(@[A-Za-z][A-Za-z0-9+._-]*:[0-9a-fA-F]{32,})?$"
    );
    /// A name of more than 255 bytes: the colon of a registry's port counts, that of a tag ends it.
    pub const NAME_TOO_LONG_PATTERN: &str = "^([^:@]|:(?=[0-9]+/)){256}";

    /// Checks a reference. The field of the error is `image` unless [`Error::at`] says otherwise.
    pub fn parse(text: &str) -> Result<Self, Error> {
        match broken_rule(text) {
            None => Ok(ImageRef(text.to_owned())),
            Some(rule) => {
                Err(Error::InvalidImage { field: "image".to_owned(), rule, value: ShownValue::from(text) })
            }
        }
    }

    /// The name without tag and digest, and without the registry's parts that are understood: `node` for
    /// `docker.io/library/node:20`.
    pub fn name(&self) -> &str {
        let name = split(&self.0).name;
        OFFICIAL_PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name)
    }

    /// The tag; `latest` where none is given.
    pub fn tag(&self) -> &str {
        split(&self.0).tag.unwrap_or("latest")
    }

    /// Whether the stand-in emulates this image, and does not just give a plain Linux in its place.
    pub fn is_known(&self) -> bool {
        known_images::is_known(self.name(), self.tag())
    }
}

super::text_value!(ImageRef);

struct Parts<'a> {
    name: &'a str,
    tag: Option<&'a str>,
    digest: Option<&'a str>,
}

fn split(text: &str) -> Parts<'_> {
    let (rest, digest) = match text.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (text, None),
    };
    // A colon before the last slash is the port of a registry.
    let (name, tag) = match rest.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (rest, None),
    };
    Parts { name, tag, digest }
}

fn broken_rule(text: &str) -> Option<&'static str> {
    let Parts { name, tag, digest } = split(text);
    if name.is_empty() {
        return Some("a name is needed");
    }
    if name.len() > MAX_NAME_BYTES {
        return Some("a name is at most 255 bytes long");
    }
    let mut parts = name.split('/').peekable();
    let registry = parts.next_if(|first| name.contains('/') && is_registry(first));
    if registry.is_some_and(|registry| !is_well_formed_registry(registry)) {
        return Some("a registry is a host name with an optional port");
    }
    if !parts.all(is_name_part) {
        return Some("a name has parts of a-z and 0-9, joined by ., _, __ or -, with / between them");
    }
    if tag.is_some_and(|tag| !is_tag(tag)) {
        return Some("a tag has 1 to 128 of A-Z, a-z, 0-9, _, . and -, and begins with none of the last two");
    }
    if digest.is_some_and(|digest| !is_digest(digest)) {
        return Some("a digest is an algorithm, a colon and at least 32 hexadecimal digits");
    }
    None
}

fn is_registry(first: &str) -> bool {
    first == "localhost" || first.contains(['.', ':'])
}

fn is_well_formed_registry(text: &str) -> bool {
    let (host, port) = text.split_once(':').unwrap_or((text, "0"));
    let label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.split('.').all(label) && !port.is_empty() && port.bytes().all(|c| c.is_ascii_digit())
}

fn is_name_part(part: &str) -> bool {
    let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let separator = |run: &str| matches!(run, "" | "." | "_" | "__") || run.bytes().all(|c| c == b'-');
    part.starts_with(alphanumeric) && part.ends_with(alphanumeric) && part.split(alphanumeric).all(separator)
}

fn is_tag(tag: &str) -> bool {
    let word = |c: u8| c.is_ascii_alphanumeric() || c == b'_';
    (1..=MAX_TAG_BYTES).contains(&tag.len())
        && tag.bytes().next().is_some_and(word)
        && tag.bytes().all(|c| word(c) || c == b'.' || c == b'-')
}

fn is_digest(digest: &str) -> bool {
    digest.split_once(':').is_some_and(|(algorithm, hex)| {
        algorithm.starts_with(|c: char| c.is_ascii_alphabetic())
            && algorithm.bytes().all(|c| c.is_ascii_alphanumeric() || b"+._-".contains(&c))
            && hex.len() >= 32
            && hex.bytes().all(|c| c.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_formed_references() {
        let digest = format!("node@sha256:{}", "0".repeat(64));
        for (text, name, tag) in [
            ("node", "node", "latest"),
            ("node:20", "node", "20"),
            ("library/node:20", "node", "20"),
            ("docker.io/library/node:20-alpine", "node", "20-alpine"),
            ("registry.example.com:5000/team/app:1.2", "registry.example.com:5000/team/app", "1.2"),
            ("localhost/app", "localhost/app", "latest"),
            ("team/my__app.x/b--c_d", "team/my__app.x/b--c_d", "latest"),
            (&digest, "node", "latest"),
        ] {
            let image = ImageRef::parse(text).unwrap();
            assert_eq!((image.name(), image.tag()), (name, tag));
        }
    }

    /// The parser and the expression agree.
    #[test]
    fn the_pattern_is_the_grammar() {
        let pattern = regex::Regex::new(ImageRef::PATTERN).unwrap();
        let digest = format!("a.b:1/c__d@sha256:{}", "0".repeat(32));
        let good = ["a", "a:1", "a-b/c", "a.b", "A.b/c", "a.b/c.d:x", "localhost/a", "h:80/x/y:t", &digest];
        let bad = [
            "",
            "A",
            "A/b",
            "a_b.c/d",
            "a_.b/c",
            "a.-/c",
            "h:/x",
            "h:80",
            "a/B",
            "a//b",
            "a:",
            "a@",
            "a:1:2",
            "a.b/",
            "a___b",
            "a..b",
            "a@sha256:00",
            "é",
        ];
        for text in good {
            assert!(ImageRef::parse(text).is_ok() && pattern.is_match(text), "{text}");
        }
        for text in bad {
            // A port without a path after it is a tag.
            assert_eq!(ImageRef::parse(text).is_ok(), pattern.is_match(text), "{text}");
        }
    }

    #[test]
    fn malformed_references() {
        for bad in [
            "",
            " ",
            "Node:20",
            "node:",
            "node:-x",
            "node:a b",
            "node@",
            "node@sha256:12",
            "a//b",
            "/a",
            "a/",
            "a..b",
            "a___b",
            "-a",
            "a-",
            "http://x/y",
            "host.:80/x",
            "h:/x",
            "node:20:21",
            "é",
            "a\0",
            &"a".repeat(256),
        ] {
            let error = ImageRef::parse(bad).unwrap_err();
            assert_eq!(
                (error.status(), error.reason(), error.field()),
                (400, "invalid_image", Some("image")),
                "{bad}"
            );
        }
    }
}
