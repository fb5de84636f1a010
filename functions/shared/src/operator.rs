//! Operator keys: who may call the API, and for what. A key is `<id>.<secret>`; only the SHA-256 of the secret
//! is kept. Storing the list, and telling the edge about it, belongs to the deployer.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq as _;

const ID_CHARACTERS: usize = 8;
const SECRET_CHARACTERS: usize = 43;
const MAX_NAME: usize = 40;

/// What an operator key may be used for. Declared in the order of their names, so sets of them are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OperatorScope {
    /// Everything that the others allow.
    Admin,
    /// Jobs: create, list, move on, charge, new links.
    Jobs,
    /// Maintenance data.
    Maintenance,
    /// Messages of jobs.
    Messages,
}

impl OperatorScope {
    /// All scopes, sorted by name.
    pub const ALL: &[OperatorScope] = &[
        OperatorScope::Admin,
        OperatorScope::Jobs,
        OperatorScope::Maintenance,
        OperatorScope::Messages,
    ];

    /// The name in documents, at the edge and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            OperatorScope::Admin => "admin",
            OperatorScope::Jobs => "jobs",
            OperatorScope::Maintenance => "maintenance",
            OperatorScope::Messages => "messages",
        }
    }
}

impl fmt::Display for OperatorScope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl std::str::FromStr for OperatorScope {
    type Err = OperatorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        OperatorScope::ALL
            .iter()
            .copied()
            .find(|scope| scope.as_str() == text)
            .ok_or(OperatorError::Scope)
    }
}

/// What is kept of an operator key. Invariants, checked when it is made or read: the forms of id, name and
/// hash, and at least one scope.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "OperatorKeyDocument")]
pub struct OperatorKey {
    id: String,
    name: String,
    scopes: BTreeSet<OperatorScope>,
    sha256: String,
    created: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OperatorKeyDocument {
    id: String,
    name: String,
    scopes: BTreeSet<OperatorScope>,
    sha256: String,
    created: i64,
}

/// A new key's text, `<id>.<secret>`. It cannot be printed, and is shown once: nobody keeps it.
pub struct NewOperatorKey(SecretString);

/// Why there is no such key, or why it was not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OperatorError {
    /// The name has another form.
    #[error("not an operator key's name, expected 1 to 40 of a-z, 0-9 and `-`")]
    Name,
    /// It would be good for nothing.
    #[error("an operator key needs at least one scope: jobs, messages, maintenance, admin")]
    NoScope,
    /// No scope has this name.
    #[error("not a scope, expected one of: jobs, messages, maintenance, admin")]
    Scope,
    /// The id has another form.
    #[error("not an operator key's id, expected 8 of a-z and 0-9")]
    Id,
    /// The hash has another form.
    #[error("not the hash of an operator key, expected 64 lowercase hexadecimal digits")]
    Hash,
    /// The id is taken.
    #[error("an operator key with this id exists already: make the key again")]
    Repeated,
    /// No key has this id.
    #[error("no operator key has this id")]
    Unknown,
}

impl OperatorKey {
    /// A new key of random bytes: what is kept, and the text for its owner.
    pub fn new(
        random_id: [u8; 8],
        random_secret: [u8; 32],
        name: &str,
        scopes: impl IntoIterator<Item = OperatorScope>,
        now: Timestamp,
    ) -> Result<(Self, NewOperatorKey), OperatorError> {
        let id: String = random_id.iter().copied().map(id_character).collect();
        let random_secret = Zeroizing::new(random_secret);
        let secret = Zeroizing::new(URL_SAFE_NO_PAD.encode(random_secret));
        let key = OperatorKey::try_from(OperatorKeyDocument {
            sha256: hash(&secret),
            name: name.to_owned(),
            scopes: scopes.into_iter().collect(),
            created: now.as_second(),
            id,
        })?;
        let text = SecretString::from(format!("{}.{}", key.id, secret.as_str()));
        Ok((key, NewOperatorKey(text)))
    }

    /// 8 characters `a-z0-9`; not secret.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it was made for, sorted by name.
    pub const fn scopes(&self) -> &BTreeSet<OperatorScope> {
        &self.scopes
    }

    /// When it was made, in seconds since 1970.
    pub const fn created(&self) -> i64 {
        self.created
    }

    /// Whether it may be used for this. [`OperatorScope::Admin`] allows everything.
    pub fn may(&self, scope: OperatorScope) -> bool {
        self.scopes.contains(&OperatorScope::Admin) || self.scopes.contains(&scope)
    }

