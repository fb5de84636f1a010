//! The bodies of requests that are no domain type by themselves. The others are: a transition, a charge, a rating,
//! the maintenance document.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::read::{Object, Readable, Reader, readable};
use crate::job::{Address, Customer, NewJob, Notes};
use crate::segments::SmsText;

/// Takes a job in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateJob {
    /// Who orders it.
    pub customer: Customer,
    /// Where the work is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// What the operator wants remembered; the customer does not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<Notes>,
}

impl From<CreateJob> for NewJob {
    fn from(request: CreateJob) -> Self {
        NewJob {
            customer: request.customer,
            address: request.address,
            notes: request.notes,
        }
    }
}

/// Sends a text to a job's customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SendMessage {
    /// The text. `[link]` in it becomes the tracking link when it is sent.
    pub text: SmsText,
}

/// Where there is nothing to say: no body, or an empty object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Nothing {}

readable! {
    CreateJob { customer, address, notes }
    SendMessage { text }
}

impl Readable for Nothing {
    fn read(value: &Value, reader: &mut Reader) -> Option<Self> {
        Object::open(value, reader)?.close();
        Some(Nothing {})
    }
}
