//! What a case is: a command, what it finds in its directory, and how it is read from `tests/shell/cases/`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sandbox_shell::{CommandLine, ExecRequest};

use crate::normalise::Normaliser;

/// The directory that every case runs in, on both sides.
pub(crate) const DIRECTORY: &str = "/workspace";

/// The image of cases that name none.
pub(crate) const IMAGE: &str = "debian:12";

/// One command or script, run on both sides.
#[derive(Clone)]
pub(crate) struct Case {
    /// The file's name and the case's own, with a colon between them.
    pub(crate) id: String,
    pub(crate) command: CommandLine,
    /// Names and contents of the files that are there before.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// Size of the disk in bytes, where it is to be felt.
    pub(crate) disk: Option<u64>,
    pub(crate) normalisers: Vec<Normaliser>,
    /// The image of our side.
    pub(crate) image: String,
    /// The package whose programs the real side needs, where not every machine has it.
    pub(crate) package: Option<String>,
}

impl Case {
    pub(crate) fn request(&self) -> ExecRequest {
        ExecRequest { command: self.command.clone(), ..ExecRequest::script("") }
    }

    pub(crate) fn text(&self) -> String {
        match &self.command {
            CommandLine::Script(script) => script.clone(),
            CommandLine::Argv(argv) => format!("{argv:?}"),
        }
    }
}

/// `tests/shell/` of the repository.
pub(crate) fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/shell")
}

/// Every case that we wrote, in the order of files and lines.
pub(crate) fn written() -> Vec<Case> {
    let mut paths: Vec<PathBuf> = fs::read_dir(data().join("cases"))
        .expect("tests/shell/cases")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "cases"))
        .collect();
    paths.sort();
    paths.iter().flat_map(|path| parse(path)).collect()
}

/// Reads one file: `== name` begins a case, lines with `@` right after it say more about it, the rest is the script.
fn parse(path: &Path) -> Vec<Case> {
    let subject = path.file_stem().expect("a name").to_str().expect("UTF-8");
    let text = fs::read_to_string(path).expect("a file of cases");
    let mut cases: Vec<Case> = Vec::new();
    for block in format!("\n{text}").split("\n== ").skip(1) {
        let (name, rest) = block.split_once('\n').unwrap_or((block, ""));
        let attributes = rest.lines().take_while(|line| line.starts_with('@')).count();
        let mut lines = rest.lines();
        let mut case = Case {
            id: format!("{subject}:{}", name.trim()),
            command: CommandLine::Script(String::new()),
            files: BTreeMap::new(),
            disk: None,
            normalisers: Vec::new(),
            image: IMAGE.to_owned(),
            package: None,
        };
        for attribute in lines.by_ref().take(attributes) {
            attribute_of(&mut case, attribute);
        }
        if case.command == CommandLine::Script(String::new()) {
            let script = lines.collect::<Vec<_>>().join("\n");
            case.command = CommandLine::Script(script.trim_end_matches('\n').to_owned());
        }
        assert!(cases.iter().all(|other| other.id != case.id), "{} is there twice", case.id);
        cases.push(case);
    }
    cases
}

fn attribute_of(case: &mut Case, line: &str) {
    let (key, value) = line.split_once(' ').unwrap_or((line, ""));
    match key {
        "@with" => {
            for name in value.split_whitespace() {
                let contents = fs::read(data().join("files").join(name));
                case.files.insert(name.to_owned(), contents.unwrap_or_else(|_| panic!("no file {name}")));
            }
        }
        "@argv" => {
            let argv = serde_json::from_str(value).unwrap_or_else(|_| panic!("{}: {line}", case.id));
            case.command = CommandLine::Argv(argv);
        }
        "@disk" => case.disk = Some(value.parse().unwrap_or_else(|_| panic!("{}: {line}", case.id))),
        "@image" => {
            let (image, package) = value.split_once(' ').unwrap_or_else(|| panic!("{}: {line}", case.id));
            (case.image, case.package) = (image.to_owned(), Some(package.to_owned()));
        }
        "@normalise" => case.normalisers.extend(value.split_whitespace().map(Normaliser::named)),
        _ => panic!("{}: what is {line}?", case.id),
    }
}
