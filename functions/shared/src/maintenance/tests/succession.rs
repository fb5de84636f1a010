//! Meters never go backwards without a correction.

use proptest::prelude::*;

use super::{seed, time};
use crate::maintenance::*;

fn told(next: &MaintenanceDocument) -> String {
    let faults = MaintenanceDocument::check_succession(&seed(), next).into_iter();
    faults
        .map(|fault| format!("{}: {}", fault.pointer, fault.message))
        .collect::<Vec<_>>()
        .join("\n")
}

fn odometer(document: &mut MaintenanceDocument) -> &mut Reading {
    &mut document.trucks[0].odometer.as_mut().unwrap().reading
}

fn correction(previous: i64) -> Correction {
    Correction {
        previous: Measure::whole(previous),
        reason: "typed 48,215 for 42,815".into(),
    }
}

#[test]
fn backwards_needs_a_correction() {
    let mut next = seed();
    odometer(&mut next).value = Measure::whole(42_815);
    next.trucks[1].engine_hours.as_mut().unwrap().read_at = time("2026-11-19T00:00:00Z");
    insta::assert_snapshot!(told(&next), @r"
    /trucks/0/odometer/reading/value: is less than the reading until now, 48215: add a `correction` if that was wrong
    /trucks/1/engineHours/readAt: is before the reading until now: add a `correction` if that was wrong
    ");

    odometer(&mut next).correction = Some(correction(48_215));
    next.trucks[1].engine_hours.as_mut().unwrap().read_at = time("2026-11-21T00:00:00Z");
    assert_eq!(told(&next), "");
}

#[test]
fn a_correction_is_good_for_one_reading() {
    let mut corrected = seed();
    odometer(&mut corrected).value = Measure::whole(42_815);
    odometer(&mut corrected).correction = Some(correction(48_215));
    assert_eq!(
        MaintenanceDocument::check_succession(&corrected, &corrected),
        []
    );

    let mut next = corrected.clone();
    odometer(&mut next).value = Measure::whole(100);
    let faults = MaintenanceDocument::check_succession(&corrected, &next);
    insta::assert_snapshot!(faults[0].message, @"is not the reading until now, 42815: a `correction` names the reading that it corrects; leave it out otherwise");
    assert_eq!(faults.len(), 1);
}

#[test]
fn meters_stay_and_units_change_with_a_correction() {
    let mut next = seed();
    next.trucks[0].odometer.as_mut().unwrap().unit = DistanceUnit::Km;
    next.trucks[1].engine_hours = None;
    next.trucks[2].odometer = None;
    insta::assert_snapshot!(told(&next), @r"
    /trucks/0/odometer/unit: changes the odometer's unit: add a `correction` to its reading
    /trucks/1/engineHours: is missing: a truck keeps the meter that it has
    /trucks/2/odometer: is missing: a truck keeps the meter that it has
    ");

    let mut next = seed();
    next.trucks[0].odometer.as_mut().unwrap().unit = DistanceUnit::Km;
    odometer(&mut next).value = Measure::whole(77_594);
    odometer(&mut next).correction = Some(correction(48_215));
    assert_eq!(told(&next), "");
}

#[test]
fn trucks_come_and_go() {
    let mut next = seed();
    next.trucks.remove(0);
    next.trucks[0].id = "truck-4".into();
    assert_eq!(told(&next), "");
    assert_eq!(MaintenanceDocument::check_succession(&next, &seed()), []);
}

proptest! {
    #[test]
    fn lower_is_refused_unless_the_reading_is_named(before in 0_i64..1000, after in 0_i64..1000, named in prop::option::of(0_i64..1000)) {
        let (mut previous, mut next) = (seed(), seed());
        odometer(&mut previous).value = Measure::whole(before);
        odometer(&mut next).value = Measure::whole(after);
        odometer(&mut next).correction = named.map(correction);
        let faults = MaintenanceDocument::check_succession(&previous, &next);
        let right = named.map_or(after >= before, |named| named == before);
        prop_assert_eq!(faults.is_empty(), right, "{:?}", faults);
    }
}
