//! A patch as it is written: files, and the hunks that change them.

/// What is to be done to one file.
#[derive(Debug, Default, Clone)]
pub(super) struct FilePatch {
    /// Names as the patch tells them; nothing where it tells none.
    pub(super) old: Option<String>,
    pub(super) new: Option<String>,
    /// The lines that tell them, and where the first of them stands.
    pub(super) header: Vec<String>,
    pub(super) line: usize,
    pub(super) mode: Option<u32>,
    pub(super) hunks: Vec<Hunk>,
}

#[derive(Debug, Default, Clone)]
pub(super) struct Hunk {
    /// First line in the old file and in the new one, from 1.
    pub(super) old_start: usize,
    pub(super) new_start: usize,
    /// ` `, `-` or `+`, and the line with its end.
    pub(super) lines: Vec<(u8, Vec<u8>)>,
}

impl Hunk {
    pub(super) fn side(&self, left_out: u8) -> Vec<&[u8]> {
        self.lines.iter().filter(|(mark, _)| *mark != left_out).map(|(_, line)| line.as_slice()).collect()
    }

    pub(super) fn reversed(&self) -> Hunk {
        let mut lines = Vec::with_capacity(self.lines.len());
        let mut added = Vec::new();
        for (mark, line) in &self.lines {
            match mark {
                b'-' => added.push((b'+', line.clone())),
                b'+' => lines.push((b'-', line.clone())),
                _ => {
                    lines.append(&mut added);
                    lines.push((b' ', line.clone()));
                }
            }
        }
        lines.append(&mut added);
        Hunk { old_start: self.new_start, new_start: self.old_start, lines }
    }

    /// Unchanged lines at its beginning and at its end.
    pub(super) fn context(&self) -> (usize, usize) {
        let unchanged = |(mark, _): &&(u8, Vec<u8>)| *mark == b' ';
        let before = self.lines.iter().take_while(unchanged).count();
        (before, self.lines.iter().rev().take_while(unchanged).count())
    }
}

/// A name in a header, without its time.
fn name(rest: &[u8]) -> String {
    let text = String::from_utf8_lossy(rest);
    let text = text.trim_end_matches(['\n', '\r']);
    text.split('\t').next().unwrap_or_default().trim_end().to_owned()
}

fn range(text: &str) -> Option<(usize, usize)> {
    match text.split_once(',') {
        Some((start, count)) => Some((start.parse().ok()?, count.parse().ok()?)),
        None => Some((text.parse().ok()?, 1)),
    }
}

/// `@@ -1,6 +1,6 @@`.
fn unified(line: &[u8]) -> Option<((usize, usize), (usize, usize))> {
    let text = std::str::from_utf8(line).ok()?;
    let mut words = text.strip_prefix("@@ -")?.split_whitespace();
    Some((range(words.next()?)?, range(words.next()?.strip_prefix('+')?)?))
}

/// Lines of the old file, what happens to them, lines of the new one.
type Change = ((usize, usize), char, (usize, usize));

/// `3,4c5` of a normal diff.
fn normal(line: &[u8]) -> Option<Change> {
    let text = std::str::from_utf8(line).ok()?.trim_end();
    let at = text.find(['a', 'c', 'd'])?;
    let ends = |text: &str| match text.split_once(',') {
        Some((from, to)) => Some((from.parse().ok()?, to.parse().ok()?)),
        None => text.parse().ok().map(|line| (line, line)),
    };
    Some((ends(&text[..at])?, char::from(text.as_bytes()[at]), ends(&text[at + 1..])?))
}

