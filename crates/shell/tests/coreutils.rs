//! Commands of ours beside the real ones: the same script in a sandbox and on this machine, where it has GNU's.

mod world;

use std::path::PathBuf;
use std::process::Command;

use world::World;

/// What every script finds in its directory.
const FILES: &str =
    "printf 'one\\ntwo\\nthree\\nfour\\n' > lines; printf 'a\\nb\\nc' > open; : > empty; mkdir d;
    printf 'x\\ty\\000\\377\\n\\n\\n\\nz\\n' > odd; seq 1 20000 > long; head -c 200000 /dev/zero > zeros; ";

const SCRIPTS: &[&str] = &[
    // cat
    "cat lines open lines",
    "cat -n lines open; cat -b odd; cat -s odd; cat -A odd; cat -E open; cat -T odd; cat -vet odd; cat -bs odd",
    "cat nowhere lines d; echo $?",
    "cat < lines; echo hi | cat - lines; cat <<< here; cat <<E\nthere\nE",
    "echo hi | cat -n - lines -; cat -- lines; cat -u lines; cat --number lines --show-ends",
    "cat -Z lines; echo $?; cat --nope lines; echo $?",
    "cat long | tail -n 2; cat long | head -n 2; cat zeros zeros | wc -c; cat empty; cat < empty",
    "cat lines > copy; cat copy lines >> copy2; cat copy2; cat lines | cat | cat -n",
    "x=$(cat lines); echo \"$x\"; while read -r l; do cat open; done < lines",
    "cat <(echo sub) lines; (cat) < lines; { cat; } < open; f() { cat; }; f < lines; echo p | f",
    "find . -name open -exec cat {} \\;; echo lines | xargs cat; ls empty lines | xargs -n1 cat",
    "exec 3< lines; cat <&3; cat /dev/stdin < open; cat nowhere 2>/dev/null; cat nowhere 2>&1 | wc -l",
    "cat lines open > both 2>&1; cat both; cat lines >&2; command cat open; \\cat open; /bin/cat open",
    // head
    "head lines; head -n 2 lines; head -2 lines; head -n -2 lines; head -n 0 lines; head -n -9 lines; head -1 open",
    "head -c 5 lines; head -c -5 lines; head -c 1K long | wc -c; head -c 0 lines; head -c 2b zeros | wc -c",
    "head -n 1 lines open; head -qn1 lines open; head -v -n1 lines; head -n 1 nowhere lines d; echo $?",
    "cat long | head -n 3; cat long | head -n -19997; cat long | head -c 7; cat long | head -c -108890; head -n2 < lines",
    "head -n x lines; echo $?; head -c 1x lines; echo $?; head -n; echo $?; head -y; echo $?",
    "printf 'a\\0b\\0c\\0' | head -z -n 2 | od -c; echo a | head -n1 - lines; head -c 300000 /dev/zero | wc -c",
    "head --lines=1 lines; head --bytes 3 lines; head --li=2 lines; seq 10 | head -n 3 | tail -n 1; head -n 1k lines",
    "head -c 100000 /dev/urandom | wc -c; head -c 5 /dev/null; yes | head -n 3; yes a b | head -c 9",
    "head -n 2 lines > part; cat part; head -n1 lines >> part; cat part; head empty",
    // tail
    "tail lines; tail -n 2 lines; tail -2 lines; tail -n +2 lines; tail -n +0 lines; tail -n 0 lines; tail -n 1 open",
    "tail -c 5 lines; tail -c +5 lines; tail -c +0 open; tail -c 1K long | wc -c; tail -c 9999999 open; tail -n 99 open",
    "tail -n 1 lines open; tail -qn1 lines open; tail -v -n1 lines; tail -n 1 nowhere lines; echo $?",
    "cat long | tail -n 2; cat long | tail -c 7; cat long | tail -n +19999; cat long | tail -c +108890; tail -n 2 < lines",
    "tail -n 15000 long | head -n 1; tail -n +5000 long | head -n 1; tail -c 70000 long | tail -n 1; tail empty",
    "tail -n x lines; echo $?; tail --lines=1 lines; tail --bytes=2 lines; tail -n1 - < open; tail -n +99 lines",
    "printf 'a\\nb' | tail -n 1; printf 'a\\nb\\n' | tail -n 1; printf '\\n\\n' | tail -n 1; printf x | tail -n 0",
    // truncate
    "truncate -s 3 lines; cat lines; truncate -s +2 open; od -c open; truncate -s -2 lines; cat lines; truncate -s '<1' open; wc -c < open",
    "truncate -s 10K new; stat -c '%s %b' new; truncate -s '>20K' new; stat -c %s new; truncate -s '%7K' new; stat -c %s new; truncate -s /6K new; stat -c %s new",
    "truncate -c -s 5 nowhere; echo $?; ls nowhere; truncate -r lines ref; stat -c %s ref; truncate -r lines -s +1 ref; stat -c %s ref",
    "truncate lines; echo $?; truncate -s x lines; echo $?; truncate -s 5; echo $?; truncate -s 1 d; echo $?; truncate -s 5 -r lines x; echo $?",
    "truncate -r nowhere x; echo $?; truncate -s %0 lines; echo $?; truncate -s 1 d/e/f; echo $?; truncate -o -s 1 lines; stat -c %s lines",
    "truncate -s 5G big; stat -c '%s %b' big; head -c 3 big | od -c; tail -c 3 big | od -c; truncate --size=1MB big; stat -c %s big",
    // dd (times differ from run to run)
    "dd if=lines status=noxfer; dd if=lines bs=4 count=2 status=none; dd if=lines bs=4 skip=1 count=1 status=none",
    "dd if=lines of=copy bs=3 status=noxfer; cat copy; dd if=open of=copy conv=notrunc status=none; cat copy; dd if=open of=copy status=none; cat copy",
    "dd if=open of=copy bs=2 seek=2 status=noxfer; od -c copy; dd if=lines of=copy bs=1 seek=1 count=2 conv=notrunc status=none; od -c copy",
    "dd if=lines ibs=3 obs=5 status=noxfer of=copy; dd if=lines conv=ucase status=none; dd if=lines conv=swab status=none; dd if=open bs=4 conv=sync status=none | od -c",
    "dd if=nowhere; echo $?; dd if=lines bs=0; echo $?; dd foo=1; echo $?; dd if=d of=x status=noxfer; echo $?; dd if=lines conv=nope; echo $?",
    "dd if=/dev/zero of=z bs=1K count=3 status=noxfer; wc -c < z; dd if=/dev/zero of=s bs=1 count=0 seek=1M status=noxfer; stat -c '%s %b' s",
    "echo hi | dd status=none; dd if=lines of=/dev/null status=noxfer; dd if=lines of=/dev/stdout status=none; dd < lines status=none bs=5 count=1",
    "dd if=lines of=copy oflag=append conv=notrunc status=none; dd if=open of=copy oflag=append conv=notrunc status=none; cat copy",
    "dd if=lines count=5 iflag=count_bytes status=none; dd if=lines skip=4 iflag=skip_bytes status=none; dd if=lines of=copy conv=nocreat status=none; echo $?",
    "dd if=lines of=open conv=excl; echo $?; dd if=/dev/zero bs=1000 count=3 2>/dev/null | wc -c; dd if=lines bs=2 count=1x2 status=none",
    "head -c 100000 /dev/zero > /dev/full; echo $?; cat lines > /dev/full; echo $?; dd if=lines of=/dev/full status=none; echo $?; yes > /dev/full; echo $?",
    // tee
    "echo a | tee x y; cat x y; echo b | tee -a x; cat x; echo c | tee d nowhere/f x; echo $?; cat x; seq 30000 | tee x | tail -n 1; wc -l x",
    "echo a | tee > x; cat x; cat lines | tee /dev/null | head -n 1; cat lines | tee /dev/stderr 2>&1 >/dev/null; tee x < open; cat x; tee -Z; echo $?",
    "seq 100000 | tee x | head -n 1; echo a | tee /dev/full; echo ${PIPESTATUS[1]}; tee < empty; : | tee x; od -c x",
    // wc
    "wc lines; wc lines open odd; wc -l lines; wc -l lines open; wc -c zeros long; wc -w lines; wc -l < lines; cat lines | wc; cat lines | wc -l",
    "wc -L odd lines; wc -m odd; LC_ALL=C.UTF-8 wc -mwL lines; wc -lw lines; wc -cl lines; wc nowhere lines; echo $?; wc d; echo $?; wc empty; cat open | wc - lines; wc -Z; echo $?",
    "echo \"$(wc -l < long)\"; n=$(cat long | wc -l); echo [$n]; wc -c /dev/null; wc --lines lines; printf 'a b\\r\\fc\\vd' | wc -w; printf '\\tab\\n' | wc -L; ls | wc -l",
    // fallocate
    "fallocate -l 100K f; stat -c '%s' f; fallocate -l 1K -o 200K f; stat -c %s f; fallocate -l 10 lines; cat lines; fallocate -l 5; echo $?; fallocate f; echo $?",
];

