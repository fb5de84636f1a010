//! Twilio's REST API: three calls, and what its answers mean. Never logs a body, a number or a credential.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use qdn_shared::credentials::{CarrierCredentials, Sender};
use qdn_shared::message::{CarrierStatus, Posted, Sid};
use qdn_shared::phone::PhoneNumber;
use reqwest::{Client, RequestBuilder, Response, StatusCode, header};
use serde::Deserialize;

use super::{Answer, Carrier, CarrierError, Fetched, Outgoing};

/// Until the connection stands: what fails here was never sent.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// A whole call that sends: two of them are far below the lease of a claim, and fit what a message may take.
pub const SENDING: Duration = Duration::from_secs(15);
/// A whole call that only reads while somebody waits for an answer of ours: two of them fit the time of `api`.
pub const ANSWERING: Duration = Duration::from_secs(5);
/// How many pages of a list are read at most, 200 messages each; minutes of messages to one number are far fewer.
const PAGES: usize = 5;

/// Authentication failed.
const NOT_AUTHENTICATED: u32 = 20003;
/// The account is not active.
const NOT_ACTIVE: u32 = 20005;

/// What is wrong on our side whoever the recipient is: no such account, a sender that is no number (21212, 21603) or
/// another account's (21660), a messaging service without a number. Others of the kind depend on the recipient's country.
const OUR_SIDE: [u32; 5] = [20404, 21212, 21603, 21660, 21704];

/// Twilio, or what stands in for it.
#[derive(Clone, Debug)]
pub struct Twilio {
    client: Client,
    base: String,
    patience: Duration,
}

impl Twilio {
    /// Twilio at an address such as `https://api.twilio.com`. A call takes at most `patience`.
    pub fn new(base: &str, patience: Duration) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT.min(patience))
            .timeout(patience)
            .redirect(reqwest::redirect::Policy::none())
            // A connection that died while the function was frozen would make the outcome of a post unknown.
            .pool_max_idle_per_host(0)
            .build()?;
        Ok(Twilio {
            client,
            base: base.trim_end_matches('/').to_owned(),
            patience,
        })
    }

    fn messages(&self, credentials: &CarrierCredentials) -> String {
        format!(
            "{}/2010-04-01/Accounts/{}/Messages",
            self.base,
            credentials.account_sid()
        )
    }

    /// What was sent to a number since a time, newest first, with perhaps some older ones.
    async fn pages(
        &self,
        credentials: &CarrierCredentials,
        to: &PhoneNumber,
        since: Timestamp,
    ) -> Result<Vec<Fetched>, CarrierError> {
        // Not by `DateSent`: a message that waits at the carrier has none yet. Newest come first.
        let mut request = self
            .client
            .get(format!("{}.json", self.messages(credentials)))
            .query(&[("To", to.as_str()), ("PageSize", "200")]);
        let mut found: Vec<Fetched> = Vec::new();
        for _ in 0..PAGES {
            let Some(page) = Self::read::<ListDocument>(credentials, request).await? else {
                return Ok(found);
            };
            for document in page.messages {
                found.push(Fetched::try_from(document)?);
            }
            let reached = found.last().is_some_and(|last| last.created_at < since);
            let Some(next) = page.next_page_uri.filter(|_| !reached) else {
                return Ok(found);
            };
            // Relative by contract; an absolute one would send our credentials elsewhere.
            if !next.starts_with('/') {
                return Err(CarrierError::Failed("a foreign next page".to_owned()));
            }
            request = self.client.get(format!("{}{next}", self.base));
        }
        // Believing half a list could send a message twice.
        Err(CarrierError::Failed(
            "too many messages to one number".to_owned(),
        ))
    }

    async fn read<T: for<'de> Deserialize<'de>>(
        credentials: &CarrierCredentials,
        request: RequestBuilder,
    ) -> Result<Option<T>, CarrierError> {
        let failed = |error: reqwest::Error| CarrierError::Failed(describe(&error).to_owned());
        let response = signed(request, credentials).send().await.map_err(failed)?;
        match response.status() {
            StatusCode::OK => response.json().await.map(Some).map_err(failed),
            StatusCode::NOT_FOUND => Ok(None),
            StatusCode::UNAUTHORIZED => Err(CarrierError::CredentialsRefused),
            status => Err(CarrierError::Failed(format!("status {}", status.as_u16()))),
        }
    }
}

fn signed(request: RequestBuilder, credentials: &CarrierCredentials) -> RequestBuilder {
    request.basic_auth(
        credentials.api_key_sid(),
        Some(credentials.api_key_secret()),
    )
}

