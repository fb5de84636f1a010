//! Where in the text a key or value stands. The parser tells positions only in its errors, so the
//! place is found by walking to it and failing there on purpose.

use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_yaml::Location;

use super::path::{KeyPath, Step};

/// A place in a text file; both numbers count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

impl Position {
    /// The beginning of the file.
    pub(super) const START: Self = Self { line: 1, column: 1 };

    /// The place of the byte at `offset`.
    pub(super) fn of_offset(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.matches('\n').count() + 1;
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        Self { line, column }
    }

    /// Where the parser says that something is. It counts more line breaks than editors do, and one behind a last line
    /// that has none: what would be behind the end of the text is its end.
    pub(super) fn of_location(text: &str, location: &Location) -> Self {
        let end = Self::of_offset(text, text.len());
        if location.line() > end.line {
            return end;
        }
        Self {
            line: location.line(),
            column: location.column(),
        }
    }
}

/// Which end of `key: value` is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Key,
    Value,
}

/// The position of `path`, or of its nearest parent that the text has.
pub(super) fn locate(text: &str, path: &KeyPath, end: End) -> Position {
    path.and_parents()
        .filter(|path| !path.is_top())
        .zip(std::iter::once(end).chain(std::iter::repeat(End::Key)))
        .find_map(|(path, end)| exact(text, &path, end))
        .unwrap_or(Position::START)
}

fn exact(text: &str, path: &KeyPath, end: End) -> Option<Position> {
    let walk = Walk {
        steps: path.steps(),
        end,
    };
    let error = walk
        .deserialize(serde_yaml::Deserializer::from_str(text))
        .err()?;
    // Any other error on the way means that the text has no such path.
    if !error.to_string().contains(ARRIVED) {
        return None;
    }
    let location = error.location()?;
    Some(Position::of_location(text, &location))
}

/// Marks the error that is raised on purpose. Not a text that a stack file contains.
const ARRIVED: &str = "\u{1}arrived\u{1}";

/// Follows `steps`; fails with [`ARRIVED`] at their end, succeeds when there is no such path.
#[derive(Clone, Copy)]
struct Walk<'a> {
    steps: &'a [Step],
    end: End,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.steps.is_empty() {
            deserializer.deserialize_any(Arrival)
        } else {
            deserializer.deserialize_any(self)
        }
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the next step of the path")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let wanted = match self.steps.first() {
            Some(Step::Key(key)) => Some(key.as_str()),
            Some(Step::Index(_)) | None => None,
        };
        let rest = self.steps.get(1..).unwrap_or_default();
        let fails_at_key = rest.is_empty() && self.end == End::Key;
        while let Some(is_wanted) = map.next_key_seed(Key {
            wanted,
            fails: fails_at_key,
        })? {
            if is_wanted {
                map.next_value_seed(Walk {
                    steps: rest,
                    end: self.end,
                })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        if let Some(Step::Index(index)) = self.steps.first() {
            for _ in 0..*index {
                if list.next_element::<IgnoredAny>()?.is_none() {
                    return Ok(());
                }
            }
            list.next_element_seed(Walk {
                steps: self.steps.get(1..).unwrap_or_default(),
                end: self.end,
            })?;
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

/// Tells whether a key is the wanted one, or fails there.
struct Key<'a> {
    wanted: Option<&'a str>,
    fails: bool,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<bool, E> {
        let is_wanted = self.wanted == Some(key);
        if is_wanted && self.fails {
            Err(E::custom(ARRIVED))
        } else {
            Ok(is_wanted)
        }
    }
}

/// Fails on every value, saying [`ARRIVED`].
struct Arrival;

impl<'de> Visitor<'de> for Arrival {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(ARRIVED)
    }
    fn visit_map<A: MapAccess<'de>>(self, _map: A) -> Result<(), A::Error> {
        Err(A::Error::custom(ARRIVED))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, _list: A) -> Result<(), A::Error> {
        Err(A::Error::custom(ARRIVED))
    }
}
