//! Which headers an answer carries, decided from the request's origin and the configured ones.

use super::origin::AllowedOrigins;

/// Request headers that a page of an allowed origin may send, as `Access-Control-Allow-Headers` lists them.
pub const ALLOWED_HEADERS: &str = "Authorization, Content-Type, Idempotency-Key, If-Match";

/// Response headers that such a page may read, as `Access-Control-Expose-Headers` lists them.
pub const EXPOSED_HEADERS: &str = "ETag, Location, Retry-After";

/// How long a browser may remember a preflight, in seconds. Two hours; browsers that cap it lower do so
/// themselves.
pub const PREFLIGHT_MAX_AGE: &str = "7200";

/// On every answer, also without an origin: a cache must never serve one origin's answer to another.
pub const VARY: Header = ("vary", "Origin");

/// A header to set: lowercase name, value.
pub type Header<'a> = (&'static str, &'a str);

/// The headers of an ordinary answer (errors included) to a request with this `Origin` header, if it had one.
/// Credentials in the browser's sense (cookies) are never allowed: callers send `Authorization` themselves.
pub fn answer_headers<'a>(allowed: &'a AllowedOrigins, origin: Option<&str>) -> Vec<Header<'a>> {
    let mut headers = vec![VARY];
    if let Some(origin) = origin.and_then(|origin| allowed.find(origin)) {
        headers.push(("access-control-allow-origin", origin.as_str()));
        headers.push(("access-control-expose-headers", EXPOSED_HEADERS));
    }
    headers
}

/// The headers of the answer to a preflight, where `allow` lists the path's methods
/// (see [`crate::route::allow`]).
pub fn preflight_headers<'a>(
    allowed: &'a AllowedOrigins,
    origin: Option<&str>,
    allow: &'a str,
) -> Vec<Header<'a>> {
    let mut headers = vec![VARY];
    if let Some(origin) = origin.and_then(|origin| allowed.find(origin)) {
        headers.push(("access-control-allow-origin", origin.as_str()));
        headers.push(("access-control-allow-methods", allow));
        headers.push(("access-control-allow-headers", ALLOWED_HEADERS));
        headers.push(("access-control-max-age", PREFLIGHT_MAX_AGE));
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn allowed() -> AllowedOrigins {
        "https://dashboard.quickdumpnow.com,http://localhost:5173"
            .parse()
            .unwrap()
    }

    #[test]
    fn an_allowed_origin_may_read_the_answer() {
        insta::assert_debug_snapshot!(answer_headers(&allowed(), Some("http://localhost:5173")), @r#"
        [
            (
                "vary",
                "Origin",
            ),
            (
                "access-control-allow-origin",
                "http://localhost:5173",
            ),
            (
                "access-control-expose-headers",
                "ETag, Location, Retry-After",
            ),
        ]
        "#);
    }

    #[test]
    fn a_preflight_of_an_allowed_origin_learns_methods_and_headers() {
        let allowed = allowed();
        let headers = preflight_headers(
            &allowed,
            Some("https://dashboard.quickdumpnow.com"),
            "GET, OPTIONS",
        );
        insta::assert_debug_snapshot!(headers, @r#"
        [
            (
                "vary",
                "Origin",
            ),
            (
                "access-control-allow-origin",
                "https://dashboard.quickdumpnow.com",
            ),
            (
                "access-control-allow-methods",
                "GET, OPTIONS",
            ),
            (
                "access-control-allow-headers",
                "Authorization, Content-Type, Idempotency-Key, If-Match",
            ),
            (
                "access-control-max-age",
                "7200",
            ),
        ]
        "#);
    }

    #[test]
    fn anybody_else_learns_only_that_the_answer_varies() {
        let near_misses = [
            None,
            Some(""),
            Some("null"),
            Some("*"),
            Some("https://dashboard.quickdumpnow.com/"),
            Some("https://dashboard.quickdumpnow.com.evil.example"),
            Some("http://dashboard.quickdumpnow.com"),
            Some("HTTPS://dashboard.quickdumpnow.com"),
            Some("https://dashboard.quickdumpnow.com:8443"),
            Some("http://localhost"),
            Some("https://dashboard.quickdumpnow.com, http://localhost:5173"),
        ];
        for origin in near_misses {
            assert_eq!(answer_headers(&allowed(), origin), [VARY], "{origin:?}");
            assert_eq!(
                preflight_headers(&allowed(), origin, "GET"),
                [VARY],
                "{origin:?}"
            );
        }
        assert_eq!(
            answer_headers(&AllowedOrigins::default(), Some("https://a.example")),
            [VARY]
        );
    }

    proptest! {
        #[test]
        fn no_answer_names_an_origin_that_is_not_configured(origin in "\\PC{0,60}|https?://[a-z.:0-9]{0,40}") {
            let allowed = allowed();
            let listed = allowed.iter().any(|known| known.as_str() == origin);
            let all = [answer_headers(&allowed, Some(&origin)), preflight_headers(&allowed, Some(&origin), "GET")];
            for headers in all {
                prop_assert!(headers.contains(&VARY));
                prop_assert_eq!(headers.len() > 1, listed);
            }
        }
    }
}
