//! The job.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::record::Record;
use super::stage::{Assigned, Created, Rated, Stage};
use super::{Customer, Notice, NoticeKind, State, Technician};
use crate::charge::Charge;
use crate::id::{JobId, LinkId, MessageId};
use crate::rating::Rating;
use crate::text;
use crate::window::ArrivalWindow;
use crate::words::FreeText;

/// Where the work is.
pub type Address = FreeText<300>;

/// What the operator wants remembered.
pub type Notes = FreeText<2000>;

/// A job. Its JSON is the stored form (`record`), not an answer: it holds the link id. `Debug` shows no name,
/// number or address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Record", into = "Record")]
pub struct Job {
    pub(super) id: JobId,
    pub(super) link: LinkId,
    pub(super) generation: u8,
    pub(super) customer: Customer,
    pub(super) address: Option<Address>,
    pub(super) notes: Option<Notes>,
    pub(super) charge: Option<Charge>,
    pub(super) updated_at: Timestamp,
    pub(super) version: u64,
    pub(super) messages: u32,
    pub(super) stage: Stage,
}

/// What a job is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    /// Who orders it.
    pub customer: Customer,
    /// Where the work is.
    pub address: Option<Address>,
    /// What to remember.
    pub notes: Option<Notes>,
}

impl Job {
    /// A new job, version 1, and its confirmation, message 1.
    pub fn create(new: NewJob, id: JobId, link: LinkId, now: Timestamp) -> (Job, Notice) {
        let job = Job {
            id,
            link,
            generation: 0,
            customer: new.customer,
            address: new.address,
            notes: new.notes,
            charge: None,
            updated_at: now,
            version: 1,
            messages: 1,
            stage: Stage::Created(Created::new(now)),
        };
        let notice = Notice {
            id: MessageId::of(id, 1).expect("1 is a message's number"),
            kind: NoticeKind::Created,
            text: text::created(id),
        };
        (job, notice)
    }

    /// Its id.
    pub const fn id(&self) -> JobId {
        self.id
    }

    /// The tracking link's id.
    pub const fn link(&self) -> LinkId {
        self.link
    }

    /// Tokens of the link with another generation are void.
    pub const fn generation(&self) -> u8 {
        self.generation
    }

    /// Who ordered it.
    pub const fn customer(&self) -> &Customer {
        &self.customer
    }

    /// Where the work is.
    pub const fn address(&self) -> Option<&Address> {
        self.address.as_ref()
    }

    /// What the operator wants remembered.
    pub const fn notes(&self) -> Option<&Notes> {
        self.notes.as_ref()
    }

    /// What it costs.
    pub const fn charge(&self) -> Option<&Charge> {
        self.charge.as_ref()
    }

    /// When it was created.
    pub fn created_at(&self) -> Timestamp {
        self.entered(State::Created).expect("every job was created")
    }

    /// When it last changed; never before any other of its times.
    pub const fn updated_at(&self) -> Timestamp {
        self.updated_at
    }

    /// Counts the changes, from 1.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// How many messages its thread has: the number of the last one.
    pub const fn messages(&self) -> u32 {
        self.messages
    }

    /// Where it stands.
    pub const fn state(&self) -> State {
        self.stage.state()
    }

    /// When it came to be in a state; none for one that it has not reached.
    pub fn entered(&self, state: State) -> Option<Timestamp> {
        self.stage.entered(state)
    }

    /// Who does it, from ASSIGNED on.
    pub fn technician(&self) -> Option<&Technician> {
        let assigned = self.stage.assigned();
        assigned.map(|stage| &stage.assignment().technician)
    }

    /// When the technician arrives, from ASSIGNED on.
    pub fn window(&self) -> Option<&ArrivalWindow> {
        let assigned = self.stage.assigned();
        assigned.map(|stage| &stage.assignment().window)
    }

    /// When the technician was to arrive before the window was changed last; none when it was not.
    pub fn previous_window(&self) -> Option<&ArrivalWindow> {
        self.stage.assigned().and_then(Assigned::previous)
    }

    /// What the customer thinks of it, once RATED.
    pub fn rating(&self) -> Option<&Rating> {
        self.stage.rated().map(Rated::rating)
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Job")
            .field("id", &self.id)
            .field("state", &self.state())
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}
