//! The programs of an image: everything that a shell does not do by itself.

mod awk;
mod basename;
mod bc;
mod block_size;
mod byte_regex;
mod byte_set;
mod canonical;
mod cat;
mod child;
mod chmod;
mod chown;
mod command;
mod copy;
mod copying;
mod date;
mod dd;
mod df;
mod du;
mod env;
mod env_split;
mod expr;
mod fallocate;
mod find;
mod float;
mod getopt;
mod getopt_program;
mod glob;
mod handover;
mod head;
mod id;
mod inode;
mod interval;
mod later;
mod link;
mod listing;
mod live;
mod ln;
mod logname;
mod ls;
mod machine;
mod mkdir;
mod mknod;
mod mktemp;
mod mode;
mod network;
mod nice;
mod nohup;
mod npm;
mod number;
mod owner;
mod pager;
mod part;
mod pathchk;
mod pgrep;
mod posix_regex;
mod ps;
mod quantity;
mod quoting;
mod random;
mod realpath;
mod rev;
mod rm;
mod search;
mod sed;
mod sequence;
mod shred;
mod shuf;
mod signal;
mod sleep;
mod source;
mod standalone;
mod stat;
mod stdbuf;
mod stream;
mod system;
mod tail;
mod tar;
mod tee;
mod terminal;
mod text;
mod timeout;
mod tool;
mod touch;
mod tree;
mod truncate;
mod usage;
mod uuidgen;
mod version;
mod vi;
mod wc;
mod xargs;
mod xargs_items;

use std::sync::Arc;

use sandbox_bash::program::Bash;
use sandbox_kernel::{Program, Programs};

use command::{Builtin, Registry};
pub(crate) use random::random_name;
pub(crate) use search::{Missing, Ready, find};

/// The programs that one image has.
pub(crate) struct Commands(Registry);

impl Commands {
    /// The programs of those names. `manager` is the version of npm, where the image has it.
    pub(crate) fn for_image<'a>(programs: impl Iterator<Item = &'a str>, manager: &str) -> Self {
        let mut registry = Registry::default();
        for program in programs {
            if matches!(program, "bash" | "sh") {
                registry.insert_program(program, Arc::new(Bash));
            } else if let Some((name, command)) = own(program, manager) {
                registry.insert(name, command);
            } else if let Some((_, insert)) = LIVE.iter().find(|(name, _)| *name == program) {
                insert(&mut registry);
            } else if !text::insert(program, &mut registry)
                && !standalone::insert(program, &mut registry)
                && !machine::insert(program, &mut registry)
            {
                registry.insert(program, Arc::new(later::Later::new(program)));
            }
        }
        Self(registry)
    }
}

impl Programs for Commands {
    fn program(&self, name: &str) -> Option<Arc<dyn Program>> {
        self.0.program(name)
    }
}

/// Adds a command to those of an image.
type Insert = fn(&mut Registry);

