//! A plan as people read it: a line for each layer, its steps below, findings, and one line that
//! sums it up.

mod rows;

use super::fit::{printable, wrap};
use super::hanging::hanging;
use super::numbers::count;
use super::standing::Standing;
use super::style::{Style, Tone};
use super::tally::Tally;
use super::{conflicts, findings, repairs, risks};
use crate::plan::{LayerPlan, Plan};
use crate::ports::ChangeSetKind;

/// Columns of the layers' names.
const NAME: usize = 10;

/// How much is shown of many page files that are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The first few, and how many more there are.
    Summed,
    /// Every one.
    Full,
}

/// The plan as text that ends with a newline. Lines fit the width; commands to be copied are never
/// broken.
pub fn plan_human(plan: &Plan, style: Style, extent: Extent) -> String {
    let place = format!("{} in {}/{}", plan.stack, plan.account, plan.region);
    let mut lines = Vec::new();
    let standing = Standing::of(plan);
    if standing == Standing::Changes {
        lines.extend(strong(
            wrap(&format!("{}: {place}", plan.environment), style.columns()),
            style,
        ));
        lines.push(String::new());
        for layer in &plan.layers {
            lines.extend(layer_lines(layer, plan, style, extent));
        }
        let risks = risks::lines(plan, style);
        if !risks.is_empty() {
            lines.push(String::new());
            lines.extend(risks);
        }
        let steps = plan.layers.iter().flat_map(|layer| &layer.steps);
        let summary = Tally::of(steps).lines("plan: ", "", style.columns());
        lines.push(String::new());
        lines.extend(strong(summary, style));
    } else {
        for layer in &plan.layers {
            let is_told = layer.not_observed.is_some()
                || !layer.conflicts.is_empty()
                || !layer.steps.is_empty()
                || layer.repair.is_some();
            if is_told {
                lines.extend(layer_lines(layer, plan, style, extent));
            } else {
                lines.extend(finding_lines(layer, plan, style));
            }
        }
        lines.extend(risks::lines(plan, style));
        let said = match standing {
            Standing::PutRight => format!("what else changes in {place} is known only then"),
            Standing::Undecided => {
                format!("nothing changes in {place} before that is decided")
            }
            Standing::PartlySeen => format!("no changes in what was observed of {place}"),
            Standing::Unproved => {
                format!("{place} is as declared; what is left to do is the proof")
            }
            Standing::AsDeclared | Standing::Changes => {
                format!("no changes: {place} is as declared")
            }
        };
        lines.extend(strong(wrap(&said, style.columns()), style));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn strong(lines: Vec<String>, style: Style) -> impl Iterator<Item = String> {
    lines
        .into_iter()
        .map(move |line| style.paint(Tone::Strong, &line))
}

fn layer_lines(layer: &LayerPlan, plan: &Plan, style: Style, extent: Extent) -> Vec<String> {
    let name = format!("{:<NAME$}", layer.layer.name());
    let mut lines = Vec::new();
    if let Some(why) = &layer.not_observed {
        let (what, fix) = findings::not_observed(layer.layer, why);
        let said = wrap(&printable(&what), style.columns() - NAME - 1);
        lines.extend(beside(&style.paint(Tone::Strong, &name), said));
        if let Some(fix) = fix {
            lines.extend(hanging("    hint: ", Tone::Strong, &fix, style));
        }
    } else if !layer.conflicts.is_empty() {
        let conflicts = count(layer.conflicts.len(), "conflict");
        let name = style.paint(Tone::Strong, &name);
        lines.push(format!("{name} waits for a decision: {conflicts}"));
        lines.extend(conflicts::lines(&layer.conflicts, &plan.environment, style));
    } else if layer.steps.is_empty() && layer.repair.is_some() {
        let said = "is put right first";
        lines.push(format!("{} {said}", style.paint(Tone::Strong, &name)));
    } else if layer.steps.is_empty() {
        lines.push(format!("{name} {}", style.paint(Tone::Quiet, "no changes")));
    } else {
        let into =
            layer
                .deployment
                .as_ref()
                .map_or_else(String::new, |deployment| match deployment.kind {
                    ChangeSetKind::Create => format!(" in the new stack {}", deployment.stack),
                    ChangeSetKind::Update => format!(" in stack {}", deployment.stack),
                });
        let said = Tally::of(&layer.steps).lines("", &into, style.columns() - NAME - 1);
        lines.extend(beside(&style.paint(Tone::Strong, &name), said));
        lines.extend(rows::lines(&layer.steps, style, extent));
        lines.extend(rows::unchanged_secrets(&layer.secrets, style));
    }
    lines.extend(repairs::lines(layer.repair.as_ref(), style));
    lines.extend(finding_lines(layer, plan, style));
    lines
}

/// Lines beside a layer's name, which stands on the first of them.
fn beside(name: &str, said: Vec<String>) -> impl Iterator<Item = String> {
    said.into_iter().enumerate().map(move |(index, line)| {
        if index == 0 {
            format!("{name} {line}")
        } else {
            format!("{:NAME$} {line}", "")
        }
    })
}

fn finding_lines(layer: &LayerPlan, plan: &Plan, style: Style) -> Vec<String> {
    let mut lines = Vec::new();
    for finding in &layer.findings {
        let Some((what, fix)) = findings::words(finding, plan) else {
            continue;
        };
        if findings::is_quiet(finding) {
            lines.extend(hanging("    ", Tone::Quiet, &what, style));
        } else {
            lines.extend(hanging("  ! ", Tone::Failed, &what, style));
        }
        if let Some(fix) = fix {
            lines.extend(hanging("    hint: ", Tone::Strong, &fix, style));
        }
    }
    lines
}

#[cfg(test)]
mod tests;
