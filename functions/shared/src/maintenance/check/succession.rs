//! Faults in the step from one document to the next.

use super::Faults;
use crate::maintenance::{Reading, Truck};

pub(super) fn check(previous: &Truck, next: &Truck, at: &str, faults: &mut Faults) {
    let odometer_at = format!("{at}/odometer");
    match (&previous.odometer, &next.odometer) {
        (Some(before), Some(after)) => {
            let at = format!("{odometer_at}/reading");
            if before.unit != after.unit && after.reading.correction.is_none() {
                let message = "changes the odometer's unit: add a `correction` to its reading";
                faults.add(format!("{odometer_at}/unit"), message);
            } else {
                reading(
                    &before.reading,
                    &after.reading,
                    before.unit != after.unit,
                    &at,
                    faults,
                );
            }
        }
        (Some(_), None) => gone(&odometer_at, faults),
        (None, _) => {}
    }
    let hours_at = format!("{at}/engineHours");
    match (&previous.engine_hours, &next.engine_hours) {
        (Some(before), Some(after)) => reading(before, after, false, &hours_at, faults),
        (Some(_), None) => gone(&hours_at, faults),
        (None, _) => {}
    }
}

/// Taking a meter out and putting it in again would be a way backwards that nobody sees.
fn gone(at: &str, faults: &mut Faults) {
    faults.add(at, "is missing: a truck keeps the meter that it has");
}

fn reading(before: &Reading, after: &Reading, other_unit: bool, at: &str, faults: &mut Faults) {
    if before == after && !other_unit {
        return;
    }
    if let Some(correction) = &after.correction {
        if correction.previous != before.value {
            let expected = before.value;
            let message = format!(
                "is not the reading until now, {expected}: a `correction` names the reading that it corrects; leave it out otherwise"
            );
            faults.add(format!("{at}/correction/previous"), message);
        }
        return;
    }
    if after.value < before.value {
        let expected = before.value;
        let message = format!(
            "is less than the reading until now, {expected}: add a `correction` if that was wrong"
        );
        faults.add(format!("{at}/value"), message);
    }
    if after.read_at < before.read_at {
        let message = "is before the reading until now: add a `correction` if that was wrong";
        faults.add(format!("{at}/readAt"), message);
    }
}
