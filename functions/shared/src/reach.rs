//! What a function answers that is asked whether it reaches what it works with: written by `relay` and `upkeep`, read
//! by the deployer's verification.

use serde::{Deserialize, Serialize};

/// Whether a function reaches its secrets and its table. JSON: `"everything"`, or `{"not":"<what, and why>"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// Each was read just now.
    Everything,
    /// This one was not; says its name and why, nothing of its content.
    Not(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_as_agreed() {
        for (reach, text) in [
            (Reach::Everything, r#""everything""#),
            (
                Reach::Not("secret `qdn-x/keys` could not be read".to_owned()),
                r#"{"not":"secret `qdn-x/keys` could not be read"}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&reach).unwrap(), text);
            assert_eq!(serde_json::from_str::<Reach>(text).unwrap(), reach);
        }
    }
}
