//! The edge's key value store is out of reach: whoever plans, applies or lists keys is told which store and why, and
//! nothing is changed.

use qdn_infra::engine::{self, Error, Purpose, Refresh};
use qdn_infra::hint::Hint as _;
use qdn_infra::ports::{ErrorKind, ResourceDrift, Service};
use qdn_shared::package::FunctionName;

use super::{JOBS, rotate, with};
use crate::engine::{applied, apply, nothing_is_left, plan};
use crate::fixture::{Fixture, Heard};
use crate::secrets::{assert_consistent, documents};
use crate::world::{STORE, World};

const REFUSALS: [(ErrorKind, &str); 2] = [
    (ErrorKind::AccessDenied, "`qdn-infra permissions`"),
    (ErrorKind::Unreachable, "check the network"),
];

/// What is said of a store that a call was not let to.
fn tells(error: &Error, operation: &str, kind: ErrorKind, hint: &str) {
    let Error::Cloud(cause) = error else {
        panic!("{error}");
    };
    assert_eq!(
        (cause.service, cause.operation, cause.kind),
        (Service::KeyValueStore, operation, kind)
    );
    assert!(error.to_string().contains(STORE), "{error}");
    let told = error.hint().unwrap();
    assert!(told.contains(hint), "{told}");
}

#[tokio::test]
async fn a_store_that_cannot_be_read_stops_before_anything_is_changed() {
    for (kind, hint) in REFUSALS {
        let mut fixture = Fixture::new();
        let world = applied(&fixture).await;
        // There is something to do in other layers.
        fixture.build_package(FunctionName::Api, b"second");
        fixture.write_page("track.css", "body { margin: 0 }");
        let before = world.contents();
        world.store(|store| store.refused = vec![("ListKeys", kind)]);
        world.fail_at(None);
        for purpose in [Purpose::Show, Purpose::Save, Purpose::Apply] {
            let error = plan(&fixture, &world, purpose).await.unwrap_err();
            tells(&error, "ListKeys", kind, hint);
        }
        let error = apply(&fixture, &world).await.unwrap_err();
        tells(&error, "ListKeys", kind, hint);
        let (ports, heard) = (world.ports(), Heard::default());
        let found = engine::drift(fixture.desired.clone(), &ports, &heard).await;
        tells(&found.unwrap_err(), "ListKeys", kind, hint);
        let tokens = with(&fixture, &world, async |keys| keys.tokens().await).await;
        tells(&tokens.unwrap_err(), "ListKeys", kind, hint);
        let operators = with(&fixture, &world, async |keys| keys.operators().await).await;
        tells(&operators.unwrap_err(), "ListKeys", kind, hint);
        let mut calls = world.calls().into_iter();
        assert!(calls.all(|call| !call.mutating));
        assert_eq!(world.contents(), before);

        world.store(|store| store.refused.clear());
        apply(&fixture, &world).await.unwrap();
        nothing_is_left(&fixture, &world).await;
    }
}

/// A key is missing at the edge, and nothing else is to do.
async fn missing_at_edge() -> (Fixture, World) {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    world.lose_at_edge("tk.1");
    world.fail_at(None);
    (fixture, world)
}

#[tokio::test]
async fn a_store_that_can_only_be_listed_is_left_as_it_is() {
    for (kind, hint) in REFUSALS {
        for operation in ["DescribeKeyValueStore", "UpdateKeys"] {
            let (fixture, world) = missing_at_edge().await;
            let (before, edge) = (world.contents(), world.edge());
            world.store(|store| store.refused = vec![(operation, kind)]);
            let error = apply(&fixture, &world).await.unwrap_err();
            tells(&error, operation, kind, hint);
            // The attempt itself may be among them.
            let mut changing = world.changing().into_iter();
            assert!(changing.all(|name| name == operation));
            assert_eq!((world.contents(), world.edge()), (before, edge));

            world.store(|store| store.refused.clear());
            apply(&fixture, &world).await.unwrap();
            assert_consistent(&fixture, &world);
        }
    }
}

