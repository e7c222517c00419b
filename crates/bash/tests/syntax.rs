//! The grammar beside the machine's own bash: what it refuses and in which words, and how it shows functions.

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};

use sandbox_bash::{
    syntax::{self, Function, Item, Options, Parser},
    text,
};

const ACCEPTED: &str = include_str!("syntax/accepted.scripts");
const FUNCTIONS: &str = include_str!("syntax/functions.scripts");
const REFUSED: &str = include_str!("syntax/refused.scripts");

/// The scripts of a file of them, between lines `==`.
fn scripts(text: &str) -> Vec<String> {
    text.strip_suffix('\n').unwrap_or(text).split("\n==\n").map(str::to_owned).collect()
}

/// The scripts of the differential test's cases.
fn cases() -> Vec<String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/shell/cases");
    let mut scripts = Vec::new();
    for file in fs::read_dir(directory).expect("the cases are there") {
        let text = fs::read_to_string(file.expect("a file").path()).expect("it is text");
        for case in text.split("\n== ").skip(1) {
            let (_name, rest) = case.split_once('\n').unwrap_or((case, ""));
            let script: Vec<&str> = rest.lines().filter(|line| !line.starts_with('@')).collect();
            scripts.push(script.join("\n"));
        }
    }
    assert!(scripts.len() > 500);
    scripts
}

/// What bash's manual shows: scripts, parts of scripts, and what is none.
fn manual() -> Vec<String> {
    let manual =
        Command::new("gzip").args(["-dc", "/usr/share/info/bash.info.gz"]).output().expect("gzip runs");
    let text = String::from_utf8_lossy(&manual.stdout).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    let blocks = lines.split(|line| !line.starts_with("     "));
    blocks.filter(|block| !block.is_empty()).map(|block| block.join("\n")).collect()
}

/// What a program says when it reads `input`: on stdout and on stderr.
fn said_by_bash(arguments: &[&str], input: &str) -> (String, String) {
    let mut bash = Command::new("bash")
        .arg("--norc")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("bash runs");
    let mut stdin = bash.stdin.take().expect("it has a stdin");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(&text::encode(&input)));
    let output = bash.wait_with_output().expect("it ends");
    // A bash that has read enough closes its end early.
    let _ = writer.join();
    (text::decode(&output.stdout), text::decode(&output.stderr))
}

/// What our parser says about a script on stderr.
fn complaints(script: &str) -> String {
    let mut parser = Parser::new(script, Options::default());
    let mut said = String::new();
    loop {
        let line = parser.next();
        for warning in parser.take_warnings() {
            let _ = writeln!(said, "bash: line {}: warning: {}", warning.line, warning.message);
        }
        match line {
            Ok(Some(_)) => {}
            Ok(None) => return said,
            Err(error) => return said + &error.report("bash: -c"),
        }
    }
}

fn assert_same_complaints(scripts: &[String]) {
    for script in scripts {
        let (_, real) = said_by_bash(&["-n", "-c", script], "");
        assert_eq!(complaints(script), real, "{script}");
    }
}

#[test]
fn what_bash_refuses_is_refused_in_its_words() {
    let refused = scripts(REFUSED);
    assert!(refused.len() > 150);
    assert_same_complaints(&refused);
    assert!(refused.iter().all(|script| syntax::parse(script).is_err()));
}

#[test]
fn what_bash_accepts_is_accepted() {
    let accepted = [scripts(ACCEPTED), scripts(FUNCTIONS)].concat();
    assert_same_complaints(&accepted);
    for script in accepted {
        assert!(syntax::parse(&script).is_ok(), "{script}");
    }
}

#[test]
fn the_scripts_of_the_differential_test_are_read_as_bash_reads_them() {
    assert_same_complaints(&cases());
}

#[test]
fn the_manual_is_read_as_bash_reads_it() {
    let blocks = manual();
    assert!(blocks.len() > 100, "apt-get install bash-doc");
    assert_same_complaints(&blocks);
}

/// The function that is all of a script.
fn function(script: &str) -> Function {
    let list = syntax::parse(script).unwrap_or_else(|error| panic!("{error}: {script}"));
    match <[Item; 1]>::try_from(list.items) {
        Ok([item]) => match item.and_or.first.commands.into_iter().next() {
            Some(syntax::Command::Function(function)) => function,
            other => panic!("{other:?} is no function: {script}"),
        },
        Err(items) => panic!("{} commands: {script}", items.len()),
    }
}

#[test]
fn functions_are_shown_as_bash_shows_them() {
    let mut scripts = [scripts(ACCEPTED), cases(), manual()].concat();
    scripts.retain(|script| complaints(script).is_empty());
    let mut definitions: Vec<String> =
        scripts.iter().map(|script| format!("f() {{\n:\n{script}\n}}")).collect();
    // In `$( )` bash shows a lone `time` without the blank that it has elsewhere; we have it everywhere.
    scripts.retain(|script| script != "time");
    definitions.extend(scripts.iter().map(|script| format!("f() {{ : \"$({script}\n)\" <({script}\n); }}")));
    definitions.extend(self::scripts(FUNCTIONS));
    // A script whose last line is a comment or a here-document's end takes the `}` with it.
    definitions.retain(|definition| complaints(definition).is_empty());
    assert!(definitions.len() > 1500);

    let mark = "~~~ next ~~~";
    let mut session = String::new();
    for definition in &definitions {
        let _ = writeln!(
            session,
            "{definition}\ndeclare -f f\nexport -f f; printenv BASH_FUNC_f%%\necho '{mark}'"
        );
    }
    let (real, _) = said_by_bash(&[], &session);
    let real: Vec<&str> = real.split(&format!("{mark}\n")).collect();
    assert_eq!(real.len(), definitions.len() + 1);
    for (definition, real) in definitions.iter().zip(real) {
        let function = function(definition);
        let shown = syntax::declaration("f", &function.body);
        let exported = syntax::exported_function(&function.body);
        assert_eq!(format!("{shown}\n{exported}\n"), real, "{definition}");
    }
}

