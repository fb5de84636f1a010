//! Tests of the maintenance data: the seed document, and rules over random documents.

mod check;
mod due;
mod succession;
mod world;

use std::path::Path;

use jiff::Timestamp;

use super::MaintenanceDocument;

/// The document that a new system is given, `assets/seed/maintenance.json`.
fn seed() -> MaintenanceDocument {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/seed/maintenance.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn the_seed_is_as_it_has_to_be() {
    assert_eq!(seed().validate(), []);
    assert_eq!(MaintenanceDocument::check_succession(&seed(), &seed()), []);
}

#[test]
fn unknown_fields_and_what_is_computed_are_refused() {
    let mut document = serde_json::to_value(seed()).unwrap();
    document["trucks"][0]["schedules"][0]["status"] = "ok".into();
    let refused = serde_json::from_value::<MaintenanceDocument>(document).unwrap_err();
    assert!(
        refused.to_string().starts_with("unknown field `status`"),
        "{refused}"
    );
}

#[cfg(feature = "schema")]
#[test]
fn the_schema_names_every_part() {
    let schema = crate::maintenance::schema();
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(
        schema["$defs"]["Reading"]["properties"]["readAt"],
        serde_json::json!({ "type": "string", "format": "date-time", "description": "When it was read." })
    );
    let parts = schema["$defs"].as_object().unwrap().keys();
    let mut parts: Vec<_> = parts.map(String::as_str).collect();
    // Their order depends on which features other crates of the build ask for.
    parts.sort_unstable();
    insta::assert_snapshot!(parts.join(" "), @"Correction DistanceUnit Equipment Intervals LastService MeterInterval Odometer Period ProcurementWindow Reading Schedule Supply SupplyKind TimeInterval TimeUnit Truck");
}
