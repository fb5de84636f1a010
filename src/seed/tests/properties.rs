//! What holds of every merge: random edits by two sides.

use proptest::prelude::*;
use qdn_shared::maintenance::{Measure, TimeUnit};
use serde_json::Value;

use super::*;
use crate::seed::merge::{Merge, merge};

/// One edit that a person makes.
#[derive(Debug, Clone)]
enum Edit {
    Name(usize, String),
    Distance(usize, usize, i64),
    Months(usize, i64),
    Offsets(usize, Vec<i64>),
    DropDistance(usize, usize),
    AddSchedule(usize, usize),
    RemoveSchedule(usize, usize),
    AddSupply(usize, i64),
    RemoveSupply(usize),
    Rotate(usize),
    Reverse,
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (0..9_usize, "[a-c]").prop_map(|(which, name)| Edit::Name(which, name)),
        (0..3_usize, 0..5_usize, 1..3_i64).prop_map(|(a, b, n)| Edit::Distance(a, b, n)),
        (0..3_usize, 1..3_i64).prop_map(|(which, n)| Edit::Months(which, n)),
        (0..9_usize, proptest::collection::vec(0..2_i64, 0..2))
            .prop_map(|(which, days)| Edit::Offsets(which, days)),
        (0..3_usize, 0..5_usize).prop_map(|(a, b)| Edit::DropDistance(a, b)),
        (0..3_usize, 0..3_usize).prop_map(|(a, b)| Edit::AddSchedule(a, b)),
        (0..3_usize, 0..5_usize).prop_map(|(a, b)| Edit::RemoveSchedule(a, b)),
        (0..3_usize, 1..3_i64).prop_map(|(which, n)| Edit::AddSupply(which, n)),
        (0..9_usize).prop_map(Edit::RemoveSupply),
        (0..9_usize).prop_map(Edit::Rotate),
        Just(Edit::Reverse),
    ]
}

fn make(document: &mut MaintenanceDocument, edit: &Edit) {
    let (trucks, supplies) = (&mut document.trucks, &mut document.supplies);
    match edit {
        Edit::Name(which, name) => {
            let all = trucks.len();
            trucks[which % all].name.clone_from(name);
        }
        Edit::Distance(truck, schedule, number) => {
            let all = trucks.len();
            if let Some(schedule) = trucks[truck % all].schedules.get_mut(*schedule)
                && let Some(distance) = &mut schedule.intervals.distance
            {
                distance.every = Measure::whole(*number);
            }
        }
        Edit::Months(truck, number) => {
            let all = trucks.len();
            for schedule in &mut trucks[truck % all].schedules {
                if let Some(time) = &mut schedule.intervals.time {
                    time.every.value = *number;
                    time.every.unit = TimeUnit::Months;
                }
            }
        }
        Edit::Offsets(which, days) => {
            if let Some(supply) = supplies.get_mut(*which) {
                supply.reminder_offsets_days.clone_from(days);
            }
        }
        Edit::DropDistance(truck, schedule) => {
            let all = trucks.len();
            if let Some(schedule) = trucks[truck % all].schedules.get_mut(*schedule) {
                schedule.intervals.distance = None;
            }
        }
        Edit::AddSchedule(truck, number) => {
            let all = trucks.len();
            let schedules = &mut trucks[truck % all].schedules;
            let id = format!("added-{number}");
            if schedules.iter().all(|schedule| schedule.id != id)
                && let Some(mut added) = schedules.first().cloned()
            {
                added.id = id;
                schedules.push(added);
            }
        }
        Edit::RemoveSchedule(truck, schedule) => {
            let all = trucks.len();
            let schedules = &mut trucks[truck % all].schedules;
            if *schedule < schedules.len() {
                schedules.remove(*schedule);
            }
        }
        Edit::AddSupply(number, quantity) => {
            let id = format!("added-{number}");
            if supplies.iter().all(|supply| supply.id != id)
                && let Some(mut added) = supplies.first().cloned()
            {
                added.id = id;
                added.reorder_quantity = Measure::whole(*quantity);
                supplies.insert(0, added);
            }
        }
        Edit::RemoveSupply(which) => {
            if *which < supplies.len() {
                supplies.remove(*which);
            }
        }
        Edit::Rotate(which) => {
            if let Some(item) = document.equipment.get_mut(*which) {
                item.rotation.rotate_left(1);
            }
        }
        Edit::Reverse => {
            trucks.reverse();
            supplies.reverse();
        }
    }
}

fn edited(from: &MaintenanceData, edits: &[Edit]) -> MaintenanceData {
    let mut document = from.document().clone();
    for edit in edits {
        make(&mut document, edit);
    }
    MaintenanceData::of(document)
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    proptest::collection::vec(edit(), 0..8)
}

/// A path, and what either side has there.
type Meeting = (String, [Option<Value>; 2]);

/// Only where two sides meet: what they come to together is no matter of sides.
fn meetings(merge: &Merge) -> Vec<Meeting> {
    let of = |conflict: &Conflict| match conflict {
        Conflict::Both {
            path, ours, theirs, ..
        } => Some((path.clone(), [ours.clone(), theirs.clone()])),
        Conflict::Together { .. } | Conflict::Foreign { .. } | Conflict::Gone => None,
    };
    let mut meetings: Vec<_> = merge.conflicts.iter().filter_map(of).collect();
    meetings.sort_by(|(one, _), (other, _)| one.cmp(other));
    meetings
}

