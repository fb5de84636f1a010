//! The published schema of saved plans, `docs/plan.schema.json`: made from the types, and true of what is written.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use qdn_infra::plan::{
    Action, Check, Conflict, Difference, Finding, Layer, LayerPlan, NotObserved, PropertyChange,
    Reason, SavedPlan, SecretStanding, Step, Target,
};
use qdn_infra::ports::Replacement;
use qdn_infra::python::{Search, Wanted, prepare, requirements_hash};
use qdn_infra::render;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::fixture::project;
use crate::saved_plan::{changed_everywhere, saved};

const REQUIREMENTS: &str = include_str!("../openapi/requirements.txt");

fn published() -> PathBuf {
    project().join("docs/plan.schema.json")
}

#[test]
fn the_published_schema_is_that_of_the_types() {
    let (published, made) = (published(), SavedPlan::schema());
    let new = published.with_added_extension("new");
    if fs::read_to_string(&published).unwrap_or_default() != made {
        fs::write(&new, made).unwrap();
        let [published, new] = [published, new].map(|file| file.display().to_string());
        panic!("{published} is out of date: read {new}, then `mv {new} {published}`");
    }
    let _ = fs::remove_file(new);
}

#[tokio::test]
async fn saved_plans_are_what_the_schema_says_and_others_are_not() {
    let (fixture, world) = changed_everywhere().await;
    let real = saved(&fixture, &world).await;
    let every = with_every_kind(&real);
    assert_eq!(SavedPlan::parse(&every.to_bytes()).unwrap(), every);

    let document = |plan: &SavedPlan| serde_json::from_slice::<Value>(&plan.to_bytes()).unwrap();
    let (real, every) = (document(&real), document(&every));
    let (step, layer) = ("/plan/layers/0/steps/0", "/plan/layers/0");
    let bad = [
        ("another document", "", "format", json!("tfplan")),
        ("another version", "", "version", json!(2)),
        ("another time", "", "made_at", json!(12)),
        ("one thing more", "", "secret", json!("x")),
        ("an unknown option", "/options", "yes", json!(true)),
        ("an unknown layer", layer, "layer", json!("moon")),
        ("no steps", layer, "steps", Value::Null),
        ("an unknown action", step, "action", json!("explode")),
        ("an unknown part of a step", step, "risk", json!("none")),
        ("an unknown kind", step, "target", json!({"kind": "moon"})),
        (
            "an unknown part of a target",
            "/plan/layers/0/steps/0/target",
            "size",
            json!(1),
        ),
    ];
    let bad = bad.map(|(name, place, field, value)| {
        let mut document = every.clone();
        document.pointer_mut(place).unwrap()[field] = value;
        let bytes = serde_json::to_vec(&document).unwrap();
        assert!(SavedPlan::parse(&bytes).is_err(), "{name} is read");
        (name.to_owned(), document)
    });
    let bad: serde_json::Map<String, Value> = bad.into_iter().collect();
    check(
        &published(),
        &json!({"good": {"real": real, "every kind": every}, "bad": bad}),
    )
    .await;
}

/// What `plan --format json` prints is the part of the schema that the documents name.
#[tokio::test]
async fn a_printed_plan_is_what_its_part_of_the_schema_says() {
    let (fixture, world) = changed_everywhere().await;
    let saved = saved(&fixture, &world).await;
    let printed: Value = serde_json::from_str(&render::plan_json(&saved.plan)).unwrap();
    let whole: Value = serde_json::from_slice(&saved.to_bytes()).unwrap();
    let folder = TempDir::new().unwrap();
    let part = folder.path().join("part.json");
    let mut schema: Value = serde_json::from_str(&SavedPlan::schema()).unwrap();
    let part_of = json!({"$ref": "#/$defs/Plan", "$defs": schema["$defs"].take()});
    fs::write(&part, part_of.to_string()).unwrap();
    check(
        &part,
        &json!({"good": {"printed": printed}, "bad": {"saved": whole}}),
    )
    .await;
}

fn change() -> PropertyChange {
    PropertyChange {
        path: "Properties.MemorySize".to_owned(),
        before: None,
        after: Some(json!({"Ref": "Memory"})),
    }
}

