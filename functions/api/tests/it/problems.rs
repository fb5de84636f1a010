//! Every problem that a route may answer with is produced here, and no other. What people read of each is shown.

use std::collections::{BTreeMap, BTreeSet};

use qdn_shared::api::{problems, samples, success};
use qdn_shared::problem::{Problem, ProblemKind};
use qdn_shared::route::{Credential, ROUTES, RouteName, route};
use serde_json::json;

use crate::scene::{Answered, Ask, CUSTOMER, OURS, Scene, operator_key, received};

const SID: &str = "SM00112233445566778899aabbccddeeff";

/// A good request to a route on a job that is COMPLETE; with the path of its own for the carrier.
fn good(scene: &Scene, id: &str, name: RouteName) -> Ask {
    match name {
        RouteName::CarrierStatus => scene
            .ask_status(&format!("{id}-1"))
            .form(&json!({ "MessageSid": SID })),
        RouteName::CarrierInbound => scene.ask_inbound().form(&json!({ "MessageSid": SID })),
        RouteName::MoveJob => {
            let (_, rated) = samples::requests(name).remove(3);
            scene.ask(name, &[id]).json(&rated)
        }
        RouteName::SetCharge => scene
            .ask(name, &[id])
            .json(&json!({ "amount": 1, "currency": "USD" })),
        RouteName::PutMaintenance => scene.ask_sample(name, &[]).header("if-none-match", "*"),
        RouteName::Track | RouteName::Rate => scene.ask_sample(name, &[]).bearer(&scene.token(id)),
        _ => scene.ask_sample(name, &[id]),
    }
}

/// What was answered, by route.
#[derive(Default)]
struct Seen {
    problems: BTreeMap<(RouteName, ProblemKind), String>,
    good: BTreeSet<(RouteName, u16)>,
}

impl Seen {
    fn note(&mut self, name: RouteName, answered: &Answered) {
        if answered.status.is_success() {
            self.good.insert((name, answered.status.as_u16()));
            return;
        }
        let problem: Problem = serde_json::from_slice(&answered.body).unwrap();
        let kind = problem.kind().expect("a problem of the catalogue");
        let told = answered.told();
        let kept = self
            .problems
            .entry((name, kind))
            .or_insert_with(|| told.clone());
        // The one that says more is shown, and sooner one about the body.
        let says = |told: &str| (told.contains("pointer"), told.len());
        if says(&told) > says(kept) {
            *kept = told;
        }
    }
}

async fn scene() -> (Scene, String) {
    let scene = Scene::default();
    let id = scene.job_after(3).await;
    (scene, id)
}

/// Sends what leads to every problem of a route.
async fn provoke(name: RouteName, seen: &mut Seen) {
    let credential = route(name).credential;
    let is_operators = matches!(credential, Credential::OperatorKey(_));
    let (scene, id) = scene().await;
    let ask = || good(&scene, &id, name);

    // Wrong credentials, and somebody who has none.
    if is_operators {
        seen.note(name, &ask().bearer("x").send().await);
        let scopes = qdn_shared::operator::OperatorScope::ALL;
        for scope in scopes {
            if Credential::OperatorKey(*scope) != credential {
                seen.note(
                    name,
                    &ask()
                        .bearer(&operator_key(*scope))
                        .query("x=1")
                        .send()
                        .await,
                );
            }
        }
    }
    if matches!(credential, Credential::JobToken(_)) {
        seen.note(name, &ask().bearer("x").send().await);
    }
    if credential == Credential::CarrierMac {
        let path = [format!("{id}-1"), "1".to_owned(), "x".to_owned()];
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let path = if name == RouteName::CarrierStatus {
            &path[..]
        } else {
            &path[1..]
        };
        seen.note(name, &scene.ask(name, path).send().await);
    }
    // Things that are not there.
    seen.note(name, &scene.ask_sample(name, &["00000000"]).send().await);
    // Bodies, types, headers, parameters.
    seen.note(
        name,
        &ask()
            .body("application/json", vec![b'x'; 65_537])
            .send()
            .await,
    );
    seen.note(
        name,
        &ask().query("limit=0&cursor=!&state=x&x=1&x=2").send().await,
    );
    if credential == Credential::CarrierMac {
        seen.note(name, &ask().form(&json!({})).send().await);
    }
    seen.note(
        name,
        &ask()
            .header("if-match", "x")
            .header("idempotency-key", "")
            .send()
            .await,
    );
    let has_body = !samples::requests(name).is_empty() || name == RouteName::RenewLink;
    if has_body && credential != Credential::CarrierMac {
        seen.note(name, &ask().body("text/plain", "x").send().await);
        seen.note(
            name,
            &ask()
                .json(&json!({ "secret": 1 }))
                .query("x=1")
                .send()
                .await,
        );
    }
    // Versions and keys.
    let unconditional = || ask().without(http::header::IF_NONE_MATCH);
    seen.note(
        name,
        &unconditional().header("if-match", "\"99\"").send().await,
    );
    seen.note(name, &unconditional().send().await);
    let keyed = |ask: Ask| ask.header("idempotency-key", "once");
    seen.note(name, &keyed(ask()).send().await);
    let other = json!({ "text": "x", "customer": { "name": "x", "phones": [CUSTOMER] } });
    if name == RouteName::CreateJob {
        seen.note(
            name,
            &keyed(ask())
                .json(&json!({ "customer": other["customer"] }))
                .send()
                .await,
        );
    }
    if name == RouteName::SendMessage {
        seen.note(
            name,
            &keyed(ask()).json(&json!({ "text": "x" })).send().await,
        );
    }
    provoke_states(name, seen).await;
    provoke_failures(name, seen).await;
}

