//! The OpenAPI 3.1 document of the API, made of the route table, the types of the bodies, their samples and the
//! problems that each route may answer with: all of them what the functions themselves are made of.
//!
//! | file | holds |
//! |---|---|
//! | `document` | the document |
//! | `operation` | one route in it |
//! | `words` | what the document says about each route |
//! | `parameters` | parameters of paths and queries, headers |
//! | `responses` | answers, good and bad |
//! | `schemas` | JSON Schemas of the bodies |

mod document;
mod operation;
mod parameters;
mod responses;
mod schemas;
#[cfg(test)]
mod tests;
mod words;

pub use document::document;
