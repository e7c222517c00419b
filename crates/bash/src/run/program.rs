//! Programs: finding them on `PATH`, and running them as children.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::FutureExt;
use sandbox_fs::{Access, Errno, Kind};
use sandbox_kernel::{Call, Descriptors, Executable, Process, Program, Status, executable};

use crate::program::Bash;
use crate::state::{Flow, Shell, Unwind};

/// Where programs are looked for when `PATH` is not set.
pub(crate) const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

impl Shell {
    /// The file of a program, which can be run or at least be tried. What was found is remembered, as `hash` shows it.
    pub(crate) fn find_program(&mut self, name: &str) -> Option<String> {
        if name.contains('/') {
            return Some(name.to_owned());
        }
        if let Some((path, hits)) = self.hashed.get_mut(name) {
            *hits += 1;
            let path = path.clone();
            if self.is_program(&path) {
                return Some(path);
            }
        }
        match self.search_path(name) {
            Some(path) => {
                self.hashed.insert(name.to_owned(), (path.clone(), 1));
                Some(path)
            }
            None => None,
        }
    }

    /// Looks for a program on `PATH`; one that may not be run is better than none.
    pub(crate) fn search_path(&self, name: &str) -> Option<String> {
        let path = self.variables.get("PATH").and_then(|variable| variable.scalar()).unwrap_or(DEFAULT_PATH);
        self.search_path_in(path, name)
    }

    /// The same in directories that `:` separates.
    pub(crate) fn search_path_in(&self, path: &str, name: &str) -> Option<String> {
        let mut second_best = None;
        for directory in path.split(':') {
            let file = match directory {
                "" => format!("./{name}"),
                directory => format!("{}/{name}", directory.strip_suffix('/').unwrap_or(directory)),
            };
            let absolute = self.process.absolute(&file);
            let files = self.process.files();
            if !files.stat(&absolute).is_ok_and(|stat| stat.kind == Kind::File) {
                continue;
            }
            if files.access(&absolute, Access::EXECUTE).is_ok() {
                return Some(file);
            }
            second_best.get_or_insert(file);
        }
        second_best
    }

    fn is_program(&self, path: &str) -> bool {
        let absolute = self.process.absolute(path);
        self.process.files().access(&absolute, Access::EXECUTE).is_ok()
    }

    /// Runs a program as a child, or in place of this shell where nothing comes after it.
    pub(crate) async fn run_program(&mut self, args: Vec<String>) -> Flow<i32> {
        let file = match self.find_program(&args[0]) {
            Some(file) => file,
            None => return self.not_found(args).await,
        };
        let program = match self.load(&file) {
            Ok(program) => program,
            Err(status) => return Ok(status),
        };
        let env = self.environment(&file);
        if std::mem::take(&mut self.is_last_command) && !self.has_last_words() {
            return self.become_program(program, args, env).await;
        }
        let process = match self.process.fork(args.clone()) {
            Ok(process) => process,
            Err(errno) => {
                self.complain(format!("fork: {errno}"));
                return Ok(254);
            }
        };
        if self.controls_jobs() {
            self.join_group(&[Arc::clone(&process)]);
            let call = program.call(Arc::clone(&process), args, env, self.descriptors.clone());
            let running = process.run(call);
            process.kernel.host.spawn(Box::pin(async move {
                running.await;
            }));
            let text = self.job_text.clone();
            return Ok(self.wait_in_foreground(vec![process], text, None).await?.pop().unwrap_or(0));
        }
        let status = self.run_child(process.clone(), program, args, env).await;
        Ok(self.status_of(&process, status))
    }

    /// Runs a program in a process that is waiting for it.
    async fn run_child(
        &mut self,
        process: Arc<Process>,
        program: Loaded,
        args: Vec<String>,
        env: Arc<BTreeMap<String, String>>,
    ) -> Status {
        let call = program.call(Arc::clone(&process), args, env, self.descriptors.clone());
        // A task of its own: a program that runs another, and that one another, take no stack from each other.
        let running = process.run(call);
        process.kernel.host.spawn(Box::pin(async move {
            running.await;
        }));
        let shell = Arc::clone(&self.process);
        futures_util::select_biased! {
            status = process.ended().fuse() => return status,
            () = shell.signalled().fuse() => {}
        }
        // Only what nobody has a trap for ends the shell at once; traps run when the child has ended.
        if self.dies_of_a_signal() {
            return Status::Exited(0);
        }
        process.ended().await
    }

    /// Lets a program take the place of this shell, in its process.
    async fn become_program(
        &mut self,
        program: Loaded,
        args: Vec<String>,
        env: Arc<BTreeMap<String, String>>,
    ) -> Flow<i32> {
        self.process.set_argv(args.clone());
        self.listen_to_traps_of_a_program();
        self.write_the_rest().await;
        let descriptors = std::mem::take(&mut self.descriptors);
        // One shell less is around it, unless it was a part of another.
        let mut env = Arc::unwrap_or_clone(env);
        if self.subshells == 0
            && let Some(level) = env.get_mut("SHLVL")
            && let Ok(number) = level.parse::<i64>()
        {
            *level = (number - 1).max(0).to_string();
        }
        let env = Arc::new(env);
        let call = program.call(Arc::clone(&self.process), args, env, descriptors);
        match self.process.replace(call).await {}
    }

