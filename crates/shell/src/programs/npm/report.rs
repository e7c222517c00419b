//! What npm prints: its summary, its errors, and our one line that says what is simulated.

use sandbox_fs::{Errno, FsError};

use super::spec::BadSpec;

/// Goes to standard error once for every command that pretends to have reached a registry.
pub(super) const SIMULATED: &str =
    "npm: simulated: nothing was downloaded, packages in node_modules are stand-ins (simulated sandbox)\n";

/// How many packages a command changed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) added: usize,
    pub(super) removed: usize,
    pub(super) changed: usize,
    /// All that are installed now, the project among them.
    pub(super) audited: usize,
}

impl Counts {
    /// npm's summary; without `audit` as for global installs.
    pub(super) fn summary(self, audit: bool) -> String {
        let packages = |count: usize| format!("{count} package{}", if count == 1 { "" } else { "s" });
        let mut parts: Vec<String> =
            [("added", self.added), ("removed", self.removed), ("changed", self.changed)]
                .into_iter()
                .filter(|(_, count)| *count > 0)
                .map(|(verb, count)| format!("{verb} {}", packages(count)))
                .collect();
        if parts.is_empty() {
            parts.push("up to date".to_owned());
            if audit {
                parts.push(format!("audited {}", packages(self.audited)));
            }
        } else if audit {
            parts.push(format!("and audited {}", packages(self.audited)));
        }
        let found = if audit { "\nfound 0 vulnerabilities\n" } else { "" };
        format!("\n{} in 1s\n{found}", parts.join(", "))
    }
}

/// An error of npm: its lines, without their prefix, and the exit code.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Failure {
    lines: Vec<String>,
    pub(super) code: i32,
}

impl Failure {
    pub(super) fn new<S: Into<String>>(code: i32, lines: impl IntoIterator<Item = S>) -> Self {
        Self { lines: lines.into_iter().map(Into::into).collect(), code }
    }

    pub(super) fn bad_manifest(path: &str) -> Self {
        Self::new(
            1,
            [
                "code EJSONPARSE".to_owned(),
                format!("path {path}"),
                "JSON.parse Invalid package.json: JSONParseError".to_owned(),
                "JSON.parse Failed to parse JSON data.".to_owned(),
                "JSON.parse Note: package.json must be actual JSON, not just JavaScript.".to_owned(),
            ],
        )
    }

    pub(super) fn no_manifest(path: &str) -> Self {
        Self::new(
            254,
            [
                "code ENOENT".to_owned(),
                "syscall open".to_owned(),
                format!("path {path}"),
                "errno -2".to_owned(),
                format!(
                    "enoent Could not read package.json: Error: ENOENT: no such file or directory, open '{path}'"
                ),
                "enoent This is related to npm not being able to find a file.".to_owned(),
                "enoent".to_owned(),
            ],
        )
    }

    pub(super) fn missing_script(name: &str) -> Self {
        Self::new(
            1,
            [
                format!("Missing script: \"{name}\""),
                String::new(),
                "To see a list of scripts, run:".to_owned(),
                "  npm run".to_owned(),
            ],
        )
    }

    /// The text for standard error. npm changed its prefix in 10.6.
    pub(super) fn text(&self, npm_version: &str) -> String {
        let mut numbers = npm_version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
        let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        let prefix = if version >= (10, 6) { "npm error" } else { "npm ERR!" };
        self.lines.iter().map(|line| format!("{prefix} {line}").trim_end().to_owned() + "\n").collect()
    }
}

impl From<FsError> for Failure {
    fn from(error: FsError) -> Self {
        let errno = error.errno;
        let mut lines = vec![
            format!("code {}", errno.name()),
            "syscall write".to_owned(),
            format!("errno -{}", errno.code()),
        ];
        let text = lower_first(errno.message());
        if errno == Errno::ENOSPC {
            lines.push(format!("nospc ENOSPC: {text}, write"));
            lines.push("nospc There appears to be insufficient space on your system to finish.".to_owned());
            lines.push("nospc Clear up some disk space and try again.".to_owned());
        } else {
            lines.push(format!("path {}", error.path));
            lines.push(format!("{}: {text}, open '{}'", errno.name(), error.path));
        }
        Self { lines, code: 256 - errno.code() }
    }
}

impl From<BadSpec> for Failure {
    fn from(bad: BadSpec) -> Self {
        match bad {
            BadSpec::InvalidName { name, problem } => Self::new(
                1,
                [
                    "code EINVALIDPACKAGENAME".to_owned(),
                    format!("Invalid package name \"{name}\" of package \"{name}@*\": {problem}."),
                ],
            ),
            BadSpec::NotFound(name) => Self::new(
                1,
                [
                    "code E404".to_owned(),
                    "404 Not Found".to_owned(),
                    "404".to_owned(),
                    format!("404  '{name}@*' is not in this registry."),
                    "404".to_owned(),
                    "404 Note that you can also install from a".to_owned(),
                    "404 tarball, folder, http url, or git folder.".to_owned(),
                ],
            ),
            BadSpec::Elsewhere(spec) => Self::new(
                1,
                [
                    "code ENOTSUP".to_owned(),
                    format!(
                        "\"{spec}\": only packages by name can be installed in this stand-in (simulated sandbox)"
                    ),
                ],
            ),
        }
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().collect::<String>() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_read_like_npms() {
        let summary =
            |added, removed, changed, audited| Counts { added, removed, changed, audited }.summary(true);
        assert_eq!(
            summary(1, 0, 0, 2),
            "\nadded 1 package, and audited 2 packages in 1s\n\nfound 0 vulnerabilities\n"
        );
        assert_eq!(summary(0, 0, 0, 1), "\nup to date, audited 1 package in 1s\n\nfound 0 vulnerabilities\n");
        assert_eq!(
            summary(2, 1, 1, 4),
            "\nadded 2 packages, removed 1 package, changed 1 package, and audited 4 packages in 1s\n\nfound 0 vulnerabilities\n"
        );
        assert_eq!(Counts { added: 1, ..Counts::default() }.summary(false), "\nadded 1 package in 1s\n");
    }

    #[test]
    fn errors_have_npms_prefix_and_code() {
        let failure = Failure::from(Errno::ENOSPC.at("/x"));
        assert_eq!(failure.code, 228);
        assert!(failure.text("10.8.2").starts_with("npm error code ENOSPC\nnpm error syscall write\n"));
        assert!(failure.text("10.5.0").starts_with("npm ERR! code ENOSPC\n"));
        assert!(failure.text("10.8.2").contains("ENOSPC: no space left on device, write"));
    }
}
