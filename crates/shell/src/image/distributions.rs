//! Linux distributions: their releases and what `/etc/os-release` says.

/// Which set of base programs a distribution has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Flavour {
    Debian,
    RedHat,
    Arch,
    Alpine,
}

/// One release of a distribution.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Distribution {
    /// Name of the official image and `ID` of os-release.
    pub(crate) id: &'static str,
    /// `VERSION_ID`.
    pub(crate) version: &'static str,
    /// Code name, where the distribution has them.
    pub(crate) codename: &'static str,
    name: &'static str,
    pretty: &'static str,
    like: &'static str,
    home: &'static str,
    pub(crate) flavour: Flavour,
}

impl Distribution {
    /// The text of `/etc/os-release`.
    pub(crate) fn os_release(&self) -> String {
        let mut out = format!("PRETTY_NAME=\"{}\"\nNAME=\"{}\"\n", self.pretty, self.name);
        let mut line = |key: &str, value: &str| {
            if !value.is_empty() {
                out.push_str(key);
                out.push('=');
                out.push_str(value);
                out.push('\n');
            }
        };
        line("VERSION_ID", &quoted(self.version));
        let version = match (self.version, self.codename) {
            ("", _) => String::new(),
            (version, "") => quoted(version),
            (version, codename) => quoted(&format!("{version} ({codename})")),
        };
        line("VERSION", &version);
        line("VERSION_CODENAME", self.codename);
        line("ID", self.id);
        line("ID_LIKE", &quoted(self.like));
        line("HOME_URL", &quoted(self.home));
        out
    }
}

fn quoted(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("\"{text}\"") }
}

macro_rules! distributions {
    ($( $id:literal $name:literal $like:literal $home:literal $flavour:ident {
        $( $version:literal $codename:literal $pretty:literal )+
    } )+) => {
        /// Every release that is known; the newest of each distribution comes first.
        pub(crate) const DISTRIBUTIONS: &[Distribution] = &[$($(
            Distribution {
                id: $id, version: $version, codename: $codename, name: $name, pretty: $pretty,
                like: $like, home: $home, flavour: Flavour::$flavour,
            },
        )+)+];
    };
}

distributions! {
    "debian" "Debian GNU/Linux" "" "https://www.debian.org/" Debian {
        "13" "trixie" "Debian GNU/Linux 13 (trixie)"
        "12" "bookworm" "Debian GNU/Linux 12 (bookworm)"
        "11" "bullseye" "Debian GNU/Linux 11 (bullseye)"
    }
    "ubuntu" "Ubuntu" "debian" "https://www.ubuntu.com/" Debian {
        "24.04" "noble" "Ubuntu 24.04.3 LTS"
        "22.04" "jammy" "Ubuntu 22.04.5 LTS"
        "20.04" "focal" "Ubuntu 20.04.6 LTS"
        "25.04" "plucky" "Ubuntu 25.04"
    }
    "alpine" "Alpine Linux" "" "https://alpinelinux.org/" Alpine {
        "3.22.1" "" "Alpine Linux v3.22"
        "3.21.4" "" "Alpine Linux v3.21"
        "3.20.7" "" "Alpine Linux v3.20"
        "3.19.8" "" "Alpine Linux v3.19"
        "3.18.12" "" "Alpine Linux v3.18"
    }
    "fedora" "Fedora Linux" "" "https://fedoraproject.org/" RedHat {
        "42" "" "Fedora Linux 42 (Container Image)"
        "41" "" "Fedora Linux 41 (Container Image)"
        "40" "" "Fedora Linux 40 (Container Image)"
    }
    "rockylinux" "Rocky Linux" "rhel centos fedora" "https://rockylinux.org/" RedHat {
        "9.3" "" "Rocky Linux 9.3 (Blue Onyx)"
        "8.9" "" "Rocky Linux 8.9 (Green Obsidian)"
    }
    "almalinux" "AlmaLinux" "rhel centos fedora" "https://almalinux.org/" RedHat {
        "10.0" "" "AlmaLinux 10.0 (Purple Lion)"
        "9.6" "" "AlmaLinux 9.6 (Sage Margay)"
        "8.10" "" "AlmaLinux 8.10 (Cerulean Leopard)"
    }
    "amazonlinux" "Amazon Linux" "fedora" "https://aws.amazon.com/linux/" RedHat {
        "2023" "" "Amazon Linux 2023.8.20250818"
        "2" "" "Amazon Linux 2"
    }
    "archlinux" "Arch Linux" "" "https://archlinux.org/" Arch {
        "" "" "Arch Linux"
    }
}

/// The release of distribution `id` that `tag` means: a version, a leading part of one (`3.22`, `9`), a code
/// name or `latest`.
pub(crate) fn release(id: &str, tag: &str) -> Option<&'static Distribution> {
    let mut releases = DISTRIBUTIONS.iter().filter(|release| release.id == id);
    match tag {
        // Python's, Node's and Postgres' images moved to each Debian late; debian:latest is the newest.
        "latest" | "stable" | "edge" | "base" | "base-devel" | "rolling" => releases.next(),
        "oldstable" => releases.nth(1),
        _ => releases.find(|release| {
            tag == release.version
                || (!release.codename.is_empty() && tag == release.codename)
                || release.version.strip_prefix(tag).is_some_and(|rest| rest.starts_with('.'))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_name_releases() {
        let version = |id, tag| release(id, tag).map(|release| release.version);
        assert_eq!(version("debian", "latest"), Some("13"));
        assert_eq!(version("debian", "bookworm"), Some("12"));
        assert_eq!(version("ubuntu", "22.04"), Some("22.04"));
        assert_eq!(version("ubuntu", "noble"), Some("24.04"));
        assert_eq!(version("alpine", "3.20"), Some("3.20.7"));
        assert_eq!(version("alpine", "3"), Some("3.22.1"));
        assert_eq!(version("almalinux", "9"), Some("9.6"));
        assert_eq!(version("debian", "1"), None);
        assert_eq!(version("debian", ""), None);
        assert_eq!(version("nixos", "latest"), None);
    }

    #[test]
    fn os_release_has_name_and_version() {
        let text = release("debian", "12").unwrap().os_release();
        assert!(text.contains("NAME=\"Debian GNU/Linux\"\n"), "{text}");
        assert!(text.contains("VERSION_ID=\"12\"\n"), "{text}");
        assert!(text.contains("VERSION=\"12 (bookworm)\"\n"), "{text}");
        assert!(text.contains("\nID=debian\n"), "{text}");
        let arch = release("archlinux", "latest").unwrap().os_release();
        assert!(!arch.contains("VERSION"), "{arch}");
    }
}
