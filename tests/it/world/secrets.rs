//! Secrets Manager and the edge's key value store in memory: as strict about versions as they are.

use std::collections::BTreeMap;

use async_trait::async_trait;
use qdn_infra::ports::{
    CloudError, Deletion, Entropy, ErrorKind, KeyValues, NewSecret, Result, SecretState, Secrets,
    Service, StoreState, StoreStatus, StoreUpdate,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::World;

/// ARN of the store that the main stack makes.
pub const STORE: &str = "arn:aws:cloudfront::000000000000:key-value-store/edge-keys";

/// A secret with all its versions, in the order in which they became current.
#[derive(Debug, Clone)]
pub struct FakeSecret {
    versions: Vec<(String, SecretString)>,
    tags: BTreeMap<String, String>,
    scheduled: bool,
}

/// The store.
#[derive(Debug, Default, Clone)]
pub struct FakeStore {
    pub(super) entries: BTreeMap<String, SecretString>,
    version: usize,
    changed_at: Option<jiff::Timestamp>,
    /// How often it still says that it is not ready.
    pub pending: usize,
    /// How often somebody else is quicker.
    pub races: usize,
    /// Operations that do not get through, and how.
    pub refused: Vec<(&'static str, ErrorKind)>,
    /// Whether somebody has deleted it.
    pub gone: bool,
}

impl FakeStore {
    /// Names of its entries.
    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.entries.keys()
    }
}

fn refusal(kind: ErrorKind, operation: &'static str, subject: &str, message: &str) -> CloudError {
    CloudError {
        service: Service::SecretsManager,
        operation,
        subject: subject.to_owned(),
        kind,
        message: message.to_owned(),
    }
}

#[async_trait]
impl Secrets for World {
    async fn describe(&self, secret: &str) -> Result<Option<SecretState>> {
        self.read(Service::SecretsManager, "DescribeSecret", secret)?;
        let state = self.state.lock().unwrap();
        Ok(state.secrets.get(secret).map(|found| {
            let mut ids = found.versions.iter().rev().map(|(id, _)| id.clone());
            SecretState {
                tags: found.tags.clone(),
                current: ids.next(),
                previous: ids.next(),
                scheduled_for_deletion: found.scheduled,
            }
        }))
    }

    async fn value(&self, secret: &str) -> Result<Option<SecretString>> {
        self.read(Service::SecretsManager, "GetSecretValue", secret)?;
        Ok(self.stored(secret))
    }

    async fn create(&self, secret: &NewSecret) -> Result<()> {
        self.write(Service::SecretsManager, "CreateSecret", &secret.name)?;
        assert!((32..=64).contains(&secret.token.len()), "{}", secret.token);
        assert!(!secret.description.is_empty());
        let mut state = self.state.lock().unwrap();
        if state.secrets.contains_key(&secret.name) {
            let name = &secret.name;
            return Err(refusal(
                ErrorKind::Conflict,
                "CreateSecret",
                name,
                "it exists",
            ));
        }
        let stored = FakeSecret {
            versions: vec![(secret.token.clone(), secret.text.clone())],
            tags: secret.tags.clone(),
            scheduled: false,
        };
        state.secrets.insert(secret.name.clone(), stored);
        Ok(())
    }

    async fn put(&self, secret: &str, token: &str, text: &SecretString) -> Result<()> {
        self.write(Service::SecretsManager, "PutSecretValue", secret)?;
        let mut state = self.state.lock().unwrap();
        let found = state.secrets.get_mut(secret).expect("the secret exists");
        assert!(!found.scheduled, "{secret} is scheduled for deletion");
        match found.versions.iter().find(|(id, _)| id == token) {
            // Secrets Manager does nothing then, whichever version is current.
            Some((_, stored)) => assert_eq!(
                stored.expose_secret(),
                text.expose_secret(),
                "a version cannot be changed"
            ),
            None => found.versions.push((token.to_owned(), text.clone())),
        }
        Ok(())
    }

    async fn tag(&self, secret: &str, tags: &BTreeMap<String, String>) -> Result<()> {
        self.write(Service::SecretsManager, "TagResource", secret)?;
        let mut state = self.state.lock().unwrap();
        let found = state.secrets.get_mut(secret).expect("the secret exists");
        found.tags.extend(tags.clone());
        Ok(())
    }

    async fn restore(&self, secret: &str) -> Result<()> {
        self.write(Service::SecretsManager, "RestoreSecret", secret)?;
        let mut state = self.state.lock().unwrap();
        let found = state.secrets.get_mut(secret).expect("the secret exists");
        found.scheduled = false;
        Ok(())
    }

    async fn delete(&self, secret: &str, when: Deletion) -> Result<()> {
        self.write(Service::SecretsManager, "DeleteSecret", secret)?;
        let mut state = self.state.lock().unwrap();
        match when {
            Deletion::Now => {
                state.secrets.remove(secret);
            }
            Deletion::AfterDays(days) => {
                assert!((7..=30).contains(&days));
                if let Some(found) = state.secrets.get_mut(secret) {
                    found.scheduled = true;
                }
            }
        }
        Ok(())
    }
}

#[async_trait]
impl KeyValues for World {
    async fn describe(&self, store: &str) -> Result<Option<StoreState>> {
        self.read(Service::KeyValueStore, "DescribeKeyValueStore", store)?;
        self.lets_through("DescribeKeyValueStore", store)?;
        assert_eq!(store, STORE);
        if self.main_template().is_none() || self.state.lock().unwrap().store.gone {
            return Ok(None);
        }
        let mut state = self.state.lock().unwrap();
        let status = if state.store.pending > 0 {
            state.store.pending -= 1;
            StoreStatus::Pending
        } else {
            StoreStatus::Ready
        };
        Ok(Some(StoreState {
            version: state.store.version.to_string(),
            status,
            changed_at: state.store.changed_at,
        }))
    }

    async fn entries(&self, store: &str) -> Result<Option<BTreeMap<String, SecretString>>> {
        self.read(Service::KeyValueStore, "ListKeys", store)?;
        self.lets_through("ListKeys", store)?;
        let there = self.main_template().is_some();
        let state = self.state.lock().unwrap();
        Ok((there && !state.store.gone).then(|| state.store.entries.clone()))
    }

    async fn update(&self, store: &str, version: &str, update: &StoreUpdate) -> Result<String> {
        self.write(Service::KeyValueStore, "UpdateKeys", store)?;
        self.lets_through("UpdateKeys", store)?;
        let size = update.puts.len() + update.removals.len();
        assert!((1..=50).contains(&size), "{size} entries at once");
        let now = self.now_inside();
        let mut state = self.state.lock().unwrap();
        let found = &mut state.store;
        assert_eq!(found.pending, 0, "the store is not ready");
        if found.races > 0 {
            found.races -= 1;
            found.version += 1;
        }
        if version != found.version.to_string() {
            return Err(refusal(
                ErrorKind::Conflict,
                "UpdateKeys",
                store,
                "another version",
            ));
        }
        for (key, value) in &update.puts {
            found.entries.insert(key.clone(), value.clone());
        }
        for key in &update.removals {
            found.entries.remove(key);
        }
        found.version += 1;
        found.changed_at = Some(now);
        Ok(found.version.to_string())
    }
}

impl Entropy for World {
    /// Differs from call to call, and is the same in every run of a test.
    fn random(&self) -> [u8; 32] {
        Sha256::digest(self.fresh("random")).into()
    }
}

impl World {
    /// Whether a call reaches the store.
    fn lets_through(&self, operation: &'static str, store: &str) -> Result<()> {
        let state = self.state.lock().unwrap();
        let mut refused = state.store.refused.iter();
        refused
            .find(|(name, _)| *name == operation)
            .map_or(Ok(()), |(_, kind)| {
                let service = Service::KeyValueStore;
                let error = refusal(*kind, operation, store, "out of reach");
                Err(CloudError { service, ..error })
            })
    }

    pub(super) fn stored(&self, secret: &str) -> Option<SecretString> {
        let state = self.state.lock().unwrap();
        let found = state.secrets.get(secret).filter(|found| !found.scheduled)?;
        found.versions.last().map(|(_, text)| text.clone())
    }

    /// What a secret holds.
    pub fn secret(&self, name: &str) -> Option<Value> {
        let text = self.stored(name)?;
        Some(serde_json::from_str(text.expose_secret()).unwrap())
    }

    /// How many versions a secret has had.
    pub fn versions(&self, name: &str) -> usize {
        self.state.lock().unwrap().secrets[name].versions.len()
    }

    /// Tags of a secret.
    pub fn tags(&self, name: &str) -> BTreeMap<String, String> {
        self.state.lock().unwrap().secrets[name].tags.clone()
    }

    /// Whether a secret is scheduled for deletion.
    pub fn is_scheduled(&self, name: &str) -> bool {
        let state = self.state.lock().unwrap();
        state.secrets.get(name).is_some_and(|found| found.scheduled)
    }

    /// Lets somebody put a version by hand.
    pub fn put_by_hand(&self, name: &str, text: &str) {
        let mut state = self.state.lock().unwrap();
        let found = state.secrets.get_mut(name).unwrap();
        let id = "5c4ae2cb-8d1c-4b3c-9d3e-2f6f0a6e7c11".to_owned();
        found.versions.push((id, text.into()));
    }

    /// Removes a secret behind everybody's back.
    pub fn lose_secret(&self, name: &str) {
        let lost = self.state.lock().unwrap().secrets.remove(name);
        assert!(lost.is_some(), "there was no {name} to lose");
    }

    /// What the edge holds.
    pub fn edge(&self) -> BTreeMap<String, String> {
        let state = self.state.lock().unwrap();
        let entries = state.store.entries.iter();
        entries
            .map(|(key, value)| (key.clone(), value.expose_secret().to_owned()))
            .collect()
    }

    /// Removes an entry from the edge behind everybody's back.
    pub fn lose_at_edge(&self, key: &str) {
        let lost = self.state.lock().unwrap().store.entries.remove(key);
        assert!(lost.is_some(), "there was no {key} to lose");
    }

    /// Puts an entry at the edge behind everybody's back.
    pub fn put_at_edge(&self, key: &str, value: &str) {
        let mut state = self.state.lock().unwrap();
        state.store.entries.insert(key.to_owned(), value.into());
        state.store.version += 1;
    }

    /// Changes how the store behaves.
    pub fn store(&self, change: impl FnOnce(&mut FakeStore)) {
        change(&mut self.state.lock().unwrap().store);
    }

    /// The secrets without what is random: names, and names of tags.
    pub(super) fn secrets_without_values(&self) -> BTreeMap<String, Value> {
        let state = self.state.lock().unwrap();
        let secrets = state.secrets.iter().filter(|(_, found)| !found.scheduled);
        secrets
            .map(|(name, found)| {
                let tags: Vec<&String> = found.tags.keys().collect();
                (name.clone(), json!(tags))
            })
            .collect()
    }
}
