//! A site that exists already: what is added to its distribution and to its bucket's policy is planned and carried
//! out here. What is added is `ours`, how it is put in is `plan::adopt`, and `detach` takes it away.

use std::time::Duration;

use serde_json::Value;

use super::desired::{Desired, Environment};
use super::error::{Error, SiteError};
use super::event::Awaited;
use super::observe::Observed;
use super::ours::{grant, known, ours, told};
use super::planner::Planned;
use super::run::Run;
use crate::config::Site;
use crate::plan::adopt::{self, ReadGrant, Refusal, Revised, Warnings};
use crate::plan::stack::DeclaredStack;
use crate::plan::{
    Action, Finding, Layer, LayerPlan, NotObserved, PropertyChange, Reason, Standing, Step, Target,
};
use crate::ports::{CloudError, DistributionDocument, ErrorKind, Ports, Service, StackState};
use crate::stack::Output;

/// The parameter that tells the stack which distribution it is attached to.
pub(super) const ATTACHED_TO: &str = "DistributionId";
/// Every edge location has a new configuration within minutes; the limit leaves room.
const DEPLOY_LIMIT: Duration = Duration::from_mins(30);
/// A bucket's policy is read as it was written within seconds.
const POLICY_LIMIT: Duration = Duration::from_mins(1);
/// So many times a configuration may move between reading and writing.
const ATTEMPTS: usize = 5;

/// The distribution and the bucket's policy as they were found.
#[derive(Debug, Clone)]
pub struct AdoptedSite {
    /// The distribution's id.
    pub distribution: String,
    /// Its configuration.
    pub document: DistributionDocument,
    /// The bucket's name.
    pub bucket: String,
    /// Its policy.
    pub policy: Option<String>,
}

/// Looks at the site that exists; none where the site is the stack's own.
pub(super) async fn observe(
    ports: &Ports,
    environment: &Environment,
) -> Result<Option<AdoptedSite>, Error> {
    let (Site::Existing { bucket, .. }, Some(id)) =
        (&environment.file.site, &environment.values.distribution)
    else {
        return Ok(None);
    };
    let (distribution, bucket) = (id.as_str().to_owned(), bucket.as_str().to_owned());
    let (document, policy) = futures::try_join!(configuration(ports, &distribution), async {
        ports
            .bucket_policies
            .policy(&bucket)
            .await
            .map_err(|error| match error.kind {
                ErrorKind::NotFound => Error::from(SiteError::NoBucket {
                    bucket: bucket.clone(),
                }),
                _ => error.into(),
            })
    })?;
    let document = document.ok_or_else(|| SiteError::NoDistribution {
        distribution: distribution.clone(),
    })?;
    Ok(Some(AdoptedSite {
        distribution,
        document,
        bucket,
        policy,
    }))
}

/// A distribution's configuration; what another account owns is refused by name.
pub(super) async fn configuration(
    ports: &Ports,
    distribution: &str,
) -> Result<Option<DistributionDocument>, Error> {
    let found = ports.distributions.configuration(distribution).await;
    found.map_err(|source| match source.kind {
        ErrorKind::AccessDenied => Error::from(SiteError::DistributionDenied {
            distribution: distribution.to_owned(),
            source,
        }),
        _ => source.into(),
    })
}

/// Refuses, before anything is made, what could not be attached later.
pub(super) fn check(
    desired: &Desired,
    observed: &Observed,
    given: Option<&Value>,
    declared: &DeclaredStack,
) -> Result<(), Error> {
    attached_elsewhere(desired, observed)?;
    let none = LayerPlan::unchanged(Layer::Stack);
    layer(desired, observed, given, declared, &none).map(|_| ())
}

/// A stack stays with its distribution: what it put elsewhere nobody would take away.
fn attached_elsewhere(desired: &Desired, observed: &Observed) -> Result<(), Error> {
    let state = observed.stack.state.as_ref();
    let settled = state.filter(|_| observed.stack.standing() == Standing::Settled);
    let Some(attached) = settled.and_then(|state| state.parameters.get(ATTACHED_TO)) else {
        return Ok(());
    };
    let wanted = desired.environment.values.distribution.as_ref();
    let names = desired.names();
    let same_distribution = wanted.is_some_and(|wanted| wanted.as_str() == attached);
    let bucket = observed.stack.output(Output::SiteBucketName);
    if same_distribution && bucket.is_none_or(|bucket| bucket == names.site_bucket) {
        return Ok(());
    }
    let place = match bucket {
        Some(bucket) => format!("distribution {attached} and bucket {bucket}"),
        None => format!("distribution {attached}"),
    };
    let stack = names.stack;
    Err(SiteError::AttachedElsewhere { stack, place }.into())
}

