//! Spans of the calendar: days, weeks, months.

use jiff::Span;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A number of days, weeks or months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Period {
    /// How many, 1 to 1,000.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 1000)))]
    pub value: i64,
    /// Of what.
    pub unit: TimeUnit,
}

/// What a [`Period`] counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum TimeUnit {
    /// Days.
    Days,
    /// Weeks.
    Weeks,
    /// Months of the calendar; the last day of a month stays within the month.
    Months,
}

/// Something that is due again and again, by the calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TimeInterval {
    /// How long after the last time.
    pub every: Period,
    /// So many days before, it counts as due soon.
    #[cfg_attr(feature = "schema", schemars(range(min = 0)))]
    pub due_soon_threshold_days: i64,
    /// So many days before, an alert is raised; 0 is the day itself.
    #[cfg_attr(feature = "schema", schemars(inner(range(min = 0))))]
    pub reminder_offsets_days: Vec<i64>,
}

impl Period {
    /// The longest period that a document may hold, in whatever unit.
    pub const MAX_VALUE: i64 = 1000;

    /// The day so many periods after another one; the calendar's last or first day beyond its end. Counted
    /// from the first day, so that the 31st does not become the 28th for good.
    pub fn after(self, day: Date, times: i64) -> Date {
        let number = self.value.saturating_mul(times);
        let span = match self.unit {
            TimeUnit::Days => Span::new().try_days(number),
            TimeUnit::Weeks => Span::new().try_weeks(number),
            TimeUnit::Months => Span::new().try_months(number),
        };
        let end = if number < 0 { Date::MIN } else { Date::MAX };
        span.map_or(end, |span| day.saturating_add(span))
    }

    /// Its length in days, the shortest that it can be.
    pub const fn shortest_days(self) -> i64 {
        self.value.saturating_mul(match self.unit {
            TimeUnit::Days => 1,
            TimeUnit::Weeks => 7,
            TimeUnit::Months => 28,
        })
    }
}

/// Whole days from one day to another; negative when the other is earlier.
pub(super) fn days_between(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn months_keep_to_the_first_day() {
        let months = Period {
            value: 1,
            unit: TimeUnit::Months,
        };
        let last_of_january = date(2026, 1, 31);
        assert_eq!(months.after(last_of_january, 1), date(2026, 2, 28));
        assert_eq!(months.after(last_of_january, 2), date(2026, 3, 31));
        assert_eq!(months.after(last_of_january, -2), date(2025, 11, 30));
    }

    proptest! {
        /// No number is too large, not even in a document that nobody checked; later stays later.
        #[test]
        fn arithmetic_never_panics(value: i64, times: i64, day in 0_i64..3_000_000) {
            let day = Period { value: 1, unit: TimeUnit::Days }.after(date(1, 1, 1), day);
            for unit in [TimeUnit::Days, TimeUnit::Weeks, TimeUnit::Months] {
                let period = Period { value, unit };
                let after = period.after(day, times);
                prop_assert_eq!(after >= day, value.saturating_mul(times) >= 0 || after == day);
                prop_assert!(days_between(day, after).abs() < 8_000_000);
            }
        }

        #[test]
        fn a_period_is_never_shorter_than_its_shortest(value in 1_i64..=1000, month in 1_i8..=12, day in 1_i8..=28) {
            let day = date(2026, month, day);
            for unit in [TimeUnit::Days, TimeUnit::Weeks, TimeUnit::Months] {
                let period = Period { value, unit };
                prop_assert!(days_between(day, period.after(day, 1)) >= period.shortest_days());
            }
        }
    }
}
