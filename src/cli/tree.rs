//! The command line as data: which commands there are, and whether one is understood. What tests, documents and
//! completions are held against.

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};

use super::args::Cli;

/// The words of every command that people see, its parents before it: `["keys"]`, `["keys", "token"]`,
/// `["keys", "token", "list"]`. The program itself is not among them.
pub fn commands() -> Vec<Vec<String>> {
    let mut found = Vec::new();
    below(&Cli::command(), &[], &mut found);
    found
}

fn below(command: &clap::Command, parents: &[String], found: &mut Vec<Vec<String>>) {
    let shown = command
        .get_subcommands()
        .filter(|command| !command.is_hide_set());
    for command in shown {
        let mut words = parents.to_vec();
        words.push(command.get_name().to_owned());
        found.push(words.clone());
        below(command, &words, found);
    }
}

/// Whether a command line, the program's name first, is one that this program runs. The error is what a person would
/// be told.
pub fn understands<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<(), String> {
    match Cli::try_parse_from(words) {
        Ok(_) => Ok(()),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Ok(()),
            _ => Err(error.render().to_string()),
        },
    }
}
