//! What a person has to decide, as lines: where it is, and what each side says.

use serde_json::Value;

use super::fit::{printable, shorten};
use super::hanging::hanging;
use super::style::{Style, Tone};
use crate::hint::in_environment;
use crate::plan::Conflict;
use crate::seed::choices;

/// Columns of the sides' names.
const SIDE: usize = 11;

/// The lines of conflicts, and of what can be done about them. Commands are never broken.
pub(super) fn lines(conflicts: &[Conflict], environment: &str, style: Style) -> Vec<String> {
    let mut lines: Vec<String> = conflicts
        .iter()
        .flat_map(|conflict| conflict_lines(conflict, style))
        .collect();
    let hint = in_environment(&choices(conflicts), environment);
    lines.extend(hanging("    hint: ", Tone::Strong, &hint, style));
    lines
}

fn conflict_lines(conflict: &Conflict, style: Style) -> Vec<String> {
    let told = |text: &str| hanging("  ! ", Tone::Failed, text, style);
    match conflict {
        Conflict::Both {
            path,
            base,
            ours,
            theirs,
        } => {
            let mut lines = told(path);
            let base = base.as_ref().map(|base| ("last pushed", Some(base)));
            let sides = [("ours", ours.as_ref()), ("theirs", theirs.as_ref())];
            for (name, value) in base.into_iter().chain(sides) {
                let value = shorten(&side(value), style.columns() - SIDE - 8);
                lines.push(format!("      {name:<SIDE$}  {value}"));
            }
            lines
        }
        Conflict::Together { .. } | Conflict::Foreign { .. } | Conflict::Gone => {
            told(&conflict.to_string())
        }
    }
}

fn side(value: Option<&Value>) -> String {
    match value {
        Some(value) => printable(&value.to_string()),
        None => "(not there)".to_owned(),
    }
}
