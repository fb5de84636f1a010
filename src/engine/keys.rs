//! Token keys and operator keys by hand: each command reads the stored document, changes it, stores it, and lets
//! the edge follow. No key is made while the edge's store is out of reach; a command that was cut short is finished by
//! running it again.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use qdn_shared::operator::{
    NewOperatorKey, OperatorError, OperatorKey, OperatorKeys, OperatorScope,
};
use qdn_shared::ring::{KeyState, READER_CACHE_SECONDS, RingKey, SigningKeys};
use qdn_shared::token::TOKEN_LIFE_SECONDS;
use secrecy::SecretString;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::desired::Environment;
use super::edge_keys::{look, mirror, store_of};
use super::error::Error;
use super::event::{Awaited, Sink, What, millis};
use super::generated::renew_deployer_key;
use super::keeper::{Keeper, Subject};
use super::lock;
use super::observe::own_stack;
use super::run::Run;
use super::secrets::document;
use crate::keys::DEPLOYER;
use crate::plan::Layer;
use crate::plan::secrets::SecretNames;
use crate::ports::{Ports, SecretState, Task};
use crate::secrets::Document;
use crate::stack::Output;

/// A token key as people may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TokenKey {
    /// Number, which stands in every token.
    pub id: u8,
    /// Where it is in its life.
    pub state: KeyState,
    /// Since when.
    pub since: Timestamp,
    /// Until when what it signed may be valid; for a key that retires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Whether the edge holds it.
    pub edge: bool,
}

/// An operator key as people may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperatorEntry {
    /// Id, the first part of the credential.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it may be used for, sorted.
    pub scopes: Vec<OperatorScope>,
    /// When it was made.
    pub created: Timestamp,
    /// Whether the edge holds it.
    pub edge: bool,
}

/// What a rotation came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotated {
    /// The new key signs.
    Signs {
        /// Its number.
        id: u8,
    },
    /// The new key is published, and may sign from this moment on.
    Published {
        /// Its number.
        id: u8,
        /// From when.
        from: Timestamp,
    },
}

/// What a revocation came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    /// The key is gone.
    Gone,
    /// The key was the deployer's own, which has another one now.
    Renewed,
}

/// The keys of one environment.
pub struct KeyChain<'a> {
    run: Run<'a>,
    environment: &'a Environment,
    names: SecretNames,
    store: Result<String, Error>,
}

impl<'a> KeyChain<'a> {
    /// Looks who asks and where the edge's store is; refuses credentials of another account.
    pub async fn open(
        environment: &'a Environment,
        ports: &'a Ports,
        sink: &'a dyn Sink,
    ) -> Result<Self, Error> {
        let names = environment.names();
        let state = own_stack(environment, ports).await?;
        Ok(Self {
            run: Run::new(ports, sink),
            environment,
            store: store_of(&names.stack, state.as_ref()).map(str::to_owned),
            names: names.secrets,
        })
    }

    /// The token keys, in the order in which they came.
    pub async fn tokens(&self) -> Result<Vec<TokenKey>, Error> {
        let (keys, edge) =
            futures::try_join!(self.read::<SigningKeys>(&self.names.keys), self.at_edge())?;
        let shown = |key: &RingKey| {
            let since = moment(key.since);
            TokenKey {
                id: key.id,
                state: key.state,
                since,
                until: (key.state == KeyState::Retiring).then(|| over(since)),
                edge: edge.contains_key(&key.edge_entry().0),
            }
        };
        Ok(keys.tokens.keys().iter().map(shown).collect())
    }

    /// The operator keys, in the order in which they were made.
    pub async fn operators(&self) -> Result<Vec<OperatorEntry>, Error> {
        let (operators, edge) = futures::try_join!(
            self.read::<OperatorKeys>(&self.names.operators),
            self.at_edge()
        )?;
        let shown = |key: &OperatorKey| OperatorEntry {
            id: key.id().to_owned(),
            name: key.name().to_owned(),
            scopes: key.scopes().iter().copied().collect(),
            created: moment(key.created()),
            edge: edge.contains_key(&key.edge_entry().0),
        };
        Ok(operators.keys().iter().map(shown).collect())
    }

