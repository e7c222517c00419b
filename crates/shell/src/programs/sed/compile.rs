//! Reads scripts of `sed`. What is wrong is told with the place where the reader stands, as the real one does.

use std::sync::Arc;

use super::super::posix_regex::{Pattern, Syntax};
use super::PANIC;
use super::script::{Action, Address, Case, Command, Part, Range, Script, Substitution};

/// One `-e` or `-f`.
pub(super) struct Source {
    pub(super) text: Vec<u8>,
    /// The file that it comes from.
    pub(super) file: Option<String>,
}

/// What is wrong, and the exit code that goes with it.
pub(super) type Problem = (String, i32);

const UNTERMINATED: &str = "unterminated `s' command";

struct Reader<'a> {
    sources: &'a [Source],
    source: usize,
    at: usize,
    extended: bool,
    sandbox: bool,
    commands: Vec<Command>,
    outputs: Vec<String>,
    blocks: Vec<usize>,
    labels: Vec<(Vec<u8>, usize)>,
    jumps: Vec<(usize, Vec<u8>)>,
}

/// Compiles what the sources say together.
pub(super) fn compile(sources: &[Source], extended: bool, sandbox: bool) -> Result<Script, Problem> {
    let mut reader = Reader {
        sources,
        source: 0,
        at: 0,
        extended,
        sandbox,
        commands: Vec::new(),
        outputs: Vec::new(),
        blocks: Vec::new(),
        labels: Vec::new(),
        jumps: Vec::new(),
    };
    let first = sources.first().map_or(&[][..], |source| &source.text);
    let quiet = first == b"#n" || first.starts_with(b"#n\n");
    while reader.source < sources.len() {
        reader.commands().map_err(|message| (reader.placed(&message), 1))?;
        (reader.source, reader.at) = (reader.source + 1, 0);
    }
    if !reader.blocks.is_empty() {
        reader.source = sources.len().saturating_sub(1);
        reader.at = 0;
        return Err((reader.placed("unmatched `{'"), 1));
    }
    reader.resolve()?;
    Ok(Script { commands: reader.commands, outputs: reader.outputs, quiet })
}

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

type Read<T> = Result<T, String>;

fn wrong<T>(message: &str) -> Read<T> {
    Err(message.to_owned())
}

