//! Reads an expression of `find`.

use regex::RegexBuilder;
use sandbox_fs::{Stat, Timestamp};

use super::expression::{Bits, Count, Exec, Expression, Output, Primary, Step, Time, To};
use super::{follow, printf};
use crate::programs::date::{Zone, parse as parse_date};
use crate::programs::inode::look;
use crate::programs::mode::Mode;
use crate::programs::owner::Owner;
use crate::programs::quoting::quoted_name;
use crate::programs::tool::Tool;
use crate::programs::tree::Follow;

type Parsed<T = ()> = Result<T, String>;

struct Parser<'t, 'a> {
    tool: &'t Tool<'a>,
    args: std::vec::IntoIter<String>,
    next: Option<String>,
    expression: Expression,
    /// Whether something is done with what is found, so that it is not printed besides.
    acts: bool,
    from_day_start: bool,
    syntax: Syntax,
}

/// How a regular expression is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Syntax {
    Emacs,
    Basic,
    Extended,
}

const SYNTAXES: &[(&str, Syntax)] = &[
    ("findutils-default", Syntax::Emacs),
    ("ed", Syntax::Basic),
    ("emacs", Syntax::Emacs),
    ("gnu-awk", Syntax::Extended),
    ("grep", Syntax::Basic),
    ("posix-awk", Syntax::Extended),
    ("awk", Syntax::Extended),
    ("posix-basic", Syntax::Basic),
    ("posix-egrep", Syntax::Extended),
    ("egrep", Syntax::Extended),
    ("posix-extended", Syntax::Extended),
    ("posix-minimal-basic", Syntax::Basic),
    ("sed", Syntax::Basic),
];

/// Reads the command line; the error is what `find` says.
pub(super) fn parse(tool: &Tool<'_>) -> Parsed<Expression> {
    let mut args = tool.ctx.args.iter().peekable();
    let mut links = Follow::Never;
    while let Some(arg) = args.peek() {
        match arg.as_str() {
            letter if follow(letter).is_some() => links = follow(letter).unwrap_or(links),
            "-D" => drop(args.next()),
            level if level.starts_with("-O") => {}
            "--" => {
                args.next();
                break;
            }
            _ => break,
        }
        args.next();
    }
    let mut starts = Vec::new();
    while let Some(start) =
        args.next_if(|arg| !(arg.len() > 1 && arg.starts_with('-') || matches!(arg.as_str(), "(" | "!")))
    {
        starts.push(start.clone());
    }
    if starts.is_empty() {
        starts.push(".".to_owned());
    }
    let expression = Expression {
        starts,
        follow: links,
        steps: Vec::new(),
        depth_first: false,
        one_device: false,
        min_depth: 0,
        max_depth: usize::MAX,
        warnings: Vec::new(),
        outputs: Vec::new(),
    };
    let mut args = args.cloned().collect::<Vec<_>>().into_iter();
    let next = args.next();
    let mut parser =
        Parser { tool, args, next, expression, acts: false, from_day_start: false, syntax: Syntax::Emacs };
    parser.whole()?;
    Ok(parser.expression)
}

impl Parser<'_, '_> {
    fn whole(&mut self) -> Parsed {
        if self.next.is_some() {
            self.list()?;
        }
        match self.next.as_deref() {
            None => {}
            Some(")") => return Err("invalid expression; you have too many ')'".to_owned()),
            Some(word) => return Err(format!("paths must precede expression: `{word}'")),
        }
        if !self.acts {
            let steps = &mut self.expression.steps;
            let end = steps.len() + 2;
            if !steps.is_empty() {
                steps.push(Step::JumpIf(false, end));
            }
            steps.push(Step::Do(Primary::Print(To::Stdout, '\n')));
        }
        Ok(())
    }

    fn advance(&mut self) -> Option<String> {
        std::mem::replace(&mut self.next, self.args.next())
    }

    fn takes(&mut self, words: &[&str]) -> Option<String> {
        if self.next.as_deref().is_some_and(|next| words.contains(&next)) { self.advance() } else { None }
    }

    fn list(&mut self) -> Parsed {
        self.either()?;
        while self.takes(&[","]).is_some() {
            self.operand(",")?;
            self.either()?;
        }
        Ok(())
    }

