//! What holds for the grammar whatever the script is.

use std::sync::Arc;

use proptest::{prelude::*, sample::select, string::string_regex};
use sandbox_bash::syntax::{self, Command, Function, Options, Parser};

/// Pieces of scripts, right and wrong.
const PIECES: &[&str] = &[
    " ",
    "\n",
    "\t",
    ";",
    "&",
    "|",
    "&&",
    "||",
    ";;",
    ";&",
    ";;&",
    "|&",
    "(",
    ")",
    "((",
    "))",
    "<",
    ">",
    ">>",
    "<<E",
    "<<-E",
    "<<'E'",
    "<<<",
    "<(",
    ">(",
    "&>",
    "2>&1",
    "{v}>",
    ">|",
    "<>",
    "\nE\n",
    "E",
    "a",
    "b c",
    "x=",
    "x+=(",
    "x[1]=",
    "[k]=",
    "$",
    "$x",
    "${",
    "${x",
    "${x:-",
    "${x#",
    "${x//",
    "${!x",
    "${#x",
    "${x[",
    "${x:",
    "}",
    "]",
    "[",
    "/",
    ":",
    "$(",
    "$((",
    "$[",
    "`",
    "\"",
    "'",
    "\\",
    "\\\n",
    "$'",
    "$\"",
    "~",
    "~a/",
    "{",
    "{ ",
    " }",
    "if ",
    "then ",
    "elif ",
    "else ",
    "fi",
    "for ",
    "in ",
    "do ",
    "done",
    "while ",
    "until ",
    "case ",
    "esac",
    "select ",
    "function ",
    "coproc ",
    "time ",
    "! ",
    "[[ ",
    " ]]",
    "-f ",
    " == ",
    " =~ ",
    " < ",
    "#",
    "*",
    "?",
    "@(",
    "!(",
    "+(",
    "declare ",
    "é",
    "\u{10ffff}",
    "\0",
    "1",
    "f() ",
    "=",
    ",",
];

fn soup() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::collection::vec(select(PIECES), 0..40).prop_map(|pieces| pieces.concat()),
        any::<String>(),
    ]
}

fn word() -> impl Strategy<Value = String> {
    let plain = string_regex("[a-z~*?/:={},@^%+-][a-z~*?/:={},#@^%+-]{0,4}").expect("a regex");
    let leaf = prop_oneof![
        plain,
        select(
            &[
                "'a b'",
                "$'a\\tb'",
                "$\"c\"",
                "\\d",
                "$x",
                "$1",
                "$@",
                "${#x}",
                "${!x}",
                "`a b`",
                "$((1 + x))",
                "\"\"",
                "é",
                "a\\\nb"
            ][..]
        )
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let inner = inner.boxed();
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a}{b}")),
            inner.clone().prop_map(|a| format!("\"{}\"", a.replace(['"', '\''], "").trim_end_matches('\\'))),
            (inner.clone(), select(&[":-", "=", ":+", "#", "%%", "/", "//", "^"][..]))
                .prop_map(|(a, sign)| format!("${{x{sign}{}}}", a.replace(['}', '{'], ""))),
            inner.clone().prop_map(|a| format!("$({a}; b)")),
            inner.clone().prop_map(|a| format!("<({a}\nb)")),
            inner
                .clone()
                .prop_map(|a| format!("$((x[{}] + 1))", a.replace([']', '[', '\'', '"', '(', ')'], ""))),
        ]
    })
}

