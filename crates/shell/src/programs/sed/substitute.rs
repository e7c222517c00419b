//! The `s` command's work.

use sandbox_kernel::Pace;

use super::super::posix_regex::{Finder, Pattern, Spans};
use super::script::{Case, Part, Substitution};

/// `text` with what fits replaced; none when nothing was.
pub(super) async fn replaced(
    text: &[u8],
    pattern: &Pattern,
    substitution: &Substitution,
    pace: &mut Pace,
) -> Option<Vec<u8>> {
    let with_groups = substitution.parts.iter().any(|part| matches!(part, Part::Group(group) if *group > 0));
    let mut finder = Finder::new(pattern, text, with_groups, pace).await;
    let mut spans = Spans::new();
    let mut out = Vec::new();
    let (mut copied, mut from, mut count, mut any) = (0, 0, 0, false);
    let mut before = None;
    while from <= text.len() && finder.find_at(from, &mut spans, pace).await {
        let (start, end) = spans[0]?;
        // Right behind a match an empty one does not count.
        if start == end && before == Some(start) {
            from = start + 1;
            continue;
        }
        count += 1;
        if count >= substitution.number {
            if !any {
                out.reserve(text.len());
            }
            out.extend_from_slice(&text[copied..start]);
            write(&mut out, text, &spans, &substitution.parts);
            (copied, any) = (end, true);
            if !substitution.global {
                break;
            }
        }
        before = Some(end);
        from = if start == end { end + 1 } else { end };
    }
    if !any {
        return None;
    }
    out.extend_from_slice(&text[copied..]);
    Some(out)
}

fn write(out: &mut Vec<u8>, text: &[u8], spans: &Spans, parts: &[Part]) {
    let (mut all, mut next) = (None, None);
    for part in parts {
        let piece = match part {
            Part::Case(case @ (Case::Upper | Case::Lower)) => {
                (all, next) = (Some(*case), None);
                continue;
            }
            Part::Case(Case::End) => {
                (all, next) = (None, None);
                continue;
            }
            Part::Case(case) => {
                next = Some(*case);
                continue;
            }
            Part::Text(text) => &text[..],
            Part::Group(group) => match spans.get(*group).copied().flatten() {
                Some((start, end)) => &text[start..end],
                None => continue,
            },
        };
        let at = out.len();
        out.extend_from_slice(piece);
        match all {
            Some(Case::Upper) => out[at..].make_ascii_uppercase(),
            Some(Case::Lower) => out[at..].make_ascii_lowercase(),
            _ => {}
        }
        if let (Some(case), Some(first)) = (next, out.get_mut(at)) {
            match case {
                Case::NextUpper => first.make_ascii_uppercase(),
                _ => first.make_ascii_lowercase(),
            }
            next = None;
        }
    }
}
