//! The dollars in docs/scaling.md, held against what the program calculates, and the limits that a traffic exceeds.

use std::fs;

use serde_json::{Value, json};

use crate::fixture::project;
use crate::process::run;

const JOBS: [&str; 3] = ["100", "10000", "1000000"];

/// The cells of the row that begins so, without commas.
fn row(text: &str, name: &str) -> [f64; 3] {
    let line = text
        .lines()
        .find(|line| line.starts_with(&format!("| {name} |")))
        .unwrap_or_else(|| panic!("no row {name}"));
    let cells: Vec<f64> = line
        .trim_matches('|')
        .split('|')
        .skip(1)
        .map(|cell| cell.trim().replace(',', "").parse().unwrap())
        .collect();
    cells.try_into().unwrap()
}

/// The bill of `prod` at so many jobs a day, as programs read it.
fn bill(jobs: &str) -> Value {
    let ran = run(&[
        "cost",
        "--env",
        "prod",
        "--jobs-per-day",
        jobs,
        "--format",
        "json",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

#[test]
fn the_document_says_what_the_program_calculates() {
    let text = fs::read_to_string(project().join("docs/scaling.md")).unwrap();
    for (column, jobs) in JOBS.iter().enumerate() {
        let bill = bill(jobs);
        assert!(text.contains(&format!("as of {}", bill["prices_as_of"].as_str().unwrap())));
        let of = |service: &str| -> f64 {
            let lines = bill["lines"].as_array().unwrap().iter();
            lines
                .filter(|line| line["service"] == service)
                .map(|line| line["dollars"].as_f64().unwrap())
                .sum()
        };
        let mut rows = vec![
            (
                "a month, $: Twilio".to_owned(),
                bill["dollars"]["twilio"].as_f64().unwrap(),
            ),
            (
                "a month, $: AWS".to_owned(),
                bill["dollars"]["aws"].as_f64().unwrap(),
            ),
        ];
        for service in ["API Gateway", "DynamoDB", "CloudFront", "Lambda"] {
            rows.push((format!("of that {service}"), of(service)));
        }
        for (name, dollars) in rows {
            let written = row(&text, &name)[column];
            assert!(
                (written - dollars).abs() < 0.006,
                "{name} at {jobs} jobs a day: {written}, calculated {dollars}"
            );
        }
    }
}

#[test]
fn what_is_asked_for_is_calculated() {
    let ran = run(&["cost", "--env", "prod", "--jobs-per-day", "100"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let fewer = run(&[
        "cost",
        "--env",
        "prod",
        "--jobs-per-day",
        "100",
        "--texts-per-job",
        "1",
    ]);
    assert!(
        ran.out.contains("5 texts of 7 segments") && fewer.out.contains("1 text of 2 segments"),
        "{}",
        fewer.out
    );
    insta::assert_snapshot!(ran.out);
}

#[test]
fn what_a_small_traffic_needs_is_declared() {
    let bill = bill("100");
    assert_eq!(bill["limits"], json!([]));
    assert_eq!(bill["sender"], "enough");
}

/// 1,000,000 jobs are 5,000,000 texts and 30,000,000 calls a day; the peak is four times the mean.
#[test]
fn what_a_million_jobs_a_day_exceed_is_told() {
    let bill = bill("1000000");
    let declared = [
        ("messages.sends_per_second", 1, 231.4815),
        ("api.throttle.rate", 100, 1388.8889),
    ];
    let limits = declared.map(|(setting, declared, needed)| {
        json!({"setting": setting, "declared": declared, "needed_at_peak": needed})
    });
    assert_eq!(bill["limits"], json!(limits));
    assert_eq!(bill["sender"], "several");
    let ran = run(&["cost", "--env", "prod", "--jobs-per-day", "1000000"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let (_, below) = ran.out.split_once("\ntogether").unwrap();
    let told: Vec<&str> = below.lines().skip(1).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    a job: 0.0829 $, of which AWS 0.00032 $

    ! more than messages.sends_per_second lets through: 231.5 a second at the peak,
      1 declared
    ! more than api.throttle.rate lets through: 1,388.9 a second at the peak, 100
      declared
    ! one sender is priced; this pace takes several, which are not supported
      (docs/scaling.md)
    ");
}