#[test]
fn options_take_effect_on_the_next_line() {
    let mut parser = Parser::new("echo @(a)\necho b; x\n", Options { extglob: true, ..Options::default() });
    assert!(matches!(parser.next(), Ok(Some(_))));
    assert_eq!((parser.position(), parser.line()), (10, 2));
    let alias = |name: &str| (name == "x").then(|| "echo c; if y; then ".to_owned());
    parser.options_mut().aliases = Some(Arc::new(alias));
    assert_eq!(parser.next().map_err(|error| error.incomplete), Err(true));
    let mut parser = Parser::new("echo @(a)\n", Options::default());
    assert_eq!(parser.next().map_err(|error| error.incomplete), Err(false));
}

fn with_aliases(script: &str) -> String {
    let lookup = |name: &str| {
        let value = match name {
            "ls" => "ls -l",
            "sudo" => "command ",
            "a" => "b x",
            "b" => "a y",
            "begin" => "{",
            "end" => "}",
            "semi" => "one; two",
            _ => return None,
        };
        Some(value.to_owned())
    };
    let mut parser = Parser::new(script, Options { aliases: Some(Arc::new(lookup)), ..Options::default() });
    let list = parser.next().expect("it is right").unwrap_or_default();
    assert_eq!(parser.position(), script.len());
    list.to_string()
}

#[test]
fn aliases_are_replaced_where_commands_begin() {
    assert_eq!(with_aliases("ls ls; ls"), "ls -l ls; ls -l");
    assert_eq!(with_aliases("sudo ls ls"), "command ls -l ls");
    assert_eq!(with_aliases("x=1 ls | ls && \\ls"), "x=1 ls -l | ls -l && \\ls");
    assert_eq!(with_aliases("a; b"), "a y x; b x y");
    assert_eq!(with_aliases("begin ls; end > f"), "{ ls -l; } > f");
    assert_eq!(with_aliases("semi three\n"), "one; two three");
    assert_eq!(with_aliases("echo $(ls)"), "echo $(ls -l)");
}

#[test]
fn commands_are_shown_on_one_line() {
    let shown = |script: &str| syntax::parse(script).unwrap_or_default().to_string();
    assert_eq!(shown("a  && b|c;d&e"), "a && b | c; d & e");
    assert_eq!(shown("{ a;b; }&"), "{ a; b; } &");
    assert_eq!(shown("for i in 1 2;do a;done"), "for i in 1 2;\ndo\n    a;\ndone");
    assert_eq!(shown("[[ -f x&&a =~ (b c) ]]>f"), "[[ -f x && a =~ (b c) ]] > f");
    let head = |script: &str| {
        let list = syntax::parse(script).unwrap_or_default();
        match list.items.first().and_then(|item| item.and_or.first.commands.first()) {
            Some(syntax::Command::Compound(compound)) => syntax::head(compound),
            _ => String::new(),
        }
    };
    assert_eq!(head("for i in a \"b\"; do c; done >d"), "for i in a \"b\"");
    assert_eq!(head("case $x in a) ;; esac"), "case $x in ");
    assert_eq!(head("((i=1))"), "((i=1))");
    assert_eq!(head("for ((;;)) do :; done"), "for ((1; 1; 1))");
}

#[test]
fn nesting_is_bounded() {
    let levels = 3000;
    let around = |open: &str, close: &str| format!("{}a{}", open.repeat(levels), close.repeat(levels));
    let documents: String = (0..levels).map(|level| format!("$(cat <<E{level}\n")).collect();
    let mut scripts = vec![format!("cat <<E\n{documents}")];
    scripts.push(format!("[[ {} ]]", around("( ", " )")));
    scripts.push(format!("[[ {}a ]]", "! ".repeat(levels)));
    scripts.push(format!("[[ {}a ]]", "a && ".repeat(levels)));
    for (open, close) in [
        ("$(", ")"),
        ("\"$(", ")\""),
        ("${x:-", "}"),
        ("\"${x:-", "}\""),
        ("${x/", "}"),
        ("${x[", "]}"),
        ("$((", "))"),
        ("a[$(", ")]=1"),
        ("( ", ")"),
        ("{ ", "; }"),
        ("if ", "; then b; fi"),
        ("case x in a) ", " ;; esac"),
        ("f() { ", "; }"),
        ("coproc ", ""),
    ] {
        scripts.push(around(open, close));
    }
    // Without optimisation a level takes several times the stack that it takes in a release.
    let reader = std::thread::Builder::new().stack_size(8 << 20).spawn(move || {
        for script in scripts {
            let outcome = syntax::parse(&script).map(|list| list.to_string());
            if let Err(error) = outcome {
                assert_eq!(error.message, "maximum nesting level exceeded", "{}", &script[..20]);
            }
        }
    });
    reader.expect("a thread").join().expect("no script is too deep");
}