    /// Puts a new token key in the place of the one that signs: publish, wait until every edge knows it, let it
    /// sign. Keys of which nothing can be valid any more are dropped. Goes on with a rotation that was begun.
    ///
    /// `wait` is how long every edge takes; with `patient` off it is not waited for, and the next call goes on.
    pub async fn rotate(&self, wait: Duration, patient: bool) -> Result<Rotated, Error> {
        self.edge_follows().await?;
        self.locked(self.rotate_alone(wait, patient)).await
    }

    async fn rotate_alone(&self, wait: Duration, patient: bool) -> Result<Rotated, Error> {
        let (clock, store) = (&self.run.ports.clock, self.store()?);
        let (state, before) = self.stored::<SigningKeys>(&self.names.keys).await?;
        let mut keys = before.clone();
        keys.tokens.retire(clock.now(), TOKEN_LIFE_SECONDS);
        let id = match keys.tokens.published() {
            Some(published) => published.id,
            None => keys
                .tokens
                .publish(self.run.ports.entropy.random(), clock.now())?,
        };
        if keys != before {
            self.replace(&self.names.keys, &state, &keys).await?;
        }
        let mirrored = mirror(&self.run, &self.names, store).await?;

        // The store may have got the key long after the document.
        let published = keys.tokens.published().map(|key| moment(key.since));
        let known = published.max(mirrored.changed_at).unwrap_or_default();
        let from = known.saturating_add(signed(wait)).unwrap_or(Timestamp::MAX);
        let left = clock.now().duration_until(from);
        // A clock that goes ahead of ours does not make anybody wait longer.
        if let Ok(left) = Duration::try_from(left).map(|left| left.min(wait))
            && !left.is_zero()
        {
            if !patient {
                return Ok(Rotated::Published { id, from });
            }
            self.run.emit(What::Waiting {
                awaited: Awaited::Publication,
                limit_ms: millis(left),
            });
            self.run.unless_stopped(clock.sleep(left)).await?;
        }

        let (state, mut keys) = self.stored::<SigningKeys>(&self.names.keys).await?;
        // Unless somebody else has let it sign meanwhile.
        if keys.tokens.published().is_some_and(|key| key.id == id) {
            keys.tokens.promote(clock.now(), 0)?;
            self.replace(&self.names.keys, &state, &keys).await?;
        }
        Ok(Rotated::Signs { id })
    }

    /// Revokes a token key, at the edge as well: whatever it signed ends. Refuses the key that signs.
    pub async fn revoke_token(&self, id: u8) -> Result<(), Error> {
        self.locked(async {
            let (state, mut keys) = self.stored::<SigningKeys>(&self.names.keys).await?;
            keys.tokens.revoke(id)?;
            self.replace(&self.names.keys, &state, &keys).await?;
            self.mirror().await
        })
        .await
    }

    /// Makes an operator key. Its text exists nowhere else: show it before anything else can fail, then let the
    /// edge follow with [`KeyChain::mirror`].
    pub async fn new_operator(
        &self,
        name: &str,
        scopes: &[OperatorScope],
    ) -> Result<(OperatorEntry, NewOperatorKey), Error> {
        if name == DEPLOYER {
            return Err(Error::ReservedName);
        }
        self.edge_follows().await?;
        self.locked(self.new_operator_alone(name, scopes)).await
    }

    async fn new_operator_alone(
        &self,
        name: &str,
        scopes: &[OperatorScope],
    ) -> Result<(OperatorEntry, NewOperatorKey), Error> {
        let (clock, entropy) = (&self.run.ports.clock, &self.run.ports.entropy);
        let (state, mut operators) = self.stored::<OperatorKeys>(&self.names.operators).await?;
        let id = entropy.random();
        let (key, text) = OperatorKey::new(
            std::array::from_fn(|index| id[index]),
            entropy.random(),
            name,
            scopes.iter().copied(),
            clock.now(),
        )?;
        let entry = OperatorEntry {
            id: key.id().to_owned(),
            name: key.name().to_owned(),
            scopes: key.scopes().iter().copied().collect(),
            created: moment(key.created()),
            edge: false,
        };
        operators.add(key)?;
        self.replace(&self.names.operators, &state, &operators)
            .await?;
        Ok((entry, text))
    }

