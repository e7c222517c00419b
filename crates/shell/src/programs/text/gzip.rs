//! `gzip`, `gunzip` and `zcat`: files packed and unpacked in place, or as they pass.

use std::io::{ErrorKind, Write};

use flate2::Compression;
use flate2::write::{GzDecoder, GzEncoder};
use sandbox_fs::{Kind, Stat};

use super::super::getopt::{Given, Known};
use super::super::live::Stop;
use super::tool::{End, Input, Io, Worked};

pub(super) const KNOWN: Known = Known {
    letters: "123456789acdfhklLnNqrS:tvV",
    long: &[
        ("ascii", 'a'),
        ("best", '9'),
        ("decompress", 'd'),
        ("fast", '1'),
        ("force", 'f'),
        ("keep", 'k'),
        ("list", 'l'),
        ("name", 'N'),
        ("no-name", 'n'),
        ("quiet", 'q'),
        ("recursive", 'r'),
        ("rsyncable", 'y'),
        ("stdout", 'c'),
        ("suffix", 'S'),
        ("synchronous", 'Y'),
        ("test", 't'),
        ("to-stdout", 'c'),
        ("uncompress", 'd'),
        ("verbose", 'v'),
    ],
};

/// What begins a packed file.
const MAGIC: [u8; 2] = [0x1f, 0x8b];

struct Wish {
    decompress: bool,
    stdout: bool,
    test: bool,
    list: bool,
    force: bool,
    keep: bool,
    quiet: bool,
    verbose: bool,
    recursive: bool,
    no_name: bool,
    level: u32,
    suffix: String,
}

/// How far a file's work got: the worst is the exit code, and an error more than a warning.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    Error,
    Warning,
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let name = io.ctx.name;
    let digits = given.options.iter().rev().find_map(|(letter, _)| letter.to_digit(10));
    let test = given.has('t');
    let list = given.has('l');
    let wish = Wish {
        decompress: given.has('d') || test || list || name != "gzip",
        stdout: given.has('c') || name == "zcat",
        test,
        list,
        force: given.has('f'),
        keep: given.has('k'),
        quiet: given.has('q'),
        verbose: given.has('v'),
        recursive: given.has('r'),
        no_name: given.has('n'),
        level: digits.unwrap_or(6),
        suffix: given.value('S').unwrap_or(".gz").to_owned(),
    };
    if list {
        io.out.extend_from_slice(b"         compressed        uncompressed  ratio uncompressed_name\n");
    }
    let mut operands = given.operands;
    if operands.is_empty() {
        operands.push("-".to_owned());
    }
    operands.reverse();
    let (mut failed, mut warned) = (false, false);
    while let Some(operand) = operands.pop() {
        let path = io.ctx.cwd.join(&operand).to_string_lossy().into_owned();
        let outcome = match io.run.files.stat(&path) {
            Ok(stat) if stat.kind == Kind::Directory && operand != "-" => {
                if wish.recursive {
                    let inside = io.run.files.read_dir(&path).unwrap_or_default();
                    let name = operand.trim_end_matches('/');
                    operands.extend(inside.iter().rev().map(|entry| format!("{name}/{}", entry.name)));
                    continue;
                }
                warn(io, &wish, format!("{operand} is a directory -- ignored")).await?
            }
            Ok(stat) if operand != "-" => file(io, &wish, &operand, Some(stat)).await?,
            _ => file(io, &wish, &operand, None).await?,
        };
        failed |= outcome == Outcome::Error;
        warned |= outcome == Outcome::Warning;
        io.turn().await?;
    }
    Ok(if failed {
        1
    } else if warned {
        2
    } else {
        0
    })
}

/// Its messages are `gzip`'s own whatever the command is called.
async fn tell(io: &mut Io<'_>, text: String) -> Worked<Outcome> {
    io.flush().await?;
    super::super::live::say(&io.ctx.stderr, text).await;
    Ok(Outcome::Error)
}

async fn warn(io: &mut Io<'_>, wish: &Wish, problem: String) -> Worked<Outcome> {
    if !wish.quiet {
        tell(io, format!("gzip: {problem}\n")).await?;
    }
    Ok(Outcome::Warning)
}

