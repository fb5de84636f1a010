//! What GitHub is given: as published, never too long, and nothing in it that a value could steer.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::plan::{
    Action, Check, Finding, Layer, NotObserved, PropertyChange, Reason, Step, Target,
};
use crate::ports::Replacement;
use crate::render::samples;

fn shown(plan: &Plan) -> String {
    plan_markdown(plan, Extent::Summed, MARKDOWN_LIMIT)
}

#[test]
fn an_update_of_one_route() {
    insta::assert_snapshot!(shown(&samples::one_route()));
}

#[test]
fn a_replacement() {
    insta::assert_snapshot!(shown(&samples::replacement()));
}

#[test]
fn risks_come_first_and_say_what_allows_them() {
    insta::assert_snapshot!(shown(&samples::risky()));
}

#[test]
fn findings_beside_changes() {
    insta::assert_snapshot!(shown(&samples::findings()));
}

#[test]
fn nothing_to_do() {
    insta::assert_snapshot!(shown(&samples::empty()));
    let unseen = samples::not_observed(&[(Layer::Secrets, NotObserved::NoSecretsFile)]);
    let text = shown(&unseen);
    assert!(text.contains("no changes in what was observed"), "{text}");
    assert!(text.contains("| secrets | **not observed** |"), "{text}");
}

#[test]
fn what_does_not_fit_is_left_out_from_the_end_of_what_matters_least() {
    let plan = samples::replacement();
    let whole = shown(&plan);
    let less = plan_markdown(&plan, Extent::Summed, size(&whole) - 1);
    assert!(
        less.contains("Left out") && less.contains("the details of "),
        "{less}"
    );
    // The steps themselves are all there.
    let without_details = |text: &str| text.split("<details>").next().map(str::to_owned);
    assert_eq!(without_details(&less), without_details(&whole));
    insta::assert_snapshot!(plan_markdown(&plan, Extent::Summed, 1_200));
}

#[test]
fn every_page_file_of_many_is_counted_or_shown() {
    let plan = samples::many_page_files(2_000);
    let summed = shown(&plan);
    assert!(
        !summed.contains("Left out") && summed.contains("… and 1,995 more"),
        "{summed}"
    );
    let full = plan_markdown(&plan, Extent::Full, MARKDOWN_LIMIT);
    assert!(size(&full) <= MARKDOWN_LIMIT && size(&full) > MARKDOWN_LIMIT - 200);
    assert!(
        full.contains("_Left out, because GitHub shows no more: "),
        "{full}"
    );
}

#[test]
fn the_marker_is_the_same_for_each_plan_of_an_environment() {
    let marker = markdown_marker("staging");
    assert_eq!(marker, "<!-- qdn-infra plan staging -->");
    let workflow = include_str!("../../../.github/workflows/plan.yml");
    assert!(workflow.contains(&format!("MARK: {marker}\n")));
    for plan in [samples::empty(), samples::risky(), samples::one_route()] {
        assert!(shown(&plan).starts_with(&format!("{marker}\n")));
    }
    assert_eq!(markdown_marker("a-->b"), "<!-- qdn-infra plan a---b -->");
}

/// What a value may hold, and must not become.
const EVIL: &str = "EVIL @all #1 <b>|</details>[x](http://x.y) ` ``` ```` --> :tada: ~~~";

/// The document without its code, as a reader of Markdown finds code.
fn outside_code(text: &str) -> String {
    let mut outside = String::new();
    let mut fence: Option<usize> = None;
    for line in text.lines() {
        let run = line.len() - line.trim_start_matches('`').len();
        match fence {
            None if run >= 3 => fence = Some(run),
            None => {
                outside.push_str(&without_spans(line));
                outside.push('\n');
            }
            Some(open) if run >= open && line.trim_matches('`').trim().is_empty() => fence = None,
            Some(_) => {}
        }
    }
    assert!(fence.is_none(), "a block is not closed: {text}");
    outside
}

