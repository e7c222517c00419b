//! `dc`: a calculator that works on a stack.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::super::getopt::{Given, Known};
use super::super::live::{Stop, say};
use super::super::text::tool::{End, Input, Io, Worked};
use super::decimal::Decimal;
use super::lines::Lines;

pub(in crate::programs) const DC: Known =
    Known { letters: "e:f:hV", long: &[("expression", 'e'), ("file", 'f')] };

/// Macros that may run one another, and values on a stack.
const MAX_DEPTH: usize = 100_000;
const MAX_VALUES: usize = 4 << 20;

pub(in crate::programs) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let width = io.ctx.env.get("DC_LINE_LENGTH").map(String::as_str);
    let mut machine = Machine {
        stack: Vec::new(),
        registers: HashMap::new(),
        input_base: 10,
        output_base: 10,
        scale: 0,
        lines: Lines::of(width),
        stdin: None,
    };
    let mut texts: Vec<(bool, String)> =
        given.options.iter().map(|(letter, value)| (*letter == 'f', value.clone())).collect();
    texts.extend(given.operands.iter().map(|operand| (true, operand.clone())));
    if texts.is_empty() {
        texts.push((true, "-".to_owned()));
    }
    for (is_file, text) in texts {
        let ended = match is_file {
            false => machine.execute(io, text).await?,
            true => match io.open(&text).await? {
                Ok(input) if text == "-" => {
                    machine.stdin = Some(input);
                    loop {
                        let Some(item) = machine.item(io).await? else { break Ended::Done };
                        if machine.execute(io, item).await? == Ended::Quit {
                            break Ended::Quit;
                        }
                    }
                }
                Ok(mut input) => {
                    let text = input.rest(io).await?;
                    machine.execute(io, String::from_utf8_lossy(&text).into_owned()).await?
                }
                Err(_) => {
                    io.say(format!("Could not open file {text}")).await?;
                    Ended::Done
                }
            },
        };
        if ended == Ended::Quit {
            break;
        }
    }
    Ok(0)
}

#[derive(PartialEq, Eq)]
enum Ended {
    Done,
    Quit,
}

#[derive(Debug, Clone)]
enum Value {
    Number(Decimal),
    Text(Arc<str>),
}

/// One level of a register, with its array.
#[derive(Default)]
struct Level {
    value: Option<Value>,
    array: BTreeMap<i64, Value>,
}

struct Machine {
    stack: Vec<Value>,
    registers: HashMap<char, Vec<Level>>,
    input_base: u32,
    output_base: u32,
    scale: usize,
    lines: Lines,
    stdin: Option<Input>,
}

/// A text that runs, and where it is.
struct Frame {
    text: Arc<str>,
    at: usize,
}

/// What a command asks of those who run it.
enum Next {
    Nothing,
    /// Runs a text.
    Run(Arc<str>),
    /// Leaves so many levels.
    Leave(usize),
    Quit,
    /// Something is wrong, and the next command comes.
    Wrong(String),
}

impl Machine {
    /// Lines of standard input up to one where no text is open.
    async fn item(&mut self, io: &mut Io<'_>) -> Worked<Option<String>> {
        let Some(input) = &mut self.stdin else { return Ok(None) };
        let (mut item, mut line, mut open) = (String::new(), Vec::new(), 0i64);
        while input.line(io, b'\n', &mut line).await? {
            let text = String::from_utf8_lossy(&line);
            for letter in text.chars() {
                open += i64::from(letter == '[') - i64::from(letter == ']');
            }
            item.push_str(&text);
            if open <= 0 {
                return Ok(Some(item));
            }
        }
        // A text that does not end is none.
        Ok((!item.is_empty()).then_some(item))
    }