    fn either(&mut self) -> Parsed {
        self.both()?;
        let mut jumps = Vec::new();
        while let Some(word) = self.takes(&["-o", "-or"]) {
            self.operand(&word)?;
            jumps.push(self.jump(true));
            self.both()?;
        }
        self.land(jumps);
        Ok(())
    }

    fn both(&mut self) -> Parsed {
        self.not()?;
        let mut jumps = Vec::new();
        loop {
            if let Some(word) = self.takes(&["-a", "-and"]) {
                self.operand(&word)?;
            } else if matches!(self.next.as_deref(), None | Some("-o" | "-or" | "," | ")")) {
                break;
            }
            jumps.push(self.jump(false));
            self.not()?;
        }
        self.land(jumps);
        Ok(())
    }

    fn not(&mut self) -> Parsed {
        if let Some(word) = self.takes(&["!", "-not"]) {
            self.operand(&word)?;
            self.not()?;
            self.expression.steps.push(Step::Not);
            return Ok(());
        }
        if self.takes(&["("]).is_some() {
            if self.next.as_deref() == Some(")") {
                return Err("invalid expression; empty parentheses are not allowed.".to_owned());
            }
            let missing = "invalid expression; expected to find a ')' but didn't see one. Perhaps you need an extra \
                           predicate after '('";
            if self.next.is_none() {
                return Err(missing.to_owned());
            }
            self.list()?;
            return match self.takes(&[")"]) {
                Some(_) => Ok(()),
                None => {
                    Err("invalid expression; I was expecting to find a ')' somewhere but did not see one."
                        .to_owned())
                }
            };
        }
        match self.next.as_deref() {
            Some(word @ ("-o" | "-or" | "-a" | "-and" | ",")) => Err(format!(
                "invalid expression; you have used a binary operator '{word}' with nothing before it."
            )),
            _ => {
                let word = self.advance().unwrap_or_default();
                let primary = self.primary(&word)?;
                self.expression.steps.push(Step::Do(primary));
                Ok(())
            }
        }
    }

    /// Sees that something follows an operator.
    fn operand(&self, word: &str) -> Parsed {
        match self.next.as_deref() {
            None => Err(format!("expected an expression after '{word}'")),
            Some(")") => Err(format!("expected an expression between '{word}' and ')'")),
            Some(_) => Ok(()),
        }
    }

    fn jump(&mut self, when: bool) -> usize {
        self.expression.steps.push(Step::JumpIf(when, 0));
        self.expression.steps.len() - 1
    }

    fn land(&mut self, jumps: Vec<usize>) {
        let here = self.expression.steps.len();
        for jump in jumps {
            if let Step::JumpIf(_, target) = &mut self.expression.steps[jump] {
                *target = here;
            }
        }
    }

    fn value(&mut self, word: &str) -> Parsed<String> {
        self.advance().ok_or_else(|| format!("missing argument to `{word}'"))
    }

    fn count(&mut self, word: &str) -> Parsed<Count> {
        let text = self.value(word)?;
        count(&text).ok_or_else(|| format!("invalid argument `{text}' to `{word}'"))
    }

    fn depth(&mut self, word: &str) -> Parsed<usize> {
        let text = self.value(word)?;
        text.parse().map_err(|_| {
            format!("Expected a positive decimal integer argument to {word}, but got {}", quoted_name(&text))
        })
    }

    fn reference(&mut self, word: &str) -> Parsed<Stat> {
        let shown = self.value(word)?;
        let follow = self.expression.follow != Follow::Never;
        match look(&self.tool.run, &self.tool.path(&shown), follow) {
            Ok(stat) => Ok(stat),
            Err(error) => Err(format!("{}: {error}", quoted_name(&shown))),
        }
    }

    fn output(&mut self, word: &str) -> Parsed<To> {
        let shown = self.value(word)?;
        let path = self.tool.path(&shown);
        if path == "/dev/stdout" {
            return Ok(To::Stdout);
        }
        let outputs = &mut self.expression.outputs;
        if let Some(index) = outputs.iter().position(|output| output.path == path) {
            return Ok(To::File(index));
        }
        if !self.tool.files().stat(&path).is_ok_and(|stat| stat.kind == sandbox_fs::Kind::Device)
            && let Err(error) = self.tool.files().write(&path, "", self.tool.now())
        {
            return Err(format!("{}: {error}", quoted_name(&shown)));
        }
        outputs.push(Output { path, shown, waiting: Vec::new() });
        Ok(To::File(outputs.len() - 1))
    }

