//! What an exec answers: output, exit codes, directory, environment, arguments.

mod world;

use sandbox_shell::{ExecRequest, ShellError};
use world::{World, text};

fn ok(stdout: &str) -> (String, String, i32) {
    (stdout.to_owned(), String::new(), 0)
}

#[tokio::test]
async fn output_and_exit_codes() {
    let world = World::of("node:20");
    assert_eq!(world.sh("echo hello").await, ok("hello\n"));
    assert_eq!(world.sh("echo out; echo err >&2; exit 3").await, ("out\n".into(), "err\n".into(), 3));
    assert_eq!(world.sh("false").await.2, 1);
    assert_eq!(world.sh("").await, ok(""));
    assert_eq!(world.sh("printf 'a\\nb\\n' | wc -l").await, ok("2\n"));
}

#[tokio::test]
async fn a_missing_program_is_reported_as_bash_does() {
    let world = World::of("python:3.11");
    let missing =
        |line, name| (String::new(), format!("bash: line {line}: {name}: command not found\n"), 127);
    assert_eq!(world.sh("npm install").await, missing(1, "npm"));
    assert_eq!(world.sh("\n\nsl").await, missing(3, "sl"));
    let (_, stderr, code) = world.sh("/usr/local/bin/npm").await;
    assert_eq!(
        (stderr.as_str(), code),
        ("bash: line 1: /usr/local/bin/npm: No such file or directory\n", 127)
    );
}

#[tokio::test]
async fn a_program_that_is_not_here_yet_says_so() {
    let world = World::of("node:20");
    let (stdout, stderr, code) = world.sh("node app.js").await;
    assert_eq!((stdout.as_str(), code), ("", 127));
    assert_eq!(stderr, "node: not available in this stand-in yet (simulated sandbox)\n");
    assert_eq!(world.sh("/usr/local/bin/node app.js").await.1, stderr);
    assert_eq!(world.sh("which node").await, ok("/usr/local/bin/node\n"));
}

#[tokio::test]
async fn sed_edits_in_place_and_leaves_nothing_beside() {
    let world = World::of("node:20");
    assert_eq!(
        world.sh("mkdir /d && cd /d && echo hello > a && chmod 600 a && sed -i s/h/J/ a && cat a && ls -A && stat -c %a a").await,
        ok("Jello\na\n600\n")
    );
}

#[tokio::test]
async fn every_exec_is_a_fresh_shell() {
    let world = World::of("debian");
    world.sh("export A=1; cd /tmp; f() { echo f; }; alias ll=ls").await;
    assert_eq!(
        world.sh("echo \"[$A]\"; pwd; type f >/dev/null 2>&1 || echo none").await,
        ok("[]\n/\nnone\n")
    );
}

#[tokio::test]
async fn files_outlive_an_exec() {
    let world = World::of("debian");
    world.sh("mkdir -p /work/a && echo 1 > /work/a/b && chmod 600 /work/a/b && ln -s b /work/a/c").await;
    assert_eq!(
        world.sh("cat /work/a/c; stat -c '%a %s' /work/a/b; readlink /work/a/c").await,
        ok("1\n600 2\nb\n")
    );
    assert_eq!(&world.files.read("/work/a/b").unwrap()[..], b"1\n");
    assert_eq!(world.files.stat("/work/a/b").unwrap().mode, 0o600);
}

#[tokio::test]
async fn arguments_are_passed_exactly() {
    let world = World::of("debian");
    let argv = ["printf", "[%s]", "a b", "", "-n", "it's", "$HOME", "*", "x\ny", "--", "a\\b", "`id`", "é"];
    let outcome = world.run(ExecRequest::argv(argv)).await;
    assert_eq!(text(outcome), ok("[a b][][-n][it's][$HOME][*][x\ny][--][a\\b][`id`][é]"));
    let outcome = world.run(ExecRequest::argv(["if"])).await;
    assert_eq!(outcome.exit_code, 127);
}

#[tokio::test]
async fn the_directory_is_the_one_asked_for() {
    let world = World::of("debian");
    world.sh("mkdir /work; echo x > /work/f").await;
    let at = |cwd: &str| ExecRequest { cwd: Some(cwd.to_owned()), ..ExecRequest::script("pwd; ls") };
    assert_eq!(text(world.run(at("/work")).await), ok("/work\nf\n"));
    let refused = |cwd: &str| world.shell.exec(at(cwd), std::sync::Arc::new(sandbox_shell::NoSink));
    assert_eq!(refused("/nowhere").await, Err(ShellError::CwdNotFound("/nowhere".into())));
    assert_eq!(refused("/work/f").await, Err(ShellError::CwdNotADirectory("/work/f".into())));
}