    async fn execute(&mut self, io: &mut Io<'_>, text: String) -> Worked<Ended> {
        let mut frames = vec![Frame { text: text.into(), at: 0 }];
        while let Some(frame) = frames.last_mut() {
            let text = Arc::clone(&frame.text);
            let mut at = frame.at;
            let Some(command) = text[at..].chars().next() else {
                frames.pop();
                continue;
            };
            at += command.len_utf8();
            let (next, at) = self.command(io, command, &text, at).await?;
            frame.at = at;
            match next {
                Next::Nothing => {}
                Next::Run(text) => {
                    if frame.at == frame.text.len() {
                        frames.pop();
                    }
                    if frames.len() > MAX_DEPTH {
                        return Err(End::Stop(Stop::out_of_memory()));
                    }
                    frames.push(Frame { text, at: 0 });
                }
                Next::Leave(levels) if levels > frames.len() => {
                    frames.truncate(1);
                    let problem = "Q command argument exceeded string execution depth";
                    self.complain(io, problem).await?;
                }
                Next::Leave(levels) => frames.truncate(frames.len() - levels),
                Next::Quit if frames.len() <= 2 => return Ok(Ended::Quit),
                Next::Quit => frames.truncate(frames.len() - 2),
                Next::Wrong(problem) => self.complain(io, &problem).await?,
            }
            io.turn().await?;
            if self.stack.len() > MAX_VALUES {
                return Err(End::Stop(Stop::out_of_memory()));
            }
        }
        Ok(Ended::Done)
    }

    async fn complain(&self, io: &mut Io<'_>, problem: &str) -> Worked<()> {
        Ok(io.say(problem).await?)
    }

    /// Runs the command that ends at `at` in `text`; gives where the next one begins.
    async fn command(
        &mut self,
        io: &mut Io<'_>,
        command: char,
        text: &str,
        at: usize,
    ) -> Worked<(Next, usize)> {
        let rest = &text[at..];
        let mut at = at;
        // The name of a register follows.
        let register = || rest.chars().next();
        let next = match command {
            ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c' => Next::Nothing,
            '#' => {
                at += rest.find('\n').unwrap_or(rest.len());
                Next::Nothing
            }
            '0'..='9' | 'A'..='F' | '.' | '_' => {
                let mut seen_point = command == '.';
                let digits = rest.chars().take_while(|letter| match letter {
                    '0'..='9' | 'A'..='F' => true,
                    '.' => !std::mem::replace(&mut seen_point, true),
                    _ => false,
                });
                let len = digits.count();
                let digits = match command {
                    '_' => rest[..len].to_owned(),
                    first => format!("{first}{}", &rest[..len]),
                };
                at += len;
                let number = Decimal::parse(&digits, self.input_base, false).await;
                self.stack.push(Value::Number(if command == '_' { number.negated() } else { number }));
                Next::Nothing
            }
            '[' => {
                let mut open = 1;
                let end = rest.char_indices().find(|(_, letter)| {
                    open += i64::from(*letter == '[') - i64::from(*letter == ']');
                    open == 0
                });
                match end {
                    Some((end, _)) => {
                        self.stack.push(Value::Text(rest[..end].into()));
                        at += end + 1;
                    }
                    None => at += rest.len(),
                }
                Next::Nothing
            }
            's' | 'S' | 'l' | 'L' | ':' | ';' | '=' | '<' | '>' => match register() {
                None => Next::Nothing,
                Some(name) => {
                    at += name.len_utf8();
                    match command {
                        '=' | '<' | '>' => self.compared(command, false, name),
                        _ => self.register(command, name),
                    }
                }
            },
            '!' => match (rest.chars().next(), rest.chars().nth(1)) {
                (Some(relation @ ('=' | '<' | '>')), Some(name)) => {
                    at += 1 + name.len_utf8();
                    self.compared(relation, true, name)
                }
                _ => {
                    at += rest.find('\n').unwrap_or(rest.len());
                    Next::Wrong("no commands can be run here".to_owned())
                }
            },
            '?' => match self.line(io).await? {
                Some(line) => Next::Run(line.into()),
                None => Next::Nothing,
            },
            'x' => match self.stack.last() {
                Some(Value::Text(_)) => match self.stack.pop() {
                    Some(Value::Text(text)) => Next::Run(text),
                    _ => Next::Nothing,
                },
                Some(Value::Number(_)) => Next::Nothing,
                None => empty(),
            },
            'p' | 'n' | 'P' | 'f' => self.show(io, command).await,
            '+' | '-' | '*' | '/' | '%' | '~' | '^' => self.arithmetic(io, command).await?,
            '|' | 'v' => self.other_arithmetic(command).await?,
            _ => self.simple(command),
        };
        Ok((next, at))
    }

