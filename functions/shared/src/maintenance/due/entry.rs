//! One thing of the document with what each method says about it.

use std::cmp::{Ordering, Reverse};

use super::{Alert, Due, DuePoint, DueStatus, MethodDue};
use crate::maintenance::Measure;

/// Names and units longer than this are cut: alerts stay short even for a document that nobody checked.
const MAX_NAME: usize = 60;
const MAX_UNIT: usize = 12;

/// One thing of the document.
pub(super) struct Entry {
    pub(super) schedule: String,
    pub(super) what: String,
    pub(super) judged: Vec<Judged>,
}

/// What one method says.
pub(super) struct Judged {
    pub(super) due: MethodDue,
    /// How much is left, and of how much: days, or hundredths of the meter's unit.
    pub(super) left: i64,
    pub(super) interval: i64,
    /// The reminders, in the same unit.
    pub(super) reminders: Vec<i64>,
    /// The value that is due, without what changes from day to day. Part of an alert's identity.
    pub(super) snapshot: String,
    /// What an alert says.
    pub(super) text: String,
}

impl Judged {
    /// Whichever comes first is the greatest: the worst status, then the smallest part left.
    fn urgency(&self, other: &Judged) -> Ordering {
        let part =
            |one: &Judged, other: &Judged| i128::from(one.left) * i128::from(other.interval.max(1));
        self.due
            .status
            .cmp(&other.due.status)
            .then_with(|| part(other, self).cmp(&part(self, other)))
            .then_with(|| Reverse(self.due.due.method()).cmp(&Reverse(other.due.due.method())))
    }
}

impl Entry {
    /// `None` when no method could be judged.
    pub(super) fn due(self) -> Option<Due> {
        let first = self.judged.iter().max_by(|one, other| one.urgency(other))?;
        Some(Due {
            status: first.due.status,
            decided_by: first.due.due.method(),
            schedule: self.schedule,
            what: self.what,
            methods: self.judged.into_iter().map(|judged| judged.due).collect(),
        })
    }

    /// The most urgent reminder that is reached: of each method the last one, and of the methods whichever
    /// comes first. One service is one alert, however many meters it has.
    pub(super) fn alert(&self) -> Option<Alert> {
        let reached = |judged: &Judged| {
            let offsets = judged.reminders.iter();
            offsets
                .copied()
                .filter(|offset| judged.left <= *offset)
                .min()
        };
        let (judged, offset) = self
            .judged
            .iter()
            .filter_map(|judged| Some((judged, reached(judged)?)))
            .max_by(|(one, _), (other, _)| one.urgency(other))?;
        Some(Alert {
            schedule: self.schedule.clone(),
            offset: judged.due.due.offset(offset),
            due: judged.snapshot.clone(),
            text: judged.text.clone(),
        })
    }
}

/// The status of something of which this much is left.
pub(super) fn status(left: i64, threshold: i64) -> DueStatus {
    if left < 0 {
        DueStatus::Overdue
    } else if left <= threshold.max(0) {
        DueStatus::DueSoon
    } else {
        DueStatus::Ok
    }
}

pub(super) fn short(name: &str) -> String {
    name.chars().take(MAX_NAME).collect()
}

pub(super) fn short_unit(unit: &str) -> String {
    unit.chars().take(MAX_UNIT).collect()
}

/// How many days that is from today, for people.
pub(super) fn in_days(days: i64) -> String {
    match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        2.. => format!("in {days} days"),
        _ => format!("{} days ago", days.unsigned_abs()),
    }
}

impl DuePoint {
    /// A reminder's offset as part of an alert's identity: `500 mi`, `14 days`.
    fn offset(&self, offset: i64) -> String {
        let measure = Measure::from_hundredths(offset);
        match self {
            DuePoint::Distance { unit, .. } => format!("{measure} {}", unit.as_str()),
            DuePoint::EngineHours { .. } => format!("{measure} h"),
            DuePoint::Time { .. } | DuePoint::Window { .. } => format!("{offset} days"),
            DuePoint::Stock { .. } => "stock".to_owned(),
        }
    }
}
