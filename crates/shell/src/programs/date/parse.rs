//! Dates as people write them, as GNU's `parse_datetime` reads them.
//!
//! The grammar is the one of that function, with its surprises: a signed number after a time is a zone, even where a
//! unit follows (`00:00 -3 days` is a day later than three hours west of here).

use super::civil::Civil;
use super::words::{Unit, Word, look_up};
use super::zone::Zone;

/// A moment: seconds since 1970 and nanoseconds of the next.
pub(crate) type Moment = (i64, i64);

/// The moment that `text` means, where clocks show the time of `zone`. `None` when it means none.
pub(crate) fn parse(text: &str, now: Moment, zone: &Zone) -> Option<Moment> {
    let text = text.trim_start_matches(is_space);
    let Some(quoted) = text.strip_prefix("TZ=\"") else { return read(text, now, zone) };
    let mut name = String::new();
    let mut letters = quoted.chars();
    loop {
        match letters.next()? {
            '"' => break,
            '\\' => name.push(letters.next().filter(|letter| matches!(letter, '"' | '\\'))?),
            letter => name.push(letter),
        }
    }
    read(letters.as_str(), now, &Zone::named(&name))
}

fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t'..='\r')
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token {
    /// A number: its sign (0 without one), its value, how many digits, the nanoseconds of its fraction if it has one.
    Number {
        sign: i64,
        value: i64,
        digits: usize,
        nanos: Option<i64>,
    },
    Word(Word),
    Other(char),
}

fn tokens(text: &str, zone: &Zone) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(is_space);
        let Some(first) = rest.chars().next() else { return Some(found) };
        if first == '(' {
            rest = after_comment(rest)?;
        } else if first.is_ascii_digit() || matches!(first, '-' | '+') {
            let sign = match first {
                '-' => -1,
                '+' => 1,
                _ => 0,
            };
            if sign != 0 {
                rest = rest[1..].trim_start_matches(is_space);
                if !rest.starts_with(|next: char| next.is_ascii_digit()) {
                    // A sign without a number is nothing.
                    continue;
                }
            }
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let value = rest[..digits].parse::<i64>().ok()? * if sign < 0 { -1 } else { 1 };
            rest = &rest[digits..];
            let fraction = rest.strip_prefix(['.', ',']).unwrap_or_default();
            let places = fraction.bytes().take_while(u8::is_ascii_digit).count();
            let nanos = (places > 0).then(|| {
                rest = &fraction[places..];
                format!("{:0<9.9}", &fraction[..places]).parse::<i64>().unwrap_or_default()
            });
            found.push(Token::Number { sign, value, digits, nanos });
        } else if first.is_ascii_alphabetic() {
            let len = rest.bytes().take_while(|byte| byte.is_ascii_alphabetic() || *byte == b'.').count();
            found.push(Token::Word(look_up(&rest[..len], zone)?));
            rest = &rest[len..];
        } else {
            found.push(Token::Other(first));
            rest = &rest[first.len_utf8()..];
        }
    }
}

/// What follows a comment, which may hold others.
fn after_comment(text: &str) -> Option<&str> {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(&text[at + 1..]);
        }
    }
    Some("")
}

/// Half of the day that an hour is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meridian {
    Morning,
    Afternoon,
    Whole,
}

/// What was read so far.
#[derive(Default)]
struct Found {
    year: Option<(i64, usize)>,
    month: Option<i64>,
    day: Option<i64>,
    clock: Option<(i64, i64, i64, i64, Meridian)>,
    weekday: Option<(i64, i64)>,
    zone: Option<i64>,
    summer: bool,
    /// Years, months, days, hours, minutes, seconds, nanoseconds to add.
    relative: Option<[i64; 7]>,
    dates: u32,
    times: u32,
    weekdays: u32,
    zones: u32,
    locals: u32,
    summers: u32,
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    found: Found,
}

