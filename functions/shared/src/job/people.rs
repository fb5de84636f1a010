//! The people of a job.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::phone::{GivenNumber, PhoneNumber};
use crate::words::PersonName;

/// Who ordered the job: a name, and one to [`Customer::MOST_PHONES`] numbers, each once, tried in this order.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "CustomerParts")]
pub struct Customer {
    name: PersonName,
    phones: Vec<PhoneNumber>,
}

/// The JSON form in a request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CustomerParts {
    name: PersonName,
    phones: Vec<GivenNumber>,
}

impl Customer {
    /// How many numbers a customer may have.
    pub const MOST_PHONES: usize = 3;

    /// Checks the numbers.
    pub fn new(name: PersonName, phones: Vec<PhoneNumber>) -> Result<Self, CustomerError> {
        if phones.is_empty() || phones.len() > Self::MOST_PHONES {
            return Err(CustomerError::PhoneCount);
        }
        let repeated = |(index, phone)| phones[..index].contains(phone);
        if phones.iter().enumerate().any(repeated) {
            return Err(CustomerError::PhoneTwice);
        }
        Ok(Customer { name, phones })
    }

    /// The name.
    pub const fn name(&self) -> &PersonName {
        &self.name
    }

    /// The numbers, first choice first.
    pub fn phones(&self) -> &[PhoneNumber] {
        &self.phones
    }
}

impl TryFrom<CustomerParts> for Customer {
    type Error = CustomerError;

    fn try_from(parts: CustomerParts) -> Result<Self, Self::Error> {
        let phones = parts.phones.into_iter().map(|GivenNumber(phone)| phone);
        Customer::new(parts.name, phones.collect())
    }
}

impl fmt::Debug for Customer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Customer({} phones)", self.phones.len())
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Customer {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Customer".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "object",
            "properties": {
                "name": generator.subschema_for::<PersonName>(),
                "phones": {
                    "type": "array",
                    "items": generator.subschema_for::<PhoneNumber>(),
                    "minItems": 1,
                    "maxItems": Customer::MOST_PHONES,
                    "uniqueItems": true
                }
            },
            "required": ["name", "phones"],
            "additionalProperties": false
        })
    }
}

/// Why somebody is no customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CustomerError {
    /// None, or too many.
    #[error("expected 1 to {} phone numbers", Customer::MOST_PHONES)]
    PhoneCount,
    /// The same number again.
    #[error("a phone number is named twice")]
    PhoneTwice,
}

/// Who does the job.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Technician {
    /// The name. Customers get to know its first word.
    pub name: PersonName,
    /// For the operator; customers never see it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    pub phone: Option<PhoneNumber>,
}

fn given<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<PhoneNumber>, D::Error> {
    let number = Option::<GivenNumber>::deserialize(deserializer)?;
    Ok(number.map(|GivenNumber(phone)| phone))
}

impl fmt::Debug for Technician {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Technician(…)")
    }
}
