//! Names of the environment variables that the stack sets on a function and the function reads.
//! Only the names live here: reading them belongs to the function, filling them to the stack.

/// The code object key of the running package, `functions/<function>/<sha256>.zip`
/// (see [`crate::package::CodeKey`]). Absent: the package is reported as `unknown`.
pub const PACKAGE: &str = "QDN_PACKAGE";

/// The origins whose pages may read the API's answers, separated by commas; may be empty
/// (see [`crate::cors::AllowedOrigins`]). Required.
pub const ALLOWED_ORIGINS: &str = "QDN_ALLOWED_ORIGINS";
