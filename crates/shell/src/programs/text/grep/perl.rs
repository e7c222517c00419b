//! Perl's patterns, as PCRE2 reads them: checked, and translated for the `regex` crate, or for `fancy-regex` where they
//! look around, refer back or forbid to try again.
//!
//! Bytes are letters here, and only those of ASCII have a kind: there is no locale.

use super::super::super::byte_set::{ByteSet, class, is_word};

/// A pattern in the syntax of one of the two crates.
pub(super) struct Translated {
    pub(super) text: String,
    /// Whether it needs `fancy-regex`.
    pub(super) tried: bool,
}

/// Translates a pattern, or says what is wrong with it. With `many_lines`, `^` and `$` fit around newlines inside.
pub(super) fn translate(pattern: &[u8], many_lines: bool) -> Result<Translated, String> {
    let mut translator = Translator::new(pattern, false);
    translator.all()?;
    if translator.needs_trying {
        translator = Translator::new(pattern, true);
        translator.all()?;
    }
    let lines = if many_lines { "(?m)" } else { "" };
    Ok(Translated { text: format!("{lines}{}", translator.out), tried: translator.needs_trying })
}

struct Translator<'a> {
    pattern: &'a [u8],
    at: usize,
    out: String,
    /// Whether it is written for `fancy-regex`.
    tried: bool,
    needs_trying: bool,
    groups: usize,
    names: Vec<(Vec<u8>, usize)>,
    open: Vec<Group>,
    /// Numbers and names of groups that something refers to.
    references: Vec<Reference>,
    /// Where in `out` the last thing begins that can be repeated.
    atom: Option<usize>,
    /// Whether white space counts for nothing.
    spaced: bool,
}

/// A group that has begun.
struct Group {
    start: usize,
    /// As it was before.
    spaced: bool,
    /// Whether all that is in it must have one length.
    fixed: bool,
}

enum Reference {
    Number(usize),
    Name(Vec<u8>),
}

type Step = Result<(), String>;

const UNCLOSED: &str = "missing closing parenthesis";
const NO_GROUP: &str = "reference to non-existent subpattern";
const AT_END: &str = "\\ at end of pattern";
const UNKNOWN_ESCAPE: &str = "unrecognized character follows \\";
const UNREPEATABLE: &str = "quantifier does not follow a repeatable item";
const TOO_LARGE: &str = "character code point value in \\x{} or \\o{} is too large";

impl<'a> Translator<'a> {
    fn new(pattern: &'a [u8], tried: bool) -> Self {
        Self {
            pattern,
            at: 0,
            out: String::new(),
            tried,
            needs_trying: false,
            groups: 0,
            names: Vec::new(),
            open: Vec::new(),
            references: Vec::new(),
            atom: None,
            spaced: false,
        }
    }

