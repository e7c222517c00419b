//! `ulimit`: limits that are told and remembered. Nothing here reaches them.

use super::options::Options;
use super::outcome::{Outcome, failed, not_a_number};
use crate::state::Shell;

/// One limit.
struct Limit {
    letter: char,
    name: &'static str,
    unit: &'static str,
    /// Soft and hard, in the unit.
    usual: [Option<u64>; 2],
}

const fn limit(letter: char, name: &'static str, unit: &'static str, usual: [Option<u64>; 2]) -> Limit {
    Limit { letter, name, unit, usual }
}

const NONE: [Option<u64>; 2] = [None, None];

/// As `ulimit -a` lists them.
const LIMITS: &[Limit] = &[
    limit('R', "real-time non-blocking time", "microseconds", NONE),
    limit('c', "core file size", "blocks", [Some(0), None]),
    limit('d', "data seg size", "kbytes", NONE),
    limit('e', "scheduling priority", "", [Some(0), Some(0)]),
    limit('f', "file size", "blocks", NONE),
    limit('i', "pending signals", "", [Some(31_520), Some(31_520)]),
    limit('l', "max locked memory", "kbytes", [Some(8192), Some(8192)]),
    limit('m', "max memory size", "kbytes", NONE),
    limit('n', "open files", "", [Some(1_048_576), Some(1_048_576)]),
    limit('p', "pipe size", "512 bytes", [Some(8), Some(8)]),
    limit('q', "POSIX message queues", "bytes", [Some(819_200), Some(819_200)]),
    limit('r', "real-time priority", "", [Some(0), Some(0)]),
    limit('s', "stack size", "kbytes", [Some(8192), None]),
    limit('t', "cpu time", "seconds", NONE),
    limit('u', "max user processes", "", NONE),
    limit('v', "virtual memory", "kbytes", NONE),
    limit('x', "file locks", "", NONE),
];

/// `ulimit`
pub(super) fn ulimit(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let mut options = Options::new(args, "aSHc;d;e;f;i;l;m;n;p;q;r;s;t;u;v;x;R;");
    let (mut all, mut soft, mut hard, mut wanted) = (false, false, false, Vec::new());
    while let Some(option) = options.next(shell, out)? {
        match option.letter {
            'a' => all = true,
            'S' => soft = true,
            'H' => hard = true,
            letter => wanted.push((letter, option.argument)),
        }
    }
    if all {
        for limit in LIMITS {
            show(shell, limit, hard, true, out);
        }
        return Ok(0);
    }
    if wanted.is_empty() {
        wanted.push(('f', options.operands().first().map(String::as_str)));
    }
    let many = wanted.len() > 1;
    for (letter, value) in wanted {
        let Some(limit) = LIMITS.iter().find(|limit| limit.letter == letter) else { continue };
        match value {
            None => show(shell, limit, hard, many, out),
            Some(value) => set(shell, limit, value, soft, hard)?,
        }
    }
    Ok(0)
}

fn of(shell: &Shell, limit: &Limit) -> [Option<u64>; 2] {
    shell.memory.limits.get(&limit.letter).copied().unwrap_or(limit.usual)
}

fn show(shell: &Shell, limit: &Limit, hard: bool, with_name: bool, out: &mut Vec<u8>) {
    let value = of(shell, limit)[usize::from(hard)];
    let value = value.map_or("unlimited".to_owned(), |value| value.to_string());
    let unit = match limit.unit {
        "" => format!("(-{}) ", limit.letter),
        unit => format!("({unit}, -{}) ", limit.letter),
    };
    let line =
        if with_name { format!("{:<20} {unit:>20}{value}\n", limit.name) } else { format!("{value}\n") };
    out.extend_from_slice(line.as_bytes());
}

fn set(shell: &mut Shell, limit: &Limit, text: &str, soft: bool, hard: bool) -> Outcome<()> {
    let [soft_now, hard_now] = of(shell, limit);
    let value = match text {
        "unlimited" => None,
        "hard" => hard_now,
        "soft" => soft_now,
        digits => match digits.parse().ok().filter(|_| digits.bytes().all(|digit| digit.is_ascii_digit())) {
            Some(value) => Some(value),
            None => {
                not_a_number(shell, "ulimit", digits);
                return Err(super::outcome::Stop::Failed(1));
            }
        },
    };
    let is_above = |value: Option<u64>, most: Option<u64>| match (value, most) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(value), Some(most)) => value > most,
    };
    let both = soft == hard;
    let after = [if soft || both { value } else { soft_now }, if hard || both { value } else { hard_now }];
    let problem = match limit.letter {
        'p' => "Invalid argument",
        _ if is_above(after[1], hard_now) => "Operation not permitted",
        _ if is_above(after[0], after[1]) => "Invalid argument",
        _ => "",
    };
    if !problem.is_empty() {
        return Err(failed(shell, format!("ulimit: {}: cannot modify limit: {problem}", limit.name)));
    }
    shell.memory.limits.insert(limit.letter, after);
    Ok(())
}
