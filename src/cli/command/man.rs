//! `qdn-infra man`: manual pages of the commands. Needs no checkout and no cloud.

use std::path::Path;

use clap::CommandFactory as _;
use clap_mangen::Man;

use crate::cli::args::{Cli, ManArgs};
use crate::cli::console::Console;
use crate::cli::error::Error;
use crate::cli::exit;

/// Prints the program's page, or writes one for every command into a folder.
pub fn run(console: &mut Console, args: &ManArgs) -> Result<u8, Error> {
    let mut command = with_examples(Cli::command());
    command.build();
    let Some(folder) = &args.out else {
        let mut page = Vec::new();
        Man::new(command).render(&mut page)?;
        console.data(&String::from_utf8_lossy(&page))?;
        return Ok(exit::DONE);
    };
    std::fs::create_dir_all(folder)
        .and_then(|()| write(command, folder))
        .map_err(|error| Error::File {
            file: folder.clone(),
            error,
        })?;
    Ok(exit::DONE)
}

/// A page for the command and each below it, named `qdn-infra-keys-token.1`.
fn write(command: clap::Command, folder: &Path) -> std::io::Result<()> {
    let shown = command
        .get_subcommands()
        .filter(|command| !command.is_hide_set());
    for command in shown {
        write(command.clone(), folder)?;
    }
    Man::new(command).generate_to(folder)?;
    Ok(())
}

/// A manual page has no place before its description: the example goes behind it.
fn with_examples(command: clap::Command) -> clap::Command {
    let behind: Vec<String> = [command.get_before_help(), command.get_after_help()]
        .into_iter()
        .flatten()
        .map(ToString::to_string)
        .collect();
    command
        .after_help(behind.join("\n\n"))
        .mut_subcommands(with_examples)
}
