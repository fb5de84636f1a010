//! Single scenes: one fault each, told from beginning to end.

use futures::FutureExt;
use jiff::{SignedDuration, Timestamp};
use qdn_runtime::metrics::Metric;
use qdn_runtime::store::{Store, Write};
use qdn_shared::message::{
    AttemptOutcome, CarrierStatus, Delivery, Looked, Message, Outcome, Phase,
};

use super::carrier::PostFault;
use super::faults::WriteFault;
use super::world::{CASCADE, Scene};
use crate::stream::{Batch, handle};

fn ended(scene: &Scene, id: &qdn_shared::id::MessageId) -> Option<Outcome> {
    match scene.message(id).phase {
        Phase::Done { outcome } => Some(outcome),
        _ => None,
    }
}

#[tokio::test]
async fn a_message_is_posted_once_with_a_callback_of_its_own() {
    let scene = Scene::new();
    let id = scene.write(1, 1).await;
    scene.relay.send(&id).await.unwrap();
    scene.relay.send(&id).await.unwrap();
    let taken = scene.carrier.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].to.as_str(), "+15005550101");
    assert_eq!(taken[0].body, "Oil change 1 is due.");
    let start = format!("https://q.example/api/carrier/status/{id}/1/");
    assert!(
        taken[0].callback.starts_with(&start),
        "{}",
        taken[0].callback
    );
    assert_eq!(scene.message(&id).attempts[0].sid(), Some(&taken[0].sid));
}

#[tokio::test]
async fn two_senders_of_one_message_post_it_once() {
    let scene = Scene::new();
    let id = scene.write(1, 1).await;
    let (one, other) = tokio::join!(scene.relay.send(&id), scene.relay.tend(&id));
    one.unwrap();
    other.unwrap();
    assert_eq!(scene.carrier.posts(), 1);
}

#[tokio::test]
async fn too_many_requests_put_it_off_and_nothing_sleeps() {
    let scene = Scene::new();
    let id = scene.write(1, 1).await;
    scene.carrier.fail_next(PostFault::TooMany);
    let before = scene.clock.time();
    scene.relay.send(&id).await.unwrap();
    assert_eq!(scene.clock.time(), before);
    let message = scene.message(&id);
    assert_eq!(message.attempts[0].code(), Some(20429));
    assert!(message.due_at().unwrap() > before);
    scene.clock.advance(5);
    scene.relay.tend(&id).await.unwrap();
    assert_eq!(scene.carrier.taken().len(), 1);
}

#[tokio::test]
async fn the_sender_keeps_its_pace_and_leaves_what_would_wait_too_long() {
    let mut scene = Scene::new();
    scene.relay.interval = SignedDuration::from_secs(2);
    let began = scene.clock.time();
    for number in 0..2 {
        let id = scene.write(number, 1).await;
        scene.relay.send(&id).await.unwrap();
    }
    assert_eq!(scene.clock.time().duration_since(began).as_secs(), 2);

    // Others have the next turns: this one is neither slept for nor changed, and takes no turn from anybody.
    let turn = || {
        let (sender, now) = ("+15005550006", scene.clock.time());
        let within = SignedDuration::from_mins(10);
        scene.memory.turn(sender, now, scene.relay.interval, within)
    };
    for _ in 0..10 {
        turn().await.unwrap();
    }
    let id = scene.write(9, 1).await;
    let before = scene.message(&id);
    scene.relay.send(&id).await.unwrap();
    assert_eq!(scene.carrier.taken().len(), 2);
    assert_eq!(scene.message(&id), before);
    let next = turn().await.unwrap().unwrap();
    assert_eq!(next.duration_since(scene.clock.time()).as_secs(), 22);

    // When the others are through it is sent.
    scene.clock.advance(24);
    scene.relay.tend(&id).await.unwrap();
    assert_eq!(scene.carrier.taken().len(), 3);
}

#[tokio::test]
async fn a_late_word_of_the_carrier_is_not_followed_by_a_second_post() {
    let scene = Scene::new();
    let id = scene.write(1, 1).await;
    scene.carrier.fail_next(PostFault::AnswerLost);
    scene.relay.send(&id).await.unwrap();
    // Its list is behind: twice it says that there is nothing.
    let policy = scene.relay.messaging.policy;
    for _ in 0..policy.looks {
        scene.clock.advance(600);
        let now = scene.clock.time();
        let nothing = |message: &Message| message.looked_for(Looked::Nothing, now, &policy);
        scene.relay.messaging.change(&id, nothing).await.unwrap();
    }
    assert!(matches!(scene.message(&id).phase, Phase::Waiting { .. }));

    scene.carrier.raise(0, CarrierStatus::Sent, None);
    let sid = scene.carrier.taken()[0].sid.clone();
    let fetched = scene.carrier.fetched(&sid).unwrap();
    scene.relay.messaging.observe(&id, &fetched).await.unwrap();
    scene.clock.advance(60);
    scene.relay.tend(&id).await.unwrap();
    assert_eq!(scene.carrier.posts(), 1);
    assert_eq!(scene.message(&id).attempts[0].sid(), Some(&sid));
}

