//! Keeps secrets out of a failure: a service may repeat in its message what it was sent.

use crate::ports::CloudError;

/// Shorter texts, such as states, are no secrets.
const SHORTEST: usize = 8;
/// A service may cut what it repeats; so much of the beginning gives it away.
const BEGINNING: usize = 6;

/// The failure, without its message when that repeats the beginning of one of these texts.
pub(super) fn without<'a>(
    failure: CloudError,
    secrets: impl IntoIterator<Item = &'a str>,
) -> CloudError {
    let repeated = secrets
        .into_iter()
        .filter(|secret| secret.len() >= SHORTEST)
        .filter_map(|secret| secret.get(..BEGINNING))
        .any(|beginning| failure.message.contains(beginning));
    if !repeated {
        return failure;
    }
    // A code is one word, and never what was sent.
    let code = failure.message.split(':').next().unwrap_or_default();
    let is_code = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_alphabetic());
    let code = if is_code {
        code
    } else {
        "the request was refused"
    };
    CloudError {
        message: format!("{code} (its message repeats a secret and is left out)"),
        ..failure
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::{ErrorKind, Service};

    fn said(message: &str) -> String {
        let failure = CloudError {
            service: Service::SecretsManager,
            operation: "PutSecretValue",
            subject: "qdn-prod/carrier".into(),
            kind: ErrorKind::Rejected,
            message: message.into(),
        };
        without(failure, ["minting", "canary-0123456789"]).message
    }

    #[test]
    fn what_repeats_a_secret_is_left_out() {
        assert_eq!(
            said("ValidationException: Value 'canary-01…' is not allowed"),
            "ValidationException (its message repeats a secret and is left out)"
        );
        assert_eq!(
            said("canary-0123456789"),
            "the request was refused (its message repeats a secret and is left out)"
        );
    }

    #[test]
    fn any_other_message_stays() {
        for message in ["AccessDeniedException: not allowed", "minting"] {
            assert_eq!(said(message), message);
        }
    }
}