    /// `exec program`: there is no way back.
    pub(crate) async fn exec_program(
        &mut self,
        args: Vec<String>,
        env: Option<Arc<BTreeMap<String, String>>>,
        name: Option<String>,
    ) -> Flow<i32> {
        let file = match self.find_program(&args[0]) {
            Some(file) => file,
            None => {
                self.complain(format!("exec: {}: not found", args[0]));
                return self.exec_failed(127);
            }
        };
        let program = match self.load_for(&file, "exec: ") {
            Ok(program) => program,
            Err(status) => return self.exec_failed(status),
        };
        let env = env.unwrap_or_else(|| self.environment(&file));
        let mut args = args;
        if let Some(name) = name {
            args[0] = name;
        }
        self.become_program(program, args, env).await
    }

    fn exec_failed(&mut self, status: i32) -> Flow<i32> {
        match self.interactive || self.options.has_shopt(crate::state::ShoptOption::EXECFAIL) {
            true => Ok(status),
            false => {
                self.traps.take(super::TrapName::Exit);
                Err(Unwind::Exit(status))
            }
        }
    }

    /// Whether something is to be done after the last command.
    pub(crate) fn has_last_words(&self) -> bool {
        self.traps.has(super::TrapName::Exit)
            || self.traps.has(super::TrapName::Err)
            || self.traps.has_signals()
    }

    /// What a file is as a program, or the status after it was told why it is none.
    fn load(&mut self, file: &str) -> Result<Loaded, i32> {
        self.load_for(file, "")
    }

    fn load_for(&mut self, file: &str, before: &str) -> Result<Loaded, i32> {
        let error = match executable(&self.process, file) {
            Ok(Executable::Program { program, before, file }) => {
                return Ok(Loaded { program, leading: before, file });
            }
            Ok(Executable::Text) => {
                return Ok(Loaded {
                    program: Arc::new(Bash),
                    leading: vec!["bash".to_owned(), file.to_owned()],
                    file: self.process.exe(),
                });
            }
            Err(error) => error,
        };
        let status = if error.errno == Errno::ENOENT && error.interpreter.is_none() { 127 } else { 126 };
        let is_directory = self
            .process
            .files()
            .stat(&self.process.absolute(file))
            .is_ok_and(|stat| stat.kind == Kind::Directory);
        let message = match (error.errno, &error.interpreter) {
            (Errno::ENOENT, Some(_)) => {
                self.complain(format!("{before}{file}: cannot execute: required file not found"));
                return Err(127);
            }
            (errno, Some(interpreter)) => format!("{file}: {interpreter}: bad interpreter: {errno}"),
            (Errno::EACCES, None) if is_directory => format!("{file}: Is a directory"),
            (Errno::ENOEXEC, None) => format!("{file}: cannot execute binary file: {}", Errno::ENOEXEC),
            (errno, None) => format!("{file}: {errno}"),
        };
        self.complain(format!("{before}{message}"));
        Err(status)
    }

    async fn not_found(&mut self, args: Vec<String>) -> Flow<i32> {
        if let Some(handler) = self.functions.get("command_not_found_handle").cloned() {
            return Box::pin(self.call_function(handler, args)).await;
        }
        self.complain(format!("{}: command not found", args[0]));
        Ok(127)
    }

    /// The environment of a program.
    pub(crate) fn environment(&self, file: &str) -> Arc<BTreeMap<String, String>> {
        let mut env = self.variables.exported();
        env.insert("_".to_owned(), file.to_owned());
        for (name, definition) in self.functions.iter().filter(|(_, definition)| definition.exported) {
            let body = crate::syntax::exported_function(&definition.function.body);
            env.insert(format!("BASH_FUNC_{name}%%"), body);
        }
        Arc::new(env)
    }
}

/// A program and what it gets before its own arguments.
pub(crate) struct Loaded {
    program: Arc<dyn Program>,
    leading: Vec<String>,
    /// Its file, without links.
    file: String,
}

impl Loaded {
    fn call(
        self,
        process: Arc<Process>,
        args: Vec<String>,
        env: Arc<BTreeMap<String, String>>,
        descriptors: Descriptors,
    ) -> futures_util::future::BoxFuture<'static, i32> {
        process.set_exe(self.file);
        let args = match self.leading.is_empty() {
            true => args,
            false => self.leading.into_iter().chain(args.into_iter().skip(1)).collect(),
        };
        let args = args.into_iter().map(crate::text::plain).collect();
        self.program.run(Call { process, args, env, descriptors })
    }
}
