//! Taking in what exists, against a cloud in memory that knows buckets alone.

use std::collections::BTreeMap;

use qdn_infra::engine::{self, Consent, Error, Import};
use qdn_infra::hint::Hint;
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
async fn kept(fixture: &Fixture) -> World {
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
    insta::assert_snapshot!(refused, @"bucket qdn-local-site-000000000000-us-east-1 is there, and stack qdn-local that it belongs to is not");
    insta::assert_snapshot!(refused.hint().unwrap(), @"take in what was kept: `qdn-infra import --env local`, then apply");
    assert!(world.changing().is_empty());

    let import = find(&fixture, &world, &[]).await.unwrap();
    let found: Vec<&str> = import
        .resources
        .iter()
        .map(|one| one.logical_id.as_str())
        .collect();
    assert_eq!((found, import.new_stack), (vec!["SiteBucket"], true));
    assert_eq!(
        json!(import.resources[0].identifier),
        json!({"BucketName": "qdn-local-site-000000000000-us-east-1"})
    );
    assert!(
        import
            .left
            .iter()
            .any(|(one, reason)| one.resource_type == "AWS::DynamoDB::Table"
                && reason.contains("was not found")),
        "{:?}",
        import.left
    );
    let ports = world.ports();
    engine::take_in(&import, &ports, &Heard::default())
        .await
        .unwrap();
    let resources = world.contents()["stacks"]["qdn-local"]["template"]["Resources"].clone();
    assert_eq!(
        resources.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["SiteBucket"]
    );

    // The rest is an ordinary update.
    apply(&fixture, &world).await.unwrap();
    assert!(shown(&fixture, &world).await.is_empty());
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
