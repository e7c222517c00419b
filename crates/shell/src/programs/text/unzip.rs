//! `unzip`: lists, tests and unpacks zip archives.

use flate2::{Crc, Decompress, FlushDecompress, Status};
use sandbox_fs::{Kind, Timestamp};

use super::super::date::Civil;
use super::super::getopt::Given;
use super::super::glob::{self, Rules};
use super::super::live::say;
use super::tool::{Io, Worked};

/// Bytes that are unpacked between two turns of others.
const ROOM: usize = 64 << 10;
const NO_ARCHIVE: i32 = 9;
const NO_MATCH: i32 = 11;
const DAMAGED: i32 = 2;
const WARNING: i32 = 1;
const MISUSED: i32 = 10;

const USAGE: &str = "UnZip 6.00 of 20 April 2009, by Debian. Original by Info-ZIP.

Usage: unzip [-Z] [-opts[modifiers]] file[.zip] [list] [-x xlist] [-d exdir]
  Default action is to extract files in list, except those in xlist, to exdir;
  file[.zip] may be a wildcard.  -Z => ZipInfo mode (\"unzip -Z\" for usage).
";

#[derive(Default)]
struct Wish {
    /// `l`, `t`, `p`, `1`, or nothing to unpack.
    action: Option<char>,
    quiet: usize,
    overwrites: bool,
    never: bool,
    junk: bool,
    ignores_case: bool,
    directory: Option<String>,
    archive: Option<String>,
    members: Vec<String>,
    excluded: Vec<String>,
}

fn wish(args: &[String]) -> Option<Wish> {
    let mut wish = Wish::default();
    let mut excludes = false;
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let letters = arg.strip_prefix('-').filter(|letters| !letters.is_empty());
        let Some(letters) = letters else {
            match &wish.archive {
                None => wish.archive = Some(arg.clone()),
                Some(_) if excludes => wish.excluded.push(arg.clone()),
                Some(_) => wish.members.push(arg.clone()),
            }
            continue;
        };
        for (at, letter) in letters.char_indices() {
            match letter {
                'l' | 'v' => wish.action = Some('l'),
                't' => wish.action = Some('t'),
                'p' | 'c' => wish.action = Some('p'),
                'Z' | '1' => wish.action = Some('1'),
                'q' => wish.quiet += 1,
                'o' => wish.overwrites = true,
                'n' => wish.never = true,
                'j' => wish.junk = true,
                'C' => wish.ignores_case = true,
                'a' | 'b' | 'L' | 'X' | 'K' | 'u' | 'f' | 'U' | 'V' | 'D' => {}
                'x' => excludes = true,
                'd' => {
                    let attached = &letters[at + 1..];
                    let directory =
                        if attached.is_empty() { args.next()?.clone() } else { attached.to_owned() };
                    wish.directory = Some(directory.trim_end_matches('/').to_owned());
                    break;
                }
                _ => return None,
            }
        }
    }
    Some(wish)
}

