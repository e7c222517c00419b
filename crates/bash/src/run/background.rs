//! `cmd &` and `coproc`: processes that run beside the shell.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use sandbox_kernel::{Description, Device, Disposition, Process, SIGINT, SIGQUIT, Status};

use super::substitution::is_single;

use crate::state::{Flow, SetOption, Shell};
use crate::syntax::{AndOr, Command, Compound, CompoundKind, List};

impl Shell {
    /// Starts a job; `$!` is its pid and `$?` is 0 afterwards.
    pub(crate) async fn start_in_background(&mut self, and_or: &AndOr) -> Flow<()> {
        let text = and_or.to_string();
        let Some(mut child) = self.fork_or_complain(vec![]) else {
            self.status = 254;
            return Ok(());
        };
        child.enter_subshell();
        if !self.options.has(SetOption::MONITOR) {
            child.run_without_terminal();
        } else {
            child.process.set_group(child.process.pid);
        }
        let process = Arc::clone(&child.process);
        self.spawn(child, Work::AndOr(and_or.clone()));
        self.note_job(process, text);
        Ok(())
    }

    fn note_job(&mut self, process: Arc<Process>, text: String) {
        self.last_background = Some(process.pid);
        if !self.interactive {
            // Nobody is told of their end, and `wait` still knows it.
            self.jobs.drop_ended();
        }
        let (id, pid) = (self.jobs.add(vec![process], text), self.last_background);
        if self.interactive
            && let Some(pid) = pid
        {
            self.say(&format!("[{id}] {pid}\n"));
        }
        self.status = 0;
    }

    /// A job without job control reads nothing and is not interrupted from a terminal.
    fn run_without_terminal(&mut self) {
        if !self.reads_redirected {
            self.redirect_to(0, Description::device(Device::Null, true, false, "/dev/null".to_owned()));
        }
        for signal in [SIGINT, SIGQUIT] {
            self.process.dispose(signal, Disposition::Ignored);
        }
    }

    /// Runs a child beside everything else, also after this shell has ended.
    pub(crate) fn spawn(&self, child: Shell, work: Work) {
        let kernel = Arc::clone(&self.process.kernel);
        let running = run_work(child, work);
        self.process.kernel.host.spawn(Box::pin(async move {
            // A shell that does nothing but start others must leave room as well.
            kernel.breathe().await;
            running.await;
        }));
    }

    /// `coproc NAME command`: its output and input are `${NAME[0]}` and `${NAME[1]}`.
    pub(crate) async fn run_coprocess(&mut self, name: &str, body: &Command) -> Flow<i32> {
        let Some(mut child) = self.fork_or_complain(vec![]) else { return Ok(254) };
        child.enter_subshell();
        let (output, child_output) = Description::pipe();
        let (child_input, input) = Description::pipe();
        child.redirect_to(0, child_input);
        child.redirect_to(1, child_output);
        let process = Arc::clone(&child.process);
        self.spawn(child, Work::Command(body.clone()));
        let numbers = [output, input].map(|end| self.descriptors.add(60, end).unwrap_or(-1).to_string());
        self.assign_array_or_complain(name, &numbers);
        let pid = process.pid.to_string();
        self.assign_or_complain(&format!("{name}_PID"), pid);
        self.note_job(process, format!("coproc {name}"));
        Ok(0)
    }

    /// Runs the one command that this process is for. A program takes its place, and `( … )` needs no other.
    async fn run_as_process(&mut self, command: &Command) -> Flow<i32> {
        if let Command::Compound(compound) = command {
            // What was before is not kept: nobody is held up by what this process does not write to.
            if let Err(status) = self.redirect(&compound.redirections).await? {
                return Ok(status);
            }
            self.reads_redirected |= !compound.redirections.is_empty();
            if let CompoundKind::Subshell(list) = &compound.kind {
                self.is_last_command = is_single(list);
                return self.run_list_afresh(list).await;
            }
            if compound.redirections.is_empty() {
                return self.run_compound(compound).await;
            }
            let bare = Compound { redirections: Vec::new(), ..Compound::clone(compound) };
            return self.run_compound(&Arc::new(bare)).await;
        }
        self.is_last_command = matches!(command, Command::Simple(_));
        self.run_command(command).await
    }

    /// A description of text that can be read.
    pub(crate) fn readable(text: &str) -> Arc<Description> {
        let bytes = Bytes::copy_from_slice(&crate::text::encode(text));
        Description::made(bytes, "/tmp/sh-thd".to_owned())
    }
}

/// What a child does that runs beside its parent.
pub(crate) enum Work {
    AndOr(AndOr),
    Command(Command),
    List(Arc<List>),
}

fn run_work(mut child: Shell, work: Work) -> BoxFuture<'static, Status> {
    let process = Arc::clone(&child.process);
    let body = async move {
        let ran = match &work {
            Work::AndOr(and_or) => match only_command(and_or) {
                Some(command) => child.run_as_process(command).await,
                None => {
                    child.only_waits = and_or.rest.is_empty() && and_or.first.commands.len() > 1;
                    child.run_and_or(and_or).await.map(|()| child.status)
                }
            },
            Work::Command(command) => child.run_as_process(command).await,
            Work::List(list) => {
                child.is_last_command = is_single(list);
                child.run_list_afresh(list).await
            }
        };
        child.finish(ran).await
    };
    Box::pin(process.run(body))
}

/// The command that it is, if it is one.
fn only_command(and_or: &AndOr) -> Option<&Command> {
    let AndOr { first, rest } = and_or;
    match &first.commands[..] {
        [command] if rest.is_empty() && !first.negated && first.timed.is_none() => Some(command),
        _ => None,
    }
}
