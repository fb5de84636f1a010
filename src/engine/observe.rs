//! Observes every layer, concurrently: two rounds of reads, a third for what the stage serves and
//! for objects that the manifest does not explain.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::try_join_all;
use jiff::Timestamp;
use qdn_shared::package::{CodeKey, FunctionName};
use secrecy::SecretString;
use serde_json::Value;

use super::adopt::{self, AdoptedSite};
use super::carrier;
use super::desired::{Desired, Environment};
use super::drift::StackDrift;
use super::error::Error;
use super::event::{What, millis};
use super::explained::{Explained, explain};
use super::names::Names;
use super::planner::Scope;
use super::release;
use super::run::Run;
use super::secrets::{self, ObservedSecrets};
use super::seed::{self, ObservedSeed};
use crate::config::DataPolicy;
use crate::plan::{Layer, Standing, standing};
use crate::ports::{
    DatedObject, DistributionState, FunctionState, GatewaySnapshot, GatewayStage, InboundSettings,
    ListedObject, ObjectHead, Ports, StackState,
};
use crate::site::Manifest;
use crate::stack::Output;

/// So many objects are looked at at once: each look is a connection, and a machine has few.
pub(super) const LOOKS: usize = 32;

/// What was seen, before anything is compared.
#[derive(Debug, Clone)]
pub struct Observed {
    /// The bootstrap stack.
    pub bootstrap: ObservedStack,
    /// The main stack.
    pub stack: ObservedStack,
    /// API Gateway's account-wide log role.
    pub log_role: Option<String>,
    /// The functions that exist.
    pub functions: BTreeMap<FunctionName, FunctionState>,
    /// LIVE code of the edge function.
    pub edge_code: Option<Vec<u8>>,
    /// Code object keys that exist in the artifacts bucket.
    pub packages: BTreeSet<String>,
    /// Key of the newest release.
    pub release: Option<String>,
    /// Page objects; empty when there is no bucket.
    pub listed: Vec<ListedObject>,
    /// When it was seen.
    pub at: Timestamp,
    /// The page's manifest.
    pub manifest: Manifest,
    /// Headers of listed objects that the manifest does not explain.
    pub heads: BTreeMap<String, ObjectHead>,
    /// Keys of the page's folder that are the owner's, in a bucket that is not ours.
    pub strangers: BTreeSet<String>,
    /// `METHOD /path` of every method that the stage's deployment serves.
    pub routes: Option<BTreeSet<String>>,
    /// Whether that deployment is what an apply made to take routes away.
    pub redeployed: bool,
    /// The API's stage.
    pub gateway_stage: Option<GatewayStage>,
    /// The distribution; none where `adopted` holds its configuration.
    pub distribution: Option<DistributionState>,
    /// The secrets.
    pub secrets: ObservedSecrets,
    /// What the carrier has set for our sender; none when nobody may look.
    pub inbound: Option<InboundSettings>,
    /// What the edge's key value store holds.
    pub edge_keys: BTreeMap<String, SecretString>,
    /// The site that is not ours, when there is one.
    pub adopted: Option<AdoptedSite>,
    /// The maintenance data.
    pub seed: ObservedSeed,
    /// What CloudFormation found to be otherwise than the stack says, where it was asked.
    pub drift: Option<StackDrift>,
}

/// A stack and the template it was last given.
#[derive(Debug, Clone, Default)]
pub struct ObservedStack {
    /// None when it does not exist.
    pub state: Option<StackState>,
    /// None when it has none.
    pub template: Option<Value>,
}

impl ObservedStack {
    /// What may be done with it.
    pub fn standing(&self) -> Standing {
        standing(self.state.as_ref().map(|state| &state.status))
    }

    /// An output's value.
    pub fn output(&self, output: Output) -> Option<&str> {
        self.state
            .as_ref()?
            .outputs
            .get(output.name())
            .map(String::as_str)
    }

    /// The state of a stack that may be changed; none when there is no stack. What is busy, wrecked, stuck or in a
    /// status that nobody knows is refused.
    pub(super) fn changeable(&self, name: &str) -> Result<Option<&StackState>, Error> {
        let standing = self.standing();
        match (standing, &self.state) {
            (Standing::Absent | Standing::Leftover, _) | (_, None) => Ok(None),
            (Standing::Settled, Some(state)) => Ok(Some(state)),
            (
                Standing::Busy
                | Standing::Wreck
                | Standing::Stuck
                | Standing::NotRolledBack
                | Standing::ImportStuck
                | Standing::Unknown,
                Some(state),
            ) => Err(Error::NotReady {
                stack: name.to_owned(),
                status: state.status.name().to_owned(),
                reason: state.status_reason.clone(),
                standing,
            }),
        }
    }

    fn exists(&self) -> bool {
        self.standing().exists()
    }
}

