//! Every task of the project is one word after `cargo xtask`.
//!
//! `args` reads the command line, `tools` finds or installs what a task needs, `build` makes the products
//! (engine, package, playground), and `serve`, `api`, `test`, `bench` and `format` are the tasks themselves.
//! Nothing of the product lives here.

mod api;
mod args;
mod bench;
mod build;
mod error;
mod format;
mod fresh;
mod nearest;
mod process;
mod project;
mod serve;
mod sizes;
mod step;
mod test;
mod tools;

use std::process::ExitCode;

use args::Task;
use error::{Error, Result};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        // The counts are the last line of such a run.
        Err(error @ Error::TestsFailed) => error.exit_code(),
        Err(error) => {
            eprintln!("{error}");
            error.exit_code()
        }
    }
}

fn run() -> Result<()> {
    match args::parse(std::env::args_os().skip(1))? {
        Task::Help => {
            println!("{}", args::HELP);
            Ok(())
        }
        Task::Serve(options) => serve::run(&options),
        Task::Api(options) => api::run(&options),
        Task::Test(options) => test::run(&options),
        Task::Build => build::run(),
        Task::Bench(options) => bench::run(&options),
        Task::Format => format::run(),
    }
}
