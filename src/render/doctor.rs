//! What the doctor found, as people read it.

use super::fit::{printable, wrap};
use super::numbers::count;
use super::style::{Style, Tone};
use crate::engine::checkup::{Item, Verdict};

/// Columns of the verdict's word.
const WORD: usize = 6;

/// Every item with its fix below it, and a summary, as text that ends with a newline.
pub fn doctor_human(items: &[Item], style: Style) -> String {
    let longest = items.iter().map(|item| item.item.chars().count()).max();
    // A long name takes a line of its own, so that what was found has room.
    let label = longest.unwrap_or_default().min(style.columns() / 4 + 2) + 2;
    let mut lines: Vec<String> = items
        .iter()
        .flat_map(|item| told(item, label, style))
        .collect();
    lines.push(String::new());
    lines.extend(wrap(&summary(items), style.columns()));
    lines.join("\n") + "\n"
}

fn told(item: &Item, label: usize, style: Style) -> Vec<String> {
    let (word, tone, found, fix) = match &item.verdict {
        Verdict::Good { found } => ("ok", Tone::Added, found, None),
        Verdict::Warning { found, fix } => ("warn", Tone::Changed, found, Some(fix)),
        Verdict::Bad { found, fix } => ("FAIL", Tone::Failed, found, Some(fix)),
        Verdict::NotChecked { why } => ("-", Tone::Quiet, why, None),
    };
    let word = style.paint(tone, &format!("{word:WORD$}"));
    let name = printable(&item.item);
    let below = " ".repeat(WORD + label);
    let room = style.columns().saturating_sub(WORD + label);
    let mut found = wrap(&printable(found), room).into_iter();
    let mut lines = if name.chars().count() + 2 > label {
        vec![format!("{word}{name}")]
    } else {
        let first = found.next().unwrap_or_default();
        vec![format!("{word}{name:label$}{first}")]
    };
    lines.extend(found.map(|line| format!("{below}{line}")));
    if let Some(fix) = fix {
        let wrapped = wrap(&printable(fix), room.saturating_sub(5)).into_iter();
        lines.extend(wrapped.enumerate().map(|(number, line)| {
            let sign = if number == 0 { "fix: " } else { "     " };
            format!("{below}{}{line}", style.paint(Tone::Strong, sign))
        }));
    }
    lines
}

fn summary(items: &[Item]) -> String {
    let of = |is: fn(&Verdict) -> bool| items.iter().filter(|item| is(&item.verdict)).count();
    let bad = of(|verdict| matches!(verdict, Verdict::Bad { .. }));
    let warnings = of(|verdict| matches!(verdict, Verdict::Warning { .. }));
    let unseen = of(|verdict| matches!(verdict, Verdict::NotChecked { .. }));
    let mut parts = vec![match bad {
        0 => format!(
            "{} looked at, nothing has to be mended",
            count(items.len(), "item")
        ),
        bad => format!(
            "{} looked at, {bad} to be mended",
            count(items.len(), "item")
        ),
    }];
    if warnings > 0 {
        parts.push(count(warnings, "warning"));
    }
    if unseen > 0 {
        parts.push(format!("{unseen} not checked"));
    }
    parts.join(", ")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::render) fn items() -> [Item; 5] {
        [
            Item::new(
                "rust",
                Verdict::good("rustc 1.93.0, targets x86_64-unknown-linux-musl"),
            ),
            Item::new(
                "node",
                Verdict::bad(
                    "node was not found on PATH; the local cloud runs edge functions with it",
                    "install Node 20 or newer",
                ),
            ),
            Item::new(
                "disk /data/target",
                Verdict::warning("4.1 GB free", "make room: a first build takes about 5.0 GB"),
            ),
            Item::new(
                "network cloudformation.us-east-1.amazonaws.com",
                Verdict::good("answers"),
            ),
            Item::new(
                "permissions of plan",
                Verdict::not_checked("not supported here"),
            ),
        ]
    }

    #[test]
    fn every_item_stands_with_its_fix() {
        let text = doctor_human(&items(), Style::default());
        insta::assert_snapshot!(text, @r"
        ok    rust                    rustc 1.93.0, targets x86_64-unknown-linux-musl
        FAIL  node                    node was not found on PATH; the local cloud runs
                                      edge functions with it
                                      fix: install Node 20 or newer
        warn  disk /data/target       4.1 GB free
                                      fix: make room: a first build takes about 5.0 GB
        ok    network cloudformation.us-east-1.amazonaws.com
                                      answers
        -     permissions of plan     not supported here

        5 items looked at, 1 to be mended, 1 warning, 1 not checked
        ");
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
    }
}
