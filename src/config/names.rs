//! The validated names and numbers that stack files are made of. What only the customer knows
//! (account, certificate, addresses) lives in `values`; which keys exist is said in `types`.

use std::fmt;

use super::found::{Found, Unfit};

/// A validated piece of text: `new`, `as_str`, `Display`, and deserialisation from YAML text.
macro_rules! text {
    ($(#[$docs:meta])* $name:ident, $expected:expr, $is_valid:expr) => {
        $(#[$docs])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
        #[serde(try_from = "crate::config::found::Found")]
        pub struct $name(String);

        impl $name {
            /// Checks the invariant in the type's description.
            pub fn new(text: impl Into<String>) -> Result<Self, $crate::config::found::Unfit> {
                let text = text.into();
                let is_valid: fn(&str) -> bool = $is_valid;
                if is_valid(&text) {
                    Ok(Self(text))
                } else {
                    let found = $crate::config::found::Found::Text(text);
                    Err($crate::config::found::Unfit::new($expected, found))
                }
            }

            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<$crate::config::found::Found> for $name {
            type Error = $crate::config::found::Unfit;

            fn try_from(found: $crate::config::found::Found) -> Result<Self, Self::Error> {
                match found {
                    $crate::config::found::Found::Text(text) => Self::new(text),
                    other => Err($crate::config::found::Unfit::new($expected, other)),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::config::found::Unfit;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }
    };
}
pub(super) use text;

/// A validated whole number: `new`, `get`, `Display`, and deserialisation from a YAML integer.
macro_rules! number {
    ($(#[$docs:meta])* $name:ident, $expected:expr, $is_valid:expr) => {
        $(#[$docs])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
        #[serde(try_from = "Found")]
        pub struct $name(u32);

        impl $name {
            /// Checks the invariant in the type's description.
            pub fn new(number: u32) -> Result<Self, Unfit> {
                Self::try_from(Found::Whole(number.into()))
            }

            /// The number itself.
            pub const fn get(self) -> u32 {
                self.0
            }
        }

        impl TryFrom<Found> for $name {
            type Error = Unfit;

            fn try_from(found: Found) -> Result<Self, Unfit> {
                let is_valid: fn(u32) -> bool = $is_valid;
                match found {
                    Found::Whole(whole) => u32::try_from(whole)
                        .ok()
                        .filter(|number| is_valid(*number))
                        .map(Self)
                        .ok_or_else(|| Unfit::new($expected, found)),
                    other => Err(Unfit::new($expected, other)),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{}", self.0)
            }
        }
    };
}

/// Longest stack name: `<name>-artifacts-<12 digits>-<region of 14 characters>` must fit into
/// the 63 characters of an S3 bucket name.
const STACK_NAME_LONGEST: usize = 63 - "-artifacts-".len() - 12 - "-ap-southeast-1".len();

text! {
    /// Path of the secrets file: absolute, below the user's home (`~/…`), or from the project's folder on.
    SecretsPath,
    "the path of a file outside the repository, such as ~/repos.env",
    |text| !text.trim().is_empty() && !text.contains(char::is_control)
}

text! {
    /// Name of the stack, and the beginning of every name we give: lower-case letters, digits and
    /// single hyphens, a letter first, no hyphen last, at most 25 characters (it begins S3 bucket
    /// names, which end with account and region).
    StackName,
    format!(
        "a stack name of at most {STACK_NAME_LONGEST} lower-case letters, digits and single hyphens, \
         a letter first, such as qdn-prod"
    ),
    |text| {
        text.len() <= STACK_NAME_LONGEST
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.split('-').all(|part| !part.is_empty() && is_lower_or_digit(part))
    }
}

text! {
    /// An AWS region of the standard partition (`arn:aws:…`), e.g. `us-east-1`. China, `GovCloud`
    /// and the isolated partitions are refused: `CloudFront` is not the same service there.
    Region,
    "an AWS region of the standard partition such as us-east-1",
    |text| {
        let parts: Vec<&str> = text.split('-').collect();
        let [area, words @ .., number] = parts.as_slice() else { return false };
        let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
        text.len() <= "ap-southeast-1".len()
            && area.len() == 2
            && is_word(area)
            && *area != "cn"
            && !words.is_empty()
            && words.iter().all(|word| is_word(word) && *word != "gov" && !word.starts_with("iso"))
            && number.len() == 1
            && number.bytes().all(|byte| byte.is_ascii_digit())
    }
}

text! {
    /// Name of an API Gateway stage: 1 to 128 letters, digits, hyphens and underscores.
    StageName,
    "an API Gateway stage name of 1 to 128 letters, digits, hyphens and underscores",
    |text| {
        (1..=128).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            && text != "test-invoke-stage"
    }
}

text! {
    /// A full host name in lower case, without wildcard, port or trailing dot: at least two labels
    /// of 1 to 63 letters, digits and inner hyphens, at most 253 characters, a last label that is
    /// not a number.
    DomainName,
    "a lower-case host name such as quickdumpnow.com",
    |text| {
        let labels: Vec<&str> = text.split('.').collect();
        text.len() <= 253
            && labels.len() >= 2
            && labels.iter().all(|label| {
                (1..=63).contains(&label.len())
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.split('-').all(is_lower_or_digit)
            })
            && labels.last().is_some_and(|last| last.bytes().any(|byte| byte.is_ascii_lowercase()))
    }
}

text! {
    /// Name of an S3 bucket: 3 to 63 lower-case letters, digits, dots and hyphens, a letter or
    /// digit at both ends, no empty label.
    BucketName,
    "an S3 bucket name of 3 to 63 lower-case letters, digits, dots and hyphens",
    |text| {
        (3..=63).contains(&text.len())
            && text.split('.').all(|label| {
                !label.is_empty()
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.split('-').all(is_lower_or_digit)
            })
    }
}

text! {
    /// A phone number as the carrier takes it (E.164): a plus sign and 8 to 15 digits, the first of them not 0.
    PhoneNumber,
    "a phone number in quotes such as \"+15125550123\"",
    |text| {
        text.strip_prefix('+').is_some_and(|digits| {
            (8..=15).contains(&digits.len())
                && !digits.starts_with('0')
                && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
    }
}

text! {
    /// Name of an environment variable that the customer sets: upper-case letters, digits and
    /// underscores, a letter first.
    VariableName,
    "the name of an environment variable such as QDN_PROD_ACCOUNT",
    |text| {
        text.starts_with(|first: char| first.is_ascii_uppercase())
            && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    }
}

fn is_lower_or_digit(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

number! {
    /// Lambda memory in MB: 128 to 10,240.
    MemoryMb, "a whole number from 128 to 10240", |number| (128..=10_240).contains(&number)
}

number! {
    /// Lambda timeout in seconds: 1 to 900.
    TimeoutSeconds, "a whole number from 1 to 900", |number| (1..=900).contains(&number)
}

/// The retention periods that `CloudWatch` Logs offers, in days.
const RETENTION_STEPS: [u32; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

number! {
    /// Days that log events are kept: one of the steps that `CloudWatch` Logs offers.
    RetentionDays,
    format!("one of {}", RETENTION_STEPS.map(|days| days.to_string()).join(", ")),
    |number| RETENTION_STEPS.contains(&number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stack_names_leave_room_for_bucket_names() {
        for good in ["qdn-local", "q", "qdn-prod-2", &"a".repeat(25)] {
            let name = StackName::new(good).expect(good);
            let bucket = format!("{name}-artifacts-123456789012-ap-southeast-1");
            assert!(BucketName::new(bucket).is_ok(), "{good}");
        }
        for bad in [
            "",
            "Qdn",
            "2qdn",
            "qdn-",
            "-qdn",
            "qdn--x",
            "qdn_x",
            &"a".repeat(26),
            "qdn\n",
        ] {
            assert!(StackName::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn regions_of_the_standard_partition() {
        for good in [
            "us-east-1",
            "eu-central-2",
            "ap-southeast-1",
            "il-central-1",
            "mx-central-1",
        ] {
            assert!(Region::new(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "us-east",
            "useast-1",
            "us-gov-west-1",
            "cn-north-1",
            "us-iso-east-1",
            "us-isob-east-1",
            "US-EAST-1",
            "us--1",
        ] {
            assert!(Region::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn host_names() {
        for good in [
            "quickdumpnow.com",
            "a.b",
            "xn--bcher-kva.example",
            "1.2.3.com",
        ] {
            assert!(DomainName::new(good).is_ok(), "{good}");
        }
        for bad in [
            "com",
            "a..b",
            "-a.com",
            "a-.com",
            "*.a.com",
            "a.com.",
            "a.com:443",
            "1.2.3.4",
            "A.com",
            "a_b.com",
        ] {
            assert!(DomainName::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn phone_numbers() {
        for good in ["+15125550123", "+4930123456", "+12345678"] {
            assert!(PhoneNumber::new(good).is_ok(), "{good}");
        }
        for bad in [
            "15125550123",
            "+1 512 555 0123",
            "+05125550123",
            "+1234567",
            "+1234567890123456",
            "+1512555012x",
            "+",
        ] {
            assert!(PhoneNumber::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_keep_their_range() {
        assert!(MemoryMb::new(127).is_err() && MemoryMb::new(10_241).is_err());
        assert_eq!(MemoryMb::new(128).map(MemoryMb::get), Ok(128));
        assert!(TimeoutSeconds::new(0).is_err() && TimeoutSeconds::new(901).is_err());
        assert_eq!(TimeoutSeconds::new(900).map(TimeoutSeconds::get), Ok(900));
        assert!(RetentionDays::new(2).is_err());
        assert_eq!(
            RetentionDays::new(365).map(|days| days.to_string()),
            Ok("365".to_owned())
        );
    }
}
