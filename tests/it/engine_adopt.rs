//! A site that exists already, against a cloud in memory: what is added to it, that nothing else of it is touched,
//! and that all of it goes again.

use qdn_infra::config::DataPolicy;
use qdn_infra::engine::{self, Consent, Error};
use qdn_infra::engine::{Outcome, Planned, Purpose, Step};
use qdn_infra::plan::{Action, Finding, Layer, Plan, PropertyChange, Target};
use qdn_infra::render;
use serde_json::json;

use crate::engine::{apply, plan};
use crate::engine_destroy::{EVERYTHING, destroy};
use crate::engine_failures::every_failure_is_mended;
use crate::fixture::{Fixture, Heard};
use crate::releases::{apply_desired, restored};
use crate::world::{DISTRIBUTION, World};

/// A site as it was before.
const SITE: &str = include_str!("../../src/plan/adopt/tests/site.xml");
pub const THEIRS: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Sid":"Theirs","Effect":"Allow"}]}"#;
const BUCKET: &str = "www.quickdumpnow.com";
const NOTHING_ELSE: Consent = Consent {
    data: false,
    bootstrap: false,
};

pub fn open(fixture: &Fixture) -> World {
    let world = fixture.world();
    world.open_site(SITE);
    world
}

pub async fn applied(fixture: &Fixture) -> World {
    let world = open(fixture);
    apply(fixture, &world).await.unwrap();
    world
}

pub async fn carry_out(
    fixture: &Fixture,
    planned: &Planned,
    world: &World,
) -> Result<Outcome, Error> {
    engine::apply(&fixture.desired, planned, &world.ports(), &Heard::default()).await
}

fn adopt(plan: &Plan) -> Vec<&Target> {
    let layer = plan.layer(Layer::Adopt).unwrap();
    assert!(layer.steps.iter().all(|step| step.action == Action::Update));
    layer.steps.iter().map(|step| &step.target).collect()
}

