//! Takes an environment away again; what holds data, and the bootstrap stack, only when asked.

use super::deploy;
use super::desired::Environment;
use super::error::Error;
use super::event::{Sink, What, millis};
use super::run::Run;
use crate::config::{DataPolicy, Site};
use crate::plan::{Standing, standing};
use crate::ports::Ports;

/// What `destroy` may take besides the main stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consent {
    /// Data: the site bucket and what is in it.
    pub data: bool,
    /// The bootstrap stack, with the artifacts bucket when `data` allows it.
    pub bootstrap: bool,
}

/// What is there to be taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// ARN of the main stack.
    pub stack: Option<String>,
    /// ARN of the bootstrap stack.
    pub bootstrap: Option<String>,
}

/// Looks what there is.
pub async fn present(environment: &Environment, ports: &Ports) -> Result<Present, Error> {
    let names = environment.names();
    let (caller, stack, bootstrap) = futures::try_join!(
        ports.identity.caller(),
        ports.stacks.describe(&names.stack),
        ports.stacks.describe(&names.bootstrap),
    )?;
    environment.expect_account(&caller.account)?;
    for (name, state) in [(&names.stack, &stack), (&names.bootstrap, &bootstrap)] {
        let standing = standing(state.as_ref().map(|state| &state.status));
        if let (Standing::Busy, Some(state)) = (standing, state) {
            return Err(Error::NotReady {
                stack: name.clone(),
                status: state.status.name().to_owned(),
                reason: state.status_reason.clone(),
                standing,
            });
        }
    }
    Ok(Present {
        stack: stack.map(|state| state.id),
        bootstrap: bootstrap.map(|state| state.id),
    })
}

/// Deletes the stacks, emptying buckets where the environment discards data or consent was given.
pub async fn destroy(
    environment: &Environment,
    present: &Present,
    consent: Consent,
    ports: &Ports,
    sink: &dyn Sink,
) -> Result<(), Error> {
    let run = Run::new(ports, sink);
    let began = ports.clock.elapsed();
    let names = environment.names();
    let discards = environment.file.data == DataPolicy::Discard;
    let owns_site = matches!(environment.file.site, Site::Managed { .. });
    let may_empty = discards || consent.data;
    let mut gone = 0;
    if let Some(id) = &present.stack {
        let bucket = owns_site.then_some(names.site_bucket.as_str());
        take_away(&run, &names.stack, id, bucket, may_empty).await?;
        gone += 1;
    }
    if let (true, Some(id)) = (consent.bootstrap, &present.bootstrap) {
        if !may_empty {
            return Err(Error::DataKept {
                stack: names.bootstrap,
                bucket: names.artifacts_bucket,
            });
        }
        take_away(
            &run,
            &names.bootstrap,
            id,
            Some(&names.artifacts_bucket),
            may_empty,
        )
        .await?;
        gone += 1;
    }
    run.emit(What::Finished {
        changes: gone,
        took_ms: millis(ports.clock.elapsed().saturating_sub(began)),
    });
    Ok(())
}

async fn take_away(
    run: &Run<'_>,
    stack: &str,
    stack_id: &str,
    bucket: Option<&str>,
    may_empty: bool,
) -> Result<(), Error> {
    let bucket = bucket.filter(|_| may_empty);
    if let Some(bucket) = bucket {
        empty(run, bucket).await?;
    }
    deploy::delete(run, stack, stack_id).await?;
    if let Some(bucket) = bucket {
        // A `Retain` policy leaves the bucket behind; consent covers it.
        run.ports.objects.remove_bucket(bucket).await?;
    }
    Ok(())
}

async fn empty(run: &Run<'_>, bucket: &str) -> Result<(), Error> {
    let versions = run.ports.objects.versions(bucket).await?;
    if versions.is_empty() {
        return Ok(());
    }
    run.ports.objects.delete_versions(bucket, &versions).await?;
    run.emit(What::Deleted {
        count: versions.len(),
        place: bucket.to_owned(),
    });
    Ok(())
}