struct Directory(PathBuf);

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs a script on this machine; `None` where it has not GNU's commands.
fn on_this_machine(number: usize, script: &str) -> Option<(Vec<u8>, String, i32)> {
    let version = Command::new("dd").arg("--version").output().ok()?;
    if !version.stdout.starts_with(b"dd (coreutils) 9.") {
        return None;
    }
    let place = std::env::temp_dir().join(format!("sandbox-shell-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&place).ok()?;
    let place = Directory(place);
    let mut bash = Command::new("bash");
    bash.args(["-c", script]).current_dir(&place.0).env("LC_ALL", "C").stdin(std::process::Stdio::null());
    let output = bash.output().ok()?;
    Some((output.stdout, String::from_utf8_lossy(&output.stderr).into_owned(), output.status.code()?))
}

/// What differs for other reasons: the path of a program, and who reports.
fn comparable(stderr: &str) -> String {
    stderr.replace("/bin/cat: ", "cat: ").replace("/usr/bin/", "")
}

#[tokio::test]
async fn they_answer_as_the_real_ones() {
    let mut differing = Vec::new();
    for (number, script) in SCRIPTS.iter().enumerate() {
        let script = format!("{FILES}{script}");
        let Some(real) = on_this_machine(number, &script) else {
            eprintln!("this machine has no coreutils 9: nothing to compare with");
            return;
        };
        let world = World::of("debian");
        let ours = world.run(sandbox_shell::ExecRequest::script(format!("mkdir /w; cd /w; {script}"))).await;
        let ours_err = String::from_utf8_lossy(&ours.stderr).into_owned();
        if (&ours.stdout, comparable(&ours_err), ours.exit_code) != (&real.0, comparable(&real.1), real.2) {
            differing.push(format!(
                "{script}\n real {:?} {:?} {}\n ours {:?} {:?} {}\n",
                String::from_utf8_lossy(&real.0),
                real.1,
                real.2,
                String::from_utf8_lossy(&ours.stdout),
                ours_err,
                ours.exit_code
            ));
        }
    }
    assert!(differing.is_empty(), "{} differ:\n{}", differing.len(), differing.join("\n"));
}
