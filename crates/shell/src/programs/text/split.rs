//! `split`: a file in pieces.

use super::super::getopt::{Given, Known};
use super::super::live::Stop;
use super::super::{quantity, quoting};
use super::tool::{End, Input, Io, Worked};

pub(super) const KNOWN: Known = Known {
    letters: "0123456789C:a:b:del:n:t:ux",
    long: &[
        ("bytes", 'b'),
        ("lines", 'l'),
        ("line-bytes", 'C'),
        ("number", 'n'),
        ("elide-empty-files", 'e'),
        ("unbuffered", 'u'),
        ("suffix-length", 'a'),
        ("additional-suffix=", 'A'),
        ("numeric-suffixes?", 'D'),
        ("hex-suffixes?", 'X'),
        ("filter=", 'F'),
        ("verbose", 'V'),
        ("separator", 't'),
        ("io-blksize=", 'B'),
    ],
};

/// How the pieces are cut.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    Lines(u64),
    Bytes(u64),
    /// As many whole lines as fit into that many bytes.
    LineBytes(u64),
    /// That many pieces of one size; only one of them to standard output.
    Chunks(u64, Option<u64>),
    /// The same without cutting lines.
    LineChunks(u64, Option<u64>),
    /// Lines dealt out in turn.
    RoundRobin(u64, Option<u64>),
}

struct Wish {
    cut: Cut,
    end: u8,
    elide: bool,
    verbose: bool,
    names: Names,
}

/// The names of the pieces, one after the other.
struct Names {
    prefix: String,
    suffix: String,
    alphabet: &'static [u8],
    /// The digits of the next.
    digits: Vec<usize>,
    /// Longer ones follow when these are used up.
    widens: bool,
    exhausted: bool,
}

impl Names {
    fn next(&mut self) -> Option<String> {
        if self.exhausted {
            return None;
        }
        let letters: String = self.digits.iter().map(|digit| char::from(self.alphabet[*digit])).collect();
        let name = format!("{}{letters}{}", self.prefix, self.suffix);
        let base = self.alphabet.len();
        let mut at = self.digits.len();
        loop {
            if at == 0 {
                self.exhausted = true;
                break;
            }
            at -= 1;
            self.digits[at] += 1;
            if at == 0 && self.widens && self.digits[0] == base - 1 {
                // The last letter stays in front, and two more than it follow.
                self.prefix.push(char::from(self.alphabet[base - 1]));
                self.digits = vec![0; self.digits.len() + 1];
                break;
            }
            if self.digits[at] < base {
                break;
            }
            self.digits[at] = 0;
        }
        Some(name)
    }
}

/// What is said of a number that is none of those allowed.
const RANGE: &str = "Numerical result out of range";

enum Problem {
    Misuse(String),
    Fatal(String),
}

