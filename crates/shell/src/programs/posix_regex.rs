//! POSIX regular expressions with GNU's extensions, on bytes: translated for the `regex` crate, and where they refer
//! back to a group for `fancy-regex`.
//!
//! One thing is not POSIX's: of several alternatives the first that fits is taken, not the longest.

/// How a pattern is read.
#[derive(Clone, Copy, Default)]
pub(super) struct Syntax {
    /// As `egrep` reads it.
    pub(super) extended: bool,
    pub(super) ignore_case: bool,
    /// `^` and `$` also fit around newlines inside.
    pub(super) multiline: bool,
}

/// A compiled pattern.
pub(super) struct Pattern {
    matcher: Matcher,
    /// How many groups it has.
    pub(super) groups: usize,
}

enum Matcher {
    Plain(regex::bytes::Regex),
    BackReferences(fancy_regex::Regex),
}

/// Where the whole and its groups fit.
pub(super) type Spans = Vec<Option<(usize, usize)>>;

const TOO_BIG: &str = "Regular expression too big";

impl Pattern {
    /// Compiles a pattern, or says what is wrong with it.
    pub(super) fn new(pattern: &[u8], syntax: Syntax) -> Result<Self, &'static str> {
        let mut translator =
            Translator { pattern, at: 0, syntax, out: String::new(), ..Translator::default() };
        translator.translate()?;
        let Translator { out, groups, refers_back, .. } = translator;
        let case = if syntax.ignore_case { "i" } else { "" };
        let matcher = if refers_back {
            let compiled = fancy_regex::RegexBuilder::new(&format!("(?s{case}){out}"))
                .backtrack_limit(10_000_000)
                .build();
            Matcher::BackReferences(compiled.map_err(|_| TOO_BIG)?)
        } else {
            let compiled = regex::bytes::Regex::new(&format!("(?s{case}-u){out}"));
            Matcher::Plain(compiled.map_err(|_| TOO_BIG)?)
        };
        Ok(Self { matcher, groups })
    }

    /// The first place at or after `start` where it fits.
    pub(super) fn find_at(&self, text: &[u8], start: usize) -> Option<Spans> {
        match &self.matcher {
            Matcher::Plain(regex) => {
                let found = regex.captures_at(text, start)?;
                Some(found.iter().map(|group| group.map(|group| (group.start(), group.end()))).collect())
            }
            Matcher::BackReferences(regex) => {
                // Every byte is one letter, so that any bytes are text.
                let letters: String = text.iter().map(|byte| char::from(*byte)).collect();
                let index = |bytes: usize| letters[..bytes].chars().count();
                let from = letters.char_indices().nth(start).map_or(letters.len(), |(at, _)| at);
                let found = regex.captures_from_pos(&letters, from).ok()??;
                let span =
                    |group: Option<fancy_regex::Match<'_>>| group.map(|g| (index(g.start()), index(g.end())));
                Some(found.iter().map(span).collect())
            }
        }
    }

    /// The first place at or after `start` where it fits, without its groups.
    pub(super) fn span_at(&self, text: &[u8], start: usize) -> Option<(usize, usize)> {
        match &self.matcher {
            Matcher::Plain(regex) => regex.find_at(text, start).map(|found| (found.start(), found.end())),
            Matcher::BackReferences(_) => self.find_at(text, start)?[0],
        }
    }

    /// Whether it fits anywhere.
    pub(super) fn is_match(&self, text: &[u8]) -> bool {
        match &self.matcher {
            Matcher::Plain(regex) => regex.is_match(text),
            Matcher::BackReferences(_) => self.find_at(text, 0).is_some(),
        }
    }
}

