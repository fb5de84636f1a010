//! One message to the operator's lines for each alert of the maintenance document. The message's id is made of the
//! alert, so that raising it again meets the first.

use qdn_runtime::maintenance::{DocumentError, DocumentStore};
use qdn_runtime::messaging::Messaging;
use qdn_runtime::metrics::Metric;
use qdn_runtime::store::{CommitError, StoreError, Write};
use qdn_shared::id::MessageId;
use qdn_shared::maintenance::{Alert, MaintenanceDocument};
use qdn_shared::message::{Message, MessageKind};
use qdn_shared::segments::SmsText;

/// Why no alerts were raised.
#[derive(Debug, thiserror::Error)]
pub enum AlertError {
    /// The document could not be read.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// It was read, and is not what it should be.
    #[error("the maintenance document has an unexpected form at line {line}, column {column}")]
    Form {
        /// Where, from 1.
        line: usize,
        /// Where, from 1.
        column: usize,
    },
    /// The table could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Raises what is to be raised now; gives how many alerts were new.
pub async fn raise(
    messaging: &Messaging,
    document: &dyn DocumentStore,
) -> Result<usize, AlertError> {
    let Some(stored) = document.read().await? else {
        return Ok(0);
    };
    let document: MaintenanceDocument =
        serde_json::from_slice(&stored.body).map_err(|error| AlertError::Form {
            line: error.line(),
            column: error.column(),
        })?;
    let now = messaging.now();
    let mut raised = 0;
    for alert in document.alerts(now) {
        let Some(message) = message(&alert, now) else {
            tracing::error!("an alert has no text that can be sent");
            continue;
        };
        // Read before written: all but the first run of an alert find it there.
        if messaging.store.entry(&message.id).await?.is_some() {
            continue;
        }
        match messaging
            .store
            .commit(&[Write::CreateMessage(message)])
            .await
        {
            Ok(()) => raised += 1,
            Err(CommitError::Conflict(_)) => {}
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    if raised > 0 {
        messaging
            .metrics
            .count(now, &[(Metric::AlertsRaised, raised)]);
    }
    Ok(usize::try_from(raised).unwrap_or(usize::MAX))
}

fn message(alert: &Alert, now: jiff::Timestamp) -> Option<Message> {
    let id = MessageId::of(alert.thread(), 1).ok()?;
    let text = SmsText::new(&alert.text).ok()?;
    Some(Message::to_lines(id, MessageKind::Alert, text, now))
}