    fn rest(&self) -> &'a [u8] {
        &self.pattern[self.at..]
    }

    fn next(&mut self) -> Option<u8> {
        let byte = *self.pattern.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    /// Leaves out `text` if it comes next.
    fn skip(&mut self, text: &[u8]) -> bool {
        let is_next = self.rest().starts_with(text);
        self.at += if is_next { text.len() } else { 0 };
        is_next
    }

    /// What comes before the next `end`, which is left out too.
    fn up_to(&mut self, end: u8) -> Option<&'a [u8]> {
        let rest = self.rest();
        let len = rest.iter().position(|byte| *byte == end)?;
        self.at += len + 1;
        Some(&rest[..len])
    }

    fn all(&mut self) -> Step {
        // What is to be told to PCRE2 itself.
        while matches!(self.rest(), [b'(', b'*', b'A'..=b'Z', ..]) && self.up_to(b')').is_some() {}
        while let Some(byte) = self.next() {
            match byte {
                b'\\' => self.escape()?,
                b'[' => self.bracket()?,
                b'(' => self.begin_group()?,
                b')' => self.end_group()?,
                b'|' => {
                    self.out.push('|');
                    self.atom = None;
                }
                b'*' | b'+' | b'?' => {
                    self.repeat(char::from(byte).to_string(), byte != b'?' || self.within_fixed())?
                }
                b'{' => self.interval()?,
                b'.' => self.push("."),
                b'^' | b'$' => self.push(if byte == b'^' { "^" } else { "$" }),
                b' ' | 9..=13 if self.spaced => {}
                b'#' if self.spaced => {
                    if self.up_to(b'\n').is_none() {
                        self.at = self.pattern.len();
                    }
                }
                byte => self.literal(byte),
            }
        }
        if !self.open.is_empty() {
            return Err(UNCLOSED.to_owned());
        }
        let exists = |reference: &Reference| match reference {
            Reference::Number(number) => *number <= self.groups,
            Reference::Name(name) => self.names.iter().any(|(known, _)| known == name),
        };
        if self.references.iter().all(exists) { Ok(()) } else { Err(NO_GROUP.to_owned()) }
    }

    fn push(&mut self, atom: &str) {
        self.atom = Some(self.out.len());
        self.out.push_str(atom);
    }

    fn push_set(&mut self, set: &ByteSet, others: bool) {
        self.push(&set.text(others));
    }

    fn literal(&mut self, byte: u8) {
        if byte.is_ascii_alphanumeric() {
            self.push(char::from(byte).encode_utf8(&mut [0; 4]));
        } else {
            self.push(&format!("\\x{byte:02x}"));
        }
    }

    /// What only `fancy-regex` has.
    fn push_tried(&mut self, atom: &str) {
        self.needs_trying = true;
        self.push(atom);
    }

    fn within_fixed(&self) -> bool {
        self.open.iter().any(|group| group.fixed)
    }

    fn repeat(&mut self, operator: String, varies: bool) -> Step {
        let start = self.atom.take().ok_or(UNREPEATABLE)?;
        if varies && self.within_fixed() {
            return Err("lookbehind assertion is not fixed length".to_owned());
        }
        self.out.insert_str(start, "(?:");
        self.out.push(')');
        self.out.push_str(&operator);
        if self.skip(b"?") {
            self.out.push('?');
        } else if self.skip(b"+") {
            self.needs_trying = true;
            self.out.insert_str(start, "(?>");
            self.out.push(')');
        }
        Ok(())
    }

    fn interval(&mut self) -> Step {
        let rest = self.rest();
        let inside = rest.iter().position(|byte| *byte == b'}').map(|len| &rest[..len]);
        let numbers = inside.and_then(|inside| std::str::from_utf8(inside).ok()).and_then(|text| {
            let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            let (least, most) = text.split_once(',').unwrap_or((text, text));
            (!least.is_empty() && digits(least) && digits(most)).then_some((text.len(), least, most))
        });
        let Some((len, least, most)) = numbers else {
            self.literal(b'{');
            return Ok(());
        };
        let number = |text: &str| match text.parse::<u32>() {
            Ok(number) if number <= 65535 => Ok(number),
            _ => Err("number too big in {} quantifier"),
        };
        let least = number(least)?;
        let most = if most.is_empty() { None } else { Some(number(most)?) };
        if most.is_some_and(|most| most < least) {
            return Err("numbers out of order in {} quantifier".to_owned());
        }
        self.at += len + 1;
        let most_text = most.map(|most| most.to_string()).unwrap_or_default();
        self.repeat(format!("{{{least},{most_text}}}"), most != Some(least))
    }

    fn open(&mut self, text: &str, fixed: bool) {
        self.open.push(Group { start: self.out.len(), spaced: self.spaced, fixed });
        self.out.push_str(text);
        self.atom = None;
    }

    fn end_group(&mut self) -> Step {
        let group = self.open.pop().ok_or("unmatched closing parenthesis")?;
        self.out.push(')');
        self.spaced = group.spaced;
        self.atom = Some(group.start);
        Ok(())
    }

    fn begin_group(&mut self) -> Step {
        if !self.skip(b"?") {
            self.groups += 1;
            self.open("(", false);
            return Ok(());
        }
        for (typed, text, fixed) in [
            (&b":"[..], "(?:", false),
            (b"|", "(?:", false),
            (b">", "(?>", false),
            (b"=", "(?=", false),
            (b"!", "(?!", false),
            (b"<=", "(?<=", true),
            (b"<!", "(?<!", true),
        ] {
            if self.skip(typed) {
                self.needs_trying |= text != "(?:";
                self.open(text, fixed);
                return Ok(());
            }
        }
        if self.skip(b"#") {
            return self.up_to(b')').map(drop).ok_or_else(|| "missing ) following (?# comment".to_owned());
        }
        if self.skip(b"P=") {
            let name = self.up_to(b')').ok_or(UNCLOSED)?;
            return self.refer_by_name(name);
        }
        if self.skip(b"P>") || self.skip(b"&") {
            let name = self.up_to(b')').ok_or(UNCLOSED)?;
            self.refer_by_name(name)?;
            return Err(RECURSION.to_owned());
        }
        if self.skip(b"P<") || self.skip(b"<") {
            return self.named_group(b'>');
        }
        if self.skip(b"'") {
            return self.named_group(b'\'');
        }
        match self.rest() {
            [] | [b'P'] => Err(UNCLOSED.to_owned()),
            [b'R', ..] => Err(RECURSION.to_owned()),
            [b'0'..=b'9', ..] | [b'+', b'0'..=b'9', ..] => Err(NO_GROUP.to_owned()),
            [b'(', ..] => self.condition(),
            _ => self.flags(),
        }
    }

    fn named_group(&mut self, end: u8) -> Step {
        let len = self.rest().iter().take_while(|byte| is_word(byte)).count();
        let name = &self.rest()[..len];
        match name.first() {
            None => return Err("subpattern name expected".to_owned()),
            Some(b'0'..=b'9') => return Err("subpattern name must start with a non-digit".to_owned()),
            _ => {}
        }
        self.at += len;
        if self.next() != Some(end) {
            return Err("syntax error in subpattern name (missing terminator?)".to_owned());
        }
        if self.names.iter().any(|(known, _)| known == name) {
            return Err("two named subpatterns have the same name (PCRE2_DUPNAMES not set)".to_owned());
        }
        self.groups += 1;
        self.names.push((name.to_vec(), self.groups));
        self.open("(", false);
        Ok(())
    }

    /// `(?(1)yes|no)`.
    fn condition(&mut self) -> Step {
        self.at += 1;
        let inside = self.up_to(b')').ok_or(UNCLOSED)?;
        let number = std::str::from_utf8(inside).ok().and_then(|text| text.parse().ok());
        let number = number.ok_or("assertion expected after (?( or (?(?C)")?;
        self.references.push(Reference::Number(number));
        self.needs_trying = true;
        self.open(&format!("(?({number})"), false);
        Ok(())
    }

    /// `(?i)`, `(?i:…)` and their like.
    fn flags(&mut self) -> Step {
        let (mut on, mut spaced) = (true, self.spaced);
        let mut text = String::from("(?");
        loop {
            match self.next() {
                None => return Err(UNCLOSED.to_owned()),
                Some(b'-') if on => on = false,
                Some(b'x') => spaced = on,
                Some(flag @ (b'i' | b'm' | b's' | b'U')) => {
                    if !on && !text.contains('-') {
                        text.push('-');
                    }
                    text.push(char::from(flag));
                }
                Some(b'n' | b'J') => {}
                Some(b')') => {
                    if text.len() > 2 {
                        self.out.push_str(&text);
                        self.out.push(')');
                    }
                    (self.spaced, self.atom) = (spaced, None);
                    return Ok(());
                }
                Some(b':') => {
                    text.push(':');
                    self.open(&text, false);
                    self.spaced = spaced;
                    return Ok(());
                }
                Some(_) => return Err("unrecognized character after (? or (?-".to_owned()),
            }
        }
    }

    fn refer_by_name(&mut self, name: &[u8]) -> Step {
        self.references.push(Reference::Name(name.to_vec()));
        match self.names.iter().find(|(known, _)| known == name) {
            Some((_, number)) => {
                let text = format!("(?:\\{number})");
                self.push_tried(&text);
                Ok(())
            }
            None => Err(NO_GROUP.to_owned()),
        }
    }

    fn refer(&mut self, number: usize) {
        self.references.push(Reference::Number(number));
        self.push_tried(&format!("(?:\\{number})"));
    }

    fn escape(&mut self) -> Step {
        let escaped = self.next().ok_or(AT_END)?;
        if let Some(set) = shorthand(escaped) {
            self.push_set(&set, false);
            return Ok(());
        }
        let word = ByteSet::of(is_word).text(false);
        match escaped {
            b'b' | b'B' if !self.tried => self.push(if escaped == b'b' { "\\b" } else { "\\B" }),
            b'b' => self.push(&format!("(?:(?<={word})(?!{word})|(?<!{word})(?={word}))")),
            b'B' => self.push(&format!("(?:(?<={word})(?={word})|(?<!{word})(?!{word}))")),
            b'A' => self.push("\\A"),
            b'z' | b'Z' => self.push("\\z"),
            b'G' => self.push_tried("\\G"),
            b'K' => self.push_tried("\\K"),
            b'R' => self.push("(?:\\r\\n|[\\n-\\r\\x85])"),
            b'C' | b'X' => self.push("(?s:.)"),
            b'Q' => {
                while !self.rest().is_empty() && !self.skip(b"\\E") {
                    let at = self.at;
                    self.at += 1;
                    self.literal(self.pattern[at]);
                }
            }
            b'E' => {}
            b'1'..=b'9' => {
                let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
                let typed = &self.pattern[self.at - 1..self.at + digits];
                let number = std::str::from_utf8(typed).ok().and_then(|text| text.parse::<usize>().ok());
                match number {
                    Some(number) if number < 10 || number <= self.groups || escaped >= b'8' => {
                        self.at += digits;
                        self.refer(number);
                    }
                    _ => {
                        let byte = self.octal(escaped)?;
                        self.literal(byte);
                    }
                }
            }
            b'g' => {
                let inside = if self.skip(b"{") {
                    self.up_to(b'}').ok_or("a numbered reference must not be zero")?
                } else {
                    let rest = self.rest();
                    let sign = usize::from(matches!(rest.first(), Some(b'-' | b'+')));
                    let digits = rest[sign..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                    self.at += sign + digits;
                    &rest[..sign + digits]
                };
                match std::str::from_utf8(inside).ok().and_then(|text| text.parse::<i64>().ok()) {
                    Some(0) => return Err("a numbered reference must not be zero".to_owned()),
                    Some(back) if back < 0 => {
                        let number = self.groups.checked_add_signed(back as isize + 1);
                        self.refer(number.filter(|number| *number > 0).ok_or(NO_GROUP)?);
                    }
                    Some(number) => self.refer(number as usize),
                    None => return self.refer_by_name(inside),
                }
            }
            b'k' => {
                let end = match self.next() {
                    Some(b'<') => b'>',
                    Some(b'{') => b'}',
                    Some(b'\'') => b'\'',
                    _ => {
                        return Err(
                            "\\k is not followed by a braced, angle-bracketed, or quoted name".to_owned()
                        );
                    }
                };
                let name = self.up_to(end).ok_or("syntax error in subpattern name (missing terminator?)")?;
                return self.refer_by_name(name);
            }
            b'p' | b'P' => {
                let set = self.property(escaped == b'P')?;
                self.push_set(&set, false);
            }
            escaped => {
                let byte = self.byte(escaped)?;
                self.literal(byte);
            }
        }
        Ok(())
    }

    /// The byte that an escape stands for whose letter was just read.
    fn byte(&mut self, escaped: u8) -> Result<u8, String> {
        Ok(match escaped {
            b'a' => 7,
            b'e' => 27,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'0'..=b'7' => self.octal(escaped)?,
            b'x' if self.skip(b"{") => {
                let digits = self.up_to(b'}').ok_or("missing terminating } or non-hex digit in \\x{}")?;
                code(digits, 16)?
            }
            b'o' if self.skip(b"{") => {
                let digits = self.up_to(b'}').ok_or("missing terminating } or non-octal digit in \\o{}")?;
                code(digits, 8)?
            }
            b'o' => return Err("missing opening brace after \\o".to_owned()),
            b'x' => {
                let rest = self.rest();
                let digits = rest.iter().take(2).take_while(|byte| byte.is_ascii_hexdigit()).count();
                self.at += digits;
                if digits == 0 { 0 } else { code(&rest[..digits], 16)? }
            }
            b'c' => match self.next() {
                None => return Err("\\c at end of pattern".to_owned()),
                Some(letter @ b' '..=b'~') => letter.to_ascii_uppercase() ^ 64,
                Some(_) => return Err("\\c must be followed by a printable ASCII character".to_owned()),
            },
            b'F' | b'L' | b'l' | b'U' | b'u' => {
                return Err("PCRE2 does not support \\F, \\L, \\l, \\N{name}, \\U, or \\u".to_owned());
            }
            letter if letter.is_ascii_alphanumeric() => return Err(UNKNOWN_ESCAPE.to_owned()),
            other => other,
        })
    }

    /// Up to three octal digits, of which the first was read.
    fn octal(&mut self, first: u8) -> Result<u8, String> {
        let mut value = u32::from(first - b'0');
        for _ in 0..2 {
            match self.rest().first() {
                Some(digit @ b'0'..=b'7') => value = value * 8 + u32::from(digit - b'0'),
                _ => break,
            }
            self.at += 1;
        }
        u8::try_from(value)
            .map_err(|_| "octal value is greater than \\377 in 8-bit non-UTF-8 mode".to_owned())
    }

    fn property(&mut self, mut negated: bool) -> Result<ByteSet, String> {
        const MALFORMED: &str = "malformed \\P or \\p sequence";
        let name = match self.next().ok_or(MALFORMED)? {
            b'{' => self.up_to(b'}').ok_or(MALFORMED)?,
            _ => &self.pattern[self.at - 1..self.at],
        };
        let name = match name {
            [b'^', name @ ..] => {
                negated = !negated;
                name
            }
            name => name,
        };
        const MARKS: &[u8] = b"$+<=>^`|~";
        let is_in: fn(&u8) -> bool = match name {
            b"L" | b"L&" => u8::is_ascii_alphabetic,
            b"Lu" => u8::is_ascii_uppercase,
            b"Ll" => u8::is_ascii_lowercase,
            b"N" | b"Nd" => u8::is_ascii_digit,
            b"P" => |byte: &u8| byte.is_ascii_punctuation() && !MARKS.contains(byte),
            b"S" => |byte: &u8| MARKS.contains(byte),
            b"Z" | b"Zs" => |byte: &u8| *byte == b' ',
            b"C" | b"Cc" => u8::is_ascii_control,
            b"Xan" => u8::is_ascii_alphanumeric,
            b"Xwd" => is_word,
            b"Xsp" | b"Xps" => |byte: &u8| matches!(byte, 9..=13 | 32),
            b"Any" => |_: &u8| true,
            _ => return Err("unknown property after \\P or \\p".to_owned()),
        };
        let set = ByteSet::of(is_in);
        Ok(if negated { set.inverted() } else { set })
    }

    fn bracket(&mut self) -> Step {
        const UNTERMINATED: &str = "missing terminating ] for character class";
        if let [kind @ (b':' | b'.' | b'='), rest @ ..] = self.rest()
            && let Some(len) = rest.windows(2).position(|pair| pair == [*kind, b']'])
            && !rest[..len].iter().any(|byte| matches!(byte, b']' | b'\\' | b'['))
        {
            return Err("POSIX named classes are supported only within a class".to_owned());
        }
        let negated = self.skip(b"^");
        let mut set = ByteSet::new();
        let begins = self.at;
        let mut quoted = false;
        loop {
            let is_first = self.at == begins;
            let byte = self.next().ok_or(UNTERMINATED)?;
            if quoted && byte == b'\\' && self.skip(b"E") {
                quoted = false;
                continue;
            }
            let from = match byte {
                _ if quoted => Some(byte),
                b']' if !is_first => break,
                b'[' if matches!(self.rest().first(), Some(b':' | b'.' | b'=')) => self.posix(&mut set)?,
                b'\\' if self.skip(b"Q") => {
                    quoted = true;
                    continue;
                }
                b'\\' if self.skip(b"E") => continue,
                b'\\' => self.escape_within(&mut set)?,
                byte => Some(byte),
            };
            let is_range = !quoted
                && self.rest().first() == Some(&b'-')
                && !matches!(self.rest().get(1), Some(b']') | None);
            let Some(from) = from else {
                if is_range {
                    return Err("invalid range in character class".to_owned());
                }
                continue;
            };
            if !is_range {
                set.insert(from);
                continue;
            }
            self.at += 1;
            let to = match self.next().ok_or(UNTERMINATED)? {
                b'\\' => self.escape_within(&mut set)?,
                b'[' if self.rest().first() == Some(&b':') => self.posix(&mut set)?,
                byte => Some(byte),
            };
            let to = to.ok_or("invalid range in character class")?;
            if from > to {
                return Err("range out of order in character class".to_owned());
            }
            set.add(|byte| (from..=to).contains(byte));
        }
        self.push_set(&set, negated);
        Ok(())
    }

    /// An escape in brackets: a byte, or bytes that it adds.
    fn escape_within(&mut self, set: &mut ByteSet) -> Result<Option<u8>, String> {
        let escaped = self.next().ok_or(AT_END)?;
        let more = match escaped {
            b'N' | b'R' | b'X' | b'B' => {
                return Err("escape sequence is invalid in character class".to_owned());
            }
            b'b' => return Ok(Some(8)),
            b'p' | b'P' => self.property(escaped == b'P')?,
            _ => match shorthand(escaped) {
                Some(more) => more,
                None => return self.byte(escaped).map(Some),
            },
        };
        set.add(|byte| more.contains(*byte));
        Ok(None)
    }

    /// `[:alpha:]` and its like, after the first bracket; or the bracket itself where none follows.
    fn posix(&mut self, set: &mut ByteSet) -> Result<Option<u8>, String> {
        let rest = self.rest();
        let kind = rest[0];
        let inside = rest[1..].windows(2).position(|pair| pair == [kind, b']']).map(|len| &rest[1..=len]);
        let Some(name) = inside.filter(|name| name.iter().all(|byte| is_word(byte) || *byte == b'^')) else {
            return Ok(Some(b'['));
        };
        if kind != b':' {
            return Err("POSIX collating elements are not supported".to_owned());
        }
        self.at += name.len() + 3;
        let (negated, name) = match name {
            [b'^', name @ ..] => (true, name),
            name => (false, name),
        };
        let more = match name {
            b"word" => ByteSet::of(is_word),
            b"ascii" => ByteSet::of(u8::is_ascii),
            name => ByteSet::of(class(name).ok_or("unknown POSIX class name")?),
        };
        set.add(|byte| more.contains(*byte) != negated);
        Ok(None)
    }
}

