//! The `GuardedObjects` port on S3: conditional writes and deletes. Who holds what is decided in `engine`.

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::put_object::builders::PutObjectFluentBuilder;
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::failure::{failure, incomplete, status};
use super::objects::{Fetched, S3, is_absent, subject, unquoted};
use crate::ports::{CloudError, ErrorKind, GuardedObject, GuardedObjects, Result, Service};

const SERVICE: Service = Service::S3;

#[async_trait]
impl GuardedObjects for S3 {
    async fn read(&self, bucket: &str, key: &str) -> Result<Option<GuardedObject>> {
        let Some(Fetched { etag, bytes, .. }) = self.fetch(bucket, key).await? else {
            return Ok(None);
        };
        let version =
            etag.ok_or_else(|| incomplete(SERVICE, "GetObject", subject(bucket, key), "ETag"))?;
        Ok(Some(GuardedObject { version, bytes }))
    }

    async fn create(&self, bucket: &str, key: &str, bytes: Vec<u8>) -> Result<String> {
        let call = put(&self.client, bucket, key, bytes).if_none_match("*");
        written(call, bucket, key).await
    }

    async fn replace(
        &self,
        bucket: &str,
        key: &str,
        version: &str,
        bytes: Vec<u8>,
    ) -> Result<String> {
        let call = put(&self.client, bucket, key, bytes).if_match(quoted(version));
        match written(call, bucket, key).await {
            // Of what is gone there is no version that could match.
            Err(error) if error.kind == ErrorKind::NotFound => Err(CloudError {
                kind: ErrorKind::Conflict,
                ..error
            }),
            written => written,
        }
    }

    async fn remove(&self, bucket: &str, key: &str, version: &str) -> Result<()> {
        let call = self.client.delete_object().bucket(bucket).key(key);
        match call.if_match(quoted(version)).send().await {
            Ok(_) => Ok(()),
            Err(error) if is_absent(&error) => Ok(()),
            Err(error) => Err(moved("DeleteObject", bucket, key, &error)),
        }
    }
}

fn put(client: &Client, bucket: &str, key: &str, bytes: Vec<u8>) -> PutObjectFluentBuilder {
    let call = client.put_object().bucket(bucket).key(key);
    call.content_type("application/json")
        .body(ByteStream::from(bytes))
}

async fn written(call: PutObjectFluentBuilder, bucket: &str, key: &str) -> Result<String> {
    let answer = call
        .send()
        .await
        .map_err(|error| moved("PutObject", bucket, key, &error))?;
    let version = answer.e_tag.map(unquoted);
    version.ok_or_else(|| incomplete(SERVICE, "PutObject", subject(bucket, key), "ETag"))
}

/// A failure; an unmet condition (412), or one that is being decided at the same moment (409), is a conflict.
fn moved<E>(
    operation: &'static str,
    bucket: &str,
    key: &str,
    error: &SdkError<E, HttpResponse>,
) -> CloudError
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
{
    let failed = failure(SERVICE, operation, subject(bucket, key), error);
    match status(error) {
        Some(409 | 412) => CloudError {
            kind: ErrorKind::Conflict,
            ..failed
        },
        _ => failed,
    }
}

fn quoted(version: &str) -> String {
    format!("\"{version}\"")
}

#[cfg(test)]
mod tests {
    use super::super::replay::{Answer, Replay};
    use super::*;

    fn refusal(status: u16, code: &str) -> Answer {
        Answer::xml(
            status,
            &format!("<Error><Code>{code}</Code><Message>no</Message></Error>"),
        )
    }

    #[tokio::test]
    async fn what_is_there_already_is_a_conflict() {
        let replay = Replay::of([
            refusal(412, "PreconditionFailed"),
            refusal(409, "ConditionalRequestConflict"),
        ]);
        let s3 = S3::new(&replay.config(), None);
        for _ in 0..2 {
            let refused = s3.create("artifacts", "locks/x.json", Vec::new()).await;
            assert_eq!(refused.unwrap_err().kind, ErrorKind::Conflict);
        }
    }

    #[tokio::test]
    async fn where_there_is_no_bucket_nothing_is_found() {
        let replay = Replay::of([refusal(404, "NoSuchBucket")]);
        let s3 = S3::new(&replay.config(), None);
        let refused = s3.create("artifacts", "locks/x.json", Vec::new()).await;
        assert_eq!(refused.unwrap_err().kind, ErrorKind::NotFound);
    }

    #[tokio::test]
    async fn another_version_or_none_is_a_conflict_and_gone_is_gone() {
        let replay = Replay::of([
            refusal(404, "NoSuchKey"),
            refusal(412, "PreconditionFailed"),
            refusal(404, "NoSuchKey"),
        ]);
        let s3 = S3::new(&replay.config(), None);
        let replaced = s3.replace("artifacts", "locks/x.json", "1", Vec::new());
        assert_eq!(replaced.await.unwrap_err().kind, ErrorKind::Conflict);
        let removed = s3.remove("artifacts", "locks/x.json", "1").await;
        assert_eq!(removed.unwrap_err().kind, ErrorKind::Conflict);
        let removed = s3.remove("artifacts", "locks/x.json", "1").await;
        assert_eq!(removed, Ok(()));
    }
}
