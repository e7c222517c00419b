//! Terminals as a person sees them.

mod screen;
mod world;

use sandbox_shell::{EndReason, TerminalRequest};
use screen::Person;
use world::World;

const PROMPT: &str = "root@e7847229c547d8:/#";

fn lines(lines: &[&str]) -> String {
    lines.join("\n").replace("$P", PROMPT)
}

#[tokio::test]
async fn a_prompt_takes_commands_and_exit_ends_it() {
    let world = World::of("node:20");
    let person = Person::at(&world).await;
    assert_eq!(person.screen(), PROMPT);
    assert_eq!(person.types("echo hi; (exit 3)\r").await, lines(&["$P echo hi; (exit 3)", "hi", "$P"]));
    assert_eq!(
        person.types("tty; test -t 0 && echo $COLUMNS $?\r").await.lines().nth(3).unwrap(),
        "/dev/pts/0"
    );
    assert!(person.screen().contains("60 0"), "{}", person.screen());
    person.types("exit 7\r").await;
    assert_eq!(person.exited(), Some(7));
    assert_eq!(person.terminal.ended().await, 7);
}

#[tokio::test]
async fn lines_are_edited_in_their_middle() {
    let world = World::of("node:20");
    let person = Person::at(&world).await;
    person.types("echo wrold\x1b[D\x1b[D\x1b[D\x14\x01# \x1b[3~\x1b[3~").await;
    person.types("\x05\x15echo one two\x17\x19\x1bb!\x05 end").await;
    assert_eq!(person.cursor(), (format!("{PROMPT} echo one !two end"), PROMPT.len() as u16 + 18));
    person.types("\x03").await;
    assert_eq!(person.screen(), lines(&["$P echo one !two end^C", "$P"]));
    person.types("echo $?\r").await;
    assert_eq!(person.cursor().0, PROMPT);
    assert!(person.screen().contains("\n130\n"));
}

#[tokio::test]
async fn long_lines_wrap_and_wide_characters_count_twice() {
    let world = World::of("node:20");
    let person = Person::at(&world).await;
    let long = "abcdefghij".repeat(6);
    person.types(&format!("echo {long}\x01\x06\x06\x06\x06\x06漢字 ")).await;
    let line = format!("{PROMPT} echo 漢字 {long}");
    let screen = person.screen().replace('\n', "");
    assert_eq!(screen, line, "{}", person.screen());
    person.types("\x7f\x7f\x7f").await;
    assert_eq!(person.screen().replace('\n', ""), format!("{PROMPT} echo {long}"));
    person.types("\x05!\r").await;
    assert!(person.screen().replace('\n', "").contains(&format!("{long}!{long}!")), "{}", person.screen());
}

#[tokio::test]
async fn history_goes_up_is_searched_and_expanded() {
    let world = World::of("node:20");
    let person = Person::at(&world).await;
    person.types("echo alpha\recho beta\r\x0c").await;
    person.types("\x1b[A\x1b[A").await;
    assert_eq!(person.cursor().0, format!("{PROMPT} echo alpha"));
    person.types("\x1b[B\x1b[B\x12al").await;
    assert_eq!(person.cursor().0, "(reverse-i-search)`al': echo alpha");
    person.types("\r").await;
    assert_eq!(person.screen(), lines(&["$P echo alpha", "alpha", "$P"]));
    person.types("!! !ec:$\r").await;
    assert!(person.screen().ends_with(&lines(&["$P !! !ec:$", "echo alpha alpha", "alpha alpha", "$P"])));
    person.types("exit\r").await;
    let person = Person::at(&world).await;
    person.types("\x1b[A\x1b[A").await;
    assert_eq!(person.cursor().0, format!("{PROMPT} echo alpha alpha"));
}

#[tokio::test]
async fn tab_completes_commands_files_and_variables() {
    let world = World::of("node:20");
    world.sh("mkdir -p /d/folder '/d/with blank'; touch /d/file.txt").await;
    let person = Person::at(&world).await;
    person.types("hea\t").await;
    assert_eq!(person.cursor().0, format!("{PROMPT} head"));
    person.types("\x15ls /d/fo\t").await;
    assert_eq!(person.cursor().0, format!("{PROMPT} ls /d/folder/"));
    person.types("\x15ls /d/w\t").await;
    assert_eq!(person.cursor().0, format!("{PROMPT} ls /d/with\\ blank/"));
    person.types("\x15ls \"/d/w\t").await;
    assert_eq!(person.cursor().0, format!("{PROMPT} ls \"/d/with blank/"));
    person.types("\x15echo $HOSTN\t").await;
    assert_eq!(person.cursor().0, format!("{PROMPT} echo $HOSTNAME"));
    person.types("\x15\x0cls /d/f\t\t").await;
    assert_eq!(person.screen(), lines(&["$P ls /d/f", "file.txt  folder/", "$P ls /d/f"]));
}

