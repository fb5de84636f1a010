//! The dollars in docs/scaling.md, held against what the program calculates.

use std::fs;

use serde_json::Value;

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

#[test]
fn the_document_says_what_the_program_calculates() {
    let text = fs::read_to_string(project().join("docs/scaling.md")).unwrap();
    for (column, jobs) in JOBS.iter().enumerate() {
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
        let bill: Value = serde_json::from_str(&ran.out).unwrap();
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