fn wish(given: &Given) -> Result<Wish, Problem> {
    let fatal = |problem: String| Problem::Fatal(problem);
    let (mut cut, mut alphabet): (Option<Cut>, &'static [u8]) = (None, b"abcdefghijklmnopqrstuvwxyz");
    let (mut start, mut length, mut end) = (None, None, b'\n');
    let mut digits = String::new();
    let mut additional = String::new();
    for (letter, value) in &given.options {
        let shown = quoting::value(value);
        let count = |what: &str| match quantity::parse(value) {
            Some(count) if count > 0 => Ok(count),
            Some(_) => Err(Problem::Fatal(format!("invalid number of {what}: {shown}: {RANGE}"))),
            _ => Err(Problem::Fatal(format!("invalid number of {what}: {shown}"))),
        };
        let new = match letter {
            'l' => Some(Cut::Lines(count("lines")?)),
            'b' => Some(Cut::Bytes(count("bytes")?)),
            'C' => Some(Cut::LineBytes(count("bytes")?)),
            'n' => Some(chunks(value).map_err(fatal)?),
            _ => None,
        };
        if new.is_some() {
            if cut.is_some() || !digits.is_empty() {
                return Err(Problem::Misuse("cannot split in more than one way".to_owned()));
            }
            cut = new;
        }
        match letter {
            'a' => match value.parse::<usize>() {
                Ok(number) => length = Some(number).filter(|number| *number > 0),
                Err(_) => return Err(fatal(format!("invalid suffix length: {shown}"))),
            },
            'A' => {
                if value.contains('/') {
                    let problem = format!("invalid suffix {shown}, contains directory separator");
                    return Err(Problem::Misuse(problem));
                }
                additional.clone_from(value);
            }
            'd' | 'D' | 'x' | 'X' => {
                let hex = matches!(letter, 'x' | 'X');
                alphabet = if hex { b"0123456789abcdef" } else { b"0123456789" };
                if !value.is_empty() {
                    let radix = if hex { 16 } else { 10 };
                    let number = u64::from_str_radix(value, radix).map_err(|_| {
                        let kind = if hex { "hexadecimal" } else { "numerical" };
                        Problem::Misuse(format!("{shown}: invalid start value for {kind} suffix"))
                    })?;
                    start = Some(number);
                }
            }
            't' => {
                end = match value.as_bytes() {
                    [byte] => *byte,
                    b"\\0" => 0,
                    [] => return Err(fatal("empty record separator".to_owned())),
                    _ => return Err(fatal(format!("multi-character separator {shown}"))),
                };
            }
            'F' => {
                return Err(fatal(
                    "--filter is not available in this stand-in yet (simulated sandbox)".to_owned(),
                ));
            }
            digit if digit.is_ascii_digit() => digits.push(*digit),
            _ => {}
        }
    }
    if !digits.is_empty() {
        match digits.parse() {
            Ok(lines) if lines > 0 => cut = Some(Cut::Lines(lines)),
            _ => {
                let problem = format!("invalid number of lines: {}", quoting::value(&digits));
                return Err(Problem::Misuse(problem));
            }
        }
    }
    let cut = cut.unwrap_or(Cut::Lines(1000));
    let mut needed = 2;
    if let Cut::Chunks(count, _) | Cut::LineChunks(count, _) | Cut::RoundRobin(count, _) = cut {
        let last = (count - 1).saturating_add(start.unwrap_or(0));
        let digits = (1..).find(|digits| (alphabet.len() as u64).saturating_pow(*digits) > last);
        needed = digits.unwrap_or(2) as usize;
        if length.is_some_and(|length| length < needed) {
            return Err(fatal(format!("the suffix length needs to be at least {needed}")));
        }
    }
    let counted = matches!(cut, Cut::Chunks(..) | Cut::LineChunks(..) | Cut::RoundRobin(..));
    let len = length.unwrap_or(needed.max(2));
    let mut first = vec![0; len];
    let mut left = start.unwrap_or(0);
    for digit in first.iter_mut().rev() {
        *digit = (left % alphabet.len() as u64) as usize;
        left /= alphabet.len() as u64;
    }
    let names = Names {
        prefix: given.operands.get(1).cloned().unwrap_or_else(|| "x".to_owned()),
        suffix: additional,
        alphabet,
        digits: first,
        widens: length.is_none() && start.is_none() && !counted,
        exhausted: left > 0,
    };
    Ok(Wish { cut, end, elide: given.has('e'), verbose: given.has('V'), names })
}

/// `N`, `K/N`, `l/N`, `r/K/N` and so on.
fn chunks(text: &str) -> Result<Cut, String> {
    let (kind, rest) = match text.split_once('/') {
        Some((kind @ ("l" | "r"), rest)) => (kind, rest),
        _ => ("", text),
    };
    let (chunk, count) = match rest.split_once('/') {
        Some((chunk, count)) => (Some(chunk), count),
        None => (None, rest),
    };
    let number = |what: &str, text: &str, most: u64| match quantity::parse(text) {
        Some(number) if (1..=most).contains(&number) => Ok(number),
        number => {
            let why = if number.is_some() { format!(": {RANGE}") } else { String::new() };
            Err(format!("invalid {what}: {}{why}", quoting::value(text)))
        }
    };
    let count = number("number of chunks", count, u64::MAX)?;
    let chunk = chunk.map(|text| number("chunk number", text, count)).transpose()?;
    Ok(match kind {
        "l" => Cut::LineChunks(count, chunk),
        "r" => Cut::RoundRobin(count, chunk),
        _ => Cut::Chunks(count, chunk),
    })
}

/// The piece that is being written.
struct Output {
    name: Option<String>,
}

impl Output {
    /// Ends the piece, and begins the next one.
    async fn begin(&mut self, io: &mut Io<'_>, wish: &mut Wish) -> Worked<()> {
        self.end(io).await?;
        let Some(name) = wish.names.next() else {
            return Err(io.fatal("output file suffixes exhausted").await);
        };
        if wish.verbose {
            let line = format!("creating file {}\n", quoting::quoted_name(&name));
            io.out.extend_from_slice(line.as_bytes());
            io.flush().await?;
        }
        if let Err(reason) = io.create(&name).await? {
            return Err(io.fatal(format!("{}: {reason}", quoting::name(&name))).await);
        }
        io.target = Some(name.clone());
        self.name = Some(name);
        Ok(())
    }

    async fn end(&mut self, io: &mut Io<'_>) -> Worked<()> {
        if let Some(name) = self.name.take() {
            match io.flush().await {
                Err(Stop::Output(reason)) => {
                    io.target = None;
                    return Err(io.fatal(format!("{}: {reason}", quoting::name(&name))).await);
                }
                flushed => flushed?,
            }
        }
        io.target = None;
        Ok(())
    }
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let mut wish = match wish(&given) {
        Ok(wish) => wish,
        Err(Problem::Misuse(problem)) => return Err(io.misused(problem).await),
        Err(Problem::Fatal(problem)) => return Err(io.fatal(problem).await),
    };
    io.operands(&given.operands, 0, 2).await?;
    let name = given.operands.first().map_or("-", String::as_str);
    let mut input = match io.open(name).await? {
        Ok(input) => input,
        Err(reason) => {
            let shown = quoting::quoted_name(name);
            return Err(io.fatal(format!("cannot open {shown} for reading: {reason}")).await);
        }
    };
    let worked = match wish.cut {
        Cut::Lines(count) => lines(io, &mut wish, &mut input, count).await,
        Cut::Bytes(count) => bytes(io, &mut wish, &mut input, count).await,
        Cut::LineBytes(count) => line_bytes(io, &mut wish, &mut input, count).await,
        Cut::Chunks(count, chunk) => parts(io, &mut wish, &mut input, count, chunk, false).await,
        Cut::LineChunks(count, chunk) => parts(io, &mut wish, &mut input, count, chunk, true).await,
        Cut::RoundRobin(count, chunk) => round_robin(io, &mut wish, &mut input, count, chunk).await,
    };
    match worked {
        Err(End::Stop(Stop::Input(reason))) => {
            io.target = None;
            Err(io.fatal(format!("{}: {reason}", quoting::name(name))).await)
        }
        worked => worked.map(|()| io.code()),
    }
}

async fn lines(io: &mut Io<'_>, wish: &mut Wish, input: &mut Input, count: u64) -> Worked<()> {
    let (mut output, mut left, mut line) = (Output { name: None }, 0, Vec::new());
    while input.line(io, wish.end, &mut line).await? {
        if left == 0 {
            output.begin(io, wish).await?;
            left = count;
        }
        io.out.extend_from_slice(&line);
        left -= 1;
    }
    output.end(io).await
}

async fn bytes(io: &mut Io<'_>, wish: &mut Wish, input: &mut Input, count: u64) -> Worked<()> {
    let (mut output, mut left) = (Output { name: None }, 0);
    loop {
        let mut piece = input.piece(io).await?;
        if piece.is_empty() {
            return output.end(io).await;
        }
        while !piece.is_empty() {
            if left == 0 {
                output.begin(io, wish).await?;
                left = count;
            }
            let len = usize::try_from(left).map_or(piece.len(), |left| left.min(piece.len()));
            io.out.extend_from_slice(&piece.split_to(len));
            left -= len as u64;
            io.turn().await?;
        }
    }
}

async fn line_bytes(io: &mut Io<'_>, wish: &mut Wish, input: &mut Input, count: u64) -> Worked<()> {
    let (mut output, mut left, mut line) = (Output { name: None }, 0, Vec::new());
    while input.line(io, wish.end, &mut line).await? {
        let mut rest = &line[..];
        // A line that does not fit begins a piece; one that fits into none is cut.
        if rest.len() as u64 > left && left < count {
            left = 0;
        }
        while !rest.is_empty() {
            if left == 0 {
                output.begin(io, wish).await?;
                left = count;
            }
            let len = usize::try_from(left).map_or(rest.len(), |left| left.min(rest.len()));
            io.out.extend_from_slice(&rest[..len]);
            rest = &rest[len..];
            left -= len as u64;
            io.turn().await?;
        }
    }
    output.end(io).await
}

/// Pieces of one size, or of whole lines that begin in such a piece.
async fn parts(
    io: &mut Io<'_>,
    wish: &mut Wish,
    input: &mut Input,
    count: u64,
    chunk: Option<u64>,
    whole_lines: bool,
) -> Worked<()> {
    let text = input.rest(io).await?;
    let size = text.len() as u64;
    let mut at = 0;
    for nth in 1..=count {
        let to = match nth == count {
            true => text.len(),
            false if whole_lines => (size / count).max(1).saturating_mul(nth).min(size) as usize,
            false => (size / count * nth) as usize,
        };
        let mut end = to.max(at);
        if whole_lines && end > at && end < text.len() && text[end - 1] != wish.end {
            let rest = text[end..].iter().position(|byte| *byte == wish.end);
            end = rest.map_or(text.len(), |rest| end + rest + 1);
        }
        let part = &text[at..end];
        at = end;
        match chunk {
            Some(chunk) if chunk != nth => continue,
            Some(_) => {
                io.out.extend_from_slice(part);
                return Ok(());
            }
            None if part.is_empty() && wish.elide => continue,
            None => {
                let mut output = Output { name: None };
                output.begin(io, wish).await?;
                io.out.extend_from_slice(part);
                output.end(io).await?;
            }
        }
    }
    Ok(())
}

async fn round_robin(
    io: &mut Io<'_>,
    wish: &mut Wish,
    input: &mut Input,
    count: u64,
    chunk: Option<u64>,
) -> Worked<()> {
    let mut names = Vec::new();
    let (mut nth, mut line) = (0, Vec::new());
    if chunk.is_none() && !wish.elide {
        for _ in 0..count {
            let mut output = Output { name: None };
            output.begin(io, wish).await?;
            names.extend(output.name.clone());
            output.end(io).await?;
        }
    }
    while input.line(io, wish.end, &mut line).await? {
        nth = nth % count + 1;
        match chunk {
            Some(chunk) if chunk == nth => io.out.extend_from_slice(&line),
            Some(_) => {}
            None => {
                if names.len() < nth as usize {
                    let mut output = Output { name: None };
                    output.begin(io, wish).await?;
                    names.extend(output.name.clone());
                    output.end(io).await?;
                }
                let name = &names[nth as usize - 1];
                if let Err(reason) = io.append(name, &line).await? {
                    return Err(io.fatal(format!("{}: {reason}", quoting::name(name))).await);
                }
            }
        }
    }
    Ok(())
}