/// The adopt layer; none where the site is the stack's own. `given` is what the distribution is given as it is
/// declared, `stack` the stack's layer of the same plan.
pub(super) fn layer(
    desired: &Desired,
    observed: &Observed,
    given: Option<&Value>,
    declared: &DeclaredStack,
    stack: &LayerPlan,
) -> Result<Option<LayerPlan>, Error> {
    let (Some(site), Some(given)) = (&observed.adopted, given) else {
        return Ok(None);
    };
    let Desired {
        environment, skip, ..
    } = desired;
    if skip.contains(&Layer::Adopt) {
        let left = LayerPlan::unseen(Layer::Adopt, NotObserved::Skipped);
        return Ok(Some(left));
    }
    let ours = ours(
        environment,
        given,
        declared,
        &known(observed, declared, stack),
    );
    let grant = grant(environment, &site.distribution);
    let policy = adopt::merge(site.policy.as_deref(), &grant)?;
    let attached = adopt::attach(&site.document.xml, &ours)?;
    let (bucket, id) = (site.bucket.clone(), site.distribution.clone());
    // What may be read first, then who asks for it.
    let steps = [
        (!policy.changes.is_empty()).then_some(Target::BucketPolicy {
            bucket,
            changes: policy.changes,
        }),
        (!attached.changes.is_empty()).then_some(Target::Distribution {
            id,
            changes: attached.changes,
        }),
    ];
    let steps = steps.into_iter().flatten().map(|target| Step {
        action: Action::Update,
        reason: Reason::Declaration,
        target,
    });
    Ok(Some(LayerPlan {
        steps: steps.collect(),
        findings: findings(
            &site.distribution,
            adopt::warnings(&site.document.xml, &ours)?,
        ),
        ..LayerPlan::unchanged(Layer::Adopt)
    }))
}

fn findings(distribution: &str, warnings: Warnings) -> Vec<Finding> {
    let distribution = || distribution.to_owned();
    let Warnings {
        logs_queries,
        error_pages,
        kept_errors,
        inside,
    } = warnings;
    let found = [
        logs_queries.then(|| Finding::QueriesLogged {
            distribution: distribution(),
        }),
        (!error_pages.is_empty()).then(|| Finding::ErrorPages {
            distribution: distribution(),
            codes: error_pages,
        }),
        (!kept_errors.is_empty()).then(|| Finding::ErrorsKept {
            distribution: distribution(),
            codes: kept_errors,
        }),
        (!inside.is_empty()).then(|| Finding::PathsInside {
            distribution: distribution(),
            paths: inside,
        }),
    ];
    found.into_iter().flatten().collect()
}

