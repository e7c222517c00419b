//! How `ls` writes names (`--quoting-style`).

use crate::programs::quoting::{quoted_name, value};

/// A way to write names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Style {
    #[default]
    Literal,
    Shell,
    ShellAlways,
    ShellEscape,
    ShellEscapeAlways,
    C,
    CMaybe,
    Escape,
    Locale,
}

impl Style {
    /// By name, with `clocale` as another name of `c`.
    pub(super) const NAMES: &[(&str, Style)] = &[
        ("literal", Style::Literal),
        ("shell", Style::Shell),
        ("shell-always", Style::ShellAlways),
        ("shell-escape", Style::ShellEscape),
        ("shell-escape-always", Style::ShellEscapeAlways),
        ("c", Style::C),
        ("c-maybe", Style::CMaybe),
        ("escape", Style::Escape),
        ("locale", Style::Locale),
        ("clocale", Style::C),
    ];

    /// Whether names without quotes are set off where others have some.
    pub(super) fn aligns(self) -> bool {
        matches!(self, Style::Shell | Style::ShellEscape | Style::CMaybe)
    }

    /// A name as it is written.
    pub(super) fn write(self, name: &str) -> String {
        match self {
            Style::Literal => name.to_owned(),
            Style::Shell if !needs_quotes(name, false) => name.to_owned(),
            Style::ShellEscape if !needs_quotes(name, true) => name.to_owned(),
            Style::ShellEscape | Style::ShellEscapeAlways => quoted_name(name),
            Style::Shell | Style::ShellAlways => match quoted_name(name) {
                double if double.starts_with('"') => double,
                _ => format!("'{}'", name.replace('\'', "'\\''")),
            },
            Style::Locale => value(name),
            Style::C => c_string(name),
            Style::CMaybe => match c_string(name) {
                same if same[1..same.len() - 1] == *name => name.to_owned(),
                quoted => quoted,
            },
            Style::Escape => {
                let escaped = value(name);
                escaped[1..escaped.len() - 1].replace("\\'", "'").replace(' ', "\\ ")
            }
        }
    }
}

fn c_string(name: &str) -> String {
    let escaped = value(name);
    format!("\"{}\"", escaped[1..escaped.len() - 1].replace("\\'", "'").replace('"', "\\\""))
}

fn needs_quotes(name: &str, escapes: bool) -> bool {
    name.is_empty()
        || name.bytes().enumerate().any(|(at, byte)| match byte {
            b'#' | b'~' => at == 0,
            b'{' | b'}' => name.len() == 1,
            b'\n' | b'\r' | b'\t' => true,
            b' '..=b'~' => b" !\"$&'()*;<=>?[\\^`|".contains(&byte),
            _ => escapes,
        })
}

#[cfg(test)]
mod tests {
    use super::Style;

    #[test]
    fn names_are_written_in_every_style() {
        let written = |name: &str| {
            let styles = Style::NAMES.iter().filter(|(known, _)| *known != "clocale");
            styles.map(|(_, style)| style.write(name)).collect::<Vec<_>>()
        };
        assert_eq!(
            written("a b"),
            ["a b", "'a b'", "'a b'", "'a b'", "'a b'", "\"a b\"", "a b", "a\\ b", "'a b'"]
        );
        assert_eq!(
            written("n\n"),
            ["n\n", "'n\n'", "'n\n'", "'n'$'\\n'", "'n'$'\\n'", "\"n\\n\"", "\"n\\n\"", "n\\n", "'n\\n'"]
        );
        assert_eq!(
            written("it's"),
            ["it's", "\"it's\"", "\"it's\"", "\"it's\"", "\"it's\"", "\"it's\"", "it's", "it's", "'it\\'s'"]
        );
    }
}
