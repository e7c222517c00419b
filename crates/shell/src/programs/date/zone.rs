//! Time zones: what `TZ` says, and the rules of well-known places.
//!
//! Rules are those of today, for every year: there is no database of what once was.

use super::civil::{Civil, DAY};

/// A zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Zone {
    standard: Clock,
    /// In summer, with the moments at which it begins and ends.
    summer: Option<(Clock, Change, Change)>,
}

/// What clocks show.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Clock {
    name: String,
    /// Seconds east of UTC.
    offset: i64,
}

/// When clocks change in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Change {
    day: Day,
    /// Seconds after midnight.
    time: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Day {
    /// Month, week (5: the last), weekday.
    OfMonth(i64, i64, i64),
    /// From 0, with leap days.
    OfYear(i64),
    /// From 1, without leap days.
    Julian(i64),
}

/// What a zone's clocks show at a moment.
pub(super) struct Shown<'a> {
    pub(super) name: &'a str,
    pub(super) offset: i64,
}

/// Places that share their rules.
const PLACES: &[(&str, &str)] = &[
    (
        "GMT0BST,M3.5.0/1,M10.5.0",
        "Europe/London Europe/Belfast Europe/Jersey Europe/Guernsey Europe/Isle_of_Man GB",
    ),
    ("GMT0IST,M3.5.0/1,M10.5.0", "Europe/Dublin Eire"),
    ("WET0WEST,M3.5.0/1,M10.5.0", "Europe/Lisbon Atlantic/Canary Portugal WET"),
    (
        "CET-1CEST,M3.5.0,M10.5.0/3",
        "Europe/Paris Europe/Berlin Europe/Madrid Europe/Rome Europe/Vienna Europe/Amsterdam Europe/Brussels Europe/Zurich
         Europe/Stockholm Europe/Oslo Europe/Copenhagen Europe/Prague Europe/Warsaw Europe/Budapest Europe/Belgrade
         Europe/Luxembourg Europe/Monaco Europe/Zagreb Europe/Ljubljana Europe/Bratislava Europe/Malta CET MET Poland",
    ),
    (
        "EET-2EEST,M3.5.0/3,M10.5.0/4",
        "Europe/Athens Europe/Helsinki Europe/Kiev Europe/Kyiv Europe/Bucharest Europe/Sofia Europe/Riga Europe/Tallinn
         Europe/Vilnius Asia/Nicosia EET",
    ),
    ("MSK-3", "Europe/Moscow W-SU"),
    ("<+03>-3", "Europe/Istanbul Asia/Istanbul Turkey Europe/Minsk Asia/Riyadh Asia/Baghdad Asia/Qatar Asia/Kuwait"),
    ("EST5EDT,M3.2.0,M11.1.0", "America/New_York America/Detroit America/Toronto America/Montreal US/Eastern EST5EDT"),
    ("CST6CDT,M3.2.0,M11.1.0", "America/Chicago America/Winnipeg US/Central CST6CDT"),
    ("MST7MDT,M3.2.0,M11.1.0", "America/Denver America/Edmonton America/Boise US/Mountain MST7MDT"),
    ("MST7", "America/Phoenix US/Arizona MST"),
    ("EST5", "America/Panama America/Jamaica America/Cancun EST"),
    ("CST6", "America/Mexico_City America/Costa_Rica America/Guatemala America/Regina"),
    ("PST8PDT,M3.2.0,M11.1.0", "America/Los_Angeles America/Vancouver America/Tijuana US/Pacific PST8PDT"),
    ("AKST9AKDT,M3.2.0,M11.1.0", "America/Anchorage US/Alaska"),
    ("HST10", "Pacific/Honolulu US/Hawaii HST"),
    ("AST4ADT,M3.2.0,M11.1.0", "America/Halifax Atlantic/Bermuda Canada/Atlantic"),
    ("AST4", "America/Puerto_Rico America/Barbados"),
    ("NST3:30NDT,M3.2.0,M11.1.0", "America/St_Johns Canada/Newfoundland"),
    ("<-03>3", "America/Sao_Paulo America/Argentina/Buenos_Aires America/Buenos_Aires America/Montevideo Brazil/East"),
    ("<-04>4", "America/Caracas America/La_Paz America/Manaus"),
    ("<-05>5", "America/Bogota America/Lima America/Guayaquil"),
    ("<-04>4<-03>,M9.1.6/24,M4.1.6/24", "America/Santiago"),
    ("JST-9", "Asia/Tokyo Japan"),
    ("KST-9", "Asia/Seoul ROK"),
    ("CST-8", "Asia/Shanghai Asia/Chongqing Asia/Taipei Asia/Macau PRC"),
    ("HKT-8", "Asia/Hong_Kong Hongkong"),
    ("<+08>-8", "Asia/Singapore Asia/Kuala_Lumpur Singapore Asia/Irkutsk"),
    ("PST-8", "Asia/Manila"),
    ("AWST-8", "Australia/Perth"),
    ("IST-5:30", "Asia/Kolkata Asia/Calcutta"),
    ("<+0545>-5:45", "Asia/Kathmandu"),
    ("PKT-5", "Asia/Karachi"),
    ("<+05>-5", "Asia/Tashkent Asia/Yekaterinburg Asia/Almaty"),
    ("<+06>-6", "Asia/Dhaka Asia/Omsk"),
    ("<+07>-7", "Asia/Bangkok Asia/Ho_Chi_Minh Asia/Saigon Asia/Novosibirsk"),
    ("WIB-7", "Asia/Jakarta"),
    ("<+04>-4", "Asia/Dubai Asia/Baku Asia/Tbilisi Asia/Yerevan"),
    ("<+0330>-3:30", "Asia/Tehran Iran"),
    ("IST-2IDT,M3.4.4/26,M10.5.0", "Asia/Jerusalem Asia/Tel_Aviv Israel"),
    ("AEST-10AEDT,M10.1.0,M4.1.0/3", "Australia/Sydney Australia/Melbourne Australia/Hobart Australia/Canberra"),
    ("AEST-10", "Australia/Brisbane"),
    ("ACST-9:30ACDT,M10.1.0,M4.1.0/3", "Australia/Adelaide"),
    ("ACST-9:30", "Australia/Darwin"),
    ("NZST-12NZDT,M9.5.0,M4.1.0/3", "Pacific/Auckland NZ"),
    ("SAST-2", "Africa/Johannesburg"),
    ("EAT-3", "Africa/Nairobi Africa/Addis_Ababa"),
    ("WAT-1", "Africa/Lagos"),
    ("EET-2EEST,M4.5.5/0,M10.5.4/24", "Africa/Cairo Egypt"),
    ("<+01>-1", "Africa/Casablanca"),
    ("GMT0", "GMT Etc/GMT Africa/Abidjan Africa/Accra Atlantic/Reykjavik Iceland Greenwich"),
    ("UTC0", "UTC Etc/UTC UCT Etc/UCT Zulu Etc/Zulu Universal Etc/Universal"),
];

