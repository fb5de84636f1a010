//! What is refused before a stack file's meaning is looked at: YAML beyond mappings, lists and
//! one-line values, and keys written twice. What the keys mean is read in `parse`.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess, Visitor,
};

/// A piece of YAML that stack files do without, and the byte offset where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) offset: usize,
    pub(super) what: &'static str,
}

const TAB: &str = "a tab in the indentation; indent with spaces";
const ANCHOR: &str =
    "an anchor or alias (& or *); write the value out, or put text that begins so into quotes";
const BLOCK_TEXT: &str = "a block of text (| or >); write the value on one line";
const DOCUMENT: &str = "a second document; a stack file is one document";

/// Finds the first tab indentation, anchor, alias, block text or second document.
///
/// The scan is line by line and knows quotes and comments, no more: a stack file needs no more.
pub(super) fn first_refused(text: &str) -> Option<Refused> {
    let mut offset = 0;
    let mut quote = None;
    let mut has_content = false;
    for line in text.split_inclusive('\n') {
        let begins_outside_quotes = quote.is_none();
        if begins_outside_quotes {
            let is_marker =
                line.starts_with("---") && line.get(3..).is_some_and(|rest| rest.trim().is_empty());
            if is_marker && has_content {
                return Some(Refused {
                    offset,
                    what: DOCUMENT,
                });
            }
            let indentation = line.len() - line.trim_start_matches([' ', '\t']).len();
            let is_blank = line.trim().is_empty() || line.trim_start().starts_with('#');
            if let Some(tab) = line.get(..indentation).and_then(|blank| blank.find('\t'))
                && !is_blank
            {
                return Some(Refused {
                    offset: offset + tab,
                    what: TAB,
                });
            }
            has_content |= !is_blank && !is_marker;
        }
        if let Some((column, what)) = refused_in_line(line, &mut quote) {
            return Some(Refused {
                offset: offset + column,
                what,
            });
        }
        offset += line.len();
    }
    None
}

/// Scans one line. `quote` carries an open quotation over to the next line.
fn refused_in_line(line: &str, quote: &mut Option<char>) -> Option<(usize, &'static str)> {
    // A value begins at the start of a line, after an indicator with a space, or inside brackets.
    let mut at_start = true;
    let mut previous = ' ';
    let mut characters = line.char_indices().peekable();
    while let Some((column, character)) = characters.next() {
        match (*quote, character) {
            (Some('"'), '\\') => {
                characters.next();
            }
            // Two single quotes inside single quotes are one of the text's own.
            (Some('\''), '\'') if characters.next_if(|(_, next)| *next == '\'').is_some() => {}
            (Some(open), _) => {
                if open == character {
                    *quote = None;
                }
            }
            (None, '#') if previous.is_whitespace() => return None,
            (None, '"' | '\'') if at_start => *quote = Some(character),
            (None, '&' | '*') if at_start => return Some((column, ANCHOR)),
            (None, '|' | '>') if at_start => return Some((column, BLOCK_TEXT)),
            (None, _) => {}
        }
        let separates = character.is_whitespace() && (at_start || ":-,?".contains(previous));
        at_start = quote.is_none() && (separates || "[{,".contains(character));
        previous = character;
    }
    None
}

/// Any YAML without tags, whose mappings have text for keys, each once.
pub(super) struct PlainMappings;

impl<'de> Deserialize<'de> for PlainMappings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Plain)
    }
}

struct Plain;

impl<'de> Visitor<'de> for Plain {
    type Value = PlainMappings;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("plain YAML")
    }
    fn visit_unit<E>(self) -> Result<PlainMappings, E> {
        Ok(PlainMappings)
    }
    fn visit_none<E>(self) -> Result<PlainMappings, E> {
        Ok(PlainMappings)
    }
    fn visit_bool<E>(self, _: bool) -> Result<PlainMappings, E> {
        Ok(PlainMappings)
    }
    fn visit_i64<E>(self, _: i64) -> Result<PlainMappings, E> {
        Ok(PlainMappings)
    }
    fn visit_u64<E>(self, _: u64) -> Result<PlainMappings, E> {
        Ok(PlainMappings)
    }
    fn visit_i128<E>(self, _: i128) -> Result<PlainMappings, E> {
        Ok(PlainMappings)
    }
    fn visit_u128<E>(self, _: u128) -> Result<PlainMappings, E> {
        Ok(PlainMappings)
    }
    fn visit_f64<E>(self, _: f64) -> Result<PlainMappings, E> {
        Ok(PlainMappings)
    }
    fn visit_str<E>(self, _: &str) -> Result<PlainMappings, E> {
        Ok(PlainMappings)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<PlainMappings, A::Error> {
        while list.next_element::<PlainMappings>()?.is_some() {}
        Ok(PlainMappings)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PlainMappings, A::Error> {
        let mut seen = BTreeSet::new();
        while map.next_key_seed(NewKey(&mut seen))?.is_some() {
            map.next_value::<PlainMappings>()?;
        }
        Ok(PlainMappings)
    }
    fn visit_enum<A: EnumAccess<'de>>(self, _tagged: A) -> Result<PlainMappings, A::Error> {
        Err(A::Error::custom(
            "a stack file has no tags (!name); write the plain value",
        ))
    }
}

/// A key that its mapping has not had yet.
struct NewKey<'a>(&'a mut BTreeSet<String>);

impl<'de> DeserializeSeed<'de> for NewKey<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NewKey<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }
    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<(), E> {
        if self.0.insert(key.to_owned()) {
            Ok(())
        } else {
            Err(E::custom(format!("duplicate field `{key}`")))
        }
    }
}
