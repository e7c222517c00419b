//! `/proc` and `/dev/pts`: the kernel's own tables as files.
//!
//! Every file has a number, from which it is made again whenever somebody looks: a process's are its pid and one of
//! [`FILES`], or a descriptor.

use std::fmt::Write as _;
use std::sync::{Arc, Weak};

use bytes::Bytes;
use sandbox_fs::{Ino, Made, MadeBody, MadeNode, Timestamp, Viewer};

use crate::device::{VOLUME_DEVICE, uuid_v4};
use crate::kernel::Kernel;
use crate::process::{Pid, Process, Progress};

/// Number of processors of the machine that a sandbox seems to be.
pub const CPUS: usize = 4;

/// Its memory, in kibibytes.
const MEMORY_KB: usize = 4 << 20;

/// Its kernel, as `uname` tells it.
pub const KERNEL_RELEASE: &str = "6.1.0";

/// Where made files are seen.
pub(crate) const ROOTS: &[(&str, Ino)] = &[("/proc", PROC), ("/dev/pts", PTS)];

const PROC: Ino = 1;
const PTS: Ino = 2;
const SELF: Ino = 3;
const MOUNTS: Ino = 4;
/// Files of `/proc` itself, in the order of [`SYSTEM`].
const SYSTEM_FILES: Ino = 0x100;
/// Directories below `/proc/sys`, in the order of [`SYS_DIRECTORIES`].
const SYS: Ino = 0x200;
/// Files below `/proc/sys`, in the order of [`SYS_FILES`].
const SYS_CONTENTS: Ino = 0x300;
/// Terminals, by their numbers.
const TERMINALS: Ino = 0x1_0000;
/// Of a process: its pid above this many bits.
const PID_BITS: u32 = 32;
const FD_DIRECTORY: Ino = 0x100;
/// Descriptors as links, by their numbers.
const FD_LINKS: Ino = 0x1000_0000;
/// What the descriptors refer to that is no path.
const FD_TARGETS: Ino = 0x2000_0000;

const SYSTEM: &[&str] =
    &["cpuinfo", "filesystems", "loadavg", "meminfo", "stat", "swaps", "uptime", "version"];

/// Directories below `/proc/sys`, each with the one that it lies in.
const SYS_DIRECTORIES: &[(&str, usize)] = &[("sys", 0), ("kernel", 0), ("random", 1), ("fs", 0), ("vm", 0)];

/// Files below `/proc/sys`: the directory's place in [`SYS_DIRECTORIES`], and the name.
const SYS_FILES: &[(usize, &str)] = &[
    (1, "hostname"),
    (1, "osrelease"),
    (1, "ostype"),
    (1, "pid_max"),
    (1, "version"),
    (2, "boot_id"),
    (2, "entropy_avail"),
    (2, "uuid"),
    (3, "file-max"),
    (4, "overcommit_memory"),
];

/// Links and files of a process; a number is a place here and one more.
const FILES: &[&str] = &[
    "cmdline", "comm", "cwd", "environ", "exe", "limits", "mounts", "root", "stat", "statm", "status", "fd",
];

/// Makes the files of a kernel's tables.
#[derive(Debug)]
pub(crate) struct Proc {
    kernel: Weak<Kernel>,
    started: Timestamp,
}

/// What a number of a process's file stands for.
enum Part {
    Directory,
    File(&'static str),
    Descriptors,
    Link(i32),
    Target(i32),
}

impl Part {
    fn of(ino: Ino) -> Option<Part> {
        let number = |from: Ino| i32::try_from(ino - from).ok();
        Some(match ino {
            0 => Part::Directory,
            FD_DIRECTORY => Part::Descriptors,
            FD_TARGETS.. => Part::Target(number(FD_TARGETS)?),
            FD_LINKS.. => Part::Link(number(FD_LINKS)?),
            ino => Part::File(FILES.get(usize::try_from(ino).ok()? - 1)?),
        })
    }
}

impl Made for Proc {
    fn node(&self, ino: Ino, viewer: Viewer) -> Option<MadeNode> {
        let kernel = self.kernel.upgrade()?;
        if ino >> PID_BITS > 0 {
            let process = kernel.process(Pid::try_from(ino >> PID_BITS).ok()?)?;
            return of_process(&process, ino);
        }
        let place = |from: Ino| usize::try_from(ino - from).unwrap_or(usize::MAX);
        let (body, mode) = match ino {
            PROC => (MadeBody::Directory { parent: PROC, entries: root_entries(&kernel, viewer) }, 0o555),
            PTS => {
                let numbers = kernel.terminal_numbers().into_iter();
                let entries = numbers.map(|number| (number.to_string(), TERMINALS + Ino::from(number)));
                (MadeBody::Directory { parent: PTS, entries: entries.collect() }, 0o755)
            }
            SELF => (link(viewer.to_string()), 0o777),
            MOUNTS => (link("self/mounts".to_owned()), 0o777),
            TERMINALS.. => {
                let number = u32::try_from(ino - TERMINALS).ok()?;
                kernel.terminal(number)?;
                let body = MadeBody::Device(crate::device::TERMINALS, number);
                return Some(MadeNode { body, mode: 0o620, owner: (0, 5), time: self.started });
            }
            SYS_CONTENTS.. => (SYS_FILES.get(place(SYS_CONTENTS)).map(|_| MadeBody::File)?, 0o644),
            SYS.. => (sys_directory(place(SYS))?, 0o555),
            SYSTEM_FILES.. => (SYSTEM.get(place(SYSTEM_FILES)).map(|_| MadeBody::File)?, 0o444),
            _ => return None,
        };
        Some(MadeNode { body, mode, owner: (0, 0), time: self.started })
    }

