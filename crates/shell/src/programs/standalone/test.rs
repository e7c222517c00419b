//! `test` and `[`.

use std::cmp::Ordering;

use sandbox_fs::{Access, Kind, Stat};

use super::super::getopt::Given;
use super::super::inode::look;
use super::super::quoting::value;
use super::super::text::tool::{End, Io, Worked};

/// Exit code of an expression that is none.
const WRONG: i32 = 2;
/// How deep parentheses may stand in one another.
const MAX_DEPTH: usize = 200;

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let mut args = given.operands.as_slice();
    if io.ctx.name == "[" {
        match args {
            [only] if only == "--version" => {
                io.out.extend_from_slice(b"[ (GNU coreutils) 9.1\n");
                return Ok(0);
            }
            [only] if only == "--help" => {
                io.out.extend_from_slice(b"Usage: test EXPRESSION\n  or:  test\n  or:  [ EXPRESSION ]\n");
                return Ok(0);
            }
            [rest @ .., last] if last == "]" => args = rest,
            _ => {
                io.say("missing ']'").await?;
                return Err(End::Code(WRONG));
            }
        }
    }
    if args.is_empty() {
        return Ok(1);
    }
    let mut reader = Reader { io, args, at: 0, depth: 0 };
    let read = reader.posix(args.len()).and_then(|value| match args.get(reader.at) {
        Some(extra) => Err(format!("extra argument {}", quoted(extra))),
        None => Ok(value),
    });
    match read {
        Ok(value) => Ok(i32::from(!value)),
        Err(problem) => {
            io.say(problem).await?;
            Err(End::Code(WRONG))
        }
    }
}

fn quoted(text: &str) -> String {
    value(text)
}

type Read<T = bool> = Result<T, String>;

struct Reader<'r, 'c> {
    io: &'r Io<'c>,
    args: &'r [String],
    at: usize,
    depth: usize,
}

fn is_binary(operator: &str) -> bool {
    const OPERATORS: &[&str] =
        &["=", "!=", "==", "-nt", "-ot", "-ef", "-eq", "-ne", "-lt", "-le", "-gt", "-ge"];
    OPERATORS.contains(&operator)
}

fn is_letter_option(arg: &str) -> bool {
    arg.len() == 2 && arg.starts_with('-')
}

