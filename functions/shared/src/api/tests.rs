//! Holds the readers against the types' own serde implementations, and shows what people are told.

use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{CreateJob, Readable, SendMessage, read, samples};
use crate::charge::Charge;
use crate::job::Transition;
use crate::maintenance::MaintenanceDocument;
use crate::rating::Rating;
use crate::route::{ROUTES, RouteName};

fn faults<T: Readable>(value: &Value) -> String {
    let faults = read::<T>(value).err().unwrap_or_default();
    let lines: Vec<_> = faults
        .iter()
        .map(|fault| serde_json::to_string(fault).unwrap())
        .collect();
    lines.join("\n")
}

#[test]
fn every_fault_of_a_new_job_is_told() {
    let value = json!({
        "customer": {
            "name": "[link]",
            "phones": ["555", "+12025550143", "+1 (202) 555-0143"],
            "age": 30,
        },
        "address": " ",
        "notes": 7,
        "secret": "x",
    });
    insta::assert_snapshot!(faults::<CreateJob>(&value), @r##"
    {"pointer":"#/customer/name","detail":"must not hold square brackets"}
    {"pointer":"#/customer/phones/0","detail":"expected a phone number in international form, like `+12025550143`"}
    {"pointer":"#/customer/age","detail":"is not a known field"}
    {"pointer":"#/address","detail":"must not be blank"}
    {"pointer":"#/notes","detail":"expected a text"}
    {"pointer":"#/secret","detail":"is not a known field"}
    "##);
    insta::assert_snapshot!(faults::<CreateJob>(&json!({ "customer": { "name": 1, "phones": [] } })), @r##"
    {"pointer":"#/customer/name","detail":"expected a text"}
    {"pointer":"#/customer/phones","detail":"expected 1 to 3 phone numbers"}
    "##);
    insta::assert_snapshot!(faults::<CreateJob>(&json!([])), @r##"{"pointer":"#","detail":"expected an object"}"##);
    insta::assert_snapshot!(faults::<CreateJob>(&json!({ "customer": null, "a/b~c d\u{e9}": 1 })), @r##"
    {"pointer":"#/customer","detail":"expected an object"}
    {"pointer":"#/a~1b~0c%20d%C3%A9","detail":"is not a known field"}
    "##);
}

#[test]
fn every_fault_of_a_transition_is_told() {
    let window = json!({
        "to": "ASSIGNED",
        "technician": { "name": "Sam", "phone": "none" },
        "window": { "start": "2026-11-22T20:00:00Z", "end": "2026-11-22T18:00:00Z", "zone": "Mars" },
        "rating": { "stars": 5 },
    });
    insta::assert_snapshot!(faults::<Transition>(&window), @r##"
    {"pointer":"#/technician/phone","detail":"expected a phone number in international form, like `+12025550143`"}
    {"pointer":"#/window/zone","detail":"unknown time zone, expected a name of the IANA database like `America/New_York`"}
    {"pointer":"#/window/end","detail":"the window has to end after it begins"}
    {"pointer":"#/rating","detail":"is not a known field"}
    "##);
    insta::assert_snapshot!(faults::<Transition>(&json!({ "to": "CANCELED", "why": "x" })), @r##"{"pointer":"#/to","detail":"not a state, expected CREATED, ASSIGNED, IN_PROGRESS, COMPLETE or RATED"}"##);
    insta::assert_snapshot!(faults::<Transition>(&json!({ "technician": {} })), @r##"{"pointer":"#/to","detail":"is missing"}"##);
    let charge = json!({ "to": "COMPLETE", "charge": { "amount": -1, "currency": "usd", "paidAt": "today" } });
    insta::assert_snapshot!(faults::<Transition>(&charge), @r##"
    {"pointer":"#/charge/currency","detail":"the currency has to be three capital letters, like `USD`"}
    {"pointer":"#/charge/paidAt","detail":"expected a time with its offset, like `2026-11-22T18:00:00Z`"}
    {"pointer":"#/charge/amount","detail":"the amount has to be from 0 to 999999999999 minor units (cents)"}
    "##);
    insta::assert_snapshot!(faults::<Rating>(&json!({ "stars": 6, "comment": "x\u{0}" })), @r##"
    {"pointer":"#/stars","detail":"expected a whole number from 1 to 5"}
    {"pointer":"#/comment","detail":"must not hold control characters"}
    "##);
}

#[test]
fn every_fault_in_the_form_of_maintenance_data_is_told() {
    let mut value = samples::requests(RouteName::PutMaintenance).remove(0).1;
    value["timeZone"] = json!(1);
    value["trucks"][0]["odometer"]["unit"] = json!("leagues");
    value["trucks"][0]["odometer"]["reading"]["value"] = json!(0.001);
    value["trucks"][0]["schedules"][0]["lastService"]["date"] = json!("2026-02-30");
    value["trucks"][0]["schedules"][0]["intervals"]["time"]["every"]["unit"] = json!("moons");
    value["trucks"][0]["schedules"][0]["intervals"]["time"]["dueSoonThresholdDays"] = json!(1.5);
    value["supplies"] = json!({});
    value.as_object_mut().unwrap().remove("equipment");
    insta::assert_snapshot!(faults::<MaintenanceDocument>(&value), @r##"
    {"pointer":"#/timeZone","detail":"expected a text"}
    {"pointer":"#/trucks/0/odometer/unit","detail":"expected `km` or `mi`"}
    {"pointer":"#/trucks/0/odometer/reading/value","detail":"expected a number with at most two decimals, at most 1000000000"}
    {"pointer":"#/trucks/0/schedules/0/intervals/time/every/unit","detail":"expected `days`, `weeks` or `months`"}
    {"pointer":"#/trucks/0/schedules/0/intervals/time/dueSoonThresholdDays","detail":"expected a whole number"}
    {"pointer":"#/trucks/0/schedules/0/lastService/date","detail":"expected a day, like `2026-11-22`"}
    {"pointer":"#/equipment","detail":"is missing"}
    {"pointer":"#/supplies","detail":"expected a list"}
    "##);
}

#[test]
fn a_blank_comment_of_a_form_is_none() {
    let rating = read::<Rating>(&json!({ "stars": 5, "comment": " \n" })).unwrap();
    assert_eq!(rating.comment, None);
}

/// Whether reader and serde agree on a value.
fn agrees<T: Readable + DeserializeOwned + PartialEq + std::fmt::Debug>(
    value: &Value,
) -> Result<(), TestCaseError> {
    let by_serde = serde_json::from_value::<T>(value.clone()).ok();
    prop_assert_eq!(read::<T>(value).ok(), by_serde, "{}", value);
    Ok(())
}

fn agree(name: RouteName, value: &Value) -> Result<(), TestCaseError> {
    match name {
        RouteName::CreateJob => agrees::<CreateJob>(value),
        RouteName::MoveJob => agrees::<Transition>(value),
        RouteName::SendMessage => agrees::<SendMessage>(value),
        RouteName::SetCharge => agrees::<Charge>(value),
        // A form's blank comment is none; serde would refuse it.
        RouteName::Rate if is_blank(&value["comment"]) => Ok(()),
        RouteName::Rate => agrees::<Rating>(value),
        RouteName::PutMaintenance => agrees::<MaintenanceDocument>(value),
        _ => Ok(()),
    }
}

fn is_blank(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.trim().is_empty())
}

fn bodies() -> Vec<(RouteName, Value)> {
    let of = |name| {
        let values = samples::requests(name).into_iter();
        values.map(move |(_, value)| (name, value))
    };
    ROUTES.iter().flat_map(|route| of(route.name)).collect()
}

/// Every place in a value, the whole first.
fn places(value: &Value) -> Vec<String> {
    let mut found = vec![String::new()];
    let steps: Vec<(String, &Value)> = match value {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| (index.to_string(), item))
            .collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, field)| (name.clone(), field))
            .collect(),
        _ => Vec::new(),
    };
    for (step, inner) in steps {
        found.extend(places(inner).iter().map(|rest| format!("/{step}{rest}")));
    }
    found
}

fn anything() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        Just(json!({})),
        Just(json!([])),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-10_i64..10).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-zA-Z0-9+:/ -]{1,12}".prop_map(Value::from),
        "\\PC{1,90}".prop_map(Value::from),
        prop::sample::select(vec![
            "CREATED",
            "RATED",
            "mi",
            "days",
            "fuel",
            "2026-11-22",
            "USD"
        ])
        .prop_map(Value::from),
    ]
}

#[test]
fn samples_are_read_as_serde_reads_them() {
    for (name, value) in bodies() {
        agree(name, &value).unwrap();
        let faults = match name {
            RouteName::CreateJob => faults::<CreateJob>(&value),
            RouteName::MoveJob => faults::<Transition>(&value),
            RouteName::SendMessage => faults::<SendMessage>(&value),
            RouteName::SetCharge => faults::<Charge>(&value),
            RouteName::Rate => faults::<Rating>(&value),
            RouteName::PutMaintenance => faults::<MaintenanceDocument>(&value),
            _ => String::new(),
        };
        assert_eq!(faults, "", "{}", name.as_str());
    }
    for route in ROUTES {
        let answer = samples::answer(route.name);
        let is_json = !matches!(
            route.name,
            RouteName::CarrierStatus | RouteName::CarrierInbound
        );
        assert_eq!(answer.is_some(), is_json, "{}", route.name.as_str());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// What is put in the place of a part of a body, or into it, or taken out of it, is judged alike by the reader
    /// and by serde.
    #[test]
    fn readers_and_serde_agree(
        which: prop::sample::Index, place: prop::sample::Index, name in "[a-z]{1,5}", change in 0..3, other in anything(),
    ) {
        let bodies = bodies();
        let (route, mut value) = bodies[which.index(bodies.len())].clone();
        let places = places(&value);
        let place = place.get(&places);
        // serde alone takes an array for an object: its fields in their order.
        prop_assume!(change != 0 || !other.is_array() || !value.pointer(place).unwrap().is_object());
        match change {
            0 => *value.pointer_mut(place).unwrap() = other,
            1 => {
                if let Some(object) = value.pointer_mut(place).unwrap().as_object_mut() {
                    object.insert(name, other);
                }
            }
            _ => {
                if let Some((parent, field)) = place.rsplit_once('/')
                    && let Some(object) = value.pointer_mut(parent).unwrap().as_object_mut() {
                    object.remove(field);
                }
            }
        }
        agree(route, &value)?;
    }
}
