//! The carrier's identifiers, and who sends.

use std::fmt;

use super::CredentialProblem;
use crate::phone::PhoneNumber;

/// An identifier of the carrier's: two letters for the kind and 32 hexadecimal digits. `Debug` shows the kind.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sid(String);

impl Sid {
    /// An account: `AC…`.
    pub fn account(text: &str) -> Result<Self, CredentialProblem> {
        Self::of("AC", text).ok_or(CredentialProblem::Form {
            expected: "`AC` and 32 hexadecimal digits",
        })
    }

    /// An API key: `SK…`.
    pub fn api_key(text: &str) -> Result<Self, CredentialProblem> {
        Self::of("SK", text).ok_or(CredentialProblem::Form {
            expected: "`SK` and 32 hexadecimal digits",
        })
    }

    /// A messaging service: `MG…`.
    pub fn service(text: &str) -> Result<Self, CredentialProblem> {
        Self::of("MG", text).ok_or(CredentialProblem::Form {
            expected: "`MG` and 32 hexadecimal digits",
        })
    }

    fn of(kind: &str, text: &str) -> Option<Self> {
        let digits = text.strip_prefix(kind)?;
        let well_formed =
            digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        well_formed.then(|| Sid(text.to_owned()))
    }

    /// The identifier.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Sid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Sid({}…)", &self.0[..2])
    }
}

/// Who sends the texts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sender {
    /// A phone number.
    Number(PhoneNumber),
    /// A messaging service, which chooses among its numbers.
    Service(Sid),
}

impl Sender {
    /// Reads a sender: a phone number as people write it, or a messaging service's SID.
    pub fn parse(text: &str) -> Result<Self, CredentialProblem> {
        Self::read(text, |text| PhoneNumber::parse(text).ok())
    }

    pub(super) fn read(
        text: &str,
        phone: impl Fn(&str) -> Option<PhoneNumber>,
    ) -> Result<Self, CredentialProblem> {
        let expected = "a phone number in international form, like `+14155552671`, or `MG` and 32 hexadecimal digits";
        Sid::service(text).map(Sender::Service).or_else(|_| {
            phone(text)
                .map(Sender::Number)
                .ok_or(CredentialProblem::Form { expected })
        })
    }

    /// As the carrier knows it.
    pub fn as_str(&self) -> &str {
        match self {
            Sender::Number(number) => number.as_str(),
            Sender::Service(sid) => sid.as_str(),
        }
    }
}
