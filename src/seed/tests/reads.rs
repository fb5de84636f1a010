//! A seed file's mistakes, and its one layout.

use super::*;
use crate::hint::Hint as _;

/// What is said of the seed with a text replaced, once.
fn refused(from: &str, to: &str) -> String {
    assert!(SEED.contains(from), "the seed does not hold {from}");
    let text = SEED.replacen(from, to, 1);
    let mistakes = MaintenanceData::parse(text.as_bytes(), FILE).expect_err("it is wrong");
    assert!(mistakes.hint().is_some());
    mistakes.to_string()
}

#[test]
fn a_document_that_is_read_and_written_is_the_same_bytes() {
    assert_eq!(seed().text(), SEED);
}

#[test]
fn mistakes_are_named_by_line_id_and_pointer() {
    insta::assert_snapshot!(refused("\"truck-2\"", "\"truck-1\""), @r"
    assets/seed/maintenance.json:122:13: trucks[truck-1].id (/trucks/1/id) is the id of an earlier entry of this list as well
    assets/seed/maintenance.json:336:31: equipment[tarps-a].rotation[1] (/equipment/0/rotation/1) is not the id of a truck of this document, nor `yard`
    assets/seed/maintenance.json:360:31: equipment[trailer-14].rotation[1] (/equipment/2/rotation/1) is not the id of a truck of this document, nor `yard`
    assets/seed/maintenance.json:372:39: equipment[spill-kit-1].rotation[2] (/equipment/3/rotation/2) is not the id of a truck of this document, nor `yard`
    ");
    insta::assert_snapshot!(refused("\"every\": 7500", "\"every\": -7500"), @"assets/seed/maintenance.json:24:24: trucks[truck-1].schedules[engine-oil].intervals.distance.every (/trucks/0/schedules/0/intervals/distance/every) is not more than 0");
    insta::assert_snapshot!(refused("\"unit\": \"mi\"", "\"unit\": \"furlongs\""), @"assets/seed/maintenance.json:8:26: trucks[0].odometer.unit: unknown variant `furlongs`, expected `km` or `mi`");
    insta::assert_snapshot!(refused("\"unit\": \"months\"", "\"unit\": \"fortnights\""), @"assets/seed/maintenance.json:29:57: trucks[0].schedules[0].intervals.time.every.unit: unknown variant `fortnights`, expected one of `days`, `weeks`, `months`");
    insta::assert_snapshot!(refused("48215", "\"many\""), @r#"assets/seed/maintenance.json:10:25: trucks[0].odometer.reading.value: invalid type: string "many", expected a number with at most two decimals, at most 1000000000"#);
    insta::assert_snapshot!(refused("\"name\": \"Truck 1", "\"nickname\": \"Truck 1"), @"assets/seed/maintenance.json:6:16: trucks[0].nickname: unknown field `nickname`, expected one of `id`, `name`, `odometer`, `engineHours`, `schedules`");
    insta::assert_snapshot!(refused("\"trucks\": [", "\"trucks\": ["  .repeat(2).as_str()), @r#"assets/seed/maintenance.json:3:21: trucks[0]: invalid type: string "trucks", expected struct Truck"#);
    insta::assert_snapshot!(refused("America/New_York", "America/Springfield"), @"assets/seed/maintenance.json:2:15: timeZone (/timeZone) is not a time zone of the IANA database, like `America/New_York`");
    insta::assert_snapshot!(refused("{", "{{"), @"assets/seed/maintenance.json:1:2: key must be a string");
}

#[test]
fn what_follows_the_document_or_is_no_text_is_a_mistake() {
    let said = |bytes: &[u8]| {
        let mistakes = MaintenanceData::parse(bytes, "seed.json").expect_err("it is wrong");
        mistakes.to_string()
    };
    let twice = format!("{SEED}{{}}");
    assert!(said(twice.as_bytes()).ends_with(": trailing characters"));
    assert_eq!(said(b""), "seed.json:1:0: EOF while parsing a value");
    assert!(said(b"{\"timeZone\": \"\xff\"}").starts_with("seed.json:1:"));
}

#[test]
fn every_mistake_is_told_at_once() {
    let text = SEED
        .replace("\"every\": 7500", "\"every\": 0")
        .replace("\"supplies\": [", "\"supplies\": [ ")
        .replace("\"kind\": \"fuel\"", "\"kind\":\"fuel\"")
        .replace("America/New_York", "nowhere");
    let mistakes = MaintenanceData::parse(text.as_bytes(), FILE).expect_err("it is wrong");
    let lines: Vec<usize> = mistakes.mistakes.iter().map(|one| one.line).collect();
    assert!(lines.len() >= 2 && lines.is_sorted(), "{lines:?}");
}
