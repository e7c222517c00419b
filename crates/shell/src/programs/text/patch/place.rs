//! Where in a file a hunk belongs.

use super::read::Hunk;

/// A place that was found.
pub(super) struct Place {
    /// First line, from 0.
    pub(super) at: usize,
    pub(super) offset: isize,
    pub(super) fuzz: usize,
    /// Lines of the hunk that were not looked at, at its beginning and its end.
    pub(super) cut: (usize, usize),
}

/// Looks for a hunk at and behind `from`, near the line where it should be when the lines before have moved by `moved`.
pub(super) fn find(
    lines: &[&[u8]],
    hunk: &Hunk,
    moved: isize,
    from: usize,
    most_fuzz: usize,
) -> Option<Place> {
    let pattern = hunk.side(b'+');
    let (before, after) = hunk.context();
    let context = before.max(after);
    let guess = hunk.old_start.max(1) as isize - 1 + moved;
    if pattern.is_empty() {
        let at = usize::try_from(guess).ok().filter(|at| *at >= from && *at <= lines.len())?;
        return Some(Place { at, offset: 0, fuzz: 0, cut: (0, 0) });
    }
    for fuzz in 0..=most_fuzz.min(context) {
        let start = (fuzz + before) as isize - context as isize;
        let end = (fuzz + after) as isize - context as isize;
        let cut = (start.max(0) as usize, end.max(0) as usize);
        let matches = |at: isize| {
            let Ok(at) = usize::try_from(at) else { return false };
            let Some(there) = lines.get(at..at + pattern.len().saturating_sub(cut.1)) else { return false };
            at >= from && there.get(cut.0..) == pattern.get(cut.0..pattern.len().saturating_sub(cut.1))
        };
        let found = |at: isize| Some(Place { at: at as usize, offset: at - guess, fuzz, cut });
        if start < 0 && hunk.old_start <= 1 {
            if matches(0) && (end >= 0 || lines.len() == pattern.len()) {
                return found(0);
            }
            continue;
        }
        if end < 0 {
            let at = lines.len() as isize - pattern.len() as isize;
            if matches(at) {
                return found(at);
            }
            continue;
        }
        let far = lines.len() as isize;
        for distance in 0..=far {
            for at in [guess + distance, guess - distance] {
                if matches(at) {
                    return found(at);
                }
            }
        }
    }
    None
}