/// The same plan with a step on every kind of target, and with everything else that a plan can tell.
fn with_every_kind(real: &SavedPlan) -> SavedPlan {
    let mut every = real.clone();
    let name = || "x".to_owned();
    let changes = || vec![change()];
    let check = Check::Function;
    let targets = vec![
        Target::Resource {
            logical_id: name(),
            resource_type: name(),
            replacement: Replacement::Conditional,
            changes: changes(),
        },
        Target::Output {
            name: name(),
            changes: changes(),
        },
        Target::StackTags { changes: changes() },
        Target::Routes {
            routes: vec![name()],
        },
        Target::Secret {
            name: name(),
            changes: changes(),
        },
        Target::FunctionCode {
            function: name(),
            key: name(),
        },
        Target::EdgeCode {
            logical_id: name(),
            function: name(),
            sha256: name(),
        },
        Target::EdgeKey { key: name() },
        Target::Package {
            function: name(),
            key: name(),
            bytes: 1,
        },
        Target::Object {
            key: name(),
            bytes: 0,
            changes: changes(),
        },
        Target::Manifest { key: name() },
        Target::Distribution {
            id: name(),
            changes: changes(),
        },
        Target::BucketPolicy {
            bucket: name(),
            changes: changes(),
        },
        Target::Document {
            name: name(),
            changes: changes(),
        },
        Target::Webhook {
            subject: name(),
            changes: changes(),
        },
        Target::Paths {
            paths: vec![name()],
        },
        Target::Check { check },
    ];
    let named: BTreeSet<String> = targets.iter().map(kind).collect();
    assert_eq!(named, kinds("Target"), "a kind of target has no step here");
    let steps = targets.into_iter().map(|target| Step {
        action: Action::Update,
        reason: Reason::ScheduledForDeletion,
        target,
    });
    every.plan.layers[0] = LayerPlan {
        secrets: vec![SecretStanding {
            name: name(),
            standing: Difference::Missing,
        }],
        steps: steps.collect(),
        conflicts: vec![
            Conflict::Both {
                path: name(),
                base: None,
                ours: Some(json!(1)),
                theirs: Some(json!([])),
            },
            Conflict::Gone,
        ],
        findings: vec![
            Finding::ErrorPages {
                distribution: name(),
                codes: vec![403, 404],
            },
            Finding::DeletionsHeld {
                count: 60,
                limit: 50,
            },
        ],
        ..LayerPlan::unseen(Layer::Bootstrap, NotObserved::NoSecret { name: name() })
    };
    every
}

fn kind(target: &Target) -> String {
    let target = serde_json::to_value(target).unwrap();
    target["kind"].as_str().unwrap().to_owned()
}

/// The kinds that the schema knows of a type.
fn kinds(name: &str) -> BTreeSet<String> {
    let schema: Value = serde_json::from_str(&SavedPlan::schema()).unwrap();
    let known = schema["$defs"][name]["oneOf"].as_array().unwrap();
    let kind = |one: &Value| {
        let kind = &one["properties"]["kind"]["const"];
        kind.as_str().unwrap().to_owned()
    };
    known.iter().map(kind).collect()
}

/// Asks a validator that others wrote.
async fn check(schema: &Path, documents: &Value) {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_qdn-infra"));
    let shared = || program.ancestors().nth(2).unwrap().join("qdn/tools");
    let tools = std::env::var_os("QDN_TOOLS").map_or_else(shared, PathBuf::from);
    let hash = requirements_hash(REQUIREMENTS);
    let wanted = Wanted {
        name: "jsonschema".to_owned(),
        folder: tools.join(format!("schema-{}", &hash[..12])),
        requirements: REQUIREMENTS,
        programs: &[],
        files: &["jsonschema/__init__.py"],
    };
    let search = Search::of_this_process();
    let environment = prepare(&wanted, &search, &|_| {}).await.unwrap();
    let mut python = Command::new(environment.python())
        .arg(project().join("tests/plan-schema/check.py"))
        .arg(schema)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = python.stdin.take().unwrap();
    stdin.write_all(documents.to_string().as_bytes()).unwrap();
    drop(stdin);
    let said = python.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&said.stdout);
    assert!(said.status.success(), "{text}");
}