async fn file(io: &mut Io<'_>, wish: &Wish, operand: &str, stat: Option<Stat>) -> Worked<Outcome> {
    let shown = if operand == "-" { "stdin" } else { operand };
    let mut source = operand.to_owned();
    let mut stat = stat;
    if operand != "-" && stat.is_none() && wish.decompress && !operand.ends_with(&wish.suffix) {
        // The suffix may be left out.
        source = format!("{operand}{}", wish.suffix);
        let path = io.ctx.cwd.join(&source).to_string_lossy().into_owned();
        stat = io.run.files.stat(&path).ok();
    }
    let to_stdout = wish.stdout || operand == "-" || wish.test || wish.list;
    let mut target = None;
    if !to_stdout && stat.is_some() {
        let goal = match (wish.decompress, source.strip_suffix(&wish.suffix)) {
            (true, Some(bare)) if !bare.is_empty() => bare.to_owned(),
            (true, _) => match source.strip_suffix(".tgz") {
                Some(bare) => format!("{bare}.tar"),
                None => return warn(io, wish, format!("{source}: unknown suffix -- ignored")).await,
            },
            (false, Some(_)) if !wish.force => {
                let problem = format!("{source} already has {} suffix -- unchanged", wish.suffix);
                warn(io, wish, problem).await?;
                return Ok(Outcome::Done);
            }
            (false, _) => format!("{source}{}", wish.suffix),
        };
        target = Some(goal);
    }
    let mut input = match io.open(&source).await? {
        Ok(input) => input,
        Err(reason) => return tell(io, format!("gzip: {source}: {reason}\n")).await,
    };
    if let Some(target) = &target {
        let path = io.ctx.cwd.join(target).to_string_lossy().into_owned();
        if io.run.files.lstat(&path).is_ok() && !wish.force {
            return warn(io, wish, format!("{target} already exists;\tnot overwritten")).await;
        }
        if let Err(reason) = io.create(target).await? {
            return tell(io, format!("gzip: {target}: {reason}\n")).await;
        }
        io.flush().await?;
        io.target = Some(target.clone());
    }
    let worked = match wish.decompress {
        true => unpack(io, wish, &mut input, shown, &source).await,
        false => pack(io, wish, &mut input, &source, stat.as_ref()).await,
    };
    let (sizes, mut outcome) = match worked {
        Ok(worked) => worked,
        Err(End::Stop(Stop::Input(reason))) => {
            io.out.clear();
            io.target = None;
            return tell(io, format!("gzip: {source}: {reason}\n")).await;
        }
        Err(end) => return Err(end),
    };
    if let Some(target) = target {
        let files = io.run.files.clone();
        let now = io.run.host.now();
        let of = |name: &str| io.ctx.cwd.join(name).to_string_lossy().into_owned();
        let flushed = if outcome == Outcome::Error { Ok(()) } else { io.flush().await };
        io.out.clear();
        io.target = None;
        if let Err(Stop::Output(reason)) = &flushed {
            outcome = tell(io, format!("\ngzip: {target}: {reason}\n")).await?;
        } else {
            flushed?;
        }
        if outcome == Outcome::Error {
            let _ = files.unlink(&of(&target), now);
            return Ok(outcome);
        }
        if let Some(stat) = stat {
            let _ = files.chmod(&of(&target), stat.mode & 0o7777, now);
            let _ = files.set_times(&of(&target), Some(stat.atime), Some(stat.mtime), now);
        }
        if wish.verbose {
            let ratio = ratio(wish, sizes);
            let done = if wish.keep { "created" } else { "replaced with" };
            tell(io, format!("{source}:\t{ratio} -- {done} {target}\n")).await?;
        }
        if !wish.keep {
            let _ = files.unlink(&of(&source), now);
        }
    } else if outcome != Outcome::Error {
        if wish.list {
            let name = source.strip_suffix(&wish.suffix).unwrap_or("stdout");
            let line = format!("{:>19} {:>19} {} {name}\n", sizes.0, sizes.1, ratio(wish, sizes));
            io.out.extend_from_slice(line.as_bytes());
        } else if wish.verbose && wish.test {
            tell(io, format!("{source}:\t OK\n")).await?;
        } else if wish.verbose {
            let ratio = ratio(wish, sizes);
            let tail = if operand == "-" { "" } else { " -- replaced with stdout" };
            let name = if operand == "-" { "" } else { &*format!("{source}:\t") };
            tell(io, format!("{name}{ratio}{tail}\n")).await?;
        }
    }
    Ok(outcome)
}

/// How much smaller the packed form is, of `(bytes in, bytes out)`.
fn ratio(wish: &Wish, (read, written): (u64, u64)) -> String {
    const HEADER: f64 = 18.0;
    let (packed, plain) = if wish.decompress { (read, written) } else { (written, read) };
    let saved = match plain {
        0 => 0.0,
        plain => (plain as f64 - (packed as f64 - HEADER)) / plain as f64 * 100.0,
    };
    format!("{:>5.1}%", saved.max(-100.0))
}

