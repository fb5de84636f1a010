//! Jobs for operators: created once, listed by pages, read with their version.

use qdn_runtime::store::Store;
use qdn_shared::api::samples;
use qdn_shared::message::{Contact, Delivery, MessageKind};
use qdn_shared::phone::PhoneNumber;
use qdn_shared::route::RouteName;
use serde_json::json;

use crate::scene::{CUSTOMER, Scene};

#[tokio::test]
async fn a_job_is_taken_in_with_its_message_and_its_link() {
    let scene = Scene::default();
    let answered = scene.ask_sample(RouteName::CreateJob, &[]).send().await;
    assert_eq!(answered.status, 201);
    assert_eq!(answered.header("etag"), "\"1\"");
    assert_eq!(answered.header("content-type"), "application/json");
    let job = answered.json();
    let id = job["id"].as_str().unwrap();
    assert_eq!(answered.header("location"), format!("/api/jobs/{id}"));
    insta::with_settings!({sort_maps => true}, {
        insta::assert_json_snapshot!(job, @r#"
        {
          "address": "12 Elm St, Springfield",
          "createdAt": "2026-11-22T17:00:00Z",
          "customer": {
            "name": "Ana Ruiz",
            "phones": [
              "+12025550143"
            ]
          },
          "id": "00000001",
          "nextSteps": [
            "WAIT_FOR_TECHNICIAN"
          ],
          "notes": "Gate code 4711",
          "state": "CREATED",
          "updatedAt": "2026-11-22T17:00:00Z",
          "version": 1
        }
        "#);
    });
    assert_eq!(scene.store.written(), 1);
    let messages = scene.store.memory.messages();
    let [message] = messages.as_slice() else {
        panic!("{messages:?}")
    };
    assert_eq!(message.kind, MessageKind::Created);
    assert_eq!(message.delivery(), Delivery::Pending);
    assert_eq!(
        message.text.as_str(),
        format!("Your job is confirmed. ID: {id} Track: [link]")
    );
    let customer = PhoneNumber::parse(CUSTOMER).unwrap();
    assert_eq!(message.contacts, [Contact::Phone(customer.clone())]);
    let phone = scene.store.memory.phone(&customer).await.unwrap();
    assert_eq!(phone.job.unwrap().to_string(), id);
    let link = scene.store.job_now(id).link();
    let linked = scene.store.memory.job_of_link(&link).await.unwrap();
    assert_eq!(linked.unwrap().to_string(), id);

    let read = scene.ask(RouteName::GetJob, &[id]).send().await;
    assert_eq!((read.status.as_u16(), read.header("etag")), (200, "\"1\""));
    assert_eq!(read.json(), job);
    // The link is nowhere to be read.
    assert!(!read.text().contains(&link.to_string()));
}

#[tokio::test]
async fn the_same_key_and_request_create_once() {
    let scene = Scene::default();
    let create = || {
        scene
            .ask_sample(RouteName::CreateJob, &[])
            .header("idempotency-key", "a-1")
    };
    let first = create().send().await;
    let again = create().send().await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201));
    assert_eq!(first.body, again.body);
    assert_eq!(first.header("location"), again.header("location"));
    assert_eq!(scene.store.memory.messages().len(), 1);

    let other = create().json(&json!({ "customer": { "name": "Bo", "phones": ["+12025550144"] } }));
    insta::assert_snapshot!(other.send().await.told(), @"422 Idempotency key used before: this `Idempotency-Key` came with another request in the last 24 hours");
    assert_eq!(scene.store.written(), 1);

    let another_key = scene
        .ask_sample(RouteName::CreateJob, &[])
        .header("idempotency-key", "a-2");
    assert_ne!(another_key.send().await.body, first.body);
    scene.clock.pass(24 * 3600);
    assert_ne!(create().send().await.body, first.body);
}

#[tokio::test]
async fn many_at_one_moment_with_one_key_create_once() {
    let scene = Scene::default();
    let create = || {
        let ask = scene.ask_sample(RouteName::CreateJob, &[]);
        ask.header("idempotency-key", "a-1").send()
    };
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        tasks.spawn(create());
    }
    let mut bodies: Vec<_> = tasks
        .join_all()
        .await
        .into_iter()
        .map(|answered| answered.body)
        .collect();
    bodies.dedup();
    assert_eq!(bodies.len(), 1);
    assert_eq!(scene.store.memory.messages().len(), 1);
}

#[tokio::test]
async fn a_creation_that_met_another_is_tried_again_and_not_for_ever() {
    let scene = Scene::default();
    let create = || scene.ask_sample(RouteName::CreateJob, &[]);
    scene
        .store
        .lose
        .store(3, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(create().send().await.status, 201);
    scene
        .store
        .lose
        .store(100, std::sync::atomic::Ordering::SeqCst);
    let answered = create().send().await;
    assert_eq!(answered.header("retry-after"), "1");
    insta::assert_snapshot!(answered.told(), @"503 Temporarily unavailable");
}

#[tokio::test]
async fn lists_are_read_a_page_at_a_time() {
    let scene = Scene::default();
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(scene.job().await);
        scene.clock.pass(1);
    }
    let (_, assign) = samples::requests(RouteName::MoveJob).remove(0);
    assert_eq!(scene.move_job(&made[2], &assign).await.status, 200);

    let ids = async |query: &str| {
        let answered = scene
            .ask(RouteName::ListJobs, &[])
            .query(query)
            .send()
            .await;
        assert_eq!(answered.status, 200, "{}", answered.text());
        let page = answered.json();
        let ids: Vec<_> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|job| job["id"].as_str().unwrap().to_owned())
            .collect();
        (ids, page["next"].as_str().map(str::to_owned))
    };
    made.reverse();
    let (all, next) = ids("limit=100").await;
    assert_eq!((all, next), (made.clone(), None));
    let (first, next) = ids("limit=2").await;
    let (second, last) = ids(&format!("limit=3&cursor={}", next.unwrap())).await;
    assert_eq!(
        (first.as_slice(), second.as_slice(), last),
        (&made[..2], &made[2..], None)
    );
    assert_eq!(ids("state=ASSIGNED").await.0, [made[2].clone()]);
    assert_eq!(ids("state=CREATED&limit=4").await.1, None);
    assert_eq!(ids("state=RATED").await.0, [""; 0]);
}