/// What an archive tells of a file in it.
struct Member {
    name: String,
    method: u16,
    crc: u32,
    packed: usize,
    size: u64,
    mode: Option<u32>,
    /// Seconds since 1970.
    time: i64,
    stamp: (u16, u16),
    /// Where its own header begins.
    offset: usize,
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// The files that the end of an archive lists.
fn directory(bytes: &[u8]) -> Option<Vec<Member>> {
    const END: &[u8] = b"PK\x05\x06";
    let earliest = bytes.len().saturating_sub(END.len() + 18 + 65_535);
    let end = (earliest..bytes.len().saturating_sub(21)).rev().find(|at| bytes[*at..].starts_with(END))?;
    let count = word(bytes, end + 10)?;
    let mut at = long(bytes, end + 16)? as usize;
    let mut members = Vec::new();
    for _ in 0..count {
        if !bytes.get(at..)?.starts_with(b"PK\x01\x02") {
            return None;
        }
        let (name, extra, comment) =
            (word(bytes, at + 28)? as usize, word(bytes, at + 30)? as usize, word(bytes, at + 32)? as usize);
        let made_by_unix = bytes.get(at + 5) == Some(&3);
        let stamp = (word(bytes, at + 14)?, word(bytes, at + 12)?);
        let (day, clock) = (i64::from(stamp.0), i64::from(stamp.1));
        let civil = Civil {
            year: 1980 + (day >> 9),
            month: day >> 5 & 15,
            day: day & 31,
            hour: clock >> 11,
            minute: clock >> 5 & 63,
            second: (clock & 31) * 2,
        };
        let extras = bytes.get(at + 46 + name..at + 46 + name + extra)?;
        members.push(Member {
            name: String::from_utf8_lossy(bytes.get(at + 46..at + 46 + name)?).into_owned(),
            method: word(bytes, at + 10)?,
            crc: long(bytes, at + 16)?,
            packed: long(bytes, at + 20)? as usize,
            size: u64::from(long(bytes, at + 24)?),
            mode: made_by_unix.then(|| long(bytes, at + 38).map(|mode| mode >> 16)).flatten(),
            time: unix_time(extras).or(civil.seconds()).unwrap_or(0),
            stamp,
            offset: long(bytes, at + 42)? as usize,
        });
        at += 46 + name + extra + comment;
    }
    Some(members)
}

/// The time of a file in the field that Unix adds.
fn unix_time(mut extras: &[u8]) -> Option<i64> {
    const TIMES: u16 = 0x5455;
    while extras.len() > 4 {
        let (kind, len) = (word(extras, 0)?, usize::from(word(extras, 2)?));
        if kind == TIMES && extras.get(4)? & 1 == 1 {
            return long(extras, 5).map(|seconds| i64::from(seconds as i32));
        }
        extras = extras.get(4 + len..)?;
    }
    None
}

impl Member {
    fn is_directory(&self) -> bool {
        self.name.ends_with('/')
    }

    /// Its packed bytes.
    fn bytes<'b>(&self, archive: &'b [u8]) -> Option<&'b [u8]> {
        let header = archive.get(self.offset..)?;
        if !header.starts_with(b"PK\x03\x04") {
            return None;
        }
        let start = 30 + usize::from(word(header, 26)?) + usize::from(word(header, 28)?);
        header.get(start..start.checked_add(self.packed)?)
    }
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let Some(wish) = wish(&given.operands) else {
        tell(io, USAGE).await?;
        return Ok(MISUSED);
    };
    let Some(archive) = wish.archive.clone() else {
        io.out.extend_from_slice(USAGE.as_bytes());
        return Ok(0);
    };
    let mut name = archive.clone();
    let mut opened = io.open(&name).await?;
    for suffix in [".zip", ".ZIP"] {
        if opened.is_err() {
            name = format!("{archive}{suffix}");
            opened = io.open(&name).await?;
        }
    }
    let Ok(mut input) = opened else {
        let problem = format!("unzip:  cannot find or open {archive}, {archive}.zip or {archive}.ZIP.\n");
        tell(io, &problem).await?;
        return Ok(NO_ARCHIVE);
    };
    let bytes = input.rest(io).await?;
    if wish.quiet == 0 && !matches!(wish.action, Some('p' | '1')) {
        io.out.extend(format!("Archive:  {name}\n").bytes());
    }
    let Some(members) = directory(&bytes) else {
        let problem = format!(
            "  End-of-central-directory signature not found.  Either this file is not
  a zipfile, or it constitutes one disk of a multi-part archive.  In the
  latter case the central directory and zipfile comment will be found on
  the last disk(s) of this archive.
unzip:  cannot find zipfile directory in one of {archive} or
        {archive}.zip, and cannot find {archive}.ZIP, period.
"
        );
        tell(io, &problem).await?;
        return Ok(NO_ARCHIVE);
    };
    let rules = Rules { ignores_case: wish.ignores_case, ..Rules::default() };
    let matches =
        |patterns: &[String], name: &str| patterns.iter().any(|one| glob::matches(one, name, rules));
    let chosen: Vec<&Member> = members
        .iter()
        .filter(|member| wish.members.is_empty() || matches(&wish.members, &member.name))
        .filter(|member| !matches(&wish.excluded, &member.name))
        .collect();
    let mut code = 0;
    if wish.action == Some('l') {
        list(io, &wish, &chosen);
    } else {
        let mut asked = false;
        for member in &chosen {
            let done = match wish.action {
                Some('1') => {
                    io.out.extend(format!("{}\n", member.name).bytes());
                    0
                }
                Some('p') if member.is_directory() => 0,
                Some('p') => unpack(io, member, &bytes, true).await?,
                Some('t') => test(io, &wish, member, &bytes).await?,
                _ => extract(io, &wish, member, &bytes, &mut asked).await?,
            };
            code = code.max(done);
            io.turn().await?;
        }
        if wish.action == Some('t') && code == 0 && wish.quiet < 2 {
            io.out.extend(format!("No errors detected in compressed data of {name}.\n").bytes());
        }
    }
    for pattern in &wish.members {
        if !members.iter().any(|member| glob::matches(pattern, &member.name, rules)) {
            tell(io, &format!("caution: filename not matched:  {pattern}\n")).await?;
            code = NO_MATCH;
        }
    }
    Ok(code)
}

