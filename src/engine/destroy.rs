//! Takes an environment away again; what holds data, and the bootstrap stack, only when asked.

mod removal;
mod table;

use futures::future::try_join_all;

use super::deploy;
use super::desired::Environment;
use super::detach;
use super::error::Error;
use super::event::{SecretChange, Sink, What, millis};
use super::interrupt::Interrupted;
use super::lock;
use super::ours::grant;
use super::run::Run;
use crate::config::Site;
use crate::plan::{Standing, standing};
use crate::ports::{CloudError, Ports, TableState, Task};
use crate::site::PREFIX;

pub use removal::{Consent, Kept, Present, Removal, Step, removal};

/// Looks what there is.
pub async fn present(environment: &Environment, ports: &Ports) -> Result<Present, Error> {
    let names = environment.names();
    let site_bucket = async {
        match environment.file.site {
            Site::Managed { .. } => ports.objects.list(&names.site_bucket, PREFIX).await,
            Site::Existing { .. } => Ok(None),
        }
    };
    let secrets = try_join_all(names.secrets.all().map(|name| async move {
        let state = ports.secrets.describe(name).await?;
        let there = state.filter(|state| !state.scheduled_for_deletion);
        Ok::<_, CloudError>(there.map(|_| name.to_owned()))
    }));
    let (caller, stack, bootstrap, site_bucket, artifacts_bucket, table, secrets) = futures::try_join!(
        ports.identity.caller(),
        ports.stacks.describe(&names.stack),
        ports.stacks.describe(&names.bootstrap),
        site_bucket,
        ports
            .objects
            .list(&names.artifacts_bucket, &names.site_manifest),
        ports.tables.describe(&names.table),
        secrets,
    )?;
    environment.expect_account(&caller.account)?;
    let attached = detach::attached(environment, ports, stack.as_ref()).await?;
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
        site_bucket: site_bucket.is_some(),
        artifacts_bucket: artifacts_bucket.is_some(),
        table: table.is_some_and(|state| state != TableState::Deleting),
        secrets: secrets.into_iter().flatten().collect(),
        attached,
    })
}

/// Carries out [`removal`]; nothing is changed when that refuses.
pub async fn destroy(
    environment: &Environment,
    present: &Present,
    consent: Consent,
    ports: &Ports,
    sink: &dyn Sink,
) -> Result<(), Error> {
    let run = Run::new(ports, sink);
    let began = ports.clock.elapsed();
    let removal = removal(environment, present, consent)?;
    let artifacts = environment.names().artifacts_bucket;
    // The lock lies in the bucket that may go at the end.
    let held = removal
        .steps
        .iter()
        .take_while(|step| !matches!(step, Step::Empty(bucket) if *bucket == artifacts));
    let (held, last) = removal.steps.split_at(held.count());
    let mut gone = Gone::default();
    let ended = async {
        if !held.is_empty() {
            let work = take_away(&run, environment, held, &mut gone);
            lock::hold_where_possible(&run, environment, work).await?;
        }
        take_away(&run, environment, last, &mut gone).await
    };
    if let Err(error) = ended.await {
        return Err(match error {
            Error::Interrupted(_) => Error::Interrupted(gone.interrupted(&removal.steps)),
            error => error,
        });
    }
    run.emit(What::Finished {
        changes: gone.things,
        took_ms: millis(ports.clock.elapsed().saturating_sub(began)),
    });
    Ok(())
}

/// How far a removal has come.
#[derive(Default)]
struct Gone {
    /// Steps that are done.
    steps: usize,
    /// Whether the next one was begun.
    begun: bool,
    /// How many things are gone.
    things: usize,
}

impl Gone {
    fn interrupted(&self, steps: &[Step]) -> Interrupted {
        let (done, rest) = steps.split_at(self.steps);
        let (begun, left) = rest.split_at(usize::from(self.begun));
        let names = |steps: &[Step]| steps.iter().map(Step::name).collect();
        Interrupted {
            done: names(done),
            begun: begun.first().map(Step::name),
            left: names(left),
        }
    }
}

/// Carries out steps in their order.
async fn take_away(
    run: &Run<'_>,
    environment: &Environment,
    steps: &[Step],
    gone: &mut Gone,
) -> Result<(), Error> {
    let ports = run.ports;
    for step in steps {
        run.go_on()?;
        let _step = run.begin(Task::Step { name: step.name() });
        gone.begun = true;
        match step {
            Step::Detach { distribution, .. } => {
                detach::detach(run, environment, distribution).await?;
                gone.things += 1;
            }
            Step::Disallow {
                bucket,
                distribution,
                ..
            } => {
                let arn = grant(environment, distribution).distribution_arn;
                detach::disallow(run, bucket, &arn).await?;
                gone.things += 1;
            }
            Step::DeleteObjects { bucket, keys } => {
                ports.objects.delete(bucket, keys).await?;
                run.emit(What::Deleted {
                    count: keys.len(),
                    place: bucket.clone(),
                });
            }
            Step::Empty(bucket) => empty(run, bucket).await?,
            Step::DeleteStack { name, id } => {
                deploy::delete(run, name, id).await?;
                gone.things += 1;
            }
            Step::RemoveBucket(bucket) => ports.objects.remove_bucket(bucket).await?,
            Step::DeleteTable { name, .. } => {
                table::delete(run, name).await?;
                gone.things += 1;
            }
            Step::DeleteSecret { name, when } => {
                ports.secrets.delete(name, *when).await?;
                run.emit(What::Secret {
                    secret: name.clone(),
                    change: SecretChange::Deleted,
                });
                gone.things += 1;
            }
        }
        gone.begun = false;
        gone.steps += 1;
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
