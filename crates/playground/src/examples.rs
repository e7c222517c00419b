//! The examples: the files of `www/examples`, in the order in which they are shown.

/// One example as its file tells it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Example {
    /// The file's name without `.ts`; also its key in storage and in the page's address.
    pub(crate) slug: &'static str,
    /// The whole file.
    pub(crate) source: &'static str,
    /// Its place in the list.
    pub(crate) group: Group,
}

/// The headings of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Start,
    Workflows,
    Rules,
    Errors,
}

impl Group {
    pub(crate) const ALL: [Group; 4] = [Group::Start, Group::Workflows, Group::Rules, Group::Errors];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Group::Start => "Start here",
            Group::Workflows => "Workflows",
            Group::Rules => "Rules",
            Group::Errors => "Errors",
        }
    }
}

macro_rules! examples {
    ($($group:ident: $($slug:literal),+;)+) => {
        /// Every example.
        pub(crate) const EXAMPLES: &[Example] = &[$($(Example {
            slug: $slug,
            source: include_str!(concat!("../../../www/examples/", $slug, ".ts")),
            group: Group::$group,
        },)+)+];
    };
}

examples! {
    Start: "quick-start", "what-survives";
    Workflows: "simple-volume", "custom-size", "full-workspace", "iterative-python", "postgres-database";
    Rules: "attachment", "regions", "naming-rules";
    Errors: "invalid-name", "size-limit", "multiple-volumes";
}

impl Example {
    /// The one of that slug, else the first.
    pub(crate) fn find(slug: &str) -> Example {
        EXAMPLES.iter().copied().find(|example| example.slug == slug).unwrap_or(EXAMPLES[0])
    }

    pub(crate) fn file_name(self) -> String {
        format!("{}.ts", self.slug)
    }

    /// The first line of the file.
    pub(crate) fn title(self) -> &'static str {
        comment_lines(self.source).next().unwrap_or(self.slug)
    }

    /// The comment below the title, up to what is not here yet.
    pub(crate) fn description(self) -> String {
        let lines = comment_lines(self.source).skip(1).take_while(|line| !line.starts_with(NOT_HERE));
        lines.collect::<Vec<_>>().join(" ").trim().to_owned()
    }

    /// What the example needs and this cloud does not have yet, so that it cannot succeed.
    pub(crate) fn not_here(self) -> Option<String> {
        let lines = comment_lines(self.source).skip_while(|line| !line.starts_with(NOT_HERE));
        let text = lines.collect::<Vec<_>>().join(" ");
        let text = text.strip_prefix(NOT_HERE)?.trim();
        Some(text.to_owned())
    }
}

/// Begins the part of the comment that tells what is missing.
const NOT_HERE: &str = "Not here yet:";

/// The `//` lines that the file begins with.
fn comment_lines(source: &str) -> impl Iterator<Item = &str> {
    source.lines().map_while(|line| line.strip_prefix("//")).map(str::trim)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_listed() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../www/examples");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let files: BTreeSet<String> = files.map(|name| name.to_string_lossy().into_owned()).collect();
        let files = files.into_iter().filter(|name| name.ends_with(".ts"));
        let listed: BTreeSet<String> = EXAMPLES.iter().map(|example| example.file_name()).collect();
        assert_eq!(listed.into_iter().collect::<Vec<_>>(), files.collect::<Vec<_>>());
    }

    #[test]
    fn every_example_says_what_it_is() {
        for example in EXAMPLES {
            assert_ne!(example.title(), example.slug, "{}", example.slug);
            assert!(example.title().len() < 40, "{}", example.title());
            assert!(example.description().len() > 40, "{}", example.slug);
            assert!(!example.description().contains("Not here"), "{}", example.slug);
        }
    }

    #[test]
    fn what_is_missing_is_told_apart_from_the_description() {
        let source =
            "// Title\n// It does\n// a thing.\n// Not here yet: `x`,\n// which fails.\nrun();\n// more\n";
        let example = Example { slug: "x", source, group: Group::Start };
        assert_eq!(example.title(), "Title");
        assert_eq!(example.description(), "It does a thing.");
        assert_eq!(example.not_here().as_deref(), Some("`x`, which fails."));
        let example = Example { source: "// Title\n// It does.\n", ..example };
        assert_eq!(example.not_here(), None);
    }
}
