//! What is due. Computed from the document and the time, never stored.

mod alert;
mod entry;
mod equipment;
mod supply;
mod truck;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

pub use alert::Alert;
use entry::Entry;

use super::{DistanceUnit, MaintenanceDocument, Measure};

/// How near something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum DueStatus {
    /// Nothing to do.
    Ok,
    /// Within the threshold; at the latest on the day, or at the reading, when it is due.
    DueSoon,
    /// Past it.
    Overdue,
}

/// What says when something is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Method {
    /// The odometer.
    Distance,
    /// The calendar.
    Time,
    /// The meter of engine hours.
    EngineHours,
    /// How much there is.
    Stock,
    /// When it can be ordered.
    Window,
}

/// One thing that is due, now or some day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Due {
    /// Its path in the document: `truck/<truck>/<schedule>`, `equipment/<id>`, `supply/<id>`.
    pub schedule: String,
    /// What it is, for people.
    pub what: String,
    /// Whichever comes first decides.
    pub status: DueStatus,
    /// The method that decides: the worst status, then the smallest part of its interval left.
    pub decided_by: Method,
    /// Each method, in the order of [`Method`].
    pub methods: Vec<MethodDue>,
}

/// When something is due by one method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MethodDue {
    /// When, and how far that is.
    pub due: DuePoint,
    /// How near that is.
    pub status: DueStatus,
}

/// When something is due, and how much is left until then: less than 0 once it is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "method",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum DuePoint {
    /// By the odometer.
    Distance {
        /// At this reading.
        at: Measure,
        /// How much is left.
        #[cfg_attr(feature = "schema", schemars(with = "f64"))]
        left: Measure,
        /// The odometer's unit.
        unit: DistanceUnit,
    },
    /// By the calendar.
    Time {
        /// On this day.
        #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date")))]
        on: Date,
        /// How many days are left.
        days_left: i64,
    },
    /// By the meter of engine hours.
    EngineHours {
        /// At this reading.
        at: Measure,
        /// How much is left.
        #[cfg_attr(feature = "schema", schemars(with = "f64"))]
        left: Measure,
    },
    /// By what is there.
    Stock {
        /// With this much or less.
        reorder_point: Measure,
        /// How much more than that there is.
        #[cfg_attr(feature = "schema", schemars(with = "f64"))]
        left: Measure,
        /// What is counted.
        unit: String,
    },
    /// By the window in which it has to be ordered.
    Window {
        /// From this day.
        #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date")))]
        opens: Date,
        /// To this day.
        #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date")))]
        closes: Date,
        /// How many days are left until it closes.
        days_left: i64,
    },
}

impl DuePoint {
    /// The method.
    pub const fn method(&self) -> Method {
        match self {
            DuePoint::Distance { .. } => Method::Distance,
            DuePoint::Time { .. } => Method::Time,
            DuePoint::EngineHours { .. } => Method::EngineHours,
            DuePoint::Stock { .. } => Method::Stock,
            DuePoint::Window { .. } => Method::Window,
        }
    }
}

impl MaintenanceDocument {
    /// Everything with its status, in the order of the document. Of a document with faults, what cannot be
    /// computed is left out.
    pub fn due(&self, now: Timestamp) -> Vec<Due> {
        self.entries(now)
            .into_iter()
            .filter_map(Entry::due)
            .collect()
    }

    /// The reminders that are reached, in the order of the document: of each thing the most urgent one, so that
    /// a document which comes late does not raise them all. The same until a further reminder or the next
    /// service: who sends them keeps which [`Alert::thread`] was sent.
    pub fn alerts(&self, now: Timestamp) -> Vec<Alert> {
        self.entries(now).iter().filter_map(Entry::alert).collect()
    }

    fn entries(&self, now: Timestamp) -> Vec<Entry> {
        let zone = TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC);
        let today = now.to_zoned(zone).date();
        let trucks = self
            .trucks
            .iter()
            .flat_map(|truck| truck::entries(truck, today));
        let equipment = self
            .equipment
            .iter()
            .map(|item| equipment::entry(item, &self.trucks, today));
        let supplies = self
            .supplies
            .iter()
            .map(|supply| supply::entry(supply, today));
        trucks.chain(equipment).chain(supplies).collect()
    }
}