#[tokio::test]
async fn a_carrier_that_answers_no_question_does_not_stop_time() {
    let scene = Scene::new();
    let (asked, searched) = (scene.write(1, 2).await, scene.write(2, 1).await);
    scene.relay.send(&asked).await.unwrap();
    scene.carrier.fail_next(PostFault::AnswerLost);
    scene.relay.send(&searched).await.unwrap();
    scene.carrier.answer_questions(false);
    // Each says that it went wrong. The one that is searched for is looked at later, and nothing is concluded.
    for _ in 0..5 {
        scene.clock.advance(60);
        scene.relay.tend(&searched).await.unwrap_err();
        assert_eq!(scene.message(&searched).due(scene.clock.time()), None);
    }
    assert!(scene.message(&searched).is_unknown());
    // The time of the other's first contact is over.
    assert!(
        scene.clock.time()
            > scene.message(&asked).attempts[0].claimed_at
                + SignedDuration::from_secs(CASCADE.into())
    );
    scene.relay.tend(&asked).await.unwrap_err();
    scene.relay.tend(&asked).await.unwrap();
    assert_eq!(scene.message(&asked).attempts.len(), 2);
    assert_eq!(scene.carrier.posts(), 3);
    scene.carrier.answer_questions(true);
    scene.clock.advance(60);
    scene.relay.tend(&searched).await.unwrap();
    assert!(scene.message(&searched).attempts[0].sid().is_some());
}

#[tokio::test]
async fn an_opt_out_that_the_carrier_learns_of_later_counts_as_well() {
    let scene = Scene::new();
    let first = scene.write(1, 1).await;
    scene.relay.send(&first).await.unwrap();
    scene.carrier.raise(0, CarrierStatus::Failed, Some(21610));
    let sid = scene.carrier.taken()[0].sid.clone();
    let fetched = scene.carrier.fetched(&sid).unwrap();
    scene
        .relay
        .messaging
        .observe(&first, &fetched)
        .await
        .unwrap();
    let second = scene.write(2, 1).await;
    scene.relay.send(&second).await.unwrap();
    assert_eq!(scene.carrier.posts(), 1);
    assert_eq!(
        scene.message(&second).attempts[0].outcome,
        AttemptOutcome::OptedOut
    );
}

#[tokio::test]
async fn who_opted_out_is_written_to_no_more_and_the_history_says_so() {
    let scene = Scene::new();
    let first = scene.write(1, 1).await;
    scene.carrier.fail_next(PostFault::OptedOut);
    scene.relay.send(&first).await.unwrap();
    assert_eq!(ended(&scene, &first), Some(Outcome::Failed));

    let second = scene.write(2, 2).await;
    scene.relay.send(&second).await.unwrap();
    assert_eq!(scene.carrier.posts(), 1);
    assert_eq!(
        scene.message(&second).attempts[0].outcome,
        AttemptOutcome::OptedOut
    );
    // The next contact's turn comes at once.
    scene.relay.send(&second).await.unwrap();
    assert_eq!(scene.carrier.taken()[0].to.as_str(), "+15005550102");
}

#[tokio::test]
async fn refused_credentials_lose_nothing() {
    let scene = Scene::new();
    let id = scene.write(1, 1).await;
    scene.carrier.fail_next(PostFault::CredentialsRefused);
    scene.carrier.fail_next(PostFault::CredentialsRefused);
    scene.relay.send(&id).await.unwrap();
    assert_eq!(scene.carrier.taken().len(), 0);
    let metrics = &scene.relay.messaging.metrics;
    assert_eq!(metrics.sum(Metric::CarrierRefusedCredentials), 1);
    scene.clock.advance(60);
    scene.relay.tend(&id).await.unwrap();
    assert_eq!(scene.carrier.taken().len(), 1);
}

#[tokio::test]
async fn a_lost_answer_is_looked_up_and_never_repeated() {
    let scene = Scene::new();
    let id = scene.write(1, 1).await;
    scene.carrier.fail_next(PostFault::AnswerLost);
    scene.relay.send(&id).await.unwrap();
    assert_eq!(scene.message(&id).delivery(), Delivery::Pending);
    scene.clock.advance(60);
    scene.relay.tend(&id).await.unwrap();
    let taken = scene.carrier.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(scene.message(&id).attempts[0].sid(), Some(&taken[0].sid));
}

#[tokio::test]
async fn a_death_after_the_post_is_looked_up_too() {
    let scene = Scene::new();
    let id = scene.write(1, 1).await;
    scene.carrier.fail_next(PostFault::DeathAfter);
    assert!(scene.relay.send(&id).now_or_never().is_none());
    // Nobody touches it while the lease holds.
    scene.relay.tend(&id).await.unwrap();
    assert_eq!(scene.carrier.posts(), 1);
    for _ in 0..2 {
        scene.clock.advance(60);
        scene.relay.tend(&id).await.unwrap();
    }
    assert!(scene.message(&id).attempts[0].sid().is_some());
    assert_eq!(scene.carrier.posts(), 1);
}