#[async_trait]
impl Carrier for Twilio {
    async fn post(&self, credentials: &CarrierCredentials, message: &Outgoing) -> Answer {
        let sender = match credentials.from() {
            Sender::Number(number) => ("From", number.as_str()),
            Sender::Service(service) => ("MessagingServiceSid", service.as_str()),
        };
        let form = [
            ("To", message.to.as_str()),
            sender,
            ("Body", message.body.as_str()),
            ("StatusCallback", message.status_callback.as_str()),
        ];
        let address = format!("{}.json", self.messages(credentials));
        let request = signed(self.client.post(address).form(&form), credentials);
        match request.send().await {
            Ok(response) => posted(response).await,
            // Nothing was sent: there was no connection to send it over.
            Err(error) if error.is_connect() || error.is_builder() => {
                Answer::Posted(Posted::NotProcessed {
                    code: None,
                    retry_after: None,
                })
            }
            Err(_) => Answer::Posted(Posted::Unclear),
        }
    }

    async fn fetch(
        &self,
        credentials: &CarrierCredentials,
        sid: &Sid,
    ) -> Result<Option<Fetched>, CarrierError> {
        let address = format!("{}/{sid}.json", self.messages(credentials));
        let found: Option<MessageDocument> =
            Self::read(credentials, self.client.get(address)).await?;
        found.map(Fetched::try_from).transpose()
    }

    async fn list(
        &self,
        credentials: &CarrierCredentials,
        to: &PhoneNumber,
        since: Timestamp,
    ) -> Result<Vec<Fetched>, CarrierError> {
        tokio::time::timeout(self.patience, self.pages(credentials, to, since))
            .await
            .unwrap_or_else(|_| Err(CarrierError::Failed("no answer in time".to_owned())))
    }
}

/// What an answer to a post means.
async fn posted(response: Response) -> Answer {
    let status = response.status();
    let retry_after = response
        .headers()
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    if status == StatusCode::CREATED {
        let accepted = response.json::<MessageDocument>().await.ok();
        let accepted = accepted.and_then(|document| {
            Some(Posted::Accepted {
                sid: document.sid.parse().ok()?,
                status: CarrierStatus::read(&document.status).unwrap_or(CarrierStatus::Accepted),
            })
        });
        return Answer::Posted(accepted.unwrap_or(Posted::Unclear));
    }
    let code = match response.json::<ErrorDocument>().await {
        Ok(document) => document.code,
        Err(_) => None,
    };
    Answer::Posted(match (status.as_u16(), code) {
        (401, _) | (_, Some(NOT_AUTHENTICATED | NOT_ACTIVE)) => return Answer::CredentialsRefused,
        (400..=499, Some(code)) if OUR_SIDE.contains(&code) => return Answer::CredentialsRefused,
        (429, code) => Posted::NotProcessed { code, retry_after },
        (_, Some(Posted::OPTED_OUT)) => Posted::OptedOut,
        // The carrier gave up waiting for us, or for itself: it may have sent.
        (408, _) => Posted::Unclear,
        (400..=499, code) => Posted::Refused { code },
        _ => Posted::Unclear,
    })
}

/// The kind of failure, without the address: that holds the account.
fn describe(error: &reqwest::Error) -> &'static str {
    if error.is_connect() {
        "no connection"
    } else if error.is_timeout() {
        "no answer in time"
    } else if error.is_decode() {
        "an unreadable answer"
    } else {
        "the connection broke"
    }
}

#[derive(Deserialize)]
struct ErrorDocument {
    code: Option<u32>,
}

#[derive(Deserialize)]
struct ListDocument {
    messages: Vec<MessageDocument>,
    next_page_uri: Option<String>,
}

#[derive(Deserialize)]
struct MessageDocument {
    sid: String,
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    body: Option<String>,
    status: String,
    #[serde(default)]
    error_code: Option<u32>,
    #[serde(default)]
    date_created: Option<String>,
}

impl TryFrom<MessageDocument> for Fetched {
    type Error = CarrierError;

    fn try_from(document: MessageDocument) -> Result<Self, Self::Error> {
        let unexpected = || CarrierError::Failed("a message of an unexpected form".to_owned());
        let created = document.date_created.ok_or_else(unexpected)?;
        let created = jiff::fmt::rfc2822::parse(&created).map_err(|_| unexpected())?;
        Ok(Fetched {
            sid: document.sid.parse().map_err(|_| unexpected())?,
            to: document.to.unwrap_or_default(),
            from: document.from.unwrap_or_default(),
            body: document.body.unwrap_or_default(),
            status: CarrierStatus::read(&document.status),
            code: document.error_code,
            created_at: created.timestamp(),
        })
    }
}
