//! Phone numbers in E.164.

use std::fmt;

use phonenumber::metadata::DATABASE;
use phonenumber::{Mode, Type};
use serde::Deserialize;

use crate::json_text::json_as_text;

/// The kinds of number that can get a text, by whose lengths a number is judged.
const KINDS: &[Type] = &[
    Type::FixedLine,
    Type::Mobile,
    Type::Voip,
    Type::PersonalNumber,
];

/// A phone number in E.164: `+`, country code, national number; 7 to 15 digits. There is no `Display`, and
/// `Debug` shows [`PhoneNumber::masked`]: the number itself comes out of [`PhoneNumber::as_str`] alone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Reads a number as people write it: `+1 (415) 555-2671`. The country has to exist and the length to be one
    /// that it has. Whether the number is assigned is not asked: ranges are opened faster than libraries are
    /// updated, and the carrier knows best.
    ///
    /// Everything that comes from outside goes through here. The first call loads the numbering plans.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        // The library reads much more (letters, extensions, `tel:`); none of it is meant here.
        let is_digit_or_filler =
            |byte: u8| byte.is_ascii_digit() || matches!(byte, b' ' | b'-' | b'.' | b'(' | b')');
        let rest = text
            .trim()
            .strip_prefix('+')
            .ok_or(PhoneError::NotInternational)?;
        if rest.len() > 40 || !rest.bytes().all(is_digit_or_filler) {
            return Err(PhoneError::NotInternational);
        }
        let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
        if digits.starts_with('0') {
            return Err(PhoneError::Country);
        }
        let number = Self::canonical(&digits)?;
        // A number means the same whenever it is read. One with too many prefixes loses some more each time, and what
        // was meant nobody knows.
        match Self::canonical(&number.0[1..]) {
            Ok(again) if again == number => Ok(number),
            _ => Err(PhoneError::Prefix),
        }
    }

    /// The number without the prefix for calls inside its country, if its length is one that the country has.
    fn canonical(digits: &str) -> Result<Self, PhoneError> {
        let number =
            phonenumber::parse(None, format!("+{digits}")).map_err(|error| match error {
                phonenumber::ParseError::InvalidCountryCode => PhoneError::Country,
                _ => PhoneError::Length,
            })?;
        let length = number.national().to_string().len();
        let plans = DATABASE
            .by_code(&number.code().value())
            .ok_or(PhoneError::Country)?;
        let possible = plans.iter().any(|plan| {
            KINDS
                .iter()
                .filter_map(|kind| plan.descriptors().get(*kind))
                .any(|kind| {
                    kind.possible_length()
                        .iter()
                        .any(|known| usize::from(*known) == length)
                })
        });
        if !possible {
            return Err(PhoneError::Length);
        }
        Self::stored(&number.format().mode(Mode::E164).to_string())
    }

    /// Reads a number that was parsed before. Only its form is checked: a job must stay readable when numbering
    /// plans change, and it is read with every request.
    pub fn stored(text: &str) -> Result<Self, PhoneError> {
        let digits = text.strip_prefix('+').ok_or(PhoneError::NotInternational)?;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PhoneError::NotInternational);
        }
        if digits.starts_with('0') {
            return Err(PhoneError::Country);
        }
        if !(7..=15).contains(&digits.len()) {
            return Err(PhoneError::Length);
        }
        Ok(PhoneNumber(text.to_owned()))
    }

    /// The number, `+14155552671`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number as logs and people who need not call it see it: `+1••••••••71`.
    pub fn masked(&self) -> String {
        let (start, rest) = self.0.split_at(2);
        let (hidden, end) = rest.split_at(rest.len() - 2);
        format!("{start}{}{end}", "•".repeat(hidden.len()))
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.masked())
    }
}

json_as_text!(PhoneNumber, as_str, PhoneNumber::stored, {
    "type": "string",
    "pattern": "^\\+[1-9][0-9]{6,14}$",
    "description": "phone number in E.164"
});

/// A number in a request: JSON that goes through [`PhoneNumber::parse`], where a [`PhoneNumber`]'s own goes
/// through the check of its form alone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct GivenNumber(pub PhoneNumber);

impl TryFrom<String> for GivenNumber {
    type Error = PhoneError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        PhoneNumber::parse(&text).map(GivenNumber)
    }
}

/// Why a text is no phone number. Never repeats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Not a number in international form.
    #[error("expected a phone number in international form, like `+12025550143`")]
    NotInternational,
    /// No country has this code.
    #[error("no country has this number's country code")]
    Country,
    /// No number of the country has this length.
    #[error("has too few or too many digits for its country")]
    Length,
    /// It has more than the one prefix that it may be written with, as in `+44 (0)7912 345678`.
    #[error(
        "has more than one prefix for calls inside its country (often 0) after the country code"
    )]
    Prefix,
}

