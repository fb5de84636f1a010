//! The stored form.

use serde_json::{Value, json};

use super::*;

fn stored() -> Value {
    serde_json::to_value(job(whole_way())).unwrap()
}

fn read(value: Value) -> Result<Job, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

#[test]
fn the_form_stays() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&job(whole_way())).unwrap());
}

#[test]
fn unknown_fields_are_passed_over_everywhere() {
    let mut newer = stored();
    for place in [
        "",
        "/customer",
        "/technician",
        "/window",
        "/charge",
        "/rating",
    ] {
        newer.pointer_mut(place).unwrap()["later"] = json!({ "a": [1] });
    }
    assert_eq!(read(newer).as_ref(), Ok(&job(whole_way())));
}

#[test]
fn a_number_that_no_plan_knows_any_more_stays_readable() {
    let mut old = stored();
    old["customer"]["phones"][0] = json!("+15550100");
    let job = read(old).unwrap();
    assert_eq!(job.customer().phones()[0].as_str(), "+15550100");
}

#[test]
fn what_is_no_job_is_refused() {
    let refused = |change: fn(&mut Value)| {
        let mut value = stored();
        change(&mut value);
        read(value).unwrap_err()
    };
    insta::assert_snapshot!(refused(|job| job["state"] = json!("COMPLETE")), @"the record does not hold exactly what a job in state COMPLETE has");
    insta::assert_snapshot!(refused(|job| job["technician"] = Value::Null), @"the record does not hold exactly what a job in state RATED has");
    insta::assert_snapshot!(refused(|job| job["window"] = Value::Null), @"the record does not hold exactly what a job in state RATED has");
    insta::assert_snapshot!(refused(|job| job["rating"] = Value::Null), @"the record does not hold exactly what a job in state RATED has");
    insta::assert_snapshot!(refused(|job| job["inProgressAt"] = Value::Null), @"the record does not hold exactly what a job in state RATED has");
    insta::assert_snapshot!(refused(|job| job["assignedAt"] = json!("2020-01-01T00:00:00Z")), @"the times in the record are not in order");
    insta::assert_snapshot!(refused(|job| job["updatedAt"] = json!("2020-01-01T00:00:00Z")), @"the times in the record are not in order");
    insta::assert_snapshot!(refused(|job| job["version"] = json!(0)), @"the record's version is 0");
    insta::assert_snapshot!(refused(|job| job["messages"] = json!(1_000_000)), @"the record counts more than 999999 messages");
    insta::assert_snapshot!(refused(|job| job["customer"]["phones"] = json!([])), @"expected 1 to 3 phone numbers");
    insta::assert_snapshot!(refused(|job| job["customer"]["name"] = json!(" ")), @"must not be blank");
    insta::assert_snapshot!(refused(|job| job["window"]["zone"] = json!("Mars")), @"unknown time zone, expected a name of the IANA database like `America/New_York`");
    insta::assert_snapshot!(refused(|job| job["charge"]["amount"] = json!(-1)), @"the amount has to be from 0 to 999999999999 minor units (cents)");
    insta::assert_snapshot!(refused(|job| job["rating"]["stars"] = json!(6)), @"the stars have to be from 1 to 5");
}

#[cfg(feature = "schema")]
#[test]
fn requests_have_schemas() {
    let schema = schemars::schema_for!((Transition, Customer, State, NoticeKind, NextStep));
    // The order of keys depends on which features other crates of the build ask for.
    insta::with_settings!({ sort_maps => true }, { insta::assert_json_snapshot!(schema.to_value()) });
}
