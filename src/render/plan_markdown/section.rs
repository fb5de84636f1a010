//! The parts of a document: the risks, and each layer's steps with what differs in them.

use super::budget::Kept;
use super::code::fence;
use super::size;
use crate::plan::{
    Action, Check, Finding, LayerPlan, Plan, PropertyChange, Severity, Step, Target,
};
use crate::render::fit::{columns, pad, printable, shorten, wrap};
use crate::render::groups::{self, Line};
use crate::render::numbers::count;
use crate::render::plan_human::Extent;
use crate::render::step_text::{Row, row, sum};
use crate::render::style::Style;
use crate::render::values::change_lines;
use crate::render::{conflicts, findings, repairs, risks};

/// Columns of a line; GitHub lets longer ones scroll.
const WIDTH: usize = 120;
/// Columns of the names of steps, at most.
const NAME: usize = 60;
/// Lines of one step's details, at most.
const MOST_LINES: usize = 200;

/// One part of a document.
#[derive(Debug)]
pub(super) struct Section {
    /// Its heading; of our words alone.
    head: String,
    /// Lines of a diff: green with `+`, red with `-`, orange with `!`, grey with `#`.
    pub(super) lines: Vec<String>,
    /// What differs, by step; folded away.
    pub(super) details: Vec<Vec<String>>,
}

impl Section {
    /// All of it.
    pub(super) fn whole(&self) -> Kept {
        Kept {
            lines: self.lines.len(),
            details: self.details.len(),
        }
    }

    /// Characters around the lines.
    pub(super) fn frame(&self) -> usize {
        size(&self.opening()) + size(&self.closing())
    }

    /// Characters around the details.
    pub(super) fn details_frame(&self) -> usize {
        size(&self.details_opening(self.details.len())) + size(&self.details_closing())
    }

    /// As much of it as is kept.
    pub(super) fn text(&self, kept: Kept) -> String {
        let mut text = String::new();
        let mut block = |lines: &[String]| {
            for line in lines {
                text.push_str(line);
                text.push('\n');
            }
        };
        if kept.lines > 0 {
            block(&[self.opening().trim_end_matches('\n').to_owned()]);
            block(&self.lines[..kept.lines]);
            block(&[self.closing().trim_end_matches('\n').to_owned()]);
        }
        if kept.details > 0 {
            let opening = self.details_opening(kept.details);
            block(&[opening.trim_end_matches('\n').to_owned()]);
            for detail in &self.details[..kept.details] {
                block(detail);
            }
            block(&[self.details_closing().trim_end_matches('\n').to_owned()]);
        }
        text
    }

    fn fence(&self) -> String {
        fence(self.lines.iter().map(String::as_str))
    }

    fn details_fence(&self) -> String {
        fence(self.details.iter().flatten().map(String::as_str))
    }

    fn opening(&self) -> String {
        format!("\n### {}\n\n{}diff\n", self.head, self.fence())
    }

    fn closing(&self) -> String {
        format!("{}\n", self.fence())
    }

    fn details_opening(&self, steps: usize) -> String {
        let steps = count(steps, "step");
        let fence = self.details_fence();
        format!("\n<details><summary>What differs in {steps}</summary>\n\n{fence}diff\n")
    }

    fn details_closing(&self) -> String {
        format!("{}\n\n</details>\n", self.details_fence())
    }
}

/// What the plan puts at risk, the gravest first.
pub(super) fn risk_section(plan: &Plan) -> Section {
    let lines = plan.risks().into_iter().flat_map(|risk| {
        let (sign, allowed) = match risk.severity() {
            Severity::High => ('-', risk.is_allowed(&plan.allowed)),
            Severity::Medium => ('!', true),
            Severity::Low => ('#', true),
        };
        let mut said = risk.to_string();
        let flag = risk.flag();
        if allowed && flag.is_some() {
            said.push_str(" (allowed)");
        }
        let margin = format!("{sign} {:<8}", risks::name(risk.severity()));
        let mut lines = told(&margin, &said);
        if let Some(flag) = flag.filter(|_| !allowed) {
            lines.push(format!("          allow it by {}", printable(&flag)));
        }
        lines
    });
    Section {
        lines: lines.collect(),
        head: "Risks".to_owned(),
        details: Vec::new(),
    }
}

/// A layer's steps, and whatever else is to be said of it; empty where nothing is.
pub(super) fn layer_section(layer: &LayerPlan, plan: &Plan, extent: Extent) -> Section {
    let style = Style {
        color: false,
        width: WIDTH,
    };
    let mut lines = Vec::new();
    if let Some(why) = &layer.not_observed {
        let (what, fix) = findings::not_observed(layer.layer, why);
        lines.extend(told("! ", &what));
        lines.extend(fix.map(|fix| format!("  hint: {}", printable(&fix))));
    }
    if !layer.conflicts.is_empty() {
        lines.extend(outdented(conflicts::lines(
            &layer.conflicts,
            &plan.environment,
            style,
        )));
    }
    let grouped = groups::lines(&layer.steps, extent);
    let rows = grouped.into_iter().filter_map(|line| match line {
        Line::Step(step) => row(step),
        Line::Rest(rest) => Some(sum(&rest)),
    });
    let rows: Vec<Row<'_>> = rows.collect();
    lines.extend(row_lines(&rows));
    lines.extend(shared_lines(&layer.steps));
    lines.extend(outdented(repairs::lines(layer.repair.as_ref(), style)));
    let found = layer.findings.iter();
    lines.extend(found.flat_map(|finding| finding_lines(finding, plan)));
    Section {
        head: layer.layer.name().to_owned(),
        lines,
        details: rows.iter().filter_map(detail).collect(),
    }
}