async fn pack(
    io: &mut Io<'_>,
    wish: &Wish,
    input: &mut Input,
    name: &str,
    stat: Option<&Stat>,
) -> Worked<((u64, u64), Outcome)> {
    let mut header = flate2::GzBuilder::new().operating_system(3);
    if let Some(stat) = stat.filter(|_| !wish.no_name) {
        let base = name.rsplit('/').next().unwrap_or(name);
        header = header.filename(base).mtime(u32::try_from(stat.mtime.as_secs()).unwrap_or(0));
    }
    let mut encoder: GzEncoder<Vec<u8>> = header.write(Vec::new(), Compression::new(wish.level));
    let (mut read, mut written) = (0, 0);
    loop {
        let piece = input.piece(io).await?;
        if piece.is_empty() {
            break;
        }
        read += piece.len() as u64;
        // Into memory nothing fails.
        let _ = encoder.write_all(&piece);
        written += encoder.get_ref().len() as u64;
        io.out.append(encoder.get_mut());
    }
    let rest = encoder.finish().unwrap_or_default();
    written += rest.len() as u64;
    io.out.extend_from_slice(&rest);
    Ok(((read, written), Outcome::Done))
}

async fn unpack(
    io: &mut Io<'_>,
    wish: &Wish,
    input: &mut Input,
    shown: &str,
    name: &str,
) -> Worked<((u64, u64), Outcome)> {
    let shown = if shown == "stdin" { shown } else { name };
    let wants_output = !wish.test && !wish.list;
    let (mut read, mut written) = (0u64, 0u64);
    let mut held: Vec<u8> = Vec::new();
    let mut decoder: Option<GzDecoder<Vec<u8>>> = None;
    let mut members = 0u64;
    loop {
        let piece = input.piece(io).await?;
        read += piece.len() as u64;
        held.extend_from_slice(&piece);
        let end = piece.is_empty();
        loop {
            if decoder.is_none() {
                if held.len() < 2 && !end {
                    break;
                }
                if held.is_empty() && members > 0 {
                    return Ok(((read, written), Outcome::Done));
                }
                if !held.starts_with(&MAGIC[..held.len().min(2)]) {
                    if members > 0 {
                        let padding = held.iter().all(|byte| *byte == 0);
                        if padding {
                            return Ok(((read, written), Outcome::Done));
                        }
                        let problem =
                            format!("\ngzip: {shown}: decompression OK, trailing garbage ignored\n");
                        tell(io, problem).await?;
                        return Ok(((read, written), Outcome::Warning));
                    }
                    if wish.stdout && wish.force && !wish.test {
                        // What is not packed passes as it is.
                        return pass(io, input, held).await.map(|sizes| (sizes, Outcome::Done));
                    }
                    let outcome = tell(io, format!("\ngzip: {shown}: not in gzip format\n")).await?;
                    return Ok(((read, written), outcome));
                }
                decoder = Some(GzDecoder::new(Vec::new()));
            }
            let Some(unpacking) = decoder.as_mut() else { break };
            let used = match unpacking.write(&held) {
                Ok(used) => used,
                Err(_) => {
                    let problem = format!("\ngzip: {shown}: invalid compressed data--format violated\n");
                    return Ok(((read, written), tell(io, problem).await?));
                }
            };
            held.drain(..used);
            let finished = used == 0 || end && held.is_empty();
            if finished {
                match unpacking.try_finish() {
                    Ok(()) => {
                        members += 1;
                        let plain = std::mem::take(unpacking.get_mut());
                        written += plain.len() as u64;
                        if wants_output {
                            io.out.extend_from_slice(&plain);
                        }
                        decoder = None;
                        continue;
                    }
                    Err(error) => {
                        let what = match error.kind() {
                            ErrorKind::InvalidInput => "invalid compressed data--crc error",
                            _ => "unexpected end of file",
                        };
                        let outcome = tell(io, format!("\ngzip: {shown}: {what}\n")).await?;
                        return Ok(((read, written), outcome));
                    }
                }
            }
            let plain = std::mem::take(unpacking.get_mut());
            written += plain.len() as u64;
            if wants_output {
                io.out.extend_from_slice(&plain);
            }
            io.turn().await?;
            if held.is_empty() && !end {
                break;
            }
        }
    }
}

/// Writes everything as it is.
async fn pass(io: &mut Io<'_>, input: &mut Input, held: Vec<u8>) -> Worked<(u64, u64)> {
    let mut bytes = held.len() as u64;
    io.out.extend_from_slice(&held);
    loop {
        let piece = input.piece(io).await?;
        if piece.is_empty() {
            return Ok((bytes, bytes));
        }
        bytes += piece.len() as u64;
        io.out.extend_from_slice(&piece);
    }
}
