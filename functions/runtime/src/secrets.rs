//! Documents of Secrets Manager: read when first needed, kept for a while, read again when told that they may be
//! out of date. A rotated credential needs no new deployment.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use jiff::{SignedDuration, Timestamp};
pub use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;

/// How long a document is used without asking again.
pub const KEEP: SignedDuration = SignedDuration::from_mins(5);
/// How long operator keys are: a revoked one has to stop working soon.
pub const KEEP_OPERATORS: SignedDuration = SignedDuration::from_secs(30);
/// A document that was read less than this ago is not read again, whoever doubts it.
const NEW: SignedDuration = SignedDuration::from_secs(5);

/// A secret could not be read. Says its name and why, never anything of its content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("secret `{name}` {reason}")]
pub struct SecretError {
    /// The secret's name.
    pub name: String,
    /// What went wrong.
    pub reason: String,
}

/// Where secrets come from.
#[async_trait]
pub trait SecretSource: Send + Sync {
    /// The current version of a secret.
    async fn current(&self, name: &str) -> Result<SecretString, SecretError>;
}

/// Secrets Manager.
#[derive(Clone, Debug)]
pub struct SecretsManager(Client);

impl SecretsManager {
    /// Reads with this client.
    pub const fn new(client: Client) -> Self {
        SecretsManager(client)
    }
}

#[async_trait]
impl SecretSource for SecretsManager {
    async fn current(&self, name: &str) -> Result<SecretString, SecretError> {
        let failed = |reason: &str| SecretError {
            name: name.to_owned(),
            reason: reason.to_owned(),
        };
        let answer = self.0.get_secret_value().secret_id(name).send().await;
        let answer = answer.map_err(|error| match &error {
            SdkError::ServiceError(context) => failed(&format!(
                "could not be read: {}",
                context.err().code().unwrap_or("an unknown error")
            )),
            _ => failed("could not be read: Secrets Manager did not answer"),
        })?;
        answer
            .secret_string
            .map(SecretString::from)
            .ok_or_else(|| failed("holds no text"))
    }
}

/// One secret document of a known form.
pub struct Document<T> {
    name: String,
    source: Arc<dyn SecretSource>,
    keep: SignedDuration,
    held: Mutex<Option<Held<T>>>,
}

struct Held<T> {
    read_at: Timestamp,
    value: Arc<T>,
}

impl<T: DeserializeOwned> Document<T> {
    /// The document of this name. Nothing is read yet.
    pub fn new(
        name: impl Into<String>,
        source: Arc<dyn SecretSource>,
        keep: SignedDuration,
    ) -> Self {
        Document {
            name: name.into(),
            source,
            keep,
            held: Mutex::new(None),
        }
    }

    /// The document, at most as old as it may be kept. When it cannot be read again, the one in hand goes on
    /// being used.
    pub async fn get(&self, now: Timestamp) -> Result<Arc<T>, SecretError> {
        self.younger_than(self.keep, now).await
    }

    /// The document, read again unless it was just read: for who was told that what it holds is out of date.
    pub async fn fresh(&self, now: Timestamp) -> Result<Arc<T>, SecretError> {
        self.younger_than(NEW, now).await
    }

    /// Reads the document now, whatever is in hand: for who asks whether it can be read.
    pub async fn read_now(&self) -> Result<(), SecretError> {
        self.read().await.map(drop)
    }

    async fn younger_than(
        &self,
        age: SignedDuration,
        now: Timestamp,
    ) -> Result<Arc<T>, SecretError> {
        // Held over the read: a burst of requests reads once.
        let mut held = self.held.lock().await;
        if let Some(held) = held.as_ref()
            && now.duration_since(held.read_at) < age
        {
            return Ok(held.value.clone());
        }
        match self.read().await {
            Ok(value) => {
                let value = Arc::new(value);
                *held = Some(Held {
                    read_at: now,
                    value: value.clone(),
                });
                Ok(value)
            }
            Err(error) => match held.as_ref() {
                Some(held) => {
                    tracing::warn!(%error, "going on with the secret as read before");
                    Ok(held.value.clone())
                }
                None => Err(error),
            },
        }
    }

    async fn read(&self) -> Result<T, SecretError> {
        let text = self.source.current(&self.name).await?;
        // serde's message can quote the document, so its place is all that is told.
        serde_json::from_str(text.expose_secret()).map_err(|error| SecretError {
            name: self.name.clone(),
            reason: format!(
                "has an unexpected form at line {}, column {}",
                error.line(),
                error.column()
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex as StdMutex;

    struct Scripted(StdMutex<Vec<Result<&'static str, &'static str>>>);

    #[async_trait]
    impl SecretSource for Scripted {
        async fn current(&self, name: &str) -> Result<SecretString, SecretError> {
            let next = self.0.lock().unwrap().remove(0);
            next.map(SecretString::from).map_err(|reason| SecretError {
                name: name.to_owned(),
                reason: reason.to_owned(),
            })
        }
    }

    fn document(script: Vec<Result<&'static str, &'static str>>) -> Document<Vec<u32>> {
        let source = Arc::new(Scripted(StdMutex::new(script)));
        Document::new("qdn-x/keys", source, KEEP)
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[tokio::test]
    async fn it_is_read_once_and_again_when_it_grew_old() {
        let document = document(vec![Ok("[1]"), Ok("[2]")]);
        assert_eq!(*document.get(at(0)).await.unwrap(), [1]);
        assert_eq!(*document.get(at(299)).await.unwrap(), [1]);
        assert_eq!(*document.get(at(300)).await.unwrap(), [2]);
    }

    #[tokio::test]
    async fn doubt_reads_again_but_not_in_a_loop() {
        let document = document(vec![Ok("[1]"), Ok("[2]")]);
        document.get(at(0)).await.unwrap();
        assert_eq!(*document.fresh(at(4)).await.unwrap(), [1]);
        assert_eq!(*document.fresh(at(5)).await.unwrap(), [2]);
    }

    #[tokio::test]
    async fn what_is_in_hand_outlives_a_failure() {
        let document = document(vec![Ok("[1]"), Err("is away"), Ok("oops"), Ok("[4]")]);
        document.get(at(0)).await.unwrap();
        assert_eq!(*document.get(at(400)).await.unwrap(), [1]);
        assert_eq!(*document.get(at(500)).await.unwrap(), [1]);
        assert_eq!(*document.get(at(600)).await.unwrap(), [4]);
    }

    #[tokio::test]
    async fn what_is_in_hand_does_not_hide_a_failure_from_who_asks_for_it() {
        let document = document(vec![Ok("[1]"), Err("is away")]);
        document.get(at(0)).await.unwrap();
        assert!(document.read_now().await.is_err());
        assert_eq!(*document.get(at(1)).await.unwrap(), [1]);
    }

    #[tokio::test]
    async fn an_error_quotes_nothing() {
        let error = document(vec![Ok(r#"{"key":"hush"}"#)])
            .get(at(0))
            .await
            .unwrap_err();
        insta::assert_snapshot!(error, @"secret `qdn-x/keys` has an unexpected form at line 1, column 0");
    }
}
