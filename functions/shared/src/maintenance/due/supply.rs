//! When fuel and supplies have to be ordered.

use jiff::civil::Date;

use super::entry::{Entry, Judged, in_days, short, short_unit, status};
use super::{DuePoint, DueStatus, MethodDue};
use crate::maintenance::period::days_between;
use crate::maintenance::{Measure, Supply};

/// What is low is due: until the window to order in closes, or at once when there is none. What is used up is
/// overdue whatever the window.
pub(super) fn entry(supply: &Supply, today: Date) -> Entry {
    let window = if supply.is_low() {
        supply.window()
    } else {
        None
    };
    let mut judged = vec![by_stock(supply, window.is_none())];
    judged.extend(window.map(|(opens, closes)| by_window(supply, opens, closes, today)));
    Entry {
        schedule: format!("supply/{}", supply.id),
        what: short(&supply.name),
        judged,
    }
}

fn by_stock(supply: &Supply, no_window: bool) -> Judged {
    // Without a window there are no days to count: one reminder, when it is low.
    let reminds = no_window && !supply.reminder_offsets_days.is_empty();
    let reminders = if reminds { vec![0] } else { Vec::new() };
    let left = supply.quantity_on_hand.minus(supply.reorder_point);
    let status = if !supply.is_low() {
        DueStatus::Ok
    } else if supply.quantity_on_hand > Measure::ZERO {
        DueStatus::DueSoon
    } else {
        DueStatus::Overdue
    };
    let last = supply.last_received_on.map(|day| day.to_string());
    let due = DuePoint::Stock {
        reorder_point: supply.reorder_point,
        left,
        unit: supply.unit.clone(),
    };
    Judged {
        due: MethodDue { due, status },
        left: left.hundredths(),
        interval: supply
            .max_stock_level
            .minus(supply.reorder_point)
            .hundredths(),
        reminders,
        // Counting again raises no new alert, the next delivery allows one.
        snapshot: format!("after {}", last.as_deref().unwrap_or("no delivery")),
        text: format!("{} now.", to_order(supply)),
    }
}

fn by_window(supply: &Supply, opens: Date, closes: Date, today: Date) -> Judged {
    let left = days_between(today, closes);
    let (first, last) = (opens.strftime("%-d %b %Y"), closes.strftime("%-d %b %Y"));
    let text = if left < 0 {
        format!(
            "{}: the window {first} to {last} has closed.",
            to_order(supply)
        )
    } else {
        let days = in_days(left);
        format!(
            "{} from {first} to {last}; the window closes {days}.",
            to_order(supply)
        )
    };
    let due = DuePoint::Window {
        opens,
        closes,
        days_left: left,
    };
    Judged {
        // Somebody has to act as soon as it is low.
        due: MethodDue {
            due,
            status: status(left, i64::MAX),
        },
        left,
        interval: days_between(opens, closes) + 1,
        reminders: supply.reminder_offsets_days.clone(),
        snapshot: format!("{opens}/{closes}"),
        text,
    }
}

fn to_order(supply: &Supply) -> String {
    let unit = short_unit(&supply.unit);
    format!(
        "{}: {} {unit} left, reorder point {} {unit}. Order {} {unit}",
        short(&supply.name),
        supply.quantity_on_hand.grouped(),
        supply.reorder_point.grouped(),
        supply.reorder_quantity.grouped(),
    )
}
