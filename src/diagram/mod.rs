//! The declared system as a drawing. What is drawn follows from the template alone: its resources, and what they say of
//! each other.
//!
//! | file | holds |
//! |---|---|
//! | `kinds` | what a resource of a type is in a drawing: a box, a part of one, or an arrow |
//! | `references` | to whom a value refers |
//! | `graph` | a template turned into boxes and arrows |
//! | `rest_api` | the lines of an API's box: its routes |
//! | `mermaid` | boxes and arrows as Mermaid |
//! | `layout` | where boxes stand and arrows run |
//! | `picture` | boxes and arrows as SVG |

mod graph;
mod kinds;
mod layout;
mod mermaid;
mod picture;
mod references;
mod rest_api;
#[cfg(test)]
mod tests;

pub use graph::Graph;
pub use mermaid::mermaid;
pub use picture::svg;
