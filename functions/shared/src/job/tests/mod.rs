//! Tests of the job.

mod examples;
mod properties;
mod stored;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::charge::Charge;
use crate::id::LinkId;
use crate::phone::PhoneNumber;
use crate::rating::Rating;
use crate::window::ArrivalWindow;
use crate::words::PersonName;

fn at(minute: i64) -> Timestamp {
    "2026-11-22T12:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minute)
}

fn window(minute: i64) -> ArrivalWindow {
    ArrivalWindow::new(at(minute), at(minute + 120), "America/New_York").unwrap()
}

fn technician(name: &str, phone: Option<&str>) -> Technician {
    Technician {
        name: PersonName::new(name).unwrap(),
        phone: phone.map(|phone| PhoneNumber::parse(phone).unwrap()),
    }
}

fn assign(name: &str, minute: i64) -> Transition {
    Transition::Assigned {
        technician: technician(name, None),
        window: window(minute),
    }
}

fn charge(amount: i64) -> Charge {
    Charge::new(amount, "USD".parse().unwrap(), None).unwrap()
}

fn paid(amount: i64) -> Charge {
    Charge::new(amount, "USD".parse().unwrap(), Some(at(0))).unwrap()
}

fn complete(charge: Option<Charge>) -> Transition {
    Transition::Complete { charge }
}

fn rated(stars: u8) -> Transition {
    Transition::Rated {
        rating: Rating::new(stars, Some("quick")).unwrap(),
    }
}

fn created() -> (Job, Notice) {
    let phone = PhoneNumber::parse("+12025550143").unwrap();
    let new = NewJob {
        customer: Customer::new(PersonName::new("Ada Byron").unwrap(), vec![phone]).unwrap(),
        address: Some(Address::new("12 Mill Road").unwrap()),
        notes: None,
    };
    let link = LinkId::from_bytes([7; 16]);
    Job::create(new, "7K3M9QX2".parse().unwrap(), link, at(0))
}

/// A job that went through these moves, a minute each.
fn job(moves: impl IntoIterator<Item = Transition>) -> Job {
    let (mut job, _) = created();
    for (minute, transition) in (1..).zip(moves) {
        job = job.transition(transition, at(minute)).unwrap().job;
    }
    job
}

fn whole_way() -> [Transition; 4] {
    [
        assign("Sam Lee", 60),
        Transition::InProgress {},
        complete(Some(charge(12_500))),
        rated(5),
    ]
}
