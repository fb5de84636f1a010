//! What holds data is replaced or removed only when somebody named it. Before that an apply refuses, and makes no call.

use qdn_infra::config::DataPolicy;
use qdn_infra::engine::{self, Error, Planned, Purpose};
use qdn_infra::hint::Hint as _;
use qdn_infra::ports::Replacement;
use serde_json::json;

use crate::engine::{applied, apply, nothing_is_left, plan};
use crate::fixture::{Fixture, Heard};
use crate::saved_plan::saved;
use crate::world::World;

/// An apply of this plan is refused with this error and this hint, before it asks anybody anything.
async fn refused(fixture: &Fixture, world: &World, planned: &Planned, text: &str, flags: &str) {
    let stacks = world.contents()["stacks"].clone();
    world.fail_at(None);
    let (ports, heard) = (world.ports(), Heard::default());
    let done = engine::apply(&fixture.desired, planned, &ports, &heard).await;
    let error = done.unwrap_err();
    // The one error that ends with exit code 6.
    assert!(matches!(error, Error::Blocked { .. }), "{error}");
    assert_eq!(
        error.to_string(),
        format!("the plan cannot be applied before this is allowed by name:{text}")
    );
    assert_eq!(
        error.hint().unwrap(),
        format!("when all of this is meant, add to the same command: `{flags}`")
    );
    assert_eq!(world.calls(), []);

    // The command then takes away what was made to look.
    engine::discard(planned, &ports, &heard).await;
    let mut changing = world.changing();
    changing.dedup();
    assert_eq!(changing, ["DeleteChangeSet"]);
    for stack in ["qdn-local", "qdn-local-bootstrap"] {
        assert!(world.change_sets_left(stack).is_empty());
    }
    assert_eq!(world.contents()["stacks"], stacks);
}

/// A deployed environment whose table and bucket are declared in another way now.
async fn declared_anew() -> (Fixture, World) {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    fixture.desired.environment.file.data = DataPolicy::Keep;
    (fixture, world)
}

#[tokio::test]
async fn a_table_or_bucket_is_replaced_only_by_name() {
    for (verdict, fate) in [
        (Replacement::Always, "is replaced: the new one begins empty"),
        (
            Replacement::Conditional,
            "may be replaced, which is known only while it runs: a new one begins empty",
        ),
    ] {
        for (id, other) in [("DataTable", "SiteBucket"), ("SiteBucket", "DataTable")] {
            let (mut fixture, world) = declared_anew().await;
            world.decides(id, verdict);
            let text = format!("\n  {id} {fate}");
            let flags = format!("--allow-data-loss {id}");
            let planned = plan(&fixture, &world, Purpose::Apply).await.unwrap();
            refused(&fixture, &world, &planned, &text, &flags).await;

            // Another name allows nothing.
            let allowed = fixture.desired.allowed.data_loss.insert(other.to_owned());
            assert!(allowed);
            let planned = plan(&fixture, &world, Purpose::Apply).await.unwrap();
            refused(&fixture, &world, &planned, &text, &flags).await;

            fixture.desired.allowed.data_loss = [id.to_owned()].into();
            world.fail_at(None);
            apply(&fixture, &world).await.unwrap();
            assert!(world.changing().contains(&"ExecuteChangeSet"));
            nothing_is_left(&fixture, &world).await;
        }
    }
}

#[tokio::test]
async fn what_surely_stays_where_it_is_needs_no_name() {
    let (fixture, world) = declared_anew().await;
    world.fail_at(None);
    apply(&fixture, &world).await.unwrap();
    assert!(world.changing().contains(&"ExecuteChangeSet"));
}

/// An earlier release declared a table and a bucket that are not declared any more.
async fn with_more() -> (Fixture, World) {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    let table =
        json!({"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "qdn-local-old"}});
    world.holds_also("qdn-local", "OldTable", table);
    let bucket =
        json!({"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "qdn-local-old-bucket"}});
    world.holds_also("qdn-local", "OldBucket", bucket);
    (fixture, world)
}

/// Whether table and bucket are there.
fn data(world: &World) -> (bool, bool) {
    let contents = world.contents();
    let tables = contents["tables"].as_array().unwrap();
    let table = tables.iter().any(|name| name == "qdn-local-old");
    (
        table,
        contents["buckets"].get("qdn-local-old-bucket").is_some(),
    )
}

#[tokio::test]
async fn a_table_and_a_bucket_go_only_by_name_each() {
    let (mut fixture, world) = with_more().await;
    let text = |id: &str| format!("\n  {id} goes, and what it holds with it or out of reach");
    let (bucket, table) = (text("OldBucket"), text("OldTable"));
    let both = format!("{bucket}{table}");
    let flags = "--allow-data-loss OldBucket --allow-data-loss OldTable";
    let planned = plan(&fixture, &world, Purpose::Apply).await.unwrap();
    refused(&fixture, &world, &planned, &both, flags).await;

    let allowed = &mut fixture.desired.allowed.data_loss;
    allowed.insert("OldTable".to_owned());
    let planned = plan(&fixture, &world, Purpose::Apply).await.unwrap();
    let flags = "--allow-data-loss OldBucket";
    refused(&fixture, &world, &planned, &bucket, flags).await;
    assert_eq!(data(&world), (true, true));

    let allowed = &mut fixture.desired.allowed.data_loss;
    allowed.insert("OldBucket".to_owned());
    apply(&fixture, &world).await.unwrap();
    assert_eq!(data(&world), (false, false));
    nothing_is_left(&fixture, &world).await;
}

/// A pipeline's second job gets the plan as a file; the names that were allowed are in it.
#[tokio::test]
async fn a_saved_plan_is_refused_as_well() {
    let (mut fixture, world) = with_more().await;
    for (allowed, left) in [(false, (true, true)), (true, (false, false))] {
        if allowed {
            let ids = ["OldBucket", "OldTable"].map(str::to_owned);
            fixture.desired.allowed.data_loss = ids.into();
        }
        let (ports, heard) = (world.ports(), Heard::default());
        let saved = saved(&fixture, &world).await;
        let reopened = engine::reopen(&fixture.desired, &saved, &ports, &heard);
        let reopened = reopened.await.unwrap();
        world.fail_at(None);
        let done = engine::apply(&fixture.desired, &reopened, &ports, &heard).await;
        assert_eq!(
            matches!(done, Err(Error::Blocked { .. })),
            !allowed,
            "{done:?}"
        );
        assert_eq!(world.calls().is_empty(), !allowed);
        assert_eq!(data(&world), left);
    }
}
