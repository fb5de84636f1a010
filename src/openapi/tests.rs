//! Holds the document against the route table. That the function answers what its tables say is the function's own
//! tests' business, and that the document is OpenAPI that of `tests/openapi/check.py`, which reads the snapshot.

use std::collections::BTreeSet;

use qdn_shared::api::{problems, success};
use qdn_shared::route::{self, ROUTES};
use serde_json::Value;

use super::document;

fn parsed() -> Value {
    serde_json::from_str(&document()).unwrap()
}

#[test]
fn the_document() {
    insta::assert_snapshot!("document", document());
}

fn assert_sorted(value: &Value) {
    match value {
        Value::Object(map) => {
            assert!(map.keys().is_sorted());
            map.values().for_each(assert_sorted);
        }
        Value::Array(items) => items.iter().for_each(assert_sorted),
        _ => {}
    }
}

#[test]
fn it_is_the_same_every_time_and_sorted() {
    assert_eq!(document(), document());
    let document = parsed();
    for part in ["paths", "components"] {
        assert_sorted(&document[part]);
    }
}

#[test]
fn it_has_the_routes_of_the_table_and_no_other() {
    let document = parsed();
    let mut found = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap_or_default();
            found.insert((path.clone(), method.to_ascii_uppercase(), id.to_owned()));
        }
    }
    let routes = ROUTES.iter().map(|route| {
        let name = route.name.as_str().to_owned();
        (
            route.template().to_owned(),
            route.method.as_str().to_owned(),
            name,
        )
    });
    let options =
        route::paths().map(|path| (path.to_string(), "OPTIONS".to_owned(), String::new()));
    assert_eq!(found, routes.chain(options).collect());
}

#[test]
fn each_route_has_the_statuses_of_its_tables_and_no_other() {
    let document = parsed();
    for route in ROUTES {
        let method = route.method.as_str().to_ascii_lowercase();
        let responses = &document["paths"][route.template()][&method]["responses"];
        let found: BTreeSet<String> = responses.as_object().unwrap().keys().cloned().collect();
        let good = success(route.name).iter().map(ToString::to_string);
        let bad = problems(route.name)
            .into_iter()
            .map(|kind| kind.status().to_string());
        let expected = good.chain(bad).chain(["default".to_owned()]).collect();
        assert_eq!(found, expected, "{}", route.name.as_str());
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                if let Some(Value::String(reference)) = map.get("$ref") {
                    found.insert(reference.clone());
                }
                map.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let document = parsed();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 30, "{found:?}");
    for reference in &found {
        let pointer = reference
            .strip_prefix('#')
            .expect("a place in the document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    // And nothing lies there that nobody refers to.
    for part in ["schemas", "responses", "headers"] {
        for name in document["components"][part].as_object().unwrap().keys() {
            let reference = format!("#/components/{part}/{name}");
            let is_unused_kind = reference.ends_with("/MethodNotAllowed");
            assert!(found.contains(&reference) || is_unused_kind, "{reference}");
        }
    }
}
