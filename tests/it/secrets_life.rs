//! How secrets end and come back, and that a failure at any call about them is mended by the next apply.

use qdn_infra::config::DataPolicy;
use qdn_infra::engine::{self, Consent};
use serde_json::Value;

use crate::engine::{applied, apply};
use crate::fixture::{Fixture, Heard, SECRET, secrets_file};
use crate::secrets::{OTHER_SECRET, assert_consistent, secrets, shown, told};
use crate::world::World;

async fn destroy(fixture: &Fixture, world: &World, consent: Consent) {
    let environment = &fixture.desired.environment;
    let ports = world.ports();
    let present = engine::present(environment, &ports).await.unwrap();
    engine::destroy(environment, &present, consent, &ports, &Heard::default())
        .await
        .unwrap();
}

#[tokio::test]
async fn kept_secrets_outlive_their_stack_unless_data_goes_and_then_can_be_restored() {
    let mut fixture = Fixture::new();
    fixture.desired.environment.file.data = DataPolicy::Keep;
    let world = applied(&fixture).await;
    let names = fixture.desired.names().secrets;
    let keys = world.secret(&names.keys).unwrap();
    let consent = |data| Consent {
        data,
        bootstrap: false,
    };
    destroy(&fixture, &world, consent(false)).await;
    assert_eq!(world.secret(&names.keys), Some(keys.clone()));

    destroy(&fixture, &world, consent(true)).await;
    assert!(names.all().iter().all(|name| world.is_scheduled(name)));
    let planned = shown(&fixture, &world).await;
    let steps = told(secrets(&planned));
    assert!(
        steps
            .iter()
            .all(|step| step.starts_with("Create ScheduledForDeletion ")),
        "{steps:?}"
    );
    apply(&fixture, &world).await.unwrap();
    assert_consistent(&fixture, &world);
    assert_eq!(world.secret(&names.keys), Some(keys), "links stay valid");
    assert!(shown(&fixture, &world).await.is_empty());
}

#[tokio::test]
async fn the_local_clouds_secrets_go_at_once() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    let none = Consent {
        data: false,
        bootstrap: false,
    };
    destroy(&fixture, &world, none).await;
    assert_eq!(world.contents().get("secrets"), None::<&Value>);
    let names = fixture.desired.names().secrets;
    assert!(names.all().iter().all(|name| !world.is_scheduled(name)));
}

/// Everything at once that can be wrong with secrets.
async fn disturbed(fixture: &mut Fixture) -> World {
    fixture.desired.environment.file.data = DataPolicy::Keep;
    fixture.write_secrets(&secrets_file(SECRET));
    let world = applied(fixture).await;
    let names = fixture.desired.names().secrets;
    let data = Consent {
        data: true,
        bootstrap: false,
    };
    destroy(fixture, &world, data).await;
    world.lose_secret(&names.deployer_key);
    fixture.write_secrets(&secrets_file(OTHER_SECRET));
    let tags = &mut fixture.desired.environment.file.tags;
    tags.insert("owner".to_owned(), "ops".to_owned());
    world
}

/// Calls that are about secrets and edge keys; all others are made to fail elsewhere.
fn is_ours(name: &str) -> bool {
    name.contains("Secret") || name.contains("Key") || name == "TagResource"
}

#[tokio::test]
async fn a_failure_at_any_call_is_mended_by_the_next_apply() {
    let mut fixture = Fixture::new();
    let before = disturbed(&mut fixture).await;
    let undisturbed = before.copy();
    undisturbed.fail_at(None);
    apply(&fixture, &undisturbed).await.unwrap();
    assert_consistent(&fixture, &undisturbed);
    let (mut tried, mut looked_again) = (0, 0);
    for (index, call) in undisturbed.calls().iter().enumerate() {
        if !is_ours(call.name) {
            continue;
        }
        tried += 1;
        let world = before.copy();
        world.fail_at(Some(index));
        let disturbed = apply(&fixture, &world).await;
        if disturbed.is_ok() {
            // A proof that reads in vain reads again.
            looked_again += 1;
            let is_read = ["DescribeSecret", "GetSecretValue"].contains(&call.name);
            assert!(is_read, "{} failed, and nobody was told", call.name);
        }
        world.fail_at(None);
        apply(&fixture, &world)
            .await
            .unwrap_or_else(|error| panic!("after {} failed: {error}", call.name));
        assert_consistent(&fixture, &world);
        let left = shown(&fixture, &world).await;
        assert!(left.is_empty(), "after {} failed: {left:#?}", call.name);
        let carrier = fixture.desired.names().secrets.carrier;
        assert_eq!(world.versions(&carrier), 2, "after {} failed", call.name);
    }
    assert!(tried > 20, "only {tried} calls were tried");
    // The four secrets and two of their values; the keys for the page, for strangers and for the webhook.
    assert_eq!(looked_again, 9, "every other failure is told");
}
