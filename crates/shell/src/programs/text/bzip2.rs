//! `bzip2`, `bunzip2` and `bzcat`.

use ::bzip2::{Action, Compress, Compression, Decompress, Status};
use sandbox_fs::{Kind, Stat};

use super::super::getopt::{Given, Known};
use super::super::live::{Stop, say};
use super::tool::{End, Input, Io, Worked, files};

pub(super) const KNOWN: Known = Known {
    letters: "123456789cdfhkqstvzVL",
    long: &[
        ("best", '9'),
        ("compress", 'z'),
        ("decompress", 'd'),
        ("fast", '1'),
        ("force", 'f'),
        ("keep", 'k'),
        ("quiet", 'q'),
        ("small", 's'),
        ("stdout", 'c'),
        ("test", 't'),
        ("verbose", 'v'),
    ],
};

/// What unpacked bytes are taken in.
const ROOM: usize = 64 << 10;
const FAILED: i32 = 1;
const DAMAGED: i32 = 2;

struct Wish {
    unpack: bool,
    stdout: bool,
    test: bool,
    force: bool,
    keep: bool,
    quiet: bool,
    verbose: bool,
    level: u32,
    /// Columns of the longest name.
    longest: usize,
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let name = io.ctx.name;
    let last =
        |letters: &str| given.options.iter().rev().map(|(letter, _)| *letter).find(|l| letters.contains(*l));
    let test = given.has('t');
    let wish = Wish {
        unpack: test || last("dz").map_or(name != "bzip2", |letter| letter == 'd'),
        stdout: given.has('c') || name == "bzcat",
        test,
        force: given.has('f'),
        keep: given.has('k'),
        quiet: given.has('q'),
        verbose: given.has('v'),
        level: last("123456789").and_then(|digit| digit.to_digit(10)).unwrap_or(9),
        longest: given.operands.iter().map(String::len).max().unwrap_or(0).max("(stdin)".len()),
    };
    let mut worst = 0;
    for operand in files(given.operands.clone()) {
        worst = worst.max(file(io, &wish, &operand).await?);
        io.turn().await?;
    }
    Ok(worst)
}

/// Says a problem under the program's name.
async fn tell(io: &mut Io<'_>, problem: String) -> Worked<()> {
    Ok(io.say(problem).await?)
}

async fn file(io: &mut Io<'_>, wish: &Wish, operand: &str) -> Worked {
    const SUFFIXES: &[(&str, &str)] = &[(".bz2", ""), (".bz", ""), (".tbz2", ".tar"), (".tbz", ".tar")];
    let path = |io: &Io<'_>, name: &str| io.ctx.cwd.join(name).to_string_lossy().into_owned();
    let mut stat: Option<Stat> = None;
    if operand != "-" {
        match io.run.files.stat(&path(io, operand)) {
            Ok(found) if found.kind == Kind::Directory => {
                tell(io, format!("Input file {operand} is a directory.")).await?;
                return Ok(FAILED);
            }
            Ok(found) => stat = Some(found),
            Err(_) => {}
        }
    }
    let mut input = match io.open(operand).await? {
        Ok(input) => input,
        Err(reason) => {
            tell(io, format!("Can't open input file {operand}: {reason}.")).await?;
            return Ok(FAILED);
        }
    };
    let mut target = None;
    if operand != "-" && !wish.stdout && !wish.test {
        let suffix =
            SUFFIXES.iter().find(|(suffix, _)| operand.len() > suffix.len() && operand.ends_with(suffix));
        let goal = match (wish.unpack, suffix) {
            (true, Some((suffix, instead))) => format!("{}{instead}", operand.trim_end_matches(suffix)),
            (true, None) => {
                if !wish.quiet {
                    tell(io, format!("Can't guess original name for {operand} -- using {operand}.out"))
                        .await?;
                }
                format!("{operand}.out")
            }
            (false, Some((suffix, _))) => {
                if !wish.quiet {
                    tell(io, format!("Input file {operand} already has {suffix} suffix.")).await?;
                }
                return Ok(FAILED);
            }
            (false, None) => format!("{operand}.bz2"),
        };
        if io.run.files.lstat(&path(io, &goal)).is_ok() && !wish.force {
            tell(io, format!("Output file {goal} already exists.")).await?;
            return Ok(FAILED);
        }
        if let Err(reason) = io.create(&goal).await? {
            tell(io, format!("Can't create output file {goal}: {reason}.")).await?;
            return Ok(FAILED);
        }
        io.flush().await?;
        io.target = Some(goal.clone());
        target = Some(goal);
    }
    if wish.verbose {
        io.flush().await?;
        let shown = if operand == "-" { "(stdin)" } else { operand };
        let pad = wish.longest.saturating_sub(shown.len());
        say(&io.ctx.stderr, format!("  {shown}: {:pad$}", "")).await;
    }
    let worked = match wish.unpack {
        true => unpack(io, wish, &mut input).await,
        false => pack(io, wish, &mut input).await,
    };
    let sizes = match worked {
        Ok(sizes) => sizes,
        Err(Broken::End(end)) => return Err(end),
        Err(broken) => {
            io.out.clear();
            io.target = None;
            let shown = if operand == "-" { "(stdin)" } else { operand };
            match broken {
                Broken::Foreign => tell(io, format!("{shown} is not a bzip2 file.")).await?,
                Broken::Short => {
                    let reason = "perhaps it is corrupted?  *Possible* reason follows.";
                    tell(io, format!("Compressed file ends unexpectedly;\n\t{reason}")).await?;
                }
                _ => tell(io, "Data integrity error when decompressing.".to_owned()).await?,
            }
            if let Some(target) = target {
                let now = io.run.host.now();
                let _ = io.run.files.unlink(&path(io, &target), now);
            }
            return Ok(DAMAGED);
        }
    };
    if let Some(target) = target {
        io.flush().await?;
        io.target = None;
        let (files, now) = (io.run.files.clone(), io.run.host.now());
        if let Some(stat) = stat {
            let _ = files.chmod(&path(io, &target), stat.mode & 0o7777, now);
            let _ = files.set_times(&path(io, &target), Some(stat.atime), Some(stat.mtime), now);
        }
        if !wish.keep {
            let _ = files.unlink(&path(io, operand), now);
        }
    }
    if wish.verbose {
        let text = match (wish.test, wish.unpack) {
            (true, _) => "ok\n".to_owned(),
            (_, true) => "done\n".to_owned(),
            _ => summary(sizes),
        };
        io.flush().await?;
        say(&io.ctx.stderr, text).await;
    }
    Ok(0)
}

