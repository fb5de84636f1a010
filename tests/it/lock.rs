//! One writer at a time: who takes the lock, who is refused, who takes over, and that nobody frees another's.

use std::time::Duration;

use futures::channel::mpsc;
use qdn_infra::engine::event::What;
use qdn_infra::engine::{
    self, Claim, Ended, Error, LockError, LockRecord, Purpose, Scope, interruptible,
};
use qdn_infra::hint::Hint as _;
use qdn_infra::ports::{Clock as _, GuardedObjects as _};
use tokio::time::Instant;

use crate::engine::with_bootstrap;
use crate::fixture::{Fixture, Heard};
use crate::wire::Wire;
use crate::world::{LOCK, UNLOCK, World};

/// A fixture with a bootstrap stack, and nothing else yet.
async fn bootstrapped() -> (Fixture, World) {
    let fixture = Fixture::new();
    let world = with_bootstrap(&fixture).await;
    (fixture, world)
}

async fn apply(fixture: &Fixture, world: &World) -> Result<Heard, Error> {
    let (ports, heard) = (world.ports(), Heard::default());
    let scope = Scope::Everything;
    let planned = engine::plan(&fixture.desired, &ports, &heard, Purpose::Apply, scope).await?;
    engine::apply(&fixture.desired, &planned, &ports, &heard).await?;
    Ok(heard)
}

fn place(fixture: &Fixture) -> (String, String) {
    let names = fixture.desired.names();
    (names.artifacts_bucket, names.lock)
}

/// A lock that somebody else takes now.
fn record_of(id: &str, world: &World) -> LockRecord {
    let other = Claim {
        owner: "ben".to_owned(),
        host: "ci-7".to_owned(),
        run: Some("https://github.com/quickdumpnow/infra/actions/runs/4711".to_owned()),
        command: "apply",
    };
    LockRecord::of(&other, id.to_owned(), world.now())
}

/// Lets somebody else hold the lock from now on.
async fn held_by(fixture: &Fixture, world: &World, id: &str) -> LockRecord {
    let record = record_of(id, world);
    let (bucket, key) = place(fixture);
    let bytes = record.to_bytes();
    world.create(&bucket, &key, bytes).await.unwrap();
    record
}

async fn lock(fixture: &Fixture, world: &World) -> Option<LockRecord> {
    let (bucket, key) = place(fixture);
    let found = world.ports().guarded.read(&bucket, &key).await.unwrap();
    found.map(|object| LockRecord::parse(&object.bytes).unwrap())
}

#[tokio::test]
async fn an_apply_takes_the_lock_before_it_changes_anything_and_frees_it_last() {
    let (fixture, world) = bootstrapped().await;
    world.fail_at(None);
    let heard = apply(&fixture, &world).await.unwrap();
    let changing = world.calls().into_iter().filter(|call| call.mutating);
    let changing: Vec<&str> = changing.map(|call| call.name).collect();
    assert_eq!(changing.first(), Some(&LOCK));
    assert_eq!(changing.last(), Some(&UNLOCK));
    assert_eq!(changing.iter().filter(|name| **name == LOCK).count(), 1);
    assert!(lock(&fixture, &world).await.is_none());
    let what = heard.what();
    assert!(matches!(
        what[..],
        [
            ..,
            What::Unlocked { until: None, .. },
            What::Finished { .. }
        ]
    ));

    // Nothing is left to be done, so nobody is kept out.
    world.fail_at(None);
    apply(&fixture, &world).await.unwrap();
    assert!(world.calls().iter().all(|call| !call.mutating));
}

#[tokio::test]
async fn whoever_comes_second_is_told_who_works_and_changes_nothing() {
    let (fixture, world) = bootstrapped().await;
    let other = held_by(&fixture, &world, "run-of-ben").await;
    world.fail_at(None);
    let refused = apply(&fixture, &world).await.err().unwrap();
    insta::assert_snapshot!(refused, @"ben on ci-7 runs `apply` since 2026-01-01T00:00:00Z (lock run-of-ben, until 2026-01-01T00:05:00Z, https://github.com/quickdumpnow/infra/actions/runs/4711)");
    insta::assert_snapshot!(refused.hint().unwrap(), @"wait for it; if that run is certainly dead, free it with `qdn-infra unlock run-of-ben` and the same `--env`, or let it expire");
    assert!(world.changing().is_empty(), "{:?}", world.changing());
    assert_eq!(lock(&fixture, &world).await, Some(other));
}

