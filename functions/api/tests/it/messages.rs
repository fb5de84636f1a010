//! A job's thread for operators.

use qdn_runtime::store::{Cursor, Store, Write};
use qdn_shared::job::Job;
use qdn_shared::message::{CarrierStatus, Policy, Posted};
use qdn_shared::route::RouteName;
use serde_json::json;

use crate::scene::{Scene, received};

const SID: &str = "SM00112233445566778899aabbccddeeff";

#[tokio::test]
async fn a_text_is_sent_once_and_reads_back() {
    let scene = Scene::default();
    let id = scene.job().await;
    let send = |text: &str| {
        let ask = scene.ask(RouteName::SendMessage, &[&id]);
        ask.json(&json!({ "text": text }))
            .header("idempotency-key", "k")
            .send()
    };
    let first = send("We are late.").await;
    assert_eq!(first.status, 201, "{}", first.text());
    assert_eq!(first.header("location"), "");
    let again = send("We are late.").await;
    assert_eq!(first.body, again.body);
    assert_eq!(send("Another text").await.status, 422);
    assert_eq!(scene.store.job_now(&id).messages(), 2);

    // The same key for another job is another request.
    let other = scene.job().await;
    let ask = scene.ask(RouteName::SendMessage, &[&other]);
    let ask = ask
        .json(&json!({ "text": "We are late." }))
        .header("idempotency-key", "k");
    assert_eq!(ask.send().await.status, 422);
}

#[tokio::test]
async fn texts_at_one_moment_all_get_their_place() {
    let scene = Scene::default();
    let id = scene.job().await;
    scene
        .store
        .lose
        .store(3, std::sync::atomic::Ordering::SeqCst);
    let ask = scene.ask_sample(RouteName::SendMessage, &[&id]);
    assert_eq!(ask.send().await.status, 201);
    assert_eq!(scene.store.job_now(&id).messages(), 2);
}

#[tokio::test]
async fn the_thread_shows_what_became_of_each_message() {
    let scene = Scene::default();
    let id = scene.job().await;
    let policy = Policy::with_cascade(120);
    let message = scene.store.memory.messages().remove(0);
    let claimed = message.claimed(scene.clock.time(), &policy).unwrap();
    let posted = Posted::Accepted {
        sid: SID.parse().unwrap(),
        status: CarrierStatus::Delivered,
    };
    let recorded = claimed
        .recorded(0, posted, scene.clock.time(), &policy, 0)
        .unwrap();
    for next in [claimed, recorded] {
        scene
            .store
            .memory
            .commit(&[Write::UpdateMessage(next)])
            .await
            .unwrap();
    }
    let reply = received(
        "SM0000000000000000000000000000beef",
        crate::scene::CUSTOMER,
        crate::scene::OURS,
        "Thanks",
    );
    scene.carrier.has(reply);
    let form = json!({ "MessageSid": "SM0000000000000000000000000000beef" });
    assert_eq!(scene.ask_inbound().form(&form).send().await.status, 200);

    let list = |query: &str| {
        scene
            .ask(RouteName::ListMessages, &[&id])
            .query(query)
            .send()
    };
    let page = list("").await.json();
    insta::with_settings!({sort_maps => true}, {
        insta::assert_json_snapshot!(page, @r#"
        {
          "items": [
            {
              "attempts": [
                {
                  "at": "2026-11-22T17:00:00Z",
                  "delivery": "sent",
                  "possibleDuplicate": false,
                  "sid": "SM00112233445566778899aabbccddeeff",
                  "status": "delivered",
                  "to": {
                    "phone": "+12025550143"
                  }
                }
              ],
              "createdAt": "2026-11-22T17:00:00Z",
              "delivery": "sent",
              "direction": "outbound",
              "id": "00000001-1",
              "kind": "CREATED",
              "sid": "SM00112233445566778899aabbccddeeff",
              "status": "delivered",
              "text": "Your job is confirmed. ID: 00000001 Track: [link]"
            },
            {
              "direction": "inbound",
              "from": "+12025550143",
              "id": "00000001-2",
              "receivedAt": "2026-11-22T17:00:00Z",
              "sid": "SM0000000000000000000000000000beef",
              "stop": false,
              "text": "Thanks"
            },
            {
              "attempts": [],
              "createdAt": "2026-11-22T17:00:00Z",
              "delivery": "pending",
              "direction": "outbound",
              "id": "00000001-3",
              "kind": "RELAYED",
              "text": "From +12025550143 (job 00000001): Thanks"
            }
          ]
        }
        "#);
    });
    let first = list("limit=2").await.json();
    let cursor = first["next"].as_str().unwrap().to_owned();
    let rest = list(&format!("cursor={cursor}")).await.json();
    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    assert_eq!(rest["items"], json!([page["items"][2]]));

    // A place in another list, and one that is none.
    let job = Cursor::<Job>::after("2026-11-22T13:00:00.000Z#7K3M9QX2").to_string();
    for foreign in [job.as_str(), "enp6"] {
        let told = list(&format!("cursor={foreign}")).await.told();
        insta::allow_duplicates! {
            insta::assert_snapshot!(told, @r#"
            400 Invalid request
              {"parameter":"cursor","detail":"not a cursor of this list: take `next` of the page before"}
            "#);
        }
    }
}
