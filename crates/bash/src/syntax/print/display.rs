//! Trees on one line where that is possible: `jobs`, `$BASH_COMMAND`, messages.

use std::fmt::{Display, Formatter, Result};

use super::{super::ast::*, Printer};

/// What `print` puts out.
fn shown<'a>(print: impl FnOnce(&mut Printer<'a>)) -> String {
    let mut printer = Printer { unindented: 1, ..Printer::default() };
    print(&mut printer);
    printer.deferred("");
    printer.out
}

impl Display for List {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&shown(|printer| printer.list(self)))
    }
}

impl Display for AndOr {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&shown(|printer| printer.and_or(self)))
    }
}

impl Display for Pipeline {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&shown(|printer| printer.pipeline(self)))
    }
}

impl Display for Command {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&shown(|printer| printer.command(self)))
    }
}

impl Display for Simple {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&shown(|printer| printer.simple(self)))
    }
}

impl Display for Compound {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&shown(|printer| printer.compound(self)))
    }
}

impl Display for Assignment {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&shown(|printer| printer.assignment(self)))
    }
}

impl Display for Redirection {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&shown(|printer| printer.redirections(std::slice::from_ref(self))))
    }
}

impl Display for Word {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&self.source)
    }
}
