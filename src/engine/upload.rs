//! Writes many objects, some of them at a time.

use std::collections::BTreeMap;

use futures::stream::{self, StreamExt as _};

use super::error::Error;
use super::event::What;
use super::run::Run;
use crate::ports::{CloudError, ErrorKind, PutObject};

/// Writes objects and tells each, `at_once` of them together; all are tried, then the first failure is the error.
/// Returns the `ETag` of each key.
pub(super) async fn put_all(
    run: &Run<'_>,
    objects: Vec<(PutObject, u64)>,
    at_once: usize,
) -> Result<BTreeMap<String, String>, Error> {
    let told = |key: &str, bytes| {
        run.emit(What::Uploaded {
            key: key.to_owned(),
            bytes,
        });
    };
    put_each(run, objects, at_once, told).await
}

/// The same; `written` hears of each object that is there.
pub(super) async fn put_each(
    run: &Run<'_>,
    objects: Vec<(PutObject, u64)>,
    at_once: usize,
    written: impl Fn(&str, u64),
) -> Result<BTreeMap<String, String>, Error> {
    let heard = &written;
    let total = objects.len();
    let tried: Vec<_> = stream::iter(objects)
        .take_while(|_| std::future::ready(run.go_on().is_ok()))
        .map(|(object, bytes)| async move {
            let etag = put_one(run, &object).await?;
            heard(&object.key, bytes);
            Ok((object.key, etag))
        })
        .buffer_unordered(at_once)
        .collect()
        .await;
    let mut etags = BTreeMap::new();
    let mut failures = Vec::new();
    for result in tried {
        match result {
            Ok((key, etag)) => {
                etags.insert(key, etag);
            }
            Err(error) => failures.push(error),
        }
    }
    let failed = failures.len();
    match failures.into_iter().next() {
        None if etags.len() < total => run.go_on().map(|()| etags),
        None => Ok(etags),
        Some(first) => Err(Error::Uploads {
            failed,
            total,
            first: Box::new(first),
        }),
    }
}

/// Writes an object. Where one lies that it has to be the first at, it may be the same: of a run that was cut short, or of
/// this one, when only the answer was lost.
async fn put_one(run: &Run<'_>, object: &PutObject) -> Result<String, CloudError> {
    let refused = match run.ports.objects.put(object).await {
        Err(error) if object.only_new && error.kind == ErrorKind::Conflict => error,
        done => return done,
    };
    match run.ports.objects.head(&object.bucket, &object.key).await? {
        Some(there) if there.sha256.as_ref() == Some(&object.sha256) => Ok(there.etag),
        Some(_) => Err(CloudError {
            kind: ErrorKind::Rejected,
            message: "somebody has put another file there meanwhile".to_owned(),
            ..refused
        }),
        None => Err(refused),
    }
}
