//! The SMS carrier as the functions see it. HTTP is `twilio`'s business; what follows from an answer is
//! `qdn_shared::message`'s.

mod matching;
mod twilio;
#[cfg(test)]
mod twilio_tests;

use async_trait::async_trait;
use jiff::Timestamp;
use qdn_shared::credentials::CarrierCredentials;
use qdn_shared::message::{CarrierStatus, Posted, Sid};
use qdn_shared::phone::PhoneNumber;

pub use matching::find;
pub(crate) use matching::is_rendering;
pub use reqwest::Error as ClientError;
pub use twilio::{ANSWERING, SENDING, Twilio};

/// A text as it is posted: links rendered.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// To whom.
    pub to: PhoneNumber,
    /// What, as the recipient reads it.
    pub body: String,
    /// Where the carrier tells how it went.
    pub status_callback: String,
}

/// What the carrier answered to a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// What became of the message.
    Posted(Posted),
    /// It does not accept our credentials; nothing was processed.
    CredentialsRefused,
}

/// A message as the carrier has it.
#[derive(Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Its id.
    pub sid: Sid,
    /// The recipient, as the carrier writes it.
    pub to: String,
    /// The sender, as the carrier writes it; empty when none is chosen yet.
    pub from: String,
    /// The text that was sent or received.
    pub body: String,
    /// Its status; none for a word that is not an outbound status (`received`).
    pub status: Option<CarrierStatus>,
    /// The error code of that status.
    pub code: Option<u32>,
    /// When it was created there.
    pub created_at: Timestamp,
}

/// Ids alone: numbers and texts are nobody's business in a log.
impl std::fmt::Debug for Fetched {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Fetched")
            .field("sid", &self.sid)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// Why the carrier could not be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CarrierError {
    /// It does not accept our credentials.
    #[error("the carrier refuses our credentials")]
    CredentialsRefused,
    /// No answer, or not one that can be used.
    #[error("the carrier could not be asked: {0}")]
    Failed(String),
}

/// The carrier.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Posts a message once. Never repeats it.
    async fn post(&self, credentials: &CarrierCredentials, message: &Outgoing) -> Answer;
    /// A message by its id; none when the account has no such message.
    async fn fetch(
        &self,
        credentials: &CarrierCredentials,
        sid: &Sid,
    ) -> Result<Option<Fetched>, CarrierError>;
    /// The messages to a number, newest first: all that were created since then, and maybe older ones.
    async fn list(
        &self,
        credentials: &CarrierCredentials,
        to: &PhoneNumber,
        since: Timestamp,
    ) -> Result<Vec<Fetched>, CarrierError>;
}
