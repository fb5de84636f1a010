//! Releases: what every proved apply leaves, and putting an earlier one back.

use std::fs;

use qdn_infra::engine::{self, Error, Purpose, Scope};
use qdn_infra::hint::Hint as _;
use qdn_infra::plan::{Check, Finding, Layer, Plan, Release, Step};
use qdn_infra::site;
use qdn_shared::package::FunctionName;

use crate::engine::plan;
use crate::fixture::{Fixture, Heard, SECRET, secrets_file};
use crate::world::World;

pub async fn apply_desired(desired: &engine::Desired, world: &World) -> Result<Plan, Error> {
    let (ports, heard) = (world.ports(), Heard::default());
    let scope = Scope::Everything;
    let planned = engine::plan(desired, &ports, &heard, Purpose::Apply, scope).await?;
    engine::apply(desired, &planned, &ports, &heard).await?;
    Ok(planned.plan)
}

async fn apply(fixture: &Fixture, world: &World) -> Result<Plan, Error> {
    apply_desired(&fixture.desired, world).await
}

async fn releases(fixture: &Fixture, world: &World) -> Vec<Release> {
    let environment = &fixture.desired.environment;
    engine::releases(environment, &world.ports()).await.unwrap()
}

/// What `rollback` wants: the release in place of the checkout.
pub async fn restored(
    fixture: &Fixture,
    world: &World,
    id: Option<&str>,
) -> Result<engine::Desired, Error> {
    let (environment, ports) = (&fixture.desired.environment, world.ports());
    let release = engine::earlier(environment, &ports, id).await?;
    let folder = tempfile::tempdir().unwrap();
    engine::fetch_page(environment, &release, folder.path(), &ports).await?;
    let page = folder.path().join(site::PREFIX);
    let mut pages = site::read(&page, site::PREFIX, site::PHONE_IN_PAGE).unwrap();
    for file in &mut pages {
        // The folder goes when this returns.
        file.filled = Some(fs::read(&file.path).unwrap());
    }
    engine::restored(fixture.desired.clone(), &release, pages)
}

/// Two releases that differ in package, stack, edge function and page, and in the secrets, which are no part of either.
pub async fn two_releases() -> (Fixture, World, serde_json::Value) {
    let mut fixture = Fixture::new();
    let world = fixture.world();
    apply(&fixture, &world).await.unwrap();
    let first = world.contents();
    fixture.build_package(FunctionName::Api, b"second");
    fixture.desired.edge_source.push_str("// second\n");
    fixture.write_page("index.html", "<!doctype html><title>second</title>");
    fixture.write_page("new.css", "p {}");
    fixture.write_secrets(&secrets_file("anotherabcdefghijklmnopqrstuvwxy"));
    apply(&fixture, &world).await.unwrap();
    (fixture, world, first)
}

#[tokio::test]
async fn every_proved_apply_that_changes_something_makes_one_release() {
    let (fixture, world, _) = two_releases().await;
    let ids = |releases: &[Release]| -> Vec<String> {
        releases.iter().map(|release| release.id.clone()).collect()
    };
    let made = ids(&releases(&fixture, &world).await);
    assert!(made.len() == 2 && made[0] > made[1], "{made:?}");
    // Nothing to do is no release.
    assert!(apply(&fixture, &world).await.unwrap().is_empty());
    assert_eq!(ids(&releases(&fixture, &world).await), made);
}

