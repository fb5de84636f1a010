//! THE QDN stack, declared. Read [`declare`] first: it goes from top to bottom like the picture of the system;
//! each part has a file of its own. How a template is written down is `template`'s business.
//!
//! | file | declares |
//! |---|---|
//! | `declare` | the main stack, as a whole |
//! | `deployed` | nothing: reads facts back from a template that is deployed |
//! | `table` | the table of jobs and messages |
//! | `functions` | Lambda functions, each with its role and log group |
//! | `permissions` | nothing: says what the functions may do, and the most that any role may |
//! | `triggers` | what sets `relay` and `upkeep` to work: the table's stream and the clock |
//! | `dead_letters` | the queue of what could not be worked on |
//! | `api` | the REST API, made from the route table |
//! | `edge` | the function at the edge with its keys, and the cache and header policies of its behaviors |
//! | `site` | the bucket that holds the page |
//! | `distribution` | what ties all of it together under one name, or what an existing one is given |
//! | `metrics` | nothing: names what is counted and measured |
//! | `alarms` | who is told when something breaks |
//! | `dashboard` | the board on which a person sees how the system does |
//! | `outputs` | what the deployed stack tells |
//! | `data` | nothing: says what becomes of what holds data |
//! | `bootstrap` | the small stack that has to be there first |

mod alarms;
mod api;
mod bootstrap;
mod dashboard;
mod data;
mod dead_letters;
mod declare;
mod deployed;
mod distribution;
mod edge;
mod edge_source;
mod error;
mod functions;
mod metrics;
pub mod names;
mod outputs;
mod paths;
mod permissions;
mod site;
mod table;
#[cfg(test)]
mod tests;
mod triggers;

pub use bootstrap::{LogRole, declare_bootstrap};
pub use declare::{adopted, declare};
pub use deployed::{declares_log_role, edge_code, edge_comment, page_policy, routes};
pub use edge::FUNCTION as EDGE_FUNCTION;
pub use error::Error;
pub use functions::{CARRIER_URL, PUBLIC_URL, code_parameter};
pub use outputs::Output;
