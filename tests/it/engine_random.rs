//! A random valid environment plus random changes: planning is stable, and after an apply the next
//! plan is empty.

use proptest::prelude::*;
use qdn_infra::config::{MemoryMb, RetentionDays, TimeoutSeconds};
use qdn_infra::engine::{self, Purpose, Scope};
use qdn_infra::seed::MaintenanceData;
use qdn_shared::package::FunctionName;

use crate::fixture::{Fixture, Heard};
use crate::world::World;

/// One change that a person makes to an environment.
#[derive(Debug, Clone)]
enum Change {
    Page(usize, String),
    RemovePage(usize),
    Code(FunctionName, Vec<u8>),
    Memory(u32),
    Timeout(u32),
    Rate(u32),
    Pace(u32),
    DataSeconds(u32),
    Retention(u32),
    Tag(String, String),
    EdgeSource(String),
    /// In the seed: which truck, and its name.
    Seed(usize, String),
    /// In the live document: which supply, and its name.
    Live(usize, String),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (0..4_usize, "[a-z ]{0,40}").prop_map(|(page, text)| Change::Page(page, text)),
        (0..4_usize).prop_map(Change::RemovePage),
        (
            proptest::sample::select(FunctionName::ALL),
            proptest::collection::vec(any::<u8>(), 1..40)
        )
            .prop_map(|(function, content)| Change::Code(function, content)),
        (128..1024_u32).prop_map(Change::Memory),
        (1..29_u32).prop_map(Change::Timeout),
        (1..500_u32).prop_map(Change::Rate),
        (1..500_u32).prop_map(Change::Pace),
        (0..86_400_u32).prop_map(Change::DataSeconds),
        prop_oneof![Just(1_u32), Just(14), Just(30), Just(365)].prop_map(Change::Retention),
        ("[a-z]{1,8}", "[a-z]{0,8}").prop_map(|(name, value)| Change::Tag(name, value)),
        // No word of the language begins with q.
        "q[a-z]{0,11}".prop_map(Change::EdgeSource),
        (0..3_usize, "[a-z]{1,4}").prop_map(|(truck, name)| Change::Seed(truck, name)),
        (0..4_usize, "[a-z]{1,4}").prop_map(|(supply, name)| Change::Live(supply, name)),
    ]
}

const PAGES: [&str; 4] = [
    "track.css",
    "track.js",
    "a.0123456789abcdef.js",
    "help.html",
];

fn make(fixture: &mut Fixture, world: &World, change: &Change) {
    let file = &mut fixture.desired.environment.file;
    match change {
        Change::Page(page, text) => fixture.write_page(PAGES[*page], &format!("/* {text} */")),
        Change::RemovePage(page) => {
            let key = format!("track/{}", PAGES[*page]);
            if fixture.desired.pages.iter().any(|file| file.key == key) {
                fixture.remove_page(PAGES[*page]);
            }
        }
        Change::Code(function, content) => fixture.build_package(*function, content),
        Change::Memory(memory) => file.functions.api.memory_mb = MemoryMb::new(*memory).unwrap(),
        Change::Timeout(seconds) => {
            file.functions.api.timeout_seconds = TimeoutSeconds::new(*seconds).unwrap();
        }
        Change::Rate(rate) => file.api.throttle.rate = *rate,
        Change::Pace(pace) => file.messages.sends_per_second = *pace,
        Change::DataSeconds(seconds) => file.cache.data_seconds = *seconds,
        Change::Retention(days) => file.logs.retention_days = RetentionDays::new(*days).unwrap(),
        Change::Tag(name, value) => {
            file.tags.insert(name.clone(), value.clone());
        }
        Change::Seed(truck, name) => {
            let seed = fixture.desired.seed.as_ref().unwrap();
            let mut document = seed.document().clone();
            document.trucks[*truck].name.clone_from(name);
            fixture.desired.seed = Some(MaintenanceData::of(document));
        }
        Change::Live(supply, name) => {
            if let Some(live) = world.live() {
                let live = MaintenanceData::read(live.as_bytes()).unwrap();
                let mut document = live.document().clone();
                document.supplies[*supply].name.clone_from(name);
                world.edit_live(&MaintenanceData::of(document).text());
            }
        }
        Change::EdgeSource(name) => {
            fixture.desired.edge_source = format!(
                "const SETTINGS = {{}};\nfunction handler({name}) {{ return {name}.request; }}\n"
            );
        }
    }
}

async fn plan(fixture: &Fixture, world: &World) -> engine::Planned {
    let heard = Heard::default();
    engine::plan(
        &fixture.desired,
        &world.ports(),
        &heard,
        Purpose::Show,
        Scope::Everything,
    )
    .await
    .unwrap()
}

async fn check(changes: &[Change]) {
    let mut fixture = Fixture::new();
    let world = fixture.world();
    for change in changes {
        make(&mut fixture, &world, change);
        let first = plan(&fixture, &world).await.plan;
        let again = plan(&fixture, &world).await.plan;
        assert_eq!(
            first, again,
            "planning twice is not stable after {change:?}"
        );
        let planned = engine::plan(
            &fixture.desired,
            &world.ports(),
            &Heard::default(),
            Purpose::Apply,
            Scope::Everything,
        )
        .await
        .unwrap();
        engine::apply(
            &fixture.desired,
            &planned,
            &world.ports(),
            &Heard::default(),
        )
        .await
        .unwrap();
        let left = plan(&fixture, &world).await.plan;
        assert!(
            left.is_empty(),
            "after {change:?} the next plan is not empty: {left:#?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_changes_are_planned_stably_and_applied_completely(changes in proptest::collection::vec(change(), 1..5)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(check(&changes));
    }
}