/// Those that read and write piece by piece.
const LIVE: &[(&str, Insert)] = &[
    ("awk", |registry| registry.insert_command("awk", awk::Awk)),
    ("gawk", |registry| registry.insert_command("gawk", awk::Awk)),
    ("mawk", |registry| registry.insert_command("mawk", awk::Awk)),
    ("nawk", |registry| registry.insert_command("nawk", awk::Awk)),
    ("cat", |registry| registry.insert_command("cat", cat::Cat)),
    ("dd", |registry| registry.insert_command("dd", dd::Dd)),
    ("fallocate", |registry| registry.insert_command("fallocate", fallocate::Fallocate)),
    ("head", |registry| registry.insert_command("head", head::Head)),
    ("rev", |registry| registry.insert_command("rev", rev::Rev)),
    ("sed", |registry| registry.insert_command("sed", sed::Sed)),
    ("seq", |registry| registry.insert_command("seq", stream::Seq)),
    ("tail", |registry| registry.insert_command("tail", tail::Tail)),
    ("tee", |registry| registry.insert_command("tee", tee::Tee)),
    ("truncate", |registry| registry.insert_command("truncate", truncate::Truncate)),
    ("wc", |registry| registry.insert_command("wc", wc::Wc)),
    ("chgrp", |registry| registry.insert_command("chgrp", chown::Chown::Group)),
    ("chmod", |registry| registry.insert_command("chmod", chmod::Chmod)),
    ("chown", |registry| registry.insert_command("chown", chown::Chown::Owner)),
    ("mkdir", |registry| registry.insert_command("mkdir", mkdir::Mkdir)),
    ("mkfifo", |registry| registry.insert_command("mkfifo", mknod::Mkfifo)),
    ("mknod", |registry| registry.insert_command("mknod", mknod::Mknod)),
    ("rm", |registry| registry.insert_command("rm", rm::Rm)),
    ("rmdir", |registry| registry.insert_command("rmdir", mkdir::Rmdir)),
    ("cp", |registry| registry.insert_command("cp", copy::Cp)),
    ("du", |registry| registry.insert_command("du", du::Du)),
    ("install", |registry| registry.insert_command("install", copy::Install)),
    ("mv", |registry| registry.insert_command("mv", copy::Mv)),
    ("readlink", |registry| registry.insert_command("readlink", realpath::Readlink)),
    ("realpath", |registry| registry.insert_command("realpath", realpath::Realpath)),
    ("touch", |registry| registry.insert_command("touch", touch::Touch)),
    ("dir", |registry| registry.insert_command("dir", ls::Ls)),
    ("ls", |registry| registry.insert_command("ls", ls::Ls)),
    ("vdir", |registry| registry.insert_command("vdir", ls::Ls)),
    ("ln", |registry| registry.insert_command("ln", ln::Ln)),
    ("tar", |registry| registry.insert_command("tar", tar::Tar)),
    ("find", |registry| registry.insert_command("find", find::Find)),
    ("basename", |registry| registry.insert_command("basename", basename::Basename)),
    ("dirname", |registry| registry.insert_command("dirname", basename::Dirname)),
    ("link", |registry| registry.insert_command("link", link::Link::Make)),
    ("unlink", |registry| registry.insert_command("unlink", link::Link::Remove)),
    ("env", |registry| registry.insert_command("env", env::Env)),
    ("nice", |registry| registry.insert_command("nice", nice::Nice)),
    ("nohup", |registry| registry.insert_command("nohup", nohup::Nohup)),
    ("stdbuf", |registry| registry.insert_command("stdbuf", stdbuf::Stdbuf)),
    ("timeout", |registry| registry.insert_command("timeout", timeout::Timeout)),
    ("xargs", |registry| registry.insert_command("xargs", xargs::Xargs)),
    ("yes", |registry| registry.insert_command("yes", stream::Yes)),
];

fn own(program: &str, manager: &str) -> Option<(&'static str, Arc<dyn Builtin>)> {
    Some(match program {
        "curl" => ("curl", Arc::new(network::Fetch::Curl)),
        "wget" => ("wget", Arc::new(network::Fetch::Wget)),
        "date" => ("date", Arc::new(date::Date)),
        "df" => ("df", Arc::new(df::Df)),
        "expr" => ("expr", Arc::new(expr::Expr)),
        "printenv" => ("printenv", Arc::new(env::Printenv)),
        "getopt" => ("getopt", Arc::new(getopt_program::Getopt)),
        "id" => ("id", Arc::new(id::Id)),
        "logname" => ("logname", Arc::new(logname::Logname)),
        "stat" => ("stat", Arc::new(stat::Stat)),
        "kill" => ("kill", Arc::new(signal::Kill)),
        "npm" => ("npm", Arc::new(npm::Npm::new(manager))),
        "mktemp" => ("mktemp", Arc::new(mktemp::Mktemp)),
        "pathchk" => ("pathchk", Arc::new(pathchk::Pathchk)),
        "pgrep" => ("pgrep", Arc::new(pgrep::Pgrep { kill: false })),
        "pkill" => ("pkill", Arc::new(pgrep::Pgrep { kill: true })),
        "ps" => ("ps", Arc::new(ps::Ps)),
        "shred" => ("shred", Arc::new(shred::Shred)),
        "shuf" => ("shuf", Arc::new(shuf::Shuf)),
        "sleep" => ("sleep", Arc::new(sleep::Sleep)),
        "uuidgen" => ("uuidgen", Arc::new(uuidgen::Uuidgen)),
        _ => return None,
    })
}

#[cfg(test)]
mod long_lines;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
