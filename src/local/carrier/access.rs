//! Who may talk to the stand-in. Pages of other sites may not: any page open in a browser could otherwise
//! read and send texts here. Twilio's interface wants the account's credentials besides.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::door::Cut;
use super::fault::Fault;
use super::world::Carrier;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// Refuses requests that a page of another site makes, and those under a name that is not this machine's
/// (another site's name can be made to lead here).
pub(super) async fn guard(request: Request, next: Next) -> Response {
    let headers = request.headers();
    if !is_ours(headers) || !(same_site(headers) || is_visit(&request)) {
        let refusal = "the local carrier does not answer pages of other sites\n";
        return (StatusCode::FORBIDDEN, refusal).into_response();
    }
    next.run(request).await
}

fn text(headers: &HeaderMap, name: impl Into<HeaderName>) -> Option<&str> {
    headers
        .get(name.into())
        .map(|value| value.to_str().unwrap_or("?"))
}

fn is_ours(headers: &HeaderMap) -> bool {
    text(headers, header::HOST).is_some_and(|host| {
        let name = host.rsplit_once(':').map_or(host, |(name, port)| {
            if port.bytes().all(|byte| byte.is_ascii_digit()) {
                name
            } else {
                host
            }
        });
        matches!(name, "127.0.0.1" | "localhost" | "[::1]")
    })
}

/// Browsers name the page's origin on every request that could change something; programs never do.
fn same_site(headers: &HeaderMap) -> bool {
    let host = text(headers, header::HOST).unwrap_or_default();
    text(headers, header::ORIGIN).is_none_or(|origin| origin == format!("http://{host}"))
        && text(headers, FETCH_SITE).is_none_or(|site| matches!(site, "none" | "same-origin"))
}

/// A link that somebody followed to the inbox shows it, and nothing else.
fn is_visit(request: &Request) -> bool {
    request.method() == Method::GET
        && request.uri().path() == "/"
        && text(request.headers(), FETCH_MODE) == Some("navigate")
}

/// Twilio's interface: nothing during an outage, XML without `.json`, 401 without the credentials.
pub(super) async fn interface(
    State(carrier): State<Arc<Carrier>>,
    request: Request,
    next: Next,
) -> Response {
    if carrier.behaviour(|behaviour| behaviour.outage) {
        return Cut::of(&request).now();
    }
    let path = request.uri().path();
    let mut parts = path.split('/').skip(1);
    let account = match parts.next() {
        Some("2010-04-01") if path.strip_suffix(".json").is_none() => {
            return Fault::not_found(path).into_xml();
        }
        Some("2010-04-01") => parts.nth(1),
        _ => None,
    };
    let known = credentials(request.headers())
        .is_some_and(|(name, password)| carrier.credentials.open(&name, &password))
        && account.is_none_or(|account| account == carrier.credentials.account);
    if known {
        return next.run(request).await;
    }
    let mut refusal = Fault::unauthorized().into_response();
    let realm = HeaderValue::from_static("Basic realm=\"Twilio API\"");
    refusal
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, realm);
    refusal
}

fn credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let (scheme, encoded) = text(headers, header::AUTHORIZATION)?.split_once(' ')?;
    let decoded = BASE64_STANDARD.decode(encoded.trim()).ok()?;
    let (name, password) = str::from_utf8(&decoded).ok()?.split_once(':')?;
    scheme
        .eq_ignore_ascii_case("basic")
        .then(|| (name.to_owned(), password.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn only_names_of_this_machine_are_ours() {
        for host in [
            "127.0.0.1:4580",
            "localhost:4580",
            "localhost",
            "[::1]:4580",
            "127.0.0.1",
        ] {
            assert!(is_ours(&headers(&[("host", host)])), "{host}");
        }
        for host in [
            "example.com:4580",
            "127.0.0.1.example.com",
            "localhost.example.com:4580",
            "",
        ] {
            assert!(!is_ours(&headers(&[("host", host)])), "{host}");
        }
        assert!(!is_ours(&headers(&[])));
    }

    #[test]
    fn programs_and_our_own_page_are_let_in() {
        let ours = ("host", "127.0.0.1:4580");
        for good in [
            &[ours][..],
            &[
                ours,
                ("origin", "http://127.0.0.1:4580"),
                ("sec-fetch-site", "same-origin"),
            ],
            &[ours, ("sec-fetch-site", "none")],
        ] {
            assert!(same_site(&headers(good)), "{good:?}");
        }
        for bad in [
            [ours, ("origin", "http://example.com")],
            [ours, ("origin", "null")],
            [ours, ("origin", "http://127.0.0.1:8080")],
            [ours, ("sec-fetch-site", "cross-site")],
            [ours, ("sec-fetch-site", "same-site")],
        ] {
            assert!(!same_site(&headers(&bad)), "{bad:?}");
        }
    }

    #[test]
    fn credentials_are_basic() {
        let given = |value| credentials(&headers(&[("authorization", value)]));
        assert_eq!(
            given("Basic U0s6c2VjcmV0OndpdGg="),
            Some(("SK".into(), "secret:with".into()))
        );
        assert_eq!(given("Bearer U0s6c2VjcmV0OndpdGg="), None);
        assert_eq!(given("Basic nonsense!"), None);
    }
}
