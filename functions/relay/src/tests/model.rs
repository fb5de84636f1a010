//! Any sequence of jobs, messages, crashes, repeats and late callbacks, and what has to hold at its end.

use std::collections::BTreeMap;

use futures::FutureExt;
use proptest::prelude::*;
use qdn_shared::id::MessageId;
use qdn_shared::message::{Attempt, CarrierStatus, Delivery, Message, Outcome, Phase};

use super::carrier::{PostFault, Taken};
use super::faults::WriteFault;
use super::jobs;
use super::world::Scene;

/// One thing that happens.
#[derive(Clone, Debug)]
enum Step {
    /// A message to so many contacts is written.
    Write(usize),
    /// A job is taken in, of a customer with so many numbers.
    Take(usize),
    /// A job moves to its next state.
    Move(usize),
    /// A job gets a new link.
    Renew(usize),
    /// The stream gives a record, maybe for the second time.
    Stream(usize),
    /// Time passes.
    Wait(i64),
    /// The scheduled run looks at everything that is due.
    Upkeep,
    /// The carrier gets on with a message.
    Raise(usize, CarrierStatus),
    /// The carrier calls back about a message, maybe long after, maybe again.
    Callback(usize),
    /// The next post goes wrong.
    Post(PostFault),
    /// A write goes wrong.
    Store(u8, WriteFault),
}

fn step() -> impl Strategy<Value = Step> {
    use PostFault::{
        AnswerLost, CredentialsRefused, DeathAfter, DeathBefore, NoConnection, OptedOut, Refused,
        TooMany, Unclear,
    };
    let statuses = CarrierStatus::ALL;
    let posts = [
        TooMany,
        NoConnection,
        Refused,
        OptedOut,
        CredentialsRefused,
        AnswerLost,
        Unclear,
        DeathBefore,
        DeathAfter,
    ];
    let stores = [
        WriteFault::ErrorBefore,
        WriteFault::ErrorAfter,
        WriteFault::DeathBefore,
        WriteFault::DeathAfter,
    ];
    prop_oneof![
        2 => (1..4_usize).prop_map(Step::Write),
        2 => (1..3_usize).prop_map(Step::Take),
        4 => any::<usize>().prop_map(Step::Move),
        1 => any::<usize>().prop_map(Step::Renew),
        5 => any::<usize>().prop_map(Step::Stream),
        3 => prop::sample::select(vec![1, 30, 61, 130, 400, 4000]).prop_map(Step::Wait),
        5 => Just(Step::Upkeep),
        3 => (any::<usize>(), prop::sample::select(statuses)).prop_map(|(index, to)| Step::Raise(index, to)),
        3 => any::<usize>().prop_map(Step::Callback),
        2 => prop::sample::select(posts.to_vec()).prop_map(Step::Post),
        2 => (0..3_u8, prop::sample::select(stores.to_vec())).prop_map(|(after, fault)| Step::Store(after, fault)),
    ]
}

/// Runs a call that may die on the way: one that waits for ever is dropped, as a killed process is.
pub(super) fn run<T>(call: impl Future<Output = T>) -> Option<T> {
    call.now_or_never()
}

fn upkeep(scene: &Scene) {
    use qdn_runtime::store::Store;
    let due = run(scene.memory.due(scene.clock.time(), 100))
        .unwrap()
        .unwrap();
    for (id, _) in due {
        let _ = run(scene.relay.tend(&id));
    }
}

fn callback(scene: &Scene, taken: &Taken) {
    let id = owner(taken);
    if let Some(fetched) = scene.carrier.fetched(&taken.sid) {
        let _ = run(scene.relay.messaging.observe(&id, &fetched));
    }
}

/// Our id of a message that the carrier took: it stands in the callback.
fn owner(taken: &Taken) -> MessageId {
    taken.callback.split('/').nth(6).unwrap().parse().unwrap()
}

fn play(scene: &Scene, step: &Step, number: u32) {
    match step {
        Step::Write(lines) => {
            run(scene.write(number, *lines)).unwrap();
        }
        Step::Take(phones) => jobs::take(scene, u8::try_from(number).unwrap(), *phones),
        Step::Move(index) => jobs::advance(scene, *index),
        Step::Renew(index) => jobs::renew(scene, *index),
        Step::Stream(index) => {
            let stream = scene.memory.stream();
            if !stream.is_empty() {
                let _ = run(scene.relay.send(&stream[index % stream.len()]));
            }
        }
        Step::Wait(seconds) => scene.clock.advance(*seconds),
        Step::Upkeep => upkeep(scene),
        Step::Raise(index, status) => {
            let code = (status.delivery() == Delivery::Failed).then_some(30006);
            scene.carrier.raise(*index, *status, code);
        }
        Step::Callback(index) => {
            let taken = scene.carrier.taken();
            if !taken.is_empty() {
                callback(scene, &taken[index % taken.len()]);
            }
        }
        Step::Post(fault) => scene.carrier.fail_next(*fault),
        Step::Store(after, fault) => scene.store.strike(*after, *fault),
    }
}

