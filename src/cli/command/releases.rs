//! `qdn-infra releases`: lists what was deployed and proved, the newest first.

use crate::cli::args::{ListArgs, ListFormat};
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::engine;
use crate::plan::Release;
use crate::render;

/// Prints the releases.
pub async fn run(context: &mut Context, args: ListArgs) -> Result<u8, Error> {
    let (environment, session) = context.connect().await?;
    let releases = engine::releases(&environment, &session.ports).await?;
    let text = match args.format {
        ListFormat::Human => human(&releases),
        ListFormat::Json => {
            let mut text = serde_json::to_string_pretty(&releases).expect("releases are JSON");
            text.push('\n');
            text
        }
    };
    context.console.data(&text)?;
    Ok(exit::DONE)
}

/// One line a release; what it puts back, when it is a rollback, below it.
fn human(releases: &[Release]) -> String {
    if releases.is_empty() {
        return "no releases yet: every proved `apply` makes one\n".to_owned();
    }
    let line = |release: &Release| {
        let revision = release.revision.as_deref().unwrap_or("no revision");
        let (revision, dirty) = match revision.strip_suffix("-dirty") {
            Some(revision) => (revision, " with changes"),
            None => (revision, ""),
        };
        let revision = revision.get(..12).unwrap_or(revision);
        let files = render::count(release.content.page.len(), "page file");
        let restored = release.restores.as_ref();
        let below = restored.map_or_else(String::new, |id| format!("  puts back {id}\n"));
        format!("{}  {revision}{dirty}, {files}\n{below}", release.id)
    };
    releases.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::Timestamp;

    use super::*;
    use crate::plan::Content;

    fn release(id: &str, revision: Option<&str>, restores: Option<&str>) -> Release {
        let content = Content {
            template: "{}".to_owned(),
            parameters: BTreeMap::new(),
            packages: BTreeMap::new(),
            health: "/api/health".to_owned(),
            page: BTreeMap::new(),
        };
        Release::of(
            id.to_owned(),
            Timestamp::UNIX_EPOCH,
            revision.map(str::to_owned),
            restores.map(str::to_owned),
            content,
        )
    }

    #[test]
    fn each_release_says_where_it_comes_from() {
        let hash = "0123456789abcdef0123456789abcdef01234567";
        let dirty = format!("{hash}-dirty");
        let text = human(&[
            release(
                "20261126-190211-004711-4711",
                Some(hash),
                Some("20261125-080000-000001-77"),
            ),
            release("20261126-185500-000002-4700", Some(&dirty), None),
            release("20261125-080000-000001-77", None, None),
        ]);
        insta::assert_snapshot!(text, @r"
        20261126-190211-004711-4711  0123456789ab, 0 page files
          puts back 20261125-080000-000001-77
        20261126-185500-000002-4700  0123456789ab with changes, 0 page files
        20261125-080000-000001-77  no revision, 0 page files
        ");
        assert_eq!(
            human(&[]),
            "no releases yet: every proved `apply` makes one\n"
        );
    }
}
