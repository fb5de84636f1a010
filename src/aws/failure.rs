//! How an SDK error becomes a `CloudError`: its kind, and a message with the service's own code and
//! request id. Which failures are an answer ("absent") rather than an error is each adapter's matter.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::ports::{CloudError, ErrorKind, Service};

/// Longest message that is passed on, in characters; a gateway may answer with a page of HTML.
const LONGEST: usize = 1_000;

/// Headers that carry a request id, by service family.
const REQUEST_ID_HEADERS: [&str; 3] = ["x-amzn-requestid", "x-amz-request-id", "x-amz-cf-id"];

/// A failed call in our words.
pub(super) fn failure<E>(
    service: Service,
    operation: &'static str,
    subject: impl Into<String>,
    error: &SdkError<E, HttpResponse>,
) -> CloudError
where
    E: Error + ProvideErrorMetadata + 'static,
{
    CloudError {
        service,
        operation,
        subject: subject.into(),
        kind: kind(error),
        message: shortened(&message(error)),
    }
}

/// An answer that lacks what the service promises.
pub(super) fn incomplete(
    service: Service,
    operation: &'static str,
    subject: impl Into<String>,
    field: &str,
) -> CloudError {
    CloudError {
        service,
        operation,
        subject: subject.into(),
        kind: ErrorKind::Server,
        message: format!("the answer has no {field}"),
    }
}

/// The service's error code, when it answered with one.
pub(super) fn code<E>(error: &SdkError<E, HttpResponse>) -> Option<&str>
where
    E: ProvideErrorMetadata,
{
    error
        .as_service_error()
        .and_then(ProvideErrorMetadata::code)
}

/// HTTP status of the answer, when there was one.
pub(super) fn status<E>(error: &SdkError<E, HttpResponse>) -> Option<u16> {
    error.raw_response().map(|answer| answer.status().as_u16())
}

/// The kind of a failure, from a service's code and the HTTP status that came with it.
pub(super) fn kind_of(code: Option<&str>, message: Option<&str>, status: Option<u16>) -> ErrorKind {
    code.and_then(|code| kind_of_code(code, message.unwrap_or_default()))
        .or_else(|| status.and_then(kind_of_status))
        .unwrap_or(ErrorKind::Other)
}

/// The sources of an error, outermost first, without those that only repeat what follows.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    for text in sources(error).map(ToString::to_string) {
        // An outer error often quotes its source.
        if !parts.last().is_some_and(|last| last.contains(&text)) {
            parts.push(text);
        }
    }
    parts.join(": ")
}

fn kind<E>(error: &SdkError<E, HttpResponse>) -> ErrorKind
where
    E: Error + ProvideErrorMetadata + 'static,
{
    match error {
        SdkError::ServiceError(answer) => {
            let meta = answer.err().meta();
            kind_of(meta.code(), meta.message(), status(error))
        }
        _ if credentials_error(error).is_some() => ErrorKind::Credentials,
        SdkError::TimeoutError(_) => ErrorKind::Timeout,
        SdkError::DispatchFailure(failure) if failure.is_timeout() => ErrorKind::Timeout,
        SdkError::DispatchFailure(failure) if failure.is_io() => ErrorKind::Unreachable,
        SdkError::ResponseError(_) => ErrorKind::Server,
        _ => ErrorKind::Other,
    }
}

fn message<E>(error: &SdkError<E, HttpResponse>) -> String
where
    E: Error + ProvideErrorMetadata + 'static,
{
    let SdkError::ServiceError(answer) = error else {
        return match credentials_error(error) {
            Some(missing) => credentials_message(missing),
            // The outermost layer only says "dispatch failure" and the like.
            None => error.source().map_or_else(|| error.to_string(), chain),
        };
    };
    let meta = answer.err().meta();
    let headers = answer.raw().headers();
    let mut text = match (meta.code(), meta.message()) {
        (Some(code), Some(message)) if !message.is_empty() => format!("{code}: {message}"),
        (Some(code), _) => code.to_owned(),
        (None, Some(message)) if !message.is_empty() => message.to_owned(),
        (None, _) => format!("HTTP {} without a reason", answer.raw().status().as_u16()),
    };
    if let Some(region) = headers.get("x-amz-bucket-region") {
        // Sent with redirects (301, 307) and with refusals of a request signed for another region.
        text = format!("{text} (the bucket is in region {region})");
    }
    match REQUEST_ID_HEADERS.iter().find_map(|name| headers.get(name)) {
        Some(id) => format!("{text} (request id {id})"),
        None => text,
    }
}

fn sources<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let current = next?;
        next = current.source();
        Some(current)
    })
}

fn credentials_error<E>(error: &SdkError<E, HttpResponse>) -> Option<&CredentialsError>
where
    E: Error + 'static,
{
    sources(error).find_map(|source| source.downcast_ref())
}

/// The SDK's own words for "nobody is signed in" are a table of every place it looked.
fn credentials_message(error: &CredentialsError) -> String {
    match error {
        CredentialsError::CredentialsNotLoaded(_) => {
            "no credentials in environment, profile, web identity, container or instance".to_owned()
        }
        other => chain(other),
    }
}

