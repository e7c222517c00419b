//! Counting tests in what their runners print.
//!
//! Read are the summaries of Rust's test harness (`wasm-bindgen-test` prints the same) and of `node --test`, in its
//! `spec` form and in TAP.

/// How many tests passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Counts {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) ignored: u32,
}

impl Counts {
    pub(crate) fn add(&mut self, other: Counts) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }

    /// The last line of the output, for people and for machines.
    pub(crate) fn sentence(&self) -> String {
        format!("{} passed, {} failed", self.passed, self.failed)
    }
}

/// Adds up the summaries in an output, line by line.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    counts: Counts,
}

impl Counter {
    pub(crate) fn read(&mut self, line: &str) {
        let line = without_colours(line);
        let summary = rust_summary(&line).or_else(|| node_summary(&line));
        self.counts.add(summary.unwrap_or_default());
    }

    pub(crate) fn counts(&self) -> Counts {
        self.counts
    }
}

/// `test result: FAILED. 3 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.01s`
fn rust_summary(line: &str) -> Option<Counts> {
    let (_, numbers) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut counts = Counts::default();
    for part in numbers.split("; ") {
        match part.split_once(' ') {
            Some((number, "passed")) => counts.passed = number.parse().ok()?,
            Some((number, "failed")) => counts.failed = number.parse().ok()?,
            Some((number, "ignored")) => counts.ignored = number.parse().ok()?,
            _ => {}
        }
    }
    Some(counts)
}

/// One line each: `ℹ pass 12`, or in TAP `# pass 12`. What never ran to its end is no success.
fn node_summary(line: &str) -> Option<Counts> {
    let line = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# "))?;
    let (kind, number) = line.split_once(' ')?;
    let number: u32 = number.parse().ok()?;
    let mut counts = Counts::default();
    match kind {
        "pass" => counts.passed = number,
        "fail" | "cancelled" => counts.failed = number,
        "skipped" | "todo" => counts.ignored = number,
        _ => return None,
    }
    Some(counts)
}

/// Without the escape sequences that colour a terminal.
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line.chars();
    while let Some(letter) = rest.next() {
        if letter != '\u{1b}' {
            plain.push(letter);
            continue;
        }
        // A sequence begins with a bracket and ends with a letter.
        let _ = rest.by_ref().find(|in_sequence| in_sequence.is_ascii_alphabetic());
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(output: &str) -> Counts {
        let mut counter = Counter::default();
        output.lines().for_each(|line| counter.read(line));
        counter.counts()
    }

    #[test]
    fn rust_test_binaries_add_up() {
        let output = "\
running 2 tests
test a ... ok
test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

running 4 tests
test result: FAILED. 1 passed; 2 failed; 1 ignored; 0 measured; 7 filtered out; finished in 1.20s
";
        assert_eq!(counted(output), Counts { passed: 3, failed: 2, ignored: 1 });
    }

    #[test]
    fn wasm_bindgen_test_is_counted_too() {
        let output = "test result: ok. 41 passed; 0 failed; 0 ignored; 0 filtered out; finished in 3.02s";
        assert_eq!(counted(output), Counts { passed: 41, failed: 0, ignored: 0 });
    }

    #[test]
    fn node_is_counted_in_both_forms() {
        let spec = "ℹ tests 9\nℹ suites 1\nℹ pass 5\nℹ fail 1\nℹ cancelled 1\nℹ skipped 2\nℹ todo 0\nℹ duration_ms 57.3\n";
        let expected = Counts { passed: 5, failed: 2, ignored: 2 };
        assert_eq!(counted(spec), expected);
        assert_eq!(counted(&spec.replace('ℹ', "#")), expected);
    }

    #[test]
    fn colours_do_not_hide_a_summary() {
        let output = "test result: \u{1b}[32mok\u{1b}[0m. 2 passed; 0 failed; 0 ignored; 0 measured\n\u{1b}[34mℹ pass 3\u{1b}[39m";
        assert_eq!(counted(output), Counts { passed: 5, failed: 0, ignored: 0 });
    }

    #[test]
    fn words_that_only_resemble_a_summary_are_not_counted() {
        let output = "3 passed; 0 failed\n# pass the salt\nℹ pass\ntest result: unknown\n    ℹ pass 4\n";
        assert_eq!(counted(output), Counts::default());
    }

    #[test]
    fn the_last_line_counts_passed_and_failed() {
        assert_eq!(Counts { passed: 12, failed: 0, ignored: 3 }.sentence(), "12 passed, 0 failed");
    }
}
