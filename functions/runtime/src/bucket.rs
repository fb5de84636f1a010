//! One object of S3, read and written with conditions: two requests, signed. The SDK's S3 client would make up a
//! quarter of a function's package, and its size is what a cold start waits for.

use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use reqwest::{Client, Method, Response, StatusCode, header};

use crate::maintenance::{DocumentError, DocumentStore, Expected, KEY, Stored};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const TIMEOUT: Duration = Duration::from_secs(8);
/// How often a read is tried: it changes nothing.
const READS: usize = 3;

/// The maintenance document in a bucket.
#[derive(Clone, Debug)]
pub struct S3Document {
    client: Client,
    credentials: SharedCredentialsProvider,
    region: String,
    url: String,
}

impl S3Document {
    /// The document of this bucket, asked for with the credentials, in the region and at the endpoint of `config`.
    ///
    /// # Panics
    /// When `config` has no credentials or no region; `aws::config` gives it both.
    pub fn new(config: &SdkConfig, bucket: &str) -> Self {
        let region = config.region().expect("a region").as_ref().to_owned();
        let endpoint = config.endpoint_url().map_or_else(
            || format!("https://s3.{region}.amazonaws.com"),
            |endpoint| endpoint.trim_end_matches('/').to_owned(),
        );
        S3Document {
            client: Client::builder()
                .connect_timeout(CONNECT_TIMEOUT)
                .timeout(TIMEOUT)
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .expect("a client with nothing but timeouts"),
            credentials: config.credentials_provider().expect("credentials"),
            region,
            // The bucket in the path: its name may have dots, which no certificate of S3 covers.
            url: format!("{endpoint}/{bucket}/{KEY}"),
        }
    }

    async fn send(
        &self,
        method: Method,
        headers: &[(&'static str, &str)],
        body: Vec<u8>,
    ) -> Result<Response, String> {
        let identity = self.credentials.provide_credentials().await;
        let identity = identity.map_err(|_| "no credentials".to_owned())?.into();
        let mut settings = SigningSettings::default();
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("s3")
            .time(SystemTime::now())
            .settings(settings)
            .build()
            .map_err(|error| error.to_string())?
            .into();
        let signable = SignableRequest::new(
            method.as_str(),
            &self.url,
            headers.iter().copied(),
            SignableBody::Bytes(&body),
        );
        let signature = signable
            .and_then(|signable| sign(signable, &parameters))
            .map_err(|error| error.to_string())?;
        let (instructions, _) = signature.into_parts();
        let mut request = self.client.request(method, &self.url).body(body.clone());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        for (name, value) in instructions.headers() {
            request = request.header(name, value);
        }
        request.send().await.map_err(|error| {
            let kind = if error.is_timeout() {
                "no answer in time"
            } else {
                "no connection"
            };
            kind.to_owned()
        })
    }

    /// None when the answer says that another try may go better.
    async fn read_once(&self) -> Result<Option<Stored>, Option<String>> {
        let response = self.send(Method::GET, &[], Vec::new()).await;
        let response = response.map_err(|_| None)?;
        match response.status() {
            StatusCode::OK => {
                let etag = etag(&response).ok_or_else(|| Some("no ETag".to_owned()))?;
                let body = response.bytes().await.map_err(|_| None)?.to_vec();
                Ok(Some(Stored { etag, body }))
            }
            StatusCode::NOT_FOUND => match code(response).await {
                code if code == "NoSuchKey" => Ok(None),
                code => Err(Some(code)),
            },
            status if status.is_server_error() => Err(None),
            _ => Err(Some(code(response).await)),
        }
    }
}

#[async_trait]
impl DocumentStore for S3Document {
    async fn read(&self) -> Result<Option<Stored>, DocumentError> {
        let failed = |reason| DocumentError::Failed {
            operation: "GetObject",
            reason,
        };
        for _ in 0..READS {
            match self.read_once().await {
                Ok(stored) => return Ok(stored),
                Err(Some(reason)) => return Err(failed(reason)),
                Err(None) => {}
            }
        }
        Err(failed(format!("no answer in {READS} tries")))
    }

    /// Once: a second try could meet the first one's work and take it for somebody else's.
    async fn write(&self, body: Vec<u8>, expected: &Expected) -> Result<String, DocumentError> {
        let failed = |reason| DocumentError::Failed {
            operation: "PutObject",
            reason,
        };
        let condition = match expected {
            Expected::Absent => ("if-none-match", "*"),
            Expected::Version(etag) => ("if-match", etag.as_str()),
        };
        let headers = [("content-type", "application/json"), condition];
        let response = self
            .send(Method::PUT, &headers, body)
            .await
            .map_err(failed)?;
        match response.status() {
            StatusCode::OK => etag(&response).ok_or_else(|| failed("no ETag".to_owned())),
            // The second is S3's word for two writers at one moment, the third for a document that is gone.
            StatusCode::PRECONDITION_FAILED | StatusCode::CONFLICT | StatusCode::NOT_FOUND => {
                Err(DocumentError::Changed)
            }
            _ => Err(failed(code(response).await)),
        }
    }
}

fn etag(response: &Response) -> Option<String> {
    let tag = response.headers().get(header::ETAG)?;
    tag.to_str().ok().map(str::to_owned)
}

/// The service's error code, or else the status: its message may quote more.
async fn code(response: Response) -> String {
    let status = response.status().as_u16();
    let body = response.text().await.unwrap_or_default();
    let code = body
        .split_once("<Code>")
        .and_then(|(_, rest)| rest.split_once("</Code>"))
        .map(|(code, _)| code)
        .filter(|code| code.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    code.map_or_else(|| format!("status {status}"), str::to_owned)
}

#[cfg(test)]
mod tests;
