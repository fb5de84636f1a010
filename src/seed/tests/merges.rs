//! Merges by example.

use qdn_shared::maintenance::Measure;

use super::*;

fn every(document: &mut MaintenanceDocument, number: i64) {
    let distance = &mut document.trucks[0].schedules[0].intervals.distance;
    distance.as_mut().expect("by distance").every = Measure::whole(number);
}

fn compared(
    base: &MaintenanceData,
    ours: &MaintenanceData,
    theirs: &MaintenanceData,
) -> Comparison {
    compare(Some(base), ours, &Live::Data(theirs.clone()), None)
}

#[test]
fn nothing_there_is_a_creation_unless_a_seed_was_pushed_before() {
    let gone = compare(Some(&seed()), &seed(), &Live::Absent, None);
    assert_eq!(
        (gone.put, &gone.conflicts[..]),
        (Put::Nothing, &[Conflict::Gone][..])
    );
    for (base, take) in [(None, None), (Some(seed()), Some(Take::Ours))] {
        let compared = compare(base.as_ref(), &seed(), &Live::Absent, take);
        assert_eq!((compared.put, compared.conflicts.len()), (Put::Create, 0));
        assert!(compared.merged.is_same(&seed()));
    }
}

#[test]
fn ours_is_put_in_and_theirs_is_kept() {
    let ours = changed(|document| every(document, 8000));
    let theirs = changed(|document| {
        let odometer = document.trucks[0].odometer.as_mut().expect("one");
        odometer.reading.value = Measure::whole(50_000);
        document.trucks[1].name = "Bertha".to_owned();
    });
    let compared = compared(&seed(), &ours, &theirs);
    insta::assert_snapshot!(told(&compared), @r#"
    Replace, record true
    ours trucks[truck-1].schedules[engine-oil].intervals.distance.every: 7500 → 8000
    theirs trucks[truck-1].odometer.reading.value: 48215 → 50000
    theirs trucks[truck-2].name: "Truck 2, Ford F-550 dump" → "Bertha"
    "#);
    let merged = compared.merged.document();
    assert_eq!(merged.trucks[1].name, "Bertha");
    assert_eq!(
        merged.trucks[0].schedules,
        ours.document().trucks[0].schedules
    );
}

#[test]
fn the_same_place_changed_in_two_ways_is_a_conflict() {
    let ours = changed(|document| {
        every(document, 8000);
        document.trucks[1].name = "ours".to_owned();
        document.supplies.remove(0);
    });
    let theirs = changed(|document| {
        every(document, 9000);
        document.trucks[1].name = "theirs".to_owned();
        document.supplies[0].reminder_offsets_days = vec![1];
    });
    let base = seed();
    insta::assert_snapshot!(told(&compared(&base, &ours, &theirs)), @r#"
    Nothing, record true
    conflict trucks[truck-1].schedules[engine-oil].intervals.distance.every: 7500, 8000 or 9000
    conflict trucks[truck-2].name: "Truck 2, Ford F-550 dump", "ours" or "theirs"
    conflict supplies[diesel]: {…}, nothing or {…}
    "#);
    let live = Live::Data(theirs.clone());
    let taken = |take| compare(Some(&base), &ours, &live, Some(take));
    assert!(taken(Take::Ours).merged.is_same(&ours));
    assert!(taken(Take::Theirs).merged.is_same(&theirs));
    assert_eq!(taken(Take::Theirs).put, Put::Nothing);
}

#[test]
fn both_changed_alike_is_nothing_but_a_record() {
    let both = changed(|document| every(document, 8000));
    insta::assert_snapshot!(told(&compared(&seed(), &both, &both)), @"Nothing, record true");
}

#[test]
fn without_a_base_every_difference_is_a_conflict() {
    let ours = changed(|document| {
        every(document, 8000);
        document.supplies.remove(0);
    });
    let theirs = changed(|document| document.trucks[1].name = "Bertha".to_owned());
    let compared = compare(None, &ours, &Live::Data(theirs), None);
    insta::assert_snapshot!(told(&compared), @r#"
    Nothing, record true
    conflict trucks[truck-1].schedules[engine-oil].intervals.distance.every: nothing, 8000 or 7500
    conflict trucks[truck-2].name: nothing, "Truck 2, Ford F-550 dump" or "Bertha"
    conflict supplies[diesel]: nothing, nothing or {…}
    "#);
    let alike = compare(None, &seed(), &Live::Data(seed()), None);
    assert!(alike.is_empty() && alike.record);
}

#[test]
fn entries_come_and_go_by_id_and_keep_the_live_order() {
    let ours = changed(|document| {
        let mut added = document.supplies[0].clone();
        added.id = "added".to_owned();
        document.supplies.insert(0, added);
        document.supplies.remove(2);
    });
    let theirs = changed(|document| {
        document.supplies.reverse();
        let mut known = document.supplies[0].clone();
        known.id = "live".to_owned();
        document.supplies.insert(1, known);
    });
    let compared = compared(&seed(), &ours, &theirs);
    insta::assert_snapshot!(told(&compared), @r"
    Replace, record true
    ours supplies[def]: {…} → nothing
    ours supplies[added]: nothing → {…}
    theirs supplies[live]: nothing → {…}
    ");
    let ids = |data: &MaintenanceData| -> Vec<String> {
        let supplies = data.document().supplies.iter();
        supplies.map(|supply| supply.id.clone()).collect()
    };
    let removed = &ids(&seed())[1];
    let mut expected: Vec<String> = ids(&theirs);
    expected.retain(|id| id != removed);
    expected.push("added".to_owned());
    assert_eq!(ids(&compared.merged), expected);
}

#[test]
fn the_order_of_entries_is_no_change() {
    let ours = changed(|document| document.trucks.reverse());
    let compared = compared(&seed(), &ours, &seed());
    assert!(compared.is_empty() && !compared.record);
}

#[test]
fn what_does_not_stand_together_is_told() {
    // A truck goes that equipment was sent to meanwhile.
    let ours = changed(|document| {
        let gone = document.trucks.pop().expect("a truck").id;
        for item in &mut document.equipment {
            item.rotation.retain(|place| *place != gone);
            item.location = item.rotation[0].clone();
        }
        document.equipment.retain(|item| item.rotation.len() > 1);
    });
    let theirs = changed(|document| {
        let truck = document.trucks.last().expect("a truck").id.clone();
        let mut item = document.equipment[0].clone();
        item.id = "sent".to_owned();
        item.rotation = vec!["yard".to_owned(), truck.clone()];
        item.location = truck;
        document.equipment.push(item);
    });
    insta::assert_snapshot!(told(&compared(&seed(), &ours, &theirs)), @r#"
    Replace, record true
    ours trucks[truck-3]: {…} → nothing
    ours equipment[tarps-b]: {…} → nothing
    ours equipment[trailer-14].location: "truck-2" → "truck-1"
    ours equipment[spill-kit-1].location: "truck-3" → "yard"
    ours equipment[spill-kit-1].rotation: ["yard","truck-1","truck-2","truck-3"] → ["yard","truck-1","truck-2"]
    ours equipment[pressure-washer]: {…} → nothing
    theirs equipment[sent]: nothing → {…}
    together equipment[sent].rotation[1] is not the id of a truck of this document, nor `yard`
    "#);
}

#[test]
fn a_meter_that_would_go_backwards_is_told() {
    let ours = changed(|document| {
        let odometer = document.trucks[0].odometer.as_mut().expect("one");
        odometer.reading.value = Measure::whole(48_000);
    });
    insta::assert_snapshot!(told(&compared(&seed(), &ours, &seed())), @r"
    Replace, record true
    ours trucks[truck-1].odometer.reading.value: 48215 → 48000
    together trucks[truck-1].odometer.reading.value is less than the reading until now, 48215: add a `correction` if that was wrong
    ");
}

#[test]
fn what_is_no_document_is_replaced_only_when_that_was_said() {
    let live = Live::of(Some(b"{\"timeZone\": 1}"));
    let taken = |take| compare(Some(&seed()), &seed(), &live, take);
    insta::assert_snapshot!(told(&taken(None)), @r"
    Nothing, record false
    foreign timeZone: invalid type: integer `1`, expected a string (line 1, column 14)
    ");
    assert!(!taken(Some(Take::Theirs)).is_empty());
    assert_eq!(taken(Some(Take::Ours)).put, Put::Replace);
}

#[test]
fn what_was_measured_or_done_is_one_value() {
    let service = |document: &mut MaintenanceDocument, odometer: i64, hours: i64| {
        let schedule = &mut document.trucks[0].schedules[0];
        let last = &mut schedule.last_service;
        last.odometer = Some(Measure::whole(odometer));
        last.engine_hours = Some(Measure::whole(hours));
    };
    // The seed completes the old service while somebody records a new one: both together never took place.
    let ours = changed(|document| service(document, 41_480, 1_900));
    let theirs = changed(|document| service(document, 48_000, 1_874));
    insta::assert_snapshot!(told(&compared(&seed(), &ours, &theirs)), @"
    Nothing, record true
    conflict trucks[truck-1].schedules[engine-oil].lastService: {…}, {…} or {…}
    ");
}
