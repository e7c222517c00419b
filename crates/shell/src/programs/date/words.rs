//! The words of dates.

use super::zone::Zone;

/// What a word means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// Morning or afternoon.
    Meridian {
        afternoon: bool,
    },
    Month(i64),
    Weekday(i64),
    /// So many of a unit.
    Unit(Unit, i64),
    /// Days from today.
    Shift(i64),
    Ordinal(i64),
    /// The sign of what was said.
    Ago(i64),
    /// Seconds east of UTC.
    Zone(i64),
    /// One that is only known in summer, with its offset then.
    SummerZone(i64),
    /// The own zone, and whether it is that of summer.
    Local {
        offset: i64,
    },
    Summer,
    /// The letter `T`, which also is a zone.
    T,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

const MONTHS: &str = "JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER";
const WEEKDAYS: &str = "SUNDAY MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY";
const ORDINALS: &str =
    "LAST THIS NEXT|FIRST  THIRD FOURTH FIFTH SIXTH SEVENTH EIGHTH NINTH TENTH ELEVENTH TWELFTH";

const UNITS: &[(&str, Unit, i64)] = &[
    ("YEAR", Unit::Year, 1),
    ("MONTH", Unit::Month, 1),
    ("FORTNIGHT", Unit::Day, 14),
    ("WEEK", Unit::Day, 7),
    ("DAY", Unit::Day, 1),
    ("HOUR", Unit::Hour, 1),
    ("MINUTE", Unit::Minute, 1),
    ("MIN", Unit::Minute, 1),
    ("SECOND", Unit::Second, 1),
    ("SEC", Unit::Second, 1),
];

/// Zones by minutes east of UTC. Those of summer are an hour further.
const ZONES: &[(i64, &str)] = &[
    (0, "GMT UT UTC WET"),
    (-180, "ART BRT"),
    (-210, "NST"),
    (-240, "AST CLT"),
    (-300, "EST"),
    (-360, "CST"),
    (-420, "MST"),
    (-480, "PST"),
    (-540, "AKST"),
    (-600, "HST HAST"),
    (-720, "SST"),
    (60, "WAT CET MET MEZ"),
    (120, "EET CAT SAST"),
    (180, "EAT MSK"),
    (330, "IST"),
    (480, "SGT"),
    (540, "KST JST"),
    (600, "GST"),
    (720, "NZST"),
];
const SUMMER_ZONES: &[(i64, &str)] = &[
    (0, "WEST BST"),
    (-180, "BRST"),
    (-210, "NDT"),
    (-240, "ADT CLST"),
    (-300, "EDT"),
    (-360, "CDT"),
    (-420, "MDT"),
    (-480, "PDT"),
    (-540, "AKDT"),
    (-600, "HADT"),
    (60, "CEST MEST MESZ"),
    (120, "EEST"),
    (180, "MSD"),
    (720, "NZDT"),
];

/// What `word` means.
pub(super) fn look_up(word: &str, local: &Zone) -> Option<Word> {
    let word = word.to_ascii_uppercase();
    match &*word {
        "AM" | "A.M." => return Some(Word::Meridian { afternoon: false }),
        "PM" | "P.M." => return Some(Word::Meridian { afternoon: true }),
        "DST" => return Some(Word::Summer),
        "TOMORROW" => return Some(Word::Shift(1)),
        "YESTERDAY" => return Some(Word::Shift(-1)),
        "TODAY" | "NOW" => return Some(Word::Shift(0)),
        "AGO" => return Some(Word::Ago(-1)),
        "HENCE" => return Some(Word::Ago(1)),
        "SEPT" => return Some(Word::Month(9)),
        "TUES" => return Some(Word::Weekday(2)),
        "WEDNES" => return Some(Word::Weekday(3)),
        "THUR" | "THURS" => return Some(Word::Weekday(4)),
        _ => {}
    }
    let short = word.strip_suffix('.').filter(|short| short.len() == 3).unwrap_or(&word);
    let named = |names: &str| {
        let is = |name: &str| name == word || short.len() == 3 && name.starts_with(short);
        names.split(' ').position(is).map(|at| at as i64)
    };
    if let Some(at) = named(MONTHS) {
        return Some(Word::Month(at + 1));
    }
    if let Some(at) = named(WEEKDAYS) {
        return Some(Word::Weekday(at));
    }
    if let Some(zone) = zone(&word, local) {
        return Some(zone);
    }
    let singular = word.strip_suffix('S').unwrap_or(&word);
    if let Some((_, unit, count)) = UNITS.iter().find(|(name, ..)| *name == word || *name == singular) {
        return Some(Word::Unit(*unit, *count));
    }
    let ordinal = |names: &str| names.split('|').any(|name| name == word);
    if let Some(at) = ORDINALS.split(' ').position(ordinal) {
        return Some(Word::Ordinal(at as i64 - 1));
    }
    if let [letter] = word.as_bytes() {
        return military(*letter);
    }
    let without_dots = word.replace('.', "");
    if without_dots == word { None } else { zone(&without_dots, local) }
}

fn zone(name: &str, local: &Zone) -> Option<Word> {
    let among = |zones: &[(i64, &str)]| {
        zones
            .iter()
            .find(|(_, names)| names.split(' ').any(|known| known == name))
            .map(|(minutes, _)| minutes * 60)
    };
    if ["GMT", "UT", "UTC"].contains(&name) {
        return Some(Word::Zone(0));
    }
    if let Some((offset, _)) = local.offset_of(name) {
        return Some(Word::Local { offset });
    }
    if let Some(offset) = among(ZONES) {
        return Some(Word::Zone(offset));
    }
    among(SUMMER_ZONES).map(|offset| Word::SummerZone(offset + 3600))
}

/// The zones that have a letter each; there is none for `J`.
fn military(letter: u8) -> Option<Word> {
    let hours = match letter {
        b'T' => return Some(Word::T),
        b'A'..=b'I' => i64::from(letter - b'A') + 1,
        b'K'..=b'M' => i64::from(letter - b'K') + 10,
        b'N'..=b'Y' => -i64::from(letter - b'N') - 1,
        b'Z' => 0,
        _ => return None,
    };
    Some(Word::Zone(hours * 3600))
}
