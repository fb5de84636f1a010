//! The maintenance data that a checkout wants there: read and checked, and merged with what people changed
//! meanwhile in the live document. Pure: files are read by `cli`, the bucket and the API are the engine's part.
//!
//! | file | holds |
//! |---|---|
//! | `data` | a document, read |
//! | `mistake`, `locate` | what is wrong with a seed file, and on which line |
//! | `entries`, `place`, `difference` | lists whose entries have ids, paths as people read them, two documents compared |
//! | `merge`, `conflict` | three documents merged, and what a person has to decide |
//! | `compare` | what a seed comes to, against what lies live |
//! | `layout` | a document as text |

mod compare;
mod conflict;
mod data;
mod difference;
mod entries;
mod layout;
mod locate;
mod merge;
mod mistake;
mod place;
#[cfg(test)]
mod tests;

pub use compare::{Comparison, Live, Put, compare};
pub use conflict::{Conflict, Take, choices};
pub use data::{FILE, KEY, MaintenanceData, NotRead};
pub use difference::Change;
pub use mistake::{Mistake, Mistakes};
