//! Drift: what is not as the newest release left it.

use qdn_infra::engine::{self, Drift, StackDrift};
use qdn_infra::plan::Layer;
use qdn_infra::ports::ResourceDrift;
use qdn_shared::package::FunctionName;

use crate::engine::applied;
use crate::fixture::{Fixture, Heard};
use crate::world::World;

/// What `drift` finds, and that it changes nothing.
async fn drift(fixture: &Fixture, world: &World) -> Drift {
    world.fail_at(None);
    let (ports, heard) = (world.ports(), Heard::default());
    let found = engine::drift(fixture.desired.clone(), &ports, &heard).await;
    assert!(world.changing().is_empty());
    found.unwrap()
}

#[tokio::test]
async fn what_the_release_left_is_no_drift_whatever_the_checkout_holds() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    let found = drift(&fixture, &world).await;
    assert!(found.is_none(), "{found:#?}");
    assert_eq!(found.stack, StackDrift::Unsupported);
    fixture.build_package(FunctionName::Api, b"second");
    fixture.write_page("track.css", "body { margin: 0 }");
    fixture.desired.secrets = None;
    assert!(drift(&fixture, &world).await.is_none());
}

#[tokio::test]
async fn each_thing_that_somebody_changed_is_found() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    let fresh = || world.copy();
    let site = fixture.desired.names().site_bucket;

    let lost = fresh();
    lost.lose(&site, "track/track.css");
    let found = drift(&fixture, &lost).await;
    assert!(!found.is_none());
    assert!(!found.plan.layer(Layer::Site).unwrap().steps.is_empty());

    let code = fresh();
    code.run_other_code(FunctionName::Relay);
    let found = drift(&fixture, &code).await;
    assert!(!found.is_none());
    assert_eq!(found.plan.layer(Layer::Stack).unwrap().findings.len(), 1);

    let key = fresh();
    key.lose_at_edge("tk.1");
    let found = drift(&fixture, &key).await;
    assert!(!found.plan.layer(Layer::Edge).unwrap().steps.is_empty());

    let resource = fresh();
    resource.drift(vec![ResourceDrift {
        logical_id: "ApiAlarm".to_owned(),
        resource_type: "AWS::CloudWatch::Alarm".to_owned(),
        is_gone: true,
        properties: Vec::new(),
    }]);
    let found = drift(&fixture, &resource).await;
    assert!(found.plan.is_empty() && !found.is_none());
    resource.drift(Vec::new());
    assert!(drift(&fixture, &resource).await.is_none());
}

#[tokio::test]
async fn without_a_release_there_is_nothing_to_compare_with() {
    let fixture = Fixture::new();
    let world = fixture.world();
    let (ports, heard) = (world.ports(), Heard::default());
    let refused = engine::drift(fixture.desired.clone(), &ports, &heard).await;
    assert!(matches!(
        refused,
        Err(engine::Error::Release(engine::ReleaseError::Absent { .. }))
    ));
}
