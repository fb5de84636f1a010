//! Equipment that moves between trucks and yard, so that wear is shared and everything comes past the yard.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::period::TimeInterval;

/// The place of equipment that is on no truck. No truck may have this id.
pub const YARD: &str = "yard";

/// A piece of equipment, or a set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Equipment {
    /// Its id, unlike any other equipment's.
    pub id: String,
    /// What people call it, 1 to 60 characters.
    pub name: String,
    /// Where it is: a truck's id, or `yard`; one of `rotation`.
    pub location: String,
    /// The places that it goes round, in this order; at least two.
    pub rotation: Vec<String>,
    /// How often it moves on.
    pub interval: TimeInterval,
    /// When it came to where it is.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date")))]
    pub last_rotated: Date,
}

impl Equipment {
    /// Where it goes next; `None` when its location is no place of its rotation.
    pub fn next_location(&self) -> Option<&str> {
        let here = self
            .rotation
            .iter()
            .position(|place| *place == self.location)?;
        let next = (here + 1) % self.rotation.len();
        self.rotation.get(next).map(String::as_str)
    }
}
