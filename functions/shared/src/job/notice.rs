//! What the customer is told about a change.

use serde::{Deserialize, Serialize};

use crate::id::MessageId;
use crate::segments::SmsText;

/// What the customer is told about a change: one message of the job's thread, already counted in the job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its place in the thread.
    pub id: MessageId,
    /// Why it is sent.
    pub kind: NoticeKind,
    /// The text, with the placeholder where the tracking link goes.
    pub text: SmsText,
}

/// Why a customer is told something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum NoticeKind {
    /// The job was taken in.
    Created,
    /// A technician comes.
    Assigned,
    /// Another technician comes, or in another window.
    Changed,
    /// The technician is there.
    InProgress,
    /// The job is done.
    Complete,
    /// The customer rated.
    Rated,
}
