//! Backups of what is replaced: their names, and the options that ask for them.

use std::collections::BTreeMap;

use sandbox_fs::Namespace;

use crate::programs::getopt::Given;
use crate::programs::quoting::value;

/// How backups are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// With the suffix.
    Simple,
    /// `f.~1~`, `f.~2~` and so on.
    Numbered,
    /// Numbered where there are such already.
    Existing,
}

/// Backups that are to be made.
#[derive(Clone, Debug)]
pub(in crate::programs) struct Backups {
    kind: Kind,
    suffix: String,
}

const KINDS: &[(&str, Option<Kind>)] = &[
    ("none", None),
    ("off", None),
    ("simple", Some(Kind::Simple)),
    ("never", Some(Kind::Simple)),
    ("existing", Some(Kind::Existing)),
    ("nil", Some(Kind::Existing)),
    ("numbered", Some(Kind::Numbered)),
    ("t", Some(Kind::Numbered)),
];

impl Backups {
    /// What `-b`, `--backup` (given as `B`) and `-S` ask for. The error is the problem with them.
    pub(in crate::programs) fn asked(
        given: &Given,
        env: &BTreeMap<String, String>,
    ) -> Result<Option<Self>, String> {
        if !given.has('b') && !given.has('B') && !given.has('S') {
            return Ok(None);
        }
        let (text, from) = match given.value('B').filter(|text| !text.is_empty()) {
            Some(text) => (text, "backup type"),
            None => (env.get("VERSION_CONTROL").map_or("existing", |text| text), "$VERSION_CONTROL"),
        };
        let matching: Vec<_> = KINDS.iter().filter(|(name, _)| name.starts_with(text)).collect();
        let exact = matching.iter().find(|(name, _)| *name == text).copied();
        let kind = match (exact, &matching[..]) {
            (Some((_, kind)), _) | (None, [(_, kind)]) => *kind,
            (None, several) => {
                let how = if several.is_empty() { "invalid" } else { "ambiguous" };
                return Err(format!(
                    "{how} argument {} for {}\nValid arguments are:\n  - 'none', 'off'\n  - 'simple', 'never'\n  \
                     - 'existing', 'nil'\n  - 'numbered', 't'",
                    value(text),
                    value(from)
                ));
            }
        };
        let suffix = given.value('S').or_else(|| env.get("SIMPLE_BACKUP_SUFFIX").map(String::as_str));
        let suffix = suffix.filter(|suffix| !suffix.is_empty() && !suffix.contains('/')).unwrap_or("~");
        Ok(kind.map(|kind| Self { kind, suffix: suffix.to_owned() }))
    }

    pub(super) fn is_numbered(&self) -> bool {
        self.kind == Kind::Numbered
    }

    /// The name that what lies at `path`, and is shown as `shown`, gets.
    pub(in crate::programs) fn name(&self, files: &Namespace, path: &str, shown: &str) -> String {
        let (directory, name) = path.trim_end_matches('/').rsplit_once('/').unwrap_or(("", path));
        let shown = shown.trim_end_matches('/');
        let number = |entry: &str| {
            let number = entry.strip_prefix(name)?.strip_prefix(".~")?.strip_suffix('~')?;
            number.parse::<u64>().ok()
        };
        let highest = match self.kind {
            Kind::Simple => None,
            _ => files
                .read_dir(if directory.is_empty() { "/" } else { directory })
                .unwrap_or_default()
                .iter()
                .filter_map(|entry| number(&entry.name))
                .max(),
        };
        match (self.kind, highest) {
            (Kind::Simple, _) | (Kind::Existing, None) => format!("{shown}{}", self.suffix),
            (_, highest) => format!("{shown}.~{}~", highest.unwrap_or(0) + 1),
        }
    }
}
