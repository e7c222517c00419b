//! The edit script between two files, found as GNU diff finds it: Myers' algorithm from both ends, on the lines that
//! both files have, and then each run of changes moved as far down as it goes.

use super::super::super::live::Stop;
use super::super::tool::Io;

/// Which lines changed, of each file.
pub(super) struct Changed {
    pub(super) first: Vec<bool>,
    pub(super) second: Vec<bool>,
}

/// A run of lines that were taken out of the first file and put into the second, from 0; ends are excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hunk {
    pub(super) first: (usize, usize),
    pub(super) second: (usize, usize),
}

/// Finds which lines changed. Equal lines have equal numbers, all below `kinds`.
pub(super) async fn compare(
    io: &mut Io<'_>,
    first: &[u32],
    second: &[u32],
    kinds: usize,
) -> Result<Changed, Stop> {
    let mut changed = Changed { first: vec![false; first.len()], second: vec![false; second.len()] };
    let prefix = first.iter().zip(second).take_while(|(one, other)| one == other).count();
    let (one, other) = (&first[prefix..], &second[prefix..]);
    let suffix = one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count();
    let ends = (first.len() - suffix, second.len() - suffix);
    // Lines that the other file does not have are changed in any case.
    let mut counts = vec![(0u32, 0u32); kinds];
    first[prefix..ends.0].iter().for_each(|line| counts[*line as usize].0 += 1);
    second[prefix..ends.1].iter().for_each(|line| counts[*line as usize].1 += 1);
    let mut search = Search::default();
    for at in prefix..ends.0 {
        if counts[first[at] as usize].1 == 0 {
            changed.first[at] = true;
        } else {
            search.first.push(first[at]);
            search.first_at.push(at);
        }
    }
    for at in prefix..ends.1 {
        if counts[second[at] as usize].0 == 0 {
            changed.second[at] = true;
        } else {
            search.second.push(second[at]);
            search.second_at.push(at);
        }
    }
    search.run(io, &mut changed).await?;
    shift(first, &mut changed.first, &changed.second);
    shift(second, &mut changed.second, &changed.first);
    Ok(changed)
}

/// Diagonals are searched for this many steps at least before the search gives up on the best.
const PATIENCE: usize = 4096;

#[derive(Default)]
struct Search {
    first: Vec<u32>,
    second: Vec<u32>,
    /// Where these lines are in their files.
    first_at: Vec<usize>,
    second_at: Vec<usize>,
    /// How far each diagonal was followed, from the start and from the end.
    forward: Vec<isize>,
    backward: Vec<isize>,
}

impl Search {
    async fn run(&mut self, io: &mut Io<'_>, changed: &mut Changed) -> Result<(), Stop> {
        let diagonals = self.first.len() + self.second.len() + 3;
        (self.forward, self.backward) = (vec![0; diagonals], vec![0; diagonals]);
        let patience = diagonals.isqrt().max(PATIENCE);
        let mut waiting = vec![(0, self.first.len(), 0, self.second.len())];
        while let Some((mut from, mut to, mut start, mut end)) = waiting.pop() {
            while from < to && start < end && self.first[from] == self.second[start] {
                (from, start) = (from + 1, start + 1);
            }
            while from < to && start < end && self.first[to - 1] == self.second[end - 1] {
                (to, end) = (to - 1, end - 1);
            }
            if from == to {
                self.second_at[start..end].iter().for_each(|at| changed.second[*at] = true);
            } else if start == end {
                self.first_at[from..to].iter().for_each(|at| changed.first[*at] = true);
            } else {
                let (x, y) = self.middle(from, to, start, end, patience);
                waiting.push((x, to, y, end));
                waiting.push((from, x, start, y));
                io.turn().await?;
            }
        }
        Ok(())
    }

