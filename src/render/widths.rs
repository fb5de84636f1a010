//! No text for people is wider than it may be, and none holds colour that was not asked for: every sample at several
//! widths. Log lines alone are not among them: each stays one line, so that it can be searched for. Test code only.

use unicode_width::UnicodeWidthStr;

use super::{
    Extent, Progress, Style, cost, cost_human, doctor, doctor_human, drift_human, error, fit,
    permissions, permissions_human, plan_human, releases, releases_human, samples, seed_human,
    status, status_human, timeline_text, verify, verify_human,
};
use crate::engine::event::Sink;

const WIDTHS: [usize; 4] = [40, 60, 80, 200];

/// What stands before a long name in its line at most: a sign, a label and the spaces behind it.
const LEAD: usize = 17;

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
    let bill = cost::tests::bill(1_000_000);
    let others = [
        ("drift", drift_human(&samples::drifted(), style)),
        ("verify", verify_human(&verify::tests::report(), style)),
        ("doctor", doctor_human(&doctor::tests::items(), style)),
        ("cost", cost_human("prod", &bill, style)),
        (
            "permissions",
            permissions_human(&permissions::tests::sample(), style),
        ),
        (
            "releases",
            releases_human(&releases::tests::sample(), style),
        ),
        ("seed", seed_human::tests::in_conflict(style)),
        ("an error", error::tests::told(style)),
    ];
    let owned = |(name, text): (&str, String)| (name.to_owned(), text);
    texts.extend(others.map(owned));
    texts.extend(
        status::tests::every().map(|(name, status)| owned((name, status_human(&status, style)))),
    );
    texts
}

/// Whether a line is as short as it can be: what makes it too wide is one name or command, which is there to be copied.
fn cannot_be_broken(line: &str, width: usize) -> bool {
    let text = line.trim_start();
    let margin = line.width() - text.width();
    let longest = fit::words(text).iter().map(|word| word.width()).max();
    margin + longest.unwrap_or_default() + LEAD > width
}

#[test]
fn no_line_is_wider_than_it_may_be_but_for_what_is_copied() {
    let mut wider = Vec::new();
    for width in WIDTHS {
        let style = Style {
            color: false,
            width,
        };
        for (name, text) in texts(style) {
            let lines = text.lines().filter(|line| line.width() > width);
            let broken = lines.filter(|line| !cannot_be_broken(line, width));
            wider.extend(broken.map(|line| format!("{name} at {width} columns: {line}")));
        }
    }
    assert!(wider.is_empty(), "{}", wider.join("\n"));
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