/// Looks at everything once. Refuses credentials of another account before the second round. For the bootstrap stack
/// alone a site that is not ours is not looked at.
pub async fn observe(desired: &Desired, ports: &Ports, scope: Scope) -> Result<Observed, Error> {
    let names = desired.names();
    let (caller, bootstrap, stack, log_role, functions, edge_code, secrets, inbound) = futures::try_join!(
        async { ports.identity.caller().await.map_err(Error::from) },
        observe_stack(ports, &names.bootstrap),
        observe_stack(ports, &names.stack),
        async { ports.gateways.log_role().await.map_err(Error::from) },
        observe_functions(ports, &names),
        async {
            ports
                .edge
                .live_function(&names.edge_function)
                .await
                .map_err(Error::from)
        },
        secrets::observe(ports, &names.secrets, &desired.skip),
        carrier::observe(desired, ports),
    )?;
    desired.environment.expect_account(&caller.account)?;

    // One that is not ours says what it is in its configuration, which is read whole.
    let adopts = scope == Scope::Everything && desired.environment.file.site.is_existing();
    let adopted = async {
        if adopts {
            adopt::observe(ports, &desired.environment).await
        } else {
            Ok(None)
        }
    };
    let page = async {
        match scope {
            Scope::Everything => observe_page(ports, desired, stack.exists()).await,
            Scope::Bootstrap => Ok(Vec::new()),
        }
    };
    let (
        (packages, manifest, release),
        listed,
        (snapshot, gateway_stage),
        distribution,
        edge_keys,
        seed,
        adopted,
    ) = futures::try_join!(
        observe_artifacts(ports, &names, bootstrap.exists()),
        page,
        observe_api(ports, &stack),
        observe_distribution(ports, &stack, adopts),
        observe_edge_keys(desired, ports, &stack),
        observe_seed(desired, ports, &stack, &bootstrap),
        adopted,
    )?;

    let Explained {
        manifest,
        heads,
        strangers,
    } = explain(ports, desired, &listed, manifest).await?;

    Ok(Observed {
        bootstrap,
        stack,
        log_role,
        functions,
        edge_code,
        packages,
        release,
        listed,
        manifest,
        heads,
        strangers,
        at: ports.clock.now(),
        redeployed: snapshot.as_ref().is_some_and(|found| found.is_redeployed),
        routes: snapshot.map(|found| found.routes),
        gateway_stage,
        distribution,
        secrets,
        inbound,
        edge_keys,
        adopted,
        seed,
        drift: None,
    })
}

/// The main stack and the bootstrap stack as they are. Refuses credentials of another account.
pub async fn own_stacks(
    environment: &Environment,
    ports: &Ports,
) -> Result<(Option<StackState>, Option<StackState>), Error> {
    let bootstrap = environment.names().bootstrap;
    let bootstrap = async { Ok::<_, Error>(ports.stacks.describe(&bootstrap).await?) };
    futures::try_join!(own_stack(environment, ports), bootstrap)
}

/// The same, told before and after.
pub(super) async fn observe_told(
    run: &Run<'_>,
    desired: &Desired,
    scope: Scope,
) -> Result<Observed, Error> {
    let clock = &run.ports.clock;
    run.emit(What::Observing);
    let began = clock.elapsed();
    let observed = observe(desired, run.ports, scope).await?;
    run.emit(What::Observed {
        took_ms: millis(clock.elapsed().saturating_sub(began)),
    });
    Ok(observed)
}

/// The main stack as it is, for commands that need nothing else; none when it does not exist. Refuses credentials of
/// another account.
pub(super) async fn own_stack(
    environment: &Environment,
    ports: &Ports,
) -> Result<Option<StackState>, Error> {
    let stack = environment.names().stack;
    let (caller, state) =
        futures::try_join!(ports.identity.caller(), ports.stacks.describe(&stack))?;
    environment.expect_account(&caller.account)?;
    Ok(state)
}

pub(super) async fn observe_stack(ports: &Ports, name: &str) -> Result<ObservedStack, Error> {
    let (state, text) =
        futures::try_join!(ports.stacks.describe(name), ports.stacks.template(name))?;
    let template = text
        .filter(|text| !text.trim().is_empty())
        .map(|text| serde_json::from_str(&text))
        .transpose()
        .map_err(|error: serde_json::Error| Error::ForeignTemplate {
            stack: name.to_owned(),
            message: error.to_string(),
        })?;
    Ok(ObservedStack { state, template })
}

async fn observe_functions(
    ports: &Ports,
    names: &Names,
) -> Result<BTreeMap<FunctionName, FunctionState>, Error> {
    let states = try_join_all(FunctionName::ALL.iter().map(|function| async move {
        let state = ports
            .functions
            .configuration(names.function(*function))
            .await?;
        Ok::<_, Error>(state.map(|state| (*function, state)))
    }))
    .await?;
    Ok(states.into_iter().flatten().collect())
}

