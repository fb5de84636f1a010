//! The id of a tracking link.

use std::fmt;
use std::str::FromStr;

use super::IdError;
use crate::json_text::json_as_text;

/// The id of a tracking link: 128 random bits, 32 lowercase hexadecimal digits. It stands in the job token and
/// says nothing about the job or the customer. It opens nothing without the token's signature; `Debug` shows
/// its beginning only all the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId([u8; 16]);

impl LinkId {
    /// The id of 16 random bytes, or of those in a token.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        LinkId(bytes)
    }

    /// The bytes as they stand in a token.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for LinkId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for LinkId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "LinkId({:02x}{:02x}…)", self.0[0], self.0[1])
    }
}

impl FromStr for LinkId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: &[u8; 32] = text.as_bytes().try_into().map_err(|_| IdError::Link)?;
        let mut bytes = [0; 16];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = value(pair[0])? << 4 | value(pair[1])?;
        }
        Ok(LinkId(bytes))
    }
}

const fn value(digit: u8) -> Result<u8, IdError> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(IdError::Link),
    }
}

json_as_text!(LinkId, pattern: "^[0-9a-f]{32}$");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "00112233445566778899aabbccddeeff";

    #[test]
    fn bytes_stand_in_order_and_debug_keeps_most_back() {
        let link: LinkId = TEXT.parse().unwrap();
        assert_eq!(link.as_bytes()[..3], [0x00, 0x11, 0x22]);
        assert_eq!(link.as_bytes()[15], 0xff);
        assert_eq!(link.to_string(), TEXT);
        insta::assert_snapshot!(format!("{link:?}"), @"LinkId(0011…)");
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            String::new(),
            TEXT.to_uppercase(),
            format!("{TEXT}0"),
            TEXT[1..].to_owned(),
            TEXT.replace('0', "/"),
            TEXT.replace("ff", "é"),
        ] {
            assert_eq!(text.parse::<LinkId>(), Err(IdError::Link), "{text}");
        }
    }

    proptest! {
        #[test]
        fn survives_text_and_json(bytes: [u8; 16]) {
            let link = LinkId::from_bytes(bytes);
            prop_assert_eq!(link.to_string().parse(), Ok(link));
            let json = serde_json::to_string(&link).unwrap();
            prop_assert_eq!(serde_json::from_str::<LinkId>(&json).unwrap(), link);
        }
    }
}
