//! `nl`: lines with their numbers, by the sections of logical pages.

use regex::bytes::Regex;

use super::super::getopt::{Given, Known};
use super::super::quoting;
use super::bre;
use super::tool::{Input, Io, Worked, files, without_end};

pub(super) const KNOWN: Known = Known {
    letters: "b:d:f:h:i:l:n:ps:v:w:",
    long: &[
        ("body-numbering", 'b'),
        ("section-delimiter", 'd'),
        ("footer-numbering", 'f'),
        ("header-numbering", 'h'),
        ("line-increment", 'i'),
        ("join-blank-lines", 'l'),
        ("number-format", 'n'),
        ("no-renumber", 'p'),
        ("number-separator", 's'),
        ("starting-line-number", 'v'),
        ("number-width", 'w'),
    ],
};

/// Which lines of a section are numbered.
enum Style {
    All,
    NotEmpty,
    None,
    Matching(Regex),
}

struct Wish {
    /// Of header, body and footer.
    styles: [Style; 3],
    /// The lines that begin these sections. Empty: there are none.
    marks: [Vec<u8>; 3],
    increment: i64,
    joined_blank_lines: i64,
    format: char,
    renumber: bool,
    separator: String,
    start: i64,
    width: usize,
}

fn style(text: &str, section: &str) -> Result<Style, Problem> {
    Ok(match text.as_bytes() {
        b"a" => Style::All,
        b"t" => Style::NotEmpty,
        b"n" => Style::None,
        [b'p', ..] => Style::Matching(bre::compile(&text[1..]).map_err(Problem::Fatal)?),
        _ => {
            let shown = quoting::value(text);
            return Err(Problem::Misuse(format!("invalid {section} numbering style: {shown}")));
        }
    })
}

enum Problem {
    Misuse(String),
    Fatal(String),
}

fn wish(given: &Given) -> Result<Wish, Problem> {
    let mut wish = Wish {
        styles: [Style::None, Style::NotEmpty, Style::None],
        marks: Default::default(),
        increment: 1,
        joined_blank_lines: 1,
        format: 'n',
        renumber: true,
        separator: "\t".to_owned(),
        start: 1,
        width: 6,
    };
    let mut delimiter = "\\:".to_owned();
    for (letter, value) in &given.options {
        let number = |what: &str, least: i64, most: i64| {
            let number = value.trim_start().parse::<i64>().ok();
            number.filter(|number| (least..=most).contains(number)).ok_or_else(|| {
                let overflow =
                    value.bytes().all(|byte| byte.is_ascii_digit()) && !value.is_empty() && number.is_none();
                let more = if overflow {
                    ": Value too large for defined data type"
                } else if number.is_some() {
                    ": Numerical result out of range"
                } else {
                    ""
                };
                Problem::Fatal(format!("invalid {what}: {}{more}", quoting::value(value)))
            })
        };
        match letter {
            'h' => wish.styles[0] = style(value, "header")?,
            'b' => wish.styles[1] = style(value, "body")?,
            'f' => wish.styles[2] = style(value, "footer")?,
            'v' => wish.start = number("starting line number", i64::MIN, i64::MAX)?,
            'i' => wish.increment = number("line number increment", i64::MIN, i64::MAX)?,
            'l' => wish.joined_blank_lines = number("line number of blank lines", 1, i64::MAX)?,
            'w' => wish.width = number("line number field width", 1, i64::from(i32::MAX))? as usize,
            's' => wish.separator.clone_from(value),
            'p' => wish.renumber = false,
            'd' if value.len() == 1 => delimiter = format!("{value}:"),
            'd' => delimiter.clone_from(value),
            _ => match value.as_str() {
                "ln" => wish.format = 'l',
                "rn" => wish.format = 'n',
                "rz" => wish.format = 'z',
                other => {
                    let shown = quoting::value(other);
                    return Err(Problem::Misuse(format!("invalid line numbering format: {shown}")));
                }
            },
        }
    }
    wish.marks = [3, 2, 1].map(|times| delimiter.repeat(times).into_bytes());
    Ok(wish)
}

/// Where numbering stands.
struct State {
    section: usize,
    number: Option<i64>,
    blank_lines: i64,
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let wish = match wish(&given) {
        Ok(wish) => wish,
        Err(Problem::Misuse(problem)) => return Err(io.misused(problem).await),
        Err(Problem::Fatal(problem)) => return Err(io.fatal(problem).await),
    };
    let mut state = State { section: 1, number: Some(wish.start), blank_lines: 0 };
    for operand in files(given.operands) {
        if let Some(mut input) = io.open_or_complain(&operand).await? {
            let worked = number(io, &wish, &mut state, &mut input).await;
            io.unless_input_fails(&operand, worked).await?;
        }
    }
    Ok(io.code())
}

async fn number(io: &mut Io<'_>, wish: &Wish, state: &mut State, input: &mut Input) -> Worked<()> {
    let mut line = Vec::new();
    while input.line(io, b'\n', &mut line).await? {
        let text = without_end(&line, b'\n');
        let mark = wish.marks.iter().position(|mark| mark == text && !mark.is_empty());
        if let Some(section) = mark {
            state.section = section;
            if wish.renumber {
                state.number = Some(wish.start);
            }
            io.out.push(b'\n');
            continue;
        }
        let numbered = match &wish.styles[state.section] {
            Style::All if wish.joined_blank_lines > 1 && text.is_empty() => {
                state.blank_lines += 1;
                let numbered = state.blank_lines == wish.joined_blank_lines;
                if numbered {
                    state.blank_lines = 0;
                }
                numbered
            }
            Style::All => {
                state.blank_lines = 0;
                true
            }
            Style::NotEmpty => !text.is_empty(),
            Style::None => false,
            Style::Matching(pattern) => pattern.is_match(text),
        };
        let width = wish.width;
        if numbered {
            let Some(number) = state.number else { return Err(io.fatal("line number overflow").await) };
            let shown = match wish.format {
                'l' => format!("{number:<width$}"),
                'z' => format!("{number:0width$}"),
                _ => format!("{number:>width$}"),
            };
            io.out.extend_from_slice(shown.as_bytes());
            io.out.extend_from_slice(wish.separator.as_bytes());
            state.number = number.checked_add(wish.increment);
        } else {
            io.out.extend(std::iter::repeat_n(b' ', width + wish.separator.len()));
        }
        io.out.extend_from_slice(text);
        io.out.push(b'\n');
    }
    Ok(())
}
