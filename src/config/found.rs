//! A YAML value of any kind, as far as an error needs it, and the refusal that names it.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

/// A value that does not have the expected shape.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found {found}")]
pub struct Unfit {
    /// What would have been right, e.g. `a whole number from 128 to 10240`.
    pub expected: String,
    /// What was there instead, e.g. `64`.
    pub found: String,
}

impl Unfit {
    /// A refusal of `found`, for which `expected` says what would have been right.
    pub(super) fn new(expected: impl Into<String>, found: impl fmt::Display) -> Self {
        Self {
            expected: expected.into(),
            found: found.to_string(),
        }
    }
}

/// Any value of a YAML file, kept only far enough to say in an error what was found.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Found {
    Nothing,
    Bool(bool),
    Whole(i128),
    Fraction(f64),
    Text(String),
    List,
    Mapping,
}

impl fmt::Display for Found {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => formatter.write_str("nothing"),
            Self::Bool(value) => write!(formatter, "{value}"),
            Self::Whole(value) => write!(formatter, "{value}"),
            Self::Fraction(value) => write!(formatter, "{value}"),
            Self::Text(value) => write!(formatter, "{value:?}"),
            Self::List => formatter.write_str("a list"),
            Self::Mapping => formatter.write_str("a mapping"),
        }
    }
}

impl<'de> Deserialize<'de> for Found {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FoundVisitor)
    }
}

/// Accepts everything; the contents of lists and mappings are skipped.
struct FoundVisitor;

impl<'de> Visitor<'de> for FoundVisitor {
    type Value = Found;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }
    fn visit_unit<E>(self) -> Result<Found, E> {
        Ok(Found::Nothing)
    }
    fn visit_none<E>(self) -> Result<Found, E> {
        Ok(Found::Nothing)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Found, E> {
        Ok(Found::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Found, E> {
        Ok(Found::Whole(value.into()))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Found, E> {
        Ok(Found::Whole(value.into()))
    }
    fn visit_i128<E>(self, value: i128) -> Result<Found, E> {
        Ok(Found::Whole(value))
    }
    fn visit_u128<E>(self, value: u128) -> Result<Found, E> {
        Ok(Found::Text(value.to_string()))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Found, E> {
        Ok(Found::Fraction(value))
    }
    fn visit_str<E>(self, value: &str) -> Result<Found, E> {
        Ok(Found::Text(value.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Found, A::Error> {
        while list.next_element::<serde::de::IgnoredAny>()?.is_some() {}
        Ok(Found::List)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found, A::Error> {
        while map
            .next_entry::<serde::de::IgnoredAny, serde::de::IgnoredAny>()?
            .is_some()
        {}
        Ok(Found::Mapping)
    }
}
