//! Secrets and edge keys through plan, apply and destroy against a cloud in memory.

use qdn_infra::engine::{Error, Purpose};
use qdn_infra::hint::Hint as _;
use qdn_infra::plan::secrets::SecretNames;
use qdn_infra::plan::{Difference, Layer, LayerPlan, NotObserved, Plan, Target};
use qdn_shared::operator::OperatorKeys;
use qdn_shared::ring::SigningKeys;
use secrecy::ExposeSecret as _;

use crate::engine::{applied, apply, plan};
use crate::fixture::{Fixture, SECRET, secrets_file};
use crate::world::World;

pub const OTHER_SECRET: &str = "othercanaryabcdefghijklmnopqrstuvwxyz";

/// Fails unless everything that follows from something else does: the stored credentials from the file, the
/// deployer's entry from its key, and the edge from the stored documents.
pub fn assert_consistent(fixture: &Fixture, world: &World) {
    let names = fixture.desired.names().secrets;
    let file = fixture.desired.secrets.as_ref().unwrap();
    let carrier = world.secret(&names.carrier).unwrap().to_string();
    assert_eq!(carrier, file.carrier_document().text().expose_secret());

    let (keys, operators) = documents(&names, world);
    let deployer = world.secret(&names.deployer_key).unwrap();
    let entry = operators.verify(deployer["key"].as_str().unwrap());
    assert_eq!(entry.expect("the deployer is known").name(), "deployer");
    let deployers = operators.keys().iter();
    assert_eq!(deployers.filter(|key| key.name() == "deployer").count(), 1);

    let expected = qdn_infra::keys::entries(&keys, &operators);
    let expected: Vec<(&str, &str)> = expected
        .iter()
        .map(|(key, value)| (key.as_str(), value.expose_secret()))
        .collect();
    let edge = world.edge();
    let found: Vec<(&str, &str)> = edge
        .iter()
        .filter(|(key, _)| qdn_infra::keys::is_ours(key))
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    assert_eq!(found, expected);
}

pub fn documents(names: &SecretNames, world: &World) -> (SigningKeys, OperatorKeys) {
    let read = |name: &str| {
        world
            .secret(name)
            .unwrap_or_else(|| panic!("there is no {name}"))
    };
    (
        serde_json::from_value(read(&names.keys)).unwrap(),
        serde_json::from_value(read(&names.operators)).unwrap(),
    )
}

pub fn secrets(plan: &Plan) -> &LayerPlan {
    plan.layer(Layer::Secrets).unwrap()
}

pub fn told(layer: &LayerPlan) -> Vec<String> {
    let steps = layer.steps.iter();
    steps
        .map(|step| match &step.target {
            Target::Secret { name, .. } | Target::EdgeKey { key: name } => {
                format!("{:?} {:?} {name}", step.action, step.reason)
            }
            other => panic!("{other:?} is neither a secret nor a key"),
        })
        .collect()
}

pub async fn shown(fixture: &Fixture, world: &World) -> Plan {
    plan(fixture, world, Purpose::Show).await.unwrap().plan
}

#[tokio::test]
async fn a_first_apply_makes_every_secret_and_the_edge_follows() {
    let fixture = Fixture::new();
    let world = fixture.world();
    let first = shown(&fixture, &world).await;
    assert_eq!(
        told(secrets(&first)),
        [
            "Create New qdn-local/carrier",
            "Create New qdn-local/keys",
            "Create New qdn-local/deployer-key",
            "Create New qdn-local/operators",
        ]
    );
    assert_eq!(
        told(first.layer(Layer::Edge).unwrap()),
        ["Create New op.<deployer>", "Create New tk.1"]
    );
    assert!(world.changing().is_empty());

    apply(&fixture, &world).await.unwrap();
    assert_consistent(&fixture, &world);
    assert!(shown(&fixture, &world).await.is_empty());
    let names = fixture.desired.names().secrets;
    for name in names.all() {
        let tags = world.tags(name);
        assert_eq!(tags["qdn:fingerprint"].len(), 64, "{name}");
        assert_eq!(tags["project"], "quickdumpnow", "{name}");
        assert_eq!(world.versions(name), 1, "{name}");
    }
}

