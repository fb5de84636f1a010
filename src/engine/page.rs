//! Publishes the page: what nothing names yet first, pages that name it last, then removals, one
//! invalidation, and at the very end the manifest: what a cut-short run left undone shows as a
//! difference to it.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::desired::Desired;
use super::error::{Error, SiteError};
use super::event::What;
use super::names::Names;
use super::observe::Observed;
use super::planner::Planned;
use super::record;
use super::refresh::Refresh;
use super::run::Run;
use super::upload::put_all;
use crate::plan::site::{Rules, UploadOrder, manifest_while_writing, missing, next_manifest};
use crate::plan::{Action, LayerPlan, Target};
use crate::ports::{Body, PutObject, StackState};
use crate::site::{Manifest, PageFile};
use crate::stack::Output;

/// Page files are small; this many at a time keep the line busy.
const UPLOADS: usize = 16;
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// What the page's comparison goes by.
pub(super) fn rules<'a>(desired: &Desired, observed: &'a Observed) -> Rules<'a> {
    Rules {
        most_removals: desired.most_removals,
        keep_seconds: match desired.refresh {
            // That time went by is nobody's change.
            Refresh::Closely => i64::MAX,
            Refresh::Leave | Refresh::Tell | Refresh::Revert => {
                i64::from(desired.environment.file.cache.old_assets_days) * DAY_SECONDS
            }
        },
        now: observed.at.as_second(),
        force: desired.force_upload,
        strangers: &observed.strangers,
    }
}

/// Refuses a page that names a file which nobody would be served.
pub(super) fn names_are_there(desired: &Desired, observed: &Observed) -> Result<(), Error> {
    let missing = missing(
        &desired.pages,
        &observed.listed,
        &observed.manifest,
        rules(desired, observed),
    );
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Error::PageNames { missing })
    }
}

/// Refuses to write over files that the owner of a bucket which is not ours has put under our names.
pub(super) fn owners_files_stay(desired: &Desired, observed: &Observed) -> Result<(), Error> {
    let strangers = &observed.strangers;
    let wanted = desired.pages.iter().map(|page| &page.key);
    let keys: Vec<String> = wanted
        .filter(|key| strangers.contains(*key))
        .cloned()
        .collect();
    if keys.is_empty() {
        return Ok(());
    }
    let bucket = desired.names().site_bucket;
    Err(SiteError::OwnersFiles { bucket, keys }.into())
}

/// An invalidation that was accepted. It completes by itself.
#[derive(Debug)]
pub(super) struct Invalidation {
    distribution: String,
    id: String,
}

impl Invalidation {
    /// Looks once how far it has come. Nothing depends on it: that viewers get the new page is proved at the edge.
    pub(super) async fn tell(&self, run: &Run<'_>) {
        let Self { distribution, id } = self;
        let complete = run.ports.edge.invalidated(distribution, id).await;
        run.emit(What::Invalidated {
            id: id.clone(),
            complete: complete.unwrap_or(false),
        });
    }
}

