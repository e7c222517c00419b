//! `csplit`: a file in pieces, cut at lines of a number or a pattern.

use regex::bytes::Regex;

use super::super::getopt::{Given, Known, missing_operand};
use super::super::live::Stop;
use super::super::quoting;
use super::bre;
use super::tool::{End, Io, Worked, without_end};

pub(super) const KNOWN: Known = Known {
    letters: "f:b:kn:sqz",
    long: &[
        ("digits", 'n'),
        ("quiet", 'q'),
        ("silent", 's'),
        ("keep-files", 'k'),
        ("elide-empty-files", 'z'),
        ("prefix", 'f'),
        ("suffix-format", 'b'),
        ("suppress-matched", 'S'),
    ],
};

/// Where a piece ends.
enum Cut {
    Line(usize),
    Match {
        pattern: Regex,
        /// From the line that matches.
        offset: i64,
        /// The piece is left out.
        skip: bool,
    },
}

struct Step {
    cut: Cut,
    text: String,
    /// How often more; nothing: as often as possible.
    repeat: Option<u64>,
}

fn steps(operands: &[String]) -> Result<Vec<Step>, String> {
    let mut steps: Vec<Step> = Vec::new();
    let mut last_line = 0;
    for text in operands {
        let shown = quoting::value(text);
        if let Some(repeat) = text.strip_prefix('{') {
            let Some(repeat) = repeat.strip_suffix('}') else {
                return Err(format!("{shown}: '}}' is required in repeat count"));
            };
            let Some(step) = steps.last_mut() else { return Err(format!("{shown}: invalid pattern")) };
            step.repeat = match repeat {
                "*" => None,
                count => Some(
                    count.parse().map_err(|_| format!("{text}}}: integer required between '{{' and '}}'"))?,
                ),
            };
            continue;
        }
        let cut = match text.chars().next() {
            Some(mark @ ('/' | '%')) => {
                let Some((pattern, offset)) = text[1..].rsplit_once(mark) else {
                    return Err(format!("{text}: closing delimiter '{mark}' missing"));
                };
                let offset = match offset.trim_start_matches('+') {
                    "" => 0,
                    digits => {
                        digits.parse().map_err(|_| format!("{shown}: integer expected after delimiter"))?
                    }
                };
                let pattern = bre::compile(pattern)
                    .map_err(|problem| format!("{shown}: invalid regular expression: {problem}"))?;
                Cut::Match { pattern, offset, skip: mark == '%' }
            }
            _ => match text.parse::<usize>() {
                Ok(0) => return Err(format!("{text}: line number must be greater than zero")),
                Ok(line) if line < last_line => {
                    return Err(format!(
                        "line number {shown} is smaller than preceding line number, {last_line}"
                    ));
                }
                Ok(line) => {
                    last_line = line;
                    Cut::Line(line)
                }
                Err(_) => return Err(format!("{shown}: invalid pattern")),
            },
        };
        steps.push(Step { cut, text: text.clone(), repeat: Some(0) });
    }
    Ok(steps)
}

/// The names of the pieces.
struct Names {
    prefix: String,
    format: (String, String),
    width: usize,
    hex: Option<char>,
    left: bool,
    zeros: bool,
}

impl Names {
    fn of(given: &Given) -> Result<Names, String> {
        let mut names = Names {
            prefix: given.value('f').unwrap_or("xx").to_owned(),
            format: Default::default(),
            width: 2,
            hex: None,
            left: false,
            zeros: true,
        };
        if let Some(digits) = given.value('n') {
            names.width =
                digits.parse().map_err(|_| format!("invalid number: {}", quoting::value(digits)))?;
        }
        if let Some(format) = given.value('b') {
            let Some((before, rest)) = format.split_once('%') else {
                return Err("missing % conversion specification in suffix".to_owned());
            };
            let (directive, rest) = super::super::float::Directive::parse(rest);
            let Some(letter) = rest.chars().next() else {
                return Err("missing conversion specifier in suffix".to_owned());
            };
            if !"diuoxX".contains(letter) {
                return Err(format!("invalid conversion specifier in suffix: {letter}"));
            }
            names.format = (before.to_owned(), rest[1..].to_owned());
            names.width = directive.width.max(directive.precision.unwrap_or(0));
            names.zeros = directive.zeros || directive.precision.is_some();
            names.left = directive.left;
            names.hex = Some(letter).filter(|letter| "oxX".contains(*letter));
        }
        Ok(names)
    }

    fn name(&self, number: usize) -> String {
        let digits = match self.hex {
            Some('o') => format!("{number:o}"),
            Some('x') => format!("{number:x}"),
            Some(_) => format!("{number:X}"),
            None => number.to_string(),
        };
        let width = self.width;
        let digits = match (self.left, self.zeros) {
            (true, _) => format!("{digits:<width$}"),
            (_, true) => format!("{digits:0>width$}"),
            _ => format!("{digits:>width$}"),
        };
        format!("{}{}{digits}{}", self.prefix, self.format.0, self.format.1)
    }
}

struct Work<'w> {
    names: Names,
    lines: Vec<&'w [u8]>,
    /// The first line that is in no piece.
    at: usize,
    written: Vec<String>,
    quiet: bool,
    elide: bool,
    suppress: bool,
}