impl Reader<'_> {
    fn placed(&self, message: &str) -> String {
        let Some(source) = self.sources.get(self.source) else { return message.to_owned() };
        if let Some(file) = &source.file {
            let lines = source.text[..self.at].iter().filter(|byte| **byte == b'\n').count();
            return format!("file {file} line {}: {message}", lines + 1);
        }
        let number = self.sources[..=self.source].iter().filter(|source| source.file.is_none()).count();
        format!("-e expression #{number}, char {}: {message}", self.at)
    }

    fn text(&self) -> &[u8] {
        &self.sources[self.source].text
    }

    fn next(&mut self) -> Option<u8> {
        let byte = *self.text().get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn peek(&self) -> Option<u8> {
        self.text().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(is_blank) {
            self.at += 1;
        }
    }

    fn next_nonblank(&mut self) -> Option<u8> {
        self.skip_blanks();
        self.next()
    }

    fn integer(&mut self) -> u64 {
        let mut value: u64 = 0;
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            value = value.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
            self.at += 1;
        }
        value
    }

    fn commands(&mut self) -> Read<()> {
        loop {
            while self.peek().is_some_and(|byte| byte == b';' || byte.is_ascii_whitespace()) {
                self.at += 1;
            }
            if self.peek().is_none() {
                return Ok(());
            }
            self.command()?;
        }
    }

    fn command(&mut self) -> Read<()> {
        let (mut first, mut last) = (self.address()?, None);
        if matches!(first, Some(Address::More(_) | Address::Multiple(_))) {
            return wrong("invalid usage of +N or ~N as first address");
        }
        if first.is_some() {
            self.skip_blanks();
            if self.peek() == Some(b',') {
                self.at += 1;
                self.skip_blanks();
                last = self.address()?;
                if last.is_none() {
                    self.at += usize::from(self.peek().is_some());
                    return wrong("unexpected `,'");
                }
                self.skip_blanks();
            }
        }
        let mut range = Range::Outside;
        if let Some(Address::Line(0)) = first {
            if !matches!(last, Some(Address::Pattern(_))) {
                self.at += usize::from(self.peek().is_some());
                return wrong("invalid usage of line address 0");
            }
            range = Range::Inside(None);
        }
        let mut not = false;
        self.skip_blanks();
        if self.peek() == Some(b'!') {
            self.at += 1;
            not = true;
            self.skip_blanks();
            if self.peek() == Some(b'!') {
                self.at += 1;
                return wrong("multiple `!'s");
            }
        }
        let Some(letter) = self.next() else { return wrong("missing command") };
        let action = self.action(letter, &mut first, &last)?;
        self.commands.push(Command { first, last, not, range, action });
        Ok(())
    }

    fn address(&mut self) -> Read<Option<Address>> {
        match self.peek() {
            Some(delimiter @ (b'/' | b'\\')) => {
                self.at += 1;
                let delimiter = if delimiter == b'\\' { self.next().unwrap_or(b'\n') } else { delimiter };
                let Some(text) = self.delimited(delimiter, true) else {
                    return wrong("unterminated address regex");
                };
                let mut syntax = Syntax { extended: self.extended, ..Syntax::default() };
                loop {
                    self.skip_blanks();
                    match self.peek() {
                        Some(b'I') => syntax.ignore_case = true,
                        Some(b'M') => syntax.multiline = true,
                        _ => break,
                    }
                    self.at += 1;
                }
                Ok(Some(Address::Pattern(pattern(&text, syntax)?)))
            }
            Some(b'0'..=b'9') => {
                let line = self.integer();
                self.skip_blanks();
                if self.peek() != Some(b'~') {
                    return Ok(Some(Address::Line(line)));
                }
                self.at += 1;
                self.skip_blanks();
                let step = self.integer();
                Ok(Some(if step > 0 { Address::Step(line, step) } else { Address::Line(line) }))
            }
            Some(sign @ (b'+' | b'~')) => {
                self.at += 1;
                self.skip_blanks();
                let count = self.integer();
                Ok(Some(if sign == b'+' { Address::More(count) } else { Address::Multiple(count) }))
            }
            Some(b'$') => {
                self.at += 1;
                Ok(Some(Address::Last))
            }
            _ => Ok(None),
        }
    }

    fn action(&mut self, letter: u8, first: &mut Option<Address>, last: &Option<Address>) -> Read<Action> {
        let ended = |action| (action, true);
        let (action, has_end) = match letter {
            b'#' => {
                if first.is_some() {
                    return wrong("comments don't accept any addresses");
                }
                while self.next().is_some_and(|byte| byte != b'\n') {}
                (Action::Nothing, false)
            }
            b':' => {
                if first.is_some() {
                    return wrong(": doesn't want any addresses");
                }
                let label = self.label();
                if label.is_empty() {
                    return wrong("\":\" lacks a label");
                }
                self.labels.push((label, self.commands.len()));
                (Action::Nothing, false)
            }
            b'{' => {
                self.blocks.push(self.commands.len());
                (Action::Block(0), false)
            }
            b'}' => {
                let Some(block) = self.blocks.pop() else { return wrong("unexpected `}'") };
                if first.is_some() {
                    return wrong("} doesn't want any addresses");
                }
                let end = self.commands.len();
                self.commands[block].action = Action::Block(end);
                ended(Action::Nothing)
            }
            b'a' | b'i' | b'c' => {
                self.skip_blanks();
                if self.peek().is_none() {
                    return wrong("expected \\ after `a', `c' or `i'");
                }
                let text = self.lines();
                let action = match letter {
                    b'a' => Action::Append(text),
                    b'i' => Action::Insert(text),
                    _ => Action::Change(text),
                };
                (action, false)
            }
            b'e' => {
                self.permitted()?;
                self.skip_blanks();
                let line = self.line();
                (Action::Execute(line), false)
            }
            b'r' | b'R' | b'w' | b'W' => {
                let name = self.file_name()?;
                let action = match letter {
                    b'r' => Action::ReadFile(name),
                    b'R' => Action::ReadLine(name),
                    b'w' => Action::Write(self.output(name)),
                    _ => Action::WriteFirstLine(self.output(name)),
                };
                (action, false)
            }
            b'b' | b't' | b'T' => {
                let label = self.label();
                if !label.is_empty() {
                    self.jumps.push((self.commands.len(), label));
                }
                let action = match letter {
                    b'b' => Action::Branch(None),
                    b't' => Action::BranchIfReplaced(None),
                    _ => Action::BranchUnlessReplaced(None),
                };
                (action, false)
            }
            b'q' | b'Q' => {
                if last.is_some() {
                    return wrong("command only uses one address");
                }
                self.skip_blanks();
                let code = i32::try_from(self.integer()).unwrap_or_default();
                ended(Action::Quit { code, prints: letter == b'q' })
            }
            b'l' | b'L' => {
                self.skip_blanks();
                let digits = self.peek().is_some_and(|byte| byte.is_ascii_digit());
                let width = self.integer() as usize;
                ended(Action::List(digits.then_some(width)))
            }
            b's' => (self.substitution()?, false),
            b'y' => ended(self.translation()?),
            b'v' => {
                let version = self.label();
                let newer = String::from_utf8_lossy(&version)
                    .split('.')
                    .map(|part| part.parse::<u32>().unwrap_or_default())
                    .cmp([4, 9])
                    .is_gt();
                if newer {
                    return wrong("expected newer version of sed");
                }
                (Action::Nothing, false)
            }
            b'd' => ended(Action::Delete),
            b'D' => ended(Action::DeleteFirstLine),
            b'F' => ended(Action::FileName),
            b'=' => ended(Action::LineNumber),
            b'g' => ended(Action::Get),
            b'G' => ended(Action::GetAppend),
            b'h' => ended(Action::Hold),
            b'H' => ended(Action::HoldAppend),
            b'x' => ended(Action::Exchange),
            b'n' => ended(Action::Next),
            b'N' => ended(Action::NextAppend),
            b'p' => ended(Action::Print),
            b'P' => ended(Action::PrintFirstLine),
            b'z' => ended(Action::Empty),
            unknown => return Err(format!("unknown command: `{}'", char::from(unknown))),
        };
        if has_end {
            self.end_of_command()?;
        }
        Ok(action)
    }

    fn end_of_command(&mut self) -> Read<()> {
        match self.next_nonblank() {
            Some(b'}' | b'#') => {
                self.at -= 1;
                Ok(())
            }
            None | Some(b'\n' | b';') => Ok(()),
            Some(_) => wrong("extra characters after command"),
        }
    }

    fn permitted(&self) -> Read<()> {
        if self.sandbox { wrong("e/r/w commands disabled in sandbox mode") } else { Ok(()) }
    }

    fn label(&mut self) -> Vec<u8> {
        self.skip_blanks();
        let rest = &self.text()[self.at..];
        let len = rest.iter().take_while(|byte| !byte.is_ascii_whitespace() && !b";}".contains(byte)).count();
        let label = rest[..len].to_vec();
        self.at += len;
        label
    }

    fn line(&mut self) -> Vec<u8> {
        let rest = &self.text()[self.at..];
        let len = rest.iter().take_while(|byte| **byte != b'\n').count();
        let line = rest[..len].to_vec();
        self.at += len;
        line
    }

    fn file_name(&mut self) -> Read<String> {
        self.permitted()?;
        self.skip_blanks();
        let name = self.line();
        if name.is_empty() {
            return wrong("missing filename in r/R/w/W commands");
        }
        Ok(String::from_utf8_lossy(&name).into_owned())
    }

    fn output(&mut self, name: String) -> usize {
        if let Some(at) = self.outputs.iter().position(|known| *known == name) {
            return at;
        }
        self.outputs.push(name);
        self.outputs.len() - 1
    }

    /// The text of `a`, `i` and `c`: to the end of the line, and on where that has a backslash before it. Where the
    /// expression ends with a backslash the next one goes on.
    fn lines(&mut self) -> Vec<u8> {
        if self.peek() == Some(b'\\') {
            self.at += 1;
            let blanks = self.text()[self.at..].iter().take_while(|byte| is_blank(**byte)).count();
            if self.text().get(self.at + blanks) == Some(&b'\n') {
                self.at += blanks + 1;
            } else if self.peek().is_none() {
                if self.source + 1 >= self.sources.len() {
                    return Vec::new();
                }
                (self.source, self.at) = (self.source + 1, 0);
            }
        }
        let mut raw = Vec::new();
        loop {
            match self.next() {
                None | Some(b'\n') => break,
                Some(b'\\') => match self.next() {
                    Some(escaped) => raw.extend([b'\\', escaped]),
                    None if self.source + 1 < self.sources.len() => {
                        raw.push(b'\n');
                        (self.source, self.at) = (self.source + 1, 0);
                    }
                    None => break,
                },
                Some(byte) => raw.push(byte),
            }
        }
        let mut text = Vec::new();
        let raw = escapes(&raw, true);
        let mut bytes = raw.iter();
        while let Some(byte) = bytes.next() {
            text.push(match byte {
                b'\\' => match bytes.next() {
                    Some(b'n') => b'\n',
                    Some(escaped) => *escaped,
                    None => break,
                },
                byte => *byte,
            });
        }
        text.push(b'\n');
        text
    }

    /// What stands up to the delimiter. One that is escaped loses its backslash.
    fn delimited(&mut self, delimiter: u8, is_pattern: bool) -> Option<Vec<u8>> {
        let mut text = Vec::new();
        // Inside of brackets nothing ends a pattern: where they began, so that `[]…]` and `[^]…]` are seen.
        let mut bracket: Option<usize> = None;
        loop {
            let byte = self.next()?;
            if let Some(start) = bracket {
                let inside = text.len() - start;
                let leading = inside == 0 || inside == 1 && text[start] == b'^';
                if byte == b']' && !leading {
                    bracket = None;
                } else if byte == b'[' && matches!(self.peek(), Some(b':' | b'.' | b'=')) {
                    let kind = self.next()?;
                    text.extend([byte, kind]);
                    while !text.ends_with(&[kind, b']']) || text.ends_with(&[b'[', kind, b']']) {
                        text.push(self.next()?);
                    }
                    continue;
                } else if byte == b'\\' && self.peek() == Some(b'n') {
                    self.at += 1;
                    text.push(b'\n');
                    continue;
                } else if byte == b'\n' {
                    return None;
                }
                text.push(byte);
                continue;
            }
            match byte {
                byte if byte == delimiter => return Some(text),
                b'\n' if is_pattern => {
                    self.at -= 1;
                    return None;
                }
                b'\\' => match self.next()? {
                    escaped if escaped == delimiter && (is_pattern || escaped != b'&') => {
                        // A delimiter that is special in patterns is not so when it is escaped.
                        if is_pattern && b".*[]^$".contains(&escaped) {
                            text.push(b'\\');
                        }
                        text.push(escaped);
                    }
                    b'n' if is_pattern => text.push(b'\n'),
                    b'\n' if is_pattern => text.push(b'\n'),
                    escaped => text.extend([b'\\', escaped]),
                },
                b'[' if is_pattern => {
                    text.push(byte);
                    bracket = Some(text.len());
                }
                byte => text.push(byte),
            }
        }
    }

    fn substitution(&mut self) -> Read<Action> {
        let Some(delimiter) = self.next() else { return wrong(UNTERMINATED) };
        let (Some(text), Some(replacement)) =
            (self.delimited(delimiter, true), self.delimited(delimiter, false))
        else {
            return wrong(UNTERMINATED);
        };
        let mut syntax = Syntax { extended: self.extended, ..Syntax::default() };
        let mut found = Substitution {
            pattern: None,
            parts: parts(&replacement),
            global: false,
            prints: 0,
            number: 0,
            executes: false,
            output: None,
        };
        loop {
            match self.next() {
                None | Some(b'\n' | b';') => break,
                Some(b'}' | b'#') => {
                    self.at -= 1;
                    break;
                }
                Some(b'i' | b'I') => syntax.ignore_case = true,
                Some(b'm' | b'M') => syntax.multiline = true,
                Some(b'e') => {
                    self.permitted()?;
                    found.executes = true;
                }
                Some(b'p') if found.prints > 0 => return wrong("multiple `p' options to `s' command"),
                Some(b'p') => found.prints = 1 + u8::from(found.executes),
                Some(b'g') if found.global => return wrong("multiple `g' options to `s' command"),
                Some(b'g') => found.global = true,
                Some(b'w') => {
                    let name = self.file_name()?;
                    found.output = Some(self.output(name));
                    break;
                }
                Some(b'0'..=b'9') if found.number > 0 => {
                    return wrong("multiple number options to `s' command");
                }
                Some(b'0'..=b'9') => {
                    self.at -= 1;
                    found.number = self.integer() as usize;
                    if found.number == 0 {
                        return wrong("number option to `s' command may not be zero");
                    }
                }
                Some(byte) if is_blank(byte) => {}
                Some(b'\r') if self.peek() == Some(b'\n') => {}
                Some(_) => return wrong("unknown option to `s'"),
            }
        }
        found.number = found.number.max(1);
        found.pattern = pattern(&text, syntax)?;
        if let Some(compiled) = &found.pattern {
            let highest =
                found.parts.iter().filter_map(|part| if let Part::Group(n) = part { Some(*n) } else { None });
            if let Some(group) = highest.filter(|group| *group > compiled.groups).max() {
                return Err(format!("invalid reference \\{group} on `s' command's RHS"));
            }
        }
        Ok(Action::Substitute(Box::new(found)))
    }

    fn translation(&mut self) -> Read<Action> {
        const UNTERMINATED: &str = "unterminated `y' command";
        let Some(delimiter) = self.next() else { return wrong(UNTERMINATED) };
        let (Some(from), Some(to)) = (self.delimited(delimiter, false), self.delimited(delimiter, false))
        else {
            return wrong(UNTERMINATED);
        };
        let plain = |text: Vec<u8>| -> Vec<u8> {
            let text = escapes(&text, false);
            let mut bytes = text.iter();
            let mut out = Vec::new();
            while let Some(byte) = bytes.next() {
                match (byte, bytes.as_slice().first()) {
                    (b'\\', Some(b'\\')) => {
                        bytes.next();
                        out.push(b'\\');
                    }
                    (b'\\', Some(b'n')) => {
                        bytes.next();
                        out.push(b'\n');
                    }
                    (byte, _) => out.push(*byte),
                }
            }
            out
        };
        let (from, to) = (plain(from), plain(to));
        if from.len() != to.len() {
            return wrong("strings for `y' command are different lengths");
        }
        let mut table = Box::new([0; 256]);
        (0..=255).for_each(|byte: u8| table[usize::from(byte)] = byte);
        from.iter().zip(to).for_each(|(from, to)| table[usize::from(*from)] = to);
        Ok(Action::Translate(table))
    }

    fn resolve(&mut self) -> Result<(), Problem> {
        for (at, label) in std::mem::take(&mut self.jumps) {
            let Some((_, target)) = self.labels.iter().find(|(known, _)| *known == label) else {
                let label = String::from_utf8_lossy(&label);
                return Err((format!("can't find label for jump to `{label}'"), PANIC));
            };
            if let Action::Branch(to) | Action::BranchIfReplaced(to) | Action::BranchUnlessReplaced(to) =
                &mut self.commands[at].action
            {
                *to = Some(*target);
            }
        }
        Ok(())
    }
}

