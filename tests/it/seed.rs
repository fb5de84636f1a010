//! The maintenance data through plan, apply and the command's own ways, against a cloud in memory.

mod conflicts;

use qdn_infra::hint::Hint as _;
use qdn_infra::plan::{Finding, Layer, LayerPlan, NotObserved, Plan, Target};
use qdn_infra::render::{self, Style};
use qdn_infra::seed::{MaintenanceData, Take};

use self::conflicts::{desk, in_conflict};
use crate::engine::{applied, apply};
use crate::fixture::{Fixture, Heard};
use crate::secrets::shown;
use crate::world::World;

/// A text of the seed, and two others in its place.
const EVERY: [&str; 3] = ["\"every\": 7500", "\"every\": 8000", "\"every\": 9000"];
/// The same for another place.
const NAME: [&str; 3] = ["Truck 2, Ford F-550 dump", "Bertha", "Big Bertha"];

fn seed(plan: &Plan) -> &LayerPlan {
    plan.layer(Layer::Seed).unwrap()
}

fn told(layer: &LayerPlan) -> Vec<String> {
    let steps = layer.steps.iter();
    steps
        .map(|step| match &step.target {
            Target::Document { name, changes } => {
                let paths: Vec<&str> = changes.iter().map(|change| change.path.as_str()).collect();
                format!("{:?} {:?} {name} {paths:?}", step.action, step.reason)
            }
            other => panic!("{other:?} is no document"),
        })
        .collect()
}

/// Lets somebody change the live document through the dashboard.
fn edit(world: &World, from: &str, to: &str) {
    world.edit_live(&edited(world, from, to));
}

fn edited(world: &World, from: &str, to: &str) -> String {
    let text = world.live().unwrap();
    // The API writes every field on a line of its own.
    assert!(
        text.contains(from),
        "the live document does not hold {from}"
    );
    text.replacen(from, to, 1)
}

fn live_is(world: &World, expected: &[&str]) {
    let live = world.live().unwrap();
    for text in expected {
        assert!(live.contains(text), "{text} is not live: {live}");
    }
}

fn last_pushed_is_the_seed(fixture: &Fixture, world: &World) {
    let record = world.seed_record().unwrap();
    assert_eq!(record, fixture.desired.seed.as_ref().unwrap().text());
}

async fn nothing_is_left(fixture: &Fixture, world: &World) {
    let planned = shown(fixture, world).await;
    assert!(planned.is_empty(), "{:?}", seed(&planned));
    last_pushed_is_the_seed(fixture, world);
}

#[tokio::test]
async fn the_first_apply_makes_the_document_and_the_next_does_nothing() {
    let fixture = Fixture::new();
    let world = fixture.world();
    let first = shown(&fixture, &world).await;
    assert_eq!(told(seed(&first)), ["Create New maintenance data []"]);
    apply(&fixture, &world).await.unwrap();
    let live = MaintenanceData::read(world.live().unwrap().as_bytes()).unwrap();
    assert!(live.is_same(fixture.desired.seed.as_ref().unwrap()));
    nothing_is_left(&fixture, &world).await;
}

#[tokio::test]
async fn a_changed_seed_is_one_change_and_live_edits_stay() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    edit(&world, NAME[0], NAME[1]);
    let planned = shown(&fixture, &world).await;
    assert!(planned.is_empty() && planned.is_applicable());
    assert_eq!(seed(&planned).findings, [Finding::SeedKept { count: 1 }]);
    fixture.edit_seed(EVERY[0], EVERY[1]);
    let planned = shown(&fixture, &world).await;
    assert_eq!(
        told(seed(&planned)),
        [
            "Update Content maintenance data [\"trucks[truck-1].schedules[engine-oil].intervals.distance.every\"]"
        ]
    );
    let text = render::plan_human(&planned, Style::default(), render::Extent::Summed);
    let part = text.split_once("\nsite ").unwrap().1;
    insta::assert_snapshot!(part, @r"
          no changes
    seed       ~ 1 to change
      ~ maintenance data    content
          trucks[truck-1].schedules[engine-oil].intervals.distance.every:
            7500 → 8000
        1 live edit of the maintenance data is kept: `qdn-infra seed diff`
    carrier    no changes
    verify     ? 10 checks
      ? secrets, function, routes, refusals, health, preflight, edge, page,
        strangers, webhooks

    plan: ~ 1 to change, ? 10 checks
    ");
    world.fail_at(None);
    apply(&fixture, &world).await.unwrap();
    assert_eq!(world.changing(), ["POST", "PutObject"]);
    live_is(&world, &[EVERY[1], NAME[1]]);
    nothing_is_left(&fixture, &world).await;
}

#[tokio::test]
async fn what_leaves_the_seed_leaves_the_live_document() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    let mut document = fixture.desired.seed.as_ref().unwrap().document().clone();
    let gone = document.supplies.remove(0).id;
    fixture.desired.seed = Some(MaintenanceData::of(document));
    let planned = shown(&fixture, &world).await;
    let path = format!("Update Content maintenance data [\"supplies[{gone}]\"]");
    assert_eq!(told(seed(&planned)), [path]);
    apply(&fixture, &world).await.unwrap();
    let live = MaintenanceData::read(world.live().unwrap().as_bytes()).unwrap();
    assert!(
        live.document()
            .supplies
            .iter()
            .all(|supply| supply.id != gone)
    );
    nothing_is_left(&fixture, &world).await;
}

