//! `qdn-infra seed …`: the maintenance data that this checkout wants, beside what lies live.

use std::fs;
use std::path::Path;

use serde::Serialize;

use crate::cli::args::{DiffArgs, ListFormat, PullArgs, PushArgs, SeedAction, SeedArgs, Side};
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::cli::file;
use crate::engine::{self, SeedDesk};
use crate::plan::{Conflict, PropertyChange};
use crate::render;
use crate::seed::{self, Change, Comparison, Put, Take};

use super::apply::confirm;

/// Shows, pushes or pulls.
pub async fn run(context: &mut Context, args: &SeedArgs) -> Result<u8, Error> {
    // A seed with mistakes is refused before any cloud is opened.
    let seed = context.project.seed()?;
    let (environment, session) = context.connect().await?;
    let sink = context.sink.clone();
    let desk = SeedDesk::open(&environment, &seed, &session.ports, sink.as_ref()).await?;
    match &args.action {
        SeedAction::Diff(args) => diff(context, &desk.compare(None), *args),
        SeedAction::Push(args) => push(context, &environment, &desk, *args).await,
        SeedAction::Pull(args) => pull(context, &desk, *args),
    }
}

fn diff(context: &mut Context, compared: &Comparison, args: DiffArgs) -> Result<u8, Error> {
    let text = match args.format {
        ListFormat::Human => {
            render::seed_human(compared, &context.environment, context.console.out_style)
        }
        ListFormat::Json => json(compared),
    };
    context.console.data(&text)?;
    Ok(if args.detailed_exitcode && !compared.is_empty() {
        exit::CHANGES
    } else {
        exit::DONE
    })
}

async fn push(
    context: &mut Context,
    environment: &engine::Environment,
    desk: &SeedDesk<'_>,
    args: PushArgs,
) -> Result<u8, Error> {
    let take = args.take.map(Side::plain);
    let compared = desk.compare(take);
    let console = &mut context.console;
    let shown = render::seed_human(&compared, &context.environment, console.out_style);
    console.data(&shown)?;
    refuse_conflicts(&compared)?;
    if compared.put == Put::Nothing && !compared.record {
        return Ok(exit::DONE);
    }
    confirm(console, environment, args.yes, &context.stop).await?;
    desk.push(take).await?;
    console.say("the live document holds what is ours");
    Ok(exit::DONE)
}

fn pull(context: &mut Context, desk: &SeedDesk<'_>, args: PullArgs) -> Result<u8, Error> {
    let take = args.take.map(Side::plain);
    let compared = desk.compare(take);
    let console = &mut context.console;
    let shown = render::seed_human(&compared, &context.environment, console.out_style);
    console.data(&shown)?;
    refuse_conflicts(&compared)?;
    if compared.put == Put::Create {
        return Err(Error::NothingToPull);
    }
    let path = context.project.seed_file();
    let said = if replace(&path, &compared.merged.text())? {
        format!(
            "{} has what people changed; the next apply takes note of it",
            seed::FILE
        )
    } else {
        format!("{} stays as it is", seed::FILE)
    };
    context.console.say(&said);
    Ok(exit::DONE)
}

fn refuse_conflicts(compared: &Comparison) -> Result<(), Error> {
    let conflicts = compared.conflicts.clone();
    if conflicts.is_empty() {
        Ok(())
    } else {
        Err(engine::Error::SeedConflict { conflicts }.into())
    }
}

/// Gives the file this text at once or not at all. Tells whether it was another one.
fn replace(path: &Path, text: &str) -> Result<bool, Error> {
    if fs::read(path).is_ok_and(|bytes| bytes == text.as_bytes()) {
        return Ok(false);
    }
    file::replace(path, text.as_bytes(), 0o666)?;
    Ok(true)
}

/// The comparison for programs.
#[derive(Serialize)]
struct Document<'a> {
    ours: Vec<PropertyChange>,
    theirs: Vec<PropertyChange>,
    conflicts: &'a [Conflict],
}

fn json(compared: &Comparison) -> String {
    let plain = |changes: &[Change]| changes.iter().cloned().map(Into::into).collect();
    let document = Document {
        ours: plain(&compared.ours),
        theirs: plain(&compared.theirs),
        conflicts: &compared.conflicts,
    };
    let text = serde_json::to_string_pretty(&document);
    text.expect("changes are plain values") + "\n"
}

impl Side {
    const fn plain(self) -> Take {
        match self {
            Self::Ours => Take::Ours,
            Self::Theirs => Take::Theirs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_only_when_it_differs() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("maintenance.json");
        assert!(replace(&path, "one").unwrap());
        assert!(!replace(&path, "one").unwrap());
        assert!(replace(&path, "two").unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let nowhere = folder.path().join("nowhere/maintenance.json");
        assert!(matches!(replace(&nowhere, "one"), Err(Error::File { .. })));
    }
}
