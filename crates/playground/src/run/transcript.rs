//! What a run has done so far, as it is shown: the fold of its reports.

use std::sync::Arc;

use super::line_results::line_result;
use crate::bridge::{ErrorReport, ExecReport, LineResult, Report, Stream, Tone};
use crate::words::counted;

/// A place in the reader's code, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// One item of the output, in order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Entry {
    /// The page's own words.
    Note(String),
    Call(Call),
    Print {
        text: String,
        error: bool,
        place: Option<Place>,
    },
    /// An error that ended the run and was no SDK call's.
    Uncaught {
        error: ErrorReport,
        stack: String,
        place: Option<Place>,
    },
    Dropped {
        count: u32,
        /// So many of them were commands that failed.
        failed: u32,
    },
}

/// One call of the SDK.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    id: u32,
    pub(crate) label: String,
    pub(crate) args: String,
    /// It starts what nobody waits for.
    background: bool,
    pub(crate) place: Option<Place>,
    pub(crate) outcome: Outcome,
    /// Nothing in the code waited for it.
    pub(crate) forgotten: bool,
}

impl Call {
    /// Whether it gave an exit code of success that tells nothing of what it started in the background.
    pub(crate) fn is_open(&self) -> bool {
        self.background && matches!(&self.outcome, Outcome::Exec { exec, .. } if exec.exit_code == 0)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    Running,
    /// The run ended before the call did; a command had written this.
    Unfinished {
        stdout: String,
        stderr: String,
    },
    Returned {
        /// Empty where there is none.
        value: String,
        ms: f64,
    },
    Exec {
        exec: ExecReport,
        ms: f64,
    },
    Failed {
        error: ErrorReport,
        fate: Fate,
        ms: f64,
    },
}

/// What became of a call's error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Not known yet.
    Open,
    /// The code caught it.
    Caught,
    /// It ended the run.
    Uncaught,
}

/// How a run came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Finished,
    Failed,
    Stopped,
    /// The code ended its own worker.
    Closed,
}

/// An entry with a key that changes when the entry does.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) key: String,
    pub(crate) entry: Arc<Entry>,
}

