//! Settings of the function, read once at start from the environment that the stack gives it.
//! A wrong one stops the start: a function that answers with half its settings is found out too late.

use std::num::NonZeroU32;

use qdn_runtime::settings::{SettingError, SettingFault, Variables};
use qdn_shared::cors::AllowedOrigins;
use qdn_shared::environment;
use qdn_shared::health::RunningPackage;
use qdn_shared::package::{CodeKey, FunctionName};
use qdn_shared::phone::{PhoneError, PhoneNumber};

/// What the function needs to know about its deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The package that this process runs.
    pub package: RunningPackage,
    /// The origins whose pages may read answers.
    pub allowed_origins: AllowedOrigins,
    /// The stack's name.
    pub stack: String,
    /// The table.
    pub table: String,
    /// The bucket that holds the maintenance document.
    pub site_bucket: String,
    /// The secret with the carrier's credentials.
    pub carrier_secret: String,
    /// The secret with the signing keys.
    pub keys_secret: String,
    /// The secret with what operator keys are checked against.
    pub operators_secret: String,
    /// What tracking links and callbacks begin with.
    pub public_url: String,
    /// Where the carrier is.
    pub carrier_url: String,
    /// Seconds without delivery after which a message goes to its next contact.
    pub cascade_seconds: NonZeroU32,
    /// The number that customers may call.
    pub support_phone: PhoneNumber,
}

impl Settings {
    /// Reads the settings.
    pub fn read(variables: &Variables<'_>) -> Result<Self, SettingError> {
        let SupportPhone(support_phone) = variables.required(environment::SUPPORT_PHONE)?;
        Ok(Settings {
            package: package(variables)?,
            allowed_origins: variables.required(environment::ALLOWED_ORIGINS)?,
            stack: variables.text(environment::STACK)?,
            table: variables.text(environment::TABLE)?,
            site_bucket: variables.text(environment::SITE_BUCKET)?,
            carrier_secret: variables.text(environment::CARRIER_SECRET)?,
            keys_secret: variables.text(environment::KEYS_SECRET)?,
            operators_secret: variables.text(environment::OPERATORS_SECRET)?,
            public_url: variables.text(environment::PUBLIC_URL)?,
            carrier_url: variables.text(environment::CARRIER_URL)?,
            cascade_seconds: variables.required(environment::CASCADE_SECONDS)?,
            support_phone,
        })
    }
}

fn package(variables: &Variables<'_>) -> Result<RunningPackage, SettingError> {
    let Some(key) = variables.optional::<CodeKey>(environment::PACKAGE)? else {
        return Ok(RunningPackage::Unknown);
    };
    match key.function {
        FunctionName::Api => Ok(RunningPackage::Known(key.digest)),
        other @ (FunctionName::Relay | FunctionName::Upkeep) => Err(SettingError {
            name: environment::PACKAGE,
            fault: SettingFault::Wrong(format!(
                "it names a package of `{other}`, expected one of `api`"
            )),
        }),
    }
}

/// A number that the deployer has read and checked.
struct SupportPhone(PhoneNumber);

impl std::str::FromStr for SupportPhone {
    type Err = PhoneError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // The deployer parsed it. To do so again would load the numbering plans at every cold start: 115 ms.
        PhoneNumber::stored(text).map(SupportPhone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    /// Good settings, but for one variable.
    fn read_with(
        changed: &'static str,
        value: Option<&'static str>,
    ) -> Result<Settings, SettingError> {
        Settings::read(&Variables::new(|name| {
            let value = if name == changed {
                value
            } else {
                Some(match name {
                    environment::PACKAGE => {
                        "functions/api/00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff.zip"
                    }
                    environment::ALLOWED_ORIGINS => "https://a.example,http://localhost:5173",
                    environment::CASCADE_SECONDS => "120",
                    environment::SUPPORT_PHONE => "+12025550100",
                    environment::PUBLIC_URL => "https://www.example.com",
                    environment::CARRIER_URL => "https://api.twilio.com",
                    other => other,
                })
            };
            value.map(Into::into)
        }))
    }

    #[test]
    fn every_variable_is_read() {
        let settings = read_with("", None).unwrap();
        insta::assert_debug_snapshot!(settings, @r#"
        Settings {
            package: Known(
                PackageDigest(00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff),
            ),
            allowed_origins: AllowedOrigins(
                [
                    Origin(
                        "https://a.example",
                    ),
                    Origin(
                        "http://localhost:5173",
                    ),
                ],
            ),
            stack: "QDN_STACK",
            table: "QDN_TABLE",
            site_bucket: "QDN_SITE_BUCKET",
            carrier_secret: "QDN_CARRIER_SECRET",
            keys_secret: "QDN_KEYS_SECRET",
            operators_secret: "QDN_OPERATORS_SECRET",
            public_url: "https://www.example.com",
            carrier_url: "https://api.twilio.com",
            cascade_seconds: 120,
            support_phone: +1••••••••00,
        }
        "#);
    }

    #[test]
    fn without_a_package_it_is_unknown_and_origins_may_be_none() {
        let settings = read_with(environment::PACKAGE, None).unwrap();
        assert_eq!(settings.package, RunningPackage::Unknown);
        let settings = read_with(environment::ALLOWED_ORIGINS, Some("")).unwrap();
        assert_eq!(settings.allowed_origins, AllowedOrigins::default());
    }

    #[test]
    fn every_refusal_names_its_variable() {
        let said = |name, value| read_with(name, value).unwrap_err().to_string();
        let relay = format!("functions/relay/{HEX}.zip");
        insta::assert_snapshot!(said(environment::ALLOWED_ORIGINS, None), @"environment variable QDN_ALLOWED_ORIGINS is not set");
        insta::assert_snapshot!(said(environment::ALLOWED_ORIGINS, Some("*")), @"environment variable QDN_ALLOWED_ORIGINS is wrong: `*` cannot be an allowed origin: expected `https://host`, or `http://` for a loopback host, never a wildcard");
        insta::assert_snapshot!(said(environment::PACKAGE, Some("latest")), @"environment variable QDN_PACKAGE is wrong: `latest` is not a code object key, expected `functions/<function>/<sha256>.zip`");
        insta::assert_snapshot!(said(environment::PACKAGE, Some(relay.leak())), @"environment variable QDN_PACKAGE is wrong: it names a package of `relay`, expected one of `api`");
        insta::assert_snapshot!(said(environment::PACKAGE, Some("")), @"environment variable QDN_PACKAGE is wrong: `` is not a code object key, expected `functions/<function>/<sha256>.zip`");
        insta::assert_snapshot!(said(environment::SUPPORT_PHONE, Some("911")), @"environment variable QDN_SUPPORT_PHONE is wrong: expected a phone number in international form, like `+12025550143`");
        insta::assert_snapshot!(said(environment::CASCADE_SECONDS, Some("0")), @"environment variable QDN_CASCADE_SECONDS is wrong: number would be zero for non-zero type");
        insta::assert_snapshot!(said(environment::TABLE, Some("")), @"environment variable QDN_TABLE is not set");
    }
}
