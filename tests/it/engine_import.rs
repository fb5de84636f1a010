//! Taking in what exists, against a cloud in memory that knows buckets, tables, log groups and APIs.

use std::collections::BTreeMap;

use qdn_infra::engine::event::What;
use qdn_infra::engine::{self, Consent, Error, Import};
use qdn_infra::hint::Hint;
use qdn_infra::plan::{Action, Layer, Target};
use serde_json::json;

use crate::engine::{applied, apply};
use crate::engine_destroy::{destroy, keeping};
use crate::fixture::{Fixture, Heard};
use crate::secrets::shown;
use crate::world::World;

async fn find(
    fixture: &Fixture,
    world: &World,
    given: &[(&str, Option<&str>)],
) -> Result<Import, Error> {
    let given: BTreeMap<String, Option<String>> = given
        .iter()
        .map(|(id, name)| ((*id).to_owned(), name.map(str::to_owned)))
        .collect();
    engine::find_imports(&fixture.desired, &world.ports(), &Heard::default(), &given).await
}

/// What was kept of a stack that is gone.
pub async fn kept(fixture: &Fixture) -> World {
    let world = applied(fixture).await;
    let consent = Consent {
        data: false,
        bootstrap: false,
    };
    destroy(fixture, &world, consent).await.unwrap();
    world.fail_at(None);
    world
}

#[tokio::test]
async fn what_was_kept_is_refused_by_apply_and_taken_in_by_import() {
    let fixture = keeping();
    let world = kept(&fixture).await;
    let refused = apply(&fixture, &world).await.unwrap_err();
    insta::assert_snapshot!(refused, @"bucket qdn-local-site-000000000000-us-east-1 and table qdn-local-data are still there, and stack qdn-local, to which that belongs, is not");
    insta::assert_snapshot!(refused.hint().unwrap(), @"take in what was kept: `qdn-infra import --env local`, then apply");
    assert!(world.changing().is_empty());

    let mut import = find(&fixture, &world, &[]).await.unwrap();
    let found: Vec<&str> = import
        .resources
        .iter()
        .map(|one| one.logical_id.as_str())
        .collect();
    assert_eq!(
        (found, import.new_stack),
        (vec!["DataTable", "SiteBucket"], true)
    );
    assert_eq!(
        json!(import.resources[1].identifier),
        json!({"BucketName": "qdn-local-site-000000000000-us-east-1"})
    );
    assert!(
        import
            .left
            .iter()
            .any(|(one, reason)| one.resource_type == "AWS::Logs::LogGroup"
                && reason.contains("was not found")),
        "{:?}",
        import.left
    );
    let ports = world.ports();
    engine::take_in(&mut import, &ports, &Heard::default())
        .await
        .unwrap();
    let resources = world.contents()["stacks"]["qdn-local"]["template"]["Resources"].clone();
    assert_eq!(
        resources.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["DataTable", "SiteBucket"]
    );

    // The rest is an ordinary update.
    apply(&fixture, &world).await.unwrap();
    assert!(shown(&fixture, &world).await.is_empty());
}

#[tokio::test]
async fn a_kept_table_alone_is_refused_by_apply_too() {
    let fixture = keeping();
    let world = kept(&fixture).await;
    world.lose_bucket("qdn-local-site-000000000000-us-east-1");
    let refused = apply(&fixture, &world).await.unwrap_err();
    insta::assert_snapshot!(refused, @"table qdn-local-data is still there, and stack qdn-local, to which that belongs, is not");
    assert!(world.changing().is_empty());
}

#[tokio::test]
async fn only_what_may_have_been_kept_is_asked_for() {
    let asks = |world: &World| {
        let calls = world.calls();
        calls.iter().any(|call| call.name == "DescribeTable")
    };
    let fixture = keeping();
    let world = fixture.world();
    apply(&fixture, &world).await.unwrap();
    assert!(asks(&world), "there was no stack");
    world.fail_at(None);
    apply(&fixture, &world).await.unwrap();
    assert!(!asks(&world), "the table is in the stack");
    let fixture = Fixture::new();
    let world = fixture.world();
    apply(&fixture, &world).await.unwrap();
    assert!(!asks(&world), "no stack of this environment leaves a table");
}

