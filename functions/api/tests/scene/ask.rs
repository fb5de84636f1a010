//! A request to the API, built a step at a time, and its answer.

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, header};
use serde_json::Value;
use tower::ServiceExt;

/// A request.
#[derive(Clone)]
pub struct Ask {
    router: Router,
    method: String,
    uri: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answered {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl Ask {
    /// A request without headers and body.
    pub fn new(router: &Router, method: &str, uri: &str) -> Self {
        Ask {
            router: router.clone(),
            method: method.to_owned(),
            uri: uri.to_owned(),
            headers: HeaderMap::new(),
            body: Vec::new(),
        }
    }

    /// With something after the path.
    pub fn query(mut self, query: &str) -> Self {
        self.uri = format!("{}?{query}", self.uri);
        self
    }

    /// With one more header; one of the same name stays.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let name: HeaderName = name.parse().expect("a header's name");
        let value = HeaderValue::from_bytes(value.as_ref()).expect("a header's value");
        self.headers.append(name, value);
        self
    }

    /// Without a header.
    pub fn without(mut self, name: HeaderName) -> Self {
        self.headers.remove(name);
        self
    }

    /// With a credential, instead of another.
    pub fn bearer(self, credential: &str) -> Self {
        self.without(header::AUTHORIZATION)
            .header("authorization", format!("Bearer {credential}"))
    }

    /// With a body of this type, instead of another.
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.without(header::CONTENT_TYPE)
            .header("content-type", content_type)
    }

    /// With these bytes as its body.
    pub fn with_body(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }

    /// With a JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// With a form.
    pub fn form(self, fields: &Value) -> Self {
        let fields = fields.as_object().expect("an object").iter();
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields.map(|(name, value)| (name, value.as_str().expect("a text"))))
            .finish();
        self.body("application/x-www-form-urlencoded", body)
    }

    /// The answer.
    pub async fn send(self) -> Answered {
        let mut request = Request::new(Body::from(self.body));
        *request.method_mut() = self.method.parse().expect("a method");
        *request.uri_mut() = self.uri.parse().expect("a path");
        *request.headers_mut() = self.headers;
        let Ok(response) = self.router.oneshot(request).await;
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await;
        Answered {
            status: parts.status,
            headers: parts.headers,
            body: body.expect("a body in memory").to_vec(),
        }
    }
}

impl Answered {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header, empty when it is absent.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).map(HeaderValue::to_str);
        value.and_then(Result::ok).unwrap_or_default()
    }

    /// A problem on one line, for people: status, title, detail, errors.
    pub fn told(&self) -> String {
        let problem: qdn_shared::problem::Problem =
            serde_json::from_slice(&self.body).expect("a problem");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(problem.status, self.status.as_u16());
        assert!(problem.kind().is_some(), "{problem:?}");
        let mut told = format!("{} {}", problem.status, problem.title);
        if let Some(detail) = &problem.detail {
            told = format!("{told}: {detail}");
        }
        for error in &problem.errors {
            told = format!("{told}\n  {}", serde_json::to_string(error).expect("JSON"));
        }
        told
    }
}
