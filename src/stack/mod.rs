//! THE QDN stack, declared. Read [`declare`] first: it goes from top to bottom like the picture of the system;
//! each part has a file of its own. How a template is written down is `template`'s business.
//!
//! | file | declares |
//! |---|---|
//! | `declare` | the main stack, as a whole |
//! | `deployed` | nothing: reads facts back from a template that is deployed |
//! | `functions` | Lambda functions, each with its role and log group |
//! | `api` | the REST API, made from the route table |
//! | `edge` | the function at the edge, and the cache and header policies of its behaviors |
//! | `site` | the bucket that holds the page |
//! | `distribution` | what ties all of it together under one name |
//! | `alarms` | who is told when something breaks |
//! | `outputs` | what the deployed stack tells |
//! | `data` | nothing: says what becomes of what holds data |
//! | `bootstrap` | the small stack that has to be there first |

mod alarms;
mod api;
mod bootstrap;
mod data;
mod declare;
mod deployed;
mod distribution;
mod edge;
mod error;
mod functions;
pub mod names;
mod outputs;
mod paths;
mod site;
#[cfg(test)]
mod tests;

pub use bootstrap::{LogRole, declare_bootstrap};
pub use declare::declare;
pub use deployed::{declares_log_role, edge_code, routes};
pub use error::Error;
pub use outputs::Output;
