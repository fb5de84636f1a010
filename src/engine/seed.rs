//! The seed layer: what is looked at, what is planned, and how the live document comes to hold what is ours. Nothing
//! that people changed in it is lost: every write names the version that was merged.

use super::desired::{Desired, Environment};
use super::error::Error;
use super::event::What;
use super::maintenance::{MaintenanceApi, Stored, Written};
use super::names::Names;
use super::observe::Observed;
use super::planner::Planned;
use super::record;
use super::run::Run;
use crate::plan::{self, Layer, LayerPlan, NotObserved, Target};
use crate::ports::{Ports, StackState};
use crate::seed::{self, Comparison, Conflict, Live, MaintenanceData, Put, Take};

/// How often somebody else may be quicker.
const RACES: usize = 4;

/// What was seen of the maintenance data.
#[derive(Debug, Clone, Default)]
pub struct ObservedSeed {
    /// What lies live.
    pub live: Live,
    /// The seed that was pushed last; none when nothing tells.
    pub record: Option<MaintenanceData>,
    /// Whether there is a record of a stack that is gone, and of a document that went with it.
    pub stale_record: bool,
}

/// Looks into the buckets, each only if it may be there. The document outlives a stack that was attached to somebody
/// else's bucket.
pub(super) async fn observe(
    ports: &Ports,
    environment: &Environment,
    stack_exists: bool,
    bootstrap_exists: bool,
) -> Result<ObservedSeed, Error> {
    let names = environment.names();
    let site_exists = stack_exists || environment.file.site.is_existing();
    let read = |exists: bool, bucket, key| async move {
        if exists {
            Ok::<_, Error>(ports.objects.get(bucket, key).await?)
        } else {
            Ok(None)
        }
    };
    let (live, record) = futures::try_join!(
        read(site_exists, &names.site_bucket, seed::KEY),
        read(
            bootstrap_exists,
            &names.artifacts_bucket,
            &names.seed_manifest
        ),
    )?;
    // A record that cannot be read is as good as none, and so is one of a stack that is gone with its document.
    let stale_record = record.is_some() && !stack_exists && live.is_none();
    let record = record.filter(|_| !stale_record);
    Ok(ObservedSeed {
        stale_record,
        live: Live::of(live.as_deref()),
        record: record.and_then(|bytes| MaintenanceData::read(&bytes).ok()),
    })
}

/// Forgets what was pushed to a stack that is gone, before there is another: its document is not missed there.
pub(super) async fn forget(
    run: &Run<'_>,
    names: &Names,
    observed: &ObservedSeed,
) -> Result<(), Error> {
    if observed.stale_record {
        let record = std::slice::from_ref(&names.seed_manifest);
        let objects = &run.ports.objects;
        objects.delete(&names.artifacts_bucket, record).await?;
    }
    Ok(())
}

/// The layer's part of a plan. `secrets` is the part of the layer that makes the key which the API asks for.
pub(super) fn layer(desired: &Desired, observed: &Observed, secrets: &LayerPlan) -> LayerPlan {
    let Some(seed) = desired.seed.as_ref() else {
        return LayerPlan::unseen(Layer::Seed, NotObserved::Skipped);
    };
    let compared = compared(seed, &observed.seed, None);
    let name = desired.names().secrets.deployer_key;
    let key = observed.secrets.deployer_key.as_ref();
    let is_there = key.is_some_and(|key| !key.scheduled_for_deletion);
    let is_made = || {
        let mut steps = secrets.steps.iter();
        steps.any(|step| matches!(&step.target, Target::Secret { name: made, .. } if *made == name))
    };
    if compared.put != Put::Nothing && !is_there && !is_made() {
        return LayerPlan::unseen(Layer::Seed, NotObserved::NoSecret { name });
    }
    plan::seed::layer(&compared)
}

/// What the seed comes to, by what was seen.
pub(super) fn compared(
    seed: &MaintenanceData,
    observed: &ObservedSeed,
    take: Option<Take>,
) -> Comparison {
    seed::compare(observed.record.as_ref(), seed, &observed.live, take)
}

/// Carries out the layer's steps.
pub(super) async fn carry_out(
    run: &Run<'_>,
    desired: &Desired,
    planned: &Planned,
    state: Option<&StackState>,
) -> Result<(), Error> {
    let Some(seed) = desired.seed.as_ref() else {
        return Ok(());
    };
    let pushing = Pushing {
        environment: &desired.environment,
        seed,
        observed: &planned.observed.seed,
        take: None,
        agreed: &[],
    };
    pushing.push(run, state).await
}

/// A seed on its way.
pub(super) struct Pushing<'a> {
    /// Where to.
    pub(super) environment: &'a Environment,
    /// The seed.
    pub(super) seed: &'a MaintenanceData,
    /// What was seen when the person agreed.
    pub(super) observed: &'a ObservedSeed,
    /// Whose side is taken in the conflicts that were agreed upon.
    pub(super) take: Option<Take>,
    /// The conflicts that the person has seen; any other one stops.
    pub(super) agreed: &'a [Conflict],
}

impl Pushing<'_> {
    /// Puts what is ours into the live document and then writes the record, each only if needed. Whoever changes the
    /// document meanwhile is merged with, or, where that cannot be, stops it.
    pub(super) async fn push(
        &self,
        run: &Run<'_>,
        state: Option<&StackState>,
    ) -> Result<(), Error> {
        let seen = compared(self.seed, self.observed, self.take);
        if seen.put != Put::Nothing {
            self.write(run, state).await?;
        }
        if seen.record {
            let names = self.environment.names();
            let bytes = self.seed.text().into_bytes();
            record::write(run, &names, &names.seed_manifest, bytes).await?;
        }
        Ok(())
    }

    async fn write(&self, run: &Run<'_>, state: Option<&StackState>) -> Result<(), Error> {
        let api = MaintenanceApi::open(run, self.environment, state).await?;
        let base = self.observed.record.as_ref();
        for _ in 0..RACES {
            let Stored { live, etag } = api.read().await?;
            let mut conflicts = seed::compare(base, self.seed, &live, None).conflicts;
            conflicts.retain(|conflict| !self.agreed.contains(conflict));
            let compared = seed::compare(base, self.seed, &live, self.take);
            if conflicts.is_empty() {
                conflicts.clone_from(&compared.conflicts);
            }
            if !conflicts.is_empty() {
                return Err(Error::SeedOvertaken { conflicts });
            }
            if compared.put == Put::Nothing {
                return Ok(());
            }
            match api.write(&compared.merged, etag.as_deref()).await? {
                Written::Done => {
                    run.emit(What::SeedPut {
                        ours: compared.ours.len(),
                        theirs: compared.theirs.len(),
                    });
                    return Ok(());
                }
                Written::Overtaken => run.emit(What::SeedOvertaken),
            }
        }
        Err(Error::SeedRaces { times: RACES })
    }
}
