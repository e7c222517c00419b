//! Pathname expansion: `*.c`, `src/**/x`.

use sandbox_fs::{DirEntry, Kind, Namespace};

use super::fields::Fields;
use super::marked::Marked;
use super::pattern::{Pattern, PatternOptions};
use crate::state::{Flow, Shell, ShoptOption, Unwind, Variable};

/// What stands between slashes.
struct Component {
    what: What,
    /// The slashes after it.
    slashes: String,
}

enum What {
    Literal(String),
    Pattern(Pattern),
    /// `**`: any number of directories.
    Directories,
}

/// A search that runs.
struct Search<'a> {
    shell: &'a Shell,
    files: Namespace,
    hidden: bool,
    skips_dots: bool,
}

impl Shell {
    /// Puts the pathnames that fit in place of each word that is a pattern.
    pub(super) fn expand_pathnames(&mut self, out: Fields) -> Flow<Vec<String>> {
        if out.globs.is_empty() || !self.globs() {
            return Ok(out.words);
        }
        let mut words = Vec::with_capacity(out.words.len());
        let mut globs = out.globs.into_iter().peekable();
        for (place, word) in out.words.into_iter().enumerate() {
            let Some((_, glob)) = globs.next_if(|(of, _)| *of == place) else {
                words.push(word);
                continue;
            };
            match self.pathnames(&glob) {
                None => words.push(word),
                Some(found) if !found.is_empty() => words.extend(found),
                Some(_) if self.options.has_shopt(ShoptOption::FAILGLOB) => {
                    self.complain(format!("no match: {word}"));
                    return Err(Unwind::Discard(1));
                }
                Some(_) if self.options.has_shopt(ShoptOption::NULLGLOB) => {}
                Some(_) => words.push(word),
            }
        }
        Ok(words)
    }

    /// The pathnames that fit, sorted by their bytes. `None`: nothing in it is a pattern.
    pub fn pathnames(&self, glob: &Marked) -> Option<Vec<String>> {
        let components = self.components(glob);
        let first = components.iter().position(|component| !matches!(component.what, What::Literal(_)))?;
        let ignored =
            self.variables.get("GLOBIGNORE").and_then(Variable::scalar).filter(|text| !text.is_empty());
        let search = Search {
            shell: self,
            files: self.process.files(),
            hidden: ignored.is_some() || self.options.has_shopt(ShoptOption::DOTGLOB),
            skips_dots: ignored.is_some() || self.options.has_shopt(ShoptOption::GLOBSKIPDOTS),
        };
        let mut found = vec![String::new()];
        for (place, component) in components.iter().enumerate() {
            let is_last = place + 1 == components.len();
            found = match &component.what {
                What::Literal(text) => {
                    found.iter().map(|path| format!("{path}{text}{}", component.slashes)).collect()
                }
                What::Pattern(pattern) => {
                    found.iter().flat_map(|path| search.matching(path, pattern, component)).collect()
                }
                What::Directories => {
                    let mut below: Vec<_> =
                        found.iter().flat_map(|path| search.below(path, component, is_last)).collect();
                    if is_last && component.slashes.is_empty() && place > first {
                        // As bash has it: the directory itself is shown without its slash then.
                        below.iter_mut().for_each(|path| path.truncate(path.trim_end_matches('/').len()));
                    }
                    // Two of them find the same directories on many ways.
                    below.sort_unstable();
                    below.dedup();
                    below
                }
            };
            if place > first && matches!(component.what, What::Literal(_)) {
                found.retain(|path| search.exists(path));
            }
        }
        if let Some(ignored) = ignored {
            let options =
                PatternOptions { extglob: self.options.has_shopt(ShoptOption::EXTGLOB), ignore_case: false };
            let ignored: Vec<_> =
                ignored.split(':').map(|text| Pattern::new(&Marked::from(text), options)).collect();
            found.retain(|path| !ignored.iter().any(|pattern| pattern.matches_name(path)));
        }
        found.sort_unstable();
        Some(found)
    }

