//! What a caller has to show, and that nothing passes without it.

use http::header;
use qdn_shared::id::LinkId;
use qdn_shared::operator::OperatorScope;
use qdn_shared::route::{Credential, ROUTES, RouteName, route};
use qdn_shared::token::{JobToken, Scopes};

use crate::scene::{Ask, Scene, operator_key};

/// Operator routes with the scope that each needs.
fn for_operators() -> Vec<(RouteName, OperatorScope)> {
    let scope = |name| match route(name).credential {
        Credential::OperatorKey(scope) => Some((name, scope)),
        Credential::None | Credential::JobToken(_) | Credential::CarrierMac => None,
    };
    ROUTES
        .iter()
        .filter_map(|route| scope(route.name))
        .collect()
}

#[tokio::test]
async fn each_scope_opens_its_routes_and_admin_opens_all() {
    let scene = Scene::default();
    let id = scene.job().await;
    for (name, needed) in for_operators() {
        for scope in OperatorScope::ALL {
            let ask = scene.ask_sample(name, &[&id]).bearer(&operator_key(*scope));
            let answered = ask.send().await;
            let may = *scope == needed || *scope == OperatorScope::Admin;
            assert_eq!(
                answered.status == 403,
                !may,
                "{name:?} {scope:?} {}",
                answered.text()
            );
            assert_ne!(answered.status, 401, "{name:?} {scope:?}");
            if !may {
                let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{needed}\"");
                assert_eq!(answered.header("www-authenticate"), challenge);
            }
        }
    }
}

#[tokio::test]
async fn nothing_but_one_good_key_is_an_operator() {
    let scene = Scene::default();
    let key = operator_key(OperatorScope::Admin);
    let (id, secret) = key.split_once('.').unwrap();
    let ask = || {
        scene
            .ask(RouteName::ListJobs, &[])
            .without(header::AUTHORIZATION)
    };
    let bad = [
        ask(),
        ask().header("authorization", ""),
        ask().header("authorization", &key),
        ask().header("authorization", "Bearer"),
        ask().header("authorization", "Bearer "),
        ask().header("authorization", format!("Basic {key}")),
        ask().header("authorization", format!("Bearer {id}")),
        ask().header("authorization", format!("Bearer {id}.{secret}x")),
        ask().header(
            "authorization",
            format!("Bearer {id}.{}", secret.to_lowercase()),
        ),
        ask().header("authorization", format!("Bearer {id}.{key}")),
        ask().header("authorization", [b'B', 0xff]),
        ask()
            .bearer(&key)
            .header("authorization", format!("Bearer {key}")),
        ask().query(&format!("key={key}")),
        ask().header("x-api-key", &key),
    ];
    for (number, ask) in bad.into_iter().enumerate() {
        let answered = ask.send().await;
        assert_eq!(answered.status, 401, "{number}");
        assert_eq!(answered.header("www-authenticate"), "Bearer");
        insta::allow_duplicates! {
            insta::assert_snapshot!(answered.told(), @"401 Operator key required");
        }
    }
    let good = ask().header("authorization", format!("bEARER  {key} "));
    assert_eq!(good.send().await.status, 200);
}

#[tokio::test]
async fn a_new_key_works_at_once_and_a_revoked_one_not_for_long() {
    let scene = Scene::default();
    let list = || scene.ask(RouteName::ListJobs, &[]);
    scene.secrets.nobody.set(true);
    assert_eq!(list().send().await.status, 401);
    // The key was made just now. The list is a moment old and is read again, but not for each request.
    scene.secrets.nobody.set(false);
    let reads = scene.secrets.reads();
    assert_eq!(list().send().await.status, 401);
    assert_eq!(scene.secrets.reads(), reads);
    scene.clock.pass(5);
    assert_eq!(list().send().await.status, 200);
    scene.secrets.nobody.set(true);
    scene.clock.pass(31);
    assert_eq!(list().send().await.status, 401);
}

