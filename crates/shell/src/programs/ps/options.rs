//! The options of `ps`, of all its three styles.

use sandbox_kernel::Pid;

use super::super::listing::Row;

const SHORT: &str = "pid,tname,time,ucmd";
const FULL: &str = "uid_hack,pid,ppid,c,stime,tname,time,cmd";
const EXTRA_FULL: &str = "uid_hack,pid,ppid,c,sz,rss,psr,stime,tname,time,cmd";
const LONG: &str = "f,s,uid,pid,ppid,c,opri,ni,addr,sz,wchan,tname,time,ucmd";
const JOBS: &str = "pid,pgid,sid,tname,time,ucmd";
const BSD: &str = "pid,tname,stat,bsdtime,args";
const BSD_USER: &str = "user,pid,pcpu,pmem,vsz,rss,tname,stat,start_time,bsdtime,args";
const BSD_JOBS: &str = "ppid,pid,pgid,sid,tname,tpgid,stat,uid,bsdtime,args";
const BSD_LONG: &str = "f,uid,pid,ppid,pri,ni,vsz,rss,wchan,stat,tname,bsdtime,args";

/// What a command line asks for.
pub(super) struct Wish {
    /// Lists of their names, as for `-o`.
    pub(super) columns: Vec<String>,
    pub(super) headers: bool,
    pub(super) forest: bool,
    pub(super) sort: Option<String>,
    all: bool,
    pids: Vec<Pid>,
    parents: Vec<Pid>,
    sessions: Vec<Pid>,
    names: Vec<String>,
    users: Vec<String>,
    inverted: bool,
}

impl Wish {
    /// Whether a process is to be shown.
    pub(super) fn wants(&self, row: &Row) -> bool {
        let listed = self.pids.contains(&row.pid)
            || self.parents.contains(&row.parent)
            || self.sessions.contains(&row.session)
            || self.names.contains(&row.name())
            || self.users.iter().any(|user| *user == row.user || *user == row.uid.to_string());
        (self.all || listed) != self.inverted
    }
}

/// Reads a command line.
pub(super) fn wish(args: &[String]) -> Result<Wish, String> {
    let mut reader = Reader {
        wish: Wish {
            columns: Vec::new(),
            headers: true,
            forest: false,
            sort: None,
            all: false,
            pids: Vec::new(),
            parents: Vec::new(),
            sessions: Vec::new(),
            names: Vec::new(),
            users: Vec::new(),
            inverted: false,
        },
        selects: false,
        bsd: false,
        args: args.iter(),
    };
    while let Some(arg) = reader.args.next() {
        match arg.strip_prefix("--") {
            Some(long) => reader.long(long)?,
            None => match arg.strip_prefix('-').filter(|letters| !letters.is_empty()) {
                Some(letters) => reader.dashed(letters)?,
                None => reader.bsd(arg)?,
            },
        }
    }
    let Reader { mut wish, selects, bsd, .. } = reader;
    if wish.columns.is_empty() {
        wish.columns.push(if bsd { BSD } else { SHORT }.to_owned());
    }
    // Without a terminal everything is on the same one.
    wish.all |= !selects && !bsd;
    Ok(wish)
}

struct Reader<'a> {
    wish: Wish,
    /// Whether it was told which processes are meant.
    selects: bool,
    bsd: bool,
    args: std::slice::Iter<'a, String>,
}

