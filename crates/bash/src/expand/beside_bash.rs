//! Expansions beside the machine's own bash: each case is a script of assignments, `set`, `shopt`, `declare` and `printf`,
//! which a few lines run here.

use std::os::unix::process::CommandExt as _;
use std::process::Command as Program;

use futures_util::FutureExt as _;

use crate::builtins::testing::Fixture;
use crate::state::{Associative, Flow, SetOption, Shell, ShoptOption, Unwind, Value};
use crate::syntax::{AssignmentValue, Command, CompoundKind, Parser, Part, Simple, Word, parse};

/// Scripts, one a line; `¶` stands for a newline.
const CASES: &str = include_str!("beside_bash.cases");

#[test]
fn expansions_are_those_of_bash() {
    let mut wrong = Vec::new();
    let only = std::env::var("CASE").unwrap_or_default();
    for case in
        CASES.lines().filter(|line| !line.is_empty() && !line.starts_with("# ") && line.contains(&only))
    {
        let script = case.replace('¶', "\n");
        let (ours, theirs) = (ours(&script), theirs(&script));
        if ours != theirs {
            wrong.push(format!("{case}\n  ours:   {ours:?}\n  theirs: {theirs:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}

type Outcome = (String, String, i32);

fn theirs(script: &str) -> Outcome {
    let root = "/tmp";
    let _ = std::fs::remove_dir_all("/tmp/bxg");
    let script = format!("p() {{ [ $# = 0 ] || printf '<%s>' \"$@\"; printf '\\n'; }}; {script}");
    let run = Program::new("/bin/bash")
        .arg0("bash")
        .args(["--norc", "-c", &script])
        .env_clear()
        .env("LC_ALL", "C.UTF-8")
        .env("HOME", "/root")
        .current_dir(root)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| crate::text::decode(bytes);
    (text(&run.stdout), text(&run.stderr), run.status.code().unwrap_or(-1))
}

fn ours(script: &str) -> Outcome {
    let mut fixture = Fixture::new();
    for (name, value) in [("HOME", "/root"), ("PWD", "/tmp"), ("LC_ALL", "C.UTF-8")] {
        let variable = fixture.shell.variables.get_or_make(name);
        variable.value = Value::Text(value.to_owned());
        variable.attributes.exported = true;
    }
    let now = fixture.shell.process.kernel.host.now();
    let _ = fixture.shell.process.kernel.root.mkdir_all("/etc", 0o755, now);
    let passwd = "root:x:0:0:root:/root:/bin/bash\nbin:x:2:2:bin:/bin:/usr/sbin/nologin\n";
    fixture.shell.process.kernel.root.write("/etc/passwd", passwd, now).unwrap();
    let mut out = Vec::new();
    let mut parser = Parser::new(script, Default::default());
    let status = loop {
        parser.options_mut().extglob = fixture.shell.options.has_shopt(ShoptOption::EXTGLOB);
        let list = match parser.next() {
            Ok(Some(list)) => list,
            Ok(None) => break fixture.shell.status,
            Err(error) => {
                break {
                    out.extend_from_slice(format!("{error:?}").as_bytes());
                    2
                };
            }
        };
        let mut unwound = None;
        for item in list.items {
            let command = item.and_or.first.commands.first().unwrap();
            if let Err(unwind) = run(&mut fixture.shell, command, &mut out) {
                unwound = Some(unwind);
                break;
            }
        }
        match unwound {
            None => {}
            // A whole `-c` is one command line to bash here only if it is one line.
            Some(Unwind::Discard(status)) => fixture.shell.status = status,
            Some(Unwind::Exit(status)) => break status,
            Some(other) => panic!("{other:?}"),
        }
        if matches!(unwound, Some(Unwind::Discard(_))) {
            break fixture.shell.status;
        }
    };
    (crate::text::decode(&out), fixture.said(), status)
}

fn run(shell: &mut Shell, command: &Command, out: &mut Vec<u8>) -> Flow<()> {
    match command {
        Command::Simple(simple) => {
            shell.line = simple.line;
            run_simple(shell, simple, out)
        }
        Command::Compound(compound) => {
            shell.line = compound.line;
            let CompoundKind::Arithmetic(arithmetic) = &compound.kind else { panic!("not here") };
            let value = shell.expand_arithmetic(arithmetic).now_or_never().unwrap()?;
            shell.status = match value {
                Ok(value) => i32::from(value == 0),
                Err(error) => {
                    let _told = shell.arithmetic_failed("((: ", &error);
                    1
                }
            };
            Ok(())
        }
        Command::Function(_) => panic!("not here"),
    }
}

fn run_simple(shell: &mut Shell, simple: &Simple, out: &mut Vec<u8>) -> Flow<()> {
    for assignment in &simple.assignments {
        shell.run_assignment(assignment).now_or_never().unwrap()?;
    }
    if simple.words.first().is_some_and(|word| matches!(&*word.source, "declare" | "readonly")) {
        shell.status = 0;
        return declare(shell, &simple.words);
    }
    let words = shell.expand_words(&simple.words).now_or_never().unwrap()?;
    let arguments: Vec<&str> = words.iter().map(String::as_str).collect();
    shell.status = 0;
    match &arguments[..] {
        [] | [":", ..] => {}
        ["set", "--", rest @ ..] => shell.positional = rest.iter().map(|word| (*word).to_owned()).collect(),
        ["set", flag] => {
            let option = SetOption::by_letter(flag.chars().nth(1).unwrap()).unwrap();
            shell.options.set(option, flag.starts_with('-'));
        }
        ["shopt", flag, name] => {
            shell.options.set_shopt(ShoptOption::by_name(name).unwrap(), *flag == "-s");
        }
        ["unset", names @ ..] => {
            for name in names {
                shell.unset(name).unwrap();
            }
        }
        ["p", rest @ ..] => {
            for word in rest {
                out.extend_from_slice(format!("<{}>", word).as_bytes());
            }
            out.push(b'\n');
        }
        ["touch" | "mkdir" | "cd", path] => {
            let now = shell.process.kernel.host.now();
            let absolute = shell.process.absolute(path);
            match arguments[0] {
                "touch" => shell.process.kernel.root.write(&absolute, "", now).unwrap(),
                "mkdir" => shell.process.kernel.root.mkdir_all(&absolute, 0o755, now).unwrap(),
                _ => shell.process.set_cwd(absolute),
            }
        }
        other => panic!("not here: {other:?}"),
    }
    Ok(())
}

fn declare(shell: &mut Shell, words: &[Word]) -> Flow<()> {
    let mut flags = String::new();
    if &*words[0].source == "readonly" {
        flags.push('r');
    }
    for word in &words[1..] {
        if let Some(letters) = word.source.strip_prefix('-') {
            flags.push_str(letters);
            continue;
        }
        let source = match &word.parts[..] {
            [Part::ArrayAssignment(assignment)] => {
                let empty = AssignmentValue::Scalar(Word::default());
                let mut assignment = assignment.clone();
                let value = std::mem::replace(&mut assignment.value, empty);
                make(shell, &assignment.name, &flags);
                assignment.value = value;
                shell.run_assignment(&assignment).now_or_never().unwrap()?;
                continue;
            }
            _ => &*word.source,
        };
        let list = parse(source).unwrap();
        let Command::Simple(simple) = &list.items[0].and_or.first.commands[0] else { panic!("not here") };
        match simple.assignments.first() {
            Some(assignment) => {
                make(shell, &assignment.name, &flags.replace(['r', 'n'], ""));
                shell.run_assignment(assignment).now_or_never().unwrap()?;
                make(shell, &assignment.name, &flags);
            }
            None => make(shell, source, &flags),
        }
    }
    Ok(())
}

fn make(shell: &mut Shell, name: &str, flags: &str) {
    let variable = shell.variables.get_or_make(name);
    for flag in flags.chars() {
        match flag {
            'A' => variable.value = Value::Associative(Associative::default()),
            'a' => {
                variable.make_indexed();
            }
            'i' => variable.attributes.integer = true,
            'l' => variable.attributes.lower = true,
            'u' => variable.attributes.upper = true,
            'c' => variable.attributes.capital = true,
            'x' => variable.attributes.exported = true,
            'r' => variable.attributes.readonly = true,
            'n' => variable.attributes.name_ref = true,
            other => panic!("{other}"),
        }
    }
}