const RECURSION: &str = "recursion is not supported by this stand-in";

/// The bytes that `\d` and its like stand for.
fn shorthand(letter: u8) -> Option<ByteSet> {
    let is_in: fn(&u8) -> bool = match letter.to_ascii_lowercase() {
        b'd' => u8::is_ascii_digit,
        b'w' => is_word,
        b's' => |byte| matches!(byte, 9..=13 | 32),
        b'h' => |byte| matches!(byte, 9 | 32 | 0xa0),
        b'v' => |byte| matches!(byte, 10..=13 | 0x85),
        b'n' if letter == b'N' => |byte| *byte == b'\n',
        _ => return None,
    };
    let set = ByteSet::of(is_in);
    Some(if letter.is_ascii_uppercase() { set.inverted() } else { set })
}

fn code(digits: &[u8], radix: u32) -> Result<u8, String> {
    let text = std::str::from_utf8(digits).ok().filter(|text| !text.starts_with(['+', '-']));
    match text.map(|text| u32::from_str_radix(text, radix)) {
        Some(Ok(value)) => u8::try_from(value).map_err(|_| TOO_LARGE.to_owned()),
        _ if radix == 8 => Err("missing terminating } or non-octal digit in \\o{}".to_owned()),
        _ => Err("missing terminating } or non-hex digit in \\x{}".to_owned()),
    }
}
