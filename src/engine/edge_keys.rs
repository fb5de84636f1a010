//! The edge layer: the keys in the edge's key value store follow from the stored documents.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use qdn_shared::operator::OperatorKeys;
use qdn_shared::ring::SigningKeys;
use secrecy::SecretString;

use super::desired::Desired;
use super::error::Error;
use super::event::{Awaited, What};
use super::planner::Planned;
use super::run::Run;
use super::secrets::{ObservedSecrets, document};
use crate::keys::{self, DEPLOYER};
use crate::plan::secrets::{SecretNames, key_id};
use crate::plan::{Layer, LayerPlan, NotObserved, Target, edge};
use crate::ports::{ErrorKind, StackState, StoreState, StoreStatus};
use crate::stack::Output;

/// A store is ready within seconds of its stack; its limit is generous.
const STORE_LIMIT: Duration = Duration::from_mins(5);
/// How often somebody else may be quicker.
const RACES: usize = 5;

/// The layer's part of a plan. `secrets` is the part of the layer before it, `found` what the store holds.
pub fn layer(
    desired: &Desired,
    observed: &ObservedSecrets,
    secrets: &LayerPlan,
    found: &BTreeMap<String, SecretString>,
) -> LayerPlan {
    if desired.skip.contains(&Layer::Edge) {
        return LayerPlan::unseen(Layer::Edge, NotObserved::Skipped);
    }
    let names = desired.names().secrets;
    let is_changed = |secret: &str| {
        let mut steps = secrets.steps.iter();
        steps.any(|step| matches!(&step.target, Target::Secret { name, .. } if name == secret))
    };
    for (name, is_there) in [
        (&names.keys, observed.signing_keys.is_some()),
        (&names.operators, observed.operator_keys.is_some()),
    ] {
        if !is_there && !is_changed(name) {
            return LayerPlan::unseen(Layer::Edge, NotObserved::NoSecret { name: name.clone() });
        }
    }
    let mut known = BTreeMap::new();
    let mut coming = BTreeSet::new();
    match &observed.signing_keys {
        Some(keys) => known.extend(keys::token_entries(keys)),
        // The first key of a ring has number 1.
        None => {
            coming.insert("tk.1".to_owned());
        }
    }
    for key in observed.operator_keys.iter().flat_map(OperatorKeys::keys) {
        if key.name() != DEPLOYER || !is_changed(&names.operators) {
            let (entry, value) = key.edge_entry();
            known.insert(entry, value.into());
        }
    }
    if is_changed(&names.operators) {
        let id = observed.deployer_key.as_ref().and_then(key_id);
        let entry = format!("op.{}", id.unwrap_or("<deployer>"));
        if !known.contains_key(&entry) {
            coming.insert(entry);
        }
    }
    edge::compare(&known, &coming, found)
}

/// Brings the store up to the stored documents.
pub async fn carry_out(
    run: &Run<'_>,
    desired: &Desired,
    planned: &Planned,
    state: Option<&StackState>,
) -> Result<(), Error> {
    let store = store_of(&planned.stack.name, state)?;
    mirror(run, &desired.names().secrets, store).await?;
    Ok(())
}

/// The ARN of a stack's store.
pub fn store_of<'a>(stack: &str, state: Option<&'a StackState>) -> Result<&'a str, Error> {
    let output = Output::KeyValueStoreArn.name();
    let value = state.and_then(|state| state.outputs.get(output));
    value
        .map(String::as_str)
        .ok_or_else(|| Error::MissingOutput {
            stack: stack.to_owned(),
            output: output.to_owned(),
        })
}

/// What the documents say that the edge should hold.
async fn wanted(
    run: &Run<'_>,
    names: &SecretNames,
) -> Result<BTreeMap<String, SecretString>, Error> {
    let (keys, operators) = futures::try_join!(
        document::<SigningKeys>(run.ports, &names.keys),
        document::<OperatorKeys>(run.ports, &names.operators),
    )?;
    let missing = |secret: &str| Error::NoSecret {
        secret: secret.to_owned(),
    };
    let keys = keys.ok_or_else(|| missing(&names.keys))?;
    let operators = operators.ok_or_else(|| missing(&names.operators))?;
    Ok(keys::entries(&keys, &operators))
}

/// What was done at the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mirrored {
    /// How many entries were written or removed.
    pub changes: usize,
    /// When the store was last changed, as far as it tells.
    pub changed_at: Option<Timestamp>,
}

/// Lets the store hold exactly the keys of the documents; entries of others stay. The documents are read anew
/// whenever somebody else was quicker.
pub async fn mirror(run: &Run<'_>, names: &SecretNames, store: &str) -> Result<Mirrored, Error> {
    let mut races = 0;
    let mut written = 0;
    loop {
        let (version, changed_at) = ready(run, store).await?;
        let (wanted, found) = futures::try_join!(wanted(run, names), async {
            Ok(run.ports.key_values.entries(store).await?)
        })?;
        let changes = keys::changes(&wanted, &found.unwrap_or_default());
        if changes.is_empty() {
            return Ok(Mirrored {
                changes: written,
                changed_at,
            });
        }
        match update(run, store, version, &keys::updates(&changes, &wanted)).await {
            Ok(()) => {
                let removed = changes
                    .iter()
                    .filter(|change| change.kind == keys::ChangeKind::Remove)
                    .count();
                run.emit(What::EdgeKeys {
                    written: changes.len() - removed,
                    removed,
                });
                written += changes.len();
                return Ok(Mirrored {
                    changes: written,
                    changed_at: Some(run.ports.clock.now()),
                });
            }
            Err(Error::Cloud(error)) if error.kind == ErrorKind::Conflict && races < RACES => {
                races += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Sends updates one after another, each for the version that the one before left.
async fn update(
    run: &Run<'_>,
    store: &str,
    mut version: String,
    updates: &[crate::ports::StoreUpdate],
) -> Result<(), Error> {
    for update in updates {
        version = run.ports.key_values.update(store, &version, update).await?;
    }
    Ok(())
}

/// The store as it is; none when it is not known. One that failed is an error.
pub async fn look(run: &Run<'_>, store: &str) -> Result<Option<StoreState>, Error> {
    match run.ports.key_values.describe(store).await? {
        Some(StoreState {
            status: StoreStatus::Failed(reason),
            ..
        }) => Err(Error::StoreFailed {
            store: store.to_owned(),
            reason,
        }),
        state => Ok(state),
    }
}

/// Waits until the store can be written. One that its stack has just made may be unknown for a moment.
async fn ready(run: &Run<'_>, store: &str) -> Result<(String, Option<Timestamp>), Error> {
    let mut wait = None;
    loop {
        if let Some(state) = look(run, store).await?
            && state.status == StoreStatus::Ready
        {
            return Ok((state.version, state.changed_at));
        }
        wait.get_or_insert_with(|| run.wait(Awaited::KeyValueStore, STORE_LIMIT))
            .pause(&format!("key value store {store}"))
            .await?;
    }
}
