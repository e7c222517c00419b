//! The grammar beside the machine's own bash: what it refuses and in which words, and how it shows functions.

use std::process::{Command, Output};

use sandbox_bash::syntax::{Options, Parser};

/// The scripts of a file of them, between lines `==`.
fn scripts(text: &str) -> impl Iterator<Item = &str> {
    text.strip_suffix('\n').unwrap_or(text).split("\n==\n")
}

fn bash(arguments: &[&str]) -> Output {
    Command::new("bash").arg("--norc").args(arguments).output().expect("bash runs")
}

/// What our parser says about a script on stderr.
fn complaints(script: &str) -> String {
    let mut parser = Parser::new(script, Options::default());
    let mut said = String::new();
    loop {
        let line = parser.next();
        for warning in parser.take_warnings() {
            said.push_str(&format!("bash: line {}: warning: {}\n", warning.line, warning.message));
        }
        match line {
            Ok(Some(_)) => {}
            Ok(None) => return said,
            Err(error) => return said + &error.report("bash: -c"),
        }
    }
}

#[test]
fn what_bash_refuses_is_refused_in_its_words() {
    for script in scripts(include_str!("syntax/refused.scripts")) {
        let real = bash(&["-n", "-c", script]);
        assert_eq!(complaints(script), String::from_utf8_lossy(&real.stderr), "{script}");
    }
}
