//! The text as the recipient reads it. A token is made here, at the moment of sending, and is stored nowhere.

use qdn_runtime::secrets::ExposeSecret;
use qdn_runtime::store::{Store, StoreError};
use qdn_shared::job::Job;
use qdn_shared::message::Message;
use qdn_shared::ring::SigningKeys;
use qdn_shared::segments::{SmsText, TextError};
use qdn_shared::text::{self, LINK_PLACEHOLDER};
use qdn_shared::token::{JobToken, Scopes, TOKEN_LIFE_SECONDS, tracking_url};

/// The message's text with its job's tracking link in it; the inner error when that is no text that can be sent. A
/// message whose job is gone keeps the placeholder.
pub async fn body(
    store: &dyn Store,
    message: &Message,
    keys: &SigningKeys,
    public_url: &str,
) -> Result<Result<SmsText, TextError>, StoreError> {
    let as_stored = || Ok(Ok(message.text.clone()));
    let Some(job) = message.id.thread().job() else {
        return as_stored();
    };
    if !message.text.as_str().contains(LINK_PLACEHOLDER) {
        return as_stored();
    }
    let Some(job) = store.job(&job).await? else {
        return as_stored();
    };
    let url = tracking_url(public_url, &token(&job, message).mint(&keys.tokens));
    Ok(text::render(&message.text, url.expose_secret()))
}

/// The token's life begins with the message, so that two renderings of one message are the same.
fn token(job: &Job, message: &Message) -> JobToken {
    JobToken {
        scopes: Scopes::TRACK_AND_RATE,
        generation: job.generation(),
        expires_at: JobToken::expiry(message.created_at, TOKEN_LIFE_SECONDS),
        link: job.link(),
    }
}
