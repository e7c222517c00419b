//! The text tools of coreutils and their kin, piece by piece.

mod base;
mod bre;
mod bzip2;
mod cmp;
mod comm;
mod csplit;
mod cut;
mod diff;
mod diff3;
mod expand;
mod factor;
mod fields;
mod fmt;
mod fold;
mod grep;
mod gzip;
mod hexdump;
mod iconv;
mod join;
mod nl;
mod numfmt;
mod od;
mod paste;
mod patch;
mod pr;
mod sort;
mod split;
mod strings;
mod sums;
mod tac;
pub(super) mod tool;
mod tr;
mod tree;
mod tsort;
mod uniq;
mod xxd;

mod unzip;

use super::command::Registry;

use super::{bc, pager, system, terminal, vi};
use tool::{Tool, tool};

/// Adds the tool `name` to the commands of an image, if it is one of these.
pub(super) fn insert(name: &str, registry: &mut Registry) -> bool {
    let Some((_, tool)) = TOOLS.iter().find(|(known, _)| *known == name) else { return false };
    registry.insert_command(name, tool);
    true
}

static TOOLS: &[(&str, Tool)] = &[
    tool!("bc", bc::BC, bc::run, "bc [options] [file ...]"),
    tool!("bunzip2", bzip2::KNOWN, bzip2::run, "bunzip2 [flags and input files in any order]"),
    tool!("bzcat", bzip2::KNOWN, bzip2::run, "bzcat [flags and input files in any order]"),
    tool!("bzip2", bzip2::KNOWN, bzip2::run, "bzip2 [flags and input files in any order]"),
    tool!("getconf", system::getconf),
    tool!("getent", system::getent),
    tool!("less", pager::run),
    tool!("locale", system::locale),
    tool!("more", pager::run),
    tool!("clear", terminal::clear),
    tool!("reset", terminal::reset),
    tool!("stty", terminal::stty),
    tool!("tput", terminal::tput),
    tool!("tty", terminal::TTY, terminal::tty, "tty [OPTION]..."),
    tool!("vi", vi::run),
    tool!("view", vi::run),
    tool!("watch", terminal::WATCH, terminal::watch, "watch [options] command"),
    tool!("which", system::which),
    tool!("diff3", diff3::KNOWN, diff3::run, "diff3 [OPTION]... MYFILE OLDFILE YOURFILE"),
    tool!("sdiff", diff::SDIFF, diff::run_sdiff, "sdiff [OPTION]... FILE1 FILE2"),
    tool!("patch", patch::KNOWN, patch::run, "patch [OPTION]... [ORIGFILE [PATCHFILE]]"),
    tool!("unzip", unzip::run),
    tool!("dc", bc::DC, bc::run_dc, "dc [OPTION] [file ...]"),
    tool!("csplit", csplit::KNOWN, csplit::run, "csplit [OPTION]... FILE PATTERN..."),
    tool!("egrep", grep::KNOWN, grep::run, grep::HELP),
    tool!("fgrep", grep::KNOWN, grep::run, grep::HELP),
    tool!("grep", grep::KNOWN, grep::run, grep::HELP),
    tool!("fmt", fmt::KNOWN, fmt::run, "fmt [-WIDTH] [OPTION]... [FILE]..."),
    tool!("gunzip", gzip::KNOWN, gzip::run, "gunzip [OPTION]... [FILE]..."),
    tool!("gzip", gzip::KNOWN, gzip::run, "gzip [OPTION]... [FILE]..."),
    tool!("numfmt", numfmt::KNOWN, numfmt::run, "numfmt [OPTION]... [NUMBER]..."),
    tool!("zcat", gzip::KNOWN, gzip::run, "zcat [OPTION]... [FILE]..."),
    tool!("b2sum", sums::BLAKE2, sums::run, "b2sum [OPTION]... [FILE]..."),
    tool!("base32", base::PLAIN, base::run, "base32 [OPTION]... [FILE]"),
    tool!("base64", base::PLAIN, base::run, "base64 [OPTION]... [FILE]"),
    tool!("basenc", base::ANY, base::run, "basenc [OPTION]... [FILE]"),
    tool!("cksum", sums::CKSUM, sums::run, "cksum [OPTION]... [FILE]..."),
    tool!("cmp", cmp::KNOWN, cmp::run, "cmp [OPTION]... FILE1 [FILE2 [SKIP1 [SKIP2]]]"),
    tool!("md5sum", sums::DIGEST, sums::run, "md5sum [OPTION]... [FILE]..."),
    tool!("od", od::KNOWN, od::run, "od [OPTION]... [FILE]..."),
    tool!("sha1sum", sums::DIGEST, sums::run, "sha1sum [OPTION]... [FILE]..."),
    tool!("sha224sum", sums::DIGEST, sums::run, "sha224sum [OPTION]... [FILE]..."),
    tool!("sha256sum", sums::DIGEST, sums::run, "sha256sum [OPTION]... [FILE]..."),
    tool!("sha384sum", sums::DIGEST, sums::run, "sha384sum [OPTION]... [FILE]..."),
    tool!("sha512sum", sums::DIGEST, sums::run, "sha512sum [OPTION]... [FILE]..."),
    tool!("split", split::KNOWN, split::run, "split [OPTION]... [FILE [PREFIX]]"),
    tool!("sum", sums::SUM, sums::run, "sum [OPTION]... [FILE]..."),
    tool!("comm", comm::KNOWN, comm::run, "comm [OPTION]... FILE1 FILE2"),
    tool!("cut", cut::KNOWN, cut::run, "cut OPTION... [FILE]..."),
    tool!("diff", diff::KNOWN, diff::run, "diff [OPTION]... FILES"),
    tool!("expand", expand::EXPAND, expand::expand, "expand [OPTION]... [FILE]..."),
    tool!("factor", factor::KNOWN, factor::run, "factor [OPTION] [NUMBER]..."),
    tool!("fold", fold::KNOWN, fold::run, "fold [OPTION]... [FILE]..."),
    tool!("join", join::KNOWN, join::run, "join [OPTION]... FILE1 FILE2"),
    tool!("nl", nl::KNOWN, nl::run, "nl [OPTION]... [FILE]..."),
    tool!("hexdump", hexdump::KNOWN, hexdump::run, "hexdump [options] <file>..."),
    tool!("iconv", iconv::KNOWN, iconv::run, "iconv [OPTION...] [FILE...]"),
    tool!("pr", pr::KNOWN, pr::run, "pr [OPTION]... [FILE]..."),
    tool!("paste", paste::KNOWN, paste::run, "paste [OPTION]... [FILE]..."),
    tool!(
        "sort",
        sort::KNOWN,
        sort::run,
        "sort [OPTION]... [FILE]...\n  or:  sort [OPTION]... --files0-from=F"
    ),
    tool!("strings", strings::KNOWN, strings::run, "strings [option(s)] [file(s)]"),
    tool!("tac", tac::KNOWN, tac::run, "tac [OPTION]... [FILE]..."),
    tool!("tr", tr::KNOWN, tr::run, "tr [OPTION]... SET1 [SET2]"),
    tool!("tree", tree::KNOWN, tree::run, "tree [options] [directory ...]"),
    tool!("tsort", tsort::KNOWN, tsort::run, "tsort [OPTION] [FILE]"),
    tool!("unexpand", expand::UNEXPAND, expand::unexpand, "unexpand [OPTION]... [FILE]..."),
    tool!("uniq", uniq::KNOWN, uniq::run, "uniq [OPTION]... [INPUT [OUTPUT]]"),
    tool!("xxd", xxd::run),
];
