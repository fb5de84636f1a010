//! Faults of equipment.

use std::collections::BTreeSet;

use super::{Faults, terms};
use crate::maintenance::Equipment;

/// `places` are the ids of all trucks, and the yard.
pub(super) fn check(item: &Equipment, at: &str, places: &BTreeSet<&str>, faults: &mut Faults) {
    terms::name(&item.name, at, faults);
    let known = item.rotation.contains(&item.location);
    faults.require(
        known,
        format!("{at}/location"),
        "is no place of the rotation",
    );
    let rotation_at = format!("{at}/rotation");
    faults.require(
        item.rotation.len() >= 2,
        &rotation_at,
        "has fewer than two places",
    );
    for (index, place) in item.rotation.iter().enumerate() {
        let at = format!("{rotation_at}/{index}");
        let known = places.contains(place.as_str());
        faults.require(
            known,
            &at,
            "is not the id of a truck of this document, nor `yard`",
        );
        let repeated = item.rotation[..index].contains(place);
        faults.require(!repeated, &at, "stands in this list twice");
    }
    terms::time_interval(&item.interval, &format!("{at}/interval"), faults);
}
