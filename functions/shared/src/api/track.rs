//! A job as its customer sees it: no phone number, no surname, nothing of the operator's.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::charge::Charge;
use crate::id::JobId;
use crate::job::{Job, NextStep, State};
use crate::message::{Delivery, Entry, Message, MessageKind};
use crate::phone::PhoneNumber;
use crate::rating::Rating;
use crate::segments::SmsText;
use crate::window::ArrivalWindow;

/// A job as its customer sees it. What its state does not have is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrackAnswer {
    /// The job's id.
    pub id: JobId,
    /// Where it stands.
    pub state: State,
    /// What the customer can expect or do, most pressing first.
    pub next_steps: Vec<TrackStep>,
    /// The technician's first name, from ASSIGNED on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technician: Option<String>,
    /// When the technician arrives, from ASSIGNED on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<TrackWindow>,
    /// What it costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge: Option<Charge>,
    /// The customer's rating, once RATED.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
    /// What to print, once RATED.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// The texts that the customer got, oldest first.
    pub messages: Vec<TrackMessage>,
    /// Whom the customer may call.
    pub support_phone: PhoneNumber,
    /// When the job was created.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date-time")))]
    pub created_at: Timestamp,
    /// When it last changed.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date-time")))]
    pub updated_at: Timestamp,
}

/// One of the customer's next steps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrackStep {
    /// Which one.
    pub step: NextStep,
    /// In words: `Payment due`.
    pub text: String,
}

/// When the technician arrives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrackWindow {
    /// From when.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date-time")))]
    pub start: Timestamp,
    /// Until when.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date-time")))]
    pub end: Timestamp,
    /// The place's time zone, by its name in the IANA database.
    pub zone: String,
    /// In words, on the clock of the place: `Sun Nov 22, 1-3 pm EST`.
    pub text: String,
    /// What it was before it was changed; absent when it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<PreviousWindow>,
}

/// When the technician was to arrive before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PreviousWindow {
    /// From when.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date-time")))]
    pub start: Timestamp,
    /// Until when.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date-time")))]
    pub end: Timestamp,
    /// The place's time zone, by its name in the IANA database.
    pub zone: String,
    /// In words, on the clock of the place.
    pub text: String,
}

/// A text that the customer got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrackMessage {
    /// Why it was sent.
    pub kind: MessageKind,
    /// The text. `[link]` stands where the tracking link was.
    pub text: SmsText,
    /// When it was written.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date-time")))]
    pub created_at: Timestamp,
    /// What became of it.
    pub delivery: Delivery,
}

/// What a receipt says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Receipt {
    /// The job's id, the receipt's number.
    pub number: JobId,
    /// When the work was done.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date-time")))]
    pub completed_at: Timestamp,
    /// What it cost, and since when that is paid; absent when nobody named a charge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge: Option<Charge>,
}

impl TrackAnswer {
    /// The customer's view of a job and its thread.
    pub fn new(job: &Job, entries: &[Entry], support_phone: PhoneNumber) -> Self {
        TrackAnswer {
            id: job.id(),
            state: job.state(),
            next_steps: job.next_steps().into_iter().map(TrackStep::from).collect(),
            technician: job.technician().map(|who| who.name.first().to_owned()),
            window: job
                .window()
                .map(|window| TrackWindow::new(window, job.previous_window())),
            charge: job.charge().copied(),
            rating: job.rating().cloned(),
            receipt: Receipt::of(job),
            messages: entries.iter().filter_map(TrackMessage::of).collect(),
            support_phone,
            created_at: job.created_at(),
            updated_at: job.updated_at(),
        }
    }
}

impl From<NextStep> for TrackStep {
    fn from(step: NextStep) -> Self {
        TrackStep {
            step,
            text: step.text().to_owned(),
        }
    }
}

impl TrackWindow {
    fn new(window: &ArrivalWindow, previous: Option<&ArrivalWindow>) -> Self {
        TrackWindow {
            start: window.start(),
            end: window.end(),
            zone: window.zone().to_owned(),
            text: window.describe(),
            previous: previous.map(PreviousWindow::from),
        }
    }
}

impl From<&ArrivalWindow> for PreviousWindow {
    fn from(window: &ArrivalWindow) -> Self {
        PreviousWindow {
            start: window.start(),
            end: window.end(),
            zone: window.zone().to_owned(),
            text: window.describe(),
        }
    }
}

impl Receipt {
    /// The receipt of a job that is RATED: before, the link in the customer's texts asks for something else.
    fn of(job: &Job) -> Option<Self> {
        job.entered(State::Rated)?;
        Some(Receipt {
            number: job.id(),
            completed_at: job.entered(State::Complete)?,
            charge: job.charge().copied(),
        })
    }
}

impl TrackMessage {
    fn of(entry: &Entry) -> Option<Self> {
        match entry {
            Entry::Outbound(message) if is_for_customer(message) => Some(TrackMessage {
                kind: message.kind,
                text: message.text.clone(),
                created_at: message.created_at,
                delivery: message.delivery(),
            }),
            Entry::Outbound(_) | Entry::Inbound(_) => None,
        }
    }
}

const fn is_for_customer(message: &Message) -> bool {
    match message.kind {
        MessageKind::Created
        | MessageKind::Assigned
        | MessageKind::Changed
        | MessageKind::InProgress
        | MessageKind::Complete
        | MessageKind::Rated
        | MessageKind::Operator
        | MessageKind::Link => true,
        MessageKind::Relayed | MessageKind::Alert => false,
    }
}