fn changes(plan: &Plan) -> &[PropertyChange] {
    match adopt(plan)[..] {
        [Target::Distribution { id, changes }] if id == DISTRIBUTION => changes,
        ref other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_first_plan_shows_what_is_added_and_writes_nothing() {
    let fixture = Fixture::adopting();
    let world = open(&fixture);
    let planned = plan(&fixture, &world, Purpose::Show).await.unwrap().plan;
    assert!(world.changing().is_empty());
    let text = render::plan_human(&planned, render::Style::default(), render::Extent::Summed);
    let from = text.find("\nadopt").unwrap() + 1;
    let to = text[from..].find("\nsite").unwrap();
    insta::assert_snapshot!(&text[from..from + to]);
}

#[tokio::test]
async fn an_apply_adds_what_was_shown_and_the_next_one_nothing() {
    let fixture = Fixture::adopting();
    let world = open(&fixture);
    world.set_site_policy(THEIRS);
    apply(&fixture, &world).await.unwrap();
    let site = world.site();
    for added in [
        "<FunctionARN>arn:aws:cloudfront::000000000000:function/qdn-local-edge</FunctionARN>",
        "<DomainName>www.quickdumpnow.com.s3.us-east-1.amazonaws.com</DomainName>",
        "<DomainName>a000000000.execute-api.us-east-1.amazonaws.com</DomainName><OriginPath>/live</OriginPath>",
        "<ResponseHeadersPolicyId>value-of-TrackHeadersPolicyId</ResponseHeadersPolicyId>",
        "<OriginAccessControlId>value-of-AccessControlId</OriginAccessControlId>",
    ] {
        assert!(site.contains(added), "{added} is not in {site}");
    }
    let policy = world.site_policy().unwrap();
    assert!(
        policy.contains(r#"{"Sid":"Theirs","Effect":"Allow"},{"#),
        "{policy}"
    );
    assert!(
        policy.contains("arn:aws:s3:::www.quickdumpnow.com/track/*"),
        "{policy}"
    );
    world.fail_at(None);
    let Outcome { changes, .. } = apply(&fixture, &world).await.unwrap();
    assert_eq!((changes, world.changing().len()), (0, 0));
}

/// One call more than for a site of the stack's own: the bucket's policy.
#[tokio::test]
async fn with_nothing_to_do_few_calls_are_made_and_none_that_changes_anything() {
    let fixture = Fixture::adopting();
    let world = applied(&fixture).await;
    world.fail_at(None);
    let planned = plan(&fixture, &world, Purpose::Show).await.unwrap();
    assert!(planned.plan.is_empty());
    let calls = world.calls();
    assert!(calls.iter().all(|call| !call.mutating), "{calls:?}");
    assert!(calls.len() <= 28, "{} calls: {calls:?}", calls.len());
}

#[tokio::test]
async fn a_distribution_that_its_owner_switched_off_is_told() {
    let fixture = Fixture::adopting();
    let world = applied(&fixture).await;
    let found = async || {
        let planned = plan(&fixture, &world, Purpose::Show).await.unwrap().plan;
        let mut layers = planned.layers.into_iter();
        layers.any(|layer| {
            let mut findings = layer.findings.iter();
            findings.any(|finding| matches!(finding, Finding::DistributionOff { .. }))
        })
    };
    assert!(!found().await);
    world.edit_site(|xml| {
        // The distribution's own, which stands last; logging has one as well.
        let (before, after) = xml.rsplit_once("<Enabled>true</Enabled>").unwrap();
        format!("{before}<Enabled>false</Enabled>{after}")
    });
    assert!(found().await);
}

#[tokio::test]
async fn what_somebody_takes_away_is_put_back_and_what_they_add_is_kept() {
    let fixture = Fixture::adopting();
    let world = applied(&fixture).await;
    let good = world.site();
    let theirs = "<Comment>theirs</Comment>";
    world.edit_site(|xml| {
        let from = xml
            .find("<CacheBehavior><PathPattern>/track</PathPattern>")
            .unwrap();
        let to = from + xml[from..].find("</CacheBehavior>").unwrap() + "</CacheBehavior>".len();
        format!("{}{}", &xml[..from], &xml[to..])
            .replace(
                "<CacheBehaviors><Quantity>6<",
                "<CacheBehaviors><Quantity>5<",
            )
            .replace("<Comment>the main &amp; only site</Comment>", theirs)
    });
    let planned = plan(&fixture, &world, Purpose::Show).await.unwrap().plan;
    let [change] = changes(&planned) else {
        panic!()
    };
    assert_eq!(
        (change.path.as_str(), &change.before),
        ("CacheBehaviors[/track]", &None)
    );
    apply(&fixture, &world).await.unwrap();
    let expected = good.replace("<Comment>the main &amp; only site</Comment>", theirs);
    assert_eq!(world.site(), expected);
}

#[tokio::test]
async fn a_policy_that_lost_our_statement_gets_it_back() {
    let fixture = Fixture::adopting();
    let world = applied(&fixture).await;
    world.set_site_policy(THEIRS);
    let planned = plan(&fixture, &world, Purpose::Show).await.unwrap().plan;
    assert!(
        matches!(&adopt(&planned)[..], [Target::BucketPolicy { bucket, changes }]
            if bucket == BUCKET && changes[0].path == "Statement[QdnInfraReadTrack]"),
        "{:?}",
        adopt(&planned)
    );
    apply(&fixture, &world).await.unwrap();
    assert!(world.site_policy().unwrap().contains("Theirs"));
}

#[tokio::test]
async fn another_stage_is_one_changed_origin() {
    let mut fixture = Fixture::adopting();
    let world = applied(&fixture).await;
    fixture.desired.environment.file.api.stage = serde_json::from_value(json!("next")).unwrap();
    let planned = plan(&fixture, &world, Purpose::Show).await.unwrap().plan;
    let [change] = changes(&planned) else {
        panic!()
    };
    assert_eq!(change.path, "Origins[qdn-infra-api]");
    let path = |value: &Option<serde_json::Value>| value.as_ref().unwrap()["OriginPath"].clone();
    assert_eq!(
        (path(&change.before), path(&change.after)),
        (json!("/live"), json!("/next"))
    );
    apply(&fixture, &world).await.unwrap();
    assert!(world.site().contains("<OriginPath>/next</OriginPath>"));
}

/// The distribution goes with the stack that it leads to.
#[tokio::test]
async fn a_rollback_gives_the_distribution_what_that_release_gave_it() {
    let mut fixture = Fixture::adopting();
    let world = applied(&fixture).await;
    fixture.desired.environment.file.api.stage = serde_json::from_value(json!("next")).unwrap();
    apply(&fixture, &world).await.unwrap();
    let desired = restored(&fixture, &world, None).await.unwrap();
    apply_desired(&desired, &world).await.unwrap();
    assert!(world.site().contains("<OriginPath>/live</OriginPath>"));
    assert!(apply_desired(&desired, &world).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_plan_warns_of_what_the_distribution_does_to_our_paths() {
    let fixture = Fixture::adopting();
    let world = open(&fixture);
    let planned = plan(&fixture, &world, Purpose::Show).await.unwrap().plan;
    let findings = &planned.layer(Layer::Adopt).unwrap().findings;
    assert!(
        matches!(
            &findings[..],
            [Finding::QueriesLogged { .. }, Finding::ErrorPages { codes, .. }, Finding::ErrorsKept { codes: kept, .. }]
                if codes == &[404] && !kept.contains(&404)
        ),
        "{findings:?}"
    );
}

/// Logs that are set up as deliveries, of which no configuration tells.
#[tokio::test]
async fn delivered_logs_that_hold_queries_are_told_where_something_is_attached() {
    let fixture = Fixture::adopting();
    let quiet = |world: &World| {
        world.edit_site(|xml| {
            let (before, rest) = xml.split_once("<Logging><Enabled>true<").unwrap();
            format!("{before}<Logging><Enabled>false<{rest}")
        });
    };
    let told = async |fields: Option<&[&str]>| {
        let world = open(&fixture);
        quiet(&world);
        if let Some(fields) = fields {
            world.deliver_logs(fields);
        }
        let planned = plan(&fixture, &world, Purpose::Show).await.unwrap().plan;
        let findings = &planned.layer(Layer::Adopt).unwrap().findings;
        let is_told = |finding: &Finding| matches!(finding, Finding::QueriesLogged { .. });
        findings.iter().any(is_told)
    };
    assert!(!told(None).await);
    assert!(!told(Some(&["date", "cs-uri-stem"])).await);
    assert!(told(Some(&["date", "cs-uri-query"])).await);
    // CloudFront's own choice has it.
    assert!(told(Some(&[])).await);

    let world = applied(&fixture).await;
    world.fail_at(None);
    plan(&fixture, &world, Purpose::Show).await.unwrap();
    let asked = |call: &crate::world::Call| call.name == "DescribeDeliverySources";
    assert!(!world.calls().iter().any(asked));
}

#[tokio::test]
async fn destroy_takes_away_what_was_added_and_nothing_else() {
    for policy in [None, Some(THEIRS)] {
        let mut fixture = Fixture::adopting();
        fixture.desired.environment.file.data = DataPolicy::Keep;
        let world = open(&fixture);
        if let Some(policy) = policy {
            world.set_site_policy(policy);
        }
        apply(&fixture, &world).await.unwrap();
        world.put_in_site("track/theirs.html");
        let environment = &fixture.desired.environment;
        let present = engine::present(environment, &world.ports()).await.unwrap();
        let removal = engine::removal(environment, &present, NOTHING_ELSE).unwrap();
        assert!(
            matches!(
                &removal.steps[..],
                [
                    Step::Detach { .. },
                    Step::Disallow { .. },
                    Step::DeleteObjects { keys, .. },
                    Step::DeleteStack { .. }
                ] if keys == &["track/index.html", "track/track.css"]
            ),
            "{:?}",
            removal.steps
        );
        world.fail_at(None);
        destroy(&fixture, &world, NOTHING_ELSE).await.unwrap();
        assert_eq!(
            world.changing(),
            [
                "UpdateDistribution",
                "PutBucketPolicy",
                "DeleteObjects",
                "DeleteStack"
            ]
        );
        assert_eq!(
            (world.site().as_str(), world.site_policy().as_deref()),
            (SITE, policy)
        );
        let left = world.contents()["buckets"][BUCKET].clone();
        let left: Vec<&String> = left.as_object().unwrap().keys().collect();
        assert_eq!(left, ["data/maintenance.json", "track/theirs.html"]);
        // With consent, the data too; then there is nothing left to do.
        destroy(&fixture, &world, EVERYTHING).await.unwrap();
        assert_eq!(
            world.contents()["buckets"][BUCKET]
                .as_object()
                .unwrap()
                .len(),
            1
        );
        let present = engine::present(&fixture.desired.environment, &world.ports())
            .await
            .unwrap();
        let removal = engine::removal(&fixture.desired.environment, &present, EVERYTHING).unwrap();
        assert_eq!(removal.steps, []);
    }
}

#[tokio::test]
async fn a_site_that_is_gone_is_no_reason_to_keep_the_stack() {
    let fixture = Fixture::adopting();
    let world = applied(&fixture).await;
    world.close_site();
    destroy(&fixture, &world, EVERYTHING).await.unwrap();
    assert_eq!(world.contents()["stacks"], json!({}));
}

#[tokio::test]
async fn a_failure_at_any_call_is_mended_by_the_next_apply_or_destroy() {
    let fixture = Fixture::adopting();
    let tried = every_failure_is_mended(async || open(&fixture), &fixture).await;
    assert!(tried > 20, "only {tried} calls were tried");

    let undisturbed = applied(&fixture).await;
    undisturbed.fail_at(None);
    destroy(&fixture, &undisturbed, EVERYTHING).await.unwrap();
    let wanted = undisturbed.contents();
    assert_eq!(wanted["site"]["distributions"][DISTRIBUTION], SITE);
    for (index, call) in undisturbed.calls().iter().enumerate() {
        let world = applied(&fixture).await;
        world.fail_at(Some(index));
        let _ = destroy(&fixture, &world, EVERYTHING).await;
        world.fail_at(None);
        destroy(&fixture, &world, EVERYTHING).await.unwrap();
        assert_eq!(
            world.contents(),
            wanted,
            "after call {index}, {}, failed",
            call.name
        );
    }
}

/// A file of that name which is no maintenance data, or was there before anything of ours, is its owner's.
#[tokio::test]
async fn destroy_leaves_a_document_of_the_owners() {
    let mut fixture = Fixture::adopting();
    fixture.desired.environment.file.data = DataPolicy::Keep;
    let there = |world: &World| {
        world.contents()["buckets"][BUCKET]
            .get("data/maintenance.json")
            .is_some()
    };
    let before = open(&fixture);
    before.put_in_site("data/maintenance.json");
    destroy(&fixture, &before, EVERYTHING).await.unwrap();
    assert!(there(&before));

    let world = applied(&fixture).await;
    world.put_in_site("data/maintenance.json");
    destroy(&fixture, &world, EVERYTHING).await.unwrap();
    assert!(there(&world));
}

/// Between the look and the upload the stack is changed, which takes minutes.
#[tokio::test]
async fn a_file_that_the_owner_puts_there_meanwhile_is_not_written_over() {
    let fixture = Fixture::adopting();
    let world = open(&fixture);
    world.contest("track/index.html");
    let refused = apply(&fixture, &world).await.unwrap_err();
    insta::assert_snapshot!(refused, @"1 of 1 objects were not written; the first: S3 PutObject of track/index.html: somebody has put another file there meanwhile");
    let theirs = world.contents()["buckets"][BUCKET]["track/index.html"].clone();
    let again = apply(&fixture, &world).await.unwrap_err();
    insta::assert_snapshot!(again, @"bucket www.quickdumpnow.com holds files that were not put there from here: track/index.html");
    let there = world.contents()["buckets"][BUCKET]["track/index.html"].clone();
    assert_eq!(there, theirs);
}

/// As the error says, ours gets another name. The record names theirs, and theirs it stays.
#[tokio::test]
async fn a_file_that_the_owner_was_quicker_with_is_never_ours_to_remove() {
    let mut fixture = Fixture::adopting();
    let world = open(&fixture);
    world.contest("track/track.css");
    apply(&fixture, &world).await.unwrap_err();
    let theirs = world.contents()["buckets"][BUCKET]["track/track.css"].clone();
    fixture.write_page("index.html", "<!doctype html><title>alone</title>");
    fixture.remove_page("track.css");
    apply(&fixture, &world).await.unwrap();
    let there = world.contents()["buckets"][BUCKET]["track/track.css"].clone();
    assert_eq!(there, theirs);
}
