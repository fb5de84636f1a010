//! What can be wrong with a release that is to be put back.

use crate::hint::Hint;
use crate::plan::NotARelease;

/// Why there is no going back to a release.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// There is no release to go back to.
    #[error("{environment} has no {}", id.as_ref().map_or_else(|| "earlier release to go back to".to_owned(), |id| format!("release {id}")))]
    Absent {
        /// Environment.
        environment: String,
        /// The id that was asked for.
        id: Option<String>,
    },
    /// What a release is made of is not all there.
    #[error("release {id} is not whole: {place} is gone")]
    Incomplete {
        /// The release.
        id: String,
        /// Bucket and key.
        place: String,
    },
    /// A release cannot be read.
    #[error("{place} is not a release that this program can put back")]
    Foreign {
        /// Bucket and key.
        place: String,
        /// Why.
        source: NotARelease,
    },
}

impl Hint for ReleaseError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Absent { environment, .. } => Some(format!(
                "`qdn-infra releases --env {environment}` lists them; every proved `apply` makes one"
            )),
            Self::Incomplete { .. } => Some(
                "choose another, or apply the checkout of its revision: `qdn-infra releases` shows both".into(),
            ),
            Self::Foreign { source, .. } => source.hint(),
        }
    }
}
