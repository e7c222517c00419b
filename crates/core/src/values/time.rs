//! A moment, and how the wire writes it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Milliseconds since the Unix epoch. Displayed as JavaScript's `toISOString` writes it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UnixMillis(pub u64);

/// The last moment that a JavaScript `Date` can hold; later ones are displayed as this one.
const LAST_DISPLAYED: u64 = 8_640_000_000_000_000;
const MILLIS_PER_DAY: u64 = 86_400_000;

impl UnixMillis {
    /// The moment that many milliseconds later. The end of time is the end of time.
    pub fn plus(self, millis: u64) -> Self {
        UnixMillis(self.0.saturating_add(millis))
    }

    /// Milliseconds since an earlier moment; 0 since a later one.
    pub fn since(self, earlier: UnixMillis) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Months since January of the year 0.
    pub(crate) fn month(self) -> u64 {
        let (year, month, _) = date(self.0 / MILLIS_PER_DAY);
        year * 12 + month - 1
    }

    /// The first moment of the month.
    pub(crate) fn month_start(self) -> UnixMillis {
        let days = self.0 / MILLIS_PER_DAY;
        let (_, _, day) = date(days);
        UnixMillis((days + 1 - day) * MILLIS_PER_DAY)
    }
}

impl fmt::Display for UnixMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.min(LAST_DISPLAYED);
        let (year, month, day) = date(millis / MILLIS_PER_DAY);
        let rest = millis % MILLIS_PER_DAY;
        match year {
            0..=9_999 => write!(f, "{year:04}")?,
            _ => write!(f, "+{year:06}")?,
        }
        write!(
            f,
            "-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}Z",
            rest / 3_600_000,
            rest / 60_000 % 60,
            rest / 1_000 % 60,
            rest % 1_000
        )
    }
}

/// Year, month and day of a day since the epoch, by the proleptic Gregorian calendar.
///
/// Years are counted from March, so that the leap day is the last of its year, in eras of 400 years.
fn date(days_since_epoch: u64) -> (u64, u64, u64) {
    const DAYS_TO_EPOCH: u64 = 719_468;
    const DAYS_PER_ERA: u64 = 146_097;
    let days = days_since_epoch + DAYS_TO_EPOCH;
    let era = days / DAYS_PER_ERA;
    let day_of_era = days % DAYS_PER_ERA;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn displayed_as_javascript_does() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_767_225_599_999, "2025-12-31T23:59:59.999Z"),
            (1_767_225_600_000, "2026-01-01T00:00:00.000Z"),
            (4_107_542_399_000, "2100-02-28T23:59:59.000Z"),
            (253_402_300_800_000, "+010000-01-01T00:00:00.000Z"),
            (u64::MAX, "+275760-09-13T00:00:00.000Z"),
        ] {
            assert_eq!(UnixMillis(millis).to_string(), text);
        }
    }

    #[test]
    fn months() {
        let leap_day = UnixMillis(951_782_400_000 + 5);
        assert_eq!(leap_day.month(), 2000 * 12 + 1);
        assert_eq!(leap_day.month_start().to_string(), "2000-02-01T00:00:00.000Z");
        assert_eq!(UnixMillis(u64::MAX).month_start().month(), UnixMillis(u64::MAX).month());
    }
}