fn kind_of_code(code: &str, message: &str) -> Option<ErrorKind> {
    Some(match code {
        "AuthFailure"
        | "ExpiredToken"
        | "ExpiredTokenException"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "InvalidAccessKeyId"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "InvalidToken"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "RequestExpired"
        | "RequestTimeTooSkewed"
        | "SignatureDoesNotMatch"
        | "TokenRefreshRequired"
        | "UnrecognizedClientException" => ErrorKind::Credentials,
        "AccessDenied"
        | "AccessDeniedException"
        | "AllAccessDisabled"
        | "NotAuthorized"
        | "UnauthorizedOperation" => ErrorKind::AccessDenied,
        "BandwidthLimitExceeded"
        | "PriorRequestNotComplete"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "SlowDown"
        | "ThrottledException"
        | "Throttling"
        | "ThrottlingException"
        | "TooManyInvalidationsInProgress"
        | "TooManyRequestsException" => ErrorKind::Throttled,
        "ConditionalRequestConflict"
        | "ConflictException"
        | "InvalidChangeSetStatus"
        | "InvalidChangeSetStatusException"
        | "OperationAborted"
        | "OperationInProgressException"
        | "PreconditionFailed"
        | "ResourceConflictException"
        | "ResourceExistsException"
        | "ResourceInUseException"
        | "TokenAlreadyExistsException" => ErrorKind::Conflict,
        // CloudFormation says so of a stack that somebody else is changing.
        "ValidationError" if message.contains("_IN_PROGRESS state") => ErrorKind::Conflict,
        "InvalidAction" | "NotImplemented" | "UnknownOperationException" => ErrorKind::Unsupported,
        "RequestTimeout" | "RequestTimeoutException" => ErrorKind::Timeout,
        "InternalError"
        | "InternalFailure"
        | "InternalServerError"
        | "ServiceException"
        | "ServiceUnavailable"
        | "ServiceUnavailableException" => ErrorKind::Server,
        code if code.starts_with("NoSuch") || code.contains("NotFound") => ErrorKind::NotFound,
        _ => return None,
    })
}

fn kind_of_status(status: u16) -> Option<ErrorKind> {
    Some(match status {
        401 => ErrorKind::Credentials,
        403 => ErrorKind::AccessDenied,
        404 => ErrorKind::NotFound,
        408 | 504 => ErrorKind::Timeout,
        409 | 412 => ErrorKind::Conflict,
        429 => ErrorKind::Throttled,
        300..=499 => ErrorKind::Rejected,
        500..=599 => ErrorKind::Server,
        _ => return None,
    })
}

fn shortened(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} …", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_decides_before_the_status() {
        let kind = |code, status| kind_of(Some(code), None, Some(status));
        assert_eq!(kind("ExpiredToken", 400), ErrorKind::Credentials);
        assert_eq!(kind("AccessDenied", 403), ErrorKind::AccessDenied);
        assert_eq!(kind("SignatureDoesNotMatch", 403), ErrorKind::Credentials);
        assert_eq!(kind("Throttling", 400), ErrorKind::Throttled);
        assert_eq!(kind("NoSuchBucket", 404), ErrorKind::NotFound);
        assert_eq!(kind("ResourceNotFoundException", 404), ErrorKind::NotFound);
        assert_eq!(kind("InvalidChangeSetStatus", 400), ErrorKind::Conflict);
        assert_eq!(kind("ValidationError", 400), ErrorKind::Rejected);
        assert_eq!(kind("InvalidAction", 400), ErrorKind::Unsupported);
        // An update of a function, in progress.
        let code = "ResourceConflictException";
        assert_eq!(kind(code, 409), ErrorKind::Conflict);
    }

    #[test]
    fn without_a_known_code_the_status_decides() {
        let kind = |status| kind_of(Some("SomethingNew"), None, Some(status));
        assert_eq!(kind(400), ErrorKind::Rejected);
        assert_eq!(kind(403), ErrorKind::AccessDenied);
        assert_eq!(kind(429), ErrorKind::Throttled);
        assert_eq!(kind(500), ErrorKind::Server);
        assert_eq!(kind_of(None, None, None), ErrorKind::Other);
    }

    #[test]
    fn a_stack_that_is_being_changed_is_a_conflict() {
        let message = "Stack:arn:… is in UPDATE_IN_PROGRESS state and can not be updated.";
        assert_eq!(
            kind_of(Some("ValidationError"), Some(message), Some(400)),
            ErrorKind::Conflict
        );
    }

    #[test]
    fn long_messages_are_cut_between_characters() {
        assert_eq!(shortened(" short\n"), "short");
        let long = "é".repeat(LONGEST + 1);
        assert_eq!(shortened(&long), format!("{} …", "é".repeat(LONGEST)));
    }

    #[test]
    fn a_chain_says_nothing_twice() {
        #[derive(Debug, thiserror::Error)]
        #[error("connection refused")]
        struct Inner;
        #[derive(Debug, thiserror::Error)]
        #[error("io error: connection refused")]
        struct Middle(#[source] Inner);
        #[derive(Debug, thiserror::Error)]
        #[error("dispatch failure")]
        struct Outer(#[source] Middle);
        assert_eq!(
            chain(&Outer(Middle(Inner))),
            "dispatch failure: io error: connection refused"
        );
    }
}
