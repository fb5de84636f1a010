//! Twilio's error documents: `{code, message, more_info, status}`, with the words that Twilio uses.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// An answer that says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub status: StatusCode,
    pub code: u32,
    pub message: String,
}

impl Fault {
    pub fn new(status: StatusCode, code: u32, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
        }
    }

    /// A request that is wrong.
    pub fn bad(code: u32, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, 20003, "Authenticate")
    }

    pub fn not_found(path: &str) -> Self {
        let message = format!("The requested resource {path} was not found");
        Self::new(StatusCode::NOT_FOUND, 20404, message)
    }

    pub fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, 20004, "Method not allowed")
    }

    pub fn too_many_requests() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, 20429, "Too Many Requests")
    }

    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            20500,
            "An internal server error has occurred",
        )
    }

    /// The refusal of a message with this code.
    pub fn refusal(code: u32, to: &str, from: &str) -> Self {
        let message = match code {
            21211 => format!("The 'To' number {to} is not a valid phone number."),
            21212 => format!(
                "The 'From' number {from} is not a valid phone number, shortcode, or alphanumeric sender ID."
            ),
            21408 => {
                format!(
                    "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}."
                )
            }
            21602 => "Message body is required.".to_owned(),
            21603 => "A 'From' phone number is required.".to_owned(),
            21604 => "A 'To' phone number is required.".to_owned(),
            21606 => format!(
                "The From phone number {from} is not a valid, SMS-capable inbound phone number or short code for your account."
            ),
            21610 => "Attempt to send to unsubscribed recipient".to_owned(),
            21611 => format!(
                "This From number {from} has exceeded the maximum number of queued messages"
            ),
            21612 => format!(
                "The 'To' phone number: {to}, is not currently reachable using the 'From' phone number: {from} via SMS."
            ),
            21614 => format!("'To' number: {to}, is not a valid mobile number"),
            21617 => "The concatenated message body exceeds the 1600 character limit.".to_owned(),
            _ => "The request was refused".to_owned(),
        };
        Self::bad(code, message)
    }

    fn more_info(&self) -> String {
        format!("https://www.twilio.com/docs/errors/{}", self.code)
    }

    /// As XML: what Twilio answers where the path does not end in `.json`.
    pub fn into_xml(self) -> Response {
        let body = format!(
            "<?xml version='1.0' encoding='UTF-8'?>\n<TwilioResponse><RestException><Code>{}</Code><Message>{}</Message>\
             <MoreInfo>{}</MoreInfo><Status>{}</Status></RestException></TwilioResponse>\n",
            self.code,
            self.message.replace('&', "&amp;").replace('<', "&lt;"),
            self.more_info(),
            self.status.as_u16(),
        );
        (
            self.status,
            [(header::CONTENT_TYPE, "application/xml")],
            body,
        )
            .into_response()
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let document = json!({
            "code": self.code,
            "message": self.message,
            "more_info": self.more_info(),
            "status": self.status.as_u16(),
        });
        (self.status, Json(document)).into_response()
    }
}

/// What a carrier's error code on a message means, as Twilio's `error_message` says it.
pub(super) fn meaning(code: u32) -> &'static str {
    match code {
        30003 => "Unreachable destination handset",
        30004 => "Message blocked",
        30005 => "Unknown destination handset",
        30006 => "Landline or unreachable carrier",
        30007 => "Message filtered",
        _ => "Unknown error",
    }
}
