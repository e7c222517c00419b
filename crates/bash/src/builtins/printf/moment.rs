//! `%(format)T`: moments as the calendar shows them.

use crate::state::Shell;
use std::fmt::Write as _;

use super::Printing;
use super::directive::{Directive, MOST};
use crate::builtins::calendar::Civil;
use crate::state::Variable;
use crate::text;

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
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

impl Printing<'_, '_> {
    /// Writes a moment; `rest` follows the `(`. Gives what follows the `T`, or nothing where it is missing.
    pub(super) fn moment<'f>(
        &mut self,
        directive: &Directive,
        rest: &'f str,
        out: &mut Vec<u8>,
    ) -> Option<&'f str> {
        let mut depth = 1;
        let end = rest.find(|character| {
            match character {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let after = end.map_or("", |end| &rest[end + 1..]);
        let Some(after) = after.strip_prefix('T') else {
            let found = after.chars().next().unwrap_or('\0');
            self.shell.complain(format!("printf: warning: `{found}': invalid time format specification"));
            return None;
        };
        let format = &rest[..end.unwrap_or(0)];
        let now = self.shell.process.kernel.host.now().as_secs();
        let moment = match self.args.get(self.at) {
            None => -1,
            Some(_) => self.signed(),
        };
        let seconds = match moment {
            -1 => now,
            -2 => self.shell.seconds_from.div_euclid(1_000_000_000),
            seconds => seconds,
        };
        let zone = self.shell.variables.get("TZ").and_then(Variable::scalar).unwrap_or("UTC").to_owned();
        let shown = Shown::at(seconds, &zone);
        let format = if format.is_empty() { "%X" } else { format };
        directive.text(&text::encode(&shown.format(format)), out);
        Some(after)
    }
}

/// The moment that it is now, as `strftime` writes it in the shell's time zone.
pub(crate) fn now_as(shell: &Shell, format: &str) -> String {
    let zone = shell.variables.get("TZ").and_then(Variable::scalar).unwrap_or("UTC");
    let seconds = shell.process.kernel.host.now().0.div_euclid(1_000_000_000);
    Shown::at(seconds, zone).format(format)
}

/// What calendar and clock show.
struct Shown {
    seconds: i64,
    civil: Civil,
    zone: String,
    /// Seconds east of UTC.
    offset: i64,
}

impl Shown {
    fn at(seconds: i64, zone: &str) -> Self {
        // Further away no calendar has a year that could be told.
        let seconds = if seconds.unsigned_abs() < 1 << 55 { seconds } else { 0 };
        let (zone, offset) = crate::builtins::calendar::zone(zone, seconds);
        Self { seconds, civil: Civil::at(seconds + offset), zone, offset }
    }

    /// As `strftime` writes it.
    fn format(&self, format: &str) -> String {
        let mut text = String::new();
        let mut rest = format;
        while let Some(place) = rest.find('%') {
            text.push_str(&rest[..place]);
            let conversion = &rest[place..];
            let mut modifiers = Modifiers::default();
            let after = modifiers.read(&conversion[1..]);
            let Some(letter) = after.chars().next() else {
                text.push_str(conversion);
                return text;
            };
            rest = &after[letter.len_utf8()..];
            if !self.one(letter, &modifiers, &mut text) {
                text.push_str(&conversion[..conversion.len() - rest.len()]);
            }
        }
        text.push_str(rest);
        text
    }

    /// Writes one conversion; false for what is none.
    fn one(&self, letter: char, modifiers: &Modifiers, out: &mut String) -> bool {
        let civil = &self.civil;
        let hour12 = (civil.hour + 11) % 12 + 1;
        let weekday = civil.weekday();
        let day_name = DAYS[weekday as usize % 7];
        let month_name = MONTHS[(civil.month - 1) as usize % 12];
        let (year_day, (iso_year, iso_week)) = (civil.day_of_year(), civil.iso_week());
        let (value, width, pad) = match letter {
            '%' => return modifiers.text("%", out),
            'n' => return modifiers.text("\n", out),
            't' => return modifiers.text("\t", out),
            'a' => return modifiers.text(&day_name[..3], out),
            'A' => return modifiers.text(day_name, out),
            'b' | 'h' => return modifiers.text(&month_name[..3], out),
            'B' => return modifiers.text(month_name, out),
            'c' => return modifiers.text(&self.format("%a %b %e %H:%M:%S %Y"), out),
            'D' | 'x' => return modifiers.text(&self.format("%m/%d/%y"), out),
            'F' => return modifiers.text(&self.format("%Y-%m-%d"), out),
            'r' => return modifiers.text(&self.format("%I:%M:%S %p"), out),
            'R' => return modifiers.text(&self.format("%H:%M"), out),
            'T' | 'X' => return modifiers.text(&self.format("%H:%M:%S"), out),
            'p' if modifiers.swap => return modifiers.text(if civil.hour < 12 { "am" } else { "pm" }, out),
            'p' => return modifiers.text(if civil.hour < 12 { "AM" } else { "PM" }, out),
            'P' => return modifiers.text(if civil.hour < 12 { "am" } else { "pm" }, out),
            'Z' if modifiers.swap => {
                out.push_str(&self.zone.to_lowercase());
                return true;
            }
            'Z' => return modifiers.text(&self.zone, out),
            'z' => {
                let (sign, size) = (if self.offset < 0 { '-' } else { '+' }, self.offset.abs());
                return modifiers.text(&format!("{sign}{:02}{:02}", size / 3600, size / 60 % 60), out);
            }
            'C' => (civil.year.div_euclid(100), 2, '0'),
            'd' => (civil.day, 2, '0'),
            'e' => (civil.day, 2, ' '),
            'g' => (iso_year.rem_euclid(100), 2, '0'),
            'G' => (iso_year, 1, '0'),
            'H' => (civil.hour, 2, '0'),
            'I' => (hour12, 2, '0'),
            'j' => (year_day + 1, 3, '0'),
            'k' => (civil.hour, 2, ' '),
            'l' => (hour12, 2, ' '),
            'm' => (civil.month, 2, '0'),
            'M' => (civil.minute, 2, '0'),
            's' => (self.seconds, 1, '0'),
            'S' => (civil.second, 2, '0'),
            'u' => ((weekday + 6) % 7 + 1, 1, '0'),
            'U' => ((year_day + 7 - weekday) / 7, 2, '0'),
            'V' => (iso_week, 2, '0'),
            'w' => (weekday, 1, '0'),
            'W' => ((year_day + 7 - (weekday + 6) % 7) / 7, 2, '0'),
            'y' => (civil.year.rem_euclid(100), 2, '0'),
            'Y' => (civil.year, 1, '0'),
            _ => return false,
        };
        modifiers.number(value, width, pad, out);
        true
    }
}

/// What stands between `%` and the letter: GNU's flags and widths.
#[derive(Default)]
struct Modifiers {
    /// `_`, `-` or `0`
    pad: Option<char>,
    /// `^`
    upper: bool,
    /// `#`
    swap: bool,
    width: usize,
}

impl Modifiers {
    fn read<'a>(&mut self, text: &'a str) -> &'a str {
        let rest = text.trim_start_matches(|flag| {
            match flag {
                '_' | '-' | '0' => self.pad = Some(flag),
                '^' => self.upper = true,
                '#' => self.swap = true,
                _ => return false,
            }
            true
        });
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        self.width = rest[..digits].parse::<i64>().unwrap_or(0).min(MOST) as usize;
        let rest = &rest[digits..];
        // `%Ey` and `%Od` ask for other eras and digits, which no locale here has.
        match rest.strip_prefix(['E', 'O']) {
            Some(after) if !after.is_empty() => after,
            _ => rest,
        }
    }

    fn text(&self, text: &str, out: &mut String) -> bool {
        let fill = if self.pad == Some('0') { '0' } else { ' ' };
        out.extend(std::iter::repeat_n(fill, self.width.saturating_sub(text.len())));
        match self.upper || self.swap && text.len() > 2 && text != text.to_lowercase() {
            true => out.push_str(&text.to_uppercase()),
            false => out.push_str(text),
        }
        true
    }

    fn number(&self, value: i64, width: usize, pad: char, out: &mut String) {
        let width = if self.width > 0 { self.width } else { width };
        let _ = match self.pad.unwrap_or(pad) {
            '-' => write!(out, "{value}"),
            '0' => write!(out, "{value:0width$}"),
            _ => write!(out, "{value:width$}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_shown_as_strftime_does() {
        for (format, seconds, expected) in [
            ("%c", 1_700_000_000, "Tue Nov 14 22:13:20 2023"),
            ("%Y-%m-%d %G-%V %g %u %w %U %W %j", 1_609_459_200, "2021-01-01 2020-53 20 5 5 00 00 001"),
            ("%Y-%m-%d %G-%V %g %u %w %U %W %j", 1_735_689_599, "2024-12-31 2025-01 25 2 2 52 53 366"),
            ("%_m %-d %5d %^a %#Z %10Y %Ey %Q %", 1_700_000_000, "11 14 00014 TUE utc 0000002023 23 %Q %"),
            ("%I %l %k %e %p", 7_200, "02  2  2  1 AM"),
        ] {
            assert_eq!(Shown::at(seconds, "UTC").format(format), expected);
        }
    }
}
