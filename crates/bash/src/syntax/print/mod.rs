//! Trees as text, laid out as bash does it.
//!
//! Two layouts: within a function every command has a line of its own, elsewhere (`jobs`, `$BASH_COMMAND`) simple
//! commands and lists stay on one line. bash's own state machine decides where the bodies of here-documents and the
//! semicolons around them go, so this follows it step by step.

mod compound;
mod display;
mod redirection;

use super::ast::*;

/// `name () { … }` as `declare -f` and `type` show it, without a newline at the end.
pub fn declaration(name: &str, body: &Compound) -> String {
    let mut printer = Printer::default();
    if is_reserved(name) {
        printer.out.push_str("function ");
    }
    printer.out.push_str(name);
    printer.out.push_str(" () \n");
    printer.function_body(body);
    printer.out
}

/// `() { … }`: the value under which a function goes into the environment.
pub fn exported_function(body: &Compound) -> String {
    let mut printer = Printer { indentation: 1, amount: 0, ..Printer::default() };
    printer.out.push_str("() { ");
    printer.function_contents(body, 0);
    printer.out
}

/// The first line of a compound command as `set -x` and `$BASH_COMMAND` show it: `for i in a b`, `case x in `,
/// `[[ … ]]`, `((…))`. Others are shown whole.
pub fn head(compound: &Compound) -> String {
    let mut printer = Printer::default();
    if !printer.head(&compound.kind) {
        printer.compound(compound);
    }
    printer.out
}

/// The commands of `$( )` as bash keeps them in a word. `newlines` tells for each command whether a newline ended it.
pub(super) fn substituted(list: &List, newlines: &[bool]) -> String {
    let mut printer = Printer { newlines: Some(newlines.iter()), ..Printer::default() };
    printer.list(list);
    printer.deferred("");
    printer.out
}

fn is_reserved(name: &str) -> bool {
    let words = [
        "if", "then", "elif", "else", "fi", "while", "until", "for", "select", "in", "do", "done", "case",
        "esac", "function", "time", "coproc", "{", "}", "!", "[[", "]]",
    ];
    words.contains(&name)
}

/// Text in the making, and bash's state beside it.
struct Printer<'a> {
    out: String,
    indentation: usize,
    /// By how much what is within another construct is indented.
    amount: usize,
    /// How many commands that follow begin where we are.
    unindented: u32,
    in_function: bool,
    /// How many lists, pipelines and `&&` are around us: in them the bodies of here-documents wait for the line's end.
    connections: u32,
    waiting: Vec<&'a HereDocument>,
    /// Whether a body was the last thing, so that no semicolon follows.
    after_body: bool,
    /// In `$( )`: how its commands were separated.
    newlines: Option<std::slice::Iter<'a, bool>>,
}

impl Default for Printer<'_> {
    fn default() -> Self {
        Self {
            out: String::new(),
            indentation: 0,
            amount: 4,
            unindented: 0,
            in_function: false,
            connections: 0,
            waiting: Vec::new(),
            after_body: false,
            newlines: None,
        }
    }
}

impl<'a> Printer<'a> {
    fn indent(&mut self) {
        self.out.extend(std::iter::repeat_n(' ', self.indentation));
    }

    fn line(&mut self, text: &str) {
        self.out.push('\n');
        self.indent();
        self.out.push_str(text);
    }

    fn semicolon(&mut self) {
        if !self.out.ends_with(['&', '\n']) {
            self.out.push(';');
        }
    }

    fn begin_command(&mut self) {
        match self.unindented {
            0 => self.indent(),
            _ => self.unindented -= 1,
        }
    }

    fn list(&mut self, list: &'a List) {
        let Some((last, others)) = list.items.split_last() else { return };
        let connected = !others.is_empty() || last.background;
        self.begin_command();
        self.connections += u32::from(connected);
        self.unindented += 1;
        let mut after_newline = false;
        for (index, item) in list.items.iter().enumerate() {
            let is_last = index == others.len();
            self.and_or(&item.and_or);
            let newline = self.newlines.as_mut().and_then(Iterator::next).is_some_and(|newline| *newline);
            match (item.background, is_last) {
                (true, _) => {
                    // `a & b &` is `(a & b) &` to bash, but `a; b &` is `a; (b &)`.
                    if index > 0 && (list.items[index - 1].background || after_newline) {
                        self.deferred("");
                    }
                    self.print_waiting(" &");
                    if !is_last {
                        self.out.push(' ');
                        self.unindented += 1;
                    }
                }
                (false, true) => {}
                (false, false) => {
                    if index > 0 {
                        self.deferred("");
                    }
                    self.separate(newline);
                }
            }
            after_newline = newline;
        }
        if connected {
            self.deferred("");
            self.connections -= 1;
        }
    }

