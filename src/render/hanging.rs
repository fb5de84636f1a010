//! A label and the text behind it, in as many lines as it takes.

use super::fit::{columns, printable, wrap};
use super::style::{Style, Tone};

/// The label in its colour, and the text behind it; what does not fit into the line goes on below, in the column where
/// the text began. Nothing is cut, and what is between backquotes stays whole: it is there to be copied.
pub(super) fn hanging(label: &str, tone: Tone, text: &str, style: Style) -> Vec<String> {
    let (margin, text) = (columns(label), printable(text));
    let room = style.columns().saturating_sub(margin);
    let lines = if columns(&text) <= room {
        // With every space that it has: it may be aligned.
        vec![text]
    } else {
        wrap(&text, room)
    };
    let mut lines = lines.into_iter();
    let first = lines.next().unwrap_or_default();
    let first = format!("{}{first}", style.paint(tone, label));
    let rest = lines.map(|line| format!("{:margin$}{line}", ""));
    [first].into_iter().chain(rest).collect()
}

/// Lines of which those that are too long go on below, as far in as their text began, behind a `- ` or a `+ `. Without
/// escape sequences.
pub fn fitted(text: &str, style: Style) -> String {
    let lines = text.lines().flat_map(|line| {
        let words = line.trim_start();
        let listed = words
            .strip_prefix("- ")
            .or_else(|| words.strip_prefix("+ "));
        let words = listed.unwrap_or(words);
        let (margin, words) = line.split_at(line.len() - words.len());
        if columns(line) <= style.columns() {
            vec![line.to_owned()]
        } else {
            hanging(margin, Tone::Plain, words, style)
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_goes_on_where_it_began_and_commands_stay_whole() {
        let style = Style {
            color: false,
            width: 40,
        };
        let text = "run `qdn-infra plan --env staging --refresh` and read\twhat moved";
        assert_eq!(
            hanging("  ! ", Tone::Failed, text, style),
            [
                "  ! run",
                "    `qdn-infra plan --env staging --refresh`",
                "    and read what moved"
            ]
        );
        assert_eq!(hanging("- ", Tone::Plain, "a   b", style), ["- a   b"]);
        assert_eq!(hanging("- ", Tone::Plain, "", style), ["- "]);
        assert_eq!(
            fitted("- from a bucket: one, two, three, four, five", style),
            "- from a bucket: one, two, three, four,\n  five"
        );
        let text = "a   b\n  a line that is longer than forty columns are";
        assert_eq!(
            fitted(text, style),
            "a   b\n  a line that is longer than forty\n  columns are"
        );
    }
}
