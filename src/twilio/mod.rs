//! The `Carrier` port on Twilio's REST interface. Which settings are wanted is `plan`'s matter.
//!
//! Numbers: `/2010-04-01/Accounts/{account}/IncomingPhoneNumbers` of api.twilio.com. Messaging services:
//! `/v1/Services` of messaging.twilio.com. Form-encoded requests, JSON answers, basic authentication with the
//! account's SID and token.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use qdn_shared::credentials::Sender;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::ports::{
    Carrier, CarrierAccess, CloudError, ErrorKind, InboundSettings, Result, Service,
};

const API: &str = "https://api.twilio.com";
const MESSAGING: &str = "https://messaging.twilio.com";

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TIMEOUT: Duration = Duration::from_secs(15);
/// The longest pauses between attempts, of each of which a random part is waited: a reading and a writing come to the same
/// when they are made twice.
const PAUSES: [Duration; 6] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(2),
    Duration::from_secs(2),
    Duration::from_secs(2),
];

/// Settings of a number: the parameter that writes one, and the field that shows it.
const NUMBER: &[(&str, &str)] = &[
    ("SmsApplicationSid", "sms_application_sid"),
    ("SmsFallbackMethod", "sms_fallback_method"),
    ("SmsFallbackUrl", "sms_fallback_url"),
    ("SmsMethod", "sms_method"),
    ("SmsUrl", "sms_url"),
];
/// Settings of a messaging service.
const SERVICE: &[(&str, &str)] = &[
    ("FallbackMethod", "fallback_method"),
    ("FallbackUrl", "fallback_url"),
    ("InboundMethod", "inbound_method"),
    ("InboundRequestUrl", "inbound_request_url"),
    ("UseInboundWebhookOnNumber", "use_inbound_webhook_on_number"),
];

/// Twilio, or what stands in for it.
#[derive(Debug, Clone)]
pub struct Twilio {
    client: Client,
}

