//! The maintenance document in the site bucket: read as it lies there, replaced only by who has seen what is
//! replaced. What a document has to keep is `qdn_shared::maintenance`'s.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

/// Where the document lies in the bucket; CloudFront serves it under the same path.
pub const KEY: &str = "data/maintenance.json";

/// The document as it lies in the bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Which version it is, in quotes, as S3 says it.
    pub etag: String,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// What a writer has seen of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// That there is none yet.
    Absent,
    /// The version of this `ETag`.
    Version(String),
}

/// Why the document was not read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// It is not what the writer has seen; nothing was written.
    #[error("the maintenance document was changed by somebody else")]
    Changed,
    /// The bucket could not be asked, or did not answer; it may have been written.
    #[error("{operation} of the maintenance document failed: {reason}")]
    Failed {
        /// The operation, e.g. `GetObject`.
        operation: &'static str,
        /// The service's error code, or what was wrong with the answer.
        reason: String,
    },
}

/// Where the document is kept.
#[async_trait]
pub trait DocumentStore: Send + Sync {
    /// The document; none before the first one was written.
    async fn read(&self) -> Result<Option<Stored>, DocumentError>;
    /// Replaces the document if it is still what the writer has seen. Returns the new one's `ETag`.
    async fn write(&self, body: Vec<u8>, expected: &Expected) -> Result<String, DocumentError>;
}

/// The document in memory, with the same conditions as the bucket. For tests.
#[derive(Debug, Default)]
pub struct MemoryDocument(Mutex<(u64, Option<Stored>)>);

#[async_trait]
impl DocumentStore for MemoryDocument {
    async fn read(&self) -> Result<Option<Stored>, DocumentError> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(held.1.clone())
    }

    async fn write(&self, body: Vec<u8>, expected: &Expected) -> Result<String, DocumentError> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, stored) = &mut *held;
        let is_expected = match (expected, stored.as_ref()) {
            (Expected::Absent, None) => true,
            (Expected::Version(etag), Some(stored)) => stored.etag == *etag,
            (Expected::Absent, Some(_)) | (Expected::Version(_), None) => false,
        };
        if !is_expected {
            return Err(DocumentError::Changed);
        }
        *count += 1;
        let etag = format!("\"{count:032x}\"");
        *stored = Some(Stored {
            etag: etag.clone(),
            body,
        });
        Ok(etag)
    }
}

#[cfg(test)]
mod tests;
