//! How one secret is stored. Every write can be repeated: a version's id tells what it holds and is written with
//! it (see [`version_id`]), so a run that ended between a version and its tags leaves no doubt.

use std::collections::BTreeMap;

use super::error::Error;
use super::event::{SecretChange, What};
use super::run::Run;
use crate::plan::secrets::{FINGERPRINT_TAG, holds, version_id};
use crate::ports::{NewSecret, SecretState};
use crate::secrets::Document;

/// Stores secrets with an environment's tags.
pub struct Keeper<'a> {
    /// The run.
    pub run: &'a Run<'a>,
    /// Tags that every secret carries.
    pub tags: &'a BTreeMap<String, String>,
}

/// Which secret is stored.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it is for, in words; told when it is made.
    pub description: &'static str,
    /// How it stands, with the deletion taken back that may have been scheduled.
    pub state: Option<&'a SecretState>,
}

impl Keeper<'_> {
    /// Makes `document` the current version of a secret, whether it exists or not, and tags it.
    pub async fn keep(
        &self,
        subject: Subject<'_>,
        document: &Document,
        more_tags: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), Error> {
        self.run.go_on()?;
        let (secrets, name) = (&self.run.ports.secrets, subject.name);
        let fingerprint = document.fingerprint();
        let mut tags = self.tags.clone();
        tags.insert(FINGERPRINT_TAG.to_owned(), fingerprint.to_owned());
        tags.extend(more_tags);
        let Some(state) = subject.state else {
            let secret = NewSecret {
                name: name.to_owned(),
                description: subject.description,
                text: document.text().clone(),
                token: version_id(fingerprint, None),
                tags,
            };
            secrets.create(&secret).await?;
            self.tell(name, SecretChange::Created);
            return Ok(());
        };
        if !holds(state, fingerprint) {
            let id = version_id(fingerprint, state.current.as_deref());
            secrets.put(name, &id, document.text()).await?;
            self.tell(name, SecretChange::NewVersion);
        }
        let differs = |(key, value): (&String, &String)| state.tags.get(key) != Some(value);
        if tags.iter().any(differs) {
            secrets.tag(name, &tags).await?;
            self.tell(name, SecretChange::Tagged);
        }
        Ok(())
    }

    /// Takes the deletion of a secret back, if it is scheduled for one; how it stands then.
    pub async fn restore(
        &self,
        name: &str,
        state: Option<&SecretState>,
    ) -> Result<Option<SecretState>, Error> {
        let Some(state) = state else {
            return Ok(None);
        };
        if state.scheduled_for_deletion {
            self.run.ports.secrets.restore(name).await?;
            self.tell(name, SecretChange::Restored);
        }
        Ok(Some(SecretState {
            scheduled_for_deletion: false,
            ..state.clone()
        }))
    }

    fn tell(&self, secret: &str, change: SecretChange) {
        self.run.emit(What::Secret {
            secret: secret.to_owned(),
            change,
        });
    }
}
