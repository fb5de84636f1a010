//! Token keys and operator keys by hand, against a cloud in memory: what each command leaves, and that one which
//! was cut short anywhere is finished by the next.

mod out_of_reach;

use std::time::Duration;

use qdn_infra::engine::event::What;
use qdn_infra::engine::{Error, KeyChain, Revoked, Rotated};
use qdn_shared::operator::{OperatorError, OperatorScope};
use qdn_shared::ring::{KeyState, PUBLISH_WAIT_SECONDS, READER_CACHE_SECONDS, RingError};
use qdn_shared::token::TOKEN_LIFE_SECONDS;
use secrecy::ExposeSecret as _;

use crate::engine::{applied, apply};
use crate::fixture::{Fixture, Heard};
use crate::secrets::{assert_consistent, documents};
use crate::world::{UNLOCK, World};

const WAIT: Duration = Duration::from_secs(PUBLISH_WAIT_SECONDS.unsigned_abs());
const JOBS: &[OperatorScope] = &[OperatorScope::Jobs];

/// One command: opens the keys, and does something with them.
async fn with<T>(
    fixture: &Fixture,
    world: &World,
    command: impl AsyncFnOnce(&KeyChain<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let (ports, heard) = (world.ports(), Heard::default());
    let keys = KeyChain::open(&fixture.desired.environment, &ports, &heard).await?;
    command(&keys).await
}

async fn rotate(fixture: &Fixture, world: &World, patient: bool) -> Result<Rotated, Error> {
    with(fixture, world, async |keys| {
        keys.rotate(WAIT, patient).await
    })
    .await
}

async fn states(fixture: &Fixture, world: &World) -> String {
    let keys = with(fixture, world, async |keys| keys.tokens().await).await;
    let keys = keys.unwrap();
    let shown = keys.iter().map(|key| {
        let edge = if key.edge { "" } else { " (not at the edge)" };
        format!("{} {:?}{edge}", key.id, key.state)
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// Time passes, and whatever a key signed is over.
async fn live_out(world: &World) {
    let life = u64::from(TOKEN_LIFE_SECONDS) + READER_CACHE_SECONDS.unsigned_abs();
    world.ports().clock.sleep(Duration::from_secs(life)).await;
}

#[tokio::test]
async fn a_rotation_publishes_waits_signs_and_later_drops_the_old_key() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    assert_eq!(states(&fixture, &world).await, "1 Minting");
    let before = world.ports().clock.elapsed();
    assert_eq!(
        rotate(&fixture, &world, true).await.unwrap(),
        Rotated::Signs { id: 2 }
    );
    assert!(world.ports().clock.elapsed() >= before + WAIT);
    assert_eq!(states(&fixture, &world).await, "1 Retiring, 2 Minting");
    assert_consistent(&fixture, &world);

    live_out(&world).await;
    assert_eq!(
        rotate(&fixture, &world, true).await.unwrap(),
        Rotated::Signs { id: 3 }
    );
    assert_eq!(states(&fixture, &world).await, "2 Retiring, 3 Minting");
    assert_consistent(&fixture, &world);
    assert!(!world.edge().contains_key("tk.1"));
}

#[tokio::test]
async fn the_wait_is_told_and_can_be_left_to_a_later_call() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    let rotated = rotate(&fixture, &world, false).await.unwrap();
    assert!(
        matches!(rotated, Rotated::Published { id: 2, .. }),
        "{rotated:?}"
    );
    assert_eq!(states(&fixture, &world).await, "1 Minting, 2 Published");
    // An apply in between changes nothing about it.
    apply(&fixture, &world).await.unwrap();
    assert_eq!(rotate(&fixture, &world, false).await.unwrap(), rotated);

    let (ports, heard) = (world.ports(), Heard::default());
    let keys = KeyChain::open(&fixture.desired.environment, &ports, &heard)
        .await
        .unwrap();
    assert_eq!(
        keys.rotate(WAIT, true).await.unwrap(),
        Rotated::Signs { id: 2 }
    );
    let waits = heard.what();
    assert!(
        waits
            .iter()
            .any(|what| matches!(what, What::Waiting { .. })),
        "{waits:?}"
    );
    assert_eq!(states(&fixture, &world).await, "1 Retiring, 2 Minting");
}

#[tokio::test]
async fn a_key_waits_from_the_moment_that_the_edge_knows_it() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    rotate(&fixture, &world, false).await.unwrap();
    // The edge was told long after the document was stored, and that run ended before it had waited.
    world.ports().clock.sleep(Duration::from_hours(1)).await;
    world.put_at_edge("tk.2", "something else");
    apply(&fixture, &world).await.unwrap();
    let rotated = rotate(&fixture, &world, false).await.unwrap();
    assert!(
        matches!(rotated, Rotated::Published { id: 2, .. }),
        "{rotated:?}"
    );
    world.ports().clock.sleep(WAIT).await;
    assert_eq!(
        rotate(&fixture, &world, false).await.unwrap(),
        Rotated::Signs { id: 2 }
    );
}

#[tokio::test]
async fn a_token_key_that_leaked_ends_everywhere_once_another_signs() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    let names = fixture.desired.names().secrets;
    let revoke =
        async |id: u8| with(&fixture, &world, async |keys| keys.revoke_token(id).await).await;
    assert!(matches!(
        revoke(1).await,
        Err(Error::Ring(RingError::Signs { id: 1 }))
    ));
    with(&fixture, &world, async |keys| {
        keys.rotate(Duration::ZERO, true).await
    })
    .await
    .unwrap();
    assert!(world.edge().contains_key("tk.1"));
    revoke(1).await.unwrap();
    assert!(!world.edge().contains_key("tk.1"));
    let (keys, _) = documents(&names, &world);
    let ids: Vec<u8> = keys.tokens.keys().iter().map(|key| key.id).collect();
    assert_eq!(ids, [2]);
    assert!(matches!(
        revoke(1).await,
        Err(Error::Ring(RingError::Unknown { id: 1 }))
    ));
    assert_consistent(&fixture, &world);
}

