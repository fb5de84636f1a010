//! The carrier's credentials and the internal lines: the document of the secret `<stack>/carrier`, and the
//! forms of its values. Where they come from (the secrets file) and go to (Secrets Manager) the deployer knows.

mod sender;
#[cfg(test)]
mod tests;

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use serde::de::{IgnoredAny, IntoDeserializer as _};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::phone::PhoneNumber;

pub use sender::{Sender, Sid};

/// The account's SID: `AC` and 32 hexadecimal digits.
pub const ACCOUNT_SID: &str = "TWILIO_ACCOUNT_SID";
/// The API key's SID: `SK` and 32 hexadecimal digits.
pub const API_KEY_SID: &str = "TWILIO_API_KEY_SID";
/// The API key's secret.
pub const API_KEY_SECRET: &str = "TWILIO_API_KEY_SECRET";
/// Who sends: a phone number or a messaging service.
pub const FROM: &str = "TWILIO_FROM";
/// The internal line that is asked first.
pub const CONTACT_PRIMARY: &str = "QDN_CONTACT_PRIMARY";
/// The internal line that is asked second.
pub const CONTACT_MAIN: &str = "QDN_CONTACT_MAIN";
/// The internal line that is asked last.
pub const CONTACT_BACKUP: &str = "QDN_CONTACT_BACKUP";

/// Every name of the document, sorted. In the secrets file they are called the same.
pub const NAMES: [&str; 7] = [
    CONTACT_BACKUP,
    CONTACT_MAIN,
    CONTACT_PRIMARY,
    ACCOUNT_SID,
    API_KEY_SECRET,
    API_KEY_SID,
    FROM,
];

/// An internal line, in the order in which a cascade asks them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Line {
    /// Asked first.
    Primary,
    /// Asked second.
    Main,
    /// Asked last.
    Backup,
}

impl Line {
    /// All lines, in the order of a cascade.
    pub const ALL: &[Line] = &[Line::Primary, Line::Main, Line::Backup];

    /// The name of the line's number in the document.
    pub const fn variable(self) -> &'static str {
        match self {
            Line::Primary => CONTACT_PRIMARY,
            Line::Main => CONTACT_MAIN,
            Line::Backup => CONTACT_BACKUP,
        }
    }
}

/// What the relay needs to send, and whom it asks when something needs a person. Cannot be printed.
#[derive(Clone)]
pub struct CarrierCredentials {
    account_sid: Sid,
    api_key_sid: Sid,
    api_key_secret: SecretString,
    from: Sender,
    contacts: [PhoneNumber; 3],
}

/// A value that is missing or of another form. Names it and what is expected, never what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{variable}` {problem}")]
pub struct CredentialFault {
    /// The name of the value.
    pub variable: &'static str,
    /// What is wrong with it.
    pub problem: CredentialProblem,
}

/// What is wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialProblem {
    /// Absent, or empty.
    #[error("is missing or empty")]
    Missing,
    /// Somebody copied what a page shows.
    #[error("holds `****` where a page hides the value: copy the value itself")]
    Masked,
    /// Another form.
    #[error("has another form, expected {expected}")]
    Form {
        /// The form.
        expected: &'static str,
    },
}

/// Everything that is wrong with a set of values, sorted by name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct CredentialFaults(pub Vec<CredentialFault>);

const PHONE: CredentialProblem = CredentialProblem::Form {
    expected: "a phone number in international form, like `+14155552671`",
};
const SECRET: CredentialProblem = CredentialProblem::Form {
    expected: "printable ASCII without spaces, at most 256 characters",
};
const MAX_SECRET: usize = 256;

impl CarrierCredentials {
    /// Checks the values that `value_of` gives for [`NAMES`]; every fault is listed.
    pub fn from_values<'a>(
        value_of: impl Fn(&'static str) -> Option<&'a str>,
    ) -> Result<Self, CredentialFaults> {
        Self::read(value_of, |text| PhoneNumber::parse(text).ok())
    }