#[tokio::test]
async fn an_expired_lock_is_taken_over() {
    let (fixture, world) = bootstrapped().await;
    held_by(&fixture, &world, "killed").await;
    world.sleep(Duration::from_mins(6)).await;
    // Within the grace for another machine's clock.
    assert!(matches!(
        apply(&fixture, &world).await,
        Err(Error::Lock(LockError::Held { .. }))
    ));
    world.sleep(Duration::from_secs(1)).await;
    let heard = apply(&fixture, &world).await.unwrap();
    let taken_over = heard.what().into_iter().find_map(|what| match what {
        What::Locked { taken_over, .. } => taken_over,
        _ => None,
    });
    assert_eq!(taken_over.as_deref(), Some("killed"));
    assert!(lock(&fixture, &world).await.is_none());
}

/// Holds the lock while some work is done.
async fn locked<T>(
    fixture: &Fixture,
    world: &World,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let environment = &fixture.desired.environment;
    engine::locked(environment, &world.ports(), &Heard::default(), work).await
}

/// Half of the rounds begin with no lock, half with an expired one.
#[tokio::test]
async fn of_twenty_racers_one_wins_two_hundred_times() {
    let (fixture, world) = bootstrapped().await;
    for round in 0..200 {
        if round % 2 == 1 {
            held_by(&fixture, &world, "killed").await;
            world.sleep(Duration::from_mins(7)).await;
        }
        let racers = (0..20).map(|_| {
            let work = async {
                // Until every other one was refused.
                for _ in 0..50 {
                    tokio::task::yield_now().await;
                }
                Ok(())
            };
            locked(&fixture, &world, work)
        });
        let ended = futures::future::join_all(racers).await;
        let won = ended.iter().filter(|ended| ended.is_ok()).count();
        let refused = ended
            .iter()
            .filter(|ended| matches!(ended, Err(Error::Lock(LockError::Held { held })) if held.id != "killed"));
        assert_eq!((won, refused.count()), (1, 19), "round {round}");
        assert!(lock(&fixture, &world).await.is_none(), "round {round}");
    }
}

#[tokio::test]
async fn a_lock_is_renewed_while_the_work_goes_on() {
    let (fixture, world) = bootstrapped().await;
    let work = async {
        let first = lock(&fixture, &world).await.unwrap();
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        let later = lock(&fixture, &world).await.unwrap();
        assert_eq!(later.id, first.id);
        assert!(later.expires_at > first.expires_at);
        Ok(())
    };
    locked(&fixture, &world, work).await.unwrap();
    assert!(lock(&fixture, &world).await.is_none());
}

/// Somebody freed it by hand and another run took it: this one stops where it is.
#[tokio::test]
async fn whoever_lost_the_lock_works_no_longer() {
    let (fixture, world) = bootstrapped().await;
    let work = async {
        world.usurp_lock(&record_of("run-of-ben", &world));
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        panic!("the work goes on without the lock");
    };
    let lost: Result<(), Error> = locked(&fixture, &world, work).await;
    insta::assert_snapshot!(lost.unwrap_err(), @"lock run-000007 is lost: another run works on the environment now");
    assert_eq!(lock(&fixture, &world).await.unwrap().id, "run-of-ben");
}

#[tokio::test]
async fn a_lock_that_another_took_over_meanwhile_is_not_freed() {
    let (fixture, world) = bootstrapped().await;
    world.fail_at(None);
    world.swap_lock(record_of("run-of-ben", &world));
    apply(&fixture, &world).await.unwrap();
    assert_eq!(lock(&fixture, &world).await.unwrap().id, "run-of-ben");
}

/// Whoever asks to stop meanwhile hears what became of it.
#[tokio::test(start_paused = true)]
async fn a_lock_that_is_being_freed_is_freed() {
    let (fixture, world) = bootstrapped().await;
    held_by(&fixture, &world, "run-of-ben").await;
    let wire = Wire::new(&world, Instant::now());
    let (signal, heard) = mpsc::unbounded();
    let removal = 2;
    wire.signal_at(removal, signal, 1);
    let (environment, ports) = (&fixture.desired.environment, wire.ports());
    let freeing = engine::unlock(environment, &ports, "run-of-ben");
    let ended = Box::pin(interruptible(wire.stop(), heard, |_| (), freeing)).await;
    assert!(matches!(ended, Ended::Done(Ok(Some(_)))), "{ended:?}");
    assert_eq!(wire.calls()[removal], "GuardedObjects.remove");
    assert_eq!(lock(&fixture, &world).await, None);
}