/// A key that the edge could not be told of is not made.
#[tokio::test]
async fn no_key_is_made_while_the_edge_cannot_follow() {
    for refused in [Some(REFUSALS[0]), Some(REFUSALS[1]), None] {
        let fixture = Fixture::new();
        let world = applied(&fixture).await;
        let (before, edge) = (world.contents(), world.edge());
        world.store(|store| match refused {
            Some((kind, _)) => store.refused = vec![("DescribeKeyValueStore", kind)],
            None => store.gone = true,
        });
        world.fail_at(None);
        let made = with(&fixture, &world, async |keys| {
            keys.new_operator("ben", JOBS).await.map(drop)
        });
        let attempts = [rotate(&fixture, &world, true).await.map(drop), made.await];
        for attempt in attempts {
            let error = attempt.unwrap_err();
            match refused {
                Some((kind, hint)) => tells(&error, "DescribeKeyValueStore", kind, hint),
                None => is_gone(&error),
            }
        }
        assert!(world.changing().is_empty(), "{:?}", world.changing());
        assert_eq!((world.contents(), world.edge()), (before, edge));
    }
}

/// What leaked ends at the API at once, and at the edge when that is in reach again.
#[tokio::test]
async fn a_key_is_revoked_even_while_the_edge_cannot_follow() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    let made = with(&fixture, &world, async |keys| {
        let made = keys.new_operator("ana", JOBS).await?;
        keys.mirror().await.map(|()| made.0.id)
    });
    let id = made.await.unwrap();
    let (kind, hint) = REFUSALS[1];
    world.store(|store| store.refused = vec![("DescribeKeyValueStore", kind)]);
    let revoke = async || {
        with(&fixture, &world, async |keys| {
            keys.revoke_operator(&id).await
        })
        .await
    };
    tells(
        &revoke().await.unwrap_err(),
        "DescribeKeyValueStore",
        kind,
        hint,
    );
    let (_, operators) = documents(&fixture.desired.names().secrets, &world);
    assert!(!operators.keys().iter().any(|key| key.id() == id));
    assert!(world.edge().contains_key(&format!("op.{id}")));

    world.store(|store| store.refused.clear());
    revoke().await.unwrap();
    assert_consistent(&fixture, &world);
}

/// CloudFormation makes it anew, and the keys follow.
#[tokio::test]
async fn a_store_that_somebody_deleted_comes_back_with_its_keys() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    let edge = world.edge();
    world.store(|store| store.gone = true);
    world.drift(vec![ResourceDrift {
        logical_id: "EdgeKeys".to_owned(),
        resource_type: "AWS::CloudFront::KeyValueStore".to_owned(),
        is_gone: true,
        properties: Vec::new(),
    }]);
    let (ports, heard) = (world.ports(), Heard::default());
    let found = engine::drift(fixture.desired.clone(), &ports, &heard).await;
    assert!(!found.unwrap().is_none());
    fixture.desired.refresh = Refresh::Revert;
    apply(&fixture, &world).await.unwrap();
    assert_eq!(world.edge(), edge);
    fixture.desired.refresh = Refresh::Leave;
    nothing_is_left(&fixture, &world).await;
}

fn is_gone(error: &Error) {
    assert!(matches!(error, Error::StoreGone { .. }), "{error}");
    assert!(error.to_string().contains(STORE), "{error}");
    assert!(error.hint().unwrap().contains("--revert-drift"));
}

/// Nothing is planned for it, unless somebody asks what became of it.
#[tokio::test]
async fn a_store_that_somebody_deleted_is_named() {
    let (mut fixture, world) = missing_at_edge().await;
    let before = world.contents();
    world.store(|store| store.gone = true);
    for purpose in [Purpose::Show, Purpose::Save, Purpose::Apply] {
        is_gone(&plan(&fixture, &world, purpose).await.unwrap_err());
    }
    is_gone(&apply(&fixture, &world).await.unwrap_err());
    assert!(world.changing().is_empty(), "{:?}", world.changing());
    assert_eq!(world.contents(), before);
    fixture.desired.refresh = Refresh::Tell;
    plan(&fixture, &world, Purpose::Show).await.unwrap();
}

/// A stack may make its store known late, so it is waited for, and not for ever.
#[tokio::test]
async fn a_store_that_never_comes_is_named() {
    let fixture = Fixture::new();
    let world = fixture.world();
    world.store(|store| store.gone = true);
    let error = apply(&fixture, &world).await.unwrap_err();
    assert!(matches!(error, Error::TooLong { .. }), "{error}");
    assert_eq!(
        error.to_string(),
        format!("key value store {STORE} took longer than 300 s")
    );
    assert!(error.hint().unwrap().contains("run the same command again"));

    world.store(|store| store.gone = false);
    apply(&fixture, &world).await.unwrap();
    nothing_is_left(&fixture, &world).await;
}
