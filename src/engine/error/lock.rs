//! What can be wrong with the lock.

use crate::engine::lock::LockRecord;
use crate::hint::Hint;

/// Why the lock is not ours to take, hold or free.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Somebody else works on the environment.
    #[error("{}", lock_text(held))]
    Held {
        /// What their lock says.
        held: Box<LockRecord>,
    },
    /// Another run has taken the lock over: what this one began is theirs to finish.
    #[error("lock {id} is lost: another run works on the environment now")]
    Lost {
        /// Id of the lock that was held.
        id: String,
    },
    /// There is no bucket to put a lock into.
    #[error("there is no bucket {bucket}, in which the lock lies")]
    Nowhere {
        /// The artifacts bucket.
        bucket: String,
    },
    /// The lock has another id than the one that was asked for.
    #[error("no lock has the id {asked:?}; {}", lock_text(held))]
    Other {
        /// The id that was asked for.
        asked: String,
        /// What the lock says.
        held: Box<LockRecord>,
    },
    /// The lock was renewed, freed or taken while it was looked at.
    #[error("lock {id} is in use: it was renewed or freed at this very moment")]
    Moves {
        /// Its id.
        id: String,
    },
    /// What lies in the lock's place was not written by this program.
    #[error("{place} is not a lock of this program: {message}")]
    Foreign {
        /// Bucket and key.
        place: String,
        /// Parser's message.
        message: String,
    },
}

impl Hint for LockError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Held { held } | Self::Other { held, .. } => format!(
                "wait for it; if that run is certainly dead, free it with `qdn-infra unlock {}` and the same `--env`, or let it expire",
                held.id
            ),
            Self::Lost { .. } => "see what the other run does, then plan again".into(),
            Self::Nowhere { bucket } => format!(
                "when somebody deleted it, make it again: `aws s3 mb s3://{bucket}`; else `apply` makes it with its stack"
            ),
            Self::Moves { .. } => "that run is alive; look again before you free its lock".into(),
            Self::Foreign { place, .. } => {
                format!("look at it, and remove it when nobody works: `aws s3 rm {place}`")
            }
        })
    }
}

/// Who works, in words.
fn lock_text(held: &LockRecord) -> String {
    let LockRecord {
        id,
        owner,
        host,
        run,
        command,
        taken_at,
        expires_at,
    } = held;
    let run = run.as_ref().map(|url| format!(", {url}"));
    format!(
        "{owner} on {host} runs `{command}` since {taken_at:.0} (lock {id}, until {expires_at:.0}{})",
        run.unwrap_or_default()
    )
}
