//! Why a stack cannot be declared: the stack file asks for what AWS refuses.

use crate::hint::Hint;
use crate::{resource, template};

/// Why a stack cannot be declared.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A resource breaks a rule of its own.
    #[error(transparent)]
    Resource(#[from] resource::Error),
    /// The resources do not make a template.
    #[error(transparent)]
    Template(#[from] template::Error),
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Resource(error) => error.hint(),
            Self::Template(error) => error.hint(),
        }
    }
}
