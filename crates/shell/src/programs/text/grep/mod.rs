//! `grep`, `egrep` and `fgrep`: lines of their inputs in which patterns fit.

mod colors;
mod files;
mod matcher;
mod options;
mod perl;
mod print;
mod search;

use super::super::getopt::Given;
use super::super::live::{Stop, write};
use super::super::{quoting, usage};
use super::tool::{End, Io, Worked};
use crate::limits::MAX_SCRIPT_BYTES;
use matcher::{Kind, Matcher};
pub(super) use options::KNOWN;
use options::{Directories, NameRule, Wish, Wrong};
use print::{Printer, SELECTED};
use search::Search;

/// Exit code when something went wrong.
const TROUBLE: i32 = 2;

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let mut wish = match Wish::new(io.ctx.name, &given, |name| io.ctx.env.get(name).cloned()) {
        Ok(wish) => wish,
        Err(Wrong::Told(problem)) => return Err(io.fatal(problem).await),
        Err(Wrong::Directories(value)) => {
            let problem = format!(
                "invalid argument {} for '--directories'\nValid arguments are:\n  - 'read'\n  - 'recurse'\n  - 'skip'",
                quoting::value(&value)
            );
            io.misused(problem).await;
            return Ok(1);
        }
        Err(Wrong::Help) => return shown(io, &format!("Usage: {HELP}\n")).await,
        Err(Wrong::Version) => return shown(io, &usage::version("grep")).await,
    };
    let mut operands = given.operands.clone();
    for (letter, name) in &given.options {
        if *letter == 'Q' {
            let text = read(io, name).await?;
            let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
            let patterns = lines.map(|line| String::from_utf8_lossy(line).into_owned());
            wish.files.extend(patterns.map(|pattern| NameRule { pattern, only: false }));
        }
    }
    let Some(patterns) = patterns(io, &given, &mut operands).await? else {
        return Err(io.misused("").await);
    };
    if given.has('u') {
        io.say("warning: --unix-byte-offsets (-u) is obsolete").await?;
    }
    if let (Some(_), Some(old)) = (&wish.colors, io.ctx.env.get("GREP_COLOR").filter(|old| !old.is_empty())) {
        io.say(format!("warning: GREP_COLOR='{old}' is deprecated; use GREP_COLORS='mt={old}'")).await?;
    }
    if wish.rules.kind == Kind::Perl && patterns.len() > 1 && wish.rules.end != 0 {
        return Err(io.fatal("the -P option only supports a single pattern").await);
    }
    let mut warnings = Vec::new();
    let compiled = Matcher::new(&patterns, wish.rules, &mut warnings);
    for warning in warnings {
        io.say(format!("warning: {warning}")).await?;
    }
    let matcher = match compiled {
        Ok(matcher) => matcher,
        Err(problem) => return Err(io.fatal(problem).await),
    };
    if wish.max == Some(0) && wish.list != Some(false) {
        return Ok(1);
    }
    let recurses = wish.directories == Directories::Recurse;
    let names = match wish.names {
        None if operands.len() > 1 => Some(true),
        // Below directories.
        None if recurses => None,
        names => Some(names == Some(true)),
    };
    let search = Search { wish: &wish, matcher: &matcher, shown_any: false };
    let mut grep = Grep { wish: &wish, search, names, any: false };
    match &operands[..] {
        [] if recurses => grep.operand(io, ".", true).await?,
        [] => grep.operand(io, "-", false).await?,
        operands => {
            for operand in operands {
                grep.operand(io, operand, false).await?;
                if grep.is_done() {
                    break;
                }
            }
        }
    }
    Ok(match (grep.any, io.failed) {
        (true, _) if wish.quiet => 0,
        (_, true) => TROUBLE,
        (any, false) => i32::from(!any),
    })
}

/// A running `grep`.
struct Grep<'a> {
    wish: &'a Wish,
    search: Search<'a>,
    /// Whether names stand before lines; with `None` before those of files in directories.
    names: Option<bool>,
    /// Whether a line was selected.
    any: bool,
}

impl Grep<'_> {
    /// Whether nothing that follows matters.
    fn is_done(&self) -> bool {
        self.wish.quiet && self.any
    }

    /// Looks through a file and shows what is to be shown.
    async fn file(&mut self, io: &mut Io<'_>, operand: &str, named: bool) -> Worked<()> {
        let shown = match operand {
            "-" => self.wish.label.as_deref().unwrap_or("(standard input)"),
            operand => operand,
        };
        let name = named.then_some(shown);
        let opened = match operand {
            "" => Err(sandbox_fs::Errno::ENOENT.message().to_owned()),
            operand => io.open(operand).await?,
        };
        let outcome = match opened {
            Err(reason) => Err(reason),
            Ok(mut input) => match self.search.input(io, &mut input, name).await {
                Err(End::Stop(Stop::Input(reason))) => Err(reason),
                outcome => Ok(outcome?),
            },
        };
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(reason) => {
                io.failed = true;
                return if self.wish.silent {
                    Ok(())
                } else {
                    Ok(io.say(format!("{shown}: {reason}")).await?)
                };
            }
        };
        self.any |= outcome.count > 0;
        if self.wish.quiet {
            return Ok(());
        }
        let printer = Printer { wish: self.wish, matcher: self.search.matcher, name, width: 0 };
        if self.wish.count && self.wish.list.is_none() {
            printer.name(&mut io.out, SELECTED);
            io.out.extend_from_slice(format!("{}\n", outcome.count).as_bytes());
        }
        if self.wish.list == Some(outcome.count > 0) {
            printer.file(&mut io.out, shown);
            io.out.push(if self.wish.null { 0 } else { b'\n' });
        }
        if outcome.binary {
            io.say(format!("{shown}: binary file matches")).await?;
        }
        if self.wish.line_buffered {
            io.flush().await?;
        }
        Ok(())
    }
}