#[tokio::test]
async fn an_operator_key_works_at_the_api_and_at_the_edge_until_it_is_revoked() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    let names = fixture.desired.names().secrets;
    let (entry, text) = with(&fixture, &world, async |keys| {
        let made = keys.new_operator("dashboard", JOBS).await?;
        keys.mirror().await?;
        Ok(made)
    })
    .await
    .unwrap();
    let text = text.reveal();
    let (_, operators) = documents(&names, &world);
    let known = operators.verify(text.expose_secret()).unwrap();
    assert!(known.may(OperatorScope::Jobs) && !known.may(OperatorScope::Messages));
    assert_consistent(&fixture, &world);
    let listed = with(&fixture, &world, async |keys| keys.operators().await)
        .await
        .unwrap();
    let listed: Vec<(&str, bool)> = listed
        .iter()
        .map(|key| (key.name.as_str(), key.edge))
        .collect();
    assert_eq!(listed, [("deployer", true), ("dashboard", true)]);

    let id = entry.id.as_str();
    let revoke = async |id: &str| {
        with(&fixture, &world, async |keys| {
            keys.revoke_operator(id).await
        })
        .await
    };
    assert_eq!(revoke(id).await.unwrap(), Revoked::Gone);
    let (_, operators) = documents(&names, &world);
    assert!(operators.verify(text.expose_secret()).is_none());
    assert!(!world.edge().contains_key(&format!("op.{id}")));
    assert!(matches!(
        revoke(id).await,
        Err(Error::Operator(OperatorError::Unknown))
    ));
    // One that is only left at the edge goes there.
    world.put_at_edge("op.zzzzzzzz", "left over");
    assert_eq!(revoke("zzzzzzzz").await.unwrap(), Revoked::Gone);
    assert_consistent(&fixture, &world);
}

#[tokio::test]
async fn the_deployers_own_key_is_renewed_when_it_is_revoked() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    let names = fixture.desired.names().secrets;
    let (_, before) = documents(&names, &world);
    let id = before.keys()[0].id().to_owned();
    let revoked = with(&fixture, &world, async |keys| {
        keys.revoke_operator(&id).await
    })
    .await;
    assert_eq!(revoked.unwrap(), Revoked::Renewed);
    assert_consistent(&fixture, &world);
    assert!(!world.edge().contains_key(&format!("op.{id}")));
    world.fail_at(None);
    apply(&fixture, &world).await.unwrap();
    assert!(world.changing().is_empty());
}

#[tokio::test]
async fn names_that_cannot_be_are_refused_before_anything_is_changed() {
    let fixture = Fixture::new();
    let world = applied(&fixture).await;
    world.fail_at(None);
    for (name, scopes) in [("deployer", JOBS), ("Dash Board", JOBS), ("dashboard", &[])] {
        let made = with(&fixture, &world, async |keys| {
            keys.new_operator(name, scopes).await
        })
        .await;
        assert!(made.is_err(), "{name}");
    }
    assert!(world.changing().is_empty());
}

#[tokio::test]
async fn without_an_environment_nothing_is_changed() {
    let fixture = Fixture::new();
    let world = fixture.world();
    let refused = rotate(&fixture, &world, true).await.unwrap_err();
    assert!(matches!(refused, Error::MissingOutput { .. }), "{refused}");
    let refused = with(&fixture, &world, async |keys| keys.tokens().await).await;
    assert!(matches!(refused, Err(Error::NoSecret { .. })));
    assert!(world.changing().is_empty());
}