impl Work<'_> {
    /// Writes the lines up to `to` as the next piece.
    async fn piece(&mut self, io: &mut Io<'_>, to: usize) -> Worked<()> {
        let text = self.lines[self.at..to].concat();
        self.at = to;
        if text.is_empty() && self.elide {
            return Ok(());
        }
        let name = self.names.name(self.written.len());
        let created = io.create(&name).await?;
        self.written.push(name.clone());
        let done = match created {
            Ok(()) => io.append(&name, &text).await?,
            failed => failed,
        };
        if let Err(reason) = done {
            return Err(io.fatal(format!("{}: {reason}", quoting::name(&name))).await);
        }
        if !self.quiet {
            io.out.extend_from_slice(format!("{}\n", text.len()).as_bytes());
        }
        Ok(())
    }

    async fn step(&mut self, io: &mut Io<'_>, step: &Step) -> Worked<()> {
        let mut round = 0;
        loop {
            match &step.cut {
                Cut::Line(line) => {
                    let target = line * (round + 1) - 1;
                    let end = target.min(self.lines.len());
                    self.piece(io, end.max(self.at)).await?;
                    if target >= self.lines.len() {
                        return Err(self.out_of_range(io, step, round).await);
                    }
                    if self.suppress {
                        self.at = (self.at + 1).min(self.lines.len());
                    }
                }
                Cut::Match { pattern, offset, skip } => {
                    // A second search begins behind the line that matched.
                    let from = self.at + usize::from(round > 0 || !self.written.is_empty() || self.at > 0);
                    let from = if round == 0 && self.at == 0 { 0 } else { from };
                    let found = (from..self.lines.len())
                        .find(|at| pattern.is_match(without_end(self.lines[*at], b'\n')));
                    let Some(found) = found else {
                        let all_there_is = step.repeat.is_none();
                        if !*skip {
                            self.piece(io, self.lines.len()).await?;
                        } else {
                            self.at = self.lines.len();
                        }
                        if all_there_is {
                            return Err(End::Code(0));
                        }
                        let problem = match round {
                            0 => format!("{}: match not found", quoting::value(&step.text)),
                            round => {
                                format!(
                                    "{}: match not found on repetition {round}",
                                    quoting::value(&step.text)
                                )
                            }
                        };
                        return Err(io.fatal(problem).await);
                    };
                    let target = found as i64 + offset;
                    let Some(target) = usize::try_from(target)
                        .ok()
                        .filter(|target| (self.at..=self.lines.len()).contains(target))
                    else {
                        if !*skip {
                            self.piece(io, self.lines.len()).await?;
                        }
                        let shown = quoting::value(&step.text);
                        return Err(io.fatal(format!("{shown}: line number out of range")).await);
                    };
                    if *skip {
                        self.at = target;
                    } else {
                        self.piece(io, target).await?;
                    }
                    if self.suppress {
                        self.at = (self.at + 1).min(self.lines.len());
                    }
                }
            }
            if step.repeat.is_some_and(|repeat| round as u64 >= repeat) {
                return Ok(());
            }
            round += 1;
            io.turn().await?;
        }
    }

    async fn out_of_range(&self, io: &mut Io<'_>, step: &Step, round: usize) -> End {
        let shown = quoting::value(&step.text);
        match round {
            0 => io.fatal(format!("{shown}: line number out of range")).await,
            round => io.fatal(format!("{shown}: line number out of range on repetition {round}")).await,
        }
    }
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    if given.operands.len() < 2 {
        return Err(io.misused(missing_operand(&given.operands)).await);
    }
    let prepared = Names::of(&given).and_then(|names| Ok((names, steps(&given.operands[1..])?)));
    let (names, steps) = match prepared {
        Ok(prepared) => prepared,
        Err(problem) => return Err(io.fatal(problem).await),
    };
    let name = &given.operands[0];
    let mut input = match io.open(name).await? {
        Ok(input) => input,
        Err(reason) => {
            let shown = quoting::quoted_name(name);
            return Err(io.fatal(format!("cannot open {shown} for reading: {reason}")).await);
        }
    };
    let text = match input.rest(io).await {
        Ok(text) => text,
        Err(Stop::Input(reason)) => return Err(io.fatal(format!("read error: {reason}")).await),
        Err(stop) => return Err(End::Stop(stop)),
    };
    let mut work = Work {
        names,
        lines: text.split_inclusive(|byte| *byte == b'\n').collect(),
        at: 0,
        written: Vec::new(),
        quiet: given.has('s') || given.has('q'),
        elide: given.has('z'),
        suppress: given.has('S'),
    };
    let mut ended = Ok(());
    for step in &steps {
        ended = work.step(io, step).await;
        if ended.is_err() {
            break;
        }
    }
    match ended {
        Ok(()) => {
            let end = work.lines.len();
            work.piece(io, end).await?;
            Ok(0)
        }
        Err(End::Code(0)) => Ok(0),
        Err(end) => {
            if !given.has('k') {
                for name in &work.written {
                    let path = io.ctx.cwd.join(name).to_string_lossy().into_owned();
                    let _ = io.run.files.unlink(&path, io.run.host.now());
                }
            }
            Err(end)
        }
    }
}
