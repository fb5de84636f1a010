//! Checks that every part of the document shares: ids, names, quantities, periods.

use std::collections::BTreeSet;
use std::fmt::Display;

use super::Faults;
use crate::maintenance::{Measure, Period, TimeInterval};

const MAX_ID: usize = 40;
const MAX_NAME: usize = 60;

/// The id of what lies at `at`, unlike those `seen` before.
pub(super) fn id<'a>(id: &'a str, at: &str, seen: &mut BTreeSet<&'a str>, faults: &mut Faults) {
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    let well_formed = (1..=MAX_ID).contains(&id.len()) && id.bytes().all(plain);
    let at = format!("{at}/id");
    faults.require(
        well_formed,
        &at,
        "is not an id, expected 1 to 40 of a-z, 0-9 and `-`",
    );
    faults.require(
        seen.insert(id),
        &at,
        "is the id of an earlier entry of this list as well",
    );
}

pub(super) fn name(name: &str, at: &str, faults: &mut Faults) {
    text(name, MAX_NAME, &format!("{at}/name"), faults);
}

/// A line of text that stands in an alert or a list.
pub(super) fn text(text: &str, longest: usize, at: &str, faults: &mut Faults) {
    let length = text.chars().count();
    let well_formed = (1..=longest).contains(&length)
        && text.trim() == text
        && !text.chars().any(char::is_control);
    if !well_formed {
        let expected = "no spaces around it and no line breaks";
        faults.add(
            at,
            format!("is not a text of 1 to {longest} characters, {expected}"),
        );
    }
}

/// True when it is a quantity.
pub(super) fn not_negative(measure: Measure, at: impl Display, faults: &mut Faults) -> bool {
    let holds = measure >= Measure::ZERO;
    faults.require(holds, at, "is negative");
    holds
}

pub(super) fn period(period: Period, at: &str, faults: &mut Faults) -> bool {
    let holds = (1..=Period::MAX_VALUE).contains(&period.value);
    faults.require(holds, format!("{at}/value"), "is not between 1 and 1000");
    holds
}

pub(super) fn time_interval(interval: &TimeInterval, at: &str, faults: &mut Faults) {
    let every = period(interval.every, &format!("{at}/every"), faults);
    let shortest = every.then(|| interval.every.shortest_days());
    let threshold = interval.due_soon_threshold_days;
    lead(
        threshold,
        0,
        shortest,
        format!("{at}/dueSoonThresholdDays"),
        faults,
    );
    leads(
        &interval.reminder_offsets_days,
        0,
        shortest,
        &format!("{at}/reminderOffsetsDays"),
        faults,
    );
}

/// How long before something is due: not negative, and less than the interval, or it would be reached at once.
pub(super) fn lead<T: PartialOrd + Copy>(
    lead: T,
    zero: T,
    interval: Option<T>,
    at: impl Display,
    faults: &mut Faults,
) {
    if lead < zero {
        faults.add(at, "is negative");
    } else if interval.is_some_and(|interval| lead >= interval) {
        faults.add(at, "is not less than the interval");
    }
}

/// Several of them, each once.
pub(super) fn leads<T: PartialOrd + Copy>(
    several: &[T],
    zero: T,
    interval: Option<T>,
    at: &str,
    faults: &mut Faults,
) {
    for (index, one) in several.iter().enumerate() {
        let at = format!("{at}/{index}");
        lead(*one, zero, interval, &at, faults);
        let repeated = several[..index].contains(one);
        faults.require(!repeated, &at, "stands in this list twice");
    }
}