async fn tell(io: &mut Io<'_>, text: &str) -> Worked<()> {
    io.flush().await?;
    say(&io.ctx.stderr, text.to_owned()).await;
    Ok(())
}

fn list(io: &mut Io<'_>, wish: &Wish, members: &[&Member]) {
    let mut out = String::new();
    if wish.quiet < 2 {
        out += "  Length      Date    Time    Name\n---------  ---------- -----   ----\n";
    }
    let mut total = 0;
    for member in members {
        let (day, clock) = member.stamp;
        out += &format!(
            "{:>9}  {:04}-{:02}-{:02} {:02}:{:02}   {}\n",
            member.size,
            1980 + (day >> 9),
            day >> 5 & 15,
            day & 31,
            clock >> 11,
            clock >> 5 & 63,
            member.name
        );
        total += member.size;
    }
    if wish.quiet < 2 {
        let count = members.len();
        let unit = if count == 1 { "file" } else { "files" };
        out += &format!(
            "---------                     -------\n{total:>9}                     {count} {unit}\n"
        );
    }
    io.out.extend_from_slice(out.as_bytes());
}

async fn test(io: &mut Io<'_>, wish: &Wish, member: &Member, archive: &[u8]) -> Worked {
    if wish.quiet == 0 {
        io.out.extend(format!("    testing: {:<22}  ", member.name).bytes());
    }
    let code = unpack(io, member, archive, false).await?;
    if wish.quiet == 0 && code == 0 {
        io.out.extend_from_slice(b" OK\n");
    }
    Ok(code)
}