/// What a job's state and other writers lead to.
async fn provoke_states(name: RouteName, seen: &mut Seen) {
    let (scene, id) = scene().await;
    scene
        .store
        .lose
        .store(1, std::sync::atomic::Ordering::SeqCst);
    seen.note(name, &good(&scene, &id, name).send().await);
    scene
        .store
        .lose
        .store(0, std::sync::atomic::Ordering::SeqCst);
    if name == RouteName::MoveJob {
        seen.note(
            name,
            &scene.move_job(&id, &json!({ "to": "CREATED" })).await,
        );
    }
    if name == RouteName::Rate {
        good(&scene, &id, name).send().await;
        let other = good(&scene, &id, name).json(&json!({ "stars": 1 }));
        seen.note(name, &other.send().await);
    }
    if matches!(name, RouteName::RenewLink | RouteName::SendMessage) {
        scene.fill_thread(&id).await;
        seen.note(name, &good(&scene, &id, name).send().await);
    }
    if name == RouteName::GetMaintenance {
        good(&scene, &id, RouteName::PutMaintenance).send().await;
        seen.note(name, &good(&scene, &id, name).send().await);
    }
    if name == RouteName::PutMaintenance {
        let first = good(&scene, &id, RouteName::GetMaintenance).send().await;
        let next = good(&scene, &id, name).without(http::header::IF_NONE_MATCH);
        seen.note(
            name,
            &next.header("if-match", first.header("etag")).send().await,
        );
    }
}

/// What failures of what we depend on lead to.
async fn provoke_failures(name: RouteName, seen: &mut Seen) {
    let (scene, id) = scene().await;
    scene.carrier.has(received(SID, CUSTOMER, OURS, "x"));
    let ask = good(&scene, &id, name);
    for switch in [
        &scene.secrets.broken,
        &scene.store.broken,
        &scene.carrier.broken,
        &scene.document.1,
    ] {
        switch.set(true);
        // Secrets are kept for some minutes.
        scene.clock.pass(301);
        let answered = ask.clone().send().await;
        switch.set(false);
        if answered.status == 503 {
            assert_eq!(answered.header("retry-after"), "1", "{name:?}");
        }
        seen.note(name, &answered);
    }
    seen.note(name, &ask.send().await);
}

#[tokio::test]
async fn routes_answer_with_what_is_declared_and_nothing_else() {
    let mut seen = Seen::default();
    for route in ROUTES {
        provoke(route.name, &mut seen).await;
    }
    let mut wrong = Vec::new();
    for route in ROUTES {
        let found: Vec<_> = seen
            .problems
            .keys()
            .filter(|(name, _)| *name == route.name)
            .map(|(_, kind)| *kind)
            .collect();
        // A fault of ours cannot be provoked: what is shown for one has a test beside the code.
        let mut declared = problems(route.name);
        declared.retain(|kind| *kind != ProblemKind::Internal);
        if found != declared {
            wrong.push(format!(
                "{:?}: found {found:?}, declared {declared:?}",
                route.name
            ));
        }
        let found: Vec<_> = seen
            .good
            .iter()
            .filter(|(name, _)| *name == route.name)
            .map(|(_, status)| *status)
            .collect();
        if found != success(route.name) {
            wrong.push(format!(
                "{:?}: found {found:?}, declared {:?}",
                route.name,
                success(route.name)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    let lines: Vec<_> = seen
        .problems
        .iter()
        .map(|((name, _), told)| format!("{}: {told}", name.as_str()))
        .collect();
    insta::assert_snapshot!("problems", lines.join("\n"));
}