#[tokio::test]
async fn a_death_before_the_post_is_repeated_with_a_flag() {
    let scene = Scene::new();
    let id = scene.write(1, 1).await;
    scene.carrier.fail_next(PostFault::DeathBefore);
    assert!(scene.relay.send(&id).now_or_never().is_none());
    for _ in 0..10 {
        scene.clock.advance(60);
        scene.relay.tend(&id).await.unwrap();
    }
    assert_eq!(scene.carrier.taken().len(), 1);
    let attempts = scene.message(&id).attempts;
    assert_eq!(attempts[0].outcome, AttemptOutcome::NotFound);
    assert!(attempts[1].possible_duplicate);
}

#[tokio::test]
async fn what_cannot_be_told_apart_stays_unknown() {
    let scene = Scene::new();
    let id = scene.write(1, 1).await;
    scene.carrier.fail_next(PostFault::AnswerLost);
    scene.relay.send(&id).await.unwrap();
    scene.carrier.twin(7);
    for _ in 0..20 {
        scene.clock.advance(600);
        scene.relay.tend(&id).await.unwrap();
    }
    assert!(scene.message(&id).is_unknown());
    assert_eq!(scene.carrier.posts(), 1);
    let metrics = &scene.relay.messaging.metrics;
    assert_eq!(metrics.sum(Metric::MessagesUnknown), 1);
    assert!(metrics.sum(Metric::MessagesAmbiguous) > 1);
    // The callback, which carries our id, settles it.
    let sid = scene.carrier.taken()[0].sid.clone();
    scene.carrier.raise(0, CarrierStatus::Delivered, None);
    let fetched = scene.carrier.fetched(&sid).unwrap();
    scene.relay.messaging.observe(&id, &fetched).await.unwrap();
    assert_eq!(ended(&scene, &id), Some(Outcome::Sent));
}

#[tokio::test]
async fn a_message_that_is_anothers_is_not_taken_for_ours() {
    let scene = Scene::new();
    let one = scene.write(1, 1).await;
    scene.relay.send(&one).await.unwrap();
    let two = scene.write(2, 1).await;
    scene.carrier.fail_next(PostFault::AnswerLost);
    scene.relay.send(&two).await.unwrap();
    let foreign = scene
        .carrier
        .fetched(&scene.carrier.taken()[0].sid)
        .unwrap();
    let observed = scene.relay.messaging.observe(&two, &foreign).await.unwrap();
    assert_eq!(observed, None);
}

#[tokio::test]
async fn without_a_delivery_the_cascade_goes_on_and_every_attempt_stays() {
    let scene = Scene::new();
    let id = scene.write(1, 3).await;
    scene.relay.send(&id).await.unwrap();
    scene.carrier.raise(0, CarrierStatus::Sent, None);
    for _ in 0..2 {
        scene.clock.advance(i64::from(CASCADE));
        scene.relay.tend(&id).await.unwrap();
        scene.relay.tend(&id).await.unwrap();
        scene.relay.tend(&id).await.unwrap();
    }
    let numbers: Vec<String> = scene
        .carrier
        .taken()
        .iter()
        .map(|taken| taken.to.as_str().to_owned())
        .collect();
    assert_eq!(numbers, ["+15005550101", "+15005550102", "+15005550103"]);
    assert_eq!(scene.message(&id).attempts.len(), 3);
}

#[tokio::test]
async fn a_failing_record_is_given_again_and_the_others_are_not_held_up() {
    let scene = Scene::new();
    let (one, two) = (scene.write(1, 1).await, scene.write(2, 1).await);
    let record = |id: &qdn_shared::id::MessageId, sequence: &str| {
        serde_json::json!({ "eventName": "INSERT", "dynamodb": {
            "Keys": { "pk": { "S": format!("T#{}", id.thread()) }, "sk": { "S": "MSG#000001" } },
            "SequenceNumber": sequence,
        }})
    };
    let event = serde_json::json!({ "Records": [record(&one, "100"), record(&two, "101")] });
    let batch = || serde_json::from_value::<Batch>(event.clone()).unwrap();
    scene.store.strike(0, WriteFault::ErrorBefore);
    let outcome = handle(&scene.relay, batch(), Timestamp::MAX).await;
    let again: Vec<&str> = outcome
        .failures
        .iter()
        .map(|failure| failure.item.as_str())
        .collect();
    assert_eq!(again, ["100"]);
    assert_eq!(scene.carrier.taken().len(), 1);
    assert!(
        handle(&scene.relay, batch(), Timestamp::MAX)
            .await
            .failures
            .is_empty()
    );
    assert_eq!(scene.carrier.taken().len(), 2);
}

#[tokio::test]
async fn a_number_that_wants_our_texts_again_gets_them() {
    let scene = Scene::new();
    let number = qdn_shared::phone::PhoneNumber::parse("+15005550101").unwrap();
    let now = scene.clock.time();
    for (since, posts) in [(Some(now), 0), (None, 1)] {
        let write = Write::OptOut(number.clone(), since);
        scene.memory.commit(&[write]).await.expect("no condition");
        let id = scene.write(u32::try_from(posts).unwrap(), 1).await;
        scene.relay.send(&id).await.unwrap();
        assert_eq!(scene.carrier.posts(), posts);
    }
}
