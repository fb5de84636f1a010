//! Function names, package digests and the code object keys made of the two.
//! Building and hashing packages belongs to the deployer.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A Lambda function of the stack, by the name that its crate, its code objects and its log group share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FunctionName {
    /// Answers `/api/*` behind API Gateway.
    Api,
    /// Sends messages that the table's stream tells of.
    Relay,
    /// Looks every minute for what was left undone.
    Upkeep,
}

impl FunctionName {
    /// Every function, in the order in which people see them.
    pub const ALL: &[FunctionName] =
        &[FunctionName::Api, FunctionName::Relay, FunctionName::Upkeep];

    /// The name as it stands in keys, resource names and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            FunctionName::Api => "api",
            FunctionName::Relay => "relay",
            FunctionName::Upkeep => "upkeep",
        }
    }
}

impl fmt::Display for FunctionName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for FunctionName {
    type Err = PackageError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        FunctionName::ALL
            .iter()
            .copied()
            .find(|name| name.as_str() == text)
            .ok_or_else(|| PackageError::UnknownFunction {
                name: text.to_owned(),
            })
    }
}

/// SHA-256 of a package (the zip as uploaded). Written as 64 lowercase hexadecimal digits;
/// Lambda's `CodeSha256` is the same 32 bytes in base64.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PackageDigest([u8; 32]);

impl PackageDigest {
    /// The digest as a hash function gives it.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        PackageDigest(bytes)
    }

    /// The 32 bytes, for comparison with Lambda's base64.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for PackageDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for PackageDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PackageDigest({self})")
    }
}

impl FromStr for PackageDigest {
    type Err = PackageError;

    /// Exactly 64 lowercase digits: one digest has one spelling, so keys can be compared as text.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || PackageError::NotADigest {
            text: text.to_owned(),
        };
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(refused());
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let [high, low] = [hex_value(pair[0]), hex_value(pair[1])];
            *byte = high
                .zip(low)
                .map(|(high, low)| high << 4 | low)
                .ok_or_else(refused)?;
        }
        Ok(PackageDigest(bytes))
    }
}

const fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl TryFrom<String> for PackageDigest {
    type Error = PackageError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PackageDigest> for String {
    fn from(digest: PackageDigest) -> Self {
        digest.to_string()
    }
}

/// Where a package lies in the artifacts bucket: `functions/<function>/<sha256>.zip`.
/// The key is made of the content, so an unchanged function never gets a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CodeKey {
    /// Whose package it is.
    pub function: FunctionName,
    /// What the package holds.
    pub digest: PackageDigest,
}

impl CodeKey {
    /// The folder of all functions' packages, with its trailing slash.
    pub const FOLDER: &str = "functions/";

    /// The folder of one function's packages, with its trailing slash.
    pub fn folder(function: FunctionName) -> String {
        format!("{}{function}/", Self::FOLDER)
    }
}

impl fmt::Display for CodeKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}{}.zip",
            Self::folder(self.function),
            self.digest
        )
    }
}

impl FromStr for CodeKey {
    type Err = PackageError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (function, file) = text
            .strip_prefix(CodeKey::FOLDER)
            .and_then(|rest| rest.split_once('/'))
            .ok_or_else(|| PackageError::NotACodeKey {
                text: text.to_owned(),
            })?;
        let digest = file
            .strip_suffix(".zip")
            .ok_or_else(|| PackageError::NotACodeKey {
                text: text.to_owned(),
            })?;
        Ok(CodeKey {
            function: function.parse()?,
            digest: digest.parse()?,
        })
    }
}

impl TryFrom<String> for CodeKey {
    type Error = PackageError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<CodeKey> for String {
    fn from(key: CodeKey) -> Self {
        key.to_string()
    }
}

/// Why a text is no function name, digest or code object key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    /// No function has this name.
    #[error(
        "`{name}` is not a function of this stack, expected one of: {}",
        known_functions()
    )]
    UnknownFunction {
        /// The name as found.
        name: String,
    },
    /// Not the hexadecimal form of a SHA-256.
    #[error("`{text}` is not a SHA-256, expected 64 lowercase hexadecimal digits")]
    NotADigest {
        /// The text as found.
        text: String,
    },
    /// Not of the key's shape at all.
    #[error("`{text}` is not a code object key, expected `functions/<function>/<sha256>.zip`")]
    NotACodeKey {
        /// The text as found.
        text: String,
    },
}

fn known_functions() -> String {
    FunctionName::ALL
        .iter()
        .map(|name| name.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEX: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    #[test]
    fn key_has_the_agreed_shape_and_reads_back() {
        let key = CodeKey {
            function: FunctionName::Api,
            digest: HEX.parse().unwrap(),
        };
        assert_eq!(key.to_string(), format!("functions/api/{HEX}.zip"));
        assert!(
            key.to_string()
                .starts_with(&CodeKey::folder(FunctionName::Api))
        );
        assert_eq!(key.to_string().parse(), Ok(key));
    }

    #[test]
    fn every_function_name_reads_back() {
        for name in FunctionName::ALL {
            assert_eq!(name.as_str().parse(), Ok(*name));
            assert_eq!(serde_json::to_value(name).unwrap(), name.as_str());
        }
    }

    #[test]
    fn refusals_name_the_text_and_what_was_expected() {
        let said = |text: &str| text.parse::<CodeKey>().unwrap_err().to_string();
        insta::assert_snapshot!(said("api.zip"), @"`api.zip` is not a code object key, expected `functions/<function>/<sha256>.zip`");
        insta::assert_snapshot!(said(&format!("functions/api/{HEX}")), @"`functions/api/00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff` is not a code object key, expected `functions/<function>/<sha256>.zip`");
        insta::assert_snapshot!(said(&format!("functions/billing/{HEX}.zip")), @"`billing` is not a function of this stack, expected one of: api, relay, upkeep");
        insta::assert_snapshot!(said("functions/api/abc.zip"), @"`abc` is not a SHA-256, expected 64 lowercase hexadecimal digits");
        insta::assert_snapshot!(said(""), @"`` is not a code object key, expected `functions/<function>/<sha256>.zip`");
    }

    #[test]
    fn uppercase_and_foreign_digits_are_refused() {
        for text in [
            HEX.to_uppercase(),
            HEX.replace('f', "g"),
            HEX.replace("ff", "é"),
        ] {
            assert!(text.parse::<PackageDigest>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_digest_survives_text_and_json(bytes: [u8; 32]) {
            let digest = PackageDigest::from_bytes(bytes);
            prop_assert_eq!(digest.to_string().parse(), Ok(digest));
            let json = serde_json::to_string(&digest).unwrap();
            prop_assert_eq!(serde_json::from_str::<PackageDigest>(&json).unwrap(), digest);
            prop_assert_eq!(digest.as_bytes(), &bytes);
        }

        #[test]
        fn an_accepted_key_has_one_spelling(text in "(functions/)?(api|relay|upkeep|Api|x)?/?[0-9a-fA-F]{62,66}(\\.zip)?") {
            if let Ok(key) = text.parse::<CodeKey>() {
                prop_assert_eq!(key.to_string(), text);
            }
        }
    }
}
