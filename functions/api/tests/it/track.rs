//! What a customer sees and says.

use qdn_shared::api::samples;
use qdn_shared::message::MessageKind;
use qdn_shared::route::RouteName;
use serde_json::{Value, json};

use crate::scene::{CUSTOMER, OURS, Scene, received};

async fn track(scene: &Scene, id: &str) -> Value {
    let answered = scene
        .ask_with(RouteName::Track, &scene.token(id))
        .send()
        .await;
    assert_eq!(answered.status, 200, "{}", answered.text());
    assert_eq!(answered.header("cache-control"), "no-store");
    answered.json()
}

#[tokio::test]
async fn the_customer_sees_the_job_and_nothing_of_anybody_else() {
    let scene = Scene::default();
    let id = scene.job_after(3).await;
    scene.carrier.has(received(
        "SM0000000000000000000000000000beef",
        CUSTOMER,
        OURS,
        "internal words",
    ));
    let form = json!({ "MessageSid": "SM0000000000000000000000000000beef" });
    assert_eq!(scene.ask_inbound().form(&form).send().await.status, 200);
    let seen = track(&scene, &id).await;
    let text = seen.to_string();
    for hidden in [
        CUSTOMER,
        "+12025550177",
        "Lee",
        "Ruiz",
        "Elm",
        "4711",
        "internal",
        "SM0",
        "+12025550101",
    ] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
    insta::with_settings!({sort_maps => true}, {
        insta::assert_json_snapshot!(seen, @r#"
        {
          "charge": {
            "amount": 12500,
            "currency": "USD"
          },
          "createdAt": "2026-11-22T17:00:00Z",
          "id": "00000001",
          "messages": [
            {
              "createdAt": "2026-11-22T17:00:00Z",
              "delivery": "pending",
              "kind": "CREATED",
              "text": "Your job is confirmed. ID: 00000001 Track: [link]"
            },
            {
              "createdAt": "2026-11-22T17:00:00Z",
              "delivery": "pending",
              "kind": "ASSIGNED",
              "text": "Your tech Sam is on the way. ETA: Sun Nov 22, 1-3 pm EST"
            },
            {
              "createdAt": "2026-11-22T17:00:00Z",
              "delivery": "pending",
              "kind": "IN_PROGRESS",
              "text": "Service underway. Your tech just arrived."
            },
            {
              "createdAt": "2026-11-22T17:00:00Z",
              "delivery": "pending",
              "kind": "COMPLETE",
              "text": "Job done! Rate your experience: [link]"
            }
          ],
          "nextSteps": [
            {
              "step": "PAYMENT_DUE",
              "text": "Payment due"
            },
            {
              "step": "RATE_SERVICE",
              "text": "Rate your service"
            }
          ],
          "state": "COMPLETE",
          "supportPhone": "+12025550100",
          "technician": "Sam",
          "updatedAt": "2026-11-22T17:00:00Z",
          "window": {
            "end": "2026-11-22T20:00:00Z",
            "start": "2026-11-22T18:00:00Z",
            "text": "Sun Nov 22, 1-3 pm EST",
            "zone": "America/New_York"
          }
        }
        "#);
    });
}

#[tokio::test]
async fn a_rating_is_taken_once_and_leads_to_the_receipt() {
    let scene = Scene::default();
    let id = scene.job_after(3).await;
    let rate = |body: Value| {
        scene
            .ask_with(RouteName::Rate, &scene.token(&id))
            .json(&body)
            .send()
    };
    let rated = rate(json!({ "stars": 5, "comment": "Quick." })).await;
    assert_eq!(rated.status, 200, "{}", rated.text());
    let again = rate(json!({ "stars": 5, "comment": "Quick." })).await;
    assert_eq!((again.status, &again.body), (rated.status, &rated.body));
    insta::assert_snapshot!(rate(json!({ "stars": 1 })).await.told(), @"409 Not possible in this state: the job is RATED already, with another rating");

    let seen = rated.json();
    assert_eq!(seen["state"], "RATED");
    assert_eq!(seen["rating"], json!({ "stars": 5, "comment": "Quick." }));
    assert_eq!(seen["receipt"]["number"], json!(id));
    assert_eq!(seen["receipt"]["charge"]["amount"], 12_500);
    let kinds: Vec<_> = scene
        .store
        .memory
        .messages()
        .iter()
        .map(|message| message.kind)
        .collect();
    assert_eq!(
        kinds
            .iter()
            .filter(|kind| **kind == MessageKind::Rated)
            .count(),
        1
    );
}

#[tokio::test]
async fn a_rating_survives_what_else_happens_to_the_job() {
    let scene = Scene::default();
    let id = scene.job_after(3).await;
    scene
        .store
        .lose
        .store(2, std::sync::atomic::Ordering::SeqCst);
    let ask = scene.ask_with(RouteName::Rate, &scene.token(&id));
    assert_eq!(ask.json(&json!({ "stars": 4 })).send().await.status, 200);
    assert_eq!(track(&scene, &id).await["state"], "RATED");
}

#[tokio::test]
async fn a_job_that_is_not_done_cannot_be_rated() {
    let scene = Scene::default();
    let id = scene.job_after(2).await;
    let ask = scene.ask_with(RouteName::Rate, &scene.token(&id));
    insta::assert_snapshot!(ask.json(&json!({ "stars": 4 })).send().await.told(), @"409 Not possible in this state: the job is IN_PROGRESS and cannot become RATED; possible: COMPLETE");
}

#[tokio::test]
async fn the_next_step_follows_state_and_payment() {
    let scene = Scene::default();
    let mut steps = Vec::new();
    let id = scene.job().await;
    let mut note = async |scene: &Scene| {
        let seen = track(scene, &id).await;
        steps.push(seen["nextSteps"].to_string());
    };
    note(&scene).await;
    for (_, body) in samples::requests(RouteName::MoveJob) {
        scene.move_job(&id, &body).await;
        note(&scene).await;
    }
    let (_, paid) = samples::requests(RouteName::SetCharge).remove(1);
    scene
        .ask(RouteName::SetCharge, &[&id])
        .json(&paid)
        .send()
        .await;
    note(&scene).await;
    insta::assert_snapshot!(steps.join("\n"), @r#"
    [{"step":"WAIT_FOR_TECHNICIAN","text":"We are assigning your technician"}]
    [{"step":"EXPECT_TECHNICIAN","text":"Your technician is on the way"}]
    [{"step":"SERVICE_UNDERWAY","text":"Service underway"}]
    [{"step":"PAYMENT_DUE","text":"Payment due"},{"step":"RATE_SERVICE","text":"Rate your service"}]
    [{"step":"PAYMENT_DUE","text":"Payment due"},{"step":"RECEIPT","text":"Your receipt"}]
    [{"step":"RECEIPT","text":"Your receipt"}]
    "#);
}