/// A pattern; an empty one stands for the last that was used.
fn pattern(text: &[u8], syntax: Syntax) -> Read<Option<Arc<Pattern>>> {
    if text.is_empty() {
        if syntax.ignore_case || syntax.multiline {
            return wrong("cannot specify modifiers on empty regexp");
        }
        return Ok(None);
    }
    Ok(Some(Arc::new(Pattern::new(&escapes(text, false), syntax)?)))
}

/// The pieces of a replacement.
fn parts(text: &[u8]) -> Vec<Part> {
    let text = escapes(text, true);
    let (mut parts, mut plain) = (Vec::new(), Vec::new());
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        let part = match byte {
            b'&' => Part::Group(0),
            b'\\' => match bytes.next() {
                Some(digit @ b'0'..=b'9') => Part::Group(usize::from(digit - b'0')),
                Some(b'U') => Part::Case(Case::Upper),
                Some(b'L') => Part::Case(Case::Lower),
                Some(b'u') => Part::Case(Case::NextUpper),
                Some(b'l') => Part::Case(Case::NextLower),
                Some(b'E') => Part::Case(Case::End),
                Some(b'n') => {
                    plain.push(b'\n');
                    continue;
                }
                Some(literal) => {
                    plain.push(*literal);
                    continue;
                }
                None => break,
            },
            literal => {
                plain.push(*literal);
                continue;
            }
        };
        if !plain.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut plain)));
        }
        parts.push(part);
    }
    if !plain.is_empty() {
        parts.push(Part::Text(plain));
    }
    parts
}

