//! Where the carrier sends what customers write, through plan and apply against a cloud in memory.

use std::collections::BTreeMap;

use qdn_infra::engine::{Error, Purpose};
use qdn_infra::hint::Hint as _;
use qdn_infra::plan::carrier::{address, wanted};
use qdn_infra::plan::{Layer, LayerPlan, NotObserved, Plan, Target};
use qdn_infra::ports::ErrorKind;
use qdn_shared::mac;
use qdn_shared::ring::SigningKeys;

use crate::engine::{applied, apply, plan};
use crate::fixture::{Fixture, SECRET, secrets_file};
use crate::secrets::shown;
use crate::world::{VIEWER, World};

fn layer(plan: &Plan) -> &LayerPlan {
    plan.layer(Layer::Carrier).unwrap()
}

fn keys(fixture: &Fixture, world: &World) -> SigningKeys {
    let secret = fixture.desired.names().secrets.keys;
    serde_json::from_value(world.secret(&secret).unwrap()).unwrap()
}

/// What has to be set, by the keys that are stored.
fn due(fixture: &Fixture, world: &World) -> BTreeMap<String, String> {
    let sender = fixture.desired.secrets.as_ref().unwrap().carrier.from();
    wanted(sender, &address(VIEWER, &keys(fixture, world).carrier))
}

fn differing(plan: &Plan) -> Vec<&str> {
    let targets = layer(plan).steps.iter().map(|step| &step.target);
    let changes = targets.flat_map(|target| match target {
        Target::Webhook { changes, .. } => changes,
        other => panic!("{other:?}"),
    });
    changes.map(|change| change.path.as_str()).collect()
}

#[tokio::test]
async fn a_first_apply_points_the_sender_at_us_and_the_next_plan_is_empty() {
    let fixture = Fixture::new();
    let world = fixture.world();
    let first = shown(&fixture, &world).await;
    assert_eq!(layer(&first).steps.len(), 1);

    apply(&fixture, &world).await.unwrap();
    let set = world.inbound();
    assert_eq!(set, due(&fixture, &world));
    // The API takes what it is called by.
    let path = set["InboundRequestUrl"].strip_prefix(VIEWER).unwrap();
    let [id, mac] = [4, 5].map(|part| path.split('/').nth(part).unwrap());
    let ring = keys(&fixture, &world).carrier;
    assert!(mac::verify(&ring, mac::CallbackRoute::Inbound, id, mac));
    assert!(shown(&fixture, &world).await.is_empty());
}

#[tokio::test]
async fn what_was_changed_in_the_console_is_put_back_and_nothing_else() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    world.in_the_console(|carrier| {
        let set = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        carrier.fields.extend([
            set("InboundRequestUrl", "https://somebody.example/hook"),
            set("StatusCallback", "https://somebody.example/status"),
        ]);
    });
    let planned = shown(&fixture, &world).await;
    assert_eq!(differing(&planned), ["InboundRequestUrl"]);
    world.fail_at(None);
    apply(&fixture, &world).await.unwrap();
    assert_eq!(world.changing(), ["UpdateSender"]);
    let mut expected = due(&fixture, &world);
    let theirs = "https://somebody.example/status".to_owned();
    expected.insert("StatusCallback".to_owned(), theirs);
    assert_eq!(world.inbound(), expected);
}

#[tokio::test]
async fn neither_plan_nor_events_show_a_signature() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    let address = due(&fixture, &world)["FallbackUrl"].clone();
    let (_, signature) = address.rsplit_once('/').unwrap();
    world.in_the_console(|carrier| {
        let other = address.replace(signature, &"A".repeat(24));
        carrier.fields.insert("FallbackUrl".to_owned(), other);
    });
    let planned = shown(&fixture, &world).await;
    assert_eq!(differing(&planned), ["FallbackUrl"]);
    let text = serde_json::to_string(&planned).unwrap();
    assert!(text.contains("/api/carrier/inbound/1/"), "{text}");
    assert!(
        !text.contains(signature) && !text.contains("AAAA"),
        "{text}"
    );
    assert!(!world.seen().contains(signature));
}

#[tokio::test]
async fn without_the_token_nobody_looks_and_apply_wants_to_be_told() {
    let mut fixture = Fixture::new();
    let world = fixture.world();
    let file = secrets_file(SECRET);
    let without = file.lines().filter(|line| !line.contains("AUTH_TOKEN"));
    fixture.write_secrets(&format!("{}\n", without.collect::<Vec<_>>().join("\n")));
    let planned = shown(&fixture, &world).await;
    assert_eq!(layer(&planned).not_observed, Some(NotObserved::NoAuthToken));
    let refused = apply(&fixture, &world).await.unwrap_err();
    assert!(matches!(refused, Error::NotObserved { .. }), "{refused}");
    insta::assert_snapshot!(refused.hint().unwrap(), @"put TWILIO_AUTH_TOKEN into the secrets file, or leave out what is to stay as it is: `--skip-layer carrier`");

    fixture.desired.skip.insert(Layer::Carrier);
    apply(&fixture, &world).await.unwrap();
    assert!(world.inbound().is_empty());
    assert!(shown(&fixture, &world).await.is_empty());
}

#[tokio::test]
async fn leaving_out_the_secrets_leaves_out_what_reads_the_same_file() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    fixture.desired.secrets = None;
    fixture.desired.skip.insert(Layer::Secrets);
    let planned = shown(&fixture, &world).await;
    assert_eq!(layer(&planned).not_observed, Some(NotObserved::Skipped));
}

#[tokio::test]
async fn a_sender_of_another_account_and_a_token_that_ended_stop_the_plan() {
    let fixture = Fixture::new();
    let world = fixture.world();
    world.in_the_console(|carrier| carrier.other_sender = true);
    let refused = plan(&fixture, &world, Purpose::Apply).await.unwrap_err();
    insta::assert_snapshot!(refused, @"messaging service …e8f9 (TWILIO_FROM) is not in the Twilio account of the secrets file");
    world.in_the_console(|carrier| carrier.token_changed = true);
    let refused = plan(&fixture, &world, Purpose::Apply).await.unwrap_err();
    insta::assert_snapshot!(refused, @"Twilio refuses TWILIO_AUTH_TOKEN for TWILIO_ACCOUNT_SID (status 401, error 20003)");
    assert!(refused.hint().unwrap().contains("--skip-layer carrier"));
    assert!(world.changing().is_empty());
}

#[tokio::test]
async fn a_field_that_is_taken_and_not_kept_is_told() {
    let fixture = Fixture::new();
    let world = fixture.world();
    world.in_the_console(|carrier| carrier.stubborn = Some("FallbackUrl"));
    let failed = apply(&fixture, &world).await.unwrap_err();
    insta::assert_snapshot!(failed, @"Twilio took the change of messaging service …e8f9, but FallbackUrl is not as it was set");
    world.in_the_console(|carrier| carrier.stubborn = None);
    apply(&fixture, &world).await.unwrap();
    assert!(shown(&fixture, &world).await.is_empty());
}

#[tokio::test]
async fn another_failure_of_the_carrier_is_told_as_it_is() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    world.fail_at(None);
    shown(&fixture, &world).await;
    let calls = world.calls();
    let index = calls.iter().position(|call| call.name == "FetchSender");
    world.fail_at(index);
    let failed = plan(&fixture, &world, Purpose::Show).await.unwrap_err();
    let Error::Cloud(error) = &failed else {
        panic!("{failed}");
    };
    assert_eq!(error.kind, ErrorKind::Server);
}