#[derive(Default)]
struct Translator<'a> {
    pattern: &'a [u8],
    at: usize,
    syntax: Syntax,
    out: String,
    groups: usize,
    /// Groups that have begun: their numbers and where they begin in `out`.
    open: Vec<(usize, usize)>,
    closed: Vec<usize>,
    refers_back: bool,
    /// Where in `out` the last thing begins that can be repeated.
    atom: Option<usize>,
    /// Whether the pattern, a group or an alternative begins here.
    begins: bool,
}

impl Translator<'_> {
    fn next(&mut self) -> Option<u8> {
        let byte = *self.pattern.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn rest(&self) -> &[u8] {
        &self.pattern[self.at..]
    }

    fn translate(&mut self) -> Result<(), &'static str> {
        self.begins = true;
        while let Some(byte) = self.next() {
            let extended = self.syntax.extended;
            match byte {
                b'\\' => {
                    let escaped = self.next().ok_or("Trailing backslash")?;
                    match escaped {
                        b'(' | b')' | b'|' | b'+' | b'?' | b'{' if !extended => self.operator(escaped)?,
                        b'1'..=b'9' => {
                            let group = usize::from(escaped - b'0');
                            if !self.closed.contains(&group) {
                                return Err("Invalid back reference");
                            }
                            self.refers_back = true;
                            self.push(&format!("(?:\\{group})"));
                        }
                        _ => self.escape(escaped),
                    }
                }
                b'[' => self.bracket()?,
                b'.' => self.push("."),
                b'*' if self.begins && !extended => self.literal(b'*'),
                b'*' => self.repeat("*")?,
                b'^' if extended || self.begins => {
                    self.assert(if self.syntax.multiline { "(?m:^)" } else { "\\A" });
                    // What follows begins as much as this did.
                    self.begins = true;
                }
                b'$' if extended || self.ends() => {
                    self.assert(if self.syntax.multiline { "(?m:$)" } else { "\\z" })
                }
                b'(' | b')' | b'|' | b'+' | b'?' | b'{' if extended => self.operator(byte)?,
                _ => self.literal(byte),
            }
        }
        if self.open.is_empty() { Ok(()) } else { Err("Unmatched ( or \\(") }
    }

    /// Whether `$` stands where a basic expression lets it be the end.
    fn ends(&self) -> bool {
        self.rest().is_empty() || self.rest().starts_with(b"\\)") || self.rest().starts_with(b"\\|")
    }

    fn operator(&mut self, operator: u8) -> Result<(), &'static str> {
        match operator {
            b'(' => {
                self.groups += 1;
                self.open.push((self.groups, self.out.len()));
                self.out.push('(');
                (self.begins, self.atom) = (true, None);
            }
            b')' => {
                let (group, start) = self.open.pop().ok_or("Unmatched ) or \\)")?;
                self.closed.push(group);
                self.out.push(')');
                (self.begins, self.atom) = (false, Some(start));
            }
            b'|' => {
                self.out.push('|');
                (self.begins, self.atom) = (true, None);
            }
            b'{' => self.interval()?,
            b'+' | b'?' if self.begins && !self.syntax.extended => self.literal(operator),
            b'+' => self.repeat("+")?,
            _ => self.repeat("?")?,
        }
        Ok(())
    }

    fn escape(&mut self, escaped: u8) {
        match escaped {
            b'w' => self.push("[0-9A-Za-z_]"),
            b'W' => self.push("[^0-9A-Za-z_]"),
            b's' => self.push("[\\t-\\r ]"),
            b'S' => self.push("[^\\t-\\r ]"),
            b'b' => self.assert("(?:(?:\\b{start})|(?:\\b{end}))"),
            b'B' => self.assert("\\B"),
            b'<' => self.assert("\\b{start}"),
            b'>' => self.assert("\\b{end}"),
            b'`' => self.assert("\\A"),
            b'\'' => self.assert("\\z"),
            b'n' => self.literal(b'\n'),
            literal => self.literal(literal),
        }
    }

    fn push(&mut self, atom: &str) {
        (self.begins, self.atom) = (false, Some(self.out.len()));
        self.out.push_str(atom);
    }

    fn assert(&mut self, assertion: &str) {
        (self.begins, self.atom) = (false, None);
        self.out.push_str(assertion);
    }

    fn literal(&mut self, byte: u8) {
        let shown = if byte.is_ascii_alphanumeric() {
            char::from(byte).to_string()
        } else {
            format!("\\x{byte:02x}")
        };
        self.push(&shown);
    }

    fn repeat(&mut self, operator: &str) -> Result<(), &'static str> {
        match self.atom {
            Some(start) => {
                self.out.insert_str(start, "(?:");
                self.out.push(')');
                self.out.push_str(operator);
                Ok(())
            }
            None if self.begins => Err("Invalid preceding regular expression"),
            // Of an assertion, which is as true often as once.
            None => Ok(()),
        }
    }

    fn interval(&mut self) -> Result<(), &'static str> {
        let extended = self.syntax.extended;
        let numeric = self.rest().first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b',');
        if extended && !numeric {
            self.literal(b'{');
            return Ok(());
        }
        let mut text = String::new();
        loop {
            match self.next().ok_or("Unmatched \\{")? {
                b'}' if extended => break,
                b'\\' if !extended && self.rest().starts_with(b"}") => {
                    self.at += 1;
                    break;
                }
                byte => text.push(char::from(byte)),
            }
        }
        let invalid = "Invalid content of \\{\\}";
        let number = |text: &str, empty: u32| match text {
            "" => Ok(empty),
            text => text.parse::<u32>().map_err(|_| invalid),
        };
        let (least, most) = match text.split_once(',') {
            None => (number(&text, u32::MAX)?, number(&text, u32::MAX)?),
            Some((least, most)) => (number(least, 0)?, number(most, u32::MAX)?),
        };
        if least > most || least == u32::MAX {
            return Err(invalid);
        }
        if least > 32767 || (most != u32::MAX && most > 32767) {
            return Err(TOO_BIG);
        }
        let most = if most == u32::MAX { String::new() } else { most.to_string() };
        self.repeat(&format!("{{{least},{most}}}"))
    }

    fn bracket(&mut self) -> Result<(), &'static str> {
        const UNMATCHED: &str = "Unmatched [, [^, [:, [., or [=";
        let mut set = [false; 256];
        let negated = self.rest().first() == Some(&b'^');
        self.at += usize::from(negated);
        let mut first = true;
        loop {
            let byte = self.next().ok_or(UNMATCHED)?;
            let kind = self.rest().first().copied();
            if byte == b']' && !first {
                break;
            }
            first = false;
            let from = match (byte, kind) {
                (b'[', Some(b':')) => {
                    let name = self.named(b':').ok_or(UNMATCHED)?;
                    let class = class(&name).ok_or("Invalid character class name")?;
                    (0..=255).filter(class).for_each(|byte: u8| set[usize::from(byte)] = true);
                    continue;
                }
                (b'[', Some(kind @ (b'=' | b'.'))) => {
                    let name = self.named(kind).ok_or(UNMATCHED)?;
                    let [byte] = name[..] else { return Err("Invalid collation character") };
                    byte
                }
                _ => byte,
            };
            let is_range =
                self.rest().first() == Some(&b'-') && !matches!(self.rest().get(1), Some(b']') | None);
            if !is_range {
                set[usize::from(from)] = true;
                continue;
            }
            self.at += 1;
            let to = match (self.next().ok_or(UNMATCHED)?, self.rest().first().copied()) {
                (b'[', Some(kind @ (b'=' | b'.'))) => {
                    let name = self.named(kind).ok_or(UNMATCHED)?;
                    *name.first().ok_or("Invalid collation character")?
                }
                (byte, _) => byte,
            };
            if from > to {
                return Err("Invalid range end");
            }
            (from..=to).for_each(|byte| set[usize::from(byte)] = true);
        }
        let mut text = String::from(if negated { "[^" } else { "[" });
        let mut byte = 0;
        while byte < 256 {
            let run = set[byte..].iter().take_while(|is_in| **is_in).count();
            if run > 0 {
                text.push_str(&format!("\\x{byte:02x}-\\x{:02x}", byte + run - 1));
            }
            byte += run + 1;
        }
        self.push(&(text + "]"));
        Ok(())
    }

    /// What stands in `[:…:]` after the first bracket.
    fn named(&mut self, kind: u8) -> Option<Vec<u8>> {
        let rest = &self.pattern[self.at + 1..];
        let len = rest.windows(2).position(|pair| pair == [kind, b']'])?;
        self.at += len + 3;
        Some(rest[..len].to_vec())
    }
}

