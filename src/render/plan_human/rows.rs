//! The steps of one layer as lines: sign, name, kind, note in columns; property changes below.

use super::Extent;
use super::groups::{self, Line, Rest};
use crate::plan::{
    Action, Check, Difference, PropertyChange, Reason, SecretStanding, Step, Target,
};
use crate::ports::Replacement;
use crate::render::fit::{columns, printable, shorten, wrap};
use crate::render::numbers::{bytes, whole};
use crate::render::style::{Style, Tone};
use crate::render::values::{change_lines, whole_change_lines};

/// Where a step's own details begin.
const INDENT: usize = 6;

/// The sign of an action; each also stands beside its word in the layer's counts.
pub(super) fn sign(action: Action) -> char {
    match action {
        Action::Create => '+',
        Action::Update => '~',
        Action::Replace => '±',
        Action::Remove => '-',
        Action::Invalidate => '>',
        Action::Check => '?',
    }
}

fn tone(action: Action) -> Tone {
    match action {
        Action::Create => Tone::Added,
        Action::Update => Tone::Changed,
        Action::Replace => Tone::Replaced,
        Action::Remove => Tone::Removed,
        Action::Invalidate | Action::Check => Tone::Quiet,
    }
}

/// One step, taken apart for the columns.
struct Row<'a> {
    action: Action,
    name: String,
    kind: String,
    note: String,
    changes: &'a [PropertyChange],
    /// Whether what is added is shown whole: nobody else declares it.
    whole: bool,
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
    let checks: Vec<&str> = steps.iter().filter_map(check).collect();
    if !checks.is_empty() {
        lines.extend(listed(Action::Check, checks, style));
    }
    lines
}

fn row(step: &Step) -> Option<Row<'_>> {
    let (name, kind, note, changes): (&str, String, String, &[PropertyChange]) = match &step.target
    {
        Target::Resource {
            logical_id,
            resource_type,
            replacement,
            changes,
        } => (
            logical_id,
            resource_type.clone(),
            resource_note(step, *replacement),
            changes,
        ),
        Target::Output { name, changes } => (name, "output".to_owned(), String::new(), changes),
        Target::StackTags { changes } => {
            ("tags", "of the stack".to_owned(), String::new(), changes)
        }
        Target::Package {
            function,
            key,
            bytes: size,
        } => (
            function,
            bytes(*size),
            format!("{}: {}", reason(step.reason), shorten(key, 36)),
            &[],
        ),
        Target::Object {
            key,
            bytes: size,
            changes,
        } => {
            let size = moved(step.action, *size);
            (key, size, reason(step.reason).to_owned(), changes)
        }
        Target::Secret { name, changes } => (
            name,
            "secret".to_owned(),
            secret_note(step).to_owned(),
            changes,
        ),
        Target::EdgeKey { key } => (key, "key".to_owned(), reason(step.reason).to_owned(), &[]),
        Target::Manifest { .. } => (
            "record",
            "of the page's objects".to_owned(),
            "does not tell what lies there".to_owned(),
            &[],
        ),
        Target::Routes { routes } => (
            "served routes",
            String::new(),
            format!("no longer declared: {}", routes.join(", ")),
            &[],
        ),
        Target::Distribution { id, changes } => (
            id,
            "distribution".to_owned(),
            "not ours: nothing else is touched".to_owned(),
            changes,
        ),
        Target::BucketPolicy { bucket, changes } => (
            bucket,
            "bucket policy".to_owned(),
            "not ours: nothing else is touched".to_owned(),
            changes,
        ),
        Target::Document { name, changes } => {
            (name, String::new(), reason(step.reason).to_owned(), changes)
        }
        Target::Webhook { subject, changes } => {
            (subject, "webhook".to_owned(), String::new(), changes)
        }
        Target::Paths { .. } | Target::Check { .. } => return None,
    };
    // What is made anew or goes is told by its name; only what changes shows how.
    let changes = if matches!(step.action, Action::Update | Action::Replace) {
        changes
    } else {
        &[]
    };
    Some(Row {
        action: step.action,
        name: printable(name),
        kind: printable(&kind),
        note: printable(&note),
        changes,
        whole: matches!(
            step.target,
            Target::Distribution { .. } | Target::BucketPolicy { .. }
        ),
    })
}

/// Page files that are counted only.
fn sum(rest: &Rest) -> Row<'static> {
    Row {
        action: rest.action,
        name: format!("… and {} more", whole(rest.count)),
        kind: moved(rest.action, rest.bytes),
        note: reason(rest.reason).to_owned(),
        changes: &[],
        whole: false,
    }
}

/// The size of what goes up; of what is removed nobody knows it.
fn moved(action: Action, size: u64) -> String {
    if action == Action::Remove {
        String::new()
    } else {
        bytes(size)
    }
}

fn resource_note(step: &Step, replacement: Replacement) -> String {
    let because = match step.reason {
        Reason::Dependency => "follows from another change",
        Reason::Drift => "changed outside the stack: put back",
        _ => "",
    };
    let verdict = match (step.action, replacement) {
        (Action::Replace, _) => "replaces: the old one is removed",
        (Action::Update, Replacement::Conditional) => "may be replaced: known only while it runs",
        (Action::Update, Replacement::Unknown) => "replaced or not: not known yet",
        (Action::Update, Replacement::Never | Replacement::Always)
        | (Action::Create | Action::Remove | Action::Invalidate | Action::Check, _) => "",
    };
    match (verdict, because) {
        ("", because) => because.to_owned(),
        (verdict, "") => verdict.to_owned(),
        (verdict, because) => format!("{verdict}; {because}"),
    }
}

/// How a secret stands; what it holds is never told.
fn secret_note(step: &Step) -> &'static str {
    match (step.action, step.reason) {
        (_, Reason::ScheduledForDeletion) => "missing: its deletion is taken back",
        (Action::Create, _) => "missing",
        (_, Reason::Declaration) => "changed: its tags",
        (_, Reason::Dependency) => "changed: follows the deployer's key",
        _ => "changed",
    }
}

fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::New => "new",
        Reason::Content => "content",
        Reason::Headers => "headers",
        Reason::Forced => "forced",
        Reason::Declaration => "declaration",
        Reason::Dependency => "dependency",
        Reason::Drift => "changed outside the stack",
        Reason::Undeclared => "no longer declared",
        Reason::ScheduledForDeletion => "scheduled for deletion",
        Reason::Deployed => "deployed",
    }
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
                text = format!("{text:<padded$}  {part}");
            } else {
                below.extend(wrap(part, style.columns() - INDENT));
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

fn check(step: &Step) -> Option<&'static str> {
    match &step.target {
        Target::Check { check } => Some(match check {
            Check::Function => "function",
            Check::Routes => "routes",
            Check::Health => "health",
            Check::Preflight => "preflight",
            Check::Page => "page",
            Check::Strangers => "strangers",
        }),
        Target::Resource { .. }
        | Target::Output { .. }
        | Target::StackTags { .. }
        | Target::Routes { .. }
        | Target::Secret { .. }
        | Target::EdgeKey { .. }
        | Target::Package { .. }
        | Target::Object { .. }
        | Target::Manifest { .. }
        | Target::Distribution { .. }
        | Target::BucketPolicy { .. }
        | Target::Document { .. }
        | Target::Webhook { .. }
        | Target::Paths { .. } => None,
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
