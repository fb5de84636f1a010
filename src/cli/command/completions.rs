//! `qdn-infra completions`: what lets a shell complete command lines. Needs no checkout and no cloud; in a checkout it knows
//! the environments.

use clap::builder::PossibleValuesParser;
use clap::{CommandFactory as _, ValueHint};

use crate::cli::args::{Cli, CompletionsArgs};
use crate::cli::console::Console;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::cli::project::Project;
use crate::permissions::is_plain_name;

/// Prints the shell's script.
pub fn run(
    console: &mut Console,
    args: CompletionsArgs,
    project: Option<&Project>,
) -> Result<u8, Error> {
    let mut script = Vec::new();
    // Below `help` every command would be there once more.
    let mut command = Cli::command().disable_help_subcommand(true);
    let mut names = project.map(Project::environments).unwrap_or_default();
    // What a shell would read as more than a word is left out.
    names.retain(|name| is_plain_name(name));
    if !names.is_empty() {
        command = with_environments(command, names);
    }
    let name = command.get_name().to_owned();
    clap_complete::generate(args.shell, &mut command, name, &mut script);
    // clap_complete (seen in 4.6.11, issue 6421 of clap) writes a program's hyphen in two ways, so that nothing below a
    // command was ever completed in bash.
    let script = String::from_utf8_lossy(&script).replace("qdn__subcmd__infra", "qdn__infra");
    console.data(&script)?;
    Ok(exit::DONE)
}

/// The command as it is completed where `--env` is one of these. It is never parsed with: a command line that names another
/// is told better by what reads the stack file.
fn with_environments(command: clap::Command, names: Vec<String>) -> clap::Command {
    // clap wants names that live as long as the program, which ends after this.
    let names = names
        .into_iter()
        .map(|name| -> &'static str { name.leak() });
    let parser = PossibleValuesParser::new(names);
    command.mut_arg("environment", |arg| {
        arg.value_parser(parser).value_hint(ValueHint::Unknown)
    })
}
