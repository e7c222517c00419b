//! What `ls` and `stat` show of an inode: its mode as letters, its owner's name, its times.

use sandbox_fs::{FsError, Kind, Stat, Timestamp};

use crate::programs::command::Run;

/// What lies at an absolute path, itself or what it links to.
pub(super) fn look(run: &Run, path: &str, follow: bool) -> Result<Stat, FsError> {
    if follow { run.files.stat(path) } else { run.files.lstat(path) }
}

/// `drwxr-xr-x` and the like.
pub(super) fn letters(kind: char, mode: u32) -> String {
    let mut out = String::from(kind);
    for (shift, special, low, high) in [(6, 0o4000, 's', 'S'), (3, 0o2000, 's', 'S'), (0, 0o1000, 't', 'T')] {
        let bits = mode >> shift;
        out.push(if bits & 4 != 0 { 'r' } else { '-' });
        out.push(if bits & 2 != 0 { 'w' } else { '-' });
        out.push(match (mode & special != 0, bits & 1 != 0) {
            (true, true) => low,
            (true, false) => high,
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    out
}

/// The first letter of a long listing.
pub(super) fn kind_letter(kind: Kind) -> char {
    match kind {
        Kind::File => '-',
        Kind::Directory => 'd',
        Kind::Symlink => 'l',
        Kind::Fifo => 'p',
        Kind::Device => 'c',
    }
}

/// Names of users or groups by number, as a file like `/etc/passwd` has them.
pub(super) struct Names(Vec<(u32, String)>);

impl Names {
    pub(super) fn read(run: &Run, path: &str) -> Self {
        let text = run.files.read(path).unwrap_or_default();
        let entry = |line: &str| {
            let mut fields = line.split(':');
            let name = fields.next()?.to_owned();
            Some((fields.nth(1)?.parse().ok()?, name))
        };
        Self(String::from_utf8_lossy(&text).lines().filter_map(entry).collect())
    }

    /// The name of a number, or the number where it has none.
    pub(super) fn name(&self, id: u32) -> String {
        self.0.iter().find(|(known, _)| *known == id).map_or_else(|| id.to_string(), |(_, name)| name.clone())
    }

    /// The number of a name.
    pub(super) fn number(&self, name: &str) -> Option<u32> {
        self.0.iter().find(|(_, known)| known == name).map(|(id, _)| *id)
    }
}

/// A moment as a calendar has it, in UTC.
pub(super) struct Moment {
    pub(super) year: i64,
    pub(super) month: u32,
    pub(super) day: u32,
    seconds: u32,
    nanos: u32,
}

impl Moment {
    pub(super) fn of(time: Timestamp) -> Self {
        let days = time.as_secs().div_euclid(86_400);
        // Days since the first of March of the year 0, in eras of 400 years.
        let shifted = days + 719_468;
        let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month: month as u32,
            day: (day_of_year - (153 * march_month + 2) / 5 + 1) as u32,
            seconds: time.as_secs().rem_euclid(86_400) as u32,
            nanos: time.0.rem_euclid(1_000_000_000) as u32,
        }
    }

    /// `2026-01-01`.
    pub(super) fn date(&self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// `00:00`.
    pub(super) fn clock(&self) -> String {
        format!("{:02}:{:02}", self.seconds / 3600, self.seconds / 60 % 60)
    }

    /// `2026-01-01 00:00:00.000000000 +0000`.
    pub(super) fn full(&self) -> String {
        format!("{} {}:{:02}.{:09} +0000", self.date(), self.clock(), self.seconds % 60, self.nanos)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_spelled() {
        assert_eq!(letters('d', 0o755), "drwxr-xr-x");
        assert_eq!(letters('d', 0o1777), "drwxrwxrwt");
        assert_eq!(letters('-', 0o4640), "-rwSr-----");
    }

    #[test]
    fn moments_are_told() {
        let full = |secs: i64| Moment::of(Timestamp(secs * 1_000_000_000)).full();
        assert_eq!(full(0), "1970-01-01 00:00:00.000000000 +0000");
        assert_eq!(full(1_767_225_600), "2026-01-01 00:00:00.000000000 +0000");
        assert_eq!(full(951_782_399), "2000-02-28 23:59:59.000000000 +0000");
        assert_eq!(full(951_782_400), "2000-02-29 00:00:00.000000000 +0000");
        assert_eq!(full(-1), "1969-12-31 23:59:59.000000000 +0000");
    }
}
