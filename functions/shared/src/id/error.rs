//! Why a text is no identifier. The text itself is not repeated: it comes from whoever called.

/// Why a text or number is no identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not a job's id.
    #[error("not a job id, expected 8 digits and capital letters without I, L, O, U")]
    Job,
    /// Not a thread's id.
    #[error("not a thread id, expected a job id, or `A` or `I` with 16 digits and capital letters")]
    Thread,
    /// Not a message's id.
    #[error(
        "not a message id, expected `<thread>-<number>` with a number from 1 to 999999, like `7K3M9QX2-1`"
    )]
    Message,
    /// Not a tracking link's id.
    #[error("not a link id, expected 32 lowercase hexadecimal digits")]
    Link,
}
