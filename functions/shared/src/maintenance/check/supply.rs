//! Faults of fuel and supplies.

use super::{Faults, terms};
use crate::maintenance::period::days_between;
use crate::maintenance::{Measure, ProcurementWindow, Supply};

const MAX_UNIT: usize = 12;

pub(super) fn check(supply: &Supply, at: &str, faults: &mut Faults) {
    terms::name(&supply.name, at, faults);
    terms::text(&supply.unit, MAX_UNIT, &format!("{at}/unit"), faults);
    quantities(supply, at, faults);
    if supply
        .last_received_on
        .is_some_and(|received| received > supply.counted_on)
    {
        let message = "is before the last delivery: count again";
        faults.add(format!("{at}/countedOn"), message);
    }
    for (index, opening) in supply.procurement_windows.iter().enumerate() {
        window(opening, &format!("{at}/procurementWindows/{index}"), faults);
    }
    let offsets_at = format!("{at}/reminderOffsetsDays");
    terms::leads(&supply.reminder_offsets_days, 0, None, &offsets_at, faults);
    if supply.procurement_windows.is_empty() {
        for (index, days) in supply.reminder_offsets_days.iter().enumerate() {
            let message = "counts back from the end of a window, and there is none: expected 0";
            faults.require(*days <= 0, format!("{offsets_at}/{index}"), message);
        }
    }
}

fn quantities(supply: &Supply, at: &str, faults: &mut Faults) {
    let (most, on_hand) = (supply.max_stock_level, supply.quantity_on_hand);
    let (point, quantity) = (supply.reorder_point, supply.reorder_quantity);
    let bounded = terms::not_negative(most, format!("{at}/maxStockLevel"), faults);
    let at_most = "is more than maxStockLevel";
    let on_hand_at = format!("{at}/quantityOnHand");
    if terms::not_negative(on_hand, &on_hand_at, faults) {
        faults.require(!bounded || on_hand <= most, on_hand_at, at_most);
    }
    let point_at = format!("{at}/reorderPoint");
    if terms::not_negative(point, &point_at, faults) {
        faults.require(!bounded || point <= most, point_at, at_most);
    }
    let quantity_at = format!("{at}/reorderQuantity");
    if quantity <= Measure::ZERO {
        faults.add(quantity_at, "is not more than 0");
    } else if bounded && point >= Measure::ZERO && point <= most {
        let fits = point.plus(quantity) <= most;
        faults.require(
            fits,
            quantity_at,
            "with reorderPoint is more than maxStockLevel: it would not fit",
        );
    }
}

fn window(window: &ProcurementWindow, at: &str, faults: &mut Faults) {
    let length = days_between(window.opens, window.closes);
    faults.require(
        length >= 0,
        format!("{at}/closes"),
        "is before the window opens",
    );
    if let Some(repeat) = window.repeat {
        let at = format!("{at}/repeat");
        if terms::period(repeat, &at, faults) {
            let apart = length < repeat.shortest_days();
            faults.require(apart, at, "begins again before the window closes");
        }
    }
}
