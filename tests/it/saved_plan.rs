//! Plans that are kept in a file: exactly that is done, or nothing when anything moved.

use std::time::Duration;

use jiff::Timestamp;
use qdn_infra::config::RetentionDays;
use qdn_infra::engine::{self, Error, Purpose, Scope};
use qdn_infra::hint::Hint as _;
use qdn_infra::plan::{Action, Layer, SavedPlan, Target};
use qdn_infra::ports::Clock as _;
use qdn_shared::package::FunctionName;

use crate::engine::{apply, bootstrap, nothing_is_left};
use crate::engine_adopt;
use crate::fixture::{Fixture, Heard, SECRET, secrets_file};
use crate::world::World;

/// A plan through a file.
pub async fn saved(fixture: &Fixture, world: &World) -> SavedPlan {
    let (ports, heard) = (world.ports(), Heard::default());
    let scope = Scope::Everything;
    let planned = engine::plan(&fixture.desired, &ports, &heard, Purpose::Save, scope);
    let saved = engine::save(&fixture.desired, &planned.await.unwrap(), &ports);
    SavedPlan::parse(&saved.to_bytes()).unwrap()
}

pub async fn apply_saved(fixture: &Fixture, world: &World, saved: &SavedPlan) -> Result<(), Error> {
    let (ports, heard) = (world.ports(), Heard::default());
    let planned = engine::reopen(&fixture.desired, saved, &ports, &heard).await?;
    assert_eq!(planned.plan, saved.plan);
    engine::apply(&fixture.desired, &planned, &ports, &heard).await?;
    Ok(())
}

/// Everything deployed, with a change in every layer that is planned.
pub async fn changed_everywhere() -> (Fixture, World) {
    let mut fixture = Fixture::new();
    let world = fixture.world();
    apply(&fixture, &world).await.unwrap();
    fixture.write_secrets(&secrets_file("anotherabcdefghijklmnopqrstuvwxy"));
    fixture.build_package(FunctionName::Api, b"second");
    fixture.write_page("track.css", "body { margin: 0 }");
    fixture.edit_seed("\"every\": 7500", "\"every\": 8000");
    let logs = &mut fixture.desired.environment.file.logs;
    logs.retention_days = RetentionDays::new(365).unwrap();
    (fixture, world)
}

#[tokio::test]
async fn a_saved_plan_of_every_layer_is_carried_out_and_leaves_nothing() {
    let (fixture, world) = changed_everywhere().await;
    let saved = saved(&fixture, &world).await;
    assert!(saved.plan.changes().count() >= 5);
    apply_saved(&fixture, &world, &saved).await.unwrap();
    nothing_is_left(&fixture, &world).await;
    // It was for once.
    let again = apply_saved(&fixture, &world, &saved).await.unwrap_err();
    assert!(matches!(again, Error::Stale { .. }), "{again}");
}

/// Between plan and apply the time ends for which a file is kept: the next plan takes it away, and nobody forgets it.
#[tokio::test]
async fn what_was_not_over_when_it_was_planned_is_not_over_when_it_is_applied() {
    const OLD: &str = "a.0123456789abcdef.js";
    let mut fixture = Fixture::new();
    fixture.write_page(OLD, "1");
    let world = fixture.world();
    apply(&fixture, &world).await.unwrap();
    fixture.remove_page(OLD);
    apply(&fixture, &world).await.unwrap();
    let days = u64::from(fixture.desired.environment.file.cache.old_assets_days);
    let pass = async |hours: u64| world.ports().clock.sleep(Duration::from_hours(hours)).await;
    pass(24 * days - 1).await;
    fixture.write_page("track.css", "body { margin: 0 }");
    let kept = saved(&fixture, &world).await;
    pass(2).await;
    apply_saved(&fixture, &world, &kept).await.unwrap();
    let next = saved(&fixture, &world).await;
    let steps = &next.plan.layer(Layer::Site).unwrap().steps;
    let removed = steps.iter().filter(|step| step.action == Action::Remove);
    let keys: Vec<_> = removed.map(|step| step.target.clone()).collect();
    assert!(
        matches!(keys.as_slice(), [Target::Object { key, .. }] if key.ends_with(OLD)),
        "{steps:?}"
    );
}