    /// A point on a shortest way between two corners.
    fn middle(
        &mut self,
        from: usize,
        to: usize,
        start: usize,
        end: usize,
        patience: usize,
    ) -> (usize, usize) {
        let (xoff, xlim, yoff, ylim) = (from as isize, to as isize, start as isize, end as isize);
        let offset = self.second.len() as isize + 1;
        let at = |diagonal: isize| (diagonal + offset) as usize;
        let (least, most) = (xoff - ylim, xlim - yoff);
        let (fmid, bmid) = (xoff - yoff, xlim - ylim);
        let (mut fmin, mut fmax, mut bmin, mut bmax) = (fmid, fmid, bmid, bmid);
        let odd = (fmid - bmid) & 1 != 0;
        self.forward[at(fmid)] = xoff;
        self.backward[at(bmid)] = xlim;
        for cost in 1.. {
            if fmin > least {
                fmin -= 1;
                self.forward[at(fmin - 1)] = -1;
            } else {
                fmin += 1;
            }
            if fmax < most {
                fmax += 1;
                self.forward[at(fmax + 1)] = -1;
            } else {
                fmax -= 1;
            }
            let mut d = fmax;
            while d >= fmin {
                let (low, high) = (self.forward[at(d - 1)], self.forward[at(d + 1)]);
                let mut x = if low < high { high } else { low + 1 };
                while x < xlim && x - d < ylim && self.first[x as usize] == self.second[(x - d) as usize] {
                    x += 1;
                }
                self.forward[at(d)] = x;
                if odd && bmin <= d && d <= bmax && self.backward[at(d)] <= x {
                    return (x as usize, (x - d) as usize);
                }
                d -= 2;
            }
            if bmin > least {
                bmin -= 1;
                self.backward[at(bmin - 1)] = isize::MAX;
            } else {
                bmin += 1;
            }
            if bmax < most {
                bmax += 1;
                self.backward[at(bmax + 1)] = isize::MAX;
            } else {
                bmax -= 1;
            }
            let mut d = bmax;
            while d >= bmin {
                let (low, high) = (self.backward[at(d - 1)], self.backward[at(d + 1)]);
                let mut x = if low < high { low } else { high - 1 };
                while xoff < x
                    && yoff < x - d
                    && self.first[x as usize - 1] == self.second[(x - d) as usize - 1]
                {
                    x -= 1;
                }
                self.backward[at(d)] = x;
                if !odd && fmin <= d && d <= fmax && x <= self.forward[at(d)] {
                    return (x as usize, (x - d) as usize);
                }
                d -= 2;
            }
            if cost >= patience {
                // The diagonal that got furthest.
                let mut best = (xoff + yoff, xoff, yoff);
                let mut d = fmax;
                while d >= fmin {
                    let x = self.forward[at(d)].min(xlim);
                    let y = (x - d).min(ylim);
                    let x = y + d;
                    best = best.max((x + y, x, y));
                    d -= 2;
                }
                let (x, y) = (best.1.max(xoff), best.2.max(yoff));
                if (x, y) != (xoff, yoff) {
                    return (x as usize, y as usize);
                }
            }
        }
        (from, start)
    }
}

/// Moves runs of changes down where the line after them equals their first, joining those that meet; and back up where
/// a run of the other file's changes is.
fn shift(lines: &[u32], changed: &mut [bool], other: &[bool]) {
    let is = |flags: &[bool], at: usize| flags.get(at).copied().unwrap_or(false);
    let (mut at, mut on) = (0, 0);
    loop {
        // The next run of changes; unchanged lines go in step with the other file's.
        while at < lines.len() && !changed[at] {
            while is(other, on) {
                on += 1;
            }
            on += 1;
            at += 1;
        }
        if at == lines.len() {
            return;
        }
        let mut start = at;
        while is(changed, at) {
            at += 1;
        }
        while is(other, on) {
            on += 1;
        }
        let mut corresponding;
        loop {
            let length = at - start;
            // As far up as it goes, joining earlier runs.
            while start > 0 && lines[start - 1] == lines[at - 1] {
                start -= 1;
                at -= 1;
                changed[start] = true;
                changed[at] = false;
                while start > 0 && changed[start - 1] {
                    start -= 1;
                }
                on -= 1;
                while on > 0 && is(other, on) {
                    on -= 1;
                }
            }
            corresponding = if on > 0 && is(other, on - 1) { at } else { lines.len() };
            // As far down as it goes, joining later runs.
            while at < lines.len() && lines[start] == lines[at] {
                changed[start] = false;
                changed[at] = true;
                start += 1;
                at += 1;
                while is(changed, at) {
                    at += 1;
                }
                on += 1;
                while is(other, on) {
                    corresponding = at;
                    on += 1;
                }
            }
            if length == at - start {
                break;
            }
        }
        // Back to where changes of the other file stand beside it.
        while corresponding < at {
            start -= 1;
            at -= 1;
            changed[start] = true;
            changed[at] = false;
            on -= 1;
            while on > 0 && is(other, on) {
                on -= 1;
            }
        }
    }
}

/// The runs of changes in their order.
pub(super) fn hunks(changed: &Changed) -> Vec<Hunk> {
    let is = |flags: &[bool], at: usize| flags.get(at).copied().unwrap_or(false);
    let (mut at, mut on) = (0, 0);
    let mut hunks = Vec::new();
    while at < changed.first.len() || on < changed.second.len() {
        let (from, start) = (at, on);
        while is(&changed.first, at) {
            at += 1;
        }
        while is(&changed.second, on) {
            on += 1;
        }
        if (from, start) != (at, on) {
            hunks.push(Hunk { first: (from, at), second: (start, on) });
        } else {
            (at, on) = (at + 1, on + 1);
        }
    }
    hunks
}
