//! The lines of `ls`.

use sandbox_fs::{Kind, Timestamp};

use super::df::human_size;
use super::inode::{Moment, Names, Node, kind_letter, letters};
use super::ls::Wish;
use crate::engine::Run;

/// One name of a listing.
pub(super) struct Item {
    /// The name as it is shown.
    pub(super) shown: String,
    /// Its absolute path.
    pub(super) path: String,
    pub(super) node: Node,
}

/// Half a year: older files show their year instead of the time of day.
const RECENT: i64 = 15_778_476;

/// Writes the lines of `items`, with a total before them for the contents of a directory.
pub(super) fn write(out: &mut String, run: &Run, wish: &Wish, items: &[Item], with_total: bool) {
    if with_total && (wish.long || wish.blocks) {
        let blocks: u64 = items.iter().map(Item::blocks).sum();
        let total = if wish.human { human_size(blocks * 512) } else { (blocks / 2).to_string() };
        out.push_str(&format!("total {total}\n"));
    }
    if wish.commas && !wish.long {
        if !items.is_empty() {
            out.push_str(&items.iter().map(|item| item.shown.as_str()).collect::<Vec<_>>().join(", "));
            out.push('\n');
        }
        return;
    }
    let rows: Vec<Vec<String>> = if wish.long {
        let names = (Names::read(run, "/etc/passwd"), Names::read(run, "/etc/group"));
        items.iter().map(|item| columns(run, wish, item, &names)).collect()
    } else {
        items.iter().map(|_| Vec::new()).collect()
    };
    let width = |at: usize| rows.iter().map(|row| row[at].len()).max().unwrap_or(0);
    let widths: Vec<usize> = rows.first().map(|row| (0..row.len()).map(width).collect()).unwrap_or_default();
    let inode_width = items.iter().map(|item| item.inode().len()).max().unwrap_or(0);
    let block_width = items.iter().map(|item| (item.blocks() / 2).to_string().len()).max().unwrap_or(0);
    for (item, row) in items.iter().zip(&rows) {
        if wish.inode {
            out.push_str(&format!("{:>inode_width$} ", item.inode()));
        }
        if wish.blocks {
            out.push_str(&format!("{:>block_width$} ", item.blocks() / 2));
        }
        for (at, cell) in row.iter().enumerate() {
            // Owner and group are words, the rest are numbers; the mode has one width.
            let word = at >= 2 && at + 2 < row.len() && !wish.numeric;
            match word {
                true => out.push_str(&format!("{cell:<width$} ", width = widths[at])),
                false => out.push_str(&format!("{cell:>width$} ", width = widths[at])),
            }
        }
        out.push_str(&item.shown);
        out.push_str(&item.mark(wish));
        if wish.long
            && item.kind() == Some(Kind::Symlink)
            && let Ok(target) = run.sandbox.namespace.read_link(&item.path)
        {
            out.push_str(&format!(" -> {target}"));
        }
        out.push('\n');
    }
}

fn columns(run: &Run, wish: &Wish, item: &Item, names: &(Names, Names)) -> Vec<String> {
    let (mode, links, uid, gid, size, time) = match &item.node {
        Node::Inode(stat) => {
            let size = if wish.human { human_size(stat.size) } else { stat.size.to_string() };
            (letters(kind_letter(stat.kind), stat.mode), stat.nlink, stat.uid, stat.gid, size, stat.mtime)
        }
        Node::Device(major, minor) => {
            (letters('c', 0o666), 1, 0, 0, format!("{major}, {minor:>3}"), run.sandbox.started)
        }
    };
    let mut row = vec![mode, links.to_string()];
    if !wish.no_owner {
        row.push(if wish.numeric { uid.to_string() } else { names.0.name(uid) });
    }
    if !wish.no_group {
        row.push(if wish.numeric { gid.to_string() } else { names.1.name(gid) });
    }
    row.push(size);
    row.push(shown_time(wish, time, run.sandbox.host.now()));
    row
}

fn shown_time(wish: &Wish, time: Timestamp, now: Timestamp) -> String {
    let moment = Moment::of(time);
    if wish.full_time {
        return moment.full();
    }
    let age = now.as_secs() - time.as_secs();
    if (0..RECENT).contains(&age) {
        format!("{} {}", moment.short_date(), moment.clock())
    } else {
        format!("{}  {}", moment.short_date(), moment.year)
    }
}

impl Item {
    fn kind(&self) -> Option<Kind> {
        if let Node::Inode(stat) = &self.node { Some(stat.kind) } else { None }
    }

    fn blocks(&self) -> u64 {
        if let Node::Inode(stat) = &self.node { stat.blocks } else { 0 }
    }

    fn inode(&self) -> String {
        if let Node::Inode(stat) = &self.node { stat.ino.to_string() } else { "0".to_owned() }
    }

    fn mark(&self, wish: &Wish) -> String {
        let executable = matches!(&self.node, Node::Inode(stat) if stat.mode & 0o111 != 0);
        let mark = match (wish.classify, self.kind()) {
            (Some(_), Some(Kind::Directory)) => "/",
            (Some('F'), Some(Kind::Symlink)) if !wish.long => "@",
            (Some('F'), Some(Kind::File)) if executable => "*",
            _ => "",
        };
        mark.to_owned()
    }
}
