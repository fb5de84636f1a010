//! When a truck's services are due.

use std::cmp::Ordering;

use jiff::civil::Date;

use super::entry::{Entry, Judged, in_days, short, status};
use super::{DuePoint, MethodDue};
use crate::maintenance::period::days_between;
use crate::maintenance::{Measure, MeterInterval, Schedule, TimeInterval, Truck};

pub(super) fn entries(truck: &Truck, today: Date) -> impl Iterator<Item = Entry> {
    truck
        .schedules
        .iter()
        .map(move |schedule| entry(truck, schedule, today))
}

fn entry(truck: &Truck, schedule: &Schedule, today: Date) -> Entry {
    let what = format!("{}: {}", short(&truck.name), short(&schedule.name));
    let time = schedule.intervals.time.as_ref();
    let methods = [
        distance(truck, schedule, &what),
        time.map(|interval| by_time(interval, schedule.last_service.date, today, &what)),
        engine_hours(truck, schedule, &what),
    ];
    Entry {
        schedule: format!("truck/{}/{}", truck.id, schedule.id),
        judged: methods.into_iter().flatten().collect(),
        what,
    }
}

fn distance(truck: &Truck, schedule: &Schedule, what: &str) -> Option<Judged> {
    let interval = schedule.intervals.distance.as_ref()?;
    let odometer = truck.odometer.as_ref()?;
    let at = schedule.last_service.odometer?.plus(interval.every);
    let left = at.minus(odometer.reading.value);
    let unit = odometer.unit;
    let due = DuePoint::Distance { at, left, unit };
    Some(by_meter(interval, due, at, left, unit.as_str(), what))
}

fn engine_hours(truck: &Truck, schedule: &Schedule, what: &str) -> Option<Judged> {
    let interval = schedule.intervals.engine_hours.as_ref()?;
    let showed = truck.engine_hours.as_ref()?.value;
    let at = schedule.last_service.engine_hours?.plus(interval.every);
    let left = at.minus(showed);
    let due = DuePoint::EngineHours { at, left };
    Some(by_meter(interval, due, at, left, "h", what))
}

fn by_meter(
    interval: &MeterInterval,
    due: DuePoint,
    at: Measure,
    left: Measure,
    unit: &str,
    what: &str,
) -> Judged {
    let amount = left.absolute().grouped();
    let point = match due {
        DuePoint::EngineHours { .. } => format!("{} engine hours", at.grouped()),
        _ => format!("{} {unit}", at.grouped()),
    };
    let text = match left.cmp(&Measure::ZERO) {
        Ordering::Greater => format!("{what} is due at {point}, {amount} {unit} left."),
        Ordering::Equal => format!("{what} is due now, at {point}."),
        Ordering::Less => format!("{what} was due at {point}, {amount} {unit} ago."),
    };
    let hundredths = |measures: &[Measure]| measures.iter().map(|one| one.hundredths()).collect();
    let left = left.hundredths();
    Judged {
        due: MethodDue {
            due,
            status: status(left, interval.due_soon_threshold.hundredths()),
        },
        left,
        interval: interval.every.hundredths(),
        reminders: hundredths(&interval.reminder_offsets),
        snapshot: format!("{at} {unit}"),
        text,
    }
}

/// What the calendar says; for equipment as well.
pub(super) fn by_time(interval: &TimeInterval, last: Date, today: Date, what: &str) -> Judged {
    let on = interval.every.after(last, 1);
    let left = days_between(today, on);
    let day = on.strftime("%-d %b %Y");
    let is = if left < 0 { "was" } else { "is" };
    let text = format!("{what} {is} due on {day}, {}.", in_days(left));
    let due = DuePoint::Time {
        on,
        days_left: left,
    };
    Judged {
        due: MethodDue {
            due,
            status: status(left, interval.due_soon_threshold_days),
        },
        left,
        interval: days_between(last, on),
        reminders: interval.reminder_offsets_days.clone(),
        snapshot: on.to_string(),
        text,
    }
}
