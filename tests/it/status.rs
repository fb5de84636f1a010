//! How an environment stands, as an operator is told it.

use qdn_infra::engine::{self, Error, Look, Status};
use qdn_shared::package::FunctionName;

use crate::engine::applied;
use crate::fixture::Fixture;
use crate::world::World;

/// What is told, and that looking changed nothing.
async fn status(fixture: &Fixture, world: &World) -> Status {
    world.fail_at(None);
    let told = engine::status(&fixture.desired.environment, &world.ports()).await;
    assert!(world.calls().iter().all(|call| !call.mutating));
    told.unwrap()
}

#[tokio::test]
async fn what_an_apply_left_is_all_as_released() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    let told = status(&fixture, &world).await;
    let stack = told.stack.as_ref().unwrap();
    assert!(stack.settled && !stack.operating, "{stack:?}");
    assert!(stack.operation.seen().unwrap().is_some());
    assert!(told.release.seen().unwrap().is_some());
    assert_eq!(told.lock, Look::Seen(None));
    for function in &told.functions {
        let runs = function.runs.seen().unwrap().as_ref().unwrap();
        assert_eq!((runs.state, runs.as_released), ("ready", Some(true)));
    }
    let edge = told.edge.seen().unwrap().as_ref().unwrap();
    assert_eq!(edge.as_released, Some(true));
    let distribution = told.distribution.seen().unwrap().as_ref().unwrap();
    assert!(distribution.enabled && distribution.deployed);
    let page = told.page.seen().unwrap().as_ref().unwrap();
    assert_eq!((page.files, page.unlike_release), (2, Some(0)));
    let addresses = told.addresses.unwrap();
    assert_eq!(addresses.track, "http://viewer.test/track");
    // Few calls, whatever there is to see.
    assert!(world.calls().len() <= 12, "{:#?}", world.calls());
}

#[tokio::test]
async fn what_somebody_changed_is_told_beside_the_rest() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    world.run_other_code(FunctionName::Relay);
    world.lose(&fixture.desired.names().site_bucket, "track/track.css");
    let told = status(&fixture, &world).await;
    let released = told.functions.iter().map(|function| {
        let runs = function.runs.seen().unwrap().as_ref().unwrap();
        (function.function, runs.as_released)
    });
    assert_eq!(
        released.collect::<Vec<_>>(),
        [
            (FunctionName::Api, Some(true)),
            (FunctionName::Relay, Some(false)),
            (FunctionName::Upkeep, Some(true)),
        ]
    );
    let page = told.page.seen().unwrap().as_ref().unwrap();
    assert_eq!((page.files, page.unlike_release), (1, Some(1)));
}

#[tokio::test]
async fn an_empty_account_has_nothing_and_says_so() {
    let fixture = Fixture::new();
    let told = status(&fixture, &fixture.world()).await;
    assert_eq!(told.stack, None);
    assert_eq!(told.release, Look::Seen(None));
    assert_eq!(told.page, Look::Seen(None));
    assert_eq!(told.addresses, None);
}

#[tokio::test]
async fn a_part_that_cannot_be_read_hides_nothing_else() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    let whole = status(&fixture, &world).await;
    let calls = world.calls().len();
    let (mut refused, mut hidden) = (0, 0);
    for call in 0..calls {
        world.fail_at(Some(call));
        match engine::status(&fixture.desired.environment, &world.ports()).await {
            // Without the caller's account, or the stack, nothing is told.
            Err(error) => {
                assert!(matches!(error, Error::Cloud(_)), "{error:?}");
                refused += 1;
            }
            Ok(told) => {
                let json = serde_json::json!(told).to_string();
                assert!(json.contains("made to fail"), "{json}");
                assert_eq!(told.functions.len(), whole.functions.len());
                hidden += 1;
            }
        }
    }
    assert_eq!((refused, hidden), (2, calls - 2));
}
