//! `md5sum` and its kin, `cksum` and `sum`: sums of files, made and checked.

mod digest;

use super::super::getopt::{Given, Known};
use super::super::live::Stop;
use super::super::quoting;
use super::tool::{End, Input, Io, Worked, files, without_end, word};
use digest::{DIGESTS, Kind, Sum};

pub(super) const DIGEST: Known = Known {
    letters: "bctwz",
    long: &[
        ("binary", 'b'),
        ("check", 'c'),
        ("ignore-missing", 'I'),
        ("quiet", 'Q'),
        ("status", 'S'),
        ("strict", 'X'),
        ("tag", 'T'),
        ("text", 't'),
        ("warn", 'w'),
        ("zero", 'z'),
    ],
};

pub(super) const BLAKE2: Known = Known {
    letters: "bctwzl:",
    long: &[
        ("binary", 'b'),
        ("check", 'c'),
        ("ignore-missing", 'I'),
        ("length", 'l'),
        ("quiet", 'Q'),
        ("status", 'S'),
        ("strict", 'X'),
        ("tag", 'T'),
        ("text", 't'),
        ("warn", 'w'),
        ("zero", 'z'),
    ],
};

pub(super) const CKSUM: Known = Known {
    letters: "a:bctwzl:",
    long: &[
        ("algorithm", 'a'),
        ("check", 'c'),
        ("debug", 'D'),
        ("ignore-missing", 'I'),
        ("length", 'l'),
        ("quiet", 'Q'),
        ("status", 'S'),
        ("strict", 'X'),
        ("tag", 'T'),
        ("untagged", 'U'),
        ("warn", 'w'),
        ("zero", 'z'),
    ],
};

pub(super) const SUM: Known = Known { letters: "rs", long: &[("sysv", 's')] };

struct Wish {
    kind: Kind,
    /// Of the digest, in bytes.
    length: usize,
    tag: bool,
    binary: bool,
    end: u8,
    ignore_missing: bool,
    quiet: bool,
    status: bool,
    strict: bool,
    warn: bool,
}

/// The sum that a command is named for.
fn own_kind(name: &str, given: &Given) -> Result<Kind, String> {
    let words = [
        ("bsd", Kind::Bsd),
        ("sysv", Kind::SystemV),
        ("crc", Kind::Crc),
        ("md5", Kind::Md5),
        ("sha1", Kind::Sha1),
        ("sha224", Kind::Sha224),
        ("sha256", Kind::Sha256),
        ("sha384", Kind::Sha384),
        ("sha512", Kind::Sha512),
        ("blake2b", Kind::Blake2b),
        ("sm3", Kind::Sm3),
    ];
    Ok(match name {
        "sum" if given.has('s') => Kind::SystemV,
        "sum" => Kind::Bsd,
        "b2sum" => Kind::Blake2b,
        "cksum" => match given.value('a') {
            Some(algorithm) => word(algorithm, "--algorithm", &words)?,
            None => Kind::Crc,
        },
        name => {
            let algorithm = name.strip_suffix("sum").unwrap_or(name);
            words.iter().find(|(word, _)| *word == algorithm).map_or(Kind::Md5, |(_, kind)| *kind)
        }
    })
}

fn full_length(kind: Kind) -> usize {
    DIGESTS.iter().find(|(known, ..)| *known == kind).map_or(0, |(_, _, length)| *length)
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let kind = match own_kind(io.ctx.name, &given) {
        Ok(kind) => kind,
        Err(problem) => return Err(io.misused(problem).await),
    };
    if kind == Kind::Sm3 {
        return Err(io.fatal("sm3 is not available in this stand-in yet (simulated sandbox)").await);
    }
    let mut length = full_length(kind);
    if let Some(text) = given.value('l') {
        let shown = quoting::value(text);
        match text.parse::<usize>() {
            Ok(bits) if bits % 8 > 0 => {
                io.say(format!("invalid length: {shown}")).await?;
                return Err(io.fatal("length is not a multiple of 8").await);
            }
            Ok(bits) if bits > 512 => {
                io.say(format!("invalid length: {shown}")).await?;
                return Err(io.fatal("maximum digest length for 'BLAKE2b' is 512 bits").await);
            }
            Ok(0) => {}
            Ok(_) if kind != Kind::Blake2b => {
                return Err(io.fatal("--length is only supported with --algorithm=blake2b").await);
            }
            Ok(bits) => length = bits / 8,
            Err(_) => return Err(io.fatal(format!("invalid length: {shown}")).await),
        }
    }
    let check = given.has('c');
    let cksum = io.ctx.name == "cksum";
    let tag = given.has('T') || cksum && !given.has('U');
    if check {
        let problem = match () {
            () if given.has('T') => Some("the --tag option is meaningless when verifying checksums"),
            () if given.has('z') => Some("the --zero option is not supported when verifying checksums"),
            () if given.has('b') || given.has('t') => {
                Some("the --binary and --text options are meaningless when verifying checksums")
            }
            () => None,
        };
        if let Some(problem) = problem {
            return Err(io.misused(problem).await);
        }
    } else {
        if given.has('T') && given.has('t') {
            return Err(io.misused("--tag does not support --text mode").await);
        }
        let only_checking =
            [('I', "ignore-missing"), ('S', "status"), ('w', "warn"), ('Q', "quiet"), ('X', "strict")];
        if let Some((_, name)) = only_checking.iter().find(|(letter, _)| given.has(*letter)) {
            let problem = format!("the --{name} option is meaningful only when verifying checksums");
            return Err(io.misused(problem).await);
        }
    }
    let wish = Wish {
        kind,
        length,
        tag,
        binary: given.has('b') && !given.has('t'),
        end: if given.has('z') { 0 } else { b'\n' },
        ignore_missing: given.has('I'),
        quiet: given.has('Q'),
        status: given.has('S'),
        strict: given.has('X'),
        warn: given.has('w'),
    };
    if check {
        if cksum && !given.has('a') {
            // Its lines name their sums.
        } else if full_length(kind) == 0 {
            return Err(io.fatal("--check is not supported with --algorithm={bsd,sysv,crc}").await);
        }
        for operand in files(given.operands) {
            check_list(io, &wish, &operand).await?;
        }
    } else {
        let no_names = given.operands.is_empty();
        for operand in files(given.operands) {
            let Some(mut input) = io.open_or_complain(&operand).await? else { continue };
            match sum(io, &mut input, kind, length).await {
                Ok((sum, bytes)) => show(io, &wish, &operand, no_names, &sum, bytes),
                Err(Stop::Input(reason)) => {
                    io.complain(format!("{}: {reason}", quoting::name(&operand))).await?;
                }
                Err(stop) => return Err(End::Stop(stop)),
            }
        }
    }
    Ok(io.code())
}

