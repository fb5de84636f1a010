//! Random documents without a fault.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use crate::maintenance::*;

/// Hundredths below this, as every quantity is.
const LARGE: i64 = 10_000_000;

pub(super) fn document() -> impl Strategy<Value = MaintenanceDocument> {
    let trucks = prop::collection::vec(truck(), 0..4);
    let equipment = prop::collection::vec((time_interval(), day(), any::<usize>()), 0..4);
    let supplies = prop::collection::vec(supply(), 0..4);
    (trucks, equipment, supplies).prop_map(|(mut trucks, equipment, mut supplies)| {
        for (index, truck) in trucks.iter_mut().enumerate() {
            truck.id = format!("truck-{index}");
        }
        for (index, supply) in supplies.iter_mut().enumerate() {
            supply.id = format!("supply-{index}");
        }
        let mut places: Vec<String> = trucks.iter().map(|truck| truck.id.clone()).collect();
        places.push(YARD.to_owned());
        let equipment = equipment.into_iter().enumerate();
        let equipment =
            equipment
                .filter(|_| places.len() > 1)
                .map(|(index, (interval, last_rotated, at))| Equipment {
                    id: format!("item-{index}"),
                    name: "Tarps".to_owned(),
                    location: places[at % places.len()].clone(),
                    rotation: places.clone(),
                    interval,
                    last_rotated,
                });
        MaintenanceDocument {
            time_zone: "America/New_York".to_owned(),
            equipment: equipment.collect(),
            trucks,
            supplies,
        }
    })
}

/// A day within 2,000 of the first of January 2026.
fn day() -> impl Strategy<Value = Date> {
    (-2000_i64..2000).prop_map(|days| one_day().after(date(2026, 1, 1), days))
}

pub(super) const fn one_day() -> Period {
    Period {
        value: 1,
        unit: TimeUnit::Days,
    }
}

fn truck() -> impl Strategy<Value = Truck> {
    let schedules = prop::collection::vec(schedule(), 0..3);
    (reading(), reading(), any::<(bool, bool)>(), schedules).prop_map(
        |(odometer, hours, (has_odometer, has_hours), mut schedules)| {
            for (index, schedule) in schedules.iter_mut().enumerate() {
                schedule.id = format!("schedule-{index}");
                let (intervals, last) = (&mut schedule.intervals, &mut schedule.last_service);
                let behind = |last: Option<Measure>, reading: &Reading| {
                    last.map(|last| last.min(reading.value))
                };
                last.odometer = behind(last.odometer, &odometer);
                last.engine_hours = behind(last.engine_hours, &hours);
                intervals.distance = intervals.distance.take().filter(|_| has_odometer);
                intervals.engine_hours = intervals.engine_hours.take().filter(|_| has_hours);
            }
            schedules.retain(|schedule| schedule.intervals != Intervals::default());
            Truck {
                id: String::new(),
                name: "Truck".to_owned(),
                odometer: has_odometer.then_some(Odometer {
                    unit: DistanceUnit::Mi,
                    reading: odometer,
                }),
                engine_hours: has_hours.then_some(hours),
                schedules,
            }
        },
    )
}

fn reading() -> impl Strategy<Value = Reading> {
    (0..LARGE).prop_map(|value| Reading {
        value: Measure::from_hundredths(value),
        read_at: super::time("2026-01-01T12:00:00Z"),
        correction: None,
    })
}

fn schedule() -> impl Strategy<Value = Schedule> {
    let meters = || (meter_interval(), 0..LARGE);
    let which = (any::<bool>(), any::<bool>(), any::<bool>());
    (meters(), time_interval(), meters(), which, day()).prop_map(
        |((distance, odometer), time, (hours, engine_hours), which, date)| Schedule {
            id: String::new(),
            name: "Oil".to_owned(),
            intervals: Intervals {
                distance: which.0.then_some(distance),
                time: which.1.then_some(time),
                engine_hours: which.2.then_some(hours),
            },
            last_service: LastService {
                date,
                odometer: Some(Measure::from_hundredths(odometer)),
                engine_hours: Some(Measure::from_hundredths(engine_hours)),
            },
        },
    )
}

fn meter_interval() -> impl Strategy<Value = MeterInterval> {
    (1..LARGE, 0..LARGE, prop::collection::vec(0..LARGE, 0..4)).prop_map(
        |(every, soon, offsets)| {
            let offsets: BTreeSet<_> = offsets.into_iter().map(|offset| offset % every).collect();
            MeterInterval {
                every: Measure::from_hundredths(every),
                due_soon_threshold: Measure::from_hundredths(soon % every),
                reminder_offsets: offsets.into_iter().map(Measure::from_hundredths).collect(),
            }
        },
    )
}

fn period() -> impl Strategy<Value = Period> {
    let unit = prop::sample::select(vec![TimeUnit::Days, TimeUnit::Weeks, TimeUnit::Months]);
    (1_i64..60, unit).prop_map(|(value, unit)| Period { value, unit })
}

fn time_interval() -> impl Strategy<Value = TimeInterval> {
    (
        period(),
        0_i64..400,
        prop::collection::vec(0_i64..400, 0..4),
    )
        .prop_map(|(every, soon, offsets)| {
            let shortest = every.shortest_days();
            let offsets: BTreeSet<_> = offsets
                .into_iter()
                .map(|offset| offset % shortest)
                .collect();
            TimeInterval {
                every,
                due_soon_threshold_days: soon % shortest,
                reminder_offsets_days: offsets.into_iter().collect(),
            }
        })
}

fn supply() -> impl Strategy<Value = Supply> {
    let windows = prop::collection::vec((day(), period(), any::<(u8, bool)>()), 0..3);
    let quantities = (0..LARGE, 0..LARGE, 1..LARGE, 0..LARGE);
    (
        day(),
        windows,
        quantities,
        prop::collection::btree_set(0_i64..30, 0..4),
    )
        .prop_map(
            |(counted_on, windows, (on_hand, point, quantity, spare), offsets)| {
                let most = (point + quantity + spare).max(on_hand);
                let windows: Vec<_> = windows
                    .into_iter()
                    .map(|(opens, repeat, (length, again))| ProcurementWindow {
                        opens,
                        closes: one_day().after(opens, i64::from(length) % repeat.shortest_days()),
                        repeat: again.then_some(repeat),
                    })
                    .collect();
                let offsets = if windows.is_empty() {
                    BTreeSet::from([0])
                } else {
                    offsets
                };
                Supply {
                    id: String::new(),
                    name: "Diesel".to_owned(),
                    kind: SupplyKind::Fuel,
                    unit: "gal".to_owned(),
                    quantity_on_hand: Measure::from_hundredths(on_hand),
                    counted_on,
                    last_received_on: None,
                    reorder_point: Measure::from_hundredths(point),
                    reorder_quantity: Measure::from_hundredths(quantity),
                    max_stock_level: Measure::from_hundredths(most),
                    procurement_windows: windows,
                    reminder_offsets_days: offsets.into_iter().collect(),
                }
            },
        )
}