#[tokio::test]
async fn an_answer_that_names_nothing_is_no_proof() {
    let fixture = keeping();
    let world = kept(&fixture).await;
    let before = world.contents();
    world.silence_imports();
    let import = find(&fixture, &world, &[]).await.unwrap();
    let unknown = import.unknown.iter().map(|one| one.logical_id.as_str());
    assert!(import.resources.is_empty());
    assert!(unknown.clone().any(|id| id == "SiteBucket"), "{unknown:?}");
    give_up(&import, &world).await;
    assert_eq!(world.contents(), before);
}

async fn give_up(import: &Import, world: &World) -> Heard {
    let heard = Heard::default();
    engine::give_up(import, &world.ports(), &heard)
        .await
        .unwrap();
    heard
}

#[tokio::test]
async fn a_declined_import_leaves_no_stack_and_tells_its_templates() {
    let fixture = keeping();
    let world = kept(&fixture).await;
    let before = world.contents();
    let import = find(&fixture, &world, &[]).await.unwrap();
    assert_ne!(world.contents(), before);
    give_up(&import, &world).await;
    assert_eq!(world.contents(), before);

    // With a stack there is nothing to take away, and templates were read from the bucket.
    let mut first = find(&fixture, &world, &[("SiteBucket", None)])
        .await
        .unwrap();
    engine::take_in(&mut first, &world.ports(), &Heard::default())
        .await
        .unwrap();
    let import = find(&fixture, &world, &[("DataTable", None)])
        .await
        .unwrap();
    assert_eq!(import.resources.len(), 1);
    let heard = give_up(&import, &world).await.what();
    let [What::TemplatesStay { bucket, keys }] = &heard[..] else {
        panic!("{heard:?}");
    };
    let after = world.contents();
    assert_eq!(keys.len(), 1);
    assert!(
        after["buckets"][bucket.as_str()][&keys[0]].is_array(),
        "{keys:?}"
    );
    assert!(after["stacks"]["qdn-local"]["template"].is_object());
}

#[tokio::test]
async fn a_stack_that_was_there_before_is_not_taken_away() {
    let fixture = keeping();
    let world = kept(&fixture).await;
    // Somebody looked, and was stopped before anything was cleaned up.
    find(&fixture, &world, &[]).await.unwrap();
    let before = world.contents();
    let import = find(&fixture, &world, &[]).await.unwrap();
    give_up(&import, &world).await;
    assert_eq!(world.contents(), before);
}

#[tokio::test]
async fn an_import_that_fails_at_any_call_leaves_no_empty_stack() {
    let fixture = keeping();
    let kept = kept(&fixture).await;
    let smooth = kept.copy();
    take_in(&fixture, &smooth).await.unwrap();
    for index in 0..smooth.calls().len() {
        let world = kept.copy();
        world.fail_at(Some(index));
        let done = take_in(&fixture, &world).await;
        let stack = &world.contents()["stacks"]["qdn-local"];
        assert!(
            stack["template"].is_object() || (stack.is_null() && done.is_err()),
            "call {index}: {done:?}"
        );
    }
}

/// What one `qdn-infra import` does.
async fn take_in(fixture: &Fixture, world: &World) -> Result<(), Error> {
    let mut import = find(fixture, world, &[]).await?;
    engine::take_in(&mut import, &world.ports(), &Heard::default()).await
}

#[tokio::test]
async fn looking_leaves_no_change_set_and_nothing_is_found_twice() {
    let fixture = keeping();
    let world = applied(&fixture).await;
    let before = world.contents();
    let import = find(&fixture, &world, &[]).await.unwrap();
    assert_eq!((import.resources.len(), import.left.len()), (0, 0));
    assert_eq!(world.contents()["stacks"], before["stacks"]);
}

