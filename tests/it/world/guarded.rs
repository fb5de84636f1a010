//! S3's conditional writes in memory. Whoever asks gives way first, so that racers meet at every call.

use async_trait::async_trait;
use qdn_infra::engine::LockRecord;
use qdn_infra::ports::{CloudError, ErrorKind, GuardedObject, GuardedObjects, Result, Service};
use sha2::{Digest, Sha256};
use tokio::task::yield_now;

use super::objects::{at, etag};
use super::{Object, World};

/// How a conditional write is told among the calls.
pub const LOCK: &str = "PutObject if";
/// How a conditional removal is told.
pub const UNLOCK: &str = "DeleteObject if";

impl World {
    /// Lets another's lock be in the place of ours when ours is to be freed.
    pub fn swap_lock(&self, other: LockRecord) {
        self.state.lock().unwrap().swapped = Some(other);
    }

    /// Puts another's lock in the place of whichever lies there, at once.
    pub fn usurp_lock(&self, other: &LockRecord) {
        let mut state = self.state.lock().unwrap();
        let bucket = state.buckets.get_mut(&self.names.artifacts_bucket);
        let objects = bucket.expect("the bucket exists");
        objects.insert(self.names.lock.clone(), stored(other.to_bytes()));
    }

    /// Writes the object if what lies there has this version; none: if nothing lies there.
    fn write_if(
        &self,
        bucket: &str,
        key: &str,
        expected: Option<&str>,
        bytes: Vec<u8>,
    ) -> Result<String> {
        self.about(self.write(Service::S3, LOCK, key), [at(bucket, key)])?;
        let mut state = self.state.lock().unwrap();
        let Some(objects) = state.buckets.get_mut(bucket) else {
            return Err(refusal(ErrorKind::NotFound, "PutObject", key));
        };
        if objects.get(key).map(etag).as_deref() != expected {
            return Err(conflict("PutObject", key));
        }
        let stored = stored(bytes);
        let version = etag(&stored);
        objects.insert(key.to_owned(), stored);
        Ok(version)
    }
}

#[async_trait]
impl GuardedObjects for World {
    async fn read(&self, bucket: &str, key: &str) -> Result<Option<GuardedObject>> {
        yield_now().await;
        let called = World::read(self, Service::S3, "GetObject", key);
        self.about(called, [at(bucket, key)])?;
        let state = self.state.lock().unwrap();
        let objects = state.buckets.get(bucket);
        Ok(objects
            .and_then(|objects| objects.get(key))
            .map(|object| GuardedObject {
                version: etag(object),
                bytes: object.bytes.clone(),
            }))
    }

    async fn create(&self, bucket: &str, key: &str, bytes: Vec<u8>) -> Result<String> {
        yield_now().await;
        self.write_if(bucket, key, None, bytes)
    }

    async fn replace(
        &self,
        bucket: &str,
        key: &str,
        version: &str,
        bytes: Vec<u8>,
    ) -> Result<String> {
        yield_now().await;
        self.write_if(bucket, key, Some(version), bytes)
    }

    async fn remove(&self, bucket: &str, key: &str, version: &str) -> Result<()> {
        yield_now().await;
        self.about(self.write(Service::S3, UNLOCK, key), [at(bucket, key)])?;
        let mut state = self.state.lock().unwrap();
        if let Some(other) = state.swapped.take() {
            let objects = state.buckets.get_mut(bucket).expect("the bucket exists");
            objects.insert(key.to_owned(), stored(other.to_bytes()));
        }
        let Some(objects) = state.buckets.get_mut(bucket) else {
            return Ok(());
        };
        match objects.get(key).map(etag) {
            None => Ok(()),
            Some(found) if found == version => {
                objects.remove(key);
                Ok(())
            }
            Some(_) => Err(conflict("DeleteObject", key)),
        }
    }
}

fn stored(bytes: Vec<u8>) -> Object {
    Object {
        modified: 0,
        sha256: format!("{:x}", Sha256::digest(&bytes)),
        bytes,
        content_type: "application/json".to_owned(),
        cache_control: None,
    }
}

pub(super) fn conflict(operation: &'static str, key: &str) -> CloudError {
    refusal(ErrorKind::Conflict, operation, key)
}

fn refusal(kind: ErrorKind, operation: &'static str, key: &str) -> CloudError {
    CloudError {
        service: Service::S3,
        operation,
        subject: key.to_owned(),
        kind,
        message: format!("{operation} was refused"),
    }
}
