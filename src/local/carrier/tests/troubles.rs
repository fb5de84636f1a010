//! What goes wrong on request: magic numbers, effects for what comes next, an outage.

use super::*;
use crate::local::carrier::magic::{Effect, RECIPIENTS, SENDERS};

/// Sends a text: the status of the answer, none when the line went dead.
async fn tried(bench: &Bench, to: &str) -> Option<u16> {
    match bench.send(to, "hello").send().await {
        Ok(answer) => Some(answer.status().as_u16()),
        Err(error) => {
            assert!(!error.is_timeout() && !error.is_connect(), "{error:?}");
            None
        }
    }
}

#[tokio::test]
async fn numbers_that_are_refused_are_refused_with_their_code() {
    let bench = Bench::new().await;
    let mut refused = 0;
    for (table, is_to) in [(RECIPIENTS, true), (SENDERS, false)] {
        for magic in table {
            let Effect::Refused { code } = magic.effect else {
                continue;
            };
            let (to, from) = if is_to {
                (magic.number, SENDER)
            } else {
                (CUSTOMER, magic.number)
            };
            let form = [("To", to), ("From", from), ("Body", "b")];
            let (status, fault) = bench.post(&bench.path("Messages.json"), &form).await;
            assert_eq!(
                (status, &fault["code"]),
                (400, &json!(code)),
                "{}",
                magic.says
            );
            assert!(bench.texts(to).await.is_empty());
            refused += 1;
        }
    }
    assert_eq!(refused, 8);
}

#[tokio::test]
async fn troubles_happen_before_or_after_a_text_is_stored() {
    let bench = Bench::new().await;
    // The answers to three tries in a row, and how many texts are there afterwards.
    for (to, answers, stored) in [
        ("+15005550111", [Some(429), Some(429), Some(201)], 1),
        ("+15005550112", [Some(500), Some(500), Some(500)], 3),
        ("+15005550113", [Some(500), Some(201), Some(500)], 1),
        ("+15005550114", [None, None, None], 3),
        ("+15005550115", [None, Some(201), None], 1),
    ] {
        for (number, wanted) in answers.into_iter().enumerate() {
            assert_eq!(tried(&bench, to).await, wanted, "{to} try {number}");
        }
        assert_eq!(bench.texts(to).await.len(), stored, "{to}");
    }
    bench.once("+15005550114", "delivered").await;
}

#[tokio::test]
async fn a_late_answer_comes_after_the_text() {
    let bench = Bench::new().await;
    let patience = Duration::from_millis(100);
    let late = bench
        .send("+15005550116", "hello")
        .timeout(patience)
        .send()
        .await;
    assert!(late.unwrap_err().is_timeout());
    bench.once("+15005550116", "delivered").await;
}

#[tokio::test]
async fn a_test_says_what_happens_next() {
    let bench = Bench::new().await;
    bench
        .behave(
            json!({"next": [{"effect": "tooManyRequests"}, {"effect": "refused", "code": 21610}]}),
        )
        .await;
    assert_eq!(tried(&bench, CUSTOMER).await, Some(429));
    assert_eq!(tried(&bench, CUSTOMER).await, Some(400));
    assert_eq!(tried(&bench, CUSTOMER).await, Some(201));
    let (status, _) = answer(
        bench
            .request("POST", "/_local/behaviour")
            .json(&json!({"next": [{"effect": "?"}]})),
    )
    .await;
    assert_eq!(status, 422);
}

#[tokio::test]
async fn an_outage_takes_twilio_away_and_not_the_controls() {
    let bench = Bench::new().await;
    bench.behave(json!({"outage": true})).await;
    assert_eq!(tried(&bench, CUSTOMER).await, None);
    assert!(
        bench
            .signed(bench.request("GET", &bench.path("Messages.json")))
            .send()
            .await
            .is_err()
    );
    assert!(bench.texts(CUSTOMER).await.is_empty());
    bench.behave(json!({"outage": false})).await;
    assert_eq!(tried(&bench, CUSTOMER).await, Some(201));
}
