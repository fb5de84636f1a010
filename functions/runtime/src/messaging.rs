//! What every function does with messages in the same way: ask the carrier with current credentials, and write
//! down what it says.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use qdn_shared::credentials::CarrierCredentials;
use qdn_shared::id::MessageId;
use qdn_shared::message::{Attempt, Contact, Delivery, Message, Policy, Posted, Sid};
use qdn_shared::phone::PhoneNumber;
use qdn_shared::ring::SigningKeys;

use crate::carrier::{Carrier, CarrierError, Fetched, is_rendering};
use crate::metrics::{Metric, Metrics};
use crate::secrets::{Document, SecretError};
use crate::store::{self, CommitError, Store, StoreError, Write};
use crate::world::{World, random};

/// How often a decision is taken anew because somebody else wrote first. Each time one of them got on.
const TRIES: u32 = 8;

/// Everything that messages are handled with.
pub struct Messaging {
    /// The table.
    pub store: Arc<dyn Store>,
    /// The carrier.
    pub carrier: Arc<dyn Carrier>,
    /// Time and randomness.
    pub world: Arc<dyn World>,
    /// What the carrier knows us by.
    pub credentials: Document<CarrierCredentials>,
    /// What links and callbacks are signed with.
    pub keys: Document<SigningKeys>,
    /// How long things may take.
    pub policy: Policy,
    /// What tracking links and callbacks begin with, without a slash at the end.
    pub public_url: String,
    /// Where counts go.
    pub metrics: Metrics,
}

/// Why a message could not be handled now. It stays due, and is handled later.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessagingError {
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The carrier.
    #[error(transparent)]
    Carrier(#[from] CarrierError),
    /// Others wrote first at every try.
    #[error("message {0} was changed by others at every try")]
    Contended(MessageId),
}

impl Messaging {
    /// The time.
    pub fn now(&self) -> Timestamp {
        self.world.now()
    }

    /// The number behind a contact.
    pub fn number(credentials: &CarrierCredentials, contact: &Contact) -> PhoneNumber {
        match contact {
            Contact::Phone(number) => number.clone(),
            Contact::Line(line) => credentials.contact(*line).clone(),
        }
    }

    /// Counts something.
    pub fn count(&self, metric: Metric) {
        self.metrics.count(self.now(), &[(metric, 1)]);
    }

    /// A message as the carrier has it. Credentials that are refused are read again once: they may have been
    /// rotated.
    pub async fn fetch(&self, sid: &Sid) -> Result<Option<Fetched>, MessagingError> {
        let credentials = self.credentials.get(self.now()).await?;
        match self.carrier.fetch(&credentials, sid).await {
            Err(CarrierError::CredentialsRefused) => {
                let credentials = self.credentials.fresh(self.now()).await?;
                let fetched = self.carrier.fetch(&credentials, sid).await;
                if fetched == Err(CarrierError::CredentialsRefused) {
                    self.count(Metric::CarrierRefusedCredentials);
                }
                Ok(fetched?)
            }
            fetched => Ok(fetched?),
        }
    }

