//! Publishes the page: what nothing names yet first, pages that name it last, then removals, one
//! invalidation, and at the very end the manifest: what a cut-short run left undone shows as a
//! difference to it.

use std::collections::BTreeMap;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::apply::put_all;
use super::desired::Desired;
use super::error::Error;
use super::event::{Awaited, What};
use super::names::Names;
use super::planner::Planned;
use super::run::Run;
use crate::plan::site::{manifest_while_writing, next_manifest};
use crate::plan::{Action, LayerPlan, Target};
use crate::ports::{Body, PutObject, StackState};
use crate::site::{Manifest, PageFile};
use crate::stack::Output;

/// Page files are small; this many at a time keep the line busy.
const UPLOADS: usize = 16;
/// Invalidations complete in seconds; their limit is generous.
const INVALIDATION_LIMIT: Duration = Duration::from_mins(10);

/// Carries out the site layer's steps.
pub async fn publish(
    run: &Run<'_>,
    desired: &Desired,
    planned: &Planned,
    layer: &LayerPlan,
    state: Option<&StackState>,
) -> Result<(), Error> {
    let names = desired.names();
    if let Some(marked) = manifest_while_writing(&planned.observed.manifest, &layer.steps) {
        store(run, &names, &marked).await?;
    }
    let uploads: Vec<&PageFile> = layer
        .steps
        .iter()
        .filter_map(|step| match (&step.target, step.action) {
            (Target::Object { key, .. }, Action::Create | Action::Update) => {
                desired.pages.iter().find(|page| page.key == *key)
            }
            _ => None,
        })
        .collect();
    let (pages, parts): (Vec<&PageFile>, Vec<&PageFile>) =
        uploads.into_iter().partition(|file| file.is_html());
    let mut etags = BTreeMap::new();
    for batch in [parts, pages] {
        let objects = batch
            .into_iter()
            .map(|file| (object(&names.site_bucket, file), file.bytes))
            .collect();
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

    for step in &layer.steps {
        if let Target::Paths { paths } = &step.target {
            invalidate(run, planned, state, paths).await?;
        }
    }
    store(
        run,
        &names,
        &next_manifest(&desired.pages, &planned.observed.listed, &etags),
    )
    .await
}

async fn store(run: &Run<'_>, names: &Names, manifest: &Manifest) -> Result<(), Error> {
    let bytes = manifest.to_bytes();
    let sha256 = format!("{:x}", Sha256::digest(&bytes));
    let object = PutObject {
        bucket: names.artifacts_bucket.clone(),
        key: names.site_manifest.clone(),
        body: Body::Bytes(bytes),
        content_type: "application/json".to_owned(),
        cache_control: None,
        sha256,
    };
    run.ports.objects.put(&object).await?;
    Ok(())
}

fn object(bucket: &str, file: &PageFile) -> PutObject {
    PutObject {
        bucket: bucket.to_owned(),
        key: file.key.clone(),
        body: match &file.filled {
            Some(bytes) => Body::Bytes(bytes.clone()),
            None => Body::File(file.path.clone()),
        },
        content_type: file.content_type.clone(),
        cache_control: Some(file.cache_control.clone()),
        sha256: file.sha256.clone(),
    }
}

async fn invalidate(
    run: &Run<'_>,
    planned: &Planned,
    state: Option<&StackState>,
    paths: &[String],
) -> Result<(), Error> {
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
    let reference = format!("qdn-{}", run.ports.clock.run_id());
    let id = run
        .ports
        .edge
        .invalidate(distribution, paths, &reference)
        .await?;
    let mut wait = run.wait(Awaited::Invalidation, INVALIDATION_LIMIT);
    while !run.ports.edge.invalidated(distribution, &id).await? {
        wait.pause(&format!("invalidation {id} of distribution {distribution}"))
            .await?;
    }
    Ok(())
}
