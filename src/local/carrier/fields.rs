//! The settings of a number and of a messaging service that can be written: Twilio's parameter, the field
//! that answers carry, and what it may be.

use axum::http::StatusCode;
use serde_json::{Map, Value};
use url::Url;

use super::fault::Fault;
use super::form::Params;

/// What a setting may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    /// An absolute address, or nothing.
    Url,
    /// `GET` or `POST`.
    Method,
    Flag,
}

/// A setting.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    parameter: &'static str,
    name: &'static str,
    kind: Kind,
}

const fn field(parameter: &'static str, name: &'static str, kind: Kind) -> Field {
    Field {
        parameter,
        name,
        kind,
    }
}

/// Of a number.
pub(super) const NUMBER: &[Field] = &[
    field("FriendlyName", "friendly_name", Kind::Text),
    field("SmsApplicationSid", "sms_application_sid", Kind::Text),
    field("SmsFallbackMethod", "sms_fallback_method", Kind::Method),
    field("SmsFallbackUrl", "sms_fallback_url", Kind::Url),
    field("SmsMethod", "sms_method", Kind::Method),
    field("SmsUrl", "sms_url", Kind::Url),
    field("StatusCallback", "status_callback", Kind::Url),
    field(
        "StatusCallbackMethod",
        "status_callback_method",
        Kind::Method,
    ),
    field("VoiceFallbackMethod", "voice_fallback_method", Kind::Method),
    field("VoiceFallbackUrl", "voice_fallback_url", Kind::Url),
    field("VoiceMethod", "voice_method", Kind::Method),
    field("VoiceUrl", "voice_url", Kind::Url),
];

/// Of a messaging service.
pub(super) const SERVICE: &[Field] = &[
    field("FriendlyName", "friendly_name", Kind::Text),
    field("InboundRequestUrl", "inbound_request_url", Kind::Url),
    field("InboundMethod", "inbound_method", Kind::Method),
    field("FallbackUrl", "fallback_url", Kind::Url),
    field("FallbackMethod", "fallback_method", Kind::Method),
    field("StatusCallback", "status_callback", Kind::Url),
    field(
        "UseInboundWebhookOnNumber",
        "use_inbound_webhook_on_number",
        Kind::Flag,
    ),
];

/// The settings of a new one.
pub(super) fn initial(fields: &[Field], friendly_name: &str) -> Map<String, Value> {
    let value = |field: &Field| match field.kind {
        Kind::Text if field.name == "friendly_name" => friendly_name.into(),
        Kind::Text | Kind::Url => "".into(),
        Kind::Method => "POST".into(),
        Kind::Flag => true.into(),
    };
    fields
        .iter()
        .map(|field| (field.name.to_owned(), value(field)))
        .collect()
}

/// The settings with what the parameters change. Parameters that are no setting are ignored, as Twilio does.
pub(super) fn changed(
    fields: &[Field],
    settings: &Map<String, Value>,
    parameters: &Params,
) -> Result<Map<String, Value>, Fault> {
    let mut settings = settings.clone();
    for field in fields {
        let Some(given) = parameters.get(field.parameter) else {
            continue;
        };
        let value = match field.kind {
            Kind::Text => Some(given.into()),
            Kind::Url => (given.is_empty() || is_address(given)).then(|| given.into()),
            Kind::Method => {
                let method = given.to_ascii_uppercase();
                ["GET", "POST"]
                    .contains(&method.as_str())
                    .then(|| method.into())
            }
            Kind::Flag => match given.to_ascii_lowercase().as_str() {
                "true" => Some(true.into()),
                "false" => Some(false.into()),
                _ => None,
            },
        };
        let value: Value = value.ok_or_else(|| refused(field, given))?;
        settings.insert(field.name.to_owned(), value);
    }
    Ok(settings)
}

fn refused(field: &Field, given: &str) -> Fault {
    let code = match field.kind {
        Kind::Url => 21402,
        Kind::Method => 21403,
        Kind::Text | Kind::Flag => 20001,
    };
    let message = format!("{} is not valid: {given}", field.parameter);
    Fault::new(StatusCode::BAD_REQUEST, code, message)
}

/// Whether Twilio could call this address. Twilio itself refuses `localhost`; here all addresses are local.
pub(super) fn is_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url
                .host_str()
                .is_some_and(|host| !host.is_empty() && !host.contains('_'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_change_only_to_what_they_may_be() {
        let before = initial(NUMBER, "the number");
        let parameters =
            Params::parse("SmsUrl=http%3A%2F%2F127.0.0.1%2Fin&SmsMethod=get&Nonsense=1");
        let after = changed(NUMBER, &before, &parameters).unwrap();
        assert_eq!(
            (&after["sms_url"], &after["sms_method"]),
            (&"http://127.0.0.1/in".into(), &"GET".into())
        );
        assert_eq!(after["friendly_name"], "the number");
        assert!(!after.contains_key("Nonsense"));
        for (wrong, code) in [
            ("SmsUrl=in", 21402),
            ("SmsUrl=ftp%3A%2F%2Fa%2Fb", 21402),
            ("SmsMethod=PUT", 21403),
        ] {
            assert_eq!(
                changed(NUMBER, &before, &Params::parse(wrong))
                    .unwrap_err()
                    .code,
                code,
                "{wrong}"
            );
        }
        assert_eq!(
            changed(NUMBER, &after, &Params::parse("SmsUrl=")).unwrap()["sms_url"],
            ""
        );
    }

    #[test]
    fn a_flag_is_true_or_false() {
        let before = initial(SERVICE, "the service");
        let after = changed(
            SERVICE,
            &before,
            &Params::parse("UseInboundWebhookOnNumber=False"),
        )
        .unwrap();
        assert_eq!(after["use_inbound_webhook_on_number"], false);
        let wrong = Params::parse("UseInboundWebhookOnNumber=2");
        assert_eq!(changed(SERVICE, &before, &wrong).unwrap_err().code, 20001);
    }
}
