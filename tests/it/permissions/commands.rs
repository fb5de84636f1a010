//! The commands beside `plan` and `apply`: each makes no call but those of the purpose that docs/pipeline.md puts it
//! under.

use std::time::Duration;

use jiff::SignedDuration;
use qdn_infra::engine::{
    self, Claim, CloudToCheck, Error, KeyChain, LockRecord, LogReader, LogsWanted, SeedDesk,
};
use qdn_infra::permissions::Purpose;
use qdn_infra::ports::{Clock as _, Service};
use qdn_infra::seed::{MaintenanceData, Take};
use qdn_shared::operator::OperatorScope;
use qdn_shared::package::FunctionName;

use super::assert_allowed;
use crate::engine::applied;
use crate::engine_adopt;
use crate::engine_destroy::keeping;
use crate::engine_import::kept;
use crate::fixture::{Fixture, Heard};
use crate::world::{ACCOUNT, UNLOCK, World};

/// Both kinds of site, deployed; nothing was called since.
async fn deployed() -> Vec<(Fixture, World)> {
    let (ours, theirs) = (Fixture::new(), Fixture::adopting());
    let worlds = [applied(&ours).await, engine_adopt::applied(&theirs).await];
    for world in &worlds {
        world.fail_at(None);
    }
    [ours, theirs].into_iter().zip(worlds).collect()
}

