//! The secrets that nobody types in: made once, then kept.

use std::collections::BTreeMap;

use qdn_shared::operator::OperatorKeys;
use qdn_shared::ring::{KeyRing, SigningKeys};

use super::error::Error;
use super::keeper::{Keeper, Subject};
use super::run::Run;
use super::secrets::document;
use crate::keys::{self, DeployerKey};
use crate::plan::secrets::{KEY_ID_TAG, SecretNames};
use crate::ports::SecretState;
use crate::secrets::Document;

const KEYS: &str = "Keys that sign job tokens and callback addresses";
const DEPLOYER_KEY: &str = "Operator key of the deployer itself";
const OPERATORS: &str = "Hashes that operator keys are checked against";

/// Makes the signing keys, unless they are there.
pub async fn keep_signing_keys(
    keeper: &Keeper<'_>,
    name: &str,
    state: Option<&SecretState>,
) -> Result<(), Error> {
    let ports = keeper.run.ports;
    let state = keeper.restore(name, state).await?;
    let stored: Option<SigningKeys> = document(ports, name).await?;
    let keys = stored.unwrap_or_else(|| {
        let ring = || KeyRing::generate(ports.entropy.random(), ports.clock.now());
        SigningKeys {
            tokens: ring(),
            carrier: ring(),
        }
    });
    let subject = Subject {
        name,
        description: KEYS,
        state: state.as_ref(),
    };
    keeper.keep(subject, &Document::of(&keys), []).await
}

/// Makes the deployer's own key, unless it is there.
pub async fn keep_deployer_key(
    keeper: &Keeper<'_>,
    name: &str,
    state: Option<&SecretState>,
) -> Result<(), Error> {
    let ports = keeper.run.ports;
    let state = keeper.restore(name, state).await?;
    let stored: Option<DeployerKey> = document(ports, name).await?;
    let key = stored
        .filter(|key| key.id().is_some())
        .unwrap_or_else(|| DeployerKey::generate(ports.entropy.random(), ports.entropy.random()));
    store_deployer_key(keeper, name, state.as_ref(), &key).await
}

/// Its id is told in a tag, so that a plan need not read the key.
async fn store_deployer_key(
    keeper: &Keeper<'_>,
    name: &str,
    state: Option<&SecretState>,
    key: &DeployerKey,
) -> Result<(), Error> {
    let id = key.id().map(|id| (KEY_ID_TAG.to_owned(), id.to_owned()));
    let subject = Subject {
        name,
        description: DEPLOYER_KEY,
        state,
    };
    keeper.keep(subject, &Document::of(key), id).await
}

/// Lets the operator keys know the deployer's, which is stored already; all others stay.
pub async fn keep_operators(
    keeper: &Keeper<'_>,
    names: &SecretNames,
    state: Option<&SecretState>,
) -> Result<(), Error> {
    let ports = keeper.run.ports;
    let name = &names.operators;
    let state = keeper.restore(name, state).await?;
    let (stored, deployer) = futures::try_join!(
        document::<OperatorKeys>(ports, name),
        document::<DeployerKey>(ports, &names.deployer_key),
    )?;
    let deployer = deployer.ok_or_else(|| Error::NoSecret {
        secret: names.deployer_key.clone(),
    })?;
    let stored = stored.unwrap_or_default();
    let operators = keys::with_deployer(&stored, &deployer, ports.clock.now()).unwrap_or(stored);
    let subject = Subject {
        name,
        description: OPERATORS,
        state: state.as_ref(),
    };
    keeper.keep(subject, &Document::of(&operators), []).await
}

/// Gives the deployer another key, and takes the old one from the operator keys.
pub async fn renew_deployer_key(
    run: &Run<'_>,
    names: &SecretNames,
    tags: &BTreeMap<String, String>,
) -> Result<(), Error> {
    let (secrets, entropy) = (&run.ports.secrets, &run.ports.entropy);
    let name = &names.deployer_key;
    let (state, operators) =
        futures::try_join!(secrets.describe(name), secrets.describe(&names.operators))?;
    let keeper = Keeper { run, tags };
    let state = keeper.restore(name, state.as_ref()).await?;
    if state.is_some() {
        // Until the new key's id is there, nobody shall take the tag for true: a run may end in between.
        let unknown = BTreeMap::from([(KEY_ID_TAG.to_owned(), String::new())]);
        secrets.tag(name, &unknown).await?;
    }
    let key = DeployerKey::generate(entropy.random(), entropy.random());
    store_deployer_key(&keeper, name, state.as_ref(), &key).await?;
    keep_operators(&keeper, names, operators.as_ref()).await
}