/// Command lines that mean something, mostly.
fn commands() -> impl Strategy<Value = String> {
    let simple = (
        proptest::collection::vec(word(), 1..4),
        select(&["", " > f", " 2>&1", " <<< x", " <&-", " &> f"][..]),
    )
        .prop_map(|(words, redirection)| format!("{}{redirection}", words.join(" ")));
    let leaf = prop_oneof![
        simple,
        word().prop_map(|word| format!("x={word} y+=({word} [1]={word}) b")),
        word().prop_map(|word| format!("declare -a z=({word} {word})")),
        word().prop_map(|word| format!("[[ -n {word} && ! a == {word} || ( b ) ]]")),
        word().prop_map(|word| format!("cat <<E > f\n{word} \"q\"\nE\n")),
        word().prop_map(|word| format!("cat <<-'E F' | b\n\t{word}\nE F\n")),
        Just("((x + 1))".to_owned()),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        let inner = inner.boxed();
        let pair = || (inner.clone(), inner.clone());
        prop_oneof![
            (pair(), select(&[" && ", " || ", " | ", "; ", "\n", " & ", " |& "][..]))
                .prop_map(|((a, b), between)| format!("{a}{between}{b}")),
            inner.clone().prop_map(|a| format!("{{ {a}\n}}")),
            inner.clone().prop_map(|a| format!("({a}\n) > f")),
            inner.clone().prop_map(|a| format!("! {a}")),
            inner.clone().prop_map(|a| format!("time -p {a}")),
            inner.clone().prop_map(|a| format!("g() {{ {a}\n}}")),
            inner.clone().prop_map(|a| format!("coproc N {{ {a}\n}}")),
            // bash loses the order when a here-document stands in the condition of an `if`, and so do we.
            (word(), pair()).prop_map(|(word, (a, b))| format!(
                "if {word}\nthen {a}\nelif {word} && b\nthen {b}\nelse {a}\nfi"
            )),
            pair().prop_map(|(a, b)| format!("while {a}\ndo {b}\ndone")),
            (word(), inner.clone()).prop_map(|(word, a)| format!("for i in {word} b; do {a}\ndone")),
            inner.clone().prop_map(|a| format!("for ((i = 0; i < 3; )); do {a}\ndone")),
            (word(), pair())
                .prop_map(|(word, (a, b))| format!("case {word} in a|{word}) {a}\n;; *) {b}\n;;& esac")),
            // Nor is what bash shows of a here-document in braces in `$( )` a script.
            inner.clone().prop_map(|a| format!("x $({}\n) y", if a.contains("<<") { "a" } else { &a })),
        ]
    })
}

/// The function that a script defines, if it does only that.
fn function(script: &str) -> Option<Function> {
    let list = syntax::parse(script).ok()?;
    match list.items.into_iter().next()?.and_or.first.commands.into_iter().next()? {
        Command::Function(function) => Some(function),
        _ => None,
    }
}

/// How many cases are tried, unless `PROPTEST_CASES` says otherwise.
fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(512);
    ProptestConfig {
        cases,
        max_global_rejects: cases + 100,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn nothing_panics(text in soup()) {
        let aliases = |name: &str| (name == "a").then(|| "b ".to_owned());
        let options = Options { extglob: true, aliases: Some(Arc::new(aliases)), ..Options::default() };
        let mut parser = Parser::new(&text, options);
        while let Ok(Some(line)) = parser.next() {
            let _ = line.to_string();
        }
        prop_assert!(parser.position() <= text.len());
        let _ = syntax::word(&text);
        let _ = syntax::within_double_quotes(&text, 1);
        let _ = syntax::array_elements(&text);
        let _ = syntax::array_elements(&format!("({text})"));
        let _ = syntax::subscript(&text);
        let _ = syntax::subscript(&format!("a[{text}]"));
    }

    #[test]
    fn a_function_that_is_shown_means_what_it_meant(text in commands()) {
        let Some(written) = function(&format!("f() {{ {text}\n}}")) else {
            return Err(TestCaseError::reject("no script"));
        };
        // The first showing makes `elif` an `if` in an `else`, and gives every command its line.
        let shown = syntax::declaration("f", &written.body);
        let read = function(&shown);
        prop_assert!(read.is_some(), "{}", shown);
        let Some(read) = read else { return Ok(()) };
        let again = syntax::declaration("f", &read.body);
        prop_assert_eq!(&again, &shown);
        prop_assert_eq!(function(&again), Some(read));
    }
}
