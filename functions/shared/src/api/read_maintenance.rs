//! Reading the maintenance document: its form alone. What it has to keep beyond that is its own `validate`.

use super::read::{readable, readable_through_serde};
use crate::maintenance::{
    Correction, DistanceUnit, Equipment, Intervals, LastService, MaintenanceDocument, Measure,
    MeterInterval, Odometer, Period, ProcurementWindow, Reading, Schedule, Supply, SupplyKind,
    TimeInterval, TimeUnit, Truck,
};

readable! {
    MaintenanceDocument { time_zone, trucks, equipment, supplies }
    Truck { id, name, odometer, engine_hours, schedules }
    Odometer { unit, reading }
    Reading { value, read_at, correction }
    Correction { previous, reason }
    Schedule { id, name, intervals, last_service }
    Intervals { distance, time, engine_hours }
    MeterInterval { every, due_soon_threshold, reminder_offsets }
    LastService { date, odometer, engine_hours }
    Equipment { id, name, location, rotation, interval, last_rotated }
    Period { value, unit }
    TimeInterval { every, due_soon_threshold_days, reminder_offsets_days }
    Supply {
        id,
        name,
        kind,
        unit,
        quantity_on_hand,
        counted_on,
        last_received_on,
        reorder_point,
        reorder_quantity,
        max_stock_level,
        procurement_windows,
        reminder_offsets_days,
    }
    ProcurementWindow { opens, closes, repeat }
}

readable_through_serde! {
    DistanceUnit: "expected `km` or `mi`";
    Measure: "expected a number with at most two decimals, at most 1000000000";
    SupplyKind: "expected `fuel` or `supply`";
    TimeUnit: "expected `days`, `weeks` or `months`";
}
