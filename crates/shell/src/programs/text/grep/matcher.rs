//! Where patterns fit: in whole pieces of an input where that can be, else line by line.

use std::sync::{Mutex, PoisonError};

use memchr::{memchr, memrchr};
use regex::bytes::{Regex, RegexBuilder};
use sandbox_kernel::Pace;

use super::super::super::byte_regex::{Backtracking, Letters};
use super::super::super::posix_regex::{Automaton, Syntax, TOO_BIG, translate};
use super::perl;

/// How patterns are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Basic,
    Extended,
    Fixed,
    Perl,
}

/// Which places count.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    pub(super) kind: Kind,
    pub(super) ignore_case: bool,
    /// Only whole words.
    pub(super) words: bool,
    /// Only whole lines.
    pub(super) lines: bool,
    /// The byte that ends a line.
    pub(super) end: u8,
}

/// What patterns became.
pub(super) struct Matcher {
    /// All that need no trying, as one.
    regular: Option<Regex>,
    /// Whether `regular` may be asked about many lines at once.
    whole_pieces: bool,
    /// Those with back references and looks around.
    tried: Vec<Backtracking>,
    /// The text of `regular`, where its first match need not be its longest.
    ambiguous: Option<String>,
    longest: Mutex<Option<Automaton>>,
    end: u8,
}

/// A pattern took more steps than it may.
pub(super) struct TooLong;

/// Memory that compiled patterns may take, in bytes.
const SIZE_LIMIT: usize = 64 << 20;

/// Steps that a pattern may take for one match.
const MAX_STEPS: usize = 400_000;

impl Matcher {
    /// Compiles patterns; what is to be said of them goes into `warnings`.
    pub(super) fn new(
        patterns: &[Vec<u8>],
        rules: Rules,
        warnings: &mut Vec<&'static str>,
    ) -> Result<Self, String> {
        let mut matcher = Self {
            regular: None,
            whole_pieces: rules.kind != Kind::Perl,
            tried: Vec::new(),
            ambiguous: None,
            longest: Mutex::new(None),
            end: rules.end,
        };
        let mut choices = 0;
        let mut regular: Vec<String> = Vec::new();
        match rules.kind {
            Kind::Perl => {
                for pattern in patterns {
                    let translated = perl::translate(pattern, rules.end == 0)?;
                    match translated.tried {
                        true => matcher.tried.push(tried(&translated.text, rules)?),
                        false => regular.push(translated.text),
                    }
                }
            }
            Kind::Fixed => {
                let mut patterns: Vec<&Vec<u8>> = patterns.iter().collect();
                // The first that fits is the longest, then.
                patterns.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
                patterns.dedup();
                regular.extend(patterns.iter().map(|pattern| literal(pattern)));
            }
            Kind::Basic | Kind::Extended => {
                let syntax = Syntax {
                    extended: rules.kind == Kind::Extended,
                    line_end: Some(rules.end),
                    ..Syntax::default()
                };
                for pattern in patterns {
                    let translated = translate(pattern, syntax)?;
                    warnings.extend(&translated.warnings);
                    if translated.refers_back {
                        matcher.tried.push(tried(&translated.text, rules)?);
                    } else {
                        choices += translated.choices;
                        regular.push(translated.text);
                    }
                }
                choices += 2 * regular.len().saturating_sub(1);
            }
        }
        if !regular.is_empty() {
            let text = wrapped(&regular.join(")|(?:"), rules, r"\b{start-half}", r"\b{end-half}");
            let flags = match (rules.kind, rules.ignore_case) {
                (Kind::Perl, true) => "(?i-u)",
                (Kind::Perl, false) => "(?-u)",
                (_, true) => "(?si-u)",
                (_, false) => "(?s-u)",
            };
            let text = format!("{flags}{text}");
            let compiled = RegexBuilder::new(&text).line_terminator(rules.end).size_limit(SIZE_LIMIT).build();
            matcher.regular = Some(compiled.map_err(|_| match rules.kind {
                Kind::Perl => "regular expression is too large",
                _ => TOO_BIG,
            })?);
            matcher.ambiguous = (choices > 1).then_some(text);
        }
        Ok(matcher)
    }

    /// The first line at or after `from`, which begins one, that has a match. `lines` ends with a line, whose own end
    /// may be missing.
    pub(super) async fn line(
        &self,
        lines: &[u8],
        from: usize,
        pace: &mut Pace,
    ) -> Result<Option<(usize, usize)>, TooLong> {
        match &self.regular {
            Some(regular) if self.whole_pieces && self.tried.is_empty() => {
                let Some(at) = regular.shortest_match_at(lines, from) else { return Ok(None) };
                // What seems to be an empty line after the last is none.
                if at == lines.len() && lines.last() == Some(&self.end) {
                    return Ok(None);
                }
                let begin = memrchr(self.end, &lines[from..at]).map_or(from, |before| from + before + 1);
                Ok(Some((begin, self.line_end(lines, at))))
            }
            _ => {
                let to = self.line_end(lines, from);
                let line = lines[from..to].strip_suffix(&[self.end]).unwrap_or(&lines[from..to]);
                Ok(self.fits(line, pace).await?.then_some((from, to)))
            }
        }
    }