impl Zone {
    /// UTC.
    pub(crate) fn utc() -> Self {
        Self { standard: Clock { name: "UTC".to_owned(), offset: 0 }, summer: None }
    }

    /// The zone that a value of `TZ` means. One that nobody knows has its own name and no difference to UTC.
    pub(crate) fn named(text: &str) -> Self {
        let text = text.strip_prefix(':').unwrap_or(text);
        let place = PLACES.iter().find(|(_, names)| names.split_whitespace().any(|name| name == text));
        let rules = place.map_or(text, |(rules, _)| rules);
        posix(rules).unwrap_or_else(|| {
            let letters: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
            let mut zone = Zone::utc();
            if letters.len() >= 3 {
                zone.standard.name = letters;
            }
            zone
        })
    }

    /// What clocks show at a moment.
    pub(super) fn shown(&self, seconds: i64) -> Shown<'_> {
        let clock = match &self.summer {
            Some((summer, from, to)) => {
                let year = Civil::at(seconds + self.standard.offset).year;
                let begins = from.seconds(year) - self.standard.offset;
                let ends = to.seconds(year) - summer.offset;
                let is_summer = match begins < ends {
                    true => (begins..ends).contains(&seconds),
                    // South of the equator summer goes over the end of the year.
                    false => !(ends..begins).contains(&seconds),
                };
                if is_summer { summer } else { &self.standard }
            }
            None => &self.standard,
        };
        Shown { name: &clock.name, offset: clock.offset }
    }

    /// The moment at which clocks show `civil`; none when they never do. Of two, the second.
    pub(super) fn moment(&self, civil: &Civil) -> Option<i64> {
        let local = civil.seconds()?;
        let summer = self.summer.as_ref().map(|(clock, ..)| clock.offset);
        let offsets = [self.standard.offset].into_iter().chain(summer);
        offsets
            .filter_map(|offset| local.checked_sub(offset))
            .find(|seconds| seconds.checked_add(self.shown(*seconds).offset) == Some(local))
    }

    /// The offset of a clock of this name.
    pub(super) fn offset_of(&self, name: &str) -> Option<(i64, bool)> {
        let is = |clock: &Clock| clock.name.eq_ignore_ascii_case(name);
        match &self.summer {
            Some((summer, ..)) if is(summer) => Some((summer.offset, true)),
            _ if is(&self.standard) => Some((self.standard.offset, false)),
            _ => None,
        }
    }
}

