//! Which files are looked through.

use sandbox_fs::Kind;

use super::super::super::glob::{self, Rules};
use super::super::super::tree::{Follow, Found, Step, Walk};
use super::super::tool::{Io, Worked};
use super::Grep;
use super::options::{Directories, NameRule};

/// Where names are left out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Among the operands: any part of a path may match.
    Operands,
    /// In a directory.
    Below,
}

/// Whether a name is left out. The last rule that matches decides; where none does, what the first one does not say.
fn left_out(rules: &[NameRule], name: &str, place: Place) -> bool {
    let matches = |rule: &&NameRule| match place {
        Place::Below => glob::matches(&rule.pattern, name, Rules::default()),
        Place::Operands => {
            let parts = name.match_indices('/').map(|(at, _)| &name[at + 1..]);
            std::iter::once(name)
                .chain(parts)
                .any(|part| glob::matches(&rule.pattern, part, Rules::default()))
        }
    };
    match rules.iter().rev().find(matches) {
        Some(rule) => !rule.only,
        None => rules.first().is_some_and(|rule| rule.only),
    }
}

impl Grep<'_> {
    /// An operand; `-` is standard input. With `here` it is the directory that nobody named.
    pub(super) async fn operand(&mut self, io: &mut Io<'_>, operand: &str, here: bool) -> Worked<()> {
        if operand == "-" {
            return self.file(io, "-", self.names == Some(true)).await;
        }
        let path = match operand {
            "" => String::new(),
            operand => io.ctx.cwd.join(operand).to_string_lossy().into_owned(),
        };
        let kind = io.run.sandbox.namespace.stat(&path).map(|stat| stat.kind);
        let skipped = match kind {
            Ok(Kind::Directory) => {
                self.wish.directories == Directories::Skip
                    || !here && left_out(&self.wish.left_out_directories, operand, Place::Operands)
            }
            Ok(Kind::File) | Err(_) => left_out(&self.wish.files, operand, Place::Operands),
            Ok(_) => self.wish.devices == Some(false) || left_out(&self.wish.files, operand, Place::Operands),
        };
        if skipped {
            return Ok(());
        }
        match kind {
            Ok(Kind::Directory) if self.wish.directories == Directories::Recurse => {
                self.directory(io, operand, path, here).await
            }
            _ => self.file(io, operand, self.names == Some(true)).await,
        }
    }

    async fn directory(&mut self, io: &mut Io<'_>, operand: &str, path: String, here: bool) -> Worked<()> {
        let follow = if self.wish.follow { Follow::Always } else { Follow::First };
        let files = io.run.sandbox.namespace.clone();
        let mut walk = Walk::new(operand, path, follow);
        while let Some(step) = walk.next(&files) {
            let last = |found: &Found| found.shown.rsplit('/').next().unwrap_or_default().to_owned();
            match step {
                Step::Enter(found) => {
                    let rules = &self.wish.left_out_directories;
                    if found.depth > 0 && left_out(rules, &last(&found), Place::Below) {
                        walk.skip();
                    }
                }
                Step::File(found) if self.is_wanted(&found, &last(&found)) => {
                    let shown = if here { found.shown.trim_start_matches("./") } else { &found.shown };
                    self.file(io, shown, self.names != Some(false)).await?;
                    if self.is_done() {
                        return Ok(());
                    }
                }
                Step::Circle(found) if !self.wish.silent => {
                    io.complain(format!("{}: warning: recursive directory loop", found.shown)).await?;
                }
                Step::Unreadable(found, error) if !self.wish.silent => {
                    io.complain(format!("{}: {error}", found.shown)).await?;
                }
                Step::Circle(_) | Step::Unreadable(..) => io.failed = true,
                Step::File(_) | Step::Leave(_) | Step::Missing(_) => {}
            }
            io.turn().await?;
        }
        Ok(())
    }

    fn is_wanted(&self, found: &Found, name: &str) -> bool {
        let kind_counts = match found.stat.kind {
            Kind::File => true,
            // One that leads nowhere, which is to be told.
            Kind::Symlink => self.wish.follow,
            _ => self.wish.devices == Some(true),
        };
        kind_counts && !left_out(&self.wish.files, name, Place::Below)
    }
}
