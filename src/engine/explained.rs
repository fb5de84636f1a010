//! What is known of the page's objects beside their listing: by the record of them, and by their heads where it is silent.

use std::collections::{BTreeMap, BTreeSet};

use futures::stream::{self, StreamExt as _, TryStreamExt as _};

use super::desired::Desired;
use super::error::Error;
use super::observe::LOOKS;
use crate::plan::site::{as_of, doubtful, strangers, there, unexplained};
use crate::ports::{DatedObject, ListedObject, ObjectHead, Ports};
use crate::site::Manifest;

/// What is known of the page's objects beside their listing.
pub(super) struct Explained {
    /// What the record explains.
    pub(super) manifest: Manifest,
    /// Heads of what it does not, by key.
    pub(super) heads: BTreeMap<String, ObjectHead>,
    /// Keys that are the owner's, in a bucket that is not ours.
    pub(super) strangers: BTreeSet<String>,
}

/// Goes by the manifest, and asks for the heads of what it does not explain. One that cannot be read is as good as none: it
/// is rebuilt from the objects themselves.
pub(super) async fn explain(
    ports: &Ports,
    desired: &Desired,
    listed: &[ListedObject],
    stored: Option<DatedObject>,
) -> Result<Explained, Error> {
    let pages = &desired.pages;
    let recorded =
        stored.and_then(|stored| Some((Manifest::parse(&stored.bytes).ok()?, stored.modified)));
    let (recorded, written) = recorded.unwrap_or_default();
    let shared = desired.environment.file.site.is_existing();
    let mut unknown = if shared {
        doubtful(pages, listed, &recorded)
    } else {
        Vec::new()
    };
    let manifest = as_of(recorded.clone(), written, listed);
    unknown.extend(if desired.refresh.is_close() {
        there(pages, listed)
    } else {
        unexplained(pages, listed, &manifest)
    });
    let bucket = &desired.names().site_bucket;
    let looks = unknown.into_iter().map(|key| async move {
        let head = ports.objects.head(bucket, &key).await?;
        Ok::<_, Error>(head.map(|head| (key, head)))
    });
    let heads = stream::iter(looks)
        .buffer_unordered(LOOKS)
        .try_filter_map(|head| std::future::ready(Ok(head)))
        .try_collect()
        .await?;
    let strangers = if shared {
        strangers(pages, listed, &recorded, &heads)
    } else {
        BTreeSet::new()
    };
    Ok(Explained {
        manifest,
        heads,
        strangers,
    })
}
