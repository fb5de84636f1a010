//! S3 in memory.

use std::path::Path;

use async_trait::async_trait;
use qdn_infra::ports::{
    Body, DatedObject, ListedObject, ObjectHead, ObjectVersion, Objects, PutObject, Result, Service,
};
use sha2::{Digest, Sha256};

use super::guarded::conflict;
use super::{Object, World};

#[async_trait]
impl Objects for World {
    async fn head(&self, bucket: &str, key: &str) -> Result<Option<ObjectHead>> {
        self.about(self.read(Service::S3, "HeadObject", key), [at(bucket, key)])?;
        let state = self.state.lock().unwrap();
        Ok(state
            .buckets
            .get(bucket)
            .and_then(|objects| objects.get(key))
            .map(|object| ObjectHead {
                etag: etag(object),
                size: object.bytes.len() as u64,
                content_type: Some(object.content_type.clone()),
                cache_control: object.cache_control.clone(),
                // Only what was uploaded from here says what it is.
                sha256: (!object.content_type.is_empty()).then(|| object.sha256.clone()),
            }))
    }

    async fn get(&self, bucket: &str, key: &str) -> Result<Option<Vec<u8>>> {
        self.about(self.read(Service::S3, "GetObject", key), [at(bucket, key)])?;
        let state = self.state.lock().unwrap();
        Ok(state
            .buckets
            .get(bucket)
            .and_then(|objects| objects.get(key))
            .map(|object| object.bytes.clone()))
    }

    async fn dated(&self, bucket: &str, key: &str) -> Result<Option<DatedObject>> {
        self.about(self.read(Service::S3, "GetObject", key), [at(bucket, key)])?;
        let state = self.state.lock().unwrap();
        let object = state.buckets.get(bucket).and_then(|found| found.get(key));
        Ok(object.map(|object| DatedObject {
            bytes: object.bytes.clone(),
            modified: object.modified,
        }))
    }

    async fn save(&self, bucket: &str, key: &str, file: &Path) -> Result<bool> {
        let found = Objects::get(self, bucket, key).await?;
        if let Some(bytes) = &found {
            std::fs::write(file, bytes).expect("the folder takes files");
        }
        Ok(found.is_some())
    }

    async fn put(&self, object: &PutObject) -> Result<String> {
        let called = self.write(Service::S3, "PutObject", &object.key);
        self.about(called, [at(&object.bucket, &object.key)])?;
        let bytes = match &object.body {
            Body::Bytes(bytes) => bytes.clone(),
            Body::File(path) => std::fs::read(path).unwrap(),
        };
        assert_eq!(
            format!("{:x}", Sha256::digest(&bytes)),
            object.sha256,
            "checksum of {}",
            object.key
        );
        let stored = Object {
            modified: self.write_time(),
            bytes,
            content_type: object.content_type.clone(),
            cache_control: object.cache_control.clone(),
            sha256: object.sha256.clone(),
        };
        let etag = etag(&stored);
        self.let_the_owner_write(&object.key);
        let mut state = self.state.lock().unwrap();
        let bucket = state
            .buckets
            .get_mut(&object.bucket)
            .expect("the bucket exists");
        if object.only_new && bucket.contains_key(&object.key) {
            return Err(conflict("PutObject", &object.key));
        }
        bucket.insert(object.key.clone(), stored);
        Ok(etag)
    }

    async fn list(&self, bucket: &str, prefix: &str) -> Result<Option<Vec<ListedObject>>> {
        self.read(Service::S3, "ListObjectsV2", bucket)?;
        let state = self.state.lock().unwrap();
        Ok(state.buckets.get(bucket).map(|objects| {
            objects
                .iter()
                .filter(|(key, _)| key.starts_with(prefix))
                .map(|(key, object)| ListedObject {
                    key: key.clone(),
                    etag: etag(object),
                    size: object.bytes.len() as u64,
                    modified: object.modified,
                })
                .collect()
        }))
    }

    async fn delete(&self, bucket: &str, keys: &[String]) -> Result<()> {
        let objects = keys.iter().map(|key| at(bucket, key));
        self.about(self.write(Service::S3, "DeleteObjects", bucket), objects)?;
        let mut state = self.state.lock().unwrap();
        let objects = state.buckets.get_mut(bucket).expect("the bucket exists");
        for key in keys {
            objects.remove(key);
        }
        Ok(())
    }