    /// Whether [`Matcher::line`] looks at many lines, or at one only.
    pub(super) fn looks_ahead(&self) -> bool {
        self.whole_pieces && self.tried.is_empty() && self.regular.is_some()
    }

    /// Whether a match may take long.
    pub(super) fn is_tried(&self) -> bool {
        !self.tried.is_empty()
    }

    /// Where the line of `at` ends, its end included.
    pub(super) fn line_end(&self, lines: &[u8], at: usize) -> usize {
        memchr(self.end, &lines[at..]).map_or(lines.len(), |len| at + len + 1)
    }

    async fn fits(&self, line: &[u8], pace: &mut Pace) -> Result<bool, TooLong> {
        if self.regular.as_ref().is_some_and(|regular| regular.is_match(line)) {
            return Ok(true);
        }
        if self.tried.is_empty() {
            return Ok(false);
        }
        let mut letters = Letters::new(line, pace).await;
        for tried in &self.tried {
            if tried.find_at(&mut letters, 0, pace).await.map_err(|_| TooLong)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The places in a line without its end where a pattern fits.
    pub(super) async fn places<'a>(&'a self, line: &'a [u8], pace: &mut Pace) -> Places<'a> {
        let letters = match self.tried.is_empty() {
            true => None,
            false => Some(Letters::new(line, pace).await),
        };
        Places { matcher: self, line, letters }
    }

    async fn longest_end(&self, line: &[u8], start: usize, pace: &mut Pace) -> Option<usize> {
        let text = self.ambiguous.as_ref()?;
        let kept = self.longest.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut longest = kept.or_else(|| Automaton::new(text, self.end))?;
        let end = longest.longest_end(line, start, pace).await;
        *self.longest.lock().unwrap_or_else(PoisonError::into_inner) = Some(longest);
        end
    }
}

/// The places in a line where patterns fit.
pub(super) struct Places<'a> {
    matcher: &'a Matcher,
    line: &'a [u8],
    letters: Option<Letters<'a>>,
}

impl Places<'_> {
    /// The first match at or after `from`, and of several there the longest.
    pub(super) async fn next(
        &mut self,
        from: usize,
        pace: &mut Pace,
    ) -> Result<Option<(usize, usize)>, TooLong> {
        let (line, matcher) = (self.line, self.matcher);
        let mut best: Option<(usize, usize)> = None;
        if let Some(first) = matcher.regular.as_ref().and_then(|regular| regular.find_at(line, from)) {
            let longest = matcher.longest_end(line, first.start(), pace).await;
            best = Some((first.start(), longest.unwrap_or(first.end())));
        }
        if let Some(letters) = &mut self.letters {
            for tried in &matcher.tried {
                let found = tried.find_at(letters, from, pace).await.map_err(|_| TooLong)?;
                let Some((start, end)) = found.and_then(|spans| spans.first().copied().flatten()) else {
                    continue;
                };
                if best.is_none_or(|(first, last)| start < first || start == first && end > last) {
                    best = Some((start, end));
                }
            }
        }
        let searched = best.map_or(line.len(), |(_, end)| end);
        pace.did(1 + searched.saturating_sub(from) / 32).await;
        Ok(best)
    }
}

fn tried(text: &str, rules: Rules) -> Result<Backtracking, String> {
    const WORD: &str = "[0-9A-Za-z_]";
    let before = format!("(?<!{WORD})");
    let text = wrapped(text, rules, &before, &format!("(?!{WORD})"));
    let flags = match (rules.kind, rules.ignore_case) {
        (Kind::Perl, true) => "(?i)",
        (Kind::Perl, false) => "",
        (_, true) => "(?si)",
        (_, false) => "(?s)",
    };
    Backtracking::new(&format!("{flags}{text}"), MAX_STEPS).map_err(|_| match rules.kind {
        Kind::Perl => "regular expression is too large".to_owned(),
        _ => TOO_BIG.to_owned(),
    })
}

fn wrapped(text: &str, rules: Rules, before_word: &str, after_word: &str) -> String {
    match (rules.lines, rules.words) {
        (true, _) => format!("(?m:^)(?:(?:{text}))(?m:$)"),
        (_, true) => format!("{before_word}(?:(?:{text})){after_word}"),
        _ => format!("(?:(?:{text}))"),
    }
}

fn literal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect()
}
