//! Reading what belongs to a job. Rules are the domain types' own; here each gets the place of its fault.

use serde_json::Value;

use super::read::{Object, Readable, Reader, readable, readable_through_serde, text};
use crate::charge::{Charge, Currency};
use crate::job::{Customer, State, Technician, Transition};
use crate::phone::PhoneNumber;
use crate::rating::{Rating, Stars};
use crate::segments::SmsText;
use crate::window::{ArrivalWindow, WindowError};
use crate::words::{FreeText, PersonName};
use jiff::{SignedDuration, Timestamp};

readable! {
    Technician { name, phone }
}

readable_through_serde! {
    Stars: "expected a whole number from 1 to 5";
}

impl Readable for PersonName {
    fn read(value: &Value, reader: &mut Reader) -> Option<Self> {
        text(value, reader, PersonName::new)
    }
}

impl<const LONGEST: usize> Readable for FreeText<LONGEST> {
    fn read(value: &Value, reader: &mut Reader) -> Option<Self> {
        text(value, reader, FreeText::new)
    }
}

impl Readable for SmsText {
    fn read(value: &Value, reader: &mut Reader) -> Option<Self> {
        text(value, reader, SmsText::new)
    }
}

impl Readable for PhoneNumber {
    fn read(value: &Value, reader: &mut Reader) -> Option<Self> {
        text(value, reader, PhoneNumber::parse)
    }
}

impl Readable for Currency {
    fn read(value: &Value, reader: &mut Reader) -> Option<Self> {
        text(value, reader, str::parse::<Currency>)
    }
}

impl Readable for State {
    fn read(value: &Value, reader: &mut Reader) -> Option<Self> {
        text(value, reader, str::parse::<State>)
    }
}

impl Readable for Customer {
    fn read(value: &Value, reader: &mut Reader) -> Option<Self> {
        let mut object = Object::open(value, reader)?;
        let name: Option<PersonName> = object.field("name");
        let phones: Option<Vec<PhoneNumber>> = object.field("phones");
        object.close();
        // The numbers are judged without a name too, so that a fault of the name does not hide theirs.
        let stand_in = || PersonName::new("somebody").ok();
        let customer = Customer::new(name.clone().or_else(stand_in)?, phones?);
        let customer = customer.map_err(|error| reader.fault_in("phones", error.to_string()));
        name.and(customer.ok())
    }
}

impl Readable for ArrivalWindow {
    fn read(value: &Value, reader: &mut Reader) -> Option<Self> {
        let mut object = Object::open(value, reader)?;
        let start: Option<Timestamp> = object.field("start");
        let end: Option<Timestamp> = object.field("end");
        let zone: Option<String> = object.field("zone");
        object.close();
        let mut check = |start, end, zone: &str| {
            let window = ArrivalWindow::new(start, end, zone);
            let part = match window {
                Err(WindowError::EndsBeforeItBegins | WindowError::TooLong) => "end",
                Err(WindowError::UnknownZone) | Ok(_) => "zone",
            };
            window.map_err(|error| reader.fault_in(part, error.to_string()))
        };
        let (second, moment) = (SignedDuration::from_secs(1), Timestamp::UNIX_EPOCH);
        // The zone and the times are judged apart, so that neither's fault hides the other's.
        let is_zone = zone
            .as_deref()
            .is_some_and(|zone| check(moment, moment + second, zone).is_ok());
        let window = check(start?, end?, if is_zone { zone.as_deref()? } else { "UTC" }).ok()?;
        is_zone.then_some(window)
    }
}

impl Readable for Charge {
    fn read(value: &Value, reader: &mut Reader) -> Option<Self> {
        let mut object = Object::open(value, reader)?;
        let amount: Option<i64> = object.field("amount");
        let currency: Option<Currency> = object.field("currency");
        let paid_at: Option<Option<Timestamp>> = object.field("paidAt");
        object.close();
        // As above: the amount is judged without a currency too.
        let stand_in = || "USD".parse().ok();
        let charge = Charge::new(
            amount?,
            currency.or_else(stand_in)?,
            paid_at.unwrap_or_default(),
        );
        let charge = charge.map_err(|error| reader.fault_in("amount", error.to_string()));
        currency.and(paid_at).and(charge.ok())
    }
}

impl Readable for Rating {
    fn read(value: &Value, reader: &mut Reader) -> Option<Self> {
        let mut object = Object::open(value, reader)?;
        let stars: Option<Stars> = object.field("stars");
        let comment: Option<Option<OrBlank<_>>> = object.field("comment");
        object.close();
        Some(Rating {
            stars: stars?,
            comment: comment?.and_then(|OrBlank(comment)| comment),
        })
    }
}

/// A form leaves a text blank that nobody filled in.
struct OrBlank<T>(Option<T>);

impl<T: Readable> Readable for OrBlank<T> {
    fn read(value: &Value, reader: &mut Reader) -> Option<Self> {
        let blank = value.as_str().is_some_and(|text| text.trim().is_empty());
        if blank {
            return Some(OrBlank(None));
        }
        T::read(value, reader).map(|read| OrBlank(Some(read)))
    }
}

impl Readable for Transition {
    fn read(value: &Value, reader: &mut Reader) -> Option<Self> {
        let mut object = Object::open(value, reader)?;
        // Without the state nobody can say which fields belong to it.
        let to: State = object.field("to")?;
        let transition = match to {
            State::Created => Some(Transition::Created {}),
            State::Assigned => {
                let (technician, window) = (object.field("technician"), object.field("window"));
                technician
                    .zip(window)
                    .map(|(technician, window)| Transition::Assigned { technician, window })
            }
            State::InProgress => Some(Transition::InProgress {}),
            State::Complete => {
                let charge = object.field("charge");
                charge.map(|charge| Transition::Complete { charge })
            }
            State::Rated => {
                let rating = object.field("rating");
                rating.map(|rating| Transition::Rated { rating })
            }
        };
        object.close();
        transition
    }
}
