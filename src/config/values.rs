//! What only the customer knows: account id, certificate, distribution id, alarm address. The
//! stack file names an environment variable for each; here they are read and checked, and never
//! invented. The environment itself is read by the caller.

use std::collections::BTreeMap;

use super::names::text;
use super::types::{Account, FromEnv, Site, StackFile};
use crate::hint::Hint;

text! {
    /// Id of an AWS account: exactly 12 digits.
    AccountId,
    "an AWS account id of 12 digits",
    |text| is_account_id(text)
}

text! {
    /// ARN of an ACM certificate in us-east-1, the only region from which `CloudFront` takes one:
    /// `arn:aws:acm:us-east-1:<12 digits>:certificate/<id>`.
    CertificateArn,
    "the ARN of a certificate in us-east-1, arn:aws:acm:us-east-1:<account>:certificate/<id>",
    |text| {
        text.strip_prefix("arn:aws:acm:us-east-1:")
            .and_then(|rest| rest.split_once(":certificate/"))
            .is_some_and(|(account, id)| {
                is_account_id(account)
                    && (1..=64).contains(&id.len())
                    && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            })
    }
}

text! {
    /// Id of a `CloudFront` distribution: `E` and at least eight capital letters and digits.
    DistributionId,
    "the id of a CloudFront distribution such as E1A2B3C4D5E6F7",
    |text| {
        text.strip_prefix('E').is_some_and(|rest| {
            (8..=31).contains(&rest.len())
                && rest.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        })
    }
}

text! {
    /// An e-mail address, checked for its outer shape: one `@`, a local part of 1 to 64 visible
    /// ASCII characters before it, a host name after it. Whether it exists is SNS's to find out:
    /// it sends a confirmation first.
    EmailAddress,
    "an e-mail address such as ops@quickdumpnow.com",
    |text| {
        let Some((local, domain)) = text.split_once('@') else { return false };
        (1..=64).contains(&local.len())
            && local.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"(),:;<>@[\\]".contains(&byte))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && super::names::DomainName::new(domain.to_ascii_lowercase()).is_ok()
    }
}

fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The customer's values for one stack file. A value is there exactly when the file asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerValues {
    /// The account that the stack belongs to.
    pub account: AccountId,
    /// Certificate of the custom domains; `Some` with `site: managed` and `domains`.
    pub certificate: Option<CertificateArn>,
    /// The existing distribution; `Some` with `site: existing`.
    pub distribution: Option<DistributionId>,
    /// Where alarms are sent; `Some` with `alarms`.
    pub alarm_address: Option<EmailAddress>,
}

impl CustomerValues {
    /// Reads every value that `file` asks for. `lookup` answers the value of an environment
    /// variable; a variable that is empty or holds only spaces counts as missing. All missing and
    /// malformed variables are reported in one error.
    pub fn resolve(
        file: &StackFile,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Error> {
        let mut reader = Reader {
            lookup,
            problems: BTreeMap::new(),
        };
        let account = match &file.account {
            Account::Fixed(id) => Some(id.clone()),
            Account::FromEnv(variable) => reader.read(variable, "account"),
        };
        let (certificate, distribution) = match &file.site {
            Site::Managed { domains } => (
                domains.as_ref().and_then(|domains| {
                    reader.read(&domains.certificate, "site.domains.certificate")
                }),
                None,
            ),
            Site::Existing { distribution, .. } => {
                (None, reader.read(distribution, "site.distribution"))
            }
        };
        let alarm_address = file
            .alarms
            .as_ref()
            .and_then(|alarms| reader.read(&alarms.address, "alarms.address"));
        match account {
            Some(account) if reader.problems.is_empty() => Ok(Self {
                account,
                certificate,
                distribution,
                alarm_address,
            }),
            Some(_) | None => Err(Error {
                problems: reader.problems.into_values().collect(),
            }),
        }
    }
}

struct Reader<L> {
    lookup: L,
    /// By variable name, so that the report is sorted and names a variable once.
    problems: BTreeMap<String, Problem>,
}

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    /// The value, or a problem noted under the variable's name.
    fn read<T>(&mut self, variable: &FromEnv, key: &'static str) -> Option<T>
    where
        T: std::str::FromStr<Err = super::found::Unfit>,
    {
        let name = variable.env.as_str();
        let kind = match (self.lookup)(name).filter(|value| !value.trim().is_empty()) {
            None => ProblemKind::Missing,
            Some(value) => match value.parse() {
                Ok(value) => return Some(value),
                Err(unfit) => ProblemKind::Malformed {
                    expected: unfit.expected,
                },
            },
        };
        self.problems.entry(name.to_owned()).or_insert(Problem {
            variable: name.to_owned(),
            key,
            kind,
        });
        None
    }
}

/// One environment variable that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Name of the variable.
    pub variable: String,
    /// Key of the stack file that asks for it, e.g. `site.distribution`.
    pub key: &'static str,
    /// What is wrong with it.
    pub kind: ProblemKind,
}

/// What is wrong with an environment variable. Its value is left out on purpose: a pasted secret
/// must not end up in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// Not set, or blank.
    Missing,
    /// Set to something else.
    Malformed {
        /// What would have been right.
        expected: String,
    },
}

impl std::fmt::Display for Problem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            variable,
            key,
            kind,
        } = self;
        match kind {
            ProblemKind::Missing => write!(formatter, "{variable} is not set ({key})"),
            ProblemKind::Malformed { expected } => {
                write!(formatter, "{variable} is not {expected} ({key})")
            }
        }
    }
}

/// The environment variables that `apply` needs and cannot use, all of them, sorted by name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("environment variables that the stack file asks for cannot be used: {}", list(.problems))]
pub struct Error {
    /// At least one.
    pub problems: Vec<Problem>,
}

fn list(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        let exports: Vec<String> = self
            .problems
            .iter()
            .map(|problem| format!("`export {}=…`", problem.variable))
            .collect();
        Some(format!(
            "set {}: {}",
            if exports.len() == 1 { "it" } else { "them" },
            exports.join(", ")
        ))
    }
}

#[cfg(test)]
#[path = "values_tests.rs"]
mod tests;
