//! The stored form of a job: flat JSON. Reading checks everything again, and passes over fields that it does not
//! know: while a new version is rolled out, old code reads what new code wrote.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::parts::{ChargeParts, CustomerParts, RatingParts, TechnicianParts, WindowParts};
use super::parts::{read, read_some};
use super::stage::{Assignment, Created, Stage};
use super::{Address, Customer, Job, Notes, State, Technician};
use crate::charge::Charge;
use crate::id::{JobId, LinkId, MessageId};
use crate::rating::Rating;
use crate::window::ArrivalWindow;

/// The fields of a stored job. What its state does not have is left out.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record {
    id: JobId,
    link: LinkId,
    generation: u8,
    #[serde(deserialize_with = "read::<CustomerParts, _, _>")]
    customer: Customer,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<Address>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notes: Option<Notes>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "read_some::<ChargeParts, _, _>")]
    charge: Option<Charge>,
    version: u64,
    messages: u32,
    state: State,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "read_some::<TechnicianParts, _, _>")]
    technician: Option<Technician>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "read_some::<WindowParts, _, _>")]
    window: Option<ArrivalWindow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "read_some::<WindowParts, _, _>")]
    previous_window: Option<ArrivalWindow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "read_some::<RatingParts, _, _>")]
    rating: Option<Rating>,
    created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    assigned_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    in_progress_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    complete_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rated_at: Option<Timestamp>,
    updated_at: Timestamp,
}

impl From<Job> for Record {
    fn from(job: Job) -> Self {
        Record {
            id: job.id,
            link: job.link,
            generation: job.generation,
            charge: job.charge,
            version: job.version,
            messages: job.messages,
            state: job.state(),
            technician: job.technician().cloned(),
            window: job.window().cloned(),
            previous_window: job.previous_window().cloned(),
            rating: job.rating().cloned(),
            created_at: job.created_at(),
            assigned_at: job.entered(State::Assigned),
            in_progress_at: job.entered(State::InProgress),
            complete_at: job.entered(State::Complete),
            rated_at: job.entered(State::Rated),
            updated_at: job.updated_at,
            customer: job.customer,
            address: job.address,
            notes: job.notes,
        }
    }
}

impl TryFrom<Record> for Job {
    type Error = RecordError;

    fn try_from(record: Record) -> Result<Self, Self::Error> {
        if record.version == 0 {
            return Err(RecordError::Version);
        }
        if record.messages > MessageId::MAX_NUMBER {
            return Err(RecordError::Messages);
        }
        let times = [
            Some(record.created_at),
            record.assigned_at,
            record.in_progress_at,
            record.complete_at,
            record.rated_at,
            Some(record.updated_at),
        ];
        if !times.iter().flatten().is_sorted() {
            return Err(RecordError::Times);
        }
        Ok(Job {
            id: record.id,
            link: record.link,
            generation: record.generation,
            charge: record.charge,
            version: record.version,
            messages: record.messages,
            updated_at: record.updated_at,
            stage: stage(&record).ok_or(RecordError::Stage {
                state: record.state,
            })?,
            customer: record.customer,
            address: record.address,
            notes: record.notes,
        })
    }
}

/// The stage that a record describes; none unless it has exactly what belongs to its state.
fn stage(record: &Record) -> Option<Stage> {
    let reached = [
        true,
        record.assigned_at.is_some(),
        record.in_progress_at.is_some(),
        record.complete_at.is_some(),
        record.rated_at.is_some(),
    ];
    let expected = State::ALL.iter().map(|state| *state <= record.state);
    if !expected.eq(reached)
        || record.technician.is_some() != (record.state >= State::Assigned)
        || record.window.is_some() != (record.state >= State::Assigned)
        || record.previous_window.is_some() && record.state < State::Assigned
        || record.rating.is_some() != (record.state >= State::Rated)
    {
        return None;
    }
    let created = Created::new(record.created_at);
    let Some(assigned_at) = record.assigned_at else {
        return Some(Stage::Created(created));
    };
    let assignment = Assignment {
        technician: record.technician.clone()?,
        window: record.window.clone()?,
    };
    let assigned = created
        .assign(assignment, assigned_at)
        .with_previous(record.previous_window.clone());
    let Some(in_progress_at) = record.in_progress_at else {
        return Some(Stage::Assigned(assigned));
    };
    let in_progress = assigned.arrive(in_progress_at);
    let Some(complete_at) = record.complete_at else {
        return Some(Stage::InProgress(in_progress));
    };
    let complete = in_progress.complete(complete_at);
    let Some(rated_at) = record.rated_at else {
        return Some(Stage::Complete(complete));
    };
    Some(Stage::Rated(
        complete.rate(record.rating.clone()?, rated_at),
    ))
}

/// Why a record is no job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// It lacks what belongs to its state, or has what does not.
    #[error("the record does not hold exactly what a job in state {state} has")]
    Stage {
        /// The state that it names.
        state: State,
    },
    /// Its times are not in the order of the states, or it changed after its last change.
    #[error("the times in the record are not in order")]
    Times,
    /// Versions begin at 1.
    #[error("the record's version is 0")]
    Version,
    /// More messages than a thread can have.
    #[error("the record counts more than {} messages", MessageId::MAX_NUMBER)]
    Messages,
}
