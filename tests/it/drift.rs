//! Drift: what is not as the newest release left it, told in a plan and put back.

use qdn_infra::engine::{self, Drift, Purpose, Refresh, Scope, StackDrift};
use qdn_infra::plan::{Action, Finding, Layer, LayerPlan, Reason, SavedPlan, Step, Target};
use qdn_infra::ports::{PropertyDrift, ResourceDrift};
use qdn_infra::render;
use qdn_shared::package::FunctionName;
use serde_json::json;

use crate::engine::applied;
use crate::engine_adopt;
use crate::engine_failures::every_failure_is_mended;
use crate::fixture::{Fixture, Heard};
use crate::saved_plan::{apply_saved, refused_for, saved};
use crate::world::World;

mod stage;

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

    let edge = fresh();
    edge.publish_at_edge("function handler() {}");
    let found = drift(&fixture, &edge).await;
    let findings = &found.plan.layer(Layer::Stack).unwrap().findings;
    let is_found = matches!(
        &findings[..],
        [Finding::EdgeDrift {
            replaced: false,
            ..
        }]
    );
    assert!(is_found, "{findings:?}");

    let routes = fresh();
    routes.stop_serving("POST /api/jobs");
    let found = drift(&fixture, &routes).await;
    let findings = &found.plan.layer(Layer::Stack).unwrap().findings;
    let is_found = matches!(&findings[..], [Finding::RouteDrift { missing }] if missing == &["POST /api/jobs"]);
    assert!(is_found, "{findings:?}");

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

/// Nobody knows whether it differs: that is not silence.
#[tokio::test]
async fn what_cannot_be_compared_is_no_good_news() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    world.drift(Vec::new());
    assert!(drift(&fixture, &world).await.is_none());
    world.forbid_to_read("DataTable");
    let found = drift(&fixture, &world).await;
    assert!(!found.is_none() && found.is_as_left());
    let text = render::drift_human(&found, render::Style::default());
    insta::assert_snapshot!(text, @"
    compared with release run-000024
    CloudFormation: no resource that was compared differs
      ! some could not be compared: no right to read DataTable
    code, routes, page and keys are as the release left them
    ");
}

/// What its owner has decided about a site that is not ours is told by a plan, and is no drift.
#[tokio::test]
async fn a_site_that_exists_does_not_drift_by_its_owners_settings() {
    let fixture = Fixture::adopting();
    let world = engine_adopt::applied(&fixture).await;
    let planned = crate::engine::plan(&fixture, &world, Purpose::Show).await;
    let planned = planned.unwrap().plan;
    assert!(!planned.layer(Layer::Adopt).unwrap().findings.is_empty());
    let found = drift(&fixture, &world).await;
    assert!(found.is_none(), "{found:#?}");
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

/// A function that somebody gave more memory, and an alarm that is gone.
fn changed_by_hand() -> Vec<ResourceDrift> {
    let function = ResourceDrift {
        logical_id: "ApiFunction".to_owned(),
        resource_type: "AWS::Lambda::Function".to_owned(),
        is_gone: false,
        properties: vec![PropertyDrift {
            path: "/MemorySize".to_owned(),
            expected: Some("256".to_owned()),
            actual: Some("512".to_owned()),
        }],
    };
    let alarm = ResourceDrift {
        logical_id: "ServerErrors".to_owned(),
        resource_type: "AWS::CloudWatch::Alarm".to_owned(),
        is_gone: true,
        properties: Vec::new(),
    };
    vec![function, alarm]
}

fn change_sets_left(fixture: &Fixture, world: &World) -> Vec<String> {
    world.change_sets_left(&fixture.desired.names().stack)
}

/// The stack's part of a plan that was only shown: nothing of it stays.
async fn stack_layer(fixture: &Fixture, world: &World) -> LayerPlan {
    let (ports, heard) = (world.ports(), Heard::default());
    let (purpose, scope) = (Purpose::Show, Scope::Everything);
    let planned = engine::plan(&fixture.desired, &ports, &heard, purpose, scope);
    let planned = planned.await.unwrap();
    planned.plan.layer(Layer::Stack).unwrap().clone()
}

#[tokio::test]
async fn a_plan_tells_drift_only_when_it_is_asked_to_look() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    fixture.desired.refresh = Refresh::Tell;
    let unknown = stack_layer(&fixture, &world).await.findings;
    assert!(
        matches!(&unknown[..], [Finding::DriftUnknown { reason, .. }] if reason.contains("no drift detection"))
    );

    world.drift(changed_by_hand());
    world.fail_at(None);
    let told = stack_layer(&fixture, &world).await;
    assert!(told.steps.is_empty() && world.changing().is_empty());
    let found: Vec<(&str, bool, bool)> = told
        .findings
        .iter()
        .map(|finding| match finding {
            Finding::ResourceDrift {
                logical_id,
                gone,
                stays,
                ..
            } => (logical_id.as_str(), *gone, *stays),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        found,
        [("ApiFunction", false, false), ("ServerErrors", true, false)]
    );

    fixture.desired.refresh = Refresh::Leave;
    assert!(stack_layer(&fixture, &world).await.findings.is_empty());
}

#[tokio::test]
async fn drift_is_put_back_by_one_change_set_and_the_next_plan_is_empty() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    world.drift(changed_by_hand());
    fixture.desired.refresh = Refresh::Revert;
    let shown = stack_layer(&fixture, &world).await;
    let steps: Vec<(Action, Reason)> = shown
        .steps
        .iter()
        .map(|step| (step.action, step.reason))
        .collect();
    assert_eq!(steps, [(Action::Update, Reason::Drift); 2]);
    let Target::Resource { changes, .. } = &shown.steps[0].target else {
        panic!("{:?}", shown.steps[0]);
    };
    assert_eq!(changes[0].path, "MemorySize");
    let (before, after) = (&changes[0].before, &changes[0].after);
    assert_eq!((before, after), (&Some(json!(512)), &Some(json!(256))));
    assert!(shown.findings.is_empty(), "{:?}", shown.findings);
    // Only shown: the change set is taken away again.
    assert!(change_sets_left(&fixture, &world).is_empty());

    crate::engine::apply(&fixture, &world).await.unwrap();
    let after = stack_layer(&fixture, &world).await;
    assert!(after.steps.is_empty() && after.findings.is_empty());
}

