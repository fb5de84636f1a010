//! The engine against a cloud in memory: what is planned, and in what order it is done.

use qdn_infra::engine::event::What;
use qdn_infra::engine::{self, Error, Outcome, Planned, Purpose, Scope};
use qdn_infra::hint::Hint;
use qdn_infra::plan::{Action, Finding, Layer, Plan, Reason, Target};
use qdn_shared::package::{CodeKey, FunctionName};

use crate::fixture::{Fixture, Heard};
use crate::world::{VIEWER, World};

pub async fn plan(fixture: &Fixture, world: &World, purpose: Purpose) -> Result<Planned, Error> {
    engine::plan(
        &fixture.desired,
        &world.ports(),
        &Heard::default(),
        purpose,
        Scope::Everything,
    )
    .await
}

/// A plan has nothing to do.
pub async fn nothing_is_left(fixture: &Fixture, world: &World) {
    let plan = plan(fixture, world, Purpose::Show).await.unwrap().plan;
    assert!(plan.is_empty(), "{plan:#?}");
}

/// What one `qdn-infra apply` does: plan, then run the plan.
pub async fn apply(fixture: &Fixture, world: &World) -> Result<Outcome, Error> {
    let planned = plan(fixture, world, Purpose::Apply).await?;
    let (desired, ports, heard) = (&fixture.desired, world.ports(), Heard::default());
    let outcome = engine::apply(desired, &planned, &ports, &heard).await?;
    Ok(outcome)
}

/// A cloud with the bootstrap stack and nothing else.
pub async fn with_bootstrap(fixture: &Fixture) -> World {
    let world = fixture.world();
    bootstrap(fixture, &world).await;
    world
}

/// What `qdn-infra bootstrap` does.
pub async fn bootstrap(fixture: &Fixture, world: &World) {
    let (ports, heard) = (world.ports(), Heard::default());
    let scope = Scope::Bootstrap;
    let planned = engine::plan(&fixture.desired, &ports, &heard, Purpose::Apply, scope);
    let planned = planned.await.unwrap();
    engine::apply(&fixture.desired, &planned, &ports, &heard)
        .await
        .unwrap();
}

pub async fn applied(fixture: &Fixture) -> World {
    let world = fixture.world();
    apply(fixture, &world).await.unwrap();
    world
}

/// What the site layer does with which object, and why.
pub fn objects(plan: &Plan) -> Vec<(&str, Action, Reason)> {
    let site = plan.layer(Layer::Site).unwrap();
    site.steps
        .iter()
        .filter_map(|step| match &step.target {
            Target::Object { key, .. } => Some((key.as_str(), step.action, step.reason)),
            _ => None,
        })
        .collect()
}

fn resources(plan: &Plan) -> Vec<&str> {
    let stack = plan.layer(Layer::Stack).unwrap();
    stack
        .steps
        .iter()
        .filter_map(|step| match &step.target {
            Target::Resource { logical_id, .. } => Some(logical_id.as_str()),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn the_first_plan_makes_everything_and_writes_nothing() {
    let fixture = Fixture::new();
    let world = fixture.world();
    let planned = plan(&fixture, &world, Purpose::Show).await.unwrap();
    for layer in &planned.plan.layers {
        assert!(
            !layer.steps.is_empty(),
            "{:?} has nothing to do",
            layer.layer
        );
    }
    assert!(
        world.calls().iter().all(|call| !call.mutating),
        "{:?}",
        world.calls()
    );
}

#[tokio::test]
async fn after_an_apply_the_next_one_makes_no_changing_call() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    world.fail_at(None);
    let outcome = apply(&fixture, &world).await.unwrap();
    assert_eq!(outcome.changes, 0);
    let calls = world.calls();
    assert!(calls.iter().all(|call| !call.mutating), "{calls:?}");
    // Those of a plan, and the list of releases.
    assert!(calls.len() <= 27, "{} calls: {calls:?}", calls.len());
}

#[tokio::test]
async fn a_plan_that_is_only_shown_leaves_no_change_set() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    let before = world.contents();
    fixture.build_package(FunctionName::Api, b"second");
    world.fail_at(None);
    let planned = plan(&fixture, &world, Purpose::Show).await.unwrap();
    assert!(!planned.plan.is_empty());
    assert_eq!(
        world.changing(),
        ["PutObject", "CreateChangeSet", "DeleteChangeSet"],
        "the template object and a change set"
    );
    assert_eq!(world.contents()["stacks"], before["stacks"]);
}

#[tokio::test]
async fn changed_code_is_one_upload_and_one_changed_function() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    fixture.build_package(FunctionName::Api, b"second");
    let planned = plan(&fixture, &world, Purpose::Apply).await.unwrap();
    assert_eq!(planned.plan.layer(Layer::Package).unwrap().steps.len(), 1);
    assert_eq!(resources(&planned.plan), ["ApiFunction"]);
    assert!(objects(&planned.plan).is_empty());
    let done = engine::apply(
        &fixture.desired,
        &planned,
        &world.ports(),
        &Heard::default(),
    )
    .await
    .unwrap();
    assert_eq!(done.changes, 2);
    nothing_is_left(&fixture, &world).await;
}

