//! `pr`: pages with headers, and lines in columns.

mod layout;
mod options;

use std::collections::VecDeque;

use super::super::date::{Zone, formatted};
use super::super::getopt::Given;
use super::super::live::Stop;
use super::tool::{End, Input, Io, Worked};
use crate::limits::MAX_WHOLE_BYTES;
use layout::Line;
pub(super) use options::KNOWN;
use options::{Columns, Wish};

/// An input and the lines of it that were read ahead.
struct Source {
    input: Input,
    ready: VecDeque<Entry>,
    ended: bool,
    /// Bytes that do not end a line yet.
    line: Vec<u8>,
}

/// What an input gives next.
enum Entry {
    Line(Vec<u8>),
    /// The page ends.
    Feed,
}

impl Source {
    /// The next line of this page; none at the page's or the input's end.
    async fn line(&mut self, io: &mut Io<'_>) -> Worked<Option<Vec<u8>>> {
        if !self.fill(io).await? {
            return Ok(None);
        }
        match self.ready.front() {
            Some(Entry::Line(_)) => match self.ready.pop_front() {
                Some(Entry::Line(line)) => Ok(Some(line)),
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }

    /// Whether anything follows.
    async fn fill(&mut self, io: &mut Io<'_>) -> Worked<bool> {
        while self.ready.is_empty() && !self.ended {
            self.line.clear();
            if !self.input.line(io, b'\n', &mut self.line).await? {
                self.ended = true;
                break;
            }
            let text = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
            let mut parts = text.split(|byte| *byte == b'\x0c').peekable();
            while let Some(part) = parts.next() {
                let is_last = parts.peek().is_none();
                if !part.is_empty() || is_last && !text.ends_with(b"\x0c") {
                    self.ready.push_back(Entry::Line(part.to_vec()));
                }
                if !is_last {
                    self.ready.push_back(Entry::Feed);
                }
            }
        }
        Ok(!self.ready.is_empty())
    }

    fn end_page(&mut self) {
        if matches!(self.ready.front(), Some(Entry::Feed)) {
            self.ready.pop_front();
        }
    }
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let wish = match Wish::new(&given) {
        Ok(wish) => wish,
        Err(problem) => return Err(io.fatal(problem).await),
    };
    let mut operands = given.operands;
    let mut wish = wish;
    if let Some(pages) = operands.first().and_then(|first| first.strip_prefix('+')).and_then(options::pages) {
        wish.pages = pages;
        operands.remove(0);
    }
    if operands.is_empty() {
        operands.push("-".to_owned());
    }
    if wish.columns == Columns::Files {
        wish.count = operands.len();
        let mut sources = Vec::new();
        for operand in &operands {
            sources.extend(open(io, &wish, operand).await?);
        }
        wish.count = sources.len();
        if !sources.is_empty() {
            pages(io, &wish, &mut sources, "", None).await?;
        }
    } else {
        for operand in &operands {
            let Some(source) = open(io, &wish, operand).await? else { continue };
            let shown = if operand == "-" { "" } else { operand };
            let path = io.ctx.cwd.join(operand);
            let changed = match operand.as_str() {
                "-" => None,
                _ => io.run.files.stat(&path.to_string_lossy()).ok().map(|stat| stat.mtime),
            };
            let worked = pages(io, &wish, &mut [source], shown, changed).await;
            match worked {
                Err(End::Stop(Stop::Input(reason))) => io.complain(format!("{operand}: {reason}")).await?,
                worked => worked?,
            }
        }
    }
    Ok(io.code())
}

async fn open(io: &mut Io<'_>, wish: &Wish, operand: &str) -> Worked<Option<Source>> {
    match io.open(operand).await? {
        Ok(input) => Ok(Some(Source { input, ready: VecDeque::new(), ended: false, line: Vec::new() })),
        Err(reason) => {
            io.failed = true;
            if !wish.silent {
                io.say(format!("{operand}: {reason}")).await?;
            }
            Ok(None)
        }
    }
}

/// All pages of one file, or of several side by side.
async fn pages(
    io: &mut Io<'_>,
    wish: &Wish,
    sources: &mut [Source],
    name: &str,
    changed: Option<sandbox_fs::Timestamp>,
) -> Worked<()> {
    let zone = io.ctx.env.get("TZ").map_or_else(Zone::utc, |zone| Zone::named(zone));
    let changed = changed.unwrap_or_else(|| io.run.host.now());
    let date = formatted(&wish.date, changed, &zone);
    let title = wish.title.clone().unwrap_or_else(|| name.to_owned());
    let mut number = wish.first_number;
    let mut page = 1;
    loop {
        let mut any = false;
        for source in sources.iter_mut() {
            any |= source.fill(io).await?;
        }
        if !any || wish.pages.1.is_some_and(|last| page > last) {
            return Ok(());
        }
        let is_shown = page >= wish.pages.0;
        let rows = rows(io, wish, sources, &mut number).await?;
        sources.iter_mut().for_each(Source::end_page);
        if is_shown {
            show(io, wish, &rows, &date, &title, page).await?;
        }
        page += 1;
    }
}

/// A page's rows, each with the cells of its columns: the line and its number.
type Rows = Vec<Vec<Option<(u64, Vec<u8>)>>>;

async fn rows(io: &mut Io<'_>, wish: &Wish, sources: &mut [Source], number: &mut u64) -> Worked<Rows> {
    let most = wish.body_rows();
    let mut rows: Rows = Vec::new();
    if wish.columns == Columns::Files {
        while rows.len() < most {
            let mut row = Vec::new();
            for source in sources.iter_mut() {
                row.push(source.line(io).await?.map(|line| (*number, line)));
            }
            if row.iter().all(Option::is_none) {
                break;
            }
            *number += 1;
            rows.push(row);
            io.turn().await?;
        }
        return Ok(rows);
    }
    let mut lines = Vec::new();
    let mut held = 0;
    while lines.len() < most * wish.count
        && let Some(line) = sources[0].line(io).await?
    {
        held += line.len() as u64;
        if held > MAX_WHOLE_BYTES {
            return Err(End::Stop(Stop::out_of_memory()));
        }
        lines.push(Some((*number, line)));
        *number += 1;
    }
    let count = lines.len();
    if wish.columns == Columns::Across {
        let mut lines = lines.into_iter().peekable();
        while lines.peek().is_some() {
            rows.push(lines.by_ref().take(wish.count).collect());
        }
        return Ok(rows);
    }
    // All columns as long as the first, or one shorter: except on a full page.
    let heights: Vec<usize> =
        (0..wish.count).map(|column| count / wish.count + usize::from(column < count % wish.count)).collect();
    rows.resize_with(heights[0], Vec::new);
    let mut lines = lines.into_iter();
    for height in heights {
        for row in rows.iter_mut().take(height) {
            row.extend(lines.next());
        }
    }
    Ok(rows)
}

async fn show(io: &mut Io<'_>, wish: &Wish, rows: &Rows, date: &str, title: &str, page: u64) -> Worked<()> {
    let margin = " ".repeat(wish.margin);
    if wish.framed() {
        let number = format!("Page {page}");
        let free = wish.width.saturating_sub(date.len() + number.len() + title.len());
        let (left, right) = (" ".repeat((free / 2).max(1)), " ".repeat((free - free / 2).max(1)));
        let header = format!("\n\n{margin}{date}{left}{title}{right}{number}\n\n\n");
        io.out.extend_from_slice(header.as_bytes());
    }
    for row in rows {
        let mut line = Line::new(wish);
        line.row(row);
        io.out.extend_from_slice(&line.out);
        io.out.push(b'\n');
        if wish.doubled {
            io.out.push(b'\n');
        }
        io.turn().await?;
    }
    if wish.framed() {
        let used = rows.len() * if wish.doubled { 2 } else { 1 };
        if wish.feeds {
            io.out.push(b'\x0c');
        } else {
            let left = (wish.length - 10).saturating_sub(used) + 5;
            io.out.extend_from_slice("\n".repeat(left).as_bytes());
        }
    } else if wish.feeds && wish.keeps_feeds {
        io.out.push(b'\x0c');
    }
    Ok(())
}
