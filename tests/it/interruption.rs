//! A person asks to stop, once or twice, while a call is under way: what is told and when, what becomes of the lock,
//! and that the next apply finishes.

mod commands;

use std::time::Duration;

use futures::channel::mpsc;
use qdn_infra::engine::event::What;
use qdn_infra::engine::{Ended, Error, Outcome, interruptible};
use qdn_infra::ports::{LockState, Task};
use serde_json::Value;
use tokio::time::Instant;

use crate::fixture::Fixture;
use crate::wire::{Fault, Seen, Wire, apply};
use crate::world::World;

/// Applies, and signals so often while this call is under way.
async fn interrupted(
    fixture: &Fixture,
    wire: &Wire,
    call: usize,
    signals: usize,
) -> Ended<Result<Outcome, Error>> {
    let (signal, heard) = mpsc::unbounded();
    wire.signal_at(call, signal, signals);
    let tell = |what| wire.see(Seen::Told(what));
    Box::pin(interruptible(
        wire.stop(),
        heard,
        tell,
        apply(fixture, wire),
    ))
    .await
}

/// The id of the lock that lies there.
async fn lock(fixture: &Fixture, world: &World) -> Option<String> {
    let names = fixture.desired.names();
    let ports = world.ports();
    let found = ports.guarded.read(&names.artifacts_bucket, &names.lock);
    let found = found.await.unwrap()?;
    let record: Value = serde_json::from_slice(&found.bytes).unwrap();
    Some(record["id"].as_str().unwrap().to_owned())
}

/// The number of calls of an undisturbed apply, and what it leaves.
async fn undisturbed(fixture: &Fixture) -> (usize, Value) {
    let world = fixture.world();
    let wire = Wire::new(&world, Instant::now());
    apply(fixture, &wire).await.unwrap();
    (wire.calls().len(), world.contents())
}

/// A plain apply, after whatever was left has ended.
async fn converges(fixture: &Fixture, world: &World, began: Instant, wanted: &Value, call: usize) {
    tokio::time::sleep(Duration::from_mins(10)).await;
    let again = Wire::new(world, began);
    let done = apply(fixture, &again).await;
    assert!(done.is_ok(), "after call {call}: {}", done.unwrap_err());
    assert_eq!(world.contents(), *wanted, "after call {call}");
}

fn position(seen: &[Seen], wanted: impl Fn(&Seen) -> bool) -> Option<usize> {
    seen.iter().position(wanted)
}

#[tokio::test(start_paused = true)]
async fn a_signal_at_any_call_is_answered_at_once_and_ends_cleanly() {
    let fixture = Fixture::new();
    let (calls, wanted) = undisturbed(&fixture).await;
    let (mut at_once, mut stopped) = (0, 0);
    for call in 0..calls {
        let (world, began) = (fixture.world(), Instant::now());
        let wire = Wire::new(&world, began);
        let ended = Box::pin(interrupted(&fixture, &wire, call, 1)).await;
        let seen = wire.seen();
        let told = position(&seen, |seen| {
            matches!(seen, Seen::Told(What::Stopping { .. }))
        });
        let answered = position(&seen, |seen| *seen == Seen::Answered(call));
        match ended {
            Ended::AtOnce { .. } => {
                at_once += 1;
                assert_eq!((told, answered), (None, None), "call {call}");
            }
            Ended::Done(result) => {
                let told = told.unwrap_or_else(|| panic!("call {call}: nothing was told"));
                // A call that changes nothing may be given up.
                assert!(answered.is_none_or(|at| told < at), "call {call}: {seen:?}");
                let later = &seen[told..];
                let first_layer = position(later, |seen| {
                    matches!(seen, Seen::Told(What::LayerStarted { .. }))
                });
                assert_eq!(first_layer, None, "call {call}: something was begun");
                match result {
                    Ok(_) => {}
                    Err(Error::Interrupted(_)) => stopped += 1,
                    Err(error) => panic!("call {call}: {error}"),
                }
                assert!(
                    matches!(
                        wire.stop().lock(),
                        LockState::None | LockState::Freed { .. }
                    ),
                    "call {call}"
                );
            }
            Ended::Left { .. } => panic!("call {call}: it was asked once"),
        }
        assert!(wire.stop().tasks().is_empty(), "call {call}");
        assert_eq!(lock(&fixture, &world).await, None, "call {call}");
        converges(&fixture, &world, began, &wanted, call).await;
    }
    assert!(at_once > 10, "{at_once} of {calls}");
    assert!(stopped > 30, "{stopped} of {calls}");
}

