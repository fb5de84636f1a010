//! The secrets layer: what is looked at, what is planned, and the order in which it is stored.

use std::collections::BTreeSet;

use qdn_shared::operator::OperatorKeys;
use qdn_shared::ring::SigningKeys;
use serde::de::DeserializeOwned;

use super::desired::Desired;
use super::error::Error;
use super::facts::Seen as Proof;
use super::generated::{keep_deployer_key, keep_operators, keep_signing_keys};
use super::keeper::{Keeper, Subject};
use super::run::Run;
use crate::keys;
use crate::plan::secrets::{SecretNames, Seen, compare};
use crate::plan::{Layer, LayerPlan, NotObserved, Target};
use crate::ports::{Ports, SecretState};

const CARRIER: &str = "Credentials for the carrier and the internal lines";

/// What was seen of the secrets; the values of two of them, because the edge follows from those.
#[derive(Debug, Clone, Default)]
pub struct ObservedSecrets {
    /// The carrier's credentials.
    pub carrier: Option<SecretState>,
    /// The signing keys.
    pub keys: Option<SecretState>,
    /// The deployer's own key.
    pub deployer_key: Option<SecretState>,
    /// The operator keys.
    pub operators: Option<SecretState>,
    /// What the signing keys are.
    pub signing_keys: Option<SigningKeys>,
    /// What operator keys are checked against.
    pub operator_keys: Option<OperatorKeys>,
}

/// Looks at every secret at once. Each by its name: a listing may be minutes behind. No value is read where every layer
/// that follows from one is left out; the carrier's is with `secrets`.
pub async fn observe(
    ports: &Ports,
    names: &SecretNames,
    skip: &BTreeSet<Layer>,
) -> Result<ObservedSecrets, Error> {
    let unread = [Layer::Secrets, Layer::Edge]
        .iter()
        .all(|layer| skip.contains(layer));
    let describe = |secret| async move { Ok::<_, Error>(ports.secrets.describe(secret).await?) };
    let (carrier, keys, deployer_key, operators, signing_keys, operator_keys) = futures::try_join!(
        describe(&names.carrier),
        describe(&names.keys),
        describe(&names.deployer_key),
        describe(&names.operators),
        document_unless(unread, ports, &names.keys),
        document_unless(unread, ports, &names.operators),
    )?;
    Ok(ObservedSecrets {
        carrier,
        keys,
        deployer_key,
        operators,
        signing_keys,
        operator_keys,
    })
}

async fn document_unless<T: DeserializeOwned>(
    unread: bool,
    ports: &Ports,
    secret: &str,
) -> Result<Option<T>, Error> {
    if unread {
        return Ok(None);
    }
    document(ports, secret).await
}

/// The document that a secret holds; none when there is no such secret, or it is scheduled for deletion.
pub async fn document<T: DeserializeOwned>(
    ports: &Ports,
    secret: &str,
) -> Result<Option<T>, Error> {
    let Some(text) = ports.secrets.value(secret).await? else {
        return Ok(None);
    };
    let document = keys::read(&text).map_err(|source| Error::ForeignSecret {
        secret: secret.to_owned(),
        source,
    })?;
    Ok(Some(document))
}

/// The layer's part of a plan.
pub fn layer(desired: &Desired, observed: &ObservedSecrets) -> LayerPlan {
    if desired.skip.contains(&Layer::Secrets) {
        return LayerPlan::unseen(Layer::Secrets, NotObserved::Skipped);
    }
    let Some(file) = &desired.secrets else {
        return LayerPlan::unseen(Layer::Secrets, NotObserved::NoSecretsFile);
    };
    let operators = observed.operator_keys.iter();
    let operator_ids: BTreeSet<String> = operators
        .flat_map(OperatorKeys::keys)
        .map(|key| key.id().to_owned())
        .collect();
    let seen = Seen {
        carrier: observed.carrier.as_ref(),
        keys: observed.keys.as_ref(),
        deployer_key: observed.deployer_key.as_ref(),
        operators: observed.operators.as_ref(),
        operator_ids: &operator_ids,
    };
    compare(
        &desired.names().secrets,
        file.carrier_document().fingerprint(),
        &desired.environment.file.tags,
        seen,
    )
}

/// Whether every secret is in place, the carrier's as the secrets file has it.
pub(super) async fn proved(ports: &Ports, desired: &Desired) -> Result<Proof, Error> {
    let names = desired.names().secrets;
    let observed = observe(ports, &names, &desired.skip).await?;
    let states = [
        (&names.carrier, observed.carrier.as_ref()),
        (&names.keys, observed.keys.as_ref()),
        (&names.deployer_key, observed.deployer_key.as_ref()),
        (&names.operators, observed.operators.as_ref()),
    ];
    let missing: Vec<&str> = states
        .iter()
        .filter(|(_, state)| state.is_none_or(|state| state.scheduled_for_deletion))
        .map(|(name, _)| name.as_str())
        .collect();
    if !missing.is_empty() {
        return Ok(Proof::Wrong(format!("missing: {}", missing.join(", "))));
    }
    if desired.secrets.is_none() {
        let count = states.len();
        return Ok(Proof::Right(format!(
            "{count} secrets in place; the carrier's was not compared, because no secrets file was given"
        )));
    }
    let layer = layer(desired, &observed);
    let other: Vec<&str> = layer
        .steps
        .iter()
        .filter_map(|step| match &step.target {
            Target::Secret { name, .. } => Some(name.as_str()),
            _ => None,
        })
        .collect();
    Ok(if other.is_empty() {
        let count = states.len();
        Proof::Right(format!(
            "{count} secrets in place, the carrier's as in the secrets file"
        ))
    } else {
        Proof::Wrong(format!("not as they should be: {}", other.join(", ")))
    })
}

/// Carries out the layer's steps.
pub async fn store(
    run: &Run<'_>,
    desired: &Desired,
    observed: &ObservedSecrets,
    layer: &LayerPlan,
) -> Result<(), Error> {
    let names = desired.names().secrets;
    let tags = &desired.environment.file.tags;
    let keeper = Keeper { run, tags };
    for step in &layer.steps {
        let Target::Secret { name, .. } = &step.target else {
            continue;
        };
        if *name == names.carrier {
            keep_carrier(&keeper, desired, name, observed.carrier.as_ref()).await?;
        } else if *name == names.keys {
            keep_signing_keys(&keeper, name, observed.keys.as_ref()).await?;
        } else if *name == names.deployer_key {
            keep_deployer_key(&keeper, name, observed.deployer_key.as_ref()).await?;
        } else {
            keep_operators(&keeper, &names, observed.operators.as_ref()).await?;
        }
    }
    Ok(())
}

async fn keep_carrier(
    keeper: &Keeper<'_>,
    desired: &Desired,
    name: &str,
    state: Option<&SecretState>,
) -> Result<(), Error> {
    let Some(file) = &desired.secrets else {
        return Ok(());
    };
    let state = keeper.restore(name, state).await?;
    let subject = Subject {
        name,
        description: CARRIER,
        state: state.as_ref(),
    };
    keeper.keep(subject, &file.carrier_document(), []).await
}
