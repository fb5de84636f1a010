//! Names of the environment variables that the stack sets on a function and the function reads.
//! Only the names live here: reading them belongs to the function, filling them to the stack.

/// The code object key of the running package, `functions/<function>/<sha256>.zip`
/// (see [`crate::package::CodeKey`]). Absent: the package is reported as `unknown`.
pub const PACKAGE: &str = "QDN_PACKAGE";

/// The origins whose pages may read the API's answers, separated by commas; may be empty
/// (see [`crate::cors::AllowedOrigins`]). Required.
pub const ALLOWED_ORIGINS: &str = "QDN_ALLOWED_ORIGINS";

/// Name of the stack, by which its metrics are told apart. Required.
pub const STACK: &str = "QDN_STACK";

/// Name of the table. Required.
pub const TABLE: &str = "QDN_TABLE";

/// Name of the bucket that holds `data/maintenance.json`. Required by `api` and `upkeep`.
pub const SITE_BUCKET: &str = "QDN_SITE_BUCKET";

/// Name of the secret that holds the carrier's credentials and the internal lines. Required.
pub const CARRIER_SECRET: &str = "QDN_CARRIER_SECRET";

/// Name of the secret that holds the signing keys of job tokens and callback addresses. Required.
pub const KEYS_SECRET: &str = "QDN_KEYS_SECRET";

/// Name of the secret that holds what operator keys are checked against. Required by `api`.
pub const OPERATORS_SECRET: &str = "QDN_OPERATORS_SECRET";

/// What tracking links and callback addresses begin with, without a slash at the end. Required.
pub const PUBLIC_URL: &str = "QDN_PUBLIC_URL";

/// Where the carrier's interface is, without a slash at the end, e.g. `https://api.twilio.com`. Required.
pub const CARRIER_URL: &str = "QDN_CARRIER_URL";

/// Most messages a second that go out under one sender, a whole number from 1. Required.
pub const SENDS_PER_SECOND: &str = "QDN_SENDS_PER_SECOND";

/// Seconds without delivery after which a message goes to its next contact, a whole number from 1. Required.
pub const CASCADE_SECONDS: &str = "QDN_CASCADE_SECONDS";

/// The number that customers may call, E.164. Required by `api`.
pub const SUPPORT_PHONE: &str = "QDN_SUPPORT_PHONE";
