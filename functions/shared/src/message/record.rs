//! The records of a thread: the message that goes out and the text that came in.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Attempt, CarrierStatus, Sid};
use crate::credentials::Line;
use crate::id::MessageId;
use crate::job::{Job, NoticeKind};
use crate::phone::PhoneNumber;
use crate::segments::SmsText;

/// Why a message is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum MessageKind {
    /// The job is confirmed.
    Created,
    /// A technician is on the way.
    Assigned,
    /// Technician or window changed.
    Changed,
    /// The technician arrived.
    InProgress,
    /// The job is done.
    Complete,
    /// The customer rated.
    Rated,
    /// Written by an operator.
    Operator,
    /// A new tracking link.
    Link,
    /// A customer's reply, passed on to the operator's lines.
    Relayed,
    /// Maintenance is due.
    Alert,
}

impl From<NoticeKind> for MessageKind {
    fn from(kind: NoticeKind) -> Self {
        match kind {
            NoticeKind::Created => MessageKind::Created,
            NoticeKind::Assigned => MessageKind::Assigned,
            NoticeKind::Changed => MessageKind::Changed,
            NoticeKind::InProgress => MessageKind::InProgress,
            NoticeKind::Complete => MessageKind::Complete,
            NoticeKind::Rated => MessageKind::Rated,
        }
    }
}

/// Whom a message may go to: a number of the customer's, or one of the operator's lines, whose numbers are in the
/// credentials alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Contact {
    /// A number.
    Phone(PhoneNumber),
    /// A line of the operator's.
    Line(Line),
}

/// What people are told about a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Delivery {
    /// On its way, or not known.
    Pending,
    /// Handed to the phone network, or delivered.
    Sent,
    /// Reached nobody.
    Failed,
}

/// What is left to do with a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Phase {
    /// To be sent to this contact, not before a time.
    Waiting {
        /// Which contact, from 0.
        contact: usize,
        /// The earliest time.
        not_before: Timestamp,
        /// How many attempts to this contact were not processed.
        retries: u32,
    },
    /// Somebody is sending it.
    Claimed {
        /// When the claim ends.
        lease_until: Timestamp,
    },
    /// It may have been sent: the carrier is to be asked.
    Unknown {
        /// When.
        next_look: Timestamp,
        /// How often it was asked.
        looked: u32,
    },
    /// The carrier has it; the outcome is awaited.
    Accepted {
        /// When to ask, should nothing be heard.
        next_look: Timestamp,
        /// How often it was asked.
        looked: u32,
        /// When the next contact's turn comes, or, with none left, when to stop waiting.
        deadline: Timestamp,
    },
    /// Nothing is left to do.
    Done {
        /// How it ended.
        outcome: Outcome,
    },
}

/// How a message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Handed over or delivered.
    Sent,
    /// No contact could be reached.
    Failed,
    /// Nobody said how it ended, and it is too late to wait on.
    GivenUp,
}

/// A message that goes out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Why it is sent.
    pub kind: MessageKind,
    /// The text as stored: with the placeholder where a link goes.
    pub text: SmsText,
    /// When the decision to send it was taken.
    pub created_at: Timestamp,
    /// Counts the changes.
    pub version: u64,
    /// Whom it may go to, in order; at least one.
    pub contacts: Vec<Contact>,
    /// What was tried, in order.
    pub attempts: Vec<Attempt>,
    /// What is left to do.
    pub phase: Phase,
}

impl Message {
    /// A message that is due at once.
    pub fn new(
        id: MessageId,
        kind: MessageKind,
        text: SmsText,
        contacts: Vec<Contact>,
        now: Timestamp,
    ) -> Self {
        Message {
            id,
            kind,
            text,
            created_at: now,
            version: 1,
            contacts,
            attempts: Vec::new(),
            phase: Phase::Waiting {
                contact: 0,
                not_before: now,
                retries: 0,
            },
        }
    }

    /// A message to a job's customer: the customer's numbers in their order.
    pub fn to_customer(
        id: MessageId,
        kind: MessageKind,
        text: SmsText,
        job: &Job,
        now: Timestamp,
    ) -> Self {
        let phones = job.customer().phones().iter();
        let contacts = phones.cloned().map(Contact::Phone).collect();
        Message::new(id, kind, text, contacts, now)
    }

    /// A message to the operator's lines: primary, main, backup.
    pub fn to_lines(id: MessageId, kind: MessageKind, text: SmsText, now: Timestamp) -> Self {
        let contacts = Line::ALL.iter().copied().map(Contact::Line).collect();
        Message::new(id, kind, text, contacts, now)
    }

    /// When somebody has to look at it next; none when nothing is left to do.
    pub fn due_at(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::Waiting { not_before, .. } => Some(not_before),
            Phase::Claimed { lease_until } => Some(lease_until),
            Phase::Unknown { next_look, .. } => Some(next_look),
            Phase::Accepted {
                next_look,
                deadline,
                ..
            } => Some(next_look.min(deadline)),
            Phase::Done { .. } => None,
        }
    }

    /// What people are told: the best that any contact's phone was seen to get.
    pub fn delivery(&self) -> Delivery {
        let sent = |attempt: &Attempt| attempt.delivery() == Delivery::Sent;
        match self.phase {
            Phase::Done {
                outcome: Outcome::Failed | Outcome::GivenUp,
            } => Delivery::Failed,
            Phase::Done {
                outcome: Outcome::Sent,
            } => Delivery::Sent,
            _ if self.attempts.iter().any(sent) => Delivery::Sent,
            _ => Delivery::Pending,
        }
    }

    /// The highest status that the carrier gave to any attempt.
    pub fn carrier_status(&self) -> Option<CarrierStatus> {
        self.attempts.iter().filter_map(Attempt::status).max()
    }
}

/// Ids and phase alone: the text and the numbers are nobody's business in a log.
impl fmt::Debug for Message {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Message")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("version", &self.version)
            .field("attempts", &self.attempts)
            .field("phase", &self.phase)
            .finish_non_exhaustive()
    }
}

/// A text that somebody sent to us.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Inbound {
    /// Its place in the thread.
    pub id: MessageId,
    /// The carrier's id.
    pub sid: Sid,
    /// Who sent it.
    pub from: PhoneNumber,
    /// The text as it came; may be empty (a picture alone).
    pub text: String,
    /// Whether it is a word by which somebody opts out.
    pub stop: bool,
    /// When it came in.
    pub received_at: Timestamp,
}

impl fmt::Debug for Inbound {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Inbound")
            .field("id", &self.id)
            .field("sid", &self.sid)
            .finish_non_exhaustive()
    }
}

/// What a thread holds besides its job, in the order of its numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "direction", rename_all = "lowercase")]
pub enum Entry {
    /// From us.
    Outbound(Message),
    /// To us.
    Inbound(Inbound),
}

impl Entry {
    /// Its id.
    pub fn id(&self) -> &MessageId {
        match self {
            Entry::Outbound(message) => &message.id,
            Entry::Inbound(inbound) => &inbound.id,
        }
    }
}
