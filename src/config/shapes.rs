//! How the two keys that allow more than one shape (`site` and `account`) are read. serde's tagged
//! enums would lose key paths on the way, so both are read flat first and then decided.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::found::Unfit;
use super::types::{Account, BucketName, DomainName, Domains, FromEnv, Site};
use super::values::AccountId;

/// Every key that either mode of `site` knows.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SiteShape {
    mode: Mode,
    #[serde(default)]
    domains: Option<Domains>,
    #[serde(default)]
    bucket: Option<BucketName>,
    #[serde(default)]
    distribution: Option<FromEnv>,
    #[serde(default)]
    domain: Option<DomainName>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Managed,
    Existing,
}

/// A key of `site` that its mode needs or refuses. The wording is serde's own for a missing or
/// unknown key, so that `parse` treats both alike.
#[derive(Debug, thiserror::Error)]
pub(super) enum SiteMismatch {
    #[error("unknown field `{0}`, expected one of `mode`, `domains`")]
    NotWhenManaged(&'static str),
    #[error("unknown field `{0}`, expected one of `mode`, `bucket`, `distribution`, `domain`")]
    NotWhenExisting(&'static str),
    #[error("missing field `{0}`")]
    Missing(&'static str),
}

impl TryFrom<SiteShape> for Site {
    type Error = SiteMismatch;

    fn try_from(shape: SiteShape) -> Result<Self, SiteMismatch> {
        let SiteShape {
            mode,
            domains,
            bucket,
            distribution,
            domain,
        } = shape;
        match mode {
            Mode::Managed => {
                let refused = [
                    ("bucket", bucket.is_some()),
                    ("distribution", distribution.is_some()),
                    ("domain", domain.is_some()),
                ];
                match refused.into_iter().find(|(_, is_set)| *is_set) {
                    Some((key, _)) => Err(SiteMismatch::NotWhenManaged(key)),
                    None => Ok(Self::Managed { domains }),
                }
            }
            Mode::Existing if domains.is_some() => Err(SiteMismatch::NotWhenExisting("domains")),
            Mode::Existing => Ok(Self::Existing {
                bucket: bucket.ok_or(SiteMismatch::Missing("bucket"))?,
                distribution: distribution.ok_or(SiteMismatch::Missing("distribution"))?,
                domain: domain.ok_or(SiteMismatch::Missing("domain"))?,
            }),
        }
    }
}

/// `{ env: NAME }`, or twelve digits, quoted or not.
pub(super) enum AccountShape {
    FromEnv(FromEnv),
    Text(String),
}

impl<'de> Deserialize<'de> for AccountShape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AccountVisitor)
    }
}

struct AccountVisitor;

impl<'de> Visitor<'de> for AccountVisitor {
    type Value = AccountShape;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("`env: NAME` with the name of an environment variable")
    }
    fn visit_u64<E>(self, value: u64) -> Result<AccountShape, E> {
        Ok(AccountShape::Text(value.to_string()))
    }
    fn visit_str<E>(self, value: &str) -> Result<AccountShape, E> {
        Ok(AccountShape::Text(value.to_owned()))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<AccountShape, A::Error> {
        FromEnv::deserialize(MapAccessDeserializer::new(map)).map(AccountShape::FromEnv)
    }
}

impl TryFrom<AccountShape> for Account {
    type Error = Unfit;

    fn try_from(shape: AccountShape) -> Result<Self, Unfit> {
        match shape {
            AccountShape::FromEnv(variable) => Ok(Self::FromEnv(variable)),
            AccountShape::Text(text) => AccountId::new(text).map(Self::Fixed),
        }
    }
}
