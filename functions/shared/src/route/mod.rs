//! The typed route table: the only list of routes. API Gateway's methods, the router, the cross-origin
//! answers and the probes derive from it. Handlers live in the function, not here.

mod method;
mod name;
mod table;
mod template;

pub use method::{Method, UnknownMethod};
pub use name::{Credential, RouteName};
pub use table::{ROUTES, Route, allow, methods_of, paths, route};
pub use template::{PathTemplate, Segment, TemplateError};
