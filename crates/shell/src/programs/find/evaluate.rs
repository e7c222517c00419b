//! Evaluates the expression of `find` for one name.

use sandbox_fs::{Errno, Kind, Stat, Timestamp};

use super::expression::{Bits, Count, Primary, Step, Time, To};
use super::{Outcome, Work, kind_letter};
use crate::limits::PIECE_BYTES;
use crate::programs::glob::{self, Rules};
use crate::programs::inode::{Names, letters};
use crate::programs::quoting::{quoted_name, value};
use crate::programs::tool::Worked;
use crate::programs::tree::Found;
use sandbox_kernel::Device;

const NANOS: i64 = 1_000_000_000;
const DAY: i64 = 86_400;

/// One of a file's times.
pub(super) fn time_of(stat: &Stat, time: Time) -> Timestamp {
    match time {
        Time::Accessed => stat.atime,
        Time::Born => stat.btime,
        Time::Changed => stat.ctime,
        Time::Modified => stat.mtime,
    }
}

/// The last part of a path.
pub(super) fn base_name(shown: &str) -> &str {
    match shown.trim_end_matches('/') {
        "" => shown.get(..1).unwrap_or_default(),
        trimmed => trimmed.rsplit('/').next().unwrap_or_default(),
    }
}

impl Work<'_> {
    pub(super) async fn evaluate(&mut self, found: &Found, start: &str) -> Worked<Outcome> {
        let mut outcome = Outcome::default();
        let (mut at, mut holds) = (0, true);
        while let Some(step) = self.expression.steps.get(at) {
            at += 1;
            match step {
                Step::Not => holds = !holds,
                Step::JumpIf(when, target) if *when == holds => at = *target,
                Step::JumpIf(..) => {}
                Step::Do(primary) => match self.test(primary, found) {
                    Some(result) => holds = result,
                    None => holds = self.act(at - 1, found, start, &mut outcome).await?,
                },
            }
            if self.quits {
                break;
            }
        }
        Ok(outcome)
    }

    /// What a test says; `None` for an action.
    fn test(&self, primary: &Primary, found: &Found) -> Option<bool> {
        let (stat, files) = (&found.stat, self.tool.files());
        let rules = |ignores_case| Rules { ignores_case, ..Rules::default() };
        let named = |table, id: u32| Names::read(&self.tool.run, table).name(id) != id.to_string();
        Some(match primary {
            Primary::Constant(value) => *value,
            Primary::Name(pattern, any_case) => {
                glob::matches(pattern, base_name(&found.shown), rules(*any_case))
            }
            Primary::Path(pattern, any_case) => glob::matches(pattern, &found.shown, rules(*any_case)),
            Primary::LinkName(pattern, any_case) => {
                stat.is_symlink()
                    && files
                        .read_link(&found.path)
                        .is_ok_and(|target| glob::matches(pattern, &target, rules(*any_case)))
            }
            Primary::Matches(regex) => regex.is_match(&found.shown),
            Primary::Type(kinds, false) => kinds.contains(kind_letter(stat.kind)),
            Primary::Type(kinds, true) => {
                let kind = files.stat(&found.path).map_or(stat.kind, |stat| stat.kind);
                kinds.contains(kind_letter(kind))
            }
            Primary::Links(count) => count.is(stat.nlink.into()),
            Primary::Number(count) => count.is(stat.ino),
            Primary::User(count) => count.is(stat.uid.into()),
            Primary::Group(count) => count.is(stat.gid.into()),
            Primary::NoUser => !named("/etc/passwd", stat.uid),
            Primary::NoGroup => !named("/etc/group", stat.gid),
            Primary::Size(count, unit) => count.is(stat.size.div_ceil(*unit)),
            Primary::Empty => match stat.kind {
                Kind::File => stat.size == 0,
                Kind::Directory => files.read_dir(&found.path).is_ok_and(|entries| entries.is_empty()),
                _ => false,
            },
            Primary::Permissions(how, of_file, of_directory) => {
                let wanted = if stat.is_dir() { *of_directory } else { *of_file };
                match how {
                    Bits::Exactly => stat.mode == wanted,
                    Bits::All => stat.mode & wanted == wanted,
                    Bits::Any => wanted == 0 || stat.mode & wanted != 0,
                }
            }
            Primary::Newer(time, than) => time_of(stat, *time) > *than,
            Primary::Age(time, count, unit, from_day_start) => {
                self.has_age(time_of(stat, *time), *count, *unit, *from_day_start)
            }
            Primary::SameFile(dev, ino) => (stat.dev, stat.ino) == (*dev, *ino),
            Primary::Executable => stat.is_dir() || stat.mode & 0o111 != 0,
            Primary::FileSystem(name) => {
                let root = files.statfs(&found.path).is_ok_and(|found| found.mount_path == "/");
                name == if root { "overlay" } else { "ext4" }
            }
            _ => return None,
        })
    }

    fn has_age(&self, time: Timestamp, count: Count, unit: i64, from_day_start: bool) -> bool {
        let origin = match from_day_start {
            true => Timestamp((self.started.as_secs().div_euclid(DAY) + 1) * DAY * NANOS),
            false => self.started,
        };
        let (age, unit) = (i128::from(origin.0) - i128::from(time.0), i128::from(unit) * i128::from(NANOS));
        let whole = |number: u64| i128::from(number) * unit;
        // Days are counted whole; of minutes the one that has begun counts.
        let is_days = unit == i128::from(DAY) * i128::from(NANOS);
        match (count, is_days) {
            (Count::Less(number), _) => age < whole(number),
            (Count::Exactly(number), true) => (whole(number)..whole(number) + unit).contains(&age),
            (Count::Exactly(number), false) => (whole(number) - unit..whole(number)).contains(&age),
            (Count::More(number), true) => age >= whole(number) + unit,
            (Count::More(number), false) => age > whole(number),
        }
    }

    async fn act(&mut self, at: usize, found: &Found, start: &str, outcome: &mut Outcome) -> Worked<bool> {
        let Step::Do(primary) = &self.expression.steps[at] else { return Ok(true) };
        match primary {
            Primary::Prune => outcome.prunes = true,
            Primary::Quit => self.quits = true,
            Primary::Print(to, end) => {
                let (to, text) = (*to, format!("{}{end}", found.shown));
                self.write(to, text.as_bytes()).await?;
            }
            Primary::Printf(to, pieces) => {
                let (to, mut out) = (*to, Vec::new());
                for piece in pieces {
                    piece.write(&mut out, &self.tool, found, start);
                }
                self.write(to, &out).await?;
            }
            Primary::List(to) => {
                let (to, line) = (*to, self.long_line(found));
                self.write(to, line.as_bytes()).await?;
            }
            Primary::Delete => return self.delete(found).await,
            Primary::Exec(_) => return self.exec(at, found).await,
            _ => {}
        }
        Ok(true)
    }

    async fn delete(&mut self, found: &Found) -> Worked<bool> {
        if found.shown == "." {
            return Ok(true);
        }
        let (files, now) = (self.tool.files(), self.tool.now());
        let removed = match found.stat.kind {
            Kind::Directory => files.rmdir(&found.path, now),
            _ => files.unlink(&found.path, now),
        };
        match removed {
            Ok(()) => Ok(true),
            Err(error) => {
                self.tool.problem(format!("cannot delete {}: {error}", quoted_name(&found.shown))).await?;
                Ok(false)
            }
        }
    }

    fn long_line(&self, found: &Found) -> String {
        let stat = &found.stat;
        let name = |table, id| Names::read(&self.tool.run, table).name(id);
        let kind = if stat.kind == Kind::File { '-' } else { kind_letter(stat.kind) };
        let escaped = |text: &str| {
            let word = value(text);
            word[1..word.len() - 1].replace("\\'", "'").replace(' ', "\\ ")
        };
        let age = self.started.0 - stat.mtime.0;
        let is_recent = (-3600 * NANOS..180 * DAY * NANOS).contains(&age);
        let format = if is_recent { "%b %e %H:%M" } else { "%b %e  %Y" };
        let time = crate::programs::date::formatted(format, stat.mtime, &crate::programs::date::Zone::utc());
        let target = match self.tool.files().read_link(&found.path) {
            Ok(target) if stat.is_symlink() => format!(" -> {}", escaped(&target)),
            _ => String::new(),
        };
        format!(
            "{:>9} {:>6} {} {:>3} {:<8} {:<8} {:>8} {time} {}{target}\n",
            stat.ino,
            stat.blocks.div_ceil(2),
            letters(kind, stat.mode),
            stat.nlink,
            name("/etc/passwd", stat.uid),
            name("/etc/group", stat.gid),
            stat.size,
            escaped(&found.shown)
        )
    }

    async fn write(&mut self, to: To, bytes: &[u8]) -> Worked {
        match to {
            To::Stdout => self.tool.put(bytes).await,
            To::File(index) => {
                self.outputs[index].waiting.extend_from_slice(bytes);
                if self.outputs[index].waiting.len() >= PIECE_BYTES {
                    self.flush_output(index).await?;
                }
                Ok(())
            }
        }
    }

    /// Writes what waits for one of the files.
    pub(super) async fn flush_output(&mut self, index: usize) -> Worked {
        let bytes = std::mem::take(&mut self.outputs[index].waiting);
        let (path, shown) = (self.outputs[index].path.clone(), self.outputs[index].shown.clone());
        let device = self.tool.files().stat(&path).ok().and_then(|stat| Device::of(stat.rdev));
        let written = match device {
            Some(Device::Full) if !bytes.is_empty() => Err(Errno::ENOSPC.at(&*path)),
            Some(_) => Ok(()),
            None => self.tool.files().append(&path, bytes, self.tool.now()),
        };
        match written {
            Ok(()) => Ok(()),
            Err(error) => self.tool.problem(format!("{}: {error}", quoted_name(&shown))).await,
        }
    }
}
