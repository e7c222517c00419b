//! The tree of files as rows: what is open, in order, with its depth.

use crate::cloud::{FileEntry, FileKind};

/// The directories read so far, with their paths. A handful, so looking through them all is quick.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Listings(Vec<(String, Vec<FileEntry>)>);

impl Listings {
    /// Keeps a directory's entries, which come by name: first what has changed since a time, where one is given, and
    /// in both parts directories first.
    pub(crate) fn put(&mut self, path: String, entries: Vec<FileEntry>, since: Option<&str>) {
        let (fresh, old): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| is_fresh(entry, since));
        let ordered = directories_first(fresh).chain(directories_first(old)).collect();
        self.remove(&path);
        self.0.push((path, ordered));
    }

    pub(crate) fn remove(&mut self, path: &str) {
        self.0.retain(|(kept, _)| kept != path);
    }

    /// True for a directory that was read and has nothing in it.
    pub(crate) fn is_empty(&self, path: &str) -> bool {
        self.0.iter().any(|(kept, entries)| kept == path && entries.is_empty())
    }

    fn of(&self, path: &str) -> &[FileEntry] {
        self.0.iter().find(|(kept, _)| kept == path).map_or(&[], |(_, entries)| entries.as_slice())
    }
}

/// Whether an entry has changed since a time; where none is given, none counts as old.
pub(crate) fn is_fresh(entry: &FileEntry, since: Option<&str>) -> bool {
    since.is_none_or(|since| entry.modified_at.as_str() >= since)
}

fn directories_first(entries: Vec<FileEntry>) -> impl Iterator<Item = FileEntry> {
    let (directories, rest): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|entry| entry.kind == FileKind::Directory);
    directories.into_iter().chain(rest)
}

/// One line of the tree.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) entry: FileEntry,
    pub(crate) depth: usize,
    pub(crate) open: bool,
    /// An open directory with nothing in it.
    pub(crate) empty: bool,
}

/// The rows below `top`, without what lies at or under `without`.
pub(crate) fn rows(listings: &Listings, open: &[String], top: &str, without: Option<&str>) -> Vec<Row> {
    let mut rows = Vec::new();
    add(listings, open, top, without, 0, &mut rows);
    rows
}

fn add(
    listings: &Listings,
    open: &[String],
    directory: &str,
    without: Option<&str>,
    depth: usize,
    rows: &mut Vec<Row>,
) {
    for entry in listings.of(directory) {
        if without == Some(entry.path.as_str()) {
            continue;
        }
        let is_open = entry.kind == FileKind::Directory && open.contains(&entry.path);
        let empty = is_open && listings.is_empty(&entry.path);
        rows.push(Row { entry: entry.clone(), depth, open: is_open, empty });
        if is_open {
            add(listings, open, &entry.path, without, depth + 1, rows);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, kind: FileKind) -> FileEntry {
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        FileEntry {
            name,
            path: path.to_owned(),
            kind,
            size: 1.0,
            modified_at: "2025".to_owned(),
            target: None,
        }
    }

    fn listings() -> Listings {
        let mut listings = Listings::default();
        let (file, directory) = (FileKind::File, FileKind::Directory);
        listings.put(
            "/".into(),
            vec![entry("/app", directory), entry("/notes.txt", file), entry("/tmp", directory)],
            None,
        );
        listings.put("/tmp".into(), vec![entry("/tmp/a", file)], None);
        listings.put("/app".into(), vec![], None);
        listings
    }

    fn shown(open: &[&str], without: Option<&str>) -> Vec<String> {
        let open: Vec<String> = open.iter().map(|path| (*path).to_owned()).collect();
        let row = |row: Row| {
            format!("{}{}{}", "-".repeat(row.depth), row.entry.path, if row.empty { " (empty)" } else { "" })
        };
        rows(&listings(), &open, "/", without).into_iter().map(row).collect()
    }

    #[test]
    fn directories_come_first_and_open_ones_show_what_is_in_them() {
        assert_eq!(shown(&[], None), ["/app", "/tmp", "/notes.txt"]);
        assert_eq!(shown(&["/tmp"], None), ["/app", "/tmp", "-/tmp/a", "/notes.txt"]);
        assert_eq!(shown(&["/app"], None), ["/app (empty)", "/tmp", "/notes.txt"]);
    }

    #[test]
    fn the_volumes_place_can_be_left_out() {
        assert_eq!(shown(&["/app"], Some("/app")), ["/tmp", "/notes.txt"]);
    }

    #[test]
    fn what_changed_since_comes_first() {
        let changed = |path: &str, kind| FileEntry { modified_at: "2026".to_owned(), ..entry(path, kind) };
        let mut listings = Listings::default();
        let entries = vec![
            entry("/bin", FileKind::Directory),
            entry("/init", FileKind::File),
            changed("/notes", FileKind::File),
            changed("/tmp", FileKind::Directory),
        ];
        listings.put("/".into(), entries, Some("2025-06"));
        let paths: Vec<_> = rows(&listings, &[], "/", None).into_iter().map(|row| row.entry.path).collect();
        assert_eq!(paths, ["/tmp", "/notes", "/bin", "/init"]);
    }
}
