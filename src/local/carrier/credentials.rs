//! The stand-in's credentials: random, made once, kept in `repos.env` of the local environment, where the
//! `secrets` layer and the stand-in both read them. They open nothing but this stand-in.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use secrecy::{ExposeSecret as _, SecretString};

use super::magic::{LINES, SENDER};
use super::sid;
use super::text::is_e164;
use crate::local::{Error, private};

/// The internal lines by name, in the order of the cascade.
const LINE_NAMES: [(&str, &str); 3] = [
    ("QDN_CONTACT_PRIMARY", "Primary line"),
    ("QDN_CONTACT_MAIN", "Main line"),
    ("QDN_CONTACT_BACKUP", "Backup line"),
];

/// What opens the stand-in, and the numbers it serves.
#[derive(Debug)]
pub(super) struct Credentials {
    pub account: String,
    key: String,
    key_secret: SecretString,
    token: SecretString,
    /// A number, or the SID of a messaging service.
    pub sender: String,
    /// Internal lines: what they are called, and the number.
    pub lines: Vec<(&'static str, String)>,
}

impl Credentials {
    /// Reads the file. It is our own, so each line is `NAME=value`, without quotes.
    pub fn read(file: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(file).map_err(Error::file("reading", file))?;
        let values: BTreeMap<&str, &str> = text
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once('='))
            .collect();
        let value = |name: &'static str, fits: fn(&str) -> bool| {
            values
                .get(name)
                .copied()
                .filter(|value| fits(value))
                .map(str::to_owned)
                .ok_or_else(|| Error::Credentials {
                    file: file.to_owned(),
                    name,
                })
        };
        let lines = LINE_NAMES
            .iter()
            .map(|(name, called)| Ok((*called, value(name, is_e164)?)))
            .collect::<Result<_, Error>>()?;
        Ok(Self {
            account: value("TWILIO_ACCOUNT_SID", |value| sid::is("AC", value))?,
            key: value("TWILIO_API_KEY_SID", |value| sid::is("SK", value))?,
            key_secret: value("TWILIO_API_KEY_SECRET", |value| !value.is_empty())?.into(),
            token: value("TWILIO_AUTH_TOKEN", |value| !value.is_empty())?.into(),
            sender: value("TWILIO_FROM", |value| {
                is_e164(value) || sid::is("MG", value)
            })?,
            lines,
        })
    }

    /// The account's number: the sender itself, or the one number of the sender's service.
    pub fn number(&self) -> &str {
        if self.sender.starts_with('+') {
            &self.sender
        } else {
            SENDER
        }
    }

    /// Whether a name and a password open the account: the API key, or the account with its token.
    pub fn open(&self, name: &str, password: &str) -> bool {
        let wanted = if name == self.key {
            &self.key_secret
        } else if name == self.account {
            &self.token
        } else {
            return false;
        };
        password == wanted.expose_secret()
    }
}

/// Makes the file when there is none. Only its owner may read it.
pub(super) fn ensure(file: &Path) -> Result<(), Error> {
    let mut text = String::from(
        "# Stand-in credentials of the local environment, made once. They open nothing outside this machine.\n",
    );
    let lines = LINE_NAMES.iter().zip(LINES);
    let values = [
        ("TWILIO_ACCOUNT_SID", sid::random("AC")),
        ("TWILIO_API_KEY_SID", sid::random("SK")),
        ("TWILIO_API_KEY_SECRET", sid::hexadecimal::<16>()),
        ("TWILIO_AUTH_TOKEN", sid::hexadecimal::<16>()),
        ("TWILIO_FROM", SENDER.to_owned()),
    ]
    .into_iter()
    .chain(lines.map(|((name, _), number)| (*name, number.to_owned())));
    for (name, value) in values {
        text.push_str(name);
        text.push('=');
        text.push_str(&value);
        text.push('\n');
    }
    match private::create(file, &text) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(Error::file("creating", file)(error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn they_are_made_once_for_their_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("repos.env");
        ensure(&file).unwrap();
        let first = fs::read_to_string(&file).unwrap();
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
        ensure(&file).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), first);
        let other = folder.path().join("other.env");
        ensure(&other).unwrap();
        assert_ne!(fs::read_to_string(&other).unwrap(), first);
    }

    #[test]
    fn key_and_token_open_the_account_and_are_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("repos.env");
        ensure(&file).unwrap();
        let made = Credentials::read(&file).unwrap();
        let (secret, token) = (made.key_secret.expose_secret(), made.token.expose_secret());
        assert!(made.open(&made.key, secret) && made.open(&made.account, token));
        for (name, password) in [
            (&made.key, token),
            (&made.account, secret),
            (&made.key, ""),
            (&made.sender, token),
        ] {
            assert!(!made.open(name, password));
        }
        let shown = format!("{made:?}");
        assert!(!shown.contains(secret) && !shown.contains(token), "{shown}");
    }

    #[test]
    fn a_file_that_was_spoilt_is_named_with_the_value_that_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("repos.env");
        ensure(&file).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, text.replace("TWILIO_FROM=+", "TWILIO_FROM=")).unwrap();
        let error = Credentials::read(&file).unwrap_err();
        assert!(
            matches!(
                error,
                Error::Credentials {
                    name: "TWILIO_FROM",
                    ..
                }
            ),
            "{error}"
        );
    }
}