async fn sum(io: &mut Io<'_>, input: &mut Input, kind: Kind, length: usize) -> Result<(String, u64), Stop> {
    let (mut sum, mut bytes) = (Sum::new(kind, length), 0);
    loop {
        let piece = input.piece(io).await?;
        if piece.is_empty() {
            return Ok((sum.finish(bytes, length), bytes));
        }
        sum.add(&piece);
        bytes += piece.len() as u64;
    }
}

/// A name with its line breaks and backslashes escaped, and whether there were any.
fn escaped(name: &str) -> (String, bool) {
    let escaped = name.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r");
    let any = escaped != name;
    (escaped, any)
}

fn show(io: &mut Io<'_>, wish: &Wish, name: &str, no_names: bool, sum: &str, bytes: u64) {
    let line = match wish.kind {
        Kind::Crc if no_names => format!("{sum} {bytes}"),
        Kind::Crc => format!("{sum} {bytes} {name}"),
        Kind::Bsd | Kind::SystemV => {
            let unit = if wish.kind == Kind::Bsd { 1024 } else { 512 };
            let blocks = bytes.div_ceil(unit);
            let width = if wish.kind == Kind::Bsd { 5 } else { 1 };
            match no_names {
                true => format!("{sum} {blocks:>width$}"),
                false => format!("{sum} {blocks:>width$} {name}"),
            }
        }
        kind => {
            let (shown, any) = if wish.end == 0 { (name.to_owned(), false) } else { escaped(name) };
            let mark = if any { "\\" } else { "" };
            if wish.tag {
                let title = DIGESTS.iter().find(|(known, ..)| *known == kind).map_or("", |(_, name, _)| name);
                let bits = match wish.length < full_length(kind) {
                    true => format!("-{}", wish.length * 8),
                    false => String::new(),
                };
                format!("{mark}{title}{bits} ({shown}) = {sum}")
            } else {
                let mode = if wish.binary { '*' } else { ' ' };
                format!("{mark}{sum} {mode}{shown}")
            }
        }
    };
    io.out.extend_from_slice(line.as_bytes());
    io.out.push(wish.end);
}

/// A line of a list of sums.
struct Listed {
    kind: Kind,
    length: usize,
    sum: String,
    name: String,
}

