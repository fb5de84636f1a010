//! Where `--env` says nothing: it is refused there, so that nobody takes what happens for another environment's.

use clap::ArgMatches;
use clap::error::ErrorKind;
use clap::parser::ValueSource;

/// Refuses an `--env` that the command would not heed. `QDN_ENV`, which is there for all commands of a shell, never is.
pub fn refuse_unheeded(matches: &ArgMatches) -> Result<(), clap::Error> {
    if matches.value_source("environment") != Some(ValueSource::CommandLine) {
        return Ok(());
    }
    let given = matches.get_one::<String>("environment");
    let environment = given.map_or("", String::as_str);
    let why = match matches.subcommand_name() {
        // The demo plays on any environment that runs on the local cloud.
        Some("local") if environment != "local" && command(matches) != "local demo" => {
            "works on the local cloud alone"
        }
        Some("completions" | "man" | "openapi") => "is the same for every environment",
        _ => return Ok(()),
    };
    let message = format!(
        "the argument '--env {environment}' cannot be used with '{}', which {why}\n\n  tip: leave `--env` out",
        command(matches)
    );
    Err(clap::Error::raw(ErrorKind::ArgumentConflict, message))
}

/// The words of the command, without the program's.
fn command(matches: &ArgMatches) -> String {
    let mut words = Vec::new();
    let mut place = matches;
    while let Some((name, below)) = place.subcommand() {
        words.push(name);
        place = below;
    }
    words.join(" ")
}
