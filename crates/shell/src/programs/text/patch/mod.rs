//! `patch`: makes the changes that a diff tells, of the unified form and the normal one.

mod place;
mod read;

use sandbox_fs::Kind;

use super::super::getopt::{Given, Known};
use super::super::live::Stop;
use super::super::quoting;
use super::tool::{End, Io, Worked};
use read::{FilePatch, Hunk};

pub(super) const KNOWN: Known = Known {
    letters: "bcd:eEfF:i:lnNo:p:r:RstuvV:z:",
    long: &[
        ("backup", 'b'),
        ("batch", 't'),
        ("directory", 'd'),
        ("dry-run", 'D'),
        ("force", 'f'),
        ("forward", 'N'),
        ("fuzz", 'F'),
        ("input", 'i'),
        ("no-backup-if-mismatch", 'M'),
        ("output", 'o'),
        ("quiet", 's'),
        ("reject-file", 'r'),
        ("remove-empty-files", 'E'),
        ("reverse", 'R'),
        ("silent", 's'),
        ("strip", 'p'),
        ("suffix", 'z'),
        ("unified", 'u'),
        ("verbose", 'v'),
    ],
};

/// Exit code where nothing could be tried.
const TROUBLE: i32 = 2;
const FUZZ: usize = 2;

struct Wish {
    strip: Option<usize>,
    directory: String,
    fuzz: usize,
    reverse: bool,
    forward: bool,
    force: bool,
    dry: bool,
    quiet: bool,
    backup: bool,
    backup_if_mismatch: bool,
    suffix: String,
    output: Option<String>,
    rejects: Option<String>,
    file: Option<String>,
}

impl Wish {
    /// A file in the directory where the work is done.
    fn at(&self, name: &str) -> String {
        if name.starts_with('/') { name.to_owned() } else { format!("{}{name}", self.directory) }
    }
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let number = |letter: char| given.value(letter).map(str::parse::<usize>);
    let (Ok(strip), Ok(fuzz)) = (number('p').transpose(), number('F').transpose()) else {
        let problem = format!("**** strip count {} is not a number", given.value('p').unwrap_or_default());
        return Err(trouble(io, problem).await);
    };
    let wish = Wish {
        strip,
        directory: given.value('d').map(|directory| format!("{directory}/")).unwrap_or_default(),
        fuzz: fuzz.unwrap_or(FUZZ),
        reverse: given.has('R'),
        forward: given.has('N'),
        force: given.has('f') || given.has('t'),
        dry: given.has('D'),
        quiet: given.has('s'),
        backup: given.has('b') || given.has('z'),
        backup_if_mismatch: !given.has('M'),
        suffix: given.value('z').unwrap_or(".orig").to_owned(),
        output: given.value('o').map(str::to_owned),
        rejects: given.value('r').map(str::to_owned),
        file: given.operands.first().cloned(),
    };
    let source = given.value('i').or(given.operands.get(1).map(String::as_str)).unwrap_or("-").to_owned();
    let opened = if source == "-" { io.open("-").await? } else { io.open(&wish.at(&source)).await? };
    let text = match opened {
        Ok(mut input) => input.rest(io).await?,
        Err(reason) => {
            return Err(trouble(io, format!("**** Can't open patch file {source} : {reason}")).await);
        }
    };
    let patches = match read::read(&text) {
        Ok(patches) => patches,
        Err(problem) => return Err(trouble(io, format!("**** {problem}")).await),
    };
    if patches.is_empty() {
        if !text.is_empty() {
            return Err(trouble(io, "**** Only garbage was found in the patch input.".to_owned()).await);
        }
        return Ok(0);
    }
    let mut code = 0;
    for patch in &patches {
        code = code.max(apply(io, &wish, patch, &text).await?);
        io.turn().await?;
    }
    Ok(code)
}

async fn trouble(io: &mut Io<'_>, problem: String) -> End {
    match io.say(problem).await {
        Ok(()) => End::Code(TROUBLE),
        Err(stop) => End::Stop(stop),
    }
}

fn tell(io: &mut Io<'_>, wish: &Wish, text: &str) {
    if !wish.quiet {
        io.out.extend_from_slice(text.as_bytes());
    }
}

/// A name without its first parts; without a number, only the last part.
fn stripped(name: &str, strip: Option<usize>) -> Option<String> {
    match strip {
        None => name.rsplit('/').next().map(str::to_owned),
        Some(count) => {
            let mut rest = name;
            for _ in 0..count {
                rest = rest.split_once('/')?.1.trim_start_matches('/');
            }
            Some(rest.to_owned())
        }
    }
    .filter(|name| !name.is_empty())
}

fn absolute(io: &Io<'_>, name: &str) -> String {
    io.ctx.cwd.join(name).to_string_lossy().into_owned()
}

fn is_file(io: &Io<'_>, name: &str) -> bool {
    io.run.files.stat(&absolute(io, name)).is_ok_and(|stat| stat.kind == Kind::File)
}

