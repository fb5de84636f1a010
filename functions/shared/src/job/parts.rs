//! The stored forms of a job's parts. A request's forms refuse what they do not know and parse phone numbers; the
//! stored ones do neither.

use std::fmt::Display;

use jiff::Timestamp;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::{Customer, CustomerError, Technician};
use crate::charge::{Charge, ChargeError, Currency};
use crate::phone::PhoneNumber;
use crate::rating::{Comment, Rating, Stars};
use crate::window::{ArrivalWindow, WindowError};
use crate::words::PersonName;

/// Reads a part through its stored form.
pub(super) fn read<'de, Parts, Part, D>(deserializer: D) -> Result<Part, D::Error>
where
    D: Deserializer<'de>,
    Parts: Deserialize<'de>,
    Part: TryFrom<Parts, Error: Display>,
{
    let parts = Parts::deserialize(deserializer)?;
    Part::try_from(parts).map_err(D::Error::custom)
}

/// The same for a part that may be absent.
pub(super) fn read_some<'de, Parts, Part, D>(deserializer: D) -> Result<Option<Part>, D::Error>
where
    D: Deserializer<'de>,
    Parts: Deserialize<'de>,
    Part: TryFrom<Parts, Error: Display>,
{
    let parts = Option::<Parts>::deserialize(deserializer)?;
    parts
        .map(Part::try_from)
        .transpose()
        .map_err(D::Error::custom)
}

#[derive(Deserialize)]
pub(super) struct CustomerParts {
    name: PersonName,
    phones: Vec<PhoneNumber>,
}

impl TryFrom<CustomerParts> for Customer {
    type Error = CustomerError;

    fn try_from(parts: CustomerParts) -> Result<Self, Self::Error> {
        Customer::new(parts.name, parts.phones)
    }
}

#[derive(Deserialize)]
pub(super) struct TechnicianParts {
    name: PersonName,
    phone: Option<PhoneNumber>,
}

impl From<TechnicianParts> for Technician {
    fn from(parts: TechnicianParts) -> Self {
        Technician {
            name: parts.name,
            phone: parts.phone,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct WindowParts {
    start: Timestamp,
    end: Timestamp,
    zone: String,
}

impl TryFrom<WindowParts> for ArrivalWindow {
    type Error = WindowError;

    fn try_from(parts: WindowParts) -> Result<Self, Self::Error> {
        ArrivalWindow::new(parts.start, parts.end, &parts.zone)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChargeParts {
    amount: i64,
    currency: Currency,
    paid_at: Option<Timestamp>,
}

impl TryFrom<ChargeParts> for Charge {
    type Error = ChargeError;

    fn try_from(parts: ChargeParts) -> Result<Self, Self::Error> {
        Charge::new(parts.amount, parts.currency, parts.paid_at)
    }
}

#[derive(Deserialize)]
pub(super) struct RatingParts {
    stars: Stars,
    comment: Option<Comment>,
}

impl From<RatingParts> for Rating {
    fn from(parts: RatingParts) -> Self {
        Rating {
            stars: parts.stars,
            comment: parts.comment,
        }
    }
}