fn without_spans(line: &str) -> String {
    let mut outside = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('`') {
        outside.push_str(&rest[..start]);
        let run = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        let inner = &rest[start + run..];
        let mut at = 0;
        let end = loop {
            let next = at + inner[at..].find('`').expect("a span is not closed");
            let length = inner[next..].len() - inner[next..].trim_start_matches('`').len();
            if length == run {
                break next;
            }
            at = next + length;
        };
        rest = &inner[end + run..];
    }
    outside + rest
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => (1_usize..20_000).prop_map(|times| "e".to_owned() + &"\u{301}".repeat(times)),
        4 => "[a-zA-Z`@<>|&\\\\\n\r\t #*_~!\\[\\]()😀廃-]{0,40}",
        1 => Just(EVIL.to_owned()),
        1 => ("[`a ]{1,3}", 1_usize..3_000).prop_map(|(part, times)| part.repeat(times)),
    ]
}

fn changes() -> impl Strategy<Value = Vec<PropertyChange>> {
    let value = || prop::option::of(text().prop_map(|text| json!({"a": text, "b": [text]})));
    let change = (text(), value(), value()).prop_map(|(path, before, after)| PropertyChange {
        path,
        before,
        after,
    });
    prop::collection::vec(change, 0..4)
}

fn step() -> impl Strategy<Value = Step> {
    let actions = [
        Action::Create,
        Action::Update,
        Action::Replace,
        Action::Remove,
    ];
    (0_usize..9, 0_usize..4, text(), text(), changes()).prop_map(
        move |(kind, action, name, other, changes)| {
            let target = match kind {
                0 => Target::Resource {
                    logical_id: name,
                    resource_type: "AWS::S3::Bucket".to_owned(),
                    replacement: Replacement::Conditional,
                    changes,
                },
                1 => Target::Output { name, changes },
                2 => Target::Routes {
                    routes: vec![name, other],
                },
                3 => Target::Object {
                    key: name,
                    bytes: 12,
                    changes,
                },
                4 => Target::Paths {
                    paths: vec![name, other],
                },
                5 => Target::Secret { name, changes },
                6 => Target::Distribution { id: name, changes },
                7 => Target::Resource {
                    logical_id: name,
                    resource_type: other,
                    replacement: Replacement::Never,
                    changes,
                },
                _ => Target::Check {
                    check: Check::Health,
                },
            };
            Step {
                action: actions[action],
                reason: Reason::Declaration,
                target,
            }
        },
    )
}

fn any_plan() -> impl Strategy<Value = Plan> {
    let layer = (prop::collection::vec(step(), 0..12), text(), 0_u8..4);
    (prop::collection::vec(layer, 7), text(), text()).prop_map(|(layers, environment, stack)| {
        let mut plan = samples::empty();
        for (planned, (steps, text, extra)) in plan.layers.iter_mut().zip(layers) {
            match extra {
                0 => planned.steps = steps,
                1 => planned.not_observed = Some(NotObserved::NoSecret { name: text }),
                2 => {
                    planned.steps = steps;
                    planned.findings = vec![Finding::StageDrift { stage: text }];
                }
                _ => {}
            }
        }
        plan.environment = environment;
        plan.stack = stack;
        plan
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_plan_is_within_any_limit(plan in any_plan(), limit in 3_000_usize..70_000) {
        let text = plan_markdown(&plan, Extent::Full, limit);
        prop_assert!(size(&text) <= limit, "{} characters, {limit} may be", size(&text));
        // What a comment holds in characters, a summary holds in bytes.
        prop_assert!(text.len() < 1 << 20);
        prop_assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
    }

    #[test]
    fn nothing_of_a_value_stands_outside_code(plan in any_plan(), limit in 3_000_usize..70_000) {
        let text = plan_markdown(&plan, Extent::Full, limit);
        let (marker, rest) = text.split_once('\n').expect("a marker stands first");
        prop_assert_eq!(marker, markdown_marker(&plan.environment));
        let outside = outside_code(rest);
        prop_assert!(!outside.contains("EVIL"), "{outside}");
        let words = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 \n#:,;.|-_*>![]/<()";
        let strange: Vec<char> = outside.chars().filter(|c| !words.contains(*c)).collect();
        prop_assert!(strange.is_empty(), "{strange:?} in {outside}");
        let tags: Vec<&str> = outside.split('<').skip(1).map(|tag| tag.split('>').next().unwrap_or("")).collect();
        prop_assert!(tags.iter().all(|tag| ["details", "/details", "summary", "/summary"].contains(tag)), "{tags:?}");
    }
}
