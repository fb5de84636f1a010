//! The edge function is tried before the stack publishes it, where its cloud can, and never left behind.

use qdn_infra::config::Cloud;
use qdn_infra::engine::{Error, Purpose};
use qdn_infra::plan::{Finding, Layer};

use crate::engine::{apply, plan};
use crate::fixture::Fixture;
use crate::world::World;

/// An environment on AWS, deployed, with another edge function waiting.
async fn changed(function: &str) -> (Fixture, World) {
    let mut fixture = Fixture::new();
    fixture.desired.environment.file.cloud = Cloud::Aws;
    let world = fixture.world();
    apply(&fixture, &world).await.unwrap();
    fixture.desired.edge_source = format!("const SETTINGS = {{}};\n{function}\n");
    world.fail_at(None);
    (fixture, world)
}

fn about_candidates(world: &World) -> Vec<&'static str> {
    let names = ["CreateFunction", "TestFunction", "DeleteFunction"];
    let calls = world.calls();
    let about = calls.iter().filter(|call| names.contains(&call.name));
    about.map(|call| call.name).collect()
}

#[tokio::test]
async fn a_changed_function_is_tried_on_every_event_and_deleted_before_it_is_published() {
    let (fixture, world) = changed("function handler(event) { return event; }").await;
    apply(&fixture, &world).await.unwrap();
    assert_eq!(
        about_candidates(&world),
        [
            "DeleteFunction",
            "CreateFunction",
            "TestFunction",
            "TestFunction",
            "DeleteFunction"
        ]
    );
    let names: Vec<_> = world.calls().iter().map(|call| call.name).collect();
    let last = |name: &str| names.iter().rposition(|one| *one == name).unwrap();
    assert!(last("DeleteFunction") < last("ExecuteChangeSet"));
    // What does not change is not tried.
    world.fail_at(None);
    apply(&fixture, &world).await.unwrap();
    assert!(about_candidates(&world).is_empty());
}

#[tokio::test]
async fn a_function_that_fails_or_takes_too_much_is_not_deployed() {
    for (function, expected) in [
        (
            "function throws() {}",
            "the edge function failed on main-site: it threw",
        ),
        (
            "function dear() {}",
            "the edge function took 71 of 100 on main-site, more than the 70 that are safe",
        ),
    ] {
        let (fixture, world) = changed(function).await;
        let refused = apply(&fixture, &world).await.unwrap_err();
        assert!(
            matches!(refused, Error::EdgeTrial { .. } | Error::EdgeTooDear { .. }),
            "{refused}"
        );
        assert_eq!(refused.to_string(), expected);
        assert_eq!(about_candidates(&world).last(), Some(&"DeleteFunction"));
        assert!(
            world
                .calls()
                .iter()
                .all(|call| call.name != "ExecuteChangeSet")
        );
    }
}

#[tokio::test]
async fn a_trial_that_was_cut_short_anywhere_is_mended_by_the_next() {
    let (fixture, undisturbed) = changed("function handler(event) { return event; }").await;
    let before = undisturbed.copy();
    apply(&fixture, &undisturbed).await.unwrap();
    for (index, call) in undisturbed.calls().iter().enumerate() {
        if !about_candidates(&undisturbed).contains(&call.name) {
            continue;
        }
        let world = before.copy();
        world.fail_at(Some(index));
        apply(&fixture, &world).await.unwrap_err();
        world.fail_at(None);
        apply(&fixture, &world).await.unwrap();
        assert_eq!(about_candidates(&world).last(), Some(&"DeleteFunction"));
    }
}

#[tokio::test]
async fn the_plan_says_where_nothing_is_tried() {
    let (mut fixture, world) = changed("function handler(event) { return event; }").await;
    let findings = async |fixture: &Fixture| {
        let planned = plan(fixture, &world, Purpose::Show).await.unwrap();
        let layer = planned.plan.layer(Layer::Stack).unwrap();
        layer.findings.clone()
    };
    assert_eq!(findings(&fixture).await, []);
    fixture.desired.environment.file.cloud = Cloud::Local;
    assert_eq!(
        findings(&fixture).await,
        [Finding::EdgeUntried {
            function: "qdn-local-edge".to_owned()
        }]
    );
    world.fail_at(None);
    apply(&fixture, &world).await.unwrap();
    assert!(about_candidates(&world).is_empty());
}
