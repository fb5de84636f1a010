//! Sending one message: claim it, post it, record what the carrier said. The claim is written before anything is
//! posted, so a crash in between is seen and never followed by a blind second post.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use qdn_runtime::carrier::{Answer, Outgoing};
use qdn_runtime::messaging::{Messaging, MessagingError, writes};
use qdn_runtime::metrics::Metric;
use qdn_runtime::store::{self, CommitError, Write};
use qdn_runtime::world::random;
use qdn_shared::credentials::{CarrierCredentials, Sender};
use qdn_shared::id::MessageId;
use qdn_shared::mac::{self, CallbackRoute};
use qdn_shared::message::{Due, Message, Posted, SEND_SECONDS};
use qdn_shared::phone::PhoneNumber;

use crate::render;

/// The longest that an invocation waits for the sender's next turn. A message whose turn is farther away stays due
/// as it is: those who wait now use up the pace, and `upkeep` comes back every minute.
pub const LONGEST_TURN: SignedDuration = SignedDuration::from_secs(10);

/// From this wait on a message is counted as waiting: below it, all is as it should be.
const WAITING_SECONDS: i64 = 60;

/// Seconds to wait when the carrier refuses our credentials: somebody has to put them right.
const CREDENTIALS_WAIT: u32 = 60;

/// Twilio's code for a body that is too long.
const BODY_TOO_LONG: u32 = 21617;

/// Sends messages, at the pace of the sender.
pub struct Relay {
    /// What messages are handled with.
    pub messaging: Messaging,
    /// Time between two messages of one sender.
    pub interval: SignedDuration,
}

impl Relay {
    /// Whether there is time to send one more message until `deadline`, when the invocation is ended.
    pub fn has_time(&self, deadline: Timestamp) -> bool {
        deadline.duration_since(self.messaging.now()).as_secs() >= i64::from(SEND_SECONDS)
    }