/// Whether a byte belongs to the class of that name.
fn class(name: &[u8]) -> Option<fn(&u8) -> bool> {
    Some(match name {
        b"alpha" => u8::is_ascii_alphabetic,
        b"digit" => u8::is_ascii_digit,
        b"alnum" => u8::is_ascii_alphanumeric,
        b"upper" => u8::is_ascii_uppercase,
        b"lower" => u8::is_ascii_lowercase,
        b"space" => |byte| matches!(byte, 9..=13 | 32),
        b"blank" => |byte| matches!(byte, 9 | 32),
        b"punct" => u8::is_ascii_punctuation,
        b"print" => |byte| matches!(byte, 32..=126),
        b"graph" => u8::is_ascii_graphic,
        b"cntrl" => u8::is_ascii_control,
        b"xdigit" => u8::is_ascii_hexdigit,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(pattern: &str, extended: bool, text: &str) -> Option<(usize, usize)> {
        let syntax = Syntax { extended, ..Syntax::default() };
        Pattern::new(pattern.as_bytes(), syntax).ok()?.find_at(text.as_bytes(), 0)?[0]
    }

    #[test]
    fn patterns_fit_as_posix_says() {
        for (pattern, extended, text, span) in [
            ("b*", false, "aab", Some((0, 0))),
            ("*a", false, "x*a", Some((1, 3))),
            ("a\\{2\\}", false, "baaa", Some((1, 3))),
            ("a{2,}", true, "baaa", Some((1, 4))),
            ("\\(a\\)\\1", false, "baa", Some((1, 3))),
            ("(a|b)+$", true, "xab", Some((1, 3))),
            ("[]x]", false, "a]", Some((1, 2))),
            ("[^[:space:]]", false, " q", Some((1, 2))),
            ("a^b", false, "a^b", Some((0, 3))),
            ("\\<b", false, "ab b", Some((3, 4))),
            ("a**", true, "aa", Some((0, 2))),
            ("a|b", false, "a|b", Some((0, 3))),
            ("a\\|b", false, "xb", Some((1, 2))),
            ("(^a)", true, "a", Some((0, 1))),
        ] {
            assert_eq!(first(pattern, extended, text), span, "{pattern}");
        }
    }

    #[test]
    fn wrong_patterns_are_told_as_gnu_does() {
        for (pattern, extended, problem) in [
            ("(a", true, "Unmatched ( or \\("),
            ("a\\)", false, "Unmatched ) or \\)"),
            ("[a", false, "Unmatched [, [^, [:, [., or [="),
            ("a\\{2,1\\}", false, "Invalid content of \\{\\}"),
            ("*a", true, "Invalid preceding regular expression"),
            ("[b-a]", false, "Invalid range end"),
            ("[[:foo:]]", false, "Invalid character class name"),
            ("\\(a\\)\\2", false, "Invalid back reference"),
            ("a\\", false, "Trailing backslash"),
        ] {
            let syntax = Syntax { extended, ..Syntax::default() };
            assert_eq!(Pattern::new(pattern.as_bytes(), syntax).err(), Some(problem), "{pattern}");
        }
    }
}
