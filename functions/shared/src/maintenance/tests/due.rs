//! What is due, and alerts.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use proptest::prelude::*;

use super::{seed, time, world};
use crate::maintenance::*;

#[test]
fn what_the_seed_says_some_days_later() {
    let due = seed().due(time("2026-12-09T15:00:00Z"));
    let line = |due: &Due| {
        let methods: Vec<_> = due
            .methods
            .iter()
            .map(|method| format!("{:?} {:?}", method.due.method(), method.status))
            .collect();
        format!(
            "{}: {:?} by {:?} ({})",
            due.schedule,
            due.status,
            due.decided_by,
            methods.join(", ")
        )
    };
    insta::assert_snapshot!(due.iter().map(line).collect::<Vec<_>>().join("\n"), @r"
    truck/truck-1/engine-oil: DueSoon by EngineHours (Distance Ok, Time Ok, EngineHours DueSoon)
    truck/truck-1/fuel-filters: Ok by Distance (Distance Ok, Time Ok)
    truck/truck-1/brakes: Ok by Time (Distance Ok, Time Ok)
    truck/truck-1/hydraulics: DueSoon by EngineHours (Time Ok, EngineHours DueSoon)
    truck/truck-1/dot-inspection: Ok by Time (Time Ok)
    truck/truck-2/engine-oil: Ok by Time (Distance Ok, Time Ok, EngineHours Ok)
    truck/truck-2/tires: DueSoon by Distance (Distance DueSoon)
    truck/truck-2/brakes: Ok by Time (Distance Ok, Time Ok)
    truck/truck-2/hydraulics: Ok by EngineHours (Time Ok, EngineHours Ok)
    truck/truck-2/dot-inspection: Ok by Time (Time Ok)
    truck/truck-3/engine-oil: Ok by EngineHours (Distance Ok, Time Ok, EngineHours Ok)
    truck/truck-3/chassis-grease: Overdue by Time (Distance Ok, Time Overdue, EngineHours Ok)
    truck/truck-3/hoist-cable: DueSoon by Time (Time DueSoon)
    truck/truck-3/dot-inspection: Ok by Time (Time Ok)
    equipment/tarps-a: Overdue by Time (Time Overdue)
    equipment/tarps-b: Overdue by Time (Time Overdue)
    equipment/trailer-14: DueSoon by Time (Time DueSoon)
    equipment/spill-kit-1: Ok by Time (Time Ok)
    equipment/pressure-washer: Overdue by Time (Time Overdue)
    supply/diesel: Ok by Stock (Stock Ok)
    supply/def: Ok by Stock (Stock Ok)
    supply/engine-oil: Ok by Stock (Stock Ok)
    supply/hydraulic-oil: Ok by Stock (Stock Ok)
    supply/contractor-bags: Ok by Stock (Stock Ok)
    supply/gloves: Ok by Stock (Stock Ok)
    supply/absorbent: Ok by Stock (Stock Ok)
    ");
    insta::assert_snapshot!(serde_json::to_string(&due[0]).unwrap(), @r#"{"schedule":"truck/truck-1/engine-oil","what":"Truck 1, Isuzu NPR-HD dump: engine oil and filter","status":"due_soon","decidedBy":"engine_hours","methods":[{"due":{"method":"distance","at":48980,"left":765,"unit":"mi"},"status":"ok"},{"due":{"method":"time","on":"2027-02-24","daysLeft":77},"status":"ok"},{"due":{"method":"engine_hours","at":2174,"left":13.5},"status":"due_soon"}]}"#);
}

#[test]
fn alerts_of_the_seed_with_low_supplies() {
    let mut document = seed();
    document.supplies[0].quantity_on_hand = Measure::from_hundredths(9050);
    document.supplies[4].quantity_on_hand = Measure::whole(6);
    document.supplies[5].quantity_on_hand = Measure::ZERO;
    document.trucks[0].odometer.as_mut().unwrap().reading.value =
        Measure::from_hundredths(4_910_050);
    let alerts = document.alerts(time("2026-11-24T15:00:00Z"));
    let lines: Vec<_> = alerts
        .iter()
        .map(|alert| {
            format!(
                "{} | {} | {}\n  {}",
                alert.schedule, alert.offset, alert.due, alert.text
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    truck/truck-1/engine-oil | 0 mi | 48980 mi
      Truck 1, Isuzu NPR-HD dump: engine oil and filter was due at 48,980 mi, 120.5 mi ago.
    truck/truck-1/hydraulics | 50 h | 2210.5 h
      Truck 1, Isuzu NPR-HD dump: hydraulic fluid and filter of the dump body is due at 2,210.5 engine hours, 50 h left.
    truck/truck-2/tires | 500 mi | 72120.5 mi
      Truck 2, Ford F-550 dump: tire rotation is due at 72,120.5 mi, 258.1 mi left.
    supply/diesel | 2 days | 2026-11-24/2026-11-25
      Diesel, yard tank: 90.5 gal left, reorder point 180 gal. Order 300 gal from 24 Nov 2026 to 25 Nov 2026; the window closes tomorrow.
    supply/contractor-bags | stock | after 2026-10-27
      Contractor bags, 42 gal: 6 boxes left, reorder point 6 boxes. Order 20 boxes now.
    supply/gloves | stock | after 2026-08-31
      Work gloves: 0 pairs left, reorder point 12 pairs. Order 48 pairs now.
    ");
}

/// A day begins where the trucks are: 11 pm in New York is the next day in UTC.
#[test]
fn days_are_those_of_the_place() {
    let mut document = seed();
    let left = |document: &MaintenanceDocument| {
        let due = document.due(time("2027-02-09T04:00:00Z"));
        let inspection = due
            .iter()
            .find(|due| due.schedule == "truck/truck-1/dot-inspection")
            .unwrap();
        (inspection.status, inspection.methods[0].due.clone())
    };
    let on = "2027-02-09".parse().unwrap();
    assert_eq!(
        left(&document),
        (DueStatus::DueSoon, DuePoint::Time { on, days_left: 1 })
    );
    document.time_zone = "Etc/UTC".into();
    assert_eq!(
        left(&document),
        (DueStatus::DueSoon, DuePoint::Time { on, days_left: 0 })
    );
}

#[test]
fn what_is_low_is_due_until_its_window_closes() {
    let mut document = seed();
    let diesel = |document: &MaintenanceDocument, now: &str| {
        let due = document.due(time(now));
        let diesel = due
            .into_iter()
            .find(|due| due.schedule == "supply/diesel")
            .unwrap();
        (diesel.status, diesel.decided_by)
    };
    assert_eq!(
        diesel(&document, "2027-06-01T12:00:00Z"),
        (DueStatus::Ok, Method::Stock)
    );
    document.supplies[0].quantity_on_hand = Measure::whole(180);
    assert_eq!(
        diesel(&document, "2026-11-25T12:00:00Z"),
        (DueStatus::DueSoon, Method::Stock)
    );
    assert_eq!(
        diesel(&document, "2026-11-26T12:00:00Z"),
        (DueStatus::Overdue, Method::Window)
    );
    document.supplies[0].counted_on = "2026-11-26".parse().unwrap();
    assert_eq!(
        diesel(&document, "2026-11-26T12:00:00Z"),
        (DueStatus::DueSoon, Method::Stock)
    );
    document.supplies[0].quantity_on_hand = Measure::ZERO;
    assert_eq!(
        diesel(&document, "2026-11-26T12:00:00Z"),
        (DueStatus::Overdue, Method::Stock)
    );
}

fn statuses(document: &MaintenanceDocument, now: jiff::Timestamp) -> BTreeMap<String, DueStatus> {
    document
        .due(now)
        .into_iter()
        .map(|due| (due.schedule, due.status))
        .collect()
}

proptest! {
    /// Everything has a status, the worst of its methods, and it is the deciding one's.
    #[test]
    fn the_worst_method_decides(document in world::document(), days in -1000_i64..1000) {
        let now = time("2026-01-01T12:00:00Z") + SignedDuration::from_hours(24 * days);
        let due = document.due(now);
        let schedules: usize = document.trucks.iter().map(|truck| truck.schedules.len()).sum();
        prop_assert_eq!(due.len(), schedules + document.equipment.len() + document.supplies.len());
        for due in due {
            prop_assert_eq!(due.methods.iter().map(|method| method.status).max(), Some(due.status));
            let deciding = due.methods.iter().find(|method| method.due.method() == due.decided_by);
            prop_assert_eq!(deciding.map(|method| method.status), Some(due.status));
            prop_assert!(due.methods.is_sorted_by_key(|method| method.due.method()));
        }
    }

    /// Neither days nor miles make anything less urgent.
    #[test]
    fn nothing_improves_by_itself(document in world::document(), days in 0_i64..400, further in 0_i64..1_000_000) {
        let now = time("2026-01-01T12:00:00Z");
        let mut later = document.clone();
        for truck in &mut later.trucks {
            for reading in truck.odometer.iter_mut().map(|odometer| &mut odometer.reading).chain(&mut truck.engine_hours) {
                reading.value = reading.value.plus(Measure::from_hundredths(further));
            }
        }
        let before = statuses(&document, now);
        for (schedule, status) in statuses(&later, now + SignedDuration::from_hours(24 * days)) {
            prop_assert!(status >= before[&schedule], "{}", schedule);
        }
    }

    /// Day after day: each reminder of what is due comes at most once, the later ones nearer to the end, and
    /// the one for the day itself or the nearest before it is never left out.
    #[test]
    fn each_reminder_comes_once(document in world::document(), strides in prop::collection::vec(1_i64..20, 1..80)) {
        let mut now = time("2020-01-01T12:00:00Z");
        let mut last: BTreeMap<(String, String), String> = BTreeMap::new();
        let mut seen: Vec<(String, String, String)> = Vec::new();
        for days in strides {
            now += SignedDuration::from_hours(24 * days);
            for alert in document.alerts(now) {
                prop_assert!(alert.text.len() <= Alert::MAX_TEXT);
                let identity = (alert.schedule.clone(), alert.offset.clone(), alert.due.clone());
                let current = last.insert((alert.schedule, alert.due), alert.offset.clone());
                if current.as_ref() != Some(&alert.offset) {
                    prop_assert!(!seen.contains(&identity), "{:?}", identity);
                    seen.push(identity);
                }
            }
        }
    }

    /// An alert is raised exactly when a reminder is reached, and it is the nearest one.
    #[test]
    fn the_nearest_reached_reminder_is_raised(document in world::document(), days in -1000_i64..1000) {
        let now = time("2026-01-01T12:00:00Z") + SignedDuration::from_hours(24 * days);
        let alerts = document.alerts(now);
        let due = document.due(now);
        for item in &document.equipment {
            let path = format!("equipment/{}", item.id);
            let due = due.iter().find(|due| due.schedule == path).unwrap();
            let DuePoint::Time { on, days_left } = due.methods[0].due else { panic!("equipment is due by time") };
            let reached = item.interval.reminder_offsets_days.iter().filter(|offset| days_left <= **offset).min();
            let raised = alerts.iter().find(|alert| alert.schedule == path);
            prop_assert_eq!(raised.map(|alert| alert.offset.clone()), reached.map(|offset| format!("{offset} days")));
            if let Some(raised) = raised {
                prop_assert_eq!(&raised.due, &on.to_string());
                let again = Alert { text: String::new(), ..raised.clone() };
                prop_assert_eq!(raised.thread(), again.thread());
            }
        }
    }
}
