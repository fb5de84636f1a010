//! Secrets files: what was read is read again from what it would be written as, faults have lines of the file, and
//! nothing that can be printed holds a value.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use qdn_infra::secrets::{Error, Fault, SecretsFile, parse};
use secrecy::ExposeSecret as _;

/// In every secret value of the corpus; no message has a word like it.
const CANARY: &str = "canary";

fuzz_target!(|bytes: &[u8]| match parse(bytes) {
    Ok(file) => {
        assert!(!format!("{file:?}").contains(CANARY));
        let written = written(&file);
        let again = parse(written.as_bytes()).expect("what was read");
        assert!(
            written == self::written(&again),
            "it is read differently again"
        );
    }
    Err(faults) => told(bytes, faults),
});

/// The values as a secrets file of their own.
fn written(file: &SecretsFile) -> String {
    let document = file.carrier_document();
    let values: BTreeMap<String, String> =
        serde_json::from_str(document.text().expose_secret()).expect("names and values");
    let token = file.auth_token.as_ref().map(|token| token.expose_secret());
    let token = token.map(|token| ("TWILIO_AUTH_TOKEN".to_owned(), token.to_owned()));
    let lines = values.into_iter().chain(token);
    lines
        .map(|(name, value)| format!("{name}='{value}'\n"))
        .collect()
}

fn told(bytes: &[u8], faults: Vec<Fault>) {
    assert!(!faults.is_empty());
    let lines = bytes.split(|byte| *byte == b'\n').count();
    for line in faults.iter().filter_map(|fault| fault.line) {
        assert!((1..=lines).contains(&line), "line {line} of {lines}");
    }
    let error = Error::Faults {
        file: "repos.env".into(),
        faults,
    };
    for text in [error.to_string(), format!("{error:?}")] {
        assert!(!text.contains(CANARY), "{text}");
    }
}
