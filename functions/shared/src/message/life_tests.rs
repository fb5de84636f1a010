//! A message's life, step by step, as a table of what people and the carrier do.

use super::*;
use crate::credentials::Line;
use crate::id::{MessageId, ThreadId};
use crate::segments::SmsText;
use jiff::Timestamp;
use proptest::prelude::*;

const POLICY: Policy = Policy::with_cascade(120);

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_767_225_600 + seconds).unwrap()
}

fn sid(number: u8) -> Sid {
    format!("SM{number:032x}").parse().unwrap()
}

fn message(lines: &[Line]) -> Message {
    let id = MessageId::of(ThreadId::alert("oil", "7d", "2026-01-01"), 1).unwrap();
    let contacts = lines.iter().map(|line| Contact::Line(*line)).collect();
    let text = SmsText::new("Oil change due.").unwrap();
    Message::new(id, MessageKind::Alert, text, contacts, at(0))
}

fn one() -> Message {
    message(&[Line::Primary])
}

fn two() -> Message {
    message(&[Line::Primary, Line::Main])
}

/// Claimed at `seconds`.
fn claimed(message: &Message, seconds: i64) -> Message {
    message.claimed(at(seconds), &POLICY).expect("claimable")
}

fn recorded(message: &Message, seconds: i64, posted: Posted) -> Message {
    let number = message.attempts.len() - 1;
    message
        .recorded(number, posted, at(seconds), &POLICY, 999)
        .expect("an open attempt")
}

fn accepted(message: &Message, seconds: i64, number: u8) -> Message {
    let posted = Posted::Accepted {
        sid: sid(number),
        status: CarrierStatus::Queued,
    };
    recorded(message, seconds, posted)
}

fn observed(message: &Message, seconds: i64, number: u8, status: CarrierStatus) -> Option<Message> {
    let code = (status.delivery() == Delivery::Failed).then_some(30005);
    message.observed(&sid(number), status, code, at(seconds), &POLICY)
}

fn done(message: &Message) -> Option<Outcome> {
    match message.phase {
        Phase::Done { outcome } => Some(outcome),
        _ => None,
    }
}

#[test]
fn the_ordinary_way() {
    let message = one();
    assert_eq!(message.due(at(0)), Some(Due::Send));
    let message = claimed(&message, 1);
    assert_eq!(
        (message.due(at(60)), message.due(at(61))),
        (None, Some(Due::Overtake))
    );
    let message = accepted(&message, 2, 1);
    assert_eq!(message.delivery(), Delivery::Pending);
    let message = observed(&message, 3, 1, CarrierStatus::Sent).unwrap();
    assert_eq!((message.delivery(), done(&message)), (Delivery::Sent, None));
    let message = observed(&message, 4, 1, CarrierStatus::Delivered).unwrap();
    assert_eq!(
        (message.delivery(), done(&message)),
        (Delivery::Sent, Some(Outcome::Sent))
    );
    assert_eq!((message.due_at(), message.version), (None, 5));
}

#[test]
fn a_claimed_message_is_claimed_by_nobody_else() {
    let message = claimed(&one(), 0);
    assert_eq!(message.claimed(at(0), &POLICY), None);
    assert_eq!(message.claimed(at(1000), &POLICY), None);
    assert_eq!(one().claimed(at(-1), &POLICY), None);
}

#[test]
fn what_was_not_processed_is_tried_again_later_and_later() {
    let mut message = one();
    let mut now = 0;
    let mut waits = Vec::new();
    for _ in 0..4 {
        message = claimed(&message, now);
        let posted = Posted::NotProcessed {
            code: Some(20429),
            retry_after: None,
        };
        message = recorded(&message, now, posted);
        let due = message.due_at().unwrap().as_second() - at(0).as_second();
        waits.push(due - now);
        now = due;
    }
    assert_eq!(waits, [5, 10, 20, 40]);
    assert_eq!(message.attempts.len(), 4);
    let asked = Posted::NotProcessed {
        code: None,
        retry_after: Some(300),
    };
    let message = recorded(&claimed(&message, now), now, asked);
    assert_eq!(message.due_at(), Some(at(now + 300)));
}

#[test]
fn what_is_not_processed_for_a_day_is_given_up() {
    let day = 24 * 3600;
    let message = claimed(&one(), day);
    let message = recorded(
        &message,
        day,
        Posted::NotProcessed {
            code: None,
            retry_after: None,
        },
    );
    assert_eq!(
        (done(&message), message.delivery()),
        (Some(Outcome::GivenUp), Delivery::Failed)
    );
}

#[test]
fn a_refusal_for_good_turns_to_the_next_contact() {
    let message = recorded(
        &claimed(&two(), 0),
        1,
        Posted::Refused { code: Some(21211) },
    );
    assert_eq!(message.due(at(1)), Some(Due::Send));
    let message = claimed(&message, 1);
    assert_eq!(message.attempts[1].contact, 1);
    let message = recorded(&message, 2, Posted::OptedOut);
    assert_eq!(done(&message), Some(Outcome::Failed));
    let codes: Vec<_> = message.attempts.iter().map(Attempt::code).collect();
    assert_eq!(codes, [Some(21211), Some(21610)]);
}