async fn observe_artifacts(
    ports: &Ports,
    names: &Names,
    bucket_exists: bool,
) -> Result<(BTreeSet<String>, Option<DatedObject>, Option<String>), Error> {
    if !bucket_exists {
        return Ok((BTreeSet::new(), None, None));
    }
    let bucket = &names.artifacts_bucket;
    let (packages, manifest, releases) = futures::try_join!(
        ports.objects.list(bucket, CodeKey::FOLDER),
        ports.objects.dated(bucket, &names.site_manifest),
        release::keys(ports, names),
    )?;
    let packages = packages.unwrap_or_default();
    let keys = packages.into_iter().map(|object| object.key).collect();
    Ok((keys, manifest, releases.into_iter().next_back()))
}

/// A bucket or a table that outlived its stack is refused: CloudFormation would fail to make it, and say so late.
async fn observe_page(
    ports: &Ports,
    desired: &Desired,
    stack_exists: bool,
) -> Result<Vec<ListedObject>, Error> {
    let names = desired.names();
    let file = &desired.environment.file;
    let managed = !file.site.is_existing();
    let may_be_kept = !stack_exists && file.data == DataPolicy::Keep;
    let listed = async {
        // Somebody else's bucket is there before any stack, and may hold files under our names.
        if stack_exists || !managed || may_be_kept {
            let prefix = crate::site::PREFIX;
            ports.objects.list(&names.site_bucket, prefix).await
        } else {
            Ok(None)
        }
    };
    let table = async {
        if may_be_kept {
            let state = ports.tables.describe(&names.table).await?;
            Ok(state.is_some())
        } else {
            Ok(false)
        }
    };
    let (listed, table) = futures::try_join!(listed, table)?;
    let bucket = listed.is_some() && managed && may_be_kept;
    let kept = [
        bucket.then(|| format!("bucket {}", names.site_bucket)),
        table.then(|| format!("table {}", names.table)),
    ];
    let kept: Vec<String> = kept.into_iter().flatten().collect();
    if kept.is_empty() {
        return Ok(listed.unwrap_or_default());
    }
    Err(Error::Retained {
        environment: desired.environment.name.clone(),
        stack: names.stack,
        kept,
    })
}

async fn observe_api(
    ports: &Ports,
    stack: &ObservedStack,
) -> Result<(Option<GatewaySnapshot>, Option<GatewayStage>), Error> {
    let (Some(api), Some(stage)) = (stack.output(Output::ApiId), stack.output(Output::ApiStage))
    else {
        return Ok((None, None));
    };
    Ok(served(ports, api, stage).await?)
}

/// What an API's stage serves, and the stage.
pub(super) async fn served(
    ports: &Ports,
    api: &str,
    stage: &str,
) -> crate::ports::Result<(Option<GatewaySnapshot>, Option<GatewayStage>)> {
    let Some(stage) = ports.gateways.stage(api, stage).await? else {
        return Ok((None, None));
    };
    let snapshot = ports.gateways.snapshot(api, &stage.deployment).await?;
    Ok((snapshot, Some(stage)))
}

async fn observe_distribution(
    ports: &Ports,
    stack: &ObservedStack,
    adopts: bool,
) -> Result<Option<DistributionState>, Error> {
    match stack.output(Output::DistributionId) {
        Some(id) if !adopts => Ok(ports.edge.distribution(id).await?),
        Some(_) | None => Ok(None),
    }
}

/// The store answers keys with their values, so it is not asked where nobody compares them. Where a settled stack's store
/// is gone, only those go on who look for drift.
async fn observe_edge_keys(
    desired: &Desired,
    ports: &Ports,
    stack: &ObservedStack,
) -> Result<BTreeMap<String, SecretString>, Error> {
    let Some(store) = stack.output(Output::KeyValueStoreArn) else {
        return Ok(BTreeMap::new());
    };
    if desired.skip.contains(&Layer::Edge) {
        return Ok(BTreeMap::new());
    }
    match ports.key_values.entries(store).await? {
        None if stack.standing() == Standing::Settled && !desired.refresh.is_close() => {
            Err(Error::StoreGone {
                store: store.to_owned(),
            })
        }
        found => Ok(found.unwrap_or_default()),
    }
}

async fn observe_seed(
    desired: &Desired,
    ports: &Ports,
    stack: &ObservedStack,
    bootstrap: &ObservedStack,
) -> Result<ObservedSeed, Error> {
    match &desired.seed {
        Some(_) => {
            let environment = &desired.environment;
            seed::observe(ports, environment, stack.exists(), bootstrap.exists()).await
        }
        None => Ok(ObservedSeed::default()),
    }
}
