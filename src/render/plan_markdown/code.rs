//! Code in Markdown: the one place where whatever a value holds is only shown.

use crate::render::fit::{printable, shorten};

/// Columns of a name within a sentence, at most.
const SPAN: usize = 80;

/// A name inside a line.
pub(super) fn span(text: &str) -> String {
    // Marks that are put upon other signs take no column, and there may be any number of them.
    let text: String = printable(text).chars().take(4 * SPAN).collect();
    let text = shorten(&text, SPAN);
    let text = text.trim();
    if text.is_empty() {
        return "` `".to_owned();
    }
    let fence = "`".repeat(longest_run(text) + 1);
    // A sign of its own beside the fence would belong to it; Markdown takes one space off each end.
    let space = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{space}{text}{space}{fence}")
}

/// The fence of a block that holds these lines: one longer than any run of its sign in them, three at least.
pub(super) fn fence<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let longest = lines.map(longest_run).max().unwrap_or(0);
    "`".repeat((longest + 1).max(3))
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`').map(str::len);
    runs.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_longer_than_what_it_holds() {
        assert_eq!(span("Jobs"), "`Jobs`");
        assert_eq!(span("a`b"), "``a`b``");
        assert_eq!(span("``"), "``` `` ```");
        assert_eq!(span(" \n"), "`\\u{a}`");
        assert_eq!(span(""), "` `");
        assert_eq!(span("@all <b>|"), "`@all <b>|`");
        assert_eq!(fence(["a", "````", "``"].into_iter()), "`````");
        assert_eq!(fence(std::iter::empty()), "```");
    }
}
