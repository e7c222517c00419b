//! Which programs an image has, and where they lie.
//!
//! A program that is listed here and that [`crate::programs`] does not have exits 127 and says that the stand-in does not
//! have it yet; one that is not listed is `command not found`, as in the image.

use super::distributions::Flavour;
use super::families::Family;

/// Coreutils, findutils, grep, sed, awk, tar, gzip, diffutils: in every image.
const BASE: &str = "[ arch awk b2sum base32 base64 basename basenc bash cat chgrp chmod chown chroot cksum cmp comm cp
cksum csplit cut date dd df diff dir dirname du echo egrep env expand expr factor fallocate false fgrep find fmt fold
grep groups gunzip gzip head hostid hostname id install join kill link ln logname ls md5sum mkdir mkfifo mknod mktemp
mount mv nice nl nohup nproc numfmt od paste pathchk pr printenv printf ptx pwd readlink realpath rm rmdir sed seq
sh sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty su sum sync tac tail tar
tee test timeout touch tr true truncate tsort tty umount uname unexpand uniq unlink users vdir wc who whoami xargs yes zcat";

/// Process tools, which the documentation of the service relies on in every image.
const PROCESSES: &str = "free pgrep pkill ps uptime watch";

const DEBIAN: &str = "apt apt-cache apt-get awk clear debconf deb-systemd-helper dpkg dpkg-deb dpkg-query diff3 flock getconf getent getopt iconv
ldconfig ldd locale mawk more nawk perl reset rev sdiff tput which";

const RED_HAT: &str =
    "bzip2 bunzip2 bzcat clear curl dnf flock gawk getconf getent getopt iconv ldconfig ldd less locale
microdnf rev rpm sha512sum vi which yum";

const ARCH: &str = "bzip2 bunzip2 bzcat clear curl flock gawk getconf getent getopt iconv ldd less locale openssl pacman perl rev
which xz";

/// Alpine's programs come from busybox.
const ALPINE: &str =
    "adduser apk bc bunzip2 busybox bzcat bzip2 clear dc flock getconf getent getopt hexdump iconv less more
nc nslookup patch ping pidof reset rev strings tree unzip uuidgen vi wget which xxd";

/// What Debian's buildpack-deps adds: the images without `-slim` are built on it.
const BUILD_TOOLS: &str =
    "autoconf automake bunzip2 bzcat bzip2 cc cpp curl file g++ gcc git hg ld less make openssl patch perl
pip pip3 pkg-config python3 scp sftp ssh ssh-keygen strings strip svn unzip uuidgen wget xz";

/// A program that lies elsewhere than `/usr/bin`.
const LOCAL: &str = "/usr/local/bin";

/// One program of an image.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Program {
    pub(crate) name: String,
    /// Directory it lies in.
    pub(crate) directory: String,
}

/// The programs of an image, without doubles.
pub(crate) fn programs(family: Family, version: &str, flavour: Flavour, slim: bool) -> Vec<Program> {
    let mut found: Vec<Program> = Vec::new();
    let mut add = |names: &str, directory: &str| {
        for name in names.split_whitespace() {
            if !found.iter().any(|program| program.name == name) {
                found.push(Program { name: name.to_owned(), directory: directory.to_owned() });
            }
        }
    };
    // The image's own programs come first: where both exist, /usr/local wins.
    match family {
        Family::Plain => {}
        Family::Node => add("node nodejs npm npx corepack yarn yarnpkg docker-entrypoint.sh", LOCAL),
        Family::Python => {
            let minor = version.rsplit_once('.').map_or(version, |(minor, _)| minor);
            add("python python3 pip pip3 idle3 pydoc3 2to3 python3-config", LOCAL);
            add(&format!("python{minor} pip{minor}"), LOCAL);
        }
        Family::Postgres => {
            add("docker-entrypoint.sh gosu", LOCAL);
            let major = version.split('.').next().unwrap_or(version);
            add(
                "postgres psql initdb pg_ctl pg_dump pg_dumpall pg_restore pg_isready createdb dropdb createuser
                 dropuser vacuumdb pg_basebackup pgbench",
                &format!("/usr/lib/postgresql/{major}/bin"),
            );
        }
    }
    add(BASE, "/usr/bin");
    add(PROCESSES, "/usr/bin");
    add(
        match flavour {
            Flavour::Debian => DEBIAN,
            Flavour::RedHat => RED_HAT,
            Flavour::Arch => ARCH,
            Flavour::Alpine => ALPINE,
        },
        "/usr/bin",
    );
    if family != Family::Plain && !slim {
        add(BUILD_TOOLS, "/usr/bin");
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(programs: &[Program], name: &str) -> bool {
        programs.iter().any(|program| program.name == name)
    }

    #[test]
    fn images_have_what_the_real_ones_have() {
        let node = programs(Family::Node, "20.19.5", Flavour::Debian, false);
        assert!(has(&node, "npm") && has(&node, "git") && has(&node, "python3") && !has(&node, "psql"));
        let slim = programs(Family::Node, "20.19.5", Flavour::Debian, true);
        assert!(has(&slim, "npm") && !has(&slim, "git") && !has(&slim, "curl"));
        let python = programs(Family::Python, "3.11.13", Flavour::Debian, false);
        assert!(has(&python, "python3.11") && has(&python, "pip") && !has(&python, "npm"));
        let plain = programs(Family::Plain, "12", Flavour::Debian, false);
        assert!(has(&plain, "apt-get") && !has(&plain, "curl") && !has(&plain, "python3"));
    }

    #[test]
    fn every_program_lies_in_one_place() {
        let python = programs(Family::Python, "3.11.13", Flavour::Debian, false);
        let pips: Vec<_> = python.iter().filter(|program| program.name == "pip3").collect();
        assert_eq!(pips.len(), 1);
        assert_eq!(pips[0].directory, "/usr/local/bin");
    }
}
