//! The id of a job.

use std::fmt;
use std::str::FromStr;

use super::IdError;
use super::crockford;
use crate::json_text::json_as_text;

/// The id of a job: 8 digits of Crockford's base 32, `7K3M9QX2`. People read it out on the phone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId([u8; 8]);

impl JobId {
    /// The id that 40 random bits stand for.
    pub fn from_random(bytes: [u8; 5]) -> Self {
        JobId(crockford::encode(&bytes))
    }

    /// The 8 digits.
    pub fn as_str(&self) -> &str {
        crockford::as_str(&self.0)
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for JobId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "JobId({self})")
    }
}

impl FromStr for JobId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        crockford::read(text).map(JobId).ok_or(IdError::Job)
    }
}

json_as_text!(JobId, pattern: "^[0-9A-HJKMNP-TV-Z]{8}$");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            "",
            "7k3m9qx2",
            "7K3M9QX",
            "7K3M9QX22",
            "7K3M9QXO",
            "7K3M9QXI",
            "7K3M9QXL",
            "7K3M9QXU",
            "7K3M-9QX",
            " 7K3M9QX",
            "7K3M9Q/2",
            "7K3M9QX#",
            "7K3M9Qé",
        ] {
            assert_eq!(text.parse::<JobId>(), Err(IdError::Job), "{text}");
        }
    }

    proptest! {
        #[test]
        fn survives_text_and_json(bytes: [u8; 5]) {
            let id = JobId::from_random(bytes);
            prop_assert_eq!(id.to_string().parse(), Ok(id));
            let json = serde_json::to_string(&id).unwrap();
            prop_assert_eq!(serde_json::from_str::<JobId>(&json).unwrap(), id);
        }

        #[test]
        fn an_accepted_text_is_the_only_spelling(text in "[0-9A-Za-z]{7,9}") {
            if let Ok(id) = text.parse::<JobId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }
}
