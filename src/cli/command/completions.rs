//! `qdn-infra completions`: what lets a shell complete command lines. Needs no checkout and no cloud.

use clap::CommandFactory as _;

use crate::cli::args::{Cli, CompletionsArgs};
use crate::cli::console::Console;
use crate::cli::error::Error;
use crate::cli::exit;

/// Prints the shell's script.
pub fn run(console: &mut Console, args: CompletionsArgs) -> Result<u8, Error> {
    let mut script = Vec::new();
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    clap_complete::generate(args.shell, &mut command, name, &mut script);
    // clap_complete (seen in 4.6.11, issue 6421 of clap) writes a program's hyphen in two ways, so that nothing below a
    // command was ever completed in bash.
    let script = String::from_utf8_lossy(&script).replace("qdn__subcmd__infra", "qdn__infra");
    console.data(&script)?;
    Ok(exit::DONE)
}