    /// Revokes an operator key, at the edge as well. One that is only left at the edge is revoked there.
    pub async fn revoke_operator(&self, id: &str) -> Result<Revoked, Error> {
        self.locked(self.revoke_operator_alone(id)).await
    }

    async fn revoke_operator_alone(&self, id: &str) -> Result<Revoked, Error> {
        let (state, mut operators) = self.stored::<OperatorKeys>(&self.names.operators).await?;
        let revoked = match operators.revoke(id) {
            Ok(key) if key.name() == DEPLOYER => {
                let tags = &self.environment.file.tags;
                renew_deployer_key(&self.run, &self.names, tags).await?;
                Revoked::Renewed
            }
            Ok(_) => {
                self.replace(&self.names.operators, &state, &operators)
                    .await?;
                Revoked::Gone
            }
            Err(OperatorError::Unknown)
                if self.at_edge().await?.contains_key(&format!("op.{id}")) =>
            {
                Revoked::Gone
            }
            Err(error) => return Err(error.into()),
        };
        self.mirror().await?;
        Ok(revoked)
    }

    /// Lets the edge hold what the documents say.
    pub async fn mirror(&self) -> Result<(), Error> {
        let _step = self.run.begin(Task::Step {
            name: Layer::Edge.name().to_owned(),
        });
        mirror(&self.run, &self.names, self.store()?).await?;
        Ok(())
    }

    /// As the only writer: a document that two change at once would lose what one of them did.
    async fn locked<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        self.store()?;
        lock::hold(&self.run, self.environment, work).await
    }

    /// Refuses to make a key that the edge could not be told of. A revocation is never refused so: the API heeds it at once.
    async fn edge_follows(&self) -> Result<(), Error> {
        let store = self.store()?;
        match look(&self.run, store).await? {
            Some(_) => Ok(()),
            None => Err(Error::StoreGone {
                store: store.to_owned(),
            }),
        }
    }

    fn store(&self) -> Result<&str, Error> {
        match &self.store {
            Ok(store) => Ok(store),
            Err(_) => Err(Error::MissingOutput {
                stack: self.environment.names().stack,
                output: Output::KeyValueStoreArn.name().to_owned(),
            }),
        }
    }

    /// What the edge holds; nothing without a store.
    async fn at_edge(&self) -> Result<BTreeMap<String, SecretString>, Error> {
        match &self.store {
            Ok(store) => Ok(self
                .run
                .ports
                .key_values
                .entries(store)
                .await?
                .unwrap_or_default()),
            Err(_) => Ok(BTreeMap::new()),
        }
    }

    async fn read<T: DeserializeOwned>(&self, secret: &str) -> Result<T, Error> {
        let stored = document(self.run.ports, secret).await?;
        stored.ok_or_else(|| Error::NoSecret {
            secret: secret.to_owned(),
        })
    }

    async fn stored<T: DeserializeOwned>(&self, secret: &str) -> Result<(SecretState, T), Error> {
        let (state, document) = futures::try_join!(
            async { Ok(self.run.ports.secrets.describe(secret).await?) },
            self.read(secret),
        )?;
        let state = state.ok_or_else(|| Error::NoSecret {
            secret: secret.to_owned(),
        })?;
        Ok((state, document))
    }

    async fn replace<T: Serialize>(
        &self,
        secret: &str,
        state: &SecretState,
        document: &T,
    ) -> Result<(), Error> {
        let keeper = Keeper {
            run: &self.run,
            tags: &self.environment.file.tags,
        };
        let subject = Subject {
            name: secret,
            description: "",
            state: Some(state),
        };
        keeper.keep(subject, &Document::of(document), []).await
    }
}

fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or_default()
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

/// When nothing that a key signed before it retired can be valid any more.
fn over(retired: Timestamp) -> Timestamp {
    let longest = i64::from(TOKEN_LIFE_SECONDS) + READER_CACHE_SECONDS;
    retired
        .saturating_add(SignedDuration::from_secs(longest))
        .unwrap_or(Timestamp::MAX)
}