    /// The entry in the edge's key value store: `op.<id>`, and `<sha256 hex> <scopes>`, the scopes sorted and
    /// separated by commas. Those that `admin` allows are written out: the edge has only to look for one name.
    pub fn edge_entry(&self) -> (String, String) {
        let allowed = OperatorScope::ALL.iter().filter(|scope| self.may(**scope));
        let scopes: Vec<_> = allowed.map(|scope| scope.as_str()).collect();
        let value = format!("{} {}", self.sha256, scopes.join(","));
        (format!("op.{}", self.id), value)
    }
}

impl TryFrom<OperatorKeyDocument> for OperatorKey {
    type Error = OperatorError;

    fn try_from(document: OperatorKeyDocument) -> Result<Self, Self::Error> {
        let OperatorKeyDocument {
            id,
            name,
            scopes,
            sha256,
            created,
        } = document;
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        if id.len() != ID_CHARACTERS || !id.bytes().all(plain) {
            return Err(OperatorError::Id);
        }
        let in_name = |byte: u8| plain(byte) || byte == b'-';
        if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(in_name) {
            return Err(OperatorError::Name);
        }
        if scopes.is_empty() {
            return Err(OperatorError::NoScope);
        }
        let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if sha256.len() != 64 || !sha256.bytes().all(digit) {
            return Err(OperatorError::Hash);
        }
        Ok(OperatorKey {
            id,
            name,
            scopes,
            sha256,
            created,
        })
    }
}

impl fmt::Debug for OperatorKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OperatorKey")
            .field("id", &self.id)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

impl NewOperatorKey {
    /// The text, given away for good: for the person who asked for the key, or for the secret that keeps it.
    pub fn reveal(self) -> SecretString {
        self.0
    }
}

impl fmt::Debug for NewOperatorKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("NewOperatorKey(redacted)")
    }
}

/// The document of the secret `<stack>/operators`. Invariant: ids differ. Names may repeat: a key and the one
/// that follows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "OperatorKeysDocument")]
pub struct OperatorKeys {
    keys: Vec<OperatorKey>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OperatorKeysDocument {
    keys: Vec<OperatorKey>,
}

impl TryFrom<OperatorKeysDocument> for OperatorKeys {
    type Error = OperatorError;

    fn try_from(document: OperatorKeysDocument) -> Result<Self, Self::Error> {
        let mut keys = OperatorKeys::default();
        document
            .keys
            .into_iter()
            .try_for_each(|key| keys.add(key))?;
        Ok(keys)
    }
}

impl OperatorKeys {
    /// All keys, in the order in which they came.
    pub fn keys(&self) -> &[OperatorKey] {
        &self.keys
    }

    /// The key that a credential (`<id>.<secret>`, what stands behind `Bearer `) proves. An unknown id takes as
    /// long as a wrong secret: every key is compared, and each in constant time.
    pub fn verify(&self, bearer: &str) -> Option<&OperatorKey> {
        let (id, secret) = bearer.split_once('.')?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if id.len() != ID_CHARACTERS
            || secret.len() != SECRET_CHARACTERS
            || !secret.bytes().all(plain)
        {
            return None;
        }
        let sha256 = hash(secret);
        self.keys.iter().fold(None, |found, key| {
            let same = key.id.as_bytes().ct_eq(id.as_bytes())
                & key.sha256.as_bytes().ct_eq(sha256.as_bytes());
            if same.into() { Some(key) } else { found }
        })
    }

    /// Takes a key in.
    pub fn add(&mut self, key: OperatorKey) -> Result<(), OperatorError> {
        if self.keys.iter().any(|other| other.id == key.id) {
            return Err(OperatorError::Repeated);
        }
        self.keys.push(key);
        Ok(())
    }

    /// Takes a key out; returns it, for what is to be removed at the edge.
    pub fn revoke(&mut self, id: &str) -> Result<OperatorKey, OperatorError> {
        let place = self.keys.iter().position(|key| key.id == id);
        place
            .map(|place| self.keys.remove(place))
            .ok_or(OperatorError::Unknown)
    }
}

/// An id is no secret and has only to be rare, so it does not matter that 256 is no multiple of 36.
fn id_character(random: u8) -> char {
    const CHARACTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    CHARACTERS[usize::from(random) % CHARACTERS.len()].into()
}

fn hash(secret: &str) -> String {
    let mut digits = String::with_capacity(64);
    for byte in Sha256::digest(secret) {
        write!(digits, "{byte:02x}").expect("writing to a String cannot fail");
    }
    digits
}
