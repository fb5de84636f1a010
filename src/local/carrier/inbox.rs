//! The inbox page: phones on which a person reads the texts and answers them. It asks `/_local/…` for
//! everything it shows, and nobody else.

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

const HTML: &str = include_str!("page/inbox.html");
const STYLE: &str = include_str!("page/inbox.css");
const SCRIPT: &str = include_str!("page/inbox.js");

/// Nothing but our own two files, no frame around it; the texts hold private links.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/", get(async || file("text/html; charset=utf-8", HTML)))
        .route(
            "/_local/inbox.css",
            get(async || file("text/css; charset=utf-8", STYLE)),
        )
        .route(
            "/_local/inbox.js",
            get(async || file("text/javascript; charset=utf-8", SCRIPT)),
        )
}

fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_asks_nobody_else() {
        for text in [HTML, STYLE, SCRIPT] {
            assert!(
                !text.contains("://") && !text.contains("src=\"//"),
                "{text}"
            );
        }
        // The policy would block them, and the page would silently miss something.
        assert!(!HTML.contains("<style") && !HTML.contains("style=") && !HTML.contains("onclick"));
        assert!(!SCRIPT.contains("innerHTML"));
    }
}
