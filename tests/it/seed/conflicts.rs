//! Seed and live document changed in the same place: what stops, what a decision does, and who is quicker.

use qdn_infra::engine::event::What;
use qdn_infra::engine::{self, Error, Purpose, SeedDesk};
use qdn_infra::hint::Hint as _;
use qdn_infra::plan::{Conflict, Plan};
use qdn_infra::ports::Ports;
use qdn_infra::render::{self, Style};
use qdn_infra::seed::{Put, Take};

use super::{EVERY, NAME, edit, edited, live_is, nothing_is_left, seed};
use crate::engine::{applied, apply, plan};
use crate::fixture::{Fixture, Heard};
use crate::secrets::shown;
use crate::world::World;

pub async fn desk<'a>(fixture: &'a Fixture, ports: &'a Ports, heard: &'a Heard) -> SeedDesk<'a> {
    let (environment, seed) = (&fixture.desired.environment, fixture.desired.seed.as_ref());
    let desk = SeedDesk::open(environment, seed.unwrap(), ports, heard);
    desk.await.unwrap()
}

/// A world in which seed and live document were changed in the same place.
pub async fn in_conflict() -> (Fixture, World) {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    edit(&world, EVERY[0], EVERY[2]);
    edit(&world, "\"value\": 48215", "\"value\": 48300");
    fixture.edit_seed(EVERY[0], EVERY[1]);
    fixture.edit_seed(NAME[0], NAME[1]);
    (fixture, world)
}