#[tokio::test]
async fn each_function_is_changed_by_its_own_package() {
    for (function, resource) in [
        (FunctionName::Relay, "RelayFunction"),
        (FunctionName::Upkeep, "UpkeepFunction"),
    ] {
        let mut fixture = Fixture::new();
        let world = applied(&fixture).await;
        fixture.build_package(function, b"second");
        let planned = plan(&fixture, &world, Purpose::Show).await.unwrap();
        let packages = &planned.plan.layer(Layer::Package).unwrap().steps;
        assert!(
            matches!(&packages[..], [step] if matches!(&step.target, Target::Package { key, .. } if key.starts_with(&CodeKey::folder(function)))),
            "{packages:?}"
        );
        assert_eq!(resources(&planned.plan), [resource]);
    }
}

#[tokio::test]
async fn a_function_that_runs_other_code_is_told_and_disproved() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    world.run_other_code(FunctionName::Upkeep);
    let planned = plan(&fixture, &world, Purpose::Show).await.unwrap();
    let findings = &planned.plan.layer(Layer::Stack).unwrap().findings;
    assert!(
        matches!(&findings[..], [Finding::CodeDrift { function, .. }] if function == "qdn-local-upkeep"),
        "{findings:?}"
    );
    let mut changed = fixture;
    changed.write_page("index.html", "<!doctype html><title>other</title>");
    let refused = apply(&changed, &world).await.unwrap_err();
    assert!(
        matches!(&refused, Error::Unproved { failed, total: 10 } if failed.len() == 1 && failed[0].1.contains("qdn-local-upkeep")),
        "{refused}"
    );
}

#[tokio::test]
async fn without_an_address_nothing_is_planned() {
    let mut fixture = Fixture::new();
    let world = fixture.world();
    fixture.desired.environment.viewer = None;
    let refused = plan(&fixture, &world, Purpose::Apply).await.unwrap_err();
    insta::assert_snapshot!(refused, @"environment local has no address that people and the carrier could use");
    insta::assert_snapshot!(refused.hint().unwrap(), @"give its site a domain name: `site.domains` in stacks/local.yaml");
    assert!(world.calls().iter().all(|call| !call.mutating));
}

#[tokio::test]
async fn the_functions_are_told_the_addresses() {
    let mut fixture = Fixture::new();
    let told = |fixture: &Fixture| {
        let parameters = fixture.desired.main_stack().unwrap().parameters;
        (
            parameters["PublicUrl"].clone(),
            parameters["CarrierUrl"].clone(),
        )
    };
    let (viewer, twilio) = (VIEWER.to_owned(), "https://api.twilio.com".to_owned());
    assert_eq!(told(&fixture), (viewer.clone(), twilio));
    let carrier = "http://127.0.0.1:4000".to_owned();
    fixture.desired.environment.carrier = Some(carrier.clone());
    assert_eq!(told(&fixture), (viewer, carrier));
}

/// A page that names the other file of the fixture.
const NAMES_ITS_STYLE: &str = "<!doctype html><link rel=stylesheet href=/track/track.css>";

/// A plan is agreed to for what it shows. The object that CloudFormation reads may be written by every pull request.
#[tokio::test]
async fn a_template_that_somebody_wrote_over_is_never_carried_out() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    let tags = &mut fixture.desired.environment.file.tags;
    tags.insert("owner".to_owned(), "ops".to_owned());
    world.write_over_templates(r#"{"Resources": {"Backdoor": {"Type": "AWS::IAM::User"}}}"#);
    let before = world.contents()["stacks"].clone();
    for purpose in [Purpose::Show, Purpose::Save] {
        let refused = plan(&fixture, &world, purpose).await.unwrap_err();
        assert!(matches!(refused, Error::OtherTemplate { .. }), "{refused}");
    }
    let refused = apply(&fixture, &world).await.unwrap_err();
    assert!(matches!(refused, Error::OtherTemplate { .. }), "{refused}");
    assert_eq!(world.contents()["stacks"], before);
    let stack = fixture.desired.names().stack;
    assert!(world.change_sets_left(&stack).is_empty());
}

