//! The carrier's words in ours: its message ids, its statuses in the order in which they rise, and what an
//! attempt to post a message came to. Speaking HTTP with it belongs to the functions.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Delivery;

/// The carrier's id of a message: `SM` or `MM` and 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sid(String);

impl Sid {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Not the form of a carrier's message id. Says nothing of the text: it came from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a message SID, expected `SM` or `MM` and 32 hexadecimal digits")]
pub struct SidError;

impl FromStr for Sid {
    type Err = SidError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text
            .strip_prefix("SM")
            .or_else(|| text.strip_prefix("MM"))
            .ok_or(SidError)?;
        if digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Ok(Sid(text.to_owned()))
        } else {
            Err(SidError)
        }
    }
}

impl TryFrom<String> for Sid {
    type Error = SidError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Sid> for String {
    fn from(sid: Sid) -> Self {
        sid.0
    }
}

impl fmt::Display for Sid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Twilio's status of an outbound message. The order of the variants is the order in which a status may rise;
/// a later observation never lowers it, so the end does not depend on the order in which callbacks arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CarrierStatus {
    /// Taken in by a messaging service that has not chosen a sender yet.
    Accepted,
    /// To be sent at a set time.
    Scheduled,
    /// Waits at the carrier.
    Queued,
    /// On its way to the network.
    Sending,
    /// Handed to the network.
    Sent,
    /// Canceled before it was sent.
    Canceled,
    /// Could not be sent.
    Failed,
    /// The network could not deliver it.
    Undelivered,
    /// On the phone.
    Delivered,
    /// Read, where the channel tells.
    Read,
}

impl CarrierStatus {
    /// Every status, rising.
    pub const ALL: &[CarrierStatus] = &[
        CarrierStatus::Accepted,
        CarrierStatus::Scheduled,
        CarrierStatus::Queued,
        CarrierStatus::Sending,
        CarrierStatus::Sent,
        CarrierStatus::Canceled,
        CarrierStatus::Failed,
        CarrierStatus::Undelivered,
        CarrierStatus::Delivered,
        CarrierStatus::Read,
    ];

    /// The carrier's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            CarrierStatus::Accepted => "accepted",
            CarrierStatus::Scheduled => "scheduled",
            CarrierStatus::Queued => "queued",
            CarrierStatus::Sending => "sending",
            CarrierStatus::Sent => "sent",
            CarrierStatus::Canceled => "canceled",
            CarrierStatus::Failed => "failed",
            CarrierStatus::Undelivered => "undelivered",
            CarrierStatus::Delivered => "delivered",
            CarrierStatus::Read => "read",
        }
    }

    /// Reads the carrier's word; none for a word that is not in its documentation.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|status| status.as_str() == word)
    }

    /// What people are told.
    pub const fn delivery(self) -> Delivery {
        match self {
            CarrierStatus::Accepted
            | CarrierStatus::Scheduled
            | CarrierStatus::Queued
            | CarrierStatus::Sending => Delivery::Pending,
            CarrierStatus::Sent | CarrierStatus::Delivered | CarrierStatus::Read => Delivery::Sent,
            CarrierStatus::Canceled | CarrierStatus::Failed | CarrierStatus::Undelivered => {
                Delivery::Failed
            }
        }
    }

    /// Whether the carrier says no more about the message.
    pub const fn is_final(self) -> bool {
        self.arrived() || matches!(self.delivery(), Delivery::Failed)
    }

    /// Whether the text is on the phone.
    pub const fn arrived(self) -> bool {
        matches!(self, CarrierStatus::Delivered | CarrierStatus::Read)
    }
}

/// What posting a message to the carrier came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    /// The carrier took it.
    Accepted {
        /// Its id there.
        sid: Sid,
        /// Its first status.
        status: CarrierStatus,
    },
    /// It certainly was not processed: too many requests, no connection, credentials refused. May be posted again.
    NotProcessed {
        /// The carrier's error code, if it gave one.
        code: Option<u32>,
        /// Seconds that the carrier asks to wait.
        retry_after: Option<u32>,
    },
    /// Refused for good: posting it to this contact again would be refused again.
    Refused {
        /// The carrier's error code, if it gave one.
        code: Option<u32>,
    },
    /// The recipient does not want our texts (21610).
    OptedOut,
    /// It may have been sent: no answer in time, or a failure on the carrier's side.
    Unclear,
}

impl Posted {
    /// Twilio's code for a recipient who replied STOP.
    pub const OPTED_OUT: u32 = 21610;
}

/// Whether an undelivered message is worth another try to the same contact: the phone was merely not reachable.
pub(super) const fn is_transient(code: Option<u32>) -> bool {
    matches!(code, Some(30003))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sid_has_the_carriers_form() {
        for good in ["SM", "MM"].map(|start| format!("{start}{}", "0aF".repeat(11).split_at(32).0))
        {
            assert_eq!(good.parse::<Sid>().unwrap().as_str(), good);
        }
        for bad in [
            String::new(),
            "SM".to_owned(),
            format!("SM{}", "g".repeat(32)),
            format!("SM{}", "0".repeat(33)),
            format!("PN{}", "0".repeat(32)),
            format!("SM{}/..", "0".repeat(32)),
        ] {
            assert_eq!(bad.parse::<Sid>(), Err(SidError), "{bad}");
        }
    }

    #[test]
    fn statuses_read_back_and_stand_rising() {
        assert!(CarrierStatus::ALL.is_sorted());
        for status in CarrierStatus::ALL {
            assert_eq!(CarrierStatus::read(status.as_str()), Some(*status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        assert_eq!(CarrierStatus::read("received"), None);
    }

    #[test]
    fn people_see_three_words() {
        let seen: Vec<_> = CarrierStatus::ALL
            .iter()
            .map(|status| format!("{status:?} {:?}", status.delivery()))
            .collect();
        insta::assert_snapshot!(seen.join(", "), @"Accepted Pending, Scheduled Pending, Queued Pending, Sending Pending, Sent Sent, Canceled Failed, Failed Failed, Undelivered Failed, Delivered Sent, Read Sent");
    }
}
