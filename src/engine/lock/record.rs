//! What a lock says: who holds it, for what, and until when.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ports::LockState;

/// How long a lock is good without being renewed.
pub const LIFE: SignedDuration = SignedDuration::from_mins(5);
/// Clocks of two machines may differ by so much: an expired lock is left alone for this long.
const GRACE: SignedDuration = SignedDuration::from_mins(1);

/// Who works, on what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// User name.
    pub owner: String,
    /// Host name.
    pub host: String,
    /// Address of the CI run, when it is one.
    pub run: Option<String>,
    /// The command, e.g. `apply`.
    pub command: &'static str,
}

/// The lock as it lies in the artifacts bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockRecord {
    /// Id of the run that holds it.
    pub id: String,
    /// User name.
    pub owner: String,
    /// Host name.
    pub host: String,
    /// Address of the CI run, when it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// The command.
    pub command: String,
    /// When it was taken.
    pub taken_at: Timestamp,
    /// When it ends unless it is renewed.
    pub expires_at: Timestamp,
}

impl LockRecord {
    /// A lock that is taken now.
    pub fn of(claim: &Claim, id: String, now: Timestamp) -> Self {
        let Claim {
            owner,
            host,
            run,
            command,
        } = claim.clone();
        Self {
            id,
            owner,
            host,
            run,
            command: command.to_owned(),
            taken_at: now,
            expires_at: end(now),
        }
    }

    /// The same, good for another while from now on.
    #[must_use]
    pub fn renewed(&self, now: Timestamp) -> Self {
        Self {
            expires_at: end(now),
            ..self.clone()
        }
    }

    /// As a lock that is held says how it stands.
    pub(super) fn as_held(&self) -> LockState {
        LockState::Held {
            id: self.id.clone(),
            until: self.expires_at,
        }
    }

    /// Whether anybody may take it over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now.duration_since(self.expires_at) > GRACE
    }

    /// As it is stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("a record is JSON");
        bytes.push(b'\n');
        bytes
    }

    /// From what is stored.
    pub fn parse(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}

/// Times of day as they are read: whole seconds.
fn end(now: Timestamp) -> Timestamp {
    let end = now.saturating_add(LIFE).unwrap_or(now);
    Timestamp::from_second(end.as_second()).unwrap_or(end)
}
