//! Typed reading of the environment that the stack gives a function. A wrong variable stops the start: a function
//! that runs with half its settings is found out too late.

use std::error::Error;
use std::ffi::OsString;
use std::fmt::Display;
use std::str::FromStr;

/// Named values, usually the process's environment.
pub struct Variables<'a> {
    lookup: Box<dyn Fn(&'static str) -> Option<OsString> + 'a>,
}

/// Which variable is wrong, and what about it. A value is quoted only by parsers of values that are no secrets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("environment variable {name} {fault}")]
pub struct SettingError {
    /// The variable.
    pub name: &'static str,
    /// What is wrong with it.
    pub fault: SettingFault,
}

/// What is wrong with a variable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingFault {
    /// Required, and absent.
    #[error("is not set")]
    Missing,
    /// Bytes that are no text.
    #[error("is not valid UTF-8")]
    NotText,
    /// Not of its form.
    #[error("is wrong: {0}")]
    Wrong(String),
}

impl<'a> Variables<'a> {
    /// Values from any source.
    pub fn new(lookup: impl Fn(&'static str) -> Option<OsString> + 'a) -> Self {
        Variables {
            lookup: Box::new(lookup),
        }
    }

    /// The environment of this process.
    pub fn of_this_process() -> Self {
        Self::new(std::env::var_os)
    }

    /// A variable that may be absent.
    pub fn optional<T>(&self, name: &'static str) -> Result<Option<T>, SettingError>
    where
        T: FromStr<Err: Error + Display>,
    {
        let Some(value) = (self.lookup)(name) else {
            return Ok(None);
        };
        let text = value.into_string().map_err(|_| SettingError {
            name,
            fault: SettingFault::NotText,
        })?;
        let parsed = text.parse().map_err(|error: T::Err| SettingError {
            name,
            fault: SettingFault::Wrong(error.to_string()),
        })?;
        Ok(Some(parsed))
    }

    /// A variable that has to be there.
    pub fn required<T>(&self, name: &'static str) -> Result<T, SettingError>
    where
        T: FromStr<Err: Error + Display>,
    {
        self.optional(name)?.ok_or(SettingError {
            name,
            fault: SettingFault::Missing,
        })
    }

    /// A text that has to be there and not be empty.
    pub fn text(&self, name: &'static str) -> Result<String, SettingError> {
        let text: String = self.required(name)?;
        if text.is_empty() {
            return Err(SettingError {
                name,
                fault: SettingFault::Missing,
            });
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStringExt;

    #[test]
    fn values_are_read_and_refusals_name_their_variable() {
        let variables = Variables::new(|name| match name {
            "QDN_COUNT" => Some("12".into()),
            "QDN_WORD" => Some("twelve".into()),
            "QDN_EMPTY" => Some("".into()),
            "QDN_BYTES" => Some(OsString::from_vec(vec![0xff])),
            _ => None,
        });
        assert_eq!(variables.required("QDN_COUNT"), Ok(12_u32));
        assert_eq!(variables.optional::<u32>("QDN_NONE"), Ok(None));
        assert_eq!(variables.text("QDN_WORD"), Ok("twelve".to_owned()));
        let said = |name| variables.required::<u32>(name).unwrap_err().to_string();
        insta::assert_snapshot!(said("QDN_NONE"), @"environment variable QDN_NONE is not set");
        insta::assert_snapshot!(said("QDN_WORD"), @"environment variable QDN_WORD is wrong: invalid digit found in string");
        insta::assert_snapshot!(said("QDN_BYTES"), @"environment variable QDN_BYTES is not valid UTF-8");
        insta::assert_snapshot!(variables.text("QDN_EMPTY").unwrap_err(), @"environment variable QDN_EMPTY is not set");
    }
}