    fn contents(&self, ino: Ino, viewer: Viewer) -> Option<Bytes> {
        let kernel = self.kernel.upgrade()?;
        if ino >> PID_BITS > 0 {
            let process = kernel.process(Pid::try_from(ino >> PID_BITS).ok()?)?;
            let Part::File(name) = Part::of(ino & 0xffff_ffff)? else { return None };
            return contents_of_process(&process, name, viewer).map(Bytes::from);
        }
        let place = |from: Ino| usize::try_from(ino - from).unwrap_or(usize::MAX);
        let text = match ino {
            SYS_CONTENTS.. => of_sys(&kernel, SYS_FILES.get(place(SYS_CONTENTS))?.1),
            SYSTEM_FILES.. => of_system(&kernel, SYSTEM.get(place(SYSTEM_FILES))?),
            _ => None,
        };
        Some(Bytes::from(text?))
    }
}

impl Proc {
    pub(crate) fn new(kernel: Weak<Kernel>, started: Timestamp) -> Arc<Self> {
        Arc::new(Self { kernel, started })
    }
}

/// The terminal that a number stands for.
pub(crate) fn terminal_number(ino: Ino) -> Option<u32> {
    let number = ino.checked_sub(TERMINALS)?;
    if ino >> PID_BITS > 0 { None } else { u32::try_from(number).ok() }
}

/// The process and the descriptor that a number stands for.
pub(crate) fn descriptor_of(ino: Ino) -> Option<(Pid, i32)> {
    let pid = Pid::try_from(ino >> PID_BITS).ok().filter(|pid| *pid > 0)?;
    match Part::of(ino & 0xffff_ffff)? {
        Part::Link(number) | Part::Target(number) => Some((pid, number)),
        _ => None,
    }
}

fn link(target: String) -> MadeBody {
    MadeBody::Symlink { target, leads_to: None }
}

fn own(pid: Pid, part: Ino) -> Ino {
    Ino::from(pid.unsigned_abs()) << PID_BITS | part
}

fn root_entries(kernel: &Kernel, viewer: Viewer) -> Vec<(String, Ino)> {
    let processes = kernel.processes();
    let mut entries: Vec<_> =
        processes.iter().map(|process| (process.pid.to_string(), own(process.pid, 0))).collect();
    entries.extend((SYSTEM_FILES..).zip(SYSTEM).map(|(ino, name)| ((*name).to_owned(), ino)));
    entries.extend([("mounts".to_owned(), MOUNTS), ("sys".to_owned(), SYS)]);
    if viewer > 0 {
        entries.push(("self".to_owned(), SELF));
    }
    entries
}

fn sys_directory(place: usize) -> Option<MadeBody> {
    let (_, above) = SYS_DIRECTORIES.get(place)?;
    let parent = if place == 0 { PROC } else { SYS + *above as Ino };
    let directories = (SYS..).zip(SYS_DIRECTORIES).skip(1).filter(|(_, (_, above))| *above == place);
    let files = (SYS_CONTENTS..).zip(SYS_FILES).filter(|(_, (directory, _))| *directory == place);
    let entries = directories
        .map(|(ino, (name, _))| ((*name).to_owned(), ino))
        .chain(files.map(|(ino, (_, name))| ((*name).to_owned(), ino)));
    Some(MadeBody::Directory { parent, entries: entries.collect() })
}

fn of_process(process: &Process, ino: Ino) -> Option<MadeNode> {
    let pid = process.pid;
    let directory = |parent: Ino, entries: Vec<(String, Ino)>| MadeBody::Directory { parent, entries };
    let (body, mode) = match Part::of(ino & 0xffff_ffff)? {
        Part::Directory => {
            let number = |name: &str, place: Ino| if name == "fd" { FD_DIRECTORY } else { place };
            let entries =
                (1..).zip(FILES).map(|(place, name)| ((*name).to_owned(), own(pid, number(name, place))));
            (directory(PROC, entries.collect()), 0o555)
        }
        Part::Descriptors => {
            let shown = process.shown_descriptors().into_iter();
            let entries = shown.map(|it| (it.number.to_string(), own(pid, FD_LINKS + it.number as Ino)));
            (directory(own(pid, 0), entries.collect()), 0o500)
        }
        Part::Link(number) => {
            let shown = process.shown_descriptors().into_iter().find(|it| it.number == number)?;
            let leads_to = shown.is_pipe.then(|| own(pid, FD_TARGETS + number as Ino));
            (MadeBody::Symlink { target: shown.name, leads_to }, 0o700)
        }
        Part::Target(number) => {
            process.shown_descriptors().into_iter().find(|it| it.number == number)?;
            (MadeBody::Fifo, 0o600)
        }
        Part::File("cwd") => (link(process.cwd()), 0o777),
        Part::File("root") => (link("/".to_owned()), 0o777),
        Part::File("exe") => (link(process.exe()), 0o777),
        Part::File("environ") => (MadeBody::File, 0o400),
        Part::File(_) => (MadeBody::File, 0o444),
    };
    let user = process.credentials();
    Some(MadeNode { body, mode, owner: (user.uid, user.gid), time: process.started })
}

/// The name of a process's program, as the system keeps it.
fn name_of(argv: &[String]) -> String {
    argv.first().map_or("", |word| word.rsplit('/').next().unwrap_or("")).chars().take(15).collect()
}

fn state_of(process: &Process, viewer: Viewer) -> (char, &'static str) {
    match process.progress() {
        Progress::Stopped(_) => ('T', "stopped"),
        // Only who looks is at work at this moment.
        _ if process.pid == viewer => ('R', "running"),
        _ => ('S', "sleeping"),
    }
}

fn contents_of_process(process: &Process, name: &str, viewer: Viewer) -> Option<Vec<u8>> {
    let argv = process.argv();
    let words = |words: &mut dyn Iterator<Item = String>| {
        words.flat_map(|it| [it.into_bytes(), vec![0]].concat()).collect()
    };
    let text = match name {
        "cmdline" => return Some(words(&mut argv.into_iter())),
        "environ" => {
            let env = process.initial_env();
            return Some(words(&mut env.iter().map(|(name, value)| format!("{name}={value}"))));
        }
        "comm" => format!("{}\n", name_of(&argv)),
        "mounts" => mounts(&process.kernel),
        "limits" => limits(process),
        "statm" => "0 0 0 0 0 0 0\n".to_owned(),
        "stat" => {
            let (state, _) = state_of(process, viewer);
            let terminal = process.kernel.terminal_of(process.session());
            let (tty, foreground) = terminal.map_or((0, -1), |terminal| {
                (crate::device::TERMINALS << 8 | terminal.number, terminal.foreground())
            });
            let ticks = (process.started.0 - process.kernel.started.0).max(0) / 10_000_000;
            format!(
                "{} ({}) {state} {} {} {} {tty} {foreground} 4194304 0 0 0 0 0 0 0 0 20 0 1 0 {ticks} 0 0{}\n",
                process.pid,
                name_of(&argv),
                process.parent(),
                process.group(),
                process.session(),
                " 0".repeat(28),
            )
        }
        "status" => status(process, &argv, viewer),
        _ => return None,
    };
    Some(text.into_bytes())
}

fn status(process: &Process, argv: &[String], viewer: Viewer) -> String {
    let (letter, word) = state_of(process, viewer);
    let user = process.credentials();
    let (uid, gid, pid) = (user.uid, user.gid, process.pid);
    let groups: String = user.groups.iter().map(|group| format!("{group} ")).collect();
    let [pending, ignored, caught] = process.signal_sets();
    format!(
        "Name:\t{}\nUmask:\t{:04o}\nState:\t{letter} ({word})\nTgid:\t{pid}\nNgid:\t0\nPid:\t{pid}\nPPid:\t{}\n\
         TracerPid:\t0\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\nGid:\t{gid}\t{gid}\t{gid}\t{gid}\nFDSize:\t64\n\
         Groups:\t{groups}\nNSpid:\t{pid}\nNSpgid:\t{}\nNSsid:\t{}\nThreads:\t1\nSigPnd:\t0000000000000000\n\
         ShdPnd:\t{pending:016x}\nSigBlk:\t0000000000000000\nSigIgn:\t{ignored:016x}\nSigCgt:\t{caught:016x}\n",
        name_of(argv),
        user.umask,
        process.parent(),
        process.group(),
        process.session(),
    )
}

fn limits(process: &Process) -> String {
    let processes = process.kernel.limits.processes.to_string();
    let files = crate::descriptors::MAX_OPEN.to_string();
    let rows = [
        ("Max cpu time", "unlimited", "seconds"),
        ("Max file size", "unlimited", "bytes"),
        ("Max processes", &processes, "processes"),
        ("Max open files", &files, "files"),
        ("Max address space", "unlimited", "bytes"),
    ];
    let mut out = format!("{:<25} {:<20} {:<20} {:<10}\n", "Limit", "Soft Limit", "Hard Limit", "Units");
    for (name, limit, unit) in rows {
        let _ = writeln!(out, "{name:<25} {limit:<20} {limit:<20} {unit:<10}");
    }
    out
}

/// Seconds since the sandbox began.
fn uptime(kernel: &Kernel) -> f64 {
    (kernel.host.now().0 - kernel.started.0) as f64 / 1e9
}

fn of_system(kernel: &Kernel, name: &str) -> Option<String> {
    Some(match name {
        "cpuinfo" => (0..CPUS)
            .map(|cpu| {
                format!(
                    "processor\t: {cpu}\nmodel name\t: Virtual CPU\ncpu MHz\t\t: 2000.000\ncpu cores\t: {CPUS}\n\n"
                )
            })
            .collect(),
        "filesystems" => "nodev\tproc\nnodev\toverlay\n\text4\n".to_owned(),
        "loadavg" => {
            let processes = kernel.processes();
            let last = processes.iter().map(|process| process.pid).max().unwrap_or(1);
            format!("0.00 0.00 0.00 1/{} {last}\n", processes.len() + 1)
        }
        "meminfo" => format!(
            "MemTotal:       {MEMORY_KB} kB\nMemFree:        {free} kB\nMemAvailable:   {free} kB\n\
             SwapTotal:      0 kB\nSwapFree:       0 kB\n",
            free = MEMORY_KB / 2
        ),
        "stat" => {
            let idle = (uptime(kernel) * 100.0) as u64;
            let mut out = format!("cpu  0 0 0 {} 0 0 0 0 0 0\n", idle * CPUS as u64);
            for cpu in 0..CPUS {
                let _ = writeln!(out, "cpu{cpu} 0 0 0 {idle} 0 0 0 0 0 0");
            }
            let begun = kernel.started.as_secs();
            let _ = writeln!(out, "btime {begun}\nprocesses {}\nprocs_running 1", kernel.processes().len());
            out
        }
        "swaps" => "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n".to_owned(),
        "uptime" => format!("{up:.2} {up:.2}\n", up = uptime(kernel)),
        "version" => format!("Linux version {KERNEL_RELEASE} (gcc) #1 SMP\n"),
        _ => return None,
    })
}

fn of_sys(kernel: &Kernel, name: &str) -> Option<String> {
    Some(match name {
        "hostname" => format!("{}\n", kernel.hostname),
        "osrelease" => format!("{KERNEL_RELEASE}\n"),
        "ostype" => "Linux\n".to_owned(),
        "pid_max" => "4194304\n".to_owned(),
        "version" => "#1 SMP\n".to_owned(),
        "boot_id" => "00000000-0000-4000-8000-000000000001\n".to_owned(),
        "entropy_avail" => "256\n".to_owned(),
        "uuid" => format!("{}\n", uuid_v4(&*kernel.host)),
        "file-max" => "1048576\n".to_owned(),
        "overcommit_memory" => "0\n".to_owned(),
        _ => return None,
    })
}

/// The lines of `/proc/mounts`.
fn mounts(kernel: &Kernel) -> String {
    let mut out = String::from("overlay / overlay rw,relatime 0 0\n");
    for mount in kernel.root.mounts() {
        if mount.path != "/" {
            let _ = writeln!(out, "{VOLUME_DEVICE} {} ext4 rw,relatime 0 0", mount.path);
        }
    }
    out
}
