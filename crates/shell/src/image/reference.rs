//! Image references, as `docker pull` reads them.

/// A reference taken apart. Only references to official images have a name that we may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference<'a> {
    /// Name of an official image (`node`), or `None` for anybody else's.
    pub(crate) official: Option<&'a str>,
    /// The tag; `latest` when there is none.
    pub(crate) tag: &'a str,
}

/// Registries and namespaces that mean an official image.
const OFFICIAL_PREFIXES: &[&str] = &[
    "docker.io/library/",
    "index.docker.io/library/",
    "public.ecr.aws/docker/library/",
    "docker.io/",
    "library/",
];

impl<'a> Reference<'a> {
    /// Takes `[registry/][namespace/]name[:tag][@digest]` apart. Never fails: what is no official name is
    /// somebody else's image.
    pub(crate) fn parse(reference: &'a str) -> Self {
        let reference = reference.split('@').next().unwrap_or_default();
        // A colon before the last slash belongs to the registry's port.
        let name_start = reference.rfind('/').map_or(0, |at| at + 1);
        let (path, tag) = match reference[name_start..].split_once(':') {
            Some((name, tag)) => (&reference[..name_start + name.len()], tag),
            None => (reference, "latest"),
        };
        let name = OFFICIAL_PREFIXES.iter().find_map(|prefix| path.strip_prefix(prefix)).unwrap_or(path);
        Self { official: Some(name).filter(|name| !name.is_empty() && !name.contains('/')), tag }
    }
}

#[cfg(test)]
mod tests {
    use super::Reference;

    #[test]
    fn references_are_taken_apart() {
        for (reference, official, tag) in [
            ("node", Some("node"), "latest"),
            ("node:20", Some("node"), "20"),
            ("docker.io/library/node:20-alpine", Some("node"), "20-alpine"),
            ("library/python:3.11", Some("python"), "3.11"),
            ("node:20@sha256:abc", Some("node"), "20"),
            ("ghcr.io/acme/node:20", None, "20"),
            ("acme/node", None, "latest"),
            ("localhost:5000/node", None, "latest"),
            ("", None, "latest"),
        ] {
            assert_eq!(Reference::parse(reference), Reference { official, tag }, "{reference}");
        }
    }
}
