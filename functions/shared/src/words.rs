//! What people type: names and free texts, checked once, hidden from `Debug`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::json_text::json_as_text;

/// A person's name: not blank, at most [`PersonName::LONGEST`] characters, on one line. Brackets are refused: a name
/// goes into texts, and must not be able to stand for a link there.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName(String);

impl PersonName {
    /// The longest name, in characters.
    pub const LONGEST: usize = 80;

    /// Checks a name; space around it is dropped.
    pub fn new(text: &str) -> Result<Self, WordsError> {
        let name = text.trim();
        if name.contains(char::is_control) {
            return Err(WordsError::ControlCharacter);
        }
        if name.contains(['[', ']']) {
            return Err(WordsError::Bracket);
        }
        check_length(name, Self::LONGEST)?;
        Ok(PersonName(name.to_owned()))
    }

    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first word of the name: what a stranger may know.
    pub fn first(&self) -> &str {
        self.0.split_whitespace().next().unwrap_or(&self.0)
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PersonName(…)")
    }
}

json_as_text!(PersonName, as_str, PersonName::new, {
    "type": "string",
    "minLength": 1,
    "maxLength": PersonName::LONGEST,
    "pattern": "^[^\\[\\]]*$"
});

/// A text of somebody's own words: not blank, at most `LONGEST` characters; line feeds are its only control
/// characters.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FreeText<const LONGEST: usize>(String);

impl<const LONGEST: usize> FreeText<LONGEST> {
    /// Checks a text; space around it is dropped, and its lines end with line feeds afterwards.
    pub fn new(text: &str) -> Result<Self, WordsError> {
        let text = text.trim().replace("\r\n", "\n");
        if text.contains(|character: char| character.is_control() && character != '\n') {
            return Err(WordsError::ControlCharacter);
        }
        check_length(&text, LONGEST)?;
        Ok(FreeText(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const LONGEST: usize> fmt::Debug for FreeText<LONGEST> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("FreeText(…)")
    }
}

impl<const LONGEST: usize> TryFrom<String> for FreeText<LONGEST> {
    type Error = WordsError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl<const LONGEST: usize> From<FreeText<LONGEST>> for String {
    fn from(text: FreeText<LONGEST>) -> Self {
        text.0
    }
}

#[cfg(feature = "schema")]
impl<const LONGEST: usize> schemars::JsonSchema for FreeText<LONGEST> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("FreeText{LONGEST}").into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "minLength": 1, "maxLength": LONGEST })
    }
}

fn check_length(text: &str, longest: usize) -> Result<(), WordsError> {
    if text.is_empty() {
        return Err(WordsError::Blank);
    }
    if text.chars().count() > longest {
        return Err(WordsError::TooLong { longest });
    }
    Ok(())
}

/// Why somebody's words are refused. Never repeats them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    /// Nothing to read.
    #[error("must not be blank")]
    Blank,
    /// Longer than there is room for.
    #[error("must not be longer than {longest} characters")]
    TooLong {
        /// The limit.
        longest: usize,
    },
    /// Something that nobody sees.
    #[error("must not hold control characters")]
    ControlCharacter,
    /// What could stand for a link.
    #[error("must not hold square brackets")]
    Bracket,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_line_without_brackets() {
        let name = PersonName::new("  Sam O'Neil-Łukasz \n").unwrap();
        assert_eq!((name.as_str(), name.first()), ("Sam O'Neil-Łukasz", "Sam"));
        assert_eq!(PersonName::new("李小龙").unwrap().first(), "李小龙");
        let refused = |text: &str| PersonName::new(text).unwrap_err();
        assert_eq!(refused(" "), WordsError::Blank);
        assert_eq!(refused("Sam\nLee"), WordsError::ControlCharacter);
        assert_eq!(refused("[link]"), WordsError::Bracket);
        assert_eq!(
            refused(&"é".repeat(81)),
            WordsError::TooLong { longest: 80 }
        );
        assert!(PersonName::new(&"é".repeat(80)).is_ok());
    }

    #[test]
    fn free_texts_keep_their_lines() {
        let text = FreeText::<20>::new(" Gate code 12\r\nring \n").unwrap();
        assert_eq!(text.as_str(), "Gate code 12\nring");
        let refused = |text: &str| FreeText::<20>::new(text).unwrap_err();
        assert_eq!(refused(" \r\n "), WordsError::Blank);
        assert_eq!(refused("a\tb"), WordsError::ControlCharacter);
        assert_eq!(refused("a\rb"), WordsError::ControlCharacter);
        assert_eq!(
            refused(&"a".repeat(21)),
            WordsError::TooLong { longest: 20 }
        );
    }

    #[test]
    fn words_do_not_show() {
        let name = PersonName::new("Sam").unwrap();
        let text = FreeText::<9>::new("Gate").unwrap();
        insta::assert_snapshot!(format!("{name:?} {text:?}"), @"PersonName(…) FreeText(…)");
        let error = serde_json::from_str::<PersonName>("\"[secret]\"").unwrap_err();
        insta::assert_snapshot!(error.to_string(), @"must not hold square brackets");
    }
}
