//! The timeline as a few lines with bars, for the end of an apply.

use super::spans::{End, Kind, Span, Timeline};
use crate::engine::event::Event;
use crate::render::fit::{columns, pad, printable, shorten};
use crate::render::numbers::{count, millis};
use crate::render::style::{Style, Tone};

/// What took less than this part of the whole, in percent, is not shown by itself; a layer always is.
const LEAST_PREPARATION: u64 = 1;
const LEAST_RESOURCE: u64 = 4;
/// When none of the rest took this part of the whole, in percent, nothing is said of it.
const LEAST_REST: u64 = 1;
/// Resources of one layer, at most.
const MOST: usize = 8;
/// Columns of the names, at most.
const NAME: usize = 32;
/// Columns of the durations: `59 min 59 s`.
const TOOK: usize = 11;
/// Ends of a bar, by eighths of a column.
const EIGHTHS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// What took how long, as text that ends with a newline; none when nothing was worked on or it took no second.
pub fn timeline_text(events: &[Event], style: Style) -> Option<String> {
    let timeline = Timeline::of(events);
    if !timeline.is_of_work() || timeline.total < 1000 {
        return None;
    }
    let (shown, left) = selected(&timeline);
    let name = shown.iter().map(|span| indented(span));
    let room = style.columns() / 3;
    let name = name.map(|name| columns(&name)).max().unwrap_or(0);
    let name = name.min(NAME).min(room);
    let bar = style.columns().saturating_sub(name + TOOK + 6);
    let head = format!("what took how long: {} in all", millis(timeline.total));
    let mut lines = vec![style.paint(Tone::Strong, &head)];
    lines.extend(shown.iter().map(|span| {
        let label = pad(&shorten(&indented(span), name), name);
        let (before, signs) = drawn(span, timeline.total, bar);
        let tone = match (span.end, &span.kind) {
            (End::Failed | End::Open, _) => Tone::Failed,
            (End::Done, Kind::Preparation) => Tone::Quiet,
            (End::Done, Kind::Layer) => Tone::Strong,
            (End::Done, Kind::Resource { .. }) => Tone::Changed,
        };
        let after = bar - before - columns(&signs);
        let sign = if span.end == End::Done { ' ' } else { '!' };
        format!(
            "{sign} {label}  {:before$}{}{:after$}  {:>TOOK$}",
            "",
            style.paint(tone, &signs),
            "",
            millis(span.took())
        )
    }));
    if let Some((number, longest)) = left {
        let text = format!(
            "  and {}, none longer than {}",
            count(number, "more resource"),
            millis(longest)
        );
        lines.push(style.paint(Tone::Quiet, &text));
    }
    lines.push(String::new());
    Some(lines.join("\n"))
}

/// What is worth a line, and how many resources are not with the longest time that one of them took.
fn selected(timeline: &Timeline) -> (Vec<&Span>, Option<(usize, u64)>) {
    let share = |span: &Span| span.took() * 100 / timeline.total.max(1);
    let mut shown: Vec<&Span> = Vec::new();
    let mut left: Vec<u64> = Vec::new();
    let mut layers = timeline.spans.as_slice();
    while let Some((first, rest)) = layers.split_first() {
        let is_resource = |span: &&Span| matches!(span.kind, Kind::Resource { .. });
        let number = rest.iter().take_while(is_resource).count();
        let (resources, rest) = rest.split_at(number);
        layers = rest;
        let is_layer = matches!(first.kind, Kind::Layer);
        if is_layer || share(first) >= LEAST_PREPARATION || first.end != End::Done {
            shown.push(first);
        }
        let mut longest: Vec<&Span> = resources.iter().collect();
        // What failed before what took long; the order in which they began decides between equals.
        longest.sort_by_key(|span| (span.end == End::Done, std::cmp::Reverse(span.took())));
        let worth = |span: &&&Span| share(span) >= LEAST_RESOURCE || span.end == End::Failed;
        let worth = longest.iter().take(MOST).take_while(worth).count();
        left.extend(longest.split_off(worth).iter().map(|span| span.took()));
        longest.sort_by_key(|span| span.from);
        shown.extend(longest);
    }
    let longest = left.iter().max().copied();
    let longest = longest.filter(|took| took * 100 / timeline.total.max(1) >= LEAST_REST);
    (shown, longest.map(|longest| (left.len(), longest)))
}

fn indented(span: &Span) -> String {
    let name = printable(&span.name);
    match span.kind {
        Kind::Preparation | Kind::Layer => name,
        Kind::Resource { .. } => format!("  {name}"),
    }
}

/// Columns before a bar, and the bar: never nothing, never beyond the end.
fn drawn(span: &Span, total: u64, width: usize) -> (usize, String) {
    let total = u128::from(total.max(1));
    let eighths = |at: u64| {
        let place = u128::from(at) * (width as u128) * 8 / total;
        usize::try_from(place).unwrap_or(usize::MAX).min(width * 8)
    };
    let before = (eighths(span.from) / 8).min(width.saturating_sub(1));
    let long = eighths(span.to).saturating_sub(before * 8).max(1);
    let mut signs = "█".repeat(long / 8);
    if let Some(last) = (long % 8).checked_sub(1) {
        signs.push(EIGHTHS[last]);
    }
    (before, signs)
}