#[tokio::test]
async fn credentials_of_another_account_are_refused() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    fixture.desired.environment.values.account = "111111111111".parse().unwrap();
    world.fail_at(None);
    let refused = rotate(&fixture, &world, true).await.unwrap_err();
    assert!(matches!(refused, Error::WrongAccount { .. }), "{refused}");
    assert!(world.changing().is_empty());
}

/// Fails each call of a command in turn; the same command again, then an apply, leave everything consistent.
async fn any_failure_is_mended(
    prepare: impl AsyncFn(&Fixture) -> World,
    command: impl AsyncFn(&Fixture, &World) -> Result<(), Error>,
    check: impl Fn(&Fixture, &World),
) {
    let fixture = Fixture::new();
    let before = prepare(&fixture).await;
    let undisturbed = before.copy();
    undisturbed.fail_at(None);
    command(&fixture, &undisturbed).await.unwrap();
    check(&fixture, &undisturbed);
    let calls = undisturbed.calls();
    // Whoever applies in between does no harm.
    for (index, applies) in (0..calls.len()).flat_map(|index| [(index, false), (index, true)]) {
        let name = calls[index].name;
        let world = before.copy();
        world.fail_at(Some(index));
        // The lock is tried to be freed once more, and the command has done its work by then.
        let disturbed = command(&fixture, &world).await;
        assert!(disturbed.is_err() || name == UNLOCK, "{name} is asked for");
        world.fail_at(None);
        if applies {
            apply(&fixture, &world).await.unwrap();
            assert_consistent(&fixture, &world);
        }
        match command(&fixture, &world).await {
            Ok(()) | Err(Error::Operator(OperatorError::Unknown)) => {}
            Err(error) => panic!("after {name} failed: {error}"),
        }
        assert_consistent(&fixture, &world);
        check(&fixture, &world);
    }
}

#[tokio::test]
async fn a_rotation_that_was_cut_short_anywhere_goes_on() {
    any_failure_is_mended(
        async |fixture| {
            let world = applied(fixture).await;
            rotate(fixture, &world, true).await.unwrap();
            live_out(&world).await;
            world
        },
        async |fixture, world| rotate(fixture, world, true).await.map(|_| ()),
        |fixture, world| {
            let (keys, _) = documents(&fixture.desired.names().secrets, world);
            assert!(keys.tokens.minting().id >= 3);
            assert!(keys.tokens.published().is_none());
            assert!(
                keys.tokens
                    .keys()
                    .iter()
                    .all(|key| key.state != KeyState::Published)
            );
        },
    )
    .await;
}

#[tokio::test]
async fn a_revocation_that_was_cut_short_anywhere_is_finished() {
    let id_of = |fixture: &Fixture, world: &World, name: &str| {
        let (_, operators) = documents(&fixture.desired.names().secrets, world);
        let mut keys = operators.keys().iter();
        keys.find(|key| key.name() == name)
            .map(|key| key.id().to_owned())
    };
    any_failure_is_mended(
        async |fixture| {
            let world = applied(fixture).await;
            with(fixture, &world, async |keys| {
                keys.new_operator("dashboard", JOBS).await?;
                keys.mirror().await
            })
            .await
            .unwrap();
            world
        },
        async |fixture, world| {
            let id = id_of(fixture, world, "dashboard");
            let edge = world.edge();
            let (_, operators) = documents(&fixture.desired.names().secrets, world);
            let left = edge.keys().filter_map(|key| key.strip_prefix("op."));
            let left = left.filter(|id| operators.keys().iter().all(|key| key.id() != *id));
            let id = id.or_else(|| left.map(str::to_owned).next());
            let id = id.unwrap_or_else(|| "zzzzzzzz".to_owned());
            with(fixture, world, async |keys| keys.revoke_operator(&id).await)
                .await
                .map(|_| ())
        },
        |fixture, world| assert_eq!(id_of(fixture, world, "dashboard"), None),
    )
    .await;
}

#[tokio::test]
async fn a_renewal_of_the_deployers_key_that_was_cut_short_anywhere_is_finished() {
    let deployer = |fixture: &Fixture, world: &World| {
        let (_, operators) = documents(&fixture.desired.names().secrets, world);
        let mut keys = operators.keys().iter();
        let key = keys.find(|key| key.name() == "deployer");
        key.expect("the deployer is known").id().to_owned()
    };
    any_failure_is_mended(
        async |fixture| applied(fixture).await,
        async |fixture, world| {
            let id = deployer(fixture, world);
            with(fixture, world, async |keys| keys.revoke_operator(&id).await)
                .await
                .map(|_| ())
        },
        |fixture, world| {
            deployer(fixture, world);
        },
    )
    .await;
}
