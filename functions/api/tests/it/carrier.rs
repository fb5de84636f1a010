//! What the carrier tells: statuses of our messages, and texts that came in.

use qdn_runtime::store::{Store, Write};
use qdn_shared::credentials::Line;
use qdn_shared::id::ThreadId;
use qdn_shared::message::{CarrierStatus, Contact, Delivery, Entry, MessageKind, Policy, Posted};
use qdn_shared::phone::PhoneNumber;
use qdn_shared::route::RouteName;
use serde_json::{Value, json};

use crate::scene::{Answered, CUSTOMER, OURS, Scene, received, sent};

const SID: &str = "SM00112233445566778899aabbccddeeff";
/// The operator's lines and our own number.
const LINES: [&str; 4] = ["+12025550101", "+12025550102", "+12025550103", OURS];
const TWIML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>";

fn form(sid: &str) -> Value {
    json!({ "MessageSid": sid, "MessageStatus": "delivered", "From": "+19998887777", "Body": "a lie" })
}

async fn text(scene: &Scene, number: u32, from: &str, body: &str) -> Answered {
    let sid = format!("SM{number:032x}");
    scene.carrier.has(received(&sid, from, OURS, body));
    let answered = scene.ask_inbound().form(&form(&sid)).send().await;
    assert_eq!(answered.status, 200, "{}", answered.text());
    assert_eq!(
        (answered.header("content-type"), answered.text().as_str()),
        ("text/xml", TWIML)
    );
    answered
}

async fn entries(scene: &Scene, thread: &ThreadId) -> Vec<Entry> {
    scene
        .store
        .memory
        .entries(thread, 100, None)
        .await
        .unwrap()
        .items
}

/// A job whose confirmation the carrier has, as its id and the message's.
async fn with_sent_message(scene: &Scene) -> (String, String) {
    let id = scene.job().await;
    let policy = Policy::with_cascade(120);
    let now = scene.clock.time();
    let message = scene.store.memory.messages().remove(0);
    let claimed = message.claimed(now, &policy).unwrap();
    let posted = Posted::Accepted {
        sid: SID.parse().unwrap(),
        status: CarrierStatus::Queued,
    };
    let recorded = claimed.recorded(0, posted, now, &policy, 0).unwrap();
    for next in [claimed, recorded] {
        scene
            .store
            .memory
            .commit(&[Write::UpdateMessage(next)])
            .await
            .unwrap();
    }
    let message = format!("{id}-1");
    (id, message)
}

#[tokio::test]
async fn a_status_is_what_the_carrier_says_and_not_what_the_call_says() {
    let scene = Scene::default();
    let (_, message) = with_sent_message(&scene).await;
    let call = || scene.ask_status(&message).form(&form(SID)).send();
    let status = || scene.store.memory.messages()[0].carrier_status();
    // The carrier knows nothing of it.
    assert_eq!(call().await.status, 204);
    assert_eq!(status(), Some(CarrierStatus::Queued));
    scene
        .carrier
        .has(sent(SID, CUSTOMER, "", CarrierStatus::Sent));
    let answered = call().await;
    assert_eq!((answered.status.as_u16(), answered.body.len()), (204, 0));
    assert_eq!(status(), Some(CarrierStatus::Sent));
    // Late news does not lower it.
    scene
        .carrier
        .has(sent(SID, CUSTOMER, "", CarrierStatus::Queued));
    assert_eq!(call().await.status, 204);
    assert_eq!(status(), Some(CarrierStatus::Sent));
    assert_eq!(scene.store.memory.messages()[0].delivery(), Delivery::Sent);
}

