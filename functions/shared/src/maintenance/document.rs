//! The document, and the trucks in it: meters, readings, service schedules.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::equipment::Equipment;
use super::measure::Measure;
use super::period::TimeInterval;
use super::supply::Supply;

/// All maintenance data. Any document of this form can be read; [`MaintenanceDocument::validate`] says what is
/// wrong with it. Ids are 1 to 40 of `a-z`, `0-9` and `-`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MaintenanceDocument {
    /// Name of a time zone in the IANA database, like `America/New_York`: when a day begins.
    pub time_zone: String,
    /// The trucks.
    pub trucks: Vec<Truck>,
    /// What moves between trucks and yard.
    pub equipment: Vec<Equipment>,
    /// Fuel and supplies.
    pub supplies: Vec<Supply>,
}

/// A truck.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Truck {
    /// Its id, unlike any other truck's.
    pub id: String,
    /// What people call it, 1 to 60 characters.
    pub name: String,
    /// Its odometer. Needed for service by distance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub odometer: Option<Odometer>,
    /// Its meter of engine hours. Needed for service by engine hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine_hours: Option<Reading>,
    /// What is serviced.
    pub schedules: Vec<Schedule>,
}

/// An odometer. Its unit holds for every distance of its truck.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Odometer {
    /// What it counts.
    pub unit: DistanceUnit,
    /// What it showed last.
    pub reading: Reading,
}

/// A unit of distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum DistanceUnit {
    /// Kilometres.
    Km,
    /// Miles.
    Mi,
}

impl DistanceUnit {
    /// The unit's sign.
    pub const fn as_str(self) -> &'static str {
        match self {
            DistanceUnit::Km => "km",
            DistanceUnit::Mi => "mi",
        }
    }
}

/// What a meter showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reading {
    /// What it showed.
    pub value: Measure,
    /// When it was read.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date-time")))]
    pub read_at: Timestamp,
    /// Says that the reading before was wrong, or the meter was changed: only then may a reading be lower.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<Correction>,
}

/// Why a reading is not above the one before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Correction {
    /// The reading that is corrected: the one in the document until now.
    pub previous: Measure,
    /// Why, 1 to 200 characters.
    pub reason: String,
}

/// A service of a truck, due by distance, time or engine hours, whichever comes first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Schedule {
    /// Its id, unlike any other of the truck's.
    pub id: String,
    /// What is done, 1 to 60 characters.
    pub name: String,
    /// When it is due again; at least one of them.
    pub intervals: Intervals,
    /// When it was done last.
    pub last_service: LastService,
}

/// How long until the next service, by each method.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Intervals {
    /// By distance, in the odometer's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance: Option<MeterInterval>,
    /// By time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeInterval>,
    /// By engine hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine_hours: Option<MeterInterval>,
}

/// Something that is due again and again, by a meter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MeterInterval {
    /// So much after the last time.
    pub every: Measure,
    /// So much before, it counts as due soon.
    pub due_soon_threshold: Measure,
    /// So much before, an alert is raised; 0 is when it is due.
    pub reminder_offsets: Vec<Measure>,
}

/// When a service was done last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LastService {
    /// On which day.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date")))]
    pub date: Date,
    /// What the odometer showed. Needed for service by distance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub odometer: Option<Measure>,
    /// What the meter of engine hours showed. Needed for service by engine hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine_hours: Option<Measure>,
}