async fn extract(io: &mut Io<'_>, wish: &Wish, member: &Member, archive: &[u8], asked: &mut bool) -> Worked {
    let base = member.name.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    if wish.junk && member.is_directory() {
        return Ok(0);
    }
    // A name never leads out of the directory.
    let safe: Vec<&str> = member.name.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
    let mut name = if wish.junk { base.to_owned() } else { safe.join("/") };
    if let Some(directory) = &wish.directory {
        name = format!("{directory}/{name}");
    }
    let path = io.ctx.cwd.join(&name).to_string_lossy().into_owned();
    let (files, now) = (io.run.files.clone(), io.run.host.now());
    let there = files.lstat(&path).ok();
    if member.is_directory() {
        if there.is_none() {
            let _ = files.mkdir_all(&path, 0o755, now);
            if wish.quiet == 0 {
                io.out.extend(format!("   creating: {name}/\n").bytes());
            }
        }
        return Ok(0);
    }
    if there.is_some() && !wish.overwrites {
        if wish.never || *asked {
            return Ok(if *asked { WARNING } else { 0 });
        }
        *asked = true;
        let question = format!(
            "replace {name}? [y]es, [n]o, [A]ll, [N]one, [r]ename:  NULL\n(EOF or read error, treating as \"[N]one\" ...)\n"
        );
        tell(io, &question).await?;
        return Ok(WARNING);
    }
    if wish.quiet == 0 {
        let verb = if member.method == 0 { " extracting" } else { "  inflating" };
        io.out.extend(format!("{verb}: {name:<22}  \n").bytes());
    }
    if let Some((parent, _)) = path.rsplit_once('/') {
        let _ = files.mkdir_all(parent, 0o755, now);
    }
    const LINK: u32 = 0o120_000;
    if member.mode.is_some_and(|mode| mode & 0o170_000 == LINK) && member.method == 0 {
        if let Some(target) = member.bytes(archive) {
            if there.is_some() {
                let _ = files.unlink(&path, now);
            }
            let _ = files.symlink(&String::from_utf8_lossy(target), &path, now);
        }
        return Ok(0);
    }
    if let Err(reason) = io.create(&name).await? {
        tell(io, &format!("error:  cannot create {name}\n        {reason}\n")).await?;
        return Ok(DAMAGED);
    }
    io.flush().await?;
    io.target = Some(name.clone());
    let unpacked = unpack(io, member, archive, true).await;
    if unpacked.is_ok() {
        io.flush().await?;
    }
    io.target = None;
    let code = unpacked?;
    if let Some(mode) = member.mode.filter(|mode| mode & 0o777 != 0) {
        let _ = files.chmod(&path, mode & 0o777, now);
    }
    if files.stat(&path).is_ok_and(|stat| stat.kind == Kind::File) {
        let time = Timestamp(member.time.saturating_mul(1_000_000_000));
        let _ = files.set_times(&path, Some(time), Some(time), now);
    }
    Ok(code)
}

/// Unpacks a member, to the output or nowhere.
async fn unpack(io: &mut Io<'_>, member: &Member, archive: &[u8], writes: bool) -> Worked {
    let mut crc = Crc::new();
    let Some(packed) = member.bytes(archive) else {
        tell_broken(io, member, "bad zipfile offset (local header sig)").await?;
        return Ok(DAMAGED);
    };
    match member.method {
        0 => {
            for piece in packed.chunks(ROOM) {
                crc.update(piece);
                if writes {
                    io.out.extend_from_slice(piece);
                }
                io.turn().await?;
            }
        }
        8 => {
            let mut unpacking = Decompress::new(false);
            loop {
                let used = usize::try_from(unpacking.total_in()).unwrap_or(usize::MAX);
                let before = unpacking.total_out();
                let mut room = Vec::with_capacity(ROOM);
                let rest = packed.get(used..).unwrap_or_default();
                let status = unpacking.decompress_vec(rest, &mut room, FlushDecompress::None);
                crc.update(&room);
                if writes {
                    io.out.append(&mut room);
                }
                io.turn().await?;
                match status {
                    Ok(Status::StreamEnd) => break,
                    Ok(_) if unpacking.total_out() > before => {}
                    _ => {
                        tell_broken(io, member, "invalid compressed data to inflate").await?;
                        return Ok(DAMAGED);
                    }
                }
            }
        }
        method => {
            tell_broken(io, member, &format!("unsupported compression method {method}")).await?;
            return Ok(DAMAGED);
        }
    }
    if crc.sum() != member.crc {
        let problem = format!(" bad CRC {:08x}  (should be {:08x})\n", crc.sum(), member.crc);
        say(&io.ctx.stderr, problem).await;
        return Ok(DAMAGED);
    }
    Ok(0)
}

async fn tell_broken(io: &Io<'_>, member: &Member, problem: &str) -> Worked<()> {
    let text = format!("  error:  {}: {problem}\n", member.name);
    say(&io.ctx.stderr, text).await;
    Ok(())
}
