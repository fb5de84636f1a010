//! Many messages wait and the sender is slow: all of them get out, as fast as the sender may, and whoever comes
//! meanwhile is not held up for ever. On a virtual clock that runs only while everybody waits.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use qdn_relay::send::Relay;
use qdn_runtime::carrier::{Answer, Carrier, CarrierError, Fetched, Outgoing};
use qdn_runtime::messaging::Messaging;
use qdn_runtime::metrics::{Metric, Metrics};
use qdn_runtime::secrets::{Document, KEEP};
use qdn_runtime::store::memory::MemoryStore;
use qdn_runtime::store::{Store, Write};
use qdn_runtime::world::World;
use qdn_shared::credentials::{CarrierCredentials, Line};
use qdn_shared::id::{MessageId, ThreadId};
use qdn_shared::message::{CarrierStatus, Contact, Message, MessageKind, Policy, Posted, Sid};
use qdn_shared::phone::PhoneNumber;
use qdn_shared::segments::SmsText;
use tokio::time::Instant;

use super::Secrets;
use crate::messages;

/// What a function may take, as the stack files say.
const FUNCTION: SignedDuration = SignedDuration::from_secs(120);

/// Tokio's own clock, which stands still in a test until there is nothing to do but to wait.
#[derive(Clone, Copy)]
struct VirtualClock(Instant);

impl VirtualClock {
    fn millis(self) -> i64 {
        i64::try_from(self.0.elapsed().as_millis()).unwrap()
    }
}

#[async_trait]
impl World for VirtualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(1_767_225_600_000 + self.millis()).unwrap()
    }
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// Takes its time for every message; notes when each was posted.
struct SlowCarrier {
    clock: VirtualClock,
    answers_after: Duration,
    posted: Mutex<Vec<i64>>,
}

#[async_trait]
impl Carrier for SlowCarrier {
    async fn post(&self, _: &CarrierCredentials, _: &Outgoing) -> Answer {
        let number = {
            let mut posted = self.posted.lock().unwrap();
            posted.push(self.clock.millis());
            posted.len()
        };
        tokio::time::sleep(self.answers_after).await;
        Answer::Posted(Posted::Accepted {
            sid: format!("SM{number:032x}").parse().unwrap(),
            status: CarrierStatus::Delivered,
        })
    }
    async fn fetch(
        &self,
        _: &CarrierCredentials,
        _: &Sid,
    ) -> Result<Option<Fetched>, CarrierError> {
        Ok(None)
    }
    async fn list(
        &self,
        _: &CarrierCredentials,
        _: &PhoneNumber,
        _: Timestamp,
    ) -> Result<Vec<Fetched>, CarrierError> {
        Ok(Vec::new())
    }
}

struct Rush {
    relay: Relay,
    memory: Arc<MemoryStore>,
    carrier: Arc<SlowCarrier>,
    clock: VirtualClock,
}

impl Rush {
    /// One message a second, whose post takes so many milliseconds.
    fn new(answers_after: u64) -> Self {
        let clock = VirtualClock(Instant::now());
        let memory = Arc::new(MemoryStore::default());
        let carrier = Arc::new(SlowCarrier {
            clock,
            answers_after: Duration::from_millis(answers_after),
            posted: Mutex::default(),
        });
        let secrets = Arc::new(Secrets);
        let relay = Relay {
            messaging: Messaging {
                store: memory.clone(),
                carrier: carrier.clone(),
                world: Arc::new(clock),
                credentials: Document::new("carrier", secrets.clone(), KEEP),
                keys: Document::new("keys", secrets, KEEP),
                policy: Policy::with_cascade(300),
                public_url: "https://q.example".to_owned(),
                metrics: Metrics::kept(),
            },
            interval: SignedDuration::from_secs(1),
        };
        Rush {
            relay,
            memory,
            carrier,
            clock,
        }
    }

    async fn write(&self, number: u32) -> MessageId {
        let thread = ThreadId::alert("oil", "7d", &number.to_string());
        let message = Message::new(
            MessageId::of(thread, 1).unwrap(),
            MessageKind::Alert,
            SmsText::new("Oil change is due.").unwrap(),
            vec![Contact::Line(Line::Primary)],
            self.clock.now(),
        );
        let id = message.id;
        let write = Write::CreateMessage(message);
        self.memory.commit(&[write]).await.expect("a new message");
        id
    }

    /// The schedule: a run every minute, each with the time that a function has.
    async fn upkeep(&self, minutes: u32) {
        for minute in 1..=minutes {
            let deadline = self.clock.now() + FUNCTION;
            let tended = messages::tend(&self.relay, deadline).await.unwrap();
            assert_eq!(tended.failed, 0);
            assert!(self.clock.now() < deadline, "a run was ended amid its work");
            let next = Duration::from_mins(minute.into());
            tokio::time::sleep_until(self.clock.0 + next).await;
        }
    }

    /// When each message was posted, in milliseconds.
    fn posted(&self) -> Vec<i64> {
        let mut posted = self.carrier.posted.lock().unwrap().clone();
        posted.sort_unstable();
        posted
    }
}

fn assert_paced(posted: &[i64]) {
    for pair in posted.windows(2) {
        assert!(
            pair[1] - pair[0] >= 1000,
            "faster than the sender may: {pair:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_long_queue_is_worked_off_at_the_senders_pace() {
    let rush = Rush::new(400);
    for number in 0..300 {
        rush.write(number).await;
    }
    rush.upkeep(6).await;
    let posted = rush.posted();
    assert_eq!(posted.len(), 300);
    assert_paced(&posted);
    // One a second, but for the moment between two runs.
    assert!(posted[299] <= 330_000, "{}", posted[299]);
    // Somebody was told meanwhile how long people wait.
    assert!(rush.relay.messaging.metrics.most(Metric::OldestDueSeconds) >= 200);
}

#[tokio::test(start_paused = true)]
async fn a_carrier_that_takes_seconds_ends_no_run_amid_a_post() {
    let rush = Rush::new(14_000);
    for number in 0..60 {
        rush.write(number).await;
    }
    rush.upkeep(4).await;
    assert_eq!(rush.posted().len(), 60);
    let sids = rush.memory.messages();
    assert!(sids.iter().all(|message| message.attempts.len() == 1));
}

#[tokio::test(start_paused = true)]
async fn who_comes_while_others_queue_gets_a_turn_as_well() {
    let rush = Rush::new(400);
    for number in 0..100 {
        rush.write(number).await;
    }
    let stream = async {
        for number in 100..160 {
            let id = rush.write(number).await;
            rush.relay.send(&id).await.unwrap();
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    };
    tokio::join!(stream, rush.upkeep(5));
    let posted = rush.posted();
    assert_eq!(posted.len(), 160);
    assert_paced(&posted);
}