impl<'r> Reader<'r, '_> {
    fn arg(&self, offset: usize) -> &'r str {
        self.args.get(self.at + offset).map_or("", String::as_str)
    }

    fn left(&self) -> usize {
        self.args.len().saturating_sub(self.at)
    }

    /// Goes on; there must be more.
    fn advance(&mut self) -> Read<()> {
        self.at += 1;
        if self.left() == 0 { self.beyond() } else { Ok(()) }
    }

    fn beyond<T>(&self) -> Read<T> {
        let last = self.args.last().map_or("", String::as_str);
        Err(format!("missing argument after {}", quoted(last)))
    }

    /// An expression of `count` arguments, by POSIX's rules for that many.
    fn posix(&mut self, count: usize) -> Read {
        match count {
            1 => Ok(self.one()),
            2 => self.two(),
            3 => self.three(),
            4 if self.arg(0) == "!" => {
                self.advance()?;
                self.three().map(|value| !value)
            }
            4 if self.arg(0) == "(" && self.arg(3) == ")" => {
                self.at += 1;
                let value = self.two();
                self.at += 1;
                value
            }
            _ => self.alternatives(),
        }
    }

    fn one(&mut self) -> bool {
        self.at += 1;
        !self.args[self.at - 1].is_empty()
    }

    fn two(&mut self) -> Read {
        if self.arg(0) == "!" {
            self.at += 1;
            Ok(!self.one())
        } else if is_letter_option(self.arg(0)) {
            self.unary()
        } else {
            self.beyond()
        }
    }

    fn three(&mut self) -> Read {
        if is_binary(self.arg(1)) {
            self.binary(false)
        } else if self.arg(0) == "!" {
            self.advance()?;
            self.two().map(|value| !value)
        } else if self.arg(0) == "(" && self.arg(2) == ")" {
            self.at += 1;
            let value = self.one();
            self.at += 1;
            Ok(value)
        } else if matches!(self.arg(1), "-a" | "-o") {
            self.alternatives()
        } else {
            Err(format!("{}: binary operator expected", quoted(self.arg(1))))
        }
    }

    fn alternatives(&mut self) -> Read {
        if self.left() == 0 {
            return self.beyond();
        }
        let mut value = false;
        loop {
            value |= self.all()?;
            if self.left() == 0 || self.arg(0) != "-o" {
                return Ok(value);
            }
            self.at += 1;
        }
    }

    fn all(&mut self) -> Read {
        let mut value = true;
        loop {
            value &= self.term()?;
            if self.left() == 0 || self.arg(0) != "-a" {
                return Ok(value);
            }
            self.at += 1;
        }
    }

    fn term(&mut self) -> Read {
        let mut negated = false;
        while self.left() > 0 && self.arg(0) == "!" {
            self.advance()?;
            negated = !negated;
        }
        if self.left() == 0 {
            return self.beyond();
        }
        let value = if self.arg(0) == "(" {
            self.parentheses()?
        } else if self.left() >= 4 && self.arg(0) == "-l" && is_binary(self.arg(2)) {
            self.binary(true)?
        } else if self.left() >= 3 && is_binary(self.arg(1)) {
            self.binary(false)?
        } else if is_letter_option(self.arg(0)) {
            self.unary()?
        } else {
            self.one()
        };
        Ok(value != negated)
    }

    fn parentheses(&mut self) -> Read {
        self.advance()?;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("too many parentheses".to_owned());
        }
        let mut count = 1;
        while count < self.left() && self.arg(count) != ")" {
            if count == 4 {
                count = self.left();
                break;
            }
            count += 1;
        }
        let value = self.posix(count)?;
        self.depth -= 1;
        if self.left() == 0 {
            return Err("')' expected".to_owned());
        }
        if self.arg(0) != ")" {
            return Err(format!("')' expected, found {}", quoted(self.arg(0))));
        }
        self.at += 1;
        Ok(value)
    }

    fn binary(&mut self, left_is_length: bool) -> Read {
        self.at += usize::from(left_is_length);
        let (left, operator) = (self.arg(0), self.arg(1));
        let right_is_length = self.left() > 3 && self.arg(2) == "-l";
        self.at += usize::from(right_is_length);
        let right = self.arg(2);
        if let "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge" = operator {
            let number = |text: &str, is_length: bool| match is_length {
                true => Ok((false, text.len().to_string())),
                false => integer(text).ok_or_else(|| format!("invalid integer {}", quoted(text))),
            };
            let order = compare(&number(left, left_is_length)?, &number(right, right_is_length)?);
            self.at += 3;
            return Ok(match operator {
                "-eq" => order.is_eq(),
                "-ne" => order.is_ne(),
                "-lt" => order.is_lt(),
                "-le" => order.is_le(),
                "-gt" => order.is_gt(),
                _ => order.is_ge(),
            });
        }
        self.at += 3;
        if let "-nt" | "-ot" | "-ef" = operator {
            if left_is_length || right_is_length {
                return Err(format!("{operator} does not accept -l"));
            }
            let stat = |path: &str| self.stat(path, true);
            let (one, other) = (stat(left), stat(right));
            return Ok(match (operator, one, other) {
                ("-ef", Some(one), Some(other)) => (one.dev, one.ino) == (other.dev, other.ino),
                ("-nt", Some(one), Some(other)) => one.mtime > other.mtime,
                ("-ot", Some(one), Some(other)) => one.mtime < other.mtime,
                ("-nt", Some(_), None) | ("-ot", None, Some(_)) => true,
                _ => false,
            });
        }
        Ok((left == right) != (operator == "!="))
    }

    fn unary(&mut self) -> Read {
        let operator = self.arg(0);
        let letter = operator.chars().nth(1).unwrap_or_default();
        if !"erwxNOGfdsScbpLhugktnz".contains(letter) {
            return Err(format!("{}: unary operator expected", quoted(operator)));
        }
        self.advance()?;
        let operand = self.arg(0);
        self.at += 1;
        let mode = |bit: u32| self.stat(operand, true).is_some_and(|stat| stat.mode & bit != 0);
        let kind = |kind: Kind| self.stat(operand, true).is_some_and(|stat| stat.kind == kind);
        let may = |access: Access| {
            let path = self.path(operand);
            self.io.run.files.access(&path, access).is_ok()
        };
        Ok(match letter {
            'e' => self.stat(operand, true).is_some(),
            'r' => may(Access::READ),
            'w' => may(Access::WRITE),
            'x' => may(Access::EXECUTE),
            'N' => self.stat(operand, true).is_some_and(|stat| stat.mtime > stat.atime),
            'O' => self.stat(operand, true).is_some_and(|stat| stat.uid == 0),
            'G' => self.stat(operand, true).is_some_and(|stat| stat.gid == 0),
            'f' => kind(Kind::File),
            'd' => kind(Kind::Directory),
            's' => self.stat(operand, true).is_some_and(|stat| stat.size > 0),
            'c' => kind(Kind::Device),
            'p' => kind(Kind::Fifo),
            'L' | 'h' => self.stat(operand, false).is_some_and(|stat| stat.kind == Kind::Symlink),
            'u' => mode(0o4000),
            'g' => mode(0o2000),
            'k' => mode(0o1000),
            't' => {
                integer(operand).ok_or_else(|| format!("invalid integer {}", quoted(operand)))?;
                false
            }
            'n' => !operand.is_empty(),
            'z' => operand.is_empty(),
            _ => false,
        })
    }

    fn path(&self, operand: &str) -> String {
        match operand {
            "" => String::new(),
            operand => self.io.ctx.cwd.join(operand).to_string_lossy().into_owned(),
        }
    }

    fn stat(&self, operand: &str, follow: bool) -> Option<Stat> {
        look(&self.io.run, &self.path(operand), follow).ok()
    }
}

/// Sign and digits of an integer, which blanks may surround.
fn integer(text: &str) -> Option<(bool, String)> {
    let text = text.trim_matches([' ', '\t', '\n', '\u{b}', '\u{c}', '\r']);
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = digits.trim_start_matches('0').to_owned();
    Some((text.starts_with('-') && !digits.is_empty(), digits))
}

fn compare(one: &(bool, String), other: &(bool, String)) -> Ordering {
    let sizes = (one.1.len(), &one.1).cmp(&(other.1.len(), &other.1));
    match (one.0, other.0) {
        (false, false) => sizes,
        (true, true) => sizes.reverse(),
        (negative, _) => {
            if negative {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        }
    }
}
