//! While a program works on one long line, others have their turns.

use super::testing::World;

/// Letters of the line.
const LETTERS: usize = 1 << 20;

/// The turns that others have at least, beyond those that come with reading and writing.
const TURNS: usize = 60;

async fn turns(world: &World, command: &str) -> usize {
    let before = world.turns();
    world.out(&format!("{command} /tmp/long")).await;
    world.turns() - before
}

#[tokio::test(start_paused = true)]
async fn one_long_line_is_worked_on_in_pieces() {
    let world = World::of_many_turns();
    world.out(&format!("head -c {LETTERS} /dev/zero | tr '\\0' a | tee /tmp/long | tail -c 1")).await;
    for (plain, command) in [
        ("sed p", "sed s/a/b/g"),
        ("sed p", "sed 's/\\(.*\\)a/\\1/'"),
        ("sed p", "sed 's/\\(a\\)\\1/b/g'"),
        ("sed p", "sed l"),
        ("grep a", "grep -o a"),
        ("grep a", "grep --color=always a"),
        ("grep a", "grep -o -e b -e 'a*'"),
        ("awk 1", "awk '{ gsub(/a/, \"b\") }'"),
        ("awk 1", "awk '{ print split($0, all, \"\") }'"),
        ("awk 1", "awk -F '' '{ $2 = \"b\" }'"),
    ] {
        let to_read_and_write = turns(&world, plain).await;
        let turns = turns(&world, command).await;
        assert!(
            turns >= to_read_and_write + TURNS,
            "{command}: {turns}, and {to_read_and_write} for {plain}"
        );
    }
}