    /// Takes a decision about a message and writes it down; when somebody else wrote first, takes it anew on what
    /// they wrote. None when there is nothing to write.
    pub async fn change(
        &self,
        id: &MessageId,
        decide: impl Fn(&Message) -> Option<Message> + Send + Sync,
    ) -> Result<Option<Message>, MessagingError> {
        for attempt in 0..TRIES {
            let Some(message) = store::message(self.store.as_ref(), id).await? else {
                return Ok(None);
            };
            let Some(next) = decide(&message) else {
                return Ok(None);
            };
            match self
                .store
                .commit(&writes(&message, &next, self.now()))
                .await
            {
                Ok(()) => {
                    self.told(&message, &next);
                    return Ok(Some(next));
                }
                Err(CommitError::Conflict(_)) => self.step_back(attempt).await,
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(MessagingError::Contended(*id))
    }

    /// Lets others get on, a little longer each time, and not all for the same time.
    async fn step_back(&self, attempt: u32) {
        let most = 10_u64 << attempt;
        let [random] = random(self.world.as_ref());
        let wait = most / 2 + most * u64::from(random) / 512;
        self.world.sleep(Duration::from_millis(wait)).await;
    }

    /// Takes in what the carrier says about one of its messages, if it is this one: its id is known here, or
    /// recipient and text are those of an attempt whose id is not known. None when it is not, or says nothing new.
    pub async fn observe(
        &self,
        id: &MessageId,
        fetched: &Fetched,
    ) -> Result<Option<Message>, MessagingError> {
        let Some(status) = fetched.status else {
            return Ok(None);
        };
        let owner = self.store.owner(&fetched.sid).await?;
        if owner.is_some_and(|owner| owner != *id) {
            return Ok(None);
        }
        let credentials = self.credentials.get(self.now()).await?;
        let observed = self
            .change(id, |message| {
                if !is_about(fetched, message, &credentials) {
                    return None;
                }
                message.observed(&fetched.sid, status, fetched.code, self.now(), &self.policy)
            })
            .await?;
        // Behind a messaging service the carrier learns of it after it has taken the message.
        if observed.is_some()
            && fetched.code == Some(Posted::OPTED_OUT)
            && let Ok(number) = PhoneNumber::stored(&fetched.to)
        {
            self.opt_out(&number).await?;
        }
        Ok(observed)
    }

    /// Notes that a number's owner does not want our texts.
    pub async fn opt_out(&self, number: &PhoneNumber) -> Result<(), MessagingError> {
        let write = Write::OptOut(number.clone(), Some(self.now()));
        match self.store.commit(&[write]).await {
            Ok(()) | Err(CommitError::Conflict(_)) => Ok(()),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }

    /// Counts what became of a message, and logs it.
    pub fn told(&self, before: &Message, after: &Message) {
        let mut counted = Vec::new();
        let attempts = |message: &Message| {
            let accepted = message
                .attempts
                .iter()
                .filter(|attempt| attempt.sid().is_some());
            accepted.count()
        };
        if attempts(after) > attempts(before) {
            counted.push((Metric::MessagesSent, 1));
            tracing::info!(messageId = %after.id, "the carrier took a message");
        }
        let became = |delivery| after.delivery() == delivery && before.delivery() != delivery;
        let (reached, failed) = (became(Delivery::Sent), became(Delivery::Failed));
        if reached || failed {
            // One is compared with the other, so each has a value whenever the other has.
            counted.push((Metric::MessagesReached, reached.into()));
            counted.push((Metric::MessagesFailed, failed.into()));
        }
        if reached {
            tracing::info!(messageId = %after.id, "a message is handed to the phone network");
        }
        if failed {
            let code = after.attempts.iter().rev().find_map(Attempt::code);
            tracing::warn!(messageId = %after.id, code, "a message reached nobody");
        }
        if after.is_unknown() && !before.is_unknown() {
            counted.push((Metric::MessagesUnknown, 1));
            tracing::warn!(messageId = %after.id, "the outcome of an attempt is unknown");
        }
        self.metrics.count(self.now(), &counted);
    }
}

/// The message, and the ids that it learnt by this change.
pub fn writes(before: &Message, after: &Message, now: Timestamp) -> Vec<Write> {
    let known = |sid: &Sid| {
        before
            .attempts
            .iter()
            .any(|attempt| attempt.sid() == Some(sid))
    };
    let learnt = after
        .attempts
        .iter()
        .filter_map(|attempt| attempt.sid())
        .filter(|sid| !known(sid))
        .map(|sid| Write::OwnSid(sid.clone(), after.id, now));
    std::iter::once(Write::UpdateMessage(after.clone()))
        .chain(learnt)
        .collect()
}

/// Whether a message of the carrier's belongs to an attempt of this message.
fn is_about(fetched: &Fetched, message: &Message, credentials: &CarrierCredentials) -> bool {
    let Some(attempt) = message.attempt_for(&fetched.sid) else {
        return false;
    };
    if attempt.sid().is_some() {
        return true;
    }
    let number = message
        .contacts
        .get(attempt.contact)
        .map(|contact| Messaging::number(credentials, contact));
    number.is_some_and(|number| number.as_str() == fetched.to)
        && is_rendering(&fetched.body, message.text.as_str())
}
