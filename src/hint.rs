//! The one trait of errors a user can fix. Rendering lives in `render`.

/// An error that may know the command, flag or key that fixes it.
pub trait Hint {
    /// The fix, as a sentence fragment that names the exact command, flag, key or file. None only where nobody at the
    /// terminal can fix it; tests/it/hints.rs lists those, each with its reason.
    fn hint(&self) -> Option<String>;
}