#[tokio::test]
async fn ctrl_c_ends_what_runs() {
    let world = World::of("node:20");
    let person = Person::at(&world).await;
    for endless in
        ["cat", "while :; do :; done", "while :; do cat; done", "cat | cat", "(cat)", "read x", "x=$(cat)"]
    {
        person.types(&format!("\x0c{endless}; echo no\r")).await;
        person.types("\x03").await;
        assert_eq!(person.screen(), lines(&[&format!("$P {endless}; echo no"), "^C", "$P"]), "{endless}");
        person.types("echo $?\r").await;
        assert!(person.screen().contains("\n130\n"), "{endless}: {}", person.screen());
    }
}

#[tokio::test]
async fn ctrl_z_stops_a_job_and_fg_goes_on() {
    let world = World::of("node:20");
    let person = Person::at(&world).await;
    person.types("cat | cat\r").await;
    person.types("one\r").await;
    person.types("\x1a").await;
    assert_eq!(
        person.screen(),
        lines(&["$P cat | cat", "one", "one", "^Z", "[1]+  Stopped                 cat | cat", "$P"])
    );
    person.types("exit\r").await;
    assert!(
        person.screen().ends_with(&lines(&["exit", "There are stopped jobs.", "$P"])),
        "{}",
        person.screen()
    );
    person.types("\x0cfg\r").await;
    person.types("two\r\x04").await;
    assert_eq!(person.screen(), lines(&["$P fg", "cat | cat", "two", "two", "$P"]));
    person.types("\x0csleep 0 & wait\r").await;
    assert!(person.screen().contains("[1] "), "{}", person.screen());
    assert!(person.screen().contains("[1]+  Done                    sleep 0"), "{}", person.screen());
}

#[tokio::test]
async fn unfinished_commands_ask_for_more() {
    let world = World::of("node:20");
    let person = Person::at(&world).await;
    person.types("for i in 1 2\rdo echo $i\rdone\r").await;
    assert_eq!(person.screen(), lines(&["$P for i in 1 2", "> do echo $i", "> done", "1", "2", "$P"]));
    person.types("\x0c\x1b[A").await;
    assert_eq!(person.cursor().0, format!("{PROMPT} for i in 1 2; do echo $i; done"));
    person.types("\x15cat <<E\rtext\rE\r").await;
    assert!(person.screen().ends_with(&lines(&["> E", "text", "$P"])), "{}", person.screen());
    person.types("\x0cecho )\r").await;
    assert_eq!(person.screen(), lines(&["$P echo )", "bash: syntax error near unexpected token `)'", "$P"]));
}

#[tokio::test]
async fn a_resize_is_seen_at_once() {
    let world = World::of("node:20");
    let person = Person::at(&world).await;
    person.types("echo some words").await;
    person.resizes(30, 12).await;
    person.types(" more\r").await;
    person.types("\x0cecho $COLUMNS $LINES; stty size\r").await;
    assert!(person.screen().contains("\n30 12\n12 30\n"), "{}", person.screen());
}

#[tokio::test]
async fn keys_are_read_one_by_one() {
    let world = World::of("node:20");
    let person = Person::at(&world).await;
    person.types("read -n 1 -s key; echo \"<$key>\"\r").await;
    person.types("q").await;
    assert!(person.screen().ends_with(&lines(&["<q>", "$P"])), "{}", person.screen());
}

#[tokio::test]
async fn two_terminals_share_files_and_end_with_the_sandbox() {
    let world = World::of("node:20");
    let (one, two) = (Person::at(&world).await, Person::at(&world).await);
    one.types("echo shared > /tmp/f\r").await;
    assert!(two.types("cat /tmp/f; tty\r").await.contains("shared\n/dev/pts/1"));
    one.types("cat\r").await;
    one.terminal.hang_up();
    one.settle().await;
    assert_eq!(one.exited(), Some(129));
    world.shell.end(EndReason::Killed);
    two.settle().await;
    assert_eq!(two.exited(), Some(137));
}

#[tokio::test]
async fn a_shell_that_is_missing_says_so() {
    let world = World::of("node:20");
    let request = TerminalRequest { shell: "fish".to_owned(), ..TerminalRequest::default() };
    let person = Person::before(&world, request).await;
    assert_eq!(
        (person.screen().as_str(), person.exited()),
        ("bash: line 1: fish: command not found", Some(127))
    );
}

#[tokio::test]
async fn ctrl_d_and_startup_files() {
    let world = World::of("node:20");
    world.sh("echo \"alias hi='echo hello'; PS1='> '\" > ~/.bashrc").await;
    let person = Person::at(&world).await;
    assert_eq!(person.types("hi\r").await, "> hi\nhello\n>");
    person.types("\x04").await;
    assert_eq!((person.screen().as_str(), person.exited()), ("> hi\nhello\n>\nexit", Some(0)));
}

#[tokio::test]
async fn a_background_job_may_not_read_what_is_typed() {
    let world = World::of("node:20");
    let person = Person::at(&world).await;
    person.types("cat &\r").await;
    person.types("echo mine\r").await;
    assert!(person.screen().contains("\nmine\n"), "{}", person.screen());
    person.types("\x0cjobs\r").await;
    assert!(person.screen().contains("[1]+  Stopped                 cat"), "{}", person.screen());
    person.types("kill %1\r\r").await;
    assert!(person.screen().contains("[1]+  Terminated              cat"), "{}", person.screen());
}