impl Reader<'_> {
    fn value(&mut self, attached: &str, missing: &str) -> Result<String, String> {
        match attached {
            "" => self.args.next().cloned().ok_or_else(|| missing.to_owned()),
            attached => Ok(attached.to_owned()),
        }
    }

    fn add_columns(&mut self, list: &str) {
        self.wish.columns.push(list.to_owned());
    }

    fn pids(&mut self, text: &str) -> Result<Vec<Pid>, String> {
        self.selects = true;
        let numbers = text.split([',', ' ']).filter(|number| !number.is_empty()).map(str::parse);
        numbers.collect::<Result<_, _>>().map_err(|_| "process ID list syntax error".to_owned())
    }

    fn words(&mut self, text: &str) -> Vec<String> {
        self.selects = true;
        text.split([',', ' ']).map(str::to_owned).collect()
    }

    fn long(&mut self, option: &str) -> Result<(), String> {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let missing = format!("long option '--{name}' requires an argument");
        match name {
            "no-headers" | "no-heading" | "noheader" | "noheaders" => self.wish.headers = false,
            "headers" | "cols" | "columns" | "width" | "rows" | "lines" => {}
            "forest" => self.wish.forest = true,
            "deselect" => self.wish.inverted = true,
            "sort" => self.wish.sort = Some(self.value(value, &missing)?),
            "format" => {
                let list = self.value(value, &missing)?;
                self.add_columns(&list);
            }
            "pid" | "quick-pid" => {
                let text = self.value(value, &missing)?;
                self.wish.pids = self.pids(&text)?;
            }
            "ppid" => {
                let text = self.value(value, &missing)?;
                self.wish.parents = self.pids(&text)?;
            }
            "sid" => {
                let text = self.value(value, &missing)?;
                self.wish.sessions = self.pids(&text)?;
            }
            "user" | "User" => {
                let text = self.value(value, &missing)?;
                self.wish.users = self.words(&text);
            }
            _ => return Err("unknown gnu long option".to_owned()),
        }
        Ok(())
    }

    fn dashed(&mut self, letters: &str) -> Result<(), String> {
        for (at, letter) in letters.char_indices() {
            let rest = &letters[at + letter.len_utf8()..];
            match letter {
                'A' | 'e' | 'a' | 'd' => (self.wish.all, self.selects) = (true, true),
                'x' if letters.contains('a') => {}
                'f' => self.set_columns(FULL),
                'F' => self.set_columns(EXTRA_FULL),
                'l' => self.set_columns(LONG),
                'j' => self.set_columns(JOBS),
                'H' => self.wish.forest = true,
                'N' => self.wish.inverted = true,
                'w' | 'y' | 'c' | 'L' | 'T' | 'm' => {}
                'u' if letters.contains('a') && letters.contains('x') => self.set_columns(BSD_USER),
                'o' | 'O' => {
                    let list = self.value(rest, "format specification must follow -o")?;
                    self.add_columns(&list);
                    return Ok(());
                }
                'p' | 'q' => {
                    let missing = format!(
                        "{} of process IDs must follow -{letter}{}",
                        if letter == 'p' { "list" } else { "List" },
                        if letter == 'p' { "" } else { "." }
                    );
                    let text = self.value(rest, &missing)?;
                    let pids = self.pids(&text)?;
                    self.wish.pids.extend(pids);
                    return Ok(());
                }
                'C' => {
                    let text = self.value(rest, "list of command names must follow -C")?;
                    self.wish.names = self.words(&text);
                    return Ok(());
                }
                'u' | 'U' => {
                    let text = self.value(rest, &format!("list of users must follow -{letter}"))?;
                    self.wish.users = self.words(&text);
                    return Ok(());
                }
                's' | 'g' => {
                    let text = self.value(rest, &format!("list of session leaders must follow -{letter}"))?;
                    self.wish.sessions = self.pids(&text)?;
                    return Ok(());
                }
                _ => return Err("unsupported SysV option".to_owned()),
            }
        }
        Ok(())
    }

    fn bsd(&mut self, word: &str) -> Result<(), String> {
        if word.starts_with(|first: char| first.is_ascii_digit()) {
            let pids = self.pids(word)?;
            self.wish.pids.extend(pids);
            self.bsd = true;
            return Ok(());
        }
        self.bsd = true;
        for (at, letter) in word.char_indices() {
            let rest = &word[at + letter.len_utf8()..];
            match letter {
                'x' => (self.wish.all, self.selects) = (true, true),
                'a' | 'g' | 'w' | 'e' | 'n' | 'S' | 'c' => {}
                'A' => (self.wish.all, self.selects) = (true, true),
                'u' => self.set_columns(BSD_USER),
                'j' => self.set_columns(BSD_JOBS),
                'l' => self.set_columns(BSD_LONG),
                'f' | 'H' => self.wish.forest = true,
                'h' => self.wish.headers = false,
                'o' | 'O' => {
                    let list = self.value(rest, "format specification must follow o")?;
                    self.add_columns(&list);
                    return Ok(());
                }
                'p' => {
                    let text = self.value(rest, "list of process IDs must follow p")?;
                    let pids = self.pids(&text)?;
                    self.wish.pids.extend(pids);
                    return Ok(());
                }
                'U' => {
                    let text = self.value(rest, "list of users must follow U")?;
                    self.wish.users = self.words(&text);
                    return Ok(());
                }
                'k' => {
                    self.wish.sort = Some(self.value(rest, "long sort specification must follow 'k'")?);
                    return Ok(());
                }
                _ => return Err("unsupported option (BSD syntax)".to_owned()),
            }
        }
        Ok(())
    }

    /// Of several layouts the first stays.
    fn set_columns(&mut self, list: &str) {
        if self.wish.columns.is_empty() {
            self.add_columns(list);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Wish, String> {
        wish(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn the_styles_have_their_layouts() {
        for (line, columns, all) in [
            ("", SHORT, true),
            ("aux", BSD_USER, true),
            ("-aux", BSD_USER, true),
            ("-ef", FULL, true),
            ("ax", BSD, true),
            ("u", BSD_USER, false),
            ("-p 7", SHORT, false),
            ("-eo pid,comm", "pid,comm", true),
            ("-o pid= -o comm=", "pid= comm=", true),
        ] {
            let wish = read(line).unwrap_or_else(|problem| panic!("{line}: {problem}"));
            assert_eq!((wish.columns.join(" ").as_str(), wish.all), (columns, all), "{line}");
        }
        assert!(read("zzz").is_err() && read("-p").is_err() && read("--nope").is_err());
    }
}
