//! Taking an environment away, against a cloud in memory: what goes, what stays, in what order, and
//! that a failure at any call is mended by the next destroy.

use qdn_infra::config::DataPolicy;
use qdn_infra::engine::{self, Consent, Error};

use crate::engine::{applied, apply, nothing_is_left};
use crate::fixture::{Fixture, Heard};
use crate::world::World;
#[tokio::test]
async fn destroy_leaves_nothing_when_asked_for_everything() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    destroy(&fixture, &world, EVERYTHING).await.unwrap();
    assert_eq!(
        world.contents(),
        serde_json::json!({"stacks": {}, "buckets": {}, "tables": []})
    );
}

#[tokio::test]
async fn destroy_keeps_the_bootstrap_stack_unless_asked() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    let consent = Consent {
        data: false,
        bootstrap: false,
    };
    destroy(&fixture, &world, consent).await.unwrap();
    let left: Vec<String> = world.contents()["stacks"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert_eq!(left, [fixture.desired.names().bootstrap]);
    // What is left serves the next apply.
    apply(&fixture, &world).await.unwrap();
    nothing_is_left(&fixture, &world).await;
}

/// What one `qdn-infra destroy` does: look, then take away.
pub async fn destroy(fixture: &Fixture, world: &World, consent: Consent) -> Result<(), Error> {
    let environment = &fixture.desired.environment;
    let ports = world.ports();
    let present = engine::present(environment, &ports).await?;
    engine::destroy(environment, &present, consent, &ports, &Heard::default()).await
}

pub fn keeping() -> Fixture {
    let mut fixture = Fixture::new();
    fixture.desired.environment.file.data = DataPolicy::Keep;
    fixture
}

pub const EVERYTHING: Consent = Consent {
    data: true,
    bootstrap: true,
};

#[tokio::test]
async fn destroy_of_kept_data_is_refused_before_anything_is_changed() {
    let fixture = keeping();
    let world = applied(&fixture).await;
    let before = world.contents();
    world.fail_at(None);
    let consent = Consent {
        data: false,
        bootstrap: true,
    };
    let refused = destroy(&fixture, &world, consent).await.unwrap_err();
    assert!(matches!(refused, Error::DataKept { .. }), "{refused}");
    assert!(world.changing().is_empty(), "{:?}", world.changing());
    assert_eq!(world.contents(), before);
}

#[tokio::test]
async fn kept_data_goes_after_its_stack_and_other_data_before() {
    const KEPT: [&str; 3] = ["DeleteStack", "DeleteObjects", "DeleteBucket"];
    const OTHER: [&str; 3] = ["DeleteObjects", "DeleteStack", "DeleteBucket"];
    for (fixture, order) in [(keeping(), KEPT), (Fixture::new(), OTHER)] {
        let world = applied(&fixture).await;
        world.fail_at(None);
        destroy(&fixture, &world, EVERYTHING).await.unwrap();
        // The main stack, the table if that outlives it, the secrets that it read, then the bootstrap stack.
        let table = if order == KEPT {
            ["UpdateTable", "DeleteTable"].as_slice()
        } else {
            &[]
        };
        let secrets = ["DeleteSecret"; 4].as_slice();
        assert_eq!(world.changing(), [&order, table, secrets, &order].concat());
        assert_eq!(
            world.contents(),
            serde_json::json!({"stacks": {}, "buckets": {}, "tables": []})
        );
    }
}

#[tokio::test]
async fn data_that_was_kept_goes_with_a_later_consent() {
    let fixture = keeping();
    let world = applied(&fixture).await;
    let none = Consent {
        data: false,
        bootstrap: false,
    };
    let names = fixture.desired.names();
    destroy(&fixture, &world, none).await.unwrap();
    let site = &world.contents()["buckets"][&names.site_bucket];
    assert!(site.as_object().is_some_and(|objects| !objects.is_empty()));
    destroy(&fixture, &world, EVERYTHING).await.unwrap();
    assert_eq!(
        world.contents(),
        serde_json::json!({"stacks": {}, "buckets": {}, "tables": []})
    );
}

#[tokio::test]
async fn a_failure_at_any_call_of_a_destroy_is_mended_by_the_next() {
    for make in [keeping, Fixture::new] {
        let fixture = make();
        let undisturbed = applied(&fixture).await;
        undisturbed.fail_at(None);
        destroy(&fixture, &undisturbed, EVERYTHING).await.unwrap();
        for (index, call) in undisturbed.calls().iter().enumerate() {
            let world = applied(&fixture).await;
            world.fail_at(Some(index));
            // Some failures, of telling events for one, end nothing.
            let _ = destroy(&fixture, &world, EVERYTHING).await;
            world.fail_at(None);
            destroy(&fixture, &world, EVERYTHING)
                .await
                .unwrap_or_else(|error| panic!("after {} failed: {error}", call.name));
            assert_eq!(
                world.contents(),
                serde_json::json!({"stacks": {}, "buckets": {}, "tables": []}),
                "after call {index}, {}, failed",
                call.name
            );
        }
    }
}