/// What lies at a path as people read it.
fn value_at(document: &Value, path: &str) -> Option<Value> {
    let mut here = document;
    for part in path
        .replace('[', ".[")
        .split('.')
        .filter(|part| !part.is_empty())
    {
        here = match part.strip_prefix('[') {
            Some(id) => {
                let id = id.trim_end_matches(']');
                here.as_array()?.iter().find(|entry| entry["id"] == id)?
            }
            None => here.get(part)?,
        };
    }
    Some(here.clone())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn without_edits_of_theirs_it_is_ours(ours in edits()) {
        let (base, ours) = (seed(), edited(&seed(), &ours));
        let merge = merge(Some(&base), &ours, &base, None);
        prop_assert!(merge.merged.is_same(&ours));
        prop_assert!(meetings(&merge).is_empty() && merge.theirs.is_empty());
    }

    #[test]
    fn without_edits_of_ours_it_is_theirs_to_the_byte(theirs in edits()) {
        let (base, theirs) = (seed(), edited(&seed(), &theirs));
        let merge = merge(Some(&base), &base, &theirs, None);
        prop_assert_eq!(merge.merged.text(), theirs.text());
        prop_assert!(merge.conflicts.is_empty() && merge.ours.is_empty());
    }

    /// Once put, nothing is left to be put, whether the record was written or not.
    #[test]
    fn what_was_merged_stays(first in edits(), ours in edits(), theirs in edits()) {
        let base = edited(&seed(), &first);
        let (ours, theirs) = (edited(&base, &ours), edited(&base, &theirs));
        for take in [Take::Ours, Take::Theirs] {
            let merged = merge(Some(&base), &ours, &theirs, Some(take)).merged;
            let after = merge(Some(&ours), &ours, &merged, None);
            prop_assert_eq!(after.merged.text(), merged.text());
            prop_assert!(after.ours.is_empty() && after.conflicts.is_empty());
        }
        let undecided = merge(Some(&base), &ours, &theirs, None);
        if meetings(&undecided).is_empty() {
            let again = merge(Some(&base), &ours, &undecided.merged, None);
            prop_assert_eq!(again.merged.text(), undecided.merged.text());
            prop_assert!(again.ours.is_empty() && again.conflicts.is_empty());
        }
    }

    /// What people changed is there afterwards, or a person is asked about it.
    #[test]
    fn no_live_edit_is_lost(ours in edits(), theirs in edits()) {
        let base = seed();
        let (ours, theirs) = (edited(&base, &ours), edited(&base, &theirs));
        let merge = merge(Some(&base), &ours, &theirs, None);
        let mut changes = Vec::new();
        difference::differences("", Some(base.value()), Some(theirs.value()), &mut changes);
        let asked = meetings(&merge);
        for change in changes {
            let path = change.path.as_str();
            let is_asked = asked.iter().any(|(about, _)| path.starts_with(about.as_str()) || about.starts_with(path));
            let merged = value_at(merge.merged.value(), path);
            let both = value_at(ours.value(), path);
            let is_kept = difference::both_same(merged.as_ref(), change.after.as_ref());
            // An entry of theirs may hold what ours added in it as well.
            let is_shared = change.before.is_none() && both.is_some();
            prop_assert!(is_kept || is_asked || is_shared, "{} is lost", path);
        }
    }

    #[test]
    fn conflicts_are_the_same_from_either_side(ours in edits(), theirs in edits(), is_known: bool) {
        let base = seed();
        let (ours, theirs) = (edited(&base, &ours), edited(&base, &theirs));
        let base = is_known.then_some(&base);
        let here = merge(base, &ours, &theirs, None);
        let there = merge(base, &theirs, &ours, None);
        let swapped = |(path, [ours, theirs]): Meeting| (path, [theirs, ours]);
        let there: Vec<_> = meetings(&there).into_iter().map(swapped).collect();
        prop_assert_eq!(meetings(&here), there);
    }

    /// What is to be put is right, or what is wrong with it is told.
    #[test]
    fn what_is_put_is_right(ours in edits(), theirs in edits()) {
        let base = seed();
        let (ours, theirs) = (edited(&base, &ours), edited(&base, &theirs));
        let compared = compare(Some(&base), &ours, &Live::Data(theirs.clone()), None);
        if compared.conflicts.is_empty() && compared.put != Put::Nothing {
            let merged = compared.merged.document();
            prop_assert!(merged.validate().is_empty());
            prop_assert!(MaintenanceDocument::check_succession(theirs.document(), merged).is_empty());
        }
    }

    #[test]
    fn a_text_is_read_back(ours in edits()) {
        let data = edited(&seed(), &ours);
        let read = MaintenanceData::read(data.text().as_bytes()).expect("a document");
        prop_assert_eq!(read.document(), data.document());
        prop_assert_eq!(read.text(), data.text());
    }
}
