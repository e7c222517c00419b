//! The directives of `date +FORMAT`, with GNU's flags and widths.

use super::civil::Civil;
use super::zone::Zone;

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A moment to be written.
pub(super) struct Moment<'a> {
    pub(super) seconds: i64,
    pub(super) nanos: i64,
    pub(super) zone: &'a Zone,
}

/// What stands between `%` and the letter.
#[derive(Default)]
struct Style {
    /// `_`, `-`, `0` or `+`.
    pad: Option<char>,
    upper: bool,
    changed: bool,
    width: usize,
}

impl Moment<'_> {
    /// Writes the moment as `format` says. What is no directive stays as it is.
    pub(super) fn format(&self, format: &str) -> String {
        let mut out = String::new();
        let mut rest = format;
        while let Some(at) = rest.find('%') {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let (written, len) = self.directive(rest);
            out.push_str(&written.unwrap_or_else(|| rest[..len].to_owned()));
            rest = &rest[len..];
        }
        out + rest
    }

    /// The directive at the start of `text`, and how long it is.
    fn directive(&self, text: &str) -> (Option<String>, usize) {
        let mut style = Style::default();
        let mut letters = text.char_indices().skip(1).peekable();
        while let Some((_, flag)) = letters.next_if(|(_, letter)| "_-0+^#".contains(*letter)) {
            match flag {
                '^' => style.upper = true,
                '#' => style.changed = true,
                pad => style.pad = Some(pad),
            }
        }
        while let Some((_, digit)) = letters.next_if(|(_, letter)| letter.is_ascii_digit()) {
            let value = digit.to_digit(10).unwrap_or_default() as usize;
            style.width = style.width.saturating_mul(10).saturating_add(value).min(MAX_WIDTH);
        }
        let modifier = letters.next_if(|(_, letter)| matches!(letter, 'E' | 'O')).map(|(_, letter)| letter);
        let mut colons = 0;
        while letters.next_if(|(_, letter)| *letter == ':').is_some() {
            colons += 1;
        }
        let Some((at, letter)) = letters.next() else { return (None, text.len()) };
        let fits = match modifier {
            None => true,
            Some('E') => "cCxXyYz".contains(letter),
            Some(_) => "deHIjklmMSuUVwWyz".contains(letter),
        };
        let plain = at == 1;
        let written = match letter {
            _ if !fits || colons > 0 && letter != 'z' || colons > 3 => None,
            '%' if !plain => None,
            _ => self.written(letter, colons, &style),
        };
        (written, at + letter.len_utf8())
    }

    fn written(&self, letter: char, colons: u32, style: &Style) -> Option<String> {
        let shown = self.zone.shown(self.seconds);
        let civil = Civil::at(self.seconds.saturating_add(shown.offset));
        let weekday = WEEKDAYS[civil.weekday() as usize];
        let month = MONTHS[(civil.month - 1) as usize];
        let hour12 = (civil.hour + 11) % 12 + 1;
        let number = |value, digits| Some(style.number(value, digits, '0'));
        let spaced = |value| Some(style.number(value, 2, '_'));
        let name = |text: &str| Some(style.name(text, style.upper || style.changed));
        let composed = |format: &str| Some(style.name(&self.format(format), style.upper));
        let half = if civil.hour < 12 { "am" } else { "pm" };
        match letter {
            '%' => Some("%".to_owned()),
            'n' => name("\n"),
            't' => name("\t"),
            'a' => name(&weekday[..3]),
            'A' => name(weekday),
            'b' | 'h' => name(&month[..3]),
            'B' => name(month),
            'c' => composed("%a %b %e %H:%M:%S %Y"),
            'D' | 'x' => composed("%m/%d/%y"),
            'r' => composed("%I:%M:%S %p"),
            'R' => composed("%H:%M"),
            'T' | 'X' => composed("%H:%M:%S"),
            'F' => {
                let width = style.width.saturating_sub(6);
                let pad = style.pad.or(Some('+').filter(|_| style.width == 0)).or(Some('0'));
                let year = Style { pad, width, ..Style::default() }.year(civil.year);
                Some(year + &self.format("-%m-%d"))
            }
            'C' => number(civil.year.div_euclid(100), 2),
            'd' => number(civil.day, 2),
            'e' => spaced(civil.day),
            'g' => number(civil.iso_week().0.rem_euclid(100), 2),
            'G' => Some(style.year(civil.iso_week().0)),
            'H' => number(civil.hour, 2),
            'I' => number(hour12, 2),
            'j' => number(civil.day_of_year() + 1, 3),
            'k' => spaced(civil.hour),
            'l' => spaced(hour12),
            'm' => number(civil.month, 2),
            'M' => number(civil.minute, 2),
            'N' => Some(style.nanos(self.nanos)),
            'p' => Some(style.name(half, !style.changed)),
            'P' => Some(style.name(half, false)),
            'q' => number((civil.month - 1) / 3 + 1, 1),
            's' => number(self.seconds, 1),
            'S' => number(civil.second, 2),
            'u' => number((civil.weekday() + 6) % 7 + 1, 1),
            'U' => number((civil.day_of_year() + 7 - civil.weekday()) / 7, 2),
            'V' => number(civil.iso_week().1, 2),
            'w' => number(civil.weekday(), 1),
            'W' => number((civil.day_of_year() + 7 - (civil.weekday() + 6) % 7) / 7, 2),
            'y' => number(civil.year.rem_euclid(100), 2),
            'Y' => Some(style.year(civil.year)),
            'z' => Some(style.offset(shown.offset, colons)),
            'Z' if style.changed => Some(style.name(&shown.name.to_ascii_lowercase(), false)),
            'Z' => Some(style.name(shown.name, style.upper)),
            _ => None,
        }
    }
}

