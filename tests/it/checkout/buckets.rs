//! The buckets of a local cloud, as an SDK sees them.

use qdn_infra::ports::{Body, Ports, PutObject};
use sha2::{Digest, Sha256};
use tokio::runtime::Runtime;

/// Every bucket that there is.
pub struct Buckets {
    pub(super) runtime: Runtime,
    pub(super) ports: Ports,
}

impl Buckets {
    /// An object's text; none when it is not there.
    pub fn find(&self, bucket: &str, key: &str) -> Option<String> {
        let found = self.ports.objects.get(bucket, key);
        let bytes = self.runtime.block_on(found).unwrap()?;
        Some(String::from_utf8(bytes).unwrap())
    }

    pub fn read(&self, bucket: &str, key: &str) -> String {
        self.find(bucket, key).unwrap()
    }

    pub fn remove(&self, bucket: &str, key: &str) {
        let keys = [key.to_owned()];
        let deleted = self.ports.objects.delete(bucket, &keys);
        self.runtime.block_on(deleted).unwrap();
    }

    pub fn write(&self, bucket: &str, key: &str, text: &str) {
        let object = PutObject {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            body: Body::Bytes(text.as_bytes().to_vec()),
            content_type: "application/json".to_owned(),
            cache_control: None,
            sha256: format!("{:x}", Sha256::digest(text)),
            only_new: false,
        };
        self.runtime
            .block_on(self.ports.objects.put(&object))
            .unwrap();
    }
}
