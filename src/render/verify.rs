//! What `verify` found: for people, for programs, and as a test report in `JUnit`'s form.

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::fit::{printable, wrap};
use super::hanging::hanging;
use super::numbers::count;
use super::style::{Style, Tone};
use crate::engine::{Item, Report, Verdict};

/// One item after the other, and a line that sums up; ends with a newline.
pub fn verify_human(report: &Report, style: Style) -> String {
    let against = report.release.as_ref().map_or_else(
        || "this checkout".to_owned(),
        |release| format!("release {release}"),
    );
    let title = format!("{}: compared with {against}", report.environment);
    let title = wrap(&printable(&title), style.columns()).into_iter();
    let mut lines: Vec<String> = title.map(|line| style.paint(Tone::Strong, &line)).collect();
    for item in &report.items {
        lines.extend(item_lines(item, style));
    }
    let (right, wrong, unseen) = (
        report.count(Verdict::Right),
        report.count(Verdict::Wrong),
        report.count(Verdict::NotLookedAt),
    );
    let mut summary = format!("verify: {right} of {} right", count(right + wrong, "item"));
    if wrong > 0 {
        summary = format!("{summary}, {wrong} wrong");
    }
    if unseen > 0 {
        summary = format!("{summary}, {unseen} not looked at");
    }
    let tone = if wrong > 0 { Tone::Failed } else { Tone::Added };
    let summary = wrap(&summary, style.columns()).into_iter();
    lines.extend(summary.map(|line| style.paint(tone, &line)));
    lines.push(String::new());
    lines.join("\n")
}

fn item_lines(item: &Item, style: Style) -> Vec<String> {
    let (sign, tone, said) = match item.verdict {
        Verdict::Right => ("✓", Tone::Added, item.seen.clone()),
        Verdict::Wrong => ("✗", Tone::Failed, item.seen.clone()),
        Verdict::NotLookedAt => ("–", Tone::Quiet, format!("not looked at: {}", item.seen)),
    };
    let text = format!("{}: {said}", item.item);
    let mut lines = hanging(&format!("  {sign} "), tone, &text, style);
    if let Some(hint) = &item.hint {
        lines.extend(hanging("    hint: ", Tone::Plain, hint, style));
    }
    lines
}

/// The report as JSON that ends with a newline; docs/verify.md says what it holds.
pub fn verify_json(report: &Report) -> String {
    let mut text = serde_json::to_string_pretty(report).expect("a report is JSON");
    text.push('\n');
    text
}

/// The report in `JUnit`'s form: a suite with a test case an item. No time is told: all items are looked at together.
pub fn verify_junit(report: &Report) -> String {
    let mut suite = TestSuite::new(format!("verify {}", report.environment));
    for item in &report.items {
        let status = match item.verdict {
            Verdict::Right => TestCaseStatus::success(),
            Verdict::Wrong => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                status.set_message(item.seen.as_str());
                if let Some(hint) = &item.hint {
                    status.set_description(hint.as_str());
                }
                status
            }
            Verdict::NotLookedAt => {
                let mut status = TestCaseStatus::skipped();
                status.set_message(item.seen.as_str());
                status
            }
        };
        let mut case = TestCase::new(item.item, status);
        case.set_classname("qdn-infra.verify");
        if item.verdict == Verdict::Right {
            case.set_system_out(item.seen.as_str());
        }
        suite.add_test_case(case);
    }
    let mut tests = quick_junit::Report::new("qdn-infra");
    tests.add_test_suite(suite);
    tests.to_string().expect("a report of texts is XML")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::engine::REPORT_VERSION;

    pub(in crate::render) fn report() -> Report {
        let item = |item, verdict, seen: &str| Item {
            item,
            verdict,
            seen: seen.to_owned(),
            hint: None,
        };
        let page = "https://d111.cloudfront.net/track serves other bytes than track/index.html";
        Report {
            version: REPORT_VERSION,
            environment: "staging".to_owned(),
            release: Some("20261126-190211-004711-4711".to_owned()),
            items: vec![
                item(
                    "credentials-file",
                    Verdict::NotLookedAt,
                    "no secrets file was given",
                ),
                item("routes", Verdict::Right, "26 methods, as declared"),
                Item {
                    hint: Some("`qdn-infra apply --env staging` puts it right".to_owned()),
                    ..item("page", Verdict::Wrong, page)
                },
            ],
        }
    }

    #[test]
    fn people_see_a_line_an_item_and_what_mends_it() {
        insta::assert_snapshot!(verify_human(&report(), Style::default()), @r"
        staging: compared with release 20261126-190211-004711-4711
          – credentials-file: not looked at: no secrets file was given
          ✓ routes: 26 methods, as declared
          ✗ page: https://d111.cloudfront.net/track serves other bytes than
            track/index.html
            hint: `qdn-infra apply --env staging` puts it right
        verify: 1 of 2 items right, 1 wrong, 1 not looked at
        ");
    }

    #[test]
    fn programs_read_each_item() {
        let read: serde_json::Value = serde_json::from_str(&verify_json(&report())).unwrap();
        let verdicts: Vec<_> = read["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["verdict"].as_str().unwrap())
            .collect();
        assert_eq!(verdicts, ["not-looked-at", "right", "wrong"]);
        assert_eq!(read["version"], 1);
        assert!(read["items"][1].get("hint").is_none());
    }

    #[test]
    fn a_pipeline_sees_failures_and_what_was_skipped() {
        let xml = verify_junit(&report());
        let read = quick_junit::Report::deserialize_from_str(&xml).unwrap();
        let suite = &read.test_suites[0];
        assert_eq!(
            (suite.tests, suite.failures, suite.skipped),
            (3, 1, 1),
            "{xml}"
        );
    }
}
