//! What stands around the API in tests besides its table: a carrier, a clock, secrets, a document.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use qdn_runtime::carrier::{Answer, Carrier, CarrierError, Fetched, Outgoing};
use qdn_runtime::maintenance::{DocumentError, DocumentStore, Expected, MemoryDocument, Stored};
use qdn_runtime::secrets::{ExposeSecret, SecretError, SecretSource, SecretString};
use qdn_runtime::world::World;
use qdn_shared::credentials::CarrierCredentials;
use qdn_shared::message::{CarrierStatus, Posted, Sid};
use qdn_shared::operator::{OperatorKey, OperatorKeys, OperatorScope};
use qdn_shared::phone::PhoneNumber;
use qdn_shared::ring::{KeyRing, SigningKeys};

use super::store::Switch;

/// A clock that stands still until it is moved. Sleeping moves it; randomness counts.
#[derive(Debug)]
pub struct Clock {
    millis: AtomicI64,
    counter: AtomicU64,
}

impl Default for Clock {
    fn default() -> Self {
        let start: Timestamp = "2026-11-22T17:00:00Z".parse().expect("a time");
        Clock {
            millis: AtomicI64::new(start.as_millisecond()),
            counter: AtomicU64::new(1),
        }
    }
}

impl Clock {
    /// The time.
    pub fn time(&self) -> Timestamp {
        Timestamp::from_millisecond(self.millis.load(Ordering::SeqCst)).expect("a time")
    }

    /// Lets seconds pass.
    pub fn pass(&self, seconds: i64) {
        self.millis.fetch_add(seconds * 1000, Ordering::SeqCst);
    }
}

#[async_trait]
impl World for Clock {
    fn now(&self) -> Timestamp {
        self.time()
    }

    fn fill(&self, bytes: &mut [u8]) {
        // Distinct each time: the number stands in the last bytes.
        let number = self.counter.fetch_add(1, Ordering::SeqCst).to_be_bytes();
        for (byte, digit) in bytes.iter_mut().rev().zip(number.iter().rev()) {
            *byte = *digit;
        }
    }

    async fn sleep(&self, duration: Duration) {
        let millis = i64::try_from(duration.as_millis()).expect("a short sleep");
        self.millis.fetch_add(millis, Ordering::SeqCst);
        tokio::task::yield_now().await;
    }
}

/// The maintenance document in memory, which can fail.
pub struct WatchedDocument(pub MemoryDocument, pub Switch);

#[async_trait]
impl DocumentStore for WatchedDocument {
    async fn read(&self) -> Result<Option<Stored>, DocumentError> {
        if self.1.is_on() {
            return Err(DocumentError::Failed {
                operation: "GetObject",
                reason: "SlowDown".to_owned(),
            });
        }
        self.0.read().await
    }

    async fn write(&self, body: Vec<u8>, expected: &Expected) -> Result<String, DocumentError> {
        self.0.write(body, expected).await
    }
}

/// A carrier that has the messages that it is told to have.
#[derive(Default)]
pub struct FakeCarrier {
    messages: Mutex<BTreeMap<Sid, Fetched>>,
    /// Answers nothing while it is on.
    pub broken: Switch,
}

impl FakeCarrier {
    /// Lets it have a message.
    pub fn has(&self, message: Fetched) {
        let mut messages = self.messages.lock().expect("unpoisoned");
        messages.insert(message.sid.clone(), message);
    }
}

/// A text that came in.
pub fn received(sid: &str, from: &str, to: &str, body: &str) -> Fetched {
    Fetched {
        sid: sid.parse().expect("a SID"),
        to: to.to_owned(),
        from: from.to_owned(),
        body: body.to_owned(),
        status: None,
        code: None,
        created_at: Timestamp::UNIX_EPOCH,
    }
}

/// A message of ours.
pub fn sent(sid: &str, to: &str, body: &str, status: CarrierStatus) -> Fetched {
    Fetched {
        status: Some(status),
        ..received(sid, super::OURS, to, body)
    }
}

#[async_trait]
impl Carrier for FakeCarrier {
    async fn post(&self, _: &CarrierCredentials, _: &Outgoing) -> Answer {
        Answer::Posted(Posted::Unclear)
    }

    async fn fetch(
        &self,
        _: &CarrierCredentials,
        sid: &Sid,
    ) -> Result<Option<Fetched>, CarrierError> {
        if self.broken.is_on() {
            return Err(CarrierError::Failed("no answer in time".to_owned()));
        }
        Ok(self.messages.lock().expect("unpoisoned").get(sid).cloned())
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

/// The documents of Secrets Manager.
#[derive(Debug, Default)]
pub struct FakeSecrets {
    /// Fails every call while it is on.
    pub broken: Switch,
    /// Knows no operator while it is on.
    pub nobody: Switch,
    reads: AtomicU64,
}

impl FakeSecrets {
    /// How often a secret was read.
    pub fn reads(&self) -> u64 {
        self.reads.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl SecretSource for FakeSecrets {
    async fn current(&self, name: &str) -> Result<SecretString, SecretError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        if self.broken.is_on() {
            return Err(SecretError {
                name: name.to_owned(),
                reason: "could not be read: AccessDeniedException".to_owned(),
            });
        }
        let document = match name {
            "carrier" => carrier_credentials().to_string(),
            "keys" => serde_json::to_string(&signing_keys()).expect("JSON"),
            _ if self.nobody.is_on() => r#"{"keys":[]}"#.to_owned(),
            _ => serde_json::to_string(&operators().0).expect("JSON"),
        };
        Ok(document.into())
    }
}

fn carrier_credentials() -> serde_json::Value {
    serde_json::json!({
        "TWILIO_ACCOUNT_SID": format!("AC{}", "0".repeat(32)),
        "TWILIO_API_KEY_SID": format!("SK{}", "0".repeat(32)),
        "TWILIO_API_KEY_SECRET": "stand-in-secret-of-the-tests",
        "TWILIO_FROM": super::OURS,
        "QDN_CONTACT_PRIMARY": "+12025550101",
        "QDN_CONTACT_MAIN": "+12025550102",
        "QDN_CONTACT_BACKUP": "+12025550103",
    })
}

/// What links and callbacks are signed with.
pub fn signing_keys() -> SigningKeys {
    SigningKeys {
        tokens: KeyRing::generate([1; 32], Timestamp::UNIX_EPOCH),
        carrier: KeyRing::generate([2; 32], Timestamp::UNIX_EPOCH),
    }
}

/// One key for each scope, and their texts.
fn operators() -> (OperatorKeys, Vec<(OperatorScope, String)>) {
    let mut keys = OperatorKeys::default();
    let mut texts = Vec::new();
    for (number, scope) in (0_u8..).zip(OperatorScope::ALL) {
        let made = OperatorKey::new(
            [number; 8],
            [number; 32],
            scope.as_str(),
            [*scope],
            Timestamp::UNIX_EPOCH,
        );
        let (key, text) = made.expect("a key");
        keys.add(key).expect("another id");
        texts.push((*scope, text.reveal().expose_secret().to_owned()));
    }
    (keys, texts)
}

/// The key with this scope alone.
pub fn operator_key(scope: OperatorScope) -> String {
    let (_, texts) = operators();
    let found = texts.into_iter().find(|(known, _)| *known == scope);
    found.expect("a key of each scope").1
}
