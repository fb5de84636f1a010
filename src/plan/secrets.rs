//! What has to be done so that Secrets Manager holds what it should. Pure, and blind: secrets are compared by
//! fingerprints and ids in their tags, so a plan holds no value.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    Action, Difference, Layer, LayerPlan, PropertyChange, Reason, SecretStanding, Step, Target,
};
use crate::ports::SecretState;

/// Tag that holds the fingerprint of the stored document.
pub const FINGERPRINT_TAG: &str = "qdn:fingerprint";
/// Tag of the deployer's own key that holds its id among the operator keys.
pub const KEY_ID_TAG: &str = "qdn:key-id";

/// Names of an environment's secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretNames {
    /// The carrier's credentials and the internal lines.
    pub carrier: String,
    /// Signing keys of job tokens and callback addresses.
    pub keys: String,
    /// What the deployer itself shows to the API.
    pub deployer_key: String,
    /// What operator keys are checked against.
    pub operators: String,
}

impl SecretNames {
    /// Every name, in the order in which they are written: whoever proves itself with the deployer's key must
    /// find it stored.
    pub fn all(&self) -> [&str; 4] {
        [
            &self.carrier,
            &self.keys,
            &self.deployer_key,
            &self.operators,
        ]
    }
}

/// Digits of a fingerprint in a version's id.
const FINGERPRINT_DIGITS: usize = 48;
/// Digits of a version's id: the most that Secrets Manager takes.
const ID_DIGITS: usize = 64;

/// The id of the version that holds the document with this fingerprint and follows another version. A request
/// that is repeated is one version. And a document that comes back after another one is a version of its own:
/// Secrets Manager ignores a request with an id that it knows, and the other one would stay current.
pub fn version_id(fingerprint: &str, follows: Option<&str>) -> String {
    let place = format!("{:x}", Sha256::digest(follows.unwrap_or_default()));
    let place = &place[..ID_DIGITS - FINGERPRINT_DIGITS];
    format!("{}{place}", &fingerprint[..FINGERPRINT_DIGITS])
}

/// Whether the current version holds the document with this fingerprint. Its id tells, or, for the first version
/// of a secret, the tag. A later version with another kind of id was put by somebody else.
pub fn holds(state: &SecretState, fingerprint: &str) -> bool {
    let current = state.current.as_deref().unwrap_or_default();
    let is_ours =
        current.len() == ID_DIGITS && current.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_ours {
        current.starts_with(&fingerprint[..FINGERPRINT_DIGITS])
    } else {
        let tagged = state.tags.get(FINGERPRINT_TAG).map(String::as_str);
        state.previous.is_none() && tagged == Some(fingerprint)
    }
}

/// The id of the deployer's own key, when it is told. An empty one means that the key is being changed.
pub fn key_id(deployer_key: &SecretState) -> Option<&str> {
    let id = deployer_key.tags.get(KEY_ID_TAG)?;
    (!id.is_empty()).then_some(id)
}

/// What is there, as far as it may be seen.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The carrier's credentials.
    pub carrier: Option<&'a SecretState>,
    /// Signing keys.
    pub keys: Option<&'a SecretState>,
    /// The deployer's own key.
    pub deployer_key: Option<&'a SecretState>,
    /// Operator keys.
    pub operators: Option<&'a SecretState>,
    /// Ids of the operator keys.
    pub operator_ids: &'a BTreeSet<String>,
}

/// Compares the secrets with what they should be: the carrier's by `fingerprint`; the others are made once and
/// then only have to be there, with the deployer's key among the operator keys. All carry these `tags`.
pub fn compare(
    names: &SecretNames,
    fingerprint: &str,
    tags: &BTreeMap<String, String>,
    seen: Seen<'_>,
) -> LayerPlan {
    let deployer_id = seen.deployer_key.and_then(key_id);
    let knows_deployer = deployer_id.is_some_and(|id| seen.operator_ids.contains(id));
    let verdicts = [
        (
            &names.carrier,
            seen.carrier,
            seen.carrier.and_then(|state| {
                let tagged = state.tags.get(FINGERPRINT_TAG).map(String::as_str);
                if holds(state, fingerprint) {
                    (tagged != Some(fingerprint)).then_some(Reason::Declaration)
                } else {
                    Some(Reason::Content)
                }
            }),
        ),
        (&names.keys, seen.keys, None),
        (
            &names.deployer_key,
            seen.deployer_key,
            deployer_id.is_none().then_some(Reason::Declaration),
        ),
        (
            &names.operators,
            seen.operators,
            (!knows_deployer).then_some(Reason::Dependency),
        ),
    ];
    let mut layer = LayerPlan::unchanged(Layer::Secrets);
    for (name, state, otherwise) in verdicts {
        let (standing, step) = match state {
            None => (Difference::Missing, Some((Action::Create, Reason::New))),
            Some(state) if state.scheduled_for_deletion => (
                Difference::Missing,
                Some((Action::Create, Reason::ScheduledForDeletion)),
            ),
            Some(state) => {
                let tagged = otherwise.or_else(|| {
                    (!tag_changes(state, tags).is_empty()).then_some(Reason::Declaration)
                });
                match tagged {
                    Some(reason) => (Difference::Changed, Some((Action::Update, reason))),
                    None => (Difference::Unchanged, None),
                }
            }
        };
        layer.secrets.push(SecretStanding {
            name: name.clone(),
            standing,
        });
        layer.steps.extend(step.map(|(action, reason)| {
            Step {
                action,
                reason,
                target: Target::Secret {
                    name: name.clone(),
                    changes: state
                        .map(|state| tag_changes(state, tags))
                        .unwrap_or_default(),
                },
            }
        }));
    }
    layer
}

/// Which of the declared tags a secret lacks or has otherwise. Tags that nobody declares stay.
fn tag_changes(state: &SecretState, tags: &BTreeMap<String, String>) -> Vec<PropertyChange> {
    let different = tags
        .iter()
        .filter(|(key, value)| state.tags.get(*key) != Some(value));
    different
        .map(|(key, value)| PropertyChange {
            path: format!("Tags.{key}"),
            before: state.tags.get(key).map(|old| Value::from(old.as_str())),
            after: Some(Value::from(value.as_str())),
        })
        .collect()
}

#[cfg(test)]
#[path = "secrets_tests.rs"]
mod tests;
