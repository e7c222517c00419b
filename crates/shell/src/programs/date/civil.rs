//! Days and dates of the Gregorian calendar, in both directions.

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// A moment as a calendar and a clock show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::programs) struct Civil {
    pub(in crate::programs) year: i64,
    /// From 1.
    pub(in crate::programs) month: i64,
    /// From 1.
    pub(in crate::programs) day: i64,
    pub(in crate::programs) hour: i64,
    pub(in crate::programs) minute: i64,
    pub(in crate::programs) second: i64,
}

impl Civil {
    /// What is shown `seconds` after 1970 began, where it began.
    pub(super) fn at(seconds: i64) -> Self {
        let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let (year, month, day) = date(days);
        Self { year, month, day, hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60 }
    }

    /// Seconds since 1970 began; what is out of its range (a 13th month, a 30th of February) runs over into the next.
    /// `None` where no number holds them.
    pub(in crate::programs) fn seconds(&self) -> Option<i64> {
        let months = self.year.checked_mul(12)?.checked_add(self.month - 1)?;
        let first = days(months.div_euclid(12), months.rem_euclid(12) + 1)?;
        let days = first.checked_add(self.day - 1)?;
        let clock = self.hour.checked_mul(3600)?.checked_add(self.minute.checked_mul(60)?)?;
        days.checked_mul(DAY)?.checked_add(clock)?.checked_add(self.second)
    }

    /// From Sunday, which is 0.
    pub(super) fn weekday(&self) -> i64 {
        (self.day_number() + 4).rem_euclid(7)
    }

    /// From 0.
    pub(super) fn day_of_year(&self) -> i64 {
        self.day_number() - days(self.year, 1).unwrap_or_default()
    }

    /// The week and its year as ISO 8601 counts them: weeks begin on Mondays and belong to the year of their Thursday.
    pub(super) fn iso_week(&self) -> (i64, i64) {
        let thursday = self.day_number() - (self.weekday() + 6) % 7 + 3;
        let year = date(thursday).0;
        (year, (thursday - days(year, 1).unwrap_or_default()) / 7 + 1)
    }

    fn day_number(&self) -> i64 {
        days(self.year, self.month).unwrap_or_default() + self.day - 1
    }
}

/// Days from 1970 to the first of a month. The year is taken to begin in March, so that the odd day is its last.
fn days(year: i64, month: i64) -> Option<i64> {
    let year = if month <= 2 { year.checked_sub(1)? } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5;
    era.checked_mul(146_097)?.checked_add(of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_go_there_and_back() {
        for seconds in [0, -1, 951_782_400, 1_709_164_800, -62_135_596_800, 253_402_300_800, 1_234_567_890] {
            assert_eq!(Civil::at(seconds).seconds(), Some(seconds));
        }
        let leap = Civil::at(1_709_164_800);
        assert_eq!(
            (leap.year, leap.month, leap.day, leap.weekday(), leap.day_of_year()),
            (2024, 2, 29, 4, 59)
        );
        assert_eq!(Civil::at(1_609_459_200).iso_week(), (2020, 53));
    }
}
