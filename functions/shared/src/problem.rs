//! RFC 9457 problem documents: the catalogue of problems that the API answers with, and the document itself.
//! Turning one into an HTTP response belongs to the function.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Content type of every error answer of the API.
pub const CONTENT_TYPE: &str = "application/problem+json";

/// The kinds of problem that the API answers with today. A client tells them apart by their
/// [`ProblemKind::type_uri`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// No route has this path.
    NotFound,
    /// The path exists, with other methods (the `Allow` header lists them).
    MethodNotAllowed,
    /// The request body is larger than any route accepts.
    PayloadTooLarge,
    /// A fault of ours. The document never says which: that is in the log.
    Internal,
}

impl ProblemKind {
    /// The whole catalogue, by status.
    pub const ALL: &[ProblemKind] = &[
        ProblemKind::NotFound,
        ProblemKind::MethodNotAllowed,
        ProblemKind::PayloadTooLarge,
        ProblemKind::Internal,
    ];

    /// The stable identifier of this kind. A tag URI (RFC 4151): absolute, as RFC 9457 recommends, so it
    /// means the same behind every domain; and it promises no page to fetch, which a path would.
    pub const fn type_uri(self) -> &'static str {
        match self {
            ProblemKind::NotFound => "tag:quickdumpnow.com,2026:problem/not-found",
            ProblemKind::MethodNotAllowed => "tag:quickdumpnow.com,2026:problem/method-not-allowed",
            ProblemKind::PayloadTooLarge => "tag:quickdumpnow.com,2026:problem/payload-too-large",
            ProblemKind::Internal => "tag:quickdumpnow.com,2026:problem/internal",
        }
    }

    /// HTTP status code of the answer.
    pub const fn status(self) -> u16 {
        match self {
            ProblemKind::NotFound => 404,
            ProblemKind::MethodNotAllowed => 405,
            ProblemKind::PayloadTooLarge => 413,
            ProblemKind::Internal => 500,
        }
    }

    /// Short summary for people, the same for every occurrence.
    pub const fn title(self) -> &'static str {
        match self {
            ProblemKind::NotFound => "Not found",
            ProblemKind::MethodNotAllowed => "Method not allowed",
            ProblemKind::PayloadTooLarge => "Request body too large",
            ProblemKind::Internal => "Internal error",
        }
    }
}

/// One problem document. JSON: `{"type":…,"title":…,"status":…,"detail":…}`; `detail` is left out when
/// there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Identifies the kind, see [`ProblemKind::type_uri`].
    #[serde(rename = "type")]
    pub type_uri: Cow<'static, str>,
    /// Summary of the kind, for people.
    pub title: Cow<'static, str>,
    /// The HTTP status code once more, for readers that have only the document.
    pub status: u16,
    /// What is particular to this occurrence. Never echoes the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Cow<'static, str>>,
}

impl Problem {
    /// The document of a kind, without detail.
    pub const fn new(kind: ProblemKind) -> Self {
        Problem {
            type_uri: Cow::Borrowed(kind.type_uri()),
            title: Cow::Borrowed(kind.title()),
            status: kind.status(),
            detail: None,
        }
    }

    /// The same document with what is particular to this occurrence.
    #[must_use]
    pub fn with_detail(self, detail: impl Into<Cow<'static, str>>) -> Self {
        Problem {
            detail: Some(detail.into()),
            ..self
        }
    }

    /// The kind of a received document; `None` for one that is not in this catalogue.
    pub fn kind(&self) -> Option<ProblemKind> {
        ProblemKind::ALL
            .iter()
            .copied()
            .find(|kind| kind.type_uri() == self.type_uri)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn documents_are_as_clients_know_them() {
        let bare = Problem::new(ProblemKind::NotFound);
        insta::assert_snapshot!(serde_json::to_string(&bare).unwrap(), @r#"{"type":"tag:quickdumpnow.com,2026:problem/not-found","title":"Not found","status":404}"#);
        let detailed = Problem::new(ProblemKind::PayloadTooLarge).with_detail("at most 10 bytes");
        insta::assert_snapshot!(serde_json::to_string(&detailed).unwrap(), @r#"{"type":"tag:quickdumpnow.com,2026:problem/payload-too-large","title":"Request body too large","status":413,"detail":"at most 10 bytes"}"#);
    }

    #[test]
    fn kinds_differ_and_read_back() {
        let types: BTreeSet<_> = ProblemKind::ALL
            .iter()
            .map(|kind| kind.type_uri())
            .collect();
        assert_eq!(types.len(), ProblemKind::ALL.len());
        for kind in ProblemKind::ALL {
            let json = serde_json::to_string(&Problem::new(*kind)).unwrap();
            let read: Problem = serde_json::from_str(&json).unwrap();
            assert_eq!(read.kind(), Some(*kind));
            assert!((400..600).contains(&kind.status()), "{kind:?}");
        }
    }

    #[test]
    fn a_foreign_problem_has_no_kind() {
        let foreign = r#"{"type":"about:blank","title":"Teapot","status":418}"#;
        assert_eq!(
            serde_json::from_str::<Problem>(foreign).unwrap().kind(),
            None
        );
    }
}
