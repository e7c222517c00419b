//! Package specs: what stands after `npm install`.

use super::versions;

/// A package by name, and the version that is wanted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spec {
    pub(super) name: String,
    /// The range as written; empty when there was none.
    pub(super) range: String,
}

/// Why a spec cannot be installed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum BadSpec {
    /// No package may be called that.
    InvalidName { name: String, problem: &'static str },
    /// A name that npm still accepts for old packages, and that no package has.
    NotFound(String),
    /// A file, a repository or an address: nothing of that can be reached here.
    Elsewhere(String),
}

impl Spec {
    /// Reads `name`, `name@range`, `@scope/name@range`.
    pub(super) fn parse(text: &str) -> Result<Self, BadSpec> {
        let is_path = text.starts_with(['.', '/', '~']) || text.ends_with(".tgz");
        if is_path
            || text.contains("://")
            || text.contains("git@")
            || text.starts_with("file:")
            || text.starts_with("github:")
        {
            return Err(BadSpec::Elsewhere(text.to_owned()));
        }
        let split = text.char_indices().skip(1).find(|(_, letter)| *letter == '@').map(|(at, _)| at);
        let (name, range) = match split {
            Some(at) => (&text[..at], text[at + 1..].trim()),
            None => (text, ""),
        };
        if !name.starts_with('@') && name.contains('/') {
            return Err(BadSpec::Elsewhere(text.to_owned()));
        }
        check_name(name)?;
        if range.starts_with("npm:") || range.contains(':') {
            return Err(BadSpec::Elsewhere(text.to_owned()));
        }
        Ok(Self { name: name.to_owned(), range: range.to_owned() })
    }

    /// The version that is installed for this spec.
    pub(super) fn version(&self) -> String {
        versions::choose(&self.name, &self.range)
    }

    /// The range that goes into `package.json`.
    pub(super) fn saved_range(&self, exact: bool) -> String {
        let written =
            self.range.starts_with(['^', '~', '>', '<', '*']) || self.range.contains(['x', ' ', '|']);
        match (written, exact) {
            (true, _) => self.range.clone(),
            (false, true) => self.version(),
            (false, false) => format!("^{}", self.version()),
        }
    }
}

fn check_name(name: &str) -> Result<(), BadSpec> {
    let invalid = |problem| Err(BadSpec::InvalidName { name: name.to_owned(), problem });
    let parts: Vec<&str> = match name.strip_prefix('@') {
        Some(scoped) => scoped.splitn(2, '/').collect(),
        None => vec![name],
    };
    if name.is_empty() {
        return invalid("name length must be greater than zero");
    }
    if name.starts_with('_') {
        return invalid("name cannot start with an underscore");
    }
    if name != name.trim() {
        return invalid("name cannot contain leading or trailing spaces");
    }
    if name == "node_modules" || name == "favicon.ico" {
        return invalid("is not a valid package name");
    }
    let friendly = |letter: char| letter.is_ascii_alphanumeric() || "-_.!~*'()".contains(letter);
    if (name.starts_with('@') && parts.len() != 2)
        || parts.iter().any(|part| part.is_empty() || !part.chars().all(friendly))
    {
        return invalid("name can only contain URL-friendly characters");
    }
    if name.len() > 214 || name.chars().any(|letter| letter.is_ascii_uppercase() || "~'!()*".contains(letter))
    {
        return Err(BadSpec::NotFound(name.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specs_are_read() {
        let read = |text| Spec::parse(text).map(|spec| (spec.name, spec.range));
        assert_eq!(read("express"), Ok(("express".into(), "".into())));
        assert_eq!(read("express@4.18.2"), Ok(("express".into(), "4.18.2".into())));
        assert_eq!(read("@types/node@^20"), Ok(("@types/node".into(), "^20".into())));
        for bad in ["", "_x", "a b", "@x", "@/x", "é", "node_modules"] {
            assert!(matches!(Spec::parse(bad), Err(BadSpec::InvalidName { .. })), "{bad}");
        }
        assert_eq!(Spec::parse("Express"), Err(BadSpec::NotFound("Express".into())));
        for elsewhere in ["./x", "../x", "user/repo", "https://a.b/c", "file:x", "x.tgz", "git@h:x"] {
            assert!(matches!(Spec::parse(elsewhere), Err(BadSpec::Elsewhere(_))), "{elsewhere}");
        }
    }

    #[test]
    fn ranges_are_saved_as_npm_does() {
        let saved = |text, exact| Spec::parse(text).unwrap().saved_range(exact);
        assert_eq!(saved("left-pad@1.2.3", false), "^1.2.3");
        assert_eq!(saved("left-pad@1.2.3", true), "1.2.3");
        assert_eq!(saved("left-pad@~1.2.0", false), "~1.2.0");
        assert_eq!(saved("express@4", false), format!("^{}", versions::choose("express", "4")));
    }
}
