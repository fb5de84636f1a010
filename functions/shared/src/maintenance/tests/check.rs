//! Every fault is found, where it is, and nothing else.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::{seed, world};
use crate::maintenance::*;

type Spoil = fn(&mut MaintenanceDocument);

/// Ways to spoil the seed, each on a part of its own, and what they are told.
const FAULTS: &[(&str, &str, Spoil)] = &[
    (
        "/timeZone",
        "is not a time zone of the IANA database, like `America/New_York`",
        |it| it.time_zone = "Mars/Base".into(),
    ),
    (
        "/trucks/1/id",
        "is the id of an earlier entry of this list as well",
        |it| {
            it.trucks[1].id = "truck-1".into();
            it.equipment.clear();
        },
    ),
    (
        "/trucks/0/name",
        "is not a text of 1 to 60 characters, no spaces around it and no line breaks",
        |it| it.trucks[0].name = " ".into(),
    ),
    (
        "/trucks/0/odometer/reading/correction/previous",
        "is negative",
        |it| {
            it.trucks[0].odometer.as_mut().unwrap().reading.correction = Some(Correction {
                previous: Measure::whole(-1),
                reason: "typo".into(),
            });
        },
    ),
    (
        "/trucks/1/engineHours/correction/reason",
        "is not a text of 1 to 200 characters, no spaces around it and no line breaks",
        |it| {
            it.trucks[1].engine_hours.as_mut().unwrap().correction = Some(Correction {
                previous: Measure::whole(1),
                reason: String::new(),
            });
        },
    ),
    (
        "/trucks/0/schedules/0/lastService/odometer",
        "is more than the meter shows: read the meter again, or correct the service",
        |it| {
            it.trucks[0].schedules[0].last_service.odometer = Some(Measure::whole(48_216));
        },
    ),
    (
        "/trucks/0/schedules/0/lastService/engineHours",
        "is missing: there is an interval by this meter",
        |it| {
            it.trucks[0].schedules[0].last_service.engine_hours = None;
        },
    ),
    (
        "/trucks/0/schedules/0/intervals/distance/dueSoonThreshold",
        "is not less than the interval",
        |it| {
            distance(it, 0).due_soon_threshold = Measure::whole(7500);
        },
    ),
    (
        "/trucks/0/schedules/0/intervals/distance/reminderOffsets/1",
        "is negative",
        |it| {
            distance(it, 0).reminder_offsets[1] = Measure::whole(-1);
        },
    ),
    (
        "/trucks/0/schedules/1/intervals/distance/every",
        "is not more than 0",
        |it| distance(it, 1).every = Measure::ZERO,
    ),
    (
        "/trucks/0/schedules/2/id",
        "is not an id, expected 1 to 40 of a-z, 0-9 and `-`",
        |it| it.trucks[0].schedules[2].id = "a/b".into(),
    ),
    (
        "/trucks/0/schedules/2/intervals/time/every/value",
        "is not between 1 and 1000",
        |it| time(it, 2).every.value = 0,
    ),
    (
        "/trucks/0/schedules/3/intervals/time/dueSoonThresholdDays",
        "is not less than the interval",
        |it| time(it, 3).due_soon_threshold_days = 24 * 28,
    ),
    (
        "/trucks/0/schedules/4/intervals/time/reminderOffsetsDays/1",
        "stands in this list twice",
        |it| time(it, 4).reminder_offsets_days[1] = 30,
    ),
    (
        "/trucks/1/schedules/1/intervals",
        "has no interval, expected distance, time or engineHours",
        |it| {
            it.trucks[1].schedules[1].intervals = Intervals::default();
        },
    ),
    (
        "/trucks/2/schedules/1/intervals/engineHours",
        "needs a meter of engine hours, and the truck has none",
        |it| {
            it.trucks[2].engine_hours = None;
            it.trucks[2].schedules[0].intervals.engine_hours = None;
        },
    ),
    (
        "/supplies/0/quantityOnHand",
        "is more than maxStockLevel",
        |it| it.supplies[0].quantity_on_hand = Measure::from_hundredths(50_001),
    ),
    ("/supplies/1/reorderPoint", "is negative", |it| {
        it.supplies[1].reorder_point = Measure::whole(-1);
    }),
    (
        "/supplies/2/reorderQuantity",
        "with reorderPoint is more than maxStockLevel: it would not fit",
        |it| {
            it.supplies[2].reorder_quantity = Measure::whole(73);
        },
    ),
    (
        "/supplies/3/procurementWindows/0/closes",
        "is before the window opens",
        |it| {
            it.supplies[3].procurement_windows[0].closes = date(2026, 1, 11);
        },
    ),
    (
        "/supplies/1/procurementWindows/0/repeat",
        "begins again before the window closes",
        |it| {
            it.supplies[1].procurement_windows[0].closes = date(2026, 2, 9);
        },
    ),
    (
        "/supplies/4/reminderOffsetsDays/0",
        "counts back from the end of a window, and there is none: expected 0",
        |it| {
            it.supplies[4].reminder_offsets_days = vec![3];
        },
    ),
    (
        "/supplies/5/countedOn",
        "is before the last delivery: count again",
        |it| it.supplies[5].counted_on = date(2026, 8, 30),
    ),
    (
        "/supplies/6/unit",
        "is not a text of 1 to 12 characters, no spaces around it and no line breaks",
        |it| it.supplies[6].unit = "b\nags".into(),
    ),
];

