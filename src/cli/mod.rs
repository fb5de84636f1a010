//! The command line: parse, resolve, run, exit code. One file a command.

mod args;
mod claim;
mod command;
mod console;
mod context;
mod error;
pub mod exit;
mod file;
mod interrupt;
mod project;
mod recording;
#[cfg(test)]
mod refusals;
mod secrets;
mod session;
mod tree;
mod usage;

use std::ffi::OsString;
use std::ops::ControlFlow;
use std::path::Path;

use clap::error::ErrorKind;

use crate::hint::{Hint, in_environment};
use crate::render;
use args::Command;
use context::Context;
use error::Error;
use project::Project;

pub use console::Console;
pub use tree::{commands, understands};

/// Runs one command line to its exit code. May be called again in the same process.
/// `folder` is where the search for the project begins.
pub fn run<I, T>(arguments: I, console: Console, folder: &Path) -> u8
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    let mut console = console;
    let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    let cli = match usage::parse(&arguments, console.out_style) {
        Ok(cli) => cli,
        Err(error) => return explain(&error, &arguments, &mut console),
    };
    let project = Project::find(cli.global.project.as_deref(), folder);
    let known = project.as_ref().ok();
    let command = match command::stand_alone(cli.command, known, &mut console) {
        ControlFlow::Break(Ok(code)) => return code,
        ControlFlow::Break(Err(error)) => return refuse(&error, None, &mut console),
        ControlFlow::Continue(command) => command,
    };
    let project = match project {
        Ok(project) => project,
        Err(error) => return refuse(&error.into(), None, &mut console),
    };
    let name = command::name(&command);
    let mut context = Context::new(project, &cli.global, name, console);
    let result = in_runtime(&mut context, command);
    context.tell_calls();
    match result {
        Ok(code) => code,
        Err(error) => refuse(&error, Some(&context.environment), &mut context.console),
    }
}

/// Says why a command failed, and how to mend it where it worked.
fn refuse(error: &Error, environment: Option<&str>, console: &mut Console) -> u8 {
    let hint = error.hint().map(|hint| match environment {
        Some(environment) => in_environment(&hint, environment),
        None => hint,
    });
    let text = render::error_text(error, hint.as_deref(), console.error_style);
    console.say_as_it_is(text.trim_end());
    error.exit_code()
}

/// One thread is enough: all waiting is for the network and for child processes.
fn in_runtime(context: &mut Context, command: Command) -> Result<u8, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let result = runtime.block_on(interrupt::run(context, command));
    // A question that nobody answered any more still waits for its line.
    runtime.shutdown_background();
    result
}

/// Help and version are data; a wrong command line is configuration.
fn explain(error: &clap::Error, arguments: &[OsString], console: &mut Console) -> u8 {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            match console.data(&usage::help(error)) {
                Ok(()) => exit::DONE,
                Err(_) => exit::FAILURE,
            }
        }
        // Nothing was asked for.
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            console.say_as_it_is(usage::help(error).trim_end());
            exit::CONFIGURATION
        }
        _ => refuse(
            &Error::Usage(usage::mistake(error, arguments)),
            None,
            console,
        ),
    }
}
