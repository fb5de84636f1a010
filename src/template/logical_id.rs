//! The name of a resource, parameter or output inside a template. Who is called what is decided in `stack`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Error;

/// A logical id: 1 to 255 ASCII letters and digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LogicalId(String);

impl LogicalId {
    /// CloudFormation's own limit.
    pub const MAX_LENGTH: usize = 255;

    /// Fails unless `id` is 1 to 255 ASCII letters and digits.
    pub fn new(id: impl Into<String>) -> Result<Self, Error> {
        let id = id.into();
        let fits = (1..=Self::MAX_LENGTH).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if fits {
            Ok(Self(id))
        } else {
            Err(Error::InvalidId { id })
        }
    }

    /// The id itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LogicalId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn refuses_what_cloudformation_refuses() {
        for id in [
            "",
            "Site-Bucket",
            "Site.Bucket",
            "Größe",
            "a b",
            &"x".repeat(256),
        ] {
            assert!(LogicalId::new(id).is_err(), "{id:?}");
        }
        assert!(LogicalId::new("x".repeat(255)).is_ok());
    }

    proptest! {
        #[test]
        fn accepts_letters_and_digits(id in "[A-Za-z0-9]{1,255}") {
            prop_assert_eq!(LogicalId::new(id.clone()).unwrap().to_string(), id);
        }

        #[test]
        fn refuses_any_other_character(before in "[A-Za-z0-9]{0,9}", other in "[^A-Za-z0-9]", after in "[A-Za-z0-9]{0,9}") {
            let id = format!("{before}{other}{after}");
            prop_assert!(LogicalId::new(id).is_err());
        }
    }
}
