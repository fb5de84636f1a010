//! Reads a stored document.

use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;

/// A stored text is not a document that this program writes. Says where, and never what: the parser's own words
/// may hold a part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not a document that this program wrote (line {line}, column {column})")]
pub struct NotOurs {
    line: usize,
    column: usize,
}

/// The document in a stored text.
pub fn read<T: DeserializeOwned>(text: &SecretString) -> Result<T, NotOurs> {
    serde_json::from_str(text.expose_secret()).map_err(|error| NotOurs {
        line: error.line(),
        column: error.column(),
    })
}

#[cfg(test)]
mod tests {
    use qdn_shared::operator::OperatorKeys;

    use super::*;

    #[test]
    fn what_cannot_be_read_is_not_repeated() {
        for text in [
            r#"{"keys":"canary"}"#,
            r#"{"canary":1}"#,
            "canary",
            r#"{"keys":[{"id":"canary"}]}"#,
        ] {
            let said = read::<OperatorKeys>(&text.into()).expect_err("no document");
            assert!(!format!("{said} {said:?}").contains("canary"), "{said}");
        }
    }
}
