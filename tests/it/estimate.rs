//! How long a stack operation still takes is estimated from the stack's history, which is asked for only when there is
//! an operation to estimate.

use qdn_infra::engine::event::What;
use qdn_infra::engine::{self, Purpose};
use qdn_shared::package::FunctionName;

use crate::engine::{applied, apply, plan};
use crate::fixture::{Fixture, Heard};
use crate::world::World;

/// What an update of one function tells.
async fn updated(fixture: &mut Fixture, world: &World) -> Vec<What> {
    fixture.build_package(FunctionName::Api, b"second");
    let planned = plan(fixture, world, Purpose::Apply).await.unwrap();
    let (ports, heard) = (world.ports(), Heard::default());
    engine::apply(&fixture.desired, &planned, &ports, &heard)
        .await
        .unwrap();
    heard.what()
}

fn estimates(told: &[What]) -> Vec<u64> {
    let left = |what: &What| match what {
        What::Estimated { left_ms, .. } => Some(*left_ms),
        _ => None,
    };
    told.iter().filter_map(left).collect()
}

#[tokio::test]
async fn what_took_half_a_minute_before_is_expected_to_again() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    let stack = &fixture.desired.names().stack;
    let function = "AWS::Lambda::Function";
    world.has_changed(
        stack,
        &[("ApiFunction", function, 31), ("Distribution", "x", 300)],
    );
    assert_eq!(estimates(&updated(&mut fixture, &world).await), [31_000]);
}

#[tokio::test]
async fn without_a_history_nothing_is_estimated() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    assert_eq!(estimates(&updated(&mut fixture, &world).await), [0; 0]);
}

#[tokio::test]
async fn where_nothing_is_to_be_done_the_history_is_not_asked_for() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    world.fail_at(None);
    apply(&fixture, &world).await.unwrap();
    let calls = world.calls();
    let asked = calls
        .iter()
        .filter(|call| call.name == "DescribeStackEvents");
    assert_eq!(asked.count(), 0, "{calls:?}");
}