#[tokio::test(start_paused = true)]
async fn a_second_signal_at_any_call_leaves_at_once_and_tells_the_truth_of_the_lock() {
    let fixture = Fixture::new();
    let (calls, wanted) = undisturbed(&fixture).await;
    let mut held = 0;
    for call in 0..calls {
        let (world, began) = (fixture.world(), Instant::now());
        let wire = Wire::new(&world, began);
        let ended = Box::pin(interrupted(&fixture, &wire, call, 2)).await;
        let there = lock(&fixture, &world).await;
        let state = match ended {
            Ended::Left { lock, .. } => lock,
            Ended::AtOnce { .. } => LockState::None,
            // There was nothing to wait for.
            Ended::Done(_) => wire.stop().lock(),
        };
        match state {
            LockState::None | LockState::Freed { .. } => assert_eq!(there, None, "call {call}"),
            LockState::Held { id, .. } => {
                held += 1;
                assert_eq!(there, Some(id), "call {call}");
            }
            LockState::Taking { id, .. } | LockState::Freeing { id, .. } => {
                assert!(there.is_none_or(|there| there == id), "call {call}");
            }
        }
        assert_eq!(
            position(&wire.seen(), |seen| *seen == Seen::Answered(call)),
            None,
            "call {call} was waited for"
        );
        converges(&fixture, &world, began, &wanted, call).await;
    }
    assert!(held > 30, "{held} of {calls}");
}

/// A stack operation is followed to its end, since nobody can stop it half way.
#[tokio::test(start_paused = true)]
async fn an_operation_on_a_stack_is_followed_to_its_end() {
    let fixture = Fixture::new();
    let world = fixture.world();
    let first = Wire::new(&world, Instant::now());
    apply(&fixture, &first).await.unwrap();
    let calls = first.calls();
    let executed = |name: &&str| **name == *"Stacks.execute_change_set";
    let call = calls.iter().rposition(executed).unwrap() + 1;

    let world = fixture.world();
    let wire = Wire::new(&world, Instant::now());
    let ended = Box::pin(interrupted(&fixture, &wire, call, 1)).await;
    let finishing = wire.seen().into_iter().find_map(|seen| match seen {
        Seen::Told(What::Stopping { finishing }) => Some(finishing),
        _ => None,
    });
    let stack = fixture.desired.names().stack;
    assert!(finishing.unwrap().contains(&Task::Stack { stack }));
    let Ended::Done(Err(error)) = ended else {
        panic!("{ended:?}");
    };
    insta::assert_snapshot!(error, @"interrupted; done: bootstrap, secrets, package, stack; not begun: edge, site, seed, carrier, verify");
}

/// Nobody answers when the lock is freed: whoever asked to stop waits for half a minute, not for as long as a call may
/// take, and is told that the lock is still there.
#[tokio::test(start_paused = true)]
async fn cleaning_up_takes_no_longer_than_a_person_waits() {
    let fixture = Fixture::new();
    let undisturbed = Wire::new(&fixture.world(), Instant::now());
    apply(&fixture, &undisturbed).await.unwrap();
    let within = |name: &&str| **name == *"Secrets.create";
    let signalled = undisturbed.calls().iter().position(within).unwrap();
    let stopped = async |fault: Option<(usize, Fault)>| {
        let world = fixture.world();
        let wire = Wire::new(&world, Instant::now());
        if let Some((call, fault)) = fault {
            wire.disturb(call, fault);
        }
        let began = Instant::now();
        let ended = Box::pin(interrupted(&fixture, &wire, signalled, 1)).await;
        assert!(matches!(ended, Ended::Done(Err(_))), "{ended:?}");
        (began.elapsed(), wire, lock(&fixture, &world).await)
    };
    let (soon, wire, there) = stopped(None).await;
    assert_eq!(there, None);
    let freed = |name: &&str| **name == *"GuardedObjects.remove";
    let call = wire.calls().iter().rposition(freed).unwrap();

    let (late, wire, there) = stopped(Some((call, Fault::Stalled))).await;
    // But for the moment that the answer took.
    let longer = late.checked_sub(soon).unwrap();
    assert!(
        longer > Duration::from_secs(29) && longer <= Duration::from_secs(30),
        "{longer:?}"
    );
    let LockState::Freeing { id, until } = wire.stop().lock() else {
        panic!("{:?}", wire.stop().lock());
    };
    assert_eq!(there, Some(id.clone()));
    let told = Seen::Told(What::Unlocked {
        id,
        until: Some(until),
    });
    assert!(wire.seen().contains(&told), "{:?}", wire.seen());
}
