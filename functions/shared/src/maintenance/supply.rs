//! Fuel and supplies: what is there, when to order, and in which windows.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::measure::Measure;
use super::period::{Period, TimeUnit, days_between};

/// Fuel, or something else that is used up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Supply {
    /// Its id, unlike any other supply's.
    pub id: String,
    /// What people call it, 1 to 60 characters.
    pub name: String,
    /// Fuel or not.
    pub kind: SupplyKind,
    /// What is counted, 1 to 12 characters: `gal`, `boxes`.
    pub unit: String,
    /// How much there is.
    pub quantity_on_hand: Measure,
    /// On which day that was counted.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date")))]
    pub counted_on: Date,
    /// When the last delivery came; none yet when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", extend("format" = "date")))]
    pub last_received_on: Option<Date>,
    /// With this much or less, it is time to order.
    pub reorder_point: Measure,
    /// How much to order.
    pub reorder_quantity: Measure,
    /// How much there can be: the tank, the shelf.
    pub max_stock_level: Measure,
    /// When to order; at any time when there are none.
    pub procurement_windows: Vec<ProcurementWindow>,
    /// When it is time to order: so many days before the window closes, an alert is raised; 0 is its last day.
    #[cfg_attr(feature = "schema", schemars(inner(range(min = 0))))]
    pub reminder_offsets_days: Vec<i64>,
}

/// What a supply is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SupplyKind {
    /// Fuel, additives.
    Fuel,
    /// Everything else.
    Supply,
}

/// Days on which something can be ordered, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProcurementWindow {
    /// The first day.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date")))]
    pub opens: Date,
    /// The last day.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date")))]
    pub closes: Date,
    /// The window comes again after this; once only when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<Period>,
}

impl ProcurementWindow {
    /// Its first occurrence that closes on this day or later.
    pub(super) fn closing_from(&self, day: Date) -> Option<(Date, Date)> {
        let behind = days_between(self.closes, day);
        if behind <= 0 {
            return Some((self.opens, self.closes));
        }
        let repeat = self.repeat.filter(|repeat| repeat.value > 0)?;
        let mut times = match repeat.unit {
            TimeUnit::Days | TimeUnit::Weeks => (behind - 1) / repeat.shortest_days() + 1,
            // May be one too few, in the month of the day itself.
            TimeUnit::Months => months_between(self.closes, day) / repeat.value,
        };
        while repeat.after(self.closes, times) < day {
            times += 1;
        }
        let length = days_between(self.opens, self.closes);
        let closes = repeat.after(self.closes, times);
        let day = Period {
            value: 1,
            unit: TimeUnit::Days,
        };
        Some((day.after(closes, -length), closes))
    }
}

fn months_between(from: Date, to: Date) -> i64 {
    i64::from(to.year() - from.year()) * 12 + i64::from(to.month() - from.month())
}

impl Supply {
    /// The window to order in, as seen on the day of the count: the first that was not over then.
    pub(super) fn window(&self) -> Option<(Date, Date)> {
        self.procurement_windows
            .iter()
            .filter_map(|window| window.closing_from(self.counted_on))
            .min_by_key(|(opens, closes)| (*closes, *opens))
    }

    /// Whether it is time to order.
    pub fn is_low(&self) -> bool {
        self.quantity_on_hand <= self.reorder_point
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn a_window_without_repeat_is_over_once() {
        let window = ProcurementWindow {
            opens: date(2026, 1, 5),
            closes: date(2026, 1, 9),
            repeat: None,
        };
        let whole = Some((date(2026, 1, 5), date(2026, 1, 9)));
        assert_eq!(window.closing_from(date(2025, 1, 1)), whole);
        assert_eq!(window.closing_from(date(2026, 1, 9)), whole);
        assert_eq!(window.closing_from(date(2026, 1, 10)), None);
    }

    proptest! {
        /// The first that is not over: the one before it is.
        #[test]
        fn repeated_windows_come_again(
            length in 0_i64..60, value in 1_i64..100, which in 0_usize..3, start in 0_i64..2000, later in 0_i64..20_000,
        ) {
            let days = Period { value: 1, unit: TimeUnit::Days };
            let opens = days.after(date(2020, 1, 1), start);
            let closes = days.after(opens, length);
            let unit = [TimeUnit::Days, TimeUnit::Weeks, TimeUnit::Months][which];
            let repeat = Period { value, unit };
            let day = days.after(closes, later);
            let window = ProcurementWindow { opens, closes, repeat: Some(repeat) };
            let (found_opens, found) = window.closing_from(day).unwrap();
            prop_assert_eq!(days_between(found_opens, found), length);
            let times = (0..=later).find(|times| repeat.after(closes, *times) >= day).unwrap();
            prop_assert_eq!(found, repeat.after(closes, times));
        }

        /// Not even in a document that nobody checked.
        #[test]
        fn no_window_takes_long_or_panics(value: i64, which in 0_usize..3, day in 0_i64..3_600_000) {
            let unit = [TimeUnit::Days, TimeUnit::Weeks, TimeUnit::Months][which];
            let day = Period { value: 1, unit: TimeUnit::Days }.after(date(1, 1, 1), day);
            let window = ProcurementWindow { opens: Date::MAX, closes: Date::MIN, repeat: Some(Period { value, unit }) };
            if let Some((_, closes)) = window.closing_from(day) {
                prop_assert!(closes >= day);
            }
        }
    }
}