/// The sign that gives a line its colour.
fn sign(action: Action) -> char {
    match action {
        Action::Create => '+',
        Action::Update => '!',
        Action::Replace | Action::Remove => '-',
        Action::Invalidate | Action::Check => '#',
    }
}

fn verb(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Update => "change",
        Action::Replace => "replace",
        Action::Remove => "remove",
        Action::Invalidate => "invalidate",
        Action::Check => "check",
    }
}

fn row_lines(rows: &[Row<'_>]) -> Vec<String> {
    let widest = |of: for<'a> fn(&'a Row<'_>) -> &'a str| {
        let widths = rows.iter().map(|row| columns(of(row)));
        widths.max().unwrap_or(0).min(NAME)
    };
    let (name, kind) = (widest(|row| &row.name), widest(|row| &row.kind));
    let line = |row: &Row<'_>| {
        let line = format!(
            "{} {:<8}{}  {}  {}",
            sign(row.action),
            verb(row.action),
            pad(&shorten(&row.name, WIDTH), name),
            pad(&shorten(&row.kind, WIDTH), kind),
            shorten(&row.note, WIDTH),
        );
        line.trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// Paths and checks, which share a line.
fn shared_lines(steps: &[Step]) -> Vec<String> {
    let mut lines = Vec::new();
    for step in steps {
        if let Target::Paths { paths } = &step.target {
            lines.extend(told("# invalidate  ", &paths.join(", ")));
        }
    }
    let checks: Vec<&str> = steps
        .iter()
        .filter_map(Step::check)
        .map(Check::name)
        .collect();
    if !checks.is_empty() {
        lines.extend(told("# check   ", &checks.join(", ")));
    }
    lines
}

fn finding_lines(finding: &Finding, plan: &Plan) -> Vec<String> {
    let Some((what, fix)) = findings::words(finding, plan) else {
        return Vec::new();
    };
    let margin = if findings::is_quiet(finding) {
        "# "
    } else {
        "! "
    };
    let mut lines = told(margin, &what);
    lines.extend(fix.into_iter().flat_map(|fix| told("  hint: ", &fix)));
    lines
}

/// Lines behind a margin that only the first of them shows; no line begins with a sign of its own.
fn told(margin: &str, text: &str) -> Vec<String> {
    let room = WIDTH - margin.len();
    let lines = wrap(&printable(text), room).into_iter().enumerate();
    let line = |(index, line): (usize, String)| {
        let line = shorten(&line, WIDTH * 4);
        match index {
            0 => format!("{margin}{line}"),
            _ => format!("{:width$}{line}", "", width = margin.len()),
        }
    };
    lines.map(line).collect()
}

/// Lines of the terminal's plan, where they begin two columns to the right.
fn outdented(lines: Vec<String>) -> impl Iterator<Item = String> {
    let out = |line: String| match line.strip_prefix("  ") {
        Some(rest) => rest.to_owned(),
        None => line,
    };
    lines.into_iter().map(out)
}

/// What differs in a step, if anything is to be told of it.
fn detail(row: &Row<'_>) -> Option<Vec<String>> {
    if row.changes.is_empty() {
        return None;
    }
    let mut lines = vec![format!("@@ {} @@", shorten(&row.name, WIDTH))];
    lines.extend(row.changes.iter().flat_map(property));
    if lines.len() > MOST_LINES {
        let more = lines.len() - MOST_LINES;
        lines.truncate(MOST_LINES);
        lines.push(format!("# … and {}", count(more, "more line")));
    }
    Some(lines)
}

/// One property, with the sign of each line at its beginning, where GitHub colours it.
fn property(change: &PropertyChange) -> Vec<String> {
    let style = Style {
        color: false,
        width: WIDTH,
    };
    let mut lines = change_lines(change, 2, style);
    let alone = lines.len() == 1;
    for (index, line) in lines.iter_mut().enumerate() {
        let signed = |sign: &str| format!("{sign}   {}", line.get(6..).unwrap_or_default());
        *line = if index == 0 {
            let sign = match (&change.before, &change.after) {
                (None, Some(_)) => '+',
                (Some(_), None) => '-',
                (Some(_), Some(_)) if alone => '!',
                (Some(_), Some(_)) | (None, None) => ' ',
            };
            format!("{sign}{}", line.get(1..).unwrap_or_default())
        } else if line.starts_with("    - ") {
            signed("-")
        } else if line.starts_with("    + ") {
            signed("+")
        } else {
            std::mem::take(line)
        };
    }
    lines
}