/// By Lambda itself, which may be busy with another update.
#[tokio::test]
async fn code_that_somebody_changed_is_put_back() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    world.run_other_code(FunctionName::Relay);
    fixture.desired.refresh = Refresh::Revert;
    let shown = stack_layer(&fixture, &world).await;
    let [step] = &shown.steps[..] else {
        panic!("{:?}", shown.steps)
    };
    assert_eq!((step.action, step.reason), (Action::Update, Reason::Drift));
    let Target::FunctionCode { function, key } = &step.target else {
        panic!("{step:?}")
    };
    assert_eq!(function, "qdn-local-relay");
    let code = shown.findings.iter();
    let mut code = code.filter(|finding| matches!(finding, Finding::CodeDrift { .. }));
    assert_eq!(code.next(), None);

    world.refuse_invocations(2);
    world.fail_at(None);
    crate::engine::apply(&fixture, &world).await.unwrap();
    let updates = world.changing().into_iter();
    assert_eq!(
        updates.filter(|name| *name == "UpdateFunctionCode").count(),
        3
    );
    assert!(stack_layer(&fixture, &world).await.steps.is_empty());

    // One that is built anew comes with the stack.
    world.run_other_code(FunctionName::Relay);
    let key = key.clone();
    fixture.build_package(FunctionName::Relay, b"second");
    let shown = stack_layer(&fixture, &world).await;
    let mut steps = shown.steps.iter();
    let is_code = |step: &&Step| matches!(step.target, Target::FunctionCode { .. });
    assert_eq!(steps.find(is_code), None);
    let told = shown.findings.iter().any(
        |finding| matches!(finding, Finding::CodeDrift { declared, .. } if key.contains(declared)),
    );
    assert!(told, "{:?}", shown.findings);
}