#[tokio::test]
async fn variables_of_the_exec_win() {
    let host = world::TestHost::virtual_clock(1);
    let world =
        World::with(host, "node:20", &[("A", "sandbox"), ("B", "sandbox"), ("NODE_VERSION", "mine")], None);
    let mut request = ExecRequest::script("echo $A $B $NODE_VERSION $HOME $HOSTNAME; printenv A");
    request.env = [("A".to_owned(), "exec".to_owned())].into();
    assert_eq!(text(world.run(request).await), ok("exec sandbox mine /root e7847229c547d8\nexec\n"));
}

#[tokio::test]
async fn output_is_bytes() {
    let world = World::of("debian");
    let outcome = world.run(ExecRequest::script("printf '\\xff\\0\\xfe'; printf '\\xfd' >&2")).await;
    assert_eq!((outcome.stdout.as_slice(), outcome.stderr.as_slice()), (&[0xff, 0, 0xfe][..], &[0xfd][..]));
    world.sh("printf '\\xff\\0' > /tmp/b; cat /tmp/b /tmp/b > /tmp/c").await;
    assert_eq!(&world.files.read("/tmp/c").unwrap()[..], &[0xff, 0, 0xff, 0]);
}

#[tokio::test]
async fn standard_input_is_empty() {
    let world = World::of("debian");
    assert_eq!(world.sh("cat; read x; echo $?").await, ok("1\n"));
}

#[tokio::test]
async fn images_differ() {
    let world = World::of("alpine:3.20");
    assert_eq!(
        world.sh(". /etc/os-release; echo $ID $VERSION_ID; id -u; whoami; hostname").await,
        ok("alpine 3.20.7\n0\nroot\ne7847229c547d8\n")
    );
    let world = World::of("postgres:16");
    assert_eq!(
        world.sh("echo $PG_MAJOR $PGDATA; ls -d $PGDATA").await,
        ok("16 /var/lib/postgresql/data\n/var/lib/postgresql/data\n")
    );
    assert_eq!(world.sh("docker-entrypoint.sh postgres").await.2, 127);
    assert_eq!(world.sh("psql -c 'select 1'").await.2, 127);
}

/// What the shell runs before a script's first command must show nowhere: not in messages, lines or variables.
#[tokio::test]
async fn the_preparation_of_a_script_is_not_seen() {
    let world = World::of("node:20");
    assert_eq!(world.sh("echo $UID $EUID; env | grep -c UID").await, ("0 0\n0\n".into(), String::new(), 1));
    assert_eq!(world.sh("UID=5; echo $UID").await.0, "");
    assert_eq!(world.sh("\n# c\necho $LINENO").await, ok("3\n"));
    assert_eq!(world.sh("echo $?${PIPESTATUS[*]}$!").await.0, "00\n");
    let error = |text: &str| (String::new(), text.replace("B: ", "bash: -c: "), 2);
    for (script, message) in [
        ("; echo", "B: line 1: syntax error near unexpected token `;'\nB: line 1: `; echo'\n"),
        (";;", "B: line 1: syntax error near unexpected token `;;'\nB: line 1: `;;'\n"),
        ("\n && a", "B: line 2: syntax error near unexpected token `&&'\nB: line 2: ` && a'\n"),
        ("echo a; )", "B: line 1: syntax error near unexpected token `)'\nB: line 1: `echo a; )'\n"),
        ("fi", "B: line 1: syntax error near unexpected token `fi'\nB: line 1: `fi'\n"),
    ] {
        assert_eq!(world.sh(script).await, error(message), "{script:?}");
    }
    for script in ["(echo a\n", "if true\nthen", "echo 'a\nb", "\n\nwhile :; do"] {
        let (stdout, stderr, code) = world.sh(script).await;
        assert_eq!((stdout.as_str(), code), ("", 2), "{script:?}: {stderr}");
        assert!(stderr.starts_with("bash: -c: line "), "{script:?}: {stderr}");
        assert!(!stderr.contains("UID"), "{script:?}: {stderr}");
    }
    let long = format!("#{}\necho end", "x".repeat((10 << 20) - 10));
    assert_eq!(world.sh(&long).await, ok("end\n"));
}
