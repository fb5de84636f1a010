//! What `destroy` takes away from a distribution and a bucket that are not ours: only what was added to them.

use futures::stream::{self, StreamExt as _, TryStreamExt as _};

use super::adopt::{self as adopted, ATTACHED_TO};
use super::desired::Environment;
use super::error::Error;
use super::observe::LOOKS;
use super::ours::{function_arn, grant};
use super::run::Run;
use crate::config::Site;
use crate::plan::adopt;
use crate::ports::{ErrorKind, Ports, StackState};
use crate::seed::{self, Live};
use crate::site::{Manifest, PREFIX};
use crate::stack::Output;

/// What of ours is at a site that is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// The distribution's id.
    pub distribution: String,
    /// What of ours is in its configuration, by name.
    pub parts: Vec<String>,
    /// Whether every edge location has its newest configuration.
    pub deployed: bool,
    /// The bucket's name.
    pub bucket: String,
    /// Our statements in its policy, by name.
    pub statements: Vec<String>,
    /// Keys of the page's objects: those that were uploaded from here and are still there.
    pub page: Vec<String>,
    /// Whether maintenance data of ours is there.
    pub document: bool,
}

/// Looks what of ours is at the site that the stack is attached to; none when the site is, or was, its own.
pub(super) async fn attached(
    environment: &Environment,
    ports: &Ports,
    stack: Option<&StackState>,
) -> Result<Option<Attached>, Error> {
    let deployed_to = stack
        .and_then(|state| state.parameters.get(ATTACHED_TO))
        .cloned();
    let declared = environment.values.distribution.as_ref();
    let Some(distribution) = deployed_to.or_else(|| declared.map(|id| id.as_str().to_owned()))
    else {
        return Ok(None);
    };
    let told = stack.and_then(|state| state.outputs.get(Output::SiteBucketName.name()));
    let bucket = match (told, &environment.file.site) {
        (Some(bucket), _) => bucket.clone(),
        (None, Site::Existing { bucket, .. }) => bucket.as_str().to_owned(),
        (None, Site::Managed { .. }) => return Ok(None),
    };
    let arn = grant(environment, &distribution).distribution_arn;
    let ((found, deployed), statements, page, document) = futures::try_join!(
        parts(environment, ports, &distribution),
        statements(ports, &bucket, &arn),
        page(environment, ports, &bucket),
        document(environment, ports, &bucket, stack.is_some()),
    )?;
    Ok(Some(Attached {
        distribution,
        parts: found,
        deployed,
        bucket,
        statements,
        page,
        document,
    }))
}

/// Whether the maintenance data that lies there is ours. Before a stack or a seed of ours was there it cannot be, and what is
/// no maintenance data is somebody else's file of that name.
async fn document(
    environment: &Environment,
    ports: &Ports,
    bucket: &str,
    has_stack: bool,
) -> Result<bool, Error> {
    let names = environment.names();
    let (found, pushed) = futures::try_join!(
        ports.objects.get(bucket, seed::KEY),
        ports
            .objects
            .head(&names.artifacts_bucket, &names.seed_manifest),
    )?;
    let is_data = matches!(Live::of(found.as_deref()), Live::Data(_));
    Ok(is_data && (has_stack || pushed.is_some()))
}

async fn parts(
    environment: &Environment,
    ports: &Ports,
    distribution: &str,
) -> Result<(Vec<String>, bool), Error> {
    let (found, state) = futures::try_join!(adopted::configuration(ports, distribution), async {
        Ok(ports.edge.distribution(distribution).await?)
    })?;
    let changes = match &found {
        Some(found) => adopt::detach(&found.xml, &function_arn(environment))?.changes,
        // Its owner has thrown it away, and ours with it.
        None => Vec::new(),
    };
    let deployed = state.is_none_or(|state| state.deployed);
    Ok((
        changes.into_iter().map(|change| change.path).collect(),
        deployed,
    ))
}

async fn statements(
    ports: &Ports,
    bucket: &str,
    distribution_arn: &str,
) -> Result<Vec<String>, Error> {
    let policy = match ports.bucket_policies.policy(bucket).await {
        Ok(policy) => policy,
        Err(error) if error.kind == ErrorKind::NotFound => None,
        Err(error) => return Err(error.into()),
    };
    let changes = adopt::unmerge(policy.as_deref(), distribution_arn)?.changes;
    Ok(changes.into_iter().map(|change| change.path).collect())
}

/// The bucket may hold files of its owner under the same prefix: ours is what the record names, as long as nobody has
/// written something else over it. A retired file has the hash of its content in its name.
async fn page(
    environment: &Environment,
    ports: &Ports,
    bucket: &str,
) -> Result<Vec<String>, Error> {
    let names = environment.names();
    let (record, listed) = futures::try_join!(
        ports
            .objects
            .get(&names.artifacts_bucket, &names.site_manifest),
        ports.objects.list(bucket, PREFIX),
    )?;
    let record = record
        .and_then(|bytes| Manifest::parse(&bytes).ok())
        .unwrap_or_default();
    let listed = listed.unwrap_or_default();
    let record = &record;
    let looks = listed.into_iter().map(|object| async move {
        let key = object.key;
        let Some(entry) = record.objects.get(&key) else {
            return Ok(record.retired.contains_key(&key).then_some(key));
        };
        // A run that was cut short wrote more than its record tells; whatever was uploaded from here says what it is.
        let is_ours = entry.etag == object.etag || {
            let head = ports.objects.head(bucket, &key).await?;
            head.is_some_and(|head| head.sha256.is_some())
        };
        Ok::<_, Error>(is_ours.then_some(key))
    });
    stream::iter(looks)
        .buffered(LOOKS)
        .try_filter_map(|key| std::future::ready(Ok(key)))
        .try_collect()
        .await
}

/// Takes the function, the behaviors and the origins away and waits until no edge location has them any more: a
/// function that is in use cannot be deleted.
pub(super) async fn detach(
    run: &Run<'_>,
    environment: &Environment,
    distribution: &str,
) -> Result<(), Error> {
    let function = function_arn(environment);
    let detached = |xml: &str| adopt::detach(xml, &function);
    adopted::revise(run, distribution, detached, |_| Ok(())).await?;
    adopted::await_deployed(run, distribution).await
}

/// Takes our statements out of the bucket's policy.
pub(super) async fn disallow(
    run: &Run<'_>,
    bucket: &str,
    distribution_arn: &str,
) -> Result<(), Error> {
    let without = |policy: Option<&str>| adopt::unmerge(policy, distribution_arn);
    adopted::write_policy(run, bucket, without, |_| Ok(())).await
}
