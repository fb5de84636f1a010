//! A plan as Markdown, for a comment on a pull request and for a job's summary. Whatever comes from a plan stands in
//! code, which GitHub shows as it is: no mention, link, markup or HTML can come out of a name or a value.

mod budget;
mod code;
mod section;

use super::numbers::count;
use super::plan_human::Extent;
use super::standing::Standing;
use super::tally::Tally;
use crate::plan::{LayerPlan, Plan};
use budget::{Kept, kept};
use code::span;
use section::{Section, layer_section, risk_section};

/// Characters of a document, at most. A comment on GitHub holds 65,536, a job's summary 1 MiB; the rest is for what a
/// workflow adds.
pub const MARKDOWN_LIMIT: usize = 65_000;

/// What stands in the hidden comment with which every document of an environment begins, so that the comment of an
/// earlier plan is found and written anew.
pub fn markdown_marker(environment: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let name: String = environment.chars().take(64).map(plain).collect();
    format!("<!-- qdn-infra plan {name} -->")
}

/// The plan as Markdown that ends with a newline and is never longer than `limit` characters, as long as that is more
/// than a few thousand. What does not fit is left out from the end of what matters least: details first, of the last
/// layer first, then steps, then risks; how much it was is said at the end.
pub fn plan_markdown(plan: &Plan, extent: Extent, limit: usize) -> String {
    let mut sections = vec![risk_section(plan)];
    let layers = plan.layers.iter();
    sections.extend(layers.map(|layer| layer_section(layer, plan, extent)));
    let head = head(plan);
    let room = limit.saturating_sub(size(&head) + size(&left_out(plan, usize::MAX, usize::MAX)));
    let kept = kept(&sections, room);
    let mut text = head;
    for (section, kept) in sections.iter().zip(&kept) {
        text.push_str(&section.text(*kept));
    }
    let all = |pick: fn(&Kept) -> usize, of: &[Kept]| of.iter().map(pick).sum::<usize>();
    let whole: Vec<Kept> = sections.iter().map(Section::whole).collect();
    let lines = all(|kept| kept.lines, &whole) - all(|kept| kept.lines, &kept);
    let details = all(|kept| kept.details, &whole) - all(|kept| kept.details, &kept);
    if lines + details > 0 {
        text.push_str(&left_out(plan, lines, details));
    }
    text
}

/// Characters of a text, counted as the platform does that counts most: a sign outside the basic plane is two.
fn size(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Marker, one line that sums up, where it is, and a table of the layers.
fn head(plan: &Plan) -> String {
    let steps = plan.layers.iter().flat_map(|layer| &layer.steps);
    let said = match Standing::of(plan) {
        Standing::Changes => Tally::of(steps).words(),
        Standing::PutRight => "a stack has to be put right first".to_owned(),
        Standing::Undecided => "nothing changes before something is decided".to_owned(),
        Standing::PartlySeen => "no changes in what was observed".to_owned(),
        Standing::Unproved => "no changes, but the proof of what is there".to_owned(),
        Standing::AsDeclared => "no changes".to_owned(),
    };
    let marker = markdown_marker(&plan.environment);
    let (environment, stack) = (span(&plan.environment), span(&plan.stack));
    let (account, region) = (span(&plan.account), span(&plan.region));
    let mut parts = vec![format!(
        "{marker}\n## Plan for {environment}: {said}\n\nStack {stack} in account {account}, region {region}.\n"
    )];
    let waits = match (plan.blocked().len(), plan.conflicts().count()) {
        (0, 0) => None,
        (risks, 0) => Some(format!("{} to be allowed by name", has(risks, "risk"))),
        (0, conflicts) => Some(format!("{} to be decided", has(conflicts, "conflict"))),
        (risks, conflicts) => Some(format!(
            "{} to be allowed by name, and {} to be decided",
            has(risks, "risk"),
            has(conflicts, "conflict")
        )),
    };
    if let Some(waits) = waits {
        parts.push(format!("\n> [!CAUTION]\n> {waits}.\n"));
    }
    parts.push("\n| layer | |\n|---|---|\n".to_owned());
    for layer in &plan.layers {
        parts.push(format!("| {} | {} |\n", layer.layer.name(), summary(layer)));
    }
    parts.concat()
}

fn has(number: usize, one: &str) -> String {
    let verb = if number == 1 { "has" } else { "have" };
    format!("{} {verb}", count(number, one))
}

/// One layer in a few words, all of them ours.
fn summary(layer: &LayerPlan) -> String {
    let said = if layer.not_observed.is_some() {
        "**not observed**".to_owned()
    } else if !layer.conflicts.is_empty() {
        format!(
            "waits for a decision: {}",
            count(layer.conflicts.len(), "conflict")
        )
    } else if layer.steps.is_empty() && layer.repair.is_some() {
        "is put right first".to_owned()
    } else if layer.steps.is_empty() {
        "no changes".to_owned()
    } else {
        Tally::of(&layer.steps).words()
    };
    match layer.findings.len() {
        0 => said,
        findings => format!("{said}; {}", count(findings, "finding")),
    }
}

/// How much is not there, and how to see it.
fn left_out(plan: &Plan, lines: usize, details: usize) -> String {
    let what = match (lines, details) {
        (0, details) => format!("the details of {}", count(details, "step")),
        (lines, 0) => count(lines, "line"),
        (lines, details) => format!(
            "{} and the details of {}",
            count(lines, "line"),
            count(details, "step")
        ),
    };
    let name = span(&format!("qdn-infra plan --env {} --full", plan.environment));
    format!("\n_Left out, because GitHub shows no more: {what}. All of it:_ {name}\n")
}

#[cfg(test)]
mod tests;
