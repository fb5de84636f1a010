//! What a job costs.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::json_text::json_as_text;

/// What a job costs: an amount of at most [`Charge::LARGEST`] in minor units (cents), never negative, its
/// currency, and since when it is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts", rename_all = "camelCase")]
pub struct Charge {
    amount: i64,
    currency: Currency,
    #[serde(skip_serializing_if = "Option::is_none")]
    paid_at: Option<Timestamp>,
}

/// What a job costs, in a request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Charge"))]
struct Parts {
    /// In minor units of the currency (cents).
    #[cfg_attr(
        feature = "schema",
        schemars(range(min = 0, max = 999_999_999_999_i64))
    )]
    amount: i64,
    currency: Currency,
    /// When it was paid; absent while payment is due.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<String>", extend("format" = "date-time"))
    )]
    paid_at: Option<Timestamp>,
}

impl Charge {
    /// The largest amount: what every JSON reader holds exactly, and more than anybody pays.
    pub const LARGEST: i64 = 999_999_999_999;

    /// Checks a charge.
    pub fn new(
        amount: i64,
        currency: Currency,
        paid_at: Option<Timestamp>,
    ) -> Result<Self, ChargeError> {
        if !(0..=Self::LARGEST).contains(&amount) {
            return Err(ChargeError::Amount);
        }
        Ok(Charge {
            amount,
            currency,
            paid_at,
        })
    }

    /// The amount in minor units.
    pub const fn amount(&self) -> i64 {
        self.amount
    }

    /// The currency.
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// When it was paid.
    pub const fn paid_at(&self) -> Option<Timestamp> {
        self.paid_at
    }

    /// Whether the customer still has something to pay.
    pub const fn is_due(&self) -> bool {
        self.amount > 0 && self.paid_at.is_none()
    }

    /// Whether a charge that is named once more says nothing new: the same price, and nothing else about its
    /// payment. One that was paid meanwhile is still the one that was named before.
    pub fn covers(&self, repeated: &Charge) -> bool {
        (self.amount, self.currency) == (repeated.amount, repeated.currency)
            && (repeated.paid_at.is_none() || repeated.paid_at == self.paid_at)
    }
}

impl TryFrom<Parts> for Charge {
    type Error = ChargeError;

    fn try_from(parts: Parts) -> Result<Self, Self::Error> {
        Charge::new(parts.amount, parts.currency, parts.paid_at)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Charge {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Parts::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Parts::json_schema(generator)
    }
}

/// A currency by its three letters (ISO 4217), `USD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The three letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("the letters were checked to be A to Z")
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Currency {
    type Err = ChargeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let letters: [u8; 3] = text
            .as_bytes()
            .try_into()
            .map_err(|_| ChargeError::Currency)?;
        if letters.iter().all(u8::is_ascii_uppercase) {
            Ok(Currency(letters))
        } else {
            Err(ChargeError::Currency)
        }
    }
}

json_as_text!(Currency, pattern: "^[A-Z]{3}$");

/// Why something is no charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChargeError {
    /// Negative, or beyond all measure.
    #[error(
        "the amount has to be from 0 to {} minor units (cents)",
        Charge::LARGEST
    )]
    Amount,
    /// Not three capital letters.
    #[error("the currency has to be three capital letters, like `USD`")]
    Currency,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Charge, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn json_reads_back() {
        for json in [
            r#"{"amount":12500,"currency":"USD"}"#,
            r#"{"amount":0,"currency":"EUR","paidAt":"2026-11-22T18:00:00Z"}"#,
        ] {
            assert_eq!(serde_json::to_string(&read(json).unwrap()).unwrap(), json);
        }
    }

    #[test]
    fn what_is_no_charge_is_refused() {
        let refused = |json: &str| read(json).unwrap_err();
        insta::assert_snapshot!(refused(r#"{"amount":-1,"currency":"USD"}"#), @"the amount has to be from 0 to 999999999999 minor units (cents)");
        insta::assert_snapshot!(refused(r#"{"amount":1000000000000,"currency":"USD"}"#), @"the amount has to be from 0 to 999999999999 minor units (cents)");
        insta::assert_snapshot!(refused(r#"{"amount":1,"currency":"usd"}"#), @"the currency has to be three capital letters, like `USD` at line 1 column 29");
        assert!(read(r#"{"amount":1.5,"currency":"USD"}"#).is_err());
        assert!(read(r#"{"amount":1,"currency":"USD","tip":1}"#).is_err());
        for text in ["", "US", "USDX", "U$D", "ÄB"] {
            assert_eq!(
                text.parse::<Currency>(),
                Err(ChargeError::Currency),
                "{text}"
            );
        }
    }

    #[test]
    fn due_is_what_costs_and_is_not_paid() {
        let paid = Some(Timestamp::UNIX_EPOCH);
        let due = |amount, paid_at| {
            Charge::new(amount, "USD".parse().unwrap(), paid_at)
                .unwrap()
                .is_due()
        };
        assert!(due(1, None));
        assert!(!due(1, paid) && !due(0, None) && !due(0, paid));
    }

    #[test]
    fn a_paid_charge_covers_its_unpaid_repetition_alone() {
        let charge =
            |amount, paid_at| Charge::new(amount, "USD".parse().unwrap(), paid_at).unwrap();
        let paid = charge(1, Some(Timestamp::UNIX_EPOCH));
        assert!(paid.covers(&paid) && paid.covers(&charge(1, None)));
        assert!(!charge(1, None).covers(&paid) && !paid.covers(&charge(2, None)));
        assert!(!paid.covers(&charge(1, Some(Timestamp::MAX))));
    }
}
