//! The same for the other commands that change something: destroy, import, seed push, rotation of the token key.

use std::time::Duration;

use futures::channel::mpsc;
use qdn_infra::engine::{self, Ended, Error, KeyChain, SeedDesk, interruptible};

use qdn_infra::ports::LockState;
use qdn_shared::ring::PUBLISH_WAIT_SECONDS;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{lock, position};
use crate::engine::applied;
use crate::engine_destroy::{EVERYTHING, keeping};
use crate::engine_import::kept;
use crate::fixture::Fixture;
use crate::wire::{Seen, Wire};
use crate::world::World;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Command {
    Destroy,
    Import,
    Push,
    Rotate,
}

impl Command {
    /// An environment in which it has something to do.
    async fn begin(self) -> (Fixture, World) {
        if self == Self::Import {
            let fixture = keeping();
            let world = kept(&fixture).await;
            return (fixture, world);
        }
        let mut fixture = Fixture::new();
        let world = applied(&fixture).await;
        if self == Self::Push {
            fixture.edit_seed("Truck 2, Ford F-550 dump", "Bertha");
        }
        (fixture, world)
    }

    /// What one call of it does.
    async fn run(self, fixture: &Fixture, wire: &Wire) -> Result<(), Error> {
        let (environment, ports) = (&fixture.desired.environment, wire.ports());
        match self {
            Self::Destroy => {
                let present = engine::present(environment, &ports).await?;
                engine::destroy(environment, &present, EVERYTHING, &ports, wire).await
            }
            Self::Import => {
                let given = std::collections::BTreeMap::new();
                let mut import =
                    engine::find_imports(&fixture.desired, &ports, wire, &given).await?;
                let _kept = engine::kept_import(&import, &ports);
                let taken = engine::take_in(&mut import, &ports, wire).await;
                if taken.is_err() {
                    let _stays = engine::give_up(&import, &ports, wire).await;
                }
                taken
            }
            Self::Push => {
                let seed = fixture.desired.seed.as_ref().unwrap();
                let desk = SeedDesk::open(environment, seed, &ports, wire).await?;
                desk.push(None).await
            }
            Self::Rotate => {
                let wait = Duration::from_secs(PUBLISH_WAIT_SECONDS.unsigned_abs());
                let keys = KeyChain::open(environment, &ports, wire).await?;
                keys.rotate(wait, true).await.map(|_| ())
            }
        }
    }

    /// What has to be the same in the end, however often it was begun. Keys are new bytes each time.
    async fn state(self, fixture: &Fixture, world: &World) -> Value {
        if self != Self::Rotate {
            return json!([world.contents(), world.live()]);
        }
        let wire = Wire::new(world, Instant::now());
        let ports = wire.ports();
        let keys = KeyChain::open(&fixture.desired.environment, &ports, &wire);
        let keys = keys.await.unwrap().tokens().await.unwrap();
        let states = keys
            .iter()
            .map(|key| format!("{} {:?} {}", key.id, key.state, key.edge));
        json!(states.collect::<Vec<_>>())
    }
}

/// Signals once while each call is under way, then runs it again; returns how many ended before their work was done.
async fn at_every_call(command: Command) -> usize {
    let (fixture, before) = command.begin().await;
    let undisturbed = before.copy();
    let wire = Wire::new(&undisturbed, Instant::now());
    command.run(&fixture, &wire).await.unwrap();
    let wanted = command.state(&fixture, &undisturbed).await;
    let mut stopped = 0;
    for call in 0..wire.calls().len() {
        let place = format!("{command:?}, call {call}");
        let (world, began) = (before.copy(), Instant::now());
        let wire = Wire::new(&world, began);
        let (signal, heard) = mpsc::unbounded();
        wire.signal_at(call, signal, 1);
        let tell = |what| wire.see(Seen::Told(what));
        let running = command.run(&fixture, &wire);
        let ended = Box::pin(interruptible(wire.stop(), heard, tell, running)).await;
        let is_done = match ended {
            Ended::AtOnce { .. } => false,
            Ended::Done(result) => {
                assert_told_first(&wire.seen(), call, &place);
                match result {
                    Ok(()) => true,
                    Err(Error::Interrupted(_)) => false,
                    Err(error) => panic!("{place}: {error}"),
                }
            }
            Ended::Left { .. } => panic!("{place}: it was asked once"),
        };
        assert!(wire.stop().tasks().is_empty(), "{place}");
        assert!(
            matches!(
                wire.stop().lock(),
                LockState::None | LockState::Freed { .. }
            ),
            "{place}"
        );
        assert_eq!(lock(&fixture, &world).await, None, "{place}");
        if !is_done {
            stopped += 1;
            tokio::time::sleep(Duration::from_mins(10)).await;
            let again = Wire::new(&world, began);
            let done = command.run(&fixture, &again).await;
            assert!(done.is_ok(), "{place}: {}", done.unwrap_err());
        }
        let state = command.state(&fixture, &world).await;
        assert_eq!(state, wanted, "{place}");
    }
    stopped
}

/// The person is answered before the call is.
fn assert_told_first(seen: &[Seen], call: usize, place: &str) {
    let told = position(seen, |seen| {
        matches!(
            seen,
            Seen::Told(qdn_infra::engine::event::What::Stopping { .. })
        )
    });
    let told = told.unwrap_or_else(|| panic!("{place}: nothing was told"));
    let answered = position(seen, |seen| *seen == Seen::Answered(call));
    // A call that changes nothing may be given up.
    assert!(answered.is_none_or(|at| told < at), "{place}: {seen:?}");
}

#[tokio::test(start_paused = true)]
async fn a_destroy_that_is_stopped_at_any_call_is_finished_by_the_next() {
    assert!(at_every_call(Command::Destroy).await > 10);
}

#[tokio::test(start_paused = true)]
async fn an_import_that_is_stopped_at_any_call_leaves_nothing_half_done() {
    assert!(at_every_call(Command::Import).await > 5);
}

#[tokio::test(start_paused = true)]
async fn a_push_that_is_stopped_at_any_call_loses_nothing() {
    assert!(at_every_call(Command::Push).await > 3);
}

#[tokio::test(start_paused = true)]
async fn a_rotation_that_is_stopped_at_any_call_goes_on_with_the_next() {
    assert!(at_every_call(Command::Rotate).await > 3);
}
