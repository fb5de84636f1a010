//! The `Web` port: plain HTTP as a viewer sends it. What an answer means is decided in `verify`.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::failure::chain;
use crate::ports::{
    CloudError, ErrorKind, Result, Service, Web, WebDigest, WebRequest, WebResponse,
};

/// For the whole exchange, body included, and for a longer body to stand still.
const TIMEOUT: Duration = Duration::from_secs(10);
/// For a body of any length, as long as it moves.
const LONGEST: Duration = Duration::from_mins(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Largest body that is read, in bytes; what is verified is far smaller.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// Whether the environment's proxies (`HTTPS_PROXY`, `NO_PROXY`, …) are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proxies {
    /// As the environment says.
    Environment,
    /// Straight to the address: a proxy could not reach our loopback.
    Never,
}

/// HTTP/1.1 over TLS or plain; no redirects, no cookies, no compression.
#[derive(Debug, Clone)]
pub struct HttpWeb {
    client: Client,
}

impl HttpWeb {
    /// A client with its own connection pool.
    pub fn new(proxies: Proxies) -> Self {
        let identity =
            HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("identity"))]);
        let builder = Client::builder()
            .user_agent(concat!("qdn-infra/", env!("CARGO_PKG_VERSION")))
            .default_headers(identity)
            .redirect(Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(TIMEOUT);
        let builder = match proxies {
            Proxies::Environment => builder,
            Proxies::Never => builder.no_proxy(),
        };
        let client = builder
            .build()
            .expect("settings are constants and the TLS roots are compiled in");
        Self { client }
    }

    /// Sends a request, and returns when the answer's body begins.
    async fn begin(&self, request: &WebRequest, timeout: Duration) -> Result<Response> {
        let method = Method::from_bytes(request.method.as_bytes())
            .map_err(|error| refused(request, ErrorKind::Rejected, error.to_string()))?;
        let mut outgoing = self.client.request(method, &request.url).timeout(timeout);
        for (name, value) in &request.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
                refused(
                    request,
                    ErrorKind::Rejected,
                    format!("{name:?} is no header name"),
                )
            })?;
            // Never the value: it may be a credential.
            let value = HeaderValue::from_str(value).map_err(|_| {
                refused(
                    request,
                    ErrorKind::Rejected,
                    format!("the value of header {name} cannot be sent"),
                )
            })?;
            outgoing = outgoing.header(name, value);
        }
        if let Some(body) = &request.body {
            outgoing = outgoing.body(body.clone());
        }
        outgoing
            .send()
            .await
            .map_err(|error| failure(request, error))
    }
}

