//! What the customer can expect or do next.

use serde::{Deserialize, Serialize};

use super::{Job, State};
use crate::charge::Charge;

/// What the customer can expect or do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum NextStep {
    /// Nobody is assigned yet.
    WaitForTechnician,
    /// A technician is on the way.
    ExpectTechnician,
    /// The technician works.
    ServiceUnderway,
    /// Something is to be paid.
    PaymentDue,
    /// The job can be rated.
    RateService,
    /// All is done; the receipt can be printed.
    Receipt,
}

impl NextStep {
    /// For people.
    pub const fn text(self) -> &'static str {
        match self {
            NextStep::WaitForTechnician => "We are assigning your technician",
            NextStep::ExpectTechnician => "Your technician is on the way",
            NextStep::ServiceUnderway => "Service underway",
            NextStep::PaymentDue => "Payment due",
            NextStep::RateService => "Rate your service",
            NextStep::Receipt => "Your receipt",
        }
    }
}

impl Job {
    /// The step that comes first: see [`Job::next_steps`].
    pub fn next_step(&self) -> NextStep {
        let steps = self.next_steps();
        steps.first().copied().unwrap_or(NextStep::Receipt)
    }

    /// What the customer can expect or do, most pressing first; never empty. A job that is done may have to be
    /// paid and to be rated, in any order.
    pub fn next_steps(&self) -> Vec<NextStep> {
        let last = match self.state() {
            State::Created => return vec![NextStep::WaitForTechnician],
            State::Assigned => return vec![NextStep::ExpectTechnician],
            State::InProgress => return vec![NextStep::ServiceUnderway],
            State::Complete => NextStep::RateService,
            State::Rated => NextStep::Receipt,
        };
        let due = self.charge().is_some_and(Charge::is_due);
        due.then_some(NextStep::PaymentDue)
            .into_iter()
            .chain([last])
            .collect()
    }
}