/// Reads a patch, or says in which line it is none.
pub(super) fn read(text: &[u8]) -> Result<Vec<FilePatch>, String> {
    let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
    let mut patches: Vec<FilePatch> = Vec::new();
    let mut ahead = FilePatch::default();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if let Some(rest) = line.strip_prefix(b"--- ")
            && let Some(new) = lines.get(at + 1).and_then(|line| line.strip_prefix(b"+++ "))
        {
            let header = [line, lines[at + 1]].map(|line| String::from_utf8_lossy(line).into_owned());
            ahead = FilePatch {
                old: Some(name(rest)),
                new: Some(name(new)),
                header: header.to_vec(),
                line: at + 1,
                mode: ahead.mode,
                hunks: Vec::new(),
            };
            at += 2;
            continue;
        }
        if let Some(mode) = line.strip_prefix(b"new file mode 100").or(line.strip_prefix(b"new mode 100")) {
            let mode = String::from_utf8_lossy(mode);
            ahead = FilePatch { mode: u32::from_str_radix(mode.trim(), 8).ok(), ..FilePatch::default() };
            at += 1;
            continue;
        }
        let hunk = match (unified(line), normal(line)) {
            (Some(ranges), _) => Some(unified_hunk(&lines, &mut at, ranges)?),
            (None, Some(change)) => normal_hunk(&lines, &mut at, change),
            (None, None) => None,
        };
        let Some(hunk) = hunk else {
            at += 1;
            continue;
        };
        if ahead.line > 0 || patches.is_empty() {
            patches.push(std::mem::take(&mut ahead));
        }
        if let Some(patch) = patches.last_mut() {
            patch.hunks.push(hunk);
        }
    }
    Ok(patches)
}

fn unified_hunk(
    lines: &[&[u8]],
    at: &mut usize,
    ((old_start, mut old), (new_start, mut new)): ((usize, usize), (usize, usize)),
) -> Result<Hunk, String> {
    // An empty range stands behind the line that it names.
    let start = |start: usize, count: usize| if count == 0 { start + 1 } else { start };
    let mut hunk =
        Hunk { old_start: start(old_start, old), new_start: start(new_start, new), lines: Vec::new() };
    *at += 1;
    while old > 0 || new > 0 {
        let malformed = || format!("malformed patch at line {}: ", *at + 1);
        let Some(line) = lines.get(*at) else {
            return Err("unexpected end of file in patch".to_owned());
        };
        let (mark, rest) = match line {
            // A blank that an editor took away.
            [b'\n'] => (b' ', *line),
            [mark @ (b' ' | b'-' | b'+'), rest @ ..] => (*mark, rest),
            [b'\\', ..] => {
                without_end(&mut hunk);
                *at += 1;
                continue;
            }
            _ => return Err(malformed() + String::from_utf8_lossy(line).trim_end_matches('\n') + "\n"),
        };
        let fits = (mark == b'+' || old > 0) && (mark == b'-' || new > 0);
        if !fits {
            return Err(malformed() + String::from_utf8_lossy(line).trim_end_matches('\n') + "\n");
        }
        old -= usize::from(mark != b'+');
        new -= usize::from(mark != b'-');
        hunk.lines.push((mark, rest.to_vec()));
        *at += 1;
    }
    if lines.get(*at).is_some_and(|line| line.starts_with(b"\\")) {
        without_end(&mut hunk);
        *at += 1;
    }
    Ok(hunk)
}

/// The last line has no newline.
fn without_end(hunk: &mut Hunk) {
    if let Some((_, line)) = hunk.lines.last_mut()
        && line.last() == Some(&b'\n')
    {
        line.pop();
    }
}

fn normal_hunk(lines: &[&[u8]], at: &mut usize, (old, letter, new): Change) -> Option<Hunk> {
    let mut hunk = Hunk {
        old_start: old.0 + usize::from(letter == 'a'),
        new_start: new.0 + usize::from(letter == 'd'),
        lines: Vec::new(),
    };
    let mut next = *at + 1;
    while let Some(line) = lines.get(next) {
        match line {
            [b'<', b' ', rest @ ..] => hunk.lines.push((b'-', rest.to_vec())),
            [b'>', b' ', rest @ ..] => hunk.lines.push((b'+', rest.to_vec())),
            [b'\\', ..] => without_end(&mut hunk),
            [b'-', b'-', b'-', b'\n'] => {}
            _ => break,
        }
        next += 1;
    }
    if hunk.lines.is_empty() {
        return None;
    }
    *at = next;
    Some(hunk)
}
