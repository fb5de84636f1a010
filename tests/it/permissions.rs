//! The table of permissions against the calls that are made: by every adapter, as its source says, and by the engine, as
//! the cloud in memory heard them.

mod commands;
mod resources;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use qdn_infra::engine::{self, Consent, Purpose as Why};
use qdn_infra::permissions::{Declared, Purpose, operation, operations, policies};
use qdn_infra::plan::Layer;
use qdn_infra::ports::Service;
use qdn_shared::package::FunctionName;
use serde_json::Value;

use self::resources::asked;
use crate::checkout::Ran;
use crate::engine::{applied, apply, bootstrap, nothing_is_left, plan};
use crate::engine_adopt::open;
use crate::engine_destroy::destroy;
use crate::fixture::{Fixture, Heard, files_below, project};
use crate::process::run;
use crate::releases::{apply_desired, restored, two_releases};
use crate::verify::verify;
use crate::world::World;

/// Which service an adapter speaks with: by its SDK, or by the type that it is written for.
const SPEAKS: [(&str, Service); 14] = [
    ("aws_sdk_apigateway", Service::ApiGateway),
    ("aws_sdk_cloudformation", Service::CloudFormation),
    ("aws_sdk_cloudfrontkeyvaluestore", Service::KeyValueStore),
    ("aws_sdk_cloudfront:", Service::CloudFront),
    ("aws_sdk_cloudwatchlogs", Service::CloudWatchLogs),
    ("aws_sdk_dynamodb", Service::DynamoDb),
    ("aws_sdk_iam", Service::Iam),
    ("aws_sdk_lambda", Service::Lambda),
    ("aws_sdk_s3", Service::S3),
    ("aws_sdk_secretsmanager", Service::SecretsManager),
    ("aws_sdk_sts", Service::Sts),
    ("for S3 {", Service::S3),
    ("for CloudFront {", Service::CloudFront),
    ("for CloudFormation {", Service::CloudFormation),
];

/// Files of `src/aws` that make no call of AWS, though they speak of a client.
const CALLS_NOTHING: [&str; 3] = ["replay.rs", "session.rs", "web.rs"];

/// `list_objects_v2` is `ListObjectsV2`.
fn in_capitals(method: &str) -> String {
    let words = method.split('_').map(|word| {
        let (first, rest) = word.split_at(1);
        format!("{}{rest}", first.to_uppercase())
    });
    words.collect()
}

/// Every operation that an adapter calls on an SDK's client, with where it is called.
fn calls_in_source() -> BTreeMap<(String, String), String> {
    let mut calls = BTreeMap::new();
    let root = project().join("src/aws");
    for path in files_below(&root, "rs") {
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        let is_test = name.ends_with("tests.rs") || name.contains("tests/");
        if is_test || CALLS_NOTHING.contains(&&*name) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        let lines = code.lines().filter(|line| !line.trim().starts_with("//"));
        let dense: String = lines.flat_map(str::split_whitespace).collect();
        for (at, _) in dense.match_indices("client.") {
            let rest = &dense[at + "client.".len()..];
            let method = rest
                .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .next()
                .unwrap();
            if ["", "clone"].contains(&method) {
                continue;
            }
            let spoken = SPEAKS.iter().find(|(sign, _)| code.contains(sign));
            let (_, service) = spoken.unwrap_or_else(|| panic!("which service speaks {name}?"));
            calls.insert((service.to_string(), in_capitals(method)), name.clone());
        }
    }
    calls
}

#[test]
fn every_call_that_an_adapter_can_make_has_a_row_and_every_row_a_call() {
    let calls = calls_in_source();
    assert!(calls.len() > 40, "{calls:#?}");
    for ((service, name), file) in &calls {
        assert!(
            operation(service, name).is_some(),
            "src/aws/{file} calls {service} {name}, which has no row in src/permissions/operations"
        );
    }
    let known: BTreeSet<_> = calls.into_keys().collect();
    for row in operations() {
        let call = (row.service.to_string(), row.name.to_owned());
        assert!(known.contains(&call), "nothing in src/aws calls {call:?}");
    }
}

/// What the fixture's policies for a purpose say.
pub fn documents(fixture: &Fixture, purpose: Purpose) -> Vec<Value> {
    let environment = &fixture.desired.environment;
    let (file, values) = (&environment.file, &environment.values);
    let source = &fixture.desired.edge_source;
    let declared = Declared::of(file, source, values.distribution.as_ref()).unwrap();
    let policies = policies(&declared, purpose).unwrap();
    let (account, region) = (values.account.as_str(), file.region.as_str());
    policies
        .iter()
        .map(|policy| policy.resolved(account, region))
        .collect()
}

