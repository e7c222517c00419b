//! Patterns of names, as `fnmatch` reads them.

/// What a pattern's match depends on besides.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rules {
    /// `A` and `a` are the same.
    pub(super) ignores_case: bool,
    /// Wildcards match no slash.
    pub(super) keeps_slashes: bool,
    /// Wildcards match no dot at the beginning.
    pub(super) keeps_dots: bool,
}

/// Whether the whole of `name` is what `pattern` describes.
pub(super) fn matches(pattern: &str, name: &str, rules: Rules) -> bool {
    if rules.ignores_case {
        let rules = Rules { ignores_case: false, ..rules };
        return matches(&pattern.to_ascii_lowercase(), &name.to_ascii_lowercase(), rules);
    }
    if rules.keeps_dots && name.starts_with('.') && !pattern.starts_with('.') && !pattern.starts_with("\\.") {
        return false;
    }
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut p, mut n) = (0, 0);
    // Where the last `*` stood, and up to where it matched.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() || p < pattern.len() {
        let next = match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
                continue;
            }
            Some(_) => name.get(n).and_then(|letter| one(&pattern[p..], *letter, rules)),
            None => None,
        };
        match (next, star) {
            (Some(length), _) => (p, n) = (p + length, n + 1),
            (None, Some((at, matched))) if matched < name.len() => {
                if rules.keeps_slashes && name[matched] == '/' {
                    return false;
                }
                star = Some((at, matched + 1));
                (p, n) = (at + 1, matched + 1);
            }
            _ => return false,
        }
    }
    true
}

/// How much of the pattern matches that letter.
fn one(pattern: &[char], letter: char, rules: Rules) -> Option<usize> {
    let is_slash = rules.keeps_slashes && letter == '/';
    match pattern[0] {
        '?' => (!is_slash).then_some(1),
        '[' => match set(pattern, letter) {
            Some((matched, length)) => (matched && !is_slash).then_some(length),
            None => (letter == '[').then_some(1),
        },
        '\\' if pattern.len() > 1 => (pattern[1] == letter).then_some(2),
        plain => (plain == letter).then_some(1),
    }
}

/// Whether a set matches the letter, and the set's length; `None` where it does not end and so is none.
fn set(pattern: &[char], letter: char) -> Option<(bool, usize)> {
    let mut at = 1;
    let negated = matches!(pattern.get(at), Some('!' | '^'));
    at += usize::from(negated);
    let (mut matched, first) = (false, at);
    loop {
        let mut low = *pattern.get(at)?;
        if low == ']' && at > first {
            return Some((matched != negated, at + 1));
        }
        if low == '[' && pattern.get(at + 1) == Some(&':') {
            let rest: String = pattern[at + 2..].iter().collect();
            if let Some((class, _)) = rest.split_once(":]") {
                matched |= in_class(class, letter);
                at += class.chars().count() + 4;
                continue;
            }
        }
        if low == '\\' {
            at += 1;
            low = *pattern.get(at)?;
        }
        at += 1;
        let mut high = low;
        if pattern.get(at) == Some(&'-') && pattern.get(at + 1).is_some_and(|end| *end != ']') {
            at += 1;
            if pattern[at] == '\\' {
                at += 1;
            }
            high = *pattern.get(at)?;
            at += 1;
        }
        matched |= (low..=high).contains(&letter);
    }
}

fn in_class(class: &str, letter: char) -> bool {
    match class {
        "alpha" => letter.is_ascii_alphabetic(),
        "digit" => letter.is_ascii_digit(),
        "alnum" => letter.is_ascii_alphanumeric(),
        "upper" => letter.is_ascii_uppercase(),
        "lower" => letter.is_ascii_lowercase(),
        "space" => letter.is_ascii_whitespace() || letter == '\x0b',
        "blank" => matches!(letter, ' ' | '\t'),
        "punct" => letter.is_ascii_punctuation(),
        "print" => matches!(letter, ' '..='~'),
        "graph" => letter.is_ascii_graphic(),
        "cntrl" => letter.is_ascii_control(),
        "xdigit" => letter.is_ascii_hexdigit(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Rules, matches};

    #[test]
    fn names_match_as_with_fnmatch() {
        let rules = Rules::default();
        for (pattern, name, matched) in [
            ("*.txt", "a.txt", true),
            ("*.txt", "a.txt2", false),
            ("a*b*c", "aXbYbc", true),
            ("?", "", false),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[]a]", "]", true),
            ("[a", "[a", true),
            ("\\*", "*", true),
            ("[[:digit:]]*", "5x", true),
            ("*", ".h", true),
            ("a*", "a/b", true),
        ] {
            assert_eq!(matches(pattern, name, rules), matched, "{pattern} {name}");
        }
        assert!(!matches("a*", "a/b", Rules { keeps_slashes: true, ..rules }));
        assert!(!matches("*", ".h", Rules { keeps_dots: true, ..rules }));
        assert!(matches("A*", "abc", Rules { ignores_case: true, ..rules }));
    }
}
