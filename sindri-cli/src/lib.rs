//! `sindri`: one file, one command, a development environment on RunPod or Northflank.
//!
//! Data goes one way: `sindri.yaml` → [`config`] → plan → provider → SDK → HTTP. Only `commands` sees all the
//! others, and only `settings` reads the environment.

pub mod config;

mod args;
mod checkpoint;
mod commands;
mod docs;
mod error;
mod exit;
#[doc(hidden)]
pub mod fuzzing;
mod masked;
mod output;
mod plan;
mod provider;
mod secrets;
mod settings;
mod ssh;
mod state;
mod terminal;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;

use args::Cli;
use error::{Error, Failure, Result};
use exit::Exit;
use output::Printer;
use settings::{Environment, Format, OutputSettings, Settings};

/// Runs the command that the arguments of this process name, and tells how it ended.
pub fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let environment = Environment::of_process();
    if let Some(error) = ssh::tethered(&args) {
        let fallback = OutputSettings::fallback(Format::Human, environment.terminal());
        let error = Error::unexpected("ssh cannot be run", &error);
        return ExitCode::from(end(&Printer::new(fallback), "ssh", Err(error)).code());
    }
    ExitCode::from(run(args, environment).code())
}

/// The same for tests: `tell` is told of each moment between which a run can be cut off.
#[doc(hidden)]
pub fn main_watched(tell: fn(&str)) -> ExitCode {
    checkpoint::watch(tell);
    main()
}

fn run(args: Vec<OsString>, environment: Environment) -> Exit {
    let wants_json = args.iter().any(|arg| arg == "--json");
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli.settled(),
        Err(error) => return not_parsed(&error, wants_json, &environment),
    };
    let command = cli.command.name();
    let output = match OutputSettings::resolve(&cli.global, &environment) {
        Ok(output) => output,
        Err(error) => {
            let format = if cli.global.json {
                Format::Json
            } else {
                Format::Human
            };
            let fallback = OutputSettings::fallback(format, environment.terminal());
            return end(&Printer::new(fallback), command, Err(error));
        }
    };
    let mut printer = Printer::new(output.clone());
    if cli.command.has_many_results() {
        printer = printer.by_line();
    }
    let result = start_logging(&output)
        .and_then(|()| Settings::resolve(&cli.global, environment))
        .and_then(|settings| commands::run(&cli.command, &settings, &printer));
    end(&printer, command, result)
}

fn start_logging(output: &OutputSettings) -> Result<()> {
    output::start_logging(output).map_err(|message| Error::usage(Failure::new(message)))
}

/// Says why it failed, if it did, and makes sure that everything was written.
fn end(printer: &Printer, command: &str, result: Result<Exit>) -> Exit {
    let result = match result {
        Ok(exit) => printer.finish().map(|()| exit),
        Err(error) => Err(error),
    };
    match result {
        Ok(exit) => exit,
        Err(error) => {
            printer.failure(command, &error);
            Exit::from(&error)
        }
    }
}

/// Help and version are no failures; the rest is a wrong command line.
fn not_parsed(error: &clap::Error, wants_json: bool, environment: &Environment) -> Exit {
    if error.use_stderr() && wants_json {
        let output = OutputSettings::fallback(Format::Json, environment.terminal());
        let text = error.to_string();
        let message = text.trim().trim_start_matches("error: ");
        let mut lines = message
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty());
        let mut failure = Failure::new(lines.next().unwrap_or(message))
            .help("`sindri --help` lists the commands");
        // What is missing, and what was meant perhaps; usage is for people.
        failure.details = lines
            .take_while(|line| !line.starts_with("Usage:"))
            .map(str::to_owned)
            .collect();
        let error = Error::usage(failure);
        return end(&Printer::new(output), "sindri", Err(error));
    }
    // Nobody is left to tell when the stream is gone.
    drop(error.print());
    if error.use_stderr() {
        Exit::Usage
    } else {
        Exit::Done
    }
}