/// The file that a patch is for: of those that it names one that is there, or one that it makes.
fn target(io: &Io<'_>, wish: &Wish, patch: &FilePatch) -> Option<String> {
    if let Some(file) = &wish.file {
        return Some(file.clone());
    }
    let real = |name: &Option<String>| name.clone().filter(|name| name != "/dev/null");
    let (old, new) = (real(&patch.old), real(&patch.new));
    let mut names: Vec<String> = Vec::new();
    for name in [&old, &new].into_iter().flatten() {
        names.extend(stripped(name, wish.strip));
    }
    names.sort_by_key(|name| (name.matches('/').count(), name.len()));
    let there = names.iter().find(|name| is_file(io, &wish.at(name)));
    let makes = patch.hunks.iter().all(|hunk| hunk.side(if wish.reverse { b'-' } else { b'+' }).is_empty());
    there.or(names.first().filter(|_| makes)).cloned()
}

async fn apply(io: &mut Io<'_>, wish: &Wish, patch: &FilePatch, text: &[u8]) -> Worked {
    let plural = |count: usize| if count == 1 { "hunk" } else { "hunks" };
    let Some(name) = target(io, wish, patch) else {
        let line = patch.line + patch.header.len();
        tell(io, wish, &format!("can't find file to patch at input line {}\n", line.max(1)));
        tell(
            io,
            wish,
            "Perhaps you used the wrong -p or --strip option?\nThe text leading up to this was:\n",
        );
        tell(io, wish, "--------------------------\n");
        let lines = text.split_inclusive(|byte| *byte == b'\n').take(line.saturating_sub(1));
        for line in lines.skip(patch.line.saturating_sub(1)) {
            tell(io, wish, &format!("|{}", String::from_utf8_lossy(line)));
        }
        tell(
            io,
            wish,
            "--------------------------\nFile to patch: \nSkip this patch? [y] \nSkipping patch.\n",
        );
        let count = patch.hunks.len();
        tell(io, wish, &format!("{count} out of {count} {} ignored\n", plural(count)));
        return Ok(1);
    };
    let path = absolute(io, &wish.at(&name));
    let stat = io.run.files.stat(&path).ok();
    let old = match stat.is_some() {
        false => Vec::new(),
        true => match io.open(&wish.at(&name)).await? {
            Ok(mut input) => match input.rest(io).await {
                Ok(old) => old,
                Err(Stop::Input(reason)) => {
                    return Err(trouble(io, format!("**** Can't open file {name} : {reason}")).await);
                }
                Err(stop) => return Err(End::Stop(stop)),
            },
            Err(reason) => return Err(trouble(io, format!("**** Can't open file {name} : {reason}")).await),
        },
    };
    let shown = quoting::name(&name);
    let verb = if wish.dry { "checking" } else { "patching" };
    match &wish.output {
        Some(output) => tell(io, wish, &format!("{verb} file {output} (read from {shown})\n")),
        None => tell(io, wish, &format!("{verb} file {shown}\n")),
    }
    let hunks: Vec<Hunk> =
        patch.hunks.iter().map(|hunk| if wish.reverse { hunk.reversed() } else { hunk.clone() }).collect();
    let mut lines: Vec<&[u8]> = old.split_inclusive(|byte| *byte == b'\n').collect();
    let first = hunks.first().map(|hunk| place::find(&lines, hunk, 0, 0, wish.fuzz).is_some());
    let backwards = hunks.first().is_some_and(|hunk| {
        let reversed = hunk.reversed();
        !reversed.side(b'+').is_empty() && place::find(&lines, &reversed, 0, 0, 0).is_some()
    });
    let mut ignored = false;
    if first == Some(false) && backwards {
        let what = if wish.reverse { "Unreversed" } else { "Reversed (or previously applied)" };
        let ask = if wish.reverse { "Ignore" } else { "Assume" };
        if wish.forward {
            tell(io, wish, &format!("{what} patch detected!  Skipping patch.\n"));
            ignored = true;
        } else if wish.force {
            tell(io, wish, &format!("{what} patch detected!  Applying it anyway.\n"));
        } else {
            tell(
                io,
                wish,
                &format!("{what} patch detected!  {ask} -R? [n] \nApply anyway? [n] \nSkipping patch.\n"),
            );
            ignored = true;
        }
    }
    let (mut failed, mut mismatched) = (Vec::new(), false);
    if ignored {
        failed = hunks.clone();
    } else {
        // Lines that earlier hunks put before, and how far the file's own have moved.
        let (mut grown, mut moved, mut from) = (0isize, 0isize, 0);
        for (nth, hunk) in hunks.iter().enumerate() {
            let Some(found) = place::find(&lines, hunk, grown + moved, from, wish.fuzz) else {
                let at = hunk.old_start as isize + grown + moved;
                tell(io, wish, &format!("Hunk #{} FAILED at {}.\n", nth + 1, at.max(1)));
                failed.push(hunk.clone());
                continue;
            };
            if found.fuzz > 0 || found.offset != 0 {
                mismatched = true;
                let mut told = format!("Hunk #{} succeeded at {}", nth + 1, found.at + 1);
                if found.fuzz > 0 {
                    told += &format!(" with fuzz {}", found.fuzz);
                }
                let all = moved + found.offset;
                if all != 0 {
                    told += &format!(" (offset {all} line{})", if all == 1 { "" } else { "s" });
                }
                tell(io, wish, &format!("{told}.\n"));
            } else if moved != 0 {
                let unit = if moved == 1 { "line" } else { "lines" };
                let told =
                    format!("Hunk #{} succeeded at {} (offset {moved} {unit}).\n", nth + 1, found.at + 1);
                tell(io, wish, &told);
                mismatched = true;
            }
            moved += found.offset;
            let (taken, put) = (hunk.side(b'+'), hunk.side(b'-'));
            // What was not looked at stays as it is there.
            let range = found.at + found.cut.0..found.at + taken.len().saturating_sub(found.cut.1);
            let new: Vec<&[u8]> = put[found.cut.0..put.len() - found.cut.1].to_vec();
            from = range.start + new.len();
            lines.splice(range, new);
            grown += put.len() as isize - taken.len() as isize;
            io.turn().await?;
        }
    }
    let new: Vec<u8> = lines.concat();
    if !failed.is_empty() {
        let what = if ignored { "ignored" } else { "FAILED" };
        let rejects = wish.rejects.clone().unwrap_or_else(|| format!("{name}.rej"));
        let saving = if wish.dry { String::new() } else { format!(" -- saving rejects to file {rejects}") };
        tell(
            io,
            wish,
            &format!("{} out of {} {} {what}{saving}\n", failed.len(), hunks.len(), plural(hunks.len())),
        );
        if !wish.dry {
            let reject = rejected(patch, &failed);
            save(io, &wish.at(&rejects), &reject).await?;
        }
    }
    if wish.dry || ignored {
        return Ok(i32::from(!failed.is_empty()));
    }
    let (files, now) = (io.run.files.clone(), io.run.host.now());
    let goal = wish.at(wish.output.as_ref().unwrap_or(&name));
    let backs_up = wish.backup || wish.backup_if_mismatch && (mismatched || !failed.is_empty());
    if backs_up && wish.output.is_none() {
        let backup = wish.at(&format!("{name}{}", wish.suffix));
        save(io, &backup, &old).await?;
        if let Some(stat) = &stat {
            let _ = files.chmod(&absolute(io, &backup), stat.mode & 0o7777, now);
        }
    }
    let gone = if wish.reverse { &patch.old } else { &patch.new };
    if new.is_empty() && failed.is_empty() && gone.as_deref() == Some("/dev/null") {
        let _ = files.unlink(&path, now);
        return Ok(0);
    }
    if failed.len() < hunks.len() || wish.output.is_some() {
        if let Some((parent, _)) = absolute(io, &goal).rsplit_once('/').filter(|_| stat.is_none()) {
            let _ = files.mkdir_all(parent, 0o755, now);
        }
        save(io, &goal, &new).await?;
        // A file of its own is its owner's alone.
        let own = wish.output.as_ref().map(|_| 0o600);
        if let Some(mode) = own.or(patch.mode) {
            let _ = files.chmod(&absolute(io, &goal), mode, now);
        }
    }
    Ok(i32::from(!failed.is_empty()))
}