impl Change {
    /// Seconds from 1970 to it, as the clocks show that change.
    fn seconds(self, year: i64) -> i64 {
        let first = |month| Civil { year, month, day: 1, hour: 0, minute: 0, second: 0 };
        let days = |civil: Civil| civil.seconds().unwrap_or_default() / DAY;
        let day = match self.day {
            Day::OfMonth(month, week, weekday) => {
                let first = first(month);
                let mut day = (weekday - first.weekday()).rem_euclid(7) + (week - 1) * 7;
                let length = days(Civil { month: month + 1, ..first }) - days(first);
                while day >= length {
                    day -= 7;
                }
                days(first) + day
            }
            Day::OfYear(day) => days(first(1)) + day,
            Day::Julian(day) => {
                let leap = days(Civil { month: 3, ..first(1) }) - days(first(1)) == 60;
                days(first(1)) + day - 1 + i64::from(leap && day >= 60)
            }
        };
        day * DAY + self.time
    }
}

/// `EST5EDT,M3.2.0,M11.1.0`
fn posix(text: &str) -> Option<Zone> {
    let (name, rest) = zone_name(text)?;
    let (offset, rest) = clock_time(rest)?;
    let standard = Clock { name, offset: -offset };
    if rest.is_empty() {
        return Some(Zone { standard, summer: None });
    }
    let (name, rest) = zone_name(rest)?;
    let (offset, rest) =
        clock_time(rest).map_or((standard.offset + 3600, rest), |(offset, rest)| (-offset, rest));
    let rules = if rest.is_empty() { ",M3.2.0,M11.1.0" } else { rest };
    let (from, to) = rules.strip_prefix(',')?.split_once(',')?;
    Some(Zone { standard, summer: Some((Clock { name, offset }, change(from)?, change(to)?)) })
}

fn zone_name(text: &str) -> Option<(String, &str)> {
    if let Some(quoted) = text.strip_prefix('<') {
        return quoted.split_once('>').map(|(name, rest)| (name.to_owned(), rest));
    }
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    (letters >= 3).then(|| (text[..letters].to_owned(), &text[letters..]))
}

/// `[+-]hh[:mm[:ss]]` in seconds.
fn clock_time(text: &str) -> Option<(i64, &str)> {
    let (sign, mut rest) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    let mut seconds = 0;
    for (at, unit) in [3600, 60, 1].into_iter().enumerate() {
        let digits = match (at, rest.strip_prefix(':')) {
            (0, _) => rest,
            (_, Some(digits)) => digits,
            (_, None) => break,
        };
        let count = digits.bytes().take_while(u8::is_ascii_digit).count();
        seconds += digits[..count].parse::<i64>().ok()?.min(200) * unit;
        rest = &digits[count..];
    }
    Some((sign * seconds, rest))
}

fn change(text: &str) -> Option<Change> {
    let (day, time) = match text.split_once('/') {
        Some((day, time)) => (day, clock_time(time)?.0),
        None => (text, 7200),
    };
    let number = |text: &str| text.parse::<i64>().ok();
    let day = if let Some(of_month) = day.strip_prefix('M') {
        let mut parts = of_month.split('.').map(number);
        let (month, week, weekday) = (parts.next()??, parts.next()??, parts.next()??);
        let fits = (1..=12).contains(&month) && (1..=5).contains(&week) && (0..=6).contains(&weekday);
        fits.then_some(Day::OfMonth(month, week, weekday))?
    } else if let Some(julian) = day.strip_prefix('J') {
        Day::Julian(number(julian)?)
    } else {
        Day::OfYear(number(day)?)
    };
    Some(Change { day, time })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_known_by_rule_and_by_place() {
        for (zone, seconds, name, hours) in [
            ("EST5EDT", 1_700_000_000, "EST", -5),
            ("America/New_York", 1_690_000_000, "EDT", -4),
            ("Europe/Paris", 1_711_846_799, "CET", 1),
            ("Europe/Paris", 1_711_846_800, "CEST", 2),
            ("Australia/Sydney", 1_704_067_200, "AEDT", 11),
            ("XYZ-3", 0, "XYZ", 3),
            ("Foo/Bar", 0, "Foo", 0),
            ("", 0, "UTC", 0),
        ] {
            let zone = Zone::named(zone);
            let shown = zone.shown(seconds);
            assert_eq!((shown.name, shown.offset), (name, hours * 3600));
        }
    }

    #[test]
    fn every_place_has_rules() {
        for (rules, _) in PLACES {
            assert!(posix(rules).is_some(), "{rules}");
        }
    }
}