impl Twilio {
    /// A client with its own connection pool. Without `proxies` those of the environment are ignored.
    pub fn new(proxies: bool) -> Self {
        let builder = Client::builder()
            .user_agent(concat!("qdn-infra/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT);
        let builder = if proxies { builder } else { builder.no_proxy() };
        let client = builder
            .build()
            .expect("settings are constants and the TLS roots are compiled in");
        Self { client }
    }

    /// A document; none when the carrier knows no such thing.
    async fn read<T: for<'de> Deserialize<'de>>(
        &self,
        operation: &'static str,
        access: &CarrierAccess,
        request: RequestBuilder,
    ) -> Result<Option<T>> {
        let account = access.account.expose_secret();
        let request = request.basic_auth(account, Some(access.token.expose_secret()));
        let mut pauses = PAUSES.into_iter();
        loop {
            let failed = match attempt(operation, &request).await {
                Err(error) if may_pass(error.kind) => error,
                outcome => return outcome,
            };
            let Some(longest) = pauses.next() else {
                return Err(failed);
            };
            tokio::time::sleep(a_part_of(longest)).await;
        }
    }

    /// The number, of which an account has each at most once.
    async fn number(
        &self,
        access: &CarrierAccess,
        number: &str,
    ) -> Result<Option<InboundSettings>> {
        let request = self
            .client
            .get(format!("{}.json", numbers(access)))
            .query(&[("PhoneNumber", number)]);
        let page: Option<NumbersDocument> = self
            .read("ListIncomingPhoneNumbers", access, request)
            .await?;
        // The parameter may match parts of numbers, too.
        let mut found = page
            .into_iter()
            .flat_map(|page| page.incoming_phone_numbers);
        let found = found.find(|found| found.get("phone_number") == Some(&Value::from(number)));
        found
            .map(|found| settings("ListIncomingPhoneNumbers", &found, NUMBER))
            .transpose()
    }

    async fn service(&self, access: &CarrierAccess, sid: &str) -> Result<Option<InboundSettings>> {
        let request = self.client.get(service(access, sid));
        let found: Option<Map<String, Value>> = self.read("FetchService", access, request).await?;
        found
            .map(|found| settings("FetchService", &found, SERVICE))
            .transpose()
    }
}

#[async_trait]
impl Carrier for Twilio {
    async fn inbound(
        &self,
        access: &CarrierAccess,
        sender: &Sender,
    ) -> Result<Option<InboundSettings>> {
        match sender {
            Sender::Number(number) => self.number(access, number.as_str()).await,
            Sender::Service(sid) => self.service(access, sid.as_str()).await,
        }
    }

    async fn set_inbound(
        &self,
        access: &CarrierAccess,
        sender: &Sender,
        sid: &str,
        fields: &BTreeMap<String, String>,
    ) -> Result<InboundSettings> {
        let (operation, address, known) = match sender {
            Sender::Number(_) => (
                "UpdateIncomingPhoneNumber",
                format!("{}/{sid}.json", numbers(access)),
                NUMBER,
            ),
            Sender::Service(_) => ("UpdateService", service(access, sid), SERVICE),
        };
        let request = self.client.request(Method::POST, address).form(fields);
        let changed: Option<Map<String, Value>> = self.read(operation, access, request).await?;
        let changed = changed
            .ok_or_else(|| failure(operation, ErrorKind::NotFound, "it is gone".to_owned()))?;
        settings(operation, &changed, known)
    }
}

fn numbers(access: &CarrierAccess) -> String {
    let base = access.base.as_deref().unwrap_or(API);
    let account = access.account.expose_secret();
    format!("{base}/2010-04-01/Accounts/{account}/IncomingPhoneNumbers")
}

fn service(access: &CarrierAccess, sid: &str) -> String {
    let base = access.base.as_deref().unwrap_or(MESSAGING);
    format!("{base}/v1/Services/{sid}")
}

/// One attempt at a request, which can be made again.
async fn attempt<T: for<'de> Deserialize<'de>>(
    operation: &'static str,
    request: &RequestBuilder,
) -> Result<Option<T>> {
    let request = request.try_clone().ok_or_else(|| {
        let message = "the request cannot be made twice".to_owned();
        failure(operation, ErrorKind::Other, message)
    })?;
    let broken = |error: reqwest::Error| {
        let (kind, what) = if error.is_timeout() {
            (ErrorKind::Timeout, "no answer in time")
        } else if error.is_decode() {
            (ErrorKind::Server, "an unreadable answer")
        } else {
            (ErrorKind::Unreachable, "no connection")
        };
        // The error itself would quote the address, and that holds the account.
        failure(operation, kind, what.to_owned())
    };
    let answer = request.send().await.map_err(broken)?;
    match answer.status() {
        status if status.is_success() => answer.json().await.map(Some).map_err(broken),
        StatusCode::NOT_FOUND => Ok(None),
        status => {
            let code = answer.json::<ErrorDocument>().await.ok();
            let code = code.and_then(|document| document.code);
            let code = code.map_or_else(String::new, |code| format!(", error {code}"));
            let message = format!("status {}{code}", status.as_u16());
            Err(failure(operation, kind(status), message))
        }
    }
}

fn kind(status: StatusCode) -> ErrorKind {
    match status.as_u16() {
        401 => ErrorKind::Credentials,
        403 => ErrorKind::AccessDenied,
        429 => ErrorKind::Throttled,
        400..=499 => ErrorKind::Rejected,
        _ => ErrorKind::Server,
    }
}

/// Many who were refused at once do not come back at once. Without randomness it is the whole.
fn a_part_of(longest: Duration) -> Duration {
    let mut part = [u8::MAX; 2];
    let _ = getrandom::fill(&mut part);
    longest * u32::from(u16::from_be_bytes(part)) / u32::from(u16::MAX)
}

const fn may_pass(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Unreachable | ErrorKind::Timeout | ErrorKind::Throttled | ErrorKind::Server
    )
}

fn failure(operation: &'static str, kind: ErrorKind, message: String) -> CloudError {
    CloudError {
        service: Service::Carrier,
        operation,
        subject: "the sender".to_owned(),
        kind,
        message,
    }
}

/// The settings that a document shows.
fn settings(
    operation: &'static str,
    document: &Map<String, Value>,
    known: &[(&str, &str)],
) -> Result<InboundSettings> {
    let sid = document.get("sid").and_then(Value::as_str).ok_or_else(|| {
        failure(
            operation,
            ErrorKind::Server,
            "the answer has no sid".to_owned(),
        )
    })?;
    let fields = known.iter().map(|(parameter, field)| {
        let value = match document.get(*field) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Bool(flag)) => flag.to_string(),
            _ => String::new(),
        };
        ((*parameter).to_owned(), value)
    });
    Ok(InboundSettings {
        sid: sid.to_owned(),
        fields: fields.collect(),
    })
}

#[derive(Deserialize)]
struct NumbersDocument {
    incoming_phone_numbers: Vec<Map<String, Value>>,
}

#[derive(Deserialize)]
struct ErrorDocument {
    code: Option<u32>,
}
