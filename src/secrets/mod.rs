//! The secrets file of an environment: read with care, and of its content only the names that we need.
//! What becomes of the values is `plan`'s and `engine`'s matter. Types here that hold a secret cannot be
//! printed: their `Debug` is redacted, and none has a `Display`.
//!
//! | file | what lives there |
//! |---|---|
//! | `file` | opening it, and refusing what others could read or write |
//! | `lines` | its lines as `dotenvy` reads them, with line numbers |
//! | `names` | the names that are read, and what their values look like |
//! | `read` | all of it together: [`read`] |
//! | `document` | a secret's text as it is stored, with its fingerprint |
//! | `error` | what can be wrong |

mod document;
mod error;
mod file;
mod lines;
mod names;
mod read;
#[cfg(test)]
mod tests;

pub use document::Document;
pub use error::{Error, Fault, FaultKind};
pub use names::Name;
pub use read::{SecretsFile, parse, read};