/// Whether an action is allowed on a resource, by its ARN.
pub fn is_allowed(documents: &[Value], action: &str, arn: &str) -> bool {
    let mut statements = documents
        .iter()
        .flat_map(|document| document["Statement"].as_array().unwrap());
    statements.any(|statement| {
        let words = |field: &str| match &statement[field] {
            Value::Array(words) => words.clone(),
            word => vec![word.clone()],
        };
        let fits = |pattern: &Value| {
            let pattern = pattern.as_str().unwrap_or_default();
            fits(pattern.as_bytes(), arn.as_bytes())
        };
        words("Action").iter().any(|one| one == action) && words("Resource").iter().any(fits)
    })
}

/// Whether a text is as a pattern says, in which `*` is anything and `?` one character.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => {
            fits(rest, text) || matches!(text, [_, text @ ..] if fits(pattern, text))
        }
        ([b'?', pattern @ ..], [_, text @ ..]) => fits(pattern, text),
        ([one, pattern @ ..], [other, text @ ..]) if one == other => fits(pattern, text),
        _ => false,
    }
}

/// Every call since the last time is one that the purpose allows, on the very resource that it was made on.
fn assert_allowed(fixture: &Fixture, world: &World, purpose: Purpose) {
    let documents = documents(fixture, purpose);
    let calls = world.calls();
    assert!(!calls.is_empty());
    for call in calls {
        // Neither is a service of AWS.
        if matches!(call.service, Service::Carrier | Service::Web) {
            continue;
        }
        // Conditional writes are told apart by a word behind their names.
        let name = call.name.split(' ').next().unwrap();
        let row = operation(&call.service.to_string(), name);
        let row = row.unwrap_or_else(|| panic!("{} {name} has no row", call.service));
        assert!(
            row.is_for(purpose),
            "{} {name} is not for {purpose:?}",
            call.service
        );
        let asked = asked(&call, row, purpose);
        let is_free = (call.service, name) == (Service::Sts, "GetCallerIdentity");
        assert_eq!(asked.is_empty(), is_free, "{call:?} needs {asked:?}");
        for (action, arn) in asked {
            assert!(
                is_allowed(&documents, action, &arn),
                "{purpose:?}: {name} needs {action} on {arn}"
            );
        }
    }
    world.fail_at(None);
}

/// Every call that a command told with `--calls --progress jsonl` is one that the purpose allows: what really went out
/// over the wire, SDKs and all.
pub fn assert_calls_allowed(ran: &Ran, purpose: Purpose) {
    let mut events = ran.events();
    let told = events.find(|event| event["event"] == "api-calls").unwrap();
    let calls = told["operations"].as_array().unwrap();
    assert!(!calls.is_empty());
    for call in calls {
        let (service, name) = (
            call["service"].as_str().unwrap(),
            call["operation"].as_str().unwrap(),
        );
        let row = operation(service, name);
        let row = row.unwrap_or_else(|| panic!("{service} {name} has no row"));
        assert!(
            row.is_for(purpose),
            "{service} {name} is not for {purpose:?}"
        );
    }
}

/// Something to do in every layer of a deployed environment.
fn change(fixture: &mut Fixture) {
    fixture.build_package(FunctionName::Api, b"second");
    fixture.desired.edge_source.push_str("// second\n");
    fixture.write_page("track.css", "body { margin: 0 }");
}

#[tokio::test]
async fn a_plan_makes_no_call_that_it_is_not_allowed() {
    let mut fixture = Fixture::new();
    let world = fixture.world();
    for why in [Why::Show, Why::Apply] {
        plan(&fixture, &world, why).await.unwrap();
        assert_allowed(&fixture, &world, Purpose::Plan);
    }
    let world = applied(&fixture).await;
    world.fail_at(None);
    for why in [Why::Show, Why::Save, Why::Apply] {
        plan(&fixture, &world, why).await.unwrap();
        assert_allowed(&fixture, &world, Purpose::Plan);
        change(&mut fixture);
    }
    let (ports, heard) = (world.ports(), Heard::default());
    engine::drift(fixture.desired.clone(), &ports, &heard)
        .await
        .unwrap();
    assert_allowed(&fixture, &world, Purpose::Plan);
}

