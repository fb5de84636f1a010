//! Maintenance data: trucks with their meters and service schedules, equipment that moves between trucks and
//! yard, fuel and supplies; what the document has to keep, what is due, and which alerts that raises. What is
//! derived is computed and never stored. The document lies in the site bucket as `data/maintenance.json`;
//! reading and writing it belongs to the functions.
//!
//! | file | holds |
//! |---|---|
//! | `document` | the document and its trucks |
//! | `equipment`, `supply` | its other parts |
//! | `measure`, `period` | quantities and spans of the calendar |
//! | `check` | every fault of a document, and of its step from the one before |
//! | `due` | what is due, and alerts |

mod check;
mod document;
mod due;
mod equipment;
mod measure;
mod period;
mod supply;
#[cfg(test)]
mod tests;

pub use check::Fault;
pub use document::{
    Correction, DistanceUnit, Intervals, LastService, MaintenanceDocument, MeterInterval, Odometer,
    Reading, Schedule, Truck,
};
pub use due::{Alert, Due, DuePoint, DueStatus, Method, MethodDue};
pub use equipment::{Equipment, YARD};
pub use measure::Measure;
pub use period::{Period, TimeInterval, TimeUnit};
pub use supply::{ProcurementWindow, Supply, SupplyKind};

/// The JSON Schema of the document, made of the types.
#[cfg(feature = "schema")]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(MaintenanceDocument).to_value()
}
