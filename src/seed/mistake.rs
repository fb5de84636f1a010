//! What is wrong with a seed file.

use std::fmt;

use super::data::FILE;
use crate::hint::Hint;

/// Everything that is wrong with a seed file, at least one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistakes {
    /// The file, as the user knows it.
    pub file: String,
    /// What is wrong, in the order of the document.
    pub mistakes: Vec<Mistake>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Line, from 1. Of something that is missing: where it should be.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// What is wrong, named by its ids and its JSON pointer, and what was expected.
    pub message: String,
}

/// One line a mistake, each beginning with `file:line:column`.
impl fmt::Display for Mistakes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.mistakes.iter().enumerate() {
            let Mistake {
                line,
                column,
                message,
            } = mistake;
            let separator = if index == 0 { "" } else { "\n" };
            write!(
                formatter,
                "{separator}{}:{line}:{column}: {message}",
                self.file
            )?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistakes {}

impl Hint for Mistakes {
    fn hint(&self) -> Option<String> {
        Some(format!(
            "mend {FILE}; `--skip-layer seed` leaves the maintenance data as it is"
        ))
    }
}
