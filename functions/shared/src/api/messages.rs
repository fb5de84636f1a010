//! Messages and replies as operators see them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::credentials::Line;
use crate::id::MessageId;
use crate::message::{
    Attempt, CarrierStatus, Contact, Delivery, Entry, Inbound, Message, MessageKind,
};
use crate::phone::PhoneNumber;
use crate::segments::SmsText;

/// What a job's thread holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "direction", rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum EntryAnswer {
    /// From us.
    Outbound(MessageAnswer),
    /// To us.
    Inbound(ReplyAnswer),
}

/// A message that goes out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MessageAnswer {
    /// Its id.
    pub id: MessageId,
    /// Why it is sent.
    pub kind: MessageKind,
    /// The text. `[link]` stands where the recipient reads a tracking link.
    pub text: SmsText,
    /// When it was decided to send it.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date-time")))]
    pub created_at: Timestamp,
    /// What became of it.
    pub delivery: Delivery,
    /// The carrier's id of the last attempt that has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// The carrier's status of the last attempt that has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<CarrierStatus>,
    /// The carrier's error code of the last attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<u32>,
    /// What was tried, in order.
    pub attempts: Vec<AttemptAnswer>,
}

/// One attempt to reach one recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AttemptAnswer {
    /// Whom it was to reach.
    pub to: Recipient,
    /// When.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date-time")))]
    pub at: Timestamp,
    /// What became of it.
    pub delivery: Delivery,
    /// The carrier's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// The carrier's status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<CarrierStatus>,
    /// The carrier's error code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<u32>,
    /// The outcome of an earlier attempt was never learnt: the recipient may have the text twice.
    pub possible_duplicate: bool,
}

/// Whom an attempt was to reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Recipient {
    /// A number of the customer's.
    Phone(PhoneNumber),
    /// A line of the operator's.
    Line(Line),
}

/// A text that came in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReplyAnswer {
    /// Its id.
    pub id: MessageId,
    /// Who sent it.
    pub from: PhoneNumber,
    /// The text as it came; empty for a picture alone.
    pub text: String,
    /// When it came in.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date-time")))]
    pub received_at: Timestamp,
    /// The carrier's id.
    pub sid: String,
    /// Whether it is a word by which somebody opts out of our texts.
    pub stop: bool,
}

impl std::fmt::Debug for ReplyAnswer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ReplyAnswer")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A page of a thread, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MessagePage {
    /// Messages and replies.
    pub items: Vec<EntryAnswer>,
    /// The `cursor` of the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl From<&Entry> for EntryAnswer {
    fn from(entry: &Entry) -> Self {
        match entry {
            Entry::Outbound(message) => EntryAnswer::Outbound(message.into()),
            Entry::Inbound(inbound) => EntryAnswer::Inbound(inbound.into()),
        }
    }
}

impl From<&Message> for MessageAnswer {
    fn from(message: &Message) -> Self {
        let attempts: Vec<AttemptAnswer> = message
            .attempts
            .iter()
            .filter_map(|attempt| AttemptAnswer::of(attempt, &message.contacts))
            .collect();
        let carried = attempts.iter().rev().find(|attempt| attempt.sid.is_some());
        MessageAnswer {
            id: message.id,
            kind: message.kind,
            text: message.text.clone(),
            created_at: message.created_at,
            delivery: message.delivery(),
            sid: carried.and_then(|attempt| attempt.sid.clone()),
            status: carried.and_then(|attempt| attempt.status),
            error_code: attempts.last().and_then(|attempt| attempt.error_code),
            attempts,
        }
    }
}

impl AttemptAnswer {
    fn of(attempt: &Attempt, contacts: &[Contact]) -> Option<Self> {
        let to = match contacts.get(attempt.contact)? {
            Contact::Phone(number) => Recipient::Phone(number.clone()),
            Contact::Line(line) => Recipient::Line(*line),
        };
        Some(AttemptAnswer {
            to,
            at: attempt.claimed_at,
            delivery: attempt.delivery(),
            sid: attempt.sid().map(ToString::to_string),
            status: attempt.status(),
            error_code: attempt.code(),
            possible_duplicate: attempt.possible_duplicate,
        })
    }
}

impl From<&Inbound> for ReplyAnswer {
    fn from(inbound: &Inbound) -> Self {
        ReplyAnswer {
            id: inbound.id,
            from: inbound.from.clone(),
            text: inbound.text.clone(),
            received_at: inbound.received_at,
            sid: inbound.sid.to_string(),
            stop: inbound.stop,
        }
    }
}
