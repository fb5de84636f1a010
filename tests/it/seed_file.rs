//! Mistakes in the seed file, as a person meets them: told by file, line and id, before anything is done.

use std::fs;

use tempfile::TempDir;

use crate::fixture::project;
use crate::process::run_in;

/// What is said, by each command that reads it, of a seed in which a text was replaced.
fn refused(from: &str, to: &str) -> String {
    let folder = TempDir::new().unwrap();
    for (file, edit) in [
        ("stacks/local.yaml", false),
        ("assets/seed/maintenance.json", true),
    ] {
        let mut text = fs::read_to_string(project().join(file)).unwrap();
        if edit {
            assert!(text.contains(from), "{from}");
            text = text.replacen(from, to, 1);
        }
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let said = [
        &["plan"][..],
        &["apply"],
        &["seed", "diff"],
        &["seed", "push"],
        &["seed", "pull"],
    ]
    .map(|command| {
        let ran = run_in(folder.path(), command);
        assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{}", ran.err);
        let (_, error) = ran.err.split_once('\n').unwrap();
        error.to_owned()
    });
    assert!(said.iter().all(|one| *one == said[0]), "{said:?}");
    assert!(!folder.path().join(".qdn").exists(), "a cloud was started");
    said[0].clone()
}

#[test]
fn mistakes_are_configuration_and_nothing_is_done() {
    insta::assert_snapshot!(refused("\"truck-2\"", "\"truck-1\""), @r"
    error: assets/seed/maintenance.json:122:13: trucks[truck-1].id (/trucks/1/id) is the id of an earlier entry of this list as well
        assets/seed/maintenance.json:336:31: equipment[tarps-a].rotation[1] (/equipment/0/rotation/1) is not the id of a truck of this document, nor `yard`
        assets/seed/maintenance.json:360:31: equipment[trailer-14].rotation[1] (/equipment/2/rotation/1) is not the id of a truck of this document, nor `yard`
        assets/seed/maintenance.json:372:39: equipment[spill-kit-1].rotation[2] (/equipment/3/rotation/2) is not the id of a truck of this document, nor `yard`
      hint: mend assets/seed/maintenance.json; `--skip-layer seed` leaves the maintenance data as it is
    ");
    insta::assert_snapshot!(refused("\"every\": 7500", "\"every\": -7500"), @r"
    error: assets/seed/maintenance.json:24:24: trucks[truck-1].schedules[engine-oil].intervals.distance.every (/trucks/0/schedules/0/intervals/distance/every) is not more than 0
      hint: mend assets/seed/maintenance.json; `--skip-layer seed` leaves the maintenance data as it is
    ");
    insta::assert_snapshot!(refused("\"unit\": \"mi\"", "\"unit\": \"furlongs\""), @r"
    error: assets/seed/maintenance.json:8:26: trucks[0].odometer.unit: unknown variant `furlongs`, expected `km` or `mi`
      hint: mend assets/seed/maintenance.json; `--skip-layer seed` leaves the maintenance data as it is
    ");
    insta::assert_snapshot!(refused("{", ""), @r#"
    error: assets/seed/maintenance.json:2:12: invalid type: string "timeZone", expected struct MaintenanceDocument
      hint: mend assets/seed/maintenance.json; `--skip-layer seed` leaves the maintenance data as it is
    "#);
}

#[test]
fn a_seed_that_is_not_there_is_named() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("stacks")).unwrap();
    let file = folder.path().join("stacks/local.yaml");
    fs::copy(project().join("stacks/local.yaml"), file).unwrap();
    let ran = run_in(folder.path(), &["plan"]);
    assert_eq!(ran.code, 3);
    assert!(
        ran.err
            .contains("assets/seed/maintenance.json could not be read"),
        "{}",
        ran.err
    );
}
