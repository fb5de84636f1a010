//! Records in the artifacts bucket: what the last completed run left. Each can be rebuilt.

use sha2::{Digest, Sha256};

use super::error::Error;
use super::names::Names;
use super::run::Run;
use crate::ports::{Body, PutObject};

/// Writes a record, which is JSON.
pub(super) async fn write(
    run: &Run<'_>,
    names: &Names,
    key: &str,
    bytes: Vec<u8>,
) -> Result<(), Error> {
    let sha256 = format!("{:x}", Sha256::digest(&bytes));
    let object = PutObject {
        bucket: names.artifacts_bucket.clone(),
        key: key.to_owned(),
        body: Body::Bytes(bytes),
        content_type: "application/json".to_owned(),
        cache_control: None,
        sha256,
        only_new: false,
    };
    run.ports.objects.put(&object).await?;
    Ok(())
}
