//! Runs of the function on a table in memory: what is due is done, alerts are raised once, and neither holds up the
//! other.

mod pace;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use qdn_relay::send::Relay;
use qdn_runtime::carrier::{Answer, Carrier, CarrierError, Fetched, Outgoing};
use qdn_runtime::maintenance::{DocumentError, DocumentStore, Expected, Stored};
use qdn_runtime::messaging::Messaging;
use qdn_runtime::metrics::{Metric, Metrics};
use qdn_runtime::secrets::{Document, KEEP, SecretError, SecretSource, SecretString};
use qdn_runtime::store::Store;
use qdn_runtime::store::memory::MemoryStore;
use qdn_runtime::world::World;
use qdn_shared::credentials::CarrierCredentials;
use qdn_shared::message::{CarrierStatus, Policy, Posted, Sid};
use qdn_shared::phone::PhoneNumber;

use crate::schedule::{Event, Report, Upkeep};

const SEED: &[u8] = include_bytes!("../../../../assets/seed/maintenance.json");

struct Clock(AtomicI64);

#[async_trait]
impl World for Clock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
    async fn sleep(&self, _: Duration) {}
}

/// Takes every message, and says later that it is on its way.
#[derive(Default)]
struct Phones(Mutex<Vec<String>>);

#[async_trait]
impl Carrier for Phones {
    async fn post(&self, _: &CarrierCredentials, message: &Outgoing) -> Answer {
        let mut posted = self.0.lock().unwrap();
        posted.push(format!("{} {}", message.to.as_str(), message.body));
        Answer::Posted(Posted::Accepted {
            sid: format!("SM{:032x}", posted.len()).parse().unwrap(),
            status: CarrierStatus::Queued,
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

struct Secrets;

#[async_trait]
impl SecretSource for Secrets {
    async fn current(&self, name: &str) -> Result<SecretString, SecretError> {
        let ring = serde_json::json!({ "keys": [
            { "id": 1, "key": "A".repeat(43), "state": "minting", "since": 0 },
        ]});
        let document = match name {
            "carrier" => serde_json::json!({
                "TWILIO_ACCOUNT_SID": format!("AC{}", "0".repeat(32)),
                "TWILIO_API_KEY_SID": format!("SK{}", "0".repeat(32)),
                "TWILIO_API_KEY_SECRET": "stand-in-secret-of-the-tests",
                "TWILIO_FROM": "+15005550006",
                "QDN_CONTACT_PRIMARY": "+15005550101",
                "QDN_CONTACT_MAIN": "+15005550102",
                "QDN_CONTACT_BACKUP": "+15005550103",
            }),
            _ => serde_json::json!({ "tokens": ring, "carrier": ring }),
        };
        Ok(document.to_string().into())
    }
}

/// A document that lies there, is not there, or cannot be read.
struct Lying(Result<Option<&'static [u8]>, ()>);

#[async_trait]
impl DocumentStore for Lying {
    async fn read(&self) -> Result<Option<Stored>, DocumentError> {
        match self.0 {
            Ok(body) => Ok(body.map(|body| Stored {
                body: body.to_vec(),
                etag: "\"1\"".to_owned(),
            })),
            Err(()) => Err(DocumentError::Failed {
                operation: "GetObject",
                reason: "SlowDown".to_owned(),
            }),
        }
    }
    async fn write(&self, _: Vec<u8>, _: &Expected) -> Result<String, DocumentError> {
        Err(DocumentError::Changed)
    }
}

struct Scene {
    upkeep: Upkeep,
    memory: Arc<MemoryStore>,
    phones: Arc<Phones>,
    clock: Arc<Clock>,
}

fn scene(document: Result<Option<&'static [u8]>, ()>) -> Scene {
    let memory = Arc::new(MemoryStore::default());
    let phones = Arc::new(Phones::default());
    // Years after the readings of the seed: everything in it is due.
    let clock = Arc::new(Clock(AtomicI64::new(1_900_000_000)));
    let secrets = Arc::new(Secrets);
    let relay = Relay {
        messaging: Messaging {
            store: memory.clone(),
            carrier: phones.clone(),
            world: clock.clone(),
            credentials: Document::new("carrier", secrets.clone(), KEEP),
            keys: Document::new("keys", secrets, KEEP),
            policy: Policy::with_cascade(120),
            public_url: "https://q.example".to_owned(),
            metrics: Metrics::kept(),
        },
        interval: SignedDuration::from_millis(1),
    };
    Scene {
        upkeep: Upkeep {
            relay,
            document: Arc::new(Lying(document)),
        },
        memory,
        phones,
        clock,
    }
}

#[tokio::test]
async fn a_probe_does_nothing() {
    let scene = scene(Ok(Some(SEED)));
    let event: Event = serde_json::from_str(r#"{"probe":true}"#).unwrap();
    let report = scene.upkeep.run(&event, Timestamp::MAX).await.unwrap();
    assert_eq!(serde_json::to_string(&report).unwrap(), r#"{"probe":true}"#);
    assert!(scene.memory.messages().is_empty());
}

#[tokio::test]
async fn a_probe_says_what_cannot_be_reached() {
    let mut scene = scene(Ok(Some(SEED)));
    let event: Event = serde_json::from_str(r#"{"probe":true,"reach":true}"#).unwrap();
    let report = scene.upkeep.run(&event, Timestamp::MAX).await.unwrap();
    let said = serde_json::to_string(&report).unwrap();
    insta::assert_snapshot!(said, @r#"{"probe":true,"reach":"everything"}"#);

    let other = Document::new("other", Arc::new(Secrets), KEEP);
    scene.upkeep.relay.messaging.credentials = other;
    let report = scene.upkeep.run(&event, Timestamp::MAX).await.unwrap();
    let said = serde_json::to_string(&report).unwrap();
    assert!(
        said.starts_with(r#"{"probe":true,"reach":{"not":"secret `other` has"#),
        "{said}"
    );
    assert!(scene.memory.messages().is_empty());
}

#[tokio::test]
async fn an_alert_is_raised_once_and_sent_to_the_primary_line() {
    let scene = scene(Ok(Some(SEED)));
    let Report::Ran {
        messages,
        failed,
        alerts,
    } = scene
        .upkeep
        .run(&Event::default(), Timestamp::MAX)
        .await
        .unwrap()
    else {
        panic!("a run was asked for");
    };
    assert!(alerts > 0);
    assert_eq!((messages, failed), (alerts, 0));
    let posted = scene.phones.0.lock().unwrap().clone();
    assert_eq!(posted.len(), alerts);
    assert!(
        posted.iter().all(|text| text.starts_with("+15005550101 ")),
        "{posted:?}"
    );

    scene.clock.0.fetch_add(60, Ordering::SeqCst);
    let again = scene
        .upkeep
        .run(&Event::default(), Timestamp::MAX)
        .await
        .unwrap();
    assert_eq!(
        again,
        Report::Ran {
            messages: 0,
            failed: 0,
            alerts: 0
        }
    );
    let metrics = &scene.upkeep.relay.messaging.metrics;
    assert_eq!(
        metrics.sum(Metric::AlertsRaised),
        u64::try_from(alerts).unwrap()
    );

    // Nobody heard of a delivery: the main line's turn.
    scene.clock.0.fetch_add(120, Ordering::SeqCst);
    for _ in 0..2 {
        scene
            .upkeep
            .run(&Event::default(), Timestamp::MAX)
            .await
            .unwrap();
    }
    let posted = scene.phones.0.lock().unwrap().clone();
    assert!(
        posted[alerts].starts_with("+15005550102 "),
        "{}",
        posted[alerts]
    );
}

#[tokio::test]
async fn without_a_document_there_is_nothing_to_raise() {
    let report = scene(Ok(None))
        .upkeep
        .run(&Event::default(), Timestamp::MAX)
        .await
        .unwrap();
    assert_eq!(
        report,
        Report::Ran {
            messages: 0,
            failed: 0,
            alerts: 0
        }
    );
}

#[tokio::test]
async fn a_document_that_cannot_be_read_fails_the_run_after_messages_were_tended() {
    for document in [Err(()), Ok(Some(&b"{\"trucks\": 7}"[..]))] {
        let scene = scene(document);
        let now = scene.clock.now();
        let thread = qdn_shared::id::ThreadId::alert("oil", "7d", "1");
        let message = qdn_shared::message::Message::to_lines(
            qdn_shared::id::MessageId::of(thread, 1).unwrap(),
            qdn_shared::message::MessageKind::Alert,
            qdn_shared::segments::SmsText::new("Oil change due.").unwrap(),
            now,
        );
        let write = qdn_runtime::store::Write::CreateMessage(message);
        scene.memory.commit(&[write]).await.expect("a new message");
        let error = scene
            .upkeep
            .run(&Event::default(), Timestamp::MAX)
            .await
            .unwrap_err();
        assert!(error.to_string().contains("maintenance"), "{error}");
        assert_eq!(scene.phones.0.lock().unwrap().len(), 1);
    }
}
