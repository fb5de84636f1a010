//! One attempt to reach one contact, and what came of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{CarrierStatus, Delivery, Sid};

/// One attempt. It is written before anything is posted, so a crash leaves a trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// Which of the message's contacts, from 0.
    pub contact: usize,
    /// When it was claimed; posting follows at once.
    pub claimed_at: Timestamp,
    /// An earlier attempt's outcome was unknown and the carrier knew no such message: should that have been
    /// wrong, the recipient has the text twice.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub possible_duplicate: bool,
    /// What came of it.
    pub outcome: AttemptOutcome,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum AttemptOutcome {
    /// Claimed; it may be on its way right now.
    Open,
    /// It may have been sent; nobody has told yet.
    Unknown,
    /// Certainly not processed; a later attempt follows.
    Postponed {
        /// The carrier's error code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<u32>,
    },
    /// Was unknown; the carrier has no such message.
    NotFound,
    /// The carrier has it.
    Accepted {
        /// Its id there.
        sid: Sid,
        /// The highest status seen.
        status: CarrierStatus,
        /// The carrier's error code for that status.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<u32>,
        /// When the status last rose.
        updated_at: Timestamp,
    },
    /// The carrier refused it for good.
    Refused {
        /// The carrier's error code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<u32>,
    },
    /// The recipient does not want our texts; nothing was sent.
    OptedOut,
}

impl Attempt {
    /// The carrier's id, once it is known.
    pub fn sid(&self) -> Option<&Sid> {
        match &self.outcome {
            AttemptOutcome::Accepted { sid, .. } => Some(sid),
            _ => None,
        }
    }

    /// The carrier's status, once there is one.
    pub fn status(&self) -> Option<CarrierStatus> {
        match &self.outcome {
            AttemptOutcome::Accepted { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// The carrier's error code, if it gave one.
    pub fn code(&self) -> Option<u32> {
        match &self.outcome {
            AttemptOutcome::Accepted { code, .. }
            | AttemptOutcome::Refused { code }
            | AttemptOutcome::Postponed { code } => *code,
            AttemptOutcome::OptedOut => Some(super::Posted::OPTED_OUT),
            AttemptOutcome::Open | AttemptOutcome::Unknown | AttemptOutcome::NotFound => None,
        }
    }

    /// What people are told about this attempt.
    pub fn delivery(&self) -> Delivery {
        match &self.outcome {
            AttemptOutcome::Open | AttemptOutcome::Unknown | AttemptOutcome::Postponed { .. } => {
                Delivery::Pending
            }
            AttemptOutcome::Accepted { status, .. } => status.delivery(),
            AttemptOutcome::NotFound
            | AttemptOutcome::Refused { .. }
            | AttemptOutcome::OptedOut => Delivery::Failed,
        }
    }

    /// Whether the carrier may have the message without our knowing its id.
    pub fn may_be_at_carrier(&self) -> bool {
        matches!(
            self.outcome,
            AttemptOutcome::Open | AttemptOutcome::Unknown | AttemptOutcome::NotFound
        )
    }
}
