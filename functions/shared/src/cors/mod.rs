//! The cross-origin rule: which origins may read an answer of the API, and the headers that say so.
//! Pure: putting the headers on a response belongs to the function (on API Gateway's own error answers, to
//! the stack).

mod headers;
mod origin;

pub use headers::{
    ALLOWED_HEADERS, EXPOSED_HEADERS, Header, PREFLIGHT_MAX_AGE, VARY, answer_headers,
    preflight_headers,
};
pub use origin::{AllowedOrigins, Origin, OriginError};