#[tokio::test]
async fn what_is_given_has_to_be_declared_and_named() {
    let fixture = Fixture::new();
    let world = fixture.world();
    let unknown = find(&fixture, &world, &[("Nothing", None)])
        .await
        .unwrap_err();
    insta::assert_snapshot!(unknown, @"Nothing is not a declared resource that can be taken in, or it is in the stack already");
    assert!(unknown.hint().unwrap().contains("SiteBucket"));
    let nameless = find(&fixture, &world, &[("Api", None)]).await.unwrap_err();
    insta::assert_snapshot!(nameless, @"the RestApiId of Api does not follow from its declaration");
    insta::assert_snapshot!(nameless.hint().unwrap(), @"name it: `--id Api=…`");
    assert!(world.changing().is_empty());
    let named = find(&fixture, &world, &[("Api", Some("a1"))])
        .await
        .unwrap();
    assert_eq!(named.left[0].1, "a1 was not found");
}

/// An API is found by the id that somebody names, log groups by the names that they are declared with.
#[tokio::test]
async fn an_api_and_log_groups_that_exist_are_taken_in() {
    let fixture = Fixture::new();
    let world = fixture.world();
    let functions = ["api", "relay", "upkeep"].map(|name| format!("/aws/lambda/qdn-local-{name}"));
    world.make("AWS::ApiGateway::RestApi", "a1b2c3d4e5");
    for group in functions.iter().map(String::as_str).chain([ACCESS]) {
        world.make("AWS::Logs::LogGroup", group);
    }
    let without = find(&fixture, &world, &[]).await.unwrap();
    assert_eq!(without.resources.len(), 4, "nobody named the API");
    give_up(&without, &world).await;

    let given = ["ApiLogGroup", "RelayLogGroup", "UpkeepLogGroup"].map(|id| (id, None));
    let api = [("Api", Some("a1b2c3d4e5")), ("ApiAccessLogGroup", None)];
    let mut import = find(&fixture, &world, &[&api[..], &given[..]].concat())
        .await
        .unwrap();
    let found = import.resources.iter();
    let found: BTreeMap<_, _> = found
        .map(|one| (one.logical_id.as_str(), json!(one.identifier)))
        .collect();
    let group = |name: &str| json!({"LogGroupName": name});
    let expected = [
        ("Api", json!({"RestApiId": "a1b2c3d4e5"})),
        ("ApiAccessLogGroup", group(ACCESS)),
        ("ApiLogGroup", group(&functions[0])),
        ("RelayLogGroup", group(&functions[1])),
        ("UpkeepLogGroup", group(&functions[2])),
    ];
    assert_eq!(found, BTreeMap::from(expected.clone()));
    assert!(import.left.is_empty() && import.unknown.is_empty());
    engine::take_in(&mut import, &world.ports(), &Heard::default())
        .await
        .unwrap();
    let resources = world.contents()["stacks"]["qdn-local"]["template"]["Resources"].clone();
    let taken: Vec<&String> = resources.as_object().unwrap().keys().collect();
    assert_eq!(taken, expected.each_ref().map(|(id, _)| id));
    // Who leaves the stack again keeps the API, which nothing declares to be deleted.
    assert_eq!(resources["Api"]["DeletionPolicy"], "Retain");

    // The rest is an ordinary update: it makes everything else, and what was taken in is what it is.
    let next = shown(&fixture, &world).await;
    let steps = next.layer(Layer::Stack).unwrap().steps.iter();
    let (mut made, mut changed) = (0, BTreeMap::new());
    for step in steps {
        if let Target::Resource { logical_id, .. } = &step.target {
            match step.action {
                Action::Create => made += 1,
                action => {
                    changed.insert(logical_id.as_str(), action);
                }
            }
        }
    }
    let declared = fixture.desired.main_stack().unwrap().template;
    let all = declared["Resources"].as_object().unwrap().len();
    assert_eq!(made, all - expected.len());
    // An API is declared without a policy of its own, which an import had to give it.
    assert_eq!(changed, BTreeMap::from([("Api", Action::Update)]));
    apply(&fixture, &world).await.unwrap();
    assert!(shown(&fixture, &world).await.is_empty());
}

const ACCESS: &str = "/aws/apigateway/qdn-local-api";
