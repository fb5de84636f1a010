//! The text of one secret, in one canonical form, and its fingerprint.

use std::fmt;

use secrecy::SecretString;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A secret's text: JSON without blanks, keys sorted, so that the same content is always the same text.
#[derive(Clone)]
pub struct Document {
    text: SecretString,
    fingerprint: String,
}

impl Document {
    /// The canonical text of a value.
    pub fn of<T: Serialize>(value: &T) -> Self {
        let mut value: Value = serde_json::to_value(value)
            .expect("what is stored has string keys and plain values only");
        value.sort_all_objects();
        let text = value.to_string();
        let fingerprint = format!("{:x}", Sha256::digest(&text));
        Self {
            text: text.into(),
            fingerprint,
        }
    }

    /// The text.
    pub fn text(&self) -> &SecretString {
        &self.text
    }

    /// SHA-256 of the text, hex. Safe to show, because every secret of ours holds at least 128 random bits.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({})", self.fingerprint)
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_order_of_keys_is_no_difference() {
        let (one, other) = (
            Document::of(&json!({"b": {"d": 1, "c": 2}, "a": "x"})),
            Document::of(&json!({"a": "x", "b": {"c": 2, "d": 1}})),
        );
        assert_eq!(one.text().expose_secret(), r#"{"a":"x","b":{"c":2,"d":1}}"#);
        assert_eq!(one.fingerprint(), other.fingerprint());
        assert_ne!(
            one.fingerprint(),
            Document::of(&json!({"a": "y", "b": {"c": 2, "d": 1}})).fingerprint()
        );
    }

    #[test]
    fn it_prints_its_fingerprint_alone() {
        let printed = format!("{:?}", Document::of(&json!({"a": "canary"})));
        assert!(printed.len() == "Document()".len() + 64 && !printed.contains("canary"));
    }
}
