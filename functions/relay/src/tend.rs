//! Whatever a due message needs besides being sent: its claim overtaken, its outcome found out, its time ended.

use jiff::SignedDuration;
use qdn_runtime::carrier::{self, CarrierError, Fetched};
use qdn_runtime::messaging::{Messaging, MessagingError};
use qdn_runtime::metrics::Metric;
use qdn_runtime::store;
use qdn_shared::id::MessageId;
use qdn_shared::message::{Due, Looked, Message};

use crate::send::Relay;

impl Relay {
    /// Does what a message needs now, if it needs anything.
    pub async fn tend(&self, id: &MessageId) -> Result<(), MessagingError> {
        let Some(message) = store::message(self.messaging.store.as_ref(), id).await? else {
            return Ok(());
        };
        let now = self.messaging.now();
        let policy = &self.messaging.policy;
        match message.due(now) {
            None => {}
            Some(Due::Send) => self.send(id).await?,
            Some(Due::Overtake) => {
                self.messaging
                    .change(id, |message| message.expired(now, policy))
                    .await?;
            }
            Some(Due::Search) => self.search(&message).await?,
            Some(Due::Ask) => self.ask(&message).await?,
        }
        Ok(())
    }

    /// Looks in the carrier's list for a message whose outcome is unknown.
    async fn search(&self, message: &Message) -> Result<(), MessagingError> {
        let Some(attempt) = message.attempts.last() else {
            return Ok(());
        };
        let from = attempt.claimed_at;
        let lease = SignedDuration::from_secs(i64::from(self.messaging.policy.lease));
        let to = from.saturating_add(lease).unwrap_or(from);
        let listed = match self.listed(message, attempt.contact, from).await {
            Err(MessagingError::Carrier(error)) => {
                let (now, policy) = (self.messaging.now(), &self.messaging.policy);
                self.messaging
                    .change(&message.id, |message| message.not_looked_for(now, policy))
                    .await?;
                return Err(error.into());
            }
            listed => listed?,
        };
        let mut strangers = std::collections::BTreeSet::new();
        for fetched in &listed {
            let owner = self.messaging.store.owner(&fetched.sid).await?;
            if owner.is_some() {
                strangers.insert(fetched.sid.clone());
            }
        }
        let looked = carrier::find(&listed, message.text.as_str(), &strangers, from, to);
        if looked == Looked::Several {
            self.messaging.count(Metric::MessagesAmbiguous);
            tracing::error!(messageId = %message.id, "more than one message at the carrier could be this one");
        }
        let (now, policy) = (self.messaging.now(), &self.messaging.policy);
        self.messaging
            .change(&message.id, |message| {
                message.looked_for(looked.clone(), now, policy)
            })
            .await?;
        Ok(())
    }

    /// What the carrier lists for a contact since a time; older ones are left out.
    async fn listed(
        &self,
        message: &Message,
        contact: usize,
        since: jiff::Timestamp,
    ) -> Result<Vec<Fetched>, MessagingError> {
        let Messaging {
            carrier,
            credentials,
            ..
        } = &self.messaging;
        let current = credentials.get(self.messaging.now()).await?;
        let number = Messaging::number(&current, &message.contacts[contact]);
        let mut listed = carrier.list(&current, &number, since).await;
        if listed == Err(CarrierError::CredentialsRefused) {
            let fresh = credentials.fresh(self.messaging.now()).await?;
            listed = carrier.list(&fresh, &number, since).await;
        }
        if listed == Err(CarrierError::CredentialsRefused) {
            self.messaging.count(Metric::CarrierRefusedCredentials);
        }
        let mut listed = listed?;
        // A minute of difference between the clocks is a lot.
        listed.retain(|fetched| fetched.created_at.duration_since(since).as_secs() >= -60);
        Ok(listed)
    }

    /// Asks how it stands with what the carrier has under way; when that brings nothing new, time decides. It does
    /// also when the carrier gives no answer: a message does not wait for ever because nobody can say what became
    /// of it.
    async fn ask(&self, message: &Message) -> Result<(), MessagingError> {
        let (mut news, mut unanswered) = (false, None);
        for sid in message.awaited().filter_map(|attempt| attempt.sid()) {
            match self.messaging.fetch(sid).await {
                Ok(Some(fetched)) => {
                    let observed = self.messaging.observe(&message.id, &fetched).await?;
                    news |= observed.is_some();
                }
                Ok(None) => {}
                Err(MessagingError::Carrier(error)) => unanswered = Some(error),
                Err(error) => return Err(error),
            }
        }
        if news {
            return Ok(());
        }
        let (now, policy) = (self.messaging.now(), &self.messaging.policy);
        self.messaging
            .change(&message.id, |message| message.asked(now, policy))
            .await?;
        unanswered.map_or(Ok(()), |error| Err(error.into()))
    }
}
