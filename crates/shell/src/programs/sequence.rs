//! The numbers that `seq` writes.

/// A row of numbers and how they are written.
pub(super) struct Sequence {
    first: f64,
    step: f64,
    count: u64,
    /// Digits after the point.
    precision: usize,
    /// Zeros are put in front up to this width.
    width: usize,
    format: Option<Format>,
    pub(super) separator: String,
}

/// A format such as `file-%03g.txt`.
struct Format {
    before: String,
    zeros: bool,
    width: usize,
    precision: Option<usize>,
    /// `f` keeps its digits, `g` drops what is zero at the end.
    fixed: bool,
    after: String,
}

impl Sequence {
    /// Reads `seq`'s arguments.
    pub(super) fn parse(args: &[String]) -> Result<Self, String> {
        let (mut separator, mut equal_width, mut format) = ("\n".to_owned(), false, None);
        let mut numbers: Vec<&str> = Vec::new();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut value = |attached: &str| {
                if !attached.is_empty() {
                    return Ok(attached.trim_start_matches('=').to_owned());
                }
                args.next().cloned().ok_or_else(|| {
                    format!("option requires an argument -- '{}'", arg.trim_start_matches('-'))
                })
            };
            if let Some(rest) = arg.strip_prefix("--separator").or_else(|| arg.strip_prefix("-s")) {
                separator = value(rest)?;
            } else if let Some(rest) = arg.strip_prefix("--format").or_else(|| arg.strip_prefix("-f")) {
                let text = value(rest)?;
                format =
                    Some(Format::parse(&text).ok_or_else(|| format!("format '{text}' has no % directive"))?);
            } else if arg == "-w" || arg == "--equal-width" {
                equal_width = true;
            } else if arg == "--" {
                numbers.extend(args.by_ref().map(String::as_str));
            } else if arg.starts_with('-')
                && !arg[1..].starts_with(|next: char| next.is_ascii_digit() || next == '.')
            {
                return Err(format!("invalid option -- '{}'", arg.trim_start_matches('-')));
            } else {
                numbers.push(arg);
            }
        }
        let (first, step, last) = match numbers[..] {
            [] => return Err("missing operand".to_owned()),
            [last] => ("1", "1", last),
            [first, last] => (first, "1", last),
            [first, step, last] => (first, step, last),
            [_, _, _, extra, ..] => return Err(format!("extra operand '{extra}'")),
        };
        let precision = digits_after_point(first).max(digits_after_point(step));
        let (first, step, last) = (number(first)?, number(step)?, number(last)?);
        if step == 0.0 {
            return Err("invalid Zero increment value: '0'".to_owned());
        }
        // A little over, so that 0.1 steps reach their end in spite of binary fractions.
        let steps = ((last - first) / step + 1e-9).floor();
        let count = if steps < 0.0 { 0 } else { (steps as u64).saturating_add(1) };
        let mut sequence = Self { first, step, count, precision, width: 0, format, separator };
        if equal_width && count > 0 {
            sequence.width = sequence.text(0).len().max(sequence.text(count - 1).len());
        }
        Ok(sequence)
    }

    /// The numbers as they are written.
    pub(super) fn texts(&self) -> impl Iterator<Item = String> {
        (0..self.count).map(|at| self.text(at))
    }

    fn text(&self, at: u64) -> String {
        let value = self.first + self.step * at as f64;
        match &self.format {
            Some(format) => format.text(value),
            None => format!("{value:0width$.precision$}", width = self.width, precision = self.precision),
        }
    }
}

fn number(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|value: &f64| !value.is_nan())
        .ok_or_else(|| format!("invalid floating point argument: '{text}'"))
}

fn digits_after_point(text: &str) -> usize {
    text.split_once('.').map_or(0, |(_, digits)| digits.bytes().take_while(u8::is_ascii_digit).count())
}

impl Format {
    fn parse(text: &str) -> Option<Self> {
        let (before, directive) = text.split_once('%')?;
        let end = directive.find(['f', 'g', 'e'])?;
        let (spec, after) = (&directive[..end], &directive[end + 1..]);
        let (width, precision) = match spec.split_once('.') {
            Some((width, precision)) => (width, Some(precision.parse().ok()?)),
            None => (spec, None),
        };
        Some(Self {
            before: before.to_owned(),
            zeros: width.starts_with('0'),
            width: if width.is_empty() { 0 } else { width.parse().ok()? },
            precision,
            fixed: directive[end..].starts_with('f'),
            after: after.replace("%%", "%"),
        })
    }

    fn text(&self, value: f64) -> String {
        let number = match (self.fixed, self.precision) {
            (true, precision) => format!("{value:.*}", precision.unwrap_or(6)),
            (false, _) => format!("{value}"),
        };
        let padded = match self.zeros {
            true => format!("{}{number}", "0".repeat(self.width.saturating_sub(number.len()))),
            false => format!("{number:>width$}", width = self.width),
        };
        format!("{}{padded}{}", self.before, self.after)
    }
}

#[cfg(test)]
mod tests {
    use super::Sequence;

    fn seq(line: &str) -> Result<String, String> {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Sequence::parse(&args).map(|sequence| sequence.texts().collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn numbers_are_written_as_seq_does() {
        for (line, numbers) in [
            ("3", "1 2 3"),
            ("2 4", "2 3 4"),
            ("10 -5 0", "10 5 0"),
            ("0 0.1 0.3", "0.0 0.1 0.2 0.3"),
            ("-w 8 10", "08 09 10"),
            ("-f f%03g 1 2", "f001 f002"),
            ("-f %.2f 1", "1.00"),
            ("5 1", ""),
            ("-1 1", "-1 0 1"),
        ] {
            assert_eq!(seq(line).as_deref(), Ok(numbers), "{line}");
        }
        for line in ["", "x", "1 0 2", "1 2 3 4", "-q 1"] {
            assert!(seq(line).is_err(), "{line}");
        }
    }
}
