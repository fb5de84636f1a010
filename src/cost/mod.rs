//! What a declared stack would cost a month at some traffic: arithmetic over a table of prices. Asks nobody, and counts
//! no free tier. Says which declared limits the traffic exceeds.

mod estimate;
mod limits;
mod prices;
mod shape;
#[cfg(test)]
mod tests;
mod traffic;

pub use estimate::{DAYS, Estimate, Line, Service, estimate};
pub use limits::{Limit, Sender};
pub use prices::{AS_OF, REGION};
pub use shape::{FunctionShape, Shape};
pub use traffic::Traffic;

#[cfg(test)]
pub(crate) use tests::shape as sample_shape;
