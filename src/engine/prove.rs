//! The proofs after a deploy: each looks at the running system as its users do. Which there are, and how long they are
//! given; what each looks at has a file of its own.

use std::time::Duration;

use super::adopt;
use super::carrier;
use super::desired::Desired;
use super::error::Error;
use super::event::{Awaited, Sink, What};
use super::facts::{Facts, Seen, is_keyless};
use super::live_edge;
use super::looks;
use super::refusals;
use super::run::Run;
use super::secrets;
use crate::plan::{Check, Layer, LayerPlan, NotObserved, Step};
use crate::ports::{Ports, StackState};

/// Edge locations and API deployments settle within seconds; the limit leaves room.
const PROOF_LIMIT: Duration = Duration::from_mins(2);

/// Why a check has nothing to look at; none: it can be made.
pub(super) fn not_looked_at(desired: &Desired, check: Check) -> Option<NotObserved> {
    match check {
        Check::Page => is_keyless(desired).then_some(NotObserved::Skipped),
        Check::Secrets => {
            let is_skipped = desired.skip.contains(&Layer::Secrets);
            is_skipped.then_some(NotObserved::Skipped)
        }
        Check::Webhooks => carrier::unseen(desired),
        Check::Function
        | Check::Routes
        | Check::Refusals
        | Check::Health
        | Check::Preflight
        | Check::Edge
        | Check::Strangers => None,
    }
}

/// What can be proved.
pub(super) fn checks(desired: &Desired) -> impl Iterator<Item = Check> {
    let all = Check::ALL.iter().copied();
    all.filter(move |check| not_looked_at(desired, *check).is_none())
}

/// Proves without a changing call that what an earlier run deployed still works: every check but the
/// direct invocation of a function.
pub async fn still_works(
    desired: &Desired,
    state: Option<&StackState>,
    ports: &Ports,
    sink: &dyn Sink,
) -> Result<(), Error> {
    let checks: Vec<Check> = checks(desired)
        .filter(|check| *check != Check::Function)
        .collect();
    run_checks(&Run::new(ports, sink), desired, state, &checks).await
}

/// Runs every check of the layer; all run, then the failed ones are the error.
pub(super) async fn prove(
    run: &Run<'_>,
    desired: &Desired,
    state: Option<&StackState>,
    layer: &LayerPlan,
) -> Result<(), Error> {
    let checks: Vec<Check> = layer.steps.iter().filter_map(Step::check).collect();
    run_checks(run, desired, state, &checks).await
}

async fn run_checks(
    run: &Run<'_>,
    desired: &Desired,
    state: Option<&StackState>,
    checks: &[Check],
) -> Result<(), Error> {
    let facts = facts(run, desired, state).await?;
    let looking = results(run, &facts, checks, PROOF_LIMIT);
    let results = run.unless_stopped(looking).await?;
    let mut failed = Vec::new();
    for (check, result) in results {
        match result {
            Seen::Right(seen) => run.emit(What::Proved { check, seen }),
            Seen::Wrong(seen) => {
                run.emit(What::Disproved {
                    check,
                    seen: seen.clone(),
                });
                failed.push((check, seen));
            }
        }
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(Error::Unproved {
            failed,
            total: checks.len(),
        })
    }
}

/// What each check sees, all at once; one that sees something wrong looks again until `limit` is over.
pub(super) async fn results(
    run: &Run<'_>,
    facts: &Facts<'_>,
    checks: &[Check],
    limit: Duration,
) -> Vec<(Check, Seen)> {
    let looking = checks.iter().map(|check| async move {
        let seen = until_right(run, awaited(*check), limit, || look(run, facts, *check));
        (*check, seen.await)
    });
    futures::future::join_all(looking).await
}

/// What is compared with, once a distribution that exists already has taken what a run may have left on its way.
pub(super) async fn facts<'a>(
    run: &Run<'_>,
    desired: &'a Desired,
    state: Option<&StackState>,
) -> Result<Facts<'a>, Error> {
    let facts = Facts::of(desired, state)?;
    if let (true, Some(distribution)) = (
        desired.environment.file.site.is_existing(),
        &desired.environment.values.distribution,
    ) {
        adopt::await_deployed(run, distribution.as_str()).await?;
    }
    Ok(facts)
}

const fn awaited(check: Check) -> Awaited {
    match check {
        // Its update goes on, or it refuses to be invoked meanwhile (`ResourceConflictException`).
        Check::Function => Awaited::Function,
        Check::Secrets
        | Check::Routes
        | Check::Refusals
        | Check::Health
        | Check::Preflight
        | Check::Edge
        | Check::Page
        | Check::Strangers
        | Check::Webhooks => Awaited::Proof,
    }
}

/// Looks again until what is seen is right or the limit is over; what was seen last is the verdict.
pub(super) async fn until_right(
    run: &Run<'_>,
    awaited: Awaited,
    limit: Duration,
    look: impl AsyncFn() -> Seen,
) -> Seen {
    let first = look().await;
    let Seen::Wrong(mut last) = first else {
        return first;
    };
    let mut wait = run.wait(awaited, limit);
    loop {
        if wait.pause("the proof").await.is_err() {
            return Seen::Wrong(last);
        }
        match look().await {
            Seen::Wrong(seen) => last = seen,
            right @ Seen::Right(_) => return right,
        }
    }
}

/// A call that fails is a wrong answer like any other: it may come right, and the other checks go on.
async fn look(run: &Run<'_>, facts: &Facts<'_>, check: Check) -> Seen {
    let seen = match check {
        Check::Secrets => secrets::proved(run.ports, facts.desired).await,
        Check::Function => Ok(looks::functions(run, facts).await),
        Check::Routes => looks::routes(run, facts).await,
        Check::Refusals => Ok(refusals::proved(run, facts).await),
        Check::Health => Ok(looks::health(run, facts).await),
        Check::Preflight => Ok(looks::preflight(run, facts).await),
        Check::Edge => live_edge::proved(run, facts).await,
        Check::Page => facts.door().opens(run).await,
        Check::Strangers => facts.door().stays_shut(run).await,
        Check::Webhooks => carrier::proved(run, facts.desired).await,
    };
    seen.unwrap_or_else(|error| Seen::Wrong(error.to_string()))
}
