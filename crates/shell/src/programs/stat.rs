//! `stat`: everything the filesystem knows of an inode.

use crate::programs::command::{Builtin, BuiltinContext, ExecResult, Result};
use async_trait::async_trait;
use sandbox_fs::{Kind, Stat as Inode, Timestamp};

use super::getopt::{Known, missing_operand};
use super::inode::{Moment, Names, kind_letter, letters, look};
use super::quoting::quoted_name;
use super::rm::kind_name;
use super::usage;
use crate::programs::command::Run;

pub(super) struct Stat;

const KNOWN: Known = Known {
    letters: "c:fLt",
    long: &[
        ("cached=", '\u{1}'),
        ("dereference", 'L'),
        ("file-system", 'f'),
        ("format", 'c'),
        ("printf=", '\u{2}'),
        ("terse", 't'),
    ],
};

/// What `-t` shows.
const TERSE: &str = "%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o";

#[derive(Default)]
struct Wish {
    follow: bool,
    /// The format, and whether a newline follows it.
    format: Option<(String, bool)>,
    paths: Vec<String>,
}

fn wish(args: &[String]) -> std::result::Result<Wish, String> {
    let given = KNOWN.read(args)?;
    let mut wish = Wish { follow: given.has('L'), ..Wish::default() };
    for (letter, text) in &given.options {
        match letter {
            'c' => wish.format = Some((text.clone(), true)),
            '\u{2}' => wish.format = Some((text.clone(), false)),
            't' if wish.format.is_none() => wish.format = Some((TERSE.to_owned(), true)),
            'f' => return Err("-f is not available in this stand-in yet (simulated sandbox)".to_owned()),
            _ => {}
        }
    }
    wish.paths = given.operands;
    if wish.paths.is_empty() { Err(missing_operand(&[])) } else { Ok(wish) }
}

#[async_trait]
impl Builtin for Stat {
    async fn execute(&self, ctx: &BuiltinContext<'_>) -> Result<ExecResult> {
        let run = ctx.run.clone();
        let wish = match wish(ctx.args) {
            Ok(wish) => wish,
            Err(problem) => return Ok(usage::error("stat", problem)),
        };
        let (mut out, mut problems) = (String::new(), String::new());
        for shown in &wish.paths {
            let path = match shown.as_str() {
                "" => String::new(),
                shown => ctx.cwd.join(shown).to_string_lossy().into_owned(),
            };
            match look(&run, &path, wish.follow) {
                Ok(node) => {
                    let subject = Subject::new(&run, shown, &path, node);
                    match &wish.format {
                        Some((format, newline)) => {
                            subject.format(&mut out, format, !newline);
                            out.push_str(if *newline { "\n" } else { "" });
                        }
                        None => subject.format(&mut out, &subject.default_format(), true),
                    }
                }
                Err(error) => {
                    problems.push_str(&format!("stat: cannot statx {}: {error}\n", quoted_name(shown)))
                }
            }
        }
        let mut result = ExecResult::err(problems.clone(), i32::from(!problems.is_empty()));
        result.stdout = out.into();
        Ok(result)
    }
}

/// One file that is described.
struct Subject<'a> {
    run: &'a Run,
    shown: &'a str,
    path: &'a str,
    inode: Inode,
}

impl<'a> Subject<'a> {
    fn new(run: &'a Run, shown: &'a str, path: &'a str, inode: Inode) -> Self {
        Self { run, shown, path, inode }
    }

    fn default_format(&self) -> String {
        let name = if self.inode.kind == Kind::Symlink { "%N" } else { "%n" };
        let device = if self.inode.kind == Kind::Device { " Device type: %t,%T" } else { "" };
        format!(
            "  File: {name}\\n  Size: %-10s\\tBlocks: %-10b IO Block: %-6o %F\\nDevice: 0,%d\\tInode: %-11i Links: %h{device}\\n\
             Access: (%04a/%A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\\nAccess: %x\\nModify: %y\\nChange: %z\\n Birth: %w\\n"
        )
    }

