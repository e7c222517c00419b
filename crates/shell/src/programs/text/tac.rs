//! `tac`: the lines, or other records, from the last to the first.

use sandbox_fs::Errno;

use super::super::getopt::{Given, Known};
use super::super::live::Stop;
use super::super::quoting;
use super::bre;
use super::tool::{End, Io, Worked, files};

pub(super) const KNOWN: Known =
    Known { letters: "brs:", long: &[("before", 'b'), ("regex", 'r'), ("separator", 's')] };

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let separator = given.value('s').unwrap_or("\n");
    if separator.is_empty() && given.has('r') {
        return Err(io.fatal("separator cannot be empty").await);
    }
    let separator = if separator.is_empty() { "\0" } else { separator };
    let pattern = match given.has('r').then(|| bre::compile(separator)).transpose() {
        Ok(pattern) => pattern,
        Err(problem) => return Err(io.fatal(problem).await),
    };
    let before = given.has('b');
    for operand in files(given.operands.clone()) {
        let mut input = match io.open(&operand).await? {
            Ok(input) => input,
            Err(reason) => {
                let shown = quoting::quoted_name(&operand);
                io.complain(format!("failed to open {shown} for reading: {reason}")).await?;
                continue;
            }
        };
        let text = match input.rest(io).await {
            Ok(text) => text,
            Err(Stop::Input(reason)) => {
                io.complain(format!("{}: read error: {}", quoting::name(&operand), of_seeking(&reason)))
                    .await?;
                continue;
            }
            Err(stop) => return Err(End::Stop(stop)),
        };
        let ends: Vec<(usize, usize)> = match &pattern {
            Some(pattern) => pattern.find_iter(&text).map(|found| (found.start(), found.end())).collect(),
            None => places(&text, separator.as_bytes()),
        };
        let mut last = text.len();
        for &(start, end) in ends.iter().rev() {
            let cut = if before { start } else { end };
            if cut < last {
                io.out.extend_from_slice(&text[cut..last]);
                io.turn().await?;
                last = cut;
            }
        }
        io.out.extend_from_slice(&text[..last]);
        io.turn().await?;
    }
    Ok(io.code())
}

/// Why a file cannot be read, for a tool that first goes to its end.
fn of_seeking(reason: &str) -> &str {
    if reason == Errno::EISDIR.message() { Errno::EINVAL.message() } else { reason }
}

fn places(text: &[u8], separator: &[u8]) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    let mut at = 0;
    while at + separator.len() <= text.len() {
        if text[at..].starts_with(separator) {
            places.push((at, at + separator.len()));
            at += separator.len();
        } else {
            at += 1;
        }
    }
    places
}