fn distance(document: &mut MaintenanceDocument, schedule: usize) -> &mut MeterInterval {
    document.trucks[0].schedules[schedule]
        .intervals
        .distance
        .as_mut()
        .unwrap()
}

fn time(document: &mut MaintenanceDocument, schedule: usize) -> &mut TimeInterval {
    document.trucks[0].schedules[schedule]
        .intervals
        .time
        .as_mut()
        .unwrap()
}

fn told(document: &MaintenanceDocument) -> BTreeSet<(String, String)> {
    let faults = document.validate().into_iter();
    faults.map(|fault| (fault.pointer, fault.message)).collect()
}

fn lines(document: &MaintenanceDocument) -> String {
    let faults = document.validate().into_iter();
    faults
        .map(|fault| format!("{}: {}", fault.pointer, fault.message))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn faults_of_equipment() {
    let mut document = seed();
    document.equipment[0].location = "truck-9".into();
    document.equipment[1].rotation = vec!["truck-3".into(), "truck-3".into(), "truck-9".into()];
    document.equipment[2].rotation = vec!["truck-2".into()];
    document.equipment[3].id = "tarps-a".into();
    document.equipment[4].interval.due_soon_threshold_days = -1;
    insta::assert_snapshot!(lines(&document), @r"
    /equipment/0/location: is no place of the rotation
    /equipment/1/rotation/1: stands in this list twice
    /equipment/1/rotation/2: is not the id of a truck of this document, nor `yard`
    /equipment/2/rotation: has fewer than two places
    /equipment/3/id: is the id of an earlier entry of this list as well
    /equipment/4/interval/dueSoonThresholdDays: is negative
    ");
}

#[test]
fn an_answer_points_by_fragment() {
    let mut document = seed();
    document.time_zone = String::new();
    let fault = crate::problem::Fault::from(document.validate().remove(0));
    insta::assert_snapshot!(serde_json::to_string(&fault).unwrap(), @r##"{"pointer":"#/timeZone","detail":"is not a time zone of the IANA database, like `America/New_York`"}"##);
}

#[test]
fn the_yard_is_no_truck() {
    let mut document = seed();
    document.trucks[1].id = YARD.to_owned();
    document.equipment.clear();
    insta::assert_snapshot!(lines(&document), @"/trucks/1/id: `yard` is not a truck");
}

/// What a pointer leads to in the document, or the place where it should be.
fn leads_somewhere(document: &MaintenanceDocument, pointer: &str) -> bool {
    let json = serde_json::to_value(document).unwrap();
    let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
    json.pointer(pointer)
        .or_else(|| json.pointer(parent))
        .is_some()
}

proptest! {
    #[test]
    fn a_document_without_fault_has_none_and_survives_json(document in world::document()) {
        prop_assert_eq!(document.validate(), []);
        let json = serde_json::to_string(&document).unwrap();
        prop_assert_eq!(&serde_json::from_str::<MaintenanceDocument>(&json).unwrap(), &document);
    }

    /// Any faults together are told together, each once.
    #[test]
    fn exactly_the_faults_are_told(chosen in prop::collection::btree_set(0..FAULTS.len(), 0..=FAULTS.len())) {
        let mut document = seed();
        for index in &chosen {
            FAULTS[*index].2(&mut document);
        }
        let expected: BTreeSet<_> = chosen.iter().map(|index| (FAULTS[*index].0.to_owned(), FAULTS[*index].1.to_owned())).collect();
        let found = told(&document);
        prop_assert_eq!(&found, &expected);
        prop_assert_eq!(document.validate().len(), expected.len());
        for (pointer, _) in &found {
            prop_assert!(leads_somewhere(&document, pointer), "{}", pointer);
        }
    }

    /// Numbers at their ends: faults, never a panic; and nothing computed from them panics either.
    #[test]
    fn wild_numbers_do_no_harm(document in world::document(), wild in prop::collection::vec(any::<i64>(), 8), now in any::<i64>()) {
        let mut document = document;
        for truck in &mut document.trucks {
            for reading in truck.odometer.iter_mut().map(|odometer| &mut odometer.reading).chain(&mut truck.engine_hours) {
                reading.value = Measure::from_hundredths(wild[0]);
            }
            for schedule in &mut truck.schedules {
                schedule.last_service.odometer = Some(Measure::from_hundredths(wild[1]));
                for interval in schedule.intervals.distance.iter_mut().chain(&mut schedule.intervals.engine_hours) {
                    interval.every = Measure::from_hundredths(wild[2]);
                    interval.reminder_offsets = vec![Measure::from_hundredths(wild[3])];
                }
                if let Some(interval) = &mut schedule.intervals.time {
                    interval.every.value = wild[4];
                    interval.reminder_offsets_days = vec![wild[5]];
                }
            }
        }
        for supply in &mut document.supplies {
            supply.name = "x".repeat(1000);
            supply.unit = "x".repeat(1000);
            supply.quantity_on_hand = Measure::from_hundredths(wild[6]);
            supply.counted_on = if wild[6] < 0 { Date::MIN } else { Date::MAX };
            for window in &mut supply.procurement_windows {
                window.repeat = Some(Period { value: wild[7], unit: TimeUnit::Months });
            }
        }
        document.validate();
        let now = jiff::Timestamp::from_second(now % 200_000_000_000).unwrap();
        document.due(now);
        for alert in document.alerts(now) {
            prop_assert!(alert.text.chars().count() <= Alert::MAX_TEXT, "{}", alert.text);
        }
    }
}
