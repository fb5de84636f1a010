//! Every fault of a document, and of its step from the one before.

mod equipment;
mod succession;
mod supply;
mod terms;
mod truck;

use std::collections::BTreeSet;
use std::fmt::Display;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::{MaintenanceDocument, YARD};
use crate::problem;

/// Something in a document that is not as it has to be. Never repeats a text of the document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fault {
    /// Where, as a JSON pointer (RFC 6901). Something that is missing is named where it should be.
    pub pointer: String,
    /// What is wrong, and what is expected.
    pub message: String,
}

/// For an answer: there a pointer is a URI fragment.
impl From<Fault> for problem::Fault {
    fn from(fault: Fault) -> Self {
        problem::Fault::pointer(format!("#{}", fault.pointer), fault.message)
    }
}

/// Faults as they are found.
#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, pointer: impl Display, message: impl Into<String>) {
        self.0.push(Fault {
            pointer: pointer.to_string(),
            message: message.into(),
        });
    }

    /// Adds the fault unless what is asked for holds.
    fn require(&mut self, holds: bool, pointer: impl Display, message: &str) {
        if !holds {
            self.add(pointer, message);
        }
    }
}

impl MaintenanceDocument {
    /// Every fault, in the order of the document; none when it is as it has to be.
    pub fn validate(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        faults.require(
            TimeZone::get(&self.time_zone).is_ok(),
            "/timeZone",
            "is not a time zone of the IANA database, like `America/New_York`",
        );
        let mut ids = BTreeSet::new();
        for (index, truck) in self.trucks.iter().enumerate() {
            let at = format!("/trucks/{index}");
            terms::id(&truck.id, &at, &mut ids, &mut faults);
            faults.require(
                truck.id != YARD,
                format!("{at}/id"),
                "`yard` is not a truck",
            );
            truck::check(truck, &at, &mut faults);
        }
        let mut places: BTreeSet<&str> =
            self.trucks.iter().map(|truck| truck.id.as_str()).collect();
        places.insert(YARD);
        let mut ids = BTreeSet::new();
        for (index, item) in self.equipment.iter().enumerate() {
            let at = format!("/equipment/{index}");
            terms::id(&item.id, &at, &mut ids, &mut faults);
            equipment::check(item, &at, &places, &mut faults);
        }
        let mut ids = BTreeSet::new();
        for (index, supply) in self.supplies.iter().enumerate() {
            let at = format!("/supplies/{index}");
            terms::id(&supply.id, &at, &mut ids, &mut faults);
            supply::check(supply, &at, &mut faults);
        }
        faults.0
    }

    /// Every fault in the step from one document to the next: meters never go backwards without a correction
    /// that names the reading it corrects. Pointers lead into the next document, whose own faults are
    /// [`MaintenanceDocument::validate`]'s.
    pub fn check_succession(previous: &Self, next: &Self) -> Vec<Fault> {
        let mut faults = Faults::default();
        for (index, truck) in next.trucks.iter().enumerate() {
            if let Some(before) = previous.trucks.iter().find(|before| before.id == truck.id) {
                succession::check(before, truck, &format!("/trucks/{index}"), &mut faults);
            }
        }
        faults.0
    }
}
