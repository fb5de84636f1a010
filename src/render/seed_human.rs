//! A seed beside the live document as people read it: what is ours to put, what is theirs to keep, and what has to be
//! decided.

use super::conflicts;
use super::numbers::count;
use super::style::{Style, Tone};
use super::values::change_lines;
use crate::seed::{Change, Comparison, Put};

/// The comparison as text that ends with a newline. Lines fit the width; commands are never broken.
pub fn seed_human(compared: &Comparison, environment: &str, style: Style) -> String {
    let mut lines = Vec::new();
    let mut part = |head: String, changes: &[Change]| {
        if changes.is_empty() {
            return;
        }
        lines.push(style.paint(Tone::Strong, &head));
        for change in changes {
            lines.extend(change_lines(&change.clone().into(), 2, style));
        }
    };
    let number = |changes: &[Change]| count(changes.len(), "change");
    let (ours, theirs) = (&compared.ours, &compared.theirs);
    part(format!("ours, to be put live: {}", number(ours)), ours);
    part(format!("theirs, kept: {}", number(theirs)), theirs);
    if !compared.conflicts.is_empty() {
        let said = format!(
            "to be decided: {}",
            count(compared.conflicts.len(), "conflict")
        );
        lines.push(style.paint(Tone::Failed, &said));
        lines.extend(conflicts::lines(&compared.conflicts, environment, style));
    }
    let said = match compared.put {
        Put::Create => Some("no live document yet: the seed will be the first"),
        Put::Replace if compared.ours.is_empty() => {
            Some("the seed takes the live document's place")
        }
        Put::Nothing if lines.is_empty() => Some("no differences: what lies live is the seed"),
        Put::Replace | Put::Nothing => None,
    };
    lines.extend(said.map(str::to_owned));
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
pub(super) mod tests {
    use crate::render::fit::columns;
    use crate::seed::{FILE, Live, MaintenanceData, Take, compare};

    use super::*;

    const SEED: &str = include_str!("../../assets/seed/maintenance.json");

    fn data(changes: &[(&str, &str)]) -> MaintenanceData {
        let text = changes.iter().fold(SEED.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        });
        MaintenanceData::parse(text.as_bytes(), FILE).expect("a seed")
    }

    /// A seed, this checkout's change of it, and somebody else's that is in its way.
    pub(in crate::render) fn in_conflict(style: Style) -> String {
        let (from, live) = (
            "Truck 2, Ford F-550 dump",
            "Bertha, which has been with us longer",
        );
        let (ours, theirs) = (
            data(&[(from, "Truck 2")]),
            Live::Data(data(&[(from, live)])),
        );
        seed_human(
            &compare(Some(&data(&[])), &ours, &theirs, None),
            "local",
            style,
        )
    }

    fn shown(live: &Live, take: Option<Take>) -> String {
        let base = data(&[]);
        let ours = data(&[
            ("\"every\": 7500", "\"every\": 8000"),
            (
                "\"reminderOffsets\": [500, 0]",
                "\"reminderOffsets\": [600, 100, 0]",
            ),
            ("Truck 2, Ford F-550 dump", "Truck 2"),
        ]);
        let text = seed_human(
            &compare(Some(&base), &ours, live, take),
            "local",
            Style::default(),
        );
        for line in text.lines().filter(|line| !line.contains('`')) {
            assert!(columns(line) <= 80, "{line}");
            assert_eq!(line, line.trim_end());
        }
        text
    }

    #[test]
    fn ours_theirs_and_what_is_to_be_decided() {
        let theirs = data(&[
            ("\"value\": 48215", "\"value\": 48300"),
            (
                "Truck 2, Ford F-550 dump",
                "Bertha, which has been with us longer than anybody can tell",
            ),
        ]);
        let live = Live::Data(theirs);
        insta::assert_snapshot!(shown(&live, None), @r#"
        ours, to be put live: 2 changes
          trucks[truck-1].schedules[engine-oil].intervals.distance.every: 7500 → 8000
          trucks[truck-1].schedules[engine-oil].intervals.distance.reminderOffsets:
            [500,0] → [600,100,0]
        theirs, kept: 1 change
          trucks[truck-1].odometer.reading.value: 48215 → 48300
        to be decided: 1 conflict
          ! trucks[truck-2].name
              last pushed  "Truck 2, Ford F-550 dump"
              ours         "Truck 2"
              theirs       "Bertha, which has been with us longer than anybody can tell"
            hint: `qdn-infra seed push --take ours` or `--take theirs`, or
                  `qdn-infra seed pull` to bring theirs into the checkout first;
                  `--skip-layer seed` leaves it as it is
        "#);
        insta::assert_snapshot!(shown(&live, Some(Take::Theirs)), @r#"
        ours, to be put live: 2 changes
          trucks[truck-1].schedules[engine-oil].intervals.distance.every: 7500 → 8000
          trucks[truck-1].schedules[engine-oil].intervals.distance.reminderOffsets:
            [500,0] → [600,100,0]
        theirs, kept: 2 changes
          trucks[truck-1].odometer.reading.value: 48215 → 48300
          trucks[truck-2].name:
            - "Truck 2, Ford F-550 dump"
            + "Bertha, which has been with us longer than anybody can tell"
        "#);
    }

    #[test]
    fn nothing_there_nothing_to_do_and_something_else() {
        insta::assert_snapshot!(shown(&Live::Absent, Some(Take::Ours)), @"no live document yet: the seed will be the first");
        insta::assert_snapshot!(shown(&Live::Absent, None), @r"
        to be decided: 1 conflict
          ! nothing lies live any more, and a seed was pushed
            hint: put back a copy of it, or let `qdn-infra seed push --take ours` make
                  it from assets/seed/maintenance.json; `--skip-layer seed` leaves it as
                  it is
        ");
        let foreign = Live::of(Some(b"[]"));
        insta::assert_snapshot!(shown(&foreign, None), @r"
        to be decided: 1 conflict
          ! what lies live is no such document: invalid length 0, expected struct
            MaintenanceDocument with 4 elements (line 1, column 2)
            hint: `qdn-infra seed push --take ours` replaces it; `--skip-layer seed`
                  leaves it as it is
        ");
        insta::assert_snapshot!(shown(&foreign, Some(Take::Ours)), @"the seed takes the live document's place");
        let same = data(&[]);
        let compared = compare(Some(&same), &same, &Live::Data(same.clone()), None);
        insta::assert_snapshot!(seed_human(&compared, "local", Style::default()), @"no differences: what lies live is the seed");
    }
}
