//! Faults of a truck.

use std::collections::BTreeSet;

use super::{Faults, terms};
use crate::maintenance::{Measure, MeterInterval, Reading, Schedule, Truck};

const MAX_REASON: usize = 200;

pub(super) fn check(truck: &Truck, at: &str, faults: &mut Faults) {
    terms::name(&truck.name, at, faults);
    if let Some(odometer) = &truck.odometer {
        reading(&odometer.reading, &format!("{at}/odometer/reading"), faults);
    }
    if let Some(hours) = &truck.engine_hours {
        reading(hours, &format!("{at}/engineHours"), faults);
    }
    let mut ids = BTreeSet::new();
    for (index, service) in truck.schedules.iter().enumerate() {
        let at = format!("{at}/schedules/{index}");
        terms::id(&service.id, &at, &mut ids, faults);
        schedule(truck, service, &at, faults);
    }
}

fn reading(reading: &Reading, at: &str, faults: &mut Faults) {
    terms::not_negative(reading.value, format!("{at}/value"), faults);
    if let Some(correction) = &reading.correction {
        let at = format!("{at}/correction");
        terms::not_negative(correction.previous, format!("{at}/previous"), faults);
        terms::text(
            &correction.reason,
            MAX_REASON,
            &format!("{at}/reason"),
            faults,
        );
    }
}

fn schedule(truck: &Truck, schedule: &Schedule, at: &str, faults: &mut Faults) {
    terms::name(&schedule.name, at, faults);
    let (intervals, last) = (&schedule.intervals, &schedule.last_service);
    let none = intervals.distance.is_none()
        && intervals.time.is_none()
        && intervals.engine_hours.is_none();
    let intervals_at = format!("{at}/intervals");
    faults.require(
        !none,
        &intervals_at,
        "has no interval, expected distance, time or engineHours",
    );

    let odometer = Meter {
        showed: truck
            .odometer
            .as_ref()
            .map(|odometer| odometer.reading.value),
        serviced: last.odometer,
        interval: intervals.distance.as_ref(),
        interval_at: format!("{intervals_at}/distance"),
        serviced_at: format!("{at}/lastService/odometer"),
        missing: "needs an odometer, and the truck has none",
    };
    let engine_hours = Meter {
        showed: truck.engine_hours.as_ref().map(|reading| reading.value),
        serviced: last.engine_hours,
        interval: intervals.engine_hours.as_ref(),
        interval_at: format!("{intervals_at}/engineHours"),
        serviced_at: format!("{at}/lastService/engineHours"),
        missing: "needs a meter of engine hours, and the truck has none",
    };
    odometer.check(faults);
    if let Some(time) = &intervals.time {
        terms::time_interval(time, &format!("{intervals_at}/time"), faults);
    }
    engine_hours.check(faults);
}

/// What a schedule says about one of the truck's meters.
struct Meter<'a> {
    showed: Option<Measure>,
    serviced: Option<Measure>,
    interval: Option<&'a MeterInterval>,
    interval_at: String,
    serviced_at: String,
    missing: &'static str,
}

impl Meter<'_> {
    fn check(&self, faults: &mut Faults) {
        if let Some(interval) = self.interval {
            faults.require(self.showed.is_some(), &self.interval_at, self.missing);
            let missing = "is missing: there is an interval by this meter";
            faults.require(self.serviced.is_some(), &self.serviced_at, missing);
            meter_interval(interval, &self.interval_at, faults);
        }
        if let Some(serviced) = self.serviced
            && terms::not_negative(serviced, &self.serviced_at, faults)
        {
            let in_front = self.showed.is_some_and(|showed| serviced > showed);
            let message =
                "is more than the meter shows: read the meter again, or correct the service";
            faults.require(!in_front, &self.serviced_at, message);
        }
    }
}

fn meter_interval(interval: &MeterInterval, at: &str, faults: &mut Faults) {
    let positive = interval.every > Measure::ZERO;
    faults.require(positive, format!("{at}/every"), "is not more than 0");
    let every = positive.then_some(interval.every);
    let threshold = interval.due_soon_threshold;
    terms::lead(
        threshold,
        Measure::ZERO,
        every,
        format!("{at}/dueSoonThreshold"),
        faults,
    );
    let offsets = &interval.reminder_offsets;
    terms::leads(
        offsets,
        Measure::ZERO,
        every,
        &format!("{at}/reminderOffsets"),
        faults,
    );
}
