//! Settings of the function, read once at start from the environment that the stack gives it.
//! A wrong one stops the start: a function that answers with half its settings is found out too late.

use std::ffi::OsString;

use qdn_shared::cors::{AllowedOrigins, OriginError};
use qdn_shared::environment;
use qdn_shared::health::RunningPackage;
use qdn_shared::package::{CodeKey, FunctionName, PackageError};

/// What the function needs to know about its deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The package that this process runs.
    pub package: RunningPackage,
    /// The origins whose pages may read answers.
    pub allowed_origins: AllowedOrigins,
}

impl Settings {
    /// Reads the settings of this process.
    pub fn from_environment() -> Result<Self, SettingsError> {
        Self::from_lookup(std::env::var_os)
    }

    /// Reads the settings from any source of named values.
    pub fn from_lookup(
        lookup: impl Fn(&'static str) -> Option<OsString>,
    ) -> Result<Self, SettingsError> {
        let read = |name| match lookup(name).map(OsString::into_string).transpose() {
            Ok(text) => Ok(text),
            Err(_) => Err(SettingFault::NotText),
        };
        Ok(Settings {
            package: package_of(read(environment::PACKAGE)).map_err(of(environment::PACKAGE))?,
            allowed_origins: origins_of(read(environment::ALLOWED_ORIGINS))
                .map_err(of(environment::ALLOWED_ORIGINS))?,
        })
    }
}

/// What a variable holds, if it is set.
type Text = Result<Option<String>, SettingFault>;

fn package_of(key: Text) -> Result<RunningPackage, SettingFault> {
    let Some(key) = key? else {
        return Ok(RunningPackage::Unknown);
    };
    let key = CodeKey::try_from(key)?;
    match key.function {
        FunctionName::Api => Ok(RunningPackage::Known(key.digest)),
    }
}

fn origins_of(list: Text) -> Result<AllowedOrigins, SettingFault> {
    Ok(list?.ok_or(SettingFault::Missing)?.parse()?)
}

fn of(name: &'static str) -> impl FnOnce(SettingFault) -> SettingsError {
    move |fault| SettingsError { name, fault }
}

/// Which environment variable is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("environment variable {name} {fault}")]
pub struct SettingsError {
    /// The variable.
    pub name: &'static str,
    /// What is wrong with it, and what was expected.
    pub fault: SettingFault,
}

/// What is wrong with an environment variable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingFault {
    /// Required, and absent.
    #[error("is not set")]
    Missing,
    /// Bytes that are no text.
    #[error("is not valid UTF-8")]
    NotText,
    /// No code object key of a function.
    #[error("is wrong: {0}")]
    Package(#[from] PackageError),
    /// No list of origins.
    #[error("is wrong: {0}")]
    Origins(#[from] OriginError),
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStringExt;

    const HEX: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    fn read(package: Option<&str>, origins: Option<&str>) -> Result<Settings, SettingsError> {
        Settings::from_lookup(|name| {
            let value = if name == environment::PACKAGE {
                package
            } else {
                origins
            };
            value.map(OsString::from)
        })
    }

    #[test]
    fn reads_package_and_origins() {
        let key = format!("functions/api/{HEX}.zip");
        let settings = read(Some(&key), Some("https://a.example,http://localhost:5173")).unwrap();
        assert_eq!(
            settings.package,
            RunningPackage::Known(HEX.parse().unwrap())
        );
        assert_eq!(
            settings.allowed_origins.to_string(),
            "https://a.example,http://localhost:5173"
        );
    }

    #[test]
    fn without_a_package_it_is_unknown_and_origins_may_be_none() {
        let settings = read(None, Some("")).unwrap();
        assert_eq!(settings.package, RunningPackage::Unknown);
        assert_eq!(settings.allowed_origins, AllowedOrigins::default());
    }

    #[test]
    fn every_refusal_names_its_variable() {
        let said = |package, origins| read(package, origins).unwrap_err().to_string();
        insta::assert_snapshot!(said(None, None), @"environment variable QDN_ALLOWED_ORIGINS is not set");
        insta::assert_snapshot!(said(None, Some("*")), @"environment variable QDN_ALLOWED_ORIGINS is wrong: `*` cannot be an allowed origin: expected `https://host`, or `http://` for a loopback host, never a wildcard");
        insta::assert_snapshot!(said(Some("latest"), Some("")), @"environment variable QDN_PACKAGE is wrong: `latest` is not a code object key, expected `functions/<function>/<sha256>.zip`");
        insta::assert_snapshot!(said(Some(""), Some("")), @"environment variable QDN_PACKAGE is wrong: `` is not a code object key, expected `functions/<function>/<sha256>.zip`");
    }

    #[test]
    fn a_value_that_is_no_text_is_refused() {
        let error = Settings::from_lookup(|_| Some(OsString::from_vec(vec![0xff]))).unwrap_err();
        assert_eq!(
            error,
            SettingsError {
                name: environment::PACKAGE,
                fault: SettingFault::NotText
            }
        );
    }
}