/// No field is wider.
const MAX_WIDTH: usize = 4096;

impl Style {
    fn number(&self, value: i64, digits: usize, default: char) -> String {
        let sign = if value < 0 { "-" } else { "" };
        self.padded(sign, &value.unsigned_abs().to_string(), digits, default)
    }

    fn year(&self, year: i64) -> String {
        let sign = match year {
            ..0 => "-",
            _ if self.pad == Some('+') && (year > 9999 || self.width > 4) => "+",
            _ => "",
        };
        self.padded(sign, &year.unsigned_abs().to_string(), 4 + usize::from(year < 0), '0')
    }

    fn padded(&self, sign: &str, digits: &str, least: usize, default: char) -> String {
        let width = if self.width > 0 { self.width } else { least };
        let missing = width.saturating_sub(sign.len() + digits.len());
        match self.pad.unwrap_or(default) {
            '-' => format!("{sign}{digits}"),
            '_' => format!("{}{sign}{digits}", " ".repeat(missing)),
            _ => format!("{sign}{}{digits}", "0".repeat(missing)),
        }
    }

    fn name(&self, text: &str, upper: bool) -> String {
        let text = if upper { text.to_ascii_uppercase() } else { text.to_owned() };
        let fill = match self.pad {
            Some('-') => return text,
            Some('0' | '+') => "0",
            _ => " ",
        };
        fill.repeat(self.width.saturating_sub(text.len())) + &text
    }

    /// Digits of the fraction, as many as the width; without one, nine.
    fn nanos(&self, nanos: i64) -> String {
        let mut digits = format!("{nanos:09}");
        let width = if self.width == 0 { 9 } else { self.width };
        digits.truncate(width.max(1));
        let fill = match self.pad {
            Some('-') => return digits,
            Some('_') => {
                let significant = digits.trim_end_matches('0').len().max(1);
                digits.truncate(significant);
                " "
            }
            _ => "0",
        };
        let missing = width.saturating_sub(digits.len());
        digits + &fill.repeat(missing)
    }

    /// `+0130`, with colons `+01:30`, `+01:30:00` and as much of it as is needed.
    fn offset(&self, offset: i64, colons: u32) -> String {
        let (sign, offset) = (if offset < 0 { "-" } else { "+" }, offset.abs());
        let (hours, minutes, seconds) = (offset / 3600, offset / 60 % 60, offset % 60);
        let colons = match colons {
            3 if seconds != 0 => 2,
            3 if minutes != 0 => 1,
            other => other,
        };
        let (text, least) = match colons {
            0 if hours == 0 => (minutes.to_string(), 5),
            0 => (format!("{hours}{minutes:02}"), 5),
            1 => (format!("{hours}:{minutes:02}"), 6),
            2 => (format!("{hours}:{minutes:02}:{seconds:02}"), 9),
            _ => (hours.to_string(), 3),
        };
        self.padded(sign, &text, least, '0')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_written_as_gnu_does() {
        let zone = Zone::utc();
        let moment = Moment { seconds: 1_109_912_767, nanos: 12_345_600, zone: &zone };
        for (format, written) in [
            ("%5d|%_5d|%-5d|%05d|%+5d", "00004|    4|4|00004|00004"),
            ("%10a|%010a|%-10a|%^10a|%_10a|%#a", "       Fri|0000000Fri|Fri|       FRI|       Fri|FRI"),
            (
                "%N|%3N|%-N|%_N|%12N|%-3N|%_12N",
                "012345600|012|012345600|0123456  |012345600000|012|0123456     ",
            ),
            (
                "%z|%:z|%::z|%:::z|%_z|%-z|%10z|%_10:z",
                "+0000|+00:00|+00:00:00|+00|   +0|+0|+000000000|     +0:00",
            ),
            ("%5Y|%-Y|%_6Y|%+5Y|%C|%EY|%Od|%QQ|%E|%", "02005|2005|  2005|+2005|20|2005|04|%QQ|%E|%"),
            ("%p|%P|%#p|%^P|%5p|%#Z|%^Z", "AM|am|am|am|   AM|utc|UTC"),
            (
                "%F|%12F|%-F|%+12F|%10D|%_12F",
                "2005-03-04|002005-03-04|2005-03-04|+02005-03-04|  03/04/05|  2005-03-04",
            ),
            ("%j|%-j|%U|%W|%V|%G|%u|%q", "063|63|09|09|09|2005|5|1"),
            ("%e|%-e|%0e|%k|%l|%_H|%^B|%c", " 4|4|04| 5| 5| 5|MARCH|Fri Mar  4 05:06:07 2005"),
        ] {
            assert_eq!(moment.format(format), written);
        }
    }
}