#[tokio::test]
async fn secrets_come_before_code_and_keys_after_the_stack() {
    use Layer::{Bootstrap, Carrier, Edge, Package, Secrets, Seed, Site, Stack, Verify};

    let fixture = Fixture::new();
    let world = fixture.world();
    let layers: Vec<Layer> = shown(&fixture, &world)
        .await
        .layers
        .iter()
        .map(|layer| layer.layer)
        .collect();
    assert_eq!(
        layers,
        [
            Bootstrap, Secrets, Package, Stack, Edge, Site, Seed, Carrier, Verify
        ]
    );
}

#[tokio::test]
async fn a_plan_without_changes_looks_at_secrets_with_seven_calls() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    world.fail_at(None);
    let planned = shown(&fixture, &world).await;
    let standings = &secrets(&planned).secrets;
    assert_eq!(standings.len(), 4);
    let unchanged = |standing| standing == Difference::Unchanged;
    assert!(standings.iter().all(|secret| unchanged(secret.standing)));
    let calls = world.calls();
    let count = |name: &str| calls.iter().filter(|call| call.name == name).count();
    assert_eq!(
        [
            "DescribeSecret",
            "GetSecretValue",
            "ListKeys",
            "DescribeKeyValueStore"
        ]
        .map(count),
        [4, 2, 1, 0]
    );
}

#[tokio::test]
async fn another_api_key_is_one_version_and_touches_nothing_else() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    let carrier = fixture.desired.names().secrets.carrier;
    // There and back again: the third value is the first one.
    for (versions, secret) in [(2, OTHER_SECRET), (3, SECRET)] {
        fixture.write_secrets(&secrets_file(secret));
        let planned = shown(&fixture, &world).await;
        assert_eq!(
            told(secrets(&planned)),
            ["Update Content qdn-local/carrier"]
        );
        world.fail_at(None);
        apply(&fixture, &world).await.unwrap();
        assert_eq!(world.changing(), ["PutSecretValue", "TagResource"]);
        assert_eq!(
            world.secret(&carrier).unwrap()["TWILIO_API_KEY_SECRET"],
            secret
        );
        assert_eq!(world.versions(&carrier), versions);
        assert!(shown(&fixture, &world).await.is_empty());
    }
}

#[tokio::test]
async fn a_version_that_somebody_put_by_hand_is_replaced() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    world.put_by_hand(&fixture.desired.names().secrets.carrier, "{}");
    apply(&fixture, &world).await.unwrap();
    assert_consistent(&fixture, &world);
}

#[tokio::test]
async fn without_a_secrets_file_the_layer_is_not_observed_and_nothing_is_applied() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    fixture.desired.secrets = None;
    let planned = shown(&fixture, &world).await;
    let why = secrets(&planned).not_observed.as_ref();
    assert_eq!(why, Some(&NotObserved::NoSecretsFile));
    assert!(planned.is_empty() && !planned.is_applicable());
    world.fail_at(None);
    let refused = apply(&fixture, &world).await.unwrap_err();
    insta::assert_snapshot!(refused, @"not observed: secrets, carrier");
    insta::assert_snapshot!(refused.hint().unwrap(), @"name the secrets file with `--secrets-file FILE` or QDN_SECRETS_FILE, or leave out what is to stay as it is: `--skip-layer secrets,carrier`");
    assert!(world.changing().is_empty());
}

#[tokio::test]
async fn what_is_left_out_stays_and_the_rest_is_applied() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    fixture.desired.secrets = None;
    fixture.desired.skip = [Layer::Secrets].into();
    fixture.write_page("index.html", "<!doctype html><title>other</title>");
    world.put_at_edge("tk.9", "left over");
    let before = world.secret(&fixture.desired.names().secrets.carrier);
    apply(&fixture, &world).await.unwrap();
    // The edge follows from what is stored, so it needs no file.
    assert!(!world.edge().contains_key("tk.9"));
    assert_eq!(
        world.secret(&fixture.desired.names().secrets.carrier),
        before
    );
}

