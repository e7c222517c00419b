//! `trap` and `kill`.

use sandbox_kernel::{LAST_SIGNAL, Pid, Signal, signal_by_name, signal_name};

use crate::builtins::{Options, Outcome, usage};
use crate::run::TrapName;
use crate::state::Shell;

impl Shell {
    pub(super) fn trap_builtin(&mut self, args: &[String], out: &mut Vec<u8>) -> Outcome {
        let mut options = Options::new(args, "lp");
        let mut prints = false;
        while let Some(option) = options.next(self, out)? {
            if option.letter == 'l' {
                list_signals(out);
                return Ok(0);
            }
            prints = true;
        }
        let operands = options.operands();
        if prints || operands.is_empty() {
            return Ok(self.print_traps(operands, out));
        }
        // One operand alone that is a signal resets it.
        let (action, names) = match operands {
            [only] => match TrapName::parse(only) {
                Some(_) => (None, operands),
                None => return Err(usage(self, "trap")),
            },
            [action, names @ ..] if action == "-" => (None, names),
            [number, ..] if number.bytes().all(|byte| byte.is_ascii_digit()) && !number.is_empty() => {
                (None, operands)
            }
            [action, names @ ..] => (Some(action.clone()), names),
            [] => return Ok(0),
        };
        let mut status = 0;
        for name in names {
            match TrapName::parse(name) {
                Some(TrapName::Signal(sandbox_kernel::SIGKILL | sandbox_kernel::SIGSTOP)) => {}
                Some(name) => self.traps.set(name, action.clone()),
                None => {
                    self.complain(format!("trap: {name}: invalid signal specification"));
                    status = 1;
                }
            }
        }
        self.listen_to_traps();
        Ok(status)
    }

    fn print_traps(&mut self, names: &[String], out: &mut Vec<u8>) -> i32 {
        let mut status = 0;
        let mut wanted = Vec::new();
        for name in names {
            match TrapName::parse(name) {
                Some(name) => wanted.push(name),
                None => {
                    self.complain(format!("trap: {name}: invalid signal specification"));
                    status = 1;
                }
            }
        }
        for (name, action) in self.traps.list() {
            if names.is_empty() || wanted.contains(name) {
                let action = crate::text::encode(&quoted(action)).into_owned();
                out.extend_from_slice(b"trap -- ");
                out.extend_from_slice(&action);
                out.extend_from_slice(format!(" {}\n", name.name()).as_bytes());
            }
        }
        status
    }

    pub(super) fn kill_builtin(&mut self, args: &[String], out: &mut Vec<u8>) -> Outcome {
        let mut rest = &args[1..];
        let mut signal = sandbox_kernel::SIGTERM;
        match rest.first().map(String::as_str) {
            None => return Err(usage(self, "kill")),
            Some("-l" | "-L") => return Ok(self.name_signals(&rest[1..], out)),
            Some("--help") => {
                crate::builtins::help("kill", out);
                return Ok(2);
            }
            Some(option @ ("-s" | "-n")) => {
                let Some(name) = rest.get(1) else {
                    self.complain(format!("kill: {option}: option requires an argument"));
                    return Ok(1);
                };
                match parse_signal(name) {
                    Some(parsed) => signal = parsed,
                    None => {
                        self.complain(format!("kill: {name}: invalid signal specification"));
                        return Ok(1);
                    }
                }
                rest = &rest[2..];
            }
            Some("--") => {}
            Some(option) if option.len() > 1 && option.starts_with('-') => {
                match parse_signal(&option[1..]) {
                    Some(parsed) => signal = parsed,
                    None => {
                        self.complain(format!("kill: {}: invalid signal specification", &option[1..]));
                        return Ok(1);
                    }
                }
                rest = &rest[1..];
            }
            Some(_) => {}
        }
        if rest.first().is_some_and(|word| word == "--") {
            rest = &rest[1..];
        }
        if rest.is_empty() {
            return Err(usage(self, "kill"));
        }
        let mut failed = false;
        for operand in rest {
            failed |= !self.kill_one(operand, signal);
        }
        Ok(i32::from(failed))
    }

    fn kill_one(&mut self, operand: &str, signal: Signal) -> bool {
        if operand.starts_with('%') {
            return match self.job_or_complain("kill", operand) {
                Some(job) => {
                    self.signal_job(&job, signal);
                    true
                }
                None => false,
            };
        }
        let Ok(pid) = operand.parse::<Pid>() else {
            self.complain(format!("kill: {operand}: arguments must be process or job IDs"));
            return false;
        };
        let pid = match pid {
            0 => -self.process.group(),
            pid => pid,
        };
        if pid == -1 {
            // To everybody else.
            let others = self.process.kernel.processes();
            others
                .iter()
                .filter(|other| other.pid != self.process.pid)
                .for_each(|other| other.signal(signal));
            return true;
        }
        match self.process.kernel.signal(pid, signal) {
            Ok(()) => true,
            Err(errno) => {
                self.complain(format!("kill: ({operand}) - {errno}"));
                false
            }
        }
    }

    fn name_signals(&mut self, operands: &[String], out: &mut Vec<u8>) -> i32 {
        if operands.is_empty() {
            list_signals(out);
            return 0;
        }
        let mut status = 0;
        for operand in operands {
            let named = match operand.parse::<Signal>() {
                Ok(number) if number > 128 => signal_name(number - 128),
                Ok(0) => Some("EXIT".to_owned()),
                Ok(number) => signal_name(number),
                Err(_) => parse_signal(operand).map(|number| number.to_string()),
            };
            match named {
                Some(named) => out.extend_from_slice(format!("{named}\n").as_bytes()),
                None => {
                    self.complain(format!("kill: {operand}: invalid signal specification"));
                    status = 1;
                }
            }
        }
        status
    }
}

fn parse_signal(text: &str) -> Option<Signal> {
    match text.parse::<Signal>() {
        Ok(number) => (0..=LAST_SIGNAL).contains(&number).then_some(number),
        Err(_) if text.eq_ignore_ascii_case("EXIT") => Some(0),
        Err(_) => signal_by_name(text),
    }
}

/// An action as `trap -p` shows it: always in quotes.
fn quoted(action: &str) -> String {
    format!("'{}'", action.replace('\'', "'\\''"))
}

/// The table of `kill -l` and `trap -l`.
fn list_signals(out: &mut Vec<u8>) {
    let known = (1..=LAST_SIGNAL).filter_map(|number| Some((number, signal_name(number)?)));
    let mut column = 0;
    for (number, name) in known {
        out.extend_from_slice(format!("{number:>2}) SIG{name}").as_bytes());
        column += 1;
        match column % 5 {
            0 => out.push(b'\n'),
            _ => out.push(b'\t'),
        }
    }
    if column % 5 != 0 {
        out.push(b'\n');
    }
}
