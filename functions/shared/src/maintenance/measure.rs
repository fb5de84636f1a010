//! A quantity: a distance, engine hours, an amount of fuel.

use std::fmt;

use serde::de::{Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number with at most two decimals, kept exactly: sums are what people expect, and two equal quantities are
/// written alike. JSON: a number. At most [`Measure::MAX`] either way when read; arithmetic saturates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Measure(i64);

impl Measure {
    /// Nothing.
    pub const ZERO: Measure = Measure(0);
    /// The largest number that a document may hold, 1,000,000,000.
    pub const MAX: Measure = Measure::whole(1_000_000_000);

    /// A whole number.
    pub const fn whole(number: i64) -> Self {
        Measure(number.saturating_mul(100))
    }

    /// A number of hundredths.
    pub const fn from_hundredths(hundredths: i64) -> Self {
        Measure(hundredths)
    }

    /// As a number of hundredths.
    pub const fn hundredths(self) -> i64 {
        self.0
    }

    /// The sum.
    #[must_use]
    pub const fn plus(self, other: Measure) -> Self {
        Measure(self.0.saturating_add(other.0))
    }

    /// The difference.
    #[must_use]
    pub const fn minus(self, other: Measure) -> Self {
        Measure(self.0.saturating_sub(other.0))
    }

    /// Without its sign.
    #[must_use]
    pub const fn absolute(self) -> Self {
        Measure(self.0.saturating_abs())
    }

    /// For people, with commas: `52,500.5`.
    pub fn grouped(self) -> String {
        let plain = self.to_string();
        let (sign, plain) = plain
            .strip_prefix('-')
            .map_or(("", plain.as_str()), |rest| ("-", rest));
        let (whole, decimals) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
        let mut text = sign.to_owned();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        text + decimals
    }
}

/// The shortest form: `52500`, `0.5`, `-12.25`.
impl fmt::Display for Measure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        match (rest, rest % 10) {
            (0, _) => write!(formatter, "{sign}{whole}"),
            (_, 0) => write!(formatter, "{sign}{whole}.{}", rest / 10),
            _ => write!(formatter, "{sign}{whole}.{rest:02}"),
        }
    }
}

impl Serialize for Measure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 100 == 0 {
            serializer.serialize_i64(self.0 / 100)
        } else {
            #[expect(
                clippy::cast_precision_loss,
                reason = "far below 2^53 for what a document may hold"
            )]
            serializer.serialize_f64(self.0 as f64 / 100.0)
        }
    }
}

impl<'de> Deserialize<'de> for Measure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MeasureVisitor)
    }
}

struct MeasureVisitor;

impl Visitor<'_> for MeasureVisitor {
    type Value = Measure;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number with at most two decimals, at most 1000000000")
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Measure, E> {
        let measure = Measure::whole(number);
        if measure.absolute() <= Measure::MAX {
            Ok(measure)
        } else {
            Err(E::invalid_value(Unexpected::Signed(number), &self))
        }
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Measure, E> {
        match i64::try_from(number) {
            Ok(number) => self.visit_i64(number),
            Err(_) => Err(E::invalid_value(Unexpected::Unsigned(number), &self)),
        }
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Measure, E> {
        let refused = || E::invalid_value(Unexpected::Float(number), &self);
        let hundredths = (number * 100.0).round();
        #[expect(clippy::cast_precision_loss, reason = "the limit is far below 2^53")]
        let limit = Measure::MAX.0 as f64;
        // A number with two decimals is the one nearest to its hundredths, by how floats are read. Not a
        // number compares as false.
        #[expect(clippy::float_cmp, reason = "the nearest float is exactly one")]
        let exact = hundredths / 100.0 == number && hundredths.abs() <= limit;
        if !exact {
            return Err(refused());
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a whole number within the limit"
        )]
        Ok(Measure(hundredths as i64))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Measure {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Measure".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "number",
            "minimum": 0,
            "maximum": 1_000_000_000,
            "description": "A number with at most two decimals."
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn written_as_people_expect() {
        let shown = |hundredths| Measure::from_hundredths(hundredths).grouped();
        assert_eq!(shown(5_250_050), "52,500.5");
        assert_eq!(shown(123_456_789), "1,234,567.89");
        assert_eq!(shown(-100_005), "-1,000.05");
        assert_eq!(shown(99_900), "999");
        assert_eq!(Measure::from_hundredths(-5).to_string(), "-0.05");
        assert_eq!(
            Measure::from_hundredths(i64::MIN).to_string(),
            "-92233720368547758.08"
        );
    }

    #[test]
    fn other_numbers_are_refused() {
        for text in [
            "1.005",
            "1e10",
            "1e300",
            "1000000000.01",
            "-1000000001",
            "18446744073709551615",
            "\"1\"",
            "null",
        ] {
            assert!(serde_json::from_str::<Measure>(text).is_err(), "{text}");
        }
        assert_eq!(
            serde_json::from_str::<Measure>("1.0").unwrap(),
            Measure::whole(1)
        );
        assert_eq!(
            serde_json::from_str::<Measure>("-1e3").unwrap(),
            Measure::whole(-1000)
        );
    }

    proptest! {
        #[test]
        fn survives_json_and_shows_its_json(hundredths in -100_000_000_000_i64..=100_000_000_000) {
            let measure = Measure::from_hundredths(hundredths);
            let json = serde_json::to_string(&measure).unwrap();
            prop_assert_eq!(&json, &measure.to_string());
            prop_assert_eq!(serde_json::from_str::<Measure>(&json).unwrap(), measure);
            prop_assert_eq!(measure.grouped().replace(',', ""), json);
        }
    }
}