#[tokio::test]
async fn the_first_deploy_can_be_saved_once_there_is_a_bootstrap_stack() {
    let fixture = Fixture::new();
    let world = fixture.world();
    let (ports, heard) = (world.ports(), Heard::default());
    world.fail_at(None);
    let scope = Scope::Everything;
    let refused = engine::plan(&fixture.desired, &ports, &heard, Purpose::Save, scope).await;
    let refused = refused.err().unwrap();
    insta::assert_snapshot!(format!("{refused}\n{}", refused.hint().unwrap()), @r"
    a plan of local cannot be saved before there is stack qdn-local-bootstrap
    make it first: `qdn-infra bootstrap --env local`
    ");
    assert!(world.changing().is_empty());

    bootstrap(&fixture, &world).await;
    let saved = saved(&fixture, &world).await;
    let stack = saved.plan.layer(Layer::Stack).unwrap();
    let made = stack.deployment.as_ref().unwrap().change_set.as_ref();
    assert!(made.is_some(), "the creation's own change set is kept");
    apply_saved(&fixture, &world, &saved).await.unwrap();
    nothing_is_left(&fixture, &world).await;
}

/// Each input of the checkout, mutated after the plan was saved.
#[tokio::test]
async fn every_changed_input_is_refused_by_name_without_a_change() {
    type Mutation = fn(&mut Fixture);
    let mutations: [(&str, Mutation); 12] = [
        ("values of variables", |fixture| {
            let address = "others@quickdumpnow.com".parse().unwrap();
            fixture.desired.environment.values.alarm_address = Some(address);
        }),
        ("stack file", |fixture| {
            fixture.desired.environment.file.logs.retention_days = RetentionDays::new(14).unwrap();
        }),
        ("addresses", |fixture| {
            fixture.desired.environment.carrier = Some("http://127.0.0.1:9".to_owned());
        }),
        ("edge function", |fixture| {
            fixture.desired.edge_source.push_str("// more\n");
        }),
        ("edge event track", |fixture| {
            fixture.desired.edge_events[1].1 = b"{\"request\":{\"uri\":\"/\"}}".to_vec();
        }),
        ("package relay", |fixture| {
            fixture.build_package(FunctionName::Relay, b"third");
        }),
        ("track/index.html", |fixture| {
            fixture.write_page("index.html", "<!doctype html><title>other</title>");
        }),
        ("track/track.css", |fixture| {
            fixture.write_page("index.html", "<!doctype html><title>alone</title>");
            fixture.remove_page("track.css");
        }),
        ("track/index.html", |fixture| {
            let mut pages = fixture.desired.pages.iter_mut();
            let index = pages.find(|page| page.key == "track/index.html");
            index.unwrap().cache_control = "no-store".to_owned();
        }),
        ("track/new.css", |fixture| {
            fixture.write_page("new.css", "p {}");
        }),
        ("secrets file", |fixture| {
            fixture.write_secrets(&secrets_file("thirdabcdefghijklmnopqrstuvwxyzz"));
        }),
        ("seed", |fixture| {
            fixture.edit_seed("\"every\": 8000", "\"every\": 9000");
        }),
    ];
    for (input, mutate) in mutations {
        let (mut fixture, world) = changed_everywhere().await;
        let saved = saved(&fixture, &world).await;
        mutate(&mut fixture);
        refused_for(&fixture, &world, &saved, &format!("input: {input} ")).await;
    }
}

/// Each layer's state, mutated in the cloud after the plan was saved.
#[tokio::test]
async fn every_moved_layer_is_refused_by_name_without_a_change() {
    type Mutation = fn(&Fixture, &World);
    let mutations: [(&str, Mutation); 16] = [
        ("bootstrap: stack ", |fixture, world| {
            world.retag(&fixture.desired.names().bootstrap);
        }),
        ("secrets: secret ", |fixture, world| {
            world.put_by_hand(&fixture.desired.names().secrets.carrier, "{}");
        }),
        ("package: functions/", |fixture, world| {
            let names = fixture.desired.names();
            let relay = fixture.desired.packages.iter();
            let mut relay = relay.filter(|package| package.function == FunctionName::Relay);
            world.lose(&names.artifacts_bucket, &relay.next().unwrap().key());
        }),
        ("stack: stack ", |fixture, world| {
            world.retag(&fixture.desired.names().stack);
        }),
        ("stack: function upkeep ", |_, world| {
            world.run_other_code(FunctionName::Upkeep);
        }),
        ("bootstrap: API Gateway's log role ", |_, world| {
            world.take_log_role();
        }),
        ("stack: distribution ", |_, world| world.switch_off()),
        ("stack: routes ", |_, world| world.serve("GET /api/other")),
        ("stack: edge function ", |_, world| {
            world.publish_at_edge("function handler() {}");
        }),
        ("edge: tk.1 ", |_, world| world.lose_at_edge("tk.1")),
        ("site: track/index.html ", |fixture, world| {
            world.lose(&fixture.desired.names().site_bucket, "track/index.html");
        }),
        ("site: headers of track/index.html ", |fixture, world| {
            let names = fixture.desired.names();
            world.lose(&names.artifacts_bucket, &names.site_manifest);
        }),
        ("site: record of the page ", |fixture, world| {
            let names = fixture.desired.names();
            world.lose(&names.artifacts_bucket, &names.site_manifest);
        }),
        ("seed: record of the seed ", |_, world| {
            let live = world.live().unwrap();
            world.edit_seed_record(&live.replacen("48215", "48300", 1));
        }),
        ("seed: maintenance data ", |_, world| {
            let live = world.live().unwrap();
            world.edit_live(&live.replacen("48215", "48300", 1));
        }),
        ("carrier: settings of the sender ", |_, world| {
            world.in_the_console(|carrier| carrier.fields.clear());
        }),
    ];
    for (subject, mutate) in mutations {
        let (fixture, world) = changed_everywhere().await;
        let saved = saved(&fixture, &world).await;
        mutate(&fixture, &world);
        refused_for(&fixture, &world, &saved, subject).await;
    }
}

/// The same for a site that is not ours.
#[tokio::test]
async fn an_adopted_site_that_moved_is_refused_by_name_without_a_change() {
    type Mutation = fn(&World);
    let mutations: [(&str, Mutation); 2] = [
        ("adopt: distribution ", |world| {
            world.edit_site(|xml| xml.replace("<PathPattern>/data/*<", "<PathPattern>/older/*<"));
        }),
        ("adopt: policy of bucket ", |world| {
            world.set_site_policy("{\"Version\":\"2012-10-17\",\"Statement\":[]}");
        }),
    ];
    for (subject, mutate) in mutations {
        let mut fixture = Fixture::adopting();
        let world = engine_adopt::applied(&fixture).await;
        fixture.write_page("track.css", "body { margin: 0 }");
        let saved = saved(&fixture, &world).await;
        mutate(&world);
        refused_for(&fixture, &world, &saved, subject).await;
    }
}

pub async fn refused_for(fixture: &Fixture, world: &World, saved: &SavedPlan, subject: &str) {
    world.fail_at(None);
    let before = world.contents();
    let refused = apply_saved(fixture, world, saved).await.unwrap_err();
    let Error::Stale { moved, .. } = &refused else {
        panic!("{subject}: {refused}");
    };
    let named = moved
        .iter()
        .any(|moved| moved.to_string().starts_with(subject));
    assert!(named, "{subject} is not among {moved:?}");
    let calls = world.calls().into_iter().filter(|call| call.mutating);
    assert_eq!(calls.count(), 0, "{subject}");
    assert_eq!(world.contents(), before, "{subject}");
}

/// What moves between the look before the lock and the one after it.
#[tokio::test]
async fn what_moves_while_the_lock_is_taken_is_refused_too() {
    let (fixture, world) = changed_everywhere().await;
    let (ports, heard) = (world.ports(), Heard::default());
    let scope = Scope::Everything;
    let planned = engine::plan(&fixture.desired, &ports, &heard, Purpose::Apply, scope);
    let planned = planned.await.unwrap();
    world.lose(&fixture.desired.names().site_bucket, "track/index.html");
    world.fail_at(None);
    let refused = engine::apply(&fixture.desired, &planned, &ports, &heard).await;
    insta::assert_snapshot!(refused.unwrap_err(), @r"
    the plan is out of date, and nothing was changed:
      site: track/index.html is gone
    ");
    assert!(world.changing().is_empty());
}

/// The bootstrap layer comes before the lock: that it was done is not kept back.
#[tokio::test]
async fn what_moves_beside_a_first_apply_is_refused_with_what_was_done() {
    let fixture = Fixture::new();
    let world = fixture.world();
    let (ports, heard) = (world.ports(), Heard::default());
    let scope = Scope::Everything;
    let planned = engine::plan(&fixture.desired, &ports, &heard, Purpose::Apply, scope);
    let planned = planned.await.unwrap();
    world.in_the_console(|carrier| {
        let elsewhere = "https://elsewhere.test/".to_owned();
        carrier
            .fields
            .insert("InboundRequestUrl".to_owned(), elsewhere);
    });
    let refused = engine::apply(&fixture.desired, &planned, &ports, &heard).await;
    insta::assert_snapshot!(refused.unwrap_err(), @"
    the plan is out of date, and only the bootstrap layer was done:
      carrier: settings of the sender is another
    ");
}

#[tokio::test]
async fn a_plan_has_its_time_and_its_environment() {
    let (mut fixture, world) = changed_everywhere().await;
    let saved = saved(&fixture, &world).await;
    world.sleep(Duration::from_mins(24 * 60 + 1)).await;
    let refused = apply_saved(&fixture, &world, &saved).await.unwrap_err();
    insta::assert_snapshot!(refused, @"the plan was made at 2026-01-01T00:00:00Z, longer ago than the 1440 minutes that it may be applied for");
    fixture.desired.environment.name = "staging".to_owned();
    let refused = apply_saved(&fixture, &world, &saved).await.unwrap_err();
    insta::assert_snapshot!(format!("{refused}\n{}", refused.hint().unwrap()), @r"
    the plan is of local, and this command works on staging
    apply it with `--env local`
    ");
}

#[tokio::test]
async fn a_change_set_that_is_gone_is_not_made_anew() {
    let (fixture, world) = changed_everywhere().await;
    let saved = saved(&fixture, &world).await;
    let stack = saved.plan.layer(Layer::Stack).unwrap();
    let change_set = stack.deployment.as_ref().unwrap().change_set.as_ref();
    let ports = world.ports();
    ports
        .stacks
        .delete_change_set(change_set.unwrap())
        .await
        .unwrap();
    refused_for(&fixture, &world, &saved, "stack: change set of stack ").await;
}

#[tokio::test]
async fn no_secret_is_in_the_file() {
    let (mut fixture, world) = changed_everywhere().await;
    fixture.write_secrets(&secrets_file(SECRET));
    let text = String::from_utf8(saved(&fixture, &world).await.to_bytes()).unwrap();
    let edge = world.edge();
    let secrets = ["canary", "3a1b2c3d4e5f60718293a4b5c6d7e8f9", "+14155550101"];
    let secrets = secrets.into_iter().chain(edge.values().map(String::as_str));
    for secret in secrets {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[test]
fn another_version_or_document_is_refused_before_it_is_read() {
    let at = Timestamp::UNIX_EPOCH;
    let refuse = |text: &str| SavedPlan::parse(text.as_bytes()).unwrap_err().to_string();
    insta::assert_snapshot!(refuse(r#"{"format":"qdn-infra plan","version":0}"#), @"it has version 0, and this program applies version 1");
    insta::assert_snapshot!(refuse(r#"{"format":"tfplan","version":1}"#), @"it is no saved plan but another document");
    insta::assert_snapshot!(refuse(&at.to_string()), @"it is no saved plan");
}

/// A program of another day declares the same files otherwise, and what it never deployed must become no release.
#[tokio::test]
async fn what_another_program_declares_is_refused_without_a_change() {
    let mut fixture = Fixture::new();
    let world = fixture.world();
    apply(&fixture, &world).await.unwrap();
    fixture.write_page("track.css", "body { margin: 0 }");
    let (ports, heard) = (world.ports(), Heard::default());
    let scope = Scope::Everything;
    let planned = engine::plan(&fixture.desired, &ports, &heard, Purpose::Save, scope);
    let mut planned = planned.await.unwrap();
    planned.stack.template_sha256 = "0".repeat(64);
    let saved = engine::save(&fixture.desired, &planned, &ports);
    world.fail_at(None);
    let refused = apply_saved(&fixture, &world, &saved).await.unwrap_err();
    let Error::Stale { moved, .. } = &refused else {
        panic!("{refused}");
    };
    assert_eq!(
        moved.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["input: template of qdn-local is another"]
    );
    assert!(world.changing().is_empty());
}
