//! A command line as somebody types it: parsed, helped with, or told what is wrong with it.

use std::ffi::OsString;

use clap::{CommandFactory as _, FromArgMatches as _};

use super::args::{self, Cli};
use crate::hint::Hint;
use crate::render::Style;

/// Help is read best in lines of at most so many columns.
const HELP_COLUMNS: usize = 100;

/// Stands for a space of an example while help is laid out, so that no example is broken.
const UNBROKEN: &str = "\u{a0}";

/// A command line that this program does not understand.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Mistake {
    message: String,
    /// What could have been meant.
    tips: Vec<String>,
    /// The words of the command that it was about, the program's first.
    command: String,
}

impl Hint for Mistake {
    fn hint(&self) -> Option<String> {
        let help = format!("`{} --help` shows what it takes", self.command);
        Some([self.tips.as_slice(), &[help]].concat().join("; "))
    }
}

/// A command line, the program's name first; help and mistakes are laid out as `style` says.
pub fn parse(words: &[OsString], style: Style) -> Result<Cli, clap::Error> {
    let command = Cli::command().term_width(style.width.min(HELP_COLUMNS));
    let mut command = with_whole_examples(command);
    let matches = command.try_get_matches_from_mut(words)?;
    args::refuse_unheeded(&matches).map_err(|error| error.format(&mut command))?;
    Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

fn with_whole_examples(command: clap::Command) -> clap::Command {
    let example = command.get_before_help().map(ToString::to_string);
    let command = match example {
        Some(example) => command.before_help(example.replace(' ', UNBROKEN)),
        None => command,
    };
    command.mut_subcommands(with_whole_examples)
}

/// The help, or the version, that was asked for.
pub fn help(error: &clap::Error) -> String {
    error.render().to_string().replace(UNBROKEN, " ")
}

/// What is wrong with a command line, in the words of whoever parsed it, without what its help shows better.
pub fn mistake(error: &clap::Error, words: &[OsString]) -> Mistake {
    let text = error.render().to_string();
    let mut parts = text.split("\n\n").map(str::trim);
    let first = parts.next().unwrap_or_default();
    let tips = parts.filter_map(|part| part.strip_prefix("tip: "));
    Mistake {
        message: first.strip_prefix("error: ").unwrap_or(first).to_owned(),
        tips: tips.map(str::to_owned).collect(),
        command: asked(words).join(" "),
    }
}

/// The words of a command line that name a command, the program's own first.
fn asked(words: &[OsString]) -> Vec<String> {
    let root = Cli::command();
    let mut path = vec![root.get_name().to_owned()];
    let mut command = &root;
    for word in words.iter().skip(1).filter_map(|word| word.to_str()) {
        if let Some(below) = command.find_subcommand(word) {
            path.push(word.to_owned());
            command = below;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistaken(line: &str) -> Mistake {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let error = parse(&words, Style::default()).unwrap_err();
        mistake(&error, &words)
    }

    #[test]
    fn a_mistake_says_what_is_wrong_and_where_to_read_on() {
        let told = [
            "qdn-infra paln",
            "qdn-infra plan --formt json",
            "qdn-infra --env staging cost --jobs-per-day many",
            "qdn-infra keys operator new",
            "qdn-infra plan --format yaml",
            "qdn-infra rollback one two",
        ]
        .map(|line| {
            let mistake = mistaken(line);
            let hint = mistake.hint().unwrap();
            format!("{line}\n{mistake}\n{hint}\n")
        });
        insta::assert_snapshot!(told.join("\n"));
    }

    #[test]
    fn no_example_is_broken() {
        let words = ["qdn-infra", "ci-role", "--help"].map(OsString::from);
        let narrow = Style {
            color: false,
            width: 40,
        };
        let text = help(&parse(&words, narrow).unwrap_err());
        let example = text.lines().nth(1).unwrap();
        assert!(example.ends_with(" --environment staging"), "{text}");
        assert!(!text.contains(UNBROKEN));
    }
}