/// Replaces `\t`, `\x41` and the like by what they stand for. With `literally` the result keeps no meaning of its own.
fn escapes(text: &[u8], literally: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let byte = text[at];
        let Some(&escaped) = text.get(at + 1).filter(|_| byte == b'\\') else {
            out.push(byte);
            at += 1;
            continue;
        };
        let number = |base: u32, most: usize| {
            let digits =
                text[at + 2..].iter().take(most).take_while(|d| char::from(**d).is_digit(base)).count();
            let digits = &text[at + 2..at + 2 + digits];
            let value =
                digits.iter().filter_map(|d| char::from(*d).to_digit(base)).fold(0, |v, d| v * base + d);
            (!digits.is_empty()).then_some((value as u8, 2 + digits.len()))
        };
        let found = match escaped {
            b'a' => Some((7, 2)),
            b'f' => Some((12, 2)),
            b'r' => Some((13, 2)),
            b't' => Some((9, 2)),
            b'v' => Some((11, 2)),
            b'c' => text.get(at + 2).map(|letter| (letter.to_ascii_uppercase() ^ 0x40, 3)),
            b'd' => number(10, 3),
            b'o' => number(8, 3),
            b'x' => number(16, 2),
            _ => None,
        };
        match found {
            Some((value, len)) => {
                if literally && matches!(value, b'&' | b'\\') {
                    out.push(b'\\');
                }
                out.push(value);
                at += len;
            }
            None => {
                out.extend([byte, escaped]);
                at += 2;
            }
        }
    }
    out
}
