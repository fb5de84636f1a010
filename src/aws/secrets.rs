//! The `Secrets` port on Secrets Manager.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::Builder;
use aws_sdk_secretsmanager::types::Tag;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::failure::{code, failure, incomplete};
use super::recorder::Recorder;
use super::unspoken;
use crate::ports::{CloudError, Deletion, NewSecret, Result, SecretState, Secrets, Service};

const SERVICE: Service = Service::SecretsManager;
/// Labels of versions that Secrets Manager keeps by itself.
const CURRENT: &str = "AWSCURRENT";
const PREVIOUS: &str = "AWSPREVIOUS";

/// Secrets Manager.
#[derive(Debug)]
pub(super) struct SecretsManager {
    client: Client,
}

impl SecretsManager {
    pub(super) fn new(config: &SdkConfig, recorder: Option<&Recorder>) -> Self {
        let mut config = Builder::from(config);
        if let Some(recorder) = recorder {
            config = config.interceptor(recorder.clone());
        }
        Self {
            client: Client::from_conf(config.build()),
        }
    }
}

#[async_trait]
impl Secrets for SecretsManager {
    async fn describe(&self, secret: &str) -> Result<Option<SecretState>> {
        let answer = match self.client.describe_secret().secret_id(secret).send().await {
            Ok(answer) => answer,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(failure(SERVICE, "DescribeSecret", secret, &error)),
        };
        let versions = answer.version_ids_to_stages.unwrap_or_default();
        let labelled = |label: &str| {
            let mut found = versions
                .iter()
                .filter(|(_, labels)| labels.iter().any(|carried| carried == label));
            found.next().map(|(id, _)| id.clone())
        };
        let tags = answer.tags.unwrap_or_default();
        Ok(Some(SecretState {
            tags: tags
                .into_iter()
                .filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())))
                .collect(),
            current: labelled(CURRENT),
            previous: labelled(PREVIOUS),
            scheduled_for_deletion: answer.deleted_date.is_some(),
        }))
    }

    async fn value(&self, secret: &str) -> Result<Option<SecretString>> {
        const OPERATION: &str = "GetSecretValue";
        match self
            .client
            .get_secret_value()
            .secret_id(secret)
            .send()
            .await
        {
            Ok(answer) => answer
                .secret_string
                .map(|text| Some(text.into()))
                .ok_or_else(|| incomplete(SERVICE, OPERATION, secret, "SecretString")),
            Err(error) if is_absent(&error) || is_scheduled(&error) => Ok(None),
            Err(error) => Err(failure(SERVICE, OPERATION, secret, &error)),
        }
    }

    async fn create(&self, secret: &NewSecret) -> Result<()> {
        // Without a key of ours the account's own key for Secrets Manager encrypts it.
        self.client
            .create_secret()
            .name(&secret.name)
            .description(secret.description)
            .client_request_token(&secret.token)
            .secret_string(secret.text.expose_secret())
            .set_tags(Some(tags(&secret.tags)))
            .send()
            .await
            .map_err(|error| unspoken("CreateSecret", &secret.name, &error, &secret.text))?;
        Ok(())
    }

    async fn put(&self, secret: &str, token: &str, text: &SecretString) -> Result<()> {
        self.client
            .put_secret_value()
            .secret_id(secret)
            .client_request_token(token)
            .secret_string(text.expose_secret())
            .send()
            .await
            .map_err(|error| unspoken("PutSecretValue", secret, &error, text))?;
        Ok(())
    }

    async fn tag(&self, secret: &str, wanted: &BTreeMap<String, String>) -> Result<()> {
        self.client
            .tag_resource()
            .secret_id(secret)
            .set_tags(Some(tags(wanted)))
            .send()
            .await
            .map_err(|error| failure(SERVICE, "TagResource", secret, &error))?;
        Ok(())
    }

    async fn restore(&self, secret: &str) -> Result<()> {
        self.client
            .restore_secret()
            .secret_id(secret)
            .send()
            .await
            .map_err(|error| failure(SERVICE, "RestoreSecret", secret, &error))?;
        Ok(())
    }

    async fn delete(&self, secret: &str, when: Deletion) -> Result<()> {
        let request = self.client.delete_secret().secret_id(secret);
        let request = match when {
            Deletion::Now => request.force_delete_without_recovery(true),
            Deletion::AfterDays(days) => request.recovery_window_in_days(days.into()),
        };
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) if is_absent(&error) || is_scheduled(&error) => Ok(()),
            Err(error) => Err(failure(SERVICE, "DeleteSecret", secret, &error)),
        }
    }
}

fn tags(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    tags.iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect()
}

fn is_absent<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    code(error) == Some("ResourceNotFoundException")
}

/// Refused because the secret is, or is already, scheduled for deletion.
fn is_scheduled<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    let message = error
        .as_service_error()
        .and_then(ProvideErrorMetadata::message)
        .unwrap_or_default();
    code(error) == Some("InvalidRequestException")
        && ["marked for deletion", "scheduled for deletion"]
            .iter()
            .any(|words| message.contains(words))
}

/// A failure of a call that carried a secret.
fn unspoken<E>(
    operation: &'static str,
    secret: &str,
    error: &SdkError<E, HttpResponse>,
    text: &SecretString,
) -> CloudError
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
{
    let mut words = vec![text.expose_secret().to_owned()];
    let document = serde_json::from_str(text.expose_secret()).unwrap_or_default();
    collect(&document, &mut words);
    let words = words.iter().map(String::as_str);
    unspoken::without(failure(SERVICE, operation, secret, error), words)
}

/// Every text in a document.
fn collect(document: &Value, texts: &mut Vec<String>) {
    match document {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(map) => map.values().for_each(|value| collect(value, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
#[path = "secrets_tests.rs"]
mod tests;