impl Item {
    /// Marks that the entry is another now.
    fn renew(&mut self) -> &mut Entry {
        self.key.push('+');
        Arc::make_mut(&mut self.entry)
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Transcript {
    items: Vec<Item>,
    end: Option<End>,
}

impl Transcript {
    pub(crate) fn items(&self) -> &[Item] {
        &self.items
    }

    pub(crate) fn end(&self) -> Option<End> {
        self.end
    }

    pub(crate) fn note(&mut self, text: String) {
        self.push(Entry::Note(text));
    }

    /// The reader ended the run.
    pub(crate) fn stop(&mut self) {
        self.finish(End::Stopped);
    }

    fn finish(&mut self, end: End) {
        self.end = Some(end);
        for item in &mut self.items {
            if matches!(&*item.entry, Entry::Call(Call { outcome: Outcome::Running, .. }))
                && let Entry::Call(call) = item.renew()
            {
                call.outcome = Outcome::Unfinished { stdout: String::new(), stderr: String::new() };
            }
        }
    }

    pub(crate) fn apply(&mut self, report: Report) {
        match report {
            Report::Call { id, label, args, background, line, column } => {
                let place = place(line, column);
                self.push(Entry::Call(Call {
                    id,
                    label,
                    args,
                    background,
                    place,
                    outcome: Outcome::Running,
                    forgotten: false,
                }));
            }
            Report::Returned { id, value, exec, ms } => self.change(id, |call| {
                call.outcome = match exec {
                    Some(exec) => Outcome::Exec { exec, ms },
                    None => Outcome::Returned { value, ms },
                };
            }),
            Report::Failed { id, error, ms } => {
                self.change(id, |call| call.outcome = Outcome::Failed { error, fate: Fate::Open, ms });
            }
            Report::Caught { id } => self.settle(id, Fate::Caught),
            Report::Print { stream, text, line, column } => {
                let error = stream == Stream::Stderr;
                self.push(Entry::Print { text, error, place: place(line, column) });
            }
            Report::Uncaught { call: Some(id), .. } => self.settle(id, Fate::Uncaught),
            Report::Uncaught { error, stack, call: None, line, column } => {
                self.push(Entry::Uncaught { error, stack, place: place(line, column) });
            }
            Report::Forgotten { id } => self.change(id, |call| call.forgotten = true),
            Report::Cut { id, stdout, stderr } => self.change(id, |call| {
                if call.outcome == Outcome::Running {
                    call.outcome = Outcome::Unfinished { stdout, stderr };
                }
            }),
            Report::Dropped { count, failed } => self.push(Entry::Dropped { count, failed }),
            Report::Done { closed: true, .. } => {
                self.note("The code ended its own worker, and the run with it: self.close().".to_owned());
                self.finish(End::Closed);
            }
            Report::Done { ok, .. } => self.finish(if ok { End::Finished } else { End::Failed }),
        }
    }

    /// One sentence on how the run ended; `None` while it runs.
    pub(crate) fn verdict(&self) -> Option<Verdict> {
        let end = self.end?;
        let calls = || {
            self.items
                .iter()
                .filter_map(|item| if let Entry::Call(call) = &*item.entry { Some(call) } else { None })
        };
        let commands = calls()
            .filter(|call| matches!(&call.outcome, Outcome::Exec { exec, .. } if exec.exit_code != 0))
            .count();
        let untold = self.items.iter().map(|item| match &*item.entry {
            Entry::Dropped { failed, .. } => *failed as usize,
            _ => 0,
        });
        let commands = commands + untold.sum::<usize>();
        let open = calls().filter(|call| call.is_open()).count();
        let caught =
            calls().filter(|call| matches!(call.outcome, Outcome::Failed { fate: Fate::Caught, .. })).count();
        let forgotten = calls().filter(|call| call.forgotten).count();
        let mut remarks = Vec::new();
        if commands > 0 {
            remarks.push(format!("{} failed", counted(commands, "command")));
        }
        if open > 0 {
            remarks.push(format!("{} with unknown end", counted(open, "command")));
        }
        if forgotten > 0 {
            remarks.push(format!("{} not awaited", counted(forgotten, "call")));
        }
        if caught > 0 {
            remarks.push(format!("{} caught", counted(caught, "error")));
        }
        let (word, tone) = match end {
            End::Stopped => ("Stopped", Tone::Caught),
            End::Closed => ("The code ended its own worker", Tone::Caught),
            End::Failed => ("Ended by an error", Tone::Failure),
            End::Finished if commands > 0 => ("Ran to its end", Tone::Failure),
            End::Finished if forgotten > 0 => ("Ran to its end", Tone::Warning),
            End::Finished if open > 0 => ("Finished", Tone::Open),
            End::Finished => ("Finished", Tone::Value),
        };
        let sentence =
            if remarks.is_empty() { word.to_owned() } else { format!("{word}: {}", remarks.join(", ")) };
        Some(Verdict { sentence, tone })
    }

    /// What the editor shows under the lines.
    pub(crate) fn line_results(&self) -> Vec<LineResult> {
        self.items.iter().filter_map(|item| line_result(&item.entry)).collect()
    }

    fn push(&mut self, entry: Entry) {
        let key = self.items.len().to_string();
        self.items.push(Item { key, entry: Arc::new(entry) });
    }

    fn change(&mut self, id: u32, change: impl FnOnce(&mut Call)) {
        let found = self
            .items
            .iter_mut()
            .rev()
            .find(|item| matches!(&*item.entry, Entry::Call(call) if call.id == id));
        if let Some(Entry::Call(call)) = found.map(Item::renew) {
            change(call);
        }
    }

    fn settle(&mut self, id: u32, to: Fate) {
        self.change(id, |call| {
            if let Outcome::Failed { fate, .. } = &mut call.outcome
                && *fate != Fate::Uncaught
            {
                *fate = to;
            }
        });
    }
}

/// The last line of the output.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) sentence: String,
    pub(crate) tone: Tone,
}

fn place(line: Option<u32>, column: Option<u32>) -> Option<Place> {
    Some(Place { line: line?, column: column.unwrap_or(1) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(id: u32, line: u32) -> Report {
        Report::Call {
            id,
            label: "sandbox.exec".into(),
            args: "'ls'".into(),
            background: false,
            line: Some(line),
            column: Some(3),
        }
    }

    const DONE: Report = Report::Done { ok: true, closed: false };

    fn error(message: &str) -> ErrorReport {
        ErrorReport { name: "SandboxApiError".into(), message: message.into(), reason: None }
    }

    fn exec(id: u32, exit_code: i32, stdout: &str, stderr: &str) -> Report {
        let exec = ExecReport { stdout: stdout.into(), stderr: stderr.into(), exit_code };
        Report::Returned { id, value: String::new(), exec: Some(exec), ms: 1.0 }
    }

    fn told(reports: impl IntoIterator<Item = Report>) -> Transcript {
        let mut transcript = Transcript::default();
        reports.into_iter().for_each(|report| transcript.apply(report));
        transcript
    }

    #[test]
    fn a_failed_command_is_no_success() {
        let transcript = told([call(1, 4), exec(1, 127, "", "git: not here\n"), DONE]);
        let verdict = transcript.verdict().unwrap();
        assert_eq!(
            (verdict.sentence.as_str(), verdict.tone),
            ("Ran to its end: 1 command failed", Tone::Failure)
        );
        let result = &transcript.line_results()[0];
        assert_eq!(
            (result.line, result.tone, result.text.as_str()),
            (4, Tone::Failure, "exit 127 · git: not here")
        );
    }

    #[test]
    fn every_failed_command_counts_also_one_that_is_not_shown() {
        let dropped = Report::Dropped { count: 9, failed: 2 };
        let reports = [call(1, 1), call(2, 2), exec(1, 1, "", ""), exec(2, 2, "", ""), dropped, DONE];
        assert_eq!(told(reports).verdict().unwrap().sentence, "Ran to its end: 4 commands failed");
    }

    #[test]
    fn what_runs_in_the_background_is_no_success_and_no_failure() {
        let started = |exit_code| {
            let Report::Call { id, label, args, line, column, .. } = call(1, 4) else { unreachable!() };
            let call = Report::Call { id, label, args, background: true, line, column };
            told([call, exec(1, exit_code, "", ""), DONE])
        };
        let verdict = started(0).verdict().unwrap();
        assert_eq!(
            (verdict.sentence.as_str(), verdict.tone),
            ("Finished: 1 command with unknown end", Tone::Open)
        );
        assert_eq!(started(0).line_results()[0].tone, Tone::Open);
        assert_eq!(started(126).verdict().unwrap().sentence, "Ran to its end: 1 command failed");
    }

    #[test]
    fn a_command_that_was_cut_off_keeps_what_it_had_written() {
        let cut = Report::Cut { id: 1, stdout: "half".into(), stderr: String::new() };
        let mut transcript = told([call(1, 2), cut]);
        transcript.stop();
        let Entry::Call(call) = &*transcript.items()[0].entry else { panic!("a call") };
        assert_eq!(call.outcome, Outcome::Unfinished { stdout: "half".into(), stderr: String::new() });
    }

    #[test]
    fn code_that_ends_its_own_worker_is_said_to() {
        let transcript = told([call(1, 2), Report::Done { ok: false, closed: true }]);
        assert_eq!(transcript.verdict().unwrap().sentence, "The code ended its own worker");
        assert_eq!(transcript.items().len(), 2);
    }

    #[test]
    fn a_caught_error_is_marked_and_does_not_spoil_the_run() {
        let failed = Report::Failed { id: 1, error: error("no"), ms: 1.0 };
        let transcript = told([call(1, 2), failed, Report::Caught { id: 1 }, DONE]);
        let verdict = transcript.verdict().unwrap();
        assert_eq!((verdict.sentence.as_str(), verdict.tone), ("Finished: 1 error caught", Tone::Value));
        assert_eq!(transcript.line_results()[0].text, "caught · no");
    }

    #[test]
    fn an_error_that_reached_the_top_is_shown_once_at_its_call() {
        let failed = Report::Failed { id: 1, error: error("no"), ms: 1.0 };
        let uncaught = Report::Uncaught {
            error: error("no"),
            stack: String::new(),
            call: Some(1),
            line: Some(2),
            column: None,
        };
        let transcript = told([
            call(1, 2),
            failed,
            Report::Caught { id: 1 },
            uncaught,
            Report::Done { ok: false, closed: false },
        ]);
        assert_eq!(transcript.items().len(), 1);
        assert_eq!(transcript.line_results()[0].tone, Tone::Failure);
        assert_eq!(transcript.verdict().unwrap().sentence, "Ended by an error");
    }

    #[test]
    fn an_error_of_one_call_does_not_tell_what_became_of_another_s() {
        let failed = |id| Report::Failed { id, error: error("no"), ms: 1.0 };
        let uncaught = Report::Uncaught {
            error: error("no"),
            stack: String::new(),
            call: Some(1),
            line: None,
            column: None,
        };
        let transcript = told([
            call(1, 1),
            call(2, 2),
            call(3, 3),
            failed(1),
            failed(2),
            failed(3),
            uncaught,
            Report::Caught { id: 1 },
            Report::Caught { id: 2 },
            Report::Done { ok: false, closed: false },
        ]);
        let fates = transcript.items().iter().map(|item| match &*item.entry {
            Entry::Call(Call { outcome: Outcome::Failed { fate, .. }, .. }) => *fate,
            other => panic!("a failed call, not {other:?}"),
        });
        assert_eq!(fates.collect::<Vec<_>>(), [Fate::Uncaught, Fate::Caught, Fate::Open]);
        assert_eq!(transcript.verdict().unwrap().sentence, "Ended by an error: 1 error caught");
    }

    #[test]
    fn a_forgotten_await_is_a_warning_at_its_line() {
        let forgotten = Report::Forgotten { id: 1 };
        let transcript = told([call(1, 2), exec(1, 0, "x", ""), forgotten, DONE]);
        assert_eq!(transcript.line_results()[0].tone, Tone::Warning);
        assert_eq!(transcript.verdict().unwrap().sentence, "Ran to its end: 1 call not awaited");
    }

    #[test]
    fn a_call_that_the_end_of_the_run_cut_off_no_longer_runs() {
        let transcript = told([call(1, 2), Report::Done { ok: false, closed: false }]);
        assert_eq!(transcript.line_results()[0].text, "not finished when the run ended");
    }

    #[test]
    fn a_change_of_an_entry_changes_its_key_only() {
        let mut transcript = told([call(1, 2), call(2, 3)]);
        let before: Vec<_> = transcript.items().iter().map(|item| item.key.clone()).collect();
        transcript.apply(exec(1, 0, "", ""));
        let after: Vec<_> = transcript.items().iter().map(|item| item.key.clone()).collect();
        assert_ne!(before[0], after[0]);
        assert_eq!(before[1], after[1]);
    }

    #[test]
    fn long_output_is_cut_for_the_editor() {
        let print = Report::Print {
            stream: Stream::Stdout,
            text: "a\nb\nc\nd\ne\n".into(),
            line: Some(1),
            column: Some(1),
        };
        assert_eq!(told([print]).line_results()[0].text, "a ⏎ b ⏎ c ⏎ d …");
    }
}
