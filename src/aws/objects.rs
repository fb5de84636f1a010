//! The `Objects` port on S3. One request writes one object, so 5 GiB is the limit; which objects to write
//! or delete is decided in `site` and `engine`.

mod deletion;
mod reading;

use std::path::Path;

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::Builder;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::Delete;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use deletion::{Refused, Target};
pub(super) use reading::Fetched;

use super::failure::{chain, code, failure, incomplete, status};
use super::patience::upload;
use super::recorder::Recorder;
use super::stacks::next_token;
use crate::ports::{
    Body, CloudError, DatedObject, ErrorKind, ListedObject, ObjectHead, ObjectVersion, Objects,
    PutObject, Result, Service,
};

const SERVICE: Service = Service::S3;
/// S3's own limit of keys in one `DeleteObjects`.
const DELETE_BATCH: usize = 1_000;
/// Metadata key of our own record of an object's content.
const SHA256: &str = "sha256";

/// S3. Clones share one client.
#[derive(Debug, Clone)]
pub(super) struct S3 {
    pub(super) client: Client,
}

impl S3 {
    pub(super) fn new(config: &SdkConfig, recorder: Option<&Recorder>) -> Self {
        // An endpoint of one's own has one host name for all buckets.
        let path_style = config.endpoint_url().is_some();
        let mut config = Builder::from(config).force_path_style(path_style);
        if let Some(recorder) = recorder {
            config = config.interceptor(recorder.clone());
        }
        Self {
            client: Client::from_conf(config.build()),
        }
    }

    async fn delete_all(&self, bucket: &str, objects: Vec<Target>) -> Result<()> {
        let mut refused = Refused::default();
        for batch in objects.chunks(DELETE_BATCH) {
            let identifiers = batch.iter().map(Target::identifier).collect();
            let delete = Delete::builder()
                .set_objects(Some(identifiers))
                .quiet(true)
                .build()
                .map_err(|error| local(bucket, "DeleteObjects", chain(&error)))?;
            let answer = self
                .client
                .delete_objects()
                .bucket(bucket)
                .delete(delete)
                .send()
                .await
                .map_err(|error| failure(SERVICE, "DeleteObjects", bucket, &error))?;
            for error in answer.errors() {
                refused.add(error);
            }
        }
        refused.into_result(bucket)
    }
}

#[async_trait]
impl Objects for S3 {
    async fn head(&self, bucket: &str, key: &str) -> Result<Option<ObjectHead>> {
        let answer = match self
            .client
            .head_object()
            .bucket(bucket)
            .key(key)
            .send()
            .await
        {
            Ok(answer) => answer,
            // The answer to a HEAD has no body that would tell an absent bucket from an absent object.
            Err(error) if status(&error) == Some(404) => return Ok(None),
            Err(error) => return Err(head_failure(bucket, key, &error)),
        };
        let missing = |field| incomplete(SERVICE, "HeadObject", subject(bucket, key), field);
        let length = answer
            .content_length()
            .ok_or_else(|| missing("Content-Length"))?;
        Ok(Some(ObjectHead {
            size: size(length),
            sha256: answer
                .metadata()
                .and_then(|metadata| metadata.get(SHA256))
                .cloned(),
            etag: answer.e_tag.map(unquoted).ok_or_else(|| missing("ETag"))?,
            content_type: answer.content_type,
            cache_control: answer.cache_control,
        }))
    }