#[tokio::test]
async fn a_rollback_puts_packages_stack_edge_and_page_back_and_nothing_else() {
    let (fixture, world, first) = two_releases().await;
    let second = world.contents();
    let before = releases(&fixture, &world).await;
    let desired = restored(&fixture, &world, None).await.unwrap();
    let plan = apply_desired(&desired, &world).await.unwrap();
    let steps = |layer| plan.layer(layer).unwrap().steps.len();
    assert!(steps(Layer::Stack) > 0 && steps(Layer::Site) > 0);
    // The packages of a release lie where they were.
    assert_eq!(steps(Layer::Package), 0);
    for layer in [Layer::Secrets, Layer::Edge, Layer::Seed, Layer::Carrier] {
        assert_eq!(steps(layer), 0, "{layer:?}");
    }
    let now = world.contents();
    assert_eq!(now["stacks"], first["stacks"]);
    let site = fixture.desired.names().site_bucket;
    assert_eq!(now["buckets"][&site], first["buckets"][&site]);
    assert_eq!(now["secrets"], second["secrets"]);
    // It is a release as well, and says whose.
    let newest = releases(&fixture, &world).await.swap_remove(0);
    assert_eq!(newest.restores.as_ref(), Some(&before[1].id));
    // There is nothing more to put back, and the way forward again is the newest that is not deployed.
    assert!(apply_desired(&desired, &world).await.unwrap().is_empty());
    let (environment, ports) = (&fixture.desired.environment, world.ports());
    let forward = engine::earlier(environment, &ports, None).await.unwrap();
    assert_eq!(forward.id, before[0].id);
}

/// A release that changed only a header is another one than that before it, and is what runs.
#[tokio::test]
async fn the_release_before_is_found_by_all_that_it_holds() {
    let fixture = Fixture::new();
    let world = fixture.world();
    apply(&fixture, &world).await.unwrap();
    let mut second = fixture.desired.clone();
    second.pages[0].cache_control = "no-store".to_owned();
    apply_desired(&second, &world).await.unwrap();
    let made = releases(&fixture, &world).await;
    assert_eq!(made.len(), 2);
    let (environment, ports) = (&fixture.desired.environment, world.ports());
    let back = engine::earlier(environment, &ports, None).await.unwrap();
    assert_eq!(back.id, made[1].id);

    // Text of a template that does nothing is not deployed: CloudFormation keeps what it had.
    let mut third = second.clone();
    third.pages[0].cache_control = "no-cache".to_owned();
    apply_desired(&third, &world).await.unwrap();
    world.describe_template_anew();
    let back = engine::earlier(environment, &ports, None).await.unwrap();
    assert_eq!(back.id, made[0].id);
}

#[tokio::test]
async fn what_was_not_proved_is_no_release_and_the_last_proved_one_comes_back() {
    let mut fixture = Fixture::new();
    let world = fixture.world();
    apply(&fixture, &world).await.unwrap();
    let first = world.contents();
    fixture.write_page("index.html", "<!doctype html><title>broken</title>");
    world.run_other_code(FunctionName::Upkeep);
    world.publish_at_edge("function handler() {}");
    let refused = apply(&fixture, &world).await.unwrap_err();
    assert!(matches!(refused, Error::Unproved { .. }), "{refused}");
    assert_eq!(releases(&fixture, &world).await.len(), 1);
    let desired = restored(&fixture, &world, None).await.unwrap();
    apply_desired(&desired, &world).await.unwrap();
    // With the page the function is back, which ran what no stack names.
    let site = fixture.desired.names().site_bucket;
    assert_eq!(world.contents()["buckets"][&site], first["buckets"][&site]);
    assert!(apply_desired(&desired, &world).await.unwrap().is_empty());
    assert_eq!(releases(&fixture, &world).await.len(), 1);
}

/// Deployed, and then the run ended before the proof or before the record of it.
async fn deployed_and_not_recorded(fixture: &Fixture) -> World {
    let world = fixture.world();
    apply(fixture, &world).await.unwrap();
    let names = fixture.desired.names();
    let made = releases(fixture, &world).await;
    let key = made[0].key(&names.releases);
    world.lose(&names.artifacts_bucket, &key);
    world
}

#[tokio::test]
async fn what_is_deployed_and_not_proved_is_proved_and_recorded_by_the_next_plan() {
    let fixture = Fixture::new();
    let world = deployed_and_not_recorded(&fixture).await;
    let planned = apply(&fixture, &world).await.unwrap();
    assert_eq!(planned.changes().count(), 0);
    let verify = planned.layers.last().unwrap();
    assert_eq!(verify.findings, [Finding::Unproved]);
    let checks: Vec<Check> = verify.steps.iter().filter_map(Step::check).collect();
    assert_eq!(checks, Check::ALL);
    assert_eq!(releases(&fixture, &world).await.len(), 1);
    assert!(apply(&fixture, &world).await.unwrap().is_empty());

    let world = deployed_and_not_recorded(&fixture).await;
    world.run_other_code(FunctionName::Upkeep);
    for _ in 0..2 {
        let refused = apply(&fixture, &world).await.unwrap_err();
        assert!(matches!(refused, Error::Unproved { .. }), "{refused}");
        assert!(releases(&fixture, &world).await.is_empty());
    }
}

