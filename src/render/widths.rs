//! No text for people is wider than it may be, and none holds colour that was not asked for: every sample at several
//! widths. Test code only.

use unicode_width::UnicodeWidthStr;

use super::{Extent, Progress, Style, drift_human, plan_human, samples, timeline_text};
use crate::engine::event::Sink;

const WIDTHS: [usize; 4] = [40, 60, 80, 200];

/// Every text at a width, by a name that says which.
fn texts(style: Style) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for (name, plan) in samples::every_plan() {
        for extent in [Extent::Summed, Extent::Full] {
            let text = plan_human(&plan, style, extent);
            texts.push((format!("{name}, {extent:?}"), text));
        }
    }
    for (name, events) in [
        ("an apply", samples::apply_events()),
        ("a failure", samples::failure_events()),
    ] {
        let timeline = timeline_text(&events, style).unwrap_or_default();
        texts.push((format!("the timeline of {name}"), timeline));
        // What was done stands behind a margin that takes a narrower line for itself.
        if style.columns() < 60 {
            continue;
        }
        let (written, writer) = samples::shared_writer();
        let progress = Progress::lines(style, writer);
        for event in events {
            progress.emit(event);
        }
        texts.push((format!("the log of {name}"), samples::text(&written)));
    }
    let drifted = samples::drifted();
    texts.push(("drift".to_owned(), drift_human(&drifted, style)));
    texts
}

#[test]
fn no_line_is_wider_than_it_may_be_but_for_a_command_to_be_copied() {
    for width in WIDTHS {
        let style = Style {
            color: false,
            width,
        };
        for (name, text) in texts(style) {
            for line in text.lines().filter(|line| line.width() > width) {
                let (margin, command) = line.split_once('`').unwrap_or((line, ""));
                let is_command = command.trim_end().ends_with('`') && margin.width() < 24;
                assert!(is_command, "{name} at {width} columns: {line}");
            }
        }
    }
}

#[test]
fn without_colour_there_is_no_escape_and_with_it_nothing_else_differs() {
    for width in WIDTHS {
        let style = |color| Style { color, width };
        for ((name, plain), (_, painted)) in texts(style(false)).into_iter().zip(texts(style(true)))
        {
            let control = |c: char| c.is_control() && c != '\n';
            assert!(!plain.contains(control), "{name}: {plain:?}");
            assert_eq!(without_escapes(&painted), plain, "{name}");
        }
    }
}

fn without_escapes(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    plain + rest
}
