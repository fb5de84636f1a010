//! How an environment stands, for the operator: everything that can be told with a few reads at once. Changes nothing.

mod found;

use std::collections::BTreeMap;

use qdn_shared::package::FunctionName;
use serde_json::Value;

use super::desired::Environment;
use super::error::Error;
use super::facts::viewer;
use super::lock;
use super::observe::own_stack;
use super::release;
use crate::plan::{Release, Standing, standing};
use crate::ports::{
    CloudError, FunctionState, ListedObject, Ports, Readiness, StackEvent, StackState,
};
use crate::site::PREFIX;
use crate::stack::{Output, edge_code};

pub use found::{
    Addresses, DistributionNow, EdgeNow, FunctionNow, LockNow, Look, Operation, PageNow,
    ReleaseNow, Runs, StackNow, Status,
};

/// Looks at everything at once; what follows from an answer is asked in a second round. Refuses credentials of another
/// account.
pub async fn status(environment: &Environment, ports: &Ports) -> Result<Status, Error> {
    let names = environment.names();
    let functions = futures::future::join_all(FunctionName::ALL.iter().map(|function| {
        let name = names.function(*function);
        async move { (*function, ports.functions.configuration(name).await) }
    }));
    let stack = async {
        let state = own_stack(environment, ports).await?;
        let of_stack = async {
            match &state {
                Some(state) => Some(newest_operation(ports, &state.id).await),
                None => None,
            }
        };
        let (operation, distribution) =
            futures::join!(of_stack, distribution(environment, ports, state.as_ref()));
        Ok::<_, Error>((state, operation, distribution))
    };
    let ((state, operation, distribution), release, lock, functions, edge, page) = futures::try_join!(
        stack,
        told(release::newest_recorded(environment, ports)),
        told(lock::held(environment, ports)),
        async { Ok::<_, Error>(functions.await) },
        told(ports.edge.live_function(&names.edge_function)),
        told(ports.objects.list(&names.site_bucket, PREFIX)),
    )?;
    let released = release.as_ref().ok().and_then(Option::as_ref);
    let functions = functions.into_iter().map(|(function, state)| FunctionNow {
        function,
        runs: Look::of(state.map(|state| state.map(|state| runs(function, state, released)))),
    });
    let functions = functions.collect();
    let edge = edge.map(|code| {
        code.map(|code| EdgeNow {
            as_released: released.and_then(|release| runs_at_edge(release, &code)),
        })
    });
    let page = page.map(|listed| listed.map(|objects| page_now(&objects, released)));
    let now = ports.clock.now();
    let addresses = viewer(environment, state.as_ref()).filter(|_| state.is_some());
    Ok(Status {
        environment: environment.name.clone(),
        account: environment.account().to_owned(),
        region: environment.file.region.to_string(),
        at: now,
        stack_name: names.stack.clone(),
        stack: state.map(|state| stack_now(state, operation)),
        lock: Look::of(lock.map(|held| {
            held.map(|record| LockNow {
                over: record.is_over(now),
                record,
            })
        })),
        functions,
        edge: Look::of(edge),
        distribution: Look::of(distribution),
        page: Look::of(page),
        addresses: addresses.map(|viewer| Addresses {
            track: format!("{viewer}/track"),
            api: format!("{viewer}/api"),
        }),
        release: Look::of(release.map(|release| release.map(release_now))),
    })
}

/// What becomes of a look is a finding, never the end of the others.
async fn told<T, E>(look: impl Future<Output = Result<T, E>>) -> Result<Result<T, E>, Error> {
    Ok(look.await)
}

async fn newest_operation(ports: &Ports, stack: &str) -> Result<Option<Operation>, CloudError> {
    let events = ports.stacks.events(stack, None, None).await?;
    let (Some(first), Some(last)) = (events.first(), events.last()) else {
        return Ok(None);
    };
    let event = |event: &StackEvent| format!("{} {}", event.logical_id, event.status);
    Ok(Some(Operation {
        began: first.at.clone(),
        newest: last.at.clone(),
        event: event(last),
    }))
}

async fn distribution(
    environment: &Environment,
    ports: &Ports,
    state: Option<&StackState>,
) -> Result<Option<DistributionNow>, CloudError> {
    let adopted = environment.values.distribution.as_ref();
    let adopted = adopted.map(|id| id.as_str().to_owned());
    let own = state.and_then(|state| state.outputs.get(Output::DistributionId.name()).cloned());
    let Some(id) = adopted.or(own) else {
        return Ok(None);
    };
    let found = ports.edge.distribution(&id).await?;
    Ok(found.map(|found| DistributionNow {
        id,
        domain: found.domain,
        enabled: found.enabled,
        deployed: found.deployed,
    }))
}

fn stack_now(
    state: StackState,
    operation: Option<Result<Option<Operation>, CloudError>>,
) -> StackNow {
    StackNow {
        settled: standing(Some(&state.status)) == Standing::Settled,
        operating: state.status.in_progress(),
        status: state.status.name().to_owned(),
        reason: state.status_reason,
        operation: operation.map_or(Look::Seen(None), Look::of),
    }
}

fn runs(function: FunctionName, state: FunctionState, released: Option<&Release>) -> Runs {
    let (readiness, reason) = match state.readiness {
        Readiness::Ready => ("ready", None),
        Readiness::Pending => ("pending", None),
        Readiness::Failed(reason) => ("failed", Some(reason)),
    };
    let package = released.and_then(|release| release.content.packages.get(&function));
    Runs {
        as_released: package.map(|package| package.sha256 == state.code_sha256),
        code_sha256: state.code_sha256,
        state: readiness,
        reason,
    }
}

fn page_now(objects: &[ListedObject], released: Option<&Release>) -> PageNow {
    let there: BTreeMap<&str, u64> = objects
        .iter()
        .map(|object| (object.key.as_str(), object.size))
        .collect();
    let unlike = |release: &Release| {
        let files = release.content.page.iter();
        let unlike = files.filter(|(key, file)| there.get(key.as_str()) != Some(&file.bytes));
        unlike.count()
    };
    PageNow {
        files: objects.len(),
        bytes: there.values().sum(),
        unlike_release: released.map(unlike),
    }
}

fn release_now(release: Release) -> ReleaseNow {
    ReleaseNow {
        id: release.id,
        made_at: release.made_at,
        revision: release.revision,
        restores: release.restores,
    }
}

/// Whether the code is that of a release; none when its template has no edge function in plain words.
fn runs_at_edge(release: &Release, code: &[u8]) -> Option<bool> {
    let template: Value = serde_json::from_str(&release.content.template).ok()?;
    edge_code(&template).map(|released| released.as_bytes() == code)
}