#[tokio::test]
async fn a_page_that_names_a_missing_file_is_refused_before_anything_is_changed() {
    let mut fixture = Fixture::new();
    fixture.write_page("index.html", NAMES_ITS_STYLE);
    let world = applied(&fixture).await;
    world.fail_at(None);
    fixture.remove_page("track.css");
    fixture.build_package(FunctionName::Api, b"second");
    let refused = plan(&fixture, &world, Purpose::Apply).await.unwrap_err();
    let told = refused.to_string();
    assert!(
        told.ends_with("/track/index.html:1: track/track.css is named and is not there"),
        "{told}"
    );
    assert!(world.changing().is_empty());
}

#[tokio::test]
async fn what_viewers_get_is_proved_for_every_file_that_the_page_names() {
    let mut fixture = Fixture::new();
    fixture.write_page("index.html", NAMES_ITS_STYLE);
    let world = applied(&fixture).await;
    let state = world.ports().stacks.describe("qdn-local").await.unwrap();
    let bucket = fixture.desired.names().site_bucket;
    world.lose(&bucket, "track/track.css");
    let failed = engine::still_works(
        &fixture.desired,
        state.as_ref(),
        &world.ports(),
        &Heard::default(),
    )
    .await
    .unwrap_err();
    insta::assert_snapshot!(failed, @"1 of 9 checks failed after the deploy: Page: http://viewer.test/track/track.css answered 404");
}

#[tokio::test]
async fn a_route_that_is_no_longer_declared_is_retired_by_a_new_deployment() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    world.serve("POST /api/old");
    world.fail_at(None);
    let blocked = apply(&fixture, &world).await.unwrap_err();
    insta::assert_snapshot!(format!("{blocked}\n{}", blocked.hint().unwrap()), @r"
    the plan cannot be applied before this is allowed by name:
      POST /api/old goes: whoever calls it is refused
    when all of this is meant, add to the same command: `--allow-route-removal 'POST /api/old'`
    ");
    assert!(world.changing().is_empty());
    let allowed = &mut fixture.desired.allowed.route_removal;
    allowed.insert("POST /api/old".to_owned());
    let planned = plan(&fixture, &world, Purpose::Apply).await.unwrap();
    let stack = planned.plan.layer(Layer::Stack).unwrap();
    assert!(stack.deployment.is_none());
    assert!(
        matches!(&stack.steps[..], [step] if matches!(&step.target, Target::Routes { routes } if routes == &["POST /api/old"]))
    );
    world.fail_at(None);
    engine::apply(
        &fixture.desired,
        &planned,
        &world.ports(),
        &Heard::default(),
    )
    .await
    .unwrap();
    assert_eq!(world.changing(), ["CreateDeployment"]);
    nothing_is_left(&fixture, &world).await;
}

#[tokio::test]
async fn credentials_of_another_account_are_refused_before_anything_else() {
    let mut fixture = Fixture::new();
    let world = fixture.world();
    fixture.desired.environment.values.account = "111111111111".parse().unwrap();
    let refused = plan(&fixture, &world, Purpose::Apply).await.unwrap_err();
    assert!(matches!(refused, Error::WrongAccount { .. }), "{refused}");
    assert!(world.calls().iter().all(|call| !call.mutating));
}

#[tokio::test]
async fn outputs_are_told_of_our_own_account_alone() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    let environment = &mut fixture.desired.environment;
    let (stack, bootstrap) = engine::own_stacks(environment, &world.ports())
        .await
        .unwrap();
    assert!(stack.is_some() && bootstrap.is_some());
    environment.values.account = "111111111111".parse().unwrap();
    let refused = engine::own_stacks(environment, &world.ports())
        .await
        .unwrap_err();
    assert!(matches!(refused, Error::WrongAccount { .. }), "{refused}");
}

#[tokio::test]
async fn layers_are_told_in_order_and_proof_comes_last() {
    let fixture = Fixture::new();
    let world = fixture.world();
    let planned = plan(&fixture, &world, Purpose::Apply).await.unwrap();
    let heard = Heard::default();
    engine::apply(&fixture.desired, &planned, &world.ports(), &heard)
        .await
        .unwrap();
    let layers: Vec<Layer> = heard
        .what()
        .into_iter()
        .filter_map(|what| match what {
            What::LayerFinished { layer, .. } => Some(layer),
            _ => None,
        })
        .collect();
    assert_eq!(
        layers,
        [
            Layer::Bootstrap,
            Layer::Secrets,
            Layer::Package,
            Layer::Stack,
            Layer::Edge,
            Layer::Site,
            Layer::Seed,
            Layer::Carrier,
            Layer::Verify
        ]
    );
}
