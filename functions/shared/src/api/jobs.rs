//! A job as operators see it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::charge::Charge;
use crate::id::JobId;
use crate::job::{Address, Customer, Job, NextStep, Notes, State, Technician};
use crate::rating::Rating;
use crate::window::ArrivalWindow;

/// A job as operators see it. What its state does not have is left out. The tracking link is no part of it: whoever
/// has the link can act as the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct JobAnswer {
    /// Its id, which people read out on the phone.
    pub id: JobId,
    /// Where it stands.
    pub state: State,
    /// Counts the changes; the `ETag` header says the same.
    pub version: u64,
    /// Who ordered it.
    pub customer: Customer,
    /// Where the work is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// What the operator wants remembered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<Notes>,
    /// Who does it, from ASSIGNED on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technician: Option<Technician>,
    /// When the technician arrives, from ASSIGNED on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<ArrivalWindow>,
    /// What it costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge: Option<Charge>,
    /// What the customer thinks of it, once RATED.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
    /// What the customer can expect or do, most pressing first.
    pub next_steps: Vec<NextStep>,
    /// When it was created.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date-time")))]
    pub created_at: Timestamp,
    /// When it became ASSIGNED.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", extend("format" = "date-time")))]
    pub assigned_at: Option<Timestamp>,
    /// When it became `IN_PROGRESS`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", extend("format" = "date-time")))]
    pub in_progress_at: Option<Timestamp>,
    /// When it became COMPLETE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", extend("format" = "date-time")))]
    pub complete_at: Option<Timestamp>,
    /// When it became RATED.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", extend("format" = "date-time")))]
    pub rated_at: Option<Timestamp>,
    /// When it last changed.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date-time")))]
    pub updated_at: Timestamp,
}

impl From<&Job> for JobAnswer {
    fn from(job: &Job) -> Self {
        JobAnswer {
            id: job.id(),
            state: job.state(),
            version: job.version(),
            customer: job.customer().clone(),
            address: job.address().cloned(),
            notes: job.notes().cloned(),
            technician: job.technician().cloned(),
            window: job.window().cloned(),
            charge: job.charge().copied(),
            rating: job.rating().cloned(),
            next_steps: job.next_steps(),
            created_at: job.created_at(),
            assigned_at: job.entered(State::Assigned),
            in_progress_at: job.entered(State::InProgress),
            complete_at: job.entered(State::Complete),
            rated_at: job.entered(State::Rated),
            updated_at: job.updated_at(),
        }
    }
}

/// A page of jobs, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct JobPage {
    /// The jobs.
    pub items: Vec<JobAnswer>,
    /// The `cursor` of the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A job whose tracking link was renewed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LinkAnswer {
    /// The job.
    pub job: JobAnswer,
    /// The new tracking link, told here once so that an operator can pass it on: whoever has it can act as the
    /// customer.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri")))]
    pub track_url: String,
}
