//! `qdn-infra logs`: what the functions logged, of all of them in one order.

use std::collections::BTreeSet;
use std::time::Duration;

use qdn_shared::package::FunctionName;

use crate::cli::args::{LogsArgs, LogsFormat};
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::engine::{self, LogReader, LogsFound, LogsWanted};
use crate::ports::ErrorKind;
use crate::render::{self, LogPrinter};

/// Between two looks of who follows.
const PAUSE: Duration = Duration::from_secs(2);

/// Prints what is there; with `--follow` goes on until it is interrupted.
pub async fn run(context: &mut Context, args: &LogsArgs) -> Result<u8, Error> {
    let (environment, session) = context.connect().await?;
    let functions: BTreeSet<FunctionName> = match args.functions.as_slice() {
        [] => FunctionName::ALL.iter().copied().collect(),
        named => named.iter().copied().collect(),
    };
    let wanted = LogsWanted {
        functions,
        since: args.since.duration,
        job: args.job,
    };
    let days = engine::log_retention_days(&environment);
    if wanted.since.as_hours() > i64::from(days) * 24 {
        context.console.say(&format!(
            "lines are kept for {}; there are none from before",
            render::count(days as usize, "day")
        ));
    }
    let mut reader = LogReader::open(&environment, &session.ports, &wanted).await?;
    let mut printer = LogPrinter::new(context.console.out_style);
    let found = reader.read().await?;
    for group in &found.absent {
        context.console.say(&format!(
            "there is no log group {group} yet; `qdn-infra apply --env {}` makes it",
            environment.name
        ));
    }
    let mut is_read = print(context, &mut printer, &found, args.format)?;
    if found.lines.is_empty() && found.absent.len() < wanted.functions.len() {
        context.console.say(&no_lines(args));
    }
    if !args.follow {
        tell_left_out(context, &printer);
        return Ok(exit::DONE);
    }
    // `logs --follow | head` ends with the first line that nobody takes.
    while is_read {
        session.ports.clock.sleep(PAUSE).await;
        match reader.read().await {
            Ok(found) => is_read = print(context, &mut printer, &found, args.format)?,
            // Whoever follows for hours sees the network come and go.
            Err(engine::Error::Cloud(error)) if passes(error.kind) => {
                context.console.say(&format!("{error}; looking again"));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(exit::DONE)
}

/// Whether anybody still reads.
fn print(
    context: &mut Context,
    printer: &mut LogPrinter,
    found: &LogsFound,
    format: LogsFormat,
) -> Result<bool, Error> {
    let text: String = found
        .lines
        .iter()
        .map(|line| match format {
            LogsFormat::Human => printer.human(line),
            LogsFormat::Jsonl => render::log_json(line),
        })
        .collect();
    if text.is_empty() {
        return Ok(true);
    }
    Ok(context.console.data_is_read(&text)?)
}

fn no_lines(args: &LogsArgs) -> String {
    let since = &args.since.text;
    match args.job {
        None => format!("no lines in the last {since}; `--since` looks further back"),
        Some(job) => {
            format!("no line of the last {since} names job {job}; `--since` looks further back")
        }
    }
}

fn tell_left_out(context: &mut Context, printer: &LogPrinter) {
    let left_out = printer.left_out();
    if left_out > 0 {
        context.console.say(&format!(
            "{} of Lambda's own and of metrics left out; `--format jsonl` has them",
            render::count(left_out, "line")
        ));
    }
}

/// Whether it may be well at the next look.
fn passes(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Unreachable | ErrorKind::Timeout | ErrorKind::Throttled | ErrorKind::Server
    )
}
