//! Lists in the words of an error.

use std::fmt::Display;

use super::Remains;
use crate::plan::Check;
use crate::plan::site::Missing;

/// Each on a line of its own.
pub(super) fn remains(remains: &[Remains]) -> String {
    let line = |Remains { logical_id, what }: &Remains| format!("\n  {logical_id}: {what}");
    remains.iter().map(line).collect()
}

/// `a is`, `a and b are`.
pub(super) fn are(names: &[String]) -> String {
    let verb = if names.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", names.join(" and "))
}

/// Where each missing file is named, on a line of its own.
pub(super) fn named(missing: &[Missing]) -> String {
    let line = |missing: &Missing| {
        let Missing { by, line, key } = missing;
        format!("{}:{line}: {key} is named and is not there", by.display())
    };
    missing.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Checks and what was seen instead, in one line.
pub(super) fn checks(failed: &[(Check, String)]) -> String {
    failed
        .iter()
        .map(|(check, seen)| format!("{check:?}: {seen}"))
        .collect::<Vec<_>>()
        .join("; ")
}

/// Each on lines of its own, as it is.
pub(super) fn below(items: &[impl Display]) -> String {
    let lines = items.iter().map(|item| format!("\n{item}"));
    lines.collect()
}

/// Each on a line of its own, indented.
pub(super) fn indented(items: &[impl Display]) -> String {
    let lines = items.iter().map(|item| format!("\n  {item}"));
    lines.collect()
}
