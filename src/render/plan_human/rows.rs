//! The steps of one layer as lines: sign, name, kind, note in columns; property changes below.

use super::Extent;
use crate::plan::{Action, Check, Difference, SecretStanding, Step, Target};
use crate::render::fit::{columns, pad, printable, shorten, wrap};
use crate::render::groups::{self, Line};
use crate::render::step_text::{Row, row, sign, sum};
use crate::render::style::{Style, Tone};
use crate::render::values::{change_lines, whole_change_lines};

/// Where a step's own details begin.
const INDENT: usize = 6;

fn tone(action: Action) -> Tone {
    match action {
        Action::Create => Tone::Added,
        Action::Update => Tone::Changed,
        Action::Replace => Tone::Replaced,
        Action::Remove => Tone::Removed,
        Action::Invalidate | Action::Check => Tone::Quiet,
    }
}

/// The lines of a layer's steps. Checks share one line.
pub(super) fn lines(steps: &[Step], style: Style, extent: Extent) -> Vec<String> {
    let grouped = groups::lines(steps, extent);
    let is_summed = grouped.iter().any(|line| matches!(line, Line::Rest(_)));
    let rows = grouped.into_iter().filter_map(|line| match line {
        Line::Step(step) => row(step),
        Line::Rest(rest) => Some(sum(&rest)),
    });
    let rows: Vec<Row<'_>> = rows.collect();
    let half = style.columns() / 2;
    let name = rows
        .iter()
        .map(|row| columns(&row.name))
        .max()
        .unwrap_or(0)
        .min(half);
    let kind = rows
        .iter()
        .map(|row| columns(&row.kind))
        .max()
        .unwrap_or(0)
        .min(half);
    let mut lines: Vec<String> = rows
        .iter()
        .flat_map(|row| row.lines(name, kind, style))
        .collect();
    if is_summed {
        lines.push(style.paint(Tone::Quiet, "    every one of them: `--full`"));
    }
    for step in steps {
        if let Target::Paths { paths } = &step.target {
            lines.extend(listed(step.action, paths.iter().map(String::as_str), style));
        }
    }
    let checks: Vec<&str> = steps
        .iter()
        .filter_map(Step::check)
        .map(Check::name)
        .collect();
    if !checks.is_empty() {
        lines.extend(listed(Action::Check, checks, style));
    }
    lines
}

impl Row<'_> {
    fn lines(&self, name: usize, kind: usize, style: Style) -> Vec<String> {
        let width = style.columns() - 4;
        let sign = style.paint(tone(self.action), &sign(self.action).to_string());
        // A long name pushes the columns of its own line to the right, and what no longer fits
        // below.
        let mut text = shorten(&self.name, width);
        let mut below = Vec::new();
        for (part, column) in [(&self.kind, name), (&self.note, name + 2 + kind)] {
            if part.is_empty() {
                continue;
            }
            let padded = column.max(columns(&text));
            if below.is_empty() && padded + 2 + columns(part) <= width {
                text = format!("{}  {part}", pad(&text, padded));
            } else {
                let room = style.columns() - INDENT;
                let wrapped = wrap(part, room).into_iter();
                below.extend(wrapped.map(|line| shorten(&line, room)));
            }
        }
        let mut lines = vec![format!("  {sign} {text}")];
        lines.extend(
            below
                .into_iter()
                .map(|line| format!("{:INDENT$}{line}", "")),
        );
        lines.extend(self.changes.iter().flat_map(|change| {
            if self.whole {
                whole_change_lines(change, INDENT, style)
            } else {
                change_lines(change, INDENT, style)
            }
        }));
        lines
    }
}

/// The secrets that stay as they are, beside those that do not.
pub(super) fn unchanged_secrets(secrets: &[SecretStanding], style: Style) -> Vec<String> {
    let names: Vec<String> = secrets
        .iter()
        .filter(|secret| secret.standing == Difference::Unchanged)
        .map(|secret| printable(&secret.name))
        .collect();
    if names.is_empty() {
        return Vec::new();
    }
    wrap(
        &format!("unchanged: {}", names.join(", ")),
        style.columns() - 4,
    )
    .into_iter()
    .map(|line| style.paint(Tone::Quiet, &format!("    {line}")))
    .collect()
}

/// Several names behind one sign, wrapped.
fn listed<'a>(
    action: Action,
    names: impl IntoIterator<Item = &'a str>,
    style: Style,
) -> Vec<String> {
    let width = style.columns() - 4;
    let names: Vec<_> = names
        .into_iter()
        .map(|name| shorten(&printable(name), width - 1))
        .collect();
    let sign = style.paint(tone(action), &sign(action).to_string());
    let margin = |index: usize| {
        if index == 0 {
            format!("  {sign} ")
        } else {
            " ".repeat(4)
        }
    };
    wrap(&names.join(", "), width)
        .into_iter()
        .enumerate()
        .map(|(index, line)| margin(index) + &line)
        .collect()
}