    async fn versions(&self, bucket: &str) -> Result<Vec<ObjectVersion>> {
        self.read(Service::S3, "ListObjectVersions", bucket)?;
        let state = self.state.lock().unwrap();
        let keys = state
            .buckets
            .get(bucket)
            .map(|objects| objects.keys().cloned().collect::<Vec<_>>());
        Ok(keys
            .unwrap_or_default()
            .into_iter()
            .map(|key| ObjectVersion {
                key,
                version: "1".to_owned(),
            })
            .collect())
    }

    async fn remove_bucket(&self, bucket: &str) -> Result<()> {
        self.write(Service::S3, "DeleteBucket", bucket)?;
        let removed = self.state.lock().unwrap().buckets.remove(bucket);
        assert!(
            removed.is_none_or(|objects| objects.is_empty()),
            "bucket {bucket} was not empty"
        );
        Ok(())
    }

    async fn delete_versions(&self, bucket: &str, versions: &[ObjectVersion]) -> Result<()> {
        let objects = versions
            .iter()
            .map(|version| format!("{}{VERSION}{}", at(bucket, &version.key), version.version));
        self.about(self.write(Service::S3, "DeleteObjects", bucket), objects)?;
        let mut state = self.state.lock().unwrap();
        let found = state.buckets.get_mut(bucket).expect("the bucket exists");
        found.retain(|key, _| versions.iter().all(|version| version.key != *key));
        Ok(())
    }
}

/// What stands between an object and its version where a call is about that version alone.
pub const VERSION: &str = "?versionId=";

/// An object as calls tell it.
pub(super) fn at(bucket: &str, key: &str) -> String {
    format!("{bucket}/{key}")
}

pub(super) fn etag(object: &Object) -> String {
    object.sha256[..32].to_owned()
}

impl World {
    /// Notes which objects the call is about that was made just now.
    pub(super) fn about(
        &self,
        called: Result<()>,
        objects: impl IntoIterator<Item = String>,
    ) -> Result<()> {
        if let Some(call) = self.state.lock().unwrap().calls.last_mut() {
            call.objects.extend(objects);
        }
        called
    }

    /// Removes an object behind everybody's back.
    pub fn lose(&self, bucket: &str, key: &str) {
        let mut state = self.state.lock().unwrap();
        let lost = state
            .buckets
            .get_mut(bucket)
            .and_then(|objects| objects.remove(key));
        assert!(lost.is_some(), "there was no {bucket}/{key} to lose");
    }

    /// Changes an object's headers behind everybody's back; its content, and with it its `ETag`, stays.
    pub fn change_headers(&self, bucket: &str, key: &str) {
        self.change_headers_at_once(bucket, key);
        self.write_again(bucket, key);
    }

    /// The same content and headers, later.
    pub fn write_again(&self, bucket: &str, key: &str) {
        let modified = self.write_time();
        let mut state = self.state.lock().unwrap();
        let objects = state.buckets.get_mut(bucket).unwrap();
        objects.get_mut(key).unwrap().modified = modified;
    }

    /// Other headers, in the second in which the object was written.
    pub fn change_headers_at_once(&self, bucket: &str, key: &str) {
        let mut state = self.state.lock().unwrap();
        let objects = state.buckets.get_mut(bucket).unwrap();
        let object = objects.get_mut(key).unwrap();
        object.cache_control = Some("no-store".to_owned());
    }

    /// Somebody copies an object onto itself with headers of their own: what we noted in its metadata is gone.
    pub fn copy_in_place(&self, bucket: &str, key: &str) {
        self.change_headers(bucket, key);
        let mut state = self.state.lock().unwrap();
        let objects = state.buckets.get_mut(bucket).unwrap();
        objects.get_mut(key).unwrap().content_type.clear();
    }

    /// Another type, of which the page's record knows nothing.
    pub fn change_type(&self, bucket: &str, key: &str, content_type: &str) {
        let mut state = self.state.lock().unwrap();
        let objects = state.buckets.get_mut(bucket).unwrap();
        let object = objects.get_mut(key).unwrap();
        content_type.clone_into(&mut object.content_type);
    }

    /// When an object is written just now: each a second after the one before.
    pub(super) fn write_time(&self) -> i64 {
        let mut state = self.state.lock().unwrap();
        state.written += 1;
        state.written
    }
}
