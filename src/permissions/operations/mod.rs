//! Every call that this program makes of AWS, and which actions IAM asks for it. Their names differ in places: a
//! `HeadObject` is `s3:GetObject`, API Gateway knows verbs of HTTP, and whoever sets tags while creating needs both.

mod edge;
mod objects;
mod services;
mod stacks;

use super::Need;
use super::Purpose;
use crate::ports::Service;

/// A call.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// Of which service.
    pub service: Service,
    /// As the service spells it, e.g. `HeadObject`.
    pub name: &'static str,
    /// What it needs, and from which purpose on.
    pub needs: &'static [(Purpose, Need)],
}

impl Operation {
    /// Whether somebody who is allowed for this purpose may make it, on whatever it is made on then. What needs nothing
    /// may be made by everybody.
    pub fn is_for(&self, purpose: Purpose) -> bool {
        self.needs.is_empty() || self.needs.iter().any(|(since, _)| *since <= purpose)
    }
}

/// All of them.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    let tables = [
        stacks::OPERATIONS,
        objects::OPERATIONS,
        edge::OPERATIONS,
        services::OPERATIONS,
    ];
    tables.into_iter().flatten()
}

/// The row of a call; `service` as `Service` is displayed, which is how the SDKs spell it.
pub fn operation(service: &str, name: &str) -> Option<&'static Operation> {
    operations().find(|row| row.name == name && row.service.to_string() == service)
}

const fn row(service: Service, name: &'static str, needs: &'static [(Purpose, Need)]) -> Operation {
    Operation {
        service,
        name,
        needs,
    }
}