    fn format(&mut self, word: &str) -> Parsed<Vec<printf::Piece>> {
        let text = self.value(word)?;
        printf::parse(&text, &mut self.expression.warnings)
    }

    fn primary(&mut self, word: &str) -> Parsed<Primary> {
        if !word.starts_with('-') {
            return Err(format!("paths must precede expression: `{word}'"));
        }
        let acts = [
            "-print", "-print0", "-printf", "-fprint", "-fprint0", "-fprintf", "-ls", "-fls", "-delete",
            "-exec", "-execdir", "-ok", "-okdir", "-quit",
        ];
        self.acts |= acts.contains(&word);
        Ok(match word {
            "-true" => Primary::Constant(true),
            "-false" => Primary::Constant(false),
            "-depth" | "-d" => {
                self.expression.depth_first = true;
                Primary::Constant(true)
            }
            "-xdev" | "-mount" => {
                self.expression.one_device = true;
                Primary::Constant(true)
            }
            "-follow" => {
                self.expression.follow = Follow::Always;
                Primary::Constant(true)
            }
            "-daystart" => {
                self.from_day_start = true;
                Primary::Constant(true)
            }
            "-noleaf" | "-warn" | "-nowarn" | "-ignore_readdir_race" | "-noignore_readdir_race" => {
                Primary::Constant(true)
            }
            "-maxdepth" => {
                self.expression.max_depth = self.depth(word)?;
                Primary::Constant(true)
            }
            "-mindepth" => {
                self.expression.min_depth = self.depth(word)?;
                Primary::Constant(true)
            }
            "-regextype" => {
                let text = self.value(word)?;
                let Some((_, syntax)) = SYNTAXES.iter().find(|(name, _)| *name == text) else {
                    let names: Vec<_> = SYNTAXES.iter().map(|(name, _)| format!("'{name}'")).collect();
                    let (text, names) = (quoted_name(&text), names.join(", "));
                    return Err(format!("Unknown regular expression type {text}; valid types are {names}."));
                };
                self.syntax = *syntax;
                Primary::Constant(true)
            }
            "-name" => Primary::Name(self.value(word)?, false),
            "-iname" => Primary::Name(self.value(word)?, true),
            "-path" | "-wholename" => Primary::Path(self.value(word)?, false),
            "-ipath" | "-iwholename" => Primary::Path(self.value(word)?, true),
            "-lname" => Primary::LinkName(self.value(word)?, false),
            "-ilname" => Primary::LinkName(self.value(word)?, true),
            "-regex" | "-iregex" => {
                let text = self.value(word)?;
                let pattern = format!("^(?s:{})$", translated(&text, self.syntax));
                let built = RegexBuilder::new(&pattern).case_insensitive(word == "-iregex").build();
                Primary::Matches(built.map_err(|_| {
                    format!(
                        "failed to compile regular expression {}: Invalid regular expression",
                        quoted_name(&text)
                    )
                })?)
            }
            "-type" | "-xtype" => {
                let text = self.value(word)?;
                let mut kinds = String::new();
                for kind in text.split(',') {
                    match kind {
                        "b" | "c" | "d" | "p" | "f" | "l" | "s" | "D" => kinds.push_str(kind),
                        "" => {
                            let what = "Last file type in list argument to";
                            return Err(format!("{what} {word} is missing, i.e., list is ending on: ','"));
                        }
                        _ if kind.len() > 1 => {
                            return Err(format!("Must separate multiple arguments to {word} using: ','"));
                        }
                        _ => return Err(format!("Unknown argument to {word}: {kind}")),
                    }
                }
                Primary::Type(kinds, word == "-xtype")
            }
            "-links" => Primary::Links(self.count(word)?),
            "-inum" => Primary::Number(self.count(word)?),
            "-uid" => Primary::User(self.count(word)?),
            "-gid" => Primary::Group(self.count(word)?),
            "-user" => {
                let text = self.value(word)?;
                let user = Owner::user(&self.tool.run, &text);
                let wrong = || format!("{} is not the name of a known user", quoted_name(&text));
                Primary::User(Count::Exactly(user.ok_or_else(wrong)?.id.into()))
            }
            "-group" => {
                let text = self.value(word)?;
                let group = Owner::group(&self.tool.run, &text).flatten();
                let wrong = || format!("{} is not the name of an existing group", quoted_name(&text));
                Primary::Group(Count::Exactly(group.ok_or_else(wrong)?.id.into()))
            }
            "-nouser" => Primary::NoUser,
            "-nogroup" => Primary::NoGroup,
            "-size" => self.size(word)?,
            "-empty" => Primary::Empty,
            "-perm" => self.permissions(word)?,
            "-newer" => Primary::Newer(Time::Modified, self.reference(word)?.mtime),
            "-anewer" => Primary::Newer(Time::Accessed, self.reference(word)?.mtime),
            "-cnewer" => Primary::Newer(Time::Changed, self.reference(word)?.mtime),
            "-atime" | "-ctime" | "-mtime" => self.age(word, 86_400)?,
            "-amin" | "-cmin" | "-mmin" => self.age(word, 60)?,
            "-samefile" => {
                let stat = self.reference(word)?;
                Primary::SameFile(stat.dev, stat.ino)
            }
            "-readable" | "-writable" => Primary::Constant(true),
            "-executable" => Primary::Executable,
            "-fstype" => Primary::FileSystem(self.value(word)?),
            "-prune" => Primary::Prune,
            "-quit" => Primary::Quit,
            "-print" => Primary::Print(To::Stdout, '\n'),
            "-print0" => Primary::Print(To::Stdout, '\0'),
            "-fprint" => Primary::Print(self.output(word)?, '\n'),
            "-fprint0" => Primary::Print(self.output(word)?, '\0'),
            "-printf" => Primary::Printf(To::Stdout, self.format(word)?),
            "-fprintf" => {
                let to = self.output(word)?;
                Primary::Printf(to, self.format(word)?)
            }
            "-ls" => Primary::List(To::Stdout),
            "-fls" => Primary::List(self.output(word)?),
            "-delete" => {
                self.expression.depth_first = true;
                Primary::Delete
            }
            "-exec" | "-execdir" | "-ok" | "-okdir" => self.exec(word)?,
            _ => match word.strip_prefix("-newer") {
                Some(letters) => self.newer(word, letters)?,
                None => return Err(format!("unknown predicate `{word}'")),
            },
        })
    }

