//! Rules that hold for any sequence of changes, whoever asks and whatever the clock says.

use proptest::prelude::*;

use super::*;
use crate::id::MessageId;

/// Anything that can be done to a job.
#[derive(Clone, Debug)]
enum Change {
    Move(Transition),
    Charge(Charge),
    RenewLink,
    AddMessages,
}

fn charges() -> impl Strategy<Value = Charge> {
    (0_i64..3, any::<bool>()).prop_map(|(amount, is_paid)| {
        if is_paid {
            paid(amount)
        } else {
            charge(amount)
        }
    })
}

fn transitions() -> impl Strategy<Value = Transition> {
    let phone = proptest::option::of(Just("+12025550143"));
    prop_oneof![
        Just(Transition::Created {}),
        ("Sam|Kim", phone, 0_i64..2).prop_map(|(name, phone, hour)| Transition::Assigned {
            technician: technician(&name, phone),
            window: window(60 * hour),
        }),
        Just(Transition::InProgress {}),
        proptest::option::of(charges()).prop_map(complete),
        (1_u8..3).prop_map(rated),
    ]
}

fn changes() -> impl Strategy<Value = Vec<(Change, i64)>> {
    let change = prop_oneof![
        6 => transitions().prop_map(Change::Move),
        1 => charges().prop_map(Change::Charge),
        1 => Just(Change::RenewLink),
        1 => Just(Change::AddMessages),
    ];
    proptest::collection::vec((change, -20_i64..60), 0..40)
}

/// The job after a change, and its notice; the job as it was when the change is refused.
fn apply(job: &Job, change: Change, now: Timestamp) -> (Job, Option<Notice>) {
    let moved = |moved: Moved| (moved.job, moved.notice);
    match change {
        Change::Move(transition) => {
            let after = job.clone().transition(transition, now);
            after.map_or_else(|_| (job.clone(), None), moved)
        }
        Change::Charge(price) => moved(job.clone().set_charge(price, now)),
        Change::RenewLink => {
            let fresh = LinkId::from_bytes([1; 16]);
            (job.clone().renew_link(fresh, now).unwrap().0, None)
        }
        Change::AddMessages => (job.clone().add_messages::<2>(now).unwrap().0, None),
    }
}

/// What the customer sees of a job when it moves.
fn seen(job: &Job) -> (State, Option<&PersonName>, Option<&ArrivalWindow>) {
    let name = job.technician().map(|technician| &technician.name);
    (job.state(), name, job.window())
}

proptest! {
    #[test]
    fn states_follow_their_order_and_every_change_counts_once(changes in changes()) {
        let (mut before, _) = created();
        for (change, minute) in changes {
            let taken = match change {
                Change::AddMessages => 2,
                Change::RenewLink => 1,
                Change::Move(_) | Change::Charge(_) => 0,
            };
            let (after, notice) = apply(&before, change, at(minute));

            let (from, to) = (before.state(), after.state());
            prop_assert!(to == from || from.next() == Some(to), "{} to {}", from, to);
            for state in State::ALL {
                prop_assert_eq!(after.entered(*state).is_some(), *state <= to);
                let kept = before.entered(*state).is_none() || before.entered(*state) == after.entered(*state);
                prop_assert!(kept);
            }

            let changed = after != before;
            prop_assert_eq!(after.version(), before.version() + u64::from(changed));
            prop_assert!(after.updated_at() >= before.updated_at());

            prop_assert_eq!(notice.is_some(), seen(&after) != seen(&before));
            let added = u32::from(notice.is_some()) + taken;
            prop_assert_eq!(after.messages(), before.messages() + added);
            if let Some(notice) = notice {
                prop_assert_eq!(notice.id, MessageId::of(after.id(), after.messages()).unwrap());
            }
            before = after;
        }
    }

    #[test]
    fn a_move_made_twice_is_made_once(changes in changes(), next in transitions()) {
        let (mut job, _) = created();
        for (change, minute) in changes {
            job = apply(&job, change, at(minute)).0;
        }
        if let Ok(first) = job.transition(next.clone(), at(60)) {
            let second = first.job.clone().transition(next, at(61)).unwrap();
            prop_assert_eq!((second.changed, second.notice), (false, None));
            prop_assert_eq!(second.job, first.job);
        }
    }

    #[test]
    fn a_stored_job_reads_back_as_it_was(changes in changes()) {
        let (mut job, _) = created();
        for (change, minute) in changes {
            job = apply(&job, change, at(minute)).0;
        }
        let json = serde_json::to_string(&job).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Job>(&json).unwrap(), &job);
    }

    #[test]
    fn possible_moves_are_those_that_work(changes in changes(), next in transitions()) {
        let (mut job, _) = created();
        for (change, minute) in changes {
            job = apply(&job, change, at(minute)).0;
        }
        let (from, to) = (job.state(), next.to());
        match job.transition(next, at(60)) {
            Ok(moved) => prop_assert!(!moved.changed || IllegalMove::possible(from).contains(&to)),
            Err(IllegalMove::Order { from: said, to: asked }) => {
                prop_assert_eq!((said, asked), (from, to));
                prop_assert!(from != to && !IllegalMove::possible(from).contains(&to));
            }
            Err(_) => prop_assert_eq!(from, to),
        }
    }
}