    async fn line(&mut self, io: &mut Io<'_>) -> Worked<Option<String>> {
        if self.stdin.is_none() {
            self.stdin = io.open("-").await?.ok();
        }
        let mut line = Vec::new();
        let Some(input) = &mut self.stdin else { return Ok(None) };
        let any = input.line(io, b'\n', &mut line).await?;
        Ok(any.then(|| String::from_utf8_lossy(&line).into_owned()))
    }

    fn register(&mut self, command: char, name: char) -> Next {
        let zero = || Value::Number(Decimal::default());
        let levels = self.registers.entry(name).or_default();
        match command {
            's' | 'S' => {
                let Some(value) = self.stack.pop() else { return empty() };
                if command == 'S' || levels.is_empty() {
                    levels.push(Level::default());
                }
                if let Some(level) = levels.last_mut() {
                    level.value = Some(value);
                }
            }
            'l' => self.stack.push(levels.last().and_then(|level| level.value.clone()).unwrap_or_else(zero)),
            'L' => match levels.pop() {
                Some(level) => self.stack.push(level.value.unwrap_or_else(zero)),
                None => {
                    let code = u32::from(name);
                    return Next::Wrong(format!("stack register '{name}' (0{code:o}) is empty"));
                }
            },
            _ => {
                let Some(index) = self.stack.pop() else { return empty() };
                let index = match index {
                    Value::Number(number) => number.integer().filter(|index| *index >= 0),
                    Value::Text(_) => None,
                };
                let Some(index) = index else {
                    return Next::Wrong("array index must be a nonnegative integer".to_owned());
                };
                if command == ';' {
                    let value = levels.last().and_then(|level| level.array.get(&index)).cloned();
                    self.stack.push(value.unwrap_or_else(zero));
                    return Next::Nothing;
                }
                let Some(value) = self.stack.pop() else { return empty() };
                if levels.is_empty() {
                    levels.push(Level::default());
                }
                if let Some(level) = levels.last_mut() {
                    level.array.insert(index, value);
                }
            }
        }
        Next::Nothing
    }

    /// Runs a register if the upper value has that relation to the lower.
    fn compared(&mut self, relation: char, negated: bool, name: char) -> Next {
        let (upper, lower) = match self.two_numbers() {
            Ok((lower, upper)) => (upper, lower),
            Err(wrong) => return wrong,
        };
        let order = upper.compare(&lower);
        let holds = match relation {
            '=' => order.is_eq(),
            '<' => order.is_lt(),
            _ => order.is_gt(),
        };
        if holds == negated {
            return Next::Nothing;
        }
        match self.registers.get(&name).and_then(|levels| levels.last()).and_then(|level| level.value.clone())
        {
            Some(Value::Text(text)) => Next::Run(text),
            Some(number) => {
                self.stack.push(number);
                Next::Nothing
            }
            None => {
                self.stack.push(Value::Number(Decimal::default()));
                Next::Nothing
            }
        }
    }

    /// Takes two numbers off the stack, the lower first, or leaves everything.
    fn two_numbers(&mut self) -> Result<(Decimal, Decimal), Next> {
        match self.stack.as_slice() {
            [.., Value::Number(lower), Value::Number(upper)] => {
                let both = (lower.clone(), upper.clone());
                self.stack.truncate(self.stack.len() - 2);
                Ok(both)
            }
            [_, _, ..] => Err(Next::Wrong("non-numeric value".to_owned())),
            _ => Err(empty()),
        }
    }

    async fn show(&mut self, io: &mut Io<'_>, command: char) -> Next {
        if command == 'f' {
            for at in (0..self.stack.len()).rev() {
                let value = self.stack[at].clone();
                self.write(io, &value).await;
                self.lines.write(&mut io.out, "\n");
            }
            return Next::Nothing;
        }
        let value = match command {
            'p' => self.stack.last().cloned(),
            _ => self.stack.pop(),
        };
        let Some(value) = value else { return empty() };
        match (command, value) {
            ('P', Value::Text(text)) => io.out.extend_from_slice(text.as_bytes()),
            ('P', Value::Number(number)) => io.out.extend(bytes(&number).await),
            (command, value) => {
                self.write(io, &value).await;
                if command == 'p' {
                    self.lines.write(&mut io.out, "\n");
                }
            }
        }
        Next::Nothing
    }