    fn size(&mut self, word: &str) -> Parsed<Primary> {
        let text = self.value(word)?;
        let (number, unit) = match text.chars().last() {
            Some('c') => (&text[..text.len() - 1], 1),
            Some('w') => (&text[..text.len() - 1], 2),
            Some('b') => (&text[..text.len() - 1], 512),
            Some('k') => (&text[..text.len() - 1], 1 << 10),
            Some('M') => (&text[..text.len() - 1], 1 << 20),
            Some('G') => (&text[..text.len() - 1], 1 << 30),
            Some(letter) if !letter.is_ascii_digit() => {
                return Err(format!("invalid -size type `{letter}'"));
            }
            _ => (&text[..], 512),
        };
        let count = count(number).ok_or_else(|| format!("invalid argument `{text}' to `{word}'"))?;
        Ok(Primary::Size(count, unit))
    }

    fn permissions(&mut self, word: &str) -> Parsed<Primary> {
        let text = self.value(word)?;
        let (how, mode) = match text.as_bytes().first() {
            Some(b'-') => (Bits::All, &text[1..]),
            Some(b'/') => (Bits::Any, &text[1..]),
            _ => (Bits::Exactly, &text[..]),
        };
        let is_old_any =
            mode.strip_prefix('+').is_some_and(|digits| digits.starts_with(|c: char| c.is_ascii_digit()));
        let parsed = Mode::parse(mode).filter(|_| !is_old_any);
        let mode = parsed.ok_or_else(|| format!("invalid mode {}", quoted_name(&text)))?;
        Ok(Primary::Permissions(how, mode.of(0, false, 0), mode.of(0, true, 0)))
    }