fn read(text: &str, now: Moment, zone: &Zone) -> Option<Moment> {
    let tokens = tokens(text, zone)?;
    if let [Token::Other('@'), Token::Number { sign, value, nanos, .. }] = tokens[..] {
        return Some(match nanos {
            Some(nanos) if sign < 0 && nanos > 0 => (value - 1, 1_000_000_000 - nanos),
            nanos => (value, nanos.unwrap_or_default()),
        });
    }
    let mut reader = Reader { tokens: &tokens, at: 0, found: Found::default() };
    while reader.at < tokens.len() {
        reader.item()?;
    }
    reader.found.moment(now, zone)
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<Token> {
        self.tokens.get(self.at + ahead).copied()
    }

    fn is(&self, ahead: usize, letter: char) -> bool {
        self.peek(ahead) == Some(Token::Other(letter))
    }

    fn word(&self, ahead: usize) -> Option<Word> {
        if let Some(Token::Word(word)) = self.peek(ahead) { Some(word) } else { None }
    }

    /// A whole number without a sign.
    fn unsigned(&self, ahead: usize) -> Option<(i64, usize)> {
        match self.peek(ahead)? {
            Token::Number { sign: 0, value, digits, nanos: None } => Some((value, digits)),
            _ => None,
        }
    }

    /// A whole number with a sign.
    fn signed(&self, ahead: usize) -> Option<(i64, usize)> {
        match self.peek(ahead)? {
            Token::Number { sign: 1 | -1, value, digits, nanos: None } => Some((value, digits)),
            _ => None,
        }
    }

    fn item(&mut self) -> Option<()> {
        match self.peek(0)? {
            Token::Number { sign: 0, value, digits, nanos: None } => self.number(value, digits),
            Token::Number { value, nanos, sign, .. } => {
                let Some(Word::Unit(unit, count)) = self.word(1) else { return None };
                self.at += 2;
                let nanos = nanos.unwrap_or_default() * if sign < 0 { -1 } else { 1 };
                if nanos != 0 && unit != Unit::Second {
                    return None;
                }
                self.relative(unit, value.checked_mul(count)?, nanos)
            }
            Token::Word(word) => {
                self.at += 1;
                self.named(word)
            }
            Token::Other(_) => None,
        }
    }

    /// What begins with a number without a sign.
    fn number(&mut self, value: i64, digits: usize) -> Option<()> {
        if self.is(1, ':') || matches!(self.word(1), Some(Word::Meridian { .. })) {
            return self.clock();
        }
        if self.is(1, '/') {
            return self.slashes(value, digits);
        }
        self.at += 1;
        match self.word(0) {
            Some(Word::Month(month)) => {
                self.at += 1;
                let year = self.unsigned(0).or_else(|| self.signed(0));
                self.at += usize::from(year.is_some());
                return self.date(year.map(|(year, digits)| (year.abs(), digits)), month, value);
            }
            Some(Word::Weekday(day)) => {
                self.at += 1;
                return self.weekday(value, day);
            }
            Some(Word::Unit(unit, count)) => {
                self.at += 1;
                return self.relative(unit, value.checked_mul(count)?, 0);
            }
            _ => {}
        }
        if let Some((second, width)) = self.signed(0) {
            if let Some((third, _)) = self.signed(1) {
                self.at += 2;
                self.date(Some((value, digits)), -second, -third)?;
                if self.word(0) == Some(Word::T) && self.unsigned(1).is_some() {
                    if !self.is(2, ':') && self.signed(2).is_none() {
                        return None;
                    }
                    self.at += 1;
                    return self.clock();
                }
                return Some(());
            }
            if !matches!(self.word(1), Some(Word::Unit(..))) {
                // An hour with its zone.
                self.at += 1;
                self.found.times += 1;
                self.found.clock = Some((value, 0, 0, 0, Meridian::Whole));
                return self.zone_offset(0, second, width);
            }
        }
        self.plain(value, digits)
    }

    /// A number alone: a year after a date, a whole date, or a time.
    fn plain(&mut self, value: i64, digits: usize) -> Option<()> {
        let found = &mut self.found;
        let year_known = found.year.is_some_and(|(_, digits)| digits > 0);
        if found.dates > 0 && !year_known && found.relative.is_none() && (found.times > 0 || digits > 2) {
            found.year = Some((value, digits));
        } else if digits > 4 {
            return self.date(Some((value / 10_000, digits - 4)), value / 100 % 100, value % 100);
        } else {
            let (hour, minute) = if digits <= 2 { (value, 0) } else { (value / 100, value % 100) };
            found.times += 1;
            found.clock = Some((hour, minute, 0, 0, Meridian::Whole));
        }
        Some(())
    }

    /// `12`, `12:30`, `12:30:15.5`, each with its half of the day or its zone.
    fn clock(&mut self) -> Option<()> {
        let (hour, _) = self.unsigned(0)?;
        self.at += 1;
        let (mut minute, mut second, mut nanos) = (0, 0, 0);
        if self.is(0, ':') {
            minute = self.unsigned(1)?.0;
            self.at += 2;
            if self.is(0, ':') {
                let Some(Token::Number { sign: 0, value, nanos: fraction, .. }) = self.peek(1) else {
                    return None;
                };
                (second, nanos) = (value, fraction.unwrap_or_default());
                self.at += 2;
            }
        }
        self.found.times += 1;
        let mut meridian = Meridian::Whole;
        if let Some(Word::Meridian { afternoon }) = self.word(0) {
            self.at += 1;
            meridian = if afternoon { Meridian::Afternoon } else { Meridian::Morning };
        }
        self.found.clock = Some((hour, minute, second, nanos, meridian));
        match self.signed(0) {
            Some((value, digits)) if meridian == Meridian::Whole => {
                self.at += 1;
                self.zone_offset(0, value, digits)
            }
            _ => Some(()),
        }
    }

    /// A zone that is `offset` and a number of hours, or of hours and minutes, from UTC.
    fn zone_offset(&mut self, offset: i64, value: i64, digits: usize) -> Option<()> {
        let minutes = if self.is(0, ':') {
            let (minutes, _) = self.unsigned(1)?;
            self.at += 2;
            value * 60 + if value < 0 { -minutes } else { minutes }
        } else if digits <= 2 {
            value * 60
        } else {
            value / 100 * 60 + value % 100
        };
        self.found.zones += 1;
        self.found.zone = Some(offset + minutes * 60);
        (minutes.abs() <= 24 * 60).then_some(())
    }

    fn slashes(&mut self, first: i64, digits: usize) -> Option<()> {
        let (second, _) = self.unsigned(2)?;
        self.at += 3;
        if !self.is(0, '/') {
            return self.date(None, first, second);
        }
        let (third, third_digits) = self.unsigned(1)?;
        self.at += 2;
        match digits >= 4 {
            true => self.date(Some((first, digits)), second, third),
            false => self.date(Some((third, third_digits)), first, second),
        }
    }

    /// What begins with a word, which has been taken.
    fn named(&mut self, word: Word) -> Option<()> {
        match word {
            Word::Month(month) => {
                if let (Some((day, _)), Some((year, digits))) = (self.signed(0), self.signed(1)) {
                    self.at += 2;
                    return self.date(Some((year.abs(), digits)), month, -day);
                }
                let (day, _) = self.unsigned(0)?;
                self.at += 1;
                if !self.is(0, ',') {
                    return self.date(None, month, day);
                }
                let year = self.unsigned(1)?;
                self.at += 2;
                self.date(Some(year), month, day)
            }
            Word::Weekday(day) => {
                self.at += usize::from(self.is(0, ','));
                self.weekday(0, day)
            }
            Word::Ordinal(ordinal) => {
                self.at += 1;
                match self.word_before()? {
                    Word::Weekday(day) => self.weekday(ordinal, day),
                    Word::Unit(unit, count) => self.relative(unit, ordinal * count, 0),
                    _ => None,
                }
            }
            Word::Unit(unit, count) => self.relative(unit, count, 0),
            Word::Shift(days) => self.relative_once(Unit::Day, days, 0),
            Word::Zone(offset) => self.zone(offset),
            Word::T => self.zone(-7 * 3600),
            Word::SummerZone(offset) => {
                self.found.zones += 1;
                self.found.zone = Some(offset);
                Some(())
            }
            Word::Local { offset } => {
                let summer = self.word(0) == Some(Word::Summer);
                self.at += usize::from(summer);
                self.found.locals += 1;
                self.found.zone = Some(offset + if summer { 3600 } else { 0 });
                Some(())
            }
            Word::Summer => {
                self.found.summers += 1;
                self.found.summer = true;
                Some(())
            }
            Word::Meridian { .. } | Word::Ago(_) => None,
        }
    }

    fn word_before(&self) -> Option<Word> {
        if let Some(Token::Word(word)) = self.tokens.get(self.at - 1) { Some(*word) } else { None }
    }

    fn zone(&mut self, offset: i64) -> Option<()> {
        if self.word(0) == Some(Word::Summer) {
            self.at += 1;
            self.found.zones += 1;
            self.found.zone = Some(offset + 3600);
            return Some(());
        }
        match self.signed(0) {
            Some((value, digits)) if !matches!(self.word(1), Some(Word::Unit(..))) => {
                self.at += 1;
                self.zone_offset(offset, value, digits)
            }
            _ => {
                self.found.zones += 1;
                self.found.zone = Some(offset);
                Some(())
            }
        }
    }

    fn date(&mut self, year: Option<(i64, usize)>, month: i64, day: i64) -> Option<()> {
        self.found.dates += 1;
        self.found.year = year.or(self.found.year);
        (self.found.month, self.found.day) = (Some(month), Some(day));
        Some(())
    }

    fn weekday(&mut self, ordinal: i64, day: i64) -> Option<()> {
        self.found.weekdays += 1;
        self.found.weekday = Some((ordinal, day));
        Some(())
    }

    /// So many units, or so many ago.
    fn relative(&mut self, unit: Unit, count: i64, nanos: i64) -> Option<()> {
        let sign = match self.word(0) {
            Some(Word::Ago(sign)) => {
                self.at += 1;
                sign
            }
            _ => 1,
        };
        self.relative_once(unit, count * sign, nanos * sign)
    }

    fn relative_once(&mut self, unit: Unit, count: i64, nanos: i64) -> Option<()> {
        let relative = self.found.relative.get_or_insert_default();
        let place = match unit {
            Unit::Year => 0,
            Unit::Month => 1,
            Unit::Day => 2,
            Unit::Hour => 3,
            Unit::Minute => 4,
            Unit::Second => 5,
        };
        relative[place] = relative[place].checked_add(count)?;
        relative[6] += nanos;
        Some(())
    }
}

