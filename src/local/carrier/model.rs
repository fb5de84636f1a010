//! What the stand-in keeps: messages, numbers, messaging services. Written as lines of its journal.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::magic::Effect;

/// Twilio's statuses that occur here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Accepted,
    Queued,
    Sending,
    Sent,
    Delivered,
    Undelivered,
    Failed,
    Received,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Undelivered => "undelivered",
            Self::Failed => "failed",
            Self::Received => "received",
        }
    }

    /// What comes next for a message with this effect, and with which error code; nothing at its end.
    pub fn next(self, effect: Effect) -> Option<(Self, Option<u32>)> {
        let next = match (self, effect) {
            (Self::Accepted, _) => Self::Queued,
            (Self::Queued, Effect::StaysQueued) | (Self::Sent, Effect::StaysSent) => return None,
            (Self::Queued, Effect::Failed { code }) => return Some((Self::Failed, Some(code))),
            (Self::Queued, _) => Self::Sending,
            (Self::Sending, _) => Self::Sent,
            (Self::Sent, Effect::Undelivered { code }) => {
                return Some((Self::Undelivered, Some(code)));
            }
            (Self::Sent, _) => Self::Delivered,
            (Self::Delivered | Self::Undelivered | Self::Failed | Self::Received, _) => {
                return None;
            }
        };
        Some((next, None))
    }
}

/// Which way a message went, and who made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Direction {
    OutboundApi,
    Inbound,
    /// The answer that Twilio itself gives to STOP and START. Only the inbox shows it.
    OutboundReply,
}

/// A request that the stand-in made to us about a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Callback {
    /// The status it told.
    pub status: Status,
    pub at: Timestamp,
    /// The status of the answer; none when there was no answer.
    pub answer: Option<u16>,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Message {
    pub sid: String,
    pub direction: Direction,
    pub from: String,
    pub to: String,
    pub body: String,
    pub service: Option<String>,
    pub status: Status,
    pub error_code: Option<u32>,
    pub segments: u32,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub sent: Option<Timestamp>,
    pub status_callback: Option<String>,
    pub effect: Effect,
    pub callbacks: Vec<Callback>,
    /// The stand-in's count of changes when this message last changed.
    pub revision: u64,
}

impl Message {
    /// The number at the other end: the person's.
    pub fn phone(&self) -> &str {
        match self.direction {
            Direction::OutboundApi | Direction::OutboundReply => &self.to,
            Direction::Inbound => &self.from,
        }
    }
}

/// A number of the account, or a messaging service: a SID and settings under Twilio's names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Resource {
    pub sid: String,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub settings: Map<String, Value>,
}

impl Resource {
    /// A setting that is a text and not empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.settings
            .get(name)?
            .as_str()
            .filter(|text| !text.is_empty())
    }

    pub fn flag(&self, name: &str) -> bool {
        self.settings.get(name) == Some(&Value::Bool(true))
    }
}

/// A person who texted STOP to a sender.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct OptOut {
    pub sender: String,
    pub phone: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(effect: Effect) -> Vec<&'static str> {
        let mut status = Status::Queued;
        let mut words = vec![status.word()];
        while let Some((next, _)) = status.next(effect) {
            status = next;
            words.push(status.word());
        }
        words
    }

    #[test]
    fn a_life_ends_as_its_effect_says() {
        assert_eq!(
            life(Effect::Ordinary),
            ["queued", "sending", "sent", "delivered"]
        );
        assert_eq!(life(Effect::DropAfterStoring), life(Effect::Ordinary));
        assert_eq!(
            life(Effect::Undelivered { code: 1 }),
            ["queued", "sending", "sent", "undelivered"]
        );
        assert_eq!(life(Effect::Failed { code: 1 }), ["queued", "failed"]);
        assert_eq!(life(Effect::StaysSent), ["queued", "sending", "sent"]);
        assert_eq!(life(Effect::StaysQueued), ["queued"]);
        assert_eq!(
            Status::Accepted.next(Effect::StaysQueued),
            Some((Status::Queued, None))
        );
    }
}
