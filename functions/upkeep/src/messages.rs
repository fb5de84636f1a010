//! Everything that is due with messages, longest due first, as far as one run's time goes.

use futures::StreamExt;
use jiff::SignedDuration;
use qdn_relay::send::Relay;
use qdn_runtime::messaging::MessagingError;
use qdn_runtime::metrics::Metric;

/// How long a run begins new work. The rest is the next run's, a minute later.
const BEGIN_WITHIN: SignedDuration = SignedDuration::from_secs(40);
/// How many messages a run looks at, at most.
const AT_MOST: u16 = 500;
/// How many are looked at together: most of the time is waiting for the carrier.
const TOGETHER: usize = 8;

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tended {
    /// Messages that were looked at.
    pub done: usize,
    /// Those of them that could not be handled; they stay due.
    pub failed: usize,
}

/// Tends every due message. One that fails holds up no other.
pub async fn tend(relay: &Relay) -> Result<Tended, MessagingError> {
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
        std::future::ready(early)
    };
    let outcomes: Vec<bool> = futures::stream::iter(due)
        .take_while(in_time)
        .map(async |(id, _)| match relay.tend(&id).await {
            Ok(()) => true,
            Err(error) => {
                tracing::error!(message = %id, %error, "not handled");
                false
            }
        })
        .buffer_unordered(TOGETHER)
        .collect()
        .await;
    let failed = outcomes.iter().filter(|handled| !**handled).count();
    Ok(Tended {
        done: outcomes.len(),
        failed,
    })
}