impl Found {
    fn moment(&self, now: Moment, zone: &Zone) -> Option<Moment> {
        let most = [self.times, self.dates, self.weekdays, self.summers, self.zones + self.locals];
        if most.iter().any(|count| *count > 1) {
            return None;
        }
        let mut civil = Civil::at(now.0.checked_add(zone.shown(now.0).offset)?);
        if let Some((year, digits)) = self.year {
            civil.year = match year {
                0..69 if digits == 2 => year + 2000,
                69..100 if digits == 2 => year + 1900,
                _ => year,
            };
        }
        civil.month = self.month.unwrap_or(civil.month);
        civil.day = self.day.unwrap_or(civil.day);
        let mut nanos = now.1;
        if let Some((hour, minute, second, fraction, meridian)) = self.clock {
            civil.hour = match (meridian, hour) {
                (Meridian::Morning, 12) => 0,
                (Meridian::Morning, 1..12) | (Meridian::Afternoon, 12) | (Meridian::Whole, 0..24) => hour,
                (Meridian::Afternoon, 1..12) => hour + 12,
                _ => return None,
            };
            (civil.minute, civil.second, nanos) = (minute, second, fraction);
        } else if self.relative.is_none() || self.dates > 0 || self.weekdays > 0 {
            (civil.hour, civil.minute, civil.second, nanos) = (0, 0, 0, 0);
        }
        if Civil::at(civil.seconds()?) != civil {
            return None;
        }
        // Where the zone is said, clocks here need not ever show that time.
        let here = |civil: &Civil| match self.zone {
            Some(offset) => civil.seconds()?.checked_sub(offset),
            None => zone.moment(civil),
        };
        if let (Some((ordinal, day)), 0) = (self.weekday, self.dates) {
            let same = civil.weekday() == day;
            let weeks = ordinal - i64::from(ordinal > 0 && !same);
            civil.day += (day - civil.weekday()).rem_euclid(7) + 7 * weeks;
        }
        let [years, months, days, hours, minutes, seconds, more] = self.relative.unwrap_or_default();
        civil.year = civil.year.checked_add(years)?;
        civil.month = civil.month.checked_add(months)?;
        civil.day = civil.day.checked_add(days)?;
        let civil = Civil::at(civil.seconds()?);
        let start = here(&civil).or_else(|| {
            // A time that clocks leave out is one only where the date was reached by counting.
            let counted = years != 0 || months != 0 || days != 0;
            counted.then(|| civil.seconds().map(|seconds| seconds - zone.shown(seconds).offset)).flatten()
        })?;
        let start = if self.summer && self.zone.is_none() { start - 3600 } else { start };
        let more = nanos + more;
        let seconds = start
            .checked_add(hours.checked_mul(3600)?)?
            .checked_add(minutes.checked_mul(60)?)?
            .checked_add(seconds)?
            .checked_add(more.div_euclid(1_000_000_000))?;
        Some((seconds, more.rem_euclid(1_000_000_000)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tuesday, 24 November 2026, 23:06:19.
    const NOW: Moment = (1_795_561_579, 500);

    #[test]
    fn dates_are_read_as_gnu_does() {
        for line in DATES.lines() {
            let (text, meant) = line.split_once(" => ").unwrap_or_default();
            let moment = parse(text, NOW, &Zone::utc()).map(|(seconds, nanos)| {
                let zone = Zone::utc();
                super::super::format::Moment { seconds, nanos, zone: &zone }.format("%F %T.%N")
            });
            assert_eq!(moment.as_deref().unwrap_or("invalid"), meant, "{text}");
        }
    }

    const DATES: &str = include_str!("dates.txt");
}