    async fn write(&mut self, io: &mut Io<'_>, value: &Value) {
        match value {
            Value::Text(text) => io.out.extend_from_slice(text.as_bytes()),
            Value::Number(number) => {
                let mut text = String::new();
                number.write(&mut text, self.output_base, false).await;
                self.lines.write(&mut io.out, &text);
            }
        }
    }

    async fn arithmetic(&mut self, io: &mut Io<'_>, command: char) -> Worked<Next> {
        let (left, right) = match self.two_numbers() {
            Ok(both) => both,
            Err(wrong) => return Ok(wrong),
        };
        let mut second = None;
        let value = match command {
            '+' => Some(left.plus(&right)),
            '-' => Some(left.minus(&right)),
            '*' => Some(left.times(&right, self.scale).await?),
            '/' => left.divided(&right, self.scale).await?,
            '%' => left.parted(&right, self.scale).await?.map(|(_, rest)| rest),
            '~' => left.parted(&right, self.scale).await?.map(|(quotient, rest)| {
                second = Some(rest);
                quotient
            }),
            _ => {
                if right.compare(&right.scaled(0)).is_ne() {
                    io.flush().await?;
                    let text = "Runtime warning: non-zero scale in exponent\n".to_owned();
                    say(&io.ctx.stderr, text).await;
                }
                match right.integer() {
                    Some(exponent) => left.power(exponent, self.scale).await?,
                    None => return Ok(Next::Wrong("exponent too large".to_owned())),
                }
            }
        };
        let Some(value) = value else {
            self.stack.extend([left, right].map(Value::Number));
            let problem = if command == '%' { "remainder by zero" } else { "divide by zero" };
            return Ok(Next::Wrong(problem.to_owned()));
        };
        self.stack.push(Value::Number(value));
        self.stack.extend(second.map(Value::Number));
        Ok(Next::Nothing)
    }

    async fn other_arithmetic(&mut self, command: char) -> Worked<Next> {
        if command == 'v' {
            let Some(value) = self.stack.pop() else { return Ok(empty()) };
            return Ok(match value {
                Value::Text(_) => Next::Wrong("square root of nonnumeric attempted".to_owned()),
                Value::Number(number) if number.negative => {
                    Next::Wrong("square root of negative number".to_owned())
                }
                Value::Number(number) => {
                    self.stack.push(Value::Number(number.root(self.scale).await));
                    Next::Nothing
                }
            });
        }
        let modulus = match self.stack.last() {
            Some(Value::Number(number)) if self.stack.len() > 2 => number.clone(),
            Some(Value::Text(_)) if self.stack.len() > 2 => {
                return Ok(Next::Wrong("non-numeric value".to_owned()));
            }
            _ => return Ok(empty()),
        };
        self.stack.pop();
        let (base, exponent) = match self.two_numbers() {
            Ok(both) => both,
            Err(wrong) => {
                self.stack.push(Value::Number(modulus));
                return Ok(wrong);
            }
        };
        if modulus.is_zero() || exponent.negative {
            let problem = if modulus.is_zero() { "remainder by zero" } else { "negative exponent" };
            self.stack.extend([base, exponent, modulus].map(Value::Number));
            return Ok(Next::Wrong(problem.to_owned()));
        }
        let value = base.power_modulo(&exponent, &modulus, self.scale).await?;
        self.stack.push(Value::Number(value));
        Ok(Next::Nothing)
    }

