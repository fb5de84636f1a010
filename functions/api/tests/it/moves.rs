//! What operators change: transitions, charges, links.

use qdn_runtime::store::Store;
use qdn_shared::api::samples;
use qdn_shared::id::ThreadId;
use qdn_shared::message::{Entry, MessageKind};
use qdn_shared::route::RouteName;
use serde_json::{Value, json};

use crate::scene::Scene;

fn transitions() -> Vec<Value> {
    let all = samples::requests(RouteName::MoveJob).into_iter();
    all.map(|(_, body)| body).collect()
}

/// The kinds and texts of a job's messages.
async fn thread(scene: &Scene, id: &str) -> Vec<String> {
    let thread: ThreadId = id.parse().unwrap();
    let page = scene
        .store
        .memory
        .entries(&thread, 100, None)
        .await
        .unwrap();
    let line = |entry: &Entry| match entry {
        Entry::Outbound(message) => format!(
            "{} {:?} {}",
            message.id.number(),
            message.kind,
            message.text.as_str()
        ),
        Entry::Inbound(inbound) => format!("{} < {}", inbound.id.number(), inbound.text),
    };
    page.items.iter().map(line).collect()
}

#[tokio::test]
async fn a_job_goes_through_its_states_and_the_customer_hears_of_each() {
    let scene = Scene::default();
    let id = scene.job_after(4).await;
    let job = scene.ask(RouteName::GetJob, &[&id]).send().await;
    assert_eq!(job.header("etag"), "\"5\"");
    let job = job.json();
    assert_eq!(job["state"], "RATED");
    assert_eq!(job["charge"]["amount"], 12_500);
    assert_eq!(job["nextSteps"], json!(["PAYMENT_DUE", "RECEIPT"]));
    insta::assert_snapshot!(thread(&scene, &id).await.join("\n"), @r"
    1 Created Your job is confirmed. ID: 00000001 Track: [link]
    2 Assigned Your tech Sam is on the way. ETA: Sun Nov 22, 1-3 pm EST
    3 InProgress Service underway. Your tech just arrived.
    4 Complete Job done! Rate your experience: [link]
    5 Rated Thank you for rating. Here's your receipt: [link]
    ");
}

#[tokio::test]
async fn a_repetition_is_answered_and_tells_nobody() {
    let scene = Scene::default();
    let id = scene.job_after(1).await;
    let assign = transitions().remove(0);
    let again = scene.move_job(&id, &assign).await;
    assert_eq!(
        (again.status.as_u16(), again.header("etag")),
        (200, "\"2\"")
    );
    // Also for who did not get the first answer and names the version before it.
    let ask = scene
        .ask(RouteName::MoveJob, &[&id])
        .header("if-match", "\"1\"");
    assert_eq!(ask.json(&assign).send().await.status, 200);
    assert_eq!(thread(&scene, &id).await.len(), 2);
}

#[tokio::test]
async fn another_window_has_its_own_notice() {
    let scene = Scene::default();
    let id = scene.job_after(1).await;
    let mut later = transitions().remove(0);
    later["window"]["start"] = json!("2026-11-22T19:00:00Z");
    later["window"]["end"] = json!("2026-11-22T21:00:00Z");
    assert_eq!(scene.move_job(&id, &later).await.status, 200);
    let thread = thread(&scene, &id).await;
    insta::assert_snapshot!(thread.last().unwrap(), @"3 Changed Your ETA has changed. Sun Nov 22: was 1-3 pm, now 2-4 pm EST");
}

#[tokio::test]
async fn an_illegal_move_changes_nothing_and_names_the_legal_ones() {
    let scene = Scene::default();
    let id = scene.job().await;
    let written = scene.store.written();
    let told = |body: Value| {
        let scene = &scene;
        let id = id.clone();
        async move { scene.move_job(&id, &body).await.told() }
    };
    insta::assert_snapshot!(told(json!({ "to": "COMPLETE" })).await, @"409 Not possible in this state: the job is CREATED and cannot become COMPLETE; possible: ASSIGNED");
    insta::assert_snapshot!(told(json!({ "to": "RATED", "rating": { "stars": 1 } })).await, @"409 Not possible in this state: the job is CREATED and cannot become RATED; possible: ASSIGNED");
    assert_eq!(scene.store.written(), written);
    assert_eq!(
        scene
            .move_job(&id, &json!({ "to": "CREATED" }))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_version_that_is_over_is_refused() {
    let scene = Scene::default();
    let id = scene.job_after(1).await;
    let arrive = |etag: &str| {
        let ask = scene
            .ask(RouteName::MoveJob, &[&id])
            .header("if-match", etag);
        ask.json(&json!({ "to": "IN_PROGRESS" })).send()
    };
    insta::assert_snapshot!(arrive("\"1\"").await.told(), @"412 Changed since that version: the job was changed since the version in `If-Match`: read it again and decide again");
    // A gateway that compresses marks the tag as weak.
    assert_eq!(arrive("W/\"2\"").await.status, 200);

    let charge = |etag: &str, amount: i64| {
        let ask = scene
            .ask(RouteName::SetCharge, &[&id])
            .header("if-match", etag);
        ask.json(&json!({ "amount": amount, "currency": "USD" }))
            .send()
    };
    assert_eq!(charge("\"3\"", 100).await.status, 200);
    assert_eq!(charge("\"3\"", 100).await.status, 200, "a repetition");
    assert_eq!(charge("\"3\"", 200).await.status, 412);
    let renew = scene
        .ask(RouteName::RenewLink, &[&id])
        .header("if-match", "\"3\"");
    assert_eq!(renew.send().await.status, 412);
}

#[tokio::test]
async fn whoever_meets_another_decision_is_told_and_not_tried_again() {
    let scene = Scene::default();
    let id = scene.job_after(1).await;
    for (name, body) in [
        (RouteName::MoveJob, Some(json!({ "to": "IN_PROGRESS" }))),
        (
            RouteName::SetCharge,
            Some(json!({ "amount": 1, "currency": "USD" })),
        ),
        (RouteName::RenewLink, None),
    ] {
        scene
            .store
            .lose
            .store(1, std::sync::atomic::Ordering::SeqCst);
        let ask = scene.ask(name, &[&id]);
        let ask = match &body {
            Some(body) => ask.json(body),
            None => ask,
        };
        let told = ask.send().await.told();
        insta::allow_duplicates! {
            insta::assert_snapshot!(told, @"409 Changed by somebody else: nothing was changed: read the job again and decide again");
        }
    }
    assert_eq!(scene.store.job_now(&id).version(), 2);
}

#[tokio::test]
async fn a_charge_is_set_corrected_and_paid_without_a_word_to_the_customer() {
    let scene = Scene::default();
    let id = scene.job().await;
    for (version, (_, body)) in (2..).zip(samples::requests(RouteName::SetCharge)) {
        let answered = scene
            .ask(RouteName::SetCharge, &[&id])
            .json(&body)
            .send()
            .await;
        assert_eq!(answered.status, 200);
        assert_eq!(answered.header("etag"), format!("\"{version}\""));
        assert_eq!(answered.json()["charge"], body);
    }
    assert_eq!(thread(&scene, &id).await.len(), 1);
}

#[tokio::test]
async fn a_new_link_voids_the_old_one_and_is_told_once() {
    let scene = Scene::default();
    let id = scene.job().await;
    let old = scene.token(&id);
    let answered = scene.ask(RouteName::RenewLink, &[&id]).send().await;
    assert_eq!(answered.status, 200, "{}", answered.text());
    assert_eq!(answered.header("etag"), "\"2\"");
    assert_eq!(answered.header("cache-control"), "no-store");
    let url = answered.json()["trackUrl"].as_str().unwrap().to_owned();
    let token = url
        .strip_prefix("https://www.quickdumpnow.com/track?jobToken=")
        .unwrap();
    assert_eq!(
        scene.ask_with(RouteName::Track, token).send().await.status,
        200
    );
    assert_eq!(
        scene.ask_with(RouteName::Track, &old).send().await.status,
        404
    );
    let message = scene.store.memory.messages().pop().unwrap();
    assert_eq!(
        (message.kind, message.text.as_str()),
        (MessageKind::Link, "Here's your new tracking link: [link]")
    );

    // An empty object says as little as no body.
    let ask = scene.ask(RouteName::RenewLink, &[&id]).json(&json!({}));
    assert_eq!(ask.send().await.status, 200);
}

#[tokio::test]
async fn after_the_last_generation_a_link_has_another_id() {
    let scene = Scene::default();
    let id = scene.job().await;
    let first = scene.store.job_now(&id).link();
    for generation in 1..=255_u8 {
        assert_eq!(
            scene.ask(RouteName::RenewLink, &[&id]).send().await.status,
            200
        );
        assert_eq!(scene.store.job_now(&id).generation(), generation);
    }
    assert_eq!(
        scene.ask(RouteName::RenewLink, &[&id]).send().await.status,
        200
    );
    let job = scene.store.job_now(&id);
    assert_ne!(job.link(), first);
    assert_eq!(scene.store.memory.job_of_link(&first).await.unwrap(), None);
    assert_eq!(
        scene
            .ask_with(RouteName::Track, &scene.token(&id))
            .send()
            .await
            .status,
        200
    );
}