/// Another run deployed something else since the plan that found nothing but a proof to do.
#[tokio::test]
async fn what_is_not_there_any_more_is_not_recorded() {
    let fixture = Fixture::new();
    let world = deployed_and_not_recorded(&fixture).await;
    let planned = plan(&fixture, &world, Purpose::Apply).await.unwrap();
    assert!(!planned.plan.is_empty());
    let mut other = Fixture::new();
    other.write_page("index.html", "<!doctype html><title>other</title>");
    apply(&other, &world).await.unwrap();
    let before = releases(&fixture, &world).await;
    let (ports, heard) = (world.ports(), Heard::default());
    let refused = engine::apply(&fixture.desired, &planned, &ports, &heard).await;
    assert!(matches!(refused, Err(Error::Stale { .. })), "{refused:?}");
    assert_eq!(releases(&fixture, &world).await, before);
}

#[tokio::test]
async fn a_release_that_is_not_there_or_not_whole_is_refused_before_anything_changes() {
    let (fixture, world, _) = two_releases().await;
    let artifacts = fixture.desired.names().artifacts_bucket;
    let mut said = Vec::new();
    let mut refused = |error: Error| {
        said.push(format!("{error}\n  hint: {}\n", error.hint().unwrap()));
    };
    refused(restored(&fixture, &world, Some("run-0")).await.unwrap_err());
    let first = releases(&fixture, &world).await.swap_remove(1);
    let package = &first.content.packages[&FunctionName::Api];
    world.lose(&artifacts, &format!("functions/api/{}.zip", package.sha256));
    refused(
        restored(&fixture, &world, Some(&first.id))
            .await
            .unwrap_err(),
    );
    let fresh = Fixture::new();
    let empty = fresh.world();
    refused(restored(&fresh, &empty, None).await.unwrap_err());
    assert!(empty.changing().is_empty());
    insta::assert_snapshot!(said.concat(), @r"
    local has no release run-0
      hint: `qdn-infra releases --env local` lists them; every proved `apply` makes one
    release run-000024 is not whole: s3://qdn-local-artifacts-000000000000-us-east-1/functions/api/a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e.zip is gone
      hint: choose another, or apply the checkout of its revision: `qdn-infra releases` shows both
    local has no earlier release to go back to
      hint: `qdn-infra releases --env local` lists them; every proved `apply` makes one
    ");
}

#[tokio::test]
async fn a_release_holds_no_secret() {
    let (_, world, _) = two_releases().await;
    assert!(!world.seen().contains(SECRET));
}

/// What only a failed release brought is nobody's loss; what holds data is.
#[tokio::test]
async fn the_routes_of_what_failed_go_unasked() {
    let fixture = Fixture::new();
    let world = crate::engine::applied(&fixture).await;
    let mut desired = fixture.desired.clone();
    engine::give_up_deployed(&mut desired, &world.ports())
        .await
        .unwrap();
    let deployed = fixture.desired.main_stack().unwrap().template;
    let routes = qdn_infra::stack::routes(&deployed);
    assert!(routes.len() > 10);
    assert_eq!(desired.allowed.route_removal, routes);
    assert_eq!(desired.allowed.data_loss, fixture.desired.allowed.data_loss);
}

/// Keys stay as they are, and they are there: the page is proved as after any apply.
#[tokio::test]
async fn a_release_that_comes_back_is_proved_with_its_page() {
    let (fixture, world, _) = two_releases().await;
    world.lose_at_edge("tk.1");
    let desired = restored(&fixture, &world, None).await.unwrap();
    let refused = apply_desired(&desired, &world).await.unwrap_err();
    let Error::Unproved { failed, .. } = &refused else {
        panic!("{refused}");
    };
    let failed: Vec<Check> = failed.iter().map(|(check, _)| *check).collect();
    assert_eq!(failed, [Check::Page]);
}