#[tokio::test]
async fn the_edge_needs_keys_or_is_left_out_as_well() {
    let mut fixture = Fixture::new();
    let world = fixture.world();
    fixture.desired.secrets = None;
    fixture.desired.skip = [Layer::Secrets].into();
    let planned = shown(&fixture, &world).await;
    let edge = planned.layer(Layer::Edge).unwrap();
    assert!(
        matches!(&edge.not_observed, Some(NotObserved::NoSecret { name }) if name == "qdn-local/keys"),
        "{edge:?}"
    );
    let refused = apply(&fixture, &world).await.unwrap_err();
    assert!(matches!(refused, Error::NotObserved { .. }), "{refused}");
    assert!(world.changing().is_empty());
    fixture.desired.skip.extend([Layer::Edge, Layer::Seed]);
    fixture.desired.seed = None;
    apply(&fixture, &world).await.unwrap();
    assert!(world.edge().is_empty());
}

#[tokio::test]
async fn a_deployer_key_that_is_lost_is_made_anew_and_the_old_one_forgotten() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    let names = fixture.desired.names().secrets;
    let before = world.edge();
    world.lose_secret(&names.deployer_key);
    let planned = shown(&fixture, &world).await;
    assert_eq!(
        told(secrets(&planned)),
        [
            "Create New qdn-local/deployer-key",
            "Update Dependency qdn-local/operators"
        ]
    );
    apply(&fixture, &world).await.unwrap();
    assert_consistent(&fixture, &world);
    assert_ne!(world.edge(), before);
    assert_eq!(world.edge()["tk.1"], before["tk.1"]);
}

#[tokio::test]
async fn operators_that_are_lost_learn_the_deployers_key_again() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    let names = fixture.desired.names().secrets;
    let key = world.secret(&names.deployer_key);
    world.lose_secret(&names.operators);
    apply(&fixture, &world).await.unwrap();
    assert_consistent(&fixture, &world);
    assert_eq!(
        world.secret(&names.deployer_key),
        key,
        "it is not made anew"
    );
    assert!(shown(&fixture, &world).await.is_empty());
}

#[tokio::test]
async fn a_document_that_is_not_ours_is_told_without_its_content() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    let keys = fixture.desired.names().secrets.keys;
    world.put_by_hand(&keys, r#"{"tokens":"canary"}"#);
    let refused = plan(&fixture, &world, Purpose::Show).await.unwrap_err();
    let said = format!("{refused} {refused:?} {:?}", refused.hint());
    assert!(
        said.contains("secret qdn-local/keys cannot be read"),
        "{said}"
    );
    assert!(!said.contains("canary"), "{said}");
}

#[tokio::test]
async fn entries_of_others_stay_at_the_edge_and_ours_are_put_right() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    world.put_at_edge("tk.1", "wrong");
    world.put_at_edge("op.zzzzzzzz", "left over");
    world.put_at_edge("banner", "somebody else's");
    let planned = shown(&fixture, &world).await;
    assert_eq!(
        told(planned.layer(Layer::Edge).unwrap()),
        ["Remove Undeclared op.zzzzzzzz", "Update Content tk.1"]
    );
    apply(&fixture, &world).await.unwrap();
    assert_consistent(&fixture, &world);
    assert_eq!(world.edge()["banner"], "somebody else's");
}

#[tokio::test]
async fn a_store_that_is_not_ready_is_waited_for() {
    let fixture = Fixture::new();
    let world = fixture.world();
    world.store(|store| store.pending = 5);
    apply(&fixture, &world).await.unwrap();
    assert_consistent(&fixture, &world);
}

#[tokio::test]
async fn who_loses_a_race_reads_again() {
    let fixture = Fixture::new();
    let world = fixture.world();
    world.store(|store| store.races = 3);
    apply(&fixture, &world).await.unwrap();
    assert_consistent(&fixture, &world);

    let world = fixture.world();
    world.store(|store| store.races = 1000);
    let refused = apply(&fixture, &world).await.unwrap_err();
    assert!(refused.to_string().contains("UpdateKeys"), "{refused}");
}
