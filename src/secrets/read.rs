//! Reads a secrets file into what is needed of it.

use std::collections::BTreeMap;
use std::path::Path;

use qdn_shared::credentials::{CarrierCredentials, CredentialFault, CredentialProblem};
use secrecy::{ExposeSecret as _, SecretString};

use super::document::Document;
use super::error::{Error, Fault, FaultKind};
use super::file;
use super::lines::{Item, items, name_on};
use super::names::{Name, auth_token, kind_of_sid};

/// What a secrets file holds for us.
#[derive(Debug, Clone)]
pub struct SecretsFile {
    /// What the functions need.
    pub carrier: CarrierCredentials,
    /// The account's own token; it never leaves the deployer.
    pub auth_token: Option<SecretString>,
}

impl SecretsFile {
    /// The document of secret `<stack>/carrier`.
    pub fn carrier_document(&self) -> Document {
        Document::of(&self.carrier)
    }
}

/// Reads and checks a secrets file; all faults of its content are told together. `outside` is a folder of the
/// repository that it must not lie in.
pub fn read(path: &Path, outside: Option<&Path>) -> Result<SecretsFile, Error> {
    let bytes = file::open(path, outside)?;
    parse(&bytes).map_err(|faults| Error::Faults {
        file: path.to_owned(),
        faults,
    })
}

/// Parses the bytes of a secrets file.
///
/// # Errors
/// Every fault of its content; none holds a value or a line of it.
pub fn parse(bytes: &[u8]) -> Result<SecretsFile, Vec<Fault>> {
    let text = text(bytes).map_err(|fault| vec![fault])?;
    // The parser wants the last line to end, too.
    let ended = (!text.ends_with('\n')).then(|| SecretString::from(format!("{text}\n")));
    let text = ended.as_ref().map_or(text, |ended| ended.expose_secret());
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let items = items(&lines);
    let mut found = Found::default();
    for item in &items {
        found.take(item);
    }
    if items.iter().all(|item| item.assigned.is_none()) && found.faults.is_empty() {
        return Err(vec![Fault {
            line: None,
            name: None,
            kind: FaultKind::NoAssignment,
        }]);
    }
    found.finish()
}

fn text(bytes: &[u8]) -> Result<&str, Fault> {
    let at = |offset: usize| Fault {
        line: Some(bytes[..offset].split(|byte| *byte == b'\n').count()),
        name: None,
        kind: FaultKind::NotText,
    };
    let text = std::str::from_utf8(bytes).map_err(|error| at(error.valid_up_to()))?;
    match text.find('\0') {
        Some(offset) => Err(at(offset)),
        None => Ok(text.strip_prefix('\u{feff}').unwrap_or(text)),
    }
}

/// What was read so far.
#[derive(Default)]
struct Found {
    values: BTreeMap<Name, (usize, SecretString)>,
    faults: Vec<Fault>,
}

impl Found {
    fn take(&mut self, item: &Item<'_>) {
        if let Some((name, value)) = &item.assigned {
            return match Name::named(name) {
                Some(name) => self.assign(item, name, value),
                None => self.swallowed(item),
            };
        }
        let name = item.written.first().and_then(|line| name_on(line));
        let name = name.and_then(Name::named);
        let kind = match name {
            Some(_) if item.has_dollar() => FaultKind::Dollar,
            Some(_) => FaultKind::Unreadable,
            // Somebody else's line; but a quote that is never closed may hide ours.
            None if item.written.len() > 1 => FaultKind::OpenQuote,
            None => return,
        };
        self.fault(Some(item.line), name, kind);
    }

    fn assign(&mut self, item: &Item<'_>, name: Name, value: &SecretString) {
        if let Some((first, _)) = self.values.get(&name) {
            let first = *first;
            return self.fault(Some(item.line), Some(name), FaultKind::Repeated { first });
        }
        self.values.insert(name, (item.line, value.clone()));
        if item.has_dollar() {
            self.fault(Some(item.line), Some(name), FaultKind::Dollar);
        } else if item.written.len() > 1 {
            self.fault(Some(item.line), Some(name), FaultKind::Lines);
        }
    }

    /// Notes names of ours inside somebody else's quoted value.
    fn swallowed(&mut self, item: &Item<'_>) {
        for (index, line) in item.written.iter().enumerate().skip(1) {
            if let Some(name) = name_on(line).and_then(Name::named) {
                let kind = FaultKind::InsideQuotes { begins: item.line };
                self.fault(Some(item.line + index), Some(name), kind);
            }
        }
    }

    fn finish(mut self) -> Result<SecretsFile, Vec<Fault>> {
        let value_of = |name| {
            let (_, value) = self.values.get(&Name::named(name)?)?;
            Some(value.expose_secret())
        };
        let carrier = CarrierCredentials::from_values(value_of);
        let mut problems: Vec<CredentialFault> = match &carrier {
            Ok(_) => Vec::new(),
            Err(faults) => faults.0.clone(),
        };
        let token = self
            .values
            .get(&Name::AuthToken)
            .map(|(_, token)| token.clone());
        if let Some(Err(problem)) = token
            .as_ref()
            .map(|token| auth_token(token.expose_secret()))
        {
            problems.push(CredentialFault {
                variable: Name::AuthToken.as_str(),
                problem,
            });
        }
        for CredentialFault { variable, problem } in problems {
            self.problem(variable, problem);
        }
        self.faults
            .sort_by_key(|fault| fault.line.unwrap_or(usize::MAX));
        match carrier {
            Ok(carrier) if self.faults.is_empty() => Ok(SecretsFile {
                carrier,
                auth_token: token,
            }),
            Ok(_) | Err(_) => Err(self.faults),
        }
    }

    /// Notes what is wrong with a value, unless its name has a fault already.
    fn problem(&mut self, variable: &'static str, problem: CredentialProblem) {
        if self.faults.iter().any(|fault| fault.name == Some(variable)) {
            return;
        }
        let name = Name::named(variable);
        let set = name.and_then(|name| self.values.get(&name));
        let kind = match (problem, set) {
            (CredentialProblem::Missing, None) => FaultKind::Missing,
            (CredentialProblem::Missing, Some(_)) => FaultKind::Empty,
            (CredentialProblem::Masked, _) => FaultKind::Masked,
            (CredentialProblem::Form { expected }, set) => FaultKind::Form {
                expected,
                found: set.and_then(|(_, value)| kind_of_sid(value.expose_secret())),
            },
        };
        let line = set.map(|(line, _)| *line);
        self.fault(line, name, kind);
    }

    fn fault(&mut self, line: Option<usize>, name: Option<Name>, kind: FaultKind) {
        self.faults.push(Fault {
            line,
            name: name.map(Name::as_str),
            kind,
        });
    }
}