    fn read<'a>(
        value_of: impl Fn(&'static str) -> Option<&'a str>,
        phone: impl Fn(&str) -> Option<PhoneNumber>,
    ) -> Result<Self, CredentialFaults> {
        let mut faults = Vec::new();
        let account_sid = take(&value_of, ACCOUNT_SID, Sid::account, &mut faults);
        let api_key_sid = take(&value_of, API_KEY_SID, Sid::api_key, &mut faults);
        let api_key_secret = take(&value_of, API_KEY_SECRET, secret, &mut faults);
        let from = take(
            &value_of,
            FROM,
            |text| Sender::read(text, &phone),
            &mut faults,
        );
        let contact = |text: &str| phone(text).ok_or(PHONE);
        let [primary, main, backup] = [Line::Primary, Line::Main, Line::Backup]
            .map(|line| take(&value_of, line.variable(), contact, &mut faults));
        let complete = || {
            Some(CarrierCredentials {
                account_sid: account_sid?,
                api_key_sid: api_key_sid?,
                api_key_secret: api_key_secret?,
                from: from?,
                contacts: [primary?, main?, backup?],
            })
        };
        complete().ok_or_else(|| {
            faults.sort_by_key(|fault| fault.variable);
            CredentialFaults(faults)
        })
    }

    /// The account, part of every address at the carrier.
    pub fn account_sid(&self) -> &str {
        self.account_sid.as_str()
    }

    /// User name of every request to the carrier.
    pub fn api_key_sid(&self) -> &str {
        self.api_key_sid.as_str()
    }

    /// Password of every request to the carrier.
    pub fn api_key_secret(&self) -> &str {
        self.api_key_secret.expose_secret()
    }

    /// Who sends.
    pub const fn from(&self) -> &Sender {
        &self.from
    }

    /// The number of an internal line.
    pub const fn contact(&self, line: Line) -> &PhoneNumber {
        let [primary, main, backup] = &self.contacts;
        match line {
            Line::Primary => primary,
            Line::Main => main,
            Line::Backup => backup,
        }
    }

    /// The document as it is stored and fingerprinted: names sorted, no white space.
    pub fn canonical_json(&self) -> SecretString {
        let text = serde_json::to_string(self).expect("a map of texts has a JSON form");
        SecretString::from(text)
    }

    fn value(&self, variable: &str) -> &str {
        match variable {
            ACCOUNT_SID => self.account_sid.as_str(),
            API_KEY_SID => self.api_key_sid.as_str(),
            API_KEY_SECRET => self.api_key_secret.expose_secret(),
            FROM => self.from.as_str(),
            CONTACT_PRIMARY => self.contact(Line::Primary).as_str(),
            CONTACT_MAIN => self.contact(Line::Main).as_str(),
            _ => self.contact(Line::Backup).as_str(),
        }
    }
}

impl fmt::Debug for CarrierCredentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CarrierCredentials(redacted)")
    }
}

/// One value, checked; a fault is added to the list.
fn take<'a, T>(
    value_of: impl Fn(&'static str) -> Option<&'a str>,
    variable: &'static str,
    read: impl FnOnce(&str) -> Result<T, CredentialProblem>,
    faults: &mut Vec<CredentialFault>,
) -> Option<T> {
    let text = value_of(variable).unwrap_or_default();
    let read = if text.is_empty() {
        Err(CredentialProblem::Missing)
    } else if text.contains("****") {
        Err(CredentialProblem::Masked)
    } else {
        read(text)
    };
    read.map_err(|problem| faults.push(CredentialFault { variable, problem }))
        .ok()
}

fn secret(text: &str) -> Result<SecretString, CredentialProblem> {
    let printable = text.bytes().all(|byte| byte.is_ascii_graphic());
    if printable && text.len() <= MAX_SECRET {
        Ok(SecretString::from(text))
    } else {
        Err(SECRET)
    }
}

impl Serialize for CarrierCredentials {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(NAMES.len()))?;
        for name in NAMES {
            map.serialize_entry(name, self.value(name))?;
        }
        map.end()
    }
}

/// A value of the document. What is no text is dropped unseen: serde's own error would repeat it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Text(String),
    Other(IgnoredAny),
}

impl<'de> Deserialize<'de> for CarrierCredentials {
    /// Numbers were read when the document was written; here only their form is checked.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let document = std::collections::BTreeMap::<String, Value>::deserialize(deserializer)?;
        if document.keys().any(|name| !NAMES.contains(&name.as_str())) {
            return Err(D::Error::custom(
                "the carrier's credentials have a value that is not known",
            ));
        }
        let value_of = |name: &'static str| match document.get(name) {
            Some(Value::Text(text)) => Some(text.as_str()),
            Some(Value::Other(_)) | None => None,
        };
        let phone = |text: &str| {
            let text: serde::de::value::StrDeserializer<'_, serde::de::value::Error> =
                text.into_deserializer();
            PhoneNumber::deserialize(text).ok()
        };
        CarrierCredentials::read(value_of, phone).map_err(D::Error::custom)
    }
}