#[tokio::test]
async fn whatever_is_wrong_with_a_link_looks_the_same() {
    let scene = Scene::default();
    let id = scene.job().await;
    let job = scene.store.job_now(&id);
    let token = scene.token(&id);
    let good = scene.ask_with(RouteName::Track, &token).send().await;
    assert_eq!(good.status, 200);

    let expired = {
        let token = scene.token(&id);
        let later = Scene::default();
        later.job().await;
        later.clock.pass(3600);
        later.ask_with(RouteName::Track, &token)
    };
    let track = |token: &str| scene.ask_with(RouteName::Track, token);
    let other = if token.ends_with('A') { "B" } else { "A" };
    let bad: Vec<Ask> = vec![
        scene.ask(RouteName::Track, &[]),
        scene
            .ask(RouteName::Track, &[])
            .query(&format!("jobToken={token}")),
        track(""),
        track("x"),
        track(&token.replace(&token[55..], other)),
        track(&format!("{token}A")),
        track(&token).header("authorization", format!("Bearer {token}")),
        track(&operator_key(OperatorScope::Admin)),
        expired,
        track(&scene.mint(LinkId::from_bytes([9; 16]), 0, Scopes::TRACK)),
        track(&scene.mint(job.link(), 1, Scopes::TRACK)),
        track(&scene.mint(job.link(), 0, Scopes::from_bits(2))),
        scene
            .ask_sample(RouteName::Rate, &[])
            .bearer(&scene.mint(job.link(), 0, Scopes::TRACK)),
    ];
    let mut answers = Vec::new();
    for ask in bad {
        let answered = ask.send().await;
        let headers: Vec<_> = answered
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value:?}"))
            .collect();
        answers.push((answered.status, headers, answered.text()));
    }
    answers.dedup();
    let [(status, headers, body)] = answers.as_slice() else {
        panic!("they differ: {answers:#?}")
    };
    assert_eq!(*status, 404);
    assert!(headers.contains(&"cache-control: \"no-store\"".to_owned()));
    insta::assert_snapshot!(body, @r#"{"type":"tag:quickdumpnow.com,2026:problem/not-found","title":"Not found","status":404}"#);
}

#[tokio::test]
async fn an_unknown_signing_key_makes_the_keys_be_read_again_but_not_in_a_loop() {
    let scene = Scene::default();
    let id = scene.job().await;
    let track = |token: &str| scene.ask_with(RouteName::Track, token);
    assert_eq!(track(&scene.token(&id)).send().await.status, 200);
    let reads = scene.secrets.reads();
    let mut foreign = scene.token(&id);
    // The second byte is the key's id.
    foreign.replace_range(1..3, "cB");
    assert_ne!(
        JobToken::key_id(&foreign),
        JobToken::key_id(&scene.token(&id))
    );
    for _ in 0..3 {
        assert_eq!(track(&foreign).send().await.status, 404);
    }
    assert_eq!(scene.secrets.reads(), reads);
    scene.clock.pass(5);
    for _ in 0..3 {
        assert_eq!(track(&foreign).send().await.status, 404);
    }
    assert_eq!(scene.secrets.reads(), reads + 1);
}

#[tokio::test]
async fn an_address_that_we_did_not_make_leads_nowhere() {
    let scene = Scene::default();
    let id = scene.job().await;
    let message = format!("{id}-1");
    let good = scene.ask_status(&message);
    let form = serde_json::json!({ "MessageSid": format!("SM{}", "0".repeat(32)) });
    assert_eq!(good.form(&form).send().await.status, 204);

    let asks = [
        scene.ask(
            RouteName::CarrierStatus,
            &[&message, "1", "VFBH8MntioGHAjEN8UwuPU93"],
        ),
        scene.ask(
            RouteName::CarrierStatus,
            &[&message, "9", "VFBH8MntioGHAjEN8UwuPU93"],
        ),
        scene.ask(
            RouteName::CarrierStatus,
            &["..", "1", "VFBH8MntioGHAjEN8UwuPU93"],
        ),
        scene.ask(RouteName::CarrierStatus, &["%FF", "1", "x"]),
        scene.ask(
            RouteName::CarrierInbound,
            &["1", "VFBH8MntioGHAjEN8UwuPU93"],
        ),
        scene.ask(RouteName::CarrierInbound, &["1", "%2F..%2F"]),
    ];
    for ask in asks {
        let answered = ask.form(&form).send().await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(answered.told(), @"404 Not found");
        }
    }
}