    /// Sends a message if it is due to be sent. One that somebody else is sending, or that was sent, is left alone.
    pub async fn send(&self, id: &MessageId) -> Result<(), MessagingError> {
        let Messaging {
            store,
            credentials,
            keys,
            policy,
            public_url,
            ..
        } = &self.messaging;
        let now = self.messaging.now();
        let Some(message) = store::message(store.as_ref(), id).await? else {
            return Ok(());
        };
        if message.due(now) != Some(Due::Send) {
            return Ok(());
        }
        self.count_wait(&message, now);
        // Everything that can fail without a trace comes before the claim.
        let credentials = credentials.get(now).await?;
        let keys = keys.get(now).await?;
        let Some(claimed) = message.claimed(now, policy) else {
            return Ok(());
        };
        let number = recipient(&claimed, &credentials);
        if store.phone(&number).await?.opted_out_at.is_some() {
            return self.refuse(&message, &claimed, Posted::OptedOut).await;
        }
        let body = render::body(store.as_ref(), &message, &keys, public_url).await?;
        let Ok(body) = body else {
            let code = Some(BODY_TOO_LONG);
            let refused = Posted::Refused { code };
            return self.refuse(&message, &claimed, refused).await;
        };
        let callback = mac::path(&keys.carrier, CallbackRoute::Status(&message.id));
        let outgoing = Outgoing {
            to: number,
            body: body.as_str().to_owned(),
            status_callback: format!("{public_url}{callback}"),
        };
        if !self.turn(&credentials).await? {
            return Ok(());
        }
        // The turn may have taken a moment; the lease begins now.
        let now = self.messaging.now();
        let Some(claimed) = message.claimed(now, policy) else {
            return Ok(());
        };
        match store.commit(&[Write::UpdateMessage(claimed.clone())]).await {
            Ok(()) => {}
            Err(CommitError::Conflict(_)) => return Ok(()),
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
        let posted = self.post(&credentials, &outgoing).await?;
        self.record(&claimed, posted, &outgoing.to).await
    }

    /// Counts for how long a message has been waiting, unless that is next to nothing.
    fn count_wait(&self, message: &Message, now: Timestamp) {
        let since = message.waiting_since(&self.messaging.policy);
        let waited = since.map_or(0, |since| now.duration_since(since).as_secs());
        if waited >= WAITING_SECONDS {
            let waited = u64::try_from(waited).unwrap_or(0);
            let metrics = &self.messaging.metrics;
            metrics.count(now, &[(Metric::OldestDueSeconds, waited)]);
        }
    }

    /// Waits for the sender's turn. False when it is too far away to wait for.
    async fn turn(&self, credentials: &CarrierCredentials) -> Result<bool, MessagingError> {
        let store = &self.messaging.store;
        let now = self.messaging.now();
        let sender = match credentials.from() {
            Sender::Number(number) => number.as_str(),
            Sender::Service(service) => service.as_str(),
        };
        let turn = store.turn(sender, now, self.interval, LONGEST_TURN).await?;
        let Some(at) = turn else {
            return Ok(false);
        };
        if let Ok(wait) = Duration::try_from(at.duration_since(now))
            && !wait.is_zero()
        {
            self.messaging.world.sleep(wait).await;
        }
        Ok(true)
    }

    /// Posts once; a second time only when the first was certainly not processed because credentials were old.
    async fn post(
        &self,
        credentials: &CarrierCredentials,
        outgoing: &Outgoing,
    ) -> Result<Posted, MessagingError> {
        let carrier = &self.messaging.carrier;
        if let Answer::Posted(posted) = carrier.post(credentials, outgoing).await {
            return Ok(posted);
        }
        let not_processed = Posted::NotProcessed {
            code: None,
            retry_after: Some(CREDENTIALS_WAIT),
        };
        let Ok(fresh) = self.messaging.credentials.fresh(self.messaging.now()).await else {
            return Ok(not_processed);
        };
        match carrier.post(&fresh, outgoing).await {
            Answer::Posted(posted) => Ok(posted),
            Answer::CredentialsRefused => {
                self.messaging.count(Metric::CarrierRefusedCredentials);
                tracing::error!("the carrier refuses our credentials or our sender");
                Ok(not_processed)
            }
        }
    }

    /// Writes down what posting came to.
    async fn record(
        &self,
        claimed: &Message,
        posted: Posted,
        number: &PhoneNumber,
    ) -> Result<(), MessagingError> {
        let attempt = claimed.attempts.len() - 1;
        if posted == Posted::OptedOut {
            self.messaging.opt_out(number).await?;
        }
        let jitter = u16::from_le_bytes(random(self.messaging.world.as_ref())) % 1000;
        let now = self.messaging.now();
        let policy = &self.messaging.policy;
        self.messaging
            .change(&claimed.id, |message| {
                message.recorded(attempt, posted.clone(), now, policy, jitter)
            })
            .await?;
        Ok(())
    }

    /// Records an attempt that ends before anything is posted: one write.
    async fn refuse(
        &self,
        message: &Message,
        claimed: &Message,
        posted: Posted,
    ) -> Result<(), MessagingError> {
        let now = self.messaging.now();
        let attempt = claimed.attempts.len() - 1;
        let Some(mut refused) = claimed.recorded(attempt, posted, now, &self.messaging.policy, 0)
        else {
            return Ok(());
        };
        refused.version = message.version + 1;
        match self
            .messaging
            .store
            .commit(&writes(message, &refused, now))
            .await
        {
            Ok(()) => {
                self.messaging.told(message, &refused);
                Ok(())
            }
            Err(CommitError::Conflict(_)) => Ok(()),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }
}

/// The number of the contact whose turn it is.
fn recipient(claimed: &Message, credentials: &CarrierCredentials) -> PhoneNumber {
    let attempt = claimed.attempts.last().expect("a claim adds an attempt");
    Messaging::number(credentials, &claimed.contacts[attempt.contact])
}
