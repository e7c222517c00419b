//! The files of an image.

use std::sync::Arc;

use sandbox_fs::Base;
use sandbox_kernel::{DEVICES, PROGRAM_MAGIC};

use super::distributions::Flavour;
use super::families::{Family, Variant};
use super::programs::Program;

/// Directories of every image, parents first, with their modes.
const DIRECTORIES: &[(&str, u32)] = &[
    ("/boot", 0o755),
    ("/dev", 0o755),
    ("/dev/pts", 0o755),
    ("/dev/shm", 0o1777),
    ("/etc", 0o755),
    ("/home", 0o755),
    ("/media", 0o755),
    ("/mnt", 0o755),
    ("/opt", 0o755),
    ("/proc", 0o555),
    ("/root", 0o700),
    ("/run", 0o755),
    ("/srv", 0o755),
    ("/sys", 0o555),
    ("/tmp", 0o1777),
    ("/usr", 0o755),
    ("/usr/bin", 0o755),
    ("/usr/lib", 0o755),
    ("/usr/lib64", 0o755),
    ("/usr/local", 0o755),
    ("/usr/local/bin", 0o755),
    ("/usr/local/lib", 0o755),
    ("/usr/local/sbin", 0o755),
    ("/usr/sbin", 0o755),
    ("/usr/share", 0o755),
    ("/usr/src", 0o755),
    ("/var", 0o755),
    ("/var/cache", 0o755),
    ("/var/lib", 0o755),
    ("/var/log", 0o755),
    ("/var/mail", 0o755),
    ("/var/spool", 0o755),
    ("/var/tmp", 0o1777),
];

/// Links of every image: `/bin` and the like have moved into `/usr`.
const LINKS: &[(&str, &str)] = &[
    ("/bin", "usr/bin"),
    ("/sbin", "usr/sbin"),
    ("/lib", "usr/lib"),
    ("/lib64", "usr/lib64"),
    ("/var/run", "/run"),
    ("/dev/fd", "/proc/self/fd"),
    ("/dev/stdin", "/proc/self/fd/0"),
    ("/dev/stdout", "/proc/self/fd/1"),
    ("/dev/stderr", "/proc/self/fd/2"),
    ("/etc/os-release", "../usr/lib/os-release"),
    ("/etc/mtab", "../proc/self/mounts"),
];

const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
bin:x:2:2:bin:/bin:/usr/sbin/nologin
sys:x:3:3:sys:/dev:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
";

const GROUP: &str = "root:x:0:
daemon:x:1:
bin:x:2:
sys:x:3:
tty:x:5:
www-data:x:33:
staff:x:50:
users:x:100:
nogroup:x:65534:
";

/// Builds the files of `variant`.
pub(crate) fn build(variant: &Variant, programs: &[Program]) -> Arc<Base> {
    let mut base = Base::builder();
    for (path, mode) in DIRECTORIES {
        base = base.dir(path, *mode);
    }
    for (path, target) in LINKS {
        base = base.symlink(path, target);
    }
    for (name, mode, numbers) in DEVICES {
        base = base.device(&format!("/dev/{name}"), *mode, *numbers);
    }
    let (passwd, group, home) = accounts(variant.family);
    let mut files: Vec<(String, String)> = vec![
        ("/usr/lib/os-release".into(), variant.distribution.os_release()),
        ("/etc/passwd".into(), format!("{PASSWD}{passwd}")),
        ("/etc/group".into(), format!("{GROUP}{group}")),
        ("/etc/shells".into(), "/bin/sh\n/bin/bash\n/usr/bin/sh\n/usr/bin/bash\n".into()),
        ("/etc/timezone".into(), "Etc/UTC\n".into()),
        ("/etc/resolv.conf".into(), "nameserver 1.1.1.1\n".into()),
        ("/etc/issue".into(), format!("{} \\n \\l\n\n", variant.distribution.id)),
    ];
    match variant.distribution.flavour {
        Flavour::Debian if variant.distribution.id == "debian" => {
            files.push(("/etc/debian_version".into(), format!("{}.0\n", variant.distribution.version)));
        }
        Flavour::Alpine => {
            files.push(("/etc/alpine-release".into(), format!("{}\n", variant.distribution.version)));
        }
        _ => {}
    }
    for (path, text) in files {
        base = base.file(&path, 0o644, text.into_bytes());
    }
    if let Some((path, mode)) = home {
        base = base.dir(path, mode);
    }
    if variant.family == Family::Postgres {
        let major = variant.version.split('.').next().unwrap_or_default();
        base = base
            .dir("/usr/lib/postgresql", 0o755)
            .dir(&format!("/usr/lib/postgresql/{major}"), 0o755)
            .dir(&format!("/usr/lib/postgresql/{major}/bin"), 0o755)
            .dir("/var/lib/postgresql/data", 0o1777)
            .dir("/docker-entrypoint-initdb.d", 0o755);
    }
    for program in programs {
        base = base.file(&format!("{}/{}", program.directory, program.name), 0o755, stub(&program.name));
    }
    base.build()
        .expect("every path of an image is a constant or a program's name, and a test builds each image")
}

/// The file of a program: how the kernel knows what it stands for.
fn stub(name: &str) -> Vec<u8> {
    [PROGRAM_MAGIC, name.as_bytes(), b"\n"].concat()
}

/// Lines for passwd and group, and a home, of the image's own user.
fn accounts(family: Family) -> (&'static str, &'static str, Option<(&'static str, u32)>) {
    match family {
        Family::Node => {
            ("node:x:1000:1000::/home/node:/bin/bash\n", "node:x:1000:\n", Some(("/home/node", 0o755)))
        }
        Family::Postgres => (
            "postgres:x:999:999::/var/lib/postgresql:/bin/bash\n",
            "postgres:x:999:\n",
            Some(("/var/lib/postgresql", 0o755)),
        ),
        Family::Plain | Family::Python => ("", "", None),
    }
}
