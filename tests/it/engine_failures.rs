//! A failure at any call of an apply is mended by the next one. And what an apply refuses to do.

mod data_loss;

use qdn_infra::engine::Purpose;
use qdn_shared::package::FunctionName;

use crate::engine::{applied, apply, plan};
use crate::fixture::Fixture;
use crate::secrets::assert_consistent;
use crate::world::World;

/// Fails each call of an apply in turn; a plain second apply must end as the undisturbed one does.
pub async fn every_failure_is_mended(prepare: impl AsyncFn() -> World, fixture: &Fixture) -> usize {
    let start = prepare().await;
    let undisturbed = start.copy();
    undisturbed.fail_at(None);
    apply(fixture, &undisturbed).await.unwrap();
    let (calls, wanted) = (undisturbed.calls(), undisturbed.contents());
    for (index, call) in calls.iter().enumerate() {
        let world = start.copy();
        world.fail_at(Some(index));
        let disturbed = apply(fixture, &world).await;
        world.fail_at(None);
        if let Err(error) = &disturbed {
            assert!(!error.to_string().is_empty());
        }
        apply(fixture, &world)
            .await
            .unwrap_or_else(|error| panic!("after {} failed: {error}", call.name));
        assert_eq!(
            world.contents(),
            wanted,
            "after call {index}, {}, failed",
            call.name
        );
        assert_consistent(fixture, &world);
        let planned = plan(fixture, &world, Purpose::Show).await.unwrap();
        assert!(
            planned.plan.is_empty(),
            "after call {index}, {}, failed",
            call.name
        );
    }
    calls.len()
}

#[tokio::test]
async fn a_failure_at_any_call_of_the_first_apply_is_mended_by_the_next() {
    let fixture = Fixture::new();
    let tried = every_failure_is_mended(async || fixture.world(), &fixture).await;
    assert!(tried > 20, "only {tried} calls were tried");
}

#[tokio::test]
async fn a_failure_at_any_call_of_an_update_is_mended_by_the_next() {
    let before = Fixture::new();
    let mut after = Fixture::new();
    after.build_package(FunctionName::Api, b"second");
    after.write_page("index.html", "<!doctype html><title>other</title>");
    after.remove_page("track.css");
    let tried = every_failure_is_mended(async || applied(&before).await, &after).await;
    assert!(tried > 20, "only {tried} calls were tried");
}