#[async_trait]
impl Web for HttpWeb {
    async fn send(&self, request: &WebRequest) -> Result<WebResponse> {
        let mut answer = self.begin(request, TIMEOUT).await?;
        let status = answer.status().as_u16();
        let headers = joined(answer.headers());
        let mut body = Vec::new();
        while let Some(chunk) = answer
            .chunk()
            .await
            .map_err(|error| failure(request, error))?
        {
            if body.len() + chunk.len() > LARGEST_BODY {
                let message = format!("the answer is larger than {LARGEST_BODY} bytes");
                return Err(refused(request, ErrorKind::Rejected, message));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(WebResponse {
            status,
            headers,
            body,
        })
    }

    async fn digest(&self, request: &WebRequest) -> Result<WebDigest> {
        let mut answer = self.begin(request, LONGEST).await?;
        let mut digest = Sha256::new();
        let status = answer.status().as_u16();
        let headers = joined(answer.headers());
        while let Some(chunk) = answer
            .chunk()
            .await
            .map_err(|error| failure(request, error))?
        {
            digest.update(&chunk);
        }
        Ok(WebDigest {
            status,
            headers,
            sha256: format!("{:x}", digest.finalize()),
        })
    }
}

/// Names in lower case; a repeated header as one, its values joined by a comma.
fn joined(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        all.entry(name.as_str().to_owned())
            .and_modify(|earlier| {
                earlier.push_str(", ");
                earlier.push_str(&value);
            })
            .or_insert_with(|| value.into_owned());
    }
    all
}

fn failure(request: &WebRequest, error: reqwest::Error) -> CloudError {
    let kind = if error.is_timeout() {
        ErrorKind::Timeout
    } else if error.is_connect() {
        ErrorKind::Unreachable
    } else if error.is_builder() {
        ErrorKind::Rejected
    } else if error.is_request() || error.is_body() || error.is_decode() {
        ErrorKind::Server
    } else {
        ErrorKind::Other
    };
    // Without the URL: its query may hold a token.
    refused(request, kind, chain(&error.without_url()))
}

fn refused(request: &WebRequest, kind: ErrorKind, message: String) -> CloudError {
    CloudError {
        service: Service::Web,
        operation: request.method,
        subject: without_query(&request.url),
        kind,
        message,
    }
}

/// The address without user, query and fragment.
fn without_query(url: &str) -> String {
    match Url::parse(url) {
        Ok(url) => format!("{}{}", url.origin().ascii_serialization(), url.path()),
        Err(_) => "an address that is no absolute URL".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// Answers one request with these bytes; gives the base URL and what was asked.
    async fn answering(answer: &'static str) -> (String, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut buffer = [0; 1024];
                let read = stream.read(&mut buffer).await.expect("a request");
                assert_ne!(read, 0, "the request ends with an empty line");
                request.extend_from_slice(&buffer[..read]);
            }
            stream
                .write_all(answer.as_bytes())
                .await
                .expect("an answer");
            String::from_utf8(request).expect("text")
        });
        (base, asked)
    }

    fn get(url: String) -> WebRequest {
        WebRequest {
            method: "GET",
            url,
            headers: Vec::new(),
            body: None,
        }
    }

    #[tokio::test]
    async fn sends_what_it_is_given_and_who_it_is() {
        let (base, asked) = answering("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").await;
        let request = WebRequest {
            method: "OPTIONS",
            url: format!("{base}/api/health?a=1"),
            headers: vec![
                ("host".into(), "api.example.test".into()),
                ("Origin".into(), "https://a.example.test".into()),
            ],
            body: None,
        };
        let answer = HttpWeb::new(Proxies::Never)
            .send(&request)
            .await
            .expect("an answer");
        assert_eq!((answer.status, answer.body), (204, Vec::new()));
        let asked = asked.await.expect("a request");
        let mut lines: Vec<&str> = asked.trim_end().lines().collect();
        assert_eq!(lines.remove(0), "OPTIONS /api/health?a=1 HTTP/1.1");
        lines.sort_unstable();
        insta::assert_snapshot!(lines.join("\n"), @"
        accept-encoding: identity
        accept: */*
        host: api.example.test
        origin: https://a.example.test
        user-agent: qdn-infra/0.1.0
        ");
    }

    #[tokio::test]
    async fn does_not_follow_a_redirect() {
        let (base, _asked) = answering(
            "HTTP/1.1 301 Moved\r\nLocation: https://elsewhere.test/\r\nVary: Origin\r\nVary: Accept\r\n\
             Content-Length: 2\r\n\r\nhi",
        )
        .await;
        let answer = HttpWeb::new(Proxies::Never)
            .send(&get(format!("{base}/track")))
            .await
            .expect("an answer");
        assert_eq!(answer.status, 301);
        assert_eq!(answer.headers["location"], "https://elsewhere.test/");
        assert_eq!(answer.headers["vary"], "Origin, Accept");
        assert_eq!(answer.body, b"hi");
    }

    /// More than is ever held of an answer.
    #[tokio::test]
    async fn a_body_of_any_length_has_a_digest() {
        let length = LARGEST_BODY + 1;
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{}",
            "a".repeat(length)
        );
        let answer: &'static str = answer.leak();
        let (base, _asked) = answering(answer).await;
        let whole = HttpWeb::new(Proxies::Never)
            .digest(&get(format!("{base}/track/film.mp4")))
            .await
            .expect("an answer");
        let wanted = format!("{:x}", Sha256::digest("a".repeat(length)));
        assert_eq!((whole.status, whole.sha256), (200, wanted));
        let (base, _asked) = answering(answer).await;
        let refused = HttpWeb::new(Proxies::Never)
            .send(&get(format!("{base}/track/film.mp4")))
            .await
            .expect_err("too much to hold");
        assert_eq!(refused.kind, ErrorKind::Rejected);
    }

    #[tokio::test]
    async fn a_body_that_ends_early_is_an_error_without_the_query() {
        let (base, _asked) = answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf").await;
        let error = HttpWeb::new(Proxies::Never)
            .send(&get(format!("{base}/track?jobToken=secret")))
            .await
            .expect_err("the body is not whole");
        assert_eq!(error.kind, ErrorKind::Server);
        assert_eq!(error.subject, format!("{base}/track"));
        assert!(!error.to_string().contains("secret"), "{error}");
    }

    #[tokio::test]
    async fn nobody_there_is_unreachable() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        let error = HttpWeb::new(Proxies::Never)
            .send(&get(format!("http://{address}/?jobToken=secret")))
            .await
            .expect_err("nobody listens");
        assert_eq!(error.kind, ErrorKind::Unreachable);
        assert!(error.message.contains("refused"), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }

    #[tokio::test]
    async fn what_cannot_be_sent_is_refused_without_its_value() {
        let web = HttpWeb::new(Proxies::Never);
        let headers = vec![("authorization".to_owned(), "Bearer secret\n".to_owned())];
        let error = web
            .send(&WebRequest {
                method: "GET",
                url: "http://127.0.0.1:1/".into(),
                headers,
                body: None,
            })
            .await
            .expect_err("a line break is no header value");
        assert_eq!(
            (error.kind, error.to_string().contains("secret")),
            (ErrorKind::Rejected, false)
        );
        let error = web
            .send(&get("/track?jobToken=secret".into()))
            .await
            .expect_err("no absolute URL");
        assert_eq!(
            (error.kind, error.to_string().contains("secret")),
            (ErrorKind::Rejected, false)
        );
    }
}