/// The patterns, which may be the first operand; none where there is none.
async fn patterns(
    io: &mut Io<'_>,
    given: &Given,
    operands: &mut Vec<String>,
) -> Worked<Option<Vec<Vec<u8>>>> {
    let mut patterns: Vec<Vec<u8>> = Vec::new();
    let mut add = |text: &[u8]| patterns.extend(text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec));
    let mut any = false;
    for (letter, value) in &given.options {
        match letter {
            'e' => add(value.as_bytes()),
            'f' => {
                let text = read(io, value).await?;
                if !text.is_empty() {
                    add(text.strip_suffix(b"\n").unwrap_or(&text));
                }
            }
            _ => continue,
        }
        any = true;
    }
    if !any {
        if operands.is_empty() {
            return Ok(None);
        }
        add(operands.remove(0).as_bytes());
    }
    Ok(Some(patterns))
}

/// A whole file that an option names.
async fn read(io: &mut Io<'_>, name: &str) -> Worked<Vec<u8>> {
    let problem = match io.open(name).await? {
        Err(reason) => reason,
        Ok(mut input) => match input.rest(io).await {
            Ok(text) if text.len() <= MAX_SCRIPT_BYTES => return Ok(text),
            Ok(_) => sandbox_fs::Errno::ENOMEM.message().to_owned(),
            Err(Stop::Input(reason)) => reason,
            Err(stop) => return Err(stop.into()),
        },
    };
    Err(io.fatal(format!("{name}: {problem}")).await)
}

async fn shown(io: &mut Io<'_>, text: &str) -> Worked {
    write(io.ctx, text.as_bytes()).await?;
    Ok(0)
}

/// What `--help` shows, after the word `Usage:`.
pub(super) const HELP: &str = "\
grep [OPTION]... PATTERNS [FILE]...
Search for PATTERNS in each FILE.
Example: grep -i 'hello world' menu.h main.c
PATTERNS can contain multiple patterns separated by newlines.

Pattern selection and interpretation:
  -E, --extended-regexp     PATTERNS are extended regular expressions
  -F, --fixed-strings       PATTERNS are strings
  -G, --basic-regexp        PATTERNS are basic regular expressions
  -P, --perl-regexp         PATTERNS are Perl regular expressions
  -e, --regexp=PATTERNS     use PATTERNS for matching
  -f, --file=FILE           take PATTERNS from FILE
  -i, --ignore-case         ignore case distinctions in patterns and data
      --no-ignore-case      do not ignore case distinctions (default)
  -w, --word-regexp         match only whole words
  -x, --line-regexp         match only whole lines
  -z, --null-data           a data line ends in 0 byte, not newline

Miscellaneous:
  -s, --no-messages         suppress error messages
  -v, --invert-match        select non-matching lines
  -V, --version             display version information and exit
      --help                display this help text and exit

Output control:
  -m, --max-count=NUM       stop after NUM selected lines
  -b, --byte-offset         print the byte offset with output lines
  -n, --line-number         print line number with output lines
      --line-buffered       flush output on every line
  -H, --with-filename       print file name with output lines
  -h, --no-filename         suppress the file name prefix on output
      --label=LABEL         use LABEL as the standard input file name prefix
  -o, --only-matching       show only nonempty parts of lines that match
  -q, --quiet, --silent     suppress all normal output
      --binary-files=TYPE   assume that binary files are TYPE;
                            TYPE is 'binary', 'text', or 'without-match'
  -a, --text                equivalent to --binary-files=text
  -I                        equivalent to --binary-files=without-match
  -d, --directories=ACTION  how to handle directories;
                            ACTION is 'read', 'recurse', or 'skip'
  -D, --devices=ACTION      how to handle devices, FIFOs and sockets;
                            ACTION is 'read' or 'skip'
  -r, --recursive           like --directories=recurse
  -R, --dereference-recursive  likewise, but follow all symlinks
      --include=GLOB        search only files that match GLOB (a file pattern)
      --exclude=GLOB        skip files that match GLOB
      --exclude-from=FILE   skip files that match any file pattern from FILE
      --exclude-dir=GLOB    skip directories that match GLOB
  -L, --files-without-match  print only names of FILEs with no selected lines
  -l, --files-with-matches  print only names of FILEs with selected lines
  -c, --count               print only a count of selected lines per FILE
  -T, --initial-tab         make tabs line up (if needed)
  -Z, --null                print 0 byte after FILE name

Context control:
  -B, --before-context=NUM  print NUM lines of leading context
  -A, --after-context=NUM   print NUM lines of trailing context
  -C, --context=NUM         print NUM lines of output context
  -NUM                      same as --context=NUM
      --group-separator=SEP  print SEP on line between matches with context
      --no-group-separator  do not print separator for matches with context
      --color[=WHEN],
      --colour[=WHEN]       use markers to highlight the matching strings;
                            WHEN is 'always', 'never', or 'auto'
  -U, --binary              do not strip CR characters at EOL (MSDOS/Windows)

When FILE is '-', read standard input.  With no FILE, read '.' if
recursive, '-' otherwise.  With fewer than two FILEs, assume -h.
Exit status is 0 if any line is selected, 1 otherwise;
if any error occurs and -q is not given, the exit status is 2.

Report bugs to: bug-grep@gnu.org
GNU grep home page: <https://www.gnu.org/software/grep/>
General help using GNU software: <https://www.gnu.org/gethelp/>";
