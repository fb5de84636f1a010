//! What a `DeleteObjects` is asked for, and the refusals that hide inside an answer that is otherwise fine.

use aws_sdk_s3::types::ObjectIdentifier;

use super::SERVICE;
use crate::aws::failure::kind_of;
use crate::ports::{CloudError, ErrorKind, Result};

/// Keys that an error names; the rest is counted.
const NAMED_KEYS: usize = 3;

/// An object to delete, or one version of it.
pub(super) struct Target {
    pub(super) key: String,
    pub(super) version: Option<String>,
}

impl Target {
    pub(super) fn identifier(&self) -> ObjectIdentifier {
        ObjectIdentifier::builder()
            .key(&self.key)
            .set_version_id(self.version.clone())
            .build()
            .expect("the key, the only thing required, is set")
    }
}

/// The objects that S3 named inside an answer that was otherwise fine.
#[derive(Default)]
pub(super) struct Refused {
    first: Vec<String>,
    kind: Option<ErrorKind>,
    count: usize,
}

impl Refused {
    pub(super) fn add(&mut self, error: &aws_sdk_s3::types::Error) {
        let kind = kind_of(error.code(), error.message(), None);
        self.kind.get_or_insert(if kind == ErrorKind::Other {
            ErrorKind::Rejected
        } else {
            kind
        });
        self.count += 1;
        if self.first.len() < NAMED_KEYS {
            self.first.push(format!(
                "{}: {}: {}",
                error.key().unwrap_or("an object without a key"),
                error.code().unwrap_or("no code"),
                error.message().unwrap_or("no message")
            ));
        }
    }

    pub(super) fn into_result(self, bucket: &str) -> Result<()> {
        let Some(kind) = self.kind else { return Ok(()) };
        let others = match self.count - self.first.len() {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        Err(CloudError {
            service: SERVICE,
            operation: "DeleteObjects",
            subject: bucket.to_owned(),
            kind,
            message: format!(
                "{} not deleted: {}{others}",
                self.count,
                self.first.join("; ")
            ),
        })
    }
}