#[tokio::test]
async fn without_secrets_and_edge_no_secret_is_read() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    change(&mut fixture);
    fixture.desired.skip = [Layer::Secrets, Layer::Edge].into();
    fixture.desired.secrets = None;
    world.fail_at(None);
    for why in [Why::Show, Why::Save] {
        let planned = plan(&fixture, &world, why).await.unwrap();
        assert!(!planned.plan.is_empty());
        assert_allowed(&fixture, &world, Purpose::Preview);
    }
    let (ports, heard) = (world.ports(), Heard::default());
    engine::drift(fixture.desired.clone(), &ports, &heard)
        .await
        .unwrap();
    assert_allowed(&fixture, &world, Purpose::Preview);
    // The others still see that it is not so for them.
    fixture.desired.skip = [Layer::Secrets].into();
    plan(&fixture, &world, Why::Show).await.unwrap();
    let read = |name| world.calls().iter().any(|call| call.name == name);
    assert!(read("GetSecretValue") && read("ListKeys"));
}

#[tokio::test]
async fn a_plan_without_secrets_is_carried_out_as_it_was_saved() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    world.fail_at(None);
    change(&mut fixture);
    fixture.desired.skip = [Layer::Secrets, Layer::Edge].into();
    fixture.desired.secrets = None;
    let (ports, heard) = (world.ports(), Heard::default());
    let planned = plan(&fixture, &world, Why::Save).await.unwrap();
    let saved = engine::save(&fixture.desired, &planned, &ports);
    let reopened = engine::reopen(&fixture.desired, &saved, &ports, &heard)
        .await
        .unwrap();
    engine::apply(&fixture.desired, &reopened, &ports, &heard)
        .await
        .unwrap();
    assert_allowed(&fixture, &world, Purpose::Deploy);
    nothing_is_left(&fixture, &world).await;
}

#[tokio::test]
async fn an_apply_makes_no_call_that_it_is_not_allowed() {
    for mut fixture in [Fixture::new(), Fixture::adopting()] {
        let world = open(&fixture);
        bootstrap(&fixture, &world).await;
        assert_allowed(&fixture, &world, Purpose::Administer);
        apply(&fixture, &world).await.unwrap();
        assert_allowed(&fixture, &world, Purpose::Apply);
        change(&mut fixture);
        apply(&fixture, &world).await.unwrap();
        assert_allowed(&fixture, &world, Purpose::Apply);
    }
}

#[tokio::test]
async fn a_rollback_makes_no_call_that_it_is_not_allowed() {
    let (fixture, world, _) = two_releases().await;
    world.fail_at(None);
    let desired = restored(&fixture, &world, None).await.unwrap();
    apply_desired(&desired, &world).await.unwrap();
    assert_allowed(&fixture, &world, Purpose::Deploy);
}

#[tokio::test]
async fn a_destroy_makes_no_call_that_it_is_not_allowed() {
    let consent = Consent {
        data: true,
        bootstrap: true,
    };
    for fixture in [Fixture::new(), Fixture::adopting()] {
        let world = open(&fixture);
        apply(&fixture, &world).await.unwrap();
        world.fail_at(None);
        destroy(&fixture, &world, consent).await.unwrap();
        assert_allowed(&fixture, &world, Purpose::Administer);
        bootstrap(&fixture, &world).await;
        assert_allowed(&fixture, &world, Purpose::Administer);
    }
}

#[test]
fn policies_are_printed_as_iam_takes_them() {
    for purpose in ["preview", "plan", "deploy", "apply", "administer"] {
        let ran = run(&["permissions", "--for", purpose, "--format", "json"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let policies: Vec<Value> = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(policies[0]["name"], format!("qdn-local-{purpose}-1"));
        assert_eq!(policies[0]["document"]["Version"], "2012-10-17");
        assert!(
            !ran.out.contains("AWS::") && !ran.out.contains("Fn::"),
            "{}",
            ran.out
        );
    }
    let ran = run(&["permissions"]);
    assert!(ran.out.contains("qdn-local-apply-1: "), "{}", ran.out);
}

#[test]
fn a_pipelines_roles_are_printed_for_a_repository_that_tokens_can_name() {
    let of = |repository| {
        run(&[
            "ci-role",
            "--repository",
            repository,
            "--environment",
            "local",
        ])
    };
    let ran = of("quickdumpnow/infra");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out
            .contains("repo:quickdumpnow/infra:environment:local"),
        "{}",
        ran.out
    );
    let wrong = of("quickdumpnow/*");
    assert_eq!(wrong.code, 3);
    assert!(wrong.err.contains("expected OWNER/NAME"), "{}", wrong.err);
}

#[tokio::test]
async fn a_verification_makes_no_call_that_who_applies_is_not_allowed() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    verify(&fixture, &world).await;
    assert_allowed(&fixture, &world, Purpose::Deploy);
}
