//! Parameters of a request: form-encoded, in the query or in the body. A body of another type counts as no
//! parameters at all, as it does at Twilio.

use axum::http::{HeaderMap, header};
use url::form_urlencoded;

/// Names and values, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    pub fn parse(text: &str) -> Self {
        Self::of_bytes(text.as_bytes())
    }

    fn of_bytes(bytes: &[u8]) -> Self {
        Self(form_urlencoded::parse(bytes).into_owned().collect())
    }

    /// The parameters of a body.
    pub fn of_body(headers: &HeaderMap, body: &[u8]) -> Self {
        let kind = headers
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).map(str::trim);
        if kind.is_some_and(|kind| kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")) {
            Self::of_bytes(body)
        } else {
            Self::default()
        }
    }

    /// The last value given under this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().rev().find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The same, when it is not empty.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// All but these, to be written into a query.
    pub fn without<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0
            .iter()
            .filter(|(name, _)| !names.contains(&name.as_str()))
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Parameters as a body or a query.
pub(super) fn encoded<'a>(parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_form_has_parameters() {
        let body = b"To=%2B1500&Body=a+b";
        let with = |kind: &str| {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, kind.parse().unwrap())]);
            Params::of_body(&headers, body)
        };
        let form = with("application/x-www-form-urlencoded; charset=utf-8");
        assert_eq!(
            (form.get("To"), form.get("Body")),
            (Some("+1500"), Some("a b"))
        );
        assert_eq!(with("application/json"), Params::default());
        assert_eq!(Params::of_body(&HeaderMap::new(), body), Params::default());
    }

    #[test]
    fn comparisons_are_part_of_a_name() {
        let query = Params::parse("DateSent%3E=2026-01-02&DateSent<=2026-01-03&To=");
        assert_eq!(query.get("DateSent>"), Some("2026-01-02"));
        assert_eq!(query.get("DateSent<"), Some("2026-01-03"));
        assert_eq!((query.get("To"), query.filled("To")), (Some(""), None));
    }
}
