//! Days and dates of the Gregorian calendar.

/// Seconds of a day.
const DAY: i64 = 86_400;

/// A moment as a calendar and a clock show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Civil {
    pub(super) year: i64,
    /// From 1.
    pub(super) month: i64,
    /// From 1.
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    /// Days since 1970 began.
    days: i64,
}

impl Civil {
    /// What is shown so many seconds after 1970 began, where it began.
    pub(super) fn at(seconds: i64) -> Self {
        let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let (year, month, day) = date(days);
        Self { year, month, day, hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60, days }
    }

    /// From Sunday, which is 0.
    pub(super) fn weekday(&self) -> i64 {
        (self.days + 4).rem_euclid(7)
    }

    /// From 0.
    pub(super) fn day_of_year(&self) -> i64 {
        self.days - new_year(self.year)
    }

    /// The year and week as ISO 8601 counts them: weeks begin on Mondays and belong to the year of their Thursday.
    pub(super) fn iso_week(&self) -> (i64, i64) {
        let thursday = self.days - (self.weekday() + 6) % 7 + 3;
        let year = date(thursday).0;
        (year, (thursday - new_year(year)) / 7 + 1)
    }
}

/// Days from 1970 to the first of January.
fn new_year(year: i64) -> i64 {
    let before = year - 1;
    before * 365 + before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400) - 719_162
}

/// Year, month and day. The year is taken to begin in March, so that the odd day is its last.
fn date(days: i64) -> (i64, i64, i64) {
    const ERA: i64 = 146_097;
    let from_march = days + 719_468;
    let (era, of_era) = (from_march.div_euclid(ERA), from_march.rem_euclid(ERA));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + next, month, day)
}

/// What a zone's clocks are called, and how many seconds they are ahead of UTC.
pub(super) fn zone(_name: &str, _seconds: i64) -> (String, i64) {
    ("UTC".to_owned(), 0)
}
