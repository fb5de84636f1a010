//! The text of a message, and how many SMS segments it takes. Segments are what the carrier bills.

use std::fmt;

use crate::json_text::json_as_text;
use crate::text::{LINK_PLACEHOLDER, LINK_ROOM};

/// A text that the carrier takes: not blank, at most [`SmsText::LIMIT`] long, no control character other than a
/// line feed. A placeholder for a link counts as the longest link, so filling it in never makes a text too long.
/// `Debug` shows the length alone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SmsText(String);

impl SmsText {
    /// The carrier's limit. It says "characters" and counts an emoji as several, so we count units of UTF-16:
    /// never fewer than the carrier does.
    pub const LIMIT: usize = 1600;

    /// Checks a text.
    pub fn new(text: &str) -> Result<Self, TextError> {
        if text.trim().is_empty() {
            return Err(TextError::Blank);
        }
        if text.chars().any(is_refused) {
            return Err(TextError::ControlCharacter);
        }
        let units = units_with_links(text);
        if units > Self::LIMIT {
            return Err(TextError::TooLong { units });
        }
        Ok(SmsText(text.to_owned()))
    }

    /// Makes a text that somebody else wrote fit, to pass it on: control characters become spaces, a link
    /// placeholder loses its brackets so that no link of ours is put in, and what is too long is cut. None for a
    /// blank text.
    pub fn passed_on(text: &str) -> Option<Self> {
        let clean = text
            .replace(LINK_PLACEHOLDER, "(link)")
            .replace(is_refused, " ");
        let mut units = 0;
        let fitting: String = clean
            .chars()
            .take_while(|character| {
                units += character.len_utf16();
                units <= Self::LIMIT
            })
            .collect();
        Self::new(&fitting).ok()
    }

    /// The text, with the placeholder where a link goes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The segments that it takes as it stands.
    pub fn segments(&self) -> Segments {
        segments(&self.0)
    }
}

impl fmt::Debug for SmsText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "SmsText({} units)",
            self.0.encode_utf16().count()
        )
    }
}

json_as_text!(SmsText, as_str, SmsText::new, { "type": "string", "minLength": 1, "maxLength": 1600 });

fn is_refused(character: char) -> bool {
    character.is_control() && character != '\n'
}

/// Length in units of UTF-16, each placeholder counted as the longest link.
fn units_with_links(text: &str) -> usize {
    let links = text.matches(LINK_PLACEHOLDER).count();
    text.encode_utf16().count() + links * (LINK_ROOM - LINK_PLACEHOLDER.len())
}

/// Why a text cannot be sent. Never repeats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing to read.
    #[error("must not be blank")]
    Blank,
    /// Something that no phone shows.
    #[error("must not hold control characters other than line feeds")]
    ControlCharacter,
    /// Longer than the carrier takes.
    #[error(
        "is {units} characters long, at most {} fit (a link placeholder counts as {LINK_ROOM}, an emoji as two or more)",
        SmsText::LIMIT
    )]
    TooLong {
        /// Its length in units of UTF-16.
        units: usize,
    },
}

/// How a text goes through the phone network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segments {
    /// Its alphabet.
    pub encoding: Encoding,
    /// Its length in units of that alphabet: septets or 16-bit units.
    pub units: usize,
    /// How many segments it takes; 0 for an empty text.
    pub count: usize,
}

/// The two alphabets of SMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// 7 bits a unit; characters of the extension table take two. 160 units alone, 153 in each of several segments.
    Gsm7,
    /// 16 bits a unit, for every text with a character that GSM-7 lacks. 70 units alone, 67 in each of several.
    Ucs2,
}

impl Encoding {
    /// Units of a text of one segment.
    pub const fn single(self) -> usize {
        match self {
            Encoding::Gsm7 => 160,
            Encoding::Ucs2 => 70,
        }
    }

    /// Units of each segment of a longer text: the rest is its header.
    pub const fn of_several(self) -> usize {
        match self {
            Encoding::Gsm7 => 153,
            Encoding::Ucs2 => 67,
        }
    }
}

/// The segments that a text takes. What takes two units (an escape, a surrogate pair) is not torn apart by the
/// end of a segment.
pub fn segments(text: &str) -> Segments {
    let (encoding, width): (_, fn(char) -> usize) =
        if text.chars().all(|character| gsm7(character).is_some()) {
            (Encoding::Gsm7, |character| gsm7(character).unwrap_or(0))
        } else {
            (Encoding::Ucs2, char::len_utf16)
        };
    let units = text.chars().map(width).sum();
    let count = if units <= encoding.single() {
        usize::from(units > 0)
    } else {
        let (mut count, mut used) = (1, 0);
        for width in text.chars().map(width) {
            if used + width > encoding.of_several() {
                count += 1;
                used = 0;
            }
            used += width;
        }
        count
    };
    Segments {
        encoding,
        units,
        count,
    }
}

/// The characters of GSM-7's basic table beyond ASCII.
const BEYOND_ASCII: &str = "¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ";

/// The septets of a character in GSM-7 (3GPP TS 23.038): one in the basic table, two (with the escape) in the
/// extension table, none when it is in neither.
fn gsm7(character: char) -> Option<usize> {
    match character {
        ' '..='Z' | 'a'..='z' | '\n' | '\r' | '_' => Some(1),
        '\u{c}' | '^' | '{' | '}' | '\\' | '[' | '~' | ']' | '|' | '€' => Some(2),
        other => BEYOND_ASCII.contains(other).then_some(1),
    }
}

#[cfg(test)]
mod tests;