    /// Writes a format; `escapes` reads backslashes as `printf` does.
    fn format(&self, out: &mut String, format: &str, escapes: bool) {
        let mut letters = format.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '%' => {
                    let mut flags = String::new();
                    while let Some(flag) =
                        letters.next_if(|next| next.is_ascii_digit() || "-+ #.".contains(*next))
                    {
                        flags.push(flag);
                    }
                    match letters.next() {
                        Some('%') | None => out.push('%'),
                        Some(directive) => out.push_str(&padded(&self.value(directive, &mut flags), &flags)),
                    }
                }
                '\\' if escapes => match letters.next() {
                    Some('n') => out.push('\n'),
                    Some('t') => out.push('\t'),
                    Some('0') => out.push('\0'),
                    Some(other) => out.push(other),
                    None => out.push('\\'),
                },
                _ => out.push(letter),
            }
        }
    }

    fn value(&self, directive: char, flags: &mut String) -> String {
        let inode = &self.inode;
        let seconds = |time: Timestamp| time.as_secs().to_string();
        let full = |time: Timestamp| Moment::of(time).full();
        match directive {
            'n' => self.shown.to_owned(),
            'N' => match (inode.kind, self.run.files.read_link(self.path)) {
                (Kind::Symlink, Ok(target)) => {
                    format!("{} -> {}", quoted_name(self.shown), quoted_name(&target))
                }
                _ => quoted_name(self.shown),
            },
            'a' => format!("{:o}", inode.mode),
            'A' => letters(kind_letter(inode.kind), inode.mode),
            'f' => format!("{:x}", inode.mode | self.kind_bits()),
            'F' => kind_name(inode).to_owned(),
            's' => inode.size.to_string(),
            'b' => inode.blocks.to_string(),
            'B' => "512".to_owned(),
            'o' => "4096".to_owned(),
            'd' => inode.dev.to_string(),
            'D' => format!("{:x}", inode.dev),
            'i' => inode.ino.to_string(),
            'h' => inode.nlink.to_string(),
            'u' => inode.uid.to_string(),
            'g' => inode.gid.to_string(),
            'U' => Names::read(self.run, "/etc/passwd").name(inode.uid),
            'G' => Names::read(self.run, "/etc/group").name(inode.gid),
            't' => format!("{:x}", inode.rdev.0),
            'T' => format!("{:x}", inode.rdev.1),
            'm' => self.run.files.statfs(self.path).map_or_else(|_| "/".to_owned(), |found| found.mount_path),
            'x' => full(inode.atime),
            'y' => full(inode.mtime),
            'z' => full(inode.ctime),
            'w' => full(inode.btime),
            'X' => seconds(inode.atime),
            'Y' => seconds(inode.mtime),
            'Z' => seconds(inode.ctime),
            'W' => seconds(inode.btime),
            unknown => {
                flags.clear();
                format!("?{unknown}")
            }
        }
    }

    fn kind_bits(&self) -> u32 {
        match self.inode.kind {
            Kind::Fifo => 0o010_000,
            Kind::Device => 0o020_000,
            Kind::Directory => 0o040_000,
            Kind::File => 0o100_000,
            Kind::Symlink => 0o120_000,
        }
    }
}

/// Pads a value as `printf` does: a width, perhaps with `-` or `0` before it.
fn padded(value: &str, flags: &str) -> String {
    let width: usize = flags.trim_start_matches(['-', '0']).parse().unwrap_or(0);
    let missing = width.saturating_sub(value.chars().count());
    match flags.chars().next() {
        Some('-') => format!("{value}{}", " ".repeat(missing)),
        Some('0') => format!("{}{value}", "0".repeat(missing)),
        _ => format!("{}{value}", " ".repeat(missing)),
    }
}