#[test]
fn without_a_delivery_in_time_the_next_contact_is_tried() {
    let message = accepted(&claimed(&two(), 0), 1, 1);
    let message = observed(&message, 2, 1, CarrierStatus::Sent).unwrap();
    assert_eq!(message.due_at(), Some(at(120)));
    let message = message.asked(at(120), &POLICY).unwrap();
    let message = accepted(&claimed(&message, 121), 122, 2);
    assert_eq!(message.attempts[1].contact, 1);
    // The first one arrives after all: no third attempt, and the message has arrived.
    let message = observed(&message, 130, 1, CarrierStatus::Delivered).unwrap();
    assert_eq!(done(&message), Some(Outcome::Sent));
}

#[test]
fn the_last_contact_is_waited_for_a_day_and_asked_about_ever_less_often() {
    let mut message = accepted(&claimed(&one(), 0), 0, 1);
    let mut asks = Vec::new();
    while let Some(due) = message.due_at() {
        asks.push(due.as_second() - at(0).as_second());
        message = message.asked(due, &POLICY).unwrap();
    }
    assert_eq!(
        asks,
        [
            120, 240, 480, 960, 1920, 3840, 7680, 15360, 30720, 52320, 73920, 86400
        ]
    );
    assert_eq!(done(&message), Some(Outcome::GivenUp));
}

#[test]
fn an_unclear_outcome_is_looked_for_before_anything_else() {
    let message = recorded(&claimed(&one(), 0), 1, Posted::Unclear);
    assert_eq!(
        (message.due(at(1)), message.due(at(61))),
        (None, Some(Due::Search))
    );
    assert_eq!(message.claimed(at(61), &POLICY), None);
    let found = Looked::Found {
        sid: sid(1),
        status: CarrierStatus::Delivered,
        code: None,
    };
    let found = message.looked_for(found, at(61), &POLICY).unwrap();
    assert_eq!(done(&found), Some(Outcome::Sent));

    let message = message
        .looked_for(Looked::Nothing, at(61), &POLICY)
        .unwrap();
    assert_eq!(message.due(at(180)), None);
    let message = message
        .looked_for(Looked::Nothing, at(181), &POLICY)
        .unwrap();
    let message = claimed(&message, 181);
    assert!(message.attempts[1].possible_duplicate);
}

#[test]
fn several_candidates_stay_unknown() {
    let mut message = recorded(&claimed(&one(), 0), 1, Posted::Unclear);
    for _ in 0..20 {
        let due = message.due_at().unwrap();
        message = message.looked_for(Looked::Several, due, &POLICY).unwrap();
        assert!(message.is_unknown());
    }
    assert_eq!(message.delivery(), Delivery::Pending);
    let told = observed(&message, 9, 1, CarrierStatus::Delivered).unwrap();
    assert_eq!(done(&told), Some(Outcome::Sent));
}

#[test]
fn an_answer_that_comes_after_the_lease_counts() {
    let open = claimed(&one(), 0);
    let message = open.expired(at(60), &POLICY).unwrap();
    assert_eq!(open.expired(at(59), &POLICY), None);
    assert!(message.is_unknown());
    let late = accepted(&message, 70, 1);
    assert!(matches!(late.phase, Phase::Accepted { .. }));
}

#[test]
fn an_unreachable_phone_is_tried_again_a_broken_number_is_not() {
    let failed = |code| {
        let message = accepted(&claimed(&one(), 0), 0, 1);
        message
            .observed(
                &sid(1),
                CarrierStatus::Undelivered,
                Some(code),
                at(5),
                &POLICY,
            )
            .unwrap()
    };
    assert_eq!(failed(30003).due_at(), Some(at(305)));
    assert_eq!(done(&failed(30006)), Some(Outcome::Failed));
}

fn status() -> impl Strategy<Value = CarrierStatus> {
    prop::sample::select(CarrierStatus::ALL)
}

proptest! {
    #[test]
    fn the_end_of_an_attempt_does_not_depend_on_the_order_of_callbacks(
        mut statuses in prop::collection::vec(status(), 1..8),
    ) {
        let heard = |statuses: &[CarrierStatus]| {
            let mut message = accepted(&claimed(&one(), 0), 0, 1);
            for status in statuses {
                let before = message.attempts[0].status();
                message = observed(&message, 1, 1, *status).unwrap_or(message);
                assert!(message.attempts[0].status() >= before, "a status fell");
            }
            message.attempts[0].status()
        };
        let forward = heard(&statuses);
        statuses.reverse();
        prop_assert_eq!(heard(&statuses), forward);
        statuses.sort();
        prop_assert_eq!(heard(&statuses), forward);
    }
}

#[test]
fn every_stage_survives_json() {
    let waiting = two();
    let claimed = claimed(&waiting, 0);
    let accepted = accepted(&claimed, 1, 1);
    let failed = observed(&accepted, 2, 1, CarrierStatus::Failed).unwrap();
    let unknown = recorded(&claimed, 1, Posted::Unclear);
    for message in [waiting, claimed, accepted, failed, unknown] {
        let entry = Entry::Outbound(message);
        let json = serde_json::to_string(&entry).unwrap();
        assert_eq!(serde_json::from_str::<Entry>(&json).unwrap(), entry);
    }
}
