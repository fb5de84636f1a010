//! Everything that is due with messages, longest due first, as far as one run's time goes.

use futures::StreamExt;
use jiff::{SignedDuration, Timestamp};
use qdn_relay::send::{LONGEST_TURN, Relay};
use qdn_runtime::messaging::MessagingError;
use qdn_runtime::metrics::Metric;

/// How long a run begins new work: the next run is due then.
const BEGIN_WITHIN: SignedDuration = SignedDuration::from_mins(1);
/// How many messages a run looks at, at most.
const AT_MOST: u16 = 500;
/// How many are looked at together, at most: most of the time is waiting for the carrier.
const TOGETHER: i128 = 8;

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tended {
    /// Messages that were looked at.
    pub done: usize,
    /// Those of them that could not be handled; they stay due.
    pub failed: usize,
}

/// Tends every due message, as far as there is time until `deadline`, when the invocation is ended. One that fails
/// holds up no other.
pub async fn tend(relay: &Relay, deadline: Timestamp) -> Result<Tended, MessagingError> {
    let messaging = &relay.messaging;
    let began = messaging.now();
    let due = messaging.store.due(began, AT_MOST).await?;
    let oldest = due.first().map_or(0, |(_, since)| {
        u64::try_from(began.duration_since(*since).as_secs()).unwrap_or(0)
    });
    messaging
        .metrics
        .count(began, &[(Metric::OldestDueSeconds, oldest)]);

    let in_time = |_: &_| {
        let early = messaging.now().duration_since(began) < BEGIN_WITHIN;
        std::future::ready(early && relay.has_time(deadline))
    };
    let outcomes: Vec<bool> = futures::stream::iter(due)
        .take_while(in_time)
        .map(async |(id, _)| match relay.tend(&id).await {
            Ok(()) => true,
            Err(error) => {
                tracing::error!(messageId = %id, %error, "not handled");
                false
            }
        })
        .buffer_unordered(lanes(relay.interval))
        .collect()
        .await;
    let failed = outcomes.iter().filter(|handled| !**handled).count();
    Ok(Tended {
        done: outcomes.len(),
        failed,
    })
}

/// How many messages are looked at together: no more than that each of them gets its turn, with as much of the wait
/// left to those whom the stream sends meanwhile.
fn lanes(interval: SignedDuration) -> usize {
    let turns = LONGEST_TURN.as_millis() / 2 / interval.as_millis().max(1);
    usize::try_from(turns.clamp(1, TOGETHER)).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_for_a_turn_in_vain() {
        let lanes = |millis| lanes(SignedDuration::from_millis(millis));
        assert_eq!([1, 100, 1000, 4000, 60_000].map(lanes), [8, 8, 5, 1, 1]);
    }
}
