//! Reads objects: whole, or piece by piece into a file, and again where a body breaks off.

use std::io;
use std::path::Path;

use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::primitives::{ByteStream, ByteStreamError};
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

use super::super::failure::{chain, failure};
use super::{S3, SERVICE, is_absent, local, subject, unquoted};
use crate::ports::{CloudError, ErrorKind, Result};

/// How often an object is read whose body breaks off.
const READS: usize = 3;

/// An object as it was answered.
pub(in crate::aws) struct Fetched {
    /// Its `ETag`, when the answer has one.
    pub(in crate::aws) etag: Option<String>,
    /// When it was written, in seconds since 1970, when the answer tells.
    pub(super) modified: Option<i64>,
    /// Its content.
    pub(in crate::aws) bytes: Vec<u8>,
}

impl S3 {
    /// An object; none when it, or its bucket, is absent.
    pub(in crate::aws) async fn fetch(&self, bucket: &str, key: &str) -> Result<Option<Fetched>> {
        let mut reads = 1;
        while let Some(answer) = self.opened(bucket, key).await? {
            match answer.body.collect().await {
                Ok(body) => {
                    return Ok(Some(Fetched {
                        etag: answer.e_tag.map(unquoted),
                        modified: answer.last_modified.map(|at| at.secs()),
                        bytes: body.to_vec(),
                    }));
                }
                Err(_) if reads < READS => reads += 1,
                Err(error) => return Err(broken(bucket, key, &error)),
            }
        }
        Ok(None)
    }

    /// The answer with an object, of which the body is still to be read; none when it, or its bucket, is absent. The SDK
    /// tries again only until here.
    async fn opened(&self, bucket: &str, key: &str) -> Result<Option<GetObjectOutput>> {
        let call = self.client.get_object().bucket(bucket).key(key);
        match call.send().await {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(failure(SERVICE, "GetObject", subject(bucket, key), &error)),
        }
    }

    /// Writes an object into a file; false when it, or its bucket, is absent.
    pub(super) async fn pour_into(&self, bucket: &str, key: &str, file: &Path) -> Result<bool> {
        let mut reads = 1;
        while let Some(answer) = self.opened(bucket, key).await? {
            match pour(answer.body, file).await {
                Ok(()) => return Ok(true),
                Err(Spilt::Body(_)) if reads < READS => reads += 1,
                Err(Spilt::Body(error)) => return Err(broken(bucket, key, &error)),
                Err(Spilt::File(error)) => {
                    let message = format!("failed to write {}: {error}", file.display());
                    return Err(CloudError {
                        kind: ErrorKind::Disk,
                        ..local(subject(bucket, key), "GetObject", message)
                    });
                }
            }
        }
        Ok(false)
    }
}

/// What kept a body from becoming a file.
enum Spilt {
    Body(ByteStreamError),
    File(io::Error),
}

/// Writes a body into a file, piece by piece.
async fn pour(mut body: ByteStream, file: &Path) -> std::result::Result<(), Spilt> {
    let mut to = File::create(file).await.map_err(Spilt::File)?;
    while let Some(piece) = body.try_next().await.map_err(Spilt::Body)? {
        to.write_all(&piece).await.map_err(Spilt::File)?;
    }
    to.flush().await.map_err(Spilt::File)
}

fn broken(bucket: &str, key: &str, error: &ByteStreamError) -> CloudError {
    CloudError {
        service: SERVICE,
        operation: "GetObject",
        subject: subject(bucket, key),
        kind: ErrorKind::Server,
        message: format!("the object could not be read to its end: {}", chain(error)),
    }
}