#[tokio::test]
async fn a_conflict_stops_before_anything_is_changed() {
    let (mut fixture, world) = in_conflict().await;
    fixture.write_page("index.html", "<!doctype html><title>other</title>");
    let planned = shown(&fixture, &world).await;
    assert!(!planned.is_applicable() && seed(&planned).steps.is_empty());
    assert_eq!(seed(&planned).conflicts.len(), 1);
    world.fail_at(None);
    let refused = apply(&fixture, &world).await.unwrap_err();
    insta::assert_snapshot!(refused, @r"
    the maintenance data waits for a decision:
    trucks[truck-1].schedules[engine-oil].intervals.distance.every: ours 8000, theirs 9000, last pushed 7500
    ");
    insta::assert_snapshot!(refused.hint().unwrap(), @"`qdn-infra seed push --take ours` or `--take theirs`, or `qdn-infra seed pull` to bring theirs into the checkout first; `--skip-layer seed` leaves it as it is");
    assert!(world.changing().is_empty());
    let text = render::plan_human(&planned, Style::default(), render::Extent::Summed);
    let part = text.split_once("\nseed ").unwrap().1;
    insta::assert_snapshot!(part, @r"
          waits for a decision: 1 conflict
      ! trucks[truck-1].schedules[engine-oil].intervals.distance.every
          last pushed  7500
          ours         8000
          theirs       9000
        hint: `qdn-infra seed push --take ours` or `--take theirs`, or
              `qdn-infra seed pull` to bring theirs into the checkout first;
              `--skip-layer seed` leaves it as it is
        1 live edit of the maintenance data is kept: `qdn-infra seed diff`
    carrier    no changes
    verify     ? 10 checks
      ? secrets, function, routes, refusals, health, preflight, edge, page,
        strangers, webhooks

    plan: ~ 1 to change, > 3 paths to invalidate, ? 10 checks
    ");
    let json = render::plan_json(&planned);
    let read: Plan = serde_json::from_str(&json).unwrap();
    assert_eq!(read.conflicts().count(), 1);
}

#[tokio::test]
async fn a_conflict_alone_is_not_called_no_changes() {
    let (fixture, world) = in_conflict().await;
    let planned = shown(&fixture, &world).await;
    assert!(!planned.is_empty());
    insta::assert_snapshot!(render::plan_human(&planned, Style::default(), render::Extent::Summed), @r"
    seed       waits for a decision: 1 conflict
      ! trucks[truck-1].schedules[engine-oil].intervals.distance.every
          last pushed  7500
          ours         8000
          theirs       9000
        hint: `qdn-infra seed push --take ours` or `--take theirs`, or
              `qdn-infra seed pull` to bring theirs into the checkout first;
              `--skip-layer seed` leaves it as it is
        1 live edit of the maintenance data is kept: `qdn-infra seed diff`
    nothing changes in qdn-local in 000000000000/us-east-1 before that is decided
    ");
}

#[tokio::test]
async fn a_decision_settles_a_conflict_and_loses_nothing_else() {
    for (take, every) in [(Take::Ours, EVERY[1]), (Take::Theirs, EVERY[2])] {
        let (fixture, world) = in_conflict().await;
        let ports = world.ports();
        let heard = Heard::default();
        let desk = desk(&fixture, &ports, &heard).await;
        let refused = desk.push(None).await.unwrap_err();
        assert!(matches!(refused, Error::SeedConflict { .. }), "{refused}");
        assert_eq!(desk.compare(Some(take)).put, Put::Replace);
        desk.push(Some(take)).await.unwrap();
        live_is(&world, &[every, NAME[1], "\"value\": 48300"]);
        nothing_is_left(&fixture, &world).await;
    }
}

#[tokio::test]
async fn a_decision_holds_for_what_was_seen_alone() {
    let (fixture, world) = in_conflict().await;
    let ports = world.ports();
    let heard = Heard::default();
    let desk = desk(&fixture, &ports, &heard).await;
    edit(&world, NAME[0], NAME[2]);
    let before = world.live();
    let refused = desk.push(Some(Take::Ours)).await.unwrap_err();
    assert!(
        matches!(&refused, Error::SeedOvertaken { conflicts } if matches!(&conflicts[..], [Conflict::Both { path, .. }] if path == "trucks[truck-2].name")),
        "{refused}"
    );
    assert_eq!(world.live(), before);
}

#[tokio::test]
async fn who_is_quicker_is_merged_with() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    fixture.edit_seed(EVERY[0], EVERY[1]);
    let planned = plan(&fixture, &world, Purpose::Apply).await.unwrap();
    // Two edits, each at the very moment of writing.
    let first = edited(&world, "\"value\": 48215", "\"value\": 48300");
    let second = first.replacen(NAME[0], NAME[1], 1);
    world.api(|api| api.races = vec![second, first]);
    let heard = Heard::default();
    engine::apply(&fixture.desired, &planned, &world.ports(), &heard)
        .await
        .unwrap();
    live_is(&world, &[EVERY[1], NAME[1], "\"value\": 48300"]);
    let what = heard.what();
    assert!(what.contains(&What::SeedOvertaken));
    assert!(
        what.contains(&What::SeedPut { ours: 1, theirs: 2 }),
        "{what:?}"
    );
    nothing_is_left(&fixture, &world).await;
}

#[tokio::test]
async fn who_is_quicker_in_the_same_place_stops_it() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    fixture.edit_seed(EVERY[0], EVERY[1]);
    let race = edited(&world, EVERY[0], EVERY[2]);
    world.api(|api| api.races = vec![race.clone()]);
    let refused = apply(&fixture, &world).await.unwrap_err();
    insta::assert_snapshot!(refused, @r"
    the maintenance data was changed meanwhile and waits for a decision:
    trucks[truck-1].schedules[engine-oil].intervals.distance.every: ours 8000, theirs 9000, last pushed 7500
    ");
    assert!(refused.hint().is_some());
    assert_eq!(world.live(), Some(race));
    assert_eq!(shown(&fixture, &world).await.conflicts().count(), 1);
}

#[tokio::test]
async fn a_race_without_end_is_given_up() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    fixture.edit_seed(EVERY[0], EVERY[1]);
    let name = |number: usize| edited(&world, NAME[0], &format!("Bertha {number}"));
    let races: Vec<String> = (0..100).map(name).collect();
    world.api(|api| api.races = races);
    let refused = apply(&fixture, &world).await.unwrap_err();
    assert!(
        matches!(refused, Error::SeedRaces { times: 4 }),
        "{refused}"
    );
}

#[tokio::test]
async fn a_meter_that_would_go_backwards_is_told_before_anything_is_done() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    fixture.edit_seed("\"value\": 48215", "\"value\": 48214");
    world.fail_at(None);
    let refused = apply(&fixture, &world).await.unwrap_err();
    insta::assert_snapshot!(refused, @r"
    the maintenance data waits for a decision:
    trucks[truck-1].odometer.reading.value is less than the reading until now, 48215: add a `correction` if that was wrong
    ");
    insta::assert_snapshot!(refused.hint().unwrap(), @"look with `qdn-infra seed diff`, then mend assets/seed/maintenance.json or the live document; `--skip-layer seed` leaves it as it is");
    assert!(world.changing().is_empty());
}

#[tokio::test]
async fn something_else_in_its_place_is_replaced_only_when_that_was_said() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    world.edit_live("{}");
    let refused = apply(&fixture, &world).await.unwrap_err();
    insta::assert_snapshot!(refused, @r"
    the maintenance data waits for a decision:
    what lies live is no such document: missing field `timeZone` (line 1, column 2)
    ");
    let ports = world.ports();
    let heard = Heard::default();
    let desk = desk(&fixture, &ports, &heard).await;
    desk.push(Some(Take::Ours)).await.unwrap();
    nothing_is_left(&fixture, &world).await;
}