#[tokio::test]
async fn a_live_document_that_is_lost_waits_for_a_decision() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    world.lose(&fixture.desired.names().site_bucket, qdn_infra::seed::KEY);
    world.fail_at(None);
    let refused = apply(&fixture, &world).await.unwrap_err();
    insta::assert_snapshot!(format!("{refused}\n{}", refused.hint().unwrap()), @r"
    the maintenance data waits for a decision:
    nothing lies live any more, and a seed was pushed
    put back a copy of it, or let `qdn-infra seed push --take ours` make it from assets/seed/maintenance.json; `--skip-layer seed` leaves it as it is
    ");
    assert!(world.changing().is_empty());
    let (ports, heard) = (world.ports(), Heard::default());
    let desk = desk(&fixture, &ports, &heard).await;
    desk.push(Some(Take::Ours)).await.unwrap();
    nothing_is_left(&fixture, &world).await;
}

#[tokio::test]
async fn a_record_that_is_lost_is_written_again_by_a_step_that_says_so() {
    let fixture = Fixture::new();
    let names = fixture.desired.names();
    let losses: [&dyn Fn(&World); 2] = [
        &|world| world.lose(&names.artifacts_bucket, &names.seed_manifest),
        &|world| world.edit_seed_record("no record"),
    ];
    for lose in losses {
        let world = applied(&fixture).await;
        lose(&world);
        let planned = shown(&fixture, &world).await;
        let expected = ["Update Content record of the last seed []"];
        assert_eq!(told(seed(&planned)), expected);
        world.fail_at(None);
        apply(&fixture, &world).await.unwrap();
        assert_eq!(world.changing(), ["PutObject"]);
        nothing_is_left(&fixture, &world).await;
    }
}

#[tokio::test]
async fn what_is_left_out_is_not_looked_at() {
    let (mut fixture, world) = in_conflict().await;
    fixture.desired.seed = None;
    fixture.desired.skip = [Layer::Seed].into();
    let before = world.live();
    world.fail_at(None);
    let planned = shown(&fixture, &world).await;
    let why = seed(&planned).not_observed.as_ref();
    assert_eq!(why, Some(&NotObserved::Skipped));
    assert!(planned.is_empty() && planned.is_applicable());
    apply(&fixture, &world).await.unwrap();
    assert_eq!(world.live(), before);
    assert!(world.changing().is_empty());
}

#[tokio::test]
async fn an_api_that_does_not_know_the_key_yet_is_waited_for() {
    let fixture = Fixture::new();
    let world = fixture.world();
    world.api(|api| api.unknown = 3);
    apply(&fixture, &world).await.unwrap();
    nothing_is_left(&fixture, &world).await;

    let world = fixture.world();
    world.api(|api| api.unknown = usize::MAX);
    let refused = apply(&fixture, &world).await.unwrap_err();
    insta::assert_snapshot!(refused, @"GET http://viewer.test/api/maintenance answered 401: Unauthorized");
    assert!(refused.hint().unwrap().contains("secrets layer"));
}

#[tokio::test]
async fn without_a_key_the_layer_is_not_observed() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    let names = fixture.desired.names();
    world.lose_secret(&names.secrets.deployer_key);
    fixture.desired.secrets = None;
    fixture.desired.skip = [Layer::Secrets].into();
    // Nothing is to be put there, so nothing is missed.
    let unchanged = shown(&fixture, &world).await;
    assert_eq!(seed(&unchanged).not_observed, None);
    fixture.edit_seed(EVERY[0], EVERY[1]);
    let planned = shown(&fixture, &world).await;
    let why = seed(&planned).not_observed.as_ref();
    let name = names.secrets.deployer_key;
    assert_eq!(why, Some(&NotObserved::NoSecret { name }));
    assert!(!planned.is_applicable());
}

/// What is pulled is the live document with what is ours alone; the next apply takes note of it, and nobody else's
/// apply takes anything back before that.
#[tokio::test]
async fn what_was_pulled_is_the_seed_from_then_on() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    edit(&world, NAME[0], NAME[1]);
    let before = fixture.desired.seed.clone();
    let merged = {
        let ports = world.ports();
        let heard = Heard::default();
        desk(&fixture, &ports, &heard).await.compare(None).merged
    };
    // Somebody else applies a checkout that knows nothing of it.
    apply(&fixture, &world).await.unwrap();
    live_is(&world, &[NAME[1]]);
    fixture.desired.seed = Some(merged);
    let planned = shown(&fixture, &world).await;
    let expected = ["Update Content record of the last seed []"];
    assert_eq!(told(seed(&planned)), expected);
    apply(&fixture, &world).await.unwrap();
    nothing_is_left(&fixture, &world).await;
    // From now on the seed speaks for it.
    fixture.desired.seed = before;
    apply(&fixture, &world).await.unwrap();
    live_is(&world, &[NAME[0]]);
}