async fn save(io: &mut Io<'_>, name: &str, bytes: &[u8]) -> Worked<()> {
    let saved = match io.create(name).await? {
        Ok(()) => io.append(name, bytes).await?,
        Err(reason) => Err(reason),
    };
    match saved {
        Ok(()) => Ok(()),
        Err(reason) => Err(trouble(io, format!("**** Can't create file {name} : {reason}")).await),
    }
}

/// Hunks that did not fit, as a patch again.
fn rejected(patch: &FilePatch, hunks: &[Hunk]) -> Vec<u8> {
    let mut out: Vec<u8> = patch.header.concat().into_bytes();
    for hunk in hunks {
        let range = |start: usize, count: usize| match count {
            0 => format!("{},0", start.saturating_sub(1)),
            1 => start.to_string(),
            _ => format!("{start},{count}"),
        };
        let (old, new) = (hunk.side(b'+').len(), hunk.side(b'-').len());
        out.extend(
            format!("@@ -{} +{} @@\n", range(hunk.old_start, old), range(hunk.new_start, new)).bytes(),
        );
        for (mark, line) in &hunk.lines {
            out.push(*mark);
            out.extend_from_slice(line);
            if line.last() != Some(&b'\n') {
                out.extend_from_slice(b"\n\\ No newline at end of file\n");
            }
        }
    }
    out
}
