//! When equipment moves on.

use jiff::civil::Date;

use super::entry::{Entry, short};
use super::truck::by_time;
use crate::maintenance::{Equipment, Truck, YARD};

pub(super) fn entry(item: &Equipment, trucks: &[Truck], today: Date) -> Entry {
    let named = |place: &str| {
        let truck = trucks.iter().find(|truck| truck.id == place);
        match truck {
            Some(truck) => short(&truck.name),
            None if place == YARD => "the yard".to_owned(),
            None => short(place),
        }
    };
    let from = named(&item.location);
    let to = item.next_location().map(named);
    let to = to.unwrap_or_else(|| "its next place".to_owned());
    let what = format!("{}: move from {from} to {to}", short(&item.name));
    Entry {
        schedule: format!("equipment/{}", item.id),
        judged: vec![by_time(&item.interval, item.last_rotated, today, &what)],
        what,
    }
}