    fn components(&self, glob: &Marked) -> Vec<Component> {
        let options = PatternOptions {
            extglob: self.options.has_shopt(ShoptOption::EXTGLOB),
            ignore_case: self.options.has_shopt(ShoptOption::NOCASEGLOB),
        };
        let text = &glob.text;
        let mut components = Vec::new();
        let mut start = 0;
        while start < text.len() {
            let end = text[start..].find('/').map_or(text.len(), |at| start + at);
            let after = text[end..].find(|character| character != '/').map_or(text.len(), |at| end + at);
            let part = glob.slice(start, end);
            let is_stars = part.text == "**" && !part.has_quoted();
            let what = if is_stars && self.options.has_shopt(ShoptOption::GLOBSTAR) {
                What::Directories
            } else {
                let pattern = Pattern::new(&part, options);
                match pattern.literal() {
                    Some(literal) => What::Literal(literal.to_owned()),
                    None => What::Pattern(pattern),
                }
            };
            components.push(Component { what, slashes: text[end..after].to_owned() });
            start = after;
        }
        components
    }
}

impl Search<'_> {
    /// What a directory holds; nothing where it cannot be read.
    fn entries(&self, path: &str) -> Vec<(String, bool)> {
        let directory = self.shell.process.absolute(if path.is_empty() { "." } else { path });
        self.shell.show_descriptors_at(&directory);
        match self.files.read_dir(&directory) {
            Ok(entries) => entries.into_iter().map(|entry| self.named(path, entry)).collect(),
            Err(_) => Vec::new(),
        }
    }

    /// The name of an entry, and whether a path can go on through it.
    fn named(&self, path: &str, entry: DirEntry) -> (String, bool) {
        let is_directory = match entry.stat.kind {
            Kind::Directory => true,
            Kind::Symlink => {
                let target = self.shell.process.absolute(&format!("{path}{}", entry.name));
                self.files.stat(&target).is_ok_and(|stat| stat.kind == Kind::Directory)
            }
            _ => false,
        };
        (entry.name, is_directory)
    }

    fn matching(&self, path: &str, pattern: &Pattern, component: &Component) -> Vec<String> {
        let mut found = Vec::new();
        let mut take = |name: &str, is_directory: bool| {
            let shown = !name.starts_with('.') || self.hidden || pattern.begins_with_dot();
            if shown && (is_directory || component.slashes.is_empty()) && pattern.matches_name(name) {
                found.push(format!("{path}{name}{}", component.slashes));
            }
        };
        if !self.skips_dots && pattern.begins_with_dot() {
            take(".", true);
            take("..", true);
        }
        for (name, is_directory) in self.entries(path) {
            take(&name, is_directory);
        }
        found
    }

    /// What `**` stands for: directories below a path and the path itself; at the end of the pattern files as well.
    fn below(&self, path: &str, component: &Component, is_last: bool) -> Vec<String> {
        let files_too = is_last && component.slashes.is_empty();
        let mut found = Vec::new();
        let place = self.shell.process.absolute(if path.is_empty() { "." } else { path });
        if !self.files.stat(&place).is_ok_and(|stat| stat.kind == Kind::Directory) {
            return found;
        }
        if !path.is_empty() || !is_last {
            found.push(path.to_owned());
        }
        let mut waiting = vec![path.to_owned()];
        while let Some(path) = waiting.pop() {
            for (name, is_directory) in self.entries(&path) {
                if name.starts_with('.') && !self.hidden {
                    continue;
                }
                let inside = format!("{path}{name}");
                let is_link = self
                    .files
                    .lstat(&self.shell.process.absolute(&inside))
                    .is_ok_and(|stat| stat.kind == Kind::Symlink);
                if files_too {
                    found.push(inside.clone());
                } else if is_directory {
                    found.push(format!("{inside}{}", component.slashes));
                }
                if is_directory && !is_link {
                    waiting.push(format!("{inside}/"));
                }
            }
        }
        found
    }

    fn exists(&self, path: &str) -> bool {
        let path = self.shell.process.absolute(path);
        self.shell.show_descriptors_at(&path);
        self.files.lstat(&path).is_ok()
    }
}