    fn simple(&mut self, command: char) -> Next {
        let number = |value: u64| Value::Number(Decimal::from(value));
        match command {
            'c' => self.stack.clear(),
            'd' => match self.stack.last().cloned() {
                Some(value) => self.stack.push(value),
                None => return empty(),
            },
            'r' => match self.stack.len() {
                0 | 1 => return empty(),
                len => self.stack.swap(len - 1, len - 2),
            },
            'R' => match self.integer() {
                Err(wrong) => return wrong,
                Ok(Some(count)) => {
                    let many = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
                    if many < 2 {
                        return Next::Nothing;
                    }
                    let start = self.stack.len().saturating_sub(many);
                    let turned = &mut self.stack[start..];
                    if !turned.is_empty() {
                        if count > 0 { turned.rotate_left(1) } else { turned.rotate_right(1) }
                    }
                }
                Ok(None) => return Next::Wrong("non-numeric value".to_owned()),
            },
            'z' => self.stack.push(number(self.stack.len() as u64)),
            'i' => match self.integer() {
                Err(wrong) => return wrong,
                Ok(Some(base @ 2..=16)) => self.input_base = base as u32,
                Ok(_) => {
                    let problem = "input base must be a number between 2 and 16 (inclusive)";
                    return Next::Wrong(problem.to_owned());
                }
            },
            'o' => match self.integer() {
                Err(wrong) => return wrong,
                Ok(Some(base)) if base > 1 && base <= i64::from(i32::MAX) => self.output_base = base as u32,
                Ok(_) => return Next::Wrong("output base must be a number greater than 1".to_owned()),
            },
            'k' => match self.integer() {
                Err(wrong) => return wrong,
                Ok(Some(scale)) if scale >= 0 => self.scale = usize::try_from(scale).unwrap_or(usize::MAX),
                Ok(_) => return Next::Wrong("scale must be a nonnegative number".to_owned()),
            },
            'I' => self.stack.push(number(u64::from(self.input_base))),
            'O' => self.stack.push(number(u64::from(self.output_base))),
            'K' => self.stack.push(number(self.scale as u64)),
            'a' => {
                let Some(value) = self.stack.pop() else { return empty() };
                let text: String = match value {
                    Value::Text(text) => text.chars().next().unwrap_or('\0').into(),
                    Value::Number(number) => {
                        char::from((number.integer().unwrap_or(0).unsigned_abs() % 256) as u8).into()
                    }
                };
                self.stack.push(Value::Text(text.into()));
            }
            'Z' | 'X' => {
                let Some(value) = self.stack.pop() else { return empty() };
                let len = match (command, &value) {
                    ('Z', Value::Text(text)) => text.len(),
                    ('Z', Value::Number(number)) => number.whole_digits().max(1) + number.scale,
                    (_, Value::Text(_)) => 0,
                    (_, Value::Number(number)) => number.scale,
                };
                self.stack.push(number(len as u64));
            }
            'q' => return Next::Quit,
            'Q' => match self.integer() {
                Err(wrong) => return wrong,
                Ok(Some(levels)) if levels >= 1 => {
                    // One level is none: so it is there too.
                    let levels = usize::try_from(levels).unwrap_or(usize::MAX);
                    return Next::Leave(if levels == 1 { 0 } else { levels });
                }
                Ok(_) => return Next::Wrong("Q command requires a number >= 1".to_owned()),
            },
            other => {
                let code = u32::from(other);
                return Next::Wrong(match code < 128 && other.is_ascii_graphic() {
                    true => format!("'{other}' (0{code:o}) unimplemented"),
                    false => format!("0{code:o} unimplemented"),
                });
            }
        }
        Next::Nothing
    }

    /// Takes a number off the stack. The inner `None` is a text, or too large.
    fn integer(&mut self) -> Result<Option<i64>, Next> {
        match self.stack.pop() {
            None => Err(empty()),
            Some(Value::Number(number)) => Ok(number.integer()),
            Some(Value::Text(_)) => Ok(None),
        }
    }
}

fn empty() -> Next {
    Next::Wrong("stack empty".to_owned())
}

/// The bytes of an integer, the highest first.
async fn bytes(number: &Decimal) -> Vec<u8> {
    let mut whole = number.scaled(0);
    whole.negative = false;
    let mut text = String::new();
    whole.write(&mut text, 256, false).await;
    text.split(' ').filter_map(|digit| digit.parse().ok()).collect()
}
