//! `getconf`: limits and properties of the system.

use super::super::getopt::Given;
use super::super::live::say;
use super::super::text::tool::{Io, Worked};
use sandbox_kernel::CPUS;

const USAGE: &str = "Usage: getconf [-v specification] variable_name [pathname]
       getconf -a [pathname]
";

const VALUES: &[(&str, &str)] = &[
    ("ARG_MAX", "2097152"),
    ("BC_BASE_MAX", "99"),
    ("BC_DIM_MAX", "2048"),
    ("BC_SCALE_MAX", "99"),
    ("BC_STRING_MAX", "1000"),
    ("CHAR_BIT", "8"),
    ("CHAR_MAX", "127"),
    ("CHAR_MIN", "-128"),
    ("CHILD_MAX", ""),
    ("CLK_TCK", "100"),
    ("GNU_LIBC_VERSION", "glibc 2.36"),
    ("GNU_LIBPTHREAD_VERSION", "NPTL 2.36"),
    ("HOST_NAME_MAX", "64"),
    ("INT_MAX", "2147483647"),
    ("INT_MIN", "-2147483648"),
    ("IOV_MAX", "1024"),
    ("LINE_MAX", "2048"),
    ("LOGIN_NAME_MAX", "256"),
    ("LONG_BIT", "64"),
    ("LONG_MAX", "9223372036854775807"),
    ("NGROUPS_MAX", "65536"),
    ("OPEN_MAX", "1048576"),
    ("PAGESIZE", "4096"),
    ("PAGE_SIZE", "4096"),
    ("PATH", "/bin:/usr/bin"),
    ("POSIX2_VERSION", "200809"),
    ("SHRT_MAX", "32767"),
    ("SSIZE_MAX", "32767"),
    ("TTY_NAME_MAX", "32"),
    ("UCHAR_MAX", "255"),
    ("UINT_MAX", "4294967295"),
    ("ULONG_MAX", "18446744073709551615"),
    ("USHRT_MAX", "65535"),
    ("WORD_BIT", "32"),
    ("_POSIX_VERSION", "200809"),
    ("_XOPEN_VERSION", "700"),
];

/// Those of a path.
const OF_PATHS: &[(&str, &str)] = &[
    ("LINK_MAX", "65000"),
    ("MAX_CANON", "255"),
    ("MAX_INPUT", "255"),
    ("NAME_MAX", "255"),
    ("PATH_MAX", "4096"),
    ("PIPE_BUF", "4096"),
];

pub(in crate::programs) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let mut operands = given.operands.as_slice();
    if let [first, _, rest @ ..] = operands
        && first == "-v"
    {
        operands = rest;
    }
    let find = |table: &[(&str, &str)], name: &str| {
        table.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    };
    let value = match operands {
        [only] if only == "-a" => {
            for (name, value) in OF_PATHS.iter().chain(VALUES) {
                io.out.extend(format!("{name:<34} {value}\n").bytes());
            }
            return Ok(0);
        }
        [name] if matches!(name.as_str(), "_NPROCESSORS_ONLN" | "_NPROCESSORS_CONF") => {
            Some(CPUS.to_string())
        }
        [name] if find(OF_PATHS, name).is_none() => find(VALUES, name),
        [name, path] => {
            let path = io.ctx.cwd.join(path).to_string_lossy().into_owned();
            if let Err(error) = io.run.files.stat(&path) {
                let text = format!("getconf: pathconf: {path}: {error}\n", path = operands[1]);
                say(&io.ctx.stderr, text).await;
                return Ok(3);
            }
            find(OF_PATHS, name)
        }
        _ => {
            say(&io.ctx.stderr, USAGE.to_owned()).await;
            return Ok(2);
        }
    };
    match value {
        Some(value) => {
            io.out.extend(format!("{value}\n").bytes());
            Ok(0)
        }
        None => {
            let text = format!("getconf: Unrecognized variable `{}'\n", operands[0]);
            say(&io.ctx.stderr, text).await;
            Ok(2)
        }
    }
}