    fn age(&mut self, word: &str, unit: i64) -> Parsed<Primary> {
        let time = match word.as_bytes()[1] {
            b'a' => Time::Accessed,
            b'c' => Time::Changed,
            _ => Time::Modified,
        };
        let count = self.count(word)?;
        Ok(Primary::Age(time, count, unit, self.from_day_start))
    }

    fn newer(&mut self, word: &str, letters: &str) -> Parsed<Primary> {
        let time = |letter| match letter {
            b'a' => Some(Time::Accessed),
            b'B' => Some(Time::Born),
            b'c' => Some(Time::Changed),
            b'm' => Some(Time::Modified),
            _ => None,
        };
        let invalid = || format!("invalid predicate `{word}'");
        let &[mine, other] = letters.as_bytes() else { return Err(invalid()) };
        let mine = time(mine).ok_or_else(invalid)?;
        if other == b't' {
            let text = self.value(word)?;
            let now = (self.tool.now().as_secs(), self.tool.now().0.rem_euclid(1_000_000_000));
            let zone = self.tool.ctx.env.get("TZ").map_or_else(Zone::utc, |name| Zone::named(name));
            let (seconds, nanos) = parse_date(&text, now, &zone).ok_or_else(|| {
                format!("I cannot figure out how to interpret {} as a date or time", quoted_name(&text))
            })?;
            let moment = seconds.saturating_mul(1_000_000_000).saturating_add(nanos);
            return Ok(Primary::Newer(mine, Timestamp(moment)));
        }
        let other = time(other).ok_or_else(invalid)?;
        let stat = self.reference(word)?;
        Ok(Primary::Newer(mine, super::evaluate::time_of(&stat, other)))
    }

    fn exec(&mut self, word: &str) -> Parsed<Primary> {
        let missing = || format!("missing argument to `{word}'");
        let mut words: Vec<String> = Vec::new();
        let asks = word.starts_with("-ok");
        let batched = loop {
            let next = self.advance().ok_or_else(missing)?;
            match next.as_str() {
                ";" => break false,
                "+" if !asks && words.last().is_some_and(|last| last == "{}") => break true,
                _ => words.push(next),
            }
        };
        if batched {
            words.pop();
            if words.iter().any(|word| word.contains("{}")) {
                return Err(format!("Only one instance of {{}} is supported with {word} ... +"));
            }
        }
        if words.is_empty() {
            return Err(missing());
        }
        let in_directory = word.ends_with("dir");
        Ok(Primary::Exec(Exec { words, batched, in_directory, asks, waiting: Vec::new(), directory: None }))
    }
}

fn count(text: &str) -> Option<Count> {
    let (kind, digits): (fn(u64) -> Count, &str) = match text.as_bytes().first()? {
        b'+' => (Count::More, &text[1..]),
        b'-' => (Count::Less, &text[1..]),
        _ => (Count::Exactly, text),
    };
    digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok().map(kind)).flatten()
}

/// A pattern as the engine of regular expressions reads it.
fn translated(text: &str, syntax: Syntax) -> String {
    if syntax == Syntax::Extended {
        return text.to_owned();
    }
    // What has its meaning only after a backslash, and what only without one.
    let escaped = if syntax == Syntax::Emacs { "()|" } else { "()|{}+?" };
    let mut out = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some(next) if escaped.contains(next) => out.push(next),
                Some('\'') => out.push_str("\\z"),
                Some('`') => out.push_str("\\A"),
                Some(next) => out.extend(['\\', next]),
                None => out.push_str("\\\\"),
            },
            '[' => {
                out.push('[');
                if let Some(not) = letters.next_if_eq(&'^') {
                    out.push(not);
                }
                if letters.next_if_eq(&']').is_some() {
                    out.push_str("\\]");
                }
                for inside in letters.by_ref() {
                    match inside {
                        '\\' => out.push_str("\\\\"),
                        '&' | '~' => out.extend(['\\', inside]),
                        _ => out.push(inside),
                    }
                    if inside == ']' {
                        break;
                    }
                }
            }
            '{' | '}' => out.extend(['\\', letter]),
            _ if escaped.contains(letter) => out.extend(['\\', letter]),
            _ => out.push(letter),
        }
    }
    out
}
