//! What is planned for secrets, whatever is seen of them.

use super::*;

fn names() -> SecretNames {
    SecretNames {
        carrier: "s/carrier".into(),
        keys: "s/keys".into(),
        deployer_key: "s/deployer-key".into(),
        operators: "s/operators".into(),
    }
}

fn state(tags: &[(&str, &str)]) -> SecretState {
    SecretState {
        tags: pairs(tags),
        current: Some("v1".into()),
        previous: None,
        scheduled_for_deletion: false,
    }
}

fn fingerprint(of: &str) -> String {
    format!("{:x}", Sha256::digest(of))
}

fn versions(current: &str, previous: Option<&str>, tagged: &str) -> SecretState {
    SecretState {
        tags: pairs(&[(FINGERPRINT_TAG, tagged)]),
        current: Some(current.to_owned()),
        previous: previous.map(str::to_owned),
        scheduled_for_deletion: false,
    }
}

#[test]
fn a_value_that_comes_back_is_a_version_of_its_own() {
    let (a, b) = (fingerprint("a"), fingerprint("b"));
    let first = version_id(&a, None);
    let second = version_id(&b, Some(&first));
    let third = version_id(&a, Some(&second));
    assert!(first != third && third.len() == ID_DIGITS);
    assert_eq!(version_id(&b, Some(&first)), second, "a repeated request");
    // Whatever the tag says: the run may have ended before it was written.
    for tagged in [&a, &b] {
        assert!(holds(&versions(&second, Some(&first), tagged), &b));
        assert!(!holds(&versions(&second, Some(&first), tagged), &a));
        assert!(holds(&versions(&third, Some(&second), tagged), &a));
    }
}

#[test]
fn a_version_that_somebody_else_put_is_not_ours() {
    let a = fingerprint("a");
    let by_hand = "5c4ae2cb-8d1c-4b3c-9d3e-2f6f0a6e7c11";
    // The emulator gives the first version an id of its own.
    assert!(holds(&versions(by_hand, None, &a), &a));
    assert!(!holds(&versions(by_hand, None, &fingerprint("b")), &a));
    assert!(!holds(
        &versions(by_hand, Some(&version_id(&a, None)), &a),
        &a
    ));
}

fn pairs(tags: &[(&str, &str)]) -> BTreeMap<String, String> {
    tags.iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

/// Every secret there, as the deployer left it.
struct Stored {
    carrier: SecretState,
    other: SecretState,
    deployer_key: SecretState,
    ids: BTreeSet<String>,
}

impl Stored {
    fn new() -> Self {
        let owner = ("owner", "ops");
        Self {
            carrier: state(&[owner, (FINGERPRINT_TAG, &fingerprint("ab"))]),
            other: state(&[owner]),
            deployer_key: state(&[owner, (KEY_ID_TAG, "k3x9q2ab")]),
            ids: ["k3x9q2ab".to_owned(), "another1".to_owned()].into(),
        }
    }

    fn seen(&self) -> Seen<'_> {
        Seen {
            carrier: Some(&self.carrier),
            keys: Some(&self.other),
            deployer_key: Some(&self.deployer_key),
            operators: Some(&self.other),
            operator_ids: &self.ids,
        }
    }
}

fn told(of: &str, seen: Seen<'_>) -> String {
    let tags = pairs(&[("owner", "ops")]);
    let layer = compare(&names(), &fingerprint(of), &tags, seen);
    let standings = layer.secrets.iter();
    let standings = standings.map(|secret| format!("{} {:?}", secret.name, secret.standing));
    let steps = layer.steps.iter().map(|step| {
        let Target::Secret { name, changes } = &step.target else {
            panic!("another target");
        };
        let tags: Vec<&str> = changes.iter().map(|change| change.path.as_str()).collect();
        format!("-> {:?} {:?} {name} {tags:?}", step.action, step.reason)
    });
    standings.chain(steps).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_as_it_should_be_is_left_alone() {
    let stored = Stored::new();
    insta::assert_snapshot!(told("ab", stored.seen()), @r"
    s/carrier Unchanged
    s/keys Unchanged
    s/deployer-key Unchanged
    s/operators Unchanged
    ");
}

#[test]
fn a_first_plan_makes_all_of_them() {
    let ids = BTreeSet::new();
    let nothing = Seen {
        carrier: None,
        keys: None,
        deployer_key: None,
        operators: None,
        operator_ids: &ids,
    };
    insta::assert_snapshot!(told("ab", nothing), @r"
    s/carrier Missing
    s/keys Missing
    s/deployer-key Missing
    s/operators Missing
    -> Create New s/carrier []
    -> Create New s/keys []
    -> Create New s/deployer-key []
    -> Create New s/operators []
    ");
}

#[test]
fn another_fingerprint_or_tag_is_a_change() {
    let mut stored = Stored::new();
    stored.other = state(&[("owner", "somebody")]);
    insta::assert_snapshot!(told("cd", stored.seen()), @r#"
    s/carrier Changed
    s/keys Changed
    s/deployer-key Unchanged
    s/operators Changed
    -> Update Content s/carrier []
    -> Update Declaration s/keys ["Tags.owner"]
    -> Update Declaration s/operators ["Tags.owner"]
    "#);
}

#[test]
fn a_secret_scheduled_for_deletion_is_restored() {
    let mut stored = Stored::new();
    stored.carrier.scheduled_for_deletion = true;
    insta::assert_snapshot!(told("ab", stored.seen()).lines().last().unwrap_or_default(), @"-> Create ScheduledForDeletion s/carrier []");
}

#[test]
fn operator_keys_that_do_not_know_the_deployer_are_changed() {
    let mut stored = Stored::new();
    stored.ids = ["another1".to_owned()].into();
    insta::assert_snapshot!(told("ab", stored.seen()).lines().last().unwrap_or_default(), @"-> Update Dependency s/operators []");
    stored.deployer_key = state(&[("owner", "ops")]);
    let told = told("ab", stored.seen());
    assert!(
        told.contains("-> Update Declaration s/deployer-key"),
        "{told}"
    );
}
