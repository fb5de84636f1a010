//! Lambda's part in reading a stream, as far as it is documented: batches of one shard one after the other; a batch
//! of which records are named is begun again at the first of them; one that fails as a whole is halved; after the
//! retries what is left of it goes out of the way, as a pointer in the queue of dead letters. The emulator does
//! none of this.

use futures::FutureExt;
use jiff::Timestamp;
use qdn_runtime::store::Store;
use qdn_shared::id::MessageId;
use qdn_shared::message::Delivery;

use super::world::Scene;
use crate::stream::{Batch, handle};

/// As the stack declares it.
const BATCH: usize = 10;
const RETRIES: usize = 5;

/// What the queue of dead letters gets: where the records are, not what they are.
#[derive(Debug, PartialEq, Eq)]
struct DeadLetter {
    first: String,
    last: String,
}

/// One shard and its reader.
struct EventSource<'a> {
    scene: &'a Scene,
    dead: Vec<DeadLetter>,
    invocations: usize,
}

impl EventSource<'_> {
    fn read(&mut self, records: &[MessageId]) {
        for batch in records.chunks(BATCH) {
            self.work_off(batch, 0);
        }
    }

    fn work_off(&mut self, batch: &[MessageId], retries: usize) {
        let numbered: Vec<serde_json::Value> = batch.iter().map(record).collect();
        let event = serde_json::json!({ "Records": numbered });
        let event: Batch = serde_json::from_value(event).unwrap();
        self.invocations += 1;
        // A call that never ends is one that the function's time ends.
        let outcome = handle(&self.scene.relay, event, Timestamp::MAX).now_or_never();
        let begin = match &outcome {
            Some(outcome) => match outcome.failures.first() {
                None => return,
                Some(failure) => batch
                    .iter()
                    .position(|id| sequence(id) == failure.item)
                    .expect("a record of the batch"),
            },
            None => 0,
        };
        let left = &batch[begin..];
        if retries == RETRIES {
            self.dead.push(DeadLetter {
                first: sequence(&left[0]),
                last: sequence(&left[left.len() - 1]),
            });
        } else if left.len() > 1 {
            // Named or not, what failed is halved, so that a bad record ends up alone.
            let (first, second) = left.split_at(left.len().div_ceil(2));
            self.work_off(first, retries + 1);
            self.work_off(second, retries + 1);
        } else {
            self.work_off(left, retries + 1);
        }
    }
}

fn sequence(id: &MessageId) -> String {
    format!("{id}")
}

fn record(id: &MessageId) -> serde_json::Value {
    serde_json::json!({ "eventName": "INSERT", "dynamodb": {
        "Keys": { "pk": { "S": format!("T#{}", id.thread()) }, "sk": { "S": format!("MSG#{:06}", id.number()) } },
        "SequenceNumber": sequence(id),
    }})
}

async fn written(scene: &Scene, count: u32) -> Vec<MessageId> {
    let mut ids = Vec::new();
    for number in 0..count {
        ids.push(scene.write(number, 1).await);
    }
    ids
}

#[tokio::test]
async fn a_record_that_cannot_be_worked_on_goes_out_of_the_way_and_is_sent_from_the_table() {
    for place in [0, 3, 9, 14] {
        let scene = Scene::new();
        let ids = written(&scene, 15).await;
        let poison = ids[place];
        scene.store.poison(Some(poison));
        let mut source = EventSource {
            scene: &scene,
            dead: Vec::new(),
            invocations: 0,
        };
        source.read(&ids);
        let letter = DeadLetter {
            first: sequence(&poison),
            last: sequence(&poison),
        };
        assert_eq!(source.dead, [letter], "place {place}");
        // Everybody else got theirs, once, and the bad one held them up for a few invocations only.
        assert_eq!(scene.carrier.posts(), 14);
        assert!(
            source.invocations <= 2 + 2 * RETRIES,
            "{}",
            source.invocations
        );

        // The table is the truth: upkeep sends what the stream gave up.
        assert_eq!(scene.message(&poison).delivery(), Delivery::Pending);
        scene.store.poison(None);
        let due = scene.memory.due(scene.clock.time(), 100).await.unwrap();
        assert_eq!(due.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [poison]);
        scene.relay.tend(&poison).await.unwrap();
        assert_eq!(scene.carrier.posts(), 15);
    }
}

#[tokio::test]
async fn a_function_that_is_ended_amid_a_batch_repeats_nothing() {
    let scene = Scene::new();
    let ids = written(&scene, 8).await;
    scene
        .carrier
        .fail_next(super::carrier::PostFault::DeathAfter);
    let mut source = EventSource {
        scene: &scene,
        dead: Vec::new(),
        invocations: 0,
    };
    source.read(&ids);
    assert_eq!((source.dead.len(), source.invocations), (0, 3));
    assert_eq!(scene.carrier.posts(), 8);
    for _ in 0..3 {
        scene.clock.advance(60);
        scene.relay.tend(&ids[0]).await.unwrap();
    }
    assert_eq!(
        scene.carrier.posts(),
        8,
        "it was looked for, not sent again"
    );
}

#[tokio::test]
async fn a_record_that_comes_twice_is_sent_once() {
    let scene = Scene::new();
    let ids = written(&scene, 3).await;
    let mut source = EventSource {
        scene: &scene,
        dead: Vec::new(),
        invocations: 0,
    };
    source.read(&[ids.clone(), ids.clone()].concat());
    assert_eq!(scene.carrier.posts(), 3);
}

#[tokio::test]
async fn who_asks_is_told_what_cannot_be_reached() {
    let scene = Scene::new();
    let asked = async || {
        let event = serde_json::json!({ "Records": [], "reach": true });
        let event: Batch = serde_json::from_value(event).unwrap();
        let outcome = handle(&scene.relay, event, Timestamp::MAX).await;
        serde_json::to_string(&outcome).unwrap()
    };
    insta::assert_snapshot!(asked().await, @r#"{"batchItemFailures":[],"reach":"everything"}"#);
    scene.store.lose_links();
    let said = asked().await;
    let begin = r#"{"batchItemFailures":[],"reach":{"not":"#;
    assert!(
        said.starts_with(begin) && said.contains("InternalServerError"),
        "{said}"
    );
}