impl Listed {
    fn parse(line: &str, wish: &Wish, any_kind: bool) -> Option<Listed> {
        let line = line.trim_start_matches([' ', '\t']);
        let (line, escaped) = match line.strip_prefix('\\') {
            Some(line) => (line, true),
            None => (line, false),
        };
        let plain = |name: &str| match escaped {
            true => name.replace("\\n", "\n").replace("\\r", "\r").replace("\\\\", "\\"),
            false => name.to_owned(),
        };
        let hex = |sum: &str| !sum.is_empty() && sum.bytes().all(|byte| byte.is_ascii_hexdigit());
        if let Some((title, rest)) = line.split_once(" (").or_else(|| line.split_once('(')) {
            let (title, bits) = match title.split_once('-') {
                Some((title, bits)) => (title, Some(bits.parse::<usize>().ok()?)),
                None => (title, None),
            };
            if let Some((kind, _, full)) = DIGESTS.iter().find(|(_, name, _)| *name == title) {
                if !any_kind && *kind != wish.kind {
                    return None;
                }
                let length = bits.map_or(*full, |bits| bits / 8);
                let (name, sum) = rest.rsplit_once(')')?;
                let sum = sum.trim_start().strip_prefix('=')?.trim_start();
                let fits = sum.len() == length * 2 && hex(sum);
                return fits.then(|| Listed { kind: *kind, length, sum: sum.to_owned(), name: plain(name) });
            }
        }
        if any_kind {
            return None;
        }
        let digits = line.bytes().take_while(u8::is_ascii_hexdigit).count();
        let (sum, rest) = line.split_at(digits);
        let fits = match wish.kind {
            Kind::Blake2b => digits > 0 && digits % 2 == 0 && digits <= wish.length * 2,
            _ => digits == wish.length * 2,
        };
        let name = rest.strip_prefix([' ', '\t'])?;
        let name = name.strip_prefix([' ', '*']).unwrap_or(name);
        (fits && !name.is_empty()).then(|| Listed {
            kind: wish.kind,
            length: digits / 2,
            sum: sum.to_owned(),
            name: plain(name),
        })
    }
}

fn counted(count: u64, one: &str, several: &str) -> String {
    format!("WARNING: {count} {}", if count == 1 { one } else { several })
}

async fn check_list(io: &mut Io<'_>, wish: &Wish, list: &str) -> Worked<()> {
    let shown_list = if list == "-" { "'standard input'".to_owned() } else { quoting::name(list) };
    let Some(mut input) = io.open_or_complain(list).await? else { return Ok(()) };
    let any_kind = wish.kind == Kind::Crc;
    let (mut number, mut well_formed, mut matched) = (0u64, 0u64, 0u64);
    let (mut misformed, mut unreadable, mut wrong) = (0u64, 0u64, 0u64);
    let mut line = Vec::new();
    loop {
        match input.line(io, b'\n', &mut line).await {
            Ok(true) => {}
            Ok(false) => break,
            Err(Stop::Input(reason)) => {
                let problem = match reason.as_str() {
                    "Is a directory" => format!("{shown_list}: read error"),
                    reason => format!("{shown_list}: {reason}"),
                };
                return Ok(io.complain(problem).await?);
            }
            Err(stop) => return Err(End::Stop(stop)),
        }
        number += 1;
        let text = String::from_utf8_lossy(without_end(&line, b'\n')).into_owned();
        let text = text.strip_suffix('\r').unwrap_or(&text);
        if text.starts_with('#') {
            continue;
        }
        let Some(listed) = Listed::parse(text, wish, any_kind) else {
            misformed += 1;
            if wish.warn {
                let title = DIGESTS
                    .iter()
                    .find(|(kind, ..)| *kind == wish.kind)
                    .map_or_else(|| "CRC".to_owned(), |(_, name, _)| (*name).to_owned());
                io.say(format!("{shown_list}: {number}: improperly formatted {title} checksum line")).await?;
            }
            continue;
        };
        well_formed += 1;
        let (shown, any) = escaped(&listed.name);
        let mark = if any { "\\" } else { "" };
        let opened = match io.open(&listed.name).await? {
            Ok(mut file) => match sum(io, &mut file, listed.kind, listed.length).await {
                Err(Stop::Input(reason)) => Err(reason),
                made => Ok(made?),
            },
            Err(reason) => Err(reason),
        };
        match opened {
            Err(reason) if wish.ignore_missing && reason == "No such file or directory" => {}
            Err(reason) => {
                io.complain(format!("{}: {reason}", quoting::name(&listed.name))).await?;
                unreadable += 1;
                if !wish.status {
                    io.out.extend_from_slice(format!("{mark}{shown}: FAILED open or read\n").as_bytes());
                }
            }
            Ok((made, _)) => {
                let good = made.eq_ignore_ascii_case(&listed.sum);
                matched += u64::from(good);
                wrong += u64::from(!good);
                if !(wish.status || good && wish.quiet) {
                    let verdict = if good { "OK" } else { "FAILED" };
                    io.out.extend_from_slice(format!("{mark}{shown}: {verdict}\n").as_bytes());
                }
            }
        }
    }
    if well_formed == 0 {
        return Ok(io.complain(format!("{shown_list}: no properly formatted checksum lines found")).await?);
    }
    if !wish.status {
        let warnings = [
            (misformed, "line is improperly formatted", "lines are improperly formatted"),
            (unreadable, "listed file could not be read", "listed files could not be read"),
            (wrong, "computed checksum did NOT match", "computed checksums did NOT match"),
        ];
        for (count, one, several) in warnings {
            if count > 0 {
                io.say(counted(count, one, several)).await?;
            }
        }
        if wish.ignore_missing && matched == 0 {
            io.complain(format!("{shown_list}: no file was verified")).await?;
        }
    }
    io.failed |=
        unreadable > 0 || wrong > 0 || wish.strict && misformed > 0 || wish.ignore_missing && matched == 0;
    Ok(())
}
