//! A relay on a table in memory, with a clock that is set by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use qdn_runtime::messaging::Messaging;
use qdn_runtime::metrics::Metrics;
use qdn_runtime::secrets::{Document, KEEP, SecretError, SecretSource, SecretString};
use qdn_runtime::store::memory::MemoryStore;
use qdn_runtime::store::{Store, Write};
use qdn_runtime::world::World;
use qdn_shared::credentials::Line;
use qdn_shared::id::{JobId, LinkId, MessageId, ThreadId};
use qdn_shared::job::{Customer, Job, NewJob, Notice};
use qdn_shared::message::{Contact, Message, MessageKind, Policy};
use qdn_shared::phone::PhoneNumber;
use qdn_shared::segments::SmsText;
use qdn_shared::words::PersonName;

use super::carrier::FakeCarrier;
use super::faults::FaultyStore;
use crate::send::Relay;

const START: i64 = 1_767_225_600;

/// A clock that stands still until it is moved; sleeping moves it. Randomness counts.
#[derive(Debug)]
pub(super) struct HandClock {
    millis: AtomicI64,
    counter: AtomicU64,
}

impl HandClock {
    pub(super) fn advance(&self, seconds: i64) {
        self.millis.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    pub(super) fn time(&self) -> Timestamp {
        Timestamp::from_millisecond(self.millis.load(Ordering::SeqCst)).unwrap()
    }
}

#[async_trait]
impl World for HandClock {
    fn now(&self) -> Timestamp {
        self.time()
    }

    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = u8::try_from(self.counter.fetch_add(1, Ordering::SeqCst) % 251).unwrap();
        }
    }

    async fn sleep(&self, duration: Duration) {
        let millis = i64::try_from(duration.as_millis()).unwrap();
        self.millis.fetch_add(millis, Ordering::SeqCst);
    }
}

/// The documents that a deployment has.
struct FixedSecrets;

#[async_trait]
impl SecretSource for FixedSecrets {
    async fn current(&self, name: &str) -> Result<SecretString, SecretError> {
        let ring = |fill: &str| {
            serde_json::json!({ "keys": [
                { "id": 1, "key": fill.repeat(43), "state": "minting", "since": 0 },
            ]})
        };
        let document = if name == "carrier" {
            serde_json::json!({
                "TWILIO_ACCOUNT_SID": format!("AC{}", "0".repeat(32)),
                "TWILIO_API_KEY_SID": format!("SK{}", "0".repeat(32)),
                "TWILIO_API_KEY_SECRET": "stand-in-secret-of-the-tests",
                "TWILIO_FROM": "+15005550006",
                "QDN_CONTACT_PRIMARY": "+15005550101",
                "QDN_CONTACT_MAIN": "+15005550102",
                "QDN_CONTACT_BACKUP": "+15005550103",
            })
        } else {
            serde_json::json!({ "tokens": ring("A"), "carrier": ring("A") })
        };
        Ok(document.to_string().into())
    }
}

/// Everything at hand.
pub(super) struct Scene {
    pub(super) relay: Relay,
    pub(super) memory: Arc<MemoryStore>,
    pub(super) store: Arc<FaultyStore>,
    pub(super) carrier: Arc<FakeCarrier>,
    pub(super) clock: Arc<HandClock>,
}

pub(super) const CASCADE: u32 = 120;

impl Scene {
    pub(super) fn new() -> Self {
        let memory = Arc::new(MemoryStore::default());
        let store = Arc::new(FaultyStore::over(memory.clone()));
        let clock = Arc::new(HandClock {
            millis: AtomicI64::new(START * 1000),
            counter: AtomicU64::new(0),
        });
        let carrier = Arc::new(FakeCarrier::new(clock.clone()));
        let secrets = Arc::new(FixedSecrets);
        let relay = Relay {
            messaging: Messaging {
                store: store.clone(),
                carrier: carrier.clone(),
                world: clock.clone(),
                credentials: Document::new("carrier", secrets.clone(), KEEP),
                keys: Document::new("keys", secrets, KEEP),
                policy: Policy::with_cascade(CASCADE),
                public_url: "https://q.example".to_owned(),
                metrics: Metrics::kept(),
            },
            interval: SignedDuration::from_millis(100),
        };
        Scene {
            relay,
            memory,
            store,
            carrier,
            clock,
        }
    }

    /// Writes a new message to so many lines.
    pub(super) async fn write(&self, number: u32, lines: usize) -> MessageId {
        let thread = ThreadId::alert("oil", "7d", &number.to_string());
        let id = MessageId::of(thread, 1).unwrap();
        let contacts = Line::ALL.iter().take(lines);
        let message = Message::new(
            id,
            MessageKind::Alert,
            SmsText::new(&format!("Oil change {number} is due.")).unwrap(),
            contacts.map(|line| Contact::Line(*line)).collect(),
            self.clock.time(),
        );
        let write = Write::CreateMessage(message);
        self.memory.commit(&[write]).await.expect("a new message");
        id
    }

    /// A new job of a customer with these numbers, not stored yet, and its confirmation.
    pub(super) fn job(&self, number: u8, phones: &[&str]) -> (Job, Message) {
        let phones = phones
            .iter()
            .map(|phone| PhoneNumber::parse(phone).unwrap());
        let new = NewJob {
            customer: Customer::new(PersonName::new("Ada Lovelace").unwrap(), phones.collect())
                .unwrap(),
            address: None,
            notes: None,
        };
        let id = JobId::from_random([number, 1, 2, 3, 4]);
        let link = LinkId::from_bytes([number; 16]);
        let (job, notice) = Job::create(new, id, link, self.clock.time());
        let message = self.notice(notice, &job);
        (job, message)
    }

    /// The message that a notice of a move becomes.
    pub(super) fn notice(&self, notice: Notice, job: &Job) -> Message {
        let now = self.clock.time();
        Message::to_customer(notice.id, notice.kind.into(), notice.text, job, now)
    }

    pub(super) fn message(&self, id: &MessageId) -> Message {
        let mut all = self.memory.messages().into_iter();
        all.find(|message| message.id == *id)
            .expect("a message that was written")
    }
}
