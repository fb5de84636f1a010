//! Tests of operator keys.

use super::*;
use proptest::prelude::*;
use secrecy::ExposeSecret as _;

fn key(random: u8, scopes: &[OperatorScope]) -> (OperatorKey, String) {
    let now = Timestamp::from_second(1_767_225_600).unwrap();
    let made = OperatorKey::new([random; 8], [random; 32], "dashboard", scopes.to_vec(), now);
    let (key, text) = made.unwrap();
    (key, text.reveal().expose_secret().to_owned())
}

fn keys_of(keys: &[OperatorKey]) -> OperatorKeys {
    let mut list = OperatorKeys::default();
    for key in keys {
        list.add(key.clone()).unwrap();
    }
    list
}

#[test]
fn documents_and_edge_entries_are_as_agreed() {
    let (key, text) = key(10, &[OperatorScope::Messages, OperatorScope::Jobs]);
    insta::assert_snapshot!(text, @"kkkkkkkk.CgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgo");
    let list = keys_of(std::slice::from_ref(&key));
    insta::assert_snapshot!(serde_json::to_string(&list).unwrap(), @r#"{"keys":[{"id":"kkkkkkkk","name":"dashboard","scopes":["jobs","messages"],"sha256":"5ea905ad8efa187f9340922120eda0b546256d6c91b94547fe50ab4dee120755","created":1767225600}]}"#);
    let (name, value) = key.edge_entry();
    insta::assert_snapshot!(format!("{name} = {value}"), @"op.kkkkkkkk = 5ea905ad8efa187f9340922120eda0b546256d6c91b94547fe50ab4dee120755 jobs,messages");
}

/// `printf %s <43 characters> | sha256sum`
#[test]
fn the_hash_is_of_the_characters() {
    assert_eq!(
        hash(&"A".repeat(43)),
        "0f007385b6f9d4b7eeb2748605afe1a984a0a3bfa3f014d09e2a784ce9e5cd1a"
    );
}

#[test]
fn admin_may_everything_and_the_edge_is_told_so() {
    let (admin, _) = key(1, &[OperatorScope::Admin]);
    let (jobs, _) = key(2, &[OperatorScope::Jobs]);
    for scope in OperatorScope::ALL {
        assert!(admin.may(*scope), "{scope}");
        assert_eq!(jobs.may(*scope), *scope == OperatorScope::Jobs, "{scope}");
    }
    assert!(
        admin
            .edge_entry()
            .1
            .ends_with(" admin,jobs,maintenance,messages")
    );
    assert!(jobs.edge_entry().1.ends_with(" jobs"));
}

#[test]
fn scopes_are_sorted_by_name_and_read_back() {
    let names: Vec<_> = OperatorScope::ALL
        .iter()
        .map(|scope| scope.as_str())
        .collect();
    assert!(names.is_sorted());
    assert!(OperatorScope::ALL.is_sorted());
    for scope in OperatorScope::ALL {
        assert_eq!(scope.as_str().parse(), Ok(*scope));
        assert_eq!(serde_json::to_value(scope).unwrap(), scope.as_str());
    }
    assert_eq!("Jobs".parse::<OperatorScope>(), Err(OperatorError::Scope));
}

#[test]
fn a_revoked_key_proves_nothing() {
    let ((one, one_text), (two, two_text)) = (
        key(1, &[OperatorScope::Jobs]),
        key(2, &[OperatorScope::Jobs]),
    );
    let mut list = keys_of(&[one.clone(), two.clone()]);
    assert_eq!(list.verify(&one_text), Some(&one));
    assert_eq!(list.add(one.clone()), Err(OperatorError::Repeated));
    assert_eq!(list.revoke(one.id()), Ok(one.clone()));
    assert_eq!(list.verify(&one_text), None);
    assert_eq!(list.verify(&two_text), Some(&two));
    assert_eq!(list.revoke(one.id()), Err(OperatorError::Unknown));
    assert_eq!(OperatorKeys::default().verify(&two_text), None);
}

#[test]
fn neither_text_nor_hash_can_be_printed() {
    let now = Timestamp::UNIX_EPOCH;
    let made = OperatorKey::new([3; 8], [3; 32], "dashboard", [OperatorScope::Jobs], now);
    insta::assert_snapshot!(format!("{:?}", made.unwrap()), @r#"(OperatorKey { id: "dddddddd", scopes: {Jobs}, .. }, NewOperatorKey(redacted))"#);
}

#[test]
fn names_and_scopes_are_checked() {
    let make = |name: &str, scopes: &[OperatorScope]| {
        OperatorKey::new(
            [3; 8],
            [3; 32],
            name,
            scopes.to_vec(),
            Timestamp::UNIX_EPOCH,
        )
        .map(|_| ())
    };
    let jobs = &[OperatorScope::Jobs];
    for name in ["a", "dashboard-2", &"x".repeat(40)] {
        assert_eq!(make(name, jobs), Ok(()), "{name}");
    }
    for name in [
        "",
        "Dashboard",
        "dash board",
        "dash_board",
        "é",
        &"x".repeat(41),
    ] {
        assert_eq!(make(name, jobs), Err(OperatorError::Name), "{name}");
    }
    assert_eq!(make("a", &[]), Err(OperatorError::NoScope));
}

#[test]
fn documents_of_another_form_are_refused() {
    let (key, _) = key(1, &[OperatorScope::Jobs]);
    let good = serde_json::to_value(keys_of(&[key])).unwrap();
    let said = |field: &str, value: serde_json::Value| {
        let mut document = good.clone();
        document["keys"][0][field] = value;
        serde_json::from_value::<OperatorKeys>(document)
            .unwrap_err()
            .to_string()
    };
    insta::assert_snapshot!(said("id", "ABCDEFGH".into()), @"not an operator key's id, expected 8 of a-z and 0-9");
    insta::assert_snapshot!(said("name", "".into()), @"not an operator key's name, expected 1 to 40 of a-z, 0-9 and `-`");
    insta::assert_snapshot!(said("scopes", serde_json::json!([])), @"an operator key needs at least one scope: jobs, messages, maintenance, admin");
    insta::assert_snapshot!(said("sha256", "A".repeat(64).into()), @"not the hash of an operator key, expected 64 lowercase hexadecimal digits");
    assert!(said("secret", "x".into()).contains("unknown field"));
    let mut twice = good.clone();
    twice["keys"] = serde_json::json!([good["keys"][0], good["keys"][0]]);
    let refused = serde_json::from_value::<OperatorKeys>(twice).unwrap_err();
    insta::assert_snapshot!(refused, @"an operator key with this id exists already: make the key again");
}

proptest! {
    /// Each key of a list proves itself and no other; the list survives being stored.
    #[test]
    fn each_key_proves_itself(seeds in prop::collection::btree_map(any::<[u8; 4]>(), any::<[u8; 32]>(), 1..6)) {
        let made: Vec<_> = seeds.iter().map(|(id, secret)| {
            let id: [u8; 8] = std::array::from_fn(|at| (id[at / 2] >> (at % 2 * 4)) & 15);
            let (key, text) = OperatorKey::new(id, *secret, "k", [OperatorScope::Jobs], Timestamp::UNIX_EPOCH).unwrap();
            (key, text.reveal())
        }).collect();
        let list = keys_of(&made.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>());
        let stored = serde_json::to_string(&list).unwrap();
        let read: OperatorKeys = serde_json::from_str(&stored).unwrap();
        prop_assert_eq!(&read, &list);
        for (key, text) in &made {
            prop_assert_eq!(read.verify(text.expose_secret()), Some(key));
            prop_assert!(!stored.contains(text.expose_secret().split_once('.').unwrap().1));
        }
    }

    #[test]
    fn mutations_prove_nothing(secret: [u8; 32], place in 0_usize..52, other in "[ -~é]") {
        let (key, text) = OperatorKey::new([0; 8], secret, "k", [OperatorScope::Jobs], Timestamp::UNIX_EPOCH).unwrap();
        let list = keys_of(&[key]);
        let text = text.reveal();
        let (before, after) = text.expose_secret().split_at(place);
        for changed in [
            format!("{before}{other}{}", &after[1..]),
            format!("{before}{other}{after}"),
            format!("{before}{}", &after[1..]),
            before.to_owned(),
        ] {
            if changed != text.expose_secret() {
                prop_assert_eq!(list.verify(&changed), None, "{}", changed);
            }
        }
    }
}
