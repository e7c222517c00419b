//! The commands of ours: what the engine lacks, or does by the machine's clock, randomness and processes
//! instead of the sandbox's.

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
mod copy;
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
mod long;
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
mod text;
mod timeout;
mod tool;
mod touch;
mod tree;
mod truncate;
mod usage;
mod uuidgen;
mod version;
mod wc;
mod xargs;
mod xargs_items;

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use bashkit::{Bash, Builtin, BuiltinContext, BuiltinRegistry, ExecResult};
use rustc_hash::FxBuildHasher;

use crate::engine::Run;
pub(crate) use random::random_name;
pub(crate) use standalone::path_of as path_of_standalone;

/// Names of the commands that the engine itself has.
static ENGINE_NAMES: LazyLock<HashSet<String>> =
    LazyLock::new(|| Bash::new().builtin_names().into_iter().collect());

/// The commands of ours that one image has.
pub(crate) struct Commands {
    registry: BuiltinRegistry,
    /// The engine's own that the image keeps. Asked for each of the engine's commands in every exec.
    kept: HashSet<String, FxBuildHasher>,
}

impl Commands {
    /// The commands for an image that has `programs`, beside what is part of the shell itself.
    pub(crate) fn for_image<'a>(programs: impl Iterator<Item = &'a str>, builtins: &[&str]) -> Self {
        let registry = BuiltinRegistry::new();
        let mut kept: HashSet<_, _> = builtins.iter().map(|&name| name.to_owned()).collect();
        for program in programs {
            if let Some((name, command)) = own(program) {
                if WRAPS_ENGINE.contains(&name) {
                    kept.insert(name.to_owned());
                }
                registry.insert(name, command);
            } else if let Some((_, insert)) = LIVE.iter().find(|(name, _)| *name == program) {
                insert(&registry);
            } else if text::insert(program, &registry) || machine::insert(program, &registry) {
                // One of ours.
            } else if ENGINE_NAMES.contains(program) {
                kept.insert(program.to_owned());
                if long::may_be(program) {
                    registry.insert(program, Arc::new(long::Long::new(program)));
                }
            } else {
                registry.insert(program, Arc::new(later::Later::new(program)));
            }
        }
        standalone::insert(&registry);
        Self { registry, kept }
    }

    /// The commands as the engine takes them.
    pub(crate) fn registry(&self) -> BuiltinRegistry {
        self.registry.clone()
    }

    /// Whether the engine's own command `name` belongs into the image.
    pub(crate) fn keeps_engine_command(&self, name: &str) -> bool {
        self.kept.contains(name)
    }
}

/// Commands of ours that hand over to the engine's of the same name, which therefore must stay.
const WRAPS_ENGINE: &[&str] = &["kill"];

/// Adds a command to those of an image.
type Insert = fn(&BuiltinRegistry);

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
    ("yes", |registry| registry.insert_command("yes", stream::Yes)),
];

fn own(program: &str) -> Option<(&'static str, Arc<dyn Builtin>)> {
    Some(match program {
        "curl" => ("curl", Arc::new(network::Fetch::Curl)),
        "wget" => ("wget", Arc::new(network::Fetch::Wget)),
        "date" => ("date", Arc::new(date::Date)),
        "df" => ("df", Arc::new(df::Df)),
        "env" => ("env", Arc::new(env::Env)),
        "expr" => ("expr", Arc::new(expr::Expr)),
        "printenv" => ("printenv", Arc::new(env::Printenv)),
        "getopt" => ("getopt", Arc::new(getopt_program::Getopt)),
        "id" => ("id", Arc::new(id::Id)),
        "logname" => ("logname", Arc::new(logname::Logname)),
        "stat" => ("stat", Arc::new(stat::Stat)),
        "kill" => ("kill", Arc::new(signal::Kill)),
        "nice" => ("nice", Arc::new(nice::Nice)),
        "nohup" => ("nohup", Arc::new(nohup::Nohup)),
        "npm" => ("npm", Arc::new(npm::Npm)),
        "mknod" => ("mknod", Arc::new(mknod::Mknod)),
        "mktemp" => ("mktemp", Arc::new(mktemp::Mktemp)),
        "pathchk" => ("pathchk", Arc::new(pathchk::Pathchk)),
        "pgrep" => ("pgrep", Arc::new(pgrep::Pgrep { kill: false })),
        "pkill" => ("pkill", Arc::new(pgrep::Pgrep { kill: true })),
        "ps" => ("ps", Arc::new(ps::Ps)),
        "shred" => ("shred", Arc::new(shred::Shred)),
        "shuf" => ("shuf", Arc::new(shuf::Shuf)),
        "sleep" => ("sleep", Arc::new(sleep::Sleep)),
        "stdbuf" => ("stdbuf", Arc::new(stdbuf::Stdbuf)),
        "timeout" => ("timeout", Arc::new(timeout::Timeout)),
        "xargs" => ("xargs", Arc::new(xargs::Xargs)),
        "uuidgen" => ("uuidgen", Arc::new(uuidgen::Uuidgen)),
        _ => return None,
    })
}

/// The surroundings of the command that runs.
fn surroundings(ctx: &BuiltinContext<'_>) -> Option<Arc<Run>> {
    ctx.execution_extension::<Arc<Run>>()?.try_with(Arc::clone).ok()
}

/// The answer of a command that is run without surroundings. The engine's commands never are.
fn no_surroundings() -> ExecResult {
    ExecResult::err("bash: no sandbox\n", 126)
}
