//! The names that are read from a secrets file; every other name is somebody else's.

use qdn_shared::credentials::{self, CredentialProblem};

/// The account's own token: for the deployer's webhook settings alone. It may be left out.
const AUTH_TOKEN: &str = "TWILIO_AUTH_TOKEN";

/// A name that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// One that the functions read, too.
    Carrier(&'static str),
    /// The account's own token.
    AuthToken,
}

impl Name {
    /// The name that is spelled so.
    pub fn named(name: &str) -> Option<Self> {
        if name == AUTH_TOKEN {
            return Some(Self::AuthToken);
        }
        let mut known = credentials::NAMES.into_iter();
        known.find(|known| *known == name).map(Self::Carrier)
    }

    /// As it stands in the file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Carrier(name) => name,
            Self::AuthToken => AUTH_TOKEN,
        }
    }
}

/// What is wrong with an auth token.
pub(super) fn auth_token(value: &str) -> Result<(), CredentialProblem> {
    if value.is_empty() {
        Err(CredentialProblem::Missing)
    } else if value.contains("****") {
        Err(CredentialProblem::Masked)
    } else if is_hex(value) {
        Ok(())
    } else {
        Err(CredentialProblem::Form {
            expected: "32 hexadecimal digits",
        })
    }
}

/// Which kind of SID stands there: its two letters are no secret, and SIDs are easily confused.
pub(super) fn kind_of_sid(value: &str) -> Option<&'static str> {
    let (kind, rest) = value.split_at_checked(2)?;
    if !is_hex(rest) {
        return None;
    }
    Some(match kind {
        "AC" => "an account's SID, `AC…`",
        "SK" => "an API key's SID, `SK…`",
        "MG" => "a messaging service's SID, `MG…`",
        "PN" => "a phone number's SID, `PN…`",
        _ => return None,
    })
}

fn is_hex(value: &str) -> bool {
    value.len() == 32 && value.bytes().all(|byte| byte.is_ascii_hexdigit())
}