#[tokio::test]
async fn a_call_without_its_id_is_refused_and_a_silent_carrier_is_no_fault_of_the_caller() {
    let scene = Scene::default();
    let (id, message) = with_sent_message(&scene).await;
    let written = scene.store.written();
    for ask in [scene.ask_status(&message), scene.ask_inbound()] {
        let told = ask.clone().send().await.told();
        insta::allow_duplicates! {
            insta::assert_snapshot!(told, @r#"
            400 Invalid request
              {"parameter":"MessageSid","detail":"is missing"}
            "#);
        }
        let twice = format!("MessageSid={SID}&MessageSid={SID}");
        let twice = ask.clone().body("application/x-www-form-urlencoded", twice);
        let told = twice.send().await.told();
        insta::allow_duplicates! {
            insta::assert_snapshot!(told, @r#"
            400 Invalid request
              {"parameter":"MessageSid","detail":"must not be repeated"}
            "#);
        }
        let other = ask.clone().form(&json!({ "MessageSid": "../x" }));
        let told = other.send().await.told();
        insta::allow_duplicates! {
            insta::assert_snapshot!(told, @r#"
            400 Invalid request
              {"parameter":"MessageSid","detail":"not a message SID, expected `SM` or `MM` and 32 hexadecimal digits"}
            "#);
        }
        scene.carrier.broken.set(true);
        let answered = ask.form(&form(SID)).send().await;
        scene.carrier.broken.set(false);
        insta::allow_duplicates! {
            insta::assert_snapshot!(answered.told(), @"503 Temporarily unavailable");
        }
    }
    assert_eq!(scene.store.written(), written);
    assert_eq!(scene.store.job_now(&id).messages(), 1);
}

#[tokio::test]
async fn a_reply_is_stored_with_the_job_and_passed_on_once() {
    let scene = Scene::default();
    let id = scene.job().await;
    for _ in 0..3 {
        text(&scene, 1, CUSTOMER, "Thank you!").await;
    }
    let entries = entries(&scene, &id.parse().unwrap()).await;
    let [_, Entry::Inbound(reply), Entry::Outbound(relayed)] = entries.as_slice() else {
        panic!("{entries:?}")
    };
    assert_eq!((reply.text.as_str(), reply.stop), ("Thank you!", false));
    assert_eq!(relayed.kind, MessageKind::Relayed);
    assert_eq!(
        relayed.text.as_str(),
        format!("From {CUSTOMER} (job {id}): Thank you!")
    );
    let lines: Vec<_> = Line::ALL.iter().copied().map(Contact::Line).collect();
    assert_eq!(relayed.contacts, lines);
    let job = scene.store.job_now(&id);
    assert_eq!((job.version(), job.messages()), (2, 3));
}

#[tokio::test]
async fn a_text_of_somebody_unknown_has_a_thread_of_its_own() {
    let scene = Scene::default();
    text(&scene, 1, "+12025550199", "Do you take sofas?").await;
    let thread = ThreadId::inbound(&format!("SM{:032x}", 1));
    let entries = entries(&scene, &thread).await;
    let [Entry::Inbound(_), Entry::Outbound(relayed)] = entries.as_slice() else {
        panic!("{entries:?}")
    };
    assert_eq!(
        relayed.text.as_str(),
        "From +12025550199 (no job): Do you take sofas?"
    );
}

#[tokio::test]
async fn a_long_text_is_kept_whole_and_passed_on_as_far_as_it_fits() {
    let scene = Scene::default();
    let id = scene.job().await;
    let long = "word ".repeat(400);
    text(&scene, 1, CUSTOMER, &long).await;
    let entries = entries(&scene, &id.parse().unwrap()).await;
    let [_, Entry::Inbound(reply), Entry::Outbound(relayed)] = entries.as_slice() else {
        panic!("{entries:?}")
    };
    assert_eq!(reply.text, long);
    assert_eq!(relayed.text.as_str().len(), 1600);
    assert!(relayed.text.as_str().ends_with("..."));
}

#[tokio::test]
async fn who_opts_out_is_noted_and_bothered_no_more() {
    let scene = Scene::default();
    let id = scene.job().await;
    let customer = PhoneNumber::parse(CUSTOMER).unwrap();
    let opted_out = async || {
        scene
            .store
            .memory
            .phone(&customer)
            .await
            .unwrap()
            .opted_out_at
    };
    for (number, word) in (1..).zip([
        "STOP",
        "unsubscribe",
        " End ",
        "QUIT",
        "StopAll",
        "revoke",
        "OPTOUT",
        "cancel\n",
    ]) {
        text(&scene, number, CUSTOMER, word).await;
        assert_eq!(opted_out().await, Some(scene.clock.time()), "{word}");
        scene.clock.pass(1);
    }
    text(&scene, 20, CUSTOMER, "Please come back").await;
    assert!(opted_out().await.is_some());
    for (number, word) in (21..).zip(["START", "unstop", "Yes"]) {
        text(&scene, 30 + number, CUSTOMER, "STOP").await;
        text(&scene, number, CUSTOMER, word).await;
        assert_eq!(opted_out().await, None, "{word}");
    }
    // Somebody who never opted out says yes to something else.
    text(&scene, 60, CUSTOMER, "YES").await;
    text(&scene, 61, CUSTOMER, "START").await;
    let thread = entries(&scene, &id.parse().unwrap()).await;
    let relayed: Vec<_> = thread
        .iter()
        .filter_map(|entry| match entry {
            Entry::Outbound(message) if message.kind == MessageKind::Relayed => {
                Some(message.text.as_str())
            }
            Entry::Outbound(_) | Entry::Inbound(_) => None,
        })
        .collect();
    assert_eq!(
        relayed,
        [
            format!("From {CUSTOMER} (job {id}, opted out): STOP"),
            format!("From {CUSTOMER} (job {id}): Please come back"),
            format!("From {CUSTOMER} (job {id}, opted out): STOP"),
            format!("From {CUSTOMER} (job {id}, opted out): STOP"),
            format!("From {CUSTOMER} (job {id}): YES"),
        ]
    );
    let stops = thread
        .iter()
        .filter(|entry| matches!(entry, Entry::Inbound(reply) if reply.stop));
    assert_eq!(stops.count(), 11);
}

#[tokio::test]
async fn what_is_no_text_to_us_is_passed_over() {
    let scene = Scene::default();
    scene.job().await;
    let written = scene.store.written();
    let sid = |number: u32| format!("SM{number:032x}");
    scene.carrier.has(received(
        &sid(1),
        CUSTOMER,
        "+12025550188",
        "to somebody else",
    ));
    scene
        .carrier
        .has(sent(&sid(2), OURS, "our own", CarrierStatus::Sent));
    scene
        .carrier
        .has(received(&sid(3), "12345", OURS, "a short code"));
    for number in 1..=3 {
        let answered = scene.ask_inbound().form(&form(&sid(number))).send().await;
        assert_eq!(
            (answered.status.as_u16(), answered.text().as_str()),
            (200, TWIML)
        );
    }
    // Nobody has it, or not yet: the carrier calls the other address that it was given.
    let answered = scene.ask_inbound().form(&form(&sid(4))).send().await;
    assert_eq!(answered.told(), "404 Not found");
    assert_eq!(scene.store.written(), written);
}

/// A line that answers by itself would otherwise talk to itself without end.
#[tokio::test]
async fn a_text_from_an_operators_line_is_kept_and_not_passed_on() {
    for (number, line) in (1..).zip(LINES) {
        let scene = Scene::default();
        text(&scene, number, line, "I am driving.").await;
        let thread = ThreadId::inbound(&format!("SM{number:032x}"));
        let entries = entries(&scene, &thread).await;
        assert!(
            matches!(entries.as_slice(), [Entry::Inbound(_)]),
            "{entries:?}"
        );
    }
}

#[tokio::test]
async fn replies_at_one_moment_are_all_stored_once() {
    let scene = Scene::default();
    let id = scene.job().await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..6_u32 {
        let sid = format!("SM{:032x}", number / 2);
        scene.carrier.has(received(
            &sid,
            CUSTOMER,
            OURS,
            &format!("text {}", number / 2),
        ));
        tasks.spawn(scene.ask_inbound().form(&form(&sid)).send());
    }
    for answered in tasks.join_all().await {
        assert_eq!(answered.status, 200, "{}", answered.text());
    }
    scene
        .store
        .lose
        .store(2, std::sync::atomic::Ordering::SeqCst);
    text(&scene, 9, CUSTOMER, "after two others").await;
    assert_eq!(entries(&scene, &id.parse().unwrap()).await.len(), 1 + 2 * 4);
    let ask = scene.ask(RouteName::ListMessages, &[&id]);
    assert_eq!(ask.send().await.status, 200);
}