/// Published again by CloudFront; a plan that publishes other code anyway says so.
#[tokio::test]
async fn code_that_somebody_published_at_the_edge_is_put_back() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    world.publish_at_edge("function handler() {}");
    fixture.desired.refresh = Refresh::Revert;
    let shown = stack_layer(&fixture, &world).await;
    let [step] = &shown.steps[..] else {
        panic!("{:?}", shown.steps)
    };
    assert_eq!((step.action, step.reason), (Action::Update, Reason::Drift));
    let Target::EdgeCode { function, .. } = &step.target else {
        panic!("{step:?}")
    };
    assert_eq!(function, "qdn-local-edge");
    world.fail_at(None);
    crate::engine::apply(&fixture, &world).await.unwrap();
    let updates: Vec<_> = world.changing().into_iter().collect();
    let of = |name: &str| updates.iter().filter(|called| **called == name).count();
    assert_eq!((of("UpdateFunction"), of("PublishFunction")), (1, 1));
    assert!(stack_layer(&fixture, &world).await.steps.is_empty());

    // CloudFormation itself puts it back where it finds it, and once is enough.
    world.publish_at_edge("function handler() {}");
    world.drift(vec![ResourceDrift {
        logical_id: "EdgeFunction".to_owned(),
        resource_type: "AWS::CloudFront::Function".to_owned(),
        is_gone: false,
        properties: Vec::new(),
    }]);
    let shown = stack_layer(&fixture, &world).await;
    let is_code = |step: &&Step| matches!(step.target, Target::EdgeCode { .. });
    assert_eq!(shown.steps.iter().find(is_code), None);
    let replaced = shown
        .findings
        .iter()
        .any(|finding| matches!(finding, Finding::EdgeDrift { replaced: true, .. }));
    assert!(replaced, "{:?}", shown.findings);
}

#[tokio::test]
async fn a_failure_at_any_call_that_puts_code_back_is_mended_by_the_next() {
    let mut fixture = Fixture::new();
    fixture.desired.refresh = Refresh::Revert;
    let prepare = async || {
        let world = applied(&fixture).await;
        world.publish_at_edge("function handler() {}");
        world.run_other_code(FunctionName::Relay);
        world
    };
    let tried = every_failure_is_mended(prepare, &fixture).await;
    assert!(tried > 20, "only {tried} calls were tried");
}

/// What is not in the change set is said to stay.
#[tokio::test]
async fn what_cloudformation_does_not_put_back_is_told() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    let mut foreign = changed_by_hand();
    foreign.truncate(1);
    foreign[0].logical_id = "NotInTheTemplate".to_owned();
    world.drift(foreign);
    fixture.desired.refresh = Refresh::Revert;
    let layer = stack_layer(&fixture, &world).await;
    assert!(layer.steps.is_empty());
    let told = &layer.findings[..];
    assert!(matches!(told, [Finding::ResourceDrift { stays: true, .. }]));
    assert!(change_sets_left(&fixture, &world).is_empty());
}

/// What is put back is what was shown, no more.
#[tokio::test]
async fn drift_that_moved_since_it_was_saved_is_refused_without_a_change() {
    type Mutation = fn(&Fixture, &World);
    let mutations: [(&str, Mutation); 4] = [
        ("stack: drift of ApiFunction is another", |_, world| {
            let mut further = changed_by_hand();
            further[0].properties[0].actual = Some("1024".to_owned());
            world.drift(further);
        }),
        ("stack: drift of ServerErrors is gone", |_, world| {
            world.drift(changed_by_hand()[..1].to_vec());
        }),
        ("stack: drift of ClientErrors is new", |_, world| {
            let mut more = changed_by_hand();
            more.push(ResourceDrift {
                logical_id: "ClientErrors".to_owned(),
                ..more[1].clone()
            });
            world.drift(more);
        }),
        (
            "site: headers of track/track.css is another",
            |fixture, world| {
                world.change_headers(&fixture.desired.names().site_bucket, "track/track.css");
            },
        ),
    ];
    for (subject, mutate) in mutations {
        let (fixture, world, saved) = saved_to_revert().await;
        mutate(&fixture, &world);
        refused_for(&fixture, &world, &saved, subject).await;
    }
    let (fixture, world, saved) = saved_to_revert().await;
    apply_saved(&fixture, &world, &saved).await.unwrap();
    let after = stack_layer(&fixture, &world).await;
    assert!(after.steps.is_empty() && after.findings.is_empty());
}

/// A saved plan that puts drift back.
async fn saved_to_revert() -> (Fixture, World, SavedPlan) {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    world.drift(changed_by_hand());
    fixture.desired.refresh = Refresh::Revert;
    let saved = saved(&fixture, &world).await;
    assert!(saved.options.revert_drift && !saved.plan.is_empty());
    (fixture, world, saved)
}