/// Carries out the layer's steps, with the names that the stack tells by now.
pub(super) async fn carry_out(
    run: &Run<'_>,
    environment: &Environment,
    planned: &Planned,
    layer: &LayerPlan,
    state: Option<&StackState>,
) -> Result<(), Error> {
    let (Some(site), Some(given)) = (&planned.observed.adopted, &planned.given) else {
        return Ok(());
    };
    let stack = planned.plan.layer(Layer::Stack);
    let none = LayerPlan::unchanged(Layer::Stack);
    let before = known(&planned.observed, &planned.stack, stack.unwrap_or(&none));
    let ours = |outputs| ours(environment, given, &planned.stack, outputs);
    let shown = ours(&before);
    let outputs = state.map(|state| state.outputs.clone()).unwrap_or_default();
    let real = ours(&told(&planned.stack, outputs)?);
    for step in &layer.steps {
        match &step.target {
            Target::BucketPolicy { bucket, changes } => {
                let grant = grant(environment, &site.distribution);
                allow(run, bucket, &grant, changes).await?;
            }
            Target::Distribution { id, changes } => {
                let as_shown = |xml: &str| adopt::attach(xml, &shown);
                let as_real = |xml: &str| adopt::attach(xml, &real);
                let written = revise(run, id, as_real, |xml| {
                    same_as(changes, as_shown(xml).map(|revised| revised.changes), id)
                });
                if written.await? {
                    await_deployed(run, id).await?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether what is to be changed is what was shown.
fn same_as(
    shown: &[PropertyChange],
    now: Result<Vec<PropertyChange>, Refusal>,
    subject: &str,
) -> Result<(), Error> {
    match now {
        Ok(now) if now.is_empty() || now == shown => Ok(()),
        Ok(_) | Err(_) => Err(Error::Moved {
            subject: subject.to_owned(),
        }),
    }
}

/// Reads a configuration, revises it and writes it back, anew when it moved in between; `agreed` refuses what nobody
/// was shown. Returns whether anything was written.
pub(super) async fn revise(
    run: &Run<'_>,
    distribution: &str,
    revised: impl Fn(&str) -> Result<Revised, Refusal>,
    agreed: impl Fn(&str) -> Result<(), Error>,
) -> Result<bool, Error> {
    let distributions = &run.ports.distributions;
    let mut attempt = 1;
    loop {
        let Some(found) = configuration(run.ports, distribution).await? else {
            let distribution = distribution.to_owned();
            return Err(SiteError::NoDistribution { distribution }.into());
        };
        agreed(&found.xml)?;
        let next = revised(&found.xml)?;
        if next.changes.is_empty() {
            return Ok(false);
        }
        let document = DistributionDocument {
            version: found.version,
            xml: next.document,
        };
        match distributions.replace(distribution, &document).await {
            Ok(()) => return Ok(true),
            Err(error) if error.kind == ErrorKind::Conflict && attempt < ATTEMPTS => attempt += 1,
            Err(error) => return Err(error.into()),
        }
    }
}

/// Waits until every edge location has the distribution's newest configuration.
pub(super) async fn await_deployed(run: &Run<'_>, distribution: &str) -> Result<(), Error> {
    let mut wait = None;
    loop {
        match run.ports.edge.distribution(distribution).await? {
            Some(state) if state.deployed => return Ok(()),
            Some(_) => {
                let wait =
                    wait.get_or_insert_with(|| run.wait(Awaited::Distribution, DEPLOY_LIMIT));
                wait.pause(&format!("the deployment of distribution {distribution}"))
                    .await?;
            }
            None => {
                let distribution = distribution.to_owned();
                return Err(SiteError::NoDistribution { distribution }.into());
            }
        }
    }
}

/// Puts our statements into the bucket's policy.
async fn allow(
    run: &Run<'_>,
    bucket: &str,
    grant: &ReadGrant,
    shown: &[PropertyChange],
) -> Result<(), Error> {
    let merged = |policy: Option<&str>| adopt::merge(policy, grant);
    write_policy(run, bucket, merged, |policy| {
        same_as(shown, merged(policy).map(|merged| merged.changes), bucket)
    })
    .await
}

/// Writes a policy and sees that it stands. It has no version: it is read directly before it is written, and again
/// until it is there, or until somebody else's is, which is then revised anew. `agreed` refuses what nobody was shown.
pub(super) async fn write_policy(
    run: &Run<'_>,
    bucket: &str,
    revised: impl Fn(Option<&str>) -> Result<adopt::Policy, Refusal>,
    agreed: impl Fn(Option<&str>) -> Result<(), Error>,
) -> Result<(), Error> {
    let policies = &run.ports.bucket_policies;
    let mut before = policies.policy(bucket).await?;
    let mut wait = None;
    let mut attempt = 1;
    loop {
        agreed(before.as_deref())?;
        let next = revised(before.as_deref())?;
        if next.changes.is_empty() {
            return Ok(());
        }
        policies
            .set_policy(bucket, next.document.as_deref())
            .await?;
        loop {
            let now = policies.policy(bucket).await?;
            if means_the_same(now.as_deref(), next.document.as_deref()) {
                return Ok(());
            }
            if now != before {
                // Somebody else wrote in between: theirs is kept, ours put in once more, without a pause in which
                // it could change again.
                if attempt == ATTEMPTS {
                    return Err(overtaken(bucket).into());
                }
                attempt += 1;
                before = now;
                break;
            }
            let wait = wait.get_or_insert_with(|| run.wait(Awaited::BucketPolicy, POLICY_LIMIT));
            wait.pause(&format!("the policy of bucket {bucket}"))
                .await?;
        }
    }
}

fn overtaken(bucket: &str) -> CloudError {
    CloudError {
        service: Service::S3,
        operation: "PutBucketPolicy",
        subject: bucket.to_owned(),
        kind: ErrorKind::Conflict,
        message: format!("somebody else wrote the policy {ATTEMPTS} times meanwhile"),
    }
}

fn means_the_same(one: Option<&str>, other: Option<&str>) -> bool {
    let value = |text: &str| serde_json::from_str::<Value>(text).ok();
    one.map(value) == other.map(value)
}
