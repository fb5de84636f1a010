//! The operator key that the deployer itself uses, and its place among the operator keys.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use qdn_shared::operator::{OperatorKey, OperatorKeys, OperatorScope};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize, Serializer};

/// Name of the deployer's own operator key; no other key may take it.
pub const DEPLOYER: &str = "deployer";
/// What it may be used for: seeding the maintenance data.
const SCOPE: OperatorScope = OperatorScope::Maintenance;
/// What ids are made of, in the order in which random bytes choose.
const ID_CHARACTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789";

/// The document of the secret `<stack>/deployer-key`.
#[derive(Clone, Deserialize)]
#[serde(from = "Stored")]
pub struct DeployerKey {
    key: SecretString,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    key: String,
}

impl From<Stored> for DeployerKey {
    fn from(stored: Stored) -> Self {
        Self {
            key: stored.key.into(),
        }
    }
}

impl DeployerKey {
    /// A new one.
    pub fn generate(random_id: [u8; 32], random_secret: [u8; 32]) -> Self {
        let (_, text) = operator_key(
            std::array::from_fn(|index| random_id[index]),
            random_secret,
            Timestamp::UNIX_EPOCH,
        );
        Self { key: text }
    }

    /// The credential, `<id>.<secret>`, as it is sent to the API.
    pub fn credential(&self) -> &SecretString {
        &self.key
    }

    /// Its id, which is no secret; none when the stored text has another form.
    pub fn id(&self) -> Option<&str> {
        let (id, _) = self.key.expose_secret().split_once('.')?;
        self.parts().map(|_| id)
    }

    /// The entry among the operator keys that this key proves; none when the stored text has another form.
    pub fn operator_key(&self, now: Timestamp) -> Option<OperatorKey> {
        let (id, secret) = self.parts()?;
        Some(operator_key(id, *secret, now).0)
    }

    /// The random bytes that the text is made of.
    fn parts(&self) -> Option<([u8; 8], Zeroizing<[u8; 32]>)> {
        let (id, secret) = self.key.expose_secret().split_once('.')?;
        let places: Option<Vec<u8>> = id
            .chars()
            .map(|character| u8::try_from(ID_CHARACTERS.find(character)?).ok())
            .collect();
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(secret).ok()?);
        let secret = <[u8; 32]>::try_from(bytes.as_slice()).ok()?;
        Some((places?.try_into().ok()?, Zeroizing::new(secret)))
    }
}

fn operator_key(
    random_id: [u8; 8],
    random_secret: [u8; 32],
    now: Timestamp,
) -> (OperatorKey, SecretString) {
    let (key, text) = OperatorKey::new(random_id, random_secret, DEPLOYER, [SCOPE], now)
        .expect("name and scope are constants of the right form");
    (key, text.reveal())
}

impl fmt::Debug for DeployerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeployerKey(redacted)")
    }
}

impl Serialize for DeployerKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let mut document = serializer.serialize_struct("DeployerKey", 1)?;
        document.serialize_field("key", self.key.expose_secret())?;
        document.end()
    }
}

/// The operator keys with this deployer's key in place of any older one; none when they hold it already.
pub fn with_deployer(
    operators: &OperatorKeys,
    deployer: &DeployerKey,
    now: Timestamp,
) -> Option<OperatorKeys> {
    let credential = deployer.credential().expose_secret();
    if operators.verify(credential).is_some() {
        return None;
    }
    let key = deployer.operator_key(now)?;
    let mut renewed = OperatorKeys::default();
    let others = operators.keys().iter();
    let others = others.filter(|other| other.name() != DEPLOYER && other.id() != key.id());
    for key in others.cloned().chain([key.clone()]) {
        renewed
            .add(key)
            .expect("ids of the others differ, and this one was left out");
    }
    Some(renewed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::samples::{at, operators};
    use crate::secrets::Document;

    fn deployer(random: u8) -> DeployerKey {
        DeployerKey::generate([random; 32], [random; 32])
    }

    #[test]
    fn the_document_is_as_agreed_and_read_back() {
        let key = deployer(10);
        let document = Document::of(&key);
        let text = document.text().expose_secret();
        assert_eq!(
            text,
            r#"{"key":"kkkkkkkk.CgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgo"}"#
        );
        let read: DeployerKey = crate::keys::read(document.text()).expect("a document");
        assert_eq!(
            read.credential().expose_secret(),
            key.credential().expose_secret()
        );
        assert_eq!(read.id(), Some("kkkkkkkk"));
        assert_eq!(format!("{read:?}"), "DeployerKey(redacted)");
    }

    #[test]
    fn its_entry_follows_from_the_stored_text_alone() {
        let stored = Document::of(&deployer(200));
        let read: DeployerKey = crate::keys::read(stored.text()).expect("a document");
        let renewed = with_deployer(&operators(), &read, at(5)).expect("it is not there yet");
        assert_eq!(renewed.keys().len(), operators().keys().len() + 1);
        let entry = renewed
            .verify(read.credential().expose_secret())
            .expect("it proves itself");
        assert_eq!((entry.name(), entry.created()), (DEPLOYER, 5));
        assert!(entry.may(OperatorScope::Maintenance) && !entry.may(OperatorScope::Jobs));
        assert!(with_deployer(&renewed, &read, at(6)).is_none());
    }

    #[test]
    fn a_new_deployer_key_takes_the_old_ones_place() {
        let first = with_deployer(&operators(), &deployer(4), at(5)).expect("new");
        let second = with_deployer(&first, &deployer(5), at(6)).expect("new");
        assert_eq!(second.keys().len(), first.keys().len());
        let credential = deployer(4);
        assert!(
            second
                .verify(credential.credential().expose_secret())
                .is_none()
        );
    }

    #[test]
    fn a_stored_text_of_another_form_is_no_key() {
        for text in [
            "",
            "kkkkkkkk",
            "kkkkkkkk.short",
            "KKKKKKKK.CgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgo",
        ] {
            let key: DeployerKey =
                serde_json::from_value(serde_json::json!({"key": text})).expect("a document");
            assert_eq!(key.id(), None, "{text}");
            assert!(with_deployer(&operators(), &key, at(5)).is_none());
        }
    }
}
