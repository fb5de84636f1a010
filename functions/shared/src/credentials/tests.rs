//! Tests of the carrier's credentials.

use std::collections::BTreeMap;

use super::*;
use proptest::prelude::*;
use serde_json::json;

fn good() -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        (ACCOUNT_SID, format!("AC{}", "0a".repeat(16))),
        (API_KEY_SID, format!("SK{}", "1b".repeat(16))),
        (API_KEY_SECRET, r#"s"ecret\0123456789"#.to_owned()),
        (FROM, format!("MG{}", "2c".repeat(16))),
        (CONTACT_PRIMARY, "+1 (415) 555-2671".to_owned()),
        (CONTACT_MAIN, "+14155552672".to_owned()),
        (CONTACT_BACKUP, "+14155552673".to_owned()),
    ])
}

fn read(values: &BTreeMap<&'static str, String>) -> Result<CarrierCredentials, CredentialFaults> {
    CarrierCredentials::from_values(|name| values.get(name).map(String::as_str))
}

#[test]
fn the_document_is_as_agreed_and_reads_back() {
    let credentials = read(&good()).unwrap();
    let json = credentials.canonical_json();
    insta::assert_snapshot!(json.expose_secret(), @r#"{"QDN_CONTACT_BACKUP":"+14155552673","QDN_CONTACT_MAIN":"+14155552672","QDN_CONTACT_PRIMARY":"+14155552671","TWILIO_ACCOUNT_SID":"AC0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a","TWILIO_API_KEY_SECRET":"s\"ecret\\0123456789","TWILIO_API_KEY_SID":"SK1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b","TWILIO_FROM":"MG2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c"}"#);
    let again: CarrierCredentials = serde_json::from_str(json.expose_secret()).unwrap();
    assert_eq!(again.canonical_json().expose_secret(), json.expose_secret());
    assert!(NAMES.is_sorted());
}

#[test]
fn values_come_out_where_they_belong() {
    let mut values = good();
    values.insert(FROM, "+1 415 555 2674".to_owned());
    let credentials = read(&values).unwrap();
    assert_eq!(credentials.account_sid(), values[ACCOUNT_SID]);
    assert_eq!(credentials.api_key_sid(), values[API_KEY_SID]);
    assert_eq!(credentials.api_key_secret(), values[API_KEY_SECRET]);
    assert_eq!(credentials.from().as_str(), "+14155552674");
    let lines: Vec<_> = Line::ALL
        .iter()
        .map(|line| credentials.contact(*line).as_str())
        .collect();
    assert_eq!(lines, ["+14155552671", "+14155552672", "+14155552673"]);
}

#[test]
fn every_fault_is_listed_without_its_value() {
    let values = BTreeMap::from([
        (ACCOUNT_SID, format!("SK{}", "0a".repeat(16))),
        (API_KEY_SID, format!("SK{}", "****".repeat(8))),
        (API_KEY_SECRET, "with a space".to_owned()),
        (FROM, "5552671".to_owned()),
        (CONTACT_PRIMARY, String::new()),
        (CONTACT_BACKUP, "+999123".to_owned()),
    ]);
    let faults = read(&values);
    let lines = faults
        .unwrap_err()
        .0
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n");
    insta::assert_snapshot!(lines, @"
    `QDN_CONTACT_BACKUP` has another form, expected a phone number in international form, like `+14155552671`
    `QDN_CONTACT_MAIN` is missing or empty
    `QDN_CONTACT_PRIMARY` is missing or empty
    `TWILIO_ACCOUNT_SID` has another form, expected `AC` and 32 hexadecimal digits
    `TWILIO_API_KEY_SECRET` has another form, expected printable ASCII without spaces, at most 256 characters
    `TWILIO_API_KEY_SID` holds `****` where a page hides the value: copy the value itself
    `TWILIO_FROM` has another form, expected a phone number in international form, like `+14155552671`, or `MG` and 32 hexadecimal digits
    ");
}

#[test]
fn stored_documents_of_another_form_are_refused_without_their_values() {
    let stored: serde_json::Value =
        serde_json::from_str(read(&good()).unwrap().canonical_json().expose_secret()).unwrap();
    let said = |name: &str, value: serde_json::Value| {
        let mut document = stored.clone();
        document[name] = value;
        serde_json::from_value::<CarrierCredentials>(document)
            .unwrap_err()
            .to_string()
    };
    insta::assert_snapshot!(said(API_KEY_SECRET, json!(12_345)), @"`TWILIO_API_KEY_SECRET` is missing or empty");
    insta::assert_snapshot!(said(CONTACT_MAIN, json!("415 555 2671")), @"`QDN_CONTACT_MAIN` has another form, expected a phone number in international form, like `+14155552671`");
    insta::assert_snapshot!(said("TWILIO_AUTH_TOKEN", json!("hidden")), @"the carrier's credentials have a value that is not known");
}

#[test]
fn nothing_prints_a_value() {
    let credentials = read(&good()).unwrap();
    insta::assert_snapshot!(format!("{credentials:?} {:?}", credentials.from()), @"CarrierCredentials(redacted) Service(Sid(MG…))");
}

proptest! {
    /// Whatever a value is, the faults never repeat it; an accepted one comes out as it went in.
    #[test]
    fn any_value_is_taken_as_it_is_or_refused_unseen(which in 0..NAMES.len(), value in "\\PC{0,40}|[!-~]{9,300}|(AC|SK|MG)[0-9a-fA-F]{32}") {
        let name = NAMES[which];
        let mut values = good();
        values.insert(name, value.clone());
        match read(&values) {
            Ok(credentials) => {
                let json = credentials.canonical_json();
                let stored: serde_json::Value = serde_json::from_str(json.expose_secret()).unwrap();
                prop_assert!(name.starts_with("QDN_") || name == FROM || stored[name] == value);
                let again: CarrierCredentials = serde_json::from_str(json.expose_secret()).unwrap();
                let again = again.canonical_json();
                prop_assert_eq!(again.expose_secret(), json.expose_secret());
            }
            Err(faults) => {
                prop_assert_eq!(faults.0.iter().map(|fault| fault.variable).collect::<Vec<_>>(), [name]);
                prop_assert!(value.len() < 9 || !faults.to_string().contains(&value));
            }
        }
    }
}
