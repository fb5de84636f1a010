//! The answer of `GET /api/health`: written by the `api` function, read by the deployer's verification.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::package::{PackageDigest, PackageError};

/// What a healthy function says about itself. JSON:
/// `{"status":"ok","version":"0.1.0","package":"<sha256 hex, or unknown>"}`.
/// Unknown fields are accepted when reading, so that an older deployer can verify a newer function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Health {
    /// That the function is well.
    pub status: HealthStatus,
    /// Version of the function's crate.
    pub version: String,
    /// What the deployer compares with what it uploaded: the package's SHA-256 in hexadecimal digits, or `unknown`.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub package: RunningPackage,
}

/// The only status a function reports: one that is not well does not answer at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum HealthStatus {
    /// It answers.
    Ok,
}

/// Which package a function was started from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum RunningPackage {
    /// The package of the code object key that the stack gave the function.
    Known(PackageDigest),
    /// Nobody told the function, for example when it is started by hand.
    Unknown,
}

const UNKNOWN: &str = "unknown";

impl fmt::Display for RunningPackage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunningPackage::Known(digest) => digest.fmt(formatter),
            RunningPackage::Unknown => formatter.write_str(UNKNOWN),
        }
    }
}

impl FromStr for RunningPackage {
    type Err = PackageError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == UNKNOWN {
            Ok(RunningPackage::Unknown)
        } else {
            text.parse().map(RunningPackage::Known)
        }
    }
}

impl TryFrom<String> for RunningPackage {
    type Error = PackageError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<RunningPackage> for String {
    fn from(package: RunningPackage) -> Self {
        package.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    fn health(package: RunningPackage) -> Health {
        Health {
            status: HealthStatus::Ok,
            version: "0.1.0".to_owned(),
            package,
        }
    }

    #[test]
    fn json_is_as_agreed() {
        let known = health(RunningPackage::Known(HEX.parse().unwrap()));
        insta::assert_snapshot!(serde_json::to_string(&known).unwrap(), @r#"{"status":"ok","version":"0.1.0","package":"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"}"#);
        let unknown = health(RunningPackage::Unknown);
        insta::assert_snapshot!(serde_json::to_string(&unknown).unwrap(), @r#"{"status":"ok","version":"0.1.0","package":"unknown"}"#);
    }

    #[test]
    fn reads_back_what_it_writes_and_what_a_newer_function_may_add() {
        for package in [
            RunningPackage::Unknown,
            RunningPackage::Known(HEX.parse().unwrap()),
        ] {
            let mut json = serde_json::to_value(health(package)).unwrap();
            json["region"] = "eu-central-1".into();
            assert_eq!(
                serde_json::from_value::<Health>(json).unwrap(),
                health(package)
            );
        }
    }

    #[test]
    fn refuses_an_answer_that_is_not_health() {
        for json in [
            r#"{"message":"Missing Authentication Token"}"#,
            r#"{"status":"degraded","version":"0.1.0","package":"unknown"}"#,
            r#"{"status":"ok","version":"0.1.0","package":"latest"}"#,
            "<html></html>",
        ] {
            assert!(serde_json::from_str::<Health>(json).is_err(), "{json}");
        }
    }
}