/// Lets everything come to its end: no more faults, the carrier delivers, time passes.
fn settle(scene: &Scene) {
    scene.carrier.heal();
    scene.store.heal();
    for round in 0..3000 {
        for index in 0..scene.carrier.taken().len() {
            scene.carrier.raise(index, CarrierStatus::Delivered, None);
        }
        let messages = scene.memory.messages();
        let Some(next) = messages.iter().filter_map(Message::due_at).min() else {
            return;
        };
        let wait = next.duration_since(scene.clock.time()).as_secs().max(0);
        scene.clock.advance(wait + 1);
        upkeep(scene);
        assert!(round < 2999, "messages do not come to an end: {messages:?}");
    }
}

fn check(scene: &Scene) {
    let taken = scene.carrier.taken();
    let mut sent: BTreeMap<MessageId, Vec<&Taken>> = BTreeMap::new();
    for one in &taken {
        sent.entry(owner(one)).or_default().push(one);
    }
    for message in scene.memory.messages() {
        let Phase::Done { outcome } = message.phase else {
            panic!("{message:?} was not ended");
        };
        let posted = sent.remove(&message.id).unwrap_or_default();
        // Nothing is lost: either some contact has it, or every contact was tried and failed.
        let arrived = posted.iter().any(|one| one.status.arrived());
        if outcome == Outcome::Sent {
            let handed = |one: &&&Taken| one.status.delivery() == Delivery::Sent;
            assert!(
                posted.iter().any(|one| handed(&one)),
                "{message:?} was not sent"
            );
        } else {
            assert!(!arrived, "{message:?} arrived and is called failed");
            for contact in 0..message.contacts.len() {
                let tried = |attempt: &Attempt| attempt.contact == contact;
                assert!(
                    message.attempts.iter().any(tried),
                    "{message:?} skipped {contact}"
                );
            }
        }
        // What the carrier says is what the history says. When another contact got the text meanwhile, nobody asks
        // any more about an attempt whose outcome is unknown.
        for one in &posted {
            let known = message
                .attempts
                .iter()
                .find(|attempt| attempt.sid() == Some(&one.sid));
            match known {
                Some(attempt) => assert!(attempt.status() <= Some(one.status)),
                None => assert!(
                    outcome == Outcome::Sent
                        && message.attempts.iter().any(Attempt::may_be_at_carrier),
                    "{message:?} does not know {}",
                    one.sid
                ),
            }
        }
        // Two texts to one contact only with a flag, or after the first certainly failed.
        let mut by_number: BTreeMap<&str, usize> = BTreeMap::new();
        for one in posted
            .iter()
            .filter(|one| one.status.delivery() != Delivery::Failed)
        {
            *by_number.entry(one.to.as_str()).or_default() += 1;
        }
        let flagged = message
            .attempts
            .iter()
            .any(|attempt| attempt.possible_duplicate);
        assert!(
            flagged || by_number.values().all(|count| *count == 1),
            "{message:?} was sent twice without a flag"
        );
    }
    assert!(sent.is_empty(), "the carrier has what nobody wrote");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_message_is_lost_or_doubled(steps in prop::collection::vec(step(), 1..60)) {
        let scene = Scene::new();
        for (number, step) in steps.iter().enumerate() {
            play(&scene, step, u32::try_from(number).unwrap());
        }
        settle(&scene);
        check(&scene);
        jobs::check(&scene);
    }

    #[test]
    fn the_order_of_callbacks_does_not_matter(
        rises in prop::collection::vec((any::<usize>(), prop::sample::select(CarrierStatus::ALL)), 1..10),
        order in prop::collection::vec(any::<usize>(), 1..10),
        lost in 0..4_u32,
    ) {
        let end = |callbacks: &[usize]| {
            let scene = Scene::new();
            for number in 0..3 {
                // Of one we never learnt the id: the callback tells it.
                if number == lost {
                    scene.carrier.fail_next(PostFault::AnswerLost);
                }
                let id = run(scene.write(number, 2)).unwrap();
                run(scene.relay.send(&id)).unwrap().unwrap();
            }
            for (index, status) in &rises {
                let code = (status.delivery() == Delivery::Failed).then_some(30006);
                scene.carrier.raise(*index, *status, code);
            }
            let taken = scene.carrier.taken();
            for index in callbacks {
                callback(&scene, &taken[index % taken.len()]);
            }
            // Each is told at least once.
            for one in &taken {
                callback(&scene, one);
            }
            let ends = scene.memory.messages().into_iter();
            ends.map(|message| (message.id, message.delivery(), message.carrier_status()))
                .collect::<Vec<_>>()
        };
        let mut reversed = order.clone();
        reversed.reverse();
        prop_assert_eq!(end(&order), end(&reversed));
    }
}
