//! The table as the functions see it: typed reads, and typed writes that are done together or not at all.
//! A write names the version that it was made from; who comes second is told so and decides again.
//!
//! | file | holds |
//! |---|---|
//! | `dynamo` | `DynamoDB` |
//! | `items` | the form of the items: keys, indexes, conditions |
//! | `memory` | the same in a map, for tests and benchmarks |
//! | `contract` | what each of the two has to do, for their tests |
//! | `page` | pages and their cursors |

pub mod contract;
pub mod dynamo;
mod items;
pub mod memory;
mod page;
#[cfg(test)]
mod tests;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use qdn_shared::id::{JobId, LinkId, MessageId, ThreadId};
use qdn_shared::job::{Job, State};
use qdn_shared::message::{Entry, Inbound, Message, Sid};
use qdn_shared::phone::PhoneNumber;
use serde::{Deserialize, Serialize};

pub use page::{Cursor, CursorError, Listed, Page};

/// The table could not be asked. Says which operation and what the service answered, never a key or a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{operation} of the table failed: {reason}")]
pub struct StoreError {
    /// The operation, e.g. `GetItem`.
    pub operation: &'static str,
    /// The service's error code, or what was wrong with the item.
    pub reason: String,
}

/// Why nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// Somebody else wrote first: these writes (by position) did not find what they were made from.
    #[error("somebody else wrote first")]
    Conflict(Vec<usize>),
    /// The table could not be asked, or did not answer; a write may have been done.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is known about a phone number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PhoneStatus {
    /// The latest job of the number's owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobId>,
    /// Since when the owner does not want our texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opted_out_at: Option<Timestamp>,
}

/// The answer to a request that carried an `Idempotency-Key`, kept to be given again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Remembered {
    /// Which operation, e.g. `create-job`.
    pub operation: String,
    /// SHA-256 of the key, hexadecimal: keys come from outside and may be anything.
    pub key: String,
    /// SHA-256 of the request, hexadecimal.
    pub fingerprint: String,
    /// Status of the answer.
    pub status: u16,
    /// The `Location` header of the answer.
    pub location: String,
    /// Body of the answer.
    pub body: String,
    /// When it is forgotten, seconds since 1970.
    pub expires_at: i64,
}

/// One write. All writes of a commit are done, or none is.
#[derive(Clone)]
pub enum Write {
    /// A job that is not there yet.
    CreateJob(Job),
    /// A job one version on.
    UpdateJob(Job),
    /// A message that is not there yet.
    CreateMessage(Message),
    /// A message one version on.
    UpdateMessage(Message),
    /// An inbound text that is not there yet.
    CreateInbound(Inbound),
    /// Notes whose id at the carrier this is, as of a time. A conflict when it is somebody else's.
    OwnSid(Sid, MessageId, Timestamp),
    /// Makes a link lead to a job.
    CreateLink(LinkId, JobId),
    /// Makes a link lead nowhere.
    RemoveLink(LinkId),
    /// Keeps an answer, unless one is kept already that has not expired at this time.
    Remember(Remembered, Timestamp),
    /// Says whose job replies from a number are about.
    PointPhone(PhoneNumber, JobId),
    /// Notes that a number's owner does not want our texts (or, with none, wants them again).
    OptOut(PhoneNumber, Option<Timestamp>),
}

/// Which jobs are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobQuery {
    /// Only those in this state.
    pub state: Option<State>,
    /// At most so many.
    pub limit: u16,
    /// Those after the page that ended here.
    pub after: Option<Cursor<Job>>,
}

/// Jobs, messages and what goes with them.
#[async_trait]
pub trait Store: Send + Sync {
    /// A job.
    async fn job(&self, id: &JobId) -> Result<Option<Job>, StoreError>;
    /// Jobs, newest first.
    async fn jobs(&self, query: &JobQuery) -> Result<Page<Job>, StoreError>;
    /// The job that a link leads to.
    async fn job_of_link(&self, link: &LinkId) -> Result<Option<JobId>, StoreError>;
    /// A message or inbound text.
    async fn entry(&self, id: &MessageId) -> Result<Option<Entry>, StoreError>;
    /// A thread's messages and inbound texts, oldest first.
    async fn entries(
        &self,
        thread: &ThreadId,
        limit: u16,
        after: Option<&Cursor<Entry>>,
    ) -> Result<Page<Entry>, StoreError>;
    /// Ids of messages that are due, longest due first, with the time since which they are.
    async fn due(
        &self,
        now: Timestamp,
        limit: u16,
    ) -> Result<Vec<(MessageId, Timestamp)>, StoreError>;
    /// Which message or inbound text has this id at the carrier.
    async fn owner(&self, sid: &Sid) -> Result<Option<MessageId>, StoreError>;
    /// What is known about a number.
    async fn phone(&self, number: &PhoneNumber) -> Result<PhoneStatus, StoreError>;
    /// The answer kept for an operation and the SHA-256 of a key.
    async fn remembered(
        &self,
        operation: &str,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<Remembered>, StoreError>;
    /// Does all writes or none.
    async fn commit(&self, writes: &[Write]) -> Result<(), CommitError>;
    /// Reserves the next moment at which `sender` may send, at or after `now`; moments are `interval` apart. None
    /// when it lies more than `within` ahead: nothing is reserved then, so that no turn passes unused.
    async fn turn(
        &self,
        sender: &str,
        now: Timestamp,
        interval: SignedDuration,
        within: SignedDuration,
    ) -> Result<Option<Timestamp>, StoreError>;
}

/// How long an answer is kept for its `Idempotency-Key`, in seconds.
pub const REMEMBER_SECONDS: i64 = 24 * 3600;

/// How long an id of the carrier's is remembered, in seconds: far longer than anybody repeats it.
pub const SID_SECONDS: i64 = 7 * 24 * 3600;

/// The message of an id, if it is one that goes out.
pub async fn message(store: &dyn Store, id: &MessageId) -> Result<Option<Message>, StoreError> {
    Ok(match store.entry(id).await? {
        Some(Entry::Outbound(message)) => Some(message),
        Some(Entry::Inbound(_)) | None => None,
    })
}
