//! Versions of packages: a small table of well-known ones, and for all others a version made from the name.
//!
//! No registry is reached. The table only makes the stand-in's answers look like those a reader expects.

/// Well-known packages with the newest version of each major line that is likely to be asked for, newest first.
const KNOWN: &[(&str, &[&str])] = &[
    ("axios", &["1.12.2", "0.30.1"]),
    ("chalk", &["5.6.2", "4.1.2"]),
    ("commander", &["14.0.1"]),
    ("cors", &["2.8.5"]),
    ("date-fns", &["4.1.0"]),
    ("dotenv", &["17.2.2", "16.6.1"]),
    ("esbuild", &["0.25.10"]),
    ("eslint", &["9.36.0", "8.57.1"]),
    ("express", &["5.1.0", "4.21.2", "3.21.2"]),
    ("fastify", &["5.6.1", "4.29.1"]),
    ("hono", &["4.9.8"]),
    ("jest", &["30.1.3", "29.7.0"]),
    ("jsonwebtoken", &["9.0.2"]),
    ("koa", &["3.0.1", "2.16.2"]),
    ("left-pad", &["1.3.0"]),
    ("lodash", &["4.17.21"]),
    ("mocha", &["11.7.2"]),
    ("moment", &["2.30.1"]),
    ("mongoose", &["8.18.2"]),
    ("next", &["15.5.4", "14.2.33"]),
    ("nodemon", &["3.1.10"]),
    ("pg", &["8.16.3"]),
    ("prettier", &["3.6.2", "2.8.8"]),
    ("react", &["19.1.1", "18.3.1", "17.0.2"]),
    ("react-dom", &["19.1.1", "18.3.1", "17.0.2"]),
    ("redis", &["5.8.2", "4.7.1"]),
    ("rimraf", &["6.0.1"]),
    ("rxjs", &["7.8.2"]),
    ("socket.io", &["4.8.1"]),
    ("sqlite3", &["5.1.7"]),
    ("tailwindcss", &["4.1.13", "3.4.17"]),
    ("ts-node", &["10.9.2"]),
    ("tsx", &["4.20.5"]),
    ("typescript", &["5.9.2", "4.9.5"]),
    ("uuid", &["13.0.0", "11.1.0", "9.0.1"]),
    ("vite", &["7.1.7", "6.3.6", "5.4.20"]),
    ("vitest", &["3.2.4"]),
    ("vue", &["3.5.21", "2.7.16"]),
    ("webpack", &["5.101.3", "4.47.0"]),
    ("winston", &["3.17.0"]),
    ("ws", &["8.18.3", "7.5.10"]),
    ("yargs", &["18.0.0", "17.7.2"]),
    ("zod", &["4.1.11", "3.25.76"]),
    ("@types/express", &["5.0.3"]),
    ("@types/node", &["24.5.2", "22.18.6", "20.19.17", "18.19.127"]),
    ("@types/react", &["19.1.13", "18.3.24"]),
];

/// The version that `range` of package `name` gets.
pub(super) fn choose(name: &str, range: &str) -> String {
    let known = KNOWN.iter().find(|(package, _)| *package == name).map(|(_, versions)| *versions);
    let newest = || known.map_or_else(|| invented(name), |versions| versions[0].to_owned());
    let wanted = range.trim_start_matches(['^', '~', '>', '<', '=', 'v', ' ']);
    let wanted = wanted.split([' ', '|', '-', '+']).next().unwrap_or_default();
    let parts: Vec<u64> = wanted.split('.').map_while(|part| part.parse().ok()).collect();
    // No number at all: `*`, `latest` and other tags. `>=` and `>` are open to the newest.
    if parts.is_empty() || range.starts_with('>') {
        return newest();
    }
    let exact = parts.len() == 3
        && range.starts_with(|first: char| first.is_ascii_digit() || first == '=' || first == 'v');
    if exact {
        return range.trim_start_matches(['=', 'v', ' ']).to_owned();
    }
    let fits = |version: &str| {
        let have: Vec<u64> = version.split('.').map_while(|part| part.parse().ok()).collect();
        // A caret keeps the first number that is not zero, a tilde and a partial version keep what is written.
        let kept = match range.chars().next() {
            Some('^') => parts.iter().position(|part| *part != 0).map_or(parts.len(), |at| at + 1),
            Some('~') => parts.len().min(2),
            _ => parts.len(),
        };
        have.len() == 3 && have[..kept] == parts[..kept] && have.as_slice() >= parts.as_slice()
    };
    let candidates = known.unwrap_or_default().iter().copied();
    candidates.map(str::to_owned).chain([invented(name)]).find(|version| fits(version)).unwrap_or_else(|| {
        let part = |at: usize| parts.get(at).copied().unwrap_or(0);
        format!("{}.{}.{}", part(0), part(1), part(2))
    })
}

/// A version made from the name: the same for every run and machine.
fn invented(name: &str) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in name.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    }
    format!("{}.{}.{}", 1 + hash % 5, (hash >> 16) % 20, (hash >> 32) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_choose_versions() {
        for (name, range, version) in [
            ("express", "", "5.1.0"),
            ("express", "latest", "5.1.0"),
            ("express", "4", "4.21.2"),
            ("express", "^4.18.2", "4.21.2"),
            ("express", "~4.18.1", "4.18.1"),
            ("express", "4.18.2", "4.18.2"),
            ("express", ">=4", "5.1.0"),
            ("express", "^9.0.0", "9.0.0"),
            ("axios", "^0.30.0", "0.30.1"),
            ("zod", "3.x", "3.25.76"),
            ("x", "1.2.3-beta.1", "1.2.3-beta.1"),
        ] {
            assert_eq!(choose(name, range), version, "{name}@{range}");
        }
        assert_eq!(choose("some-thing", "*"), choose("some-thing", ""));
    }
}