fn summary((read, written): (u64, u64)) -> String {
    if read == 0 {
        return "no data compressed.\n".to_owned();
    }
    let (plain, packed) = (read as f64, written as f64);
    format!(
        "{:6.3}:1, {:6.3} bits/byte, {:5.2}% saved, {read} in, {written} out.\n",
        plain / packed,
        packed * 8.0 / plain,
        100.0 * (1.0 - packed / plain)
    )
}

/// Why a file was not unpacked.
enum Broken {
    Foreign,
    Short,
    Damaged,
    End(End),
}

impl From<Stop> for Broken {
    fn from(stop: Stop) -> Self {
        Broken::End(End::Stop(stop))
    }
}

async fn pack(io: &mut Io<'_>, wish: &Wish, input: &mut Input) -> Result<(u64, u64), Broken> {
    let mut packing = Compress::new(Compression::new(wish.level), 30);
    loop {
        let piece = input.piece(io).await?;
        let action = if piece.is_empty() { Action::Finish } else { Action::Run };
        let mut rest = &piece[..];
        loop {
            io.out.reserve(ROOM);
            let before = packing.total_in();
            let status = packing.compress_vec(rest, &mut io.out, action).map_err(|_| Broken::Damaged)?;
            rest = &rest[(packing.total_in() - before) as usize..];
            io.turn().await?;
            match status {
                Status::StreamEnd => return Ok((packing.total_in(), packing.total_out())),
                _ if action == Action::Run && rest.is_empty() => break,
                _ => {}
            }
        }
    }
}

async fn unpack(io: &mut Io<'_>, wish: &Wish, input: &mut Input) -> Result<(u64, u64), Broken> {
    let mut unpacking: Option<Decompress> = None;
    let (mut read, mut written, mut members) = (0u64, 0u64, 0u64);
    let mut held: Vec<u8> = Vec::new();
    loop {
        let piece = input.piece(io).await?;
        held.extend_from_slice(&piece);
        let mut used = 0;
        loop {
            if unpacking.is_none() {
                let left = &held[used..];
                if left.is_empty() && piece.is_empty() {
                    return if members > 0 { Ok((read, written)) } else { Err(Broken::Short) };
                }
                if left.len() < 4 && !piece.is_empty() {
                    break;
                }
                if !left.starts_with(b"BZh") {
                    return if members > 0 { Ok((read, written)) } else { Err(Broken::Foreign) };
                }
                unpacking = Some(Decompress::new(false));
            }
            let Some(current) = unpacking.as_mut() else { break };
            if held.len() == used && piece.is_empty() {
                return Err(Broken::Short);
            }
            io.out.reserve(ROOM);
            let (before, filled) = (current.total_in(), io.out.len());
            let status = current.decompress_vec(&held[used..], &mut io.out).map_err(|_| Broken::Damaged)?;
            let taken = (current.total_in() - before) as usize;
            used += taken;
            read += taken as u64;
            let gained = io.out.len() - filled;
            written += gained as u64;
            if wish.test {
                io.out.clear();
            }
            io.turn().await?;
            if status == Status::StreamEnd {
                (unpacking, members) = (None, members + 1);
            } else if taken == 0 && gained == 0 {
                if piece.is_empty() {
                    return Err(Broken::Short);
                }
                break;
            }
        }
        held.drain(..used);
    }
}
