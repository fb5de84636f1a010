//! Pictures of recorded applies; what they say is what the events say.

use super::spans::{End, Kind, Timeline};
use super::*;
use crate::engine::event::{Event, What};
use crate::plan::Layer;
use crate::render::Style;
use crate::render::fit::columns;
use crate::render::samples;

fn plain(width: usize) -> Style {
    Style {
        color: false,
        width,
    }
}

#[test]
fn an_apply_at_several_widths() {
    for width in [60, 80, 200] {
        let text = timeline_text(&samples::apply_events(), plain(width)).unwrap();
        assert!(text.lines().all(|line| columns(line) <= width), "{text}");
        insta::assert_snapshot!(format!("an-apply-at-{width}"), text);
    }
}

#[test]
fn a_failure_says_what_failed() {
    let text = timeline_text(&samples::failure_events(), plain(80)).unwrap();
    insta::assert_snapshot!(text);
}

#[test]
fn a_picture_of_an_apply() {
    let svg = report_svg(&samples::apply_events());
    insta::assert_snapshot!(svg);
    assert_eq!(svg, report_svg(&samples::apply_events()));
    let html = report_html(&samples::failure_events());
    insta::assert_snapshot!("a-page-of-a-failure", html);
    for outside in ["<script", "http://", "https://", "url(", "@import", "src="] {
        let own = "xmlns=\"http://www.w3.org/2000/svg\"";
        assert!(!svg.replace(own, "").contains(outside), "{outside}");
        assert!(!html.replace(own, "").contains(outside), "{outside}");
    }
    assert!(
        html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"),
        "{html}"
    );
    assert!(html.contains("<td>failed</td>"), "{html}");
}

#[test]
fn own_times_place_what_was_told_late() {
    let own = |second: i64| jiff::Timestamp::from_second(1_800_000_000 + second).ok();
    let said = |id: &str, status: &str, second| What::Resource {
        stack: "qdn".into(),
        logical_id: id.into(),
        resource_type: "AWS::S3::Bucket".into(),
        status: status.into(),
        reason: None,
        at: own(second),
        took_ms: None,
    };
    let event = |at_ms, what| Event { at_ms, what };
    let layer = Layer::Stack;
    // Told together at 10 s and 20 s; by their own times the first bucket took 3 s, the second 9 s.
    let timeline = Timeline::of(&[
        event(1_000, What::LayerStarted { layer, steps: 2 }),
        event(10_000, said("A", "CREATE_IN_PROGRESS", 4)),
        event(10_000, said("A", "CREATE_COMPLETE", 7)),
        event(10_000, said("B", "CREATE_IN_PROGRESS", 8)),
        event(20_000, said("B", "CREATE_COMPLETE", 17)),
        event(
            21_000,
            What::LayerFinished {
                layer,
                took_ms: 20_000,
            },
        ),
    ]);
    let spans: Vec<_> = timeline
        .spans
        .iter()
        .map(|span| (span.name.as_str(), span.from, span.to))
        .collect();
    assert_eq!(
        spans,
        [
            ("stack", 1_000, 21_000),
            ("A", 6_000, 9_000),
            ("B", 10_000, 19_000)
        ]
    );
}

#[test]
fn what_nobody_ended_lasts_to_the_end_and_is_not_done() {
    let mut events = samples::apply_events();
    events.truncate(17);
    let timeline = Timeline::of(&events);
    let open: Vec<_> = timeline
        .spans
        .iter()
        .filter(|span| span.end == End::Open)
        .map(|span| (span.name.as_str(), span.to))
        .collect();
    assert_eq!(
        open,
        [("stack", timeline.total), ("ApiFunction", timeline.total)]
    );
    let layers = timeline
        .spans
        .iter()
        .filter(|span| span.kind == Kind::Layer);
    assert_eq!(layers.count(), 2);
}

#[test]
fn where_nothing_was_worked_on_there_is_nothing_to_show() {
    let layer = Layer::Verify;
    let event = |at_ms, what| Event { at_ms, what };
    let events = [
        event(0, What::LayerStarted { layer, steps: 6 }),
        event(
            4_000,
            What::LayerFinished {
                layer,
                took_ms: 4_000,
            },
        ),
    ];
    assert_eq!(timeline_text(&events, plain(80)), None);
    assert_eq!(timeline_text(&[], plain(80)), None);
    assert!(report_svg(&[]).contains("0 ms in all"));
}
