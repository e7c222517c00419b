//! `xxd`, `hexdump`, `strings` and `tree`, which the image of the differential test does not have: what the real ones
//! print, written down.

mod world;

use world::World;

/// Scripts and what they print.
const SCRIPTS: &[(&str, &str)] = &[
    ("printf 'abc\\n' | xxd", "00000000: 6162 630a                                abc.\n"),
    ("printf 'hello' | xxd -p; echo 68656c6c6f | xxd -r -p", "68656c6c6f\nhello"),
    (
        "printf abc | xxd | xxd -r; printf ab | xxd -b",
        "abc00000000: 01100001 01100010                                      ab\n",
    ),
    (
        "printf 'abc' | hexdump -C",
        "00000000  61 62 63                                          |abc|\n00000003\n",
    ),
    ("printf 'abcd' | hexdump -v -e '1/1 \"%02x\"'", "61626364"),
    ("head -c 64 /dev/zero | hexdump", "0000000 0000 0000 0000 0000 0000 0000 0000 0000\n*\n0000040\n"),
    (
        "printf 'ab\\0hello\\1xyz\\0long one' | strings; printf 'abc\\0hello' | strings -n 3 -t x",
        "hello\nlong one\n      0 abc\n      4 hello\n",
    ),
    (
        "mkdir -p a/b; touch a/f a/b/g; ln -s b a/l; tree --charset=ascii a; tree -id --noreport a",
        "a\n|-- b\n|   `-- g\n|-- f\n`-- l -> b\n\n3 directories, 2 files\na\nb\nl -> b\n",
    ),
    (
        "mount | head -n 1; mount x /tmp; umount /tmp; echo $?",
        "overlay on / type overlay (rw,relatime)\n32\n",
    ),
    ("clear; echo $?; TERM=xterm clear", "1\n\x1b[H\x1b[2J\x1b[3J"),
];

#[tokio::test]
async fn dumps_are_those_of_the_real_ones() {
    let world = World::of("node:20-alpine");
    for (script, expected) in SCRIPTS {
        assert_eq!(world.sh(script).await.0, *expected, "{script}");
    }
}