async fn with_keys<T>(
    fixture: &Fixture,
    world: &World,
    command: impl AsyncFnOnce(&KeyChain<'_>) -> Result<T, Error>,
) -> T {
    let (ports, heard) = (world.ports(), Heard::default());
    let keys = KeyChain::open(&fixture.desired.environment, &ports, &heard);
    command(&keys.await.unwrap()).await.unwrap()
}

/// Whether something of this name was called since the last comparison.
fn called(world: &World, name: &str) -> bool {
    world.calls().iter().any(|call| call.name == name)
}

#[tokio::test]
async fn operator_keys_are_listed_by_who_plans_and_made_and_revoked_by_who_applies() {
    for (fixture, world) in deployed().await {
        let listed = with_keys(&fixture, &world, async |keys| keys.operators().await).await;
        assert_allowed(&fixture, &world, Purpose::Plan);
        let made = with_keys(&fixture, &world, async |keys| {
            let (entry, _) = keys
                .new_operator("dashboard", &[OperatorScope::Jobs])
                .await?;
            keys.mirror().await?;
            Ok(entry)
        })
        .await;
        assert!(called(&world, "PutSecretValue") && called(&world, "UpdateKeys"));
        assert_allowed(&fixture, &world, Purpose::Apply);
        // The deployer's own is made anew.
        for id in [&made.id, &listed[0].id] {
            with_keys(&fixture, &world, async |keys| {
                keys.revoke_operator(id).await
            })
            .await;
            assert!(called(&world, "UpdateKeys"));
            assert_allowed(&fixture, &world, Purpose::Apply);
        }
    }
}

#[tokio::test]
async fn token_keys_are_listed_by_who_plans_and_rotated_and_revoked_by_who_applies() {
    for (fixture, world) in deployed().await {
        with_keys(&fixture, &world, async |keys| keys.tokens().await).await;
        assert_allowed(&fixture, &world, Purpose::Plan);
        let wait = Duration::from_mins(2);
        with_keys(&fixture, &world, async |keys| keys.rotate(wait, true).await).await;
        assert!(called(&world, "PutSecretValue") && called(&world, "UpdateKeys"));
        assert_allowed(&fixture, &world, Purpose::Apply);
        with_keys(&fixture, &world, async |keys| keys.revoke_token(1).await).await;
        assert!(called(&world, "UpdateKeys"));
        assert_allowed(&fixture, &world, Purpose::Apply);
    }
}

#[tokio::test]
async fn the_seed_is_compared_by_who_plans_and_pushed_by_who_applies() {
    for (fixture, world) in deployed().await {
        let mut document = fixture.desired.seed.as_ref().unwrap().document().clone();
        "ours".clone_into(&mut document.trucks[1].name);
        let seed = MaintenanceData::of(document);
        let (ports, heard) = (world.ports(), Heard::default());
        let desk = SeedDesk::open(&fixture.desired.environment, &seed, &ports, &heard);
        let desk = desk.await.unwrap();
        desk.compare(None);
        assert_allowed(&fixture, &world, Purpose::Plan);
        desk.push(Some(Take::Ours)).await.unwrap();
        assert!(called(&world, "PutObject"), "what was pushed is kept");
        assert_allowed(&fixture, &world, Purpose::Apply);
    }
}

#[tokio::test]
async fn a_lock_is_freed_by_who_applies() {
    for (fixture, world) in deployed().await {
        let claim = Claim {
            owner: "ben".to_owned(),
            host: "ci-7".to_owned(),
            run: None,
            command: "apply",
        };
        world.usurp_lock(&LockRecord::of(&claim, "lock-7".to_owned(), world.now()));
        let environment = &fixture.desired.environment;
        let freed = engine::unlock(environment, &world.ports(), "lock-7").await;
        assert!(freed.unwrap().is_some() && called(&world, UNLOCK));
        assert_allowed(&fixture, &world, Purpose::Apply);
    }
}

#[tokio::test]
async fn what_exists_is_taken_in_or_left_by_who_applies() {
    let fixture = keeping();
    let world = kept(&fixture).await;
    let before = world.copy();
    let every = [].into();
    let (ports, heard) = (world.ports(), Heard::default());
    let import = engine::find_imports(&fixture.desired, &ports, &heard, &every);
    let mut import = import.await.unwrap();
    assert_eq!(import.resources.len(), 2);
    let taken = engine::take_in(&mut import, &ports, &heard);
    engine::locked(&fixture.desired.environment, &ports, &heard, taken)
        .await
        .unwrap();
    assert!(called(&world, "ExecuteChangeSet"));
    assert_allowed(&fixture, &world, Purpose::Apply);

    let ports = before.ports();
    let import = engine::find_imports(&fixture.desired, &ports, &heard, &every);
    let import = import.await.unwrap();
    engine::give_up(&import, &ports, &heard).await.unwrap();
    assert!(called(&before, "DeleteStack"));
    assert_allowed(&fixture, &before, Purpose::Apply);
}

#[tokio::test]
async fn who_plans_may_look_at_logs_status_and_releases() {
    for (fixture, world) in deployed().await {
        let (ports, environment) = (world.ports(), &fixture.desired.environment);
        let wanted = LogsWanted {
            functions: FunctionName::ALL.iter().copied().collect(),
            since: SignedDuration::from_mins(1),
            job: None,
        };
        let mut reader = LogReader::open(environment, &ports, &wanted).await.unwrap();
        reader.read().await.unwrap();
        let logs = |call: &crate::world::Call| call.service == Service::CloudWatchLogs;
        let groups = world.calls().into_iter().filter(logs).count();
        assert_eq!(groups, FunctionName::ALL.len());
        assert_allowed(&fixture, &world, Purpose::Plan);
        engine::status(environment, &ports).await.unwrap();
        assert_allowed(&fixture, &world, Purpose::Plan);
        engine::releases(environment, &ports).await.unwrap();
        assert_allowed(&fixture, &world, Purpose::Plan);
    }
}

#[tokio::test]
async fn the_doctor_asks_iam_what_who_administers_may_ask() {
    let fixture = Fixture::new();
    let world = fixture.world();
    world.sign_in_as("arn:aws:sts::000000000000:assumed-role/deploy/run-7");
    world.refuse(&[]);
    let environment = &fixture.desired.environment;
    let cloud = CloudToCheck {
        environment: &environment.name,
        file: &environment.file,
        account: Some(ACCOUNT),
        distribution: environment.values.distribution.as_ref(),
        endpoints: Vec::new(),
    };
    engine::check_cloud(&cloud, &world.ports()).await;
    assert!(called(&world, "GetRole") && called(&world, "SimulatePrincipalPolicy"));
    assert_allowed(&fixture, &world, Purpose::Administer);
}
