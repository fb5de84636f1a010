//! Alerts: reminders that are reached.

use serde::{Deserialize, Serialize};

use crate::id::ThreadId;

/// A reminder that is reached. Its identity is the schedule, the offset and the value that is due: the same
/// until the next service, whatever the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Alert {
    /// The path of what is due, see [`super::Due::schedule`].
    pub schedule: String,
    /// The reminder: `500 mi`, `14 days`, `25 h`, `stock`.
    pub offset: String,
    /// The value that is due: `52500 mi`, `2026-07-05`, `1750 h`.
    pub due: String,
    /// For people, at most [`Alert::MAX_TEXT`] characters. Says how much is left today.
    pub text: String,
}

impl Alert {
    /// The longest text.
    pub const MAX_TEXT: usize = 300;

    /// The thread of its message: the same alert, raised again, meets the message that was sent.
    pub fn thread(&self) -> ThreadId {
        ThreadId::alert(&self.schedule, &self.offset, &self.due)
    }
}
