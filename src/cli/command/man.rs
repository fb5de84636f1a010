//! `qdn-infra man`: manual pages of the commands. Needs no checkout and no cloud.

use std::io;
use std::path::Path;

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::cli::args::{Cli, ManArgs};
use crate::cli::console::Console;
use crate::cli::error::Error;
use crate::cli::exit;

/// Where pages of commands stand.
const SECTION: &str = "1";

/// Variables that every command heeds, beside those that stand for its options.
const VARIABLES: [(&str, &str); 3] = [
    ("NO_COLOR", "When it is set: no colour"),
    (
        "COLUMNS",
        "How wide a line may be; without it what the terminal says",
    ),
    (
        "TERM",
        "When it is dumb or not set: no colour, and no line is drawn again",
    ),
];

/// Variables of certain work, which the program's own page names.
const VARIABLES_OF_WORK: [(&str, &str); 4] = [
    (
        "AWS_PROFILE",
        "Whom to be on AWS, as for its own command line, whose other variables are heeded as well",
    ),
    (
        "QDN_PYTHON",
        "The Python to use; without it one is looked for on PATH",
    ),
    (
        "QDN_TOOLS",
        "Folder of the build tools, which several checkouts may share; without it .qdn/tools in the project",
    ),
    (
        "QDN_LOCAL_VENV",
        "Folder of the local cloud's virtual environment, which several checkouts may share",
    ),
];

/// The variable that stands for `--secrets-file`. clap does not know it: which cloud it is for, the stack file says.
const SECRETS_VARIABLE: (&str, &str) = (
    "QDN_SECRETS_FILE",
    "Stands for --secrets-file where that is not given; not heeded for the local cloud",
);

/// Prints the program's page, or writes one for every command into a folder.
pub fn run(console: &mut Console, args: &ManArgs) -> Result<u8, Error> {
    // Below `help` every command would be there once more.
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    let version = root.get_version().unwrap_or_default();
    let source = format!("{} {version}", root.get_name());
    let Some(folder) = &args.out else {
        console.data(&page(&root, &[], &source)?)?;
        return Ok(exit::DONE);
    };
    std::fs::create_dir_all(folder)
        .and_then(|()| write(&root, &[], &source, folder))
        .map_err(|error| Error::File {
            file: folder.clone(),
            error,
        })?;
    Ok(exit::DONE)
}

/// A page for the command and each below it, named `qdn-infra-keys-token.1`.
fn write(command: &Command, above: &[String], source: &str, folder: &Path) -> io::Result<()> {
    let file = format!("{}.{SECTION}", name(command));
    std::fs::write(folder.join(file), page(command, above, source)?)?;
    let above = [above, &[name(command).to_owned()]].concat();
    for below in shown(command) {
        write(below, &above, source, folder)?;
    }
    Ok(())
}

/// The page of a command; `above` are the names of those that it is below, the program's first.
fn page(command: &Command, above: &[String], source: &str) -> io::Result<String> {
    let man = Man::new(command.clone())
        .title(name(command))
        .section(SECTION)
        // No date: the same program writes the same page. What is empty has to be quoted, or what follows takes its place.
        .date("\"\"")
        .source(source)
        .manual("qdn-infra manual");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    example(command).to_writer(&mut page)?;
    man.render_options_section(&mut page)?;
    if shown(command).next().is_some() {
        man.render_subcommands_section(&mut page)?;
    }
    environment(command, above.is_empty()).to_writer(&mut page)?;
    exit_status().to_writer(&mut page)?;
    see_also(command, above).to_writer(&mut page)?;
    // Every part begins with how an apostrophe is written; a page says it once.
    let preamble = Roff::new().render();
    let text = String::from_utf8_lossy(&page).replace(&preamble, "");
    // These are other signs to roff unless they are named, and nothing of its own is written with them here.
    let text = text
        .replace('`', r"\(ga")
        .replace('^', r"\(ha")
        .replace('~', r"\(ti");
    Ok(preamble + &text)
}

/// A command's name with those that it is below, by hyphens.
fn name(command: &Command) -> &str {
    command
        .get_display_name()
        .unwrap_or_else(|| command.get_name())
}

fn shown(command: &Command) -> impl Iterator<Item = &Command> {
    command
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
}

fn section(title: &str) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", [title]);
    roff
}

/// The lines that its help begins with.
fn example(command: &Command) -> Roff {
    let help = command.get_before_help().map(ToString::to_string);
    let help = help.unwrap_or_default();
    let mut roff = section("EXAMPLE");
    roff.control("RS", ["4"]).control("nf", []);
    for line in help.lines().filter(|line| *line != "Example:") {
        roff.text([roman(line.trim())]);
    }
    roff.control("fi", []).control("RE", []);
    roff
}

/// Variables that have a say, those that stand for options first.
fn environment(command: &Command, is_program: bool) -> Roff {
    let mut roff = section("ENVIRONMENT");
    for argument in command.get_arguments() {
        if let (Some(variable), Some(long)) = (argument.get_env(), argument.get_long()) {
            let what = format!("Stands for --{long} where that is not given");
            entry(&mut roff, &variable.to_string_lossy(), &what);
        }
    }
    let takes_secrets = command
        .get_arguments()
        .any(|argument| argument.get_long() == Some("secrets-file"));
    let secrets = (takes_secrets || is_program).then_some(SECRETS_VARIABLE);
    let of_work: &[(&str, &str)] = if is_program { &VARIABLES_OF_WORK } else { &[] };
    for (variable, what) in secrets.iter().chain(of_work).chain(&VARIABLES) {
        entry(&mut roff, variable, what);
    }
    roff
}

/// The table of exit codes, as `--help` shows it.
fn exit_status() -> Roff {
    let mut roff = section("EXIT STATUS");
    for line in exit::HELP.lines().filter(|line| *line != "Exit codes:") {
        match line.strip_prefix("  ") {
            // What is too long for a line goes on below, further in.
            Some(rest) if rest.starts_with(' ') => {
                roff.text([roman(rest.trim_start())]);
            }
            Some(rest) => {
                let (code, meaning) = rest.split_once(' ').unwrap_or((rest, ""));
                entry(&mut roff, code, meaning.trim_start());
            }
            None => {
                roff.control("PP", []).text([roman(line)]);
            }
        }
    }
    roff
}

/// The pages above and below.
fn see_also(command: &Command, above: &[String]) -> Roff {
    let below = shown(command).map(name);
    let mut line = Vec::new();
    for page in above.iter().map(String::as_str).chain(below) {
        if !line.is_empty() {
            line.push(roman(", "));
        }
        line.extend([bold(page), roman(format!("({SECTION})"))]);
    }
    let mut roff = section("SEE ALSO");
    roff.text(line);
    roff
}

/// A name, and behind it what it is.
fn entry(roff: &mut Roff, name: &str, what: &str) {
    roff.control("TP", [])
        .text([bold(name)])
        .text([roman(what)]);
}
