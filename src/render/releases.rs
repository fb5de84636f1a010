//! What was deployed and proved, as a list for people.

use super::hanging::hanging;
use super::numbers::count;
use super::style::{Style, Tone};
use crate::plan::Release;

/// A release each with what it was made of, the newest first; what a rollback puts back below it. Ends with a newline.
pub fn releases_human(releases: &[Release], style: Style) -> String {
    if releases.is_empty() {
        return "no releases yet: every proved `apply` makes one\n".to_owned();
    }
    let mut lines = Vec::new();
    for release in releases {
        let revision = release.revision.as_deref().unwrap_or("no revision");
        let (revision, dirty) = match revision.strip_suffix("-dirty") {
            Some(revision) => (revision, " with changes"),
            None => (revision, ""),
        };
        let revision = revision.get(..12).unwrap_or(revision);
        let files = count(release.content.page.len(), "page file");
        let label = format!("{}  ", release.id);
        let text = format!("{revision}{dirty}, {files}");
        lines.extend(hanging(&label, Tone::Strong, &text, style));
        let restored = release.restores.iter();
        lines.extend(restored.map(|id| format!("  puts back {id}")));
    }
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
pub(super) mod tests {
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
            headers: None,
            page: BTreeMap::new(),
            given: None,
        };
        Release::of(
            id.to_owned(),
            Timestamp::UNIX_EPOCH,
            revision.map(str::to_owned),
            restores.map(str::to_owned),
            content,
        )
    }

    pub(in crate::render) fn sample() -> [Release; 3] {
        let hash = "0123456789abcdef0123456789abcdef01234567";
        let dirty = format!("{hash}-dirty");
        [
            release(
                "20261126-190211-004711-4711",
                Some(hash),
                Some("20261125-080000-000001-77"),
            ),
            release("20261126-185500-000002-4700", Some(&dirty), None),
            release("20261125-080000-000001-77", None, None),
        ]
    }

    #[test]
    fn each_release_says_where_it_comes_from() {
        let text = releases_human(&sample(), Style::default());
        insta::assert_snapshot!(text, @r"
        20261126-190211-004711-4711  0123456789ab, 0 page files
          puts back 20261125-080000-000001-77
        20261126-185500-000002-4700  0123456789ab with changes, 0 page files
        20261125-080000-000001-77  no revision, 0 page files
        ");
        assert_eq!(
            releases_human(&[], Style::default()),
            "no releases yet: every proved `apply` makes one\n"
        );
    }
}
