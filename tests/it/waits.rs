//! Every wait of the engine has a limit that the documents name, and is told.

use std::fs;
use std::path::Path;

use qdn_infra::engine::event::{Awaited, What};
use qdn_infra::engine::{self, Purpose, Scope};

use crate::fixture::{Fixture, Heard, files_below};

/// `Duration::from_mins(5)` as the documents write it.
fn documented(value: &str) -> Option<String> {
    let value = value.strip_prefix("Duration::from_")?;
    let (unit, number) = value.strip_suffix(')')?.split_once('(')?;
    let unit = match unit {
        "mins" => "min",
        "secs" => "s",
        _ => return None,
    };
    Some(format!("{number} {unit}"))
}

#[test]
fn the_documents_name_every_limit_of_the_engine() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let documents = fs::read_to_string(root.join("docs/retries.md")).unwrap();
    let mut found = 0;
    for file in files_below(&root.join("src/engine"), "rs") {
        for line in fs::read_to_string(&file).unwrap().lines() {
            let line = line.strip_prefix("pub ").unwrap_or(line);
            let declared = line.strip_prefix("const ");
            let declared = declared.and_then(|rest| rest.strip_suffix(';'));
            let Some((name, value)) = declared.and_then(|rest| rest.split_once(": Duration = "))
            else {
                continue;
            };
            if !name.ends_with("_LIMIT") {
                continue;
            }
            let limit = documented(value).unwrap_or_else(|| panic!("{name} is {value}"));
            let row = format!("| {limit} | `{name}` |");
            assert!(
                documents.contains(&row),
                "docs/retries.md has no row that ends {row}"
            );
            found += 1;
        }
    }
    assert_eq!(found, documents.matches("_LIMIT` |").count());
}

#[tokio::test]
async fn a_function_that_is_being_updated_is_waited_for() {
    let fixture = Fixture::new();
    let world = fixture.world();
    let (ports, heard) = (world.ports(), Heard::default());
    world.refuse_invocations(5);
    let planned = engine::plan(
        &fixture.desired,
        &ports,
        &heard,
        Purpose::Apply,
        Scope::Everything,
    );
    let planned = planned.await.unwrap();
    engine::apply(&fixture.desired, &planned, &ports, &heard)
        .await
        .unwrap();
    let waited = |what: &What| {
        matches!(
            what,
            What::Waiting {
                awaited: Awaited::Function,
                ..
            }
        )
    };
    assert!(heard.what().iter().any(waited));
}