/// Closed for ten minutes while it looked once more: another may work by now.
#[tokio::test]
async fn whose_machine_slept_begins_nothing_more() {
    let (fixture, world) = bootstrapped().await;
    let undisturbed = world.copy();
    let (ports, heard) = (undisturbed.ports(), Heard::default());
    let scope = Scope::Everything;
    let planned = engine::plan(&fixture.desired, &ports, &heard, Purpose::Apply, scope);
    let planned = planned.await.unwrap();
    let slept = undisturbed.copy();
    undisturbed.fail_at(None);
    engine::apply(&fixture.desired, &planned, &ports, &heard)
        .await
        .unwrap();
    let calls = undisturbed.calls();
    let first = calls
        .iter()
        .position(|call| call.mutating && call.name != LOCK);
    let last_look = first.unwrap() - 1;
    slept.fail_at(None);
    slept.sleep_at(last_look, Duration::from_mins(10));
    let refused = engine::apply(&fixture.desired, &planned, &slept.ports(), &heard).await;
    assert!(
        matches!(refused, Err(Error::Lock(LockError::Lost { .. }))),
        "{refused:?}"
    );
    assert!(slept.changing().is_empty(), "{:?}", slept.changing());
}

/// Whoever needs a lock does nothing without one.
#[tokio::test]
async fn without_its_bucket_nothing_is_applied() {
    let (fixture, world) = bootstrapped().await;
    let (ports, heard) = (world.ports(), Heard::default());
    let scope = Scope::Everything;
    let planned = engine::plan(&fixture.desired, &ports, &heard, Purpose::Apply, scope);
    let planned = planned.await.unwrap();
    world.lose_bucket(&fixture.desired.names().artifacts_bucket);
    world.fail_at(None);
    let refused = engine::apply(&fixture.desired, &planned, &ports, &heard).await;
    insta::assert_snapshot!(refused.unwrap_err(), @"there is no bucket qdn-local-artifacts-000000000000-us-east-1, in which the lock lies");
    assert!(world.changing().is_empty(), "{:?}", world.changing());
}

#[tokio::test]
async fn unlock_needs_the_very_id() {
    let (fixture, world) = bootstrapped().await;
    let (environment, ports) = (&fixture.desired.environment, world.ports());
    assert_eq!(
        engine::unlock(environment, &ports, "any").await.unwrap(),
        None
    );
    let other = held_by(&fixture, &world, "run-of-ben").await;
    let refused = engine::unlock(environment, &ports, "run-of-be").await;
    insta::assert_snapshot!(refused.unwrap_err(), @r#"no lock has the id "run-of-be"; ben on ci-7 runs `apply` since 2026-01-01T00:00:00Z (lock run-of-ben, until 2026-01-01T00:05:00Z, https://github.com/quickdumpnow/infra/actions/runs/4711)"#);
    assert_eq!(lock(&fixture, &world).await.as_ref(), Some(&other));
    let freed = engine::unlock(environment, &ports, "run-of-ben").await;
    assert_eq!(freed.unwrap(), Some(other));
    assert_eq!(lock(&fixture, &world).await, None);
}

#[tokio::test]
async fn what_is_no_lock_is_left_alone() {
    let (fixture, world) = bootstrapped().await;
    let (bucket, key) = place(&fixture);
    world.create(&bucket, &key, b"{}".to_vec()).await.unwrap();
    let refused = apply(&fixture, &world).await.err().unwrap();
    insta::assert_snapshot!(refused, @"s3://qdn-local-artifacts-000000000000-us-east-1/locks/qdn-local.json is not a lock of this program: missing field `id` at line 1 column 2");
    assert!(refused.hint().unwrap().contains("aws s3 rm"));
}

#[tokio::test]
async fn without_a_bucket_an_import_holds_no_lock_and_goes_on() {
    let fixture = Fixture::new();
    let world = fixture.world();
    let done = locked(&fixture, &world, async { Ok("done") }).await;
    assert_eq!(done.unwrap(), "done");
}

/// S3 is silent: the work ends with the lock's time, before anybody else may take it over.
#[tokio::test(start_paused = true)]
async fn a_renewal_is_not_waited_for_beyond_the_end_of_the_lock() {
    let (fixture, world) = bootstrapped().await;
    let began = Instant::now();
    let wire = Wire::new(&world, began);
    wire.silence("GuardedObjects.replace");
    let (environment, ports) = (&fixture.desired.environment, wire.ports());
    let work = async {
        tokio::time::sleep(Duration::from_mins(20)).await;
        Ok(())
    };
    let lost = engine::locked(environment, &ports, &Heard::default(), work).await;
    assert!(
        matches!(lost, Err(Error::Lock(LockError::Lost { .. }))),
        "{lost:?}"
    );
    assert!(
        began.elapsed() > Duration::from_mins(4),
        "{:?}",
        began.elapsed()
    );
    let there = lock(&fixture, &world).await.unwrap();
    assert!(
        !there.is_over(ports.clock.now()),
        "another may work already"
    );
}