/// Carries out the site layer's steps.
pub async fn publish(
    run: &Run<'_>,
    desired: &Desired,
    planned: &Planned,
    layer: &LayerPlan,
    state: Option<&StackState>,
) -> Result<Option<Invalidation>, Error> {
    let names = desired.names();
    let shared = desired.environment.file.site.is_existing();
    let pages: &[PageFile] = if shared { &desired.pages } else { &[] };
    let before = &planned.observed.manifest;
    if let Some(marked) = manifest_while_writing(before, &layer.steps, pages) {
        store(run, &names, &marked).await?;
    }
    let uploads: Vec<(&PageFile, Action)> = layer
        .steps
        .iter()
        .filter_map(|step| match (&step.target, step.action) {
            (Target::Object { key, .. }, action @ (Action::Create | Action::Update)) => {
                let file = desired.pages.iter().find(|page| page.key == *key);
                file.map(|file| (file, action))
            }
            _ => None,
        })
        .collect();
    // The steps are in this order; each kind is there before the next one begins.
    let mut etags = BTreeMap::new();
    for batch in
        uploads.chunk_by(|(one, _), (next, _)| UploadOrder::of(one) == UploadOrder::of(next))
    {
        let object = |(file, action): &(&PageFile, Action)| {
            let object = PutObject {
                // Minutes have passed since somebody looked, and the bucket's owner may have put a file there meanwhile.
                only_new: shared && *action == Action::Create,
                ..object(&names.site_bucket, file)
            };
            (object, file.bytes)
        };
        let objects = batch.iter().map(object).collect();
        etags.extend(put_all(run, objects, UPLOADS).await?);
    }

    let removals: Vec<String> = layer
        .steps
        .iter()
        .filter_map(|step| match (&step.target, step.action) {
            (Target::Object { key, .. }, Action::Remove) => Some(key.clone()),
            _ => None,
        })
        .collect();
    run.go_on()?;
    if !removals.is_empty() {
        run.ports
            .objects
            .delete(&names.site_bucket, &removals)
            .await?;
        run.emit(What::Deleted {
            count: removals.len(),
            place: names.site_bucket.clone(),
        });
    }

    run.go_on()?;
    let mut next = next_manifest(
        &desired.pages,
        &planned.observed.listed,
        before,
        &etags,
        rules(desired, &planned.observed),
    );
    // How many invalidations a lost record counted nobody knows: it counts on from the seconds since 1970, so that none is
    // taken for one that is complete long since.
    if *before == Manifest::default() {
        let seconds = planned.observed.at.as_second();
        next.invalidations = u64::try_from(seconds).unwrap_or_default();
    }
    let mut invalidation = None;
    for step in &layer.steps {
        if let Target::Paths { paths } = &step.target {
            next.invalidations += 1;
            let reference = reference(&next, paths);
            invalidation = Some(invalidate(run, planned, state, paths, &reference).await?);
        }
    }
    store(run, &names, &next).await?;
    Ok(invalidation)
}

async fn store(run: &Run<'_>, names: &Names, manifest: &Manifest) -> Result<(), Error> {
    record::write(run, names, &names.site_manifest, manifest.to_bytes()).await
}

fn object(bucket: &str, file: &PageFile) -> PutObject {
    kept_object(bucket, file.key.clone(), file)
}

/// A page file under any key.
pub(super) fn kept_object(bucket: &str, key: String, file: &PageFile) -> PutObject {
    PutObject {
        bucket: bucket.to_owned(),
        key,
        body: match &file.filled {
            Some(bytes) => Body::Bytes(bytes.clone()),
            None => Body::File(file.path.clone()),
        },
        content_type: file.content_type.clone(),
        cache_control: Some(file.cache_control.clone()),
        sha256: file.sha256.clone(),
        only_new: false,
    }
}

/// The same for a run that repeats what one before it could not complete, whenever that is, and another one whenever the
/// page changes once more, be it back to what it was.
fn reference(next: &Manifest, paths: &[String]) -> String {
    let timeless = Manifest {
        retired: BTreeMap::new(),
        ..next.clone()
    };
    let mut digest = Sha256::new_with_prefix(timeless.to_bytes());
    digest.update(paths.join("\n"));
    format!("qdn-{:x}", digest.finalize())
}

async fn invalidate(
    run: &Run<'_>,
    planned: &Planned,
    state: Option<&StackState>,
    paths: &[String],
    reference: &str,
) -> Result<Invalidation, Error> {
    let output = Output::DistributionId.name();
    let distribution = state
        .and_then(|state| state.outputs.get(output))
        .ok_or_else(|| Error::MissingOutput {
            stack: planned.stack.name.clone(),
            output: output.to_owned(),
        })?;
    run.emit(What::Invalidating {
        paths: paths.to_vec(),
    });
    let id = run
        .ports
        .edge
        .invalidate(distribution, paths, reference)
        .await?;
    Ok(Invalidation {
        distribution: distribution.clone(),
        id,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalidation_that_is_asked_for_again_later_is_the_same() {
        let at = |second: i64, invalidations| Manifest {
            retired: BTreeMap::from([("track/a.js".to_owned(), second)]),
            invalidations,
            ..Manifest::default()
        };
        let paths = ["/track".to_owned()];
        assert_eq!(reference(&at(1, 4), &paths), reference(&at(99, 4), &paths));
        assert_ne!(reference(&at(1, 4), &paths), reference(&at(1, 5), &paths));
        assert_ne!(reference(&at(1, 4), &paths), reference(&at(1, 4), &[]));
    }
}