#[cfg(test)]
mod tests {
    use super::*;
    use phonenumber::Metadata;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let read = |text| PhoneNumber::parse(text).unwrap().as_str().to_owned();
        assert_eq!(read("+14155552671"), "+14155552671");
        assert_eq!(read(" +1 (415) 555-2671 "), "+14155552671");
        assert_eq!(read("+1.415.555.2671"), "+14155552671");
        // The zero that is dialled inside the country does not belong to the number; in Italy it does.
        assert_eq!(read("+44 (0)7912 345678"), "+447912345678");
        assert_eq!(read("+39 02 3661 8300"), "+390236618300");
    }

    #[test]
    fn the_carriers_test_numbers_and_unassigned_ones_are_accepted() {
        for last in 0..=9 {
            let number = format!("+1500555000{last}");
            assert_eq!(PhoneNumber::parse(&number).unwrap().as_str(), number);
        }
        assert!(PhoneNumber::parse("+15551234567").is_ok());
    }

    #[test]
    fn every_countrys_example_numbers_read_unchanged() {
        for plan in DATABASE.iter() {
            for kind in [Type::FixedLine, Type::Mobile] {
                let example = plan.descriptors().get(kind).and_then(|kind| kind.example());
                if let Some(example) = example {
                    let number = format!("+{}{example}", plan.country_code());
                    let read = PhoneNumber::parse(&number);
                    assert_eq!(read.as_ref().map(PhoneNumber::as_str), Ok(&*number));
                }
            }
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        let refused = |text: &str| PhoneNumber::parse(text).unwrap_err();
        for text in [
            "",
            "4155552671",
            "0014155552671",
            "tel:+14155552671",
            "+1415555CALL",
            "+14155552671;ext=5",
            "+1415\n5552671",
            "＋14155552671",
            "+١٤١٥",
            "++14155552671",
            "MG00112233445566778899aabbccddeeff",
        ] {
            assert_eq!(refused(text), PhoneError::NotInternational, "{text}");
        }
        for text in ["+0014155552671", "+999123456789"] {
            assert_eq!(refused(text), PhoneError::Country, "{text}");
        }
        for text in [
            "+",
            "+1",
            "+15550100",
            "+141555526711",
            "+491234",
            "+12345678901234567890",
        ] {
            assert_eq!(refused(text), PhoneError::Length, "{text}");
        }
        assert_eq!(
            refused(&format!("+{}", "1".repeat(5000))),
            PhoneError::NotInternational
        );
    }

    #[test]
    fn more_than_one_prefix_is_refused() {
        // The library takes two of the zeros, and would take the third when the number is read again.
        for text in ["+81000611143160", "+81 (0)(0)(0) 611143160"] {
            assert_eq!(PhoneNumber::parse(text), Err(PhoneError::Prefix), "{text}");
        }
        let number = PhoneNumber::parse("+81 (0)611143160").unwrap();
        assert_eq!(number.as_str(), "+81611143160");
    }

    #[test]
    fn nothing_but_as_str_shows_the_number() {
        let number = PhoneNumber::parse("+14155552671").unwrap();
        insta::assert_snapshot!(format!("{number:?}"), @"+1••••••••71");
        let errors = [
            PhoneError::NotInternational,
            PhoneError::Country,
            PhoneError::Length,
            PhoneError::Prefix,
        ];
        insta::assert_snapshot!(errors.map(|error| error.to_string()).join("\n"), @r"
        expected a phone number in international form, like `+12025550143`
        no country has this number's country code
        has too few or too many digits for its country
        has more than one prefix for calls inside its country (often 0) after the country code
        ");
    }

    #[test]
    fn a_stored_number_is_checked_for_its_form_alone() {
        let read = |text: &str| serde_json::from_value::<PhoneNumber>(text.into());
        // No country has this length, which may change.
        assert_eq!(read("+15550100").unwrap().as_str(), "+15550100");
        for text in [
            "",
            "+",
            "+123456",
            "+1234567890123456",
            "+0123456789",
            "14155552671",
            "+1 4155552671",
            "+1415555267a",
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(text.len() < 3 || !error.contains(text), "{error}");
        }
        let given = serde_json::from_value::<GivenNumber>("+15550100".into());
        assert!(given.is_err(), "a request's number is parsed");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_was_read_reads_back(text in "\\+(1|44|49|39|[1-9])[0-9 ().-]{0,14}") {
            if let Ok(number) = PhoneNumber::parse(&text) {
                prop_assert_eq!(PhoneNumber::parse(number.as_str()), Ok(number.clone()));
                let json = serde_json::to_string(&number).unwrap();
                prop_assert_eq!(serde_json::from_str::<PhoneNumber>(&json).unwrap(), number);
            }
        }

        /// Every country, with any number of prefixes in front of any number.
        #[test]
        fn what_was_read_is_written_as_it_is_read(
            plan in proptest::sample::select(DATABASE.iter().map(Metadata::country_code).collect::<Vec<_>>()),
            prefixes in 0_usize..4,
            national in "[0-9]{4,13}",
        ) {
            let prefix = |meta: &Metadata| meta.national_prefix().unwrap_or("0").to_owned();
            let prefix = DATABASE.by_code(&plan).and_then(|plans| plans.first().map(|meta| prefix(meta)));
            let text = format!("+{plan}{}{national}", prefix.unwrap_or_default().repeat(prefixes));
            if let Ok(number) = PhoneNumber::parse(&text) {
                prop_assert_eq!(PhoneNumber::parse(number.as_str()), Ok(number.clone()));
                prop_assert_eq!(PhoneNumber::stored(number.as_str()), Ok(number));
            }
        }

        #[test]
        fn no_text_makes_it_fall_over(text: String) {
            let _ = PhoneNumber::parse(&text);
            let _ = PhoneNumber::parse(&format!("+{text}"));
        }
    }
}