    async fn get(&self, bucket: &str, key: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.fetch(bucket, key).await?.map(|object| object.bytes))
    }

    async fn dated(&self, bucket: &str, key: &str) -> Result<Option<DatedObject>> {
        let Some(Fetched {
            bytes, modified, ..
        }) = self.fetch(bucket, key).await?
        else {
            return Ok(None);
        };
        let modified = modified.ok_or_else(|| {
            incomplete(SERVICE, "GetObject", subject(bucket, key), "Last-Modified")
        })?;
        Ok(Some(DatedObject { bytes, modified }))
    }

    async fn save(&self, bucket: &str, key: &str, file: &Path) -> Result<bool> {
        self.pour_into(bucket, key, file).await
    }

    async fn put(&self, object: &PutObject) -> Result<String> {
        let subject = subject(&object.bucket, &object.key);
        let checksum = checksum(&object.sha256).ok_or_else(|| {
            let message = format!("{:?} is no SHA-256 in hexadecimal", object.sha256);
            local(subject.as_str(), "PutObject", message)
        })?;
        let body = match &object.body {
            Body::Bytes(bytes) => ByteStream::from(bytes.clone()),
            Body::File(path) => ByteStream::from_path(path).await.map_err(|error| {
                local(
                    subject.as_str(),
                    "PutObject",
                    format!("{}: {}", path.display(), chain(&error)),
                )
            })?,
        };
        let (length, _) = body.size_hint();
        let answer = self
            .client
            .put_object()
            .bucket(&object.bucket)
            .key(&object.key)
            .body(body)
            .content_type(&object.content_type)
            .set_cache_control(object.cache_control.clone())
            .metadata(SHA256, &object.sha256)
            // S3 refuses the object when the content that arrives is another.
            .checksum_sha256(checksum)
            .set_if_none_match(object.only_new.then(|| "*".to_owned()))
            .customize()
            .config_override(Builder::new().timeout_config(upload(length)))
            .send()
            .await
            .map_err(|error| failure(SERVICE, "PutObject", subject.as_str(), &error))?;
        answer
            .e_tag
            .map(unquoted)
            .ok_or_else(|| incomplete(SERVICE, "PutObject", subject.as_str(), "ETag"))
    }

    async fn list(&self, bucket: &str, prefix: &str) -> Result<Option<Vec<ListedObject>>> {
        let mut listed = Vec::new();
        let mut page = None;
        loop {
            let call = self.client.list_objects_v2().bucket(bucket).prefix(prefix);
            let answer = match call.set_continuation_token(page).send().await {
                Ok(answer) => answer,
                Err(error) if is_absent(&error) => return Ok(None),
                Err(error) => {
                    return Err(failure(
                        SERVICE,
                        "ListObjectsV2",
                        subject(bucket, prefix),
                        &error,
                    ));
                }
            };
            page = next_token(answer.next_continuation_token);
            listed.extend(
                answer
                    .contents
                    .unwrap_or_default()
                    .into_iter()
                    .filter_map(|object| {
                        Some(ListedObject {
                            key: object.key?,
                            etag: unquoted(object.e_tag.unwrap_or_default()),
                            size: size(object.size.unwrap_or_default()),
                            modified: object.last_modified.map_or(i64::MAX, |at| at.secs()),
                        })
                    }),
            );
            if page.is_none() {
                break;
            }
        }
        // S3 sorts so already; what follows relies on it.
        listed.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(Some(listed))
    }

    async fn delete(&self, bucket: &str, keys: &[String]) -> Result<()> {
        let targets = keys
            .iter()
            .map(|key| Target {
                key: key.clone(),
                version: None,
            })
            .collect();
        self.delete_all(bucket, targets).await
    }

    async fn versions(&self, bucket: &str) -> Result<Vec<ObjectVersion>> {
        let mut found = Vec::new();
        let (mut key_marker, mut version_marker) = (None, None);
        loop {
            let call = self.client.list_object_versions().bucket(bucket);
            let call = call
                .set_key_marker(key_marker)
                .set_version_id_marker(version_marker);
            let answer = match call.send().await {
                Ok(answer) => answer,
                Err(error) if is_absent(&error) => return Ok(found),
                Err(error) => return Err(failure(SERVICE, "ListObjectVersions", bucket, &error)),
            };
            let versions = answer
                .versions
                .unwrap_or_default()
                .into_iter()
                .map(|found| (found.key, found.version_id));
            let markers = answer
                .delete_markers
                .unwrap_or_default()
                .into_iter()
                .map(|found| (found.key, found.version_id));
            found.extend(versions.chain(markers).filter_map(|(key, version)| {
                Some(ObjectVersion {
                    key: key?,
                    version: version?,
                })
            }));
            key_marker = next_token(answer.next_key_marker);
            version_marker = next_token(answer.next_version_id_marker);
            if answer.is_truncated != Some(true) || key_marker.is_none() {
                return Ok(found);
            }
        }
    }

    async fn remove_bucket(&self, bucket: &str) -> Result<()> {
        match self.client.delete_bucket().bucket(bucket).send().await {
            Ok(_) => Ok(()),
            Err(error) if is_absent(&error) => Ok(()),
            Err(error) => Err(failure(SERVICE, "DeleteBucket", bucket, &error)),
        }
    }

    async fn delete_versions(&self, bucket: &str, versions: &[ObjectVersion]) -> Result<()> {
        let targets = versions
            .iter()
            .map(|object| Target {
                key: object.key.clone(),
                version: Some(object.version.clone()),
            })
            .collect();
        self.delete_all(bucket, targets).await
    }
}

pub(super) fn subject(bucket: &str, key: &str) -> String {
    format!("{bucket}/{key}")
}

/// A mistake on our side of the wire.
fn local(subject: impl Into<String>, operation: &'static str, message: String) -> CloudError {
    CloudError {
        service: SERVICE,
        operation,
        subject: subject.into(),
        kind: ErrorKind::Rejected,
        message,
    }
}

pub(super) fn is_absent<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    matches!(code(error), Some("NoSuchKey" | "NoSuchBucket" | "NotFound"))
}

/// A HEAD is refused without a word, so the status has to speak.
fn head_failure<E>(bucket: &str, key: &str, error: &SdkError<E, HttpResponse>) -> CloudError
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
{
    let mut failure = failure(SERVICE, "HeadObject", subject(bucket, key), error);
    let meaning = match status(error) {
        Some(301 | 307) => "; the stack file names another region",
        Some(400) => "; expired credentials are refused so",
        Some(403) => {
            "; s3:GetObject is not allowed, or the object is absent and s3:ListBucket is not allowed"
        }
        _ => "",
    };
    failure.message.push_str(meaning);
    failure
}

pub(super) fn unquoted(etag: String) -> String {
    match etag
        .strip_prefix('"')
        .and_then(|etag| etag.strip_suffix('"'))
    {
        Some(inner) => inner.to_owned(),
        None => etag,
    }
}

/// Sizes are never negative; the SDK's type is signed because the model's is.
fn size(bytes: i64) -> u64 {
    u64::try_from(bytes).unwrap_or_default()
}

/// From 64 hexadecimal digits to what S3 takes.
fn checksum(hex: &str) -> Option<String> {
    let digit = |digit: char| {
        digit
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let digits: Vec<u8> = hex.chars().map(digit).collect::<Option<_>>()?;
    (digits.len() == 64).then(|| {
        let bytes: Vec<u8> = digits
            .chunks(2)
            .map(|pair| (pair[0] << 4) | pair[1])
            .collect();
        BASE64.encode(bytes)
    })
}

#[cfg(test)]
mod tests;