#[tokio::test]
async fn less_shows_pages_and_searches() {
    let world = World::of("node:20");
    world.sh("seq 1 100 > /tmp/n").await;
    let person = Person::at(&world).await;
    let screen = person.types("less /tmp/n\r").await;
    assert_eq!(screen, "1\n2\n3\n4\n5\n6\n7\n8\n9\n/tmp/n");
    assert_eq!(person.types(" ").await, "10\n11\n12\n13\n14\n15\n16\n17\n18\n:");
    assert_eq!(person.types("j").await.lines().next(), Some("11"));
    assert_eq!(person.types("\x1b[A\x1b[A").await.lines().next(), Some("9"));
    assert!(person.types("G").await.ends_with("100\n(END)"));
    assert_eq!(person.types("g/4[25]\r").await.lines().next(), Some("42"));
    assert_eq!(person.types("n").await.lines().next(), Some("45"));
    assert_eq!(person.types("q").await, lines(&["$P less /tmp/n", "$P"]));
    person.types("seq 1 30 | less\r").await;
    assert_eq!(person.types("Gk").await.lines().next(), Some("21"));
    person.types("q").await;
    assert!(
        person.types("stty -a | tail -n 2\r").await.contains("isig icanon iexten echo"),
        "{}",
        person.screen()
    );
}

#[tokio::test]
async fn vi_writes_a_file() {
    let world = World::of("node:20-alpine");
    let person = Person::at(&world).await;
    let screen = person.types("vi /tmp/f\r").await;
    assert!(screen.starts_with("\n~\n~\n") && screen.contains("\"/tmp/f\" [New]"), "{screen}");
    let screen = person.types("ihello world\rsecond\x1b").await;
    assert!(screen.starts_with("hello world\nsecond\n~"), "{screen}");
    person.types("ggwcwthere\x1bA!\x1byyp0rHjdd").await;
    person.types(":w\r").await;
    assert_eq!(world.sh("cat /tmp/f").await.0, "hello there!\nHello there!\n");
    person.types("u:q\r").await;
    assert!(person.screen().contains("E37: No write since last change"), "{}", person.screen());
    person.types(":%s/l/L/g\r:wq\r").await;
    assert_eq!(person.cursor().0, PROMPT);
    assert_eq!(world.sh("cat /tmp/f").await.0, "heLLo there!\nHeLLo there!\nsecond\n");
    person.types("\x0cvi /tmp/f\rdd.x.ZZcat /tmp/f\r").await;
    assert!(
        person.screen().ends_with("\nsecond\nroot@e7847229c547d8:/#") || !person.screen().contains("heLLo")
    );
}

#[tokio::test]
async fn the_terminal_tells_its_capabilities() {
    let world = World::of("node:20");
    let person = Person::at(&world).await;
    person.types("tput cols; tput lines; tput colors; tput setaf 1; echo red; tput sgr0\r").await;
    assert!(person.screen().contains("60\n10\n256\nred"), "{}", person.screen());
    assert!(person.raw().contains("\x1b[31mred\r\n\x1b(B\x1b[m"));
    person.types("clear\r").await;
    assert_eq!(person.screen(), PROMPT);
    person.types("stty -echo; read x; stty echo; echo \"<$x>\"\rsecret\r").await;
    assert!(person.screen().ends_with("<secret>\nroot@e7847229c547d8:/#"), "{}", person.screen());
    assert!(!person.screen().contains("\nsecret"), "{}", person.screen());
}

#[tokio::test]
async fn a_background_shell_stops_when_it_reads() {
    let world = World::of("node:20");
    let person = Person::at(&world).await;
    person.types("(read x; echo got $x) &\r").await;
    person.types("echo mine\r").await;
    person.types("fg\r").await;
    assert!(person.types("it\r").await.ends_with(&lines(&["got it", "$P"])), "{}", person.screen());
}

#[tokio::test]
async fn odd_keys_do_no_harm() {
    let world = World::of("node:20-alpine");
    world.sh("seq 1 30 > /tmp/n").await;
    let person = Person::at(&world).await;
    // A fixed walk over all keys, from the shell into programs and back.
    let mut seed = 7u64;
    for program in ["", "vi /tmp/n\r", "less -N /tmp/n\r", "more /tmp/n\r"] {
        person.types(program).await;
        for _ in 0..40 {
            let mut keys = Vec::new();
            for _ in 0..25 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let byte = (seed >> 33) as u8 % 160;
                // Not those that end or stop the shell, or run what was made up.
                let is_left_out = matches!(byte, 4 | 10 | 13 | 15 | 26 | 28);
                if !is_left_out {
                    keys.push(byte);
                }
            }
            person.terminal.type_in(&keys);
            tokio::task::yield_now().await;
        }
        person.types("\x1b[201~").await;
        person.types("\x1b\x1b\x03:q!\r").await;
        person.types("q\x03").await;
        person.types("\x03").await;
    }
    assert_eq!(person.exited(), None);
    person.types("\x1b[201~\x03\x0c").await;
    assert!(person.types("echo al''ive\r").await.contains("\nalive\n"), "{}", person.screen());
}