    fn separate(&mut self, newline: bool) {
        let body_came = self.after_body || !self.waiting.is_empty();
        if !self.waiting.is_empty() {
            self.print_waiting(if self.in_function { "" } else { ";" });
        } else if self.after_body {
            self.after_body = false;
        } else {
            self.out.push(if newline { '\n' } else { ';' });
        }
        match (self.in_function, newline) {
            (true, _) => self.out.push('\n'),
            (false, true) if body_came => self.out.push('\n'),
            (false, true) => {}
            (false, false) => self.out.push(' '),
        }
        // After a body bash indents as in a function.
        let indents = self.in_function || newline && body_came;
        if !indents {
            self.unindented += 1;
        }
    }

    fn and_or(&mut self, and_or: &'a AndOr) {
        if and_or.rest.is_empty() {
            return self.pipeline(&and_or.first);
        }
        self.begin_command();
        self.connections += 1;
        self.unindented += 1;
        self.pipeline(&and_or.first);
        for (index, (connector, pipeline)) in and_or.rest.iter().enumerate() {
            if index > 0 {
                self.deferred("");
            }
            self.print_waiting(match connector {
                Connector::And => " && ",
                Connector::Or => " || ",
            });
            self.unindented += 1;
            self.pipeline(pipeline);
        }
        self.deferred("");
        self.connections -= 1;
    }

    fn pipeline(&mut self, pipeline: &'a Pipeline) {
        self.begin_command();
        match pipeline.timed {
            Some(Timed::Format) => self.out.push_str("time "),
            Some(Timed::Posix) => self.out.push_str("time -p "),
            None => {}
        }
        if pipeline.negated {
            self.out.push_str("! ");
        }
        let piped = pipeline.commands.len() > 1;
        self.connections += u32::from(piped);
        for (index, command) in pipeline.commands.iter().enumerate() {
            if index > 0 {
                self.print_waiting(" |");
                self.out.push(' ');
            }
            self.command(command);
        }
        if piped {
            self.deferred("");
            self.connections -= 1;
        }
    }

    /// A command, where it stands.
    fn command(&mut self, command: &'a Command) {
        match command {
            Command::Simple(simple) => self.simple(simple),
            Command::Compound(compound) => self.compound(compound),
            Command::Function(function) => self.function(function),
        }
    }

    fn simple(&mut self, simple: &'a Simple) {
        let mut first = true;
        for assignment in &simple.assignments {
            self.blank(&mut first);
            self.assignment(assignment);
        }
        for word in &simple.words {
            self.blank(&mut first);
            self.out.push_str(&word.source);
        }
        if !simple.redirections.is_empty() {
            self.blank(&mut first);
            self.redirections(&simple.redirections);
        }
    }

    fn blank(&mut self, first: &mut bool) {
        if !std::mem::take(first) {
            self.out.push(' ');
        }
    }

    fn assignment(&mut self, assignment: &Assignment) {
        self.out.push_str(&assignment.name);
        if let Some(subscript) = &assignment.subscript {
            self.out.extend(["[", &subscript.source, "]"]);
        }
        self.out.push_str(if assignment.append { "+=" } else { "=" });
        match &assignment.value {
            AssignmentValue::Scalar(word) => self.out.push_str(&word.source),
            AssignmentValue::Array(elements) => {
                self.out.push('(');
                for (index, element) in elements.iter().enumerate() {
                    if index > 0 {
                        self.out.push(' ');
                    }
                    if let Some(subscript) = &element.subscript {
                        let sign = if element.append { "]+=" } else { "]=" };
                        self.out.extend(["[", &subscript.source, sign]);
                    }
                    self.out.push_str(&element.value.source);
                }
                self.out.push(')');
            }
        }
    }

    fn words(&mut self, words: &[Word], separator: &str) {
        for (index, word) in words.iter().enumerate() {
            if index > 0 {
                self.out.push_str(separator);
            }
            self.out.push_str(&word.source);
        }
    }
}
